"""Tests of tui.sources.json_lines: one object a line, sound or not."""

from __future__ import annotations

import json
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.records import Notes, Raw
from tui.sources import choose, discover
from tui.sources.base import File
from tui.sources.json_lines import SOURCES, JsonLines

BY_NAME = {source.name: source for source in SOURCES}
ANY, PARSL = BY_NAME["json-lines"], BY_NAME["parsl-json"]

RELEASED = {
    "created": 1795159326.3027463,
    "process": 13778,
    "name": "parsl.dataflow.dflow",
    "lineno": 734,
    "funcname": "launch_task",
    "levelname": "INFO",
    "msg": "Task %s",
    "formatted": "Task 0",
    "parsl.task": "0",
}
OBSERVABILITY = {key: str(value) for key, value in RELEASED.items()} | {"funcName": "launch_task", "exc_info": "None"}
MONITORING = {"parsl_dfk": "x", "parsl_task_id": 0, "first_msg": None, "created": 1795159326.5, "formatted": "{}"}
EXPORT = {"wideview.time": "2026-11-20T07:22:06.5Z", "wideview.source": "a.log:1", "formatted": "x"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("json") / "x.jsonl"


def read(place: Path, data: bytes | str, source: JsonLines = ANY) -> tuple[list[Raw], Notes]:
    place.write_bytes(data.encode() if isinstance(data, str) else data)
    notes = Notes()
    return list(source.read(File(str(place), "x.jsonl"), notes)), notes


def emitted(raw: Raw) -> dict[str, object]:
    """The keys of *raw* that are the emitter's."""
    return {key: value for key, value in raw.keys.items() if not key.startswith("wideview.")}


def keys(place: Path, data: bytes | str, source: JsonLines = ANY) -> dict[str, object]:
    [raw], notes = read(place, data, source)
    assert raw.error is None and notes.first == 1
    return emitted(raw)


@pytest.mark.parametrize(
    ("example", "name"),
    [
        (RELEASED, "parsl-json"),
        (OBSERVABILITY, "parsl-observability"),
        (MONITORING, "parsl-monitoring-json"),
        (EXPORT, "wideview-export"),
        (EXPORT | RELEASED, "wideview-export"),
        ({"t": 1.5, "v": 3}, "json-lines"),
    ],
)
def test_dialects_are_known_by_their_keys(example: dict[str, object], name: str) -> None:
    for before in ("", "\n", "\ufeff", "\0\0"):
        chosen = choose("any.name", f"{before}{json.dumps(example)}\n".encode(), discover())
        assert chosen is not None and chosen.name == name
        assert chosen.json_lines == (name != "json-lines")


@pytest.mark.parametrize("head", [b"", b"\n", b"{", b"{}", b"[1]\n", b"{a: 1}", b'x {"a": 1}', b"2026 {}", b"\0\0"])
def test_what_is_no_object_is_not_taken(head: bytes) -> None:
    assert {source.sniff("x.jsonlog", head) for source in SOURCES} == {0.0}


def test_values_keep_their_types(place: Path) -> None:
    assert keys(place, '{"a": "0", "b": 0, "c": 1.50, "d": true, "e": null, "f": "é\\u0000\\n"}') == {
        "a": "0",
        "b": 0,
        "c": 1.5,
        "d": True,
        "e": None,
        "f": "é\0\n",
    }


def test_long_numbers_keep_their_digits(place: Path) -> None:
    """Such as trace ids of 128 bits."""
    assert keys(place, '{"id": 123456789012345678901234567890}') == {"id": 123456789012345678901234567890}
    assert keys(place, '{"id": "12345678901234567890123", "x": 1.5}') == {"id": "12345678901234567890123", "x": 1.5}


def test_nested_objects_become_dotted_keys(place: Path) -> None:
    text = '{"a": {"b": {"c": 1}, "d": [1, {"e": "é"}]}, "f": {}, "g": []}'
    assert keys(place, text) == {"a.b.c": 1, "a.d": '[1,{"e":"é"}]', "f": "{}", "g": "[]"}


def test_nested_objects_of_known_dialects_stay_text(place: Path) -> None:
    """As the engine reads them: a damaged line elsewhere in the file must not change the keys of this one."""
    assert keys(place, '{"created": 1, "a": {"b": [1, 2]}}', PARSL) == {"created": 1, "a": '{"b":[1,2]}'}


@pytest.mark.parametrize("source", [ANY, PARSL])
@pytest.mark.parametrize("depth", [100, 1000, 1020, 2000, 100_000])
@pytest.mark.parametrize("shape", ["[]", '{"a":}'])
def test_no_depth_stops_it(place: Path, shape: str, depth: int, source: JsonLines) -> None:
    value = shape[:-1] * depth + "1" + shape[-1] * depth
    raws, notes = read(place, f'{{"a": {value}}}\n{{"a": 1}}\n', source)
    assert len(raws) == notes.lines == 2 and raws[1].error is None
    assert raws[0].error is None or raws[0].keys["wideview.body"] == f'{{"a": {value}}}'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b'{"a": 1', "not JSON"),
        (b"plain words", "not a JSON object"),
        (b"[1]", "not a JSON object"),
        (b'"text"', "not a JSON object"),
        (b"null", "not a JSON object"),
        (b"{'a': 1}", "not JSON"),
        (b'{"a": \xff}', "not JSON"),
    ],
)
def test_a_damaged_line_is_a_record_with_its_text(place: Path, text: bytes, why: str) -> None:
    raws, notes = read(place, b'{"a": 1}\n' + text + b'\n{"a": 2}\n')
    assert [raw.error is None for raw in raws] == [True, False, True]
    damaged = raws[1]
    assert damaged.keys == {"wideview.body": text.decode(errors="backslashreplace")}
    assert (damaged.line, damaged.offset, damaged.length) == (2, 9, len(text))
    assert why in (damaged.error or "")
    assert notes.rejected == [(2, damaged.error)] and (notes.first, notes.damaged, notes.lines) == (2, 1, 3)


def test_nul_bytes(place: Path) -> None:
    """A hole before an object is mended; one that fills a line is damaged."""
    raws, notes = read(place, b'\0\0\0{"a": 1}\n\0\0\n{"a": 2}\n')
    assert [(raw.line, raw.offset, raw.length) for raw in raws] == [(1, 0, 11), (2, 12, 2), (3, 15, 8)]
    assert [raw.keys.get("a") for raw in raws] == [1, None, 2]
    assert notes.mended == [(1, "a hole of 3 NUL bytes before it")]
    assert notes.rejected == [(2, "2 NUL bytes")] and (notes.first, notes.damaged) == (2, 1)


@pytest.mark.parametrize(
    ("text", "value"),
    [(b'{"a": NaN}', "nan"), (b'{"a": "\\ud800"}', "\\ud800"), (b'{"a": "\xff"}', "\\xff"), (b'{"a": "b\tc"}', "b\tc")],
)
def test_what_strict_readers_refuse_is_mended(place: Path, text: bytes, value: str) -> None:
    [raw], notes = read(place, text)
    assert str(raw.keys["a"]) == value and notes.mended and notes.first == 1
    str(raw.keys["a"]).encode()


def test_what_is_left_of_a_line_is_read(place: Path) -> None:
    """Cut off, or with another process's line in its middle: what stands in no key is kept beside them."""
    whole = b'{"a": 1, "b": "x"}'
    raws, notes = read(place, whole + b'\n{"a": 5, "b"' + whole + b'\n: "y"}\n{"a": 2, "b": "cu')
    assert [{key: raw.keys[key] for key in raw.keys if key != "wideview.body"} for raw in raws] == [
        {"a": 1, "b": "x"},
        {"a": 1, "b": "x", "wideview.damaged": '{"a": 5, "b"'},
        {"a": 5, "b": "y"},
        {"a": 2, "wideview.damaged": ', "b": "cu'},
    ]
    assert [line for line, _ in notes.mended] == [2, 3, 4] and not notes.rejected
    assert "it begins on line 2" in notes.mended[1][1]


def test_line_ends_and_blanks(place: Path) -> None:
    data = b'\xef\xbb\xbf{"a": 1}\r\n\r\n  \n\n {"a": 2} \n{"a": 3}'
    raws, notes = read(place, data)
    assert [raw.keys["a"] for raw in raws] == [1, 2, 3]
    assert [raw.line for raw in raws] == [1, 5, 6]
    assert [data[raw.offset : raw.offset + raw.length] for raw in raws] == [
        b'\xef\xbb\xbf{"a": 1}',
        b' {"a": 2} ',
        b'{"a": 3}',
    ]
    assert (notes.first, notes.blank, notes.lines) == (3, 3, 6)


def test_what_unknown_programs_call_by_usual_names(place: Path) -> None:
    [raw], _ = read(place, '{"t": 1.5, "v": 3}')
    assert (raw.time, raw.elapsed, raw.keys) == (None, 1_500_000_000, {"t": 1.5, "v": 3, "wideview.body": "v=3"})
    [raw], _ = read(place, '{"time": 1795159326302, "level": 50, "msg": "no", "pid": 1}')
    assert (raw.time, raw.keys["wideview.level"], "wideview.body" in raw.keys) == (1795159326302000000, "ERROR", False)


def test_the_time_of_a_known_dialect_is_its_own(place: Path) -> None:
    [raw], _ = read(place, '{"timestamp": 5, "created": 1795159326.3027463}', PARSL)
    assert raw.time == 1795159326302746300
    [raw], _ = read(place, '{"timestamp": 5}', PARSL)
    assert raw.time is None
    [raw], _ = read(place, json.dumps(EXPORT), BY_NAME["wideview-export"])
    assert raw.time == 1795159326500000000


def test_a_limit_ends_before_a_line(place: Path) -> None:
    place.write_text('{"a": 1}\n{"a": 2}\n{"a": 3}\n')
    for limit, count in ((1, 1), (9, 1), (10, 2), (1000, 3)):
        assert len(list(ANY.read(File(str(place), "x"), Notes(), limit))) == count


flat = st.dictionaries(
    st.text(st.characters(codec="utf-8"), max_size=5),
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text(st.characters(codec="utf-8"), max_size=9),
    max_size=5,
)


@given(st.lists(flat, max_size=8))
@settings(max_examples=60, deadline=None)
def test_any_flat_objects_come_back(place: Path, objects: list[dict[str, object]]) -> None:
    raws, notes = read(place, b"".join(orjson.dumps(each) + b"\n" for each in objects))
    assert [emitted(raw) for raw in raws] == objects
    assert notes.first == notes.lines == len(objects) and not notes.mended
