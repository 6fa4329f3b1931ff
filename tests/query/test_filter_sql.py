"""Conditions on a real table: which values a test keeps."""

from collections.abc import Sequence

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.errors import FilterError
from tui.query.expression import Compare, Contains, Equals, Range, Regex, Test, Wildcard
from tui.query.filter_sql import Sql, Terms, body_sql, compile, level_sql, test_sql, time_sql
from tui.query.filter_text import parse
from tui.records import LEVELS

DB = duckdb.connect()

Value = str | int | None


def kept(values: Sequence[Value], condition: Sql, kind: str = "VARCHAR") -> list[Value]:
    """The *values* that the condition on column ``v`` keeps."""
    with DB.cursor() as cursor:
        cursor.execute(f"CREATE OR REPLACE TEMP TABLE t (n INTEGER, v {kind})")
        cursor.executemany("INSERT INTO t VALUES (?, ?)", [(n, v) for n, v in enumerate(values)])
        found = cursor.execute(f"SELECT v FROM t WHERE {condition.text} ORDER BY n", list(condition.params)).fetchall()
    return [v for (v,) in found]


def keeps(test: Test, *values: Value) -> list[Value]:
    return kept(values, test_sql("v", test))


@pytest.mark.parametrize(
    ("test", "values", "found"),
    [
        (Equals("358"), ["358", "358.0", "3580", "x358", None, "3.58e2"], ["358", "358.0", "3.58e2"]),
        (Equals("3580"), ["358_0", "3580"], ["3580"]),
        (Equals("9007199254740993"), ["9007199254740992", "9007199254740993"], ["9007199254740993"]),
        (Equals("Ab"), ["Ab", "ab", "Ab "], ["Ab"]),
        (Equals(""), ["", "0", None], [""]),
        (Equals("nan"), ["nan", "NaN", "5"], ["nan"]),
        (Equals("1e999"), ["1e999", "inf", "5"], ["1e999"]),
        (Wildcard("a*"), ["a", "ab\nc", "ba", "A"], ["a", "ab\nc"]),
        (Wildcard("a?c"), ["abc", "aéc", "ac", "abbc"], ["abc", "aéc"]),
        (Wildcard("50%_*"), ["50%_x", "50xxx", "50%xx"], ["50%_x"]),
        (Wildcard("\\*a\\\\*"), ["*a\\b", "xa\\b", "*ab"], ["*a\\b"]),
        (Regex("^a.c"), ["abcd", "xabc", "Abc", None], ["abcd"]),
        (Contains("ÄB%"), ["xäb%", "ÄB%", "äbc", None], ["xäb%", "ÄB%"]),
        (Contains("Ab", ignore_case=False), ["xAbx", "ab"], ["xAbx"]),
        (Compare(">", "5"), ["10", "5", "6", "x", "nan", "6_1", "inf"], ["10", "6", "inf"]),
        (Compare("<=", "-5"), ["-5", "-10", "-4", ""], ["-5", "-10"]),
        (Compare(">=", "b"), ["a", "b", "c", "10"], ["b", "c"]),
        (Compare("<", "b"), ["a", "b", "10"], ["a", "10"]),
        (Range("1", "5"), ["1", "5", "10", "0", "2.5"], ["1", "5", "2.5"]),
        (Range("1", "5", False, False), ["1", "5", "2"], ["2"]),
        (Range("1", "5", True, False), ["1", "5", "2"], ["1", "2"]),
        (Range(None, "5"), ["10", "5", "-1", None, "x"], ["5", "-1"]),
        (Range("5", None, False), ["10", "5"], ["10"]),
        (Range("1", "b"), ["1", "10", "a", "b", "c"], ["1", "10", "a", "b"]),
        (Range(None, None), ["x", "", None], ["x", ""]),
    ],
)  # fmt: skip
def test_values(test: Test, values: list[Value], found: list[Value]) -> None:
    assert keeps(test, *values) == found


def test_the_body_is_searched_anywhere_and_in_either_case() -> None:
    values = ["Task 5 Launched on x", "launched task 5", None]
    assert kept(values, body_sql("v", Wildcard("TASK*launched"))) == values[:1]
    assert kept(values, body_sql("v", Contains("task"))) == values[:2]


hostile = st.sampled_from(["'; DROP TABLE t; --", '"', "%", "_", "?", "\\", "$1", "a'b", "{}", "\n"]) | st.text(
    st.characters(exclude_characters="\0", codec="utf-8")
)


@given(hostile, hostile)
def test_hostile_values_are_only_values(value: str, other: str) -> None:
    literal = "".join(f"\\{c}" if c in "*?\\" else c for c in value)
    assert value in keeps(Equals(value), value)
    assert (other in keeps(Contains(value, ignore_case=False), other)) == (value in other)
    assert (other in keeps(Wildcard(literal + "*"), other)) == other.startswith(value)
    assert keeps(Contains(value), value) == [value]
    for test in (Equals(value), Contains(value), Compare(">", value), Range(value, other), Wildcard(literal + "*")):
        condition = test_sql("v", test)
        assert condition.text.count("?") == len(condition.params)
        assert "DROP" not in condition.text


class Table:
    """The columns of the table in the tests below."""

    def key(self, key: str, test: Test) -> Sql:
        if key == "level":
            return level_sql("rank", test)
        return test_sql(f'"{key}"', test)

    def exists(self, key: str) -> Sql:
        return Sql(f'"{key}" IS NOT NULL')

    def body(self, test: Test) -> Sql:
        return body_sql("body", test)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", [1, 2, 3, 4]),
        ("task:358", [1]),
        ("NOT task:358", [2, 3, 4]),
        ("NOT NOT task:358", [1]),
        ("-_exists_:task", [3, 4]),
        ("a OR b c", [1, 2, 3]),
        ("(a OR b) c", [3]),
        ("NOT (a OR task:[300 TO 400])", [3, 4]),
        ("-body:x", [1, 2, 3, 4]),
        ("level:>=WARNING -task:359", [1]),
        ("*", [1, 2, 3, 4]),
    ],
)
def test_compile_combines(text: str, ids: list[int]) -> None:
    terms: Terms = Table()
    condition = compile(parse(text, {"task"}.__contains__).expression, terms)
    rows = "(VALUES (1, '358', 5, 'A'), (2, '359', 4, 'a d'), (3, NULL, 0, 'b c'), (4, NULL, 3, NULL))"
    query = f"SELECT id FROM {rows} r(id, task, rank, body) WHERE {condition.text} ORDER BY id"
    assert [row[0] for row in DB.cursor().execute(query, list(condition.params)).fetchall()] == ids


def test_an_error_of_a_term_gets_its_column() -> None:
    with pytest.raises(FilterError, match=r"no level is called 'LOUD'.*WARNING") as caught:
        compile(parse("a AND NOT level:LOUD", {"task"}.__contains__).expression, Table())
    assert caught.value.column == 10


@pytest.mark.parametrize(
    ("test", "found"),
    [
        (Equals("error"), ["ERROR"]),
        (Equals("warn"), ["WARNING"]),
        (Equals("unknown"), [""]),
        (Compare(">=", "WARNING"), ["WARNING", "ERROR", "CRITICAL"]),
        (Compare(">", "unknown"), list(LEVELS[1:])),
        (Compare("<", "INFO"), ["TRACE", "DEBUG"]),
        (Compare("<=", "unknown"), [""]),
        (Range("INFO", "ERROR"), ["INFO", "WARNING", "ERROR"]),
        (Range("INFO", "ERROR", False, False), ["WARNING"]),
        (Range(None, "DEBUG"), ["TRACE", "DEBUG"]),
        (Range("ERROR", None), ["ERROR", "CRITICAL"]),
        (Range(None, None), list(LEVELS[1:])),
        (Wildcard("w*"), ["WARNING"]),
        (Wildcard("*R*"), ["TRACE", "WARNING", "ERROR", "CRITICAL"]),
        (Wildcard("z*"), []),
        (Wildcard("*"), list(LEVELS[1:])),
        (Regex("^(warn|err)"), ["WARNING", "ERROR"]),
        (Contains("rit"), ["CRITICAL"]),
    ],
)
def test_levels(test: Test, found: list[str]) -> None:
    ranks = kept(list(range(len(LEVELS))), level_sql("v", test), "TINYINT")
    assert [LEVELS[rank] for rank in ranks if isinstance(rank, int)] == found


@pytest.mark.parametrize("test", [Compare(">", "LOUD"), Range("INFO", "LOUD"), Equals(""), Regex(r"\pL")])
def test_no_level(test: Test) -> None:
    with pytest.raises(FilterError):
        level_sql("v", test)


def test_times_on_a_column() -> None:
    times: list[Value] = [1795159745_000000000, 1795159745_999999999, 1795159746_000000000, None]
    assert kept(times, time_sql("v", Equals("1795159745"), []), "BIGINT") == times[:2]
    assert kept(times, time_sql("v", Compare(">", "1795159745"), []), "BIGINT") == times[2:3]
    assert kept(times, time_sql("v", Wildcard("*"), []), "BIGINT") == times[:3]
    assert kept(times, time_sql("v", Equals("07:29"), ["2026-11-19", "2026-11-20"]), "BIGINT") == times[:3]
    assert kept(times, time_sql("v", Equals("07:29"), []), "BIGINT") == []
    assert kept(times, time_sql("v", Compare("<", "9999-12-31"), []), "BIGINT") == times[:3]
