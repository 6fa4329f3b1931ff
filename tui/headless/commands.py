"""The commands of the command line that need no terminal: what each takes, and what runs it.

A new one is a module of this package with ``run(options) -> exit status``, a function here that imports it when it is
needed (the command line starts without what it does not use), and a row of :data:`COMMANDS`.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tui.errors import WideviewError
from tui.headless.loading import add_options, request

if TYPE_CHECKING:
    from tui.query.catalog import Catalog

DONE, NOTHING, WRONG = 0, 1, 2

opened: list[Catalog] = []
"""What this process opened."""

Run = Callable[[argparse.Namespace], int]
Argument = tuple[tuple[str, ...], dict[str, Any]]


class _Help(argparse.HelpFormatter):
    """Shows what stands for several arguments, such as ``PATH... [NAME]``, once and as it is."""

    def _format_args(self, action: argparse.Action, default_metavar: str) -> str:
        if not isinstance(action.metavar, str) or " " not in action.metavar:
            return super()._format_args(action, default_metavar)
        return f"[{action.metavar}]" if action.nargs == "*" else action.metavar


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its name, a line of help, what runs it, and its arguments as for ``add_argument``."""

    name: str
    help: str
    run: Run
    arguments: tuple[Argument, ...]
    opens: bool = True
    """It opens data, and takes the options that say what of them to load."""

    def add(self, commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
        """Make it one of *commands*."""
        parser = commands.add_parser(self.name, help=self.help, description=self.help, formatter_class=_Help)
        parser.set_defaults(run=self.run)
        parser.add_argument(
            "--rules", action="append", default=[], metavar="FILE", help="rules (TOML), or workqueue-order; repeatable"
        )
        parser.add_argument("--no-cache", action="store_true", help="neither use nor leave an index")
        if self.opens:
            add_options(parser)
        for names, settings in self.arguments:
            parser.add_argument(*names, **settings)


def argument(*names: str, **settings: Any) -> Argument:
    """An argument of a command, as for ``add_argument``."""
    return names, settings


def open_(options: argparse.Namespace, paths: Sequence[str]) -> Catalog:
    """What *paths* and the options of the command say, with notices told on standard error."""
    from tui.headless.output import ProgressLine, fail
    from tui.query.opening import beside, open_catalog

    progress = ProgressLine()
    try:
        catalog = open_catalog(request(options, paths), progress)
    finally:
        progress.clear()
    opened.append(catalog)
    for notice in catalog.notices:
        fail(notice)
    for path in beside(catalog) if not (options.only or options.skip) else ():
        fail(f"{path} lies beside what was opened and was not read; it may tell more")
    return catalog


def _info(options: argparse.Namespace) -> int:
    from tui.headless import info, output
    from tui.query.info import report

    catalog = open_(options, options.paths)
    if options.json:
        output.json_lines(report(catalog))
    else:
        info.show(catalog)
    return DONE


def _lint(options: argparse.Namespace) -> int:
    from tui.headless import lint, output
    from tui.query.lint import FINDINGS, report

    catalog = open_(options, options.paths)
    if not options.json:
        return NOTHING if lint.show(catalog) else DONE
    found = list(report(catalog))
    output.json_lines(found)
    return NOTHING if any(fact["kind"] in FINDINGS for fact in found) else DONE


def _export(options: argparse.Namespace) -> int:
    from tui.headless.output import data, fail
    from tui.query import export, filters
    from tui.query.model import Selection

    if options.format == "parquet" and not options.output:
        raise WideviewError("--format parquet needs -o FILE")
    catalog = open_(options, options.paths)
    for note in filters.check(catalog, options.where):
        fail(note)
    selection = Selection(options.where)
    told = len(catalog.notices)
    if options.output:
        count = export.save(catalog, selection, options.output, options.format)
    else:
        out = data(options.format == "jsonl")
        count = export.write(catalog, selection, out, options.format)
        out.flush()
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
    catalog = open_(options, paths)
    found = flow_of(catalog, entities.resolve(catalog, pairs))
    if options.json:
        from tui.query.typical import typical

        output.json_lines(flow.objects(found, typical(catalog, found.entity)))
    else:
        flow.show(catalog, found)
    return DONE if found.steps else NOTHING


def _formats(options: argparse.Namespace) -> int:
    from tui.headless import formats

    if not options.paths:
        formats.show(options.rules, options.json)
        return DONE
    if options.paths[0] != "check" or len(options.paths) < 2:
        raise WideviewError("formats lists the log kinds; 'wideview formats check FILE...' checks those of a rule file")
    differ, unreadable = formats.check([*options.paths[1:], *options.rules], options.json)
    return WRONG if unreadable else NOTHING if differ else DONE


def _chart(options: argparse.Namespace) -> int:
    from tui.headless import chart

    return chart.run(options)


def _sql(options: argparse.Namespace) -> int:
    from tui.headless import sql

    return sql.run(options)


def _templates(options: argparse.Namespace) -> int:
    from tui.headless import templates

    return templates.run(options)


def _steps(options: argparse.Namespace) -> int:
    from tui.headless import steps

    return steps.run(options)


def _cache(options: argparse.Namespace) -> int:
    from tui.headless import cache

    return cache.run(options)


PATHS = argument("paths", nargs="+", metavar="PATH")
JSON = argument("--json", action="store_true", help="one JSON object a line")
WHERE = argument("-w", "--where", default="", metavar="EXPR", help="only what this filter expression leaves")

COMMANDS = (
    Command("info", "what was read: sources, records, rejected lines, keys, rules, conflicts", _info, (PATHS, JSON)),
    Command("lint", "what is wrong with the data: contradictions, missing keys, early ends", _lint, (PATHS, JSON)),
    Command(
        "export",
        "records as JSON lines, CSV or Parquet",
        _export,
        (
            PATHS,
            WHERE,
            argument("-o", "--output", metavar="FILE", help="write FILE, whole or not at all, not to standard output"),
            argument("--format", choices=("jsonl", "csv", "parquet"), default="jsonl"),
            argument("--json", action="store_true", help="the same as --format jsonl"),
        ),
    ),
    Command(
        "flow",
        "one entity's records across all sources, with the time of every step",
        _flow,
        (
            argument(
                "paths",
                nargs="+",
                metavar="PATH... KEY=VALUE",
                help="for instance: runinfo parsl.rundir=000 parsl.task=5",
            ),
            JSON,
        ),
    ),
    Command(
        "templates",
        "the templates of the records: how often, when, from where, and what is new, rare or of failed tasks alone",
        _templates,
        (
            PATHS,
            WHERE,
            argument(
                "--sort",
                default="count",
                metavar="KEY",
                help="count (the default), level, marks, entities, first, last, rate, source or text",
            ),
            JSON,
        ),
    ),
    Command(
        "steps",
        "the steps that tasks typically take, and where the time goes",
        _steps,
        (
            PATHS,
            argument("--by", action="append", default=[], metavar="KEY,...", help="what takes the steps (tasks)"),
            WHERE,
            argument("--variant", type=int, metavar="N", help="the steps of this variant; 0 is all together"),
            JSON,
        ),
    ),
    Command(
        "chart",
        "numbers over time as text or as a picture; without a NAME, the charts that the data can fill",
        _chart,
        (
            argument("paths", nargs="+", metavar="PATH... [NAME]", help="such as: runinfo states, or states runinfo"),
            argument("--of", default="", metavar="KEY", help="what the chart is about, of what the list says"),
            WHERE,
            argument("--apart", action="store_true", help="parts of a whole side by side, not one on the other"),
            argument("--save", metavar="FILE", help="write FILE.png or FILE.svg (needs matplotlib)"),
            JSON,
        ),
    ),
    Command(
        "sql",
        "one SQL question to the records, as a table named records",
        _sql,
        (
            argument(
                "paths", nargs="+", metavar="PATH... SELECT", help="for instance: runinfo 'SELECT * FROM records'"
            ),
            WHERE,
            JSON,
            argument("--csv", action="store_true", help="comma-separated values, with a head line"),
        ),
    ),
    Command(
        "formats",
        "the log kinds that are known; 'check FILE...' tests your own",
        _formats,
        (
            argument("paths", nargs="*", metavar="check FILE", help="rule files with [[format]] tables and samples"),
            JSON,
        ),
        opens=False,
    ),
    Command(
        "cache",
        "the indexes that are kept; 'clear [PATH...]' takes them away",
        _cache,
        (argument("paths", nargs="*", metavar="clear [PATH]", help="only those of PATH, and of what lies below"), JSON),
        opens=False,
    ),
)
"""In the order of the help."""
