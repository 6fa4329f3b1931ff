"""Loading, and questions that are a whole process each, beside lnav and the bare engine."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.lnav import Lnav, counted
from benchmarks.measure import Figure, Ground

BESIDE = Path(sys.executable).with_name("wideview")
WIDEVIEW = [str(BESIDE)] if BESIDE.exists() else [sys.executable, "-m", "tui.cli"]
LARGE = 2_000_000
"""Runs of more records than this have the bars of 12 million."""

LOAD = "import sys, tui; print(tui.open(sys.argv[1]).catalog.count)"
BARE = """
import sys, duckdb
columns = "{" + ", ".join(f"'{key}': 'VARCHAR'" for key in sys.argv[1].split()) + "}"
duckdb.execute("SET threads = 2")
duckdb.execute(f"CREATE TABLE r AS SELECT * FROM read_json({sys.argv[2:]}, columns={columns}, "
               "format='newline_delimited', auto_detect=false, ignore_errors=true)")
print(duckdb.execute("SELECT count(*) FROM r").fetchall()[0][0])
"""
GROUP = """
import sys, tui
catalog = tui.open(sys.argv[1]).catalog
name, line = catalog.schema.columns["name"], catalog.schema.columns["lineno"]
for row in catalog.reader().rows(f"SELECT {name}, {line}, count(*) FROM records GROUP BY ALL"):
    print(*row, sep=",")
"""
PATTERN = r"Task \d*7 changing state"


class Data:
    """The run that is measured: its files, how many records they hold, and a task in the middle."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.files = sorted(directory.rglob("*.jsonlog"))
        if not self.files:
            raise SystemExit(f"{directory}: no *.jsonlog in it")
        self.size = sum(file.stat().st_size for file in self.files)
        largest = max(self.files, key=lambda file: file.stat().st_size)
        with largest.open("rb") as file:
            head = file.readline() + b"".join(file.readlines(1 << 22))
            file.seek(largest.stat().st_size // 2)
            middle = file.read(1 << 20)
        self.keys = " ".join(dict.fromkeys(key.decode() for key in re.findall(rb'"([\w.]+)": ', head)))
        found = re.search(rb'"parsl\.task": "(\d+)"', middle)
        self.task = int(found[1]) if found else 0
        self.records = sum(_lines(file) for file in self.files)


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 22), b""))


def python(code: str, *arguments: str) -> list[str]:
    """The command that runs *code*."""
    return [sys.executable, "-c", code, *arguments]


def loading(ground: Ground, data: Data, lnav: Lnav) -> Iterator[Figure]:
    """Load everything without an index, and count."""
    where = str(data.directory)
    contenders = {
        "ours": python(LOAD, where),
        "bare": python(BARE, data.keys, *map(str, data.files)),
        **({} if lnav.missing else {"lnav": lnav.count()}),
    }
    taken = ground.race(contenders, before=lambda name: ground.forget() if name == "ours" else None)
    ours = taken["ours"]
    count = int(ours.output.split()[-1])  # the engine may have drawn a progress bar before it
    note = "" if count == data.records else f"{count:,} records of {data.records:,} lines"
    yield Figure("load without an index", ours.seconds, "s", note=note)
    theirs, note = None, lnav.missing
    if not note:
        seen = counted(taken["lnav"].output)
        right = seen == data.records
        note = f"lnav {taken['lnav'].seconds:.2f} s" if right else f"lnav counts {seen:,} of {data.records:,}"
        theirs = ours.seconds / taken["lnav"].seconds if right else None
    yield Figure("load: times what lnav takes", theirs, "x", 1.5, note=note)
    bare = taken["bare"].seconds
    yield Figure("load: times what bare read_json takes", ours.seconds / bare, "x", note=f"read_json {bare:.2f} s")
    bar = 1500.0 if data.records > LARGE else None
    yield Figure("memory, loading", ours.memory / 1e6, "MB", bar)
    index = sum(each.stat().st_size for each in (ground.scratch / "cache").rglob("*.duckdb"))
    yield Figure("index", index / 1e6, "MB", note=f"of {data.size / 1e6:,.0f} MB of logs")


def asking(ground: Ground, data: Data, lnav: Lnav) -> Iterator[Figure]:
    """Questions from an index, each a whole process, against lnav's."""
    where = str(data.directory)
    ground.run(python(LOAD, where))
    pattern = f"/{PATTERN}/"
    questions: list[tuple[str, Sequence[str], Sequence[str], float]] = [
        ("filter by regex", [*WIDEVIEW, "export", where, "-w", pattern], lnav.filter(PATTERN), 15),
        ("one task's flow", [*WIDEVIEW, "flow", where, f"parsl.task={data.task}", "--json"], lnav.flow(data.task), 40),
        ("group by template", python(GROUP, where), lnav.group(), 20),
        ("export all", [*WIDEVIEW, "export", where], lnav.export(), 2),
    ]
    for name, ours, theirs, bar in questions:
        try:
            taken = ground.race({"ours": ours} | ({} if lnav.missing else {"lnav": theirs}))
        except RuntimeError as error:
            yield Figure(name, None, "s", note=str(error))
            continue
        yield Figure(name, taken["ours"].seconds, "s", note=f"{_rows(taken['ours'].output):,} lines")
        if lnav.missing:
            yield Figure(f"{name}: times as fast as lnav", None, "x", bar, True, lnav.missing)
            continue
        them = taken["lnav"]
        note = f"lnav {them.seconds:.2f} s, {_rows(them.output):,} lines"
        yield Figure(f"{name}: times as fast as lnav", them.seconds / taken["ours"].seconds, "x", bar, True, note)


def _rows(output: bytes) -> int:
    return output.count(b"\n")
