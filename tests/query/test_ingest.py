"""Tests of tui.query.ingest: every line of every file is in the store, whoever read it."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.query import making
from tests.query.making import START, Seen, files, line, load, parsl, see, text, write
from tui.errors import InputError, StoreError
from tui.query import ingest, rules
from tui.query.catalog import Catalog
from tui.query.model import Progress
from tui.query.store import Store
from tui.records import LEVELS
from tui.sources.json_objects import parse
from tui.sources.walk import walk

#: One rule is enough where only reading is tested: it is five times as fast.
FEW = "[[alias]]\nkey = 'parsl.task'\nof = ['task_id']\n"


def few(*paths: Path) -> Catalog:
    return load(*paths, toml=FEW, builtin=False)


def read_by_engine(catalog: Catalog) -> dict[str, bool]:
    """Path -> whether the engine read the file itself (it spools nothing then)."""
    rows = catalog.reader("test").rows(
        "SELECT f.path, count(r.raw) FROM records r JOIN stream s ON r.rowid = s.record JOIN files f ON s.file = f.id "
        "GROUP BY 1"
    )
    return {path: count == 0 for path, count in rows}


def without_place(seen: Sequence[Seen]) -> list[Seen]:
    return [replace(each, id=0, file="", scope=(), label="") for each in seen]


FIRST = line(parsl(0, "first"))
DAMAGED = '{"created": 1795159\n'


def twice(root: Path, lines: str) -> tuple[list[Seen], list[Seen]]:
    """The records of *lines* as the engine reads them, and as the Python reader does."""
    write(root, {"a/000/parsl.jsonlog": FIRST + lines, "b/000/parsl.jsonlog": FIRST + lines + DAMAGED})
    sound, damaged = load(root / "a"), load(root / "b")
    assert list(read_by_engine(sound).values()) == [True]
    assert list(read_by_engine(damaged).values()) == [False]
    mended = [each for each in see(damaged) if not each.error]
    assert len(see(damaged)) == len(mended) + 1
    return without_place(see(sound)), without_place(mended)


NUMBERS = "1 1.0 0.1 1e5 -0 18446744073709551615 123456789012345678901234567890 0.30000000000000004 true false null"
TEXTS = [
    "",
    "None",
    "  x ",
    "2026-11-20",
    "2026-11-20 07:19:56",
    "07:19:56",
    "0081",
    "1_000",
    "0x1f",
    "nan",
    '{"a": 1}',
]
VALUES = [
    *NUMBERS.split(),
    *map(json.dumps, [*TEXTS, "83f30f05-1111-4222-8333-123456789ABC", "é\0\n\U0001f600", "a\x1fb"]),
    *('"é"', '{"a": 1, "b": [1, {"c": "é"}]}', "[1, null]", "[]", "{}"),
]


def test_the_engine_and_the_reader_give_the_same_records(tmp_path: Path) -> None:
    """Every value, whatever it looks like, as text."""
    lines = "".join(json.dumps(parsl(i, f"v{i}"))[:-1] + f', "val": {v}}}\n' for i, v in enumerate(VALUES, 1))
    sound, mended = twice(tmp_path, lines)
    assert sound == mended
    assert len(sound) == len(VALUES) + 1


def test_values_come_back_unchanged(tmp_path: Path) -> None:
    texts = [
        "2026-11-20",
        "2026-11-20T07:19:56Z",
        "83F30f05-1111-4222-8333-123456789abc",
        "0081",
        "1e5",
        "None",
        "true",
    ]
    lines = line(*(parsl(i, f"v{i}", val=text) for i, text in enumerate(texts, 1)))
    for seen in twice(tmp_path, lines):
        assert [each.emitted.get("val") for each in seen] == [None, *texts]


def test_real_files_read_both_ways(tmp_path: Path) -> None:
    """The JSON run of the fixtures, as it is and with a damaged line at the end of every file."""
    run = making.FIXTURES / "json" / "runinfo" / "000"
    found = sorted(run.rglob("*.jsonlog"))
    write(tmp_path, {f"a/000/{path.relative_to(run)}": path.read_bytes() for path in found})
    write(tmp_path, {f"b/000/{path.relative_to(run)}": path.read_bytes() + b'{"created"\n' for path in found})
    a, b = load(tmp_path / "a"), load(tmp_path / "b")
    assert set(read_by_engine(a).values()) == {True} and set(read_by_engine(b).values()) == {False}
    one, two = see(a), [each for each in see(b) if not each.error]
    places = [
        {(each.file[len(str(tmp_path)) + 2 :], each.line): n for n, each in enumerate(seen)} for seen in (one, two)
    ]
    assert places[0].keys() == places[1].keys()
    bare = without_place(one), without_place(two)
    assert all(bare[0][n] == bare[1][places[1][place]] for place, n in places[0].items())
    assert len(one) == sum(path.read_bytes().count(b"\n") for path in found)
    assert len(see(b)) == len(two) + len(found)


def test_keys_that_no_column_name_could_be(tmp_path: Path) -> None:
    names = [
        "",
        "Val",
        "val",
        "vAL",
        "d.e",
        "a~b/c",
        "~1",
        'q"u',
        "o'p",
        "$.x",
        "0",
        "c0",
        "raw",
        "digest",
        "rowid",
        "é",
    ]
    lines = line(parsl(1, "x", **{name: str(i) for i, name in enumerate(names)}), parsl(2, "y", val="only"))
    for seen in twice(tmp_path, lines):
        assert {name: seen[1].emitted[name] for name in names} == {name: str(i) for i, name in enumerate(names)}
        assert seen[2].emitted["val"] == "only" and "Val" not in seen[2].emitted


def test_keys_that_differ_in_case_only(tmp_path: Path) -> None:
    """The observability branch writes both; they may differ."""
    for seen in twice(tmp_path, line(parsl(1, "x", funcName="log"))):
        assert (seen[1].emitted["funcname"], seen[1].emitted["funcName"]) == ("f", "log")


def test_a_key_first_seen_late_is_not_lost(tmp_path: Path) -> None:
    """Neither near the end of a large file, nor in a file that comes late."""
    many = line(*(parsl(i, f"r{i}") for i in range(30_000)))
    late = line(parsl(30_000, "late", late="yes"))
    write(
        tmp_path, {"000/parsl.jsonlog": many + late, "000/x/interchange.jsonlog": line(parsl(30_001, "l", later="no"))}
    )
    catalog = few(tmp_path)
    assert set(read_by_engine(catalog).values()) == {True}
    late_column, later_column = catalog.schema.columns["late"], catalog.schema.columns["later"]
    rows = catalog.reader().rows(
        f"SELECT {catalog.body('r')}, {late_column}, {later_column} FROM records r "
        f"WHERE coalesce({late_column}, {later_column}) IS NOT NULL"
    )
    assert sorted(rows) == [("l", None, "no"), ("late", "yes", None)]
    assert catalog.count == 30_002


def test_records_that_begin_in_one_block_and_end_in_another(tmp_path: Path) -> None:
    """Lines of a hundred kilobytes, and one of several megabytes."""
    bodies = [c * size for c, size in zip("abcdefgh", [100_000] * 7 + [5_000_000], strict=True)]
    write(tmp_path, {"000/parsl.jsonlog": line(*(parsl(i, body) for i, body in enumerate(bodies)))})
    data = (tmp_path / "000/parsl.jsonlog").read_bytes()
    seen = see(few(tmp_path))
    assert [each.body for each in seen] == bodies
    assert [json.loads(data[each.offset : each.offset + each.length])["msg"] for each in seen] == bodies


def test_a_line_longer_than_the_engine_takes(tmp_path: Path) -> None:
    """Its beginning is kept, and all of the others."""
    huge = "b" * (2 * ingest.MAX_OBJECT)
    write(tmp_path, {"000/parsl.jsonlog": line(parsl(0, "a"), parsl(1, huge, msg=""), parsl(2, "c"))})
    with pytest.raises(StoreError, match="maximum_object_size"):
        objects = ingest._objects(f"'{tmp_path}/000/parsl.jsonlog'")
        Store().execute(f"SELECT count(json) FROM {objects}")
    catalog = few(tmp_path)
    seen = see(catalog)
    assert [each.body[:3] for each in seen] == ["a", "bbb", "c"] and len(seen[1].body) > 100_000
    assert seen[1].length > len(huge) and all(each.level == LEVELS.index("INFO") for each in seen)
    [(number, kind, reason)] = catalog.reader().rows("SELECT line, kind, reason FROM rejects")
    assert (number, kind) == (2, "mended") and "the beginning is kept" in reason


# --- any lines at all ----------------------------------------------------------------------------------------------

SOUND = st.integers(0, 99).map(lambda n: json.dumps(parsl(n, f"n{n}", val=n)).encode())
PIECES = st.one_of(
    SOUND,
    st.sampled_from([b"", b" ", b"\t \t", b"{}", b"{", b"[1]", b"null", b"words", b'{"a": 1} {"b": 2}', b"\0\0\0"]),
    st.sampled_from(
        [b'\0\0{"created": 1.5}', b'{"a": "\xff"}', b'{"a": NaN}', b'{"a": "\\ud800"}', b"\xff\xfe", b'"x"']
    ),
    st.sampled_from(
        [b' {"created": 2.5, "formatted": "spaced"} ', b'{"created": "x"}', b'{"a": [1, 2], "b": {"c": 3}}']
    ),
)
LINES = st.lists(st.tuples(PIECES, st.sampled_from([b"\n", b"\r\n"])), max_size=12)


def model(data: bytes) -> tuple[list[tuple[int, int, int, bool]], int]:
    """(line, offset, length, whether it is sound) of every record in *data*, and the number of blank lines."""
    found, blank, offset = [], 0, 0
    pieces = data.split(b"\n")
    for number, piece in enumerate(pieces[:-1] if not pieces[-1] else pieces, 1):
        whole = piece.rstrip(b"\r")
        if not whole.strip():
            blank += 1
        else:
            sound = parse(whole.strip(b"\0 \t\r"), parts=True)[0] is not None
            found.append((number, offset, len(whole), sound))
        offset += len(piece) + 1
    return found, blank


@given(st.lists(st.tuples(LINES, st.booleans()), min_size=1, max_size=6))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_lines(tmp_path: Path, made: list[tuple[list[tuple[bytes, bytes]], bool]]) -> None:
    """Every line is in one class, every record where it says it is."""
    shutil.rmtree(tmp_path)
    written: dict[str, bytes] = {}
    for number, (lines, ended) in enumerate(made):
        data = FIRST.encode() + b"".join(piece + end for piece, end in lines)
        written[str(tmp_path / f"{number:03d}/parsl.jsonlog")] = data if ended else data.rstrip(b"\r\n")
    write(tmp_path, {os.path.relpath(path, tmp_path): data for path, data in written.items()})
    catalog = few(tmp_path)
    seen: dict[str, dict[int, Seen]] = {path: {} for path in written}
    for each in see(catalog):
        seen[each.file][each.line] = each
    notes = {row[0]: row[1:] for row in catalog.reader().rows(f"SELECT path, {', '.join(CLASSES)} FROM files")}
    rejects = catalog.reader().rows(
        "SELECT f.path, r.line FROM rejects r JOIN files f ON r.file = f.id WHERE kind = 'rejected' ORDER BY ALL"
    )
    assert catalog.count == sum(map(len, seen.values()))
    for path, data in written.items():
        check_lines(data, seen[path], notes[path], [number for name, number in rejects if name == path])


CLASSES = ("first", "continuation", "damaged", "blank")


def check_lines(data: bytes, seen: dict[int, Seen], classes: tuple[int, ...], rejected: list[int]) -> None:
    expected, blank = model(data)
    assert sorted(seen) == [number for number, *_ in expected]
    for number, offset, length, sound in expected:
        each = seen[number]
        assert (each.offset, each.error is None) == (offset, sound)
        kept = data[offset : offset + length]
        assert data[each.offset : each.offset + each.length].rstrip(b"\r") == kept
        if not sound:
            assert each.level == 0 and each.body in (kept.decode(errors="backslashreplace"), "")
        elif b"formatted" in kept:
            assert each.body == json.loads(kept.strip(b"\0 \t"))["formatted"]
    good = sum(sound for *_, sound in expected)
    assert classes == (good, 0, len(expected) - good, blank)
    assert sum(classes) == data.count(b"\n") + (not data.endswith(b"\n"))
    assert rejected == [number for number, *_, sound in expected if not sound]


def test_bytes_of_records_are_their_lines(tmp_path: Path) -> None:
    """For each reader of lines."""
    run = making.FIXTURES / "text" / "runinfo" / "000"
    catalog = load(run)
    whole = {str(path): path.read_bytes() for path in run.rglob("*") if path.is_file()}
    for each in see(catalog):
        data = whole[each.file][each.offset : each.offset + each.length]
        assert data.decode().endswith(each.body.rstrip("\n"))
        assert whole[each.file].count(b"\n", 0, each.offset) + 1 == each.line
    for about in files(catalog).values():
        classes = [about[name] for name in ("first", "continuation", "damaged", "blank")]
        assert sum(int(str(n)) for n in classes) == len(whole[str(about["path"])].splitlines())


# --- what else there is to load --------------------------------------------------------------------------------------


def test_empty_and_unknown_files_are_said(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"000/parsl.log": text(0, "x"), "000/empty.jsonlog": "", "000/noise": bytes(range(256)), "000/nl": "\n"},
    )
    catalog = few(tmp_path)
    skipped = catalog.reader().rows("SELECT name, reason FROM skipped ORDER BY 1")
    assert {os.path.basename(name): reason for name, reason in skipped} == {
        "empty.jsonlog": "empty",
        "noise": "binary data, not text",
        "nl": "blank",
    }
    assert [each.body for each in see(catalog)] == ["x"]


@pytest.mark.parametrize("made", [{}, {"a": ""}, {"a": "\n\n"}, {"a": bytes(64)}, {"000/parsl.log": ""}])
def test_nothing_to_load_is_an_error(tmp_path: Path, made: dict[str, bytes | str]) -> None:
    write(tmp_path, made)
    with pytest.raises(InputError, match="no log found") as caught:
        few(tmp_path)
    assert all(os.path.basename(name) in str(caught.value) for name in made)


def test_a_file_that_cannot_be_read_does_not_stop_the_rest(tmp_path: Path) -> None:
    write(tmp_path, {"000/parsl.log": text(0, "x"), "000/a/interchange.log": text(0, "y")})
    found = walk([str(tmp_path)])
    (tmp_path / "000/a/interchange.log").unlink()
    store, few_rules = Store(), rules.parse([("few", FEW)])
    ingest.ingest(store, found, few_rules)
    catalog = Catalog(store, few_rules)
    assert [each.body for each in see(catalog)] == ["x"]
    reasons = dict(catalog.reader().rows("SELECT name, reason FROM skipped"))
    assert "cannot be read: No such file" in reasons[str(tmp_path / "000/a/interchange.log")]


def test_one_damaged_file_does_not_make_another_slow(tmp_path: Path) -> None:
    write(tmp_path, {"000/parsl.jsonlog": FIRST, "001/parsl.jsonlog": FIRST + DAMAGED})
    assert read_by_engine(few(tmp_path)) == {
        str(tmp_path / "000/parsl.jsonlog"): True,
        str(tmp_path / "001/parsl.jsonlog"): False,
    }


def test_names_of_files_are_only_names(tmp_path: Path) -> None:
    """Quotes, stars and brackets, which the engine would take for globs."""
    names = ["it's", "a*b", "[ab]", "a", "b", 'q"x', "{a,b}", "x?y", "50%", "é"]
    write(tmp_path, {f"{name}/parsl.jsonlog": line(parsl(i, name)) for i, name in enumerate(names)})
    assert sorted(each.body for each in see(few(tmp_path))) == sorted(names)


def test_names_of_directories_are_no_keys(tmp_path: Path) -> None:
    """``name=x`` is how other programs lay out tables."""
    write(tmp_path, {"name=x/funcname=y/parsl.jsonlog": line(parsl(0, "a"))})
    [seen] = see(few(tmp_path))
    assert (seen.emitted["name"], seen.emitted["funcname"]) == (making.DFLOW, "f")


@pytest.mark.skipif(sys.platform == "darwin", reason="its file systems know only UTF-8")
def test_a_name_that_is_no_utf8_is_said(tmp_path: Path) -> None:
    write(tmp_path, {"000/parsl.log": text(0, "x"), os.fsdecode(b"\xff/parsl.log"): text(1, "y")})
    catalog = few(tmp_path)
    assert [each.body for each in see(catalog)] == ["x"]
    [(name, reason)] = catalog.reader().rows("SELECT name, reason FROM skipped")
    assert name.endswith("\\xff/parsl.log") and reason == "its name is not UTF-8"


def test_several_kinds_together(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "monitoring.db")) as database, database:
        database.execute("CREATE TABLE task (task_id INTEGER, run_id TEXT, task_time_invoked DATETIME)")
        database.execute(f"INSERT INTO task VALUES (7, '{making.RUN}', '2026-11-20 07:19:57.5')")
    write(
        tmp_path,
        {
            "000/parsl.jsonlog": line(parsl(0, "engine")),
            "000/h/interchange.log": text(1, "one\ntwo"),
            "000/h/odd.jsonl": '{"t": 1795159198, "msg": "any"}\n',
            "000/h/manager.jsonlog": line(parsl(3, "reader")) + DAMAGED,
        },
    )
    seen = see(few(tmp_path))
    order = ["parsl.jsonlog", "interchange.log", "monitoring.db", "odd.jsonl", "manager.jsonlog", "manager.jsonlog"]
    assert [os.path.basename(each.file) for each in seen] == order
    assert [each.body for each in seen if each.offset >= 0] == ["engine", "one\ntwo", "any", "reader", DAMAGED.strip()]
    row = next(each for each in seen if "monitoring.db" in each.file)
    assert (row.line, row.offset, row.keys["parsl.task"]) == (1, -1, "7")
    assert files(load(tmp_path))["monitoring.db"]["rows"] == 1


def test_row_numbers_of_a_database_may_be_large(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "monitoring.db")) as database, database:
        database.execute("CREATE TABLE node (id INTEGER PRIMARY KEY, timestamp DATETIME)")
        database.execute("INSERT INTO node VALUES (12345678901234, '2026-11-20 07:19:57.5')")
    assert [each.line for each in see(few(tmp_path))] == [12345678901234]


def test_times_that_columns_cannot_hold(tmp_path: Path) -> None:
    """A number of seconds that is none does not stop the load."""
    numbers = [99_999_999_999, 10**19, -1, "soon", "", 1e300]
    lines = line(*(parsl(0, f"x{i}", created=n) for i, n in enumerate(numbers)))
    for seen in twice(tmp_path, lines):
        times = {each.body: each.time for each in seen}
        assert times["x2"] in (-1_000_000_000, None) and times["first"] == START * 10**9
        assert times["x3"] is times["x4"] is None and len(times) == 7


def test_a_preview_reads_the_heads(tmp_path: Path) -> None:
    write(tmp_path, {"000/parsl.jsonlog": line(*(parsl(i, f"r{i}") for i in range(1000)))})
    store, few_rules = Store(), rules.parse([("few", FEW)])
    ingest.ingest(store, walk([str(tmp_path)]), few_rules, limit=1000)
    bodies = [each.body for each in see(Catalog(store, few_rules))]
    assert 1 < len(bodies) < 10 and bodies == [f"r{i}" for i in range(len(bodies))]


def test_progress_is_reported_and_ends(tmp_path: Path) -> None:
    write(tmp_path, {"000/parsl.jsonlog": FIRST * 10, "000/h/interchange.log": text(0, "x")})
    told: list[Progress] = []
    ingest.ingest(Store(), walk([str(tmp_path)]), rules.parse([("few", FEW)]), report=told.append)
    assert list(dict.fromkeys(each.doing for each in told)) == ["reading", "loading", "widening"]
    assert all(0 <= one.done <= two.done <= two.total for one, two in pairwise(told)), "it never goes back"
    assert told[-1].records == 11 and told[-1].done == told[-1].total == sum(
        path.stat().st_size for path in tmp_path.rglob("*log")
    )


def test_a_file_that_grows_while_it_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody writes a line after the lines were counted: it is loaded, and nothing is lost or doubled."""
    log = write(tmp_path, {"000/parsl.jsonlog": FIRST * 3}) / "000" / "parsl.jsonlog"
    mark = ingest._mark_engine_files

    def grown(*arguments: Any) -> list[str]:
        keys = mark(*arguments)
        with log.open("a") as file:
            file.write(FIRST)
        return keys

    monkeypatch.setattr(ingest, "_mark_engine_files", grown)
    store = Store()
    ingest.ingest(store, walk([str(tmp_path)]), rules.parse([("few", FEW)]))
    assert store.execute("SELECT line FROM stream ORDER BY line") == [(1,), (2,), (3,), (4,)]
    assert store.execute("SELECT records, first, spooled FROM files") == [(4, 4, True)]
