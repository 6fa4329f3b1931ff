"""The explorer on a terminal: first screens, key presses, bytes on the wire, memory."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from benchmarks.measure import Figure, Ground, percentile
from benchmarks.questions import LARGE, LOAD, WIDEVIEW, Data, python
from benchmarks.terminal import RECORD, Painted, Terminal

PRESSES = 30
FILTERS = ("parsl.task:{0}", r"/task \d*{0}/", "level:>=INFO", "executor {0}", "parsl.task:{0} AND launched")


def screens(ground: Ground, data: Data) -> Iterator[Figure]:
    """From the start of the process to a screen with records."""
    command = [*WIDEVIEW, str(data.directory)]
    for name in ("first screen without an index", "first screen of an indexed run"):
        times = []
        for _ in range(ground.repeats):
            if "without" in name:
                ground.forget()
            else:
                ground.run(python(LOAD, str(data.directory)))
            with Terminal(command, ground.environment) as terminal:
                times.append(terminal.until(RECORD))
        yield Figure(name, statistics.median(times), "s", 0.5)


def keys(ground: Ground, data: Data) -> Iterator[Figure]:
    """From a key press to the last byte of what it leads to, and how many bytes that is."""
    ground.run(python(LOAD, str(data.directory)))
    large = data.records > LARGE
    quick, slow = (0.1, 0.3) if large else (0.05, 0.15)
    with Terminal([*WIDEVIEW, str(data.directory)], ground.environment) as terminal:
        terminal.until(RECORD)
        terminal.settle(1.0)
        idle = terminal.idle(3.0)
        moves = [terminal.press("j") for _ in range(PRESSES)]
        pages = [terminal.press("pagedown") for _ in range(PRESSES)]
        filters = _filters(terminal, data.task)
        follows, backs = _follows(terminal, data.task)
        yield _latency("move", moves, quick)
        yield _latency("page", pages, quick)
        yield _latency("follow", follows, quick)
        yield _latency("back", backs, quick)
        yield _latency("new filter", filters, slow)
        yield Figure("bytes a page", statistics.median(each.bytes for each in pages), "bytes", 10_000)
        yield Figure("bytes a move", statistics.median(each.bytes for each in moves), "bytes", 1_000)
        yield Figure("bytes idle, 3 s", idle, "bytes", 0)
        yield Figure("memory, browsing", terminal.memory / 1e6, "MB", 400 if large else 250)


def _latency(name: str, painted: list[Painted], bar: float) -> Figure:
    seconds = [each.seconds for each in painted if each.bytes]
    note = f"95th percentile of {len(seconds)}"
    if not seconds:
        return Figure(f"key to screen: {name}", None, "ms", bar * 1000, note="the key sent nothing")
    return Figure(f"key to screen: {name}", percentile(seconds, 0.95) * 1000, "ms", bar * 1000, note=note)


def _type(terminal: Terminal, expression: str) -> None:
    terminal.press("w")
    terminal.press("ctrl+u")
    terminal.press(expression)


def _filters(terminal: Terminal, task: int) -> list[Painted]:
    painted = []
    for i in range(10):
        _type(terminal, FILTERS[i % len(FILTERS)].format(task + i))
        painted.append(terminal.press("enter"))
        terminal.press("backspace")
    return painted


def _follows(terminal: Terminal, task: int) -> tuple[list[Painted], list[Painted]]:
    """Follow one task after the other: from the choice of what to follow to its flow, and back."""
    follows, backs = [], []
    for i in range(10):
        _type(terminal, f"parsl.task:{task + i}")
        terminal.press("enter")
        terminal.press("f")
        follows.append(terminal.press("enter"))
        backs.append(terminal.press("backspace"))
        terminal.press("backspace")
    return follows, backs
