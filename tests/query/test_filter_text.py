"""What people type, and what it means."""

import threading
import time
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tui.errors import FilterError
from tui.query.expression import (
    All,
    And,
    Compare,
    Contains,
    Equals,
    Exists,
    Expression,
    Key,
    Not,
    Or,
    Range,
    Regex,
    Text,
    Wildcard,
)
from tui.query.filter_text import parse

KEYS = frozenset({"key", "parsl.task", "wq.task", "path", "aws:id", "a"})


def is_key(name: str) -> bool:
    return name in KEYS


def read(text: str) -> Expression:
    return parse(text, is_key).expression


def word(text: str) -> Text:
    return Text(Contains(text))


def key(value: str) -> Key:
    return Key("key", Equals(value))


W = word

MEANINGS: list[tuple[str, Expression]] = [
    ("", All()),
    (" \t\n", All()),
    ("*", All()),
    ("*:*", All()),
    ("level:>=WARNING AND parsl.task:358",
     And((Key("level", Compare(">=", "WARNING")), Key("parsl.task", Equals("358"))))),
    ('"has AppFuture"', Text(Contains("has AppFuture", ignore_case=False))),
    (r'"a \"b\" \\ \d * "', Text(Contains(r'a "b" \ \d * ', ignore_case=False))),
    ("/has \\d+ (a|b)/", Text(Regex("has \\d+ (a|b)"))),
    ("/a\\/b/", Text(Regex("a/b"))),
    ("(/a/) OR (/b/)", Or((Text(Regex("a")), Text(Regex("b"))))),
    ("/a/b.log", W("/a/b.log")),
    ("//", W("//")),
    ("path:/a/b.log", Key("path", Equals("/a/b.log"))),
    ("path:/a/ x", And((Key("path", Regex("a")), W("x")))),
    ("path:/a and key:b/", Key("path", Regex("a and key:b"))),
    ("Task*launch?d", Text(Wildcard("Task*launch?d"))),
    (r"5\*3", W("5*3")),
    ("body:foo", W("foo")),
    ('body:"Foo"', Text(Contains("Foo", ignore_case=False))),
    ("body:*", Text(Wildcard("*"))),
    ("body:or", W("or")),
    ("key:val*", Key("key", Wildcard("val*"))),
    ('key:"literal * text"', key("literal * text")),
    ("key:/re g/", Key("key", Regex("re g"))),
    ("key:[1 TO 5]", Key("key", Range("1", "5"))),
    ("key:{1 to 5}", Key("key", Range("1", "5", False, False))),
    ("key:[1 TO 5}", Key("key", Range("1", "5", True, False))),
    ("key:{ 1 TO 5 ]", Key("key", Range("1", "5", False, True))),
    ("key:[* TO 5]", Key("key", Range(None, "5"))),
    ('key:["*" TO *]', Key("key", Range("*", None))),
    ('key:["a ] b" TO x y]', Key("key", Range("a ] b", "x y"))),
    ("key:>5", Key("key", Compare(">", "5"))),
    ("key:<=-5", Key("key", Compare("<=", "-5"))),
    ('time:>="2026-11-20 07:20"', Key("time", Compare(">=", "2026-11-20 07:20"))),
    ("time:[10:29:46 TO 10:30]", Key("time", Range("10:29:46", "10:30"))),
    ("time:>=2026-11-20T07:20", Key("time", Compare(">=", "2026-11-20T07:20"))),
    ("time:10:29", Key("time", Equals("10:29"))),
    ("_exists_:wq.task", Exists("wq.task")),
    ("template:Task*launched*", Key("template", Wildcard("Task*launched*"))),
    ("source:*interchange*", Key("source", Wildcard("*interchange*"))),
    ("a b", And((W("a"), W("b")))),
    ("a AND b c && d", And((W("a"), W("b"), W("c"), W("d")))),
    ("x or y z || w", Or((W("x"), And((W("y"), W("z"))), W("w")))),
    ("(x OR y) z", And((Or((W("x"), W("y"))), W("z")))),
    ("NOT x y", And((Not(W("x")), W("y")))),
    ("not -x", Not(Not(W("x")))),
    ("-x", Not(W("x"))),
    ("!key:5", Not(key("5"))),
    ("! x", Not(W("x"))),
    ("-(x y)", Not(And((W("x"), W("y"))))),
    ('-"x y"', Not(Text(Contains("x y", ignore_case=False)))),
    ("x-y", W("x-y")),
    ("x - y", And((W("x"), W("-"), W("y")))),
    ("--port", W("--port")),
    ("android", W("android")),
    ("key:-5", key("-5")),
    ("key:127.0.0.1:9000", key("127.0.0.1:9000")),
    ("key:b'2a2f'", key("b'2a2f'")),
    ("key:x<y>", key("x<y>")),
    ("(key:f(x,y) z)", And((key("f(x,y)"), W("z")))),
    ("f(x y)", And((W("f"), And((W("x"), W("y")))))),
    ("(key:5)", key("5")),
    ("key:(x OR y)", Or((key("x"), key("y")))),
    ("key:(x -y -5 a:5)", And((key("x"), Not(key("y")), key("-5"), key("a:5")))),
    ('key:(>5 (/r/ OR "q r")) a', And((
        And((Key("key", Compare(">", "5")), Or((Key("key", Regex("r")), key("q r"))))), W("a")))),
    ("body:(a OR b)", Or((W("a"), W("b")))),
    ("aws:id:5", Key("aws:id", Equals("5"))),
    (r"key\:5", W("key:5")),
    (r"key:a\ b", key("a b")),
    (r"C:\temp\new", W(r"C:\temp\new")),
    ("<Future", W("<Future")),
    ("[x]", W("[x]")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "meaning"), MEANINGS)
def test_meaning(text: str, meaning: Expression) -> None:
    assert read(text) == meaning


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("10:29", ("'10:29' is taken as text: no key is called '10'",)),
        ("10:29 10:29", ("'10:29' is taken as text: no key is called '10'",)),
        ("http://h:80/x", ("'http://h:80/x' is taken as text: no key is called 'http'",)),
        ("_exists_:nothing", ("no key is called 'nothing'",)),
        ("/etc and /", ("/etc and / is taken as one regex",)),
        ("key:10:29 plain _exists_:level :x", ()),
        ("/a:b/ \"c:d\" e\\:f", ()),
    ],
)  # fmt: skip
def test_notes(text: str, notes: tuple[str, ...]) -> None:
    assert parse(text, is_key).notes == notes


@pytest.mark.parametrize("text", ["10:29", "127.0.0.1:9000", "foo:bar", "x:"])
def test_a_colon_without_a_key_is_text(text: str) -> None:
    assert read(text) == word(text)


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ('a "b c', 2, "quote is never closed"),
        ('key:"b', 4, "quote is never closed"),
        ('"a"b', 3, "blank is expected"),
        ("a (b", 2, "expected ')'"),
        ("key:(b", 4, "expected ')'"),
        ("a) b", 1, "closes nothing"),
        ("a AND", 2, "after 'AND'"),
        ("a (b OR )", 5, "after 'OR'"),
        ("OR b", 0, "before 'OR'"),
        ("a AND or b", 6, "before 'or'"),
        ("a NOT", 2, "after 'NOT'"),
        ("a ()", 2, "between the brackets"),
        ("key:", 4, "value is expected after 'key:'"),
        ("key: 5", 4, "value is expected after 'key:'"),
        ("(key:)", 5, "value is expected after 'key:'"),
        ("key:>= 5", 6, "value is expected after '>='"),
        ("key:[1 TO 5", 4, "[low TO high]"),
        ("key:[1, 2]", 4, "[low TO high]"),
        ("key:[1 TO 5]x", 12, "blank is expected"),
        ("body:>5", 5, "no order"),
        ("body:[1 TO 5]", 5, "no order"),
        ("_exists_:a*", 9, "name of a key"),
        ("a \ud800", 2, "damaged"),
        ("/x(?=y)/", 2, "lookahead"),
        ("key:/x(?<!y)/", 6, "lookbehind"),
        ("NOT " * 101 + "a", 400, "100 brackets and NOTs"),
        ("(" * 101 + "a", 100, "100 brackets and NOTs"),
    ],
)
def test_mistakes_name_their_column(text: str, column: int, says: str) -> None:
    with pytest.raises(FilterError) as caught:
        read(text)
    assert (caught.value.column, says in str(caught.value)) == (column, True), str(caught.value)


def test_columns_of_terms() -> None:
    found = read("a AND  key:5 AND _exists_:a")
    assert isinstance(found, And)
    assert [part.column for part in found.parts if isinstance(part, Text | Key | Exists)] == [0, 7, 17]


def test_many_terms_are_not_deep() -> None:
    assert len(read("(NOT a) " * 3000).parts) == 3000  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("piece", "times"),
    [("a", 50_000), ("a:", 2_000), ("f(", 2_000), ("/a", 20_000), ("key:[a TO ", 200), ("/a ", 1_000)],
)
def test_long_text_takes_no_long_time(piece: str, times: int) -> None:
    begun = time.process_time()
    with suppress(FilterError):
        read(piece * times)
    assert time.process_time() - begun < 5


pasted = st.text() | st.lists(
    st.sampled_from(
        [*' \\"()[]{}:*?/-!<>=&|', " ", "key:", "a", "or ", " AND ", "NOT ", " TO ", "5", "body:", "_exists_:"]
    )
).map("".join)


@given(pasted)
@example("((((" * 500)
@example("\\")
@example("key:[\\")
def test_any_text_parses_or_is_refused_inside_it(text: str) -> None:
    try:
        found = read(text)
    except FilterError as e:
        assert 0 <= e.column <= len(text)
    else:
        assert read(str(found)) == found


def test_several_threads_at_once() -> None:
    wrong: list[str] = []

    def work(n: int) -> None:
        text = f"key:{n} OR (a b{n})"
        wrong.extend(text for _ in range(50) if str(read(text)) != f"key:{n} OR a AND b{n}")

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
