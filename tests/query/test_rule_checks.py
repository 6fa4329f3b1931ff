"""Tests of tui.query.rule_checks: what is wrong with a table of a rule file is said with its place."""

from __future__ import annotations

import pytest

from tui.errors import RuleError
from tui.query.rules import parse

SEQUENCE = '[[sequence]]\nname = "s"\nkey = ["a"]\n[[sequence.step]]\nname = "begun"\n'


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('[[key]]\nname = "a"\nform = "hex"', "key rule 'a': form is one of"),
        ('[[key]]\nname = "a"\nshape = "x"', "no such setting 'shape' (known: "),
        ('[[key]]\nname = "a"\nkind = 3', "kind is a text"),
        ('[[implies]]\ngiven = ["a"]\nthen = ["b"]\nscope = "world"', "scope is one of run, all"),
        ("[[extract]]\npattern = '(a'\nkeys = {}", "pattern '(a': "),
        ("[[extract]]\npattern = 'a'\nkeys = { x = 'b' }", "has no group named x"),
        ('[[shift]]\nname = "s"\nkey = "a"\nof = "b"\nadd = "1"', "add is a whole number"),
        (SEQUENCE, "step 'begun' needs a pattern, or a key and what it is"),
        ("[[constant]]\npath = '(?P<scope>.+)/x'\nsource = '{name}'", "names a group that the path has not"),
    ],
)
def test_what_is_wrong_is_named(toml: str, said: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse([("mine.toml", toml)])
    assert str(caught.value).startswith("mine.toml: ") and said in str(caught.value)
