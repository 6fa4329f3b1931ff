"""A query that takes too long is stopped, and no other."""

from __future__ import annotations

import threading
import time

from tui.query.browse import Browser
from tui.query.model import Selection


def test_a_query_is_stopped_from_another_thread(text_run: Browser) -> None:
    """What runs in one panel ends with an error at once; another panel's goes on."""
    reader = text_run.catalog.reader("slow")
    ended: list[BaseException | float] = []

    def run() -> None:
        start = time.monotonic()
        try:
            reader.rows("SELECT count(*) FROM range(10000000000) a, range(1000) b WHERE a.range % 7 = b.range % 5")
        except InterruptedError as error:
            ended.append(error)
        ended.append(time.monotonic() - start)

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(0.3)
    assert thread.is_alive()
    text_run.interrupt("page")
    time.sleep(0.1)
    assert thread.is_alive(), "another panel was interrupted"
    text_run.interrupt("slow")
    thread.join(5)
    assert not thread.is_alive()
    assert isinstance(ended[0], InterruptedError)
    assert len(text_run.ids(Selection("level:ERROR"))) == 1
    assert reader.rows("SELECT 1") == [(1,)]
