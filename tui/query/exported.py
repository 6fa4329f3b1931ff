"""Records of an earlier export, read again: they say themselves where they are from and what rules gave them.

So no rule that reads a record speaks of them a second time; implications do, as of any record, but an export does not
write what they add. Each keeps the scope and the source it had, though all stand in one file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.query.place import Places
    from tui.query.store import Store

SOURCE = "wideview.source"


def fresh_sql(columns: Mapping[str, str], table: str = "r") -> str:
    """SQL that holds for the records in *table* that are from no export."""
    return f"{table}.{columns[SOURCE]} IS NULL" if SOURCE in columns else "true"


def list_sql(columns: Mapping[str, str], key: str) -> str:
    """SQL for the value of *key* in ``r`` as emitted; a list that an earlier export wrote, with its parts separated."""
    value = f"r.{columns[key]}"
    rule = columns.get(f"wideview.rule.{key}")
    if rule is None:
        return value
    parts = f"""TRY(from_json({value}, '["VARCHAR"]'))"""
    joined = f"array_to_string(list_transform({parts}, lambda x: coalesce(x, '')), chr(31))"
    listed = f"r.{rule} IS NOT NULL AND starts_with({value}, '[')"
    return f"CASE WHEN {listed} THEN coalesce({joined}, {value}) ELSE {value} END"


def settle(store: Store, columns: Mapping[str, str], places: Places) -> None:
    """Give the records of exports in ``facts`` the places they had, and their errors."""
    if SOURCE not in columns:
        return
    name = rf"regexp_replace(r.{columns[SOURCE]}, ':\d+$', '')"
    scope = f"r.{columns['wideview.scope']}" if "wideview.scope" in columns else "CAST(NULL AS VARCHAR)"
    found = store.execute(
        f"SELECT DISTINCT h.place, {name}, {scope} FROM facts h JOIN records r ON h.record = r.rowid "
        f"WHERE NOT {fresh_sql(columns)} ORDER BY ALL"
    )
    rows = [(home, path, scope_, places.stand_in(home, path, scope_).id) for home, path, scope_ in found]
    store.table_of("moved", ("home", "name", "scope", "place"), rows, "INTEGER, VARCHAR, VARCHAR, INTEGER")
    store.execute(
        f"UPDATE facts SET place = m.place FROM records r, moved m WHERE facts.record = r.rowid "
        f"AND facts.place = m.home AND {name} = m.name AND {scope} IS NOT DISTINCT FROM m.scope"
    )
    store.execute("DROP TABLE moved")
    if error := columns.get("wideview.error"):
        store.execute(
            f"INSERT INTO errors SELECT rowid, {error} FROM records r WHERE NOT {fresh_sql(columns)} "
            f"AND {error} IS NOT NULL AND rowid NOT IN (SELECT record FROM errors)"
        )
