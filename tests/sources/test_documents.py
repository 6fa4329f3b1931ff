"""Tests of tui.sources.documents: the objects of JSON documents, one by one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.records import Notes
from tui.sources.documents import Element, elements
from tui.sources.json_text import BLOCK

EVENTS = [{"n": i, "text": f'é {{["{i}\n', "in": {"list": [{"x": i}]}} for i in range(9)]
DOCUMENT = {"first": 1, "events": EVENTS, "streams": [{"name": "a"}], "next": "b/0"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("documents") / "x.json"


def read(place: Path, data: bytes | str, limit: int | None = None) -> tuple[list[Element], Notes, dict[str, Any]]:
    data = data.encode() if isinstance(data, str) else data
    place.write_bytes(data)
    notes, meta = Notes(), dict[str, Any]()
    found = list(elements(str(place), notes, limit, meta))
    assert notes.rows == len(found) and notes.lines == 0
    for each in found:
        assert data[each.offset : each.offset + 1] == b"{"
        assert data.count(b"\n", 0, each.offset) + 1 == each.line
        assert 0 < each.length <= len(data) - each.offset
    return found, notes, meta


def values(found: list[Element], name: str = "") -> list[dict[str, Any]]:
    return [each.value for each in found if each.list == name]


@pytest.mark.parametrize("indent", [None, 0, 1, 4])
@pytest.mark.parametrize("ascii", [True, False])
def test_lists_in_an_object(place: Path, indent: int | None, ascii: bool) -> None:
    text = json.dumps(DOCUMENT, indent=indent, ensure_ascii=ascii)
    found, notes, meta = read(place, text)
    assert values(found, "events") == EVENTS and values(found, "streams") == [{"name": "a"}]
    assert meta == {"first": 1, "next": "b/0"} and not notes.rejected and not notes.mended
    data = text.encode()
    assert [json.loads(data[each.offset : each.offset + each.length]) for each in found[:9]] == EVENTS


@pytest.mark.parametrize("indent", [None, 2])
def test_an_array_and_objects_in_a_row(place: Path, indent: int | None) -> None:
    assert values(read(place, "\ufeff" + json.dumps(EVENTS, indent=indent))[0]) == EVENTS
    row = "\n".join(json.dumps(each, indent=indent) for each in EVENTS)
    found, notes, _ = read(place, row)
    assert values(found) == EVENTS and not notes.rejected


def test_an_object_of_its_own(place: Path) -> None:
    value = {"a": 1, "b": {"c": [{}]}, "d": [1, [2], {"e": 3}], "f": [], "g": "x"}
    found, _, meta = read(place, json.dumps(value, indent=2))
    assert values(found) == [value] and meta == value


def test_no_objects(place: Path) -> None:
    for text in ("", "\n", "[]", "[ ]\n", "\0\0"):
        assert read(place, text) == ([], Notes(), {})
    found, notes, _ = read(place, '[1, {"a": 1},\n "x", [2]]')
    assert values(found) == [{"a": 1}] and [line for line, _ in notes.rejected] == [1, 2, 2]


@pytest.mark.parametrize("indent", [None, 4])
@pytest.mark.parametrize("share", [i / 16 for i in range(1, 16)])
def test_a_document_that_is_cut_off_keeps_what_is_there(place: Path, share: float, indent: int | None) -> None:
    text = json.dumps({"events": EVENTS}, indent=indent)
    found, notes, _ = read(place, text[: int(len(text) * share)])
    assert values(found, "events") == EVENTS[: len(found)] and len(found) >= int(9 * share) - 1
    assert notes.rejected


def test_an_object_that_is_cut_off_keeps_its_members(place: Path) -> None:
    found, notes, _ = read(place, '{"a": 1,\n"b": {"c": 2},\n"d": "x')
    assert values(found) == [{"a": 1, "b": {"c": 2}}] and notes.rejected[0][0] == 3


@pytest.mark.parametrize("damage", ["", "\0" * 50, "]", "}", '"', "{", "\n\n"])
@pytest.mark.parametrize("indent", [None, 4])
@pytest.mark.parametrize("at", range(0, 30, 3))
def test_damage_costs_one_element(place: Path, damage: str, indent: int | None, at: int) -> None:
    events = [{"n": i, "text": f"text of {i}", "more": i} for i in range(9)]
    text = json.dumps({"events": events}, indent=indent)
    start = text.index("{", text.index('"text of 3"')) - 45 - 8 * (indent or 0)
    start = text.index('"n": 4') + at
    found, notes, _ = read(place, text[:start] + damage + text[start + 4 :])
    kept = [each["n"] for each in values(found, "events") if each in events]
    assert set(kept) >= {0, 1, 2, 3, 6, 7, 8} and len(values(found)) == 0
    assert notes.rejected or 4 in [each.value.get("n") for each in found] or len(found) == 9


def test_what_strict_readers_refuse_is_mended(place: Path) -> None:
    found, notes, _ = read(place, b'[{"a": "\xff"},\n{"a": NaN}, {"a": "\\ud800"}, {"a": "\\ud83d\\ude00"}]')
    assert [str(each.value["a"]) for each in found] == ["\\xff", "nan", "\\ud800", "\U0001f600"]
    assert [line for line, _ in notes.mended] == [1, 2]


def test_a_limit_stops_before_an_element(place: Path) -> None:
    text = json.dumps(EVENTS)
    whole = read(place, text)[0]
    for limit in (1, 2, 100, 300, len(text)):
        part, notes, _ = read(place, text, limit)
        assert part == [each for each in whole if each.offset < limit] and not notes.rejected


@pytest.mark.parametrize(
    "text",
    [
        '{"a":' * 20_000,
        '[{"a":' + "[" * 20_000,
        '{"a":[' * 20_000,
        '[{"b":[{"c":' * 10_000,
        '[{"x' * 10_000,
        '[{"a":"' + '\\"' * 100_000,
        '[{"a":' + "1" * 10_000 + "}]",
        '{"a":' + "1" * 10_000,
        "[" + '{"a":tru},' * 10_000,
        "[" * 100_000,
        "{" * 100_000,
        '"' * 100_000,
        '{"' * 50_000,
        '[{"a":"' + "x" * 3 * BLOCK + '"},' + '{"a":tru},' * 10_000,
        "\\u" * 1000,
    ],
)
def test_whatever_is_written_it_ends(place: Path, text: str) -> None:
    read(place, text)


@given(st.lists(st.dictionaries(st.text(max_size=3), st.integers() | st.text(max_size=5), max_size=3), max_size=4))
@settings(max_examples=60, deadline=None)
def test_any_array_comes_back(place: Path, objects: list[dict[str, Any]]) -> None:
    found, notes, _ = read(place, json.dumps(objects))
    assert values(found) == objects and not notes.rejected


@given(st.text(alphabet='{}[]",: \n\\u1ndé\0-.e', max_size=200) | st.binary(max_size=100))
@settings(max_examples=200, deadline=None)
def test_garbage(place: Path, data: str | bytes) -> None:
    read(place, data)


@given(cut=st.integers(60, 700), insert=st.binary(max_size=8), indent=st.sampled_from([None, 2]))
@settings(max_examples=100, deadline=None)
def test_a_hole_anywhere(place: Path, cut: int, insert: bytes, indent: int | None) -> None:
    data = json.dumps(DOCUMENT, indent=indent).encode()
    found, _, _ = read(place, data[:cut] + insert + data[cut + 5 :])
    assert len([value for value in values(found, "events") if value in EVENTS]) >= 6


def test_what_an_object_says_before_it_is_damaged_is_kept(place: Path) -> None:
    """Another object that begins after the damage is no part of it."""
    data = b'{"a": 1,\n"b": [2}\n{"c": 3}\n{"d": 4,\n"e": 5}\n'
    found, notes, _ = read(place, data)
    assert [each.value for each in found] == [{"a": 1}, {"c": 3}, {"d": 4, "e": 5}]
    assert notes.rejected == [(2, "no JSON from here to line 3: Expecting value")]


def test_a_list_whose_name_is_no_text(place: Path) -> None:
    found, _, _ = read(place, b'{"a\x9a": 1, "b": ?, "c\x9a": [{"x": 1}]}')
    assert [each.list for each in found] == ["c\\x9a"]


def test_raises_when_there_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        list(elements(str(tmp_path / "none"), Notes()))
