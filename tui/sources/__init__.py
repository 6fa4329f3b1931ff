"""The log kinds, one a module. A module that has ``SOURCES`` is found; nothing is registered.

Those of other distributions come by entry points (:mod:`tui.sources.plugins`), those that users describe by
``[[format]]`` tables of their rules (:mod:`tui.sources.formats`).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from tui.sources.base import Source


@cache
def discover() -> tuple[Source, ...]:
    """Every source of every module of this package, by name."""
    found: list[Source] = []
    for module in iter_modules(__path__):
        found += getattr(import_module(f"{__name__}.{module.name}"), "SOURCES", ())
    return tuple(sorted(found, key=lambda source: source.name))


def known(formats: Iterable[Source] = ()) -> tuple[Source, ...]:
    """All sources in force: ours, those of plugins, and *formats*, which replace others of the same name."""
    from tui.sources import plugins

    found = {source.name: source for source in discover()}
    found |= {source.name: source for source in plugins.sources(found)}
    return tuple((found | {source.name: source for source in formats}).values())


def choose(name: str, head: bytes, sources: Iterable[Source]) -> Source | None:
    """The source that is surest of a file called *name* that begins with *head*; None when none knows it.

    Of sources equally sure it is the one whose name comes first.
    """
    sure = [(-source.sniff(name, head), source.name, source) for source in sources]
    best = min(sure, key=lambda one: one[:2], default=None)
    return best[2] if best and best[0] < 0 else None
