"""Tests of tui.query.recognise: which log kind reads which file, and what is left out and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.query.making import text, write
from tui.errors import InputError
from tui.query.options import Options
from tui.query.recognise import Recogniser, recognise
from tui.sources.walk import walk


def reasons(*paths: Path, options: Options | None = None) -> tuple[dict[str, str], dict[str, str]]:
    """(name of a file -> its log kind, name of a file -> why it is not read)."""
    inputs, skipped = recognise(*walk([str(path) for path in paths]), Recogniser(options or Options()))
    return {Path(i.file.name).name: i.source.name for i in inputs}, {Path(s.name).name: s.reason for s in skipped}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    files = {"parsl.log": text(0, "a"), "study.py": "import parsl\n", "noise.log": bytes(range(256)) * 8}
    return write(tmp_path, files | {"hole.log": bytes(9000)})


def test_of_a_directory_only_logs_are_read(run: Path) -> None:
    read, left = reasons(run)
    assert read == {"parsl.log": "parsl-text"}
    assert left["noise.log"] == "binary data, not text" and "NUL" in left["hole.log"]
    assert left["study.py"].startswith("not a log of a known kind; name it")


def test_any_text_that_was_named_is_read(run: Path) -> None:
    assert reasons(run, run / "study.py")[0] == {"parsl.log": "parsl-text", "study.py": "text"}


def test_only_and_skip(run: Path) -> None:
    write(run, {"app.jsonl": '{"t": 1.5, "v": 3}\n'})
    assert reasons(run, options=Options(only=("parsl-text",)))[0] == {"parsl.log": "parsl-text"}
    assert reasons(run, options=Options(skip=("parsl.log",)))[0] == {"app.jsonl": "json-lines"}


def test_nothing_to_read_is_a_mistake_that_names_the_files(run: Path) -> None:
    with pytest.raises(InputError, match=r"no log found .*noise\.log: binary data"):
        reasons(run / "noise.log")
