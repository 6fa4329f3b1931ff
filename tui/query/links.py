"""What else an entity points to: where it ran, its dependencies, and the task whose result it reused."""

from __future__ import annotations

from tui.query.catalog import Catalog
from tui.query.entities import WRITERS, run
from tui.query.model import ANYWHERE, Entity, Pair

#: An entity that has to do with more others of a kind than this is not told by them.
MOST = 4


def linked(catalog: Catalog, entity: Entity) -> list[tuple[str, Entity]]:
    """(what the link says, entity) of a task; empty for other kinds."""
    keys = dict(entity.keys)
    if "parsl.task" not in keys:
        return []
    task = keys["parsl.task"]
    found = [
        (say, entity.scope, other)
        for say, given, wanted in (
            ("depends on", "parsl.task", "parsl.dependency_task"),
            ("is needed by", "parsl.dependency_task", "parsl.task"),
            ("joins", "parsl.task", "parsl.join_task"),
            ("is joined by", "parsl.join_task", "parsl.task"),
        )
        for other in _other(catalog, entity.scope, given, task, wanted)
    ]
    found += _reused(catalog, entity.scope, task)
    return [
        (say, Entity("task", (("parsl.task", other),), scope, run(catalog, scope).run)) for say, scope, other in found
    ]


def about(catalog: Catalog, entity: Entity) -> list[Pair]:
    """The other entities that the records of *entity* are about, as key and value, in the order of the hierarchies: the
    worker that ran a task, the number by which another program calls it. Keys with more than :data:`MOST` values are
    left out; for a run there are none."""
    own = {key for key, _ in entity.keys}
    levels = [keys for h in catalog.rules.hierarchy if h.levels[0][0] not in WRITERS for keys in h.levels]
    keys = [key for key in dict.fromkeys(keys[-1] for keys in levels) if key not in own and catalog.key_column(key)]
    if not own or not keys:
        return []
    conditions = [f"{catalog.key_column(key)} = ?" for key in own]
    params: list[object] = [dict(entity.keys)[key] for key in own]
    if entity.scope != ANYWHERE:
        conditions.append("scope = ?")
        params.append(entity.scope)
    values = ", ".join(
        f"list_sort(list(DISTINCT {column}) FILTER ({column} IS NOT NULL))" for column in map(catalog.key_column, keys)
    )
    found = catalog.reader("links").rows(f"SELECT {values} FROM aspects WHERE {' AND '.join(conditions)}", params)[0]
    return [(key, value) for key, have in zip(keys, found, strict=True) if have and len(have) <= MOST for value in have]


def _other(catalog: Catalog, scope: int, given: str, value: str, wanted: str) -> list[str]:
    have, want = catalog.key_column(given), catalog.key_column(wanted)
    if not have or not want:
        return []
    rows = catalog.reader("links").rows(
        f"SELECT DISTINCT {want} FROM aspects WHERE scope = ? AND {have} = ? AND {want} IS NOT NULL "
        f"ORDER BY try_cast({want} AS BIGINT), 1",
        (scope, value),
    )
    return [row[0] for row in rows]


def _reused(catalog: Catalog, scope: int, task: str) -> list[tuple[str, int, str]]:
    """Tasks with the same app and arguments, in any run: whose result was reused, or who reused this one's."""
    k_task, k_hash, k_state = (catalog.key_column(k) for k in ("parsl.task", "parsl.task_hashsum", "parsl.task_state"))
    if not k_hash or not k_task or not k_state:
        return []
    rows = catalog.reader("links").rows(
        f"SELECT a.scope, a.{k_task}, bool_or(a.{k_state} = 'memo_done'), bool_or(a.{k_state} = 'exec_done'), "
        f"min(s.time) FROM aspects a JOIN stream s USING (ctx) WHERE a.{k_hash} IN (SELECT {k_hash} FROM aspects "
        f"WHERE scope = ? AND {k_task} = ?) AND a.{k_task} IS NOT NULL GROUP BY 1, 2 ORDER BY 5",
        (scope, task),
    )
    states = {(s, t): (bool(memo), bool(ran)) for s, t, memo, ran, _ in rows}
    if (scope, task) not in states:
        return []
    if states[scope, task][0]:
        sources = [place for place, (memo, ran) in states.items() if ran and not memo]
        return [("reused the result of", s, t) for s, t in sources[:1]]
    if not states[scope, task][1]:
        return []
    return [("its result was reused by", s, t) for (s, t), (memo, _) in states.items() if memo]
