"""Versions of texts in the index: what was last read, and how it became what is there now."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import suppress

from qualcode.core.carrying import Carrier, Versions
from qualcode.core.document import Body
from qualcode.core.merged_texts import Known, merged_from
from qualcode.core.revision import Revision, revision_data, revision_from
from qualcode.core.text import body_hash
from qualcode.index.event_rows import log_events
from qualcode.index.index import Index
from qualcode.index.last_good import rows_on_disk


def compare_with_known(index: Index, document: str, body: Body, *, in_between: bool = False) -> None:
    """Keep a text that was just read; where it is another than the known one, keep how the one became the other.

    What no log accounts for stays `unlogged`, and the known text stays known, until it stands in a log. A text that is only
    `in_between`, as while git's conflicts wait to be solved, is no correction: it is not to be logged, and the known one stays.
    """
    row = _known(index, document)
    index.db.execute("DELETE FROM unlogged_text WHERE document = ?", [document])
    if row and row[0][0] == body.hash:
        return
    if row and way(index, document, row[0][0], body) is None:
        data = json.dumps(revision_data(Revision.between(row[0][1], body.text)), ensure_ascii=False)
        index.db.execute(
            "INSERT OR REPLACE INTO text_revision VALUES (?, ?, ?, ?)", [document, row[0][0], body.hash, data]
        )
    if in_between:
        return
    if row and _logged_hash(index, document) != body.hash:
        index.db.execute("INSERT INTO unlogged_text VALUES (?, ?, ?)", [document, row[0][0], body.hash])
    else:
        index.db.execute("INSERT OR REPLACE INTO known_text VALUES (?, ?, ?)", [document, body.hash, body.text])


def _known(index: Index, document: str) -> list[tuple[str, str]]:
    """The hash and body of a document's text as last known; none where they do not fit, for then the index was damaged."""
    rows = index.rows("SELECT hash, body FROM known_text WHERE document = ?", [document])
    return [(digest, body) for digest, body in rows if isinstance(body, str) and body_hash(body) == digest]


def _logged_hash(index: Index, document: str) -> str:
    """The version of a document's text that the newest change of it in any log led to; "" where there is none."""
    newest, found = "", ""
    for _, events in log_events(index, "text", document):
        by_id = {event.id: event for event in events}
        for event in events:
            root, times = event, 0
            while root.op == "revert" and root.target in by_id and times <= len(by_id):
                root, times = by_id[root.target], times + 1
            state = root.before if times % 2 else root.after
            if event.id > newest and isinstance(state, dict):
                newest, found = event.id, str(state.get("hash") or "")
    return found


def take_known_texts(index: Index) -> None:
    """Take the texts that another index of the project, on disk, knew last into this fresh one."""
    rows = rows_on_disk(index, "SELECT document, hash, body FROM known_text")
    genuine = [row for row in rows if isinstance(row[2], str) and body_hash(row[2]) == row[1]]
    with suppress(sqlite3.Error), index.transaction():
        index.db.executemany("INSERT OR REPLACE INTO known_text VALUES (?, ?, ?)", genuine)


def revisions(index: Index, document: str) -> list[Known]:
    """How versions of a document's text followed from one another, as the logs, or comparisons, tell."""
    rows = index.rows("SELECT old, new, revision FROM text_revision WHERE document = ? ORDER BY old, new", [document])
    found = ((old, new, revision_from(json.loads(data))) for old, new, data in rows)
    return [Known(old, new, revision) for old, new, revision in found if revision is not None]


def versions(index: Index, document: str) -> Versions:
    """The same as a way to go from one version to another."""
    return Versions(revisions(index, document))


def carrier(index: Index, document: str, body: Body) -> Carrier:
    """Carries anchors of any known version over to this text, be it one that git has put together."""
    known = revisions(index, document)
    return Carrier(Versions(known), body.text, body.hash, lambda: _merged(index, document, known, body))


def way(index: Index, document: str, old: str, body: Body) -> list[Known] | None:
    """The steps by which a version became this text; None where neither the logs nor putting together what they tell say."""
    known = revisions(index, document)
    versions = Versions(known)
    if not versions.is_straight(old, body.hash):
        versions.add(_merged(index, document, known, body, whole=()))
    return [Known(*step) for step in versions.steps(old, body.hash)] if versions.is_straight(old, body.hash) else None


def _merged(
    index: Index, document: str, known: list[Known], body: Body, whole: Sequence[str] | None = None
) -> list[Known]:
    rows = _known(index, document) if whole is None else []
    return merged_from(known, body.text, body.hash, dict(rows))


def unlogged(index: Index) -> list[tuple[str, list[Known]]]:
    """Documents whose text was changed outside qualcode, with the steps by which it became what it is: those that others
    logged, where git put theirs and ours together, else one."""
    found = []
    for document, old, new in index.rows("SELECT document, old, new FROM unlogged_text ORDER BY document"):
        known = dict(_known(index, document)).get(old)
        body = index.body(document)
        if _logged_hash(index, document) == new:  # its log came after the text, as folders are synchronised
            settle(index, document)
        elif known is not None and body.hash == new:
            steps = way(index, document, old, body) or [Known(old, new, Revision.between(known, body.text))]
            found.append((document, steps))
    return found


def settle(index: Index, document: str) -> None:
    """What was unlogged of a document stands in a log now: its text as it is counts as known."""
    body = index.body(document)
    with index.transaction():
        index.db.execute("DELETE FROM unlogged_text WHERE document = ?", [document])
        index.db.execute("INSERT OR REPLACE INTO known_text VALUES (?, ?, ?)", [document, body.hash, body.text])


def forget_text(index: Index, document: str) -> None:
    """Forget the known text of a document that is taken away or made anew: the next one is no correction of it."""
    with index.transaction():
        index.db.execute("DELETE FROM known_text WHERE document = ?", [document])
        index.db.execute("DELETE FROM unlogged_text WHERE document = ?", [document])


def forget_older_text(index: Index, document: str) -> None:
    """Like `forget_text`, for a document that was just written: a text that the index has read since stays known."""
    with index.transaction():
        index.db.execute(
            "DELETE FROM known_text WHERE document = ?1 AND hash IS NOT (SELECT hash FROM document WHERE id = ?1)",
            [document],
        )
        index.db.execute("DELETE FROM unlogged_text WHERE document = ?", [document])
