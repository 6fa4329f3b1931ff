"""The options of all commands that open data, and standard input as data."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tui.errors import WideviewError

if TYPE_CHECKING:
    from tui.query.opening import Request

#: Name, what it takes, whether it may be given again, help.
OPTIONS = (
    ("since", "TIME", False, "leave out what was before TIME: 2026-11-20T08:58 (UTC), 08:58 (on the first day), ..."),
    ("until", "TIME", False, "leave out what was after TIME"),
    ("only", "SOURCE", True, "read nothing else; repeatable"),
    ("skip", "SOURCE", True, "do not read this; repeatable"),
    ("tz", "ZONE", False, "zone of clocks that name none and that no log proves (Europe/Berlin)"),
    ("boot", "TIME", True, "when the clocks started that count from a start; SOURCE=TIME for one; repeatable"),
    ("shift", "SOURCE=SECONDS", True, "add so much to its times, since its clock was wrong; repeatable"),
)


def add_options(command: argparse.ArgumentParser) -> None:
    """Let *command* take them."""
    group = command.add_argument_group(
        "what to load", "SOURCE: a log kind (dmesg), the name of a file or the end of its path, a directory; with stars"
    )
    for name, what, again, text in OPTIONS:
        group.add_argument(f"--{name}", action="append" if again else "store", metavar=what, help=text)


def request(options: argparse.Namespace, paths: Sequence[str]) -> Request:
    """What is to be opened; OptionError for what cannot be understood."""
    from tui.query.opening import Request
    from tui.query.options import read

    given: dict[str, Any] = {name: value for name, *_ in OPTIONS if (value := getattr(options, name)) is not None}
    return Request(tuple(paths), tuple(options.rules), read(**given), not options.no_cache)


def with_keys(asked: Request) -> Request:
    """*asked* by somebody who presses keys: standard input is the terminal from now on; where it was data, these are
    read from a descriptor of their own. WideviewError when there is no terminal."""
    given = "-" in asked.paths
    if not sys.stdout.isatty() or (not given and not sys.stdin.isatty()):
        raise WideviewError("the explorer needs a terminal; 'wideview info', 'flow' and 'export' do not")
    if not given:
        return asked
    if sys.stdin.isatty():
        raise WideviewError(
            "standard input is the terminal: give '-' a file or a pipe, as in: dmesg --json | wideview -"
        )
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError as error:
        raise WideviewError(f"the explorer needs a terminal to take keys from: /dev/tty: {error.strerror}") from error
    data = os.dup(0)
    os.dup2(terminal, 0)
    os.close(terminal)
    return replace(asked, standard_input=data)
