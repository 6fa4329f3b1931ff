"""A run that was damaged on purpose: every damage of its list, line by line."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.query.making import Seen, see
from tests.shared.data import DATA, needs_data, opened
from tui.query.catalog import Catalog

DIRTY = DATA / "parsl-dirty"
RUN = DIRTY / "runinfo" / "000"

pytestmark = needs_data


@dataclass(frozen=True)
class Damage:
    """One row of DAMAGE.tsv; line 0 is the whole file."""

    file: str
    line: int
    kind: str

    @property
    def name(self) -> str:
        return f"{Path(self.file).stem}:{self.line} {self.kind[:40]}"


def damages() -> list[Damage]:
    if not DIRTY.is_dir():
        return []
    with (DIRTY / "DAMAGE.tsv").open(newline="") as table:
        return [Damage(row["file"], int(row["line"]), row["kind"]) for row in csv.DictReader(table, delimiter="\t")]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return opened(RUN)


@pytest.fixture(scope="module")
def records(catalog: Catalog) -> dict[tuple[str, int], Seen]:
    """Every line that is a record, folded ones as what they were folded into."""
    found = {(seen.file, seen.line): seen for seen in see(catalog)}
    kept = {seen.id: seen for seen in found.values()}
    copies = catalog.reader().rows("SELECT d.kept, f.name, d.line FROM folds d JOIN files f ON d.file = f.id")
    return found | {(name, line): kept[record] for record, name, line in copies}


@pytest.fixture(scope="module")
def told(catalog: Catalog) -> dict[tuple[str, int], list[tuple[str, str]]]:
    """What ``info`` says of lines: (kind, reason)."""
    found: dict[tuple[str, int], list[tuple[str, str]]] = {}
    rows = catalog.reader().rows(
        "SELECT f.name, r.line, r.kind, r.reason FROM rejects r JOIN files f ON r.file = f.id "
        "UNION ALL SELECT name, 0, 'skipped', reason FROM skipped"
    )
    for name, line, kind, reason in rows:
        found.setdefault((name, line), []).append((kind, reason))
    return found


#: What becomes of a line by the beginning of its damage: the class ``info`` tells of and words of its reason, and
#: whether the line is a record of its own. "" is a line that is read like any other.
OUTCOMES: dict[str, tuple[str, str, bool]] = {
    "4096 NUL bytes line": ("rejected", "4,096 NUL bytes", True),
    "3 NULs inside": ("mended", "raw control characters", True),
    "invalid UTF-8 bytes in value": ("mended", "not UTF-8", True),
    "invalid UTF-8 non-JSON line": ("rejected", "not a JSON object", True),
    "half line a + whole line b": ("mended", "are of another record", True),
    "second half of line a": ("mended", "begins on line", True),
    "non-object or odd JSON: {}": ("mended", "no time", True),
    'non-object or odd JSON: {"created"': ("mended", "NaN", True),
    "non-object or odd JSON": ("rejected", "not a JSON object", True),
    "duplicate keys": ("mended", "twice: levelname, parsl.task", True),
    "no created key": ("mended", "no time", True),
    "created moved back": ("", "", True),
    "created as string": ("mended", "created is text", True),
    "created as integer milliseconds": ("mended", "milliseconds", True),
    "created as ISO string": ("mended", "created is text", True),
    "created negative": ("mended", "no time", True),
    "created 1e18": ("mended", "no time", True),
    "CRLF": ("mended", "carriage return", True),
    "blank line": ("", "", False),
    "whitespace line": ("", "", False),
    "UTF-8 BOM mid file": ("mended", "byte order mark", True),
    "3000-deep nesting": ("rejected", "depth", True),
    "terminal escapes": ("mended", "raw control characters and lone surrogates", True),
    "5 MB line": ("", "", True),
    "truncated last line": ("mended", "cut off", True),
    "empty file": ("skipped", "empty", False),
    "gzip, plain file removed": ("", "", False),
    "gzip truncated at half": ("", "", False),
    "64 KiB of NUL": ("skipped", "NUL", False),
    "50 kB random bytes": ("skipped", "binary", False),
}


@pytest.mark.parametrize("damage", damages(), ids=lambda damage: damage.name)
def test_every_damage_is_accounted_for(
    damage: Damage, records: dict[tuple[str, int], Seen], told: dict[tuple[str, int], list[tuple[str, str]]]
) -> None:
    """The line is a record if it holds anything, ``info`` names it and says why, and its neighbours are sound."""
    outcome = next(outcome for kind, outcome in OUTCOMES.items() if damage.kind.startswith(kind))
    kind, words, is_record = outcome
    where = (str(RUN / damage.file), damage.line)
    said = told.get(where, [])
    if kind:
        assert any(kind == k and words in reason for k, reason in said), said
    if damage.line == 0:
        return
    assert (where in records) == is_record
    if is_record:
        assert (records[where].error is not None) == (kind == "rejected")
        assert not records[where].error or records[where].level == 0


def test_lines_before_and_after_a_damage_are_read(records: dict[tuple[str, int], Seen]) -> None:
    """Every line of the two damaged files that holds anything is a record."""
    for name in {damage.file for damage in damages() if damage.line}:
        lines = (RUN / name).read_bytes().split(b"\n")
        full = {number for number, line in enumerate(lines, 1) if line.strip()}
        assert {line for file, line in records if file == str(RUN / name)} == full


def test_the_stretch_of_a_clock_set_back_is_told(told: dict[tuple[str, int], list[tuple[str, str]]]) -> None:
    [(kind, reason)] = told[str(RUN / "parsl.jsonlog"), 3153]
    assert (kind, reason) == ("mended", "the clock goes back 1 h 00 m for 20 lines, to line 3,172")


def test_compressed_workers_are_read(catalog: Catalog, told: dict[tuple[str, int], list[tuple[str, str]]]) -> None:
    """All of worker 1; of worker 8 what stands before the end of half a file, and ``info`` says that it ends there."""
    base = RUN / "htex_Local" / "block-0" / "3f6b333dc922"
    worker = {n: str(base / f"worker_{n}.jsonlog.gz") for n in (1, 8)}
    count = "SELECT records, damaged, source FROM files WHERE name = ?"
    assert catalog.reader().rows(count, (worker[1],)) == [(2219, 0, "parsl-json")]
    assert catalog.reader().rows(count, (worker[8],)) == [(883, 0, "parsl-json")]
    assert (worker[1], 0) not in told
    assert told[worker[8], 0] == [("rejected", "cannot be read whole: its gzip data are cut off")]
    [(kind, reason)] = told[worker[8], 883]
    assert kind == "mended" and "10 keys are read" in reason


def test_what_is_sound_is_as_in_the_clean_run(tmp_path: Path, records: dict[tuple[str, int], Seen]) -> None:
    """The run as it was before: each of its records whose line still stands somewhere in the damaged file is there."""
    clean = opened(DIRTY / "run-000-clean.tar.gz")
    bodies = {seen.body for seen in records.values()}
    [(count,)] = clean.reader().rows("SELECT count(*) FROM stream")
    same = sum(
        seen.body in bodies for seen in see(clean) if seen.file.endswith(("parsl.jsonlog", "interchange.jsonlog"))
    )
    total = sum(seen.file.endswith(("parsl.jsonlog", "interchange.jsonlog")) for seen in see(clean))
    assert count > 10_000 and total - same < 10, (same, total)
