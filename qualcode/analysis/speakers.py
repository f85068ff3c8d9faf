"""Who speaks in a document."""

from __future__ import annotations

from qualcode.analysis.filters import document_id
from qualcode.analysis.table import Table
from qualcode.core.text import count_words
from qualcode.index.index import Index

COLUMNS = ("label", "participant", "name", "role", "case", "turns", "words", "first_line")


def speakers(index: Index, document: str) -> Table:
    """The labels of a document in the order in which they first speak, whom they stand for, their turns and words.

    `first_line` counts from 1; labels that are declared but say nothing come last, with 0. Raises UnknownName.
    """
    document = document_id(index, document)
    info, body, project = index.document_info(document), index.body(document), index.project
    declared = dict(info.speakers) if info is not None else {}
    found: dict[str, list[int]] = {}
    for turn in body.turns:
        if turn.speaker:
            counts = found.setdefault(turn.speaker, [0, 0, turn.line + 1])
            counts[0] += 1
            counts[1] += count_words(body.text[turn.text_start : turn.end])
    rows = []
    for label in dict.fromkeys([*found, *declared]):
        person = project.participant_for(label, declared.get(label, ""), info.case if info is not None else "")
        who = (person.id, person.name, person.role, person.case) if person else (declared.get(label, ""), "", "", "")
        rows.append((label, *who, *found.get(label, (0, 0, 0))))
    return Table(COLUMNS, rows)
