"""Filter expressions on the data at hand: what a key in one reaches, and what to say about one."""

from __future__ import annotations

from tui.errors import FilterError
from tui.query.catalog import Catalog
from tui.query.expression import Contains, Equals, Test, Text
from tui.query.filter_sql import body_sql, compile, level_sql, test_sql, time_sql
from tui.query.filter_text import parse
from tui.query.masking import formatted, written
from tui.query.sql import Sql


def expression_sql(catalog: Catalog, expression: str) -> Sql:
    """The condition on ``stream s`` for a filter expression. FilterError, with the column, when it does not parse."""
    return compile(parse(expression, catalog.is_key).expression, _Terms(catalog))


def search_sql(catalog: Catalog, text: str) -> Sql:
    """The condition on ``stream s`` for a body that holds *text*, or matches ``/regex/``.

    Text in lower case is found in either case. FilterError for a pattern that the engine does not take.
    """
    if len(text) > 2 and text[0] == text[-1] == "/":
        return compile(parse(text, lambda key: False).expression, _Terms(catalog))
    return compile(Text(Contains(text, ignore_case=text == text.lower())), _Terms(catalog))


def check(catalog: Catalog, expression: str) -> list[str]:
    """What to tell the user about an expression that parses. FilterError, with the column, when it does not."""
    parsed = parse(expression, catalog.is_key)
    compile(parsed.expression, _Terms(catalog))
    return list(parsed.notes)


class _Terms:
    """How the terms of a filter reach the tables."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def key(self, key: str, test: Test) -> Sql:
        catalog = self._catalog
        if key == "level":
            return level_sql("s.level", test)
        if key == "time":
            return time_sql("s.time", test, catalog.days)
        if key == "line":
            return test_sql("CAST(s.line AS VARCHAR)", test)
        if key == "file":
            return _in("s.file", "SELECT id FROM files WHERE", test_sql("name", test))
        if key == "source":
            files = _in(
                "s.file", "SELECT id FROM files WHERE", _either(test_sql("name", test), test_sql("source", test))
            )
            return _either(_in("s.place", "SELECT id FROM places WHERE", test_sql("label", test)), files)
        if key == "body":
            return self.body(test)
        if key == "template":
            condition = _either(test_sql("text", test), test_sql("text", _placed(test)))
            return _in("s.template", "SELECT id FROM templates WHERE", condition)
        if column := catalog.key_column(key):
            if isinstance(test, Equals):
                test = Equals(catalog.normal(key, test.text))
            return _in("s.ctx", "SELECT ctx FROM aspects WHERE", test_sql(column, test))
        if key in catalog.schema.columns:
            test_column = test_sql(catalog.schema.columns[key], test)
            return _in("s.record", "SELECT rowid FROM records WHERE", test_column)
        raise FilterError(f"no record has a key '{key}'")

    def exists(self, key: str) -> Sql:
        catalog = self._catalog
        if key in ("level", "time"):
            return Sql("s.level > 0" if key == "level" else "s.time IS NOT NULL")
        column = catalog.key_column(key)
        if column and catalog.rules.aliases(key) == key:
            return Sql(f"s.ctx IN (SELECT ctx FROM aspects WHERE {column} IS NOT NULL)")
        if key in catalog.schema.columns:
            return Sql(f"s.record IN (SELECT rowid FROM records WHERE {catalog.schema.columns[key]} IS NOT NULL)")
        return Sql(f"s.ctx IN (SELECT ctx FROM aspects WHERE {column} IS NOT NULL)") if column else Sql("false")

    def body(self, test: Test) -> Sql:
        return _in("s.record", "SELECT r.rowid FROM records r WHERE", body_sql(self._catalog.body(), test))


def _placed(test: Test) -> Test:
    """*test* with placeholders as templates have them: people paste what stands in a program, ``Task %s failed``."""
    return Equals(written(formatted(test.text))) if isinstance(test, Equals) and "%" in test.text else test


def _in(column: str, select: str, test: Sql) -> Sql:
    return Sql(f"{column} IN ({select} {test.text})", test.params)


def _either(one: Sql, other: Sql) -> Sql:
    return Sql(f"({one.text} OR {other.text})", (*one.params, *other.params))
