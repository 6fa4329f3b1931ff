"""What every source keeps to, whatever a file holds: checks for the tests of ours, of plugins and of formats.

from tui.sources.contract import check

def test_contract() -> None:
    check(SOURCES[0], Path("sample.log").read_bytes())
"""

from __future__ import annotations

import random
import re
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from tui.records import Notes, Raw
from tui.sources.base import HEAD, File, Source

#: Times are at most this many nanoseconds from 1970: what a date of four digits for the year can say. The loader leaves
#: out those that do not fit into 64 bits.
FARTHEST = 8031 * 366 * 86400 * 10**9

#: What terminals take for colours may be left out of a text.
_COLOUR = re.compile(r"\x1b\[[\d;]{0,12}m")

_LIKELY = '\n\r \t{}[]":,.-0123456789aTI\0é\u2028'


class ContractError(AssertionError):
    """A source does not keep to the contract; the message says in what, and on which bytes."""


def check(source: Source, data: bytes, name: str = "sample.log", columns: bool = False) -> None:
    """Everything that holds of a source, tried on the sample *data* of a file called *name*, on what may become of it,
    and on garbage. ContractError for what does not hold.

    *columns*: the text of a record stands among other columns of its line, so more may follow it.
    """
    check_attributes(source)
    with tempfile.TemporaryDirectory(prefix="wideview-") as scratch:
        place = Path(scratch) / "file"
        for piece in (data, *damaged(data), *_garbage(data)):
            check_bytes(source, piece, name, columns, place)
        check_limit(source, data, name, place)
        check_missing(source, place.with_name("none"))
    _holds(source.sniff(name, data[:HEAD]) > 0, source, "it does not know its own sample", data)


def check_attributes(source: Source) -> None:
    """It says what it is."""
    for attribute, kind in (("name", str), ("title", str), ("body", tuple), ("level", tuple), ("time", str)):
        _holds(isinstance(getattr(source, attribute, None), kind), source, f"its {attribute} is no {kind.__name__}")
    _holds(bool(source.name and source.title), source, "it has no name or no title")
    _holds(source.lines or not source.json_lines, source, "json_lines without lines")


def damaged(data: bytes) -> Iterator[bytes]:
    """What may become of a file: cut off, begun in the middle, with holes, other line ends, blank lines, empty."""
    half = len(data) // 2
    yield data[:half]
    yield data[half:]
    yield data[:half] + bytes(4096) + data[half:]
    yield data[:half] + b"\xff\xfe\x80" + data[half:]
    yield data.replace(b"\n", b"\r\n")
    yield data.rstrip(b"\n")
    yield b"\n\n" + data + b"\n \n\n"
    yield b"\xef\xbb\xbf" + data
    yield from (b"", b"\n", bytes(5000))


def _garbage(data: bytes, count: int = 100) -> Iterator[bytes]:
    """The same for the same *data*: random bytes, likely characters, and *data* with holes."""
    draw = random.Random(0)
    for _ in range(count):
        yield draw.randbytes(draw.randrange(200))
        yield "".join(draw.choices(_LIKELY, k=draw.randrange(300))).encode()
        cut = draw.randrange(len(data) + 1)
        yield data[:cut] + draw.randbytes(draw.randrange(20)) + data[cut + 7 :]


def read(
    source: Source, data: bytes, name: str = "sample.log", limit: int | None = None, place: Path | None = None
) -> tuple[list[Raw], Notes]:
    """The records that *source* reads from a file of *data*, and its notes; the file is written at *place*."""
    if place is None:
        with tempfile.TemporaryDirectory(prefix="wideview-") as scratch:
            return read(source, data, name, limit, Path(scratch) / "file")
    place.write_bytes(data)
    notes = Notes()
    return list(source.read(File(str(place), name, len(data)), notes, limit)), notes


def check_bytes(
    source: Source, data: bytes, name: str = "sample.log", columns: bool = False, place: Path | None = None
) -> None:
    """All that holds for any bytes: nothing raised, no line lost, every line in one class, values of known types."""
    _holds(0 <= source.sniff(name, data[:HEAD]) <= 1, source, "sniff gives no number from 0 to 1", data)
    raws, notes = read(source, data, name, place=place)
    for raw in raws:
        _check_raw(source, data, raw)
    if not source.lines:
        _holds(notes.lines == 0, source, "it counts lines, but its files have none", data)
        return
    lines = data.count(b"\n") + (not data.endswith(b"\n") and bool(data))
    _holds(notes.lines == lines, source, f"{lines} lines, but the four classes add up to {notes.lines}", data)
    errors = sum(raw.error is not None for raw in raws)
    _holds(notes.damaged == len(notes.rejected) == errors, source, "a damaged line is one record with an error", data)
    _holds(notes.first + notes.damaged == len(raws), source, "first and damaged lines are not as many as records", data)
    _holds(all(a.line < b.line for a, b in pairwise(raws)), source, "records are not in the order of lines", data)
    covered = bytearray(data)
    for raw in raws:
        inside = 0 <= raw.offset < raw.offset + raw.length <= len(data)
        _holds(inside, source, f"the record of line {raw.line} lies outside the file", data)
        line = data.count(b"\n", 0, raw.offset) + 1
        _holds(line == raw.line, source, f"a record says line {raw.line}, its offset is in line {line}", data)
        covered[raw.offset : raw.offset + raw.length] = b" " * raw.length
    _holds(not covered.decode(errors="replace").strip("\ufeff").strip(), source, "a line is in no record", data)
    for raw in raws:
        _check_body(source, data, raw, columns)


def check_limit(source: Source, data: bytes, name: str = "sample.log", place: Path | None = None) -> None:
    """With a limit it gives the same records and fewer."""
    whole = read(source, data, name, place=place)[0]
    part = read(source, data, name, 600, place)[0]
    _holds(part[:-1] == whole[: len(part)][:-1], source, "with a limit it reads other records", data)
    ahead = source.lines and any(raw.offset >= 600 for raw in part)
    _holds(not ahead, source, "it reads on after the limit", data)


def check_missing(source: Source, path: Path) -> None:
    """It raises OSError when there is no file at *path*."""
    try:
        list(source.read(File(str(path), "none"), Notes()))
    except OSError:
        return
    _holds(False, source, "no OSError when there is no file")


def _check_raw(source: Source, data: bytes, raw: Raw) -> None:
    times = [nanos for nanos in (raw.time, raw.local, raw.elapsed) if nanos is not None]
    _holds(len(times) <= 1, source, f"the record of line {raw.line} has several times", data)
    near = all(isinstance(nanos, int) and abs(nanos) < FARTHEST for nanos in times)
    _holds(near, source, f"the record of line {raw.line} has the time {times}", data)
    for key, value in raw.keys.items():
        known = isinstance(key, str) and (value is None or isinstance(value, str | int | float))
        _holds(known, source, f"{key!r} is {value!r}, no text, number, truth value or None", data)
        try:
            str(value).encode()
        except UnicodeEncodeError:
            _holds(False, source, f"{key!r} is {value!r}, which is no text that can be written", data)
    level = raw.error is not None and any(key in raw.keys for key in source.level)
    _holds(not level, source, f"the damaged record of line {raw.line} has a level", data)


def _check_body(source: Source, data: bytes, raw: Raw, columns: bool) -> None:
    """What *raw* says is what its lines say; records that are JSON objects are spared."""
    span = data[raw.offset : raw.offset + raw.length]
    if not raw.offset:
        span = span.removeprefix(b"\xef\xbb\xbf")
    first, *more = (line.decode(errors="backslashreplace") for line in span.replace(b"\r\n", b"\n").split(b"\n"))
    if "{" in first or (source.json_lines and raw.error is None):
        return
    first, *more = (_COLOUR.sub("", each) for each in (first, *more))
    where = f"the record of line {raw.line}"
    body = next((str(raw.keys[key]) for key in (*source.body, "wideview.body") if key in raw.keys), None)
    _holds(body is not None, source, f"{where} has no text", data)
    if body == " ".join(f"{key}={value}" for key, value in raw.keys.items() if not key.startswith("wideview.")):
        text = span.replace(b"\r\n", b"\n").decode(errors="backslashreplace").replace('"', "")
        told = [value for key, value in raw.keys.items() if key != "wideview.level"]  # that may be another word
        lost = [value for value in told if value != body and str(value).replace('"', "") not in text]
        return _holds(not lost, source, f"{where} has values that do not stand in it", data)
    said, *then = _COLOUR.sub("", str(body)).removeprefix("\ufeff").split("\n")
    if columns:
        _holds("\n".join((said, *then)) in "\n".join((first, *more)), source, f"{where} has another text", data)
    else:
        # A line of nothing but figures may be put into words, as long as they hold no other figures.
        in_words = not re.search(r"[^\d\s.-]", first) and set(re.findall(r"[\d.]+", said)) <= set(first.split())
        same = (first.endswith(said) or in_words) and then == more
        _holds(same, source, f"{where} has another text than its lines", data)


def _holds(true: bool, source: Source, what: str, data: bytes = b"") -> None:
    if not true:
        shown = f"\n  {data[:300]!r}{' ...' if len(data) > 300 else ''}" if data else ""
        raise ContractError(f"{getattr(source, 'name', source)}: {what}{shown}")
