"""Which spans a test of the time means, written as readable times."""

import pytest

from tui.errors import FilterError
from tui.query.expression import Compare, Equals, Range, Regex, Test, Wildcard
from tui.query.filter_time import spans_of
from tui.times import iso

DAYS = ("2026-11-20", "2026-11-21")


def shown(test: Test) -> list[str]:
    spans = spans_of(test, DAYS)
    return [
        " ".join("-" if end is None else iso(end).removeprefix("2026-11-").rstrip("Z") for end in span)
        for span in spans
    ]


@pytest.mark.parametrize(
    ("test", "spans"),
    [
        (Equals("2026-11-20"), ["20T00:00:00 21T00:00:00"]),
        (Equals("2026-11-20T10:29"), ["20T10:29:00 20T10:30:00"]),
        (Equals("2026-11-20 10:29:46"), ["20T10:29:46 20T10:29:47"]),
        (Equals("2026-11-20T10:29:46,5z"), ["20T10:29:46.5 20T10:29:46.6"]),
        (Equals("2026-11-20T10:29:46.123456789"), ["20T10:29:46.123456789 20T10:29:46.12345679"]),
        (Equals("2026-11-20T10:29+02:00"), ["20T08:29:00 20T08:30:00"]),
        (Equals("1795159745"), ["20T07:29:05 20T07:29:06"]),
        (Equals("1795159745.25"), ["20T07:29:05.25 20T07:29:05.26"]),
        (Equals("9:05"), ["20T09:05:00 20T09:06:00", "21T09:05:00 21T09:06:00"]),
        (Equals("10:29:46.5"), ["20T10:29:46.5 20T10:29:46.6", "21T10:29:46.5 21T10:29:46.6"]),
        (Compare(">=", "2026-11-20"), ["20T00:00:00 -"]),
        (Compare(">", "2026-11-20"), ["21T00:00:00 -"]),
        (Compare("<", "2026-11-20T10:30"), ["- 20T10:30:00"]),
        (Compare("<=", "2026-11-20T10:30"), ["- 20T10:31:00"]),
        (Compare(">=", "10:30"), ["20T10:30:00 21T00:00:00", "21T10:30:00 22T00:00:00"]),
        (Compare(">", "23:59"), ["21T00:00:00 21T00:00:00", "22T00:00:00 22T00:00:00"]),
        (Compare("<", "00:30"), ["20T00:00:00 20T00:30:00", "21T00:00:00 21T00:30:00"]),
        (Range("10:29:46", "10:30"), ["20T10:29:46 20T10:31:00", "21T10:29:46 21T10:31:00"]),
        (Range("10:29", "10:30", False, False), ["20T10:30:00 20T10:30:00", "21T10:30:00 21T10:30:00"]),
        (Range("23:50", "00:10", True, False), ["20T23:50:00 21T00:10:00", "21T23:50:00 22T00:10:00"]),
        (Range("2026-11-20T10:00", "10:30", True, False), ["20T10:00:00 20T10:30:00"]),
        (Range("2026-11-20T23:00", "01:00", True, False), ["20T23:00:00 21T01:00:00"]),
        (Range("23:00", "2026-11-21T01:00", True, False), ["20T23:00:00 21T01:00:00"]),
        (Range("10:29", "10:29", False, False), ["20T10:30:00 20T10:29:00", "21T10:30:00 21T10:29:00"]),
        (Range("2026-11-20T10:29:30", "10:29"), ["20T10:29:30 20T10:30:00"]),
        (Range("10:00", "2026-11-21", True, True), ["21T10:00:00 22T00:00:00"]),
        (Range(None, "2026-11-20", True, False), ["- 20T00:00:00"]),
        (Range(None, None), ["- -"]),
        (Wildcard("*"), ["- -"]),
    ],
)
def test_spans(test: Test, spans: list[str]) -> None:
    assert shown(test) == spans


@pytest.mark.parametrize(
    "text",
    ["", " ", "noon", "5", "2026-13-01", "2026-11-20T", "2026-11-20T10", "25:00", "10:61", "10:29.5", "10:29+02:00",
     "2026-11-2010:29", "T10:29", "2026-11-20Z", "12345678901", "2026-11-20T10:29:46.1234567890"],
)  # fmt: skip
def test_no_time(text: str) -> None:
    with pytest.raises(FilterError, match="is no time"):
        spans_of(Equals(text), DAYS)


def test_an_empty_bound_is_not_an_open_one() -> None:
    with pytest.raises(FilterError, match="is no time"):
        spans_of(Compare(">=", ""), DAYS)


@pytest.mark.parametrize("test", [Regex("10"), Wildcard("10:*")])
def test_no_text(test: Test) -> None:
    with pytest.raises(FilterError, match="the time has no text"):
        spans_of(test, DAYS)
