"""Tests of tui.query.whole: a file is there whole or as it was before, and nothing is left beside it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tui.query import whole


def test_it_takes_its_place_in_the_end(tmp_path: Path) -> None:
    target = tmp_path / "out.txt"
    target.write_text("before")
    with whole.whole(str(target)) as part:
        Path(part).write_text("half")
        assert target.read_text() == "before"
    assert target.read_text() == "half"
    assert os.listdir(tmp_path) == ["out.txt"]
    assert target.stat().st_mode & 0o777 == 0o666 & ~_umask()


@pytest.mark.parametrize("error", [OSError("full"), KeyboardInterrupt(), SystemExit(143)], ids=repr)
def test_an_error_leaves_what_was(tmp_path: Path, error: BaseException) -> None:
    target = tmp_path / "out.txt"
    target.write_text("before")
    with pytest.raises(type(error)), whole.whole(str(target)) as part:
        Path(part).write_text("half")
        raise error
    assert target.read_text() == "before"
    assert os.listdir(tmp_path) == ["out.txt"]


def test_a_process_that_ends_at_once_leaves_nothing(tmp_path: Path) -> None:
    writing = whole.whole(str(tmp_path / "out.txt"))
    writing.__enter__()
    assert len(os.listdir(tmp_path)) == 1
    whole.leave()
    assert os.listdir(tmp_path) == []


def test_an_error_names_what_the_user_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught, whole.whole(str(tmp_path / "none" / "out.txt")):
        pass
    assert caught.value.filename == str(tmp_path / "none" / "out.txt")


def test_no_link_is_followed(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("mine")
    (tmp_path / f"out.txt.{os.getpid()}.part").symlink_to(other)
    with whole.whole(str(tmp_path / "out.txt")) as part:
        Path(part).write_text("half")
    assert other.read_text() == "mine"


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
