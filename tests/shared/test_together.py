"""Every folder of real logs, alone and with all others: nothing is lost, and ids of different runs never mix."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.shared.data import DATA, FOLDERS, needs_data, opened
from tui.query import entities
from tui.query.catalog import Catalog
from tui.query.flow import flow
from tui.query.model import Entity

pytestmark = [needs_data, pytest.mark.xdist_group("together")]

#: Of each level of every hierarchy, in every scope, this many entities are compared.
SAMPLES = 2

#: Holds some records of a run of Academy once more, as CloudWatch exports them.
COPIES = DATA / "others"
KERNEL = COPIES / "dmesg-iso.txt"

Steps = list[tuple[str, int, int | None]]


@pytest.fixture(scope="module")
def together() -> Catalog:
    return opened(*(DATA / folder for folder in FOLDERS))


@pytest.fixture(scope="module", params=FOLDERS)
def alone(request: pytest.FixtureRequest) -> Catalog:
    return opened(DATA / request.param)


def lines_of(path: Path) -> int:
    data = path.read_bytes()
    return data.count(b"\n") + (not data.endswith(b"\n") and bool(data))


def test_every_line_is_accounted_for(alone: Catalog) -> None:
    """First line of a record, continuation, damaged or blank: the four add up to the lines of the file."""
    rows = alone.reader().rows(
        'SELECT path, name, "first" + continuation + damaged + blank, records, "first" + damaged '
        "FROM files WHERE of_lines"
    )
    assert rows
    for path, name, lines, records, begun in rows:
        assert lines == lines_of(Path(path)), name
        assert records == begun, name


def test_every_file_is_read_or_skipped_for_a_reason(alone: Catalog) -> None:
    unknown = alone.reader().rows("SELECT name, reason FROM skipped WHERE reason = ''")
    assert not unknown


def samples(catalog: Catalog) -> list[tuple[str, Entity]]:
    """Some entities of every level, with the directory of their scope."""
    found: list[tuple[str, Entity]] = []
    for keys in entities.levels(catalog):
        columns = ", ".join(str(catalog.key_column(key)) for key in keys)
        have = " AND ".join(f"{catalog.key_column(key)} IS NOT NULL" for key in keys)
        rows = catalog.reader().rows(
            f"SELECT path, scope, {columns} FROM (SELECT *, row_number() OVER (PARTITION BY scope ORDER BY {columns}) "
            f"AS n FROM (SELECT DISTINCT scope, {columns} FROM aspects WHERE {have})) JOIN scopes ON scope = scopes.id "
            f"WHERE n <= {SAMPLES} ORDER BY ALL"
        )
        for path, scope, *values in rows:
            found.append((path, Entity(keys[-1], tuple(zip(keys, values, strict=True)), scope, "")))
    return found


def steps(catalog: Catalog, entity: Entity) -> Steps:
    """The records of a flow, by what is the same in every load."""
    ids = np.asarray(flow(catalog, entity).ids, np.int64)
    return catalog.reader().rows(
        "SELECT f.name, s.line, s.time FROM stream s JOIN files f ON s.file = f.id "
        "JOIN picked p ON s.rowid = p.id ORDER BY ALL",
        ids=ids,
    )


def test_flows_are_the_same_alone_and_together(alone: Catalog, together: Catalog) -> None:
    scopes = {path: number for number, path in together.reader().rows("SELECT id, path FROM scopes")}
    compared = 0
    for path, entity in samples(alone):
        there = Entity(entity.kind, entity.keys, scopes[path], "")
        found = steps(together, there)
        if path == str(COPIES):  # more is known of messages whose own logs are there as well
            assert set(steps(alone, entity)) <= set(found)
        else:
            # The kernel's word about a process that it killed is in that process's flow, wherever it stands.
            assert steps(alone, entity) == [step for step in found if step[0] != str(KERNEL)], (path, entity.keys)
        compared += 1
    assert compared or not entities.levels(alone)


def test_all_records_are_there(together: Catalog) -> None:
    [(total,)] = together.reader().rows("SELECT count(*) FROM stream")
    [(files,)] = together.reader().rows("SELECT count(*) FROM files")
    assert total > 100_000 and files > 300
