"""Versions of a text that nobody wrote: git put together what was corrected in several places, and no log tells of it.

From the edits that led from a common version to each of the others it follows what the text must be when all of them are made.
Where that is the text that stands there (its hash tells), the way from each version to it is known to the letter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from qualcode.core.revision import Edit, Revision
from qualcode.core.text import body_hash

_MOST_HEADS = 6
_MOST_STEPS = 2_000


class Known(NamedTuple):
    """That one version of a text (by hash) became another by this revision."""

    old: str
    new: str
    revision: Revision


def merged_from(known: Sequence[Known], body: str, hash_of_body: str, texts: Mapping[str, str]) -> list[Known]:
    """How a text came about of versions that lead nowhere else: the steps from each of them to it; [] where that is not so.

    `texts` are versions that are known whole. Where edits cannot be put together, as where somebody chose between two versions
    of a line, the two texts are compared.
    """
    story = _Story(known)
    loose = [head for head in story.heads() if head != hash_of_body and not story.leads(hash_of_body, head)][
        :_MOST_HEADS
    ]
    if hash_of_body not in story.nodes:
        found = [step for head in loose for step in _put_together(story, head, loose, body, hash_of_body)]
        if found:
            return found
    else:
        found = []
        for head in list(loose):
            steps = _joined_on_the_way(story, head, body, hash_of_body)
            found += steps
            if steps:
                loose.remove(head)
    for head in loose:
        text = story.text(head, {**texts, hash_of_body: body})
        if text is not None:
            found.append(Known(head, hash_of_body, Revision.between(text, body)))
    return found


def _put_together(story: _Story, head: str, heads: Sequence[str], body: str, hash_of_body: str) -> list[Known]:
    """The steps from one of the versions to the text, if it is what all of them make together."""
    base = story.common(heads)
    if base is None or len(heads) < 2:
        return []
    own = story.path(base, head)
    together: list[Revision] | None = list(own)
    for other in heads:
        if other != head and together is not None:
            after = rebased(story.path(base, other), together)
            together = None if after is None else together + after
    return [] if together is None else _verified(together[len(own) :], head, body, hash_of_body)


def _joined_on_the_way(story: _Story, head: str, body: str, hash_of_body: str) -> list[Known]:
    """The steps from a version to the first later one on the way to the text that holds its edits too."""
    base = story.common([head, hash_of_body])
    if base is None:
        return []
    own, way = story.path(base, head), story.path_nodes(base, hash_of_body)
    revisions = story.path(base, hash_of_body)
    texts = _texts_on_the_way(revisions, body)
    for at in range(2, len(way)):
        after = rebased(revisions[: at - 1], own) if texts is not None else None
        if after is not None and texts is not None and (steps := _verified(after, head, texts[at], way[at])):
            return steps
    return []


def _texts_on_the_way(revisions: Sequence[Revision], body: str) -> list[str] | None:
    texts = [body]
    try:
        for revision in reversed(revisions):
            texts.append(revision.inverse().apply(texts[-1]))
    except ValueError:
        return None
    return texts[::-1]


def _verified(revisions: Sequence[Revision], head: str, body: str, hash_of_body: str) -> list[Known]:
    """The revisions as steps between versions, if they lead from the one to the other."""
    steps: list[Known] = []
    text, here = body, hash_of_body
    try:
        for revision in reversed([revision for revision in revisions if revision.edits]):
            text = revision.inverse().apply(text)
            before = body_hash(text)
            steps.append(Known(before, here, revision))
            here = before
    except ValueError:
        return []
    return steps[::-1] if here == head else []


def rebased(theirs: Sequence[Revision], ours: Sequence[Revision]) -> list[Revision] | None:
    """Their revisions as they read where ours were made before; None where they touch the same words in different ways."""
    if len(theirs) * len(ours) > _MOST_STEPS:
        return None
    found: list[Revision] = []
    for revision in theirs:
        moved: list[Revision] = []
        for own in ours:
            after, own_after = _past(revision, own), _past(own, revision)
            if after is None or own_after is None:
                return None
            revision = after
            moved.append(own_after)
        ours = moved
        found.append(revision)
    return found


def _past(revision: Revision, other: Revision) -> Revision | None:
    """A revision of a text as one of the text that another revision made of it; the same edits count once."""
    edits, shift, others = [], 0, list(other.edits)
    at = 0
    for edit in revision.edits:
        while at < len(others) and _before(others[at], edit):
            shift += len(others[at].inserted) - len(others[at].removed)
            at += 1
        if at < len(others) and others[at] == edit:
            shift += len(edit.inserted) - len(edit.removed)
            at += 1
            continue
        if at < len(others) and not _before(edit, others[at]):
            return None
        edits.append(Edit(edit.at + shift, edit.removed, edit.inserted))
    return Revision(tuple(edits))


def _before(one: Edit, other: Edit) -> bool:
    """Whether one edit stands wholly before another, with at least a sign between them."""
    return one.at + len(one.removed) < other.at


class _Story:
    """Versions and what followed from what."""

    def __init__(self, known: Sequence[Known]) -> None:
        self._after: dict[str, dict[str, Revision]] = {}
        self._before: dict[str, set[str]] = {}
        for old, new, revision in sorted(known, key=lambda step: step[:2]):
            self._after.setdefault(old, {}).setdefault(new, revision)
            self._before.setdefault(new, set()).add(old)
        self.nodes = {*self._after, *self._before}

    def heads(self) -> Iterator[str]:
        """Versions from which nothing followed."""
        return iter(sorted(self.nodes - {*self._after}))

    def leads(self, old: str, new: str) -> bool:
        """Whether a version came to be of another."""
        return old == new or bool(self.path_nodes(old, new))

    def common(self, versions: Sequence[str]) -> str | None:
        """The nearest version of which all these came to be."""
        lines = [self._ancestors(version) for version in versions]
        shared = set(lines[0]).intersection(*map(set, lines[1:])) if lines else set()
        return min(shared, key=lambda one: (max(line[one] for line in lines), one)) if shared else None

    def _ancestors(self, version: str) -> dict[str, int]:
        """A version and those before it, with how far back they are."""
        found, waiting = {version: 0}, [version]
        for here in waiting:
            for there in sorted(self._before.get(here, ())):
                if there not in found:
                    found[there] = found[here] + 1
                    waiting.append(there)
        return found

    def path_nodes(self, old: str, new: str) -> list[str]:
        """The fewest versions that lead from one to another, both included; [] where none do."""
        far = self._ancestors(new)
        if old not in far:
            return []
        nodes = [old]
        while nodes[-1] != new:
            nodes.append(min((n for n in self._after[nodes[-1]] if n in far), key=lambda n: (far[n], n)))
            if len(nodes) > len(far):
                return []
        return nodes

    def path(self, old: str, new: str) -> list[Revision]:
        """The revisions between those."""
        nodes = self.path_nodes(old, new)
        return [self._after[a][b] for a, b in pairwise(nodes)]

    def text(self, version: str, texts: Mapping[str, str]) -> str | None:
        """A version's whole text, made from one that is known."""
        for known, text in texts.items():
            base = self.common([version, known]) if known in self.nodes else None
            if base is None:
                continue
            try:
                for revision in reversed(self.path(base, known)):
                    text = revision.inverse().apply(text)
                for revision in self.path(base, version):
                    text = revision.apply(text)
            except ValueError:
                continue
            if body_hash(text) == version:
                return text
        return None
