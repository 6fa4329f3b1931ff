"""Tests of tui.query.expected: records without a key that they should carry."""

from __future__ import annotations

from pathlib import Path

from tests.query.making import line, load, parsl, write
from tui.query import expected
from tui.query.rules import Expects

JOBS = """
[[expects]]
name = "a job knows its queue"
given = ["app.job"]
logger = ["app.*"]
then = ["app.queue"]
"""


def lacks(root: Path, *records: dict[str, object]) -> list[expected.Lack]:
    catalog = load(write(root, {"r/000/parsl.jsonlog": line(*records)}), toml=JOBS)
    [rule] = [each for each in catalog.rules.expects if each.name == "a job knows its queue"]
    return expected.lacks(catalog, rule)


def test_records_are_counted_by_shape(tmp_path: Path) -> None:
    [lack] = lacks(
        tmp_path,
        parsl(0, "sent", "app.x", **{"app.job": "1", "app.queue": "q"}),
        parsl(1, "job 17 of b1946ac92492d2347c6235b4d2611184", "app.x", **{"app.job": "17"}),
        parsl(2, "gone", "app.y", **{"app.job": "17"}),
        parsl(3, "job 18 of 6f8db599de986fab7a21625b7916589c", "app.x", **{"app.job": "18"}),
        parsl(4, "another logger", "other", **{"app.job": "18"}),
        parsl(5, "no job", "app.x"),
    )
    assert (lack.count, lack.of, lack.known) == (3, 4, True)
    assert lack.shapes == (("job # of #", 2, 2), ("gone", 1, 3))


def test_nobody_has_it(tmp_path: Path) -> None:
    [lack] = lacks(tmp_path, parsl(0, "sent", "app.x", **{"app.job": "1"}))
    assert not lack.known


def test_everybody_has_it(tmp_path: Path) -> None:
    assert lacks(tmp_path, parsl(0, "sent", "app.x", **{"app.job": "1", "app.queue": "q"})) == []


def test_each_of_several_things_needs_it(tmp_path: Path) -> None:
    """A record about two executor tasks of which one is known."""
    root = write(
        tmp_path,
        {
            "r/000/parsl.jsonlog": line(
                parsl(0, "Parsl task 4 try 0 launched on executor x with executor id 1"),
            ),
            "r/000/x/interchange.jsonlog": line(
                parsl(1, "Sent tasks: [1] to manager b'0123456789ab'", "parsl.executors.high_throughput.interchange"),
                parsl(
                    2, "Sent tasks: [1, 2] to manager b'0123456789ab'", "parsl.executors.high_throughput.interchange"
                ),
            ),
        },
    )
    rule = Expects("x", then=("parsl.task",), given=("parsl.executor_task",))
    [lack] = expected.lacks(load(root), rule)
    assert (lack.count, lack.of, lack.shapes[0][2]) == (1, 2, 2)
