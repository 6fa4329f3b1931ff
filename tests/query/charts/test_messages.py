"""Tests of tui.query.charts.messages, against the messages as a dict of the records says them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import FIXTURES, _loaded
from tests.query.making import START, see, write
from tui.errors import ChartError
from tui.query.browse import Browser
from tui.query.charts.messages import _class
from tui.query.model import Selection
from tui.times import SECOND

Loader = Callable[..., Browser]
Said = dict[tuple[str, str, str], list[int | None]]


@pytest.fixture(scope="module")
def agents(no_user_rules: None) -> Iterator[Browser]:
    """A user and three agents."""
    yield from _loaded(FIXTURES / "academy")


def said(browser: Browser) -> Said:
    """(tag, from, to) of every message -> when it was first said to be sent, and received."""
    found: Said = {}
    for each in see(browser.catalog):
        who = tuple(each.emitted.get(f"academy.{key}", "") for key in ("message_tag", "src", "dest"))
        end = (
            0 if each.body.startswith(("Sent ", "Sending action request")) else 1 if "Received " in each.body else None
        )
        if all(who) and end is not None:
            ends = found.setdefault((who[0], who[1], who[2]), [None, None])
            ends[end] = min(each.time or 0, ends[end] or (each.time or 0))
    return found


def test_an_arrow_a_message(agents: Browser) -> None:
    messages = said(agents)
    plot = agents.chart("messages", Selection())
    lanes, arrows = plot.lanes, plot.arrows
    assert lanes and arrows and len(messages) == len(arrows.start) == 18
    names = {name.rpartition(" ")[2]: i for i, name in enumerate(lanes.names)}
    expected = sorted(
        (sent or received, received or sent, names[source[-9:-1]], names[target[-9:-1]])
        for (_, source, target), (sent, received) in messages.items()
    )
    columns = (arrows.start, arrows.end, arrows.source, arrows.target)
    assert sorted(zip(*(column.tolist() for column in columns), strict=True)) == expected
    back = sum(1 for sent, received in messages.values() if sent and received and received < sent)
    assert back == 4 and plot.notes[0].startswith("4 of them received before they were said to be sent")


def test_agents_have_the_names_of_their_classes(agents: Browser) -> None:
    plot = agents.chart("messages", Selection())
    assert plot.lanes
    assert plot.lanes.names == ("user 47133268", "Coordinator fe92fddf", "Fibonacci 8e1f0a94", "Squarer c5131b46")
    assert plot.arrows and "ActionRequest" in plot.arrows.labels and "dict" not in plot.arrows.labels


def test_actions_are_executed_between_what_the_runtime_says(agents: Browser) -> None:
    begun: dict[str, int] = {}
    expected = []
    for each in see(agents.catalog):
        if not each.file.endswith(".jsonlog"):  # the text log tells the same to the millisecond
            continue
        state, tag = each.emitted.get("academy.action_state"), each.keys.get("academy.action_tag", "")
        if state == "execute_start":
            begun[tag] = each.time or 0
        elif state in ("execute_success", "execute_exception"):
            expected.append((begun[tag], each.time))
    lanes = agents.chart("messages", Selection()).lanes
    assert lanes and len(expected) > 3
    drawn = sorted(zip(lanes.start.tolist(), lanes.end.tolist(), strict=True))
    for (start, end), (begin, done) in zip(drawn, sorted(expected), strict=True):
        assert abs(start - begin) < 1_000_000 and abs(end - (done or 0)) < 1_000_000


def test_in_the_order_of_sending_every_message_has_a_place(agents: Browser) -> None:
    plot = agents.chart("messages", Selection(), "order", 78)
    assert plot.arrows and plot.arrows.start.tolist() == list(range(18)) and not plot.x.time
    assert (plot.start, plot.end) == (0, 18)


def test_a_picture_holds_no_two_in_a_column_and_keeps_the_rarest(agents: Browser) -> None:
    plot = agents.chart("messages", Selection(), "time", 78)
    assert plot.arrows and len(plot.arrows.start) < 18
    assert plot.notes[0].startswith(f"{len(plot.arrows.start)} of 18 messages shown")
    columns = ((plot.arrows.start - plot.start) * 57 // (plot.end - plot.start)).tolist()
    assert len(set(columns)) == len(columns)
    assert "PingRequest" in plot.arrows.labels  # the only one among many close to it


def test_the_time_window_leaves_those_under_way_in_it(agents: Browser) -> None:
    every = agents.chart("messages", Selection())
    assert every.arrows
    middle = int(np.median(every.arrows.start))
    plot = agents.chart("messages", Selection(window=(middle, middle + SECOND)))
    inside = [(sent or received or 0, received or sent or 0) for sent, received in said(agents).values()]
    expected = sum(max(ends) >= middle and min(ends) < middle + SECOND for ends in inside)
    assert plot.arrows and 0 < len(plot.arrows.start) == expected < 18


def test_many_are_reduced_and_said(tmp_path: Path, loaded: Loader) -> None:
    lines = []
    for i in range(400):
        keys = {"academy.src": "UserId<00000001>", "academy.dest": "AgentId<00000002>",
                "academy.message_tag": f"00000000-0000-4000-8000-{i:012d}"}  # fmt: skip
        for verb, late in (("Sent ActionRequest to AgentId<00000002>", 0.0), ("Received dict from A for B", 0.01)):
            lines.append(json.dumps({"created": START + i / 10 + late, "name": "academy.exchange.client",
                                     "levelname": "DEBUG", "msg": verb, "formatted": verb, **keys}))  # fmt: skip
    write(tmp_path, {"logs/a.jsonlog": "\n".join(lines) + "\n"})
    plot = loaded(tmp_path).chart("messages", Selection(), "", 78)
    assert plot.arrows and len(plot.arrows.start) == 63  # columns beside the names
    assert plot.notes[0].startswith(f"{len(plot.arrows.start)} of 400 messages shown")
    ordered = loaded(tmp_path).chart("messages", Selection(), "order", 78)
    assert ordered.arrows and len(ordered.arrows.start) == 29
    assert ordered.notes[0].startswith("the first 29 of 400 messages, until ")


def test_where_time_leaves_out_almost_all_it_is_order_with_the_lanes_that_are_used(
    tmp_path: Path, loaded: Loader
) -> None:
    """Two bursts far apart: by time two columns have one message each."""
    lines = []
    for i in range(200):
        keys = {"academy.src": "UserId<00000001>", "academy.dest": f"AgentId<0000000{2 + i // 100}>",
                "academy.message_tag": f"00000000-0000-4000-8000-{i:012d}"}  # fmt: skip
        lines.append(json.dumps({"created": START + i // 100 * 900 + i / 1e5, "name": "academy.exchange.client",
                                 "levelname": "DEBUG", "msg": "Sent it to", **keys}))  # fmt: skip
    write(tmp_path, {"logs/a.jsonlog": "\n".join(lines) + "\n"})
    browser = loaded(tmp_path)
    plot = browser.chart("messages", Selection(), "", 78)
    assert plot.of == "order" and plot.notes[0].startswith("by order, since by time 2 of 200 messages would have room")
    assert plot.lanes and plot.lanes.names == ("user 00000001", "agent 00000002")
    timed = browser.chart("messages", Selection(), "time", 78)
    assert timed.of == "time" and "--of order" in timed.notes[0]
    assert timed.lanes and timed.lanes.names == ("user 00000001", "agent 00000002", "agent 00000003")


@pytest.mark.parametrize(
    ("said", "name"),
    [("Fibonacci", "Fibonacci"), ("<class '__main__.Fibonacci'>", "Fibonacci"), ("a.b.Squarer", "Squarer"), ("-", "-")],
)
def test_of_a_class_its_name_is_told(said: str, name: str) -> None:
    assert _class(said) == name


@pytest.mark.parametrize("of", ["time", "order"])
@pytest.mark.parametrize("width", [0, 78])
def test_a_selection_without_messages_is_empty(agents: Browser, of: str, width: int) -> None:
    assert agents.chart("messages", Selection(level=6), of, width).empty


def test_without_agents_it_says_what_is_missing(text_run: Browser) -> None:
    with pytest.raises(ChartError, match="no record names who sent a message to whom"):
        text_run.chart("messages", Selection())
