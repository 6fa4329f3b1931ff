"""Tests of tui.sources.stdlib_logging: Python's logging in its usual formats."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from tui.records import Notes, Raw
from tui.sources import choose, discover
from tui.sources.base import File
from tui.sources.stdlib_logging import SOURCES

(LOGGING,) = SOURCES
RUN = Path(__file__).with_name("data") / "run"


def read(path: Path) -> tuple[list[Raw], Notes]:
    notes = Notes()
    return list(LOGGING.read(File(str(path), path.name), notes)), notes


@pytest.mark.parametrize("name", ["asctime", "basic", "iso-z"])
def test_real_logs(name: str) -> None:
    path = RUN / f"stdlib-{name}.log"
    chosen = choose(path.name, path.read_bytes(), discover())
    assert chosen is not None and chosen.name == "stdlib-logging"
    raws, notes = read(path)
    assert notes.damaged == 0 and notes.continuation == 5
    assert {raw.keys["levelname"] for raw in raws} >= {"INFO", "DEBUG", "ERROR"}
    assert all(str(raw.keys["name"]).startswith("sim.worker") for raw in raws)
    assert raws[0].keys["formatted"] == "task 0 step 0 residual=0.4595"
    assert any(str(raw.keys["formatted"]).endswith("\nKeyError: 'missing'") for raw in raws)
    if name == "iso-z":
        assert raws[0].keys["threadName"] == "pool-0" and raws[0].time == 1795160669_479_000_000
    if name == "asctime":
        assert raws[0].local == 1795160669_479_000_000
    if name == "basic":
        assert raws[0].time is raws[0].local is None


FORMATS = [
    logging.BASIC_FORMAT,
    "%(asctime)s - %(name)s - %(levelname)s - %(message)s",
    "%(asctime)s - %(levelname)s - %(name)s - %(message)s",
    "%(asctime)s %(levelname)s %(name)s %(message)s",
    "%(asctime)s %(levelname)s %(name)s: %(message)s",
    "%(asctime)s [%(levelname)s] %(name)s: %(message)s",
    "[%(asctime)s] %(levelname)s [%(name)s] %(message)s",
    "%(asctime)s %(levelname)-8s %(name)s : %(message)s",
    "%(asctime)s %(levelname)s:%(name)s:%(message)s",
    "%(asctime)s - %(levelname)s:%(name)s:%(message)s",
    "%(asctime)s [%(levelname)s] %(name)s (%(threadName)s) %(message)s",
    "%(asctime)s %(name)-20s %(levelname)-8s %(message)s",
    "%(asctime)s %(name)s[%(process)d] %(levelname)s %(message)s",
    "%(asctime)s | %(levelname)-8s | %(name)s:%(funcName)s:%(lineno)d - %(message)s",
]


@pytest.mark.parametrize("form", FORMATS)
def test_formats(form: str, tmp_path: Path) -> None:
    """What logging itself writes comes back."""
    path = tmp_path / "any.name"
    handler = logging.FileHandler(path)
    handler.setFormatter(logging.Formatter(form))
    messages = ["Starting up: 3 workers", "a - b: [c] (d)", "two\nlines", "", "INFO x"]
    for level in (logging.INFO, logging.ERROR):
        for message in messages:
            handler.emit(logging.LogRecord("sim.worker0", level, "f.py", 3, message, (), None, "work"))
    handler.close()
    chosen = choose(path.name, path.read_bytes(), discover())
    assert chosen is not None and chosen.name == "stdlib-logging"
    raws, notes = read(path)
    assert notes.damaged == 0
    assert [raw.keys["formatted"] for raw in raws] == messages * 2
    assert [raw.keys["levelname"] for raw in raws] == ["INFO"] * 5 + ["ERROR"] * 5
    assert {raw.keys["name"] for raw in raws} == {"sim.worker0"}
    assert all((raw.local is None) == (form == logging.BASIC_FORMAT) for raw in raws)


def test_the_first_word_of_a_text_is_no_logger(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_text("2026-11-20 07:44:29 INFO Starting up\n2026-11-20 07:44:29 INFO ready\n")
    assert LOGGING.sniff("x.log", path.read_bytes()) == 0
    raws, _ = read(path)
    assert [raw.keys for raw in raws] == [
        {"levelname": "INFO", "formatted": "Starting up"},
        {"levelname": "INFO", "formatted": "ready"},
    ]


def test_a_line_before_the_first_record_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_text("tail of something\nINFO:a:b\n")
    raws, notes = read(path)
    assert raws[0].error and raws[0].keys == {"formatted": "tail of something"} and notes.damaged == 1


@pytest.mark.parametrize("rest", ["x", " ", "-", " - x", "[", " a"])
def test_a_long_line_ends(tmp_path: Path, rest: str) -> None:
    path = tmp_path / "x.log"
    path.write_text("2026-11-20 07:44:29 - " + rest * 1_000_000)
    assert len(read(path)[0]) == 1
