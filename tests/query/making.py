"""Small runs made for a test, and what the store knows of them afterwards."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tui.query import ingest, rules
from tui.query.catalog import Catalog
from tui.query.options import Options
from tui.query.store import Store
from tui.sources.walk import walk

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"

#: 2026-11-20 07:19:56 UTC, a while before everything in made runs.
START = 1795159196

DFLOW = "parsl.dataflow.dflow"
INTERCHANGE = "parsl.executors.high_throughput.interchange"
POOL = "parsl.executors.high_throughput.process_worker_pool"

RUN = "ecd6eed8-8bb2-49c3-aa16-24e43d61edfe"
OTHER_RUN = "83f30f05-1111-4222-8333-123456789abc"


def text(at: float, message: str, name: str = DFLOW, level: str = "INFO", pid: int = 7, ahead: int = 0) -> str:
    """A line of Parsl's text log, *at* seconds after START (microseconds count); local time is *ahead* hours of UTC."""
    micros = round(at * 1_000_000)
    seconds, rest = divmod(START * 1_000_000 + micros, 1_000_000)
    local = datetime.fromtimestamp(seconds, UTC) + timedelta(hours=ahead)
    return (
        f"{seconds}.{rest:06d} {local:%Y-%m-%d %H:%M:%S} MainProcess-{pid} MainThread-1 {name}:1 f {level}: {message}\n"
    )


def parsl(at: float, message: str, name: str = DFLOW, **more: object) -> dict[str, object]:
    """An object of Parsl's JSON logging, *at* seconds after START."""
    record: dict[str, object] = {
        "created": round(START + at, 6),
        "process": 7,
        "processName": "MainProcess",
        "thread": 1,
        "threadName": "MainThread",
        "name": name,
        "lineno": 1,
        "funcname": "f",
        "levelname": "INFO",
        "msg": message,
        "formatted": message,
    }
    return record | more


def line(*objects: Mapping[str, object]) -> str:
    """*objects* as JSON lines."""
    return "".join(json.dumps(each) + "\n" for each in objects)


def write(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write *files* (path below *root* -> what it holds); returns *root*."""
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    return root


@dataclass
class Seen:
    """One record of the stream. *keys* are the rule keys: key -> its values, joined by a comma; *rules* who said so."""

    id: int
    file: str
    line: int
    time: int | None
    level: int
    body: str
    offset: int
    length: int
    scope: tuple[str, ...]
    label: str
    keys: dict[str, str] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)
    emitted: dict[str, str] = field(default_factory=dict)
    error: str | None = None


@dataclass
class Conflict:
    """A disagreement: *records* are the bodies of the records that take part."""

    rule: str
    scope: str | None
    given: str
    key: str
    values: tuple[str, ...]
    records: tuple[str, ...]


def load(*paths: Path, toml: str = "", builtin: bool = True, zone: ZoneInfo | None = None) -> Catalog:
    """The files below *paths* in memory, with our rules unless not *builtin*, and those of *toml*."""
    ours = list(rules.load(user=False).texts) if builtin else []
    every = rules.parse([("ours.toml", each) for each in ours] + [("test.toml", toml)])
    store = Store()
    ingest.ingest(store, walk([str(path) for path in paths]), every, Options(zone))
    return Catalog(store, every)


def see(catalog: Catalog) -> list[Seen]:
    """The stream: all records in order with all that is known of them."""
    reader, schema = catalog.reader("test"), catalog.schema
    columns = "".join(f", r.{column}" for column in schema.columns.values())
    rows = reader.rows(
        'SELECT s.record, f.name, s.line, s.time, s.level, s."offset", s.length, s.ctx, p.label, e.reason'
        f", {catalog.body('r')}{columns} FROM stream s JOIN records r ON s.record = r.rowid JOIN files f ON "
        "s.file = f.id JOIN places p ON s.place = p.id LEFT JOIN errors e ON s.record = e.record ORDER BY s.rowid"
    )
    wide = "".join(f", a.k{i}, a.o{i}" for i in range(len(schema.rule_keys)))
    aspects: dict[int, list[tuple[object, ...]]] = {}
    for ctx, *values in reader.rows(
        f"SELECT a.ctx, c.path{wide} FROM aspects a JOIN scopes c ON a.scope = c.id ORDER BY a.ctx, a.part"
    ):
        aspects.setdefault(ctx, []).append(tuple(values))
    seen: list[Seen] = []
    for record, file, number, time, level, offset, length, ctx, label, error, body, *values in rows:
        mine = aspects[ctx]
        one = Seen(record, file, number, time, level, body or "", offset, length, (), label, error=error)
        one.scope = tuple(sorted({str(aspect[0]) for aspect in mine}))
        one.emitted = {key: value for key, value in zip(schema.columns, values, strict=True) if value is not None}
        for i, key in enumerate(schema.rule_keys):
            found = {str(a[1 + 2 * i]): a[2 + 2 * i] for a in mine if a[1 + 2 * i] is not None}
            if found:
                one.keys[key] = ", ".join(found)
                one.rules[key] = ", ".join(sorted({catalog.rule_name(int(str(rule))) for rule in found.values()}))
        seen.append(one)
    return seen


def by_body(catalog: Catalog) -> dict[str, Seen]:
    """The records by their bodies, which differ."""
    found = see(catalog)
    bodies = {each.body: each for each in found}
    assert len(bodies) == len(found), "bodies are not unique"
    return bodies


def values(catalog: Catalog, key: str) -> dict[str, str | None]:
    """Body -> value of the rule key *key*."""
    return {body: each.keys.get(key) for body, each in by_body(catalog).items()}


def conflicts(catalog: Catalog) -> list[Conflict]:
    """What contradicts a rule, sorted."""
    reader = catalog.reader("test")
    found = reader.rows(
        'SELECT c.rule, s.path, c.given, c.key, c."values", c.contexts FROM conflicts c '
        "LEFT JOIN scopes s ON c.scope = s.id ORDER BY 3, 4, 2, 1"
    )
    made: list[Conflict] = []
    for rule, scope, given, key, disagreeing, contexts in found:
        bodies = reader.rows(
            f"SELECT DISTINCT {catalog.body('r')} FROM stream s JOIN records r ON s.record = r.rowid "
            f"WHERE s.ctx IN ({', '.join('?' * len(contexts))}) ORDER BY 1",
            contexts,
        )
        witnesses = tuple(body for (body,) in bodies)
        made.append(Conflict(catalog.rule_name(rule), scope, given, key, tuple(disagreeing), witnesses))
    return made


def files(catalog: Catalog) -> dict[str, dict[str, object]]:
    """What is known of every file, by its base name."""
    names = ("path", "source", "records", "first", "continuation", "damaged", "blank", "rows", "zone")
    rows = catalog.reader("test").rows(f"SELECT {', '.join(chr(34) + name + chr(34) for name in names)} FROM files")
    return {Path(row[0]).name: dict(zip(names, row, strict=True)) for row in rows}
