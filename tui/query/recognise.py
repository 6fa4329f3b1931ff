"""Which log kind reads which file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui import sources
from tui.errors import InputError
from tui.query import lines as line_scan
from tui.query.options import Options, unused
from tui.records import Notes
from tui.sources import plugins
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


def recognise(
    files: Sequence[File], skipped: Sequence[Skipped], options: Options, formats: Sequence[Source] = ()
) -> tuple[list[Input], list[Skipped]]:
    """The log kind of every one of *files*, and what is not read: *skipped*, and files that are of no kind. *formats*
    are the user's own kinds. InputError when nothing is left to read."""
    skipped = list(skipped)
    known = sources.known(formats)
    inputs: list[Input] = []
    for file in files:
        try:
            file.path.encode()
            source = sources.choose(file.where, head(file), known)
        except OSError as error:
            skipped.append(Skipped(file.name, f"cannot be read: {error.strerror}"))
            continue
        except UnicodeEncodeError:
            skipped.append(Skipped(file.name, "its name is not UTF-8"))
            continue
        if source is None:
            skipped.append(Skipped(file.name, "not a log of a known kind"))
        elif not options.wanted(file, source):
            skipped.append(Skipped(file.name, "left out by --only or --skip"))
        else:
            inputs.append(Input(len(inputs), file, source, Notes()))
    skipped += [Skipped(f"plugin {origin}", problem) for origin, problem in plugins.problems()]
    met = [(each.file.where, each.source.name) for each in inputs]
    if inputs and (lost := unused([pattern for pattern, _ in (*options.boot, *options.shift)], met)):
        raise InputError(f"--boot or --shift {lost[0]}: no file or log kind that is read fits that")
    if not inputs:
        reasons = "; ".join(f"{skip.name}: {skip.reason}" for skip in skipped[:3])
        more = f" and {len(skipped) - 3} more" if len(skipped) > 3 else ""
        raise InputError(f"no log found{f' ({reasons}{more})' if reasons else ''}")
    return inputs, skipped
