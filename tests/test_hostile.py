"""Not a byte of a hostile run reaches the terminal but as text: every view, menu and command, by what they send."""

from __future__ import annotations

import base64
import json
import os
import re
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile import PAYLOADS, make
from tests.terminal import Terminal

pytestmark = pytest.mark.xdist_group("hostile")

_ESCAPE = re.compile(
    rb"\x1b(?:\[(?P<csi>[<-?]*)(?P<numbers>[0-9;:]*)(?P<rest>[ -/]*)(?P<final>[@-~])"
    rb"|\](?P<osc>[^\x07\x1b]*)(?:\x07|\x1b\\)|[PX^_].*?\x1b\\|(?P<other>.?))",
    re.DOTALL,
)
_MODES = {b"1049", b"1000", b"1003", b"1015", b"1006", b"1004", b"2004", b"2026", b"2048", b"25", b"1016", b"7"}
_WEIGHTS = {0, 1, 2, 3, 4, 7, *range(30, 38), 39, *range(40, 48), 49, *range(90, 98), *range(100, 108)}
_PALETTE = re.compile(rb"[34]8;5;\d+")
_CLIPBOARD = re.compile(rb"\x1b\]52;c;([^\x07]*)\x07")

SPACE, ENTER, ESC, BACK, TAB = " ", "\r", "\x1b", "\x7f", "\t"
UP, DOWN, RIGHT, LEFT, PAGE = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[6~"


def foreign(written: bytes, copied: bool = False, columns: int = 80, lines: int = 24) -> list[str]:
    """What in *written* is neither text nor a sequence that Textual sends for the plainest of programs: the cursor to a
    place on the screen, colours and weights, its modes, the pointer's shape; and where something was *copied* the
    clipboard."""
    found = []

    def known(match: re.Match[bytes]) -> bytes:
        form, numbers, final = match["csi"], _PALETTE.sub(b"", match["numbers"] or b"").split(b";"), match["final"]
        final, osc = final or b"-", match["osc"] or b""
        values = [int(each) for each in numbers if each.isdigit()]
        fine = (
            (final == b"H" and not form and (not values or (values[0] <= lines and values[1] <= columns)))
            or (final == b"m" and not form and set(values) <= _WEIGHTS)
            or (final in b"hl" and form == b"?" and set(numbers) <= _MODES)
            or (final == b"p" and form == b"?" and match["rest"] == b"$")
            or (final == b"u" and form in (b">", b"<"))
            or (final == b"t" and not form)
            or osc in (b"22;default", b"22;pointer", b"22;text")
            or (copied and osc.startswith(b"52;c;"))
        )
        if not fine:
            found.append(repr(match[0][:60]))
        return b""

    text = _ESCAPE.sub(known, written).decode("utf-8")
    for i, character in enumerate(text):
        bad = unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Cs", "Co") and character not in "\r\n"
        if bad or (i > 1 and all(map(unicodedata.combining, text[i - 2 : i + 1]))):
            found.append(ascii(text[max(0, i - 20) : i + 20]))
    return found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture(scope="module")
def run(home: Path) -> Path:
    return make(home / "hostile")


@pytest.fixture
def explorer(run: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Walk]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    (home / "here").mkdir(exist_ok=True)
    walk = Walk(run, home / "here")
    yield walk
    walk.terminal.close()


def test_what_is_looked_for_is_found() -> None:
    """Every payload that is more than plain letters would be noticed; what Textual sends is not."""
    plain = [p for p in PAYLOADS if p.isascii() and p.isprintable()]
    assert [p for p in PAYLOADS if not foreign(f"x{p}x".encode())] == plain
    assert len(plain) <= len(PAYLOADS) / 3
    assert not foreign(b"\x1b[?25l\x1b[24;80H\x1b[1;31mred\x1b[0m\x1b[38;5;16;49m\x1b]22;default\x07\x1b[?1049h")


@pytest.mark.parametrize(
    "arguments",
    [
        ("info",),
        ("info", "--json"),
        ("lint",),
        ("templates",),
        ("templates", "--json"),
        ("steps",),
        ("flow", "parsl.task=1"),
        ("chart",),
        ("chart", "states"),
        ("chart", "lifelines", "--json"),
        ("export",),
        ("export", "--format", "csv"),
        ("sql", "SELECT * FROM records LIMIT 90"),
        ("sql", "SELECT * FROM records LIMIT 90", "--json"),
        ("sql", "SELECT * FROM flows LIMIT 90", "--csv"),
        ("sql", "SELECT chr(27) || ']0;x' AS \"\x1b]0;y\x07\" FROM nothing"),
        ("cache",),
    ],
    ids=" ".join,
)
def test_commands(run: Path, home: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]) -> None:
    """On a terminal also data are text; as JSON they say what they say in a pipe."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    command, *more = arguments
    terminal = Terminal(command, *([] if command == "cache" else [str(run)]), *more, blind=True)
    terminal.wait(60)
    terminal.close()
    assert foreign(re.sub(rb"\x1b\[K", b"", terminal.written)) == []
    assert len(terminal.written) > 100


class Walk:
    """The explorer at 80x24, walked through by keys; each step's bytes are looked at."""

    def __init__(self, run: Path, here: Path) -> None:
        self.terminal = Terminal(str(run), size=(80, 24), at=here)
        self.terminal.until(lambda text: "conflicts (C)" in text, 60)  # only known when all is loaded
        self.copies = False
        self.read = 0
        self.found: list[str] = []
        self.look("opening")

    def look(self, step: str) -> None:
        self.found += [f"{step}: {each}" for each in foreign(self.terminal.written[self.read :], self.copies)]
        self.read = len(self.terminal.written)

    def go(self, *keys: str, to: str = "", seconds: float = 20) -> str:
        """Press *keys*, one after the other is answered; in the end *to* is on the screen, which is returned."""
        for key in keys:
            self.terminal.press(key)
            self.terminal.settle(0.2 if key == ESC else 0.06)  # escape alone is told by nothing that follows
            end = time.monotonic() + seconds
            while "counting …" in self.terminal.text and time.monotonic() < end:
                self.terminal.settle(0.1)
        if to:
            self.terminal.until(lambda text: to in text, seconds)
        self.look(" ".join(map(repr, keys)))
        return self.terminal.text

    def clean(self) -> None:
        assert not self.found, "\n".join(self.found[:20])


def test_stream_detail_and_filter(explorer: Walk) -> None:
    go = explorer.go
    go(SPACE, SPACE, PAGE, ESC)
    for _ in range(3):
        go(PAGE, "E", SPACE, DOWN, RIGHT, LEFT, ESC)
    go("w", to="enter applies")
    for word in ("k", "n", "level:", "parsl.app_name:", "parsl.task:", "source:", "file:", "time:"):
        go(word, TAB, DOWN, TAB, "\x15")
    go("\x15", "parsl.app_name:", TAB, ENTER)
    go("w", ESC, BACK)
    go("w", "\x15", "message:*OWNED*", ENTER, "w", ESC)
    go("w", "\x15", "_exists_:number AND [", ENTER, ESC, BACK)
    go("/", "OWNED", ENTER, "n", "n", SPACE, ESC, "N")
    go("/", "\x15", "/(e|x)[^ ]*/", ENTER, "n")
    go("=", DOWN, DOWN, ESC, "x", DOWN, ESC, "f", DOWN, ESC, "l", ESC, "m", "+", "-")
    explorer.clean()


def test_flow_keys_and_conflicts(explorer: Walk) -> None:
    go = explorer.go
    go("w", "parsl.task:9*", ENTER, SPACE, "f", ENTER, SPACE, DOWN, DOWN, ESC, "S", "o", "f", ESC)
    go("K", ENTER, DOWN, ENTER, ENTER, DOWN, ENTER, DOWN, ENTER, "f", SPACE, ESC, BACK)
    for _ in range(3):
        go("h", DOWN, DOWN, DOWN, ENTER, DOWN, ENTER, "S", PAGE)
    go("C", to="Conflicts")
    time.sleep(0.2)
    go(PAGE, PAGE, ESC, "?", PAGE, ESC, ":", "chart", ESC)
    explorer.clean()


def test_templates_and_their_values(explorer: Walk) -> None:
    go = explorer.go
    go("t", to="by count")
    seen = "".join(go("S", PAGE, RIGHT, LEFT) for _ in range(9))
    assert "␛" in seen and "⟨202E⟩" in seen
    for _ in range(3):
        go(DOWN, "v", RIGHT, DOWN, ESC)
    go("v", ENTER, SPACE, ESC, BACK, "x", DOWN, "x", "H", DOWN, ENTER, "H", ENTER, "=", BACK)
    go(ENTER, BACK, BACK, "z", RIGHT, PAGE, RIGHT, "v", ESC, "z")
    explorer.clean()


def test_steps(explorer: Walk) -> None:
    go = explorer.go
    go("s", to="variants")
    assert "␛" in explorer.terminal.text
    go(PAGE, PAGE, "g", DOWN, DOWN, "S", "S", RIGHT, LEFT, SPACE, ESC, "b", DOWN, ESC)
    for variant in range(4):
        go(*[DOWN] * (variant % 2 + 1), ENTER, "v", "S", PAGE, "x", ESC, ENTER, ENTER, DOWN, "f", BACK, BACK, BACK)
        go("g", "o", BACK, BACK)
    explorer.clean()


def test_charts(explorer: Walk) -> None:
    go = explorer.go
    go("c", to="↑")
    drawn = []
    for chart in range(11):
        go("c", str(chart + 1) if chart < 9 else "G", *([UP] * (chart == 9)), *([ENTER] * (chart > 8)))
        drawn.append(go("b", "2", "j", "p", "N", ESC).splitlines()[1])
    assert len(set(drawn)) > 8, drawn
    go("a", DOWN, ENTER, TAB, "v", RIGHT, RIGHT, ESC, ENTER, BACK, "d", "e", ESC, "x", ESC)
    go(BACK, BACK, "i", "I", DOWN, DOWN, ENTER, PAGE, PAGE, "i")
    explorer.clean()


def test_what_is_taken_away(explorer: Walk, home: Path) -> None:
    """The clipboard gets what was asked for and nothing else; names of files are plain."""
    go, terminal, explorer.copies = explorer.go, explorer.terminal, True
    assert not _CLIPBOARD.findall(terminal.written)
    go("w", '"boom"', ENTER, to="1/24 of")
    go("G", "y", to="copied")
    go("Y", to="1 body")
    go(ENTER, to="copied 18")
    copied = [base64.b64decode(each).decode() for each in _CLIPBOARD.findall(terminal.written)]
    assert copied == [copied[0], "boom =HYPERLINK(1)"] and json.loads(copied[0])["formatted"] == copied[1]
    go("w", "\x15", "parsl.app_name:a")
    time.sleep(0.5)
    go(TAB, ENTER, to="1/2 of")
    go("e", to="export to")
    go(ENTER, to="in wideview-")
    go("c", to="↑")
    go("e", "4", ENTER, to="chart in")
    explorer.clean()
    for name in os.listdir(home / "here"):
        assert re.fullmatch(r"wideview-[a-z0-9-]+\.(jsonl|txt)", name)
    assert not foreign((home / "here" / "wideview-states.txt").read_bytes())
