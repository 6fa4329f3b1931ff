"""Tests of tui.query.alive: which run a process was of that the kernel killed."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.query.making import INTERCHANGE, POOL, START, Seen, see, text, write
from tui.query import alive, ingest, rules
from tui.query.catalog import Catalog
from tui.query.options import Options
from tui.query.store import Store
from tui.sources.walk import walk
from tui.times import SECOND, iso

WORKER = "{run}/htex_Local/block-0/2a2f67d0aedf/worker_{n}.log"
MANAGER = "{run}/htex_Local/block-0/2a2f67d0aedf/manager.log"
KILLED = "Out of memory: Killed process {} (python3) total-vm:24760844kB"


def load(root: Path, boot: int | None = None) -> dict[str, Seen]:
    """The records below *root* by their bodies; the kernel's clock started at *boot*, in UTC nanoseconds."""
    store, ours = Store(), rules.load(user=False)
    options = Options() if boot is None else Options(boot=(("dmesg.txt", boot),))
    ingest.ingest(store, walk([str(root)]), ours, options)
    return {each.body: each for each in see(Catalog(store, ours))}


def kernel(at: float, message: str) -> str:
    """A line of ``dmesg --time-format iso``, *at* seconds after START."""
    stamp = iso(START * SECOND + round(at * 10**6) * 1000).removesuffix("Z")
    whole, _, part = stamp.partition(".")
    return f"{whole},{part.ljust(6, '0')}+00:00 {message}\n"


def worker(pid: int, begin: float, end: float) -> str:
    """The log of a worker that wrote twice."""
    return text(begin, f"Worker started as {pid}", POOL, pid=pid) + text(end, f"worker {pid}", POOL, pid=pid)


def run(name: str = "000", pid: int = 9356, begin: float = 0, end: float = 60, more: float = 600) -> dict[str, str]:
    """A run with two workers, whose submit process (pid 7) goes on until *more*."""
    return {
        f"{name}/parsl.log": text(begin - 1, f"Run id is: {name}", pid=7) + text(more, f"DFK cleanup of {name}", pid=7),
        MANAGER.format(run=name): text(begin, f"managers of {name}", POOL, pid=8)
        + text(begin, f"Worker 0 has died in {name}", POOL, pid=8)
        + text(more, f"manager of {name} ends", POOL, pid=8),
        WORKER.format(run=name, n=0): worker(pid, begin, end),
        WORKER.format(run=name, n=1): worker(pid + 1000, begin, end),
    }


def seen(root: Path, files: dict[str, str], at: float = 30, pid: int = 9356) -> Seen:
    """What is known of the kernel's record that *pid* was killed."""
    write(root, files | {"node/dmesg.txt": kernel(at, KILLED.format(pid))})
    return load(root)[KILLED.format(pid)]


IDENTITY = ("parsl.executor", "parsl.block", "parsl.manager", "parsl.worker", "parsl.rundir")
WHO = ("htex_Local", "0", "2a2f67d0aedf", "0", "000")


def who(record: Seen) -> tuple[str | None, ...]:
    return tuple(record.keys.get(key) for key in IDENTITY)


def test_the_record_belongs_to_the_run_and_the_worker(tmp_path: Path) -> None:
    record = seen(tmp_path, run())
    assert record.scope == (str(tmp_path / "000"),)
    assert who(record) == WHO
    assert record.rules["parsl.worker"] == "process that was killed"
    assert (record.keys["process"], record.keys["oom.victim"], record.keys["oom.command"]) == (
        "9356",
        "9356",
        "python3",
    )
    assert record.file.endswith("node/dmesg.txt") and record.label == "dmesg.txt"


def test_only_records_that_name_the_process_that_was_killed(tmp_path: Path) -> None:
    files = run() | {
        "node/dmesg.txt": kernel(30, "python3 invoked oom-killer: gfp_mask=0x100cca, order=0")
        + kernel(30, "CPU: 1 PID: 9356 Comm: python3 Not tainted 6.1.0")
        + kernel(31, "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),task_memcg=/a,task=a,pid=1,b,pid=9356,uid=0")
        + kernel(32, "oom_reaper: reaped process 9356 (python3), now anon-rss:0kB")
    }
    write(tmp_path, files)
    known = [each for each in load(tmp_path).values() if each.file.endswith("dmesg.txt")]
    assert [who(each) == WHO for each in known] == [False, False, True, True]
    assert [each.keys.get("oom.command") for each in known] == [None, None, "a,pid=1,b", "python3"]
    assert "process" not in known[0].keys


@pytest.mark.parametrize(
    ("at", "alive"),
    [(-0.5, False), (0, True), (59, True), (61, True), (599, True), (1100, True), (1300, False)],
)
def test_alive_from_its_first_record_until_its_run_is_over(tmp_path: Path, at: float, alive: bool) -> None:
    """A process that is killed does not say so; the others go on."""
    assert (who(seen(tmp_path, run(), at)) == WHO) is alive


def test_not_for_ever(tmp_path: Path) -> None:
    """In a run of weeks the number is somebody else's in the end."""
    silent = alive.SILENT / SECOND
    files = run(more=10 * silent)
    assert who(seen(tmp_path, files, 60 + silent - 1)) == WHO
    assert who(seen(tmp_path, files, 60 + silent + 1)) == (None,) * 5


def test_two_runs_with_that_process_at_that_time(tmp_path: Path) -> None:
    record = seen(tmp_path, run("000") | run("001"))
    assert who(record) == (None,) * 5
    assert record.scope == (str(tmp_path / "node"),)


def test_two_runs_one_after_the_other(tmp_path: Path) -> None:
    files = run("000", more=70) | run("001", begin=2000, end=2060, more=2100)
    assert who(seen(tmp_path, files, 30)) == WHO
    assert who(seen(tmp_path, files, 2030)) == (*WHO[:4], "001")
    assert who(seen(tmp_path, files, 1500)) == (None,) * 5


def test_the_submit_process_is_no_worker(tmp_path: Path) -> None:
    record = seen(tmp_path, run(), pid=7)
    assert who(record) == (None, None, None, None, "000")
    assert record.scope == (str(tmp_path / "000"),)


def test_a_manager_is_no_worker(tmp_path: Path) -> None:
    """Though one of its own records names one."""
    assert who(seen(tmp_path, run(), pid=8)) == ("htex_Local", "0", "2a2f67d0aedf", None, "000")


def test_two_workers_with_one_number_in_one_run(tmp_path: Path) -> None:
    """On two machines: the run is certain, and what they have in common."""
    other = WORKER.format(run="000", n=3).replace("2a2f67d0aedf", "ffff67d0aedf")
    record = seen(tmp_path, run() | {other: worker(9356, 0, 60)})
    assert who(record) == ("htex_Local", "0", None, None, "000")


def test_nobody_had_that_number(tmp_path: Path) -> None:
    assert who(seen(tmp_path, run(), pid=1)) == (None,) * 5


def test_a_directory_that_is_no_run_has_no_processes(tmp_path: Path) -> None:
    record = seen(tmp_path, {"logs/a.log": text(0, "a", pid=9356) + text(60, "b", pid=9356)})
    assert record.scope == (str(tmp_path / "node"),)


def test_the_log_may_lie_in_another_run(tmp_path: Path) -> None:
    """What the directory says is not about that process."""
    files = run("000") | run("001", pid=55) | {"001/htex_Other/block-7/dmesg.txt": kernel(30, KILLED.format(9356))}
    write(tmp_path, files)
    record = load(tmp_path)[KILLED.format(9356)]
    assert (record.scope, who(record)) == ((str(tmp_path / "000"),), WHO)


def endpoint(pid: int) -> dict[str, str]:
    """An endpoint whose engine was started twice, as process 1 and as process 2, with a worker *pid* of the first."""
    return {
        "ep/htex/interchange.log": "".join(
            text(at, f"at {at}", INTERCHANGE, pid=1 + at // 100) for at in (0, 90, 100, 190)
        ),
        "ep/htex/block-0/2a2f67d0aedf/worker_0.log": worker(pid, 10, 60),
    }


def test_an_engine_that_was_started_twice(tmp_path: Path) -> None:
    """Its process is of the life that it lived in, not just of the directory."""
    write(tmp_path, endpoint(9356) | {"node/dmesg.txt": kernel(30, KILLED.format(9356))})
    records = load(tmp_path)
    record = records[KILLED.format(9356)]
    assert record.scope == records["worker 9356"].scope != records["at 100"].scope
    assert (who(record)[:4], record.keys["parsl.interchange"]) == (("htex", *WHO[1:4]), "1")


def test_the_log_may_lie_in_such_an_engines_directory(tmp_path: Path) -> None:
    write(tmp_path, run() | endpoint(55) | {"ep/dmesg.txt": kernel(30, KILLED.format(9356)) + kernel(31, "other")})
    records = load(tmp_path)
    assert records["other"].scope == records["at 0"].scope
    assert (records[KILLED.format(9356)].scope, who(records[KILLED.format(9356)])) == ((str(tmp_path / "000"),), WHO)


def test_rows_of_a_database_are_nobody(tmp_path: Path) -> None:
    """They lie in the directory of all runs, and name processes that their runs know themselves."""
    write(tmp_path, run() | {"parsl.log": text(0, "so that this is a run's directory")})
    with sqlite3.connect(tmp_path / "monitoring.db") as opened:
        opened.execute("CREATE TABLE resource (run_id TEXT, psutil_process_pid INTEGER, timestamp TEXT)")
        rows = [("", 9356, iso((START + at) * SECOND).replace("T", " ").rstrip("Z") + ".000000") for at in (0, 60)]
        opened.executemany("INSERT INTO resource VALUES (?, ?, ?)", rows)
    opened.close()
    write(tmp_path, {"node/dmesg.txt": kernel(30, KILLED.format(9356))})
    records = load(tmp_path)
    assert sum(each.keys.get("process") == "9356" and each.file.endswith(".db") for each in records.values())
    assert who(records[KILLED.format(9356)]) == WHO


def test_seconds_since_a_boot(tmp_path: Path) -> None:
    """Nothing is claimed unless it is said when that was."""
    write(tmp_path, run() | {"node/dmesg.txt": f"[   30.000000] {KILLED.format(9356)}\n"})
    unknown = load(tmp_path)[KILLED.format(9356)]
    assert (unknown.time, who(unknown), unknown.keys["process"]) == (None, (None,) * 5, "9356")
    known = load(tmp_path, START * SECOND)[KILLED.format(9356)]
    assert (known.time, who(known)) == ((START + 30) * SECOND, WHO)
    late = load(tmp_path, (START + 10**6) * SECOND)[KILLED.format(9356)]
    assert who(late) == (None,) * 5


def test_who_wrote_the_line_is_not_who_was_killed(tmp_path: Path) -> None:
    line = '{{"__REALTIME_TIMESTAMP":"{}","_PID":"568","MESSAGE":"{}"}}\n'
    stamp = (START + 30) * 10**6
    write(tmp_path, run() | {"node/journal.json": line.format(stamp, KILLED.format(9356))})
    record = load(tmp_path)[KILLED.format(9356)]
    assert (record.keys["process"], record.keys["oom.victim"], who(record)) == ("568", "9356", WHO)


@pytest.mark.parametrize(
    "message",
    [
        "Out of memory: Killed process 9356 (python3) total-vm:1kB",
        "Memory cgroup out of memory: Killed process 9356 (python3) total-vm:1kB",
        "Memory cgroup out of memory: Kill process 9356 (python3) score 1974 or sacrifice child",
        "Out of memory (oom_kill_allocating_task): Kill process 9356 (python3) score 0 or sacrifice child",
        "Killed process 9356 (python3) total-vm:1kB, anon-rss:1kB",
        "Killed process 9356, UID 1000, (python3) total-vm:1kB",
        "oom_reaper: unable to reap pid:9356 (python3)",
    ],
)
def test_the_words_of_every_kernel(tmp_path: Path, message: str) -> None:
    write(tmp_path, run() | {"node/dmesg.txt": kernel(30, message)})
    record = load(tmp_path)[message]
    assert (who(record), record.keys["oom.command"]) == (WHO, "python3")
