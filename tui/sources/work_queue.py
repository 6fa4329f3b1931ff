"""Work Queue's logs: ``transaction_log``, ``master_log`` (figures over time) and ``debug_log``; see ``cctools.py``."""

from __future__ import annotations

from tui.sources.base import Source
from tui.sources.cctools import Debug, Metrics, Transactions

SOURCES: tuple[Source, ...] = (
    Transactions("wq", "Work Queue transaction log"),
    Metrics("wq", "Work Queue figures over time"),
    Debug("wq", "Work Queue debug log"),
)
