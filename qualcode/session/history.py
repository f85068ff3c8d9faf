"""Undo and redo: reverts of events, which are events themselves, so that nothing is ever forgotten."""

from __future__ import annotations

from qualcode.analysis.audit import Wanted, entries, sentence
from qualcode.analysis.audit_entries import UNDOING, Entry
from qualcode.analysis.history import MERGED, acts
from qualcode.analysis.milestones import Milestone, local_time, milestones, name_key, when
from qualcode.core.codebook_steps import Step, state_of
from qualcode.core.events import Event, standing
from qualcode.core.how_many import how_many
from qualcode.core.moments import Moment, is_moment
from qualcode.core.visible import is_printable, quoted
from qualcode.errors import BadOption, CannotUndo, UnknownName
from qualcode.index.event_rows import events_of
from qualcode.session.alone import changes_alone
from qualcode.session.reverting import NOTICED, OWN, Change, Reverting

__all__ = ["Change", "History"]

_LONGEST_NAME = 120


class History(Reverting):
    """The verbs that take back and make again, and the one that marks a moment."""

    @changes_alone
    def undo(self, count: int = 1) -> list[Change]:
        """Take back this coder's last `count` steps, of whatever day and document. Raises CannotUndo, CannotSave."""
        return [self._revert(self._last_done(), "Undid") for _ in range(count)]

    def next_undone(self) -> Entry:
        """The act that `undo` would take back; of several done in one go the newest. Raises CannotUndo."""
        return self.act(self._last_done()[0][0])

    @changes_alone
    def redo(self, count: int = 1) -> list[Change]:
        """Do again what was undone last, until something new is done. Raises CannotUndo, CannotSave."""
        return [self._revert(self._last_undone(), "Redid") for _ in range(count)]

    def _last_done(self) -> list[tuple[str, str]]:
        """Ids and documents of the events of the newest step in force, newest first."""
        self.index.refresh()
        self._before_event()
        batch = self.index.value(
            "SELECT batch FROM event WHERE coder = ? AND standing = 1 AND undoes = 0 AND op <> 'revert' "
            f"AND {OWN} ORDER BY id DESC LIMIT 1",
            [self.coder],
        )
        if batch is None:
            raise CannotUndo(f"There is nothing to undo for {self.coder}.")
        return self.index.rows(
            f"""SELECT id, document FROM event WHERE +coder = ? AND batch = ? AND +standing = 1 AND op <> 'revert'
            AND {OWN} ORDER BY id DESC""",
            [self.coder, batch],
        )

    def _last_undone(self) -> list[tuple[str, str]]:
        self.index.refresh()
        self._before_event()
        row = self.index.rows(
            "SELECT id, batch FROM event WHERE coder = ? AND standing = 1 AND undoes = 1 ORDER BY id DESC LIMIT 1",
            [self.coder],
        )
        newer = row and self.index.value(
            f"SELECT 1 FROM event WHERE +coder = ? AND op <> 'revert' AND +standing = 1 AND id > ? AND {OWN} LIMIT 1",
            [self.coder, row[0][0]],
        )
        if not row or newer:
            raise CannotUndo(f"There is nothing to redo for {self.coder}.")
        return self.index.rows(
            "SELECT id, document FROM event WHERE +coder = ? AND batch = ? AND +standing = 1 AND op = 'revert' ORDER BY id DESC",
            [self.coder, row[0][1]],
        )

    # ---------------------------------------------------------------- one act of the past

    def act(self, wanted: str) -> Entry:
        """The act with this event id, or with an id that ends so (4 signs at least). Raises UnknownName."""
        self.index.refresh()
        wanted = wanted.strip().lower()
        rows = self.index.rows("SELECT DISTINCT id FROM event WHERE id = ?", [wanted])
        pattern = wanted.replace("%", "").replace("_", "")
        if not rows and len(pattern) >= 4:
            rows = self.index.rows("SELECT DISTINCT id FROM event WHERE id LIKE ?", [f"%{pattern}"])
        if len(rows) != 1:
            raise UnknownName(
                f"Several acts have an id that ends in {wanted!r}: give more of it." if rows else
                f"No act has the id {wanted!r}: `qualcode log` lists them (4 signs of the end will do)."
            )  # fmt: skip
        found = entries(self.index, Wanted(ids=(rows[0][0],)))
        return next((entry for entry in found if entry.coder == self.coder), found[0])

    @changes_alone
    def take_back(self, wanted: str) -> Change:
        """Take back one act of the past, with all that was done in the same go. An undo taken back is a redo.

        One's own acts are reverted. Others' changes of the codebook, memos, cases and documents are answered by an opposite
        change of one's own; others' codings only they can change. Raises UnknownName, CannotUndo (naming the later acts that
        stand on it), CannotSave.
        """
        return self._take_back(self.act(wanted), carry_out=True)

    def foresee(self, wanted: str) -> str:
        """What `take_back` would do, in a sentence. Raises as that does; nothing is changed."""
        return self._take_back(self.act(wanted), carry_out=False).text

    def _take_back(self, entry: Entry, *, carry_out: bool) -> Change:
        self._refuse_act(entry)
        if entry.coder != self.coder:
            return self._oppose(entry, carry_out=carry_out)
        events = self.index.rows(
            """SELECT id, document FROM event WHERE +coder = ? AND batch = ? AND +standing = 1
            AND (op = 'revert') = (SELECT max(op = 'revert') FROM event WHERE coder = ? AND id = ?)
            AND NOT (op = 'change' AND note IN (?, ?)) ORDER BY id DESC""",
            [self.coder, entry.batch, self.coder, entry.event_id, *NOTICED],
        )
        if carry_out:
            return self._revert(events, "Redid" if entry.act == "undid" else "Undid")
        self._refuse_what_stands_in_the_way(events)
        return Change(f"This takes back that {sentence(entry)}{_with(len(events) - 1)}.", "", ())

    def _refuse_act(self, entry: Entry) -> None:
        if not entry.in_force:
            by = self._undone_by(entry)
            raise CannotUndo(
                f"This was undone already ({sentence(entry)}); "
                + (f"to bring it back: qualcode undo --event {by[-8:]}" if by else "nothing is left to undo.")
            )
        if entry.by_hand or entry.what == "codebook":
            raise CannotUndo(
                f"This was not done by a command but noticed ({sentence(entry)}): "
                "what was changed by hand is changed back by hand."
            )
        if entry.what != "coding" and entry.note == MERGED:
            raise CannotUndo(f"Others' codings stand on this, so it is not undone by itself ({sentence(entry)}).")
        if entry.what == "coding" and entry.coder != self.coder:
            raise CannotUndo(
                f"That is {entry.coder}'s act ({sentence(entry)}), and you are {self.coder}: only its own coder changes a "
                f"coding (--coder {entry.coder} if that is you)."
            )

    def _undone_by(self, entry: Entry) -> str:
        """The revert in force that cancels an act."""
        return self.index.value(
            "SELECT id FROM event WHERE op = 'revert' AND standing = 1 AND target = ? AND coder = ? ORDER BY id DESC LIMIT 1",
            [entry.event_id, entry.coder],
        ) or ""  # fmt: skip

    # ---------------------------------------------------------------- somebody else's changes

    def _oppose(self, entry: Entry, *, carry_out: bool) -> Change:
        """Answer another coder's changes of one step by opposite ones of one's own."""
        from qualcode.session.obstacles import Reverted, refuse_where_later_acts_build_on_it

        rows = self.index.rows(
            "SELECT id, document FROM event WHERE +coder = ? AND batch = ? AND +standing = 1 AND note NOT IN (?, ?) ORDER BY id DESC",
            [entry.coder, entry.batch, *NOTICED],
        )
        logged = {act.id: act for act in acts(self.index)}
        changes = [logged[ident] for ident, document in rows if not document and ident in logged]
        steps = [(act.what, Step(act.step.key, act.step.after, act.step.before)) for act in changes]
        refuse_where_later_acts_build_on_it(self.index, self.coder, {}, [
            Reverted(act.id, Event(act.id, act.at, "change", what=act.what, key=act.step.key, before=act.step.before,
                                   after=act.step.after), step)
            for act, (_, step) in zip(changes, steps, strict=True)
        ])  # fmt: skip
        self._refuse_to_orphan(steps, set())
        self._refuse_to_overwrite(steps)
        left = len(rows) - len(changes)
        stays = f" What {entry.coder} did to codings in the same go stays ({how_many(left, 'act')})." if left else ""
        if not carry_out:
            return Change(f"This takes back that {sentence(entry)}{_with(len(changes) - 1)}.{stays}", "", ())
        self._change_all([(what, self._from_now(what, step)) for what, step in steps], f"{UNDOING}{entry.event_id}")
        return Change(f"Took back that {sentence(entry)}{_with(len(changes) - 1)}.{stays}", "", ())

    def _from_now(self, what: str, step: Step) -> Step:
        """The step with the states that the code has now and shall have, fields that others changed since kept."""
        book = self.index.codebook if what == "code" else None
        if book is None or step.key not in book:
            return step
        now = state_of(book, step.key)
        return Step(
            step.key, now, None if step.after is None else now | {k: to for k, (_, to) in step.changes().items()}
        )

    # ---------------------------------------------------------------- back to a moment

    @changes_alone
    def undo_to(self, text: str) -> Change:
        """Bring one's own work to where it was at a moment (a date: its end; a local time; a milestone), as one step.

        Acts after the moment are taken back, and acts before it that were undone after it come back; all or none.
        Raises BadOption, CannotUndo, CannotSave.
        """
        self.index.refresh()
        moment = when(self.index, text)
        done, undone = self._since(moment)
        events = sorted([*done, *undone], reverse=True)
        shown = f"{text} ({local_time(moment.at)})" if not is_moment(text) else text
        if not events:
            raise CannotUndo(f"{self.coder} did nothing after {shown} that could be undone.")
        change = self._revert(events, f"Undid what {self.coder} did after {shown}, {_acts(len(events))}")
        return Change(
            f"{change.text} (qualcode redo brings it back)" if done else change.text, change.document, change.codings
        )

    def _since(self, moment: Moment) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """What to revert so that just those events stand which stood at the moment: acts done since, and undos done since."""
        files = self.index.rows(
            """SELECT path, document FROM file WHERE id IN
            (SELECT file FROM event WHERE coder = ? AND (at, id) > (?, ?))""",
            [self.coder, *moment],
        )
        done: list[tuple[str, str]] = []
        undone: list[tuple[str, str]] = []
        for path, document in files:
            events = events_of(self.index, path)
            stood = {event.id for event in standing(event for event in events if (event.at, event.id) <= moment)}
            stands = {event.id for event in standing(events)}
            own = [event for event in events if event.op != "revert" and not (event.op == "change" and _noticed(event))]
            back = {event.id for event in own if event.id in stood - stands}
            done += [(event.id, document) for event in own if event.id in stands - stood]
            undone += [(event.id, document) for event in events if event.target in back and event.id in stands]
        return done, undone

    # ---------------------------------------------------------------- milestones

    @changes_alone
    def milestone(self, name: str) -> Milestone:
        """Mark this moment by a name, with how many codings and codes there are. Raises BadOption, CannotSave."""
        self.index.refresh()
        name = " ".join(name.split())
        if not name or not is_printable(name) or len(name) > _LONGEST_NAME:
            raise BadOption(f"A milestone needs a name of visible signs, up to {_LONGEST_NAME}.")
        if is_moment(name):
            raise BadOption(f"{name!r} is a date: give the milestone a name that cannot be taken for one.")
        if any(name_key(other.name) == name_key(name) for other in milestones(self.index)):
            raise BadOption(f"There is a milestone {quoted(name)} already: `qualcode milestones` lists them.")
        codes = len(self.index.codebook.live)
        codings = self.index.value("SELECT count(*) FROM coding")
        self._change("milestone", name, None, {"codings": codings, "codes": codes})
        return next(found for found in milestones(self.index) if name_key(found.name) == name_key(name))


def _noticed(event: Event) -> bool:
    return event.note in NOTICED or event.what in ("codebook", "milestone")


def _acts(count: int) -> str:
    return how_many(count, "act")


def _with(others: int) -> str:
    return f", with {_acts(others)} more done in the same go" if others else ""
