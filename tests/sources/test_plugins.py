"""Tests of tui.sources.plugins: sources of other distributions are used, and whatever they do wrong is told."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from tui.cli import main
from tui.query import opening
from tui.sources import choose, contract, discover, known, plugins

GOOD = """
    from tui.records import Raw
    from tui.sources.lines import read_lines

    class Dots:
        name, title, time = "dots", "lines that begin with a dot", ""
        body, level = ("wideview.body",), ()
        lines, json_lines = True, False

        def sniff(self, name, head):
            return 0.9 if head.startswith(b".") else 0.0

        def read(self, file, notes, limit=None):
            for line, offset, length, text in read_lines(file.path, notes, limit):
                if not text or text.isspace():
                    notes.blank += 1
                    continue
                notes.first += 1
                FAIL
                yield Raw(line, {"wideview.body": text}, offset, length)

    SOURCES = (Dots(),)
"""

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Makes a distribution called ``wideview-NAME`` whose module NAME holds *code* and whose entry point is *point*."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))
    plugins.forget()
    made: list[str] = []

    def call(name: str = "dots", code: str = GOOD, point: str = "", version: str = "1.2") -> None:
        (site / f"{name}.py").write_text(dedent(code))
        info = site / f"wideview_{name}-{version}.dist-info"
        info.mkdir(exist_ok=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: wideview-{name}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[wideview.sources]\n{name} = {point or name}\n")
        made.append(name)

    yield call
    plugins.forget()
    for name in made:
        sys.modules.pop(name, None)


def failing(what: str) -> str:
    return GOOD.replace("FAIL", what)


def read(data: bytes) -> tuple[list[tuple[int, str, str | None]], tuple[int, ...]]:
    """What the one plugin's source makes of *data*: (line, body, error) of all records, and the four classes."""
    [source] = plugins.sources()
    contract.check_bytes(source, data)
    raws, notes = contract.read(source, data)
    seen = [(raw.line, str(raw.keys["wideview.body"]), raw.error) for raw in raws]
    return seen, (notes.first, notes.continuation, notes.damaged, notes.blank)


@pytest.mark.parametrize("point", ["dots", "dots:SOURCES", "dots:ONE"])
def test_a_plugin_gives_a_module_a_tuple_or_a_source(install: Install, point: str) -> None:
    install(code=failing("") + "\n    ONE = SOURCES[0]\n", point=point)
    [source] = plugins.sources()
    assert (source.name, source.origin, plugins.problems()) == ("dots", "wideview-dots 1.2", [])
    contract.check(source, b".a\n.b\n\n.c\n")
    assert choose("x", b".a\n", known()) is source


@pytest.mark.parametrize(
    ("code", "point", "says"),
    [
        ("import nothing_of_that_name", "", "cannot be loaded: ModuleNotFoundError: No module named 'nothing_of_that"),
        ("this is no Python", "", "cannot be loaded: SyntaxError"),
        ("raise SystemExit(3)", "", "cannot be loaded: SystemExit: 3"),
        ("1 / 0", "", "cannot be loaded: ZeroDivisionError: division by zero"),
        ("", "bad:SOURCES", "cannot be loaded: AttributeError"),
        ("", "none_here", "cannot be loaded: ModuleNotFoundError"),
        ("SOURCES = 7", "", "bad gives no source: its name is no str"),
        ("SOURCES = (object(),)", "", "bad gives no source: its name is no str"),
        (failing("") + "\n    SOURCES = (Dots,)", "", "Dots is a class; give an object of it"),
        (failing("").replace('("wideview.body",)', '"body"'), "", "its body is no tuple"),
        (failing("").replace("lines, json_lines", "lines, jsonl"), "", "its json_lines is no bool"),
        (failing("").replace('"dots"', '""'), "", "its name is empty"),
        (failing("").replace("def sniff", "def snif"), "", "it has no method sniff"),
        (failing("").replace('"dots"', '"parsl-text"'), "", "there is a source called parsl-text already"),
    ],
)
def test_a_broken_plugin_is_told_and_costs_nothing_else(install: Install, code: str, point: str, says: str) -> None:
    install("bad", code, point)
    install("dots", failing(""))
    assert [source.name for source in known() if source not in discover()] == ["dots"]
    [(origin, problem)] = plugins.problems()
    assert origin == "wideview-bad 1.2" and says in problem


def test_of_two_plugins_with_one_name_the_first_stays(install: Install) -> None:
    install("dots", failing(""))
    install("more", failing(""))
    [source] = plugins.sources()
    assert source.origin == "wideview-dots 1.2"
    assert plugins.problems() == [("wideview-more 1.2", "there is a source called dots already")]


def test_a_plugin_that_raises_while_reading_loses_no_line(install: Install) -> None:
    install(code=failing("if text == '.c': raise ValueError('what is this?')"))
    why = "the plugin wideview-dots 1.2 failed here: ValueError: what is this?"
    seen, counts = read(b".a\n\n.b\n.c\n\n.d\n")
    assert seen == [(1, ".a", None), (3, ".b", None), (4, ".c\n\n.d", why)]
    assert counts == (2, 3, 1, 0)


def test_a_long_rest_is_several_records(install: Install) -> None:
    install(code=failing("raise ValueError"))
    seen, counts = read(b"\n" + (b"." + b"x" * 99_999 + b"\n") * 25)
    assert [line for line, _, _ in seen] == [2, 13, 24] and counts == (0, 22, 3, 1)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("yield 7; return", "TypeError: a record is a Raw, not int"),
        ("yield Raw('1', {}); return", "TypeError: line, offset and length"),
        ("yield Raw(1, {}, 0, 2, 1.5); return", "TypeError: times are whole nanoseconds"),
        ("yield Raw(1, {'a': [1]}, 0, 2); return", "TypeError: the value of 'a'"),
        ("yield Raw(1, {}, -1, 0); return", "TypeError: the record of line 1 begins before"),
        ("yield Raw(1, {}, 0, 2, error=7); return", "TypeError: an error is a text"),
        ("return 1 / 0", "ZeroDivisionError"),
    ],
)
def test_a_plugin_that_gives_no_records(install: Install, given: str, says: str) -> None:
    install(code=failing(given))
    seen, counts = read(b".a\n.b\n")
    assert len(seen) == 1 and seen[0][:2] == (1, ".a\n.b") and says in str(seen[0][2])
    assert counts == (0, 1, 1, 0)
    assert any(says in problem for _, problem in plugins.problems())


def test_a_plugin_that_cannot_say_what_it_knows(install: Install) -> None:
    install(code=failing("").replace("return 0.9 if", "return None if"))
    [source] = plugins.sources()
    assert source.sniff("x", b".a") == source.sniff("x", b".b") == 0
    assert len(plugins.problems()) == 1 and "dots cannot say whether it knows a file" in plugins.problems()[0][1]


def test_a_source_of_rows_that_raises(install: Install) -> None:
    install(code=failing("raise ValueError").replace("True, False", "False, False").replace("notes.first += 1", ""))
    [source] = plugins.sources()
    raws, notes = contract.read(source, b".a\n")
    assert raws == [] and notes.damaged == 0
    assert [reason for _, reason in notes.rejected] == ["the plugin wideview-dots 1.2 failed here: ValueError"]


def test_what_is_installed_is_known_without_importing_it(install: Install, tmp_path: Path) -> None:
    assert plugins.installed() == []
    install(code="1 / 0")
    before = plugins.installed()
    assert before[0] == "wideview_dots-1.2.dist-info"
    (tmp_path / "site" / "dots.py").write_text("1 / 0  # changed")
    assert plugins.installed() != before
    assert "dots" not in sys.modules


def test_an_index_is_not_used_with_other_plugins(install: Install, tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(".a\n.b\n")
    request = opening.Request((str(tmp_path / "a.log"),))
    install(code=failing(""))
    opening.open_catalog(request).store.close()
    assert opening.at_once(request) is not None
    install(code=failing(""), version="1.3")
    assert opening.at_once(request) is None


def test_the_user_is_told(install: Install, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    install("dots", failing("if text == '.b': raise ValueError('no')"))
    install("bad", "import nothing_here")
    (tmp_path / "a.log").write_text(".a\n.b\n")
    assert main(["info", str(tmp_path / "a.log"), "--no-cache"]) == 0
    out, err = capsys.readouterr()
    assert "wideview: plugin wideview-bad 1.2: its sources cannot be loaded: ModuleNotFoundError" in err
    assert f"wideview: plugin wideview-dots 1.2: dots failed in {tmp_path}/a.log: ValueError: no" in err
    assert "2: the plugin wideview-dots 1.2 failed here: ValueError: no" in " ".join(out.split())
    assert "plugin wideview-bad 1.2" in out
    assert main(["formats", "--json"]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"name": "dots", "title": "lines that begin with a dot", "from": "wideview-dots 1.2"} in found


def test_without_plugins_the_machinery_for_them_is_not_imported() -> None:
    code = "import sys; from tui.sources import plugins; plugins.sources(); print('importlib.metadata' in sys.modules)"
    told = subprocess.run([sys.executable, "-S", "-c", f"import sys; sys.path.insert(0, '.'); {code}"], check=True,
                          capture_output=True, text=True, cwd=Path(plugins.__file__).parents[2]).stdout  # fmt: skip
    assert told == "False\n"
