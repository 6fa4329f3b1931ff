"""Tests of tui.screens.palette: what a key does, by name."""

from __future__ import annotations

from textual.command import DiscoveryHit, Hit

from tests.screens.driving import Driver, explorer
from tests.screens.fake import FakeBrowser
from tui.screens.palette import Commands


async def names(driver: Driver, query: str = "") -> list[str]:
    provider = Commands(driver.screen)
    hits = provider.search(query) if query else provider.discover()
    return [str(hit.text) async for hit in hits if isinstance(hit, Hit | DiscoveryHit)]


async def test_every_action_is_there_once_with_its_key_but_no_moves() -> None:
    async with explorer(FakeBrowser(5)) as driver:
        found = await names(driver)
        assert {"filter expression  (w)", "search  (/)", "next error  (E)", "mark, unmark  (m)"} <= set(found)
        assert len({name.rpartition("  (")[0] for name in found}) == len(found)
        assert not [
            name for name in found if name.startswith(("next line", "page down", "first line", "scroll sideways"))
        ]


async def test_those_that_fit_are_found() -> None:
    async with explorer(FakeBrowser(5)) as driver:
        assert "key navigator  (K)" in await names(driver, "navig")
        assert await names(driver, "qqqq") == []


async def test_it_knows_the_view_one_is_in() -> None:
    async with explorer(FakeBrowser(5)) as driver:
        assert "next error  (E)" in await names(driver)
        await driver.press("f")
        await driver.places(2)
        assert "next error  (E)" not in await names(driver)


async def test_a_command_does_what_its_key_does() -> None:
    async with explorer(FakeBrowser(5)) as driver:
        [hit] = [hit async for hit in Commands(driver.screen).search("key navigator") if "(K)" in str(hit.text)]
        await hit.command()  # type: ignore[misc]
        await driver.until(lambda: driver.view == "keys")
