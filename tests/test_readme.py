"""What README tells people to type is what is tested."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def commands(path: Path) -> list[str]:
    """The lines of a file that make a virtual environment."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line.startswith("python3 -m venv ")]


def test_ci_runs_the_test_command_of_readme() -> None:
    """.ci/run holds README's test command, word for word."""
    [ci] = commands(ROOT / ".ci" / "run")
    [readme] = [line for line in commands(ROOT / "README.md") if line.endswith(" -m tests")]
    assert ci == readme


def test_readme_opens_the_demo_in_one_line() -> None:
    """README installs wideview and opens the demo with one line."""
    assert [line for line in commands(ROOT / "README.md") if line.endswith("wideview demo")]
