"""Tests of tui.sources.packing: compressed bytes come out whole, or up to what is wrong with them."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable, Iterator

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from tui.sources.packing import CHUNK, COMPRESSED, Damaged, Stream, kind, unpacked

TEXT = b"".join(b'{"created": %d, "message": "Task %d done"}\n' % (i * i, i) for i in range(20_000))

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": lambda data: zstandard.ZstdCompressor(write_checksum=True).compress(data),
}
every = pytest.mark.parametrize("how", COMPRESSED)


def stream(data: bytes, size: int = CHUNK) -> Stream:
    return Stream(iter([data[i : i + size] for i in range(0, len(data), size)]))


def whole(found: Stream) -> tuple[bytes, str]:
    """All bytes, and what ended them."""
    return b"".join(iter(found.read, b"")), found.damage


def test_kinds_are_known_by_how_they_begin() -> None:
    assert {how: kind(pack(TEXT)) for how, pack in PACKERS.items()} == {how: how for how in COMPRESSED}
    assert {how: kind(pack(b"")) for how, pack in PACKERS.items()} == {how: how for how in COMPRESSED}
    for plain in (b"", b"x", TEXT, b"\0" * 1024, b"BZh is no archive", b"PK", b"\x1f\x8b", b"8" * 512):
        assert kind(plain) == ""


@every
def test_what_was_packed_comes_out(how: str) -> None:
    packed = PACKERS[how](TEXT)
    assert whole(unpacked(how, stream(packed))) == (TEXT, "")
    assert whole(unpacked(how, stream(packed, 7))) == (TEXT, "")
    assert whole(unpacked(how, stream(PACKERS[how](b"")))) == (b"", "")


@every
def test_several_streams_and_padding_are_one(how: str) -> None:
    packed = PACKERS[how](b"one\n") + PACKERS[how](b"two\n") + bytes(100_000) + PACKERS[how](b"three\n") + bytes(9)
    assert whole(unpacked(how, stream(packed, 1000))) == (b"one\ntwo\nthree\n", "")


@every
def test_something_else_behind_it_is_told(how: str) -> None:
    found = whole(unpacked(how, stream(PACKERS[how](TEXT) + b"something")))
    assert found == (TEXT, f"something else follows its {how} data")
    assert whole(unpacked(how, stream(PACKERS[how](TEXT) + b"something"), several=False)) == (TEXT, "")


@every
def test_what_is_cut_off_is_read_up_to_there(how: str) -> None:
    data = b"".join(bytes([i * 7 % 251, i % 256, i // 256 % 256]) for i in range(700_000))  # several blocks of bzip2
    packed = PACKERS[how](data)
    found, damage = whole(unpacked(how, stream(packed[: len(packed) * 3 // 4])))
    assert damage == f"its {how} data are cut off"
    assert data.startswith(found) and len(found) > len(data) // 3


@every
@given(cut=st.integers(0, 400), flip=st.integers(0, 400))
def test_damage_never_raises(how: str, cut: int, flip: int) -> None:
    packed = bytearray(PACKERS[how](TEXT[:2000]))
    packed[flip % len(packed)] ^= 0x55
    found, damage = whole(unpacked(how, stream(bytes(packed[: cut % len(packed)]))))
    assert damage or not found
    assert len(found) <= 4000


def test_a_wrong_check_sum_costs_no_text() -> None:
    packed = bytearray(gzip.compress(TEXT))
    packed[-6] ^= 1
    found, damage = whole(unpacked("gzip", stream(bytes(packed))))
    assert found == TEXT and damage.startswith("its gzip data are damaged: ")


@every
def test_a_bomb_comes_in_small_pieces(how: str) -> None:
    found = unpacked(how, stream(PACKERS[how](bytes(50 << 20))))
    sizes = [len(piece) for piece in iter(lambda: found.read(1 << 30), b"")]
    assert sum(sizes) == 50 << 20 and max(sizes) <= CHUNK


def test_a_file_in_a_damaged_file_tells_of_the_outer_one() -> None:
    packed = lzma.compress(gzip.compress(bytes(range(256)) * 1000))
    found = unpacked("gzip", unpacked("xz", stream(packed[:-40])))
    assert whole(found)[1] == "its xz data are cut off"


def failing() -> Iterator[bytes]:
    yield b"ab"
    raise OSError(5, "Input/output error")


def test_a_stream() -> None:
    one = stream(b"abcdefgh", 3)
    assert (one.peek(4), one.read(2), one.exactly(3), one.skip(1), one.read(9), one.read()) == (
        b"abcd",
        b"ab",
        b"cde",
        1,
        b"gh",
        b"",
    )
    assert one.peek(1) == one.exactly(1) == b"" and one.skip(1) == 0 and not one.damage
    part = stream(b"abcdef").part(9)
    assert whole(part) == (b"abcdef", "its last 3 bytes are missing")
    broken = Stream(failing())
    assert broken.exactly(9) == b"ab" and broken.damage == "Input/output error"
    assert whole(Stream(failing()).part(5)) == (b"ab", "Input/output error")


def test_whoever_makes_bytes_says_why_they_end() -> None:
    def chunks() -> Iterator[bytes]:
        yield b"a"
        raise Damaged("enough")

    assert whole(Stream(chunks())) == (b"a", "enough")
