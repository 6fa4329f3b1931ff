"""Lint and clocks on real runs: what is there is found, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

from tests.shared.data import DATA, needs_data
from tui.query import clocks, gaps, lint
from tui.query.browse import Browser

pytestmark = needs_data

Loader = Callable[..., Browser]


def test_a_sound_run(loaded: Loader) -> None:
    catalog = loaded(DATA / "parsl-text/runinfo/000").catalog
    assert [fact["kind"] for fact in lint.report(catalog)] == ["summary"]
    assert clocks.offsets(catalog) == [] and gaps.gaps(catalog) == []


def test_workers_that_were_started_again_lost_their_log(loaded: Loader) -> None:
    """JSON logs are truncated when a worker is started again: 42 of the 100 executor tasks are in no worker's log."""
    catalog = loaded(DATA / "parsl-json/runinfo/002").catalog
    found = [fact for fact in lint.report(catalog) if fact["kind"] in lint.FINDINGS]
    assert {fact["kind"] for fact in found} == {"misses a step"}
    assert sum(fact["entities"] for fact in found if "received by the worker" in fact["missing"]) == 42
    assert clocks.offsets(catalog) == []
