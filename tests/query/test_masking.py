"""Tests of tui.query.masking: what varies in a body is masked, what a program writes stays, whatever the text is."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.query.masking import MARK, MOST, PLACEHOLDER, formatted, mask, shape, shape_sql, written
from tui.query.store import Store

HOSTILE = st.text(alphabet=st.sampled_from(list("ab1 '\"\\()[]{}<>/.,:=%-_~@\x01\nTF")), max_size=600)


def template(body: str) -> str:
    """The masked text of *body* as a template shows it."""
    return written(mask(shape(body)))


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("Task 5 launched", "Task <*> launched"),
        ("Got executor tasks: [1, 2]", "Got executor tasks: <*>"),
        ("Got executor tasks: []", "Got executor tasks: <*>"),
        ("Sent tasks: [20] to manager b'a32bfdede017'", "Sent tasks: <*> to manager <*>"),
        ("id 83f30f05-1111-4222-8333-123456789abc ok", "id <*> ok"),
        ("at 0x7f67fe01 in 1.5e-3 s", "at <*> in <*> s"),
        ("wrote /scratch/user/out.txt twice", "wrote <*> twice"),
        ("GET https://host.example:80/x?y=1 done", "GET <*> done"),
        ("<Thread(HTEX-Result, started daemon 1)> begun", "<*> begun"),
        ("waiting on task 1, task 2, and task 3", "waiting on task <*>"),
        ("kill event: False, left None", "kill event: <*>, left <*>"),
        ("first line\nand 7 more", "first line"),
        ("it's the user's own", "it's the user's own"),
        ("Strategy (slot_ratio = active_slots/active_tasks) < parallelism",) * 2,
        ("call with AppFuture(x=3, y='z') now", "call with <*> now"),
        ("delta -5 and +7", "delta <*> and <*>"),
        ("", ""),
    ],
)
def test_bodies(body: str, wanted: str) -> None:
    assert template(body) == wanted


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        ("Task %s failed", "Task <*> failed"),
        ("Task %(task)d took %.3f s", "Task <*> took <*> s"),
        ("Task {task} is {state!r:>10}", "Task <*> is <*>"),
        ("100 percent", "<*> percent"),
    ],
)
def test_messages(message: str, wanted: str) -> None:
    assert written(formatted(message)) == wanted


def test_states_stay() -> None:
    """A change of state is told from another."""
    one, two = "Task 3 changing state from pending to launched", "Task 3 changing state from launched to exec_done"
    assert template(one) != template(two)


@given(st.one_of(st.text(max_size=600), HOSTILE))
def test_any_text_has_a_masked_text_of_one_line_that_masks_to_itself(body: str) -> None:
    masked = mask(shape(body))
    assert not re.search(r"\n|  |^ | $", masked)
    assert mask(masked) == masked


@given(st.one_of(st.text(max_size=600), HOSTILE))
def test_no_digit_is_left(body: str) -> None:
    assert not re.search("[0-9]", mask(shape(body)))
    assert not re.search("[0-9]", formatted(body))


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)))
def test_the_engine_makes_the_same_shapes(bodies: list[str]) -> None:
    bodies = [body for body in bodies if body.isascii()]
    store = Store()
    for body in bodies:
        [(found,)] = store.execute(f"SELECT {shape_sql('body')} FROM (SELECT ?::VARCHAR AS body)", (body,))
        assert found == shape(body)


@pytest.mark.parametrize(
    "text",
    [
        "[" * MOST, "(" * MOST, "{[(" * (MOST // 3), "'" * MOST, "\"'" * (MOST // 2), "<" * MOST, "<a" * (MOST // 2),
        "a.b." * (MOST // 4), "/a" * (MOST // 2), "~/" * (MOST // 2), "\\'" * (MOST // 2), "'\\" * (MOST // 2),
        MARK * MOST, "a, " * (MOST // 3), f"{MARK}, " * (MOST // 3), "%(" * (MOST // 2), "{" * MOST, "A(" * (MOST // 2),
        "a=" * (MOST // 2), "http://" * (MOST // 7), "1" * 5_000_000, "-" * MOST, "aA." * (MOST // 3) + "(",
    ],
)  # fmt: skip
def test_hostile_text_takes_no_time(text: str) -> None:
    began = time.process_time()
    mask(shape(text))
    formatted(text[: 2 * MOST])
    assert time.process_time() - began < 0.25


def test_placeholders_are_what_people_read() -> None:
    assert written(f"a {MARK} b") == f"a {PLACEHOLDER} b"


def test_no_message_takes_long() -> None:
    """What looks like the beginning of a placeholder is given up soon."""
    begun = time.thread_time()
    for message in ("%" + "0" * 100_000 + "!", "%(a" * 50_000, "{0:" + "x" * 100_000, "%-" * 50_000, "{a." * 50_000):
        formatted(message)
    assert time.thread_time() - begun < 1
