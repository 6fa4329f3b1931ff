"""Everything that must hold before a change goes in: ``python -m tests``, or from elsewhere ``python <clone>/tests``.

Prints one line a check at the end and fails if any of them failed. Arguments go to pytest.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable

CHECKS: dict[str, list[str]] = {
    "ruff check": [PYTHON, "-m", "ruff", "check", "-q", "."],
    "ruff format": [PYTHON, "-m", "ruff", "format", "-q", "--check", "."],
    "mypy --strict": [PYTHON, "-m", "mypy", "--strict"],
    # import-linter has no module to run with -m, and its script need not be on the search path.
    "lint-imports": [
        PYTHON,
        "-c",
        "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command as run; run()",
    ],
    "pytest": [PYTHON, "-m", "pytest", "-n", "auto", "--dist", "loadgroup", *sys.argv[1:]],
}


def main() -> int:
    """Run every check, also after one has failed; the exit status is the number of those that did."""
    lines = []
    failed = 0
    for name, command in CHECKS.items():
        print(f"== {name}", flush=True)
        start = time.perf_counter()
        status = subprocess.run(command, cwd=ROOT, check=False).returncode
        failed += status != 0
        lines.append(f"{'ok    ' if status == 0 else 'FAILED'} {name} ({time.perf_counter() - start:.1f} s)")
    print("\n".join(["", *lines]), flush=True)
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
