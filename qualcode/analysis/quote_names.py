"""The names that an attribution may use, and the documents that go with them."""

from __future__ import annotations

from collections.abc import Sequence

from qualcode.core.attributions import Attribution, Known, Names
from qualcode.core.project import Participant
from qualcode.core.text import fold
from qualcode.index.index import Index


def participants(index: Index) -> Sequence[Participant]:
    """The people of project.yaml, as last read without error."""
    project = index.read_or_none("project")
    return project.participants if project else ()


def known_names(index: Index) -> tuple[Names, frozenset[str]]:
    """The names of people, roles and cases that an attribution may use, and the speaker labels, all folded."""
    speakers: dict[str, set[str]] = {}
    roles: dict[str, set[str]] = {}
    cases: dict[str, set[str]] = {}
    turns = index.rows("SELECT DISTINCT label, speaker, role FROM turn WHERE label <> ''")
    for label, speaker, role in turns:
        for name in (label, speaker):
            speakers.setdefault(fold(name), set()).add(speaker)
        roles.setdefault(fold(role), set()).add(speaker)
    for person in participants(index):
        for name in (person.name, person.id):
            speakers.setdefault(fold(name), set()).add(person.name)
        roles.setdefault(fold(person.role), set()).add(person.name)
    for ident, name in index.rows("SELECT id, name FROM kase UNION SELECT kase, kase FROM document WHERE kase <> ''"):
        for written in (ident, name):
            cases.setdefault(fold(written), set()).add(ident)
    known = {
        name: Known(
            frozenset(speakers.get(name, set()) | roles.get(name, set())),
            frozenset(cases.get(name, set())),
            name not in speakers and name in roles,
        )
        for name in {*speakers, *roles, *cases}
        if name.strip()
    }
    labels = {fold(label) for label, _, _ in turns} | {fold(person.name) for person in participants(index)}
    return Names(known), frozenset(labels)


def documents_by_name(index: Index, attributions: Sequence[Attribution]) -> list[set[str]]:
    """For each attribution the documents in which somebody so named speaks, or that belong to a case or day so named."""
    known: dict[tuple[str, str], set[str]] = {}
    queries = {
        "speakers": "SELECT DISTINCT document FROM turn WHERE speaker = ?",
        "cases": "SELECT id FROM document WHERE kase = ?",
        "dates": "SELECT id FROM document WHERE date = ?",
    }
    found = []
    for said_by in attributions:
        wanted = [(kind, name) for kind in queries for name in getattr(said_by, kind)]
        for kind, name in wanted:
            if (kind, name) not in known:
                known[kind, name] = {row[0] for row in index.rows(queries[kind], [name])}
        found.append({document for pair in wanted for document in known[pair]})
    return found
