"""Correcting transcripts: the text changes, and every coding stays with its words."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

from qualcode.analysis.audit_texts import OUTSIDE
from qualcode.analysis.filters import document_id
from qualcode.core.anchors import make_anchor
from qualcode.core.codebook_steps import Step
from qualcode.core.document import Body
from qualcode.core.events import Coding, Event
from qualcode.core.how_many import how_many
from qualcode.core.merged_texts import Known
from qualcode.core.revision import Revision, revision_data
from qualcode.core.speakers import rename_label
from qualcode.core.text import normalise_newlines
from qualcode.errors import BadOption, BadSpan, UnknownName
from qualcode.files.saving import locked_folder
from qualcode.index.copy_rows import known_copies
from qualcode.index.text_rows import settle, unlogged
from qualcode.session.alone import changes_alone, codes_alone
from qualcode.session.codebook import CodebookWork
from qualcode.session.editor import keep_text
from qualcode.session.pin_following import pins_after
from qualcode.session.text_states import step_between


class Corrected(NamedTuple):
    """What a correction did: how many places of the text it changed, and where the document's codings (all coders') stand:
    in place, moved with their words, with words that were changed, or with none."""

    document: str
    places: int
    exact: int
    moved: int
    changed: int
    lost: int

    def __str__(self) -> str:
        if not self.places:
            return f"{self.document}: nothing was changed."
        told = f"{self.document}: {how_many(self.places, 'place')} of the text changed"
        codings = self.exact + self.moved + self.changed + self.lost
        if not codings:
            return f"{told}; it has no codings."
        counts = [f"{self.exact + self.moved} with their words"]
        counts += [f"{self.changed} on words that were changed"] if self.changed else []
        counts += [f"{self.lost} lost their place"] if self.lost else []
        review = " (`qualcode review` goes through them)" if self.changed or self.lost else ""
        return f"{told}; codings: {', '.join(counts)}{review}."


class TextWork(CodebookWork):
    """The verbs on the texts of documents."""

    @changes_alone
    def correct_text(self, document: str, text: str, *, seen: Body | None = None) -> Corrected:
        """Put a corrected text in the place of a document's body, as one undo step; front matter stays as it is.

        `seen` is the text that the correction was made on, where that may have been some time ago. Raises UnknownName,
        BadOption (an empty text; a text that was changed meanwhile: what was typed is then kept in a file), CannotSave.
        """
        document = document_id(self.index, document)
        self.notice_text_edits()
        body = self.body(document)
        text = normalise_newlines(text)
        if text.strip() and not text.endswith("\n") and body.text.endswith("\n"):
            text += "\n"
        if text == body.text:
            return self._corrected(document, 0)
        if not text.strip():
            raise BadOption(f"The text of {document!r} would be empty, so nothing was changed.")
        if seen is not None and seen.text != body.text and text != seen.text:
            kept = keep_text(self.folder, text)
            raise BadOption(
                f"The text of {document!r} was changed on disk meanwhile, so yours was not put over it. "
                f"It is kept in {kept}; look at both, then do it again."
            )
        if seen is not None and text == seen.text:
            return self._corrected(document, 0)
        return self._correct(document, text)

    def _correct(self, document: str, text: str, source: str = "") -> Corrected:
        self.notice_text_edits()
        revision = Revision.between(self.body(document).text, text)
        step = step_between(document, self.body(document).text, text, revision, source)
        self._change_all([("text", step), *pins_after(self.index, document, text, revision)])
        return self._corrected(document, len(revision.edits))

    @changes_alone
    def update_text(self, document: str, path: Path, encoding: str = "") -> Corrected:
        """Put a new version of the file that a document came from in its place; the file is kept under sources/.

        Front matter stays as it is. Raises UnknownName, BadOption, BadFile, CannotSave.
        """
        from qualcode.session.importing import look_at, read_text_of
        from qualcode.session.source_keeping import SourceKeeper

        document = document_id(self.index, document)
        source, data = look_at(path)
        imported = read_text_of(data, source, encoding)
        if imported.body == self.body(document).text:
            return self._corrected(document, 0)
        with ExitStack() as restore:
            restore.callback(self._forget_note)
            keeper = SourceKeeper(self.index, restore)
            kept = keeper.keep(source, lambda target: self._note().will(makes={target: source.hash}))
            return self._correct(document, imported.body, kept)

    @changes_alone
    def rename_speaker(self, document: str, old: str, new: str) -> Corrected:
        """Change a speaker's label wherever it begins a turn, and in the front matter, as one undo step. Where somebody of the
        same participant is called `new` already the two become one. Raises UnknownName, BadOption, BadFile, CannotSave.
        """
        from qualcode.session.matter_states import matter_on_disk

        document = document_id(self.index, document)
        self.notice_text_edits()
        body = self.body(document)
        spoken = dict.fromkeys(turn.speaker for turn in body.turns if turn.speaker)
        if old not in spoken:
            raise UnknownName(
                f"Nobody is called {old!r} in {document!r}; there are: {', '.join(spoken) or 'no speakers'}."
            )
        before = matter_on_disk(self.index, document, ["speakers"])["speakers"]
        people = before if isinstance(before, dict) else dict.fromkeys(before or (), "")
        merge = new in people and (people.get(new) or new) == (people.get(old) or new)
        text = rename_label(body.text, old, new, tuple(people), merge=merge)
        steps = []
        if text != body.text:
            steps.append(("text", step_between(document, body.text, text, Revision.between(body.text, text))))
        if old in people:
            after = {
                new if label == old else label: people[old] if label == new else person
                for label, person in people.items()
            }
            shape = after if isinstance(before, dict) else list(after)
            steps.append(("matter", Step(document, {"speakers": before}, {"speakers": shape})))
        self._change_all(steps)
        return self._corrected(document, sum(turn.speaker == old for turn in body.turns) if steps else 0)

    def _corrected(self, document: str, places: int) -> Corrected:
        counts = dict(
            self.index.rows("SELECT anchor, count(*) FROM coding WHERE document = ? GROUP BY anchor", [document])
        )
        return Corrected(document, places, *(counts.get(state, 0) for state in ("exact", "moved", "changed", "lost")))

    # ---------------------------------------------------------------- what was changed outside

    def notice_text_edits(self) -> list[Corrected]:
        """Log what was changed in texts outside qualcode since they were last read, each text as an undo step of its own.

        Raises CannotSave.
        """
        undecided = {
            original for _, original in known_copies(self.index)
        }  # which of two versions counts is still to be said
        if not unlogged(self.index):
            return []
        with locked_folder(self.folder.root):
            self._look_again()  # whoever wrote the text may have been about to log it
            changed = unlogged(self.index)
            return [self._notice(*one) for one in changed if f"transcripts/{one[0]}.md" not in undecided]

    def _notice(self, document: str, steps: Sequence[Known]) -> Corrected:
        outer, self._batch, self._noticing = self._batch, self._make_id() if len(steps) > 1 else "", True
        try:
            self._append_log([
                self._event("change", what="text", key=document, before={"hash": step.old},
                            after={"hash": step.new, **revision_data(step.revision)}, note=OUTSIDE)
                for step in steps
            ])  # fmt: skip
        finally:
            self._batch, self._noticing = outer, False
        settle(self.index, document)
        return self._corrected(document, sum(len(step.revision.edits) for step in steps))

    def _before_event(self) -> None:
        if not self._noticing:
            self.notice_text_edits()

    # ---------------------------------------------------------------- codings on words that were changed

    @codes_alone
    def rebind(self, wanted: str, start: int | None = None, end: int | None = None, *, quote: str = "") -> Coding:
        """Put a coding of one's own on another passage of its document: a span (code points), or a quote that occurs once.

        Raises UnknownName, BadOption, BadSpan, CannotSave.
        """
        coding = self._own(wanted)
        body = self.body(coding.document)
        if quote:
            start, end = self._span_of(body, quote)
        elif start is None or end is None:
            raise BadSpan("Say where: a start and an end, or a quote.")
        self._append(coding.document, self._moves(coding, body, start, end))
        return self._coding(coding.id)

    @codes_alone
    def accept(self, idents: Sequence[str]) -> list[Coding]:
        """Take the words on which codings of one's own stand now for the coded ones, as one undo step.

        Raises UnknownName, BadOption (not one's own; lost: there are no words to take), CannotSave.
        """
        events: dict[str, list[Event]] = {}
        codings = [self._own(ident) for ident in dict.fromkeys(idents)]
        with self.batch():
            for coding in codings:
                start, end, state = self.index.rows(
                    'SELECT start, "end", anchor FROM coding WHERE id = ?', [coding.id]
                )[0]
                if state == "lost":
                    raise BadOption(
                        f"Coding {coding.id} lost its place: say where it belongs, as by qualcode review place {coding.id[-8:]} --quote ..."
                    )
                body = self.body(coding.document)
                events.setdefault(coding.document, []).extend(self._moves(coding, body, start, end))
            self._append_each(events)
        return [self._coding(coding.id) for coding in codings]

    def _moves(self, coding: Coding, body: Body, start: Any, end: Any) -> list[Event]:
        """The events that put a coding, and those that it stands for since a merge, on a span."""
        anchor = make_anchor(body.text, body.hash, start, end)
        return [
            self._event("move", coding=ident, start=anchor.start, end=anchor.end, quote=anchor.quote, body=anchor.body,
                        prefix=anchor.prefix, suffix=anchor.suffix)
            for ident in (coding.id, *self._hidden_twins(coding.id))
        ]  # fmt: skip
