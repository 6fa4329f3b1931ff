"""Tests of tui.query.rules: rules are read, replaced, taken away, and refused by name."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import duckdb
import pytest

from tests.query import making
from tui.errors import RuleError
from tui.query import rules
from tui.query.canonical import normal_sql
from tui.query.rules import RuleSet, normal, parse

OURS = rules.load(user=False)
KINDS = [field.name for field in fields(rules.RuleSet) if field.name != "texts"]

SPAN = '[[within]]\nname = "span"\nkey = "a"\nbegin = [\'^b (?P<value>.)\']\n'


def one(text: str) -> RuleSet:
    return parse([("mine.toml", text)])


def patterns() -> list[tuple[str, str]]:
    """Every pattern of ours that the engine runs, with its rule's name."""
    found = [(rule.name, rule.pattern) for rule in OURS.extract]
    found += [(rule.name, each) for rule in OURS.within for each in (*rule.begin, *rule.end)]
    return found + [(rule.name, each) for rule in OURS.between for each in (rule.begin, rule.end)]


def test_every_file_of_ours_is_read() -> None:
    found = Path(rules.__file__).parents[1].joinpath("rules").glob("*.toml")
    files = sorted(found, key=lambda file: (file.name != "keys.toml", file.name))
    assert files and list(OURS.texts) == [file.read_text() for file in files]
    for file in files:
        assert any(getattr(parse([(file.name, file.read_text())]), kind) for kind in KINDS)


def test_no_rule_of_ours_replaces_another() -> None:
    """Names are unique, so nothing written down is lost."""
    written = sum(len(re.findall(r"^\[\[\w+\]\]$", text, re.MULTILINE)) for text in OURS.texts)
    kinds = [each.name for each in fields(OURS) if each.name != "texts"]
    assert written == sum(len(getattr(OURS, kind)) for kind in kinds)


@pytest.mark.parametrize(("name", "pattern"), patterns())
def test_the_engine_takes_every_pattern(name: str, pattern: str) -> None:
    """Group numbers come from Python's re and the matching is RE2's: both must see the same groups."""
    compiled = re.compile(pattern)
    groups = list(range(compiled.groups + 1))
    found = duckdb.execute(
        f"SELECT regexp_matches('', ?), {', '.join(f'regexp_extract(chr(10), ?, {n})' for n in groups)}",
        [pattern] * (len(groups) + 1),
    ).fetchone()
    assert found == (bool(compiled.search("")), *[""] * len(groups)), name


@pytest.mark.parametrize("rule", OURS.extract, ids=lambda rule: rule.name)
def test_starts_of_ours_can_begin_a_match(rule: rules.Extract) -> None:
    """A start that the pattern cannot begin with would silently switch the rule off."""
    if not rule.starts or not rule.pattern.startswith("^"):
        return
    literal = re.match(r"\^(?:\(\?:)?(\\?[A-Za-z\[])", rule.pattern)
    assert literal and all(start[0] in rule.pattern for start in rule.starts)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[alias]\n", ["mine.toml"]),
        ("[[extrakt]]\nname = 'x'\n", ["mine.toml", "extrakt", "extract"]),
        ("[alias]\nkey = 'a'\n", ["mine.toml", "alias"]),
        ("alias = 1\n", ["mine.toml", "alias"]),
        ("alias = [1]\n", ["mine.toml", "alias"]),
        ("[[alias]]\nname = 'x'\nkey = 'a'\nof = ['b']\nwhit = 'c'\n", ["mine.toml", "alias", "'x'", "whit", "with"]),
        ("[[alias]]\nname = 'x'\nof = ['b']\n", ["mine.toml", "alias", "'x'", "key"]),
        ("[[alias]]\nname = 'x'\nkey = 'a'\nof = 'b'\n", ["mine.toml", "alias", "'x'", "of"]),
        ("[[alias]]\nname = 'x'\nkey = 3\nof = ['b']\n", ["mine.toml", "alias", "'x'", "key"]),
        (
            "[[implies]]\nname = 'x'\ngiven = ['a']\nthen = ['b']\nscope = 'al'\n",
            ["mine.toml", "implies", "'x'", "scope"],
        ),
        ("[[key]]\nname = 'x'\nform = 'int'\n", ["mine.toml", "key", "'x'", "integer"]),
        ("[[key]]\nform = 'integer'\nnmae = 'x'\n", ["mine.toml", "key", "no name"]),
        ("[[extract]]\nname = 'x'\npattern = '('\nkeys = {}\n", ["mine.toml", "extract", "'x'", "'('"]),
        (
            "[[extract]]\nname = 'x'\npattern = 'a(?P<b>.)'\nkeys = { c = 'd' }\n",
            ["mine.toml", "extract", "'x'", "group", "c"],
        ),
        (
            "[[extract]]\nname = 'x'\npattern = 'a(?P<b>.)'\nkeys = { b = 'd' }\nlist = ['e']\n",
            ["mine.toml", "extract", "'x'", "group", "e"],
        ),
        (
            "[[extract]]\nname = 'x'\npattern = '(?=a)(?P<b>.)'\nkeys = { b = 'd' }\n",
            ["mine.toml", "extract", "'x'", "(?=a)"],
        ),
        ("[[constant]]\nname = 'x'\npath = '(?P<scope>(/?[a-z]+)+)$'\n", ["mine.toml", "constant", "very many ways"]),
        (
            "[[constant]]\nname = 'x'\npath = '(?P<scope>.*).*.*.*.*.*x'\n",
            ["mine.toml", "constant", "can end in several places"],
        ),
        ("[[constant]]\nname = 'x'\npath = 'a'\n", ["mine.toml", "constant", "'x'", "scope"]),
        (
            "[[constant]]\nname = 'x'\npath = '(?P<scope>a)'\nsource = '{b}'\n",
            ["mine.toml", "constant", "'x'", "{b}"],
        ),
        (SPAN + "end = ['[']\n", ["mine.toml", "within", "'span'", "'['"]),
        (SPAN.replace("value", "v"), ["mine.toml", "within", "'span'", "value"]),
        (
            "[[between]]\nname='x'\ngiven='a'\nthen='b'\nbegin='(?P<given>.)'\nend='(?P<given>.)'\n",
            ["mine.toml", "between", "'x'", "value"],
        ),
        (
            "[[between]]\nname='x'\ngiven='a'\nthen='b'\nbegin='(?P<given>.)(?P<value>.)'\nend='.'\n",
            ["mine.toml", "between", "'x'", "given"],
        ),
    ],
)
def test_a_mistake_is_refused_by_file_and_rule(text: str, says: list[str]) -> None:
    with pytest.raises(RuleError) as caught:
        one(text)
    for each in says:
        assert each in str(caught.value)


def test_the_file_that_is_named_is_the_one_with_the_mistake() -> None:
    with pytest.raises(RuleError, match=r"b\.toml: key rule 'x'"):
        parse([("a.toml", "[[key]]\nname = 'x'\n"), ("b.toml", "[[key]]\nname = 'x'\nform = 'no'\n")])


def test_a_later_rule_of_the_same_kind_and_name_replaces() -> None:
    first = "[[key]]\nname = 'x'\nkind = 'old'\n[[key]]\nname = 'y'\n"
    found = parse(
        [("a", first), ("b", "[[key]]\nname = 'x'\nkind = 'new'\n[[alias]]\nname = 'x'\nkey = 'x'\nof = ['z']")]
    )
    assert [(key.name, key.kind) for key in found.key] == [("x", "new"), ("y", "")]
    assert len(found.alias) == 1


def test_a_rule_without_a_name_is_replaced_by_what_it_says() -> None:
    text = "[[implies]]\ngiven = ['a']\nthen = ['b']\n"
    found = parse([("a", text), ("b", text + "quiet = true\n"), ("c", text.replace("'b'", "'c'"))])
    assert [(rule.then, rule.quiet) for rule in found.implies] == [(("b",), True), (("c",), False)]


def test_two_rules_without_a_name_are_two() -> None:
    text = "[[extract]]\npattern = 'a(?P<x>.)'\nkeys = { x = 'k' }\n"
    assert len(one(text + text.replace("a(", "b(")).extract) == 2
    with pytest.raises(RuleError, match="a within rule has no name"):
        one(SPAN.replace('name = "span"\n', ""))


def test_a_rule_is_taken_away() -> None:
    named = "[[key]]\nname = 'x'\n"
    implied = "[[implies]]\ngiven = []\nthen = ['b']\n"
    found = parse([("a", named + implied), ("b", named + "disable = true\n" + implied + "disable = true\n")])
    assert found.key == found.implies == ()
    assert parse([("a", named + "disable = true\n"), ("b", named)]).key, "and may come back"


def test_disabling_what_is_not_there_is_no_mistake() -> None:
    assert one("[[key]]\nname = 'x'\ndisable = true\n").key == ()


def test_a_rule_of_ours_can_be_replaced_and_disabled(own_directories: Path) -> None:
    making.write(
        own_directories / "config" / "wideview" / "rules",
        {
            "b.toml": "[[extract]]\nname = 'task state'\ndisable = true\n",
            "a.toml": "[[key]]\nname = 'parsl.try'\nkind = 'attempt'\n",
            "c.txt": "not a rule file",
        },
    )
    found = rules.load()
    assert len(found.extract) == len(OURS.extract) - 1 and "task state" not in {rule.name for rule in found.extract}
    assert found.kind("parsl.try") == "attempt" and len(found.key) == len(OURS.key)
    assert rules.load(user=False) == OURS


def test_rules_of_the_command_line_come_last(own_directories: Path, tmp_path: Path) -> None:
    key = "[[key]]\nname = 'parsl.try'\nkind = '{}'\n"
    making.write(own_directories / "config" / "wideview" / "rules", {"a.toml": key.format("theirs")})
    making.write(tmp_path, {"one.toml": key.format("one"), "two": key.format("two")})
    assert rules.load().kind("parsl.try") == "theirs"
    assert rules.load([str(tmp_path / "one.toml"), str(tmp_path / "two")]).kind("parsl.try") == "two"
    assert rules.load([str(tmp_path / "two"), str(tmp_path / "one.toml")]).kind("parsl.try") == "one"


def test_without_a_configuration_home_it_is_below_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert rules.config_dir() == tmp_path / ".config" / "wideview" / "rules"


def test_a_rule_file_that_cannot_be_read(tmp_path: Path) -> None:
    making.write(tmp_path, {"latin.toml": b"# \xe9"})
    for name in ("latin.toml", "none.toml"):
        with pytest.raises(RuleError, match=name):
            rules.load([str(tmp_path / name)])


def test_what_rules_know_of_keys() -> None:
    found = one(
        "[[key]]\nname = 'p.a_b'\n[[key]]\nname = 'n'\nform = 'integer'\nkind = 'number'\n"
        "[[alias]]\nkey = 'n'\nof = ['m', 'k']\n[[alias]]\nkey = 'n'\nof = ['q']\nwith = 't'\n"
        "[[implies]]\ngiven = ['n']\nthen = ['r']\n"
        "[[constant]]\nname = 'c'\npath = '(?P<scope>.)(?P<x>.)'\nkeys = { x = 'cx' }\nscope_key = 's'\n"
        "[[extract]]\nname = 'e'\npattern = '(?P<x>.)'\nkeys = { x = 'ex' }\n" + SPAN
    )
    assert (found.form("n"), found.form("p.a_b"), found.form("unknown")) == ("integer", "text", "text")
    assert (found.kind("n"), found.kind("p.a_b"), found.kind("x.some_thing")) == ("number", "a b", "some thing")
    assert (found.aliases("k"), found.aliases("q"), found.aliases("n")) == ("n", "q", "n")
    assert set(found.keys()) == {"n", "r", "cx", "s", "ex", "a"} and len(found.keys()) == 6


@pytest.mark.parametrize(
    ("form", "value", "expected"),
    [
        ("text", "b'x'", "b'x'"),
        ("integer", "0081", "81"),
        ("integer", "000", "0"),
        ("integer", "0", "0"),
        ("integer", "-01", "-01"),
        ("integer", "1.0", "1.0"),
        ("integer", "0x1", "0x1"),
        ("integer", "007a", "007a"),
        ("integer", "123456789012345678901234567890", "123456789012345678901234567890"),
        ("bytes", "b'2a2f'", "2a2f"),
        ("bytes", "2a2f", "2a2f"),
        ("bytes", "b'2a", "b'2a"),
        ("bytes", "b'", "b'"),
        ("angle", "AgentId<8e1f0a94>", "8e1f0a94"),
        ("angle", "8e1f0a94", "8e1f0a94"),
        ("angle", "Agent<a<b>\n>", "a<b>\n"),
        ("angle", "<b>", "<b>"),
        ("angle", "A<>", "A<>"),
        ("angle", "A<b> ", "A<b> "),
        ("uuid", "ECD6eed8", "ecd6eed8"),
        ("basename", "/a/runinfo/000", "000"),
        ("basename", "/a/runinfo/000/", "000"),
        ("basename", "000", "000"),
    ],
)
def test_forms_of_values(form: str, value: str, expected: str) -> None:
    """What a user types, and what the engine makes of the data, become the same."""
    assert normal(form, value) == expected
    assert duckdb.execute(f"SELECT {normal_sql(form, 'v')} FROM (SELECT ? AS v)", [value]).fetchone() == (expected,)
