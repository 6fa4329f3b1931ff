"""Tests of tui.sources.academy: text at every ``extra``, with and without colours, and JSON."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.records import Notes, Raw
from tui.sources import academy_keys, choose, discover
from tui.sources.academy import SOURCES, AcademyText
from tui.sources.base import File

RUN = Path(__file__).with_name("data") / "run"
TAG, OTHER = "323a493d-7f73-43d3-abb0-25ec26dd3fc9", "9b62463a-4435-41a8-8032-61bf457ea2c8"
AGENT = "AgentId<8e1f0a94>"
ACTION = f"action: square action_tag: {TAG} action_state: "
MESSAGE = f"message_type: dict src: {AGENT} dest: UserId<47133268> message_tag: {TAG} message_label: {OTHER}"
PARTS = re.findall(r" [\w.]+: |\S+", f" {MESSAGE} {ACTION}x result: ")


def read(name: str) -> list[Raw]:
    return read_file(RUN / name)


def read_file(path: Path) -> list[Raw]:
    return list(AcademyText().read(File(str(path), path.name), Notes()))


def one(tmp_path: Path, text: str) -> Raw:
    path = tmp_path / "x.log"
    path.write_text(text)
    (raw,) = read_file(path)
    return raw


def academy(raw: Raw) -> dict[str, object]:
    return {key: value for key, value in raw.keys.items() if key.startswith("academy.")}


class TestText:
    @pytest.mark.parametrize(
        ("name", "records"),
        [
            ("academy-plain.log", 11),
            ("academy-extra1.log", 31),
            ("academy-extra2.log", 29),
            ("academy-colour.log", 38),
            ("academy-exchange.txt", 22),
        ],
    )
    def test_every_line_is_in_a_record(self, name: str, records: int) -> None:
        notes = Notes()
        raws = list(AcademyText().read(File(str(RUN / name), name), notes))
        assert (len(raws), notes.damaged, notes.blank) == (records, 0, 0)
        assert all(raw.local and raw.time is None and raw.keys["levelname"] and raw.keys["name"] for raw in raws)

    def test_plain(self) -> None:
        raw = read("academy-plain.log")[0]
        assert raw.keys == {
            "name": "academy.logging.configs.file",
            "levelname": "INFO",
            "wideview.body": "Configured logger (file-level=INFO)",
        }
        assert raw.local == 1795160225_208_000_000

    def test_extra_1_names_thread_and_process(self) -> None:
        raw = read("academy-extra1.log")[5]
        assert (raw.keys["os_thread"], raw.keys["process"]) == (5021, 5021)
        assert str(raw.keys["wideview.body"]).startswith("Launched agent (AgentId<e367c007>; ")

    def test_extra_1_with_a_task_from_python_3_12_on(self, tmp_path: Path) -> None:
        """By the format in academy-py 1.0.0."""
        head = "[2026-11-20 07:41:29.501] [tid=7 pid=8 task={}]  DEBUG    (academy.runtime) Started"
        assert one(tmp_path, head.format("execute-action-[a] b")).keys["taskName"] == "execute-action-[a] b"
        raw = one(tmp_path, head.format("None"))
        assert "taskName" not in raw.keys and raw.keys["process"] == 8

    def test_extra_2_appends_keys(self) -> None:
        raws = {str(raw.keys["wideview.body"]): raw for raw in read("academy-extra2.log")}
        assert academy(raws["Registered AgentId<8e1f0a94> in exchange"]) == {"academy.agent_id": AGENT}
        assert sum(bool(academy(raw)) for raw in raws.values()) == 21

    def test_keys_stand_behind_the_last_line_of_a_traceback(self) -> None:
        raw = next(raw for raw in read("academy-extra2.log") if "Traceback" in str(raw.keys["wideview.body"]))
        lines = str(raw.keys["wideview.body"]).split("\n")
        assert lines[-1] == "because it is cursed"
        assert academy(raw) == {
            "academy.action": "fail",
            "academy.action_tag": "7bc24b9d-d895-466b-b80d-9b5b24215869",
            "academy.action_state": "execute_exception",
            "academy.exception_serialization": "pickle",
        }

    def test_colours_are_taken_off(self) -> None:
        raws = read("academy-colour.log")
        assert not any("\x1b" in str(value) for raw in raws for value in raw.keys.values())
        assert Counter(raw.keys["levelname"] for raw in raws) == {"DEBUG": 30, "INFO": 7, "WARNING": 1}

    def test_colours_tell_keys_of_any_name_apart(self) -> None:
        """Without colours nothing tells that ``x: 7`` is a key of the application."""
        raw = next(raw for raw in read("academy-colour.log") if raw.keys["name"] == "corpus")
        assert (raw.keys["wideview.body"], academy(raw)) == ("squares 7", {"academy.x": "7"})

    def test_a_line_of_no_record(self, tmp_path: Path) -> None:
        raw = one(tmp_path, "\x1b[31mno record")
        assert raw.error and raw.keys == {"wideview.body": "\x1b[31mno record"}


class TestSniff:
    @pytest.mark.parametrize("path", sorted(RUN.rglob("*.*")), ids=lambda path: path.name)
    def test_its_own_files_only(self, path: Path) -> None:
        chosen = choose(path.name, path.read_bytes()[:8192], discover())
        own = {"jsonlog": "academy-json"}.get(path.suffix[1:], "academy-text")
        assert (chosen is not None and chosen.name == own) == path.name.startswith("academy")


class TestJson:
    def test_the_engine_reads_it_and_the_message_is_its_body(self) -> None:
        source = next(source for source in SOURCES if source.name == "academy-json")
        assert source.json_lines
        raws = list(source.read(File(str(RUN / "academy.jsonlog"), "academy.jsonlog"), Notes()))
        assert len(raws) == 13 and all(raw.time for raw in raws)
        raw = next(raw for raw in raws if raw.keys["msg"] == "Using selector: %s")
        assert next(raw.keys[key] for key in source.body if key in raw.keys) == "Using selector: EpollSelector"


class TestSplit:
    @pytest.mark.parametrize(
        "keys",
        [
            f"agent_id: {AGENT}",
            f"{ACTION}waiting",
            f"{ACTION}start action_args: (1, 'a b: c') action_kwargs: {{'k': ' x'}} agent_id: {AGENT}",
            f"{ACTION}success result: two\nlines: of it agent_id: {AGENT}",
            MESSAGE,
            f"{MESSAGE} {ACTION}sending",
            f"{MESSAGE} ping_time_s: 0.004150813000023845",
            f"run_count: 1 retries: 0 agent_id: {AGENT} agent: <class '__main__.Fibonacci'>",
            "method: heartbeat self: Agent<Fibonacci>",
            "user_id: UserId<a name>",
            f"message.event: PUT message.src: {AGENT} message.dest: {AGENT} message.size: 49 message_tag: {TAG}",
        ],
    )
    def test_combinations_that_are_logged(self, keys: str) -> None:
        message, found = academy_keys.split(f"Some message: of any kind {keys}")
        assert message == "Some message: of any kind"
        assert "".join(f" {key}: {value}" for key, value in found.items()) == f" {keys}"

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "step 0 gave 1 corpus_step: 0",
            f"is this agent_id: {AGENT} or not?",
            "the action: square",
            f"unfinished action: square action_tag: {TAG}",
            f"not a tag action: square action_tag: {TAG[:-1]} action_state: start",
        ],
    )
    def test_what_is_not_sure_stays(self, text: str) -> None:
        assert academy_keys.split(text) == (text, {})

    def test_a_value_that_might_end_at_two_places_stays(self) -> None:
        rest = f" result: x agent_id: {AGENT} agent_id: {AGENT}"
        message, found = academy_keys.split(f"Done {ACTION}success{rest}")
        assert message == f"Done{rest}"
        assert found == {"action": "square", "action_tag": TAG, "action_state": "success"}

    def test_many_marks_take_no_time(self) -> None:
        text = " action: x" * 500_000
        assert academy_keys.split(text) == (text, {})

    @given(
        parts=st.lists(st.sampled_from(re.findall(r" ?[\w.]+: ?|\S+", f"{MESSAGE} {ACTION}x result: ")), max_size=12)
    )
    def test_nothing_is_lost(self, parts: list[str]) -> None:
        text = "".join(parts)
        message, found = academy_keys.split(text)
        appended = "".join(f" {key}: {value}" for key, value in found.items())
        assert len(message) + len(appended) == len(text)
        assert text.startswith(message) or appended in text
