"""What a rewriting for good takes out, and what it puts there instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from qualcode.core.links import Link, links
from qualcode.core.rewriting import Replacing

Kind = Literal["redacted", "withdrew", "applied pseudonyms"]


@dataclass(frozen=True)
class Rewrite:
    """One rewriting: which words go where.

    `mask` takes them out of texts that quote them, `find` finds their spans in any text. `texts` has what is replaced in
    bodies, by document. `names`: also in the names of things. `keep_lost`: the words of codings that lost their place are
    masked, else all of them go. `going`: by document, spans of today's text of which the codings go with their words.
    """

    kind: Kind
    subject: str
    mask: Callable[[str], str]
    find: Callable[[str], Sequence[tuple[int, int]]]
    marker: str
    texts: Mapping[str, Sequence[Replacing]] = field(default_factory=dict)
    names: bool = False
    keep_lost: bool = False
    going: Mapping[str, Sequence[tuple[int, int]]] = field(default_factory=dict)
    documents: frozenset[str] = frozenset()  # these go altogether, and so on
    memos: frozenset[str] = frozenset()
    cases: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    codings: frozenset[str] = frozenset()
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # by document: speakers' labels, old to new
    sources_gone: frozenset[str] = frozenset()  # paths from the project's folder
    ids: Mapping[str, str] = field(default_factory=dict)  # of documents, memos, cases, participants: old to new
    passages: Sequence[str] = ()  # what was removed, word for word, for the search of all bytes
    unsought: Sequence[str] = ()  # passages that say too little to be looked for elsewhere
    remarks: Sequence[str] = ()  # what else a human should look at
    names_to_read: Sequence[str] = ()  # whoever is spoken of by these is for a human to judge

    def __contains__(self, thing: object) -> bool:
        """Whether a thing that a log speaks of, (kind, id), goes."""
        what, key = thing if isinstance(thing, tuple) else ("", "")
        gone = {
            "document": self.documents, "text": self.documents, "matter": self.documents, "memo": self.memos,
            "case": self.cases, "participant": self.people,
        }  # fmt: skip
        return key in gone.get(what, ())

    def speakers(self, document: str, speakers: Mapping[str, Any] | Sequence[Any]) -> dict[str, Any] | list[Any]:
        """A document's speakers without those who are withdrawn: their labels stay, or get others, and name nobody."""
        renamed = self.labels.get(document, {})
        if not isinstance(speakers, Mapping):
            return list(dict.fromkeys(renamed.get(label, label) for label in speakers))
        return {
            renamed.get(label, label): "" if person in self.people else person for label, person in speakers.items()
        }

    def mask_memo(self, text: str) -> str:
        """A memo's text with its words masked; links keep what they name, and those to what is gone go."""
        parts, at = [], 0
        for link in links(text):
            label, target = self.mask(link.label), self._target(link)
            shown = link._replace(target=target).shown[:-2] + (f"|{label}" if label else "") + "]]"
            inner = self.marker if self._is_gone(link) else shown
            if inner == self.marker or (label, target) != (link.label, link.target):
                parts += [self.mask(text[at : link.start]), inner]
                at = link.end
            elif self.find(link.shown):
                parts += [self.mask(text[at : link.start]), text[link.start : link.end]]
                at = link.end
        return "".join([*parts, self.mask(text[at:])])

    def _target(self, link: Link) -> str:
        """What a link names from now on: the new id, or the masked name of a thing."""
        if link.target in self.ids and link.kind != "code":
            return self.ids[link.target]
        return self.mask(link.target) if self.names and link.kind != "document" else link.target

    def _is_gone(self, link: Link) -> bool:
        if link.kind == "document" and link.place and any(coding.endswith(link.place) for coding in self.codings):
            return True
        gone = {"document": self.documents, "case": self.cases, "memo": self.memos}
        return link.target in gone.get(link.kind, ())
