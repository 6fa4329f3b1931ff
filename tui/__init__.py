"""wideview: one time-ordered stream of wide records out of all the logs of a workflow run.

In a script or a notebook::

    import tui
    run = tui.open("runinfo")
    task = run.resolve([("parsl.rundir", "000"), ("parsl.task", "5")])
    for step in run.flow(task).steps:
        print(step.since, step.row.source, step.row.body)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.query.browse import Browser

__all__ = ["open"]


def open(*paths: str, rules: tuple[str, ...] = (), cache: bool = True) -> Browser:
    """Load all *paths* (files, directories, globs) and return the door to all questions.

    *rules* are files with rules of your own. Raises InputError when there is nothing to read, RuleError for a bad rule.
    """
    from tui.query.browse import Browser
    from tui.query.opening import Request, open_catalog

    return Browser(open_catalog(Request(paths, rules, cache=cache)))
