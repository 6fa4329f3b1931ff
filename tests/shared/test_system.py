"""System logs beside real runs: the kernel's word about a worker reaches the worker's flow, and no other's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.query.making import Seen, see
from tests.shared.data import DATA, needs_data, opened
from tui.query.catalog import Catalog
from tui.query.entities import resolve
from tui.query.flow import flow
from tui.query.opening import Request, open_catalog
from tui.query.options import Options
from tui.times import clock

OTHERS = DATA / "others"
RUNS = DATA / "parsl-text" / "runinfo"

#: When the machine of dmesg.txt and dmesg.json was booted, by what dmesg-iso.txt says of the same messages.
BOOT = clock("2026-11-20 05:04:58")

pytestmark = needs_data


def killed(catalog: Catalog) -> list[Seen]:
    return [each for each in see(catalog) if "oom.victim" in each.keys]


def identity(record: Seen) -> tuple[str | None, ...]:
    names = ("parsl.rundir", "parsl.executor", "parsl.block", "parsl.manager", "parsl.worker")
    return tuple(record.keys.get(name) for name in names)


WORKER = ("000", "htex_Local", "0", "d3c073174a0c", "0")


def test_the_kernels_word_is_in_the_workers_flow() -> None:
    # Rows of the database name the process as well; they lie in the directory of all runs.
    catalog = opened(RUNS / "000" / "htex_Local", RUNS / "monitoring.db", OTHERS / "dmesg-iso.txt")
    records = killed(catalog)
    assert [identity(each) for each in records] == [WORKER] * 3
    block = [("parsl.rundir", "000"), ("parsl.executor", "htex_Local"), ("parsl.block", "0")]
    for keys, there in (
        ([("parsl.rundir", "000"), ("parsl.worker", "0")], True),
        ([("parsl.rundir", "000"), ("parsl.worker", "1")], False),
        (block, True),
        ([("parsl.rundir", "000"), ("process", "9356")], True),
    ):
        bodies = {step.row.body for step in flow(catalog, resolve(catalog, keys)).steps}
        assert {each.body in bodies for each in records} == {there}, keys


@pytest.mark.parametrize("name", ["dmesg.txt", "dmesg.json"])
def test_seconds_since_boot_need_the_boot(name: str) -> None:
    """It is told for one of two files that say the same."""
    assert BOOT
    paths = [str(path) for path in (RUNS / "000" / "htex_Local", OTHERS / "dmesg.txt", OTHERS / "dmesg.json")]
    catalog = open_catalog(Request(tuple(paths), options=Options(boot=((name, BOOT[0]),)), cache=False))
    records = killed(catalog)
    assert len(records) == 6
    for each in records:
        assert identity(each) == (WORKER if each.file.endswith(name) else (None,) * 5)


def test_every_line_is_a_record() -> None:
    catalog = opened(OTHERS)
    rows = catalog.reader("test").rows("SELECT path, source, first, continuation, damaged, blank, rows FROM files")
    found = {Path(path).name: (source, *counts) for path, source, *counts in rows}
    expected = {
        "cloudwatch-filter-log-events.json": ("cloudwatch", 0, 0, 0, 0, 352),
        "cloudwatch-filter-log-events.txt": ("cloudwatch-text", 352, 0, 0, 0, 0),
        "cloudwatch-get-log-events.json": ("cloudwatch", 0, 0, 0, 0, 200),
        "dmesg-iso.txt": ("dmesg", 15, 0, 0, 0, 0),
        "dmesg.json": ("dmesg-json", 0, 0, 0, 0, 15),
        "dmesg.txt": ("dmesg", 15, 0, 0, 0, 0),
        "syslog-rfc5424.log": ("syslog", 90, 0, 0, 0, 0),
        "syslog-rsyslog-iso.log": ("syslog", 90, 0, 0, 0, 0),
        "syslog-traditional.log": ("syslog", 90, 0, 0, 0, 0),
    }
    assert {name: each for name, each in found.items() if not name.startswith("stdlib")} == expected
