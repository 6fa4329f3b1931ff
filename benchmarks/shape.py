"""The shape of a run: what templates, steps and each chart cost after a new filter, and the first time of all."""

from __future__ import annotations

import json
from collections.abc import Iterator

from benchmarks.measure import Figure, Ground
from benchmarks.questions import LARGE, Data, python

#: Asks everything of one opened run; a filter is new every time, and its records are part of the answer.
ASK = """
import json, statistics, sys, time
import tui
from tui.query.model import Selection

run = tui.open(sys.argv[1])
run.ids(Selection())
expressions = iter(f"parsl.task:[{n} TO {n + 4000}] OR level:>=WARNING" for n in range(0, 100000, 7))

def took(question):
    start = time.perf_counter()
    question(Selection(next(expressions)))
    return (time.perf_counter() - start) * 1000

def steps(selection):
    found = run.steps(selection)
    if found.variants:
        found.steps(0)

questions = {"filter alone": run.ids, "templates": run.templates, "steps": steps}
for chart in run.charts():
    questions["chart " + chart.name] = lambda selection, name=chart.name: run.chart(name, selection, "", 118)
print(json.dumps({
    name: (took(question), sorted(took(question) for _ in range(9))[-1]) for name, question in questions.items()
}))
"""


def shape(ground: Ground, data: Data) -> Iterator[Figure]:
    """Milliseconds of each question, in the process that asks: the longest of nine new filters, and the first time."""
    found = json.loads(ground.run(python(ASK, str(data.directory))).output.splitlines()[-1])
    bar = 300 if data.records > LARGE else 150
    for name, (first, worst) in found.items():
        yield Figure(f"{name}, new filter", worst, "ms", bar, note=f"the first time of all {first:,.0f} ms")
