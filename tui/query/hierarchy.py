"""Key hierarchies as trees, a level at a time."""

from __future__ import annotations

from tui.query import entities
from tui.query.catalog import Catalog
from tui.query.model import Entity, Node, Pair
from tui.query.rules import Hierarchy
from tui.records import LEVELS

#: The pair that stands for the run in a node's path: its value is the scope's number.
RUN = "wideview.scope"
_ERROR = LEVELS.index("ERROR")


def names(catalog: Catalog) -> list[str]:
    """The hierarchies of which some record has a level below the run; what wrote the records comes last."""
    present = [h for h in catalog.rules.hierarchy if any(_present(catalog, keys) for keys in h.levels)]
    return [h.name for h in sorted(present, key=lambda h: h.levels[0][0] in entities.WRITERS)]


def _present(catalog: Catalog, keys: tuple[str, ...]) -> bool:
    return all(key in catalog.rule_keys_present or key in catalog.schema.columns for key in keys)


def _hierarchy(catalog: Catalog, name: str) -> Hierarchy:
    return next(h for h in catalog.rules.hierarchy if h.name == name)


def nodes(catalog: Catalog, name: str, path: tuple[Pair, ...] = (), sort: str = "name") -> list[Node]:
    """The nodes right below *path* in the hierarchy *name*; the first level is the run.

    A level that no record below *path* has is skipped. *sort* is ``name``, ``count``, ``errors``, ``first`` or
    ``last``; ``count``, ``errors`` and ``last`` begin with the greatest.
    """
    levels = [(RUN,), *(keys for keys in _hierarchy(catalog, name).levels if _present(catalog, keys))]
    depth = _depth(levels, path)
    while depth < len(levels):
        found = _level(catalog, levels, depth, path)
        if found:
            return _sorted(found, sort)
        depth += 1
    return []


def _depth(levels: list[tuple[str, ...]], path: tuple[Pair, ...]) -> int:
    """The index of the level below *path*: behind the last level whose own key the path holds."""
    have = {key for key, _ in path}
    return max((i + 1 for i, keys in enumerate(levels) if keys[-1] in have), default=0)


def _column(catalog: Catalog, key: str) -> str:
    if key == RUN:
        return "a.scope"
    column = catalog.key_column(key)
    return f"a.{column}" if column else f"r.{catalog.schema.columns[key]}"


def _level(catalog: Catalog, levels: list[tuple[str, ...]], depth: int, path: tuple[Pair, ...]) -> list[Node]:
    keys = levels[depth]
    have = dict(path)
    new = [key for key in keys if key not in have]
    columns = [_column(catalog, key) for key in new]
    conditions = [f"{_column(catalog, key)} = ?" for key, _ in path] + [f"{c} IS NOT NULL" for c in columns]
    below = [f"{_column(catalog, key)} IS NOT NULL" for later in levels[depth + 1 :] for key in later[-1:]]
    wide = any(column.startswith("r.") for column in [*columns, *(_column(catalog, key) for key in have)])
    # One row a context is enough unless a key is a plain column of the records.
    if wide or any(c.startswith("r.") for c in below):
        source = "stream s JOIN aspects a USING (ctx) JOIN records r ON s.record = r.rowid"
        counts = (
            f"count(DISTINCT s.record), count(DISTINCT s.record) FILTER (s.level >= {_ERROR}), min(s.time), max(s.time)"
        )
    else:
        source = (
            f"(SELECT ctx, count(*) AS n, count(*) FILTER (level >= {_ERROR}) AS bad, min(time) AS low, "
            "max(time) AS high FROM stream GROUP BY ctx) s JOIN aspects a USING (ctx)"
        )
        inner = ", ".join(f"{column} AS g{i}" for i, column in enumerate(columns))
        leaf = f"bool_or({' OR '.join(below)})" if below else "false"
        # A context with several aspects in one node counts once.
        source = (
            f"(SELECT {inner}, ctx, any_value(n) AS n, any_value(bad) AS bad, any_value(low) AS low, "
            f"any_value(high) AS high, {leaf} AS more FROM {source} WHERE {' AND '.join(conditions)} GROUP BY ALL)"
        )
        grouped = ", ".join(f"g{i}" for i in range(len(columns)))
        rows = catalog.reader("keys").rows(
            f"SELECT {grouped}, sum(n)::BIGINT, sum(bad)::BIGINT, min(low), max(high), bool_or(more) FROM {source} "
            f"GROUP BY {grouped}",
            [value for _, value in path],
        )
        return [_node(catalog, levels, path, new, row) for row in rows]
    more = f"bool_or({' OR '.join(below)})" if below else "false"
    grouped = ", ".join(columns)
    rows = catalog.reader("keys").rows(
        f"SELECT {grouped}, {counts}, {more} FROM {source} WHERE {' AND '.join(conditions)} GROUP BY {grouped}",
        [value for _, value in path],
    )
    return [_node(catalog, levels, path, new, row) for row in rows]


def _node(
    catalog: Catalog, levels: list[tuple[str, ...]], path: tuple[Pair, ...], new: list[str], row: tuple[object, ...]
) -> Node:
    values = [str(value) for value in row[: len(new)]]
    count, errors, first, last, more = row[len(new) :]
    whole = (*path, *zip(new, values, strict=True))
    return Node(
        whole,
        _entity(catalog, levels, whole),
        int(str(count)),
        int(str(errors)),
        first if isinstance(first, int) else None,
        last if isinstance(last, int) else None,
        not more,
    )


def _entity(catalog: Catalog, levels: list[tuple[str, ...]], path: tuple[Pair, ...]) -> Entity | None:
    """The entity a node stands for, the keys of its own level last; None when they are no rule keys, which cannot be
    followed."""
    scope = int(dict(path)[RUN])
    own = next((keys for keys in levels if path and keys[-1] == path[-1][0]), ())
    pairs = tuple(sorted((pair for pair in path if pair[0] != RUN), key=lambda pair: pair[0] in own))
    if not all(catalog.key_column(key) for key, _ in pairs):
        return None
    if entities.unique(catalog, own):  # wherever it is met
        pairs = tuple(pair for pair in pairs if pair[0] in own)
    return entities.of_keys(catalog, pairs, scope)


def _sorted(found: list[Node], sort: str) -> list[Node]:
    def name(node: Node) -> tuple[object, ...]:
        return tuple((0, int(v), "") if v.isdigit() else (1, 0, v) for _, v in node.path)

    found.sort(key=name)
    if sort == "count":
        found.sort(key=lambda node: -node.count)
    elif sort == "errors":
        found.sort(key=lambda node: -node.errors)
    elif sort == "first":
        found.sort(key=lambda node: node.first or 0)
    elif sort == "last":
        found.sort(key=lambda node: -(node.last or 0))
    return found
