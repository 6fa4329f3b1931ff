"""Tests of tui.query.opening on what is packed: archives tell what their directory tells, and their copies go away."""

from __future__ import annotations

import gc
import gzip
import io
import json
import os
import shutil
import stat
import tarfile
import tempfile
import zipfile
from pathlib import Path

import pytest
import zstandard

from tests.query.making import FIXTURES, see, text, write
from tests.query.test_opening import bodies, indexes, no_reading, request, run
from tui.query import cache, ingest, opening, spool
from tui.query.model import Selection
from tui.query.opening import Request, at_once, beside, open_catalog
from tui.query.options import Options

__all__ = ["no_reading", "run"]  # fixtures

PACKED = ("run.tar.gz", "run.zip", "run.tar.zst")


def archive(run: Path, name: str, top: str = "runinfo") -> Path:
    """All that lies in *run*, as an archive *name* beside it whose members begin with *top*."""
    path = run.parent / name
    if name.endswith(".zip"):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
            for each in run.rglob("*"):
                made.write(each, f"{top}/{each.relative_to(run)}")
        return path
    made_tar = io.BytesIO()
    with tarfile.open(fileobj=made_tar, mode="w") as made:
        made.add(run, top)
    pack = {".gz": gzip.compress, ".zst": zstandard.ZstdCompressor().compress, ".tar": bytes}[path.suffix]
    path.write_bytes(pack(made_tar.getvalue()))
    return path


def told(path: Path) -> dict[str, list[str]]:
    """What the commands tell of *path*, which is called RUN."""
    from tui.headless import flow as flows
    from tui.query import entities, export, info
    from tui.query.flow import flow

    catalog = open_catalog(Request((str(path),)))
    task = entities.resolve(catalog, [("parsl.task", "4")])
    out = io.BytesIO()
    export.write(catalog, Selection(), out, "jsonl")
    found = {
        "info": [json.dumps(fact) for fact in info.report(catalog)],
        "flow": [json.dumps(step) for step in flows.objects(flow(catalog, task))],
        "export": out.getvalue().decode().splitlines(),
    }
    catalog.store.close()
    return {name: [line.replace(str(path), "RUN") for line in lines] for name, lines in found.items()}


@pytest.fixture
def json_fixture(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FIXTURES / "json" / "runinfo", tmp_path / "all" / "runinfo"))


def test_an_archive_tells_the_same_as_its_directory(json_fixture: Path, request: pytest.FixtureRequest) -> None:
    """All of it: every fact of info, every step of a flow, every record with all its keys; and so from the index."""
    directory = told(json_fixture.parent)
    assert len(directory["export"]) == 2060 and len(directory["flow"]) > 50
    for path in [archive(json_fixture, name) for name in PACKED]:
        path.rename(path.parent.parent / path.name)
        assert told(path.parent.parent / path.name) == directory
    request.getfixturevalue("no_reading")
    assert told(path.parent.parent / path.name) == directory


def copies() -> list[Path]:
    return sorted(path for path in indexes() if path.suffix == ".files")


def test_copies_lie_beside_the_index_and_go_with_it(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = archive(run, "one.zip"), archive(run, "two.tar.gz")
    assert bodies(open_catalog(request(one))) == ["x", "y"]
    [first] = copies()
    assert stat.S_IMODE(first.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in first.iterdir()} == {0o600}
    index = next(path for path in indexes() if path.suffix == ".duckdb")
    os.utime(index, (1, 1))
    monkeypatch.setattr(cache, "KEEP", spool.size(index) - 1 + index.stat().st_size)
    assert bodies(open_catalog(request(two))) == ["x", "y"]
    assert not index.exists() and not first.exists() and len(indexes()) == 2


def test_an_index_without_its_copies_is_made_anew(run: Path) -> None:
    path = archive(run, "run.zip")
    bodies(open_catalog(request(path)))
    shutil.rmtree(copies()[0])
    assert bodies(open_catalog(request(path))) == ["x", "y"]
    assert len(copies()) == 1 and len(indexes()) == 2


def test_records_of_an_archive_can_be_read_in_full(run: Path) -> None:
    from tui.query.original import Originals

    for cached in (True, False):
        catalog = open_catalog(request(archive(run, "run.tar.gz"), cache=cached))
        with Originals(catalog) as originals:
            for record in see(catalog):
                file = next(i for i, each in catalog.files.items() if each["name"] == record.file)
                assert record.body.encode() in (originals.read(file, record.offset, record.length) or b"")
            assert not originals.changed


def test_copies_without_an_index_go_with_the_catalog(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    catalog = open_catalog(request(archive(run, "run.zip"), cache=False))
    assert len(list((tmp_path / "temporary").glob("*.files"))) == 1
    assert bodies(catalog) == ["x", "y"]
    del catalog
    gc.collect()
    assert not list((tmp_path / "temporary").iterdir()) and not cache.directory().exists()


def test_no_copies_are_left_after_an_error(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = archive(run, "run.zip")

    def stop(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ingest.widen, "widen", stop)
    with pytest.raises(KeyboardInterrupt):
        open_catalog(request(path))
    assert indexes() == []


def test_copies_that_do_not_fit(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache that is full: told, and the copies go elsewhere."""
    path = archive(run, "run.zip")

    def full(index: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(spool, "beside", full)
    catalog = open_catalog(request(path))
    assert catalog.notices == ["no index is kept: [Errno 28] No space left on device"]
    assert bodies(catalog) == ["x", "y"] and indexes() == []


def test_a_changed_archive_is_read_again(run: Path) -> None:
    path = archive(run, "run.tar")
    bodies(open_catalog(request(path)))
    write(run, {"000/h/manager.log": text(2, "z")})
    assert bodies(open_catalog(request(archive(run, "run.tar")))) == ["x", "y", "z"]


def test_a_preview_of_an_archive_reads_the_heads_of_its_members(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = write(
        tmp_path / "run", {f"000/{i}/manager.log": "".join(text(j, f"r{j}") for j in range(999)) for i in "abc"}
    )
    path = archive(run, "run.tar.gz")
    monkeypatch.setattr(opening, "PREVIEW", 60)
    shown = at_once(request(path), limit=4096)
    assert shown is not None and not shown.complete
    assert {"r0", "r1", "r2"} <= {each.body for each in see(shown)} < {f"r{i}" for i in range(100)}
    assert len(shown.files) == 3
    monkeypatch.setattr(opening, "PREVIEW", 0)
    assert at_once(request(path), limit=4096) is None
    assert not cache.directory().exists()
    whole = open_catalog(request(path))
    assert whole.complete and whole.count == 3 * 999 and not whole.notices
    again = at_once(request(path))
    assert again is not None and again.complete, "there is an index"


def test_damage_is_a_notice_and_a_rejected_line(run: Path) -> None:
    data = gzip.compress(b"".join(text(i, os.urandom(9).hex()).encode() for i in range(2000)))
    (run / "000/parsl.log.gz").write_bytes(data[: len(data) // 2])
    (run / "000/parsl.log").unlink()
    catalog = open_catalog(request(run))
    why = "cannot be read whole: its gzip data are cut off"
    assert catalog.notices == [f"{run}/000/parsl.log.gz: {why}"]
    assert catalog.reader().rows("SELECT line, kind, reason FROM rejects WHERE line = 0") == [(0, "rejected", why)]
    assert 500 < catalog.count < 2000
    assert {each.label for each in see(catalog)} == {"parsl", "interchange"}


def test_names_that_are_no_text(run: Path) -> None:
    os.rename(run / "000", os.fsencode(run) + b"/\xff00")
    write(run.parent, {"m.db": b""})
    for _ in range(2):  # loaded, and from the index
        catalog = open_catalog(request(run))
        assert {each.file for each in see(catalog)} == {
            f"{run}/\\xff00/parsl.log",
            f"{run}/\\xff00/h/interchange.jsonlog",
        }
        assert [scope.name for scope in catalog.scopes.values()] == ["\\xff00"]
        assert bodies(catalog) == ["x", "y"]


def test_a_working_directory_that_is_no_text(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.rename(run, os.fsencode(run.parent) + b"/\xff")
    monkeypatch.chdir(os.fsdecode(os.fsencode(run.parent) + b"/\xff"))
    assert bodies(open_catalog(Request(("000",)))) == ["x", "y"]


def test_a_monitoring_database_in_an_archive(tmp_path: Path) -> None:
    path = archive(Path(shutil.copytree(FIXTURES / "text" / "runinfo", tmp_path / "runinfo")), "x.tar.gz")
    packed, plain = open_catalog(request(path)), open_catalog(request(tmp_path / "runinfo"))
    assert packed.count == plain.count
    assert beside(packed) == []
    rows = "SELECT source, sum(records)::BIGINT FROM files GROUP BY 1 ORDER BY 1"
    assert packed.reader().rows(rows) == plain.reader().rows(rows)
    assert "monitoring-db" in dict(packed.reader().rows(rows))


def test_patterns_reach_into_archives(run: Path) -> None:
    """What they leave out is not even copied."""
    path = archive(run, "run.zip")
    assert bodies(open_catalog(request(path, options=Options(only=("parsl.log",))))) == ["x"]
    assert sorted(path.name for path in copies()[0].iterdir()) == ["1", "index"]
    catalog = open_catalog(request(path, options=Options(skip=("h", "manager.log"))))
    assert catalog.notices == ["--skip manager.log: no file and no log kind fits that"]
    assert bodies(catalog) == ["x"]
