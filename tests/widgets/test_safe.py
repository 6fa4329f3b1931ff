"""Nothing a terminal obeys or hides gets through."""

import json
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.widgets.safe import escaped, first_line, in_place, shorten, shorten_name, visible


def test_no_control_format_separator_or_surrogate_passes() -> None:
    """Every character of the dangerous categories is replaced, whatever plane it is in."""
    bad = {"Cc", "Cf", "Zl", "Zp", "Cs"}
    for code in range(sys.maxunicode + 1):
        if unicodedata.category(chr(code)) in bad:
            shown = visible(f"a{chr(code)}b")
            assert chr(code) not in shown, hex(code)
            assert not any(unicodedata.category(c) in bad for c in shown)


def test_marks_are_readable() -> None:
    """Escapes and bidi overrides are seen as what they are."""
    assert visible("\x1b[31mred\x1b[0m") == "␛[31mred␛[0m"
    assert visible("a\u202eb") == "a⟨202E⟩b"
    assert visible("a\nb\tc\x7f\x9b") == "a␊b    c␡⟨009B⟩"


def test_plain_text_is_untouched() -> None:
    """Letters of any language and combining accents stay, a heap of them does not."""
    assert visible("Grüße, 東京, e\u0301 [bold]") == "Grüße, 東京, e\u0301 [bold]"
    assert "⟨…⟩" in visible("e" + "\u0301" * 40)


def test_first_line_counts_what_follows() -> None:
    """A traceback folds to its first line; blank ends do not count."""
    assert first_line("one\ntwo\nthree\n") == ("one", 2)
    assert first_line("one\n\n") == ("one", 0)
    assert first_line("\n\none\ntwo") == ("one", 1)
    assert first_line("") == first_line("\n") == ("", 0)
    assert first_line("one\r\ntwo") == ("one", 1)


@pytest.mark.parametrize(
    ("name", "width", "shown"),
    [
        ("task 5", 9, "task 5"),
        ("executor task 20", 9, "…task 20"),
        ("executor task 20", 16, "executor task 20"),
        ("agent e367c007", 9, "…e367c007"),
        ("action 02e658fe-8c21", 9, "02e658fe…"),
        ("executor htex_Local", 16, "…htex_Local"),
        ("executor htex_Local", 9, "htex_Loc…"),
        ("task \x1b", 5, "…␛"),
    ],
)
def test_the_value_of_a_name_stays(name: str, width: int, shown: str) -> None:
    assert shorten_name(name, width) == shown


def test_shorten_shows_the_cut() -> None:
    """A text that is too long ends in an ellipsis."""
    assert shorten("interchange", 6) == "inter…"


def test_a_line_to_type_in_keeps_its_places() -> None:
    """One character for one, none of them dangerous."""
    text = "a\x1b]0;x\x07\u202eb\tc\x9b\ud800" + "e" + "\u0301" * 5
    shown = in_place(text)
    assert shown == "a␛]0;x␇␦b␉c␦␦e\u0301\u0301␦␦␦"
    assert len(shown) == len(text)
    assert in_place("plain [bold]") == "plain [bold]"


@given(st.text())
def test_escaped_json_says_the_same(text: str) -> None:
    """Whatever a text holds: nothing of it is obeyed, and it is the same text."""
    said = json.dumps(text + "\x7f\x9b\u202e" + "\u0301" * 5, ensure_ascii=False)
    raw = f'{{"a":\t{said}\r}}'
    shown = escaped(raw)
    assert json.loads(shown) == json.loads(raw)
    assert shown == visible(shown)
