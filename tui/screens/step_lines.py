"""What a line of the steps screen is about, and where it leads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tui.query.expression import literal
from tui.query.model import Selection
from tui.query.step_model import ALL, TypicalStep
from tui.screens.place import with_term
from tui.screens.step_places import EVERYTHING, STEP_SORTS, VARIANT_SORTS, Shown, Wanted, mark
from tui.widgets.bars import Part
from tui.widgets.look import BOLD, DIM, NOTICE, PLAIN
from tui.widgets.safe import first_line, shorten
from tui.widgets.spell import number
from tui.widgets.step_tables import BinTable, StepTable, ThingTable, VariantTable, length, percent, plural

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Line:
    """Line *at* of what is shown; there is one."""

    shown: Shown
    at: int

    @property
    def step(self) -> TypicalStep | None:
        """The step it is about; None for a variant, or for steps that change places."""
        table = self.shown.table
        return table.step(self.at) if isinstance(table, StepTable) else self.shown.step

    @property
    def variant(self) -> int:
        """The number of the variant it is of."""
        table = self.shown.table
        return table.number(self.at) if isinstance(table, VariantTable) else self.shown.number

    def things(self) -> tuple[Array, Array]:
        """The numbers of the things behind it, and of each the time that the line is about."""
        found, table, step = self.shown.found, self.shown.table, self.step
        if isinstance(table, ThingTable):
            at = table.order[self.at]
            return table.things[at : at + 1], table.times[at : at + 1]
        if step is None:
            return found.lengths(self.variant)
        things, times = found.times(step.template, self.variant, not self.shown.wanted.since)
        if isinstance(table, BinTable):
            inside = table.binned.of == self.at
            return things[inside], times[inside]
        # of the first step nothing is waited for
        return (things, times) if len(things) else found.times(step.template, self.variant, False)

    def longest(self) -> int | None:
        """Of those, the one that took longest."""
        things, times = self.things()
        return int(things[np.argmax(times)]) if len(things) else None

    def record(self, thing: int) -> int | None:
        """The record of its step in a thing."""
        return self.shown.found.record(thing, self.step.template) if self.step is not None else None

    def deeper(self) -> tuple[Wanted, str] | None:
        """What enter leads to, and what the trail calls it; None for what has nothing below."""
        shown, table, step = self.shown, self.shown.table, self.step
        wanted = shown.wanted
        if isinstance(table, VariantTable):
            if self.variant == ALL:
                return replace(wanted, variant=EVERYTHING), f"all {plural(shown.kind)}"
            templates = shown.found.variants[self.variant - 1].templates
            return replace(wanted, variant=mark(shown.catalog.templates, templates)), f"variant {self.variant}"
        if isinstance(table, StepTable) and step is not None:
            since = wanted.since or step.waited is None
            return replace(wanted, step=step.text, since=since), first_line(step.text, 30)[0]
        if isinstance(table, StepTable):
            swap, texts = table.swaps[self.at - len(table.order)], shown.catalog.templates
            early, late = texts[swap.later], texts[swap.earlier]
            return replace(wanted, step=early, other=late), f"{first_line(early, 30)[0]} first"
        if isinstance(table, BinTable) and table.binned.counts[self.at]:
            edges = table.binned.edges
            return replace(wanted, span=(int(edges[self.at]), int(edges[self.at + 1]))), table.range(self.at)
        return None

    def among(self) -> tuple[str | None, str]:
        """The expression for the records of its things, empty for all of them and None where there is none; and how
        many they are. For a thread."""
        shown, bins = self.shown, isinstance(self.shown.table, BinTable)
        if self.variant == ALL and not bins:
            return "", f"all {plural(shown.kind)}"
        things = self.things()[0] if bins else shown.found.things(self.variant)
        many = f"{number(len(things))} {plural(shown.kind) if len(things) != 1 else shown.kind}"
        from tui.query.among import MOST, expression

        if len(things) > MOST:
            return None, many
        entities = [shown.found.entity(thing) for thing in things.tolist()]
        named = ((entity.scope, [value for _, value in entity.keys]) for entity in entities)
        return expression(shown.catalog, shown.found.keys, named), many

    def records(self, chosen: Selection, term: str | None, many: str) -> tuple[Selection, str] | None:
        """The records behind it in *chosen*, by what :meth:`among` found, and what the trail calls them: those of its
        step, or else all of its things. None where no expression says so."""
        step = self.step if isinstance(self.shown.table, StepTable) else None
        if term is None and step is None:
            return None
        if term:
            chosen = with_term(chosen, f"({term})" if " " in term else term, False)
        if step is None:
            return chosen, many
        told = many if term is not None else "of any variant"
        return with_term(chosen, f"template:{literal(step.text)}", False), f"{first_line(step.text, 30)[0]}, {told}"

    def terms(self) -> list[str]:
        """What its step can be kept or excluded by."""
        step = self.step
        if step is None:
            return []
        return [f"template:{literal(step.text)}", *source_terms(step.source, self.shown.catalog.labels.values())]

    def remark(self) -> str:
        """Of a step, the whole of it and what its wait counts from; of a variant, how it differs."""
        table, texts = self.shown.table, self.shown.catalog.templates
        if isinstance(table, VariantTable):
            return _differs(self.shown, self.variant) if self.variant else ""
        step = self.step if isinstance(table, StepTable) else None
        if step is None:
            return ""
        parts = [first_line(step.text, 200)[0]]
        if step.repeated >= 0.005:
            parts.append(f"{percent(step.repeated)} in repeats")
        if step.waited is not None and step.waited_from is not None:
            parts.append(f"waited since: {first_line(texts[step.waited_from], 200)[0]}")
        return ", ".join(parts)


def source_terms(role: str, labels: Iterable[str]) -> list[str]:
    """The expression for what has this *role*: the source of that name, or all that begin with it (``worker*``)."""
    names = set(labels)
    if role in names:
        return [f"source:{literal(role)}"]
    words = role.split()
    if words and all(word.isalnum() for word in words) and any(name.startswith(words[0]) for name in names):
        return [f"source:{'*'.join(words)}*"]
    return []


def _cut(shown: Shown) -> list[Part]:
    """How many things reach beyond the time window; nothing where none does."""
    count = shown.found.cut(shown.number) if len(shown.found) else 0
    return [(f"  {number(count)} cut by the time window", NOTICE)] if count else []


def header(shown: Shown, sorts: dict[str, int]) -> list[Part]:
    """What is counted, in one line."""
    table, found, kind = shown.table, shown.found, shown.kind
    count = len(found.things(shown.number)) if len(found) else 0
    counted = f"{number(count)} {kind if count == 1 else plural(kind)}"
    if isinstance(table, VariantTable):
        many = len(found.variants) if count else 0
        parts: list[Part] = [(f" {counted}", BOLD), (f" in {number(many)} variant{'s' * (many != 1)}", PLAIN)]
        return [*parts, (f", by {VARIANT_SORTS[sorts.get('variants', 0)]}", DIM), *_cut(shown)]
    name = f"variant {shown.number}" if shown.number else "all"
    if isinstance(table, StepTable) and shown.number:
        name += f", {found.variants[shown.number - 1].name}"
    parts = [(f" {name}: {counted}", BOLD)]
    if shown.number:
        parts.append((f" ({percent(count / len(found))})", PLAIN))
    parts += _cut(shown)
    if isinstance(table, StepTable):
        whole = found.whole(shown.number)
        if whole is not None:
            parts.append((f"  median {length(whole.median)}, p95 {length(whole.p95)}", PLAIN))
        if sort := sorts.get("steps", 0):
            parts.append((f", by {STEP_SORTS[sort]}", DIM))
        if table.swaps:
            parts.append(("  order differs (G)", DIM))
    elif shown.wanted.other and shown.step is not None:
        parts += [("  ", DIM), (shorten(shown.step.text, 30), BOLD), (" so long before ", DIM)]
        parts.append((shorten(shown.wanted.other, 30), BOLD))
    elif shown.step is not None:
        parts.append((f"  {'from the first step to' if shown.wanted.since else 'waited for'} ", DIM))
        parts.append((first_line(shown.step.text, 60)[0], BOLD))
    return parts


def _differs(shown: Shown, chosen: int) -> str:
    """``exec_done, as 1 but with Task <*> waiting on ... (+2), without ...``"""
    variant, texts = shown.found.variants[chosen - 1], shown.catalog.templates
    if variant.like == chosen:
        return variant.name
    parts = []
    for word, templates in (("with", variant.with_), ("without", variant.without)):
        if templates:
            more = f" (+{len(templates) - 1})" if len(templates) > 1 else ""
            parts.append(f"{word} {first_line(texts[templates[0]], 60)[0]}{more}")
    return f"{variant.name}, as {variant.like} but {', '.join(parts)}"
