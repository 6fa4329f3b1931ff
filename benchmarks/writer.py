"""The log files of a made-up run.

Message templates, call sites, key sets and their order are those of Parsl 2026.10.26 with one HighThroughputExecutor.
"""

from __future__ import annotations

import heapq
import json
import random
import time
import uuid
from collections.abc import Iterable, Iterator
from itertools import cycle
from pathlib import Path

from benchmarks.plan import DONE, LOST, RETRY, START, WORKERS, Run

EXECUTOR = "htex_Local"
APPS = ("simulate", "summarise", "archive", "measure")

DFLOW, HTEX = "parsl.dataflow.dflow", "parsl.executors.high_throughput"
INTERCHANGE, POOL, PIPES = f"{HTEX}.interchange", f"{HTEX}.process_worker_pool", f"{HTEX}.zmq_pipes"
TRACEBACK = """Task {task} failed after 1 retry attempts
Traceback (most recent call last):
  File "/home/user/venv/lib/python3.11/site-packages/parsl/dataflow/dflow.py", line 348, in handle_exec_update
    res = self._unwrap_remote_exception_wrapper(future)
          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "/home/user/venv/lib/python3.11/site-packages/parsl/dataflow/dflow.py", line 578, in _unwrap_remote_exception_wrapper
    result.reraise()
  File "/home/user/venv/lib/python3.11/site-packages/parsl/app/errors.py", line 138, in wrapper
    return func(*args, **kwargs)
    ^^^^^^^^^^^^^^^^^
  File "/scratch/user/study.py", line 75, in {app}
    raise ValueError(f"no convergence for seed {{seed}}")
ValueError: no convergence for seed {task}"""  # noqa: E501 - as Parsl writes it

Line = tuple[float, str]


class Logger:
    """A thread that logs: every call is one record, some microseconds after the one before."""

    def __init__(self, run: Writer, process: int, process_name: str, thread_name: str, thread: int) -> None:
        self._who = (process, process_name, thread_name, thread)
        self._text, self._gaps = run.text, run.gaps
        self._heads: dict[tuple[object, ...], tuple[str, str]] = {}
        self.now = START

    def __call__(self, name: str, lineno: int, function: str, body: str, template: str = "", **more: str) -> Line:
        """The line of one call; *template* is what it passes when that is not the body, *more* its level and keys."""
        level = more.pop("level", "DEBUG")
        self.now += next(self._gaps)
        call = (name, lineno, level)
        if call not in self._heads:
            self._heads[call] = self._head(name, lineno, function, level, template)
        head, fixed = self._heads[call]
        if self._text:
            stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(self.now))
            return self.now, f"{self.now:.6f} {stamp} {head}{body}\n"
        quoted = json.dumps(body) if "\n" in body or '"' in body else f'"{body}"'
        keys = "".join(f', "parsl.{key}": "{value}"' for key, value in more.items()) if more else ""
        return self.now, f'{{"created": {self.now!r}{head}{fixed or quoted}, "formatted": {quoted}{keys}}}\n'

    def _head(self, name: str, lineno: int, function: str, level: str, template: str) -> tuple[str, str]:
        process, process_name, thread_name, thread = self._who
        if self._text:
            middle = f"{process_name}-{process} {thread_name}-{thread} {name}:{lineno} {function} {level}: "
            return middle, ""
        return (
            f', "process": {process}, "processName": "{process_name}", "threadName": "{thread_name}", "thread": '
            f'{thread}, "name": "{name}", "lineno": {lineno}, "funcname": "{function}", "levelname": "{level}", "msg": '
        ), json.dumps(template) if template else ""


class Writer:
    """Writes the files of a run."""

    def __init__(self, run: Run, directory: Path, text: bool, seed: int) -> None:
        draw = random.Random(seed)
        self.run, self.directory, self.text = run, directory, text
        self.gaps = cycle([0.000012 + draw.random() * 0.00002 for _ in range(4099)])
        self.dfk = str(uuid.UUID(int=draw.getrandbits(128), version=4))
        self.manager = f"{draw.getrandbits(48):012x}"

    def write(self) -> int:
        """Write everything; returns the number of records."""
        block = f"{EXECUTOR}/block-0/{self.manager}"
        count = self._file("parsl", self._opening(), self._submit(), self._launch(), self._result())
        count += self._file(f"{EXECUTOR}/interchange", self._received(), self._sent(), self._returned(), self._idle())
        count += self._file(f"{block}/manager", self._given(), self._taken())
        return count + sum(self._file(f"{block}/worker_{i}", self._work(i)) for i in range(WORKERS))

    def _file(self, name: str, *streams: Iterable[Line]) -> int:
        path = self.directory / f"{name}.{'log' if self.text else 'jsonlog'}"
        path.parent.mkdir(parents=True, exist_ok=True)
        count = 0
        with path.open("w", encoding="utf-8", buffering=1 << 20) as out:
            for _, line in heapq.merge(*streams):
                out.write(line)
                count += 1
        return count

    def _parsl(self, thread: str, number: int) -> Logger:
        return Logger(self, 2753, "MainProcess", thread, 140084678839168 + number)

    def _opening(self) -> Iterator[Line]:
        say, info = self._parsl("MainThread", 0), {"rundir": f"/scratch/user/{self.directory.name}"}
        base = "parsl.logconfigs.base"
        yield say(base, 104, "oneshot_initialize_logging", "Initialized <JSONLogging object>", "Initialized %r")
        config = (
            f"Config(\n    executors=(HighThroughputExecutor(\n        label='{EXECUTOR}'\n    ),), \n    retries=1\n)"
        )
        start = "Starting DataFlowKernel with config\n"
        yield say(DFLOW, 123, "__init__", start + config, start + "%r", level="INFO")
        yield say(DFLOW, 125, "__init__", "Parsl version: 2026.10.26", "Parsl version: %s", level="INFO")
        yield say(DFLOW, 147, "__init__", f"Run id is: {self.dfk}", level="INFO")
        told = f"Workflow startup information: {{'run_id': '{self.dfk}', 'rundir': '{info['rundir']}'}}"
        keys = {"workflow_info.run_id": self.dfk, "workflow_info.rundir": info["rundir"]}
        template = "Workflow startup information: %r"
        yield say(DFLOW, 187, "__init__", told, template, level="INFO", dfk=self.dfk, **keys)
        say.now = self.run.end
        yield say(DFLOW, 1166, "cleanup", "DFK cleanup initiated", level="INFO")
        yield say(DFLOW, 1229, "cleanup", "DFK cleanup complete", level="INFO")

    def _state(self, say: Logger, task: int, old: str, new: str) -> Line:
        body = f"Task {task} changing state from {old} to {new}"
        return say(DFLOW, 565, "_update_task_state", body, level="INFO", dfk=self.dfk, task=str(task), task_state=new)

    def _std(self, say: Logger, task: int) -> Iterator[Line]:
        for stream in ("out", "error"):
            body = f"Standard {stream} for task {task} will not be redirected."
            yield say(DFLOW, 1243, "log_std_stream", body, level="INFO")

    def _submit(self) -> Iterator[Line]:
        say, dfk = self._parsl("MainThread", 0), self.dfk
        for task, when in enumerate(self.run.submitted):
            say.now = when
            app, name = APPS[task % len(APPS)], str(task)
            body = f"Task {task} will be sent to executor {EXECUTOR}"
            yield say(DFLOW, 973, "submit", body, "Task %s will be sent to executor %s")
            yield say(DFLOW, 781, "_add_output_deps", "Adding output dependencies")
            yield say(DFLOW, 1022, "submit", "Added output dependencies")
            yield say(DFLOW, 1031, "submit", "Gathering dependencies")
            yield say(DFLOW, 1034, "submit", "Gathered dependencies")
            body, template = (
                f"Task {task} submitted for App {app}, not waiting on any dependency",
                "Task %s submitted for App %s, %s",
            )
            yield say(DFLOW, 1053, "submit", body, template, level="INFO", task=name, app_name=app)
            body = f"Task {task} has AppFuture: <AppFuture at 0x{0x7F67DB000000 + 592 * task:x} state=pending>"
            yield say(DFLOW, 1056, "submit", body, "Task %s has AppFuture: %r")
            body, call = f"Task {task} initializing state to pending", (DFLOW, 567, "_update_task_state")
            yield say(*call, body, level="INFO", dfk=dfk, task=name, task_state="pending")

    def _launch(self) -> Iterator[Line]:
        say = self._parsl("Task-Launch_0", 4)
        for each in self.run.tries:
            say.now, task = each.launched, each.task
            yield say("parsl.dataflow.memoization", 379, "check_memo", f"Task {task} will not be memoized")
            body = (
                f"Pushing function <function {APPS[task % len(APPS)]} at 0x7f67fe104e00> to queue with args ({task},)"
            )
            yield say(f"{HTEX}.executor", 714, "submit", body)
            yield say(PIPES, 148, "put", "Sending TasksOutgoing message")
            yield say(PIPES, 150, "put", "Sent TasksOutgoing message")
            yield self._state(say, task, "pending", "launched")
            told = f"Parsl task {task} try {each.number} launched on executor {EXECUTOR} with executor id "
            told += str(each.executor_task)
            keys = {"try": str(each.number), "executor": EXECUTOR, "executor_task": str(each.executor_task)}
            yield say(DFLOW, 734, "launch_task", told, level="INFO", dfk=self.dfk, task=str(task), **keys)
            yield from self._std(say, task)
            body = "Normal ending for _launch_if_ready_async on thread Task-Launch_0"
            yield say("parsl.process_loggers", 27, "wrapped", body)

    def _result(self) -> Iterator[Line]:
        say = self._parsl("HTEX-Result-Queue-Thread", 8)
        for each in sorted(self.run.tries, key=lambda each: each.ended):
            say.now, task = max(say.now, each.ended + 0.0012), each.task
            yield say(PIPES, 189, "get", "Receiving ResultsIncoming message")
            if each.outcome != DONE:
                body = f"Task {task} try {each.number} failed with exception of type ValueError"
                yield say(DFLOW, 351, "handle_exec_update", body, level="INFO")
            if each.outcome == LOST:
                body = TRACEBACK.format(task=task, app=APPS[task % len(APPS)])
                yield say(
                    DFLOW, 390, "handle_exec_update", body, "Task %s failed after %s retry attempts", level="ERROR"
                )
            yield self._state(
                say, task, "launched", {DONE: "exec_done", RETRY: "fail_retryable"}.get(each.outcome, LOST)
            )
            if each.outcome == RETRY:
                yield self._state(say, task, "fail_retryable", "pending")
            yield from self._std(say, task)

    def _interchange(self) -> Logger:
        return Logger(self, 2766, "MainProcess", "MainThread", 139844267010944)

    def _received(self) -> Iterator[Line]:
        say = self._interchange()
        say.now, base = START + 1, "parsl.logconfigs.base"
        yield say(base, 104, "oneshot_initialize_logging", "Initialized <JSONLogging object>", "Initialized %r")
        yield say(INTERCHANGE, 123, "__init__", "Initializing Interchange process")
        yield say(INTERCHANGE, 289, "start", "Starting main interchange method", level="INFO")
        body = f"Registered manager b'{self.manager}' (py3.11, 2026.10.26) and added to ready queue"
        yield say(INTERCHANGE, 448, "process_manager_socket_message", body, level="INFO")
        for each in self.run.tries:
            say.now, call = each.launched + 0.0002, "process_task_incoming"
            yield say(INTERCHANGE, 336, call, "start task_incoming section")
            for line, verb in ((345, "Putting"), (348, "Put")):
                body = f"{verb} task {each.executor_task} onto pending_task_queue"
                yield say(INTERCHANGE, line, call, body, f"{verb} task %s onto pending_task_queue")

    def _sent(self) -> Iterator[Line]:
        say, call, name = self._interchange(), "process_tasks_to_send", self.manager
        for each in sorted(self.run.tries, key=lambda each: each.started):
            say.now = each.started - 0.0004
            body = f"Sent tasks: [{each.executor_task}] to manager b'{name}'"
            yield say(INTERCHANGE, 561, call, body, "Sent tasks: %s to manager %r")
            yield say(INTERCHANGE, 568, call, f"Manager b'{name}' is now saturated", "Manager %r is now saturated")
            body = "leaving _ready_managers section, with {} managers still interesting"
            yield say(INTERCHANGE, 573, call, body.format(0), body.format("%s"))

    def _returned(self) -> Iterator[Line]:
        say, call = self._interchange(), "process_manager_socket_message"
        for each in sorted(self.run.tries, key=lambda each: each.ended):
            say.now = each.ended + 0.0006
            yield say(INTERCHANGE, 360, call, "starting worker message section")
            body, template = (
                f"Processing message type 'result' from manager b'{self.manager}'",
                "Processing message type %r from manager %r",
            )
            yield say(INTERCHANGE, 374, call, body, template)
            body = f"Removing task {each.executor_task} from manager"
            yield say(INTERCHANGE, 463, call, body, "Removing task %s from manager")
            yield say(INTERCHANGE, 475, call, "Sending result on results_outgoing")
            yield say(INTERCHANGE, 477, call, "Sent result on results_outgoing")
            yield say(INTERCHANGE, 507, call, "leaving worker message section")

    def _idle(self) -> Iterator[Line]:
        say, count = self._interchange(), self.run.filler
        template = "Managers count (interesting/total): %d/%d"
        for i in range(count):
            say.now = START + 2 + i * (self.run.end - START - 2) / count
            yield say(INTERCHANGE, 533, "log_manager_counts", template.replace("%d/%d", "1/1"), template)

    def _manager(self, thread: str, number: int) -> Logger:
        return Logger(self, 2779, "MainProcess", thread, 139895998445248 + number)

    def _given(self) -> Iterator[Line]:
        main, say = self._manager("MainThread", 0), self._manager("Interchange-Communicator", 8)
        main.now = START + 2
        base, call = "parsl.logconfigs.base", "interchange_communicator"
        yield main(base, 104, "oneshot_initialize_logging", "Initialized <JSONLogging object>", "Initialized %r")
        yield main(POOL, 166, "__init__", "Manager initializing", level="INFO")
        yield main(POOL, 258, "__init__", f"Manager will spawn {WORKERS} workers", level="INFO")
        yield main(POOL, 530, "start", "Manager threads started", level="INFO")
        template = "ready workers: %d, pending tasks: %d"
        for count, each in enumerate(sorted(self.run.tries, key=lambda each: each.started), 1):
            say.now = each.started - 0.0003
            body = f"Got executor tasks: [{each.executor_task}], cumulative count of tasks: {count}"
            yield say(POOL, 393, call, body)
            yield say(POOL, 353, call, "ready workers: 1, pending tasks: 1", template)

    def _taken(self) -> Iterator[Line]:
        shovel, say = self._manager("Result-Shovel", 4), self._manager("Interchange-Communicator", 8)
        for each in sorted(self.run.tries, key=lambda each: each.ended):
            shovel.now = each.ended + 0.0003
            yield shovel(POOL, 436, "ferry_result", "Result received from worker")
            say.now = each.ended + 0.0004
            yield say(POOL, 402, "interchange_communicator", "Result sent to interchange")
            body, template = "ready workers: 1, pending tasks: 0", "ready workers: %d, pending tasks: %d"
            yield say(POOL, 353, "interchange_communicator", body, template)

    def _work(self, worker: int) -> Iterator[Line]:
        say = Logger(self, 2807 + worker, f"HTEX-Worker-{worker}", "MainThread", 140594926115712)
        say.now, base = START + 3.9, "parsl.logconfigs.base"
        yield say(base, 104, "oneshot_initialize_logging", "Initialized <JSONLogging object>", "Initialized %r")
        yield say(POOL, 662, "worker", f"Worker {worker} started", level="INFO")
        yield say(POOL, 664, "worker", "Debug logging enabled")
        for each in self.run.tries:
            if each.worker == worker:
                say.now, name = each.started, each.executor_task
                yield say(POOL, 775, "worker", f"Received executor task {name}", level="INFO")
                say.now = each.ended
                yield say(POOL, 809, "worker", f"Completed executor task {name}", level="INFO")
                yield say(POOL, 821, "worker", f"All processing finished for executor task {name}", level="INFO")
