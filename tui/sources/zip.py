"""Zip archives: the members as streams, however damaged the archive is.

Format: APPNOTE.TXT 6.3 (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT), with its 64-bit form. The
standard library's reader takes as much memory as an archive asks for, and reads nothing of one that was cut off.
"""

from __future__ import annotations

import os
import stat
import struct
import time
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from tui.sources.packing import CHUNK, Damaged, Member, Stream, unpacked

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_END64 = struct.Struct("<4sQ2H2I4Q")

#: How the methods of compression are called in :mod:`tui.sources.packing`; 0 is none.
_METHODS = {0: "", 8: "deflate", 12: "bzip2", 20: "zstd", 93: "zstd", 95: "xz"}

_FULL = 0xFFFFFFFF

#: How often the bytes of an archive are read at most: members may be said to lie one upon the other.
_OFTEN = 8


class _Entry(NamedTuple):
    """What the archive says of a member; *offset* is where its header, or (*data*) where its bytes lie."""

    member: Member
    encrypted: bool
    method: int
    crc: int | None
    packed: int
    offset: int
    data: bool = False


def members(file: BinaryIO, damage: list[str]) -> Iterator[tuple[Member, Stream]]:
    """The members of the archive *file* with their bytes, in the order of its table of contents.

    Where that is missing, as in an archive that was cut off, they come as they lie, which *damage* tells. What is
    encrypted, or compressed in a way that is not known, comes with that as its kind, and no bytes.
    """
    size = file.seek(0, os.SEEK_END)
    table = _table(file, size)
    if table is None:
        damage.append("its table of contents is missing or damaged")
    read = _Bytes(file, _OFTEN * size)
    for entry in _as_they_lie(file, size) if table is None else _listed(file, *table, damage):
        member = entry.member
        if member.kind == "file" and entry.encrypted:
            member = Member(member.name, "encrypted")
        elif member.kind == "file" and entry.method not in _METHODS:
            member = Member(member.name, f"compressed in a way that is not known (method {entry.method})")
        yield member, Stream(_content(read, entry) if member.kind == "file" else iter(()))


class _Bytes:
    """The bytes of *file*, of which no more than *left* are read."""

    def __init__(self, file: BinaryIO, left: int) -> None:
        self._file, self._left = file, left

    def read(self, at: int, size: int) -> bytes:
        """At most *size* bytes from *at* on."""
        self._file.seek(at)
        found = self._file.read(size)
        self._left -= len(found)
        if self._left < 0:
            raise Damaged("many members are said to lie where it lies")
        return found


def _content(file: _Bytes, entry: _Entry) -> Iterator[bytes]:
    at = entry.offset
    if not entry.data:
        head = file.read(at, _LOCAL.size)
        if len(head) < _LOCAL.size or head[:4] != b"PK\3\4":
            raise Damaged("its header is damaged")
        at += _LOCAL.size + sum(_LOCAL.unpack(head)[-2:])
    packed = Stream(_read(file, at, entry.packed))
    how = _METHODS[entry.method]
    content = unpacked(how, packed, several=False) if how else packed
    crc = 0
    while found := content.read():
        crc = zlib.crc32(found, crc)
        yield found
    if content.damage:
        raise Damaged(content.damage)
    if entry.crc is not None and crc != entry.crc:
        raise Damaged("its bytes are not those that were packed: the check sum is wrong")


def _read(file: _Bytes, at: int, size: int) -> Iterator[bytes]:
    while size:
        found = file.read(at, min(CHUNK, size))
        if not found:
            raise Damaged(f"its last {size:,} bytes are missing")
        yield found
        at += len(found)
        size -= len(found)


def _table(file: BinaryIO, size: int) -> tuple[int, int, int] | None:
    """Where the table of contents lies, where it ends, and how much lies before the archive; None when it is lost."""
    start = max(0, size - _END.size - 0xFFFF)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < _END.size:
        return None
    *_, length, offset, _ = _END.unpack_from(tail, at)
    end = start + at
    if at >= 20 and tail[at - 20 : at - 16] == b"PK\6\7":
        (where,) = struct.unpack_from("<Q", tail, at - 12)
        if where > size - _END64.size:
            return None
        file.seek(where)
        end64 = file.read(_END64.size)
        if not end64.startswith(b"PK\6\6"):
            return None
        length, offset = _END64.unpack(end64)[-2:]
        end = where
    before = end - length - offset
    return (end - length, end, before) if before >= 0 and length <= end else None


def _listed(file: BinaryIO, at: int, end: int, before: int, damage: list[str]) -> Iterator[_Entry]:
    file.seek(at)
    table = file.read(CHUNK)
    start = at  # where *table* begins
    while at < end:
        if at - start + _CENTRAL.size + 3 * 0xFFFF > len(table) and start + len(table) < end:
            file.seek(at)
            table, start = file.read(min(4 * CHUNK, end - at)), at
        here = at - start
        if len(table) - here < _CENTRAL.size or table[here : here + 4] != b"PK\1\2":
            damage.append("its table of contents is damaged")
            return
        found = _CENTRAL.unpack_from(table, here)
        _, made, _, flags, method, clock, day, crc, packed, size, name_size, more_size, said, *_, mode, offset = found
        name = table[here + _CENTRAL.size :][:name_size]
        more = table[here + _CENTRAL.size + name_size :][:more_size]
        at += _CENTRAL.size + name_size + more_size + said
        size, packed, offset = _large(more, size, packed, offset)
        member = Member(
            _name(name, flags), _kind(name, mode >> 16 if made >> 8 == 3 else 0), size, _mtime(more, day, clock)
        )
        yield _Entry(member, bool(flags & 1), method, crc, packed, before + offset)


def _as_they_lie(file: BinaryIO, end: int) -> Iterator[_Entry]:
    at = 0
    while (at := _find(file, at, end)) >= 0:
        file.seek(at)
        head = file.read(_LOCAL.size)
        if len(head) < _LOCAL.size:
            return
        _, _, flags, method, clock, day, crc, packed, size, name_size, more_size = _LOCAL.unpack(head)
        name, more = file.read(name_size), file.read(more_size)
        at += _LOCAL.size + name_size + more_size
        size, packed, _ = _large(more, size, packed, 0)
        member = Member(_name(name, flags), _kind(name, 0), size, _mtime(more, day, clock))
        if flags & 8:  # how long it is stands behind it
            following = _find(file, at, end)
            packed = (end if following < 0 else following) - at
        yield _Entry(member, bool(flags & 1), method, None if flags & 8 else crc, packed, at, data=True)
        at += packed


def _find(file: BinaryIO, at: int, end: int) -> int:
    """Where the next header of a member begins, -1 for none."""
    while at < end:
        file.seek(at)
        block = file.read(CHUNK)
        if (found := block.find(b"PK\3\4")) >= 0:
            return at + found
        if len(block) < 4:
            break
        at += len(block) - 3
    return -1


def _large(more: bytes, size: int, packed: int, offset: int) -> tuple[int, int, int]:
    """The three numbers, where they do not fit into 32 bits from the extra field *more*."""
    values = iter(
        struct.unpack(f"<{len(large) // 8}Q", large[: len(large) // 8 * 8]) if (large := _extra(more, 1)) else ()
    )
    full = [next(values, n) if n == _FULL else n for n in (size, packed, offset)]
    return full[0], full[1], full[2]


def _extra(more: bytes, wanted: int) -> bytes:
    while len(more) >= 4:
        number, size = struct.unpack_from("<HH", more)
        if number == wanted:
            return more[4 : 4 + size]
        more = more[4 + size :]
    return b""


def _kind(name: bytes, mode: int) -> str:
    if name.endswith(b"/") or stat.S_ISDIR(mode):
        return "directory"
    return "symbolic link" if stat.S_ISLNK(mode) else "file"


def _name(name: bytes, flags: int) -> str:
    try:
        text = name.decode()
    except UnicodeDecodeError:
        text = name.decode(errors="backslashreplace") if flags & 0x800 else name.decode("cp437")
    return text.replace("\0", "\\x00")


def _mtime(more: bytes, day: int, clock: int) -> int:
    """When it was changed last: as the extra fields tell, else by this machine's clock; 0 for what is no time."""
    told = _extra(more, 0x5455)
    if len(told) >= 5 and told[0] & 1:
        return int(struct.unpack_from("<i", told, 1)[0]) * 1_000_000_000
    date = (1980 + (day >> 9), day >> 5 & 15, day & 31, clock >> 11, clock >> 5 & 63, (clock & 31) * 2, 0, 0, -1)
    try:
        return int(time.mktime(date)) * 1_000_000_000
    except (OverflowError, ValueError):
        return 0
