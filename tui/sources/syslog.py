"""System logs as syslog daemons write them, in three framings that may be mixed in one file.

    Nov 20 07:44:40 vm slurmd[10075]: text                              traditional, and journalctl: no year, no zone
    2026-11-20T07:44:40.375215+00:00 vm slurmd[10075]: text             rsyslog since version 8, journalctl -o short-iso
    <30>1 2026-11-20T07:44:40.375215+00:00 vm slurmd 10075 - - text     RFC 5424, with structured data

The first two may begin with ``<30>``, too: facility * 8 + severity (RFC 5424, 6.2.1). A forwarder that is set up
wrongly puts a whole RFC 5424 message into another's text; its keys are taken and the text is kept whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui.records import Notes, Raw, Scalar
from tui.sources import stamps
from tui.sources.base import File, Source
from tui.sources.lines import fold

#: Names of the facilities by number (RFC 5424, table 1; ``syslog.h``).
FACILITIES = (
    *("kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp"),
    *("ntp", "audit", "alert", "clock"),
    *(f"local{i}" for i in range(8)),
)

#: Our levels by severity, 0 (emergency) to 7 (debug).
SEVERITIES = ("CRITICAL", "CRITICAL", "CRITICAL", "ERROR", "WARNING", "INFO", "INFO", "DEBUG")

_ISO = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)"
_HOST = r"[A-Za-z0-9_][A-Za-z0-9_.:-]{0,254}"
_TAG = r"[^\s:\[\]]{1,64}"
_QUOTED = r'"(?:[^"\\\]]|\\.)*+"'
_DATA = rf'-|(?:\[[^ =\]"]{{1,64}}(?: [^ =\]"]{{1,64}}={_QUOTED})*+\])++'
#: What follows the version: time, host, program, process, message id, structured data.
_HEADER = rf"(-|{_ISO}) (\S{{1,255}}) (\S{{1,64}}) (\S{{1,128}}) (\S{{1,64}}) ({_DATA})(?: |$)"

RECORD = re.compile(
    rf"(?:<(?P<pri>\d{{1,3}})>)?(?:(?P<version>1) (?={_HEADER})|"
    rf"(?P<time>{_ISO}|[A-Z][a-z]{{2}} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{{1,9}})?) (?P<host>{_HOST}) "
    rf"(?:(?P<program>{_TAG})(?:\[(?P<process>\d{{1,18}})\])?: ?)?)",
    re.ASCII,
)
_RFC5424 = re.compile(_HEADER, re.ASCII)
#: A message inside a message: the version was cut off, or stands where a program should.
_NESTED = re.compile(rf"(?:<\d{{1,3}}>)?(?:1 )?(?={_ISO} )", re.ASCII)
_PARAMETER = re.compile(rf'\[([^ =\]"]{{1,64}})|([^ =\]"]{{1,64}})=({_QUOTED})', re.ASCII)
_ESCAPED = re.compile(r'\\(["\\\]])')
_KERNEL_TIME = re.compile(r"\[ {0,8}(\d{1,9}\.\d{6})\] ?", re.ASCII)
#: What stands where a host would, in logs of programs.
_NO_HOST = frozenset(("TRACE", "DEBUG", "INFO", "WARN", "WARNING", "ERROR", "CRITICAL", "FATAL"))


def priority(keys: dict[str, Scalar], number: int) -> None:
    """Add to *keys* what a priority (facility * 8 + severity) says: ``syslog.facility`` and ``wideview.level``."""
    facility, severity = divmod(number, 8)
    if 0 <= facility < len(FACILITIES):
        keys["syslog.facility"] = FACILITIES[facility]
        keys["wideview.level"] = SEVERITIES[severity]


class Syslog:
    """Source of system logs; see the module. Lines before the first record are damaged records."""

    name = "syslog"
    title = "system log (syslog)"
    body: tuple[str, ...] = ("wideview.body",)
    level: tuple[str, ...] = ("wideview.level",)
    lines = True
    json_lines = False
    time = ""

    def sniff(self, name: str, head: bytes) -> float:
        """By most of the lines: other logs have one that looks like it, too."""
        texts = [
            text for text in head.decode(errors="backslashreplace").removeprefix("\ufeff").split("\n")[:50] if text
        ]
        found = [match for text in texts if (match := RECORD.match(text))]
        sure = [m for m in found if m["version"] or (m["program"] and m["host"].upper() not in _NO_HOST)]
        if not sure or 2 * len(sure) < len(found) or 2 * len(found) < len(texts):
            return 0.0
        return 0.7 if any(m["time"] and m["time"][0].isdigit() for m in sure) else 0.9

    def read(self, file: File, notes: Notes, limit: int | None = None) -> Iterator[Raw]:
        """Records with ``wideview.body``, ``syslog.host``, ``syslog.program`` and ``process``, each if it is there.

        Times of the traditional form are local and of the year in which *file* was last changed, or the one before.
        A priority gives ``syslog.facility`` and ``wideview.level``. RFC 5424 also has ``syslog.msgid`` and structured
        data as ``<id>.<parameter>``. A kernel's seconds since boot are taken off its text: ``dmesg.time``.
        """
        written, stamp = "", stamps.Stamp()
        for line, offset, length, match, first, more in fold(file.path, notes, RECORD, limit):
            if match is None:
                yield Raw(line, {"wideview.body": first}, offset, length, error="not in the format of this log")
                continue
            keys: dict[str, Scalar] = {}
            if match["version"]:
                text, body = _rfc5424(first, match.end(), keys)
            else:
                text, body = match["time"], first[match.end() :]
                keys["syslog.host"] = match["host"]
                if match["program"]:
                    keys["syslog.program"] = match["program"]
                if match["process"]:
                    keys["process"] = int(match["process"])
            if match["pri"]:
                priority(keys, int(match["pri"]))
            if nested := _NESTED.match(body):
                _rfc5424(body, nested.end(), keys)
            elif keys.get("syslog.program") == "kernel" and (since := _KERNEL_TIME.match(body)):
                keys["dmesg.time"] = float(since[1])
                body = body[since.end() :]
            keys["wideview.body"] = "\n".join((body, *more)) if more else body
            if text != written:  # many lines a second
                form = "iso" if text[0].isdigit() else "syslog"
                stamp = (stamps.read(form, text, file.mtime_ns) if text != "-" else None) or stamps.Stamp()
                written = text
            yield Raw(line, keys, offset, length, stamp.time, stamp.local)


def _rfc5424(text: str, start: int, keys: dict[str, Scalar]) -> tuple[str, str]:
    """Add what the header of a message says, that begins with its time at *start* of *text*; what it does not say is
    left as it is. Returns (time, message)."""
    found = _RFC5424.match(text, start)
    if found is None:
        return "-", text[start:]
    time, host, program, process, message_id, data = found.groups()
    for key, value in (("syslog.host", host), ("syslog.program", program), ("syslog.msgid", message_id)):
        if value != "-":
            keys[key] = value
    if process.isdecimal() and process.isascii() and len(process) <= 18:
        keys["process"] = int(process)
    name = ""
    for opened, parameter, value in _PARAMETER.findall(data) if data != "-" else ():
        if opened:
            name = opened
        else:
            keys[f"{name}.{parameter}"] = _ESCAPED.sub(r"\1", value[1:-1])
    return time, text[found.end() :].removeprefix("\ufeff").lstrip(" ")


SOURCES: tuple[Source, ...] = (Syslog(),)
