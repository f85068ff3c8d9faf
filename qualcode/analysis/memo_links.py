"""Where the links of memos lead, which of them lead nowhere, and which places of a document memos point to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

from qualcode.analysis.filters import case_id, document_id
from qualcode.analysis.memo_names import book_of, coding_id, memo_id
from qualcode.core.links import SHORTEST, Link, line_number, short_id, short_ids
from qualcode.core.memo import About
from qualcode.core.text import fold
from qualcode.core.visible import shorten
from qualcode.errors import Problem, QualcodeError, UnknownName
from qualcode.files.text_files import read_text, split_front_matter
from qualcode.index.index import Index


class Place(NamedTuple):
    """Where a link leads. Kind: document, line, coding, code, case or memo; start and end in code points of the body
    (of a lost coding where it once stood)."""

    kind: str
    document: str = ""
    start: int = 0
    end: int = 0
    code: str = ""
    case: str = ""
    memo: str = ""
    coding: str = ""


class Pointed(NamedTuple):
    """A place of a document that a memo is about or points to: a coding's id, or a line counted from 1."""

    memo: str
    title: str
    coding: str
    line: int


def resolve(index: Index, link: Link) -> Place:
    """Where the link leads today. Raises UnknownName, with the nearest name."""
    if link.kind == "code":
        book = book_of(index)
        return Place("code", code=book.resolve_merge(book.find(link.target).id))
    if link.kind == "case":
        return Place("case", case=case_id(index, link.target))
    if link.kind == "memo":
        return Place("memo", memo=memo_id(index, link.target))
    if link.kind == "coding":
        return _coding_place(index, coding_id(index, link.target))
    return _in_document(index, link.target, link.place)


def _in_document(index: Index, target: str, place: str) -> Place:
    try:
        document = document_id(index, target)
    except UnknownName:
        if not place:
            raise
        try:
            return Place("document", document_id(index, f"{target}#{place}"))  # ids may hold a #
        except UnknownName:
            pass
        document = document_id(index, target)  # raises, with what is near to the part before the #
    if not place:
        return Place("document", document)
    line = line_number(place)
    if len(place) >= SHORTEST and not (line and place[0] in "Ll"):
        try:
            return _coding_place(index, coding_id(index, place, document))
        except UnknownName:
            if not line:
                raise
    if not line:
        raise UnknownName(f"{place!r} is neither a line nor enough of a coding's id ({SHORTEST} signs).")
    body = index.body(document)
    if line > len(body.lines):
        raise UnknownName(f"{document} has no line {line}; it ends with line {len(body.lines)}.")
    start = body.starts[line - 1]
    return Place("line", document, start, start + len(body.lines[line - 1]))


def _coding_place(index: Index, ident: str) -> Place:
    rows = index.rows('SELECT document, start, "end", code FROM coding WHERE id = ?', [ident])
    if not rows:
        raise UnknownName(f"No coding in force has the id {ident!r}.")
    document, start, end, code = rows[0]
    return Place("coding", document, start, end, code=code, coding=ident)


def link_to_coding(index: Index, document: str, coding: str) -> str:
    """The link that cites a coding: `[[document#b7k2]]`."""
    ids = [row[0] for row in index.rows("SELECT id FROM coding_row WHERE document = ?", [document])]
    return f"[[{document}#{short_id(ids, coding)}]]"


def _remembering(index: Index) -> Callable[[str, str, str], Place | str]:
    """A function from a link's kind, target and place to where it leads, or why it leads nowhere; many say the same."""

    @cache
    def lead(kind: str, target: str, place: str) -> Place | str:
        try:
            return resolve(index, Link(kind, target, place, "", 0, 0, 0))
        except QualcodeError as error:
            return str(error)

    return lead


def cited_as(index: Index, document: str) -> dict[str, str]:
    """The short ids of a document's codings, by id."""
    return short_ids(row[0] for row in index.rows("SELECT id FROM coding_row WHERE document = ?", [document]))


# ---------------------------------------------------------------- the margin


def memos_at(index: Index, document: str) -> list[Pointed]:
    """The codings and lines of a document that memos are about or point to; links that lead nowhere are left out."""
    found = [
        Pointed(memo, title, coding, 0)
        for memo, title, coding in index.rows(
            """SELECT m.id, m.title, c.id FROM memo m JOIN coding_row r ON r.id = m.coding
            JOIN coding c ON c.id = CASE r.hidden_by WHEN '' THEN r.id ELSE r.hidden_by END
            WHERE m.coding <> '' AND c.document = ? ORDER BY m.id""",
            [document],
        )
    ]
    info = index.document_info(document)
    names = {fold(document), fold(info.title) if info else ""}
    lead = _remembering(index)
    for memo, title, kind, target, place in index.rows(
        """SELECT l.memo, m.title, l.kind, l.target, l.place FROM memo_link l JOIN memo m ON m.id = l.memo
        WHERE (l.kind = 'document' AND l.place <> '') OR l.kind = 'coding' ORDER BY l.memo, l.line"""
    ):
        if kind == "document" and fold(target.removeprefix("transcripts/").removesuffix(".md")) not in names:
            continue
        at = lead(kind, target, place)
        if isinstance(at, Place) and at.document == document and at.kind in ("coding", "line"):
            line = index.body(document).line_of(at.start) + 1 if at.kind == "line" else 0
            found.append(Pointed(memo, title, at.coding, line))
    return list(dict.fromkeys(found))


# ---------------------------------------------------------------- the check


def dead_links(index: Index) -> list[Problem]:
    """Memos that are about something that is not there, and links that lead nowhere, by file and line."""
    found = [*_dead_abouts(index)]
    lead = _remembering(index)
    unknown = ("code",) if index.problems("codebook.yaml") else ()  # a broken codebook says nothing of its codes
    for memo, line, kind, target, place in index.rows("SELECT memo, line, kind, target, place FROM memo_link"):
        if kind in unknown:
            continue
        reason = lead(kind, target, place)
        if isinstance(reason, str):
            reason, mark, advice = reason.partition(" Did you mean: ")
            advice = f"did you mean: {advice}" if mark else "mend the link, or take it out"
            shown = shorten(Link(kind, target, place, "", 0, 0, line).shown, 80)
            found.append(Problem(f"memos/{memo}.md", line, f"the link {shown} leads nowhere: {reason}", advice))
    return sorted(found, key=lambda problem: (problem.path, problem.line))


def _dead_abouts(index: Index) -> Iterator[Problem]:
    book = book_of(index)
    known = {
        "case": {row[0] for row in index.rows("SELECT id FROM kase")},
        "document": {row[0] for row in index.rows("SELECT id FROM document")},
        "code": {code.id for code in book.codes},
        "coding": {row[0] for row in index.rows("SELECT id FROM coding_row WHERE hidden_by <> 'deleted'")},
    }
    for memo, *things in index.rows("SELECT id, kase, document, code, coding FROM memo ORDER BY id"):
        for what, name in About(*things)._asdict().items():
            if what == "code" and index.problems("codebook.yaml"):
                continue
            if name and name not in known[what]:
                message = f"is about {what} {name!r}, which is not there"
                yield Problem(f"memos/{memo}.md", _line_of(index, memo, what), message, _advice(name, known[what]))
            elif name and what == "code" and book.is_gone(name):
                yield Problem(
                    f"memos/{memo}.md", _line_of(index, memo, what), f"is about code {name!r}, which was deleted"
                )


def _advice(name: str, known: set[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=3, cutoff=0.5)
    return f"did you mean: {', '.join(near)}?" if near else ""


def _line_of(index: Index, memo: str, what: str) -> int:
    from qualcode.files.yaml_text import load_yaml

    shown_as = f"memos/{memo}.md"
    text, _ = read_text(index.folder.memo(memo), shown_as)
    return load_yaml(split_front_matter(text)[0], shown_as, first_line=2).line(("about", what))
