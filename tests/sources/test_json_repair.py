"""Tests of tui.sources.json_repair: what can still be read of a damaged line."""

from __future__ import annotations

import json
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.sources.json_repair import joined, repair, repeated

#: As Parsl's JSON logging writes it.
LINE = (
    b'{"created": 1795159326.3495243, "process": 13778, "processName": "MainProcess", "levelname": "INFO", '
    b'"msg": "Task %s submitted for App %s, %s", "parsl.task": "134"}'
)
OTHER = b'{"created": 1795159326.3501, "levelname": "DEBUG", "msg": "next", "parsl.task": "135"}'


def test_a_line_cut_off_keeps_its_complete_pairs() -> None:
    """A number at the cut may have lost digits: it is left out."""
    cut = LINE[: LINE.index(b'"Task') + 8]
    found = repair(cut)
    assert found and found.keys == {
        "created": 1795159326.3495243,
        "process": 13778,
        "processName": "MainProcess",
        "levelname": "INFO",
    }
    assert found.how == "cut off or damaged after 99 characters, 4 keys are read"
    assert cut.decode().endswith(found.rest) and '"msg"' in found.rest
    found = repair(LINE[: LINE.index(b"6.349")])
    assert found is None


def test_a_whole_record_after_half_of_another() -> None:
    half = LINE[:90]
    found = repair(half + OTHER)
    assert found and found.keys == json.loads(OTHER)
    assert found.how == "the first 90 characters are of another record" and found.rest == half.decode()


def test_the_two_halves_around_another_record_are_one() -> None:
    assert joined(LINE[:90].decode(), LINE[90:]) == json.loads(LINE)
    assert joined(LINE[:90].decode(), LINE[95:] + b"x") is None
    assert joined("", b"[1]") is None


@pytest.mark.parametrize(
    ("text", "keys", "how"),
    [
        (b'{"a": "x\xff"}', {"a": "x\\xff"}, "bytes that are not UTF-8"),
        (b'{"a": "\x1b[31m"}', {"a": "\x1b[31m"}, "raw control characters"),
        (b'{"a\0\0": 1, "b": 2}', {"a": 1, "b": 2}, "raw control characters"),
        (b'{"a": "\\ud800"}', {"a": "\\ud800"}, "lone surrogates"),
        (b'{"a": ["\\ud800"]}', {"a": ["\\ud800"]}, "lone surrogates"),
    ],
)
def test_texts_that_are_no_json(text: bytes, keys: dict[str, object], how: str) -> None:
    found = repair(text)
    assert found and (found.keys, found.how) == (keys, how)


def test_not_a_number() -> None:
    found = repair(b'{"created": NaN, "msg": "m"}')
    assert found and list(found.keys) == ["created", "msg"] and found.how == "NaN, which is no JSON"


@pytest.mark.parametrize(
    "text", [b"", b"{", b"{}x", b"[1, 2]", b"null", b'"text"', b"\xc3( not json", b'{"a": {' * 3000]
)
def test_what_cannot_be_read(text: bytes) -> None:
    assert repair(text) is None


def test_lone_surrogates_inside_lists() -> None:
    """What looks like the beginning of an escape behind a backslash is none."""
    found = repair(rb'{"a": ["\ud800", "\\udz", "\ud83d\ude00", {"\udc00": 1}]}')
    assert found and found.keys == {"a": [r"\ud800", r"\udz", "\U0001f600", {r"\udc00": 1}]}


@pytest.mark.parametrize("depth", range(900, 1010))
def test_any_depth(depth: int) -> None:
    """What can just be read may be too deep to be written again."""
    found = repair(b'{"a":' + b"[" * depth + rb'"\ud800"' + b"]" * depth + b"}")
    assert found is None or list(found.keys) == ["a"]


def test_an_object_of_very_many_keys_takes_linear_time() -> None:
    text = json.dumps({str(i): i for i in range(9_999)})[:-1] + ', "7": 0}'
    begun = process_time()
    assert repeated(text.encode()) == ["7"]
    assert process_time() - begun < 5  # half a minute if each key is looked for among all


def test_keys_that_occur_twice() -> None:
    assert repeated(b'{"a": 1, "b": {"c": 1, "c": 2}, "a": 2}') == ["a"]
    assert repeated(b'{"a": 1, "b": "\\"a\\": 2"}') == []
    assert repeated(b"[" * 5000) == [] and repeated(b"no") == []


@given(at=st.integers(0, len(LINE)), insert=st.binary(max_size=12), gone=st.integers(0, 12))
def test_any_damage(at: int, insert: bytes, gone: int) -> None:
    """Never raises; what it finds can be written, and pairs before the damage are what they were."""
    text = LINE[:at] + insert + LINE[at + gone :]
    found = repair(text)
    repeated(text)
    if found:
        json.dumps(found.keys, ensure_ascii=False).encode()
        assert found.how
    whole = json.loads(LINE)
    if found and not insert and at > 40 and not found.how.startswith("the first"):
        assert found.keys["created"] == whole["created"]
