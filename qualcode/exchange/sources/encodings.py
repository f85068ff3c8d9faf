"""Bytes to text: which encoding a file is in, and how sure that is."""

from __future__ import annotations

from typing import NamedTuple

from qualcode.errors import BadFile, Problem


class Decoded(NamedTuple):
    """A text; `encoding` is set where it was a guess (or given), `runner_up` where another one would do nearly as well."""

    text: str
    encoding: str = ""
    runner_up: str = ""


def decode(data: bytes, shown_as: str, encoding: str = "") -> Decoded:
    """The text of a file, in the encoding given or else in the likeliest one. Raises BadFile, BadOption."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Decoded(data.decode("utf-16", "replace"))
    if b"\x00" in data:
        raise BadFile([Problem(shown_as, data.count(b"\n", 0, data.index(b"\x00")) + 1, "this is not a text file")])
    try:
        return Decoded(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        best = from_bytes(data).best()
    if best is None:
        raise BadFile([Problem(shown_as, 0, "its encoding cannot be made out", "save it as UTF-8")])
    return Decoded(str(best), best.encoding)
