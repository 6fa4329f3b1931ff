"""Tests of tui.query.pages: records as lines of a list."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.conftest import FIXTURES
from tui.query.browse import Browser
from tui.query.model import Row, Selection


def only(browser: Browser, expression: str) -> Row:
    [row] = browser.rows(browser.ids(Selection(expression)).tolist())
    return row


def test_a_row_is_what_the_line_says(text_run: Browser) -> None:
    row = only(text_run, '"Parsl task 5 try 1 launched"')
    path = FIXTURES / "text" / "runinfo" / "000" / "parsl.log"
    line = path.read_text().splitlines()[row.line - 1]
    assert line.startswith("1795164995.560400 ")
    assert line.endswith(f"INFO: {row.body}")
    assert row == Row(row.id, 1795164995560400000, 3, "parsl", str(path), row.line, "task 5", row.body, None)


def test_a_body_has_all_its_lines(text_run: Browser) -> None:
    row = only(text_run, "level:ERROR")
    text = Path(row.file).read_text().splitlines()
    assert row.body.splitlines()[0] == "Task 5 failed after 1 retry attempts"
    assert row.body.splitlines()[1:] == text[row.line : row.line + 15]


def test_rows_come_in_the_given_order(text_run: Browser) -> None:
    ids = text_run.ids(Selection("parsl.task:5")).tolist()
    assert [row.id for row in text_run.rows(ids[::-1])] == ids[::-1]
    assert [row.id for row in text_run.rows([ids[3], ids[0], ids[3]])] == [ids[3], ids[0], ids[3]]


def test_numbers_that_are_no_records_are_left_out(text_run: Browser) -> None:
    first = int(text_run.ids(Selection())[0])
    assert text_run.rows([]) == []
    assert [row.id for row in text_run.rows([10**9, first, -1])] == [first]


def test_every_record_of_a_run_can_be_shown(three_runs: Browser) -> None:
    """Also those that are about nothing."""
    ids = three_runs.ids(Selection()).tolist()
    rows = three_runs.rows(ids)
    assert [row.id for row in rows] == ids
    assert {"", "task 5", "worker 1", "manager f8132dfeb74a", "block 0", "executor htex_Two"} <= {
        row.entity for row in rows
    }


def test_the_nearest_entities_of_a_record_about_two(text_run: Browser) -> None:
    assert only(text_run, '"Got executor tasks: [1, 2]"').entity == "task 0 4"


def test_what_other_programs_are_about(loaded: Callable[..., Browser], tmp_path: Path) -> None:
    """Hierarchies of other sources, and of users, name what a record is about as well; who wrote it does not."""
    rules = tmp_path / "span.toml"
    rules.write_text(
        '[[alias]]\nkey = "app.span"\nof = ["span"]\n[[alias]]\nkey = "app.part"\nof = ["part"]\n'
        '[[hierarchy]]\nname = "run > part > span"\nlevels = [["app.part"], ["app.span"]]\n'
    )
    data = tmp_path / "app.jsonl"
    keys = ['"span": "c4f1", "part": "x"', '"part": "x"', '"process": 7', '"wq.task": 5, "wq.manager": 1']
    data.write_text("".join(f'{{"time": "2026-11-20T07:00:00Z", "message": "m", {each}}}\n' for each in keys))
    browser = loaded(data, rules=(str(rules),))
    about = [row.entity for row in browser.rows(browser.ids(Selection()).tolist())]
    assert about == ["span c4f1", "part x", "", "Work Queue task 5"]


def test_what_all_records_of_a_run_are_about_is_not_said_of_each(
    tmp_path: Path, loaded: Callable[..., Browser]
) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text(
        '[[hierarchy]]\nname = "run > site > part"\nlevels = [["app.site"], ["app.part"]]\n'
        '[[alias]]\nkey = "app.site"\nof = ["site"]\n[[alias]]\nkey = "app.part"\nof = ["part"]\n'
    )
    data = tmp_path / "app.jsonl"
    lines = [f'{{"time": "2026-11-20T07:00:{i:02d}Z", "message": "m{i}", "site": "here"}}\n' for i in range(30)]
    data.write_text("".join(lines) + '{"time": "2026-11-20T07:01:00Z", "message": "p", "site": "here", "part": "x"}\n')
    browser = loaded(data, rules=(str(rules),))
    about = {row.entity for row in browser.rows(browser.ids(Selection()).tolist())}
    assert about == {"", "part x"}
