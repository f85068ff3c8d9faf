"""Search for text in all documents, in any writing system, every occurrence."""

from __future__ import annotations

from qualcode.analysis.filters import case_id, document_id
from qualcode.analysis.table import Table
from qualcode.core.document import Body
from qualcode.core.text import FoldedText, fold
from qualcode.errors import BadOption
from qualcode.index.index import Index

COLUMNS = ("case", "document", "title", "line", "start", "end", "speaker", "role", "before", "match", "after")


def search(index: Index, text: str, *, case: str = "", document: str = "", context: int = 40) -> Table:
    """Every occurrence of the text, in document order, with so many characters around it.

    Letter case and the composition of accents do not matter; matches do not overlap and never begin or end inside
    a character. One case-folded text per document is scanned: no word index, so that Chinese words of any length,
    parts of words and phrases are all found. Raises UnknownName, BadOption.
    """
    if not text.strip():
        raise BadOption("Give some text to search for.")
    condition, values = "1", []
    if case:
        condition, values = "d.kase = ?", [case_id(index, case)]
    if document:
        condition, values = condition + " AND d.id = ?", [*values, document_id(index, document)]
    found = []
    query = "SELECT d.id, d.kase, d.title, t.folded FROM document d JOIN document_text t ON t.document = d.id"
    for ident, of_case, title, folded in index.db.execute(f"{query} WHERE {condition} ORDER BY d.rank", values):
        if fold(text) not in folded:
            continue
        body = index.body(ident)
        people = dict(
            index.rows("SELECT DISTINCT label, speaker || char(10) || role FROM turn WHERE document = ?", [ident])
        )
        for start, end in FoldedText(body.text, folded).occurrences(text):
            speaker, _, role = people.get(_label(body, start), "\n").partition("\n")
            line = body.line_of(start)
            left, right = body.starts[line], body.starts[line] + len(body.lines[line])
            found.append(
                (of_case, ident, title, line + 1, start, end, speaker, role, body.text[max(left, start - context) : start],
                 body.text[start:end], body.text[end : max(end, min(right, end + context))])
            )  # fmt: skip
    return Table(COLUMNS, found)


def _label(body: Body, offset: int) -> str:
    turn = body.turn_index(offset)
    return body.turns[turn].speaker if turn >= 0 else ""
