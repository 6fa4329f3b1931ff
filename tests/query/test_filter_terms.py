"""Tests of tui.query.filter_terms: where terms, operators and brackets begin and end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.errors import FilterError
from tui.query.expression import All, Contains, Equals, Exists, Expression, Key, Text, Wildcard
from tui.query.filter_terms import DEEPEST, Scanner

KEYS = frozenset({"key", "parsl.task", "a:b", "log"})


def scanned(text: str) -> Scanner:
    scanner = Scanner(text, KEYS.__contains__)
    for _ in scanner.tokens():
        pass
    return scanner


def pieces(text: str) -> str:
    """The tokens as written, operators and brackets by kind."""
    return " ".join(seen.text if seen.kind == "TERM" else seen.kind for seen in scanned(text).seen)


def terms(text: str) -> list[Expression]:
    return [value for _, value in Scanner(text, KEYS.__contains__).tokens() if value is not None]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", ""),
        ("a b", "a b"),
        ("a AND b", "a _AND b"),
        ("a && b || !c", "a _AND b _OR _NOT c"),
        ("a or not b", "a _OR _NOT b"),
        ("android orange nothing", "android orange nothing"),
        ("-a", "_NOT a"),
        ("a-b", "a-b"),
        ("a - b", "a - b"),
        ("key:-5", "key:-5"),
        ("key:(-5 OR -x)", "_OPEN -5 _OR _NOT x _CLOSE"),
        ("(a b) c", "_OPEN a b _CLOSE c"),
        ("f(x) and g()", "f(x) _AND g()"),
        ("(f(x))", "_OPEN f(x) _CLOSE"),
        ("NOT(a)", "_NOT _OPEN a _CLOSE"),
        ('"a b" key:"c d"', '"a b" key:"c d"'),
        (r'"a \" b" c', r'"a \" b" c'),
        ("/a b/ c", "/a b/ c"),
        ("/a/b/ c", "/a/b/ c"),
        ("/etc /x", "/etc /x"),
        ("key:[1 TO 5} x", "key:[1 TO 5} x"),
        ("key:>= x", None),
        (r"a\ b c", r"a\ b c"),
        (r"\(a b", r"\(a b"),
    ],
)
def test_where_things_end(text: str, tokens: str | None) -> None:
    if tokens is None:
        with pytest.raises(FilterError):
            scanned(text)
    else:
        assert pieces(text) == tokens


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("*", [All()]),
        ("*:*", [All()]),
        ("a*", [Text(Wildcard("a*"))]),
        ("key:*", [Key("key", Wildcard("*"))]),
        ("parsl.task:5", [Key("parsl.task", Equals("5"))]),
        ("a:b:c", [Key("a:b", Equals("c"))]),
        ("key:b:c", [Key("key", Equals("b:c"))]),
        ("10:29", [Text(Contains("10:29"))]),
        (r"a\:b", [Text(Contains("a:b"))]),
        ("key:(x y)", [Key("key", Equals("x")), Key("key", Equals("y"))]),
        ("key:((x) y) z", [Key("key", Equals("x")), Key("key", Equals("y")), Text(Contains("z"))]),
        ("body:x", [Text(Contains("x"))]),
        ('body:"X"', [Text(Contains("X", ignore_case=False))]),
        ("_exists_:key", [Exists("key")]),
        ('key:""', [Key("key", Equals(""))]),
        (r"key:\*", [Key("key", Equals("*"))]),
    ],
)
def test_what_a_term_is(text: str, found: list[Expression]) -> None:
    assert terms(text) == found


def test_a_key_is_one_only_where_the_data_have_it() -> None:
    assert terms("nokey:5") == [Text(Contains("nokey:5"))]
    assert scanned("nokey:5 key:5").notes == ["'nokey:5' is taken as text: no key is called 'nokey'"]
    assert scanned("_exists_:nokey").notes == ["no key is called 'nokey'"]
    assert scanned("level:x time:y line:1 file:f source:s template:t").notes == []


def test_a_regex_that_swallows_an_operator_is_pointed_at() -> None:
    assert scanned("/a/ OR /b/").notes == []
    assert scanned("/a OR b/").notes == ["/a OR b/ is taken as one regex"]


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("a )", 2, "closes nothing"),
        ("(a (b)", 0, "never closed"),
        ("key:(a", 4, "never closed"),
        ('a "b', 2, "never closed"),
        ('"a"b', 3, "a blank is expected after a quote"),
        ("key:", 4, "a value is expected after 'key:'"),
        ("key: x", 4, "a value is expected after 'key:'"),
        ("key:>", 5, "a value is expected after '>'"),
        ("key:[1 5]", 4, "a range is expected"),
        ("key:[1 TO 5]x", 12, "a blank is expected after a range"),
        ("body:>5", 5, "no order"),
        ("_exists_:k*", 9, "without wildcards"),
        ("x /a(/", 4, "this regex is wrong"),
    ],
)
def test_a_mistake_names_its_column(text: str, column: int, words: str) -> None:
    with pytest.raises(FilterError) as caught:
        scanned(text)
    assert caught.value.column == column
    assert words in str(caught.value)


def test_columns_are_those_of_the_text() -> None:
    text = "  a AND key:(b OR c)  "
    assert [(seen.column, seen.text) for seen in scanned(text).seen] == [
        (2, "a"), (4, "AND"), (8, "key:("), (13, "b"), (15, "OR"), (18, "c"), (19, ")"),
    ]  # fmt: skip


@pytest.mark.parametrize("opening", ["(", "NOT ", "!"])
def test_depth_is_limited_and_ends_with_the_bracket_or_the_term(opening: str) -> None:
    closing = ")" if opening == "(" else ""
    one = opening * DEEPEST + "a" + closing * DEEPEST
    assert len(terms(f"{one} {one}")) == 2, "one after the other is not inside each other"
    with pytest.raises(FilterError, match=f"more than {DEEPEST}"):
        scanned(opening + one + closing)


@given(st.text(alphabet='ab:key()"/\\ -!*[]{}<>=&|TOANDR5.\n'))
def test_every_text_is_cut_whole_or_refused(text: str) -> None:
    """What is between the tokens is blank, and a refusal names a column of the text."""
    try:
        seen = scanned(text).seen
    except FilterError as error:
        assert 0 <= error.column <= len(text)
        return
    at = 0
    for each in seen:
        assert not text[at : each.column].strip() and each.text
        assert text.startswith(each.text, each.column)
        at = each.column + len(each.text)
    assert not text[at:].strip()
