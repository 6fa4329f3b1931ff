"""wideview: one time-ordered stream of wide records out of all the logs of a workflow run.

In a script or a notebook::

    import tui
    run = tui.open("runinfo")
    task = run.resolve([("parsl.rundir", "000"), ("parsl.task", "5")])
    for step in run.flow(task).steps:
        print(step.since, step.row.source, step.row.body)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.query.browse import Browser

__all__ = ["open"]


def open(
    *paths: str,
    rules: tuple[str, ...] = (),
    cache: bool = True,
    tz: str = "",
    only: Sequence[str] = (),
    skip: Sequence[str] = (),
    since: str = "",
    until: str = "",
    boot: Sequence[str] = (),
    shift: Sequence[str] = (),
) -> Browser:
    """Load all *paths* (files, directories, archives, globs, ``-`` for standard input) and return the door to all
    questions.

    *rules* are files with rules of your own; the others are the options of the command line of these names: *boot*
    holds texts ``[SOURCE=]TIME`` and *shift* ``SOURCE=SECONDS``. Raises InputError when there is nothing to read,
    RuleError for a bad rule, OptionError for an option that cannot be understood.
    """
    from tui.query import options
    from tui.query.browse import Browser
    from tui.query.opening import Request, open_catalog

    asked = options.read(tz, only, skip, since, until, boot, shift)
    return Browser(open_catalog(Request(paths, rules, asked, cache)))
