"""Tests of tui.query.zones: local times without a zone become UTC."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.query import making
from tests.query.making import START, load, see, text, write
from tui import times
from tui.query.catalog import Catalog
from tui.query.place import Scope
from tui.query.zones import Zones

CHICAGO = -6
MANAGER_LINE = "2026-11-20 01:48:33.129 parsl.monitoring.db_manager:306 [INFO] [MainThread 14] {}\n"
UTC_OF_IT = "2026-11-20T07:48:33.129Z"


@pytest.fixture(autouse=True)
def machine_in_tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """So that what takes this machine's zone shows."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def database(path: Path, *runs: tuple[str, str]) -> None:
    """A monitoring.db with one workflow row for every (run, directory); began at 01:48:33.129 local time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as opened, opened:
        opened.execute("CREATE TABLE workflow (run_id TEXT, rundir TEXT, time_began DATETIME)")
        opened.executemany(
            "INSERT INTO workflow VALUES (?, ?, '2026-11-20 01:48:33.129000')",
            [(run, f"/elsewhere/runinfo/{name}") for run, name in runs],
        )


def utc(catalog: Catalog, end: str) -> list[str]:
    """The times of the records of files whose names end so, in order."""
    return [times.iso(each.time or 0) for each in see(catalog) if each.file.endswith(end)]


def zone(catalog: Catalog, name: str) -> object:
    return making.files(catalog)[name]["zone"]


def test_the_runs_own_text_logs_prove_it(tmp_path: Path) -> None:
    write(
        tmp_path, {"000/parsl.log": text(0, "x", ahead=CHICAGO), "000/database_manager.log": MANAGER_LINE.format("y")}
    )
    catalog = load(tmp_path, zone=ZoneInfo("UTC"))
    assert utc(catalog, "database_manager.log") == [UTC_OF_IT]
    assert utc(catalog, "parsl.log") == [times.iso(START * times.SECOND)]
    assert zone(catalog, "database_manager.log") == "UTC-06:00 by its text logs"
    assert zone(catalog, "parsl.log") == ""


def test_any_text_log_of_the_run_proves_it(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"000/h/interchange.log": text(0, "x", ahead=5), "000/database_manager.log": MANAGER_LINE.format("y")},
    )
    assert utc(load(tmp_path), "database_manager.log") == ["2026-11-19T20:48:33.129Z"]


def test_rows_of_a_database_take_the_zone_of_the_run_they_name(tmp_path: Path) -> None:
    database(tmp_path / "monitoring.db", (making.RUN, "000"), (making.OTHER_RUN, "001"))
    write(tmp_path, {"000/parsl.log": text(0, "x", ahead=CHICAGO), "001/parsl.log": text(0, "y", ahead=2)})
    catalog = load(tmp_path)
    found = {each.emitted["run_id"]: times.iso(each.time or 0) for each in see(catalog) if "run_id" in each.emitted}
    assert found == {making.RUN: UTC_OF_IT, making.OTHER_RUN: "2026-11-19T23:48:33.129Z"}
    assert zone(catalog, "monitoring.db") == "UTC+02:00 by its text logs, UTC-06:00 by its text logs"


def test_a_database_above_the_runs_takes_what_they_prove(tmp_path: Path) -> None:
    """A row whose run's directory is not there takes the zone of a run beside it."""
    database(tmp_path / "runinfo" / "monitoring.db", (making.RUN, "005"))
    write(tmp_path, {"runinfo/000/parsl.log": text(0, "x", ahead=CHICAGO)})
    assert utc(load(tmp_path), "monitoring.db") == [UTC_OF_IT]


def test_a_run_without_proof_takes_that_of_the_run_beside_it(tmp_path: Path) -> None:
    write(
        tmp_path, {"000/parsl.log": text(0, "x", ahead=CHICAGO), "001/database_manager.log": MANAGER_LINE.format("y")}
    )
    assert utc(load(tmp_path, zone=ZoneInfo("UTC")), "database_manager.log") == [UTC_OF_IT]


def test_a_run_far_away_proves_nothing(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"a/b/000/parsl.log": text(0, "x", ahead=CHICAGO), "c/d/001/database_manager.log": MANAGER_LINE.format("y")},
    )
    catalog = load(tmp_path, zone=ZoneInfo("Asia/Kolkata"))
    assert utc(catalog, "database_manager.log") == ["2026-11-19T20:18:33.129Z"]
    assert zone(catalog, "database_manager.log") == "zone Asia/Kolkata"


def test_without_proof_the_users_zone_then_the_machines(tmp_path: Path) -> None:
    write(tmp_path, {"000/database_manager.log": MANAGER_LINE.format("y")})
    assert utc(load(tmp_path, zone=ZoneInfo("America/Chicago")), ".log") == [UTC_OF_IT]
    catalog = load(tmp_path)
    assert utc(catalog, ".log") == ["2026-11-19T16:48:33.129Z"]
    assert zone(catalog, "database_manager.log") == "this machine's zone"


def test_the_clocks_change_within_a_run(tmp_path: Path) -> None:
    """At 2026-11-01 07:00 UTC Chicago's 01:59:59 is followed by 01:00:00."""
    change = 1793516400
    before, after = change - 3600 * 3 - START, change + 3600 * 3 - START
    write(
        tmp_path,
        {
            "000/parsl.log": text(before, "x", ahead=-5)
            + text(change - START, "at", ahead=-6)
            + text(after, "z", ahead=-6),
            "000/database_manager.log": "".join(
                f"2026-11-01 {clock} parsl.monitoring.db_manager:306 [INFO] [MainThread 14] {clock}\n"
                for clock in ("00:30:00.000", "02:30:00.000", "03:30:00.000")
            ),
        },
    )
    catalog = load(tmp_path)
    found = {each.body: times.iso(each.time or 0) for each in see(catalog) if "database_manager" in each.file}
    assert found == {
        "00:30:00.000": "2026-11-01T05:30:00Z",
        "02:30:00.000": "2026-11-01T08:30:00Z",
        "03:30:00.000": "2026-11-01T09:30:00Z",
    }
    assert zone(catalog, "database_manager.log") == "UTC-06:00 and UTC-05:00 by its text logs"


def test_dates_no_clock_ever_showed_are_no_times(tmp_path: Path) -> None:
    """They do not stop the load either."""
    manager = MANAGER_LINE.replace("2026", "{}")
    write(tmp_path, {"000/database_manager.log": "".join(manager.format(y, y) for y in ("2026", "0001", "9999"))})
    found = {each.body: each.time for each in see(load(tmp_path))}
    assert found["0001"] is found["9999"] is None and found["2026"]


def test_proofs_before_between_and_after() -> None:
    zones = Zones()
    second = times.SECOND
    zones.prove(3, [(1_000_000 * second, 3600)])
    zones.prove(3, [(0, 7200)])
    local = {at: zones.utc(at * second, 3) // second for at in (-5, 500_000, 1_000_000 + 10_000, 2_000_000)}
    assert local == {
        -5: -5 - 7200,
        500_000: 500_000 - 7200,
        1_000_000 + 10_000: 1_000_000 + 10_000 - 3600,
        2_000_000: 2_000_000 - 3600,
    }


def test_the_nearest_proof() -> None:
    scopes = [Scope(i, path, "") for i, path in enumerate(["/r", "/r/000", "/r/001", "/q/000", "/r/000/h"])]
    zones = Zones()
    assert zones.nearest(scopes[0], scopes) is None
    zones.prove(3, [(0, 0)])
    zones.prove(2, [])
    assert [zones.nearest(scope, scopes) for scope in scopes] == [None, None, None, 3, None]
    zones.prove(1, [(0, 0)])
    assert [zones.nearest(scope, scopes) for scope in scopes] == [1, 1, 1, 3, 1]
    zones.prove(2, [(0, 0)])
    assert zones.nearest(scopes[2], scopes) == 2, "its own before its neighbour's"
    assert zones.describe(1) == "UTC+00:00 by its text logs"
    zones.prove(0, [(0, -9000)])
    assert zones.describe(0) == "UTC-02:30 by its text logs"
