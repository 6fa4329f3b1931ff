"""Tests of tui.sources.usual: the usual names of time, level, body and template."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.query.canonical import LEVEL_KEYS as LOADED_LEVELS
from tui.query.schema import BODY_KEYS as LOADED_BODIES
from tui.records import LEVELS, Raw, Scalar
from tui.sources import usual
from tui.sources.usual import Usual

AT = 1795160669_000_000_000


def complete(keys: dict[str, Scalar]) -> Raw:
    raw = Raw(1, dict(keys))
    Usual().complete(raw)
    return raw


def test_the_loader_looks_where_this_says() -> None:
    assert ("wideview.level", *usual.LEVEL_WORDS) == LOADED_LEVELS
    assert ("wideview.body", *usual.BODY_KEYS) == LOADED_BODIES


@pytest.mark.parametrize("key", [*usual.TIME_KEYS])
@pytest.mark.parametrize("value", [1795160669, 1795160669.0, 1795160669000, AT, "1795160669", "2026-11-20T07:44:29Z"])
def test_times(key: str, value: Scalar) -> None:
    raw = complete({key: value})
    assert (raw.time, raw.local, raw.elapsed) == (AT, None, None)


@pytest.mark.parametrize(
    ("keys", "time", "local", "elapsed"),
    [
        ({"t": 1.5, "v": 3}, None, None, 1_500_000_000),
        ({"created": "1795159432.9108422"}, 1795159432910842200, None, None),
        ({"created": 1795159432.9108422}, 1795159432910842200, None, None),
        ({"ts": 1795160669e9}, AT, None, None),
        ({"time": 0.25, "timestamp": "2026-11-20T07:44:29Z"}, AT, None, None),
        ({"timestamp": 0.25, "time": "2026-11-20T07:44:29"}, None, AT, None),
        ({"asctime": "2026-11-20 07:44:29,5"}, None, AT + 500_000_000, None),
        ({"time": "2026-11-20 08:44:29+01:00"}, AT, None, None),
        ({"time": "soon", "ts": 2}, None, None, 2_000_000_000),
        ({"created": 3, "time": 2}, None, None, 3_000_000_000),
        ({"time": True}, None, None, None),
        ({"time": None}, None, None, None),
        ({"time": float("nan"), "ts": float("inf")}, None, None, None),
        ({"time": 10**400}, None, None, None),
        ({"time": "9" * 5000}, None, None, None),
        ({"when": 1795160669}, None, None, None),
    ],
)
def test_the_key_that_gives_a_moment_is_the_time(
    keys: dict[str, Scalar], time: int | None, local: int | None, elapsed: int | None
) -> None:
    raw = complete(keys)
    assert (raw.time, raw.local, raw.elapsed) == (time, local, elapsed)


def test_within_a_file_the_time_is_that_of_one_key() -> None:
    found = Usual()
    first, second = Raw(1, {"ts": 1795160669}), Raw(2, {"time": 1795160000, "ts": 1795160669})
    found.complete(first)
    found.complete(second)
    assert first.time == second.time == AT


@pytest.mark.parametrize(
    ("keys", "level"),
    [
        ({"levelname": "INFO", "levelno": 40}, None),
        ({"level": "warn"}, None),
        ({"level": "W"}, "WARNING"),
        ({"lvl": "eror", "levelno": 40}, "ERROR"),
        ({"lvl": "debug"}, "DEBUG"),
        ({"@l": "Fatal"}, "CRITICAL"),
        ({"levelno": 30}, "WARNING"),
        ({"level": 30, "pid": 1}, "INFO"),
        ({"level": 60}, "CRITICAL"),
        ({"level": "20", "levelno": 20}, "INFO"),
        ({"severity": 500}, "ERROR"),
        ({"severityNumber": 17}, "ERROR"),
        ({"PRIORITY": "3"}, "ERROR"),
        ({"PRIORITY": 8}, None),
        ({"level": 0}, None),
        ({"level": -5}, None),
        ({"level": 7000}, None),
        ({"level": True}, None),
        ({"level": "high"}, None),
        ({}, None),
    ],
)
def test_levels_that_the_loader_does_not_know(keys: dict[str, Scalar], level: str | None) -> None:
    assert complete(keys).keys.get("wideview.level") == level


@pytest.mark.parametrize(
    ("keys", "body"),
    [
        ({"msg": "x", "log": "y"}, None),
        ({"log": "x\n", "stream": "stdout"}, "x"),
        ({"@message": "x"}, "x"),
        ({"body.stringValue": "x"}, "x"),
        ({"t": 1.5, "v": 3, "w": None, "e": 0.1}, "v=3 e=0.1"),
        ({"level": "info", "a.b": "c d"}, "a.b=c d"),
        ({"t": 1}, None),
        ({"long": "x" * 100}, "long=" + "x" * 60 + "…"),
    ],
)
def test_bodies(keys: dict[str, Scalar], body: str | None) -> None:
    assert complete(keys).keys.get("wideview.body") == body


def test_a_body_of_many_keys_is_short() -> None:
    assert len(str(complete({f"key{i}": "value" for i in range(1000)}).keys["wideview.body"])) < 300


@pytest.mark.parametrize(
    ("keys", "template"),
    [
        ({"@mt": "a {b}", "@m": "a 1"}, "a {b}"),
        ({"msg": "a %s", "message": "a 1"}, "a %s"),
        ({"msg": "a 1", "message": "a 1"}, None),
        ({"msg": "50 %"}, None),
        ({"msg_template": "x"}, "x"),
    ],
)
def test_templates(keys: dict[str, Scalar], template: str | None) -> None:
    assert complete(keys).keys.get("wideview.template") == template


NAMES = st.sampled_from([*usual.TIME_KEYS, *usual.LEVEL_KEYS, *usual.MORE_BODY_KEYS, "msg", "x"])
VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)


@given(st.dictionaries(NAMES, VALUES, max_size=6))
def test_it_never_raises_and_keeps_what_is_there(keys: dict[str, Scalar]) -> None:
    raw = complete(keys)
    assert {key: value for key, value in raw.keys.items() if key in keys} == keys or any(v != v for v in keys.values())
    assert [raw.time, raw.local, raw.elapsed].count(None) >= 2
    assert raw.keys.get("wideview.level", "INFO") in LEVELS
