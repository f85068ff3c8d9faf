"""Pseudonyms put in the place of names for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qualcode.core.codebook import slug
from qualcode.core.rewriting import Replacing
from qualcode.index.index import Index
from qualcode.session.rewriting_masks import Rewrite
from qualcode.session.rewriting_plan import sources_of

if TYPE_CHECKING:
    from qualcode.core.pseudonyms import Pseudonyms


def pseudonymisation(index: Index, key: Pseudonyms, *, keep_sources: bool) -> Rewrite:
    """The rewriting of every document that names somebody, now or in what its history keeps, and of all other texts."""
    texts: dict[str, list[Replacing]] = {}
    for (document,) in index.rows("SELECT id FROM document ORDER BY rank"):
        found = [Replacing(one.start, one.end, one.new) for one in key.replacements(index.body(document).text)]
        if found or _names_in_history(index, document, key):
            texts[document] = found

    def find(text: str) -> list[tuple[int, int]]:
        return [(one.start, one.end) for one in key.held(text)]

    return Rewrite(
        "applied pseudonyms", "", key.masked, find, "", texts, names=True, keep_lost=True,
        sources_gone=frozenset() if keep_sources else frozenset(sources_of(index, texts)), ids=_new_ids(index, key),
    )  # fmt: skip


def _names_in_history(index: Index, document: str, key: Pseudonyms) -> bool:
    """Whether events on a document, or earlier versions of its text, name somebody."""
    rows = index.rows(
        """SELECT quote || ' ' || prefix || ' ' || suffix || ' ' || "before" || ' ' || "after" FROM event
        WHERE document = ? OR (what IN ('text', 'document') AND "key" = ?)""",
        [document, document],
    )
    return any(key.masked(text) != text for (text,) in rows)


def _new_ids(index: Index, key: Pseudonyms) -> dict[str, str]:
    """Ids of documents, memos, cases and participants that hold a name, and what they become; none that is there already."""
    project = index.project
    known = [row[0] for row in index.rows("SELECT id FROM document UNION SELECT id FROM memo")]
    known += [case.id for case in project.cases] + [person.id for person in project.participants]
    new: dict[str, str] = {}
    for ident in dict.fromkeys(known):
        parts, at = [], 0
        for one in key.held(ident):
            parts += [ident[at : one.start], slug(one.new) or "x"]
            at = one.end
        base = "".join([*parts, ident[at:]])
        made, number = base, 2
        while base != ident and (made in known or made in new.values()):
            made, number = f"{base}-{number}", number + 1
        if made != ident and not key.held(made):
            new[ident] = made
    return new
