"""Tests of tui.query.opening: an index is made once, used while it fits, and never needed."""

from __future__ import annotations

import multiprocessing
import os
import stat
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.query.making import line, parsl, see, text, write
from tui.errors import InputError, RuleError
from tui.query import cache, ingest
from tui.query.catalog import Catalog
from tui.query.model import Progress
from tui.query.opening import Request, at_once, open_catalog
from tui.query.options import Options


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write(tmp_path / "run", {"000/parsl.log": text(0, "x"), "000/h/interchange.jsonlog": line(parsl(1, "y"))})


def bodies(catalog: Catalog) -> list[str]:
    found = [each.body for each in see(catalog)]
    catalog.store.close()
    return found


def request(run: Path, **more: object) -> Request:
    return Request((str(run),), **more)  # type: ignore[arg-type]


def indexes() -> list[Path]:
    """All that lies in the cache."""
    return sorted(cache.directory().iterdir())


class Read(Exception):
    """Files were read."""


@pytest.fixture
def no_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise Read

    monkeypatch.setattr(ingest, "ingest", refuse)


def test_the_second_time_no_file_is_read(run: Path, request: pytest.FixtureRequest) -> None:
    asked = Request((str(run),))
    assert bodies(open_catalog(asked)) == ["x", "y"]
    request.getfixturevalue("no_reading")
    assert bodies(open_catalog(asked)) == ["x", "y"]
    with pytest.raises(Read):
        open_catalog(Request((str(run),), cache=False))


def other_size(run: Path) -> Request:
    with (run / "000/parsl.log").open("a") as file:
        file.write("z")
    return request(run)


def other_time(run: Path) -> Request:
    path = run / "000/parsl.log"
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))
    return request(run)


def other_file(run: Path) -> Request:
    write(run, {"000/h/manager.log": text(2, "z")})
    return request(run)


def gone_file(run: Path) -> Request:
    (run / "000/parsl.log").unlink()
    return request(run)


def other_rules(run: Path) -> Request:
    write(run.parent, {"mine.toml": "[[key]]\nname = 'x'\n"})
    return request(run, rules=(str(run.parent / "mine.toml"),))


def other_zone(run: Path) -> Request:
    return request(run, options=Options(ZoneInfo("Asia/Tokyo")))


def fewer_paths(run: Path) -> Request:
    return request(run / "000" / "h")


@pytest.mark.parametrize(
    "change",
    [other_size, other_time, other_file, gone_file, other_rules, other_zone, fewer_paths],
    ids=lambda f: f.__name__,
)
def test_what_changed_is_read_again(run: Path, change: object, request: pytest.FixtureRequest) -> None:
    bodies(open_catalog(Request((str(run),))))
    assert callable(change)
    changed = change(run)
    bodies(open_catalog(changed))
    assert len(indexes()) == 2
    request.getfixturevalue("no_reading")
    assert bodies(open_catalog(changed))


def test_rules_in_the_configuration_directory_count(run: Path, own_directories: Path) -> None:
    bodies(open_catalog(request(run)))
    write(own_directories / "config/wideview/rules", {"a.toml": "[[key]]\nname = 'x'\n"})
    bodies(open_catalog(request(run)))
    assert len(indexes()) == 2


def test_the_machines_zone_counts(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bodies(open_catalog(request(run)))
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    bodies(open_catalog(request(run)))
    assert len(indexes()) == 2


def test_the_same_text_as_other_rules_is_not_the_same(run: Path) -> None:
    """Two files of rules, or their texts in one: what depends on the border must not mix them up."""
    one, two = "[[key]]\nname = 'x'\n", "[[key]]\nname = 'y'\n"
    write(run.parent, {"one": one, "two": two, "both": one + two})
    for rules in (("one", "two"), ("both",)):
        bodies(open_catalog(request(run, rules=tuple(str(run.parent / name) for name in rules))))
    assert len(indexes()) == 2


@pytest.mark.parametrize("damage", [b"", b"garbage" * 1000, None])
def test_a_damaged_index_is_made_anew(run: Path, damage: bytes | None) -> None:
    bodies(open_catalog(request(run)))
    [index] = indexes()
    index.write_bytes(index.read_bytes()[:5000] if damage is None else damage)
    catalog = open_catalog(request(run))
    assert bodies(catalog) == ["x", "y"] and not catalog.notices
    assert indexes() == [index] and index.stat().st_size > 5000


def test_an_index_that_was_not_finished_is_made_anew(run: Path) -> None:
    """A sound database without our tables."""
    import duckdb

    bodies(open_catalog(request(run)))
    [index] = indexes()
    index.unlink()
    duckdb.connect(str(index)).close()
    assert bodies(open_catalog(request(run))) == ["x", "y"]


def test_it_is_nobody_elses(run: Path) -> None:
    old = os.umask(0)
    try:
        bodies(open_catalog(request(run)))
        assert os.umask(0) == 0, "the process keeps its own mask"
    finally:
        os.umask(old)
    [index] = indexes()
    assert stat.S_IMODE(index.stat().st_mode) == 0o600
    assert stat.S_IMODE(cache.directory().stat().st_mode) == 0o700
    assert index.suffix == ".duckdb", "nothing else is left behind"


def test_a_cache_that_cannot_be_written(run: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file in its place, since root may write anywhere."""
    write(tmp_path, {"blocked": "a file"})
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "blocked"))
    catalog = open_catalog(request(run))
    assert len(catalog.notices) == 1 and "no index is kept" in catalog.notices[0]
    assert str(tmp_path / "blocked") in catalog.notices[0]
    assert bodies(catalog) == ["x", "y"]


def test_a_cache_that_cannot_be_renamed_into(run: Path) -> None:
    bodies(open_catalog(request(run)))
    [index] = indexes()
    index.unlink()
    (index / "in the way").mkdir(parents=True)
    catalog = open_catalog(request(run))
    assert "no index is kept" in catalog.notices[0] and bodies(catalog) == ["x", "y"]
    assert indexes() == [index]


def test_no_cache_is_no_trace(run: Path) -> None:
    assert bodies(open_catalog(request(run, cache=False))) == ["x", "y"]
    assert not cache.directory().exists()


def test_nothing_is_left_after_an_error(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = write(run.parent / "empty", {"a": "\n"})
    with pytest.raises(InputError):
        open_catalog(request(empty))
    assert indexes() == []

    def stop(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ingest.widen, "widen", stop)
    with pytest.raises(KeyboardInterrupt):
        open_catalog(request(run))
    assert indexes() == []


def test_errors_name_what_is_wrong(run: Path) -> None:
    with pytest.raises(InputError, match="nowhere"):
        open_catalog(request(run / "nowhere"))
    with pytest.raises(RuleError, match=r"none\.toml"):
        open_catalog(request(run, rules=("none.toml",)))


def test_the_index_is_read_only(run: Path) -> None:
    bodies(open_catalog(request(run)))
    [index] = indexes()
    before = index.read_bytes()
    assert bodies(open_catalog(request(run))) == ["x", "y"]
    assert index.read_bytes() == before


def _open(path: str, cache: str, out: multiprocessing.Queue[list[str]], gate: object) -> None:
    os.environ["XDG_CACHE_HOME"] = cache
    gate.wait()  # type: ignore[attr-defined]
    out.put(bodies(open_catalog(Request((path,)))))


def test_two_processes_at_once(run: Path, own_directories: Path) -> None:
    context = multiprocessing.get_context("spawn")
    out, gate = context.Queue(), context.Barrier(2)
    cache = str(own_directories / "cache")
    processes = [context.Process(target=_open, args=(str(run), cache, out, gate)) for _ in range(2)]
    for process in processes:
        process.start()
    assert [out.get(timeout=60) for _ in processes] == [["x", "y"]] * 2
    for process in processes:
        process.join()
    assert [index.suffix for index in indexes()] == [".duckdb"]


def test_while_one_has_it_open_another_may_read_and_rebuild(run: Path) -> None:
    first, second = open_catalog(request(run)), open_catalog(request(run))
    changed = open_catalog(other_size(run))
    assert bodies(first) == bodies(second) == ["x", "y"] and "x" in bodies(changed)[0]


def test_the_least_used_indexes_go_first(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bodies(open_catalog(request(run)))
    [old] = indexes()
    bodies(open_catalog(other_time(run)))
    [new] = set(indexes()) - {old}
    now = time.time()
    os.utime(old, (now - 20, now - 20))
    os.utime(new, (now - 10, now - 10))
    monkeypatch.setattr(cache, "KEEP", int(old.stat().st_size * 2.5))
    bodies(open_catalog(other_file(run)))
    assert old not in indexes() and new in indexes() and len(indexes()) == 2


def test_using_an_index_keeps_it(run: Path) -> None:
    bodies(open_catalog(request(run)))
    [index] = indexes()
    os.utime(index, (1, 1))
    bodies(open_catalog(request(run)))
    assert index.stat().st_mtime > 1


def test_a_preview_of_what_is_large(tmp_path: Path) -> None:
    small = write(tmp_path / "small", {"000/parsl.log": text(0, "x")})
    assert at_once(request(small)) is None, "it is loaded at once anyway"
    large = write(tmp_path / "large", {"000/parsl.log": "".join(text(i, f"r{i}") for i in range(5000))})
    shown = at_once(request(large), limit=4096)
    assert shown is not None and not shown.complete
    assert [each.body for each in see(shown)][:3] == ["r0", "r1", "r2"] and shown.count < 500
    assert not cache.directory().exists()
    whole = open_catalog(request(large))
    assert whole.complete and whole.count == 5000
    indexed = at_once(request(large), limit=4096)
    assert indexed is not None and indexed.complete, "there is an index"


def test_progress_comes_from_the_loading(run: Path) -> None:
    told: list[Progress] = []
    bodies(open_catalog(request(run), told.append))
    assert told and told[-1].records == 2
    told.clear()
    bodies(open_catalog(request(run), told.append))
    assert told == []
