"""The explorer on made-up records: ``python -m tests.screens.run_fake [TASKS]``."""

import sys
import time
from typing import Any

from tests.screens.fake import FakeBrowser
from tui.app import WideviewApp
from tui.query.model import Progress


def main() -> None:
    """Run it, the complete data a second later than the preview."""
    tasks = int(sys.argv[1]) if len(sys.argv) > 1 else 300

    def opened(report: Any) -> Any:
        yield FakeBrowser(max(1, tasks // 10), complete=False)
        for i in range(4):
            report(Progress("reading parsl.log", i * 1000, i, 4))
            time.sleep(0.3)
        yield FakeBrowser(tasks)

    WideviewApp(opened).run()


if __name__ == "__main__":
    main()
