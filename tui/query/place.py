"""What a file's place in the tree means: its scope, and the keys that its path gives.

A scope is what ids are unique inside: the directory of the run (or endpoint) that a file was found in. Files that a
``constant`` rule knows name it; any other file belongs to the scope that its directory lies in, with the keys of the
directories above it, else to its own directory.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from tui.query.rules import Constant


@dataclass(slots=True)
class Scope:
    """A run as far as its place goes. *id* counts from 0; *name* is the directory's own name."""

    id: int
    path: str
    name: str
    known: bool = False
    """A rule found it; otherwise it is just a directory with files in it."""


@dataclass(frozen=True, slots=True)
class Given:
    """A key that a place gives, the rule that says so, and whether the file's own name gave it (the weakest)."""

    key: str
    value: str
    rule: str
    by_name: bool = False


@dataclass(slots=True)
class Place:
    """Where a file's records stand: *file* is its number, *label* what lists call it."""

    id: int
    file: int
    scope: int
    label: str
    copy: bool = False
    keys: list[Given] = field(default_factory=list)
    ruled: bool = False
    """A rule knows the file by its path."""


class Places:
    """All scopes and places of one load."""

    def __init__(self, rules: Sequence[Constant]) -> None:
        self._rules = [(rule, re.compile(rule.path)) for rule in rules]
        self.scopes: list[Scope] = []
        self.places: list[Place] = []
        self._by_path: dict[str, Scope] = {}
        self._directories: dict[str, dict[str, Given]] = {}

    def scope(self, path: str, known: bool = False) -> Scope:
        """The scope of the directory *path*, made when it is new."""
        scope = self._by_path.get(path)
        if scope is None:
            scope = Scope(len(self.scopes), path, os.path.basename(path) or path)
            self.scopes.append(scope)
            self._by_path[path] = scope
        scope.known = scope.known or known
        return scope

    def add(self, paths: Sequence[str]) -> list[Place]:
        """The places of the files *paths* (numbered from the number of places so far), one each, in order."""
        found: list[Place | None] = []
        start = len(self.places)
        for number, path in enumerate(paths, start):
            found.append(self._ruled(number, os.path.abspath(path)))
        places = [place or self._inherited(start + i, os.path.abspath(paths[i])) for i, place in enumerate(found)]
        self.places += places
        return places

    def stand_in(self, home: int, name: str, scope: str | None) -> Place:
        """A new place in the file of *home* for records that say they are from the file *name* in *scope*.

        It gives no keys.
        """
        stands = self.places[home]
        label = _stem(name)
        for rule, pattern in self._rules:
            if match := pattern.match(os.path.abspath(name)):
                label = _label(rule, match) or label
                break
        own = self.scope(os.path.abspath(scope), known=True).id if scope else stands.scope
        place = Place(len(self.places), stands.file, own, label)
        self.places.append(place)
        return place

    def _ruled(self, number: int, path: str) -> Place | None:
        for rule, pattern in self._rules:
            match = pattern.match(path)
            if not match:
                continue
            scope = self.scope(match["scope"], known=True)
            groups = {name: value for name, value in match.groupdict().items() if value is not None}
            name_starts = path.rfind("/") + 1
            place = Place(number, number, scope.id, _label(rule, match) or _stem(path), rule.copy, ruled=True)
            if rule.scope_key:
                place.keys.append(Given(rule.scope_key, scope.name, rule.name))
                self._directories.setdefault(scope.path, {})[rule.scope_key] = place.keys[-1]
            for group, key in rule.keys.items():
                if group not in groups:
                    continue
                by_name = match.start(group) >= name_starts
                given = Given(key, groups[group], rule.name, by_name)
                place.keys.append(given)
                if not by_name:
                    directory = path[: path.find("/", match.end(group))]
                    self._directories.setdefault(directory, {})[key] = given
            return place
        return None

    def _inherited(self, number: int, path: str) -> Place:
        """The place of a file no rule knows: of the nearest known scope above it, with its directories' keys."""
        keys: dict[str, Given] = {}
        directory = home = os.path.dirname(path)
        while True:
            for key, given in self._directories.get(directory, {}).items():
                keys.setdefault(key, given)
            scope = self._by_path.get(directory)
            if scope is not None and scope.known:
                return Place(number, number, scope.id, _stem(path), keys=list(keys.values()))
            parent = os.path.dirname(directory)
            if parent == directory:
                return Place(number, number, self.scope(home).id, _stem(path))
            directory = parent


def _label(rule: Constant, match: re.Match[str]) -> str:
    """What lists call a file; padded numbers as they are compared: ``task 4 output``."""
    groups = {name: str(int(value)) if value.isdecimal() else value for name, value in match.groupdict("").items()}
    return rule.source.format(**groups)


def _stem(path: str) -> str:
    name = os.path.basename(path)
    stem, ending = os.path.splitext(name)
    return stem if ending in (".log", ".jsonlog", ".jsonl") and stem else name
