"""Tests of tui.widgets.detail_panel: all there is to know about one record."""

from __future__ import annotations

from dataclasses import replace

from textual.app import App, ComposeResult

from tui.query.model import Detail, Row, Value
from tui.widgets.detail_panel import LINE, LONGEST, DetailPanel, lines
from tui.widgets.look import DIM

ROW = Row(3, 1_795_159_194_830_643_000, 5, "parsl", "000/parsl.log", 12, "task 5", "Task 5 failed\n  why\n")
DETAIL = Detail(ROW, (Value("name", "dflow"), Value("parsl.task", "5", "a rule", "000/x.log:7")), ROW.body)


def told(detail: Detail) -> list[str]:
    return ["".join(text for text, _ in line) for line in lines(detail)]


def test_place_then_body_then_keys() -> None:
    assert told(DETAIL) == [
        "000/parsl.log:12  2026-11-20T07:19:54.830643Z  ERROR  parsl  task 5",
        "Task 5 failed",
        "  why",
        "",
        "name        dflow",
        "parsl.task  5   ← a rule via 000/x.log:7",
    ]


def test_what_is_not_known_is_not_invented() -> None:
    bare = Row(3, None, 0, "s", "f", 1, "", "")
    assert told(Detail(bare, (), "")) == ["f:1  no time  s", "", ""]


def test_a_rule_without_a_record_has_no_via() -> None:
    assert told(replace(DETAIL, values=(Value("k", "v", "a rule"),)))[-1] == "k  v   ← a rule"


def test_damage_and_change_are_said_first() -> None:
    said = told(replace(DETAIL, row=replace(ROW, error="not JSON"), changed=True))
    assert said[1] == "damaged: not JSON"
    assert "has changed" in said[2] and said[3] == "Task 5 failed"


def test_the_original_follows_only_where_it_says_more() -> None:
    assert told(replace(DETAIL, original=ROW.body + "\n\n")) == told(DETAIL)
    said = told(replace(DETAIL, original="1795159194 raw\nmore\n", copies=("a:1", "b:2")))
    assert said[-5:] == ["also in a:1, b:2", "", "as it stands in the file", "1795159194 raw", "more"]
    assert {style for line in lines(replace(DETAIL, original="raw"))[-2:] for _, style in line} == {DIM}


def test_a_huge_body_is_cut_and_that_is_said() -> None:
    body = "x" * 5_000_000
    said = told(Detail(replace(ROW, body=body), (Value("formatted", body), Value("other", "y" * 9000)), body))
    assert said[1] == "x" * LINE + " … 4,996,000 more characters: y copies, e exports"
    assert said[3] == "formatted  the text above"
    assert said[4] == "other      " + "y" * LINE + " … 5,000 more characters: y copies, e exports"
    assert len(said) == 5


def test_of_a_text_of_very_many_lines_the_beginning_is_shown() -> None:
    said = told(Detail(replace(ROW, body="line\n" * 100_000), (), ""))
    assert len(said) < 50_000 and " … 300,000 more characters: y copies, e exports" in said
    assert sum(map(len, said)) < LONGEST + 200


class Panel(App[None]):
    """The panel alone."""

    def compose(self) -> ComposeResult:
        yield DetailPanel(id="detail")


async def test_it_opens_and_keeps_its_place_for_the_same_record() -> None:
    async with Panel().run_test(size=(60, 20)) as pilot:
        panel = pilot.app.query_one(DetailPanel)
        assert not panel.is_open
        assert panel.toggle() is panel.is_open is True
        await pilot.pause()
        long = replace(DETAIL, row=replace(ROW, body="\n".join(f"line {i}" for i in range(50))))
        panel.show_detail(long)
        panel.focus()
        await pilot.press("j", "j", "j")
        panel.show_detail(replace(long, copies=("a:1",)))
        await pilot.pause()
        assert panel.scroll_offset.y == 3 and "also in a:1" in panel.text
        panel.show_detail(replace(long, row=replace(long.row, id=4)))
        await pilot.pause()
        assert panel.scroll_offset.y == 0
        panel.clear("asking")
        assert panel.text == "asking"
        panel.clear()
        assert panel.text == ""
        assert panel.toggle() is panel.is_open is False
