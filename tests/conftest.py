"""For all tests: nothing of the user's own directories is read or written; the fixture runs are loaded once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tui.query.browse import Browser
from tui.query.opening import Request, open_catalog

# The same examples every time: a change is judged by itself. HYPOTHESIS_PROFILE=hunt looks for new ones.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("hunt", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


def pytest_configure() -> None:
    """Several processes that test at once have a core each: the engine's threads would stand in each other's way."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker.startswith("gw") and hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[int(worker[2:]) % len(cores)]})


@pytest.fixture(autouse=True)
def own_directories(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Fresh cache and configuration directories; returns the directory they lie in."""
    root = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("XDG_CACHE_HOME", str(root / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(root / "config"))
    return root


FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"


def load(*paths: Path | str, rules: tuple[str, ...] = ()) -> Browser:
    """Everything in *paths*, in memory."""
    return Browser(open_catalog(Request(tuple(map(str, paths)), rules, cache=False)))


@pytest.fixture
def loaded() -> Iterator[Callable[..., Browser]]:
    """:func:`load`; what it gave is closed afterwards."""
    opened: list[Browser] = []

    def call(*paths: Path | str, rules: tuple[str, ...] = ()) -> Browser:
        opened.append(load(*paths, rules=rules))
        return opened[-1]

    yield call
    for browser in opened:
        browser.close()


@pytest.fixture(scope="session")
def text_run(no_user_rules: None) -> Iterator[Browser]:
    """The text logs of 14 tasks on one executor, with monitoring.db."""
    yield from _loaded(FIXTURES / "text")


@pytest.fixture(scope="session")
def json_run(no_user_rules: None) -> Iterator[Browser]:
    """JSON logs of 14 tasks on two executors, with monitoring.db."""
    yield from _loaded(FIXTURES / "json")


@pytest.fixture(scope="session")
def threads_run(no_user_rules: None) -> Iterator[Browser]:
    """The parsl.log of three tasks on threads."""
    yield from _loaded(FIXTURES / "threads")


@pytest.fixture(scope="session")
def three_runs(no_user_rules: None) -> Iterator[Browser]:
    """All of the above together: three runs whose directories are all called 000."""
    yield from _loaded(FIXTURES / "text", FIXTURES / "json", FIXTURES / "threads")


@pytest.fixture(scope="session")
def no_user_rules(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """For what is loaded once a session, before a test has directories of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        yield


def _loaded(*paths: Path) -> Iterator[Browser]:
    browser = load(*paths)
    yield browser
    browser.close()
