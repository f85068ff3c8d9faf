"""An RTF file cut into its tokens, in one pass (RTF Specification 1.9.1, "Basic entities")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(
    rb"\\([A-Za-z]{1,40})(-?\d{1,10})?[ ]?|\\'([0-9A-Fa-f]{2})|\\(\r\n|[^A-Za-z'])|([{}])|([^\\{}\r\n\x00]+)|[\r\n\x00\\]"
)
_KINDS = {1: "word", 3: "bytes", 4: "sign", 5: "group", 6: "text"}


class Token(NamedTuple):
    """`kind`: "word" (a control word with its number, None for none), "sign" (a control symbol), "group" ({ or }),
    "bytes" (a letter written as hexadecimal digits), "text"."""

    kind: str
    value: bytes
    number: int | None = None


def tokens(data: bytes) -> Iterator[Token]:
    """Every token of the file; binary data behind `\\bin` is passed over."""
    place = 0
    while match := _TOKEN.match(data, place):
        place = match.end()
        if match.lastindex is None:
            continue
        if match[1] is not None:
            number = int(match[2]) if match[2] is not None else None
            if match[1] == b"bin":
                place += max(0, number or 0)
            else:
                yield Token("word", match[1], number)
        elif match[3] is not None:
            yield Token("bytes", bytes.fromhex(match[3].decode("ascii")))
        else:
            yield Token(_KINDS[match.lastindex], match[match.lastindex])
