"""The keys that Academy's text logs (``extra=2``) append to a message as `` name: value``, taken off again.

Nothing marks where the message ends and the keys begin, and values hold blanks and colons. But few combinations of keys
are ever logged (all of academy-py 1.0.0 are below), and most values have a form of their own.
"""

from __future__ import annotations

import re

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_MAILBOX = r"(?:Agent|User)Id<[^<>]{1,200}>"

#: Forms of values; a key that is not here may hold anything.
_FORMS = {
    key: re.compile(form, re.ASCII)
    for form, keys in (
        (_UUID, "action_tag message_tag message_label"),
        (_MAILBOX, "agent_id user_id mailbox_id src dest message.src message.dest"),
        (r"\w{1,200}", "message_type action action_state method event_name function_name message.event"),
        (r"[\w.]{1,200}", "exception_serialization result_serialization"),
        (r"\d{1,20}", "run_count retries port message.size message_length"),
        (r"\d[\d.e+-]{0,40}", "ping_time_s delay interval"),
        (r"True|False|None", "expected shutdown"),
    )
    for key in keys.split()
}

_MESSAGE = "message_type src dest message_tag message_label"
_ACTION = "action action_tag action_state"

#: Every combination, in its order; the longest of those that fit is taken.
_COMBINATIONS = sorted(
    (
        tuple(keys.split())
        for keys in (
            _MESSAGE,
            f"{_MESSAGE} {_ACTION}",
            f"{_MESSAGE} action_state",
            f"{_MESSAGE} ping_time_s",
            f"{_MESSAGE} via",
            "message_tag src dest",
            "message.event message.src message.dest message.size message_tag",
            "message.event message.src message.dest message_tag",
            _ACTION,
            f"{_ACTION} action_args action_kwargs agent_id",
            f"{_ACTION} result agent_id",
            f"{_ACTION} exception_serialization",
            f"{_ACTION} result_serialization",
            "action agent_id",
            "agent_id",
            "agent_id agent",
            "agent_id exception exception_type",
            "agent_id function_name",
            "run_count retries agent_id agent",
            "expected agent_id agent",
            "shutdown name",
            "user_id",
            "mailbox_id",
            "mailbox_id group_id",
            "mailbox_id agent client_id",
            "client_id",
            "method self",
            "method self event_name",
            "method self interval",
            "host port",
            "message_length",
            "delay",
            "response",
        )
    ),
    key=len,
    reverse=True,
)

_NAMES = sorted({key for keys in _COMBINATIONS for key in keys}, key=len, reverse=True)
_MARK = re.compile(rf" ({'|'.join(map(re.escape, _NAMES))}): ")
_BEGINS: dict[str, list[tuple[str, ...]]] = {}
for _keys in _COMBINATIONS:
    _BEGINS.setdefault(_keys[0], []).append(_keys)

#: A message with more names of keys in it is no message of Academy.
_MOST = 200

#: Name, where the mark before it begins, where the value begins.
_Mark = tuple[str, int, int]


def split(text: str) -> tuple[str, dict[str, str]]:
    """The message, and the keys that were appended to it (without ``academy.``); none when it is not sure which.

    Where a value of any form might end at several places, it and the keys after it stay in the message.
    """
    marks = [(found[1], found.start(), found.end()) for found in _MARK.finditer(text)]
    if len(marks) > _MOST:
        return text, {}
    for first, (name, start, _) in enumerate(marks):
        for keys in _BEGINS.get(name, ()):
            found = _read(text, marks[first:], keys)
            if found is not None:
                values, rest = found
                return text[:start] + rest, values
    return text, {}


def _read(text: str, marks: list[_Mark], keys: tuple[str, ...]) -> tuple[dict[str, str], str] | None:
    """The values of *keys*, of which the first is the first of *marks*, and what could not be split at the end of
    *text*; None when it does not fit."""
    values: dict[str, str] = {}
    at = 0
    for key, following in zip(keys, (*keys[1:], None), strict=True):
        name, start, begin = marks[at]
        if name != key:
            return None
        later = [i for i in range(at + 1, len(marks)) if marks[i][0] == following]
        if following is not None and not later:
            return None
        form = _FORMS.get(key)
        if form is None and len(later) > 1:
            return values, text[start:]
        end = marks[later[0]][1] if later else len(text)
        value = text[begin:end]
        if form is not None and not form.fullmatch(value):
            return None
        values[key] = value
        at = later[0] if later else at
    return values, ""
