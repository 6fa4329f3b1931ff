"""Tests of tui.sources.monitoring_words: rows in words, whatever columns they have."""

from __future__ import annotations

import pytest

from tui.records import Scalar
from tui.sources.monitoring_words import body

OF_TRY: dict[str, Scalar] = {"task_id": 5, "try_id": 0}
CPU: dict[str, Scalar] = {"psutil_process_time_user": 0.489, "psutil_process_time_system": 0.08}
MEMORY: dict[str, Scalar] = {"psutil_process_memory_resident": 121323520.0, "psutil_process_status": "sleeping"}


@pytest.mark.parametrize(
    ("table", "row", "event", "words"),
    [
        ("status", {**OF_TRY, "task_status_name": "running"}, "", "status: task 5 try 0 running"),
        ("status", {"task_status_name": "running"}, "", "status: running"),
        ("task", {"task_id": 5, "task_func_name": "f"}, "task_time_invoked", "task: 5 f task_time_invoked"),
        (
            "try",
            {**OF_TRY, "task_executor": "h"},
            "task_try_time_running",
            "try: task 5 try 0 task_try_time_running on h",
        ),
        (
            "resource",
            {**OF_TRY, **CPU, **MEMORY},
            "",
            "resource: task 5 try 0 cpu 0.49+0.08 s, memory 121 MB, sleeping",
        ),
        ("resource", {**OF_TRY, **MEMORY}, "", "resource: task 5 try 0 memory 121 MB, sleeping"),
        ("resource", {**OF_TRY, "psutil_process_time_user": "much"}, "", "resource: task 5 try 0"),
        (
            "block",
            {"executor_label": "h", "block_id": "0", "status": "PENDING", "job_id": 9},
            "",
            "block: h 0 PENDING job 9",
        ),
    ],
)
def test_a_row_in_words(table: str, row: dict[str, Scalar], event: str, words: str) -> None:
    assert body(table, row, event) == words


def test_a_table_that_nobody_knows_is_told_as_it_is() -> None:
    said = body("files", {"file_id": 7, "name": "a b"}, "")
    assert said.startswith("files: ") and "7" in said and "a b" in said
