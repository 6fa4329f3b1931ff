"""Everything about one record: its keys, which rule gave which, and its original text."""

from __future__ import annotations

import orjson

from tui.errors import StoreError
from tui.query import pages
from tui.query.catalog import Catalog
from tui.query.model import Detail, Value
from tui.query.original import Originals
from tui.query.rules import Implies


def detail(catalog: Catalog, record: int) -> Detail:
    """All keys of *record*. StoreError when the stream has no such record."""
    reader = catalog.reader("detail")
    rows = pages.rows(catalog, [record], "detail")
    if not rows:
        raise StoreError(f"there is no record {record}")
    names = list(catalog.schema.columns)
    columns = "".join(f", {catalog.schema.columns[name]}" for name in names)
    stored, file, offset, length, ctx = reader.rows(
        f'SELECT record, file, "offset", length, ctx FROM stream WHERE rowid = {int(record)}'
    )[0]
    raw, *values = reader.rows(f"SELECT raw{columns} FROM records WHERE rowid = {stored}")[0]
    emitted = {name: value for name, value in zip(names, values, strict=True) if value is not None}
    made = [
        Value(name, value, emitted.get(f"wideview.rule.{name}"))
        for name, value in emitted.items()
        if not name.startswith("wideview.")
    ]
    made += [value for value in _widened(catalog, ctx) if value.key not in emitted]
    text, changed = _original(catalog, file, offset, length, raw, emitted)
    copies = reader.rows(
        "SELECT f.name, d.line FROM folds d JOIN files f ON d.file = f.id WHERE d.kept = ? ORDER BY ALL",
        (stored,),
    )
    places = tuple(f"{name}:{line}" for name, line in copies)
    return Detail(rows[0], tuple(made), text, changed, places)


def _original(
    catalog: Catalog, file: int, offset: int, length: int, raw: str | None, emitted: dict[str, str]
) -> tuple[str, bool]:
    if offset < 0:
        return raw or "", False
    with Originals(catalog) as originals:
        data = originals.read(file, offset, length)
    if data is not None:
        return data.decode("utf-8", "backslashreplace"), False
    return raw or orjson.dumps(emitted).decode(), True


def _widened(catalog: Catalog, ctx: int) -> list[Value]:
    schema = catalog.schema
    columns = ", ".join(f"k{i}, o{i}" for i in range(len(schema.rule_keys)))
    aspects = catalog.reader("detail").rows(f"SELECT scope, {columns} FROM aspects WHERE ctx = ? ORDER BY part", (ctx,))
    made: list[Value] = []
    for i, key in enumerate(schema.rule_keys):
        found: dict[str, tuple[int, int]] = {}
        for number, aspect in enumerate(aspects):
            value, origin = aspect[1 + 2 * i], aspect[2 + 2 * i]
            if value is not None:
                found.setdefault(value, (origin, number))
        if not found:
            continue
        origin, number = next(iter(found.values()))
        if origin:
            via = _via(catalog, i, origin, aspects[number])
            made.append(Value(key, ", ".join(found), catalog.rule_name(origin), via))
        elif key not in schema.columns:
            made.append(Value(key, ", ".join(found)))
    return made


def _via(catalog: Catalog, key: int, origin: int, aspect: tuple[object, ...]) -> str:
    """The first record that says what an implication concluded, as ``file:line``."""
    rule = catalog.implied_by(origin)
    if rule is None:
        return ""
    given = [catalog.schema.key(g) for g in rule.given]
    conditions = [f"k{g} = ?" for g in given] + [f"k{key} = ?", f"o{key} <> ?"]
    params: list[object] = [*(aspect[1 + 2 * g] for g in given), aspect[1 + 2 * key], origin]
    if rule.scope != "all":
        conditions.append("scope = ?")
        params.append(aspect[0])
    # The record that says it itself is a better witness than one that was told.
    implied = [n for n, each in enumerate(catalog.schema.rules, 1) if isinstance(each, Implies)]
    told = " + ".join(f"CAST(list_contains({implied}, o{i}) AS INTEGER)" for i in (*given, key))
    found = catalog.reader("detail").rows(
        f"SELECT f.name, s.line FROM stream s JOIN files f ON s.file = f.id JOIN (SELECT ctx, min({told}) AS told "
        f"FROM aspects WHERE {' AND '.join(conditions)} GROUP BY ctx) a ON s.ctx = a.ctx "
        "ORDER BY told, s.rowid LIMIT 1",
        params,
    )
    return f"{found[0][0]}:{found[0][1]}" if found else ""
