"""The bytes around Content Credentials that no signature covers.

C2PA signs the claim and hashes the media, yet a reader passes over the container's framing, the
boxes' lengths and labels and a kilobyte of padding beside the signature: of the single bits of a
4 KB manifest about a quarter can be flipped in silence. Here each of those bytes must be what
the standards and our own files have there, so that a flipped bit is found wherever it falls.

Sources: ISO 19566-5 (JUMBF boxes), C2PA specification 2.2 (appendix A, embedding; 13.2, COSE
padding), PNG's chunks (RFC 2083), ISO 14496-12 (MP4 boxes).
"""

import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_PNG = b"\x89PNG\r\n\x1a\n"
_UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_UUID_HEAD = b"\0\0\0\0manifest\0" + bytes(8)
_BRANDS = {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"avc1", b"mp41", b"mp42"}
_UNHASHED = {b"free", b"skip", b"mfra"}
_TYPE_TAIL = bytes.fromhex("00110010800000aa00389b71")
_LABELS = {  # by the first four bytes of the box's UUID
    b"c2pa": (b"c2pa",),
    b"c2as": (b"c2pa.assertions",),
    b"c2cl": (b"c2pa.claim", b"c2pa.claim.v2"),
    b"c2cs": (b"c2pa.signature",),
}
_PAD = re.compile(rb"cpad(?:Y(?P<two>..)|X(?P<one>.)|(?P<none>[\x40-\x57]))", re.DOTALL)


class FramingError(Exception):
    """Bytes that are not as they must be; says which."""


def png_store(file: BinaryIO) -> bytes:
    """The manifest store of a PNG, whose chunks are all whole.

    Raises:
        FramingError: A chunk is damaged, or there is not exactly one manifest chunk.
    """
    if file.read(8) != _PNG:
        raise FramingError("is no PNG")
    stores = []
    kind = b""
    while kind != b"IEND":
        head = file.read(8)
        if len(head) < 8:
            raise FramingError("a PNG chunk is cut off")
        length, kind = struct.unpack(">I4s", head)
        data, check = file.read(length), file.read(4)
        if len(data) != length or zlib.crc32(kind + data) != int.from_bytes(check, "big"):
            raise FramingError(f"the PNG chunk {kind!r} does not match its check sum")
        if kind == b"caBX":
            stores.append(data)
    if file.read(1):
        raise FramingError("bytes follow the PNG's end")
    return _only(stores)


def mp4_store(file: BinaryIO) -> bytes:
    """The manifest store of an MP4, whose top boxes fill it exactly.

    Raises:
        FramingError: A box is damaged, or there is not exactly one manifest box.
    """
    stores = []
    for kind, start, length in _mp4_boxes(file):
        if kind in _UNHASHED and length:  # PyAV leaves one, which is empty
            raise FramingError(f"the MP4 box {kind!r}, which no hash covers, is not empty")
        if kind not in (b"ftyp", b"uuid"):
            continue
        file.seek(start)
        data = file.read(min(length, 1 << 26))
        if kind == b"ftyp":
            _check_brands(data)
        elif data[:16] == _UUID:
            if data[16 : 16 + len(_UUID_HEAD)] != _UUID_HEAD:
                raise FramingError("the manifest's MP4 box has an unknown head")
            stores.append(data[16 + len(_UUID_HEAD) :])
    return _only(stores)


def check_store(store: bytes) -> None:
    """Raise a FramingError unless every byte of a manifest store that is not signed is in order."""
    if not store:
        raise FramingError("the manifest is empty")
    kinds = [kind for kind, _ in _boxes(store)]
    if kinds != [b"jumb"]:
        raise FramingError("the manifest is not one box")
    _check_super(store[8:])


def store_of(path: Path, media_type: str) -> bytes:
    """The manifest store embedded in a PNG or MP4.

    Raises:
        FramingError: The framing is damaged.
    """
    with path.open("rb") as file:
        return png_store(file) if media_type == "image/png" else mp4_store(file)


def _only(stores: list[bytes]) -> bytes:
    if len(stores) != 1:
        raise FramingError(f"there are {len(stores)} manifests, and must be one")
    return stores[0]


def _mp4_boxes(file: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and length of the content of each top box."""
    end = file.seek(0, 2)
    position = 0
    while position < end:
        file.seek(position)
        head = file.read(16)
        if len(head) < 8:
            raise FramingError("an MP4 box is cut off")
        size, kind = struct.unpack(">I4s", head[:8])
        skip = 8
        if size == 1 and len(head) == 16:
            size, skip = int.from_bytes(head[8:], "big"), 16
        if size < skip or position + size > end:
            raise FramingError(f"the MP4 box {kind!r} has a wrong length")
        yield kind, position + skip, size - skip
        position += size


def _check_brands(data: bytes) -> None:
    brands = {data[i : i + 4] for i in (0, *range(8, len(data), 4))}
    if not brands <= _BRANDS or data[4:8] != b"\0\0\2\0":
        raise FramingError("the MP4's brands are not those of a lookdev preview")


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of boxes that fill `data` exactly."""
    position = 0
    while position < len(data):
        if len(data) - position < 8:
            raise FramingError("a manifest box is cut off")
        size, kind = struct.unpack_from(">I4s", data, position)
        if size < 8 or position + size > len(data):
            raise FramingError("a manifest box has a wrong length")
        yield kind, data[position + 8 : position + size]
        position += size


def _check_super(content: bytes) -> None:
    boxes = list(_boxes(content))
    if not boxes or boxes[0][0] != b"jumd":
        raise FramingError("a manifest box has no description")
    kind = _check_description(boxes[0][1])
    for name, inner in boxes[1:]:
        if name == b"jumb":
            _check_super(inner)
        elif name == b"bfdb" and inner[:1] != b"\0":
            raise FramingError("an embedded file's description is damaged")
        elif kind == b"c2cs":
            _check_padding(inner)


def _check_description(data: bytes) -> bytes:
    """The first four bytes of the box's UUID, once its toggles and label are in order."""
    kind, tail, toggles, rest = data[:4], data[4:16], data[16:17], data[17:]
    label, end, private = rest.partition(b"\0")
    salted = toggles == b"\x13"  # a label, and a private box of salt after it
    if not end or toggles not in (b"\x03", b"\x13") or salted != bool(private):
        raise FramingError("a manifest box's description is damaged")
    if tail == _TYPE_TAIL and label not in _LABELS.get(kind, (label,)):
        raise FramingError(f"a manifest box is called {label!r}")
    return kind


def _check_padding(cose: bytes) -> None:
    """Padding that is all zeros, then the signature, and nothing else."""
    found = None
    for found in _PAD.finditer(cose):  # noqa: B007 the last one: a certificate may hold the letters
        pass
    if found is None:
        raise FramingError("the signature's padding is missing")
    two, one = found["two"], found["one"]
    length = int.from_bytes(two or one, "big") if two or one else found["none"][0] - 0x40
    rest = cose[found.end() :]
    if len(rest) < length or any(rest[:length]):
        raise FramingError("the signature's padding is not empty")
    _check_signature(rest[length:])


def _check_signature(data: bytes) -> None:
    """A payload that is not there (null), then one byte string to the very end (COSE_Sign1)."""
    heads = ((b"\xf6\x58", 3), (b"\xf6\x59", 4))
    for head, start in heads:
        if data.startswith(head) and int.from_bytes(data[2:start], "big") == len(data) - start:
            return
    raise FramingError("the signature is damaged")
