"""The command line. Without a command it opens the explorer; every command is a screen's headless twin.

Exit status: 0 done, 1 nothing matched (``lint``: something was found), 2 bad usage or unreadable input. Results go to
standard output, progress and messages to standard error. Nothing heavy is imported before it is needed.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from tui.errors import EntityError, FilterError, WideviewError
from tui.headless.loading import add_options, request, with_keys
from tui.version import VERSION

if TYPE_CHECKING:
    from tui.query.browse import Browser
    from tui.query.catalog import Catalog
    from tui.query.ingest import Report
    from tui.query.opening import Request

DONE, NOTHING, WRONG = 0, 1, 2

_opened: list[Catalog] = []
"""What this process opened."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``wideview`` with *argv* (default: this process's); returns the exit status."""
    from tui.headless.output import fail

    arguments = list(sys.argv[1:] if argv is None else argv)
    for i in range(len(arguments) - 1):  # an expression may begin with a minus
        if arguments[i] in ("-w", "--where", "--boot", "--shift"):
            name = "--where" if arguments[i] == "-w" else arguments[i]
            arguments[i : i + 2] = [f"{name}={arguments[i + 1]}", ""]
    arguments = [argument for argument in arguments if argument]
    parser = _parser()
    known = {"info", "lint", "export", "flow", "demo", "explore", "formats"}
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
        sys.stderr.write(f"  {getattr(options, 'where', '')}\n  {' ' * error.column}^\n")
        return WRONG
    except EntityError as error:
        fail(str(error))
        for candidate in error.candidates:
            sys.stderr.write(f"  {candidate}\n")
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
        traceback.print_exc()
        fail(f"a mistake in wideview: {type(error).__name__}: {error}")
        return WRONG


def run() -> None:
    """The command ``wideview``: :func:`main`, and out at once.

    Taking the engine and the interpreter apart costs a tenth of a short question. What is read from an index needs none
    of that; what is in memory may have files of its own, and is closed.
    """
    status = main()
    for catalog in _opened:
        if not catalog.store.read_only:
            catalog.store.close()
    if spool := sys.modules.get("tui.query.spool"):
        spool.leave()
    with suppress(OSError):
        sys.stdout.flush()
    with suppress(OSError):
        sys.stderr.flush()
    os._exit(status)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="wideview",
        description="Explore the logs of a workflow run: one time-ordered stream of everything that was logged.",
        epilog="Without a command, opens the explorer on PATH...: files, directories, archives, globs; - is stdin.",
    )
    parser.add_argument("--version", action="version", version=f"wideview {VERSION}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    explore = _command(commands, "explore", "the explorer (what 'wideview PATH...' does)", _explore)
    explore.add_argument("paths", nargs="*", metavar="PATH")
    info = _command(commands, "info", "what was read: sources, records, rejected lines, keys, rules, conflicts", _info)
    info.add_argument("paths", nargs="+", metavar="PATH")
    info.add_argument("--json", action="store_true", help="one JSON object a line")
    lint = _command(commands, "lint", "what is wrong with the data: contradictions, missing keys, early ends", _lint)
    lint.add_argument("paths", nargs="+", metavar="PATH")
    lint.add_argument("--json", action="store_true", help="one JSON object a line")
    export = _command(commands, "export", "records as JSON lines, CSV or Parquet", _export)
    export.add_argument("paths", nargs="+", metavar="PATH")
    export.add_argument("-w", "--where", default="", metavar="EXPR", help="only what this filter expression leaves")
    export.add_argument(
        "-o", "--output", metavar="FILE", help="write FILE, whole or not at all (default: standard output)"
    )
    export.add_argument("--format", choices=("jsonl", "csv", "parquet"), default="jsonl")
    export.add_argument("--json", action="store_true", help="the same as --format jsonl")
    flow = _command(commands, "flow", "one entity's records across all sources, with the time of every step", _flow)
    flow.add_argument(
        "paths", nargs="+", metavar="PATH... KEY=VALUE", help="for instance: runinfo parsl.rundir=000 parsl.task=5"
    )
    flow.add_argument("--json", action="store_true", help="one JSON object a line")
    formats = _command(commands, "formats", "the log kinds that are known; 'check FILE...' tests your own", _formats)
    formats.add_argument("paths", nargs="*", metavar="check FILE", help="rule files with [[format]] tables and samples")
    formats.add_argument("--json", action="store_true", help="one JSON object a line")
    demo = _command(commands, "demo", "the explorer on a bundled run", _demo)
    demo.add_argument("--path", action="store_true", help="only print where the bundled run lies")
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    help_: str,
    run: Callable[[argparse.Namespace], int],
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=help_, description=help_)
    command.set_defaults(run=run)
    command.add_argument(
        "--rules", action="append", default=[], metavar="FILE", help="rules (TOML), or workqueue-order; repeatable"
    )
    command.add_argument("--no-cache", action="store_true", help="neither use nor leave an index")
    if run is not _formats:
        add_options(command)
    return command


def _open(options: argparse.Namespace, paths: Sequence[str]) -> Catalog:
    from tui.headless.output import ProgressLine, fail
    from tui.query.opening import beside, open_catalog

    progress = ProgressLine()
    try:
        catalog = open_catalog(request(options, paths), progress)
    finally:
        progress.clear()
    _opened.append(catalog)
    for notice in catalog.notices:
        fail(notice)
    for path in beside(catalog) if not (options.only or options.skip) else ():
        fail(f"{path} lies beside what was opened and was not read; it may tell more")
    return catalog


def _info(options: argparse.Namespace) -> int:
    from tui.headless import info, output
    from tui.query.info import report

    catalog = _open(options, options.paths)
    if options.json:
        output.json_lines(report(catalog))
    else:
        info.show(catalog)
    return DONE


def _lint(options: argparse.Namespace) -> int:
    from tui.headless import lint, output
    from tui.query.lint import FINDINGS, report

    catalog = _open(options, options.paths)
    if not options.json:
        return NOTHING if lint.show(catalog) else DONE
    found = list(report(catalog))
    output.json_lines(found)
    return NOTHING if any(fact["kind"] in FINDINGS for fact in found) else DONE


def _export(options: argparse.Namespace) -> int:
    from tui.headless.output import fail
    from tui.query import export, filters
    from tui.query.model import Selection

    if options.format == "parquet" and not options.output:
        raise WideviewError("--format parquet needs -o FILE")
    catalog = _open(options, options.paths)
    for note in filters.check(catalog, options.where):
        fail(note)
    selection = Selection(options.where)
    told = len(catalog.notices)
    if options.output:
        count = export.save(catalog, selection, options.output, options.format)
    else:
        count = export.write(catalog, selection, sys.stdout.buffer, options.format)
        sys.stdout.buffer.flush()
    for notice in catalog.notices[told:]:
        fail(notice)
    return DONE if count else NOTHING


def _flow(options: argparse.Namespace) -> int:
    from tui.headless import flow, output
    from tui.query import entities
    from tui.query.flow import flow as flow_of

    paths = [a for a in options.paths if "=" not in a or os.path.exists(a)]
    pairs = [(key, value) for key, _, value in (a.partition("=") for a in options.paths if a not in paths)]
    if not paths or not pairs:
        raise WideviewError("flow needs at least one PATH and one KEY=VALUE, such as: runinfo parsl.task=5")
    catalog = _open(options, paths)
    found = flow_of(catalog, entities.resolve(catalog, pairs))
    if options.json:
        output.json_lines(flow.objects(found))
    else:
        flow.show(catalog, found)
    return DONE if found.steps else NOTHING


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


def _formats(options: argparse.Namespace) -> int:
    from tui.headless import formats

    if not options.paths:
        formats.show(options.rules, options.json)
        return DONE
    if options.paths[0] != "check" or len(options.paths) < 2:
        raise WideviewError("formats lists the log kinds; 'wideview formats check FILE...' checks those of a rule file")
    differ, unreadable = formats.check([*options.paths[1:], *options.rules], options.json)
    return WRONG if unreadable else NOTHING if differ else DONE


def _demo(options: argparse.Namespace) -> int:
    from importlib import resources

    run = str(resources.files("tui") / "demo" / "runinfo")
    if options.path:
        print(run)
        return DONE
    options.paths = [run]
    return _explore(options)


if __name__ == "__main__":
    run()
