"""Opening a set of PATHs: from an index that fits, else by loading them and leaving an index behind.

An index is a DuckDB file in the user's cache directory. Its name is a digest of everything it depends on: the files
(path, size, time of change), the rules, the zone, the plugins, the versions of wideview and of the engine. So a stale
one is never opened, only forgotten. It is built under a temporary name and renamed when it is whole.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tui.errors import InputError, StoreError
from tui.query.catalog import Catalog
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
LAYOUT = 9

#: Indexes are kept up to this many bytes together; the ones not used for longest go first.
KEEP = 4 << 30


@dataclass(frozen=True)
class Request:
    """What to open and how: PATHs, rule files, how to load, whether to use an index."""

    paths: tuple[str, ...]
    rules: tuple[str, ...] = ()
    options: Options = field(default_factory=Options)
    cache: bool = True


def cache_dir() -> Path:
    """Where indexes lie: ``$XDG_CACHE_HOME/wideview`` or ``~/.cache/wideview``."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "wideview"


def at_once(request: Request, limit: int = 1 << 16) -> Catalog | None:
    """What needs no loading: all data from an index, or the heads of the files; None where those are all there is."""
    rules, found = load_rules(request.rules), _walk(request.paths)
    if request.cache and (known := _indexed(_index(request, rules, found), rules)):
        return known
    if sum(file.size for file in found[0]) < 8 * limit:
        return None
    share = max(4096, min(limit, (limit * 32) // max(1, len(found[0]))))
    return Catalog(_in_memory(found, rules, request.options, None, share), rules, complete=False)


def open_catalog(request: Request, report: Report | None = None) -> Catalog:
    """Everything that *request* names, loaded. InputError, RuleError or StoreError when that cannot be."""
    catalog = _opened(request, report)
    catalog.notices += [f"plugin {origin}: {problem}" for origin, problem in plugins.problems()]
    return catalog


def _opened(request: Request, report: Report | None) -> Catalog:
    rules, found = load_rules(request.rules), _walk(request.paths)
    if not request.cache:
        return Catalog(_in_memory(found, rules, request.options, report), rules)
    index = _index(request, rules, found)
    if known := _indexed(index, rules):
        return known
    try:
        _prepare(index.parent)
    except OSError as error:
        notice = f"no index is kept: {index.parent}: {error.strerror}"
        return _with_notice(Catalog(_in_memory(found, rules, request.options, report), rules), notice)
    building = index.with_suffix(f".{os.getpid()}.part")
    mask = os.umask(0o077)
    try:
        _build(str(building), found, rules, request.options, report)
        building.replace(index)
        _evict(index)
        return Catalog(Store(str(index), read_only=True), rules)
    except (StoreError, OSError) as error:
        notice = f"no index is kept: {str(error).splitlines()[0]}"
        return _with_notice(Catalog(_in_memory(found, rules, request.options, report), rules), notice)
    finally:
        os.umask(mask)
        for rest in (building, building.with_suffix(".part.wal")):
            with contextlib.suppress(OSError):
                rest.unlink()


def _indexed(index: Path, rules: RuleSet) -> Catalog | None:
    """What an index holds; None when there is none, and when it is damaged: then it is taken away."""
    if not index.exists():
        return None
    with contextlib.suppress(StoreError, OSError):
        os.utime(index)
        return Catalog(Store(str(index), read_only=True), rules)
    with contextlib.suppress(OSError):
        index.unlink()
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
    found: Found, rules: RuleSet, options: Options, report: Report | None, limit: int | None = None
) -> Store:
    store = Store()
    _ingest(store, found, rules, options, report, limit)
    return store


def _build(path: str, found: Found, rules: RuleSet, options: Options, report: Report | None) -> None:
    store = Store(path)
    try:
        _ingest(store, found, rules, options, report, None)
        store.execute("CHECKPOINT")
    finally:
        store.close()


def _ingest(
    store: Store, found: Found, rules: RuleSet, options: Options, report: Report | None, limit: int | None
) -> None:
    from tui.query import ingest  # with every reader of every log kind: an index needs none of them

    ingest.ingest(store, found, rules, options, report, limit)


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
        text = f"{os.path.abspath(file.path)}\0{file.name}\0{file.size}\0{file.mtime_ns}\0"
        digest.update(text.encode("utf-8", "surrogateescape"))
    return cache_dir() / f"{digest.hexdigest()[:32]}.duckdb"


def _prepare(directory: Path) -> None:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if directory.stat().st_uid != os.getuid():
        raise PermissionError(1, "belongs to somebody else")


def _evict(keep: Path) -> None:
    """Forget what unfinished loads of processes that are gone left, and, while there are too many bytes of them, the
    indexes that were not used for longest."""
    for part in keep.parent.glob("*.part*"):
        number = part.name.split(".")[1]
        if number.isdigit() and not os.path.exists(f"/proc/{number}") and os.path.exists("/proc/self"):
            part.unlink(missing_ok=True)
    found: Sequence[tuple[float, int, Path]] = sorted(
        (each.stat().st_mtime, each.stat().st_size, each) for each in keep.parent.glob("*.duckdb") if each != keep
    )
    total = keep.stat().st_size + sum(size for _, size, _ in found)
    for _, size, path in found:
        if total <= KEEP:
            break
        path.unlink(missing_ok=True)
        total -= size
