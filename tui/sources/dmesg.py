"""The kernel's messages as ``dmesg`` prints them (util-linux), and as ``dmesg --json`` does.

    [ 8112.114450] text                              seconds since boot; "node1 kernel: text" of journalctl -k, too
    [Fri Nov 20 07:20:10 2026] text                  -T: local time
    2026-11-20T07:20:10,114450+00:00 text            --time-format iso
    {"dmesg": [{"pri": 3, "time": 8112.114450, "msg": "text"}]}          --json: one document over many lines

Each of the first three may begin with ``<3>`` (-r) or ``kern  :err   : `` (-x), and the caller, ``[    T0]``, may
follow the first. The log does not name when the machine was booted: seconds since boot are ``Raw.elapsed``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui.records import Notes, Raw, Scalar
from tui.sources import stamps
from tui.sources.base import File, Source
from tui.sources.documents import elements
from tui.sources.json_objects import flatten
from tui.sources.lines import fold
from tui.sources.parsl_text import sniff_lines
from tui.sources.syslog import FACILITIES, SEVERITIES, priority

_NAMES = ("emerg", "alert", "crit", "err", "warn", "notice", "info", "debug")

_PRIORITY = (
    rf"(?:<(?P<pri>\d{{1,4}})>)?"
    rf"(?:(?P<facility>{'|'.join(FACILITIES)}) {{0,5}}:(?P<level>{'|'.join(_NAMES)}) {{0,5}}: )?"
)
_SINCE = r"\[ {0,8}(?P<since>\d{1,9}\.\d{6})(?: <[ \d.]{1,20}>)?\](?:\[ {0,8}(?P<caller>[TC]\d{1,9})\])?"
_JOURNAL = r"(?: (?P<host>[A-Za-z0-9][\w.-]{0,254}) kernel:(?= ))?"
#: Old Apache servers write theirs in the same brackets, and a level in others after it.
_CTIME = (
    r"\[(?P<ctime>[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4})\]"
    r"(?! \[(?:[\w:]{1,40}:)?(?:error|warn|notice)\])"
)
_ISO = r"(?P<iso>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d,\d{6}[+-]\d\d:?\d\d)"

RECORD = re.compile(rf"{_PRIORITY}(?:{_SINCE}{_JOURNAL}|{_CTIME}|{_ISO})(?: |$)", re.ASCII)


class Dmesg:
    """Source of what ``dmesg`` prints; see the module. Lines before the first record are damaged records."""

    name = "dmesg"
    title = "kernel messages (dmesg)"
    body: tuple[str, ...] = ("wideview.body",)
    level: tuple[str, ...] = ("wideview.level",)
    lines = True
    json_lines = False
    time = ""

    def sniff(self, name: str, head: bytes) -> float:
        """By the lines alone."""
        return sniff_lines(RECORD, head)

    def read(self, file: File, notes: Notes, limit: int | None = None) -> Iterator[Raw]:
        """Records with ``wideview.body``; ``time`` are the seconds since boot, named as ``--json`` does.

        ``syslog.facility`` and the level are there only if the options -r or -x were given: the text does not say.
        """
        for line, offset, length, match, first, more in fold(file.path, notes, RECORD, limit):
            if match is None:
                yield Raw(line, {"wideview.body": first}, offset, length, error="not in the format of this log")
                continue
            body = first[match.end() :]
            keys: dict[str, Scalar] = {"wideview.body": "\n".join((body, *more)) if more else body}
            raw = Raw(line, keys, offset, length)
            if match["pri"]:
                priority(keys, int(match["pri"]))
            if match["level"]:
                keys["syslog.facility"] = match["facility"]
                keys["wideview.level"] = SEVERITIES[_NAMES.index(match["level"])]
            if match["caller"]:
                keys["dmesg.caller"] = match["caller"]
            if match["host"]:
                keys["syslog.host"] = match["host"]
            if match["since"]:
                keys["time"] = float(match["since"])
                raw.elapsed = elapsed(match["since"])
            elif stamp := stamps.read("iso" if match["iso"] else "ctime", match["iso"] or match["ctime"]):
                raw.time, raw.local = stamp.time, stamp.local
            yield raw


_DOCUMENT = re.compile(rb'\s*+\{\s*+"dmesg"\s*+:\s*+\[')


class DmesgJson:
    """Source of what ``dmesg --json`` prints; see the module. Its records are rows, each with bytes of its own."""

    name = "dmesg-json"
    title = "kernel messages (dmesg --json)"
    body: tuple[str, ...] = ("msg",)
    level: tuple[str, ...] = ("wideview.level",)
    lines = False
    json_lines = False
    time = ""

    def sniff(self, name: str, head: bytes) -> float:
        """By how the document begins."""
        return 0.95 if _DOCUMENT.match(head.removeprefix(b"\xef\xbb\xbf")) else 0.0

    def read(self, file: File, notes: Notes, limit: int | None = None) -> Iterator[Raw]:
        """Records with the keys as they are: ``pri``, ``time`` (seconds since boot), ``msg`` and what else there is."""
        for element in elements(file.path, notes, limit):
            keys = flatten(element.value)
            raw = Raw(element.line, keys, element.offset, element.length)
            if isinstance(since := keys.get("time"), int | float) and 0 <= since < 1e9:
                raw.elapsed = round(since * 1_000_000) * 1000
            if isinstance(number := keys.get("pri"), int):
                priority(keys, number)
            yield raw


def elapsed(text: str) -> int:
    """Seconds with a fraction of at most nine digits as nanoseconds."""
    whole, _, part = text.partition(".")
    return int(whole) * 1_000_000_000 + int(part.ljust(9, "0"))


SOURCES: tuple[Source, ...] = (Dmesg(), DmesgJson())
