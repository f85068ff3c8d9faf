"""Where in the transcripts an act took place."""

from __future__ import annotations

from qualcode.analysis.audit_entries import Entry
from qualcode.core.anchors import Anchor
from qualcode.errors import UnknownName
from qualcode.index.index import Index
from qualcode.index.text_rows import carrier


def passage_of(index: Index, entry: Entry) -> tuple[str, int, int] | None:
    """Document, start and end of the coding that an act is about, also of one that was removed since; None where its
    passage is not in the text any more, or the act is about something else."""
    if entry.what != "coding":
        return None
    there = index.rows(
        'SELECT start, "end" FROM coding_row WHERE id = ? AND document = ? AND coder = ? AND anchor <> ?',
        [entry.object, entry.document, entry.coder, "lost"],
    )
    if there:
        return entry.document, *there[0]
    last = index.rows(
        """SELECT start, "end", quote, body, prefix, suffix FROM event WHERE document = ? AND coder = ? AND subject = ?
        AND op IN ('apply', 'move') ORDER BY id DESC LIMIT 1""",
        [entry.document, entry.coder, entry.object],
    )
    try:
        body = index.body(entry.document)
    except UnknownName:
        return None
    placed = carrier(index, entry.document, body).place(Anchor(*last[0])) if last else None
    return (entry.document, placed.start, placed.end) if placed is not None and placed.state != "lost" else None
