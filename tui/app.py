"""The terminal application: it wires data and screens together and holds no logic."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input

from tui.errors import WideviewError
from tui.query import mistake, spool, whole
from tui.query.model import Progress
from tui.screens.explore import ExploreScreen
from tui.screens.palette import Commands
from tui.widgets.safe import visible

if TYPE_CHECKING:
    from tui.query.browse import Browser
    from tui.query.charts.base import Plot

REPORT = 0.25


class Stopped(Exception):
    """Loading goes on but nobody waits for it any more."""


class WideviewApp(App[None]):
    """Browses what *open* gives: it is iterated in a thread and yields first a part of the data, then all of them."""

    TITLE = "wideview"
    CSS = """
    ExploreScreen { background: ansi_default; color: ansi_default; }
    ExploreScreen.charting DetailPanel { display: none; }
    """
    COMMANDS = {Commands}
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c,ctrl+q", "quit", "quit", priority=True, show=False)]

    class Progressed(Message):
        """Loading went on."""

        def __init__(self, progress: Progress) -> None:
            super().__init__()
            self.progress = progress

    class Opened(Message):
        """Data to browse, more than before."""

        def __init__(self, browser: Browser) -> None:
            super().__init__()
            self.browser = browser

    class Failed(Message):
        """Loading ended with an error the user can do something about."""

        def __init__(self, error: WideviewError) -> None:
            super().__init__()
            self.error = error

    def __init__(self, open: Callable[[Callable[[Progress], None]], Iterator[Browser]]) -> None:
        super().__init__(ansi_color=True)
        self.theme = "ansi-dark"
        self.animation_level = "none"
        self._opener = open
        self._loader: threading.Thread | None = None
        self._left = False
        self.hurried = False
        """Nothing that takes long is finished."""
        self._reported = 0.0

    async def _on_key(self, event: events.Key) -> None:
        """Hand on what was typed before an input that was just opened could take it: it is text, not a command."""
        if isinstance(self.focused, Input) and event.is_printable:
            event.stop()
            event.prevent_default()
            self.focused.insert_text_at_cursor(event.character or "")

    def get_default_screen(self) -> Screen[None]:
        """The explorer is the only screen that is always there."""
        self.explore = ExploreScreen()
        return self.explore

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette offers the keys of the screen, nothing of Textual's own."""
        return ()

    def on_mount(self) -> None:
        """Start loading."""
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) != signal.SIG_IGN:
                with suppress(RuntimeError, ValueError, NotImplementedError):  # in a thread that is not the first
                    asyncio.get_running_loop().add_signal_handler(number, self._signalled, number)
        self._loader = threading.Thread(target=self._load, name="load", daemon=True)
        self._loader.start()

    def stop_loading(self, patience: float = 1.0) -> None:
        """End a load that still goes on after quitting.

        It stops at its next report. If that does not come soon, the process ends here and now: the interpreter must not
        be taken down with the engine still running in a thread.
        """
        if self._loader is not None and self._loader.is_alive():
            self._loader.join(patience)
            if self._loader.is_alive():
                spool.leave()
                whole.leave()
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(self.return_code or 0)

    def run(self, *args: Any, **kwargs: Any) -> None:
        """Run until the user quits."""
        super().run(*args, **kwargs)
        self.stop_loading()

    def on_unmount(self) -> None:
        """Let the loading thread end at its next report."""
        self._left = True

    # how it ends

    def _signalled(self, number: int) -> None:
        """Leave the terminal as it was; nothing is finished first."""
        self.hurried = True
        self.exit(return_code=128 + number, message=f"ended by {signal.Signals(number).name}")

    def _fatal_error(self) -> None:
        """Textual's, for an error that nobody caught: it would print pages, with what is in the variables."""
        self._failed(self._exception or sys.exc_info()[1])

    def panic(self, *renderables: object) -> None:
        """The same for errors that can draw themselves."""
        self._failed(self._exception or sys.exc_info()[1])

    def _failed(self, error: BaseException | None) -> None:
        self._return_code = 2
        if error is not None and not self._exit_renderables:
            self._exit_renderables.append(mistake.told(error))
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        """Say what ended it, in one line in which nothing is markup."""
        for said in self._exit_renderables[:1]:
            sys.stderr.write(f"wideview: {visible(str(said))}\n")
        self._exit_renderables.clear()

    def save_figure(self, plot: Plot, path: str, apart: bool) -> None:
        """Write a chart as a picture, in the way of the command line. WideviewError says why it cannot be."""
        from tui.headless import figure

        try:
            figure.save(plot, path, apart)
        except OSError as error:
            raise WideviewError(f"{path}: {error.strerror}") from error

    def _load(self) -> None:
        try:
            for browser in self._opener(self._report):
                self.post_message(self.Opened(browser))
        except WideviewError as error:
            self.post_message(self.Failed(error))
        except Stopped:
            pass
        except Exception as error:  # else the screen would say "reading" for ever
            self.post_message(self.Failed(WideviewError(mistake.told(error))))

    def _report(self, progress: Progress) -> None:
        if self._left:
            raise Stopped
        now = time.monotonic()
        if now - self._reported >= REPORT:
            self._reported = now
            self.post_message(self.Progressed(progress))

    def on_wideview_app_progressed(self, event: Progressed) -> None:
        """Show how far loading is."""
        self.explore.show_progress(event.progress)

    def on_wideview_app_opened(self, event: Opened) -> None:
        """Browse these data from now on."""
        self.explore.adopt(event.browser)

    def on_wideview_app_failed(self, event: Failed) -> None:
        """Without data there is nothing to stay for; with some, say what is missing."""
        if self.explore.ready:
            self.explore.show_progress(None)
            self.explore.say(str(event.error))
        else:
            self.exit(return_code=2, message=str(event.error))
