"""The explorer on made-up records: ``python -m tests.screens.run_fake [TASKS [SECONDS]]``."""

import sys
import time
from typing import Any

from tests.screens.fake import FakeBrowser
from tui.app import WideviewApp
from tui.query.model import Progress


def main() -> None:
    """Run it, the complete data some seconds later than the preview."""
    tasks = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 1.0

    def opened(report: Any) -> Any:
        yield FakeBrowser(max(1, tasks // 10), complete=False)
        for i in range(4):
            report(Progress("reading parsl.log", i * 1000, i, 4))
            time.sleep(seconds / 4)
        yield FakeBrowser(tasks)

    WideviewApp(opened).run()


if __name__ == "__main__":
    main()
