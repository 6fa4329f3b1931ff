"""How well the miner finds templates: ``python benchmarks/templates.py [DIR ...]``.

Grouping accuracy is the share of records whose group is exactly the records that it should be. Records that name their
call site say what that is: a call site (logger and line), and in it the states that stand in the body. The miner is not
told of it: neither of the line and the message nor, in the second figure, of the logger. drain3, if it is installed, is
given the same bodies.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.measure import Figure
from tui.query import masking, mining
from tui.query.browse import Browser
from tui.query.catalog import Catalog
from tui.query.opening import Request, open_catalog

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
RUNS = ("parsl-text", "parsl-json")


@dataclass(frozen=True)
class Shape:
    """Records of one call site whose bodies have one shape."""

    logger: str
    line: str
    source: str
    text: str
    count: int
    body: str


def shapes(catalog: Catalog) -> list[Shape]:
    """All records that name their call site."""
    columns = catalog.schema.columns
    if not {"name", "lineno"} <= columns.keys():
        return []
    body = catalog.body("r")
    rows = catalog.reader("bench").rows(
        f"SELECT r.{columns['name']}, r.{columns['lineno']}, f.source, {masking.shape_sql(body)} AS shape, count(*), "
        f"any_value({body}) FROM stream s JOIN records r ON s.record = r.rowid JOIN files f ON s.file = f.id "
        f"WHERE r.{columns['name']} IS NOT NULL AND r.{columns['lineno']} IS NOT NULL GROUP BY 1, 2, 3, 4"
    )
    return [Shape(name, line, source, text or "", n, body or "") for name, line, source, text, n, body in rows]


def accuracy(found: Mapping[Shape, Hashable], wanted: Mapping[Shape, Hashable], counts: Mapping[Shape, int]) -> float:
    """The share of records, of which *counts* has so many of each thing, whose group of *found* is one of *wanted*."""
    groups: dict[Hashable, set[Shape]] = defaultdict(set)
    true: dict[Hashable, set[Shape]] = defaultdict(set)
    for thing in counts:
        groups[found[thing]].add(thing)
        true[wanted[thing]].add(thing)
    right = sum(count for thing, count in counts.items() if groups[found[thing]] == true[wanted[thing]])
    return right / sum(counts.values())


def mined(
    every: Iterable[Shape], states: frozenset[str], values: frozenset[str], by_logger: bool
) -> dict[Shape, Hashable]:
    """The group of every shape when the line, and unless *by_logger* the logger, is withheld from the miner."""
    masked = {shape: masking.mask(shape.text) for shape in every}
    texts: dict[str, Counter[str]] = defaultdict(Counter)
    for shape, text in masked.items():
        texts[shape.logger if by_logger else shape.source][text] += shape.count
    templates = {site: mining.mine(each, False, states, values) for site, each in texts.items()}
    return {shape: templates[shape.logger if by_logger else shape.source][text] for shape, text in masked.items()}


def words(catalog: Catalog) -> tuple[frozenset[str], frozenset[str]]:
    """The names of states, and those of things, as loading has them."""
    known: dict[bool, set[str]] = {True: set(), False: set()}
    for key in catalog.rules.key:
        if (column := catalog.key_column(key.name)) and (key.state or key.form != "integer"):
            rows = catalog.reader("bench").rows(
                f"SELECT DISTINCT {column} FROM aspects WHERE length({column}) < 60 LIMIT 1000"
            )
            known[key.state] |= {value for (value,) in rows}
    steps = [step for sequence in catalog.rules.sequence for step in sequence.step]
    stated = {key.name for key in catalog.rules.key if key.state}
    known[True] |= {name for step in steps if step.key in stated for name in step.is_}
    return frozenset(known[True]), frozenset(known[False])


def drained(every: Iterable[Shape], masked: bool) -> dict[Shape, Hashable]:
    """The groups that drain3 makes of the first lines of the bodies, each at most 20 times, or of our masked texts."""
    from drain3 import TemplateMiner  # type: ignore[import-not-found]
    from drain3.template_miner_config import TemplateMinerConfig  # type: ignore[import-not-found]

    miner = TemplateMiner(config=TemplateMinerConfig())
    texts: dict[Shape, str] = {}
    for shape in every:
        first = shape.body.lstrip("\n\r ")[: masking.MOST].split("\n", 1)[0]
        texts[shape] = masking.written(masking.mask(shape.text)) if masked else first
        for _ in range(min(20, shape.count)):
            miner.add_log_message(texts[shape])
    return {shape: miner.match(text).cluster_id for shape, text in texts.items()}


def measure(path: Path) -> Iterable[Figure]:
    """The figures of the run at *path*."""
    catalog = open_catalog(Request((str(path),), cache=False), None)
    yield Figure(f"{path.name}: templates", len(catalog.templates), "templates", note=Browser(catalog).summary())
    every = shapes(catalog)
    if not every:
        return
    states, values = words(catalog)
    wanted = {
        shape: (shape.logger, shape.line, *(w.strip(".,:") for w in shape.text.split() if mining.is_state(w, states)))
        for shape in every
    }
    counts = {shape: shape.count for shape in every}
    made = {
        "line withheld": mined(every, states, values, True),
        "logger and line withheld": mined(every, states, values, False),
    }
    try:
        made["drain3, as it comes"] = drained(every, False)
        made["drain3, of our masked texts"] = drained(every, True)
    except ImportError:
        print("drain3 is not installed: no comparison", file=sys.stderr)
    for name, found in made.items():
        share = accuracy(found, wanted, counts)
        note = f"{len(set(found.values()))} groups for {len(set(wanted.values()))}"
        yield Figure(f"{path.name}: grouping accuracy, {name}", 100 * share, "%", note=note)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="Measure how well templates are found.")
    parser.add_argument(
        "dirs", nargs="*", type=Path, help=f"runs to load (default: {', '.join(RUNS)} beside the checkout)"
    )
    for path in parser.parse_args().dirs or [DATA / run for run in RUNS]:
        for figure in measure(path):
            print("  ".join(cell for cell in figure.cells() if cell), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
