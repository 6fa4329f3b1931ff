"""Rows by place in a list, fetched and kept in blocks."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy

from tui.errors import WideviewError
from tui.query.model import Row

BLOCK = 64
KEPT = 64
PATIENCE = 0.04


class Pages:
    """The rows behind an array of record ids.

    A block is fetched at once when it is first looked at, which takes a few milliseconds and shows no blank lines.
    Once that has taken longer than a key press should, blocks are asked for through *later* and are blank until
    :meth:`put` brings them.
    """

    def __init__(
        self,
        ids: numpy.ndarray,
        fetch: Callable[[Sequence[int]], list[Row]],
        later: Callable[[Pages, int], None] | None = None,
    ) -> None:
        self.ids = ids
        self.error = ""
        self._fetch = fetch
        self._later = later
        self._slow = False
        self._blocks: OrderedDict[int, list[Row] | None] = OrderedDict()

    def row(self, index: int) -> Row | None:
        """The row at *index*; None while it is not there yet."""
        number, place = divmod(index, BLOCK)
        if number in self._blocks:
            self._blocks.move_to_end(number)
            block = self._blocks[number]
        else:
            block = self._load(number)
        return block[place] if block is not None and place < len(block) else None

    def fetch(self, number: int) -> list[Row]:
        """Ask for block *number*; from any thread."""
        return self._fetch([int(i) for i in self.ids[number * BLOCK : (number + 1) * BLOCK]])

    def put(self, number: int, rows: list[Row]) -> None:
        """Keep what :meth:`fetch` brought."""
        self._blocks[number] = rows
        while len(self._blocks) > KEPT:
            self._blocks.popitem(last=False)

    def _load(self, number: int) -> list[Row] | None:
        if self._slow and self._later is not None:
            self._blocks[number] = None
            self._later(self, number)
            return None
        began = time.perf_counter()
        try:
            rows = self.fetch(number)
        except WideviewError as error:
            self.error = str(error)
            rows = []
        self._slow = time.perf_counter() - began > PATIENCE
        self.put(number, rows)
        return rows
