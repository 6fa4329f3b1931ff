"""Running processes and judging what they took."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Figure:
    """Something measured, and its bar. *least*: the bar is a lower bound. Without a value *note* says why."""

    name: str
    value: float | None
    unit: str
    bar: float | None = None
    least: bool = False
    note: str = ""

    @property
    def verdict(self) -> str:
        """``pass``, ``FAIL``, or nothing when there is no bar or no value."""
        if self.value is None or self.bar is None:
            return ""
        return "pass" if (self.value >= self.bar if self.least else self.value <= self.bar) else "FAIL"

    def cells(self) -> tuple[str, str, str, str, str]:
        """The figure as a line of the table."""
        value = "not measured" if self.value is None else f"{_short(self.value)} {self.unit}"
        bound = "" if self.bar is None else f"{'at least' if self.least else 'at most'} {_short(self.bar)} {self.unit}"
        return self.name, value, bound, self.verdict, self.note


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


@dataclass
class Taken:
    """What a process took: seconds, its largest resident size in bytes, and what it wrote."""

    seconds: float
    memory: int
    output: bytes


@dataclass
class Ground:
    """Where everything happens: a scratch directory that is home and cache of all processes."""

    scratch: Path
    repeats: int
    environment: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        places = {"HOME": "home", "XDG_CACHE_HOME": "cache", "XDG_CONFIG_HOME": "config", "TMPDIR": "tmp"}
        self.environment = dict(os.environ)
        for name, place in places.items():
            (self.scratch / place).mkdir(parents=True, exist_ok=True)
            self.environment[name] = str(self.scratch / place)
        self.environment |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
        self.environment.pop("NO_COLOR", None)

    def forget(self) -> None:
        """Remove every index."""
        for index in (self.scratch / "cache").rglob("*.duckdb"):
            index.unlink()

    def run(self, command: Sequence[str], keep: bool = True) -> Taken:
        """Run *command* to its end; RuntimeError, with what it said, when it fails. Output goes to a file."""
        with tempfile.TemporaryFile(dir=self.scratch) as out, tempfile.TemporaryFile(dir=self.scratch) as err:
            start = time.perf_counter()
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=self.environment)
            _, status, usage = os.wait4(child.pid, 0)
            seconds = time.perf_counter() - start
            child.returncode = os.waitstatus_to_exitcode(status)
            if child.returncode:
                err.seek(0)
                said = err.read().decode("utf-8", "replace").strip().rpartition("\n")[2][:200]
                raise RuntimeError(f"{Path(command[0]).name} ended with {child.returncode}: {said}")
            out.seek(0)
            return Taken(seconds, usage.ru_maxrss * 1024, out.read() if keep else b"")

    def race(
        self,
        contenders: Mapping[str, Sequence[str]],
        before: Callable[[str], None] = lambda name: None,
        keep: bool = True,
    ) -> dict[str, Taken]:
        """Run all *contenders* in turn, several times; the median time and the largest memory of each."""
        runs: dict[str, list[Taken]] = {name: [] for name in contenders}
        for _ in range(self.repeats):
            for name, command in contenders.items():
                before(name)
                runs[name].append(self.run(command, keep))
        return {
            name: Taken(statistics.median(t.seconds for t in all_), max(t.memory for t in all_), all_[-1].output)
            for name, all_ in runs.items()
        }


def percentile(values: Sequence[float], share: float) -> float:
    """The value that *share* of *values* do not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]
