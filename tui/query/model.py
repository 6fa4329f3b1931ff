"""What questions are asked with and what comes back: plain frozen values, no database, no terminal.

Times are UTC nanoseconds since the epoch, None where a record has none. Record numbers (*id*) are those of one store.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

Pair = tuple[str, str]

#: The scope of an entity that is one thing in all scopes: one of its keys has values that are unique in the world.
ANYWHERE = -1


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing one can follow: *kind* (``task``) and the key sequence that identifies it inside its scope, which may be
    :data:`ANYWHERE`."""

    kind: str
    keys: tuple[Pair, ...]
    scope: int
    run: str
    """What people call the run: the name of its directory, or its UUID. Empty for what is not bound to one."""

    @property
    def label(self) -> str:
        """``task 5``, ``try 0 of task 5``: the kind and the last value, and what it is one of."""
        if not self.keys:
            return self.kind
        name = f"{self.kind} {self.keys[-1][1]}"
        if len(self.keys) == 1:
            return name
        key, value = self.keys[-2]
        return f"{name} of {key.rpartition('.')[2].replace('_', ' ')} {value}"


@dataclass(frozen=True, slots=True)
class Selection:
    """What filters, time window and navigation leave. Everything that is given must hold."""

    expression: str = ""
    """Filter expression, empty for none."""
    level: int = 0
    """Least level rank; 0 keeps records of unknown level too."""
    window: tuple[int, int] | None = None
    """From and (not including) to, in nanoseconds; records without a time are left out."""
    entity: Entity | None = None
    """Only the flow of this entity."""
    hidden: tuple[int, ...] = ()
    """Numbers of templates whose records are left out."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record as a line of a list."""

    id: int
    time: int | None
    level: int
    source: str
    """Short name of what wrote it: ``parsl``, ``interchange``, ``worker 1``, ``monitoring.db``."""
    file: str
    """The file's name as the user gave it."""
    line: int
    entity: str
    """The nearest entity, ``task 5``; empty for none."""
    body: str
    """The whole text as written, several lines perhaps, control characters included."""
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """A key of one record. *rule* names the rule that gave it, None when the emitter did."""

    key: str
    value: str
    rule: str | None = None
    via: str = ""
    """The record a rule took it from, as ``file:line``; empty where it came from the record or its path."""


@dataclass(frozen=True, slots=True)
class Detail:
    """Everything about one record."""

    row: Row
    values: tuple[Value, ...]
    original: str
    """The text or row as it stands in the file now; when the file changed or is gone, what the index holds."""
    changed: bool = False
    """The file is not what was read."""
    copies: tuple[str, ...] = ()
    """Where the folded copies of the record stand, as ``file:line``."""


@dataclass(frozen=True, slots=True)
class Step:
    """A record in a flow."""

    row: Row
    since: int | None
    """Nanoseconds since the step before, whatever its source; None for the first and for records without a time."""
    waited: int | None
    """Nanoseconds since the step before in the same file, or for a file's first step since the last step anywhere."""
    waited_from: int | None
    """Index of the step that *waited* counts from."""
    slow: bool
    """This step ends one of the waits that make up the flow's length."""
    inferred: bool = False
    """That it is about this entity is a guess: it follows from a rule that infers."""


@dataclass(frozen=True, slots=True)
class Flow:
    """All records about one entity, in order. *steps* may read its steps when they are asked for, a page at a time."""

    entity: Entity
    steps: Sequence[Step]
    start: int | None
    end: int | None
    slow: tuple[int, ...] = ()
    """Indices of the slow steps."""
    files: int = 0
    """How many files the steps are from."""
    ids: Sequence[int] = ()
    about: tuple[Pair, ...] = ()
    """The other entities that its records are about, as key and value: where it ran, what other programs call it."""
    """The record of every step; they ascend."""

    def index_of(self, record: int) -> int | None:
        """The step of a record, None when it is not in the flow."""
        at = bisect_left(self.ids, record)
        return at if at < len(self.ids) and self.ids[at] == record else None


@dataclass(frozen=True, slots=True)
class Node:
    """A node of a key hierarchy: the values from its top down to here, and what lies below."""

    path: tuple[Pair, ...]
    entity: Entity | None
    count: int
    errors: int
    first: int | None
    last: int | None
    leaf: bool
    """There is no level below that any of its records has."""


@dataclass(frozen=True, slots=True)
class Histogram:
    """Records over time: *counts[bin][level rank]*; bin *i* begins at ``start + i * width`` nanoseconds."""

    start: int
    width: int
    counts: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Facet:
    """The commonest values of a key in a selection, with counts; *more* when there are others."""

    key: str
    values: tuple[tuple[str, int], ...] = field(default=())
    more: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far loading is: what is going on, records so far, and *done* of *total* parts of the work.

    The work is measured in bytes of the files: a third is reading, till a half loading, then widening.
    """

    doing: str
    records: int
    done: int
    total: int
