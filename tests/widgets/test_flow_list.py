"""Tests of tui.widgets.flow_list: when, after how long, who and what."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.app import App, ComposeResult

from tui.query.model import Entity, Flow, Row, Step
from tui.widgets.flow_list import FlowList, share
from tui.widgets.spell import SECOND

ROW = Row(1, 100 * SECOND, 3, "parsl", "f", 1, "", "first")
TASK = Entity("task", (("parsl.task", "5"),), 0, "000")


def flow(*steps: Step) -> Flow:
    return Flow(TASK, steps, 100 * SECOND, 110 * SECOND)


STEPS = (
    Step(ROW, None, None, None, False),
    Step(replace(ROW, id=2, time=101 * SECOND, body="second\nmore\nlines"), SECOND, SECOND, 0, False),
    Step(replace(ROW, id=3, time=110 * SECOND, body="third", level=5), 9 * SECOND, 10 * SECOND, 0, True),
    Step(replace(ROW, id=4, time=None, body="fourth", source="a very long source name"), None, None, None, False),
    Step(replace(ROW, id=5, time=99 * SECOND, body="fifth", error="damaged"), None, None, None, False),
)


class Listing(App[None]):
    """The list alone."""

    def compose(self) -> ComposeResult:
        yield FlowList()


async def shown(width: int, at: int = 0) -> list[str]:
    async with Listing().run_test(size=(width, 8)) as pilot:
        steps = pilot.app.query_one(FlowList)
        steps.set_flow(flow(*STEPS), at)
        await pilot.pause()
        return [steps.render_line(y).text.rstrip() for y in range(len(STEPS))]


async def test_a_wide_screen_has_microseconds_and_long_bars() -> None:
    lines = await shown(120)
    assert lines[0] == "    +0.000000" + " " * 26 + "I parsl            first"
    assert lines[1] == "    +1.000000 " + f"{'1.00 s':>9}     █{' ' * 10}I parsl            second ⏎ +2"
    assert lines[2] == "   +10.000000 " + f"{'10.0 s':>9} ↑2  ██████████ E parsl            third"
    assert lines[3].split() == ["I", "a", "very", "long", "sou…", "fourth"]
    assert lines[4].strip() == "-1.000000" + " " * 26 + "! parsl            fifth"


async def test_a_narrow_screen_has_the_same_shorter() -> None:
    lines = await shown(80)
    assert lines[1] == "    +1.000 " + f"{'1.00 s':>9}     ▌{' ' * 5}I parsl     second ⏎ +2"
    assert lines[2] == "   +10.000 " + f"{'10.0 s':>9} ↑2  █████ E parsl     third"


@pytest.mark.parametrize("at", range(len(STEPS)))
async def test_the_cursor_changes_looks_only(at: int) -> None:
    assert await shown(120, at) == await shown(120, (at + 1) % len(STEPS))


async def test_the_slow_step_stands_out_also_under_the_cursor() -> None:
    async with Listing().run_test(size=(120, 8)) as pilot:
        steps = pilot.app.query_one(FlowList)
        for at in (0, 2):
            steps.set_flow(flow(*STEPS), at)
            await pilot.pause()
            loud = [
                [
                    s.text.strip()
                    for s in steps.render_line(y)
                    if s.style and s.style.color and s.style.color.name == "yellow"
                ]
                for y in range(3)
            ]
            assert loud[:2] == [[], []] and loud[2][0] == "10.0 s"


async def test_sideways_moves_the_body_only() -> None:
    async with Listing().run_test(size=(80, 8)) as pilot:
        steps = pilot.app.query_one(FlowList)
        steps.set_flow(flow(replace(STEPS[0], row=replace(ROW, body="".join(f"{i:03}" for i in range(100))))))
        steps.focus()
        await pilot.press("right")
        assert steps.render_line(0).text.startswith("    +0.000" + " " * 20)
        assert steps.render_line(0).text[40:].lstrip().startswith(("013", "13"))


async def test_nothing_known_is_said() -> None:
    async with Listing().run_test(size=(80, 8)) as pilot:
        steps = pilot.app.query_one(FlowList)
        assert steps.current is None
        steps.set_flow(Flow(TASK, (), None, None))
        await pilot.pause()
        assert steps.render_line(0).text.strip() == "nothing is known about this"
        steps.set_flow(flow(*STEPS), 2)
        assert steps.current is STEPS[2]


@pytest.mark.parametrize(
    ("part", "whole", "bar"),
    [
        (1, 1, "██████████"), (2, 1, "██████████"), (1, 2, "█████"), (1, 16, "▋"), (1, 1000, "▏"), (999, 1_000_000, ""),
        (0, 5, ""), (-1, 5, ""), (5, 0, ""),
    ],
)  # fmt: skip
def test_share(part: int, whole: int, bar: str) -> None:
    assert share(part, whole) == bar
