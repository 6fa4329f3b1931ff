"""Entities: what a record is about, and which one a user means."""

from __future__ import annotations

from collections.abc import Sequence

from tui.errors import EntityError
from tui.query.catalog import Catalog
from tui.query.model import ANYWHERE, Entity, Pair

#: Keys of what wrote a record, which is not what it is about.
WRITERS = ("process",)
_RUN_KEYS = ("parsl.dfk", "parsl.rundir", "wideview.scope")


def run_keys(catalog: Catalog) -> tuple[str, ...]:
    """Keys that name a run rather than something in it."""
    return (*_RUN_KEYS, *(rule.key for rule in catalog.rules.life))


def of_keys(catalog: Catalog, pairs: tuple[Pair, ...], scope: int) -> Entity:
    """The entity that *pairs* name in *scope*; one in all scopes if a value of theirs is unique in the world."""
    return _in(catalog, pairs, ANYWHERE if unique(catalog, [key for key, _ in pairs]) else scope)


def _in(catalog: Catalog, pairs: tuple[Pair, ...], scope: int) -> Entity:
    kind = catalog.rules.kind(pairs[-1][0]) if pairs else "run"
    known = catalog.scopes.get(scope)
    return Entity(kind, pairs, scope, known.name if known else "")


def unique(catalog: Catalog, keys: Sequence[str]) -> bool:
    """Whether values of one of *keys* are unique in the world."""
    return any(key.unique and key.name in keys for key in catalog.rules.key)


def levels(catalog: Catalog) -> list[tuple[str, ...]]:
    """The key sequences that identify entities, deepest first, whose keys rules can give."""
    found: dict[tuple[str, ...], int] = {}
    for hierarchy in catalog.rules.hierarchy:
        for depth, keys in enumerate(hierarchy.levels, 1):
            if all(catalog.key_column(key) for key in keys):
                first = hierarchy is catalog.rules.hierarchy[0]
                end = depth == len(hierarchy.levels)  # a task is nearer than the place in which it ran
                found.setdefault(keys, depth + 3 * end + 10 * first - 10 * (keys[0] in WRITERS))
    return sorted(found, key=lambda keys: -found[keys])


def of_record(catalog: Catalog, record: int) -> list[Entity]:
    """The entities that a record is about, nearest first; its run is the last."""
    every = levels(catalog)
    columns = sorted({column for keys in every for key in keys if (column := catalog.key_column(key))})
    found = catalog.reader("entities").rows(
        f"SELECT scope{''.join(', ' + column for column in columns)} FROM aspects "
        f"WHERE ctx = (SELECT ctx FROM stream WHERE rowid = {int(record)}) ORDER BY ALL"
    )
    entities: dict[Entity, None] = {}
    for keys in every:
        for scope, *values in found:
            have = dict(zip(columns, values, strict=True))
            pairs = tuple((key, have[catalog.key_column(key) or ""]) for key in keys)
            if all(value is not None for _, value in pairs):
                entities[of_keys(catalog, pairs, scope)] = None
    for scope in dict.fromkeys(row[0] for row in found):
        entities[run(catalog, scope)] = None
    return list(entities)


def run(catalog: Catalog, scope: int) -> Entity:
    """The run of a scope as an entity."""
    return of_keys(catalog, (), scope)


def resolve(catalog: Catalog, pairs: Sequence[Pair]) -> Entity:
    """The one entity that these keys and values name; one whose key is unique in the world is taken in all scopes,
    unless a key that names a run is given, too.

    EntityError when a key is unknown, nothing matches (no candidates), or several do (with the candidates, each as
    the keys that would name it alone).
    """
    given: dict[str, str] = {}
    of_runs = run_keys(catalog)
    for key, value in pairs:
        name = _key(catalog, key)
        if name not in of_runs and not catalog.key_column(name):
            known = ", ".join(_followable(catalog))
            hint = f"try {known}" if known else "these data have none; a [[hierarchy]] rule names such keys"
            raise EntityError(f"'{key}' is not a key that can be followed ({hint})")
        given[name] = catalog.normal(name, value)
    keys = level(catalog, [key for key in given if key not in of_runs])
    conditions = ["true"]
    params: list[object] = []
    for key, value in given.items():
        column = catalog.key_column(key)
        if key == "wideview.scope":
            conditions.append("scope IN (SELECT id FROM scopes WHERE path = ?)")
        else:
            conditions.append(f"{column} = ?")
        params.append(value)
    columns = [catalog.key_column(key) for key in keys]
    have = "".join(f" AND {column} IS NOT NULL" for column in columns)
    place = str(ANYWHERE) if unique(catalog, keys) and not set(given) & set(of_runs) else "scope"
    found = catalog.reader("entities").rows(
        f"SELECT DISTINCT {place}{''.join(f', {column}' for column in columns)} FROM aspects "
        f"WHERE {' AND '.join(conditions)}{have} ORDER BY ALL LIMIT 51",
        params,
    )
    named = " ".join(f"{key}={value}" for key, value in pairs)
    candidates = [_in(catalog, tuple(zip(keys, values, strict=True)), scope) for scope, *values in found]
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        raise EntityError(f"nothing is known of {named}")
    missing = [key for key in keys if key not in given and len({dict(c.keys)[key] for c in candidates}) > 1]
    if len({c.scope for c in candidates}) > 1:
        naming = {named_by(catalog, c.scope)[0] for c in candidates}
        missing.insert(0, naming.pop() if len(naming) == 1 else "wideview.scope")
    raise EntityError(
        f"{named} fits {'more than 50' if len(candidates) > 50 else len(candidates)} entities; "
        f"name one by adding {' and '.join(missing)}",
        tuple(describe(catalog, candidate) for candidate in candidates[:50]),
    )


def describe(catalog: Catalog, entity: Entity) -> str:
    """The keys that name *entity* alone, and the directory it is from."""
    if entity.scope == ANYWHERE:
        return " ".join(f"{key}={value}" for key, value in entity.keys)
    pairs = (named_by(catalog, entity.scope), *entity.keys)
    return f"{' '.join(f'{key}={value}' for key, value in pairs)}   ({catalog.scopes[entity.scope].path})"


def named_by(catalog: Catalog, scope: int) -> Pair:
    """The key and the value that name the run of a scope alone."""
    known, others = catalog.scopes[scope], [other for i, other in catalog.scopes.items() if i != scope]
    if known.life and all(other.life != known.life for other in others):
        return known.life
    if known.run and not known.life and all(other.run != known.run for other in others):
        return "parsl.dfk", known.run
    return "wideview.scope", known.path


def level(catalog: Catalog, keys: Sequence[str]) -> tuple[str, ...]:
    """The key sequence of the entity that *keys* speak of: the shortest level that holds them all."""
    if not keys:
        return ()
    fitting = [each for each in levels(catalog) if set(keys) <= set(each) and each[-1] in keys]
    if fitting:
        return min(fitting, key=len)
    ends = [each for each in levels(catalog) if each[-1] in keys]
    if not ends:
        return tuple(keys)
    best = max(ends, key=lambda each: len(set(each) & set(keys)))
    return (*best, *(key for key in keys if key not in best))


def _key(catalog: Catalog, name: str) -> str:
    """The key that a user means by *name*, which may be another name of it for some records only."""
    key = catalog.meant(name)
    if key in run_keys(catalog) or catalog.key_column(key):
        return key
    others = {rule.key for rule in catalog.rules.alias if name in rule.of}
    return others.pop() if len(others) == 1 else key


def _followable(catalog: Catalog) -> list[str]:
    names = dict.fromkeys(key for level in levels(catalog) for key in level)
    return [name for name in names if name in catalog.rule_keys_present]
