"""What was read, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tui import times
from tui.query.catalog import Catalog
from tui.query.clocks import offsets
from tui.query.gaps import gaps
from tui.records import LEVELS


@dataclass(frozen=True, slots=True)
class Conflict:
    """Data that contradict an implication: *where* are some of the records, as ``file:line``."""

    rule: str
    run: str
    given: str
    key: str
    values: tuple[str, ...]
    where: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """For people."""
        return self.told(self.where)

    def told(self, where: Sequence[str]) -> str:
        """The same, with *where* the records are in other words."""
        about = f"{self.given} has" if self.given else "has"
        values = f"{len(self.values)} values of {self.key}: {', '.join(self.values)}"
        return f"{self.run}: {about} {values} ({', '.join(where)})"


def conflicts(catalog: Catalog) -> list[Conflict]:
    """All conflicts, in the order of their rules."""
    found = catalog.reader("info").rows(
        'SELECT rule, scope, given, key, "values", contexts FROM conflicts ORDER BY rule, scope, given LIMIT 1000'
    )
    made: list[Conflict] = []
    for rule, scope, given, key, values, contexts in found:
        rows = catalog.reader("info").rows(
            "SELECT f.name, min(s.line) FROM stream s JOIN files f ON s.file = f.id WHERE list_contains(?, s.ctx) "
            "GROUP BY f.name, s.ctx ORDER BY ALL LIMIT 6",
            (contexts,),
        )
        known = catalog.scopes.get(scope)
        where = tuple(f"{name}:{line}" for name, line in rows)
        run = known.name if known else "all runs"
        made.append(Conflict(catalog.rule_name(rule), run, given, key, tuple(values), where))
    return made


def summary(catalog: Catalog) -> str:
    """``40,510 records, 3 runs, 28 files``."""
    runs, files = len(catalog.scopes), len(catalog.files)
    return f"{many(catalog.count, 'record')}, {many(runs, 'run')}, {many(files, 'file')}"


def many(count: int, noun: str) -> str:
    """``1 run``, ``28 files``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def report(catalog: Catalog) -> Iterator[dict[str, Any]]:
    """Everything that ``info`` says, one flat object a fact, told apart by ``kind``."""
    ask = catalog.reader("info").rows
    span = catalog.span
    folded = ask("SELECT count(*) FROM folds")[0][0]
    yield {
        "kind": "summary",
        "records": catalog.count,
        "folded": folded,
        "runs": len(catalog.scopes),
        "files": len(catalog.files),
        "first": times.iso(span[0]) if span else None,
        "last": times.iso(span[1]) if span else None,
        "untimed": ask("SELECT count(*) FROM stream WHERE time IS NULL")[0][0],
    }
    before, after = ask("SELECT before, after FROM left_out")[0]
    if before or after:
        yield {"kind": "left out", "before": before, "after": after}
    executor, task = catalog.key_column("parsl.executor"), catalog.key_column("parsl.task")
    counts = dict(
        ask("SELECT scope, count(*) FROM stream JOIN (SELECT DISTINCT ctx, scope FROM aspects) USING (ctx) GROUP BY 1")
    )
    for scope in catalog.scopes.values():
        row = ask(
            f"SELECT list_sort(list(DISTINCT {executor or 'NULL'})), count(DISTINCT {task or 'NULL'}) "
            "FROM aspects WHERE scope = ?",
            (scope.id,),
        )[0]
        yield {
            "kind": "run",
            "run": scope.name,
            "dfk": scope.run or None,
            "path": scope.path,
            "records": counts.get(scope.id, 0),
            "tasks": row[1],
            "executors": [name for name in row[0] or () if name is not None],
        }
    columns = 'name, source, records, first, continuation, damaged, blank, "rows", zone, of_lines, '
    folds = "(SELECT count(*) FROM folds d WHERE d.file = files.id)"
    for name, source, records, first, more, damaged, blank, rows, zone, of_lines, folds_ in ask(
        f"SELECT {columns}{folds} FROM files ORDER BY name"
    ):
        fact: dict[str, Any] = {"kind": "file", "file": name, "source": source, "records": records}
        if of_lines:
            total = first + more + damaged + blank
            fact |= {"lines": total, "first": first, "continuation": more, "damaged": damaged, "blank": blank}
        else:
            fact |= {"rows": rows}
        yield fact | {"folded": folds_, "zone": zone or None}
    for name, line, kind, reason in ask(
        "SELECT f.name, r.line, r.kind, r.reason FROM rejects r JOIN files f ON r.file = f.id "
        "ORDER BY r.kind DESC, f.name, r.line"
    ):
        yield {"kind": kind, "file": name, "line": line, "reason": reason}
    for name, reason in ask("SELECT name, reason FROM skipped ORDER BY reason, name"):
        yield {"kind": "skipped", "file": name, "reason": reason}
    yield from _clocks(catalog)
    levels = ask("SELECT level, count(*) FROM stream GROUP BY 1 ORDER BY 1")
    yield {"kind": "levels", "levels": {_level(level): count for level, count in levels}}
    for key, count in _keys(catalog):
        yield {"kind": "key", "key": key, "records": count}
    for name, kind, count in _rules(catalog):
        yield {"kind": "rule", "rule": name, "form": kind, "records": count}
    for conflict in conflicts(catalog):
        yield {"kind": "conflict", **asdict(conflict)}


def _clocks(catalog: Catalog) -> Iterator[dict[str, Any]]:
    """Clocks that disagree, and silences; all in seconds."""

    def seconds(nanos: int | None) -> float | None:
        return None if nanos is None else nanos / times.SECOND

    for offset in offsets(catalog):
        scope = catalog.scopes.get(offset.scope)
        shift = seconds(offset.shift)
        yield {
            "kind": "clock",
            "run": scope.name if scope else "",
            "directory": offset.directory,
            "shift": shift,
            "at most": seconds(offset.most),
            "pairs": offset.pairs,
            "out of order": offset.wrong,
            "example": {**asdict(offset.example), "by": seconds(offset.example.by)},
            "options": [] if shift is None else [f"--shift {source}={shift:g}" for source in offset.sources],
        }
    for gap in gaps(catalog):
        yield {
            "kind": "silence",
            "file": gap.file,
            "from": times.iso(gap.begin),
            "to": times.iso(gap.end),
            "seconds": seconds(gap.end - gap.begin),
            "others": gap.others,
        }


def _level(rank: int) -> str:
    return LEVELS[rank] or "unknown"


def _keys(catalog: Catalog) -> list[tuple[str, int]]:
    """Keys as emitted with the number of records that have them."""
    names = [name for name in catalog.schema.columns if not name.startswith("wideview.")]
    if not names:
        return []
    counts = ", ".join(f"count({catalog.schema.columns[name]})" for name in names)
    row = catalog.reader("info").rows(f"SELECT {counts} FROM records")[0]
    return sorted(zip(names, row, strict=True), key=lambda pair: (-pair[1], pair[0]))


def _rules(catalog: Catalog) -> list[tuple[str, str, int]]:
    """Rules that gave some record a key: name, kind, how many records."""
    reader = catalog.reader("info")
    origins = ", ".join(f"o{i}" for i in range(len(catalog.schema.rule_keys)))
    fired = reader.rows(
        "SELECT o, sum(n)::BIGINT FROM (SELECT ctx, count(*) AS n FROM stream GROUP BY ctx) "
        f"JOIN (SELECT DISTINCT ctx, unnest([{origins}]) AS o FROM aspects) USING (ctx) "
        "WHERE o > 0 GROUP BY 1 ORDER BY 1"
    )
    kinds = dict(reader.rows("SELECT id, kind FROM rules"))
    return [(catalog.rule_name(n), kinds.get(n, ""), count) for n, count in fired]
