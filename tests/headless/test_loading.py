"""Tests of tui.headless.loading: options that say what to load, and standard input beside the keyboard."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import FIXTURES
from tests.query.making import line, parsl, text, write
from tests.terminal import WIDEVIEW, Terminal
from tests.test_terminal import terminal
from tui.cli import DONE, WRONG, main

__all__ = ["terminal"]  # a fixture

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """``main`` with these arguments: (status, standard output, standard error)."""

    def call(*arguments: str) -> tuple[int, str, str]:
        status = main(arguments)
        out, err = capsys.readouterr()
        return status, out, err

    return call


@pytest.fixture
def small(tmp_path: Path) -> str:
    """Four records of two files, a second apart."""
    files = {
        "run/000/parsl.log": "".join(text(i, f"parsl {i}") for i in (0, 1)),
        "run/000/h/interchange.jsonlog": line(parsl(2, "interchange 2"), parsl(3, "interchange 3")),
    }
    return str(write(tmp_path, files) / "run")


def bodies(run: Run, *arguments: str) -> list[str]:
    _, out, _ = run("export", *arguments, "--format", "csv", "--no-cache")
    words = [word for word in out.replace(",", "\n").splitlines() if word[:-1] in ("parsl ", "interchange ")]
    return list(dict.fromkeys(words))


@pytest.mark.parametrize(
    ("arguments", "left", "told"),
    [
        (("--since", "07:19:57"), ["parsl 1", "interchange 2", "interchange 3"], "records left out: 1 before --since"),
        (("--until", "2026-11-20T07:19:57"), ["parsl 0", "parsl 1"], "records left out: 2 after --until"),
        (
            ("--since=07:19:57", "--until=07:19:57"),
            ["parsl 1"],
            "records left out: 1 before --since, 2 after --until",
        ),
        (("--since", "2026-11-19"), ["parsl 0", "parsl 1", "interchange 2", "interchange 3"], ""),
        (("--only", "parsl.log"), ["parsl 0", "parsl 1"], ""),
        (("--only", "h", "--only", "parsl-text"), ["parsl 0", "parsl 1", "interchange 2", "interchange 3"], ""),
        (("--skip", "inter*"), ["parsl 0", "parsl 1"], ""),
        (
            ("--skip", "manager.log", "--skip", "h"),
            ["parsl 0", "parsl 1"],
            "--skip manager.log: no file and no log kind",
        ),
        (("--shift", "interchange.jsonlog=-2.5"), ["interchange 2", "parsl 0", "interchange 3", "parsl 1"], ""),
        (("--shift", "h=-1", "--shift", "h=-1.5"), ["interchange 2", "parsl 0", "interchange 3", "parsl 1"], ""),
    ],
    ids=lambda value: " ".join(value)[:40],
)
def test_what_is_loaded(run: Run, small: str, arguments: tuple[str, ...], left: list[str], told: str) -> None:
    status, out, err = run("export", small, *arguments, "--format", "csv")
    assert bodies(run, small, *arguments) == left
    assert status == DONE and out
    assert err.startswith(f"wideview: {told}") if told else not err
    assert run("export", small, *arguments, "--format", "csv") == (status, out, err), "from the index it is the same"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--since", "soon"), "--since soon: expected 2026-11-20, 2026-11-20T10:29:46.5, 10:29:46 or epoch seconds"),
        (("--until", "25:00"), "--until 25:00: expected 2026-11-20, "),
        (("--since", "2026-11-21", "--until", "2026-11-20"), "--since 2026-11-21 is not before --until 2026-11-20"),
        (("--boot", "dmesg=noon"), "--boot noon: expected 2026-11-20, "),
        (("--boot", "12:00"), "--boot 12:00: a time of day alone does not say when: expected 2026-11-20T10:29:46"),
        (("--boot", "dmesg=2026-11-20"), "--boot or --shift dmesg: no file or log kind that is read fits that"),
        (("--shift", "1.5"), "--shift 1.5: expected SOURCE=SECONDS, such as manager.log=-1.5"),
        (("--shift", "h=fast"), "--shift h=fast: expected SOURCE=SECONDS, such as manager.log=-1.5"),
        (("--shift", "h=1e99"), "--shift h=1e99: expected SOURCE=SECONDS"),
        (("--shift", "h=99999999999999999999"), "--shift h=99999999999999999999: expected SOURCE=SECONDS"),
        (("--shift", "manager=1"), "--boot or --shift manager: no file or log kind that is read fits that"),
        (("--only", "nothing"), "--only nothing: no file and no log kind fits that"),
        (("--tz", "Mars/Olympus"), "--tz Mars/Olympus: no such time zone"),
    ],
    ids=lambda value: " ".join(value)[:40],
)
def test_what_cannot_be_understood_is_named(run: Run, small: str, arguments: tuple[str, ...], message: str) -> None:
    status, out, err = run("info", small, *arguments)
    assert (status, out) == (WRONG, "")
    assert err.startswith(f"wideview: {message}")


def standard_input(data: bytes) -> Iterator[int]:
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        yield file.fileno()


def piped(data: bytes, *arguments: str, **more: str) -> tuple[int, str, str]:
    done = subprocess.run([WIDEVIEW, *arguments], input=data, capture_output=True, env=os.environ | more, timeout=60)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_standard_input_is_a_log(tmp_path: Path) -> None:
    """Read once, called by its name; nothing of it stays."""
    status, out, err = piped(text(0, "one").encode(), "export", "-", TMPDIR=str(tmp_path))
    assert (status, err) == (DONE, "")
    assert '"wideview.source":"standard input:1"' in out
    assert f'"wideview.scope":"{os.getcwd()}"' in out
    assert list(tmp_path.iterdir()) == []
    assert not Path(os.environ["XDG_CACHE_HOME"]).exists()


def test_standard_input_may_be_packed_and_stand_beside_others(small: str) -> None:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:xz") as archive:
        archive.add(FIXTURES / "json" / "runinfo", "runinfo")
    status, out, err = piped(made.getvalue(), "info", small, "-", "-", "--json")
    assert (status, err) == (DONE, "")
    facts = [json.loads(each) for each in out.splitlines()]
    assert {name: facts[0][name] for name in ("records", "runs", "files")} == {"records": 2064, "runs": 2, "files": 22}
    assert "standard input/runinfo/000/parsl.jsonlog" in [fact.get("file") for fact in facts]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no log found (standard input: empty)"),
        (b"\0\1\2", "no log found (standard input: binary data, not text)"),
        (b"\x1f\x8b\x08\0", "no log found (standard input: cannot be read: its gzip data are cut off)"),
    ],
    ids=["empty", "unknown", "cut off"],
)
def test_standard_input_without_a_log(data: bytes, message: str) -> None:
    assert piped(data, "info", "-") == (WRONG, "", f"wideview: {message}\n")


def test_standard_input_that_is_closed() -> None:
    done = subprocess.run(f"{WIDEVIEW} info - <&-", shell=True, capture_output=True, text=True, timeout=60)
    assert done.returncode == WRONG
    assert done.stderr == "wideview: no log found (standard input: cannot be read: Bad file descriptor)\n"


def test_the_explorer_takes_keys_from_the_terminal(terminal: Callable[..., Terminal]) -> None:
    data = "".join(text(i, f"record {i}") for i in range(50)).encode()
    for given in standard_input(data):
        shown = terminal("-", given=given)
        shown.until(lambda screen: "record 3" in screen)
        shown.press("wrecord 49\r")
        assert "record 48" not in shown.until(lambda screen: "1 of 50" in screen and "record 48" not in screen)
        shown.press("Q")
        assert shown.wait() == 0
        assert shown.mode == shown.before


def test_the_explorer_can_be_left_while_data_are_still_to_come(
    terminal: Callable[..., Terminal], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    reading, writing = os.pipe()
    os.set_inheritable(writing, False)
    os.write(writing, text(0, "one").encode())
    shown = terminal("-", given=reading)
    shown.until(lambda screen: "reading" in screen or "unpacking" in screen)
    shown.press("Q")
    assert shown.wait() == 0
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".files"] == []
    os.close(writing)
    os.close(reading)


def test_the_explorer_without_data_or_without_a_terminal(terminal: Callable[..., Terminal]) -> None:
    asked = terminal("-")
    assert asked.wait() == WRONG
    assert "standard input is the terminal: give '-' a file or a pipe" in asked.written.decode()
    status, out, err = piped(b"", "-")
    assert (status, out) == (WRONG, "") and "the explorer needs a terminal" in err


@pytest.mark.skipif(sys.platform != "linux", reason="needs setsid")
def test_the_explorer_without_a_terminal_for_keys() -> None:
    """Output goes to a terminal, but it is not the one that controls the process."""
    main_end, other_end = os.openpty()
    done = subprocess.run(
        [WIDEVIEW, "-"],
        input=b"x",
        stdout=other_end,
        stderr=subprocess.PIPE,
        start_new_session=True,
        timeout=60,
    )
    os.close(main_end)
    os.close(other_end)
    assert done.returncode == WRONG
    assert b"the explorer needs a terminal to take keys from: /dev/tty: " in done.stderr
