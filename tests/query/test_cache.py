"""What is kept in the cache directory, for whom and how long."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tui.query import cache
from tui.query.opening import Request, open_catalog


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


def load(home: Path, name: str) -> Path:
    """An index of a directory called *name*."""
    before = {each.path for each in cache.indexes()}
    (home / name).mkdir(exist_ok=True)
    (home / name / "a.log").write_text(f"one {name}\n")
    catalog = open_catalog(Request((str(home / name),)))
    assert not catalog.notices
    catalog.store.close()
    [made] = {each.path for each in cache.indexes()} - before
    return made


def test_an_index_says_what_it_is_of(home: Path) -> None:
    path = load(home, "x")
    [index] = cache.indexes()
    assert index.path == path and index.paths == (str(home / "x"),) and index.records == 1
    assert index.size == path.stat().st_size and abs(index.used - time.time()) < 60


def test_the_latest_used_comes_first(home: Path) -> None:
    old, new = load(home, "old"), load(home, "new")
    os.utime(old, (1, 1))
    assert [each.path for each in cache.indexes()] == [new, old]


def test_one_that_cannot_be_read_is_listed(home: Path) -> None:
    load(home, "x").write_bytes(b"no database")
    [index] = cache.indexes()
    assert index.paths == () and index.records == -1


def test_clear_takes_all(home: Path) -> None:
    load(home, "x"), load(home, "y")
    (cache.directory() / "z.99999999.part").write_text("left by a load that was killed")
    count, size = cache.clear()
    assert count == 2 and size > 0
    assert list(cache.directory().iterdir()) == []


def test_clear_takes_what_lies_below_a_path(home: Path) -> None:
    kept = load(home, "xy")
    load(home, "x")
    assert cache.clear([str(home / "x")])[0] == 1
    assert [each.path for each in cache.indexes()] == [kept]
    assert cache.clear([str(home)])[0] == 1


def test_clear_without_a_cache(home: Path) -> None:
    assert cache.clear() == (0, 0) and cache.indexes() == []


def test_what_nobody_used_for_long_goes(home: Path) -> None:
    old = load(home, "old")
    long_ago = time.time() - cache.UNUSED - 1
    os.utime(old, (long_ago, long_ago))
    new = load(home, "new")
    assert [each.path for each in cache.indexes()] == [new]


@pytest.mark.parametrize("mode", [0o606, 0o660])
def test_an_index_that_others_may_write_is_not_believed(home: Path, mode: int) -> None:
    path = load(home, "x")
    path.chmod(mode)
    catalog = open_catalog(Request((str(home / "x"),)))
    assert not catalog.notices and path.stat().st_mode & 0o777 == 0o600


def test_a_link_is_not_believed(home: Path) -> None:
    """Not what it leads to but who could change it counts, and that is not seen of a link."""
    path = load(home, "x")
    elsewhere = home / "elsewhere.duckdb"
    path.rename(elsewhere)
    elsewhere.chmod(0o666)
    path.symlink_to(elsewhere)
    open_catalog(Request((str(home / "x"),)))
    assert not path.is_symlink() and elsewhere.exists()


def test_a_directory_that_others_may_write_holds_no_index(home: Path) -> None:
    (home / "cache" / "wideview").mkdir(parents=True)
    (home / "cache" / "wideview").chmod(0o777)
    (home / "a.log").write_text("one\n")
    catalog = open_catalog(Request((str(home / "a.log"),)))
    [notice] = catalog.notices
    assert "no index is kept" in notice and "others may write there" in notice and catalog.count == 1
    assert list((home / "cache" / "wideview").iterdir()) == []


def test_somebody_elses_index_is_not_believed(home: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("only root can give a file away")
    path = load(home, "x")
    os.chown(path, 12345, -1)
    open_catalog(Request((str(home / "x"),)))
    assert path.stat().st_uid == os.getuid()
    os.chown(path.parent, 12345, -1)
    assert "belongs to somebody else" in open_catalog(Request((str(home / "x"),))).notices[0]
