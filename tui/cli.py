"""The command line. Without a command it opens the explorer; every command is a screen's headless twin.

Exit status: 0 done, 1 nothing matched (``lint``: something was found), 2 bad usage or unreadable input. Results go to
standard output, progress and messages to standard error. Nothing heavy is imported before it is needed.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from tui.errors import EntityError, FilterError, SqlError, WideviewError
from tui.headless.commands import COMMANDS, DONE, NOTHING, WRONG, Command, argument, opened
from tui.headless.loading import request, with_keys
from tui.version import VERSION

if TYPE_CHECKING:
    from tui.query.browse import Browser
    from tui.query.catalog import Catalog
    from tui.query.ingest import Report
    from tui.query.opening import Request


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``wideview`` with *argv* (default: this process's); returns the exit status."""
    from tui.headless.output import fail
    from tui.widgets.safe import visible

    arguments = list(sys.argv[1:] if argv is None else argv)
    for i in range(len(arguments) - 1):  # an expression may begin with a minus
        if arguments[i] in ("-w", "--where", "--boot", "--shift"):
            name = "--where" if arguments[i] == "-w" else arguments[i]
            arguments[i : i + 2] = [f"{name}={arguments[i + 1]}", ""]
    arguments = [argument for argument in arguments if argument]
    parser = _parser()
    known = {command.name for command in (EXPLORE, *COMMANDS, DEMO)}
    if not any(a in known for a in arguments[:1]) and not any(a in ("-h", "--help", "--version") for a in arguments):
        arguments.insert(0, "explore")
    try:
        options, more = parser.parse_known_args(arguments)
        if any(argument.startswith("-") and argument != "-" for argument in more) or (
            more and not hasattr(options, "paths")
        ):
            command = f" {arguments[0]}" if arguments[0] in known else ""
            parser.error(f"unrecognized arguments: {' '.join(more)}; wideview{command} --help lists them")
        if more:  # an option stands between the paths
            options.paths = [*options.paths, *more]
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    except FilterError as error:
        fail(str(error))
        where = str(getattr(options, "where", ""))
        sys.stderr.write(f"  {visible(where)}\n  {' ' * len(visible(where[: error.column]))}^\n")
        return WRONG
    except SqlError as error:
        fail(str(error))
        sys.stderr.write(f"  {visible(error.line)}\n  {' ' * len(visible(error.line[: error.column]))}^\n")
        return WRONG
    except EntityError as error:
        fail(str(error))
        for candidate in error.candidates:
            sys.stderr.write(f"  {visible(candidate)}\n")
        return WRONG if error.candidates or "not a key" in str(error) else NOTHING
    except WideviewError as error:
        fail(str(error))
        return WRONG
    except OSError as error:
        if not isinstance(error, BrokenPipeError):
            fail(f"{error.filename or 'output'}: {error.strerror or error}")
            return WRONG
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # a mistake of ours: 1 would say that nothing matched
        from tui.query import mistake

        fail(mistake.told(error))
        return WRONG


_signals: list[int] = []
"""Those that end the process."""


def _ended(number: int, frame: FrameType | None) -> None:
    """What is half done is taken away on the way out. The engine makes an interrupt of what is raised in its midst."""
    _signals.append(number)
    raise SystemExit(128 + number)


def run() -> None:
    """The command ``wideview``: :func:`main`, and out at once.

    Taking the engine and the interpreter apart costs a tenth of a short question. What is read from an index needs none
    of that; what is in memory may have files of its own, and is closed.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _ended)
    try:
        status = main()
    except SystemExit as end:  # a signal, or argparse
        status = end.code if isinstance(end.code, int) else WRONG if end.code else DONE
    except KeyboardInterrupt:
        status = 130
    except OSError:  # nobody is there any more to be told
        status = WRONG
    if _signals:
        status = 128 + _signals[0]
    for catalog in opened:
        if not catalog.store.read_only:
            catalog.store.close()
    if spool := sys.modules.get("tui.query.spool"):
        spool.leave()
    if whole := sys.modules.get("tui.query.whole"):
        whole.leave()
    with suppress(OSError):
        sys.stdout.flush()
    with suppress(OSError):
        sys.stderr.flush()
    os._exit(status)


class _Parser(argparse.ArgumentParser):
    """Names of files may be what a pattern of the shell gave; they are told as text."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and end."""
        from tui.widgets.safe import visible

        super().error(visible(message))


def _parser() -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = _Parser(
        prog="wideview",
        description="Explore the logs of a workflow run: one time-ordered stream of everything that was logged.",
        epilog="Without a command, opens the explorer on PATH...: files, directories, archives, globs; - is stdin.",
    )
    parser.add_argument("--version", action="version", version=f"wideview {VERSION}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in (EXPLORE, *COMMANDS, DEMO):
        command.add(commands)
    return parser


def _explore(options: argparse.Namespace) -> int:
    if not options.paths:
        raise WideviewError("which PATH? For instance: wideview runinfo/   (or: wideview demo, wideview --help)")
    from concurrent.futures import ThreadPoolExecutor

    asked = with_keys(request(options, options.paths))
    ahead = ThreadPoolExecutor(1, "first")
    first = ahead.submit(_first, asked)  # the engine works while the screen is imported

    from tui.app import WideviewApp

    def load(report: Report) -> Iterator[Browser]:
        early, browser = first.result()
        if early is not None:
            yield browser(early)
        if early is None or not early.complete:
            from tui.query.opening import open_catalog

            yield browser(open_catalog(asked, report))

    app = WideviewApp(load)
    app.run()
    return app.return_code or DONE


def _first(request: Request) -> tuple[Catalog | None, type[Browser]]:
    """What can be shown at once: all from an index, or the heads of the files; and what browses it."""
    from tui.query.browse import Browser
    from tui.query.opening import at_once

    return at_once(request), Browser


def _demo(options: argparse.Namespace) -> int:
    from importlib import resources

    run = str(resources.files("tui") / "demo" / "runinfo")
    if options.path:
        print(run)
        return DONE
    options.paths = [run]
    return _explore(options)


EXPLORE = Command(
    "explore",
    "the explorer (what 'wideview PATH...' does)",
    _explore,
    (argument("paths", nargs="*", metavar="PATH"),),
)
DEMO = Command(
    "demo",
    "the explorer on a bundled run",
    _demo,
    (argument("--path", action="store_true", help="only print where the bundled run lies"),),
)


if __name__ == "__main__":
    run()
