"""Copies of a record in several files of one run are one record.

A record is folded into another only when all its keys and values stand in another file of the same scope, the times of
that file are finer than a millisecond, and then at most once a file: two equal lines of one file stay two. The record
that stays takes the path's keys of all its places; keys on which the places disagree are left out.
"""

from __future__ import annotations

from tui.query.place import Given, Place, Places
from tui.query.schema import Schema
from tui.query.store import Store


def fold(store: Store, schema: Schema, places: Places) -> None:
    """Create ``folds`` (record, kept, file, line) and give the kept ones in ``facts`` the place that stands for all of
    theirs."""
    # Equal times are rare between files that do not repeat each other: only those records are looked at whole.
    store.execute(
        "CREATE TEMP TABLE suspects AS SELECT record, place, line, scope, copy "
        "FROM facts JOIN place_scopes USING (place) JOIN ("
        "SELECT scope, time FROM facts JOIN place_scopes USING (place) WHERE time IS NOT NULL "
        "AND place IN (SELECT place FROM facts WHERE time % 1000000 <> 0) "
        "GROUP BY scope, time HAVING min(place) <> max(place)) USING (scope, time)"
    )
    columns = ", ".join(f"r.{column}" for column in schema.columns.values())
    digest = f"md5(CAST(row({columns}) AS VARCHAR)) AS digest"
    store.execute(
        "CREATE TEMP TABLE doubles AS "
        "SELECT *, row_number() OVER (PARTITION BY scope, digest, place ORDER BY line) AS nth "
        f"FROM (SELECT s.*, {digest} FROM suspects s JOIN records r ON s.record = r.rowid) "
        "WINDOW alike AS (PARTITION BY scope, digest) QUALIFY min(place) OVER alike <> max(place) OVER alike"
    )
    store.execute(
        "CREATE TABLE folds AS SELECT record, kept, place AS file, line, places FROM (SELECT record, place, line, "
        "first(record) OVER same AS kept, list_sort(list(place) OVER whole) AS places "
        "FROM doubles WINDOW same AS (PARTITION BY scope, digest, nth ORDER BY copy, place), "
        "whole AS (PARTITION BY scope, digest, nth)) WHERE len(places) > 1"
    )
    merged: dict[tuple[int, ...], int] = {}
    sets = store.execute(
        "SELECT DISTINCT f.places, s.place FROM folds f JOIN facts s ON f.kept = s.record WHERE f.record = f.kept "
        "ORDER BY ALL"
    )
    rows: list[tuple[list[int], int, int]] = []
    for members, home in sets:
        key = (home, *sorted(set(members)))
        if key not in merged:
            merged[key] = _merge(places, home, [m for m in key[1:] if m != home])
        rows.append((members, home, merged[key]))
    if rows:
        store.table_of("merged_places", ("members", "home", "place"), rows)
        store.execute(
            "UPDATE facts SET place = m.place FROM folds f, merged_places m "
            "WHERE f.record = f.kept AND f.kept = facts.record AND m.members = f.places AND m.home = facts.place"
        )
        store.execute("DROP TABLE merged_places")
    store.execute("DELETE FROM folds WHERE record = kept")
    store.execute("ALTER TABLE folds DROP COLUMN places")
    store.execute("DROP TABLE doubles")
    store.execute("DROP TABLE suspects")


def _merge(places: Places, home: int, others: list[int]) -> int:
    """A new place for records that stand in *home* and in *others*."""
    first = places.places[home]
    values: dict[str, dict[str, Given]] = {}
    for number in (home, *others):
        for given in places.places[number].keys:
            values.setdefault(given.key, {}).setdefault(given.value, given)
    keys = [next(iter(found.values())) for found in values.values() if len(found) == 1]
    place = Place(len(places.places), first.file, first.scope, first.label, first.copy, keys)
    places.places.append(place)
    return place.id
