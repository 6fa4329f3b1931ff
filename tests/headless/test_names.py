"""Tests of tui.headless.names."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.headless.names import above, shortened


def test_the_middle_is_left_out() -> None:
    assert shortened("runinfo/000/parsl.log", 40) == "runinfo/000/parsl.log"
    assert shortened("runinfo/000/htex_Local/block-0/worker_1.log", 20) == "runinf…/worker_1.log"


@given(st.text(max_size=60), st.integers(2, 50))
def test_never_too_long(name: str, width: int) -> None:
    short = shortened(name, width)
    assert len(short) <= width
    assert short == name if len(name) <= width else short[-1] == name[-1]


def test_the_directory_above() -> None:
    assert above(["a/b/c.log", "a/b/d/e.log"]) == "a/b/"
    assert above(["/a/b", "/a/c"]) == "/a/"
    assert above(["a.log", "b/c.log"]) == ""
    assert above(["x/a.log"]) == "x/"
    assert above([]) == ""
