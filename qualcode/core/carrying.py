"""Carrying codings over from the text that they were made on to today's, along the edits in between."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise

from qualcode.core.anchors import Anchor, Placed, place
from qualcode.core.revision import Passage, Revision
from qualcode.core.textdiff import compare

_ENOUGH = 0.3  # share of a quote's letters that must still be there for it to count as changed rather than lost
_SHORT = 12  # signs up to which a word may be another altogether and still be the same passage, edited


class Versions:
    """The versions of one text that are known, by hash, and the revisions that lead from one to another, either way."""

    def __init__(self, revisions: Iterable[tuple[str, str, Revision]]) -> None:
        self._next: dict[str, dict[str, Revision]] = {}
        self._forward: set[tuple[str, str]] = set()
        self.add(revisions)

    def add(self, revisions: Iterable[tuple[str, str, Revision]]) -> None:
        """Take in more of them; what is known already stays."""
        for old, new, revision in revisions:
            self._forward.add((old, new))
            self._next.setdefault(old, {}).setdefault(new, revision)
            self._next.setdefault(new, {}).setdefault(old, revision.inverse())

    def is_straight(self, old: str, new: str) -> bool:
        """Whether the way from one version to another does not go back to a third one that both came from."""
        nodes = self._nodes(old, new)
        forward = [step in self._forward for step in pairwise(nodes or ())]
        return nodes is not None and forward == sorted(forward, reverse=True)

    def path(self, old: str, new: str) -> list[Revision] | None:
        """The fewest revisions that lead from one version to another; None where none do."""
        nodes = self._nodes(old, new)
        return None if nodes is None else [self._next[a][b] for a, b in pairwise(nodes)]

    def steps(self, old: str, new: str) -> list[tuple[str, str, Revision]]:
        """Like `path`, each revision with the versions it leads from and to; [] where there is none."""
        return [(a, b, self._next[a][b]) for a, b in pairwise(self._nodes(old, new) or ())]

    def _nodes(self, old: str, new: str) -> list[str] | None:
        came: dict[str, str] = {old: ""}
        waiting = deque([old])
        while waiting and new not in came:
            here = waiting.popleft()
            for there in sorted(self._next.get(here, ())):
                if there not in came:
                    came[there] = here
                    waiting.append(there)
        if new not in came:
            return None
        nodes = [new]
        while nodes[-1] != old:
            nodes.append(came[nodes[-1]])
        return nodes[::-1]


class Carrier:
    """Carries anchors made on any known version of a text over to its present one."""

    def __init__(
        self,
        versions: Versions,
        body: str,
        hash_of_body: str,
        merged: Callable[[], Iterable[tuple[str, str, Revision]]] = tuple,
    ) -> None:
        """`merged` tells, once it is needed, how versions were put together to others (see `merged_texts`)."""
        self._versions, self._merged = versions, merged
        self._is_merged = False
        self._body, self._hash = body, hash_of_body
        self._routes: dict[str, _Route | None] = {}

    def place(self, anchor: Anchor) -> Placed:
        """Where the anchored words stand now: exact, moved, changed or lost."""
        if anchor.body == self._hash:
            return place(anchor, self._body, self._hash)
        if anchor.body not in self._routes:
            path = self._path(anchor.body)
            self._routes[anchor.body] = None if path is None else _Route.along(path, self._body)
        route = self._routes[anchor.body]
        return place(anchor, self._body, self._hash) if route is None else route.place(anchor)

    def _path(self, version: str) -> list[Revision] | None:
        if not self._is_merged and not self._versions.is_straight(version, self._hash):
            self._versions.add(self._merged())
            self._is_merged = True
        return self._versions.path(version, self._hash)


class _Route:
    """The revisions from one old version to the present text; the texts in between are made when they are needed."""

    def __init__(self, revisions: Sequence[Revision], body: str) -> None:
        self._revisions = revisions
        self._texts: Mapping[int, str] = {len(revisions): body}
        self._body = body

    @classmethod
    def along(cls, revisions: Sequence[Revision], body: str) -> _Route | None:
        """None where the revisions do not lead to this text after all, as in a log that somebody has written into."""
        route = cls(revisions, body)
        try:
            route._text(0)
        except ValueError:
            return None
        return route

    def _text(self, number: int) -> str:
        if number not in self._texts:
            texts, text = {len(self._revisions): self._body}, self._body
            for at in range(len(self._revisions) - 1, -1, -1):
                text = self._revisions[at].inverse().apply(text)
                texts[at] = text
            self._texts = texts
        return self._texts[number]

    def place(self, anchor: Anchor) -> Placed:
        if self._text(0)[anchor.start : anchor.end] != anchor.quote:
            return place(anchor, self._body)  # the event does not say what it claims to: only its words count
        passage = self._follow(anchor.start, anchor.end)
        if passage is not None and self._body[passage.start : passage.end] == anchor.quote:
            return _verbatim(anchor, passage.start)
        if (found := self._put_in_elsewhere(anchor)) is not None:
            return found
        if passage is None:
            return Placed(anchor.start, anchor.end, "lost", True)
        start, end = _trimmed(self._body, passage, anchor.quote)
        words = self._body[start:end]
        replaced = len(anchor.quote) <= _SHORT and not any(map(str.isspace, anchor.quote + words))
        if not words or (_share_kept(anchor.quote, words) < _ENOUGH and not replaced):
            return Placed(anchor.start, anchor.end, "lost", True)
        return Placed(start, end, "changed", True)

    def _follow(self, start: int, end: int) -> Passage | None:
        """The passage after all revisions; None where nothing of it is left."""
        passage = Passage(start, end)
        for number, revision in enumerate(self._revisions):
            found = revision.untouched(passage.start, passage.end) or revision.passage(
                passage.start, passage.end, self._text(number), self._text(number + 1)
            )
            if found is None:
                return None
            passage = found
        return passage

    def _put_in_elsewhere(self, anchor: Anchor) -> Placed | None:
        """The quote among its old neighbours in text that was put in since: taken out and brought back, or moved."""
        found = place(anchor, self._body)
        if found.state not in ("exact", "moved"):
            return None
        start, end = found.start, found.end
        for revision in reversed(self._revisions):
            if revision.is_new(start, end):
                return Placed(found.start, found.end, found.state, True)
            back = revision.back.untouched(start, end)
            if back is None:
                return None
            start, end = back.start, back.end
        return None  # it stood there before: other words of the same wording


def _verbatim(anchor: Anchor, start: int) -> Placed:
    return Placed(start, start + len(anchor.quote), "exact" if start == anchor.start else "moved", True)


def _share_kept(quote: str, words: str) -> float:
    """The share of a quote's letters and digits that stand in the words too, in order; single ones do not count, save signs
    that are words."""
    letters = sum(map(str.isalnum, quote))
    kept = 0
    for same in compare(quote, words).same:
        run = sum(map(str.isalnum, quote[same.old : same.old + same.length]))
        kept += run if run > 1 or quote[same.old : same.old + same.length] > "\u2e80" else 0
    return kept / letters if letters else 1.0


def _trimmed(body: str, passage: Passage, quote: str) -> tuple[int, int]:
    """The span without white space at its ends that the quote did not have at its own."""
    start, end = passage.start, passage.end
    if not quote[:1].isspace():
        start += len(body[start:end]) - len(body[start:end].lstrip())
    if not quote[-1:].isspace():
        end -= len(body[start:end]) - len(body[start:end].rstrip())
    return start, end
