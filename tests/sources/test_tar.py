"""Tests of tui.sources.tar, against what the standard library writes."""

from __future__ import annotations

import io
import tarfile
from dataclasses import astuple
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sources.test_packing import stream, whole
from tui.sources.packing import kind
from tui.sources.tar import members

FORMATS = {"ustar": tarfile.USTAR_FORMAT, "gnu": tarfile.GNU_FORMAT, "pax": tarfile.PAX_FORMAT}
every = pytest.mark.parametrize("form", FORMATS)
Found = list[tuple[str, bytes]]


def tar(*files: tuple[str, bytes] | tarfile.TarInfo, form: str = "pax") -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=FORMATS[form]) as archive:
        for each in files:
            if isinstance(each, tarfile.TarInfo):
                archive.addfile(each)
                continue
            info = tarfile.TarInfo(each[0])
            info.size, info.mtime = len(each[1]), 1_795_159_196
            archive.addfile(info, io.BytesIO(each[1]))
    return made.getvalue()


def entry(name: str, type_: bytes, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = type_, target
    return info


def read(data: bytes, size: int = 1000) -> tuple[Found, list[str]]:
    """(name, bytes) of the members, and what is damaged."""
    damage: list[str] = []
    return [(member.name, whole(content)[0]) for member, content in members(stream(data, size), damage)], damage


LONG = "d" * 60 + "/" + "n" * 90


@every
def test_members_come_with_their_bytes(form: str) -> None:
    files = [
        ("a.log", b"one\n"),
        ("b/empty", b""),
        ("b/full", b"x" * 512),
        ("b/more", b"y" * 513),
        (LONG, b"z" * 70_000),
    ]
    data = tar(*files, form=form)
    assert kind(data[:512]) == "tar"
    assert read(data) == (files, [])
    assert read(data, 7) == (files, [])


@every
def test_what_a_member_is(form: str) -> None:
    data = tar(
        ("file", b"1"),
        entry("directory", tarfile.DIRTYPE),
        entry("hard", tarfile.LNKTYPE, "file"),
        entry("soft", tarfile.SYMTYPE, "../" + "t" * 80),
        entry("pipe", tarfile.FIFOTYPE),
        entry("null", tarfile.CHRTYPE),
        form=form,
    )
    found = [astuple(member) for member, _ in members(stream(data), [])]
    assert [(name.rstrip("/"), kind_, target) for name, kind_, _, _, target in found] == [
        ("file", "file", ""),
        ("directory", "directory", ""),
        ("hard", "link", "file"),
        ("soft", "symbolic link", "../" + "t" * 80),
        ("pipe", "a named pipe", ""),
        ("null", "a device", ""),
    ]
    assert found[0][2:4] == (1, 1_795_159_196_000_000_000)


def test_times_finer_than_a_second() -> None:
    info = tarfile.TarInfo("x")
    info.mtime = 1_795_159_196.5
    assert next(members(stream(tar(info)), []))[0].mtime_ns == 1_795_159_196_500_000_000


def test_names_that_are_no_text() -> None:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.GNU_FORMAT, encoding="latin-1") as archive:
        archive.addfile(tarfile.TarInfo("café"))
    assert read(made.getvalue())[0] == [("caf\\xe9", b"")]


def test_archives_one_after_the_other() -> None:
    assert read(tar(("a", b"1")) + tar(("b", b"2"))) == ([("a", b"1"), ("b", b"2")], [])
    assert read(tar(("a", b"1")) + b"anything\n" * 1000) == ([("a", b"1")], []), (
        "what stands behind the end is no matter"
    )


def test_a_damaged_header_costs_one_member() -> None:
    data = bytearray(tar(("a", b"1" * 600), ("b", b"2" * 600), ("c", b"3"), form="ustar"))
    data[1536 + 3] ^= 1
    assert read(bytes(data)) == ([("a", b"1" * 600), ("c", b"3")], ["1,536 bytes between its members are damaged"])


def test_an_archive_that_was_cut_off() -> None:
    data = tar(("a", b"1" * 600), ("b", b"2" * 600), form="ustar")
    found, damage = [], []
    for member, content in members(stream(data[:2300]), damage):
        found.append((member.name, *whole(content)))
    assert found == [("a", b"1" * 600, ""), ("b", b"2" * 252, "its last 348 bytes are missing")]
    assert damage == ["it ends too early"]
    assert read(data[:1536]) == ([("a", b"1" * 600)], ["it ends too early"])


def test_an_enormous_header_is_not_taken() -> None:
    """A name of 8 GB: the header says so, the bytes never come."""
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 8 << 30
    found, damage = read(info.tobuf(tarfile.GNU_FORMAT) + bytes(4096))
    assert found == [] and damage[0] == "a header of 8,589,934,592 bytes is left out"


def test_much_damage_is_told_once() -> None:
    large = tarfile.TarInfo("././@LongLink")
    large.type, large.size = tarfile.GNUTYPE_LONGNAME, 2 << 20
    piece = b"?" * 512 + tarfile.TarInfo("a").tobuf() + large.tobuf(tarfile.GNU_FORMAT) + b"?" * large.size
    found, damage = read(piece * 3 + bytes(1024))
    assert [name for name, _ in found] == ["a"] * 3
    assert damage == [
        "1,536 bytes between its members are damaged",
        "3 headers of 6,291,456 bytes are left out",
    ]


def test_what_is_said_of_all_members_is_no_burden_for_each() -> None:
    """General headers may say anything, a megabyte at a time."""
    info = tarfile.TarInfo("a")
    made = io.BytesIO()
    headers = {f"key{i}": "x" for i in range(60_000)} | {"mtime": "1795159196.5"}
    with tarfile.open(fileobj=made, mode="w", format=tarfile.PAX_FORMAT, pax_headers=headers) as archive:
        for _ in range(1500):
            archive.addfile(info)
    begun = process_time()
    found = [member for member, _ in members(stream(made.getvalue()), [])]
    assert process_time() - begun < 5  # 7 s and more if each of them looks at all keys
    assert {(member.name, member.mtime_ns) for member in found} == {("a", 1_795_159_196_500_000_000)}


def test_sparse_files_are_said_to_be() -> None:
    header = bytearray(tarfile.TarInfo("s").tobuf(tarfile.GNU_FORMAT))
    header[156:157] = b"S"
    header[482] = 1  # one more block of its holes
    header[148:156] = b"%06o\0 " % (256 + sum(header[:148]) + sum(header[156:]))
    damage: list[str] = []
    found = [member for member, _ in members(stream(bytes(header) + bytes(512) + tar(("t", b"1"))), damage)]
    assert [(each.name, each.kind) for each in found] == [
        ("s", "a sparse file, which is not read in archives"),
        ("t", "file"),
    ]
    assert not damage


@every
@given(files=st.dictionaries(st.text("ab/é.", min_size=1, max_size=40).filter(lambda t: t.strip("/")), st.binary()))
def test_whatever_is_packed_comes_out(form: str, files: dict[str, bytes]) -> None:
    files = {name: data for name, data in files.items() if not name.endswith("/")}
    assert dict(read(tar(*files.items(), form=form))[0]) == files


@given(data=st.binary(max_size=3000), at=st.integers(0, 3000))
def test_damage_never_raises(data: bytes, at: int) -> None:
    sound = tar(("a", b"1" * 600), (LONG * 2, b"2" * 600), form="pax")
    read(sound[:at] + data + sound[at + len(data) :])
