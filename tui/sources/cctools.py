"""What the logs of Work Queue and TaskVine share: both are made by the same library, cctools.

    1795159895946438 666 TASK 1 RUNNING 127.0.0.1:50722  FIRST_RESOURCES {"cores":[1,"cores"]}   transactions
    1795159900278370 1 0 0 1 1 1 0 27 2                                                          metrics
    2026/11/20 07:31:35.94 work_queue_python[666]wq: worker 127.0.0.1:50722 connected            debug

The first lines of a transaction log describe its lines. A family (``wq``, ``vine``) names the keys.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator

from tui.records import Notes, Raw, Scalar
from tui.sources.base import File
from tui.sources.lines import fold, read_lines
from tui.sources.parsl_text import sniff_lines
from tui.times import SECOND, clock

#: Microseconds since 1970, process of the manager, what the line is about. Up to 16 digits fit into nanoseconds.
TRANSACTION = re.compile(r"([1-8]\d{15}) (\d{1,10}) ([A-Z][A-Z_]{1,30})(?= |$)(.*)", re.ASCII | re.DOTALL)
DEBUG = re.compile(
    r"(\d{4}/\d\d/\d\d \d\d:\d\d:\d\d\.\d{1,6}) ([^\[\]]{1,100})\[(\d{1,10})\] ?([a-z_]{1,30}): ?(.*)",
    re.ASCII | re.DOTALL,
)
_HEADER = re.compile(r"# timestamp( [a-z][a-z0-9_]{0,60}){3,300} *")
_MICROSECONDS = re.compile(r"[1-8]\d{15}", re.ASCII)
_FIGURE = re.compile(r"-?\d{1,18}(?:\.\d{1,18})?", re.ASCII)
_ABOUT = re.compile(rb"(?:^|\n)# time manager_pid ")
#: What only TaskVine writes into a transaction log.
_VINE = re.compile(
    rb"manager_pid MANAGER manager_pid|TASK task_id |MANAGER \d+ (?:START|END)|TASK \d+ (?:READY|INITIAL)"
    rb"|TASK \d+ (?:RUNNING|WAITING_RETRIEVAL) worker-|WORKER \S+ (?:TRANSFER|CACHE_UPDATE|CONNECTION)"
)
#: Figures that only TaskVine counts.
_VINE_FIGURES = re.compile(rb"# timestamp [^\n]*\b(?:tasks_recovery|workers_slow|inuse_cache|time_scheduling)\b")
_VINE_PROGRAM = re.compile(rb"(?:^|\n)\d{4}/[^\[\n]{0,120}\[\d+\] ?vine(?:_\w+)?:|\d ?vine_\w+\[")
_ZONE = re.compile(r"manager timezone at startup: .{0,200}tz_offset=([+-])(\d\d)(\d\d)\b")

_DAY = 24 * 3600

_DECODER = json.JSONDecoder()
_UNIT = re.compile(r"[A-Za-z]{1,12}", re.ASCII)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,60}", re.ASCII)
#: Entries of one JSON object that become keys; cctools writes about twenty.
_MOST = 64

#: Why a worker went that nobody asked to, and why a task's files or command did not do.
_CALM = {"EXPLICIT", "IDLE_OUT", "STATUS_WORKER"}
_LEVELS = {"fatal": "CRITICAL", "error": "ERROR", "notice": "WARNING"}


def resources(text: str, prefix: str) -> dict[str, Scalar]:
    """The keys of *text*, JSON of the shape ``{"memory":[100,"MB"], ...}``; the unit is part of a key's name.

    What is of another shape is left out; broken JSON gives nothing.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    keys: dict[str, Scalar] = {}
    for name, entry in list(found.items())[:_MOST] if isinstance(found, dict) else ():
        value, unit = entry if isinstance(entry, list) and len(entry) == 2 else (entry, "")
        fits = isinstance(value, int | float) and math.isfinite(value) and abs(value) < 2**63
        if not fits or not _NAME.fullmatch(name) or not isinstance(unit, str):
            continue
        name = name.removeprefix("wq_")
        suffix = f"_{unit.lower()}" if _UNIT.fullmatch(unit) and unit.lower() not in (name, name.rstrip("s")) else ""
        keys[f"{prefix}{name}{suffix}"] = value
    return keys


def _objects(text: str) -> tuple[str, list[str]]:
    """*text* up to its first brace, and the JSON objects from there on, two at most."""
    plain, brace, _ = text.partition("{")
    found: list[str] = []
    at = len(plain)
    while brace and len(found) < 2 and text[at : at + 1] == "{":
        try:
            end = _DECODER.raw_decode(text, at)[1]
        except (ValueError, RecursionError):
            break
        found.append(text[at:end])
        at = end
        while text[at : at + 1] == " ":
            at += 1
    return plain, found


class _Words:
    """The words of a line, taken from the left."""

    def __init__(self, text: str) -> None:
        self.left = text.split(None, 30)

    def take(self) -> str:
        return self.left.pop(0) if self.left else ""


def _number(text: str) -> Scalar:
    if not _FIGURE.fullmatch(text):
        return text or None
    return float(text) if "." in text else int(text)


class _Log:
    """What the sources of the three logs of a family have in common: *kind* is the second half of their names."""

    kind = ""
    body: tuple[str, ...] = ("wideview.body",)
    level: tuple[str, ...] = ("wideview.level",)
    lines = True
    json_lines = False
    time = ""

    def __init__(self, prefix: str, title: str) -> None:
        self.name = f"{prefix}-{self.kind}"
        self.title = title
        self._prefix = prefix


class Transactions(_Log):
    """Source of the transaction log of the family *prefix*: a line is a record, its body what follows the process.

    Lines that describe the others (``#``) are records at level DEBUG without a time.
    """

    kind = "transactions"

    def sniff(self, name: str, head: bytes) -> float:
        """By the first lines."""
        if bool(_VINE.search(head)) != (self._prefix == "vine"):
            return 0.0
        return 0.95 if _ABOUT.search(head) else sniff_lines(TRANSACTION, head)

    def read(self, file: File, notes: Notes, limit: int | None = None) -> Iterator[Raw]:
        """Records with time, ``<prefix>.manager`` (a process), and what the line says of a task, worker or file."""
        for number, offset, length, text in read_lines(file.path, notes, limit):
            if not text or text.isspace():
                notes.blank += 1
            elif found := TRANSACTION.match(text):
                notes.first += 1
                time, pid, kind, rest = found.groups()
                keys: dict[str, Scalar] = {
                    "process": int(pid),
                    f"{self._prefix}.manager": int(pid),
                    f"{self._prefix}.event": kind,
                }
                level = self._say(kind, rest, keys)
                keys |= {"wideview.level": level, "wideview.body": kind + rest}
                keys = {key: value for key, value in keys.items() if value is not None and value != ""}
                yield Raw(number, keys, offset, length, int(time) * 1000)
            elif text.startswith("#"):
                notes.first += 1
                yield Raw(number, {"wideview.level": "DEBUG", "wideview.body": text}, offset, length)
            else:
                notes.reject(number, "not in the format of this log")
                yield Raw(number, {"wideview.body": text}, offset, length, error="not in the format of this log")

    def _say(self, kind: str, rest: str, keys: dict[str, Scalar]) -> str:
        """Adds what a line about *kind* says to *keys*; its level."""
        plain, objects = _objects(rest)
        words = _Words(plain)
        prefix = f"{self._prefix}."
        level = "INFO"
        measured = objects[-1] if objects else ""
        if kind == "TASK":
            level = self._task(words, keys)
            if len(objects) == 2:
                keys |= resources(objects[0], f"{prefix}limit_")
        elif kind == "WORKER":
            level = self._worker(words, keys)
        elif kind == "TRANSFER":
            level = "DEBUG"
            direction, task, cache, size, took = (words.take() for _ in range(5))
            keys |= {f"{prefix}transfer": direction, f"{prefix}task": _number(task), f"{prefix}cache_flag": cache}
            keys |= {f"{prefix}size_mb": _number(size), f"{prefix}wall_time_s": _number(took)}
            keys[f"{prefix}file"] = " ".join(words.left)
        elif kind == "CATEGORY":
            level = "DEBUG"
            keys[f"{prefix}category"] = words.take()
            keys[f"{prefix}bound"] = words.take()
        elif kind == "LIBRARY":
            keys |= {f"{prefix}library": words.take(), f"{prefix}library_state": words.take()}
            keys |= {f"{prefix}worker": words.take()}
            level = "ERROR" if keys[f"{prefix}library_state"] == "FAILURE" else "INFO"
        elif kind == "MANAGER":
            state = words.take()
            keys[f"{prefix}manager_state"] = words.take() if state.isdecimal() else state
        if measured:
            keys |= resources(measured, prefix)
        return level

    def _task(self, words: _Words, keys: dict[str, Scalar]) -> str:
        prefix = f"{self._prefix}."
        keys[f"{prefix}task"] = _number(words.take())
        state = keys[f"{prefix}state"] = words.take()
        if state in ("RETRIEVED", "DONE"):
            result = keys[f"{prefix}result"] = words.take()
            code = keys[f"{prefix}exit_code"] = _number(words.take())
            if result == "SUCCESS" and code in (0, None):
                return "INFO"
            return "ERROR" if state == "DONE" else "WARNING"
        if state in ("RUNNING", "WAITING_RETRIEVAL"):
            where = words.take()
            keys[f"{prefix}worker" if where.startswith("worker-") else f"{prefix}address"] = where
        elif state in ("WAITING", "READY"):
            keys[f"{prefix}category"] = words.take()
        if words.left and words.left[0].endswith("_RESOURCES"):
            keys[f"{prefix}allocation"] = words.take()
        if words.left:
            keys[f"{prefix}attempt"] = _number(words.take())
        return "WARNING" if state in ("CANCELED", "CANCELLED") else "INFO"

    def _worker(self, words: _Words, keys: dict[str, Scalar]) -> str:
        prefix = f"{self._prefix}."
        keys[f"{prefix}worker"] = words.take()
        event = words.take()
        if ":" in event:
            keys[f"{prefix}address"] = event
            event = words.take()
        keys[f"{prefix}worker_event"] = event
        if event == "CONNECTION":
            keys.setdefault(f"{prefix}address", words.take())
        elif event == "DISCONNECTION":
            reason = keys[f"{prefix}reason"] = words.take()
            return "INFO" if reason in _CALM else "WARNING"
        elif event in ("TRANSFER", "CACHE_UPDATE"):
            if event == "TRANSFER":
                keys[f"{prefix}transfer"] = words.take()
            for name in ("file", "size", "wall_time_us", "start_time_us"):
                word = words.take()
                keys[f"{prefix}{name}"] = word if name == "file" else _number(word)
            return "DEBUG"
        return "INFO"


class Metrics(_Log):
    """Source of the figures a manager writes every few seconds; a header names them.

    Keys are called as there, ``<prefix>.tasks_waiting``. Lines that do not have all figures are damaged.
    """

    kind = "metrics"

    def sniff(self, name: str, head: bytes) -> float:
        """By the header, which is the first line."""
        if bool(_VINE_FIGURES.match(head)) != (self._prefix == "vine"):
            return 0.0
        first = head.partition(b"\n")[0].decode(errors="backslashreplace")
        return 0.95 if _HEADER.match(first) and "tasks_" in first else 0.0

    def read(self, file: File, notes: Notes, limit: int | None = None) -> Iterator[Raw]:
        """Records with time, level DEBUG, and a sentence as body; the header is one, too, without a time."""
        names: list[str] = []
        for number, offset, length, text in read_lines(file.path, notes, limit):
            if not text or text.isspace():
                notes.blank += 1
                continue
            if text.startswith("#"):
                names = text.split()[2:] if len(text) < 20_000 and _HEADER.fullmatch(text) else names
                notes.first += 1
                yield Raw(number, {"wideview.level": "DEBUG", "wideview.body": text}, offset, length)
                continue
            words = text.split(None, len(names) + 1)
            wrong = "no header before this line" if not names else ""
            if names and len(words) != len(names) + 1:
                wrong = f"{len(words)} figures where the header names {len(names) + 1}"
            elif names and not (_MICROSECONDS.fullmatch(words[0]) and all(map(_FIGURE.fullmatch, words))):
                wrong = "not in the format of this log"
            if wrong:
                notes.reject(number, wrong)
                yield Raw(number, {"wideview.body": text}, offset, length, error=wrong)
                continue
            notes.first += 1
            figures = {name: _number(word) for name, word in zip(names, words[1:], strict=True)}
            keys: dict[str, Scalar] = {f"{self._prefix}.{name}": value for name, value in figures.items()}
            keys |= {"wideview.level": "DEBUG", "wideview.body": _sentence(figures)}
            yield Raw(number, keys, offset, length, int(words[0]) * 1000)


def _sentence(figures: dict[str, Scalar]) -> str:
    """What a person looks for first among the *figures*."""
    said = [
        ("workers_connected", "workers"),
        ("workers_busy", "busy"),
        ("tasks_waiting", "tasks waiting"),
        ("tasks_on_workers", "on workers"),
        ("tasks_done", "done"),
        ("tasks_submitted", "submitted"),
        ("tasks_failed", "failed"),
    ]
    parts = [f"{figures[name]} {word}" for name, word in said if name in figures]
    return ", ".join(parts) or f"{len(figures)} figures"


class Debug(_Log):
    """Source of cctools' debug log: local time without a zone, lines without a stamp continue the one before.

    The subsystem stands in ``name``: ``wq``, ``vine``, ``tcp``; those called ``error`` and ``notice`` are levels, too.
    """

    kind = "debug"

    def sniff(self, name: str, head: bytes) -> float:
        """By the lines alone; logs of other programs of cctools are taken for Work Queue's."""
        if bool(_VINE_PROGRAM.search(head)) != (self._prefix == "vine"):
            return 0.0
        return sniff_lines(DEBUG, head)

    def read(self, file: File, notes: Notes, limit: int | None = None) -> Iterator[Raw]:
        """Records with local time; a process that is no worker is ``<prefix>.manager``. Learns ``notes.zone``."""
        for line, offset, length, match, first, more in fold(file.path, notes, DEBUG, limit):
            if match is None:
                yield Raw(line, {"wideview.body": first}, offset, length, error="not in the format of this log")
                continue
            stamp, program, pid, name, message = match.groups()
            at = clock(stamp.replace("/", "-"))
            keys: dict[str, Scalar] = {"program": program, "process": int(pid), "name": name}
            if "worker" not in program and "factory" not in program:
                keys[f"{self._prefix}.manager"] = int(pid)
            keys["wideview.level"] = _LEVELS.get(name, "DEBUG")
            keys["wideview.body"] = "\n".join((message, *more)) if more else message
            if at and (zone := _ZONE.match(message)):
                ahead = (int(zone[2]) * 3600 + int(zone[3]) * 60) * (-1 if zone[1] == "-" else 1)
                if abs(ahead) <= _DAY:
                    notes.zone.append((at[0] - ahead * SECOND, ahead))
            yield Raw(line, keys, offset, length, local=at[0] if at else None)
