"""Which log kind reads which file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui import sources
from tui.errors import InputError
from tui.query import lines as line_scan
from tui.query.options import FITS_NOTHING, Options, unused
from tui.records import Notes
from tui.sources import plugins, text
from tui.sources.base import File, Source
from tui.sources.walk import Skipped, head


@dataclass
class Input:
    """A file to read, and what became of it."""

    number: int
    file: File
    source: Source
    notes: Notes
    scan: line_scan.Lines | None = None
    """Where its records are, when the engine reads the file."""
    records: int = 0


class Recogniser:
    """Tells the log kinds apart, and what a user wants of them. *formats* are the user's own kinds."""

    def __init__(self, options: Options, formats: Sequence[Source] = ()) -> None:
        self.options = options
        self._known = sources.known(formats)
        self.met: set[tuple[str, str]] = set()
        """(where it stands, log kind) of every file whose kind is known."""

    def source(self, file: File, head: bytes) -> Source | str:
        """The log kind of *file*, which begins with *head*, or why it is not read."""
        source = sources.choose(file.where, head, self._known)
        if source is None:
            if (reason := text.unreadable(head)) or not file.asked:
                return reason or "not a log of a known kind; name it to read it as text"
            source = text.SOURCES[0]
        self.met.add((file.where, source.name))
        return source if self.options.wanted(file, source) else "left out by --only or --skip"

    def refuse(self, file: File, head: bytes) -> str:
        """Why *file* is not read, "" when it is."""
        source = self.source(file, head)
        return source if isinstance(source, str) else ""


def recognise(
    files: Sequence[File], skipped: Sequence[Skipped], recogniser: Recogniser
) -> tuple[list[Input], list[Skipped]]:
    """The log kind of every one of *files*, and what is not read: *skipped*, and files that are of no kind. InputError
    when nothing is left to read."""
    skipped, options = list(skipped), recogniser.options
    inputs: list[Input] = []
    for file in files:
        try:
            file.path.encode()
            source = recogniser.source(file, head(file))
        except OSError as error:
            source = f"cannot be read: {error.strerror}"
        except UnicodeEncodeError:  # nobody unpacked it
            source = "its name is not UTF-8"
        if isinstance(source, str):
            skipped.append(Skipped(file.name, source))
        else:
            inputs.append(Input(len(inputs), file, source, Notes()))
    skipped += [Skipped(f"plugin {origin}", problem) for origin, problem in plugins.problems()]
    skipped += [Skipped(f"--only {lost}", FITS_NOTHING) for lost in unused(options.only, list(recogniser.met))]
    skipped += [Skipped(f"--skip {lost}", FITS_NOTHING) for lost in unused(options.skip, list(recogniser.met))]
    met = [(each.file.where, each.source.name) for each in inputs]
    if inputs and (lost := unused([pattern for pattern, _ in (*options.boot, *options.shift)], met)):
        raise InputError(f"--boot or --shift {lost[0]}: no file or log kind that is read fits that")
    if not inputs and options.only and len(lost := unused(options.only, list(recogniser.met))) == len(options.only):
        raise InputError(f"--only {lost[0]}: {FITS_NOTHING}")
    if not inputs:
        reasons = "; ".join(f"{skip.name}: {skip.reason}" for skip in skipped[:3])
        more = f" and {len(skipped) - 3} more" if len(skipped) > 3 else ""
        raise InputError(f"no log found{f' ({reasons}{more})' if reasons else ''}")
    return inputs, skipped
