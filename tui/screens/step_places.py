"""Where one can be in the steps screen, and what is worked out for it."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.errors import WideviewError
from tui.query.bins import bins
from tui.query.model import Entity, Selection
from tui.query.step_model import ALL, Spread, TypicalStep, spread
from tui.screens.place import entity_label
from tui.widgets.look import Palette
from tui.widgets.step_tables import BinTable, StepTable, ThingTable, VariantTable, plural

if TYPE_CHECKING:
    from tui.query.browse import Browser
    from tui.query.catalog import Catalog
    from tui.query.steps import Steps

Array = np.ndarray[Any, Any]

EVERYTHING = "all"

VARIANT_SORTS = ("count", "count, failed first", "median time", "time of all together", "name")
STEP_SORTS = ("first time", "median", "95th percentile", "share", "queue")
THING_SORTS = ("time, longest first", "time, shortest first", "name")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the screen is to show: the variants; with *variant* the steps of one; with *step* its time in bins; with
    *span* the things in one of those. It holds texts rather than numbers, which are others in data loaded anew."""

    by: tuple[str, ...] = ()
    """The keys that steps are grouped by; none: the usual ones."""
    variant: str = ""
    """EVERYTHING, or what :func:`mark` says."""
    step: str = ""
    since: bool = False
    """The time is that since the first step, else that waited."""
    span: tuple[int, int] | None = None
    other: str = ""
    """The things in which *step* comes before this one, which most take first."""

    def __str__(self) -> str:
        if self == Wanted(self.by):
            return ",".join(self.by)
        return json.dumps([self.by, self.variant, self.step, self.since, self.span, self.other])

    @classmethod
    def read(cls, text: str) -> Wanted:
        """What ``str`` wrote."""
        if not text.startswith("["):
            return cls(tuple(key for key in text.split(",") if key))
        by, variant, step, since, span, other = json.loads(text)
        return cls(tuple(by), variant, step, since, tuple(span) if span else None, other)


def mark(texts: Sequence[str], templates: Sequence[int]) -> str:
    """What a variant is known by when numbers are others: its set of steps."""
    return f"{zlib.crc32(repr(sorted(texts[i] for i in templates)).encode()):08x}"


def variant_of(browser: Browser, chosen: Selection, entity: Entity) -> tuple[str, str]:
    """What the trail calls the variant of *entity* among all of its kind in *chosen*, and what to show of it; for a
    thread. WideviewError where nothing of its kind takes steps."""
    keys = tuple(key for key, _ in entity.keys)
    if not keys:
        raise WideviewError(f"a {entity.kind} is compared with nothing: its records lead to their tasks (f)")
    found = browser.steps(chosen, keys)
    thing = found.thing(entity)
    if thing is None:
        return f"steps of {plural(entity.kind)}", str(Wanted(keys))
    variant = found.variants[found.variant_of(thing) - 1]
    told = mark(browser.catalog.templates, variant.templates)
    return f"variant {variant.number}, as {entity.label}", str(Wanted(keys, told))


@dataclass(eq=False)
class Shown:
    """What there is to see of *wanted*."""

    wanted: Wanted
    found: Steps
    catalog: Catalog
    table: VariantTable | StepTable | BinTable | ThingTable
    number: int = ALL
    """The variant."""
    step: TypicalStep | None = None

    @property
    def kind(self) -> str:
        """What the things are: ``task``."""
        return self.catalog.rules.kind(self.found.keys[-1])

    def line_of(self, record: int | None) -> int | None:
        """The line of the step that a record is; None where there is none."""
        templates = self.catalog.template_of
        if not isinstance(self.table, StepTable) or record is None or not 0 <= record < len(templates):
            return None
        listed = [self.table.steps[place].template for place in self.table.order]
        return listed.index(templates[record]) if templates[record] in listed else None


def look(browser: Browser, chosen: Selection, wanted: Wanted, palette: Palette, sorts: dict[str, int]) -> Shown:
    """What there is to see; for a thread. WideviewError when the variant or the step is not there any more."""
    found, catalog = browser.steps(chosen, wanted.by), browser.catalog
    if not wanted.variant or not len(found):
        return Shown(Wanted(wanted.by), found, catalog, variant_table(found, catalog, sorts.get("variants", 0)))
    number = ALL
    if wanted.variant != EVERYTHING:
        same = (v.number for v in found.variants if mark(catalog.templates, v.templates) == wanted.variant)
        number = next(same, -1)
        if number < 0:
            raise WideviewError("no variant has these steps here")
    if not wanted.step:
        table = step_table(found, catalog, number, wanted.since, palette, sorts.get("steps", 0))
        return Shown(wanted, found, catalog, table, number)
    step = next((step for step in found.steps(number) if step.text == wanted.step), None)
    if step is None:
        raise WideviewError("no such step here")
    if wanted.other:
        things, times = _ahead(found, number, step, wanted.other)
        return Shown(wanted, found, catalog, thing_table(found, catalog, things, times, sorts), number, step)
    things, times = found.times(step.template, number, not wanted.since)
    kind = catalog.rules.kind(found.keys[-1])
    if wanted.span is None:
        return Shown(wanted, found, catalog, BinTable(kind, bins(times), spread(times)), number, step)
    inside = (times >= wanted.span[0]) & (times < wanted.span[1])
    return Shown(
        wanted, found, catalog, thing_table(found, catalog, things[inside], times[inside], sorts), number, step
    )


def _ahead(found: Steps, number: int, step: TypicalStep, other: str) -> tuple[Array, Array]:
    """The things in which *step* comes before the step *other*, and how long before."""
    later = next((each for each in found.steps(number) if each.text == other), None)
    if later is None:
        raise WideviewError("no such step here")
    mine, early = found.times(step.template, number, False)
    theirs, late = found.times(later.template, number, False)
    both, i, j = np.intersect1d(mine, theirs, assume_unique=True, return_indices=True)
    ahead = late[j] - early[i]
    return both[ahead > 0], ahead[ahead > 0]


def _of(spread: Spread | None, what: str = "median") -> float:
    value: float = getattr(spread, what, 0.0)
    return value


def variant_table(found: Steps, catalog: Catalog, sort: int) -> VariantTable:
    """All variants; where their time goes is found out later."""
    variants = found.variants
    places = range(len(variants))
    wholes = [variant.whole for variant in variants]
    bad = {state for rule in catalog.rules.key for state in rule.failed}
    failed = frozenset(variant.number for variant in variants if bad & set(variant.states))
    keys: dict[int, Callable[[int], Any]] = {
        1: lambda i: variants[i].number not in failed,
        2: lambda i: -_of(wholes[i]),
        3: lambda i: -_of(wholes[i], "mean") * variants[i].count,
        4: lambda i: variants[i].name,
    }
    order = sorted(places, key=keys[sort]) if sort else list(places)
    return VariantTable(
        catalog.rules.kind(found.keys[-1]), len(found), found.whole(), variants, order, failed, catalog.templates
    )


def step_table(found: Steps, catalog: Catalog, number: int, since: bool, palette: Palette, sort: int) -> StepTable:
    """The steps of variant *number*."""
    listed = found.steps(number)
    times = [step.since if since else step.waited for step in listed]
    keys: dict[int, Callable[[int], Any]] = {
        1: lambda i: -_of(times[i]),
        2: lambda i: -_of(times[i], "p95"),
        3: lambda i: -listed[i].share,
        4: lambda i: -listed[i].waiting,
    }
    order = sorted(range(len(listed)), key=keys[sort]) if sort else list(range(len(listed)))
    kind, count = catalog.rules.kind(found.keys[-1]), len(found.things(number))
    return StepTable(kind, count, listed, order, found.swaps(number), catalog.templates, since, palette)


def thing_table(found: Steps, catalog: Catalog, things: Array, times: Array, sorts: dict[str, int]) -> ThingTable:
    """Things with their times."""
    from tui.query.step_names import groups

    codes, names = groups(catalog, found.keys)

    def group(thing: int) -> str:
        return names[codes[thing]] if codes[thing] >= 0 else ""

    sort = sorts.get("things", 0)
    order = np.argsort(things if sort == 2 else times if sort == 1 else -times, kind="stable").tolist()
    kind = catalog.rules.kind(found.keys[-1])
    return ThingTable(kind, things, times, order, lambda thing: entity_label(found.entity(thing)), group)
