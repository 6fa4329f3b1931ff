"""What ``wideview formats check`` finds out about the formats of a rule file: do they make of their samples what those
say, would files of theirs be recognised, and is there a line on which a pattern takes long?"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tui import times
from tui.records import LEVELS, Notes, Raw, level_rank
from tui.sources import stamps
from tui.sources.base import File, Source
from tui.sources.formats import Format, Sample
from tui.sources.patterns import MOST, Pattern

#: Keys that hold the level: ours, then those that a format may give.
LEVEL_KEYS = ("wideview.level", "levelname", "level", "severity", "log.level")

#: Seconds that a pattern may take for one line before that is told, and that are spent on looking for such a line.
SLOW, SPENT = 0.1, 1.0

_MORE = "  a line that goes on with it"


def facts(made: Format, others: Sequence[Source]) -> Iterator[dict[str, Any]]:
    """A dict for every sample of *made* (``kind`` is ``sample``; ``differences`` is empty when all is well) and for
    everything else worth telling (``warning``). *others* are the sources it competes with."""
    name = made.file[0].replace("*", "x").replace("?", "x").lstrip("/") if made.file else "sample.log"
    for number, sample in enumerate(made.samples, 1):
        raws, notes = _read(made, name, sample.text)
        differences = _differences(sample, raws, notes)
        if made.patterns and not made.single and not differences:
            differences = _continued(made, name, sample, raws[0])
        found = _found(raws[0]) if raws else None
        yield {"kind": "sample", "sample": number, "line": sample.text, "differences": differences, "found": found}
        if not differences and (why := _recognised(made, name, sample, others)):
            yield {"kind": "warning", "warning": f"sample {number}: {why}"}
    for warning in _warnings(made):
        yield {"kind": "warning", "warning": warning}


def _read(made: Format, name: str, text: str) -> tuple[list[Raw], Notes]:
    with tempfile.TemporaryDirectory(prefix="wideview-") as scratch:
        path = Path(scratch) / "sample"
        path.write_text(text, encoding="utf-8")
        now = time.time_ns()
        notes = Notes()
        return list(made.read(File(str(path), name, path.stat().st_size, now), notes)), notes


def _difference(what: str, expected: object, got: object) -> dict[str, Any]:
    return {"what": what, "expected": expected, "got": got}


def _differences(sample: Sample, raws: list[Raw], notes: Notes) -> list[dict[str, Any]]:
    if len(raws) != 1:
        return [_difference("records", 1, len(raws))]
    raw = raws[0]
    if raw.error is not None:
        return [_difference("line", "a record", raw.error)]
    found = _found(raw)
    differences = []
    if sample.time is not None and not _same_time(sample.time, raw):
        differences.append(_difference("time", sample.time, found["time"]))
    if sample.level is not None and level_rank(sample.level) != level_rank(found["level"] or ""):
        differences.append(_difference("level", sample.level, found["level"]))
    if sample.body is not None and sample.body != found["body"]:
        differences.append(_difference("body", sample.body, found["body"]))
    for key, value in sample.keys.items():
        if key not in raw.keys or str(raw.keys[key]) != str(value):
            differences.append(_difference(key, value, raw.keys.get(key)))
    return differences


def _same_time(expected: str | float, raw: Raw) -> bool:
    if not isinstance(expected, str):
        return raw.elapsed is not None and round(expected * times.SECOND) == raw.elapsed
    stamp = stamps.read("iso", expected)
    return stamp is not None and (stamp.time, stamp.local) == (raw.time, raw.local)


def _found(raw: Raw) -> dict[str, Any]:
    """What was made of a sample: time as text (or seconds since a start), level, body and the other keys."""
    at: str | float | None = None
    if raw.time is not None:
        at = times.iso(raw.time)
    elif raw.local is not None:
        at = times.iso(raw.local).removesuffix("Z")
    elif raw.elapsed is not None:
        at = raw.elapsed / times.SECOND
    level = next((str(raw.keys[key]) for key in LEVEL_KEYS if raw.keys.get(key) is not None), "")
    keys = {key: value for key, value in raw.keys.items() if not key.startswith("wideview.")}
    return {"time": at, "level": LEVELS[level_rank(level)] or None, "body": raw.keys.get("wideview.body"), "keys": keys}


def _continued(made: Format, name: str, sample: Sample, alone: Raw) -> list[dict[str, Any]]:
    """What is wrong when a line that fits no pattern and then the sample once more come after it."""
    if made.match(_MORE):
        return []  # told as a warning
    text = sample.text.rstrip("\n")
    raws, _ = _read(made, name, f"{text}\n{_MORE}\n{text}\n")
    expected = f"{alone.keys.get('wideview.body', '')}\n{_MORE}"
    bodies = [raw.keys.get("wideview.body") for raw in raws]
    return (
        [] if bodies[:1] == [expected] else [_difference("body, with a line after it", expected, (bodies or [None])[0])]
    )


def _recognised(made: Format, name: str, sample: Sample, others: Sequence[Source]) -> str:
    """Why a file that begins with *sample* would not be taken for one of *made*; empty when it would."""
    head = sample.text.encode() + b"\n"
    sure = made.sniff(name, head)
    best = max(others, key=lambda other: other.sniff(name, head), default=None)
    if best is not None and best.sniff(name, head) > sure:
        return f"{best.name} is surer than this format of a file that begins with it; set file"
    return "" if sure else "a file that begins with it would not be recognised"


def _warnings(made: Format) -> Iterator[str]:
    if not made.samples:
        yield "it has no samples: [[format.sample]] with a line, and what its time, level, body and keys are"
    for number, pattern in enumerate(made.patterns, 1):
        which = f"line pattern {number}" if len(made.patterns) > 1 else "the line pattern"
        texts = [text for sample in made.samples for text in sample.text.split("\n")]
        if texts and not any(found.re is pattern.compiled for text in texts if (found := made.match(text))):
            yield f"{which} fits no sample that those before it do not fit" if number > 1 else f"{which} fits no sample"
        if not made.single and pattern.match(_MORE):
            yield f"{which} fits any text, so no line continues a record; set single, or say more of how records begin"
        if slow := _slowest(pattern, texts):
            yield f"{which} {slow}"


def _slowest(pattern: Pattern, texts: Sequence[str]) -> str:
    """A line on which *pattern* takes long; empty when none was found. They are made of beginnings of *texts* with one
    character after them that is repeated to the length of what a pattern is shown."""
    begun = time.thread_time()
    for text in texts[:5] or [""]:
        fillers = dict.fromkeys([*(each for each in text if not each.isalnum()), *" a0"])
        for end in sorted({len(text) * part // 8 for part in range(9)}):
            for filler in fillers:
                at = time.thread_time()
                pattern.match(text[:end] + filler * MOST)
                now = time.thread_time()
                if now - at > SLOW:
                    before = f"{text[:end]!r} and " if end else ""
                    return f"takes {now - at:.1f} s for {before}{MOST:,} times {filler!r}"
                if now - begun > SPENT:
                    return ""
    return ""
