"""The project as it stood at a moment in the past: a copy of the index in memory, from which what came later is taken."""

from __future__ import annotations

from collections.abc import Iterable

from qualcode.core.codebook import Codebook
from qualcode.core.document import Body
from qualcode.core.moments import Moment
from qualcode.files.folder import ProjectFolder
from qualcode.index.event_rows import events_of, insert_events
from qualcode.index.index import Index
from qualcode.index.refresh import _Writer

_LATER = "(at > ? OR (at = ? AND id > ?))"


class PastIndex(Index):
    """An index that stays as it was made, whatever happens to the files. Texts of documents are those of today."""

    def __init__(self, folder: ProjectFolder) -> None:
        super().__init__(folder, in_memory=True)

    def refresh(self) -> bool:
        return False


def past_index(
    index: Index, moment: Moment, codebook: Codebook, documents: Iterable[str] = (), cases: Iterable[str] = ()
) -> PastIndex:
    """The index as it stood at the moment, apart from the texts, which are those of today.

    `codebook` is that of the moment; `documents` and `cases` are those that were not there yet. Nothing on disk is changed.
    """
    past = PastIndex(index.folder)
    index.db.backup(past.db)
    with past.db:
        writer = _Writer(past)
        files = _drop_later_events(past, moment)
        writer.keep_codebook(codebook)
        writer.forget({f"transcripts/{document}.md": -1 for document in documents})
        past.db.executemany("DELETE FROM kase WHERE id = ?", [(case,) for case in cases])
        for path, coder, document in files:
            ident = past.value("SELECT id FROM file WHERE path = ?", [path])
            events = events_of(past, path)
            past.db.execute("DELETE FROM event WHERE file = ?", [ident])
            insert_events(past, ident, coder, document, events)
            if document:
                there = past.folder.transcript(document).exists()
                writer.store_codings(path, events, past.body(document) if there else Body(""))
    return past


def _drop_later_events(past: Index, moment: Moment) -> list[tuple[str, str, str]]:
    """Take the later events out; path, coder and document of the files that had any, those of one document in a row."""
    later = [moment.at, moment.at, moment.id]
    files = past.rows(
        f"""SELECT path, coder, document FROM file WHERE id IN (SELECT file FROM event WHERE {_LATER})
        ORDER BY document, path""",
        later,
    )
    past.db.execute(f"DELETE FROM event WHERE {_LATER}", later)
    return [(path, coder, document) for path, coder, document in files]
