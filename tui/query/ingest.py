"""Paths in, records in the store: find files, recognise them, read them, and load them.

Afterwards the store holds ``records`` (a column for every key, numbered by ``rowid``), ``lines`` (place, line, bytes
and time of every record, same numbers), ``keys``, ``files``, ``rejects``, ``skipped`` and ``errors``; ``widen.py``
makes the rest of it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tui.errors import InputError, StoreError
from tui.query import lines as line_scan
from tui.query import tables, widen
from tui.query.model import Progress
from tui.query.options import Options
from tui.query.place import Places
from tui.query.reading import Reading
from tui.query.recognise import Input, Recogniser, recognise
from tui.query.rules import RuleSet
from tui.query.store import Store, only, quote
from tui.query.zones import Zones
from tui.records import NO_TIME, TIME_INSIDE
from tui.sources.base import File
from tui.sources.walk import Skipped

#: The engine refuses longer lines than this; files that have one are read line by line.
MAX_OBJECT = 32 << 20

#: A directory called ``name=x`` must not become the key ``name`` of its records.
_PLAINLY = f"ignore_errors=true, hive_partitioning=false, maximum_object_size={MAX_OBJECT}"

Report = Callable[[Progress], None]
Found = tuple[list[File], list[Skipped]]
"""What :func:`tui.sources.walk.walk` returns."""


def ingest(
    store: Store,
    found: Found,
    rules: RuleSet,
    options: Options | None = None,
    report: Report | None = None,
    limit: int | None = None,
    recogniser: Recogniser | None = None,
) -> None:
    """Load the files *found* into the empty *store*. InputError when there is nothing to load.

    With *limit*, reads only about that many bytes at the head of each file: a preview. *recogniser* is the one that was
    asked already, if any was.
    """
    options = options or Options()
    tell = report or (lambda progress: None)
    inputs, skipped = recognise(*found, recogniser or Recogniser(options, rules.format))
    places = Places(rules.constant)
    places.add([each.file.where for each in inputs])
    total = sum(each.file.size for each in inputs)
    with tempfile.TemporaryDirectory(prefix="wideview-") as scratch:
        reading = Reading(Path(scratch) / "spool", lambda n, done: tell(Progress("reading", n, done // 3, total)))
        keys = _mark_engine_files(store, inputs) if limit is None else []
        try:
            columns, used = _read(store, inputs, reading, places, options, limit, keys, tell)
        except _Changed:  # somebody writes to it now: what a reader reads is what is loaded, however that goes on
            store.execute("DROP TABLE records")
            for each in inputs:
                each.scan = None
            reading = Reading(Path(scratch) / "spool", lambda n, done: tell(Progress("reading", n, done // 3, total)))
            columns, used = _read(store, inputs, reading, places, options, limit, [], tell)
    store.table("lines", columns)
    offset = len(columns["line"]) - len(reading.columns.file)
    _describe(store, inputs, skipped, places, options, used, [(n + offset, why) for n, why in reading.columns.errors])
    count = len(columns["line"])
    tell(Progress("widening", count, total // 2, total))
    widen.widen(
        store,
        rules,
        places,
        reading.columns.rundirs,
        options,
        lambda share: tell(Progress("widening", count, int(total * (1 + share) / 2), total)),
    )


class _Changed(Exception):
    """A file is not any more what it was when its lines were counted."""


def _read(
    store: Store,
    inputs: list[Input],
    reading: Reading,
    places: Places,
    options: Options,
    limit: int | None,
    keys: list[str],
    tell: Report,
) -> tuple[dict[str, np.ndarray[Any, Any]], dict[int, set[str]]]:
    """Read all *inputs* into ``records``: the columns of ``lines``, and the zones that were used, by file."""
    zones = Zones(options.zone)
    for each in inputs:
        if each.scan is None:
            before = len(reading.columns.file)
            with tables.readable(store, each.file, each.source, reading.path.parent, limit) as (file, damage):
                each.notes = reading.read(each.number, file, each.source, limit)
            each.notes.rejected += damage
            each.records = len(reading.columns.file) - before
            zones.prove(places.places[each.number].scope, each.notes.zone)
    reading.close()
    used = _to_utc(reading, places, zones)
    counting = _counting(reading)
    for each in inputs:
        if (boot := options.boot_of(each.file, each.source)) is not None:
            _from_boot(reading, each.number, boot)
        elif each.number in counting:
            used.setdefault(each.number, set()).add(
                f"counts from a start; --boot {each.source.name}=TIME says when it was"
            )
    engine = [each for each in inputs if each.scan]
    scanned = [each.scan for each in engine if each.scan]
    for each, seen in zip(engine, scanned, strict=True):
        each.records = each.notes.first = len(seen.offset)
        each.notes.blank = seen.blank
    total = sum(each.file.size for each in inputs)
    tell(Progress("loading", len(reading.columns.file), max(reading.done, total // 2) // 3, total))
    columns = _lines(engine, scanned, reading)
    if not len(columns["line"]):
        reasons = [f"{each.file.name}: {why}" for each in inputs for _, why in each.notes.rejected[:1]]
        raise InputError(f"nothing to load: {'; '.join(reasons[:3]) or 'every file is empty'}")
    _load(store, [each.file.path for each in engine], reading, keys, len(columns["line"]))
    return columns, used


def _mark_engine_files(store: Store, inputs: list[Input]) -> list[str]:
    """Find the JSON-lines files that the engine reads without a loss, and all their keys."""
    candidates = [each for each in inputs if each.source.json_lines and each.file.size]
    if not candidates:
        return []
    files = ", ".join(only(each.file.path) for each in candidates)
    try:
        found = store.execute(
            # Lists are long to compare: those with the same hash are the same.
            "SELECT file, any_value(keys), count(*), count(json) FROM "
            f"(SELECT file_index AS file, json, json_keys(json) AS keys FROM {_objects(files)}) "
            "GROUP BY file, hash(keys)"
        )
    except StoreError:  # a line longer than the engine takes
        return []
    rows = [0] * len(candidates)
    bad = [False] * len(candidates)
    keys: dict[int, dict[str, None]] = {}
    for index, names, count, sound in found:
        rows[index] += count
        # Of a key that occurs twice the engine takes the first value, everybody else the last.
        bad[index] = bad[index] or sound < count or not names or len(set(names)) < len(names)
        keys.setdefault(index, {}).update(dict.fromkeys(names or ()))
    merged: dict[str, None] = {}
    for index, each in enumerate(candidates):
        if bad[index]:
            continue
        found_lines = line_scan.scan(each.file.path)
        if rows[index] == len(found_lines.line):
            each.scan = found_lines
            merged.update(keys.get(index, {}))
    return list(merged)


def _objects(files: str) -> str:
    return f"read_ndjson_objects([{files}], {_PLAINLY})"


def _load(store: Store, files: Sequence[str], reading: Reading, keys: Sequence[str], expected: int) -> None:
    """Create ``records`` and ``keys``: what the engine reads itself (it has *keys*), then what readers spooled (``raw``
    keeps that). _Changed when it is not *expected* records."""
    names = list(dict.fromkeys([*keys, *reading.columns.names]))
    missing = "".join(f"CAST(NULL AS VARCHAR) AS c{i}, " for i in range(len(keys), len(names)))
    missing += "CAST(NULL AS VARCHAR) AS raw"
    listed = ", ".join(map(only, files))
    if not files:
        sound = f"SELECT {missing} LIMIT 0"
    elif len({name.lower() for name in keys}) == len(keys):  # the engine's own columns do not know case
        columns = "{" + ", ".join(f"{quote(name)}: 'VARCHAR'" for name in keys) + "}"
        renamed = "".join(f'"{name.replace(chr(34), chr(34) * 2)}" AS c{i}, ' for i, name in enumerate(keys))
        sound = (
            f"SELECT {renamed}{missing} FROM read_json([{listed}], columns={columns}, "
            f"format='newline_delimited', auto_detect=false, {_PLAINLY})"
        )
    else:
        sound = f"SELECT {_picked(keys)}, {missing} FROM {_extracted(keys, listed)}"
    store.execute(f"CREATE TABLE records AS {sound}")
    if reading.columns.file:
        spool = _extracted(names, only(str(reading.path)))
        store.execute(f"INSERT INTO records SELECT {_picked(names)}, json::VARCHAR FROM {spool}")
    if store.execute("SELECT count(*) FROM records")[0][0] != expected:
        raise _Changed
    rows = [(i, name, f"c{i}") for i, name in enumerate(names)]
    store.table_of("keys", ("id", "name", "col"), rows, "INTEGER, VARCHAR, VARCHAR")


def _extracted(names: Sequence[str], files: str) -> str:
    pointers = ", ".join(quote("/" + name.replace("~", "~0").replace("/", "~1")) for name in names)
    return f"(SELECT json_extract_string(json, [{pointers}]) AS x, json FROM {_objects(files)})"


def _picked(names: Sequence[str]) -> str:
    return ", ".join(f"x[{i}] AS c{i - 1}" for i in range(1, len(names) + 1))


def _to_utc(reading: Reading, places: Places, zones: Zones) -> dict[int, set[str]]:
    """Fill in the times of clocks without a zone; says per file number which zone was used."""
    columns = reading.columns
    by_run: dict[tuple[int, int], int | None] = {}
    used: dict[int, set[str]] = {}
    paths = {scope.path: scope for scope in places.scopes}
    for at, local in enumerate(columns.local):
        if local == NO_TIME:
            continue
        file, run = columns.file[at], columns.run[at]
        if (file, run) not in by_run:
            scope = places.scopes[places.places[file].scope]
            rundir = columns.rundirs.get(columns.runs[run]) if run >= 0 else None
            home = paths.get(f"{scope.path}/{rundir}", scope) if rundir else scope
            by_run[file, run] = zones.nearest(home, places.scopes)
            used.setdefault(file, set()).add(zones.describe(by_run[file, run]))
        columns.time[at] = zones.utc(local, by_run[file, run])
    return used


def _counting(reading: Reading) -> set[int]:
    """The numbers of the files with a clock that counts from a start."""
    columns = reading.columns.arrays()
    return set(np.unique(columns["file"][columns["elapsed"] != NO_TIME]).tolist())


def _from_boot(reading: Reading, file: int, boot: int) -> None:
    """Fill in the times of file number *file*, whose clock started at *boot*."""
    columns = reading.columns
    for at, elapsed in enumerate(columns.elapsed):
        if elapsed != NO_TIME and columns.file[at] == file:
            columns.time[at] = boot + elapsed


def _lines(
    engine: list[Input], scanned: Sequence[line_scan.Lines], reading: Reading
) -> dict[str, np.ndarray[Any, Any]]:
    spooled = reading.columns.arrays()

    def joined(name: str, of: Callable[[Input, line_scan.Lines], np.ndarray[Any, Any]]) -> np.ndarray[Any, Any]:
        return np.concatenate([*(of(e, s) for e, s in zip(engine, scanned, strict=True)), spooled[name]])

    return {
        "place": joined("file", lambda e, s: np.full(len(s.offset), e.number, np.int32)),
        "line": joined("line", lambda e, s: s.line),
        "offset": joined("offset", lambda e, s: s.offset),
        "length": joined("length", lambda e, s: s.length),
        "time": joined("time", lambda e, s: np.full(len(s.offset), TIME_INSIDE, np.int64)),
    }


def _describe(
    store: Store,
    inputs: list[Input],
    skipped: list[Skipped],
    places: Places,
    options: Options,
    used: dict[int, set[str]],
    errors: list[tuple[int, str]],
) -> None:
    files, rejects = [], []
    for each in inputs:
        notes, file = each.notes, each.file
        zone = ", ".join(sorted(used.get(each.number, ())))
        about = (each.number, file.path, file.name, file.size, file.mtime_ns, each.source.name, each.source.lines)
        counts = (each.records, notes.first, notes.continuation, notes.damaged, notes.blank, notes.rows)
        shift = options.shift_of(file, each.source)
        files.append((*about, *counts, zone, each.scan is None, shift, bool(each.source.time), notes.unordered))
        rejects += [(each.number, line, "rejected", why) for line, why in notes.rejected]
        if file.damage:
            rejects.append((each.number, 0, "rejected", f"cannot be read whole: {file.damage}"))
        rejects += [(each.number, line, "mended", why) for line, why in notes.mended]
    names = "id path name size mtime_ns source of_lines records first continuation damaged blank rows zone spooled"
    types = "INTEGER, VARCHAR, VARCHAR, BIGINT, BIGINT, VARCHAR, BOOLEAN"
    types += ", BIGINT, BIGINT, BIGINT, BIGINT, BIGINT, BIGINT, VARCHAR, BOOLEAN, BIGINT, BOOLEAN, BOOLEAN"
    store.table_of("files", [*names.split(), "shift", "timed", "unordered"], files, types)
    columns = ("file", "line", "kind", "reason")
    store.table_of("rejects", columns, rejects, "INTEGER, BIGINT, VARCHAR, VARCHAR")
    store.table_of("skipped", ("name", "reason"), [(s.name, s.reason) for s in skipped], "VARCHAR, VARCHAR")
    store.table_of("errors", ("record", "reason"), errors, "BIGINT, VARCHAR")
