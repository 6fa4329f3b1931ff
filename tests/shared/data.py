"""The logs of real runs that lie beside the project, where there are any: too many to be kept with it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest

from tui.query.catalog import Catalog
from tui.query.opening import Request, open_catalog

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"

#: For tests that need them.
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the logs of real runs are not here")

FOLDERS = sorted(path.name for path in DATA.iterdir() if path.is_dir()) if DATA.is_dir() else []
"""The folders of them, one a program or a way of logging."""


@lru_cache(maxsize=2)
def opened(*paths: Path) -> Catalog:
    """Everything below *paths*, as the command line opens it. The last ones are kept: who asks for the same again gets
    the same."""
    return open_catalog(Request(tuple(map(str, paths)), cache=False))
