"""An open store with what is asked of it again and again: keys, rules, scopes, files. One a load."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from tui import times
from tui.query.model import Histogram, Pair, Row, Selection
from tui.query.options import FITS_NOTHING
from tui.query.rules import Implies, RuleSet, normal
from tui.query.schema import Schema, body_sql
from tui.query.side_rules import extended
from tui.query.store import Reader, Store
from tui.records import NO_TIME

if TYPE_CHECKING:
    from tui.query.about import About
    from tui.query.nearest import Nearest

_ANSWERS = 4
_DAY = 86400 * times.SECOND


@dataclass(frozen=True, slots=True)
class ScopeName:
    """A scope as people know it: number, directory, its name, and the run's UUID if the data tell it. *life* is the key
    that names it, and its value, if it is one of several lives in one directory."""

    id: int
    path: str
    name: str
    run: str
    life: Pair | None = None


_UUID = re.compile(r"([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


def _shortened(names: dict[int, str]) -> dict[int, str]:
    """*names* with the UUIDs in them cut to their beginnings, unless two that differ would then be the same."""
    short = {i: _UUID.sub(r"\1…", name) for i, name in names.items()}
    return short if len(set(short.values())) == len(set(names.values())) else names


def _distinct(scopes: dict[int, tuple[str, str, str]]) -> dict[int, str]:
    """(path, name, run) of scopes -> what to call each: its name, and where that is not enough the directory above
    that tells it from the others (``text/…/000``), else the beginning of the run's UUID."""
    labels: dict[int, str] = {}
    for i, (path, name, run) in scopes.items():
        above = path.split("/")[-2::-1]
        rivals = [other.split("/")[-2::-1] for j, (other, called, _) in scopes.items() if j != i and called == name]
        depth = 0
        while depth < len(above) and any(rival[:depth] == above[:depth] for rival in rivals):
            depth += 1
        if depth == len(above):
            labels[i] = f"{name} {run[:8]}".rstrip()
        else:
            labels[i] = "/".join([*above[max(0, depth - 1) : depth], *(["…"] if depth > 1 else []), name])
    return labels


@dataclass
class Catalog:
    """Everything that questions need. *complete* is False while only the heads of the files are loaded."""

    store: Store
    rules: RuleSet
    complete: bool = True
    schema: Schema = field(init=False)
    notices: list[str] = field(default_factory=list)
    kept: object = None
    """What must not go away before this: copies of inputs in a temporary directory."""

    answers: dict[Selection, np.ndarray[Any, Any]] = field(default_factory=dict)
    """The last few selections with the records they leave: a screen asks for them, then for their histogram."""

    histograms: dict[tuple[Selection, int], Histogram] = field(default_factory=dict)
    abouts: dict[tuple[str, ...], About] = field(default_factory=dict)
    """Which records are about which things, by the keys that name them; ``about.py`` keeps it."""
    nearest: Nearest | None = None
    """What every record is about; ``nearest.py`` keeps it."""
    rows: dict[int, Row] = field(default_factory=dict)
    """Records that were shown, by number; ``pages.py`` keeps it."""

    def __post_init__(self) -> None:
        self.rules = extended(self.store, self.rules)
        self.schema = Schema.of(self.store, self.rules)
        self.notices += [notice for (notice,) in self.store.execute("SELECT notice FROM side_notices")]
        unread = self.store.execute(
            "SELECT f.name, r.reason FROM rejects r JOIN files f ON r.file = f.id WHERE r.line = 0 "
            "UNION ALL SELECT name, reason FROM skipped WHERE starts_with(reason, 'cannot be read') "
            f"OR reason = '{FITS_NOTHING}' ORDER BY ALL LIMIT 6"
        )
        self.notices += [f"{name}: {reason}" for name, reason in unread[:5]]
        if len(unread) > 5:
            self.notices.append("and more files that could not be read: wideview info lists them")
        for before, after in self.store.execute("SELECT before, after FROM left_out"):
            outside = [f"{n:,} before --since" for n in [before] if n] + [f"{n:,} after --until" for n in [after] if n]
            if outside:
                self.notices.append(f"records left out: {', '.join(outside)}")

    def remember(self, selection: Selection, ids: np.ndarray[Any, Any]) -> None:
        """Keep the answer to *selection*, and forget all but the last few."""
        self.answers[selection] = ids
        while len(self.answers) > _ANSWERS:
            with contextlib.suppress(KeyError, RuntimeError):  # another thread was faster
                del self.answers[next(iter(self.answers))]

    def reader(self, group: str = "") -> Reader:
        """The reader of the panel *group*."""
        return self.store.reader(group)

    @cached_property
    def plain_keys(self) -> frozenset[str]:
        """Rule keys at the top of a hierarchy that have one value in every run: they tell no record from another."""
        return frozenset(name for (name,) in self.store.execute("SELECT name FROM rule_keys WHERE one"))

    def key_column(self, key: str) -> str | None:
        """The column of ``aspects`` that holds *key*, or the key it is an alias of; None when it is no rule key."""
        name = self.meant(key)
        return f"k{self.schema.key(name)}" if name in self.schema.rule_keys else None

    def body(self, table: str = "r") -> str:
        """SQL for the body of a record in *table*."""
        return body_sql(self.schema.columns, table)

    def normal(self, key: str, value: str) -> str:
        """*value* in the form that values of *key* are compared in."""
        return normal(self.rules.form(self.meant(key)), value)

    def implied_by(self, number: int) -> Implies | None:
        """The implication with this rule number, None when it is a rule of another kind."""
        rule = self.schema.rules[number - 1] if 0 < number <= len(self.schema.rules) else None
        return rule if isinstance(rule, Implies) else None

    def rule_name(self, number: int) -> str:
        """The name of a rule by its number."""
        return self.schema.rules[number - 1].name if 0 < number <= len(self.schema.rules) else ""

    @cached_property
    def scopes(self) -> dict[int, ScopeName]:
        """The scopes that have records, by number."""
        dfk, rundir = self.key_column("parsl.dfk"), self.key_column("parsl.rundir")
        keys = [rule.key for rule in self.rules.life]
        lives = "".join(f", min({self.key_column(key)}) AS life{i}" for i, key in enumerate(keys))
        rows = self.reader().rows(
            f"SELECT s.id, s.path, s.name, a.* EXCLUDE scope FROM scopes s JOIN (SELECT scope, "
            f"min({dfk or 'NULL'}) AS run, min({rundir or 'NULL'}) AS rundir{lives} FROM aspects GROUP BY scope) a "
            "ON s.id = a.scope ORDER BY s.id"
        )
        known = {}
        for i, _, _, _, _, *values in rows:
            known[i] = next((pair for pair in zip(keys, values, strict=True) if pair[1]), None)
        # A directory named by a UUID is no run's: logs in it may only be about one.
        names = {i: name if _UUID.fullmatch(name) else rundir or name for i, _, name, _, rundir, *_ in rows}
        for i, life in known.items():
            if life:  # which comes first, for lists are narrow
                what = f"{self.rules.kind(life[0])} {life[1]}"
                names[i] = f"{what} of {names[i].removesuffix(f' ({what})')}"
        names = _shortened(names)
        labels = _distinct({i: (path, names[i], run or "") for i, path, _, run, *_ in rows})
        return {i: ScopeName(i, path, labels[i], run or "", known[i]) for i, path, _, run, *_ in rows}

    @cached_property
    def files(self) -> dict[int, dict[str, Any]]:
        """The files that were read, by number: a dict of the columns of ``files``."""
        names = ("id", "path", "name", "size", "mtime_ns", "source", "of_lines", "records", "spooled")
        rows = self.reader().rows(f"SELECT {', '.join(names)} FROM files")
        return {row[0]: dict(zip(names, row, strict=True)) for row in rows}

    @cached_property
    def labels(self) -> dict[int, str]:
        """The short names of places."""
        return dict(self.reader().rows("SELECT id, label FROM places"))

    @cached_property
    def count(self) -> int:
        """Records in the stream."""
        return int(self.reader().rows("SELECT count(*) FROM stream")[0][0])

    @cached_property
    def clock(self) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Time (least 64-bit integer: none) and level rank of every record, in stream order."""
        found = self.reader().arrays(f"SELECT coalesce(time, {NO_TIME}) AS time, level FROM stream")
        return np.asarray(found["time"], np.int64), np.asarray(found["level"], np.uint8)

    @cached_property
    def templates(self) -> tuple[str, ...]:
        """The texts of the templates, by number."""
        return tuple(text for (text,) in self.reader().rows("SELECT text FROM templates ORDER BY id"))

    @cached_property
    def template_of(self) -> np.ndarray[Any, Any]:
        """The number of every record's template, in stream order."""
        return np.asarray(self.reader().arrays("SELECT template FROM stream")["template"], np.int32)

    @cached_property
    def place_of(self) -> np.ndarray[Any, Any]:
        """The number of every record's place (a key of :attr:`labels`), in stream order."""
        return np.asarray(self.reader().arrays("SELECT place FROM stream")["place"], np.int32)

    @cached_property
    def span(self) -> tuple[int, int] | None:
        """First and last time, None when no record has one."""
        first, last = self.reader().rows("SELECT min(time), max(time) FROM stream")[0]
        return None if first is None else (first, last)

    @cached_property
    def days(self) -> list[str]:
        """The days (UTC) on which there are records, at most a year of them."""
        rows = self.reader().rows(
            f"SELECT DISTINCT time // {_DAY} AS day FROM stream WHERE time IS NOT NULL ORDER BY day LIMIT 366"
        )
        return [times.iso(day * _DAY)[:10] for (day,) in rows]

    @cached_property
    def rule_keys_present(self) -> tuple[str, ...]:
        """Rule keys that some record has."""
        counts = ", ".join(f"count(k{i})" for i in range(len(self.schema.rule_keys)))
        found = self.reader().rows(f"SELECT {counts} FROM aspects")[0]
        return tuple(name for name, n in zip(self.schema.rule_keys, found, strict=True) if n)

    @cached_property
    def givers(self) -> tuple[tuple[int, int], ...]:
        """(number of a rule, number of a rule key) for every rule that gave some record that key."""
        found: list[tuple[int, int]] = []
        for i in range(len(self.schema.rule_keys)):
            rows = self.reader().rows(f"SELECT DISTINCT o{i} FROM aspects WHERE o{i} > 0 ORDER BY 1")
            found += [(number, i) for (number,) in rows]
        return tuple(found)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Every key that some record has, as emitted or by rule, sorted."""
        emitted = {name for name in self.schema.columns if not name.startswith("wideview.")}
        return tuple(sorted(emitted | set(self.rule_keys_present)))

    def is_key(self, name: str) -> bool:
        """Whether *name* is a key of the data, or another name of one."""
        return name in self.schema.columns or self.meant(name) in self.rule_keys_present

    def meant(self, name: str) -> str:
        """The canonical name of the key *name*; if the data have none of that name, the one whose things are called so
        (``task``)."""
        key = self.rules.aliases(name)
        if key != name or name in self.schema.columns or name in self.schema.rule_keys:
            return key
        named = [rule.name for rule in self.rules.key if rule.kind == name and rule.name in self.rule_keys_present]
        return named[0] if len(named) == 1 else key
