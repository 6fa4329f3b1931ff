"""Rows of monitoring.db as sentences for people. Any column may be missing; its words are then left out."""

from __future__ import annotations

from collections.abc import Callable

from tui.records import Scalar

Row = dict[str, Scalar]


def body(table: str, row: Row, event: str) -> str:
    """*row* of *table* in words; *event* is the column of the time it is about, or empty."""
    say = _WORDS.get(table)
    return f"{table}: {say(row, event) if say else _any(row)}"


def _words(*parts: str | tuple[str, Scalar]) -> str:
    """The parts side by side; a pair is a word and a value, left out without the value."""
    texts = (part if isinstance(part, str) else "" if part[1] is None else f"{part[0]} {part[1]}" for part in parts)
    return " ".join(text.strip() for text in texts if text.strip())


def _workflow(row: Row, event: str) -> str:
    return _words(("", row.get("workflow_name")), event)


def _task(row: Row, event: str) -> str:
    return _words(("", row.get("task_id")), ("", row.get("task_func_name")), event)


def _of_try(row: Row) -> str:
    return _words(("task", row.get("task_id")), ("try", row.get("try_id")))


def _try(row: Row, event: str) -> str:
    return _words(_of_try(row), event, ("on", row.get("task_executor")), ("block", row.get("block_id")))


def _status(row: Row, event: str) -> str:
    return _words(_of_try(row), ("", row.get("task_status_name")))


def _resource(row: Row, event: str) -> str:
    user, system = row.get("psutil_process_time_user"), row.get("psutil_process_time_system")
    resident, state = row.get("psutil_process_memory_resident"), row.get("psutil_process_status")
    parts = []
    if isinstance(user, float | int) and isinstance(system, float | int):
        parts.append(f"cpu {user:.2f}+{system:.2f} s")
    if isinstance(resident, float | int):
        parts.append(f"memory {resident / 1e6:.0f} MB")
    if state is not None:
        parts.append(str(state))
    return _words(_of_try(row), ", ".join(parts))


def _block(row: Row, event: str) -> str:
    label, block = row.get("executor_label"), row.get("block_id")
    return _words(("", label), ("", block), ("", row.get("status")), ("job", row.get("job_id")))


def _node(row: Row, event: str) -> str:
    parts = [_words(("manager", row.get("uid")), ("on", row.get("hostname")), ("block", row.get("block_id")))]
    if (workers := row.get("worker_count")) is not None:
        parts.append(f"{workers} workers" if workers != 1 else "1 worker")
    if (active := row.get("active")) is not None:
        parts.append("active" if active else "inactive")
    return ", ".join(parts)


def _any(row: Row) -> str:
    return ", ".join(f"{key} {value}" for key, value in row.items() if key != "monitoring.table")


_WORDS: dict[str, Callable[[Row, str], str]] = {
    "workflow": _workflow,
    "task": _task,
    "try": _try,
    "status": _status,
    "resource": _resource,
    "block": _block,
    "node": _node,
}
