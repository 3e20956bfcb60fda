"""A PDF that says the same in fewer bytes: what Chromium writes as plain text is compressed.

Chromium writes each tag of the structure, by which a PDF is read aloud, as an object of its own,
and each number with eight digits. Here the objects that are not streams are packed into a few
streams, as PDF 1.5 allows, and the numbers of drawings are rounded to a hundredth of a pixel.
"""

from __future__ import annotations

import re
import zlib
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader
from pypdf.generic import StreamObject

TOGETHER = 400  # objects in one stream
LONG = re.compile(rb"-?\d*\.\d{3,}")
DRAWN = {b"m", b"l", b"c", b"v", b"y", b"re"}  # paths, in units of about a pixel
WRITTEN = {b"Td", b"Tm"}  # whose steps add up along a line
COMPRESSED = b"<</Filter/FlateDecode/Length %d%s>>\nstream\n%s\nendstream"


def pack(pdf: Path) -> None:
    """Write a PDF of Chromium's anew: the same objects with the same numbers."""
    reader = PdfReader(pdf)
    objects = {number: reader.get_object(number) for number in sorted(reader.xref[0])}
    contents = {page.raw_get("/Contents").idnum for page in reader.pages}
    plain: dict[int, bytes] = {}
    streams: dict[int, bytes] = {}
    for number, thing in objects.items():
        if number in contents:
            streams[number] = _compressed(rounded(thing.get_data()))
        elif isinstance(thing, StreamObject):
            streams[number] = _written(thing)
        else:
            plain[number] = _written(thing)
    trailer = b"/Root %d 0 R/Info %d 0 R" % tuple(
        reader.trailer.raw_get(key).idnum for key in ("/Root", "/Info")
    )
    pdf.write_bytes(_file(plain, streams, trailer))


def rounded(content: bytes) -> bytes:
    """Round the numbers of what is drawn and written on a page; its transformations stay."""
    lines = content.split(b"\n")
    for row, line in enumerate(lines):
        if b"." not in line:
            continue
        words = line.split()
        if words[-1] in DRAWN:
            lines[row] = LONG.sub(lambda number: _short(number, 2), line)
        elif WRITTEN & set(words) and b"(" not in line:
            lines[row] = LONG.sub(lambda number: _short(number, 3), line)
    return b"\n".join(lines)


def _short(number: re.Match[bytes], digits: int) -> bytes:
    text = f"{float(number[0]):.{digits}f}".rstrip("0").rstrip(".")
    return b"0" if text == "-0" else text.encode()


def _written(thing) -> bytes:
    buffer = BytesIO()
    thing.write_to_stream(buffer)
    return buffer.getvalue()


def _compressed(data: bytes, more: bytes = b"") -> bytes:
    packed = zlib.compress(data, 9)
    return COMPRESSED % (len(packed), more, packed)


def _file(plain: dict[int, bytes], streams: dict[int, bytes], trailer: bytes) -> bytes:
    """Return a PDF of numbered objects, most of them packed; ``plain`` are those without data."""
    last = max(*plain, *streams)
    rows = {0: (0, 0, 65535)}  # of the table: kind, place, index or generation
    numbers = list(plain)
    for first in range(0, len(numbers), TOGETHER):
        last += 1
        group = numbers[first : first + TOGETHER]
        streams[last] = _packed(group, plain)
        rows |= {number: (2, last, index) for index, number in enumerate(group)}
    parts, place = [b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"], 15
    for number, body in streams.items():
        rows[number] = (1, place, 0)
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        place += len(parts[-1])
    last += 1
    rows[last] = (1, place, 0)
    size = last + 1
    table = b"".join(
        kind.to_bytes(1) + where.to_bytes(4) + index.to_bytes(2)
        for kind, where, index in (rows.get(number, (0, 0, 65535)) for number in range(size))
    )
    more = b"/Type/XRef/W[1 4 2]/Size %d%s" % (size, trailer)
    parts.append(b"%d 0 obj\n%s\nendobj\n" % (last, _compressed(table, more)))
    return b"".join([*parts, b"startxref\n%d\n%%%%EOF\n" % place])


def _packed(numbers: list[int], plain: dict[int, bytes]) -> bytes:
    """Return a stream of objects, which begins with their numbers and places."""
    places, place = [], 0
    for number in numbers:
        places.append(b"%d %d" % (number, place))
        place += len(plain[number]) + 1
    head = b" ".join(places) + b"\n"
    body = b"\n".join(plain[number] for number in numbers)
    return _compressed(head + body, b"/Type/ObjStm/N %d/First %d" % (len(numbers), len(head)))
