"""Comments and highlights of imported files as codings: which code stands for which, and the codes that must be made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from qualcode.core.codebook import PALETTE, Code, Codebook, name_key
from qualcode.core.codebook_steps import Step, code_data
from qualcode.core.document import Body
from qualcode.core.visible import is_printable
from qualcode.exchange.sources import ImportedText, Remark
from qualcode.session.import_remarks import signature

COMMENTS = "imported comments"
HIGHLIGHTS = "highlights"
_LONG = "comment"  # the code of comments that are too long to be a code's name
_LONGEST_NAME = 60


class Marked(NamedTuple):
    """A passage `[start, end)` to be coded with the code of that name; `theme` is where the code goes if it must be made."""

    start: int
    end: int
    theme: str
    name: str
    note: str


def marked_passages(imported: ImportedText) -> list[Marked]:
    """The codings that comments and highlights stand for, one for each passage and code, notes of several joined."""
    body = Body(imported.body)
    found: dict[tuple[int, int, str, str], list[str]] = {}
    for mark in (*_of_remarks(imported, body), *_of_highlights(imported)):
        notes = found.setdefault((mark.start, mark.end, mark.theme, mark.name), [])
        if mark.note and mark.note not in notes:
            notes.append(mark.note)
    return [Marked(*place, " · ".join(notes)) for place, notes in found.items()]


def uncodable(imported: ImportedText) -> list[Remark]:
    """Comments that stand on no words at all, which therefore stay a memo."""
    body = Body(imported.body)
    return [remark for remark in imported.remarks if _span(remark.start, remark.end, body) is None]


def _of_remarks(imported: ImportedText, body: Body) -> Iterator[Marked]:
    for remark in imported.remarks:
        span = _span(remark.start, remark.end, body)
        if span is None:
            continue
        text, who = remark.text.strip(), signature(remark).strip(" ()")
        name = " ".join(text.split())
        if name and "\n" not in text and "/" not in text and len(name) <= _LONGEST_NAME and is_printable(name):
            yield Marked(*span, COMMENTS, name, who)
        else:
            yield Marked(*span, COMMENTS, _LONG, f"{text}{signature(remark)}")


def _of_highlights(imported: ImportedText) -> Iterator[Marked]:
    for mark in imported.highlights:
        span = _stripped(mark.start, mark.end, imported.body)
        if span is not None:
            yield Marked(*span, HIGHLIGHTS, f"highlight {' '.join(mark.color.replace('/', ' ').split())}".strip(), "")


def _span(start: int, end: int, body: Body) -> tuple[int, int] | None:
    """The passage commented on; of a comment at a mere point the line that it stands in."""
    line = body.line_of(start)
    begin = body.starts[line]
    return _stripped(start, end, body.text) or _stripped(begin, begin + len(body.lines[line]), body.text)


def _stripped(start: int, end: int, text: str) -> tuple[int, int] | None:
    """The span without white space at its ends, None where nothing is left."""
    passage = text[start:end]
    words = passage.strip()
    if not words:
        return None
    start += len(passage) - len(passage.lstrip())
    return start, start + len(words)


class CodesForMarks:
    """Finds the code for a name in the codebook, or makes it; `steps` are the changes of the codebook that this takes."""

    def __init__(self, book: Codebook, make_id: Callable[[str], str]) -> None:
        self._book = book
        self._make_id = make_id
        self._made: dict[tuple[str, str], str] = {}
        self._last = {parent: codes[-1].id for parent, codes in book.children.items()}
        self._tops = len(book.children.get("", ()))
        self.steps: list[Step] = []

    def code_for(self, theme: str, name: str) -> str:
        """The id of the live code of that name, wherever it stands; else of one made under the theme."""
        return self._found(name, theme) or self._in_theme(theme, name)

    def _found(self, name: str, theme: str = "") -> str:
        alike = [code for code in self._book.live if name_key(code.name) == name_key(name)]
        if len(alike) > 1 and theme:
            alike = [
                code for code in alike if code.parent and name_key(self._book[code.parent].name) == name_key(theme)
            ]
        return alike[0].id if len(alike) == 1 else ""

    def _in_theme(self, theme: str, name: str) -> str:
        tops = [code.id for code in self._book.live_children.get("", ()) if name_key(code.name) == name_key(theme)]
        parent = tops[0] if tops else self._code("", theme)
        return self._code(parent, name)

    def _code(self, parent: str, name: str) -> str:
        key = (parent, name_key(name))
        if key not in self._made:
            color = "" if parent else PALETTE[self._tops % len(PALETTE)]
            code = Code(self._make_id(name), name, parent, color=color)
            state = {**code_data(code), "parent": parent, "previous": self._last.get(parent, "")}
            self.steps.append(Step(code.id, None, state))
            self._made[key] = self._last[parent] = code.id
            self._tops += not parent
        return self._made[key]
