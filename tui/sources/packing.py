"""Compressed bytes as streams: what is damaged, cut off or a bomb ends a stream early, and the stream tells why.

Formats: gzip (RFC 1952), bzip2, xz (https://tukaani.org/xz/xz-file-format.txt) and zstd (RFC 8878), all of which may
hold several streams one after the other.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

#: Bytes of a file by which :func:`kind` knows how it is packed.
HEAD = 512

#: Bytes that go through at once.
CHUNK = 64 << 10

#: Bytes of memory that an xz file may ask for; ``xz -9`` asks for 65 MB.
_XZ_MEMORY = 512 << 20

#: Bytes of window that a zstd file may ask for: what ``zstd`` itself takes without being told otherwise.
_ZSTD_WINDOW = 128 << 20

COMPRESSED = ("gzip", "bzip2", "xz", "zstd")


class Damaged(Exception):
    """Nothing more can be read of a stream, for the reason that this says."""


def kind(head: bytes) -> str:
    """How a file that begins with *head* is packed: ``gzip``, ``bzip2``, ``xz``, ``zstd``, ``tar``, ``zip``; or ``""``.

    By what its format begins with, never by its name.
    """
    if head.startswith(b"\x1f\x8b\x08"):
        return "gzip"
    if head.startswith(b"BZh") and head[4:10] in (b"1AY&SY", b"\x17\x72\x45\x38\x50\x90"):
        return "bzip2"
    if head.startswith(b"\xfd7zXZ\0"):
        return "xz"
    if head.startswith(b"\x28\xb5\x2f\xfd") or (head[1:4] == b"\x2a\x4d\x18" and head[0] & 0xF0 == 0x50):
        return "zstd"
    if head.startswith((b"PK\3\4", b"PK\5\6")):
        return "zip"
    return "tar" if is_tar(head) else ""


def is_tar(head: bytes) -> bool:
    """Whether *head* begins with the header of a member of a tar archive: its sum, at 148, is right."""
    if len(head) < 512 or not head[0] or not head[148:156].strip(b" \0").isdigit():
        return False
    try:
        told = int(head[148:156].strip(b" \0"), 8)
    except ValueError:
        return False
    return told == 256 + sum(head[:148]) + sum(head[156:512])


@dataclass(frozen=True, slots=True)
class Member:
    """An entry of an archive. *name* and *target* (of a link) are as the archive has them, bytes that are no UTF-8 as
    ``\\xNN``; *kind* is ``file``, ``directory``, ``link``, ``symbolic link``, or in words what else it is."""

    name: str
    kind: str
    size: int = 0
    mtime_ns: int = 0
    target: str = ""


class Stream:
    """Bytes that come once. After their end *damage* tells what ended them too early, ``""`` for nothing."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._held = b""
        self._at = 0
        self.damage = ""

    def _more(self) -> bytes:
        try:
            for chunk in self._chunks:
                if chunk:
                    return chunk
        except Damaged as error:
            self.damage = str(error)
        except OSError as error:
            self.damage = error.strerror or str(error)
        self._chunks = iter(())
        return b""

    def peek(self, size: int) -> bytes:
        """The next *size* bytes, fewer at the end; they are still to be read."""
        if len(self._held) - self._at < size:
            parts, have = [self._held[self._at :]], len(self._held) - self._at
            while have < size and (chunk := self._more()):
                parts.append(chunk)
                have += len(chunk)
            self._held, self._at = b"".join(parts), 0
        return self._held[self._at : self._at + size]

    def read(self, size: int = CHUNK) -> bytes:
        """At most *size* bytes, as many as are at hand; none at the end alone."""
        if self._at == len(self._held):
            self._held, self._at = self._more(), 0
        found = self._held[self._at : self._at + size]
        self._at += len(found)
        return found

    def exactly(self, size: int) -> bytes:
        """The next *size* bytes, fewer at the end."""
        found = self.peek(size)
        self._at += len(found)
        return found

    def skip(self, size: int) -> int:
        """Leaves out *size* bytes; says how many there were."""
        left = size
        while left and (found := self.read(min(left, CHUNK))):
            left -= len(found)
        return size - left

    def part(self, size: int) -> Stream:
        """The next *size* bytes as a stream of their own; nothing else is to be read before its end."""
        return Stream(self._part(size))

    def _part(self, size: int) -> Iterator[bytes]:
        left = size
        while left and (found := self.read(min(left, CHUNK))):
            left -= len(found)
            yield found
        if left:
            raise Damaged(self.damage or f"its last {left:,} bytes are missing")


def of_file(file: BinaryIO) -> Stream:
    """What *file*, opened without a buffer, gives."""
    return Stream(iter(lambda: file.read(CHUNK), b""))


def unpacked(how: str, packed: Stream, several: bool = True) -> Stream:
    """What is compressed in *packed*; *how* is one of :data:`COMPRESSED`, or ``deflate``.

    Unless there may be *several* streams one after the other, what follows the first is not looked at.
    """
    return Stream(_unpack(how, packed, several))


def _unpack(how: str, packed: Stream, several: bool) -> Iterator[bytes]:
    make, step, size = _HOW[how]
    data = packed.exactly(size)
    while True:
        decoder = make()
        while not decoder.eof:
            if not data:
                raise Damaged(packed.damage or f"its {how} data are cut off")
            try:
                yield from step(decoder, data)
            except (zlib.error, lzma.LZMAError, OSError, ValueError, EOFError, MemoryError) as error:
                raise Damaged(f"its {how} data are damaged: {error}") from error
            data = decoder.unused_data if decoder.eof else packed.exactly(size)
        if not several:
            return
        while not (rest := data.lstrip(b"\0")) and (data := packed.exactly(size)):
            pass  # archives are padded
        data = rest
        if not data:
            break
        if kind((data + packed.peek(16))[:16]) != how:
            raise Damaged(f"something else follows its {how} data")
    if packed.damage:
        raise Damaged(packed.damage)


def _gzip(decoder: Any, data: bytes) -> Iterator[bytes]:
    full = True
    while (data or full) and not decoder.eof:
        before = decoder.copy()
        try:
            found = decoder.decompress(data, CHUNK)
        except zlib.error:  # with what it had made already, up to the very byte
            for at in range(len(data)):
                yield before.decompress(data[at : at + 1])
            raise
        yield found
        data, full = decoder.unconsumed_tail, len(found) == CHUNK


def _blocks(decoder: Any, data: bytes) -> Iterator[bytes]:
    while not decoder.eof:
        yield decoder.decompress(data, CHUNK)
        data = b""
        if decoder.needs_input:
            return


def _frames(decoder: Any, data: bytes) -> Iterator[bytes]:
    import zstandard

    try:
        found = memoryview(decoder.decompress(data))
    except zstandard.ZstdError as error:
        raise ValueError(str(error)) from error
    for at in range(0, len(found), CHUNK):
        yield bytes(found[at : at + CHUNK])


def _zstd() -> Any:
    import zstandard  # costs 7 ms, and few files need it

    return zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj()


#: Makes a decoder, feeds it, bytes to feed at once: few where what was made of them is lost when they are damaged, or
#: where all that a bomb makes of them comes at once.
_HOW: dict[str, tuple[Callable[[], Any], Callable[[Any, bytes], Iterator[bytes]], int]] = {
    "gzip": (lambda: zlib.decompressobj(31), _gzip, CHUNK),
    "deflate": (lambda: zlib.decompressobj(-15), _gzip, CHUNK),
    "bzip2": (bz2.BZ2Decompressor, _blocks, 2 << 10),
    "xz": (lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, _XZ_MEMORY), _blocks, 2 << 10),
    "zstd": (_zstd, _frames, 4 << 10),
}
