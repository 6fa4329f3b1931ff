"""Every figure of speed and size against its bar: ``python benchmarks/run.py [--records N] [--data DIR] [--json]``.

Times are medians of several runs; what is compared runs in turn on the same files, in the page cache. Nothing is
written outside a temporary directory, which is removed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import explorer, questions, shape
from benchmarks.generate import generate
from benchmarks.lnav import Lnav
from benchmarks.measure import Figure, Ground
from benchmarks.plan import RECORDS

PARTS = ("load", "ask", "screens", "keys", "shape")


def main() -> int:
    """The command line; the exit status is 1 when a figure misses its bar."""
    parser = argparse.ArgumentParser(description="Measure speed and size against their bars.")
    parser.add_argument("--records", type=int, default=RECORDS, help=f"of the run that is made ({RECORDS:,})")
    parser.add_argument("--data", type=Path, help="measure this directory instead of a made-up run")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", action="append", choices=PARTS, help="only this part; repeatable")
    parser.add_argument("--json", action="store_true", help="one JSON object a figure")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wideview-benchmark-") as scratch:
        ground = Ground(Path(scratch), options.repeats)
        if options.data is None:
            generate(Path(scratch) / "runinfo" / "000", options.records)
        data = questions.Data((options.data or Path(scratch) / "runinfo").resolve())
        _say(f"{data.records:,} records, {data.size / 1e6:,.0f} MB, in {len(data.files)} files")
        figures = []
        for figure in measure(ground, data, options.only or PARTS):
            figures.append(figure)
            _say("  ".join(cell for cell in figure.cells() if cell))
    if options.json:
        for figure in figures:
            print(json.dumps(vars(figure) | {"verdict": figure.verdict}))
    else:
        table([figure.cells() for figure in figures])
    return int(any(figure.verdict == "FAIL" for figure in figures))


def measure(ground: Ground, data: questions.Data, parts: tuple[str, ...]) -> Iterator[Figure]:
    """The figures of *parts*, one by one; a part that cannot be measured says why."""
    lnav = Lnav(ground, data.files)
    known: dict[str, Callable[[], Iterator[Figure]]] = {
        "load": lambda: questions.loading(ground, data, lnav),
        "ask": lambda: questions.asking(ground, data, lnav),
        "screens": lambda: explorer.screens(ground, data),
        "keys": lambda: explorer.keys(ground, data),
        "shape": lambda: shape.shape(ground, data),
    }
    for part in parts:
        try:
            yield from known[part]()
        except RuntimeError as error:
            yield Figure(part, None, "", note=str(error))


def table(rows: list[tuple[str, ...]]) -> None:
    """Print *rows* in columns."""
    rows = [("figure", "measured", "bar", "", ""), *rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
