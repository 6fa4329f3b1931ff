"""``wideview sql``: the answer to a statement, as a table for people, as JSON lines or as CSV."""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import orjson

from tui.errors import WideviewError
from tui.headless.commands import DONE, NOTHING, open_
from tui.headless.output import WHOLE, columns, data, fail, line
from tui.query import rows_of
from tui.query.rows_of import dicts
from tui.query.sql_view import Answer
from tui.widgets.safe import shorten

_NARROW = 8
_GAP = "  "


def run(options: argparse.Namespace) -> int:
    """Ask what the last of the paths says of the others; 1 when there is no row."""
    *paths, sql = options.paths
    if not paths or os.path.exists(sql):
        raise WideviewError("sql needs at least one PATH and one statement, such as: runinfo 'SELECT * FROM records'")
    catalog = open_(options, paths)
    if options.where:
        from tui.query import filters  # the language is not loaded for those who do not speak it

        for note in filters.check(catalog, options.where):
            fail(note)
    answer = rows_of.ask(catalog, sql, where=options.where)
    count = _json(answer) if options.json else _csv(answer) if options.csv else show(answer)
    return DONE if count else NOTHING


def show(answer: Answer) -> int:
    """Print *answer* as aligned columns that fit the terminal; where there are too many, one record below the other.
    Returns the number of rows."""
    wide = columns()
    terminal = None if wide == WHOLE else wide
    count, widths = 0, None
    right = [_number(kind) for kind in answer.types]
    for page in answer.pages:
        texts = _texts(page, answer.types)
        if widths is None:
            widths = _widths(answer, texts, terminal)
            if widths:
                _line(answer.names, widths, right)
        for row in texts:
            count += 1
            if widths:
                _line(row, widths, right)
            else:
                _record(count, answer.names, row, terminal or 80)
    return count


def _texts(page: Sequence[Sequence[object]], types: Sequence[str]) -> list[list[str]]:
    """The values of a page as text; broken numbers of a column with as many places, so that their points align."""
    texts = [[_text(value) for value in row] for row in page]
    for i in (i for i, kind in enumerate(types) if kind in ("DOUBLE", "FLOAT")):
        places = max(len(row[i].partition(".")[2]) for row in texts)
        for row in texts if places else ():
            if row[i].removeprefix("-").replace(".", "", 1).isdigit():
                whole, _, part = row[i].partition(".")
                row[i] = f"{whole}.{part.ljust(places, '0')}"
    return texts


def _widths(answer: Answer, rows: Sequence[Sequence[str]], terminal: int | None) -> list[int]:
    """How wide each column is, texts narrowed until all fit *terminal*, the widest first; empty when they cannot."""
    widths = [max(len(name), *(len(row[i]) for row in rows)) for i, name in enumerate(answer.names)]
    if terminal is None:
        return widths
    room = terminal - len(_GAP) * (len(widths) - 1)
    texts = [i for i, kind in enumerate(answer.types) if not _number(kind) and not kind.startswith("TIME")]
    while (over := sum(widths) - room) > 0:
        widest = max((widths[i] for i in texts), default=0)
        if widest <= _NARROW:
            return []
        most = [i for i in texts if widths[i] == widest]
        below = max((widths[i] for i in texts if widths[i] < widest), default=0)
        less = min(widest - max(below, _NARROW), -(-over // len(most)))
        for i in most:
            widths[i] -= less
    return widths


def _line(texts: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> None:
    cells = [shorten(text, width) for text, width in zip(texts, widths, strict=True)]
    padded = [c.rjust(w) if r else c.ljust(w) for c, w, r in zip(cells, widths, right, strict=True)]
    line(_GAP.join(padded).rstrip())


def _record(number: int, names: Sequence[str], row: Sequence[str], terminal: int) -> None:
    """A row that has too many columns: one a line, but for those that it has not."""
    line(f"row {number}")
    known = [(name, text) for name, text in zip(names, row, strict=True) if text]
    width = min(max((len(name) for name, _ in known), default=0), terminal // 2)
    for name, text in known:
        line(_GAP + shorten(name, width).ljust(width) + _GAP + shorten(text, terminal - width - 2 * len(_GAP)))


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case datetime():
            return value.replace(tzinfo=None).isoformat(" ")
        case float():
            plain = f"{value:.9f}".rstrip("0").rstrip(".")
            return plain if 1e-6 <= abs(value) < 1e15 or not value else str(value)
        case list() | dict() | tuple():
            return _dumped(value).decode()
        case bytes():
            return value.decode("utf-8", "backslashreplace")
    return str(value)


def _number(kind: str) -> bool:
    return kind.startswith(("DECIMAL", "DOUBLE", "FLOAT")) or kind.endswith("INT") or kind == "INTEGER"


def _json(answer: Answer) -> int:
    count, out = 0, data()
    for value in dicts(answer):
        out.write(_dumped(value) + b"\n")
        count += 1
    out.flush()
    return count


class _Rows:
    """Takes rows of CSV that go to a terminal, which gets them as text."""

    def write(self, row: str) -> None:
        """One row."""
        line(row.removesuffix("\n"))


def _csv(answer: Answer) -> int:
    writer = csv.writer(_Rows() if sys.stdout.isatty() else sys.stdout, lineterminator="\n")
    count = 0
    for page in answer.pages:
        if not count:
            writer.writerow(answer.names)
        writer.writerows([_text(value) for value in row] for row in page)
        count += len(page)
    return count


def _plain(value: object) -> object:
    """*value*, which JSON has not, as what it has."""
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else _text(value)


def _dumped(value: object) -> bytes:
    try:
        return orjson.dumps(value, default=_plain, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_UTC_Z)
    except TypeError:  # a whole number of more than 64 bits
        return json.dumps(value, default=_plain, ensure_ascii=False).encode("utf-8", "backslashreplace")
