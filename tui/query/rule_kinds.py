"""What a rule can say: one class a kind, one field a setting."""

from __future__ import annotations

from dataclasses import dataclass, field

#: The forms in which values of a key are compared.
FORMS = ("text", "integer", "bytes", "uuid", "basename", "angle")


@dataclass(frozen=True, slots=True)
class Key:
    """A key known by name: the *form* its values are compared in, and the *kind* of thing it names.

    *unique*: no two things in the world have the same value, so that what it names is one thing in all scopes.
    *state*: its values are names of states; what is in one of the states *failed* has failed.
    """

    name: str
    form: str = "text"
    kind: str = ""
    state: bool = False
    failed: tuple[str, ...] = ()
    unique: bool = False


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Levels from the top down; each the keys that identify an entity of that level inside a run."""

    name: str
    levels: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Constant:
    """Keys from the path. *path* is a pattern over the whole path; its group ``scope`` is the run's directory.

    *keys* maps other groups to keys. *scope_key* gets the name of the scope's directory. *source* is how lists call
    the file, with groups in braces. *copy* files repeat records of other files of the run.
    """

    name: str
    path: str
    keys: dict[str, str] = field(default_factory=dict)
    scope_key: str = ""
    source: str = ""
    copy: bool = False


@dataclass(frozen=True, slots=True)
class Alias:
    """The keys *of* are other names of *key*. *with_* is a key that must be there too. *list* splits at commas."""

    name: str
    key: str
    of: tuple[str, ...]
    with_: str = ""
    list: bool = False


@dataclass(frozen=True, slots=True)
class Extract:
    """Keys out of the body: groups of *pattern* are *keys*; groups in *list* hold several values, split at commas.

    Only records whose ``name`` is *logger* (a trailing star matches any ending), whose body begins with one of
    *starts* and has *holds* in it, are looked at: that is far cheaper than a pattern.
    """

    name: str
    pattern: str
    keys: dict[str, str]
    starts: tuple[str, ...] = ()
    logger: str = ""
    holds: str = ""
    list: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Belongs:
    """Values of *key* are unique in the world: where all that the logs of some directory have are those of one run, the
    logs belong to that run, though they do not lie in its directory.
    """

    name: str
    key: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Shift:
    """*key* is the number *of* plus *add*: a guess from the order in which things were counted, and no proof.

    Only records that carry all keys of *has* are meant. It is made when everything else is known, and not where what is
    known refutes it. It, and all that implications conclude from it, is called inferred.
    """

    name: str
    key: str
    of: str
    add: int
    has: tuple[str, ...] = ()
    inferred: bool = True
    why: str = ""


@dataclass(frozen=True, slots=True)
class Implies:
    """Within a scope, records that agree on all keys of *given* agree on each key of *then*.

    *has*: keys that a record must carry for the rule to speak of it. *quiet*: where the data break it, it says nothing
    and that is no conflict. *scope* ``all``: the given values are unique in the world. *inferred*: a guess, made when
    everything else is known; so is all that follows from it.
    """

    name: str
    given: tuple[str, ...]
    then: tuple[str, ...]
    has: tuple[str, ...] = ()
    quiet: bool = False
    scope: str = "run"
    inferred: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Within:
    """In one file and line order, records from one that matches *begin* to the first that matches *begin* or *end*
    get the value that *begin* names (group ``value``) as *key*. The record that ends it belongs to it, a new begin
    does not.

    *by*: keys that tell apart who writes to the file, such as its threads: each has stretches of its own, and where
    two of one writer overlap, both say nothing; records that lack one of these keys are not meant. *next*: it holds
    for the very next record alone, if that matches *end*, with the same text as group ``same`` where patterns have it.
    *lacks*: records that carry one of these keys get nothing.
    """

    name: str
    key: str
    begin: tuple[str, ...]
    end: tuple[str, ...] = ()
    logger: str = ""
    by: tuple[str, ...] = ()
    next: bool = False
    lacks: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Between:
    """An implication that holds for a while: from a record that matches *begin* to one that matches *end*.

    Both patterns have the groups ``given`` and, for *begin*, ``value``; records in that time that carry *given* with
    that value get *then*.
    """

    name: str
    given: str
    then: str
    begin: str
    end: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Expects:
    """Records that carry all keys of *given* carry all of *then*; where they do not, ``lint`` says so.

    Only records of these are meant: the log kinds *source* and the loggers *logger* (a trailing star matches any
    ending; none: all), in files whose label, as lists show it, is one of *label* (stars likewise). Where no record of
    a run carries the key, nothing can be expected, and that is what is said.
    """

    name: str
    then: tuple[str, ...]
    given: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    logger: tuple[str, ...] = ()
    label: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a sequence: records of *logger* and of the log kind *source* whose body matches one of *pattern*, or
    whose *key* has one of the values *is* (the words of TOML: ``is = ["launched"]``).

    *level* is the one it is written at: a log of worse records alone is no log of it.
    *end*: nothing needs to come after it. *optional*: entities without it are fine. *loose*: that it stands here in
    time is not certain: it is written after, or beside, what it tells.
    """

    name: str
    logger: str = ""
    source: str = ""
    pattern: tuple[str, ...] = ()
    key: str = ""
    is_: tuple[str, ...] = ()
    level: str = ""
    end: bool = False
    optional: bool = False
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    """What entities with the keys *key* go through, step by step, inside a run.

    *logger*: only in runs with records of this logger, which tells them from runs with entities of another kind.
    """

    name: str
    key: tuple[str, ...]
    step: tuple[Step, ...]
    logger: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Life:
    """Something that was started several times in one directory, where ids begin again with every start.

    Each value of *of* in records of *logger* is a life; files with other values of the keys *each* tell of something
    else. Where there are several, each becomes a scope of its own, called by *key*. A value of a key in *bound* belongs
    to the life whose records name it; *made* finds in a path when the file was made (group ``value``, epoch seconds).
    In a run that some record names (*unless*), nothing is taken apart.
    """

    name: str
    key: str
    of: str
    logger: str
    each: tuple[str, ...] = ()
    bound: tuple[str, ...] = ()
    made: str = ""
    unless: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Alive:
    """Records whose key *of* is the number of a process are about a process of a run, of which the own records have
    that number as *key*.

    They belong to the one run in which it was alive at their time, and get those keys of *then* on which the places of
    the files it wrote agree.
    """

    name: str
    key: str
    of: str
    then: tuple[str, ...] = ()
    why: str = ""


Rule = Constant | Alias | Extract | Implies | Within | Between | Life | Alive | Shift
