"""Write a run of any size as Parsl's own loggers would: ``python benchmarks/generate.py DIR [--records N] [--text]``.

One HighThroughputExecutor, ``retries=1``, JSON logging or text. The same seed gives the same bytes every time.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.plan import RECORDS, plan
from benchmarks.writer import Writer


def generate(directory: Path, records: int = RECORDS, text: bool = False, seed: int = 1) -> int:
    """Write a run of *records* records into *directory*; returns how many were written."""
    return Writer(plan(records, seed), directory, text, seed).write()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Write a run as Parsl's loggers would.")
    parser.add_argument("directory", type=Path, help="becomes the run's directory, for instance /tmp/runinfo/000")
    parser.add_argument("--records", type=int, default=RECORDS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--text", action="store_true", help="text logs instead of JSON")
    options = parser.parse_args()
    count = generate(options.directory, options.records, options.text, options.seed)
    print(f"{count:,} records in {options.directory}")


if __name__ == "__main__":
    main()
