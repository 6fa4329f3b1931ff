"""Tests of tui.query.doubts: times that cannot be what they say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.query.making import START, line, load, parsl, see, text, write
from tui import times
from tui.query.catalog import Catalog

AT = START + 1
Told = list[tuple[int, str]]


def told(catalog: Catalog) -> Told:
    found: Told = catalog.reader().rows("SELECT line, reason FROM rejects WHERE kind = 'mended' ORDER BY ALL")
    return found


def made(tmp_path: Path, *odd: object, count: int = 40) -> Catalog:
    """A JSON log of *count* sound records with one whose ``created`` is each of *odd* after the tenth."""
    sound = [parsl(i / 10, f"m{i}") for i in range(count)]
    strange = [parsl(1, f"odd{i}") | {"created": created} for i, created in enumerate(odd)]
    return load(write(tmp_path, {"000/parsl.jsonlog": line(*sound[:10], *strange, *sound[10:])}))


def time_of(catalog: Catalog, body: str) -> int | None:
    return next(row.time for row in see(catalog) if row.body == body)


@pytest.mark.parametrize("damaged", [False, True], ids=["by the engine", "by the reader"])
@pytest.mark.parametrize(
    "created",
    [
        START + 1,
        f"{START + 1}.0",
        (START + 1) * 1000,
        (START + 1) * 10**6,
        (START + 1) * 10**9,
        "2026-11-20T08:19:57+01:00",
    ],
)
def test_every_form_of_created_is_one_time(tmp_path: Path, created: object, damaged: bool) -> None:
    """Seconds, milli-, micro-, nanoseconds and ISO, whichever way the file is read."""
    write(
        tmp_path,
        {
            "000/parsl.jsonlog": line(
                *(parsl(i / 10, f"m{i}") for i in range(9)), parsl(1, "odd") | {"created": created}
            )
        },
    )
    if damaged:
        with (tmp_path / "000/parsl.jsonlog").open("ab") as file:
            file.write(b"\0\n")
    assert time_of(load(tmp_path), "odd") == (START + 1) * times.SECOND


def test_created_is_a_decimal_number(tmp_path: Path) -> None:
    """With or without an exponent, rounded to a nanosecond; what another program may take for a number is none."""
    catalog = made(tmp_path, f"{START}.00000000149", f"{START}e0", f"{START}", hex(START), f"{START}_0e-1 ")
    found = [time_of(catalog, f"odd{i}") for i in range(5)]
    assert found == [START * times.SECOND + 1, START * times.SECOND, START * times.SECOND, None, START * times.SECOND]


@pytest.mark.parametrize("created", [-5, 10**18, 0.5])
def test_a_time_years_away_is_no_time(tmp_path: Path, created: object) -> None:
    catalog = made(tmp_path, created)
    assert time_of(catalog, "odd0") is None
    [(number, reason)] = [one for one in told(catalog) if one[0] == 11]
    assert number == 11 and ("is no time of this log: left out" in reason or "has no time" in reason)
    assert catalog.span and catalog.span[0] == START * times.SECOND


def test_half_of_a_file_may_lie_years_away(tmp_path: Path) -> None:
    """Which half is right nobody knows: all are kept."""
    catalog = made(tmp_path, *[86_400 * 365 * 30 + i for i in range(40)])
    assert time_of(catalog, "odd0") == 86_400 * 365 * 30 * times.SECOND
    assert not [reason for _, reason in told(catalog) if "left out" in reason]


def test_a_clock_that_steps_back_is_told_once(tmp_path: Path) -> None:
    catalog = made(tmp_path, *[START + 0.9 - 3600 + i / 100 for i in range(5)])
    assert told(catalog) == [(11, "the clock goes back 1 h 00 m for 5 lines, to line 15")]
    assert time_of(catalog, "odd0") == (START - 3600) * times.SECOND + 900_000_000


def test_a_file_that_is_not_in_the_order_of_time_is_told_in_one_line(tmp_path: Path) -> None:
    catalog = made(tmp_path, *[START + 90 + (i % 2) * 30 for i in range(40)])
    assert told(catalog) == [
        (13, "times go back 20 times from here on, by up to 1 m 59 s: not in the order of time"),
    ]


def test_threads_out_of_order_are_no_step(tmp_path: Path) -> None:
    assert told(made(tmp_path, START + 0.4)) == []


def test_a_record_without_the_time_of_its_log_is_told(tmp_path: Path) -> None:
    sound = [parsl(i / 10, f"m{i}") for i in range(5)]
    bare = {key: value for key, value in parsl(1, "bare").items() if key != "created"}
    write(tmp_path, {"000/parsl.jsonlog": line(*sound, bare)})
    assert told(load(tmp_path)) == [(6, "it has no time: it stands after the record before it")]


def test_many_records_without_a_time_are_told_in_one_line(tmp_path: Path) -> None:
    sound = [parsl(i / 10, f"m{i}") for i in range(5)]
    bare = [{k: v for k, v in parsl(1, f"b{i}").items() if k != "created"} for i in range(150)]
    found = told(load(write(tmp_path, {"000/parsl.jsonlog": line(*sound, *bare)})))
    assert len(found) == 101 and found[-1] == (106, "and 50 more records of this file have no time")


def test_text_logs_and_other_programs_are_not_accused(tmp_path: Path) -> None:
    """Lines without a time are normal there."""
    write(
        tmp_path,
        {
            "000/parsl.log": text(0, "a") + text(1, "b"),
            "000/app.jsonl": "".join(json.dumps({"step": i}) + "\n" for i in range(4)),
        },
    )
    assert told(load(tmp_path)) == []
