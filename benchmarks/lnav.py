"""The same questions for lnav 0.11, which reads Parsl's JSON logs once it is told their format."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measure import Ground

NAME = "parsl_rel"
_TEXT = ("processName", "threadName", "name", "funcname", "msg", "parsl.task")
FORMAT = {
    "$schema": "https://lnav.org/schemas/format-v1.schema.json",
    NAME: {
        "title": "Parsl JSON",
        "description": "Parsl's JSON logs",
        "json": True,
        "hide-extra": True,
        "file-pattern": ".*jsonlog",
        "timestamp-field": "created",
        "body-field": "formatted",
        "level-field": "levelname",
        "opid-field": "parsl.task",
        "value": {
            **{name: {"kind": "integer", "hidden": True} for name in ("process", "thread", "lineno")},
            **{name: {"kind": "string", "hidden": True} for name in _TEXT},
        },
        "line-format": [{"field": "created"}, " ", {"field": "levelname"}, " ", {"field": "formatted"}],
    },
}


class Lnav:
    """lnav, with the format installed in a home of its own."""

    def __init__(self, ground: Ground, files: Sequence[Path]) -> None:
        self.missing = "" if shutil.which("lnav") else "lnav not found, ratio not measured"
        self._files = [str(file) for file in files]
        if not self.missing:
            path = ground.scratch / "format.json"
            path.write_text(json.dumps(FORMAT), encoding="utf-8")
            ground.run(["lnav", "-i", str(path)])

    def ask(self, *commands: str) -> list[str]:
        """The command line that asks *commands* about all files."""
        return ["lnav", "-n", *(part for command in commands for part in ("-c", command)), *self._files]

    def count(self) -> list[str]:
        """How many records there are."""
        return self.ask(f";SELECT count(*) FROM {NAME}")

    def filter(self, pattern: str) -> list[str]:
        """The records that match."""
        return self.ask(f":filter-in {pattern}")

    def flow(self, task: int) -> list[str]:
        """Everything about a Parsl task: what names it, and what names one of its executor tasks."""
        launched = f"SELECT group_concat(regexp_match('executor id (\\d+)', log_body), '|') FROM {NAME} "
        launched += f"WHERE log_body LIKE 'Parsl task {task} try %'"
        return self.ask(
            f";SELECT log_time, log_body FROM {NAME} WHERE "
            f"(name LIKE 'parsl.dataflow%' AND log_body REGEXP 'ask {task}\\b') OR (name LIKE 'parsl.executors%' "
            f"AND log_body REGEXP 'task(s:)? .*\\b(' || ({launched}) || ')\\b' AND log_body NOT LIKE 'Pushing%')",
            ":write-csv-to -",
        )

    def group(self) -> list[str]:
        """How many records each call site has."""
        return self.ask(f";SELECT name, lineno, count(*) FROM {NAME} GROUP BY name, lineno", ":write-csv-to -")

    def export(self) -> list[str]:
        """Every record as it stands in its file, in order of time."""
        return self.ask(f";SELECT log_raw_text FROM {NAME}", ":write-raw-to -")


def counted(output: bytes) -> int:
    """What ``count`` printed; 0 when lnav did not know the format and did nothing."""
    found = re.findall(rb"^\s*(\d+)\s*$", output, re.MULTILINE)
    return int(found[-1]) if found else 0
