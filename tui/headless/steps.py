"""``wideview steps``: the steps that tasks typically take, by variant, and where the time goes."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from typing import Any

from tui import times
from tui.errors import WideviewError
from tui.headless.commands import DONE, NOTHING, open_
from tui.headless.names import shortened
from tui.headless.output import columns, fail, json_lines, line, say
from tui.query.catalog import Catalog
from tui.query.info import many
from tui.query.model import Selection
from tui.query.steps import ALL, Spread, Steps, TypicalStep, Variant, steps

_VARIANTS = 20
_SWAPS = 5
_TOLD = 3
_WIDE = 110


def run(options: argparse.Namespace) -> int:
    """What the command does; its exit status."""
    from tui.query import filters

    catalog = open_(options, options.paths)
    for note in filters.check(catalog, options.where):
        fail(note)
    if any(note.startswith("records left out") for note in catalog.notices):
        fail("steps before --since and after --until are missing: what reaches beyond is cut, and its variant another")
    found = steps(catalog, Selection(options.where), [key for part in options.by for key in part.split(",") if key])
    if options.variant is not None and not 0 <= options.variant <= len(found.variants):
        raise WideviewError(
            f"there is no variant {options.variant}; there are {len(found.variants)} (0 is all together)"
        )
    if options.json:
        json_lines(objects(catalog, found, options.variant))
    elif len(found):
        show(catalog, found, 1 if options.variant is None else options.variant)
    else:
        line(f"no {catalog.rules.kind(found.keys[-1])} in these records")
    return DONE if len(found) else NOTHING


def objects(catalog: Catalog, found: Steps, variant: int | None = None) -> Iterator[dict[str, Any]]:
    """One object a step, of all variants (0: all together) or of one; times in seconds."""
    names = {ALL: None} | {each.number: each.name for each in found.variants}
    for number in names if variant is None else (variant,):
        for step in found.steps(number):
            since = _seconds(step.since) or dict.fromkeys(("mean", "median", "p95", "p99"))
            yield {
                "variant": number,
                "name": names[number],
                "tasks": step.count,
                "position": step.position,
                "template": step.text,
                "source": step.source,
                **since,
                "waited": _seconds(step.waited),
                "waited_from": None if step.waited_from is None else catalog.templates[step.waited_from],
                "share": step.share,
                "repeated": step.repeated,
                "times": step.times,
                "waiting": step.waiting,
                "most": step.most,
                "spans": step.spans,
            }


def show(catalog: Catalog, found: Steps, variant: int) -> None:
    """Print the variants and the steps of one of them, as wide as :func:`~tui.headless.output.columns` says."""
    kind = catalog.rules.kind(found.keys[-1])
    line(f"{many(len(found), kind)}, {many(len(found.variants), 'variant')} of steps")
    if cut := found.cut():
        line(f"{cut:,} of {many(len(found), kind)} reach beyond the time window: their steps are cut")
    line()
    _variants(catalog, found, kind)
    line()
    _steps(catalog, found, variant, kind)


def _variants(catalog: Catalog, found: Steps, kind: str) -> None:
    width = max(9, len(kind) + 1)
    room = columns() - 24 - width
    line(f"{'':>5} {kind + 's':>{width}} {'':>5} {'whole':>9}  what they come to")
    for variant in found.variants[:_VARIANTS]:
        share = f"{100 * variant.share:.0f} %"
        groups = ", ".join(f"{name} {count:,}" for name, count in variant.groups[:_TOLD])
        more = f" and {many(len(variant.groups) - _TOLD, 'other')}" if len(variant.groups) > _TOLD else ""
        told = f"{variant.name}: {groups}{more}" if groups else variant.name
        front = f"{variant.number:>5} {variant.count:>{width},} {share:>5} {_time(variant.whole):>9}  "
        line(front + _cut(told, room))
        if differs := _differs(catalog, variant, room):
            line(" " * len(front) + differs)
    if left := found.variants[_VARIANTS:]:
        count = sum(variant.count for variant in left)
        line(f"{'':>5} {count:>{width},} in {many(len(left), 'more variant')}; --json tells them all")


def _differs(catalog: Catalog, variant: Variant, room: int) -> str:
    """What tells *variant* from the commonest one that is called the same."""
    word, templates = ("with", variant.with_) if variant.with_ else ("without", variant.without)
    if not templates:
        return ""
    more = f" (+{len(templates) - 1})" if len(templates) > 1 else ""
    return f"{word} {shortened(catalog.templates[templates[0]], room - len(word) - len(more) - 1)}{more}"


def _steps(catalog: Catalog, found: Steps, variant: int, kind: str) -> None:
    listed = found.steps(variant)
    title = f"All {kind}s" if variant == ALL else f"Variant {variant}, {found.variants[variant - 1].name}"
    things = found.things(variant)
    examples = ", ".join(_cut(found.entity(thing).keys[-1][1], 9) for thing in things[:_TOLD].tolist())
    more = ", ..." if len(things) > _TOLD else ""
    line(f"{_cut(title, 32)}: {many(len(things), kind)} ({examples}{more})")
    line()
    width = min(14, max(len("source"), *(len(step.source) for step in listed)))
    names = ("mean", "p95", "p99") if columns() >= _WIDE else ()
    told = "".join(f"{name:>7} " for name in names)
    line(f"  {'first':>7} {'waited':>8} {told}{'share':>5} {'queue':>5}  {'source':<{width}}  step")
    for step in listed:
        share = f"{100 * step.share:.0f} %" if step.share >= 0.005 else ""
        count = "" if step.count == len(things) else f"({step.count:,}) "
        waited = f"({_time(step.waited)})" if step.spans else f"{_time(step.waited)} "
        told = "".join(f"{_time(step.waited, name):>7} " for name in names)
        front = (
            f"{'>' if step.most else ' '} {_time(step.since):>7}{waited:>10}{told}{share:>5} "
            f"{step.waiting or '':>5}  {_cut(step.source, width):<{width}}  {count}{step.often and f'{step.often} '}"
        )
        line(front + shortened(step.text, max(8, columns() - len(front))))
    for most in (step for step in listed if step.most):
        line()
        for text in where(catalog, found, variant, most):
            say(text, 0)
    _swaps(catalog, found, variant)


def where(catalog: Catalog, found: Steps, variant: int, step: TypicalStep) -> Iterable[str]:
    """The sentences that say where the time goes: at *step*."""
    whole = found.whole(variant)
    if step.waited is None or whole is None or step.waited_from is None:
        return
    kind = catalog.rules.kind(found.keys[-1])
    share = f"{100 * step.share:.0f} % of all time"
    if step.repeated >= 0.005:
        often = f"{step.times:,.{1 if step.times >= 1.05 else 3}f}"
        first = f"{100 * (step.share - step.repeated):.0f} %"
        share += f", repeats included: {often} per {kind}; the first alone has {first}"
    yield (
        f"Where the time goes: {step.source}: {step.text}, since {catalog.templates[step.waited_from]}. {share}; "
        f"median {_time(step.waited)} (mean {_time(step.waited, 'mean')}, p99 {_time(step.waited, 'p99')}) of "
        f"{_time(whole)}; at most {many(step.waiting, kind)} {'waits' if step.waiting == 1 else 'wait'} there at once."
    )


def _swaps(catalog: Catalog, found: Steps, variant: int) -> None:
    swaps = found.swaps(variant)
    if not swaps:
        return
    line()
    line("In another order:")
    room = (columns() - 32) // 2
    for swap in swaps[:_SWAPS]:
        first, second = (shortened(catalog.templates[each], room) for each in (swap.later, swap.earlier))
        line(f"  {f'{swap.count:,} of {swap.of:,}':>16}  {first} before {second}")
    if len(swaps) > _SWAPS:
        line(f"  and {many(len(swaps) - _SWAPS, 'other pair')}")


def _time(spread: Spread | None, name: str = "median") -> str:
    return "" if spread is None else times.duration(round(getattr(spread, name)))


def _seconds(spread: Spread | None) -> dict[str, float] | None:
    if spread is None:
        return None
    return {name: getattr(spread, name) / times.SECOND for name in ("mean", "median", "p95", "p99")}


def _cut(text: str, width: int) -> str:
    """The beginning of *text* in *width* columns."""
    return text if len(text) <= width else f"{text[: max(0, width - 1)]}…"
