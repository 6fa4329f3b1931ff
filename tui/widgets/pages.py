"""Rows by place in a list, fetched and kept in blocks."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy

from tui.errors import WideviewError
from tui.query.model import Row

BLOCK = 128
KEPT = 40
PATIENCE = 0.08


class Pages:
    """The rows behind an array of record ids.

    A block costs about the same whatever its size, so it is larger than a page, and those beside the one that is looked
    at are fetched ahead. A block that is not there is fetched at once, which takes some milliseconds and shows no blank
    lines. Once that has taken longer than a key press should, blocks are asked for through *later* and are blank until
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
        self._coming: set[int] = set()

    def row(self, index: int) -> Row | None:
        """The row at *index*; None while it is not there yet."""
        number, place = divmod(index, BLOCK)
        if number in self._blocks:
            self._blocks.move_to_end(number)
            block = self._blocks[number]
        else:
            block = self._load(number)
        return block[place] if block is not None and place < len(block) else None

    def ahead(self, index: int, ask: Callable[[Pages, int], None]) -> None:
        """Ask for the blocks that paging on from *index* will need and that are not there."""
        for number in ((index + BLOCK // 2) // BLOCK, (index - BLOCK // 2) // BLOCK):
            if 0 <= number * BLOCK < len(self.ids) and number not in self._blocks and number not in self._coming:
                self._coming.add(number)
                ask(self, number)

    def fetch(self, number: int) -> list[Row]:
        """Ask for block *number*; from any thread."""
        return self._fetch([int(i) for i in self.ids[number * BLOCK : (number + 1) * BLOCK]])

    def is_blank(self, number: int) -> bool:
        """Whether lines of block *number* were drawn without their rows."""
        return number in self._blocks and self._blocks[number] is None

    def put(self, number: int, rows: list[Row]) -> None:
        """Keep what :meth:`fetch` brought."""
        self._coming.discard(number)
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
