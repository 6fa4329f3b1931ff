"""Implications, run to a fixpoint over the contexts.

A rule speaks where, inside one scope, all records that agree on its given keys agree on a key it concludes; then
records that have the given keys and lack that one get it. It may carry a fact back in time. Nothing is overwritten; a
fact that the data contradict fills nothing for its group and is a conflict.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from tui.query.rules import Implies, Shift
from tui.query.schema import Schema
from tui.query.store import Store


@dataclass(frozen=True)
class _Conclusion:
    """One rule, its keys by number."""

    rule: Implies
    number: int
    given: tuple[int, ...]
    has: tuple[int, ...]
    then: tuple[int, ...]

    def known(self) -> str:
        """SQL that holds for the aspects the rule speaks of."""
        return " AND ".join(f"k{key} IS NOT NULL" for key in (*self.given, *self.has)) or "true"

    def proofs(self, then: int) -> str:
        """SQL that holds for the aspects that prove key *then*.

        What this rule concluded itself proves nothing: such records are no witnesses of a conflict.
        """
        return f"k{then} IS NOT NULL AND o{then} <> {self.number}"

    def groups(self) -> str:
        """SQL for the groups of records the rule speaks of: scope, given values, and for every key that it concludes
        the least and the greatest value, ``v<key>`` and ``w<key>``."""
        by = [*([] if self.rule.scope == "all" else ["scope"]), *(f"k{g}" for g in self.given)]
        ends = [
            f"{end}(k{t}) FILTER ({self.proofs(t)}) AS {name}{t}"
            for t in self.then
            for end, name in (("min", "v"), ("max", "w"))
        ]
        some = " OR ".join(f"({self.proofs(t)})" for t in self.then)
        select = f"SELECT {', '.join([*by, *ends])} FROM aspects WHERE {self.known()} AND ({some})"
        return f"{select} GROUP BY {', '.join(by)}" if by else select

    def fill(self, store: Store) -> tuple[int, bool]:
        """Fill what the rule concludes: how many aspects got a value, and whether the data contradict it somewhere."""
        store.execute(f"CREATE OR REPLACE TEMP TABLE groups AS {self.groups()}")
        agreed = {t: f"a.k{t} IS NULL AND f.v{t} = f.w{t}" for t in self.then}
        sets = [
            f"k{t} = CASE WHEN {sql} THEN f.v{t} ELSE a.k{t} END, "
            f"o{t} = CASE WHEN {sql} THEN {self.number} ELSE a.o{t} END"
            for t, sql in agreed.items()
        ]
        same = [f"a.k{g} = f.k{g}" for g in self.given] + [f"a.k{h} IS NOT NULL" for h in self.has]
        if self.rule.scope != "all":
            same.append("a.scope = f.scope")
        same.append(f"({' OR '.join(f'({sql})' for sql in agreed.values())})")
        rows = store.execute(f"UPDATE aspects AS a SET {', '.join(sets)} FROM groups f WHERE {' AND '.join(same)}")
        differ = " OR ".join(f"v{t} <> w{t}" for t in self.then)
        return int(rows[0][0]), bool(store.execute(f"SELECT EXISTS (FROM groups WHERE {differ})")[0][0])

    def inputs(self) -> set[int]:
        """Keys whose change may let the rule conclude more."""
        return {*self.given, *self.has, *self.then}


def apply(store: Store, schema: Schema, known: Collection[int]) -> None:
    """Add what implications conclude to ``aspects``, which has the rule keys *known*, and afterwards all; create
    ``conflicts``.

    Keys that a file's own name gives come last, where nothing else spoke; then guesses, and what follows from them.
    """
    every = [
        conclusion
        for number, rule in enumerate(schema.rules, 1)
        if isinstance(rule, Implies) and (conclusion := _conclusion(schema, rule, number, known))
    ]
    conclusions = [each for each in every if not each.rule.inferred]
    contested: dict[_Conclusion, bool] = {}
    _fixpoint(store, conclusions, set(known), contested)
    _fixpoint(store, conclusions, _fill_from_names(store), contested)
    if schema.inferred:
        guessed: set[int] = set().union(
            *(_guess(store, schema, r, known) for r in schema.rules if isinstance(r, Shift))
        )
        inferred = [each for each in every if each.rule.inferred]
        _fixpoint(store, inferred, guessed.union(*(each.inputs() for each in inferred)), {})
    _conflicts(store, schema, [each for each in conclusions if contested.get(each) and not each.rule.quiet])
    _settle(store, len(schema.rule_keys), known)


def _settle(store: Store, keys: int, known: Collection[int]) -> None:
    """Keep ``aspects``, with columns of all so many *keys*: those that are not *known* are NULL and stored nowhere."""
    columns = "ctx INTEGER, part BIGINT, place INTEGER, scope INTEGER"
    for i in range(keys):
        for name, kind in ((f"k{i}", "VARCHAR"), (f"o{i}", "USMALLINT")):
            columns += f", {name} {kind}"
            columns += "" if i in known else f" GENERATED ALWAYS AS (CAST(NULL AS {kind})) VIRTUAL"
    # Rules worked on a temporary table: nothing of it went through the log of a file.
    store.execute("ALTER TABLE aspects RENAME TO worked")
    store.execute(f"CREATE TABLE aspects ({columns})")
    store.execute("INSERT INTO aspects BY NAME FROM worked")
    store.execute("DROP TABLE worked")


def _conclusion(schema: Schema, rule: Implies, number: int, known: Collection[int]) -> _Conclusion | None:
    """*rule* as far as it speaks of keys that some record may have; None when it cannot conclude anything."""
    given, has, then = (tuple(map(schema.key, keys)) for keys in (rule.given, rule.has, rule.then))
    then = tuple(key for key in then if key in known)
    return _Conclusion(rule, number, given, has, then) if then and {*given, *has} <= set(known) else None


def _fixpoint(
    store: Store, conclusions: list[_Conclusion], changed: set[int], contested: dict[_Conclusion, bool]
) -> None:
    """Draw all conclusions until nothing is new; every one is drawn again after the last change of what it needs."""
    while changed:
        before, changed = changed, set()
        for conclusion in conclusions:
            if conclusion.inputs() & (before | changed):
                filled, contested[conclusion] = conclusion.fill(store)
                if filled:
                    changed.update(conclusion.then)


def _guess(store: Store, schema: Schema, rule: Shift, known: Collection[int]) -> set[int]:
    """Fill what *rule* guesses; returns the keys that were filled. Where one record that it speaks of is known to be
    otherwise, the guess is wrong for all that agree with it on the keys that the rule asks for."""
    key, of, number = schema.key(rule.key), schema.key(rule.of), schema.number(rule)
    if not {of, *map(schema.key, rule.has)} <= set(known):
        return set()
    group = ["scope", *(f"k{schema.key(has)}" for has in rule.has)]
    meant = " AND ".join(f"a.{column} IS NOT NULL" for column in [*group, f"k{of}"])
    value = f"try_cast(a.k{of} AS BIGINT) + {rule.add}"
    same = " AND ".join(f"a.{column} = w.{column}" for column in group)
    store.execute(
        f"CREATE OR REPLACE TEMP TABLE wrong AS SELECT DISTINCT {', '.join(group)} FROM aspects a "
        f"WHERE {meant} AND try_cast(a.k{key} AS BIGINT) <> {value}"
    )
    rows = store.execute(
        f"UPDATE aspects AS a SET k{key} = CAST({value} AS VARCHAR), o{key} = {number} WHERE {meant} "
        f"AND a.k{key} IS NULL AND {value} >= 0 AND NOT EXISTS (SELECT 1 FROM wrong w WHERE {same})"
    )
    return {key} if rows[0][0] else set()


def _fill_from_names(store: Store) -> set[int]:
    """Give aspects the keys that their files' own names say; returns the keys that were filled."""
    filled: set[int] = set()
    for (key,) in store.execute("SELECT DISTINCT key FROM place_keys WHERE by_name ORDER BY key"):
        rows = store.execute(
            f"UPDATE aspects AS a SET k{key} = p.value, o{key} = p.rule FROM place_keys p "
            f"WHERE p.key = {key} AND p.by_name AND a.place = p.place AND a.k{key} IS NULL"
        )
        if rows[0][0]:
            filled.add(key)
    return filled


def _conflicts(store: Store, schema: Schema, conclusions: list[_Conclusion]) -> None:
    store.execute(
        "CREATE TABLE conflicts (rule USMALLINT, scope INTEGER, given VARCHAR, key VARCHAR, "
        '"values" VARCHAR[], contexts INTEGER[])'
    )
    for each in conclusions:
        scope = "NULL" if each.rule.scope == "all" else "scope"
        pairs = " || ' ' || ".join(f"'{schema.rule_keys[g]}=' || k{g}" for g in each.given) or "''"
        for then in each.then:
            store.execute(
                f"INSERT INTO conflicts SELECT {each.number}, {scope}, {pairs}, '{schema.rule_keys[then]}', "
                f"list_sort(list(DISTINCT k{then})), list(DISTINCT ctx)[1:10] FROM aspects "
                f"WHERE {each.known()} AND {each.proofs(then)} GROUP BY ALL HAVING min(k{then}) <> max(k{then})"
            )
