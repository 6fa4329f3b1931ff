"""Tests of tui.sources.walk."""

from __future__ import annotations

import bz2
import gzip
import os
import socket
import sys
from pathlib import Path

import pytest

from tui.errors import InputError
from tui.sources.walk import head, mtime, walk


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory ``run`` with a log at two depths, seen from its parent."""
    (tmp_path / "run" / "b").mkdir(parents=True)
    (tmp_path / "run" / "parsl.log").write_text("one\n")
    (tmp_path / "run" / "b" / "manager.log").write_text("two\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "run"


def names(*paths: str) -> list[str]:
    return [file.name for file in walk(paths)[0]]


def reasons(*paths: str) -> dict[str, str]:
    return {skipped.name: skipped.reason for skipped in walk(paths)[1]}


def test_names_are_as_given_and_sorted(tree: Path) -> None:
    assert names("run") == ["run/b/manager.log", "run/parsl.log"]
    assert names("run/") == ["run/b/manager.log", "run/parsl.log"]
    assert names("run/parsl.log") == ["run/parsl.log"]
    assert names(str(tree)) == [f"{tree}/b/manager.log", f"{tree}/parsl.log"]


def test_size_and_time_are_kept(tree: Path) -> None:
    file = walk(["run/parsl.log"])[0][0]
    assert (file.size, file.mtime_ns) == (4, (tree / "parsl.log").stat().st_mtime_ns)
    assert head(file) == b"one\n"


def test_a_time_beyond_the_year_2262_is_none() -> None:
    for nanos, kept in ((1, 1), (10**21, 0), (-(10**21), 0)):
        assert mtime(os.stat_result((0,) * 10, {"st_mtime_ns": nanos})) == kept


def test_order_of_paths_is_kept_and_nothing_comes_twice(tree: Path) -> None:
    assert names("run/parsl.log", "run", "run", "run/parsl.log") == ["run/parsl.log", "run/b/manager.log"]
    assert not reasons("run/parsl.log", "run")


def test_what_was_named_itself_is_known(tree: Path) -> None:
    def asked(*paths: str) -> list[str]:
        return [file.name for file in walk(paths)[0] if file.asked]

    assert asked("run") == []
    assert asked("run/parsl.log") == asked("run", "run/parsl.log") == ["run/parsl.log"]
    assert asked("run/*") == ["run/parsl.log"]
    assert asked("**/*.log") == ["run/b/manager.log", "run/parsl.log"]


def test_glob(tree: Path) -> None:
    assert names("run/*.log") == ["run/parsl.log"]
    assert names("**/*.log") == ["run/b/manager.log", "run/parsl.log"]
    (tree / "x[1].log").write_text("x")
    assert names("run/x[1].log") == ["run/x[1].log"]


@pytest.mark.parametrize("path", ["nothing", "run/*.txt", "run/parsl.log/x", "nul\0byte", ""])
def test_a_path_that_fits_nothing_is_named(tree: Path, path: str) -> None:
    with pytest.raises(InputError) as error:
        walk(["run", path])
    assert str(error.value).startswith(path)


def test_a_path_that_is_a_dangling_link_is_named(tree: Path) -> None:
    (tree / "gone").symlink_to("nowhere")
    with pytest.raises(InputError, match="run/gone: a link that leads nowhere"):
        walk(["run/gone"])


def test_what_is_no_log_is_skipped(tree: Path) -> None:
    (tree / "empty.log").touch()
    (tree / "config.pkl").write_bytes(b"x")
    (tree / "unnamed").write_bytes(b"\x80\x04\x95rest")
    (tree / "gone").symlink_to("nowhere")
    (tree / "loop").symlink_to("loop")
    os.mkfifo(tree / "pipe")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("run/socket")
        found = reasons("run")
    assert found == {
        "run/empty.log": "empty",
        "run/config.pkl": "a pickle, which is never loaded",
        "run/unnamed": "a pickle, which is never loaded",
        "run/gone": "a link that leads nowhere",
        "run/loop": "a link that leads nowhere",
        "run/pipe": "a named pipe",
        "run/socket": "a socket",
    }
    assert names("run") == ["run/b/manager.log", "run/parsl.log"]
    assert reasons("/dev/null") == {"/dev/null": "a device"}


def test_unreadable(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str, flags: int) -> int:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr("tui.sources.walk.os.open", refuse)
    assert reasons("run/parsl.log") == {"run/parsl.log": "Permission denied"}


def test_links_lose_against_what_they_lead_to(tree: Path) -> None:
    (tree / "a").symlink_to("b")
    (tree / "a.log").symlink_to("parsl.log")
    (tree / "b" / "up").symlink_to("..")
    assert names("run") == ["run/b/manager.log", "run/parsl.log"]
    assert reasons("run") == {
        "run/a": "the same as run/b",
        "run/a.log": "the same as run/parsl.log",
        "run/b/up": "the same as run",
    }
    assert names("run/*") == ["run/b/manager.log", "run/parsl.log"]


def test_links_to_elsewhere_are_followed_once(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "else" / "deep").mkdir(parents=True)
    (tmp_path / "else" / "deep" / "x.log").write_text("x")
    (tmp_path / "else" / "back").symlink_to(tree)
    (tree / "link").symlink_to(tmp_path / "else")
    (tree / "second").symlink_to(tmp_path / "else" / "deep")
    assert names("run") == ["run/b/manager.log", "run/link/deep/x.log", "run/parsl.log"]
    assert reasons("run") == {"run/second": "the same as run/link/deep", "run/link/back": "the same as run"}


@pytest.mark.skipif(sys.platform != "linux", reason="needs file names of any bytes")
def test_undecodable_names_can_be_shown_and_opened(tree: Path) -> None:
    with open(os.fsencode(tree) + b"/caf\xe9.log", "w") as file:
        file.write("x")
    found = walk(["run"])[0][1]
    assert found.name == "run/caf\\xe9.log"
    assert head(found) == b"x"


def test_standard_input_comes_once(tree: Path) -> None:
    found, skipped = walk(["-", "run/parsl.log", "-"])
    assert [(file.path, file.name, file.packed, file.asked) for file in found] == [
        ("-", "standard input", "input", True),
        ("run/parsl.log", "run/parsl.log", "", True),
    ]
    assert found[0].where == f"{tree.parent}/standard input" and not skipped
    (tree.parent / "-").write_text("x")
    assert names("./-") == ["./-"], "a file that is called so"


def test_a_pipe_is_read_when_it_is_named(tree: Path) -> None:
    os.mkfifo(tree / "pipe")
    [file] = walk(["run/pipe"])[0]
    assert (file.path, file.packed, file.where) == ("run/pipe", "input", f"{tree.parent}/pipe")
    assert reasons("run") == {"run/pipe": "a named pipe"}


def test_what_is_packed_is_known_by_how_it_begins(tree: Path) -> None:
    (tree / "a.gz").write_bytes(gzip.compress(b"x"))
    (tree / "c").write_bytes(bz2.compress(b"x"))
    (tree / "c.gz").write_bytes(b"x")
    found = {file.name: file.packed for file in walk(["run"])[0]}
    assert {name: how for name, how in found.items() if how} == {"run/a.gz": "gzip", "run/c": "bzip2"}


def test_a_loop_of_links(tree: Path) -> None:
    (tree / "one").symlink_to("two")
    (tree / "two").symlink_to("one")
    (tree / "b" / "self").symlink_to(".")
    assert names("run") == ["run/b/manager.log", "run/parsl.log"]
    assert reasons("run") == {
        "run/one": "a link that leads nowhere",
        "run/two": "a link that leads nowhere",
        "run/b/self": "the same as run/b",
    }


def test_what_lies_there_is_asked_for_by_no_directory(tree: Path) -> None:
    """Not even when it was met in another one."""
    os.link(tree / "parsl.log", tree / "b" / "again.log")
    assert [file.asked for file in walk(["run/b", "run"])[0]] == [False, False]
    (tree / "link").symlink_to("b/manager.log")
    assert [file.name for file in walk(["run", "run/link"])[0] if file.asked] == ["run/b/manager.log"]
