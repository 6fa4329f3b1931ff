"""What programs usually call time, level, body and template: for objects of unknown programs."""

from __future__ import annotations

from tui.records import LEVEL_RANKS, LEVELS, Raw, Scalar, level_rank
from tui.sources import stamps
from tui.sources.stamps import Stamp
from tui.times import SECOND, clock

#: Keys that may hold the time, best first.
TIME_KEYS = (
    "created",
    "timestamp",
    "@timestamp",
    "time",
    "ts",
    "t",
    "@t",
    "datetime",
    "date",
    "asctime",
    "eventTime",
    "event_time",
    "time_unix_nano",
    "timeUnixNano",
    "record.time.timestamp",
)

#: Keys whose words the loader understands, best first, and others that hold a level.
LEVEL_WORDS = ("levelname", "level", "severity", "log.level")
LEVEL_KEYS = (
    *LEVEL_WORDS,
    "lvl",
    "loglevel",
    "log_level",
    "level_name",
    "@level",
    "@l",
    "severityText",
    "severity_text",
    "record.level.name",
    "levelno",
    "severityNumber",
    "severity_number",
    "PRIORITY",
    "priority",
    "syslog_severity",
)

#: Keys that the loader takes the body from, and others that hold one.
BODY_KEYS = ("formatted", "message", "msg", "body", "text", "event", "MESSAGE")
MORE_BODY_KEYS = (
    "log",
    "@message",
    "@m",
    "short_message",
    "full_message",
    "textPayload",
    "jsonPayload.message",
    "body.stringValue",
    "record.message",
    "description",
    "@mt",
)

TEMPLATE_KEYS = ("template", "msg_template", "message_template", "messageTemplate", "@mt")

_WORDS = {
    "T": "TRACE",
    "D": "DEBUG",
    "I": "INFO",
    "W": "WARNING",
    "E": "ERROR",
    "C": "CRITICAL",
    "F": "CRITICAL",
    "VERBOSE": "TRACE",
    "INFORMATIONAL": "INFO",
    "SUCCESS": "INFO",
    "SEVERE": "ERROR",
    "PANIC": "CRITICAL",
}
_SYSLOG = ("CRITICAL", "CRITICAL", "CRITICAL", "ERROR", "WARNING", "INFO", "INFO", "DEBUG")
_PYTHON = ("TRACE", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")

#: Characters of a body that is made of other keys, and of one value in it.
_MOST, _MOST_VALUE = 200, 60

_TEMPLATES = frozenset((*TEMPLATE_KEYS, "msg"))
_LEVELS = frozenset(LEVEL_KEYS)
_TIMES = frozenset(TIME_KEYS)
_BODIES = frozenset(BODY_KEYS)
_MORE_BODIES = frozenset(MORE_BODY_KEYS)
_NOT_SAID = frozenset((*TIME_KEYS, *LEVEL_KEYS, *TEMPLATE_KEYS, "levelno", "thread", "process", "pid"))


class Usual:
    """Finds in the objects of one file what they call by the usual names.

    A time is taken from the key that gave one in the record before, else from the first of :data:`TIME_KEYS` that
    gives a moment; a number too small to be one counts from a start that is not named, if nothing else is there.
    *near* is a moment shortly after they were written, in nanoseconds; 0 when it is not known.
    """

    def __init__(self, near: int = 0) -> None:
        self._near = near
        self._last = TIME_KEYS[0]

    def complete(self, raw: Raw) -> None:
        """Sets the time of *raw*, and ``wideview.level``, ``wideview.body`` and ``wideview.template`` where its keys
        hold these in another way than the loader knows."""
        keys = raw.keys
        self._set_time(raw)
        if not _TEMPLATES.isdisjoint(keys) and (template := _template(keys)):
            keys["wideview.template"] = template
        if not _LEVELS.isdisjoint(keys) and not _understood(keys) and (name := level_name(keys)):
            keys["wideview.level"] = name
        if "wideview.body" in keys:
            return
        if not _BODIES.isdisjoint(keys) and any(keys.get(key) is not None for key in BODY_KEYS):
            return
        if body := _body(keys):
            keys["wideview.body"] = body

    def _set_time(self, raw: Raw) -> None:
        keys = raw.keys
        present = keys.keys() & _TIMES
        if not present:
            return
        alone = next(iter(present)) if len(present) == 1 else ""
        stamp = self._stamp(keys.get(alone or self._last))
        elapsed = None
        if alone:
            if stamp is not None and stamp.elapsed is None:
                self._last = alone
        elif stamp is None or stamp.elapsed is not None:
            for key in TIME_KEYS:
                value = keys.get(key)
                if value is None or (found := self._stamp(value)) is None:
                    continue
                if found.elapsed is None:
                    self._last, stamp = key, found
                    break
                elapsed = elapsed or found
            else:
                stamp = elapsed
        if stamp is not None:
            raw.time, raw.local, raw.elapsed = stamp.time, stamp.local, stamp.elapsed

    def _stamp(self, value: Scalar) -> Stamp | None:
        """*value* as a time; None when it is none."""
        if value is None or isinstance(value, bool):
            return None
        if isinstance(value, str):
            if len(value) > 100:
                return None
            if value[4:5] == "-" and (read := clock(value)):
                return Stamp(time=read[0]) if read[1] else Stamp(local=read[0])
            return stamps.read("any", value, self._near)
        if isinstance(value, float):
            if 1e8 <= value < 1e11:  # seconds: nearly all
                whole, _, part = repr(value).partition(".")
                return Stamp(time=int(whole) * SECOND + int(part.ljust(9, "0")))
            if 1e15 <= abs(value) < 1e30:  # those that repr() writes with an exponent
                value = int(value)
        return stamps.number(str(value))


def _understood(keys: dict[str, Scalar]) -> bool:
    """Whether the loader knows the level by itself."""
    for key in LEVEL_WORDS:
        if (value := keys.get(key)) is not None:
            return value in LEVEL_RANKS or (isinstance(value, str) and value.upper() in LEVEL_RANKS)
    return False


def level_name(keys: dict[str, Scalar]) -> str:
    """The level that *keys* name, as a word of :data:`tui.records.LEVELS`; empty when they name none."""
    for key in LEVEL_KEYS:
        value = keys.get(key)
        if value is None or isinstance(value, bool):
            continue
        if isinstance(value, str):
            word = value.strip().upper()
            if rank := level_rank(word):
                return LEVELS[rank]
            if word in _WORDS:
                return _WORDS[word]
            if not word.isdecimal() or len(word) > 3:
                continue
            value = int(word)
        if name := _numbered(key, int(value) if abs(value) < 1000 else 0, keys):
            return name
    return ""


def _numbered(key: str, value: int, keys: dict[str, Scalar]) -> str:
    """The level that is called *value* by those who use *key*."""
    if key in ("PRIORITY", "priority", "syslog_severity"):
        return _SYSLOG[value] if 0 <= value < 8 else ""
    if key in ("severityNumber", "severity_number"):  # OpenTelemetry
        return _PYTHON[(value - 1) // 4] if 0 < value <= 24 else ""
    if key == "severity":  # Google's cloud
        return ("DEBUG", "INFO", "INFO", "WARNING", "ERROR", "CRITICAL")[min(value // 100, 6) - 1] if value > 99 else ""
    if not 0 < value <= 60:
        return ""
    if key == "level" and "levelno" not in keys and "levelname" not in keys:  # bunyan and pino: 30 is info
        return _PYTHON[max(value // 10, 1) - 1]
    return _PYTHON[min(value // 10, 5)]


def _template(keys: dict[str, Scalar]) -> str:
    for key in TEMPLATE_KEYS:
        if (value := keys.get(key)) and isinstance(value, str):
            return value
    value = keys.get("msg")
    said = keys.get("message") or keys.get("formatted")
    return value if said and isinstance(value, str) and "%" in value and value != said else ""


def _body(keys: dict[str, Scalar]) -> str:
    for key in () if _MORE_BODIES.isdisjoint(keys) else MORE_BODY_KEYS:
        if (value := keys.get(key)) and isinstance(value, str):
            return value.rstrip("\r\n")
    parts: list[str] = []
    size = 0
    for name, value in keys.items():
        if name in _NOT_SAID or value is None or name.startswith("wideview."):
            continue
        text = value if isinstance(value, str) else repr(value) if isinstance(value, float) else str(value)
        if len(text) > _MOST_VALUE:
            text = text[:_MOST_VALUE] + "…"
        parts.append(f"{name[:100]}={text}")
        size += len(parts[-1]) + 1
        if size > _MOST:
            break
    return " ".join(parts)
