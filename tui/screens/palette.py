"""The command palette: everything a key does, by name."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator
from functools import partial

from rich.text import Text
from textual.command import DiscoveryHit, Hit, Hits, Provider

from tui.screens.help import key_name

#: What is quicker pressed than looked up.
MOVES = ("step(", "page(", "edge(", "sideways(", "by(", "pages(", "end(", "choose")


class Commands(Provider):
    """The actions of the bindings that hold on the screen below."""

    def _actions(self) -> Iterator[tuple[str, partial[Coroutine[object, object, bool]]]]:
        seen: set[str] = set()
        for key, active in self.screen.active_bindings.items():
            binding = active.binding
            if (
                binding.action.startswith(MOVES)
                or not binding.description
                or binding.system
                or not binding.show
                or binding.action in seen
            ):
                continue
            seen.add(binding.action)
            name = f"{binding.description}  ({key_name(key)})"
            yield name, partial(self.app.run_action, binding.action, active.node)

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for name, command in self._actions():
            yield DiscoveryHit(Text(name), command, text=name)

    async def search(self, query: str) -> Hits:
        """Those whose name fits."""
        matcher = self.matcher(query)
        for name, command in self._actions():
            score = matcher.match(name)
            if score > 0:
                yield Hit(score, Text(name), command, text=name)
