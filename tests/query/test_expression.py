"""Expressions print as text that reads back as the same expression."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tui.query import expression as ex
from tui.query.filter_text import parse

KEYS = ["parsl.task", "wq.task", "a b", "x:y", "-k", "and", "(", 'q"', "/p/", "é", "*"]

words = st.text(min_size=1) | st.text(alphabet='ab5\\"()[]{}:*?/-!<>=&| \n', min_size=1)
values = st.text() | words


def _wildcard(text: str, more: str) -> ex.Wildcard:
    return ex.Wildcard(text + more)


wildcards = st.builds(_wildcard, st.text(alphabet='a\\\\*?"-/ (:') | st.text(), st.sampled_from(["a*", "a?b", "ab*c"]))
regexes = st.sampled_from([r"a", r"a b", r"x/y", r"\d+", r"a/ b", r"\\/", "[/]", r"a\/b", "(a|b)", r"\.log"])
tests = st.one_of(
    values.map(ex.Equals),
    wildcards,
    regexes.map(ex.Regex),
    st.builds(ex.Compare, st.sampled_from([">", ">=", "<", "<="]), values),
    st.builds(ex.Range, st.none() | values, st.none() | values, st.booleans(), st.booleans()),
)
bodies = st.one_of(
    words.map(ex.Contains),
    st.sampled_from(["or", "AND", "Not", "-", "--x", "/a/", "<Future", "*", "10:29"]).map(ex.Contains),
    values.map(lambda text: ex.Contains(text, ignore_case=False)),
    wildcards,
    regexes.map(ex.Regex),
)
terms = st.one_of(
    st.just(ex.All()),
    bodies.map(ex.Text),
    st.builds(ex.Key, st.sampled_from(KEYS), tests),
    st.sampled_from(KEYS).map(ex.Exists),
)


def _combined(inner: st.SearchStrategy[ex.Expression]) -> st.SearchStrategy[ex.Expression]:
    several = st.lists(inner, min_size=2, max_size=4).map(tuple)
    return st.one_of(several.map(ex.And), several.map(ex.Or), inner.map(ex.Not))


expressions = st.recursive(terms, _combined, max_leaves=8)


@given(expressions)
@example(ex.Text(ex.Wildcard("*")))
@example(ex.Key("wq.task", ex.Range("TO", "*")))
@example(ex.And((ex.Key("wq.task", ex.Equals("/etc")), ex.Text(ex.Contains("/b/")))))
def test_the_printed_form_reads_back(expression: ex.Expression) -> None:
    parsed = parse(str(expression), KEYS.__contains__)
    assert parsed.expression == expression
    assert parsed.notes == ()


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (ex.And((ex.Key("level", ex.Compare(">=", "WARNING")), ex.Key("parsl.task", ex.Equals("358")))),
         "level:>=WARNING AND parsl.task:358"),
        (ex.Or((ex.Not(ex.Text(ex.Contains("a"))), ex.And((ex.Exists("k"), ex.All())))), "NOT a OR _exists_:k AND *"),
        (ex.And((ex.Or((ex.All(), ex.All())), ex.All())), "(* OR *) AND *"),
        (ex.Not(ex.Or((ex.All(), ex.All()))), "NOT (* OR *)"),
        (ex.Text(ex.Contains("has x", ignore_case=False)), '"has x"'),
        (ex.Key("k", ex.Range(None, "5", True, False)), "k:[* TO 5}"),
        (ex.Key("k", ex.Regex("a/b")), r"k:/a\/b/"),
    ],
)  # fmt: skip
def test_printing(expression: ex.Expression, text: str) -> None:
    assert str(expression) == text


def test_one_spelling_a_meaning() -> None:
    assert ex.Wildcard(r"a\b*") == ex.Wildcard(r"a\\b*")
    assert ex.Wildcard(r"a\?*").parts == (("a", False), ("?", False), ("*", True))
    assert ex.Regex(r"a\/b") == ex.Regex("a/b") != ex.Regex(r"a\\/b")


def test_the_column_is_no_part_of_the_meaning() -> None:
    assert ex.Key("a", ex.Equals("1"), 3) == ex.Key("a", ex.Equals("1"), 9)


def test_refused_shapes() -> None:
    for make in (lambda: ex.And((ex.All(),)), lambda: ex.Or(()), lambda: ex.Wildcard(r"plain\*")):
        with pytest.raises(ValueError):
            make()
