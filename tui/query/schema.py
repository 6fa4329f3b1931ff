"""Where a loaded store keeps what: the columns of keys, the numbers of rule keys and of rules."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tui.query.rules import Implies, Rule, RuleSet, Shift
from tui.query.store import Store

#: Keys that hold the text as a person reads it, best first.
BODY_KEYS = ("wideview.body", "formatted", "message", "msg", "body", "text", "event", "MESSAGE")


@dataclass(frozen=True)
class Schema:
    """Which column of ``records`` holds a key, and which number a rule key has."""

    columns: dict[str, str]
    rule_keys: tuple[str, ...]
    rules: tuple[Rule, ...]
    facts: frozenset[int] = frozenset()
    """The rule keys that ``facts`` has columns for, by number."""

    @classmethod
    def of(cls, store: Store, rules: RuleSet) -> Schema:
        """The schema of what was loaded; rules are numbered from 1.

        Rules that guess stand at the end, and with them every implication a second time, for what follows from a guess:
        the names of all of these say "(inferred)".
        """
        columns = {name: col for name, col in store.execute("SELECT name, col FROM keys ORDER BY id")}
        every: list[Rule] = [*rules.constant, *rules.alias, *rules.extract]
        every += [*_sure(rules), *rules.within, *rules.between, *rules.life, *rules.alive]
        return cls(columns, rules.keys(), (*every, *_guesses(rules)))

    @property
    def inferred(self) -> list[int]:
        """The numbers of the rules that guess, and of the implications as drawn from guesses."""
        return [i for i, rule in enumerate(self.rules, 1) if isinstance(rule, Shift | Implies) and rule.inferred]

    def number(self, rule: Rule) -> int:
        """The number of *rule*."""
        return next(i for i, each in enumerate(self.rules, 1) if each is rule)

    def key(self, name: str) -> int:
        """The number of the rule key *name*."""
        return self.rule_keys.index(name)

    def told(self, *names: str) -> bool:
        """Whether ``facts`` has columns for all these rule keys: else no record has them all."""
        return all(name in self.rule_keys and self.key(name) in self.facts for name in names)

    def fact(self, name: str, table: str = "facts") -> str:
        """SQL for the value of the rule key *name* in *table*, which is ``facts``; NULL where it has none."""
        return f"{table}.k{self.key(name)}" if self.told(name) else "CAST(NULL AS VARCHAR)"


def _sure(rules: RuleSet) -> list[Rule]:
    return [rule for rule in rules.implies if not rule.inferred]


def _guesses(rules: RuleSet) -> list[Rule]:
    """The rules that guess and, if there are any, all implications as they are drawn from guesses."""
    guesses: list[Shift | Implies] = [*rules.shift, *(rule for rule in rules.implies if rule.inferred)]
    drawn = [replace(rule, inferred=True, quiet=True) for rule in rules.implies if guesses and not rule.inferred]
    return [replace(rule, name=f"{rule.name} (inferred)") for rule in (*guesses, *drawn)]


def body_sql(columns: dict[str, str], table: str = "r") -> str:
    """SQL for the body of a record in *table*; it may be NULL."""
    present = [f"{table}.{columns[key]}" for key in BODY_KEYS if key in columns]
    return f"coalesce({', '.join(present)})" if present else "CAST(NULL AS VARCHAR)"
