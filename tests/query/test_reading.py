"""Tests of tui.query.reading: what readers give goes into the spool whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import orjson
import pytest

from tui.query import reading
from tui.query.reading import NO_TIME, Reading
from tui.records import Notes, Raw
from tui.sources.base import File


class Given:
    """A source that reads what it was given."""

    name = title = "given"
    body = level = ()
    lines, json_lines, time = True, False, ""

    def __init__(self, *raws: Raw, fails: bool = False) -> None:
        self.raws, self.fails = raws, fails

    def sniff(self, name: str, head: bytes) -> float:
        return 0

    def read(self, file: File, notes: Notes, limit: int | None = None) -> Iterator[Raw]:
        yield from self.raws
        if self.fails:
            raise OSError(5, "Input/output error")


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Reading]:
    made = Reading(tmp_path / "spool")
    yield made
    made.close()


def read(made: Reading, *raws: Raw, number: int = 0, fails: bool = False) -> Notes:
    return made.read(number, File("x", "x", 10), Given(*raws, fails=fails))


def spooled(made: Reading) -> list[object]:
    made.close()
    return [orjson.loads(line) for line in made.path.read_bytes().splitlines()]


def test_keys_go_to_the_spool_and_the_rest_beside_it(made: Reading) -> None:
    read(made, Raw(3, {"a": "é\n", "b": 1.5}, 10, 20, time=7), Raw(4, {"c": None}, 31, 5, local=8, error="bad"))
    read(made, Raw(1, {"a": True}), number=2)
    assert spooled(made) == [{"a": "é\n", "b": 1.5}, {"c": None}, {"a": True}]
    columns = {name: column.tolist() for name, column in made.columns.arrays().items()}
    assert columns == {
        "file": [0, 0, 2],
        "line": [3, 4, 1],
        "offset": [10, 31, -1],
        "length": [20, 5, 0],
        "time": [7, NO_TIME, NO_TIME],
        "local": [NO_TIME, 8, NO_TIME],
        "elapsed": [NO_TIME, NO_TIME, NO_TIME],
        "run": [-1, -1, -1],
    }
    assert made.columns.errors == [(1, "bad")]
    assert list(made.columns.names) == ["a", "b", "c"]


def test_nothing_read_is_empty_columns(made: Reading) -> None:
    assert all(len(column) == 0 and column.dtype in (np.int32, np.int64) for column in made.columns.arrays().values())
    made.close()


def test_values_that_json_cannot_hold(made: Reading) -> None:
    """Lone surrogates, and integers of more than 64 bits."""
    read(made, Raw(1, {"a": "x\ud800y", "b\udcff": 2**70, "c": 1, "d": True, "e": -(2**63)}))
    assert spooled(made) == [{"a": "x\\ud800y", "b\\udcff": str(2**70), "c": "1", "d": True, "e": str(-(2**63))}]


def test_times_out_of_range_are_none(made: Reading) -> None:
    read(made, *(Raw(1, {}, time=t, local=t) for t in (10**19, -(10**19), 10**30, 5)))
    arrays = made.columns.arrays()
    assert arrays["time"].tolist() == arrays["local"].tolist() == [NO_TIME] * 3 + [5]


def test_rows_with_a_local_time_know_their_run(made: Reading) -> None:
    read(
        made,
        Raw(1, {"run_id": "u1", "rundir": "/a/runinfo/000/"}, local=1),
        Raw(2, {"run_id": "u2"}, local=2),
        Raw(3, {"run_id": "u1"}, local=3),
        Raw(4, {"run_id": "u3"}, time=4),
        Raw(5, {}, local=5),
    )
    assert made.columns.arrays()["run"].tolist() == [0, 1, 0, -1, -1]
    assert made.columns.runs == ["u1", "u2"] and made.columns.rundirs == {"u1": "000"}


def test_a_failing_disk_leaves_what_was_read(made: Reading) -> None:
    notes = read(made, Raw(1, {"a": 1}), fails=True)
    assert notes.rejected == [(0, "cannot be read: Input/output error")] and notes.damaged == 0
    assert spooled(made) == [{"a": 1}]


def test_a_huge_record_is_cut(made: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST", 1000)
    notes = read(made, Raw(1, {"a": "\0" * 5000, "b": 7}, 0, 5012), Raw(2, {"a": "x" * 900}, 5013, 910))
    assert notes.mended == [(1, "a record of 5,012 bytes, of which the beginning is kept")]
    first, second = spooled(made)
    assert isinstance(first, dict) and first["b"] == 7 and 50 < len(first["a"]) < 200 and second == {"a": "x" * 900}


def test_progress(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    made = Reading(tmp_path / "spool", lambda records, done: told.append((records, done)))
    read(made, Raw(1, {}))
    read(made, Raw(1, {}), Raw(2, {}))
    made.close()
    assert told[-1] == (3, 20) and told == sorted(told, key=lambda one: one[1])
