"""The other copy's texts: new documents, later versions of those that are here, and texts corrected on both sides."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

from qualcode.core.carrying import Versions
from qualcode.core.document import Body
from qualcode.core.how_many import how_many
from qualcode.core.joining import join
from qualcode.core.merging import UNKNOWN, common_value
from qualcode.core.revision import Revision
from qualcode.core.text import body_hash
from qualcode.errors import BadOption
from qualcode.files.folder import check_name
from qualcode.files.transcripts import read_transcript
from qualcode.index.index import Index
from qualcode.index.text_rows import revisions
from qualcode.session.merging.pasts import Pasts
from qualcode.session.merging.plan import CONFLICT, JOINED, LEFT_OUT, NEW, STAYS, TAKEN, Followed, NewDocument, Plan
from qualcode.session.merging.things import ThingMerging
from qualcode.session.pin_following import pins_after
from qualcode.session.state import file_hash
from qualcode.session.text_states import step_between

_ALIKE = 0.3  # share of lines that two texts under one id must have in common to be the same document


class Documents(NamedTuple):
    """Documents whose events are not taken, because theirs is another text or was taken away here; and the new ones."""

    left_out: set[str]
    new: set[str]


class BodyMerging:
    """Plans what becomes of a text of which both copies have another version.

    With `settles` the one that stays counts from then on where both were corrected; else that is still to be decided.
    """

    def __init__(self, plan: Plan, ours: Index, prefer: bool, *, settles: bool = True) -> None:
        self._plan, self._ours, self._prefer, self._settles = plan, ours, prefer, settles

    def plan(self, document: str, versions: Versions, ours: Body, theirs: Body, base: str) -> None:
        """`base`: the version (its hash) from which both came, "" where nothing tells."""
        if base == theirs.hash:
            self._plan.tell("text", document, STAYS, "", "later version", "earlier version")
            if versions.path(theirs.hash, ours.hash) is None:
                self._follow(document, theirs, ours.text, versions)
        elif base == ours.hash or self._prefer:
            self._take(document, ours, theirs.text, TAKEN)
        else:
            self._join(document, base, versions, ours, theirs)

    def _take(self, document: str, ours: Body, text: str, outcome: str) -> None:
        revision = Revision.between(ours.text, text)
        self._plan.steps.append(("text", step_between(document, ours.text, text, revision)))
        self._plan.pins += pins_after(self._ours, document, text, revision)
        advice = f"{how_many(len(revision.edits), 'place')}; the codings stay with their words: qualcode review shows those that could not"
        self._plan.tell("text", document, outcome, "", "", "", advice)

    def _join(self, document: str, base: str, versions: Versions, ours: Body, theirs: Body) -> None:
        common = _made_from(versions, ours, base) or _made_from(versions, theirs, base)
        joined = join(common, ours.text, theirs.text) if common else None
        if joined is not None and not joined.lines:
            if joined.text != ours.text:
                self._take(document, ours, joined.text, JOINED)
            self._follow(document, theirs, joined.text, versions)
            return
        where = (
            f"lines {', '.join(map(str, joined.lines[:8]))} of the common text"
            if joined is not None
            else "its common text is not known"
        )
        self._plan.tell("text", document, CONFLICT, where, "corrected", "corrected",
                        "their codings are carried over by their words (qualcode review); to take theirs: --theirs",)  # fmt: skip
        if self._settles:
            self._follow(document, theirs, ours.text, versions)

    def _follow(self, document: str, theirs: Body, text: str, versions: Versions) -> None:
        """Note how their version becomes the one that counts, unless that is known."""
        new = body_hash(text)
        if theirs.hash == new:
            return
        direct = versions.path(theirs.hash, new)
        if direct is None or len(direct) > 1:
            self._plan.followed.append(Followed(document, theirs.hash, new, Revision.between(theirs.text, text)))


class TextMerging:
    """Plans what becomes of documents and their texts."""

    def __init__(self, plan: Plan, ours: Index, theirs: Index, pasts: Pasts, prefer: bool) -> None:
        self._plan, self._ours, self._theirs, self._pasts = plan, ours, theirs, pasts
        self._things = ThingMerging(plan, ours, pasts, prefer)
        self._bodies = BodyMerging(plan, ours, prefer)

    def plan(self) -> Documents:
        """Look at every document there."""
        here = dict(self._ours.rows("SELECT id, hash FROM document"))
        there = dict(self._theirs.rows("SELECT id, hash FROM document ORDER BY rank"))
        found = Documents(set(), set())
        for document, hash_there in there.items():
            if document not in here:
                (found.new if self._new(document) else found.left_out).add(document)
            elif not self._both(document, here[document], hash_there):
                found.left_out.add(document)
        return found

    # ---------------------------------------------------------------- new documents

    def _new(self, document: str) -> bool:
        try:
            check_name(document, "document")
        except BadOption as error:
            self._plan.tell("document", document, LEFT_OUT, "", "", "there", str(error))
            return False
        if self._pasts.taken_away_here("document", document):
            self._plan.tell("document", document, LEFT_OUT, "", "taken away", "there",
                            "it was taken out of this project, so it does not come back; undo that here if it shall")  # fmt: skip
            return False
        path = self._theirs.folder.transcript(document)
        transcript = read_transcript(path, document, f"transcripts/{document}.md")
        if unreadable := [problem for problem in transcript.problems if not transcript.body.text]:
            self._plan.tell("document", document, LEFT_OUT, "", "", "there", str(unreadable[0]))
            return False
        self._plan.documents.append(NewDocument(document, path, self._state(document, path.read_bytes())))
        self._plan.tell("document", document, NEW, "", "", transcript.info.title)
        return True

    def _state(self, document: str, data: bytes) -> dict[str, Any]:
        """The document's state for the log: as theirs tells it, with what the file is now."""
        act = self._pasts.last("document", document, here=False)
        logged = act.step.after if act is not None and isinstance(act.step.after, dict) else {}
        return {"source": "", "fields": {}, **logged, "hash": file_hash(data)}

    # ---------------------------------------------------------------- documents on both sides

    def _both(self, document: str, hash_here: str, hash_there: str) -> bool:
        """Whether it is the same document; then its text and front matter are looked at."""
        ours, theirs = self._ours.body(document), self._theirs.body(document)
        if hash_here != hash_there:
            versions = Versions(chain(revisions(self._ours, document), revisions(self._theirs, document)))
            if not self._is_same(document, versions, ours, theirs):
                self._plan.tell("document", document, LEFT_OUT, "text", "another text", "another text",
                                "two documents have this id: import theirs under another id, there or here")  # fmt: skip
                return False
            self._bodies.plan(document, versions, ours, theirs, self._common(document, hash_here, hash_there))
        self._things.of_matter(document, self._theirs.folder.transcript(document))
        return True

    def _is_same(self, document: str, versions: Versions, ours: Body, theirs: Body) -> bool:
        if versions.path(ours.hash, theirs.hash) is not None:
            return True
        acts = [self._pasts.last("document", document, here=here) for here in (True, False)]
        if all(acts) and self._pasts.of("document", document).shared:
            return True
        one, other = ({line for line in body.lines if line.strip()} for body in (ours, theirs))
        return len(one & other) >= _ALIKE * max(1, min(len(one), len(other)))

    def _common(self, document: str, hash_here: str, hash_there: str) -> str:
        """The version that both come from, by hash; "" where nothing tells."""
        known = common_value("text", self._pasts.of("text", document), "hash")
        if known is not UNKNOWN and known:
            return str(known)
        imported = {
            (act.step.after or {}).get("hash")
            for act in (self._pasts.last("document", document, here=here) for here in (True, False))
            if act is not None
        }
        for index, found in ((self._ours, hash_here), (self._theirs, hash_there)):
            if file_hash(index.folder.transcript(document).read_bytes()) in imported:
                return found
        return ""


def _made_from(versions: Versions, body: Body, wanted: str) -> str:
    """An older version of a text, made from a known one; "" where the way back is not known."""
    path: Sequence[Revision] | None = versions.path(body.hash, wanted) if wanted else None
    if path is None:
        return ""
    text = body.text
    try:
        for revision in path:
            text = revision.apply(text)
    except ValueError:
        return ""
    return text if body_hash(text) == wanted else ""
