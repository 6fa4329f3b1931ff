"""Tests of tui.screens.desk: ids that are kept, and questions of which only the last is answered."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy
import pytest
from textual.app import App

from tests.screens.fake import FakeBrowser
from tui.errors import StoreError, WideviewError
from tui.query.browse import Browser
from tui.query.model import Selection
from tui.screens.desk import CACHE_BYTES, Ids, Questions


def many(part: int) -> numpy.ndarray:
    """As many ids as fill one *part* th of what is kept."""
    return numpy.zeros(CACHE_BYTES // 8 // part, dtype=numpy.int64)


def test_what_was_not_looked_at_for_longest_is_forgotten() -> None:
    ids = Ids()
    chosen = [Selection(str(i)) for i in range(4)]
    for each in chosen[:3]:
        ids.put(each, many(3))
    assert ids.get(chosen[0]) is not None
    ids.put(chosen[3], many(3))
    assert [ids.get(each) is not None for each in chosen] == [True, False, True, True]
    ids.clear()
    assert [ids.get(each) for each in chosen] == [None] * 4


def test_the_last_is_kept_however_large() -> None:
    ids = Ids()
    ids.put(Selection("small"), many(100))
    huge = numpy.zeros(CACHE_BYTES // 8 + 1, dtype=numpy.int64)
    ids.put(Selection("huge"), huge)
    assert ids.get(Selection("huge")) is huge
    assert ids.get(Selection("small")) is None


class Asking:
    """Questions on an app that runs, and what came of them."""

    def __init__(self, app: App[None]) -> None:
        self.data = FakeBrowser(1)
        self.questions = Questions(app, lambda: cast(Browser, self.data))
        self.told: list[str] = []

    def ask(self, group: str, work: Callable[[], str]) -> None:
        def failed(error: WideviewError) -> None:
            self.told.append(f"failed {error}")

        self.questions.ask(group, work, self.told.append, failed)

    async def done(self) -> None:
        """Wait until nothing is pending, and a little for what should not come."""
        for _ in range(1500):
            if not self.questions.pending:
                break
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        assert not self.questions.pending


def raising(error: BaseException) -> Callable[[], str]:
    def work() -> str:
        raise error

    return work


async def test_answers_come_back_to_the_app() -> None:
    app: App[None] = App()
    async with app.run_test():
        asking, here = Asking(app), threading.get_ident()
        threads: list[bool] = []
        asking.questions.ask(
            "a",
            lambda: threads.append(threading.get_ident() == here),
            lambda _: threads.append(threading.get_ident() == here),
            lambda error: None,
        )
        assert asking.questions.pending == {"a"}
        await asking.done()
        assert threads == [False, True]


async def test_the_next_question_interrupts_the_last_and_its_answer_is_dropped() -> None:
    """In one group: another group's goes on."""
    app: App[None] = App()
    async with app.run_test():
        asking, began, gate = Asking(app), threading.Event(), threading.Event()

        def slow() -> str:
            began.set()
            gate.wait(5)
            return "old"

        asking.ask("a", slow)
        assert await asyncio.to_thread(began.wait, 5)
        asking.ask("b", lambda: "other")
        asking.data.interrupted.clear()
        asking.ask("a", lambda: "new")
        assert asking.data.interrupted == ["a"]
        gate.set()
        await asking.done()
        assert sorted(asking.told) == ["new", "other"]


async def test_what_is_dropped_is_never_answered() -> None:
    app: App[None] = App()
    async with app.run_test():
        asking, gate = Asking(app), threading.Event()
        for group in "ab":
            asking.ask(group, lambda: str(gate.wait(5)))
        asking.data.interrupted.clear()
        asking.questions.drop_all()
        assert sorted(asking.data.interrupted) == ["a", "b"]
        gate.set()
        await asking.done()
        assert asking.told == []


async def test_failures_are_told_and_interruptions_are_not() -> None:
    app: App[None] = App()
    async with app.run_test():
        asking = Asking(app)
        asking.ask("a", raising(StoreError("gone")))
        asking.ask("b", raising(KeyError("x")))
        asking.ask("c", raising(InterruptedError()))
        await asking.done()
        gone, wrong = sorted(asking.told)
        assert gone == "failed gone"
        said, _, path = wrong.partition("; details are in ")
        assert said == "failed internal error: KeyError: 'x'"
        assert "Traceback" in Path(path).read_text()


async def test_what_is_being_written_is_not_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither for another export nor when the reader leaves; what became of it is told without a screen."""
    app: App[None] = App()
    said = io.StringIO()
    monkeypatch.setattr("tui.screens.desk.sys", SimpleNamespace(stderr=said))
    async with app.run_test():
        asking, gate = Asking(app), threading.Event()
        asking.ask("export", lambda: str(gate.wait(5)))
        asking.ask("export", lambda: "second")
        assert len(asking.told) == 1 and "still writing" in asking.told[0]
        asking.ask("a", lambda: str(gate.wait(5)))
        asking.data.interrupted.clear()
        asking.questions.leave(("export",))
        assert asking.data.interrupted == ["a"]
        gate.set()
        await app.workers.wait_for_complete()
    assert said.getvalue() == "wideview: still writing; ctrl+c gives it up\nwideview: written\n"
