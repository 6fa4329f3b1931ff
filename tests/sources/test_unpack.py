"""Tests of tui.sources.unpack: copies under numbers, and what is not copied and why."""

from __future__ import annotations

import gzip
import lzma
import os
import stat
import tarfile
import threading
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sources.test_packing import PACKERS
from tests.sources.test_tar import entry, tar
from tests.sources.test_zip import packed
from tui.sources.base import File
from tui.sources.unpack import Limits, unpack
from tui.sources.walk import walk

LOG = b"one\ntwo\n"


class Unpacker:
    """Unpacks what lies in ``in`` into ``spool``: name for people -> bytes. What else came is kept."""

    def __init__(self, root: Path) -> None:
        self.root, self.spool = root / "in", root / "spool"
        self.root.mkdir()
        self.spool.mkdir()
        self.files: list[File] = []
        self.skipped: dict[str, str] = {}
        self.reports: list[int] = []

    def __call__(self, files: dict[str, bytes], limits: Limits | None = None, known: str = "") -> dict[str, bytes]:
        for name, data in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        found, before = walk([str(self.root)])

        def refuse(file: File, head: bytes) -> str:
            return "" if file.where.endswith(known) else "unknown"

        self.files, skipped = unpack(found, self.spool, refuse, limits, self.reports.append)
        self.skipped = {self.short(each.name): each.reason for each in (*before, *skipped)}
        return {self.short(file.name): Path(file.path).read_bytes() for file in self.files}

    def short(self, name: str) -> str:
        return name.removeprefix(f"{self.root}/")

    @property
    def places(self) -> list[str]:
        return [self.short(file.where) for file in self.files]


@pytest.fixture
def unpacked(tmp_path: Path) -> Unpacker:
    return Unpacker(tmp_path)


@pytest.mark.parametrize("how", PACKERS)
def test_a_compressed_file_keeps_its_name_and_stands_where_it_would(unpacked: Unpacker, how: str) -> None:
    """Known by what it begins with: an ending is only taken off where there is one."""
    ending = {"gzip": ".gz", "bzip2": ".BZ2", "xz": ".xz", "zstd": ".zst"}[how]
    data = PACKERS[how](LOG)
    assert unpacked({f"000/a.log{ending}": data, "000/b.log": data}) == {f"000/a.log{ending}": LOG, "000/b.log": LOG}
    assert unpacked.places == ["000/a.log", "000/b.log"]


ARCHIVES: dict[str, Callable[[list[tuple[str, bytes]]], bytes]] = {
    "x.tar": lambda files: tar(*files),
    "x.tar.gz": lambda files: gzip.compress(tar(*files)),
    "x.tar.zst": lambda files: PACKERS["zstd"](tar(*files)),
    "x.zip": lambda files: packed(*files),
    "x.zip.xz": lambda files: lzma.compress(packed(*files)),
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_members_stand_below_their_archive(unpacked: Unpacker, name: str) -> None:
    files = [("./run/b.log", LOG), ("run/a.log", b"a\n"), ("run/c.jsonlog.gz", gzip.compress(b"{}\n")), ("run/e", b"")]
    assert unpacked({name: ARCHIVES[name](files), "z.log": b"z\n"}) == {
        f"{name}/run/a.log": b"a\n",
        f"{name}/run/b.log": LOG,
        f"{name}/run/c.jsonlog.gz": b"{}\n",
        "z.log": b"z\n",
    }
    assert unpacked.places == [f"{name}/run/a.log", f"{name}/run/b.log", f"{name}/run/c.jsonlog", "z.log"]
    assert unpacked.skipped == {f"{name}/run/e": "empty"}
    assert sorted(int(path.name) for path in unpacked.spool.iterdir()), "numbers alone"
    assert len(list(unpacked.spool.iterdir())) == 3


def test_archives_in_archives(unpacked: Unpacker) -> None:
    inner = packed(("a.log", LOG))
    assert unpacked({"o.tar": tar(("i.zip", inner), ("i.tar.xz", lzma.compress(tar(("b.log", LOG)))))}) == {
        "o.tar/i.tar.xz/b.log": LOG,
        "o.tar/i.zip/a.log": LOG,
    }


def test_a_copy_is_as_old_as_the_member_and_nobody_elses(unpacked: Unpacker) -> None:
    old = os.umask(0)
    try:
        unpacked({"x.tar": tar(("a.log", LOG)), "b.gz": gzip.compress(LOG)})
    finally:
        os.umask(old)
    one, two = sorted(unpacked.files, key=lambda file: file.name, reverse=True)
    assert one.mtime_ns == 1_795_159_196_000_000_000
    assert two.mtime_ns == (unpacked.root / "b.gz").stat().st_mtime_ns
    for file in (one, two):
        found = os.stat(file.path)
        assert (found.st_size, found.st_mtime_ns, stat.S_IMODE(found.st_mode)) == (8, file.mtime_ns, 0o600)
        assert not file.packed and not file.damage


def test_what_was_asked_for_is_a_file_not_a_member(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(LOG))
    (tmp_path / "b.tar").write_bytes(tar(("c", LOG)))
    found, _ = walk([str(tmp_path / "a.gz"), str(tmp_path / "b.tar")])
    (tmp_path / "spool").mkdir()
    files, _ = unpack(found, tmp_path / "spool", lambda file, head: "")
    assert [(Path(file.where).name, file.asked) for file in files] == [("a", True), ("c", False)]


HOSTILE = (
    "../../../../etc/passwd",
    "/etc/passwd",
    "a/../../b",
    "\x1b]0;owned\x07.log",
    "nul\0byte",
    "-rf *",
    "x" * 10_000,
    "..",
    "a//b/./c",
)


@pytest.mark.parametrize("pack", ["x.tar", "x.zip"])
def test_hostile_names_are_names(unpacked: Unpacker, tmp_path: Path, pack: str) -> None:
    found = unpacked({pack: ARCHIVES[pack]([(name, name.encode()) for name in HOSTILE])})
    names = {name.removeprefix(f"{pack}/") for name in found}
    assert {"etc/passwd", "a/b", "\x1b]0;owned\x07.log", "-rf *", "a/b/c"} <= names
    assert all(place.startswith(f"{pack}/") and ".." not in place for place in unpacked.places)
    assert unpacked.skipped[f"{pack}/{'x' * 100}…"] == "its name is too long"
    assert {path.name for path in tmp_path.rglob("*") if not path.name.isdecimal()} == {"in", "spool", pack}
    assert len(list(unpacked.spool.iterdir())) == len(found)


def test_links_are_told_and_count_nothing_twice(unpacked: Unpacker) -> None:
    data = tar(
        ("vine/2026/a.log", LOG),
        entry("vine/most-recent", tarfile.SYMTYPE, "2026"),
        entry("vine/b.log", tarfile.LNKTYPE, "vine/2026/a.log"),
        entry("vine/out", tarfile.SYMTYPE, "/etc/passwd"),
        entry("vine/up", tarfile.SYMTYPE, "../../../etc/passwd"),
        entry("vine/null", tarfile.CHRTYPE),
        entry("vine/pipe", tarfile.FIFOTYPE),
    )
    assert unpacked({"x.tar": data}) == {"x.tar/vine/2026/a.log": LOG}
    assert unpacked.skipped == {
        "x.tar/vine/most-recent": f"the same as {unpacked.root}/x.tar/vine/2026",
        "x.tar/vine/b.log": f"the same as {unpacked.root}/x.tar/vine/2026/a.log",
        "x.tar/vine/out": "a link that leads out of the archive",
        "x.tar/vine/up": "a link that leads out of the archive",
        "x.tar/vine/null": "a device",
        "x.tar/vine/pipe": "a named pipe",
    }


def test_of_members_of_one_name_the_last_counts(unpacked: Unpacker) -> None:
    assert unpacked({"x.tar": tar(("a.log", b"old\n"), ("./a.log", LOG))}) == {"x.tar/a.log": LOG}
    assert unpacked.skipped == {"x.tar/a.log": "a later member has the same name"}
    assert len(list(unpacked.spool.iterdir())) == 1


def test_what_is_no_log_is_not_copied(unpacked: Unpacker) -> None:
    data = tar(("a.pkl", b"x"), ("b", b"\x80\x04rest"), ("c.bin", b"\0\1"), ("d.log", LOG))
    assert unpacked({"x.tar": data}, known=".log") == {"x.tar/d.log": LOG}
    assert unpacked.skipped == {
        "x.tar/a.pkl": "a pickle, which is never loaded",
        "x.tar/b": "a pickle, which is never loaded",
        "x.tar/c.bin": "unknown",
    }
    assert len(list(unpacked.spool.iterdir())) == 1


def test_the_changes_of_a_database_lie_beside_it(unpacked: Unpacker) -> None:
    changes = b"\x37\x7f\x06\x82 changes"
    data = tar(("m.db-wal", changes), ("m.db", b"SQLite"), ("other.sqlite-wal", changes))
    assert unpacked({"x.tar": data}, known=".db") == {"x.tar/m.db": b"SQLite"}
    [file] = unpacked.files
    assert Path(f"{file.path}-wal").read_bytes() == changes
    assert len(list(unpacked.spool.iterdir())) == 2


def test_what_is_damaged_is_read_up_to_there(unpacked: Unpacker) -> None:
    whole = gzip.compress(os.urandom(100_000))
    found = unpacked(
        {
            "cut.log.gz": whole[:50_000],
            "none.gz": whole[:15],
            "x.tar.gz": gzip.compress(tar(("a.log", LOG), ("b.log", os.urandom(90_000))))[:50_000],
        }
    )
    damage = {unpacked.short(file.name): file.damage for file in unpacked.files}
    assert 40_000 < len(found["cut.log.gz"]) < 50_000 and found["x.tar.gz/a.log"] == LOG
    assert damage == {
        "cut.log.gz": "its gzip data are cut off",
        "x.tar.gz/a.log": "",
        "x.tar.gz/b.log": "its gzip data are cut off",
    }
    assert unpacked.skipped == {
        "none.gz": "cannot be read: its gzip data are cut off",
        "x.tar.gz": "cannot be read whole: its gzip data are cut off",
    }


def test_encrypted_members_are_told(unpacked: Unpacker) -> None:
    data = bytearray(packed(("a.log", LOG)))
    data[data.rfind(b"PK\1\2") + 8] |= 1
    assert unpacked({"x.zip": bytes(data)}) == {}
    assert unpacked.skipped == {"x.zip/a.log": "encrypted"}


class TestLimits:
    """What was unpacked when a limit is met is kept; the rest is told, once."""

    def test_members(self, unpacked: Unpacker) -> None:
        files = [(f"{i}.log", LOG) for i in range(5)]
        found = unpacked({"x.tar": tar(*files), "y.tar": tar(*files[:2])}, Limits(members=3))
        assert list(found) == ["x.tar/0.log", "x.tar/1.log", "x.tar/2.log", "y.tar/0.log", "y.tar/1.log"]
        assert unpacked.skipped == {"x.tar": "cannot be read whole: it has more than 3 members"}

    @pytest.mark.parametrize("name", ["x.tar.gz", "x.zip", "x.zip.xz"])
    def test_size(self, unpacked: Unpacker, name: str) -> None:
        files = [("a.log", LOG), ("b.log", b"2" * 500_000), ("c.log", LOG)]
        found = unpacked({name: ARCHIVES[name](files)}, Limits(size=200_000))
        assert found.pop(f"{name}/a.log", LOG) == LOG
        assert sum(map(len, found.values())) <= 200_000
        assert unpacked.skipped.pop(name) == "cannot be read whole: more than 200,000 bytes come out of it"
        assert not [reason for reason in unpacked.skipped.values() if "200,000" not in reason]

    def test_names(self, unpacked: Unpacker) -> None:
        names = [f"{i}/" + "a/" * 100 + "x.log" for i in range(9)]
        found = unpacked({"x.tar": tar(*((name, LOG) for name in names))}, Limits(names=5 * 208))
        assert list(found) == [f"x.tar/{name}" for name in names[:5]]
        assert unpacked.skipped == {"x.tar": "cannot be read whole: the names in it have more than 1,040 characters"}

    def test_deep_directories_cost_no_memory(self, unpacked: Unpacker) -> None:
        """The names of all that lie above a thousand members would be 4 GB."""
        names = [f"{i:03}/{'a/' * 2040}x" for i in range(100)]
        data = tar(*((name, b"") for name in names), entry("up", tarfile.SYMTYPE, "000/a/a"), form="gnu")
        tracemalloc.start()
        assert not unpacked({"x.tar.gz": gzip.compress(data, 1)})
        assert tracemalloc.get_traced_memory()[1] < 20 << 20
        tracemalloc.stop()
        assert unpacked.skipped["x.tar.gz/up"] == f"the same as {unpacked.root}/x.tar.gz/000/a/a"

    def test_size_of_what_is_not_compressed(self, unpacked: Unpacker) -> None:
        unpacked({"x.tar": tar(("a.log", LOG), ("b.log", b"2" * 500_000))}, Limits(size=200_000))
        assert unpacked.skipped == {"x.tar": "cannot be read whole: it has more than 200,000 bytes"}
        assert [bool(file.damage) for file in unpacked.files] == [False, True]

    @pytest.mark.parametrize("how", ["gzip", "bzip2", "xz", "zstd"])
    def test_ratio(self, unpacked: Unpacker, how: str) -> None:
        unpacked({"x.log": PACKERS[how](b"a" * (8 << 20))}, Limits(ratio=100, free=1 << 20))
        [file] = unpacked.files
        assert file.damage == "more than 100 times its size comes out of it"
        assert 1 << 19 < file.size < 8 << 20
        assert unpacked.skipped == {"x.log": f"cannot be read whole: {file.damage}"}

    def test_depth(self, unpacked: Unpacker) -> None:
        data = LOG
        for _ in range(4):
            data = gzip.compress(data)
        assert unpacked({"a.gz": data}, Limits(depth=4)) == {"a.gz": LOG}
        assert unpacked({"a.gz": data}, Limits(depth=3)) == {}
        assert unpacked.skipped == {"a.gz": "packed more than 3 times"}

    @pytest.mark.parametrize("name", ["x.tar", "x.tar.gz", "x.zip", "x.zip.xz"])
    def test_heads(self, unpacked: Unpacker, name: str) -> None:
        data = {name: ARCHIVES[name]([("a.log", LOG), ("b.log", b"2" * 500_000), ("c.log", LOG)])}
        assert unpacked(data, Limits(head=5)) == {
            f"{name}/a.log": LOG[:5],
            f"{name}/b.log": b"22222",
            f"{name}/c.log": LOG[:5],
        }
        assert not unpacked.skipped and not any(file.damage for file in unpacked.files)
        assert unpacked(data, Limits(seconds=-1)) == {}
        assert unpacked.skipped[name] == "cannot be read whole: it takes more than -1 seconds"

    def test_a_bomb_of_bombs_ends(self, unpacked: Unpacker) -> None:
        """A zip whose members are zips, ten in each, five deep: a hundred thousand files of a megabyte."""
        data = packed(("0", bytes(1 << 20)))
        for _ in range(5):
            data = packed(*((str(i), data) for i in range(10)))
        unpacked({"bomb.zip": data}, Limits(size=64 << 20, members=2000))
        assert "cannot be read whole: " in unpacked.skipped["bomb.zip"]
        assert sum(path.stat().st_size for path in unpacked.spool.iterdir()) < 80 << 20


def test_it_is_told_how_far_it_is(unpacked: Unpacker) -> None:
    unpacked({"a.gz": gzip.compress(os.urandom(5 << 20)), "b.gz": gzip.compress(os.urandom(1 << 20))})
    assert len(unpacked.reports) >= 5 and unpacked.reports == sorted(unpacked.reports)
    assert 7 << 20 > unpacked.reports[-1] > 5 << 20


def test_a_name_that_is_no_text_is_read_under_a_number(tmp_path: Path, unpacked: Unpacker) -> None:
    name = os.fsencode(unpacked.root) + b"/caf\xe9.log"
    with open(name, "wb") as file:
        file.write(LOG)
    with open(os.fsencode(unpacked.root) + b"/d\xff.gz", "wb") as file:
        file.write(gzip.compress(LOG))
    assert unpacked({}) == {"caf\\xe9.log": LOG, "d\\xff.gz": LOG}
    assert unpacked.places == ["caf\\xe9.log", "d\\xff"]
    for each in unpacked.files:
        each.path.encode(), each.name.encode(), each.place.encode()


def test_what_goes_away_or_becomes_something_else(tmp_path: Path, unpacked: Unpacker) -> None:
    for name in ("gone.gz", "pipe.gz", "plain.gz"):
        (unpacked.root / name).write_bytes(gzip.compress(LOG))
    found, _ = walk([str(unpacked.root)])
    (unpacked.root / "gone.gz").unlink()
    (unpacked.root / "pipe.gz").unlink()
    os.mkfifo(unpacked.root / "pipe.gz")
    (unpacked.root / "plain.gz").write_bytes(LOG)
    files, skipped = unpack(found, unpacked.spool, lambda file, head: "")
    assert [Path(file.path).read_bytes() for file in files] == [LOG]
    assert [(unpacked.short(each.name), each.reason) for each in skipped] == [
        ("gone.gz", "cannot be read: No such file or directory"),
        ("pipe.gz", "empty"),
    ]


def test_standard_input(tmp_path: Path) -> None:
    (tmp_path / "spool").mkdir()
    reading, writing = os.pipe()
    os.write(writing, gzip.compress(tar(("a.log", LOG))))
    os.close(writing)
    found, _ = walk(["-"])
    [file], skipped = unpack(found, tmp_path / "spool", lambda file, head: "", standard_input=reading)
    os.close(reading)
    assert (file.name, Path(file.path).read_bytes(), skipped) == ("standard input/a.log", LOG, [])
    assert file.where == f"{os.getcwd()}/standard input/a.log"


def test_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "spool").mkdir()
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=lambda: (tmp_path / "pipe").write_bytes(gzip.compress(LOG)))
    writer.start()
    [file], skipped = unpack(walk([str(tmp_path / "pipe")])[0], tmp_path / "spool", lambda file, head: "")
    writer.join()
    assert (file.name, Path(file.path).read_bytes(), skipped) == (f"{tmp_path}/pipe", LOG, [])
