"""The last door of every export: pseudonyms stand for the names of the worn key, and no name of it gets past.

What is written as text is gone over once more as a whole; of packages (Excel, Word) the parts are read. Without a key all passes.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from qualcode.core.how_many import how_many
from qualcode.core.overlay import shown, worn
from qualcode.errors import NamesLeft

PACKAGES = ("xlsx", "docx")
_TAGS = re.compile(r"<[^>]*>")
_BLOCK_END = re.compile(r"</(?:w:p|si|is|row|c|v|t)>|<(?:w:br|br)[^>]*>")
_ESCAPE = re.compile(r"\\(?:[nrtbf\"/\\]|u[0-9a-f]{4})")
_AROUND, _MOST_TOLD = 24, 12


class Left(NamedTuple):
    """A name that is left: of whom, where in the output, and what stands around it."""

    name: str
    place: str
    around: str


def fit_to_leave(pieces: Iterable[bytes], form: str, output: str = "", *, allow: bool = False) -> Iterable[bytes]:
    """An export in its form, with pseudonyms for names. `output` is the file's name, which may hold a name too.

    With `allow` names that are left may stay. Raises NamesLeft, with the places, before anything of it is handed out.
    """
    if worn() is None:
        return pieces
    data = b"".join(pieces)
    if form not in (
        *PACKAGES,
        "json",
        "csv",
    ):  # these were given their pseudonyms value by value, before quotes and escapes
        data = shown(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
    left = [] if allow else [*_in_name(output), *names_left(data, form)]
    if left:
        raise NamesLeft(_refusal(left))
    return [data]


def names_left(data: bytes, form: str) -> list[Left]:
    """Every name of the worn key that an output holds, in any spelling, with its place."""
    key = worn()
    if key is None:
        return []
    found = []
    for part, text in _texts(data, form):
        for one in key.held(text):
            line = text.count("\n", 0, one.start) + 1
            around = text[max(0, one.start - _AROUND) : one.end + _AROUND].replace("\n", " ")
            found.append(Left(one.name, f"{part}line {line}", around))
    return found


def _in_name(output: str) -> Iterator[Left]:
    key = worn()
    for one in key.held(Path(output).name) if key is not None else ():
        yield Left(one.name, "the file's name", Path(output).name)


def _texts(data: bytes, form: str) -> Iterator[tuple[str, str]]:
    """The parts of an output in which words stand, by name, as a reader sees them."""
    if form in PACKAGES:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for part in package.namelist():
                if part.endswith((".xml", ".rels")):
                    marked = _BLOCK_END.sub("\n", package.read(part).decode("utf-8", "replace"))
                    yield f"{part} ", html.unescape(_TAGS.sub("", marked))
        return
    text = data.decode("utf-8", "replace")
    if form in ("html", "svg"):
        text = html.unescape(text)
    yield "", _ESCAPE.sub(" ", text) if form in ("html", "json", "yaml") else text  # a page holds JSON


def _refusal(left: list[Left]) -> str:
    places = [f"  {one.place}: {one.name} in “{one.around.strip()}”" for one in left[:_MOST_TOLD]]
    more = [f"  and {len(left) - _MOST_TOLD} more"] if len(left) > _MOST_TOLD else []
    names = len({one.name for one in left})
    return "\n".join(
        [
            f"Not written: {how_many(names, 'name')} of the key of pseudonyms would still be readable in it:",
            *places,
            *more,
            "Rename what is named so, or cover this spelling: qualcode pseudonyms add NAME PSEUDONYM --variant FORM=NEW. "
            "To write it all the same: --allow-names.",
        ]
    )
