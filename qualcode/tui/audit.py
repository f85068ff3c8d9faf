"""The log screen: who did what when, down to the place where it was done; any act can be undone from here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from qualcode.analysis.audit import AuditTable, Entry, Wanted, entries
from qualcode.analysis.audit_entries import GROUPS
from qualcode.analysis.milestones import local_time
from qualcode.core.how_many import how_many
from qualcode.core.visible import visible, visible_lines
from qualcode.errors import QualcodeError
from qualcode.tui.acts import ActList, in_full
from qualcode.tui.key_line import KeyLine
from qualcode.tui.prompts import Confirm, Prompt
from qualcode.tui.steady import Steady

if TYPE_CHECKING:
    from qualcode.tui.app import QualcodeApp

_KINDS = ("", *GROUPS)


class AuditScreen(Steady, Screen[None]):
    """The audit trail, newest first. Enter goes to the place of an act, `u` takes it back."""

    DEFAULT_CSS = """
    AuditScreen {
        #acts, #act-pane { border: round $panel-lighten-2; border-title-color: $text-muted; }
        #acts:focus, #act-pane:focus { border: round $accent; border-title-color: $accent; border-title-style: bold; }
        #acts { height: 2fr; }
        #act-pane { height: 1fr; min-height: 6; padding: 0 1; scrollbar-size: 1 1; }
        #status { height: 1; background: $panel; padding: 0 1; }
    }
    """
    BINDINGS = [
        Binding("escape", "back", "Back", key_display="Esc"),
        Binding("slash", "words", "Words", key_display="/", id="audit.words"),
        Binding("t", "kind", "Kind", id="audit.kind"),
        Binding("b", "whose", "Mine or all", id="audit.whose"),
        Binding("d", "day_back", "Day back", id="audit.day"),
        Binding("D", "newest", "Newest", key_display="D", show=False, id="audit.newest"),
        Binding("u", "undo", "Undo this", id="audit.undo"),
        Binding("e", "export", "Export", id="audit.export"),
        Binding("tab", "switch", "Other pane", show=False, priority=True),
    ]
    app: QualcodeApp

    def __init__(self) -> None:
        super().__init__()
        self._wanted = Wanted()
        self._until: date | None = None
        self._revision = -1
        self._acts = ActList(id="acts")
        self._told = Static(id="act-text")
        self._status = Static(id="status")

    def compose(self) -> ComposeResult:
        yield self._acts
        with VerticalScroll(id="act-pane"):
            yield self._told
        yield self._status
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        self._acts.focus()
        self.show_changes()

    def on_screen_resume(self) -> None:
        if self._revision != self.app.desk.revision:
            self.show_changes()

    # ---------------------------------------------------------------- showing

    def show_changes(self) -> None:
        """Show the log as it is now, the cursor on the act where it was."""
        self._show(keep=True)

    def _show(self, *, keep: bool = False) -> None:
        self._revision = self.app.desk.revision
        try:
            self._acts.show(self._page, keep=keep)
        except QualcodeError as error:
            self._acts.show(lambda beyond, count: ())
            self.say(str(error), warn=True)
        self._acts.border_title = Content(visible(" · ".join(["Log", *self._conditions()])))
        self._acts.border_subtitle = "✗ is not in force any more"

    def _page(self, beyond: str, count: int) -> Sequence[Entry]:
        return entries(self.app.desk.index, self._asked, newest_first=True, limit=count, beyond=beyond)

    @property
    def _asked(self) -> Wanted:
        return replace(self._wanted, until=self._until.isoformat() if self._until else "")

    def _conditions(self) -> list[str]:
        wanted = self._wanted
        return [
            f"only {wanted.kind}" if wanted.kind else "all acts",
            f"only {wanted.coder}" if wanted.coder else "everybody",
            *([f"“{wanted.text}”"] if wanted.text else []),
            *([f"up to {self._until}"] if self._until else []),
        ]

    def say(self, message: str, *, warn: bool = False) -> None:
        self._status.update(Text(visible(message), style="bold yellow" if warn else "", no_wrap=True))

    def on_act_list_moved(self, event: ActList.Moved) -> None:
        event.stop()
        self._tell()

    def _tell(self, refusal: str = "") -> None:
        """The act under the cursor in full; what stands in the way of undoing it, where it was asked for."""
        entry = self._acts.entry
        pane = self.query_one("#act-pane")
        if entry is None:
            self._told.update(
                "No act matches." if len(self._conditions()) > 2 or self._wanted != Wanted() else "Nothing yet."
            )
            pane.border_title = ""
            return
        text = Text()
        if refusal:
            text.append(visible_lines(refusal) + "\n\n", "bold yellow")
        text.append_text(in_full(entry))
        self._told.update(text)
        pane.scroll_home(animate=False)
        pane.border_title = Content(
            visible(f"{local_time(entry.at, seconds=True)} · {entry.coder} · {entry.act} · {entry.event_id}")
        )
        if not refusal:
            self.say("Enter goes to its place · u undoes this act" if entry.in_force else "Not in force any more.")

    # ---------------------------------------------------------------- conditions

    def action_kind(self) -> None:
        self._wanted = replace(self._wanted, kind=_KINDS[(_KINDS.index(self._wanted.kind) + 1) % len(_KINDS)])
        self._show()

    def action_whose(self) -> None:
        self._wanted = replace(self._wanted, coder="" if self._wanted.coder else self.app.desk.coder)
        self._show()

    def action_words(self) -> None:
        self.app.push_screen(Prompt("Only acts that hold these words (Esc in the log shows all again)"), self._narrow)

    def _narrow(self, text: str | None) -> None:
        if text is not None:
            self._wanted = replace(self._wanted, text=text.strip())
            self._show()

    def action_day_back(self) -> None:
        """Leave out the day of the act under the cursor and all that came after it."""
        entry = self._acts.entry
        day = local_time(entry.at)[:10] if entry is not None else ""
        try:
            self._until = date.fromisoformat(day) - timedelta(days=1)
        except (ValueError, OverflowError):
            self.say("There is no earlier day.")
            return
        self._show()
        if not self._acts.entries:
            self.say("There is nothing before that day (D: the newest again).")

    def action_newest(self) -> None:
        self._until = None
        self._show()

    # ---------------------------------------------------------------- going, undoing, exporting

    def on_act_list_opened(self, event: ActList.Opened) -> None:
        event.stop()
        entry = self._acts.entry
        if entry is not None and not self._go(entry):
            self.say("There is nothing to go to: what this act was about is not there any more.", warn=True)

    def _go(self, entry: Entry) -> bool:
        """Go to what the act was about; False where there is no such place (any more)."""
        from qualcode.analysis.audit_places import passage_of

        desk = self.app.desk
        if passage := passage_of(desk.index, entry):
            self.app.show_passage(*passage, "audit")
            return True
        book = desk.codebook
        if entry.what == "code" and entry.object in book and not book.is_gone(entry.object):
            self.app.show_code(book.resolve_merge(entry.object))
            return True
        if entry.what == "memo" and desk.index.value("SELECT 1 FROM memo WHERE id = ?", [entry.object]):
            self.app.show_memo(entry.object)
            return True
        if entry.what == "document" and desk.index.value(
            "SELECT characters FROM document WHERE id = ?", [entry.object]
        ):
            self.app.show_passage(entry.object, 0, 1, "audit")
            return True
        return False

    def action_undo(self) -> None:
        entry = self._acts.entry
        if entry is None:
            return
        try:
            question = self.app.desk.session.foresee(entry.event_id)
        except QualcodeError as error:
            self._tell(str(error))
            self.say("This act is not undone: see why in the pane.", warn=True)
            return
        self.app.push_screen(
            Confirm(visible(question), "Undo this act?"), lambda yes: self._undo(entry.event_id) if yes else None
        )

    def _undo(self, ident: str) -> None:
        try:
            change = self.app.desk.session.take_back(ident)
        except QualcodeError as error:
            self._tell(str(error))
            return
        self.app.desk.forget()
        self.app.workspace.show_changes()
        self.show_changes()
        self.say(f"{change.text} (undoing the undo, the newest line, brings it back)")

    def action_export(self) -> None:
        path = str(Path.cwd() / "audit.csv")
        self.app.push_screen(Prompt("Export as CSV what matches to", path), self._export)

    def _export(self, path: str | None) -> None:
        if not path:
            return
        try:
            table = AuditTable(entries(self.app.desk.index, self._asked))
            table.to_csv(Path(path).expanduser())
        except QualcodeError as error:
            self.app.notify(visible(str(error)), severity="warning", markup=False)
        else:
            self.say(f"Wrote {how_many(len(table), 'act')} to {path}")

    def action_switch(self) -> None:
        (self.query_one("#act-pane") if self._acts.has_focus else self._acts).focus()

    def action_back(self) -> None:
        """First let go of the conditions, as the other places do of their filters."""
        if self._wanted != Wanted():
            self._wanted = Wanted()
            self._show()
        else:
            self.app.pop_screen()
