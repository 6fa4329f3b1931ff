"""Opening a set of PATHs: from an index that fits, else by loading them and leaving an index behind.

An index is a DuckDB file in the user's cache directory. Its name is a digest of everything it depends on: the files
(path, size, time of change), the rules, the zone, the plugins, the versions of wideview and of the engine. So a stale
one is never opened, only forgotten. It is built under a temporary name and renamed when it is whole. Copies of what was
packed lie beside it: see ``spool.py``.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tui.errors import InputError, StoreError
from tui.query import cache, spool
from tui.query.catalog import Catalog
from tui.query.model import Progress
from tui.query.options import Options
from tui.query.rules import RuleSet
from tui.query.rules import load as load_rules
from tui.query.store import Store, engine_version
from tui.sources import plugins
from tui.sources.walk import walk
from tui.version import VERSION

if TYPE_CHECKING:
    from tui.query.ingest import Found, Report

#: Changes whenever the tables of an index, or what is put into them, do.
LAYOUT = 18

#: Seconds that an archive is unpacked for to show something at once.
PREVIEW = 0.3


@dataclass(frozen=True)
class Request:
    """What to open and how: PATHs, rule files, how to load, whether to use an index; *standard_input* is the
    descriptor that the PATH ``-`` is read from."""

    paths: tuple[str, ...]
    rules: tuple[str, ...] = ()
    options: Options = field(default_factory=Options)
    cache: bool = True
    standard_input: int = 0


def at_once(request: Request, limit: int = 1 << 16) -> Catalog | None:
    """What needs no loading: all data from an index, or the heads of the files; None where those are all there is.

    Of what is packed only the first is looked into; standard input can be read but once, so None where that is among
    the PATHs.
    """
    rules, found = load_rules(request.rules), _walk(request.paths)
    if _is_input(found):
        return None
    if request.cache and (known := _indexed(_index(request, rules, found), rules, found)):
        return known
    files, skipped = found
    packed = [file for file in files if file.packed]
    if not packed and sum(file.size for file in files) < 8 * limit:
        return None
    shown = [file for file in files if not file.packed or file is packed[0]]
    share = max(4096, min(limit, (limit * 32) // max(1, len(shown))))
    try:
        return _in_memory(request, (shown, skipped), rules, limit=share)
    except InputError:
        if packed:  # what is further on may be more
            return None
        raise


def open_catalog(request: Request, report: Report | None = None) -> Catalog:
    """Everything that *request* names, loaded. InputError, RuleError or StoreError when that cannot be."""
    catalog = _opened(request, report)
    catalog.notices += [f"plugin {origin}: {problem}" for origin, problem in plugins.problems()]
    return catalog


def _opened(request: Request, report: Report | None) -> Catalog:
    rules, found = load_rules(request.rules), _walk(request.paths)
    if not request.cache or _is_input(found):
        return _in_memory(request, found, rules, report)
    index = _index(request, rules, found)
    if known := _indexed(index, rules, found):
        return known
    try:
        cache.prepare(index.parent)
    except OSError as error:
        notice = f"no index is kept: {error.filename or index.parent}: {error.strerror}"
        return _with_notice(_in_memory(request, found, rules, report), notice)
    building = index.with_suffix(f".{os.getpid()}.part")
    mask = os.umask(0o077)
    copies = None
    try:
        copies = spool.beside(index) if _is_packed(found) else None
        _build(building, request, found, rules, report, copies)
        building.replace(index)
        cache.evict(index)
        return Catalog(Store(str(index), read_only=True), rules)
    except (StoreError, OSError) as error:
        notice = f"no index is kept: {str(error).splitlines()[0]}"
        if copies:
            shutil.rmtree(copies, ignore_errors=True)
        return _with_notice(_in_memory(request, found, rules, report), notice)
    finally:
        os.umask(mask)
        for rest in (building, building.with_suffix(".part.wal")):
            with contextlib.suppress(OSError):
                rest.unlink()
        if copies and spool.of(index) != copies:
            shutil.rmtree(copies, ignore_errors=True)


def _is_input(found: Found) -> bool:
    return any(file.packed == "input" for file in found[0])


def _is_packed(found: Found) -> bool:
    return any(file.packed for file in found[0])


def _indexed(index: Path, rules: RuleSet, found: Found) -> Catalog | None:
    """What an index holds; None when there is none, and when it is damaged: then it is taken away."""
    if not index.exists():
        return None
    if not _is_packed(found) or spool.of(index):
        with contextlib.suppress(StoreError, OSError):
            cache.trust(index)
            os.utime(index)
            return Catalog(Store(str(index), read_only=True), rules)
    spool.forget(index)
    return None


def beside(catalog: Catalog) -> list[str]:
    """Monitoring databases beside the runs that were opened, and that nobody asked for: a run alone leaves them out."""
    loaded = {os.path.realpath(file["path"]) for file in catalog.files.values()}
    near = dict.fromkeys(os.path.join(os.path.dirname(s.path), "monitoring.db") for s in catalog.scopes.values())
    return [path for path in near if os.path.isfile(path) and os.path.realpath(path) not in loaded]


def _walk(paths: Sequence[str]) -> Found:
    files, skipped = walk(paths)
    if not files and not skipped:  # what is skipped is named by those who find nothing else
        raise InputError(f"{', '.join(paths)}: no log found, nothing lies there")
    return files, skipped


def _in_memory(
    request: Request, found: Found, rules: RuleSet, report: Report | None = None, limit: int | None = None
) -> Catalog:
    """*found* without an index; with *limit* a preview of it."""
    copies = spool.Temporary() if _is_packed(found) else None
    store = Store()
    _ingest(store, request, found, rules, report, copies.path if copies else None, limit)
    catalog = Catalog(store, rules, complete=limit is None)
    catalog.kept = copies
    return catalog


def _build(
    path: Path, request: Request, found: Found, rules: RuleSet, report: Report | None, copies: Path | None
) -> None:
    store = Store(str(path))
    try:
        _ingest(store, request, found, rules, report, copies)
        cache.describe(store, request.paths)
        store.execute("CHECKPOINT")
    finally:
        store.close()
    if copies:
        spool.settle(copies, path)


def _ingest(
    store: Store,
    request: Request,
    found: Found,
    rules: RuleSet,
    report: Report | None,
    copies: Path | None,
    limit: int | None = None,
) -> None:
    from tui.query import ingest  # with every reader of every log kind: an index needs none of them
    from tui.query.recognise import Recogniser

    recogniser = Recogniser(request.options, rules.format)
    if copies:
        from tui.sources.unpack import Limits, unpack

        total = sum(file.size for file in found[0] if file.packed)
        files, skipped = unpack(
            found[0],
            copies,
            recogniser.refuse,
            Limits() if limit is None else Limits(head=2 * limit, seconds=PREVIEW),
            (lambda done: report(Progress("unpacking", 0, done, total))) if report else None,
            request.standard_input,
        )
        found = files, [*found[1], *skipped]
    ingest.ingest(store, found, rules, request.options, report, limit, recogniser)


def _with_notice(catalog: Catalog, notice: str) -> Catalog:
    catalog.notices.append(notice)
    return catalog


def _index(request: Request, rules: RuleSet, found: Found) -> Path:
    digest = hashlib.sha256()
    for part in (
        VERSION,
        str(LAYOUT),
        engine_version(),
        request.options.text(),
        os.environ.get("TZ", ""),
        *rules.texts,
        *plugins.installed(),
    ):
        digest.update(part.encode("utf-8", "backslashreplace") + b"\0")
    for file in found[0]:
        text = f"{os.path.abspath(file.path)}\0{file.name}\0{file.size}\0{file.mtime_ns}\0{file.asked}\0"
        digest.update(text.encode("utf-8", "surrogateescape"))
    return cache.directory() / f"{digest.hexdigest()[:32]}.duckdb"
