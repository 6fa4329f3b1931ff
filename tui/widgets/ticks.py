"""Round numbers and times for an axis."""

from __future__ import annotations

from math import ceil, floor, log10

from tui.query.charts.base import Axis
from tui.times import SECOND, duration, iso

_MINUTE, _HOUR, _DAY = 60 * SECOND, 3600 * SECOND, 86400 * SECOND
_STEPS = (
    *(m * 10**e for e in range(10) for m in (1, 2, 5)),
    *(n * SECOND for n in (15, 30)),
    *(n * _MINUTE for n in (1, 2, 5, 10, 15, 30)),
    *(n * _HOUR for n in (1, 2, 3, 6, 12)),
    *(n * _DAY for n in (1, 2, 5, 10, 20, 50, 100, 200, 365, 730, 1825, 3650, 7300, 18250, 36500)),
)
_TIMES = tuple(sorted(step for step in _STEPS if not 5 * SECOND > step > 2 * SECOND))


def ticks(axis: Axis, start: float, end: float, most: int) -> list[tuple[float, str]]:
    """At most *most* (and at least one) round places from *start* to *end* with what to write there."""
    if axis.time:
        return time_ticks(int(start), int(end), most)
    found = number_ticks(start, end, most)
    if axis.unit == "s":
        return [(value, duration(round(value * SECOND)) if value > 0 else f"{value:g}") for value, _ in found]
    return found


def number_ticks(start: float, end: float, most: int) -> list[tuple[float, str]]:
    """Round numbers."""
    if not end > start:
        return [(start, brief(start))]
    size = (end - start) / max(1, most - 1)
    scale = 10.0 ** floor(log10(size))
    step = next(m * scale for m in (1, 2, 5, 10, 20) if m * scale >= size * 0.999)
    values = [n * step for n in range(ceil(start / step - 1e-9), floor(end / step + 1e-9) + 1)]
    return [(value, brief(round(value, 12))) for value in values][: max(1, most)]


def time_ticks(start: int, end: int, most: int) -> list[tuple[float, str]]:
    """Round times of day (UTC), or days where they are far apart."""
    step = next((step for step in _TIMES if (end - start) // step < max(1, most)), _TIMES[-1])
    first = -(-start // step) * step
    places = [at for at in range(first, end + 1, step)][: max(1, most)] or [start]
    return [(at, _time(at, step)) for at in places]


def span(start: int, end: int) -> str:
    """The day or days from *start* to *end*, in UTC."""
    first, last = iso(start)[:10], iso(max(start, end - 1))[:10]
    return f"{first} UTC" if first == last else f"{first} to {last} UTC"


def _time(at: int, step: int) -> str:
    text = iso(at)
    if step >= _DAY:
        return text[:10]
    if step >= _MINUTE:
        return text[11:16]
    whole, digits = text[11:19], max(0, 9 - (len(str(step)) - 1)) if step < SECOND else 0
    return f"{whole}.{at % SECOND:09d}"[: 9 + digits] if digits else whole


def amount(value: float) -> str:
    """*value* as people read it: whole numbers as they are, others with three digits."""
    return f"{round(value):,}" if value == round(value) or abs(value) >= 1_000 else f"{value:.3g}"


def brief(value: float) -> str:
    """*value* in few characters: 1,200 as 1200, 3,400,000 as 3.4M."""
    for size, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= size:
            unit = 1e3 if letter == "k" else size
            return f"{value / unit:.4g}{letter}"
    return f"{value:.4g}"
