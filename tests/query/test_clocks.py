"""Tests of tui.query.clocks: clocks that disagree, found and put right."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import FIXTURES
from tests.query.making import INTERCHANGE, POOL, line, load, parsl, write
from tui.query import clocks
from tui.query.browse import Browser
from tui.query.catalog import Catalog
from tui.query.opening import Request, open_catalog
from tui.query.options import Options

MANAGER = "f8132dfeb74a"


def skewed(run: Path, seconds: float, *logs: str) -> None:
    """Put the clock that wrote *logs* wrong by *seconds*."""
    for log in logs:
        path = run / log
        text = re.sub(
            r"^(\d{10}\.\d{6}) ", lambda at: f"{float(at[1]) + seconds:.6f} ", path.read_text(), flags=re.MULTILINE
        )
        assert text != path.read_text()
        path.write_text(text)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A copy of the text run, without the rows that other processes told the database."""
    shutil.copytree(FIXTURES / "text", tmp_path / "run")
    (tmp_path / "run/runinfo/monitoring.db").unlink()
    return tmp_path / "run"


def opened(run: Path, *shifts: tuple[str, int]) -> Catalog:
    return open_catalog(Request((str(run),), options=Options(shift=shifts), cache=False))


def test_clocks_that_agree(text_run: Browser, json_run: Browser, threads_run: Browser) -> None:
    for browser in (text_run, json_run, threads_run):
        assert clocks.offsets(browser.catalog) == []


@pytest.mark.parametrize("seconds", [-3.0, 3.0, -0.25])
def test_a_manager_whose_clock_is_wrong(run: Path, seconds: float) -> None:
    """All of its directory is; what is suggested is about right, and puts it right."""
    home = f"runinfo/000/htex_Local/block-0/{MANAGER}"
    skewed(run, seconds, *(f"{home}/{name}.log" for name in ("manager", "worker_0", "worker_1")))
    [offset] = clocks.offsets(opened(run))
    assert offset.directory.endswith(home) and offset.sources == (MANAGER,)
    assert offset.shift is not None and offset.most is not None
    assert abs(offset.shift / 1e9 + seconds) < 0.1 and offset.shift % 100_000 == 0
    assert sorted((abs(offset.shift), abs(offset.most)))[0] == abs(offset.shift)
    assert 0 < offset.wrong < offset.pairs
    assert offset.example.by >= abs(offset.shift) - 100_000
    assert clocks.offsets(opened(run, *((source, offset.shift) for source in offset.sources))) == []


def test_an_interchange_whose_clock_is_wrong(run: Path) -> None:
    """Managers contradict it and so does the submit process: it is the one to put right; a pattern a file, since the
    managers' directories lie below."""
    skewed(run, -3.0, "runinfo/000/htex_Local/interchange.log", "runinfo/000/htex_Local/monitoring_zmq_router.log")
    [offset] = clocks.offsets(opened(run))
    assert offset.directory.endswith("000/htex_Local")
    assert offset.sources == ("interchange.log", "monitoring_zmq_router.log")
    assert offset.shift is not None and abs(offset.shift / 1e9 - 3) < 0.1
    assert clocks.offsets(opened(run, *((source, offset.shift) for source in offset.sources))) == []


def test_a_clock_that_no_shift_puts_right(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "000/x/interchange.jsonlog": line(
                *(parsl(at, f"Putting task {at} onto pending_task_queue", INTERCHANGE) for at in (1, 2)),
                *(parsl(at + 0.5, f"Removing task {at} from manager", INTERCHANGE) for at in (1, 2)),
            ),
            "000/x/block-0/0123456789ab/worker_0.jsonlog": line(
                parsl(0.2, "Received executor task 1", POOL),
                parsl(4.2, "Completed executor task 2", POOL),
            ),
        },
    )
    [offset] = clocks.offsets(load(tmp_path))
    assert (offset.shift, offset.most, offset.wrong, offset.pairs) == (None, None, 2, 4)


def test_ids_that_come_twice_prove_nothing(loaded: Callable[..., Browser], tmp_path: Path) -> None:
    """An interchange that was started twice."""
    twice = [parsl(at, "Putting task 1 onto pending_task_queue", INTERCHANGE) for at in (1, 9)]
    write(
        tmp_path,
        {
            "000/x/interchange.jsonlog": line(*twice),
            "000/x/block-0/0123456789ab/worker_0.jsonlog": line(parsl(1.1, "Received executor task 1", POOL)),
        },
    )
    assert clocks.offsets(loaded(tmp_path).catalog) == []
