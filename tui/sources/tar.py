"""Tar archives as streams: the members one after the other, however damaged the archive is.

Formats: ustar and pax (POSIX.1-2017, pax, "ustar Interchange Format"), GNU's long names and large numbers, and the
headers before ustar. Nothing here looks at the file system. The standard library's reader takes as much memory as a
header asks for, and stops at the first damage.
"""

from __future__ import annotations

from collections.abc import Iterator

from tui.sources.packing import Member, Stream, is_tar

BLOCK = 512

#: Bytes of a long name or of extended headers that are taken; nobody's are that long.
_MOST = 1 << 20

#: Bytes of a name that are kept; :mod:`tui.sources.unpack` takes none that is nearly as long.
_NAME = 16 << 10

#: What is taken of extended headers; they may hold anything, and what the general ones say is said of every member.
_TAKEN = ("path", "linkpath", "size", "mtime", "GNU.sparse.name")

_KINDS = {
    b"1": "link",
    b"2": "symbolic link",
    b"3": "a device",
    b"4": "a device",
    b"5": "directory",
    b"6": "a named pipe",
    b"D": "directory",
    b"S": "a sparse file, which is not read in archives",
    b"M": "the rest of a file that began in another archive",
    b"V": "directory",  # the name of the whole archive
}


def members(archive: Stream, damage: list[str]) -> Iterator[tuple[Member, Stream]]:
    """The members of *archive* with their bytes, which are to be read before the next one is asked for.

    What is damaged is left out, up to the next header that is sound, and told in *damage*.
    """
    extended: dict[str, bytes] = {}
    general: dict[str, bytes] = {}
    ended = lost = between = 0
    large: list[int] = []  # how many headers, and their bytes
    while len(block := archive.exactly(BLOCK)) == BLOCK:
        if not block.strip(b"\0"):
            ended, extended = 1, {}
            continue
        if not is_tar(block):
            lost += not ended  # behind an archive's end anything may lie
            continue
        size = _number(block[124:136])
        if size is None:
            lost += 1
            continue
        between += lost
        ended = lost = 0
        flag = block[156:157]
        if flag in b"xgXLK":
            if size > _MOST:
                large = [large[0] + 1, large[1] + size] if large else [1, size]
                archive.skip(_padded(size))
                continue
            text = archive.exactly(_padded(size))[:size]
            if flag in b"LK":
                extended["path" if flag == b"L" else "linkpath"] = text.partition(b"\0")[0][:_NAME]
            else:
                (general if flag == b"g" else extended).update(_pairs(text))
            continue
        member = _member(block, size, general | extended)
        extended = {}
        if flag == b"S":  # where its holes are goes on in blocks of its own
            more = block[482:483]
            while more.strip(b"\0") and len(block := archive.exactly(BLOCK)) == BLOCK:
                more = block[504:505]
        content = archive.part(member.size)
        yield member, content
        while content.read():
            pass
        archive.skip(-member.size % BLOCK)
    if between:
        damage.append(f"{between * BLOCK:,} bytes between its members are damaged")
    if large:
        headers = "a header" if large[0] == 1 else f"{large[0]:,} headers"
        damage.append(f"{headers} of {large[1]:,} bytes {'is' if large[0] == 1 else 'are'} left out")
    if lost:
        damage.append(f"its last {lost * BLOCK:,} bytes are damaged")
    if archive.damage:
        damage.append(archive.damage)
    elif not ended:
        damage.append("it ends too early")


def _padded(size: int) -> int:
    return size + -size % BLOCK


def _member(block: bytes, size: int, more: dict[str, bytes]) -> Member:
    prefix = block[345:500].partition(b"\0")[0] if block[257:263] == b"ustar\0" else b""
    name = block[:100].partition(b"\0")[0]
    name = more.get("GNU.sparse.name") or more.get("path", prefix + b"/" + name if prefix else name)
    flag = block[156:157]
    kind = _KINDS.get(flag, "file" if flag in b"\x000 7" or not flag.isupper() else "an entry of an unknown kind")
    if kind == "file" and name.endswith(b"/"):
        kind = "directory"
    if any(key.startswith("GNU.sparse") for key in more):
        kind = _KINDS[b"S"]
    told = more.get("size", b"")
    if told.isdigit() and len(told) < 19:
        size = int(told)
    if kind in ("link", "symbolic link", "directory") or flag in b"346":
        size = 0 if flag != b"D" else size
    mtime = _seconds(more["mtime"]) if "mtime" in more else (_number(block[136:148]) or 0) * 1_000_000_000
    target = more.get("linkpath", block[157:257].partition(b"\0")[0])
    return Member(_text(name), kind, size, mtime, _text(target))


def _text(name: bytes) -> str:
    return name.decode(errors="backslashreplace").replace("\0", "\\x00")


def _number(field: bytes) -> int | None:
    """A number of a header, octal or, in GNU's way, the bytes themselves; None for what is none or below zero."""
    if field[0] == 0x80:
        found = int.from_bytes(field[1:], "big")
        return found if found < 1 << 62 else None
    digits = field.partition(b"\0")[0].strip(b" ")
    try:
        return int(digits or b"0", 8) if not digits.startswith((b"-", b"+")) else None
    except ValueError:
        return None


def _seconds(text: bytes) -> int:
    """``1795159196.7586`` as nanoseconds, 0 for what is no such number."""
    whole, _, part = text.partition(b".")
    if not whole.isdigit() or len(whole) > 12 or (part and not part.isdigit()):
        return 0
    return int(whole) * 1_000_000_000 + int(part[:9].ljust(9, b"0"))


def _pairs(text: bytes) -> dict[str, bytes]:
    """Extended headers, each ``<length> <key>=<value>\\n``, up to the first that is damaged."""
    found: dict[str, bytes] = {}
    at = 0
    while at < len(text):
        digits = text[at : at + 20].partition(b" ")[0]
        if not digits.isdigit() or not (size := int(digits)) or at + size > len(text):
            break
        key, equals, value = text[at + len(digits) + 1 : at + size - 1].partition(b"=")
        if not equals:
            break
        name = key[:20].decode(errors="backslashreplace")
        if name in _TAKEN and len(key) <= 20:
            found[name] = value[:_NAME]
        elif name.startswith("GNU.sparse"):
            found["GNU.sparse"] = b""
        at += size
    return found
