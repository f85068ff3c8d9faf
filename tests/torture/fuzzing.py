"""Inputs that nobody would write: sound ones changed at random, by bytes and by meaning, always the same for a seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

Seed = bytes
_TOKENS = [
    b"\0", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\r", b"\n", b"\r\n", b"\x1b[2J", b"\x9b", b"---\n", b"...\n", b"\t", b"'", b'"', b"\\",
    b"{", b"}", b"[", b"]", b"<", b">", b"&", b"&#x0;", b"&#xD800;", b"&a;", b"<!--", b"-->", b"]]>", b"<![CDATA[", b"</", b"<?xml",
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"*", b"**", b"`", b"```", b"#", b"|", b":", b": ", b"- ", b"? ", b"!", b"!!python/object:x ",
    b"&a ", b"*a", b"<<: ", b"%YAML 1.1", b"@", b"=", b"+", b"-", b"null", b"true", b"NaN", b"Infinity", b"-1", b"1e999", b"9" * 30,
    b"9" * 5000, b"\\ud800", b"\\u0000", b"\xed\xa0\x80", "\u202e".encode(), "\u2028".encode(), "\u200b".encode(), "é".encode(),
    "e\u0301".encode(), "한".encode(), "👩‍👩‍👧".encode(), b"../", b"/etc/passwd", b"C:\\", b"00:00:01", b"99:99:99.999 --> 00:00:00.000",
    b"-->", b"WEBVTT", b"{\\rtf1", b"\\u-1?", b"\\'ff", b"\\bin99999 ", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-1.4", b"obj<<>>",
    b"startxref", b" not ", b" and ", b" or ", b"(", b")", b"near(", b"filter:", b"attr.", b"code:", b"2009-99-99", b"=1", b"1=1",
]  # fmt: skip
_MOST = 200_000  # bytes; what is larger belongs to the heavy projects


def changed(seed: Seed, others: Sequence[Seed], chance: random.Random) -> bytes:
    """The seed after one to eight changes; sometimes crossed with another."""
    data = bytearray(seed)
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 5, 8))):
        chance.choice(_CHANGES)(data, others, chance)
    return bytes(data[:_MOST])


def nested(opening: bytes, closing: bytes, chance: random.Random) -> bytes:
    """Brackets in one another, to a depth taken at random, closed or not."""
    depth = chance.choice((2, 50, 99, 101, 500, 990, 1100, 5000, 50_000))
    return opening * depth + (closing * depth if chance.random() < 0.7 else b"")


def _flip(data: bytearray, others: Sequence[Seed], chance: random.Random) -> None:
    if data:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _byte(data: bytearray, others: Sequence[Seed], chance: random.Random) -> None:
    if data:
        data[chance.randrange(len(data))] = chance.randrange(256)


def _token(data: bytearray, others: Sequence[Seed], chance: random.Random) -> None:
    at = chance.randrange(len(data) + 1)
    data[at : at + chance.choice((0, 0, 1, 4))] = chance.choice(_TOKENS)


def _cut(data: bytearray, others: Sequence[Seed], chance: random.Random) -> None:
    at = chance.randrange(len(data) + 1)
    del data[at : at + chance.choice((1, 2, 7, 50, len(data)))]


def _double(data: bytearray, others: Sequence[Seed], chance: random.Random) -> None:
    at = chance.randrange(len(data) + 1)
    piece = data[at : at + chance.choice((1, 5, 30, 200))]
    data[at:at] = piece * chance.choice((1, 2, 10, 300))


def _swap_lines(data: bytearray, others: Sequence[Seed], chance: random.Random) -> None:
    lines = bytes(data).split(b"\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    data[:] = b"\n".join(lines)


def _indent(data: bytearray, others: Sequence[Seed], chance: random.Random) -> None:
    lines = bytes(data).split(b"\n")
    at = chance.randrange(len(lines))
    lines[at] = b" " * chance.choice((1, 2, 3, 8)) + lines[at] if chance.random() < 0.5 else lines[at].lstrip()
    data[:] = b"\n".join(lines)


def _cross(data: bytearray, others: Sequence[Seed], chance: random.Random) -> None:
    other = chance.choice(others)
    at, there = chance.randrange(len(data) + 1), chance.randrange(len(other) + 1)
    data[at:] = other[there:]


def _number(data: bytearray, others: Sequence[Seed], chance: random.Random) -> None:
    digits = [at for at, byte in enumerate(data[:5000]) if 48 <= byte <= 57]
    if digits:
        at = chance.choice(digits)
        data[at : at + 1] = chance.choice((b"-1", b"0", b"1e9", b"9" * 20, b"1.5", b"true", b"", b'"1"'))


def _deepen(data: bytearray, others: Sequence[Seed], chance: random.Random) -> None:
    at = chance.randrange(len(data) + 1)
    pairs = (
        (b"[", b"]"),
        (b"{a: ", b"}"),
        (b'{"a":', b"}"),
        (b"(", b")"),
        (b"<b>", b"</b>"),
        (b"{", b"}"),
        (b"- ", b""),
        (b"> ", b""),
        (b"not ", b""),
    )
    if chance.random() < 0.1:
        data[at:at] = nested(*chance.choice(pairs), chance)


_CHANGES: tuple[Callable[[bytearray, Sequence[Seed], random.Random], None], ...] = (
    _flip, _byte, _token, _token, _token, _cut, _double, _swap_lines, _indent, _cross, _number, _deepen,
)  # fmt: skip
