"""Tests of tui.cli: what scripts may rely on: exit status, where output goes, what messages name."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import FIXTURES
from tui.cli import DONE, NOTHING, WRONG, main

THREADS = str(FIXTURES / "threads")
WIDEVIEW = str(Path(sys.executable).with_name("wideview"))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    """``main`` with these arguments: (status, standard output, standard error)."""

    def call(*arguments: str) -> tuple[int, str, str]:
        status = main(arguments)
        out, err = capsys.readouterr()
        return status, out, err

    return call


def test_done_is_0_and_says_nothing_beside(run) -> None:  # type: ignore[no-untyped-def]
    for arguments in (("info", THREADS), ("flow", THREADS, "parsl.task=1"), ("export", THREADS, "-w", "level:ERROR")):
        status, out, err = run(*arguments)
        assert (status, err) == (DONE, "")
        assert out


def test_json_is_one_object_a_line(run) -> None:  # type: ignore[no-untyped-def]
    for arguments in (
        ("info", THREADS, "--json"),
        ("flow", THREADS, "task_id=1", "--json"),
        ("export", THREADS, "--json"),
    ):
        _, out, _ = run(*arguments)
        assert len(out.splitlines()) > 5
        assert all(isinstance(json.loads(line), dict) for line in out.splitlines())


def test_nothing_matched_is_1(run) -> None:  # type: ignore[no-untyped-def]
    assert run("export", THREADS, "-w", "level:CRITICAL") == (NOTHING, "", "")
    assert run("flow", THREADS, "parsl.task=99") == (NOTHING, "", "wideview: nothing is known of parsl.task=99\n")


WRONG_USE = [
    (["info", "missing"], "wideview: missing: No such file or directory\n"),
    (["export", "a/missing.log"], "wideview: a/missing.log: No such file or directory\n"),
    (["flow", "missing", "parsl.task=1"], "wideview: missing: No such file or directory\n"),
    (["info", THREADS, "missing"], "wideview: missing: No such file or directory\n"),
    (["info", THREADS, "--tz", "Mars/Olympus"], "wideview: --tz Mars/Olympus: no such time zone\n"),
    (["info", THREADS, "--tz", "../../etc/passwd"], "wideview: --tz ../../etc/passwd: no such time zone\n"),
    (["export", THREADS, "--format", "parquet"], "wideview: --format parquet needs -o FILE\n"),
    (
        ["flow", THREADS],
        "wideview: flow needs at least one PATH and one KEY=VALUE, such as: runinfo parsl.task=5\n",
    ),
    (
        ["flow", "parsl.task=5"],
        "wideview: flow needs at least one PATH and one KEY=VALUE, such as: runinfo parsl.task=5\n",
    ),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG_USE, ids=lambda value: " ".join(value)[:40])
def test_wrong_use_is_2_and_says_what(run, arguments: list[str], message: str) -> None:  # type: ignore[no-untyped-def]
    assert run(*arguments) == (WRONG, "", message)


def test_a_key_that_cannot_be_followed(run) -> None:  # type: ignore[no-untyped-def]
    status, out, err = run("flow", THREADS, "parsl.tusk=1")
    assert (status, out) == (WRONG, "")
    assert err.startswith("wideview: 'parsl.tusk' is not a key that can be followed (try parsl.task, ")


def test_several_candidates_are_listed(run) -> None:  # type: ignore[no-untyped-def]
    """Copied from there, each names one."""
    paths = [str(FIXTURES / name) for name in ("text", "json", "threads")]
    status, out, err = run("flow", *paths, "parsl.rundir=000", "parsl.task=1")
    assert (status, out) == (WRONG, "")
    first, *candidates = err.splitlines()
    assert first.endswith("fits 3 entities; name one by adding parsl.dfk")
    assert len(candidates) == 3
    for candidate, count in zip(candidates, (45, 57, 14), strict=True):
        status, out, err = run("flow", *paths, *candidate.split("   ")[0].split(), "--json")
        assert (status, err) == (DONE, "")
        assert len(out.splitlines()) == count


@pytest.mark.parametrize(
    ("expression", "column"), [("level:>=ERROR (", 14), ("parsl.task:1 AND level:LOUD", 17), ('"open', 0)]
)
def test_a_mistake_in_a_filter_has_a_caret_below_it(run, expression: str, column: int) -> None:  # type: ignore[no-untyped-def]
    status, out, err = run("export", THREADS, "-w", expression)
    message, shown, caret = err.splitlines()
    assert (status, out) == (WRONG, "")
    assert message.startswith("wideview: ")
    assert (shown, caret) == (f"  {expression}", f"  {' ' * column}^")


def test_a_word_that_is_no_key_is_said(run) -> None:  # type: ignore[no-untyped-def]
    status, out, err = run("export", THREADS, "-w", "nokey:1")
    assert (status, out) == (NOTHING, "")
    assert err == "wideview: 'nokey:1' is taken as text: no key is called 'nokey'\n"


def test_a_directory_without_logs(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    status, out, err = run("info", str(tmp_path))
    assert (status, out, err) == (WRONG, "", f"wideview: {tmp_path}: no log found, nothing lies there\n")
    (tmp_path / "empty.log").touch()
    status, out, err = run("info", str(tmp_path))
    assert (status, out, err) == (WRONG, "", f"wideview: no log found ({tmp_path}/empty.log: empty)\n")


def test_a_bad_rule_file_is_named(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "mine.toml"
    for text, told in (
        ("[[implies]\n", ""),
        ("[[imply]]\ngiven = []\n", "there is no rule kind 'imply'"),
        ('[[key]]\nname = "a"\nform = "odd"\n', "form is one of"),
        ('[[key]]\nname = "a"\ncolour = "red"\n', "no such setting 'colour'"),
    ):
        path.write_text(text)
        status, out, err = run("info", THREADS, "--rules", str(path))
        assert (status, out) == (WRONG, "")
        assert err.startswith(f"wideview: {path}: ")
        assert told in err
    status, _, err = run("info", THREADS, "--rules", str(tmp_path / "none.toml"))
    assert status == WRONG
    assert err.startswith(f"wideview: {tmp_path}/none.toml: cannot be read: ")


def test_rules_of_ones_own(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """Names for a prototype's keys, and a pattern for its text; then it can be followed."""
    (tmp_path / "app.jsonl").write_text('{"t": 1.5, "message": "cell 7 done"}\n{"t": 2.5, "message": "other"}\n')
    rules = tmp_path / "mine.toml"
    rules.write_text(
        '[[extract]]\nname = "cell"\nstarts = ["cell "]\npattern = \'^cell (?P<cell>\\d+)\'\n'
        'keys = { cell = "app.cell" }\n[[key]]\nname = "app.cell"\nkind = "cell"\n'
        '[[hierarchy]]\nname = "cells"\nlevels = [["app.cell"]]\n'
    )
    status, out, err = run("flow", str(tmp_path / "app.jsonl"), "app.cell=7", "--rules", str(rules), "--json")
    assert (status, err) == (DONE, "")
    assert [json.loads(line)["body"] for line in out.splitlines()] == ["cell 7 done"]


def test_output_goes_to_a_file_whole_or_not_at_all(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "out.jsonl"
    assert run("export", THREADS, "-o", str(path)) == (DONE, "", "")
    assert len(path.read_text().splitlines()) == 109
    assert [each.name for each in tmp_path.iterdir()] == ["out.jsonl"]
    unwritable = str(tmp_path / "none" / "out.jsonl")
    status, out, err = run("export", THREADS, "-o", unwritable)
    assert (status, out) == (WRONG, "")
    assert err == f"wideview: {unwritable}: cannot be written: No such file or directory\n"


def test_bad_options_are_2(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["info"], ["--bogus"], ["export", THREADS, "--format", "xml"], ["flow", "--where"]):
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        assert caught.value.code == WRONG
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith("usage: wideview")


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    for argument, start in (("--version", "wideview 0."), ("--help", "usage: wideview")):
        with pytest.raises(SystemExit) as caught:
            main([argument])
        assert caught.value.code == DONE
        assert capsys.readouterr().out.startswith(start)


def test_the_explorer_needs_a_path_and_a_terminal(run) -> None:  # type: ignore[no-untyped-def]
    assert run()[0] == WRONG
    status, out, err = run(THREADS)
    assert (status, out) == (WRONG, "")
    assert err == "wideview: the explorer needs a terminal; 'wideview info', 'flow' and 'export' do not\n"
    assert run("missing")[0] == WRONG


def test_demo_says_where_it_lies(run) -> None:  # type: ignore[no-untyped-def]
    status, out, err = run("demo", "--path")
    assert (status, err) == (DONE, "")
    assert (Path(out.strip()) / "000" / "parsl.log").is_file()


def test_the_index_is_used_and_can_be_refused(run, own_directories: Path) -> None:  # type: ignore[no-untyped-def]
    cache = own_directories / "cache"
    first = run("info", THREADS, "--no-cache")
    assert not cache.exists()
    assert run("info", THREADS) == first
    [index] = (cache / "wideview").iterdir()
    assert index.stat().st_mode & 0o777 == 0o600
    made = index.stat().st_ino
    assert run("info", THREADS) == first
    assert index.stat().st_ino == made


def test_a_cache_that_cannot_be_written_is_said_once_and_does_not_stop(  # type: ignore[no-untyped-def]
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    status, out, err = run("export", THREADS, "-w", "level:ERROR")
    assert (status, len(out.splitlines())) == (DONE, 1)
    assert err == f"wideview: no index is kept: {tmp_path}/file/wideview: Not a directory\n"


def test_a_broken_pipe_is_quiet() -> None:
    """What ``head`` leaves unread is nobody's mistake."""
    with subprocess.Popen(
        [WIDEVIEW, "export", str(FIXTURES / "text")], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b'{"created":')
        process.stdout.close()
        err = process.stderr.read()
        assert (process.wait(20), err) == (DONE, b"")


def test_a_log_cannot_write_escape_sequences(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """Neither in what is printed nor in messages, also when its file's name is hostile."""
    hostile = "Task 1 \x1b]0;owned\x07\x1b[2J\x9b31m\u202e done"
    log = (Path(THREADS) / "runinfo/000/parsl.log").read_text().splitlines()[0]
    head = log[: log.index("DEBUG: ")].replace("parsl.logconfigs.base:", "parsl.dataflow.dflow:")
    path = tmp_path / "run" / "000" / "parsl.log"
    path.parent.mkdir(parents=True)
    path.write_text(f"{head}INFO: {hostile}\n")
    shutil.copy(path, path.parent / "evil\x1b[31m.log")
    for arguments in (("info",), ("flow", "parsl.task=1")):
        status, out, _ = run(arguments[0], str(tmp_path), *arguments[1:])
        assert status == DONE
        assert not any(char in out for char in "\x1b\x07\x9b\u202e"), arguments
    assert "␛]0;owned␇␛[2J⟨009B⟩31m⟨202E⟩ done" in out
    _, _, err = run("info", "no\x1b[31mway")
    assert "\x1b" not in err
    status, out, _ = run("export", str(tmp_path))
    assert "\x1b" not in out
    assert json.loads(out.splitlines()[0])["formatted"] == hostile


def test_an_option_may_stand_between_paths(capsys: pytest.CaptureFixture[str]) -> None:
    run = str(FIXTURES / "threads")
    assert main(["flow", run, "--json", "parsl.task=2"]) == 0
    between = capsys.readouterr().out
    assert main(["flow", run, "parsl.task=2", "--json"]) == 0
    assert between == capsys.readouterr().out != ""
    with pytest.raises(SystemExit) as stopped:
        main(["flow", run, "--no-such", "parsl.task=2"])
    assert stopped.value.code == 2
    assert "--no-such" in capsys.readouterr().err


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(FIXTURES / "text" / "runinfo", tmp_path / "runinfo")
    database = tmp_path / "runinfo" / "monitoring.db"
    database.write_bytes(database.read_bytes()[:5000])
    assert main(["flow", str(tmp_path), "parsl.task=5"]) == 0
    assert f"{database}: " in capsys.readouterr().err


def test_the_only_file_being_damaged_is_the_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = FIXTURES / "text" / "runinfo" / "monitoring.db"
    (tmp_path / "monitoring.db").write_bytes(source.read_bytes()[:5000])
    assert main(["info", str(tmp_path)]) == 2
    assert "every file is empty" not in (said := capsys.readouterr().err) and "monitoring.db: " in said


def test_a_database_beside_the_run_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """A run opened alone leaves it out, which nobody would notice."""
    run = FIXTURES / "text" / "runinfo"
    assert main(["flow", str(run / "000"), "parsl.task=5"]) == 0
    assert f"{run / 'monitoring.db'} lies beside" in capsys.readouterr().err
    assert main(["flow", str(run / "000"), str(run / "monitoring.db"), "parsl.task=5"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("09:00", "08:00", "--since 09:00 is not before --until 08:00"),
        ("2031-01-01", "", "--since and --until leave nothing: the records are from"),
        ("", "2001-01-01", "--since and --until leave nothing: the records are from"),
    ],
)
def test_times_that_leave_nothing_are_a_mistake(
    since: str, until: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [*(["--since", since] if since else []), *(["--until", until] if until else [])]
    assert main(["info", str(FIXTURES / "threads"), "--no-cache", *given]) == 2
    assert said in capsys.readouterr().err


def test_the_boot_of_what_comes_by_standard_input_can_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    """A value that begins with a minus is no option."""
    assert main(["info", str(FIXTURES / "threads"), "--no-cache", "--boot", "-=2026-11-20T05:00:00Z"]) == 2
    assert "--boot" in capsys.readouterr().err
