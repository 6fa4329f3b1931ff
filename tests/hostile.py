"""A run that somebody made to harm whoever reads it, and its harmless twin: the same with plain letters instead."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
from itertools import cycle
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"

#: What terminals obey (with numbers that no program sends to a terminal of 80 columns), hide, reorder, or take for the
#: end of something; markup of Rich and Textual; what wideview itself writes for a part that varies.
PAYLOADS = (
    "\x1b[66;99H\x1b[5;8mOWNED",
    "\x1b]0;OWNED\x07",
    "\x1b]2;OWNED\x1b\\",
    "\x1b]52;c;T1dORUQ=\x07",
    "\x1b]8;;https://owned.example\x1b\\link\x1b]8;;\x1b\\",
    "\x1bPq#0OWNED\x1b\\",
    "\x1b_OWNED\x1b\\\x1b^OWNED\x1b\\\x1bXOWNED\x1b\\",
    "\x9b66;99H\x9d0;OWNED\x9c\x90OWNED\x9c",
    "\x1b[?1049l\x1b[?47l\x1bc\x1b[!p\x1b(0\x0e",
    "a\x08\x08\x08\x07\x0b\x0c\x7f\x00\x05b",
    "a\rOWNED\nOWNED\r\nb\x85c",
    "\u202eDENWO\u202c\u2066x\u2069\u200e\u061c",
    "a\u200bb\u200c\u200d\u2060\ufeff\u00adc\u2028d\u2029e",
    "e" + "\u0301" * 60,
    "[bold red]OWNED[/bold red][/]",
    "[@click=app.quit]OWNED[/][@click=app.bell()]x",
    "[link=https://owned.example]OWNED[/link]",
    "$OWNED {0} %s %(x)s {x!r} <*> <*>",
    "\x01<*>\x01",
    "\U000e0041\U000e007f\u3164\u115f\ufff9OWNED\ufffb",
    "W" * 3000,
    "\"' OR 1=1 -- ); DROP TABLE stream; /*",
    "../../../OWNED",
    "=HYPERLINK(1)",
)

_WORDS = (
    "divide", "expensive", "leaf", "stage_b", "flaky", "greet", "htex_Local", "htex_Two", "Squarer", "Coordinator",
    "ActionRequest", "WorkQueueExecutor",
)  # fmt: skip


def _name(text: str) -> str:
    """*text* as far as a file may be called so."""
    return text.replace("/", "").replace("\0", "")[:40]


def make(root: Path, harmless: bool = False) -> Path:
    """Logs of Parsl, Work Queue, Academy and others below *root*, every value in them hostile; returns *root*."""
    turn = cycle(PAYLOADS)

    def nasty() -> str:
        payload = next(turn)
        return "plain" if harmless else payload

    words = {word: f"{word}{nasty()}" for word in _WORDS}
    paths = {word: _name(words[word]) for word in ("htex_Local", "htex_Two", "WorkQueueExecutor")}
    run = root / _name(f"run{nasty()}") / "000"
    for source in ("json", "workqueue"):
        for path in sorted((FIXTURES / source / "runinfo").rglob("*")):
            if path.is_file() and not path.name.endswith((".pkl", ".sh", ".ec")):
                relative = path.relative_to(FIXTURES / source / "runinfo").as_posix().removeprefix("000/")
                for word, name in paths.items():
                    relative = relative.replace(word, name)
                target = (run if source == "json" else root / "wq" / "000") / relative
                if path.name == "monitoring.db":
                    target = run.parent / path.name
                target.parent.mkdir(parents=True, exist_ok=True)
                _copy(path, target, words)
    for path in sorted((FIXTURES / "academy" / "home").rglob("*.jsonlog")):
        target = root / "academy" / path.relative_to(FIXTURES / "academy" / "home")
        target.parent.mkdir(parents=True, exist_ok=True)
        _copy(path, target, words)
    _spoil_database(run.parent / "monitoring.db", nasty)
    for i, payload in enumerate(PAYLOADS):
        plain = "plain" if harmless else payload
        (run / f"{_name(plain)}-{i}.jsonl").write_text(_lines(i, plain, nasty), encoding="utf-8")
    raw = "\n".join(f"2026-11-20 08:57:{i:02d},123 ERROR {nasty()}: {nasty()} 17" for i in range(48)) + "\n"
    damage = b"plain\n" if harmless else b'\xff\xfe\x80\x9b66;99H\x1b[66;99H\xed\xa0\x80 {"a\xff\n'
    (run / "solver.log").write_bytes(raw.encode("utf-8") + damage)
    (run / "damaged.jsonl").write_bytes(b'{"t": 1795165010.5, "message": "ok"}\n' + damage * 3)
    table = ["parsl.task," + ",".join(f'"c{i}{nasty()[:20]}"'.replace("\n", " ") for i in range(4))]
    table += [f"{i}," + ",".join('"' + nasty()[:50].replace('"', "") + '"' for _ in range(4)) for i in range(5)]
    (run / "chains.csv").write_text("\n".join(table) + "\n", encoding="utf-8")
    if not harmless:
        strange = os.fsencode(run) + b"/d\xff\xfe\x1b]0;OWNED\x07"
        os.mkdir(strange)
        with open(strange + b"/l\x80\x9b.jsonl", "wb") as out:
            out.write(b'{"t": 1795165010.25, "message": "in a strange place", "parsl.task": "1"}\n')
        with open(strange + b"/x\x80\x1b[2J.bin", "wb") as out:
            out.write(bytes(range(256)) * 8)
    return root


def _copy(path: Path, target: Path, words: dict[str, str]) -> None:
    if not path.name.endswith("jsonlog"):
        shutil.copyfile(path, target)
        return
    pattern = re.compile("|".join(words))

    def spoil(value: Any) -> Any:
        return pattern.sub(lambda found: words[found[0]], value) if isinstance(value, str) else value

    with open(path, encoding="utf-8") as lines, open(target, "w", encoding="utf-8") as out:
        for line in lines:
            out.write(json.dumps({key: spoil(value) for key, value in json.loads(line).items()}) + "\n")


def _spoil_database(path: Path, nasty: Any) -> None:
    with sqlite3.connect(path) as database:
        for table, column in (
            ("task", "task_func_name"), ("try", "task_executor"), ("try", "hostname"), ("node", "hostname"),
            ("block", "status"), ("block", "executor_label"), ("resource", "psutil_process_status"),
            ("status", "task_status_name"), ("workflow", "user"), ("workflow", "workflow_name"),
        ):  # fmt: skip
            rows = database.execute(f"SELECT rowid, {column} FROM {table}").fetchall()
            known: dict[str, str] = {}
            for i, (row, value) in enumerate(rows):
                if column == "task_status_name" and i % 5:
                    continue
                spoilt = known.setdefault(str(value), f"{value}{nasty()}".replace("\0", ""))
                database.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (spoilt, row))
    database.close()


def _lines(i: int, payload: str, nasty: Any) -> str:
    """Records with *payload* wherever one can stand."""
    at = 1795165008 + i / 7
    made: list[dict[str, Any]] = [
        {"created": at, "levelname": "INFO", "name": f"app.{payload}", "msg": f"put %s {payload} into %r",
         "formatted": f"put 17 {payload} into 'x{payload}'", "parsl.task": str(i % 8), f"k{payload}": payload},
        {"created": at + 0.01, "levelname": f"WARN{payload}", "name": payload, "formatted": payload, "msg": payload,
         "parsl_task_id": i % 8, "exc_text": f"Traceback\nValueError: {payload}", "threadName": payload},
        {"created": at + 0.02, "levelname": "ERROR", "formatted": f"boom {payload}", "parsl.task": f"9{payload}",
         "parsl.app_name": payload, "parsl.executor": payload, "parsl.task_state": payload, "parsl.block": payload},
        {"created": at + 0.03, "levelname": payload, payload: {payload: [payload, {"b": payload}]}, "message": payload},
        {"created": at + 0.04, "message": f"pair {payload} 1", "parsl.executor": f"x{payload}",
         "parsl.executor_task": "1", "parsl.task": f"a{payload}", "number": i, f"n{payload}": 10 ** (i % 9)},
        {"created": at + 0.05, "message": f"pair {payload} 2", "parsl.executor": f"x{payload}",
         "parsl.executor_task": "1", "parsl.task": f"b{payload}", "academy.action_state": payload},
        {"created": at + 0.06, "message": f"{nasty()}{nasty()}", "parsl.worker": payload, "parsl.manager": payload},
    ]  # fmt: skip
    text = "".join(json.dumps(each) + "\n" for each in made)
    raw = json.dumps({"created": at + 0.07, "message": payload, payload: payload}, ensure_ascii=False)
    lone = f'{{"created": {at + 0.08}, "message": "lone \\ud83d \\udc00", "k\\ud800": "v\\udfff"}}\n'
    return text + raw.replace("\x00", "") + "\n" + lone
