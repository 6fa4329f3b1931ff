"""Tests of tui.sources.zip, against what the standard library writes."""

from __future__ import annotations

import io
import struct
import time
import zipfile
import zlib

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from tests.sources.test_packing import TEXT, whole
from tui.sources.packing import kind
from tui.sources.zip import members

Found = list[tuple[str, bytes]]


def packed(*files: tuple[str | zipfile.ZipInfo, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", how) as archive:
        for name, data in files:
            archive.writestr(name, data, how)
    return made.getvalue()


def read(data: bytes) -> tuple[Found, list[str]]:
    """(name, bytes) of the members, and what is damaged."""
    damage: list[str] = []
    return [(member.name, whole(content)[0]) for member, content in members(io.BytesIO(data), damage)], damage


FILES = [("a.log", b"one\n"), ("b/empty", b""), ("b/é.log", TEXT)]


@pytest.mark.parametrize("how", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_members_come_with_their_bytes(how: int) -> None:
    data = packed(*FILES, how=how)
    assert kind(data) == "zip"
    assert read(data) == (FILES, [])
    assert read(b"a script that unpacks itself\n" + data) == (FILES, [])


def test_compressed_as_newer_programs_do() -> None:
    content = zstandard.ZstdCompressor().compress(TEXT)
    data = bytearray(packed(("a", content), how=zipfile.ZIP_STORED))
    at = data.rfind(b"PK\1\2")
    for header, method, crc in ((0, 8, 14), (at, 10, 16)):
        struct.pack_into("<H", data, header + method, 93)
        struct.pack_into("<I", data, header + crc, zlib.crc32(TEXT))
    assert read(bytes(data)) == ([("a", TEXT)], [])


def test_compressed_in_a_way_nobody_knows() -> None:
    [(member, content)] = members(io.BytesIO(packed(("a", TEXT), how=zipfile.ZIP_LZMA)), [])
    assert member.kind == "compressed in a way that is not known (method 14)"
    assert whole(content) == (b"", "")


def test_encrypted_members_are_said_to_be() -> None:
    data = bytearray(packed(("a", b"1"), ("b", b"2")))
    data[data.rfind(b"PK\1\2") + 8] |= 1
    assert [(m.name, m.kind, whole(c)[0]) for m, c in members(io.BytesIO(bytes(data)), [])] == [
        ("a", "file", b"1"),
        ("b", "encrypted", b""),
    ]


def test_what_a_member_is() -> None:
    link = zipfile.ZipInfo("link")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    found = [member for member, _ in members(io.BytesIO(packed(("d/", b""), (link, b"target"))), [])]
    assert [(member.name, member.kind) for member in found] == [("d/", "directory"), ("link", "symbolic link")]


def test_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        info = zipfile.ZipInfo("a", (2026, 11, 20, 8, 58, 2))
        other = zipfile.ZipInfo("b", (2026, 11, 20, 8, 58, 2))
        other.extra = struct.pack("<HHBi", 0x5455, 5, 1, 1_795_159_196)
        found = [member.mtime_ns for member, _ in members(io.BytesIO(packed((info, b"1"), (other, b"2"))), [])]
    finally:
        monkeypatch.undo()
        time.tzset()
    assert found == [1_795_161_482_000_000_000, 1_795_159_196_000_000_000]


def test_more_than_32_bits() -> None:
    """As large archives are written: the numbers stand in the extra field."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive, archive.open("a", "w", force_zip64=True) as member:
        member.write(b"one\n")
    assert read(made.getvalue()) == ([("a", b"one\n")], [])


def test_members_that_lie_one_upon_the_other() -> None:
    """A table of contents may name the same bytes any number of times; somebody has to read them all."""
    data = packed(("a", TEXT), how=zipfile.ZIP_STORED)
    at = data.rfind(b"PK\1\2")
    entry, end = data[at : data.rfind(b"PK\5\6")], bytearray(data[-22:])
    struct.pack_into("<I", end, 12, 30 * len(entry))
    found = [(whole(content)) for _, content in members(io.BytesIO(data[:at] + 30 * entry + end), [])]
    assert found[:5] == [(TEXT, "")] * 5
    assert found[-5:] == [(b"", "many members are said to lie where it lies")] * 5


@pytest.mark.parametrize("streamed", [False, True])
def test_an_archive_that_was_cut_off(streamed: bool) -> None:
    if streamed:

        class Pipe(io.BytesIO):
            def seekable(self) -> bool:
                return False

            def seek(self, *arguments: int) -> int:
                raise OSError

        made = Pipe()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in (*FILES, ("last", TEXT)):
                archive.writestr(name, content)
        data = made.getvalue()
    else:
        data = packed(*FILES, ("last", TEXT))
    damage: list[str] = []
    found = [(m.name, *whole(c)) for m, c in members(io.BytesIO(data[: data.rfind(b"PK\3\4") + 1000]), damage)]
    assert damage == ["its table of contents is missing or damaged"]
    assert [each[:2] for each in found[:3]] == FILES and not any(each[2] for each in found[:3])
    name, content, why = found[3]
    assert name == "last" and TEXT.startswith(content) and len(content) > 500 and why


def test_a_wrong_check_sum_costs_no_text() -> None:
    data = bytearray(packed(("a", TEXT)))
    data[data.rfind(b"PK\1\2") + 16] ^= 1
    [(_, content)] = members(io.BytesIO(bytes(data)), [])
    found, why = whole(content)
    assert found == TEXT and why.endswith("the check sum is wrong")


@given(files=st.dictionaries(st.text("ab/é.", min_size=1, max_size=9), st.binary()))
def test_whatever_is_packed_comes_out(files: dict[str, bytes]) -> None:
    files = {name: data for name, data in files.items() if not name.endswith("/")}
    assert dict(read(packed(*files.items()))[0]) == files


@given(data=st.binary(max_size=50), at=st.integers(0, 400), cut=st.integers(0, 400))
def test_damage_never_raises(data: bytes, at: int, cut: int) -> None:
    sound = packed(("a", b"1" * 60), ("b", TEXT[:60]))
    read(sound[:at] + data + sound[at + len(data) : max(0, len(sound) - cut)])
