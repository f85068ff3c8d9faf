"""What a project holds: documents, cases and codes, with counts."""

from __future__ import annotations

import json

from qualcode.analysis.people import People
from qualcode.analysis.table import Table
from qualcode.index.index import Index


def documents(index: Index) -> Table:
    """Documents in document order: by case in project order, then date, then id. Words are those said, labels not counted."""
    rows = index.rows(
        """SELECT d.id, d.title, d.kase, d.kind, d.date, d.language,
          (SELECT group_concat(s, '; ') FROM (SELECT speaker AS s FROM turn WHERE document = d.id AND speaker <> ''
            GROUP BY speaker ORDER BY min(number))),
          d.words, d.turns, d.lines, count(c.id), count(DISTINCT c.code),
          (SELECT group_concat(o, '; ') FROM (SELECT DISTINCT coder AS o FROM coding WHERE document = d.id ORDER BY 1)),
          sum(c.anchor IS NOT NULL AND c.anchor <> 'exact'), d.translation_of
        FROM document d LEFT JOIN coding c ON c.document = d.id GROUP BY d.id ORDER BY d.rank"""
    )
    names = (
        "document", "title", "case", "kind", "date", "language", "speakers", "words", "turns", "lines",
        "segments", "codes", "coders", "displaced", "translation_of",
    )  # fmt: skip
    return Table(names, [[("" if value is None else value) for value in row] for row in rows])


def cases(index: Index) -> Table:
    """Cases in project order, each with its counts and its attributes. A document without a case counts for those of its
    speakers who were coded."""
    counts = {
        case: numbers
        for case, *numbers in index.rows(
            """SELECT k, count(DISTINCT document), count(id), count(DISTINCT code) FROM (
              SELECT kase AS k, id AS document, NULL AS id, NULL AS code FROM document
              UNION ALL SELECT kase, document, id, code FROM coding) GROUP BY k"""
        )
    }
    listed = index.rows("SELECT id, name, attributes FROM kase ORDER BY rank")
    known = {case for case, _, _ in listed}
    listed += [(case, case, "{}") for case in sorted(counts) if case and case not in known]
    attributes = {case: json.loads(values) for case, _, values in listed}
    names = list(
        dict.fromkeys([*index.project.attribute_types, *(n for values in attributes.values() for n in values)])
    )
    fixed = ("case", "name", "documents", "segments", "codes")
    shown = [name if name not in fixed else f"attribute {name}" for name in names]
    return Table(
        [*fixed, *shown],
        [
            (case, name, *counts.get(case, (0, 0, 0)), *(attributes[case].get(key, "") for key in names))
            for case, name, _ in listed
        ],
    )


def participants(index: Index) -> Table:
    """Participants in project order, with how many turns of how many documents are theirs."""
    people = People(index)
    turns: dict[str, int] = {}
    heard: dict[str, set[str]] = {}
    for document, label, count in index.rows(
        "SELECT document, label, count(*) FROM turn WHERE label <> '' GROUP BY 1, 2"
    ):
        person = people.of(document, label)
        if person is not None:
            turns[person.id] = turns.get(person.id, 0) + count
            heard.setdefault(person.id, set()).add(document)
    rows = [(person.id, person.name, person.role, person.case, len(heard.get(person.id, ())), turns.get(person.id, 0))
            for person in index.project.participants]  # fmt: skip
    return Table(["participant", "name", "role", "case", "documents", "turns"], rows)


def codes(index: Index) -> Table:
    """The code tree in codebook order. `segments` counts the code's own codings, `segments_with_subcodes` those below too."""
    codebook = index.codebook
    counts = {
        row[0]: row[1:]
        for row in index.rows(
            """SELECT x.ancestor, sum(c.code = x.ancestor), count(*), count(DISTINCT c.document),
              count(DISTINCT nullif(c.kase, '')), group_concat(DISTINCT c.coder)
            FROM closure x JOIN coding c ON c.code = x.code LEFT JOIN document d ON d.id = c.document GROUP BY 1"""
        )
    }
    names = (
        "code_id", "code", "code_path", "parent", "level", "definition", "use_when", "do_not_use_when", "example",
        "color", "key", "segments", "segments_with_subcodes", "documents", "cases", "coders",
    )  # fmt: skip
    rows = []
    for code in codebook.live:
        own, below, in_documents, in_cases, coders = counts.get(code.id, (0, 0, 0, 0, ""))
        rows.append(
            (code.id, code.name, codebook.path(code.id), code.parent, codebook.level(code.id) + 1, code.definition,
             code.use_when, code.do_not_use_when, code.example, codebook.color(code.id), code.key or "", own, below,
             in_documents, in_cases, "; ".join(sorted((coders or "").split(","))) if coders else "")
        )  # fmt: skip
    return Table(names, rows)
