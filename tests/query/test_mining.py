"""Tests of tui.query.mining: texts that differ in values alone become one template."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.query.masking import MARK
from tui.query.mining import MANY, is_state, mine

WORDS = st.sampled_from(["task", "worker", "done", "to", "pending", "running", "x", MARK, f"[{MARK}]", "alpha", "b-1"])
TEXTS = st.dictionaries(st.lists(WORDS, min_size=1, max_size=8).map(" ".join), st.integers(1, 50), max_size=40)


def test_values_are_masked_where_many_differ() -> None:
    texts = {f"Running app {name} now": 2 for name in ("add", "fib", "sleep")}
    assert set(mine(texts, site=True).values()) == {f"Running app {MARK} now"}
    assert set(mine(texts, site=False).values()) == set(texts)  # eight are needed without a call site


def test_two_words_may_be_the_programs_own() -> None:
    texts = {"Standard out will be redirected": 5, "Standard error will be redirected": 5}
    assert set(mine(texts, site=True).values()) == set(texts)
    assert set(mine(texts, True, values={"out", "error"}).values()) == {f"Standard {MARK} will be redirected"}


def test_states_stay_apart_however_many_there_are() -> None:
    states = {"pending", "launched", "running", "exec_done"}
    texts = {f"changing state to {state}": 3 for state in states}
    assert set(mine(texts, True, states).values()) == set(texts)
    assert is_state("States.pending:", states) and not is_state("pendings", states)


def test_punctuation_around_values_stays() -> None:
    texts = {f"[executor {name}] scaling out": 1 for name in ("a", "b", "c")}
    assert set(mine(texts, site=True).values()) == {f"[executor {MARK}] scaling out"}


def test_a_name_that_is_no_word_is_a_value_also_alone() -> None:
    """So that a run with one executor has the templates of a run with two; a plain word may be the program's."""
    assert mine({"Scaling htex_Local now": 4}, True, values={"htex_Local"}) == {
        "Scaling htex_Local now": f"Scaling {MARK} now"
    }
    assert mine({"Scaling threads now": 4}, True, values={"threads"}) == {"Scaling threads now": "Scaling threads now"}


def test_free_text_becomes_its_beginnings() -> None:
    texts = {f"Note: {'word ' * (i % 7)}thing{chr(97 + i % 26)}{chr(97 + i // 26)} end": 1 for i in range(600)}
    assert len(set(mine(texts, site=False).values())) <= MANY


@given(TEXTS, st.booleans())
def test_every_text_has_a_template_as_long_as_itself(texts: dict[str, int], site: bool) -> None:
    states = {"pending", "running"}
    found = mine(texts, site, states, {"alpha"})
    assert set(found) == set(texts)
    for text, template in found.items():
        assert len(template.split(" ")) == len(text.split(" "))
        for word, kept in zip(text.split(" "), template.split(" "), strict=True):
            assert word == kept or MARK in kept
            assert kept == word or word not in states


@given(TEXTS)
def test_order_does_not_matter(texts: dict[str, int]) -> None:
    assert mine(texts, True) == mine(dict(reversed(list(texts.items()))), True)


def test_a_programs_own_templates_vary_in_names_alone() -> None:
    """An f-string with placeholders in it has names in it, too."""
    texts = {f"Task \x01: sent to executor {name}": 5 for name in ("htex_One", "htex_Two")}
    texts |= {f"Task \x01: was {word} here": 5 for word in ("once", "twice", "never")}
    mined = mine(texts, True, values={"htex_One", "htex_Two"}, given=True)
    assert set(mined.values()) == {"Task \x01: sent to executor \x01"} | {text for text in texts if "was" in text}
