"""Tests of tui.widgets.completion: the word under the caret and what it could become."""

from __future__ import annotations

import pytest

from tui.widgets.completion import Word, keys_for, put, word_at


@pytest.mark.parametrize(
    ("before", "after", "start", "sign", "key", "prefix"),
    [
        ("", "", 0, "", "", None),
        ("lev", "", 0, "", "lev", None),
        ("level:5 AND par", "", 12, "", "par", None),
        ("-par", "", 1, "-", "par", None),
        ("(par", "", 1, "", "par", None),
        ("level:", "", 6, "", "level", ""),
        ("level:>=W", "", 8, "", "level", "W"),
        ("level:<", "", 7, "", "level", ""),
        ("-level:W", "", 7, "", "level", "W"),
        ('source:"worker 1', "", 7, "", "source", "worker 1"),
        ('"a b" sou', "", 6, "", "sou", None),
        ("time:10:29", "", 5, "", "time", "10:29"),
        ("lev", "el:5 x", 0, "", "lev", None),
        ("a ", "b", 2, "", "", None),
        ("/a:b", "", 0, "", "/a:b", None),
    ],
)
def test_the_word_left_of_the_caret(
    before: str, after: str, start: int, sign: str, key: str, prefix: str | None
) -> None:
    """What stands right of the caret does not count."""
    assert word_at(before + after, len(before)) == Word(start, sign, key, prefix)


def test_keys_that_begin_so_come_first_and_none_twice() -> None:
    keys = ["name", "parsl.task", "task_id", "Task", "try"]
    assert keys_for(word_at("task", 4), keys) == ["task_id:", "Task:", "parsl.task:"]
    assert keys_for(word_at("TASK", 4), keys) == keys_for(word_at("task", 4), keys)
    assert keys_for(word_at("task", 4), keys, limit=1) == ["task_id:"]
    assert keys_for(word_at("zz", 2), keys) == []


def test_a_choice_replaces_the_word_only() -> None:
    """The sign before it and all that follows the caret stay; the caret stands behind the choice."""
    text = "x -par OR y"
    made, caret = put(text, 6, word_at(text, 6), "parsl.task:")
    assert (made, made[:caret]) == ("x -parsl.task: OR y", "x -parsl.task:")
    text = 'level:>=W AND source:"wor'
    assert put(text, 9, word_at(text, 9), "WARNING")[0] == 'level:>=WARNING AND source:"wor'
    assert put(text, len(text), word_at(text, len(text)), '"worker 1"')[0] == 'level:>=W AND source:"worker 1"'
