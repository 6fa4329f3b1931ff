"""Where a loaded store keeps what: the columns of keys, the numbers of rule keys and of rules."""

from __future__ import annotations

from dataclasses import dataclass

from tui.query.rules import Rule, RuleSet
from tui.query.store import Store

#: Keys that hold the text as a person reads it, best first.
BODY_KEYS = ("wideview.body", "formatted", "message", "msg", "body", "text", "event")


@dataclass(frozen=True)
class Schema:
    """Which column of ``records`` holds a key, and which number a rule key has."""

    columns: dict[str, str]
    rule_keys: tuple[str, ...]
    rules: tuple[Rule, ...]

    @classmethod
    def of(cls, store: Store, rules: RuleSet) -> Schema:
        """The schema of what was loaded; rules are numbered from 1."""
        columns = {name: col for name, col in store.execute("SELECT name, col FROM keys ORDER BY id")}
        every: list[Rule] = [*rules.constant, *rules.alias, *rules.extract]
        every += [*rules.implies, *rules.within, *rules.between, *rules.life, *rules.alive]
        return cls(columns, rules.keys(), tuple(every))

    def number(self, rule: Rule) -> int:
        """The number of *rule*."""
        return next(i for i, each in enumerate(self.rules, 1) if each is rule)

    def key(self, name: str) -> int:
        """The number of the rule key *name*."""
        return self.rule_keys.index(name)


def body_sql(columns: dict[str, str], table: str = "r") -> str:
    """SQL for the body of a record in *table*; it may be NULL."""
    present = [f"{table}.{columns[key]}" for key in BODY_KEYS if key in columns]
    return f"coalesce({', '.join(present)})" if present else "CAST(NULL AS VARCHAR)"
