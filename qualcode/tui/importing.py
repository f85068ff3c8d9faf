"""Importing files: which, what each is taken for, and only then in."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList, Static

from qualcode.core.how_many import how_many
from qualcode.core.visible import shorten, visible
from qualcode.errors import QualcodeError
from qualcode.tui.key_line import KeyLine
from qualcode.tui.prompts import Prompt
from qualcode.tui.steady import Steady

if TYPE_CHECKING:
    from qualcode.session.import_given import Given
    from qualcode.session.importing import Plan
    from qualcode.session.imports import Imported

_LINES = 40
_ASKED = {
    "case": "The case of these files",
    "kind": "Kind: interview, field note, chat ...",
    "date": "Date (YYYY-MM-DD)",
    "language": "Language, such as en or zh",
    "speakers": "Who speaks: R=researcher, M=mother-liang",
    "encoding": "Encoding, such as utf-8, gb18030, big5 (empty: guess)",
}
_PLACE = "import folder"


class ImportScreen(Steady, Screen[None]):
    """Left the files, right what the one under the cursor would become. Nothing is written before Ctrl+S or Enter."""

    DEFAULT_CSS = """
    ImportScreen {
        #files, #preview { border: round $panel-lighten-2; border-title-color: $text-muted; background: $surface; scrollbar-size: 1 1; }
        #files { width: 34; height: 1fr; }
        #preview { width: 1fr; padding: 0 1; }
        #files:focus, #preview:focus { border: round $accent; border-title-color: $accent; border-title-style: bold; }
        #status { height: 1; background: $panel; padding: 0 1; }
    }
    """
    BINDINGS = [
        Binding("escape", "back", "Back", key_display="Esc"),
        Binding("ctrl+s", "take", "Import"),
        Binding("f", "choose", "Files"),
        Binding("c", "ask('case')", "Case"),
        Binding("k", "ask('kind')", "Kind"),
        Binding("d", "ask('date')", "Date"),
        Binding("l", "ask('language')", "Language"),
        Binding("s", "ask('speakers')", "Speakers"),
        Binding("n", "ask('encoding')", "Encoding"),
        Binding("p", "switch('add_participants')", "Participants"),
        Binding("w", "switch('comments_as_codes')", "Comments as codes", show=False),
        Binding("x", "leave_out", "Leave out"),
    ]
    if TYPE_CHECKING:
        from qualcode.tui.app import QualcodeApp

        app: QualcodeApp

    def __init__(self) -> None:
        super().__init__()
        self.paths: list[Path] = []
        self.given: dict[str, Any] = {}
        self.plan: Plan | None = None
        self.left_out: set[str] = set()
        self._busy = self._stop = False
        self._told = 0.0

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield OptionList(id="files")
            with VerticalScroll(id="preview"):
                yield Static(id="shown")
        yield Static(id="status")
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        self.query_one("#files").border_title = "Files"
        self.query_one("#preview").border_title = "What it becomes"
        self.query_one("#files").focus()
        self.action_choose()

    def say(self, message: str, *, warn: bool = False) -> None:
        text = Text(visible(" ".join(message.split())), style="bold yellow" if warn else "", no_wrap=True)
        self.query_one("#status", Static).update(text, layout=False)

    # ---------------------------------------------------------------- which files, and what is said of them

    def action_choose(self) -> None:
        if not self._busy:
            folder = self.app.desk.index.recall(_PLACE) or str(Path.home())
            self.app.push_screen(
                Prompt("Import which file or folder?", folder + "/" * (not folder.endswith("/"))), self._chosen
            )

    def _chosen(self, text: str | None) -> None:
        if text is None or not text.strip():
            if self.plan is None:
                self.action_back()
            return
        path = Path(text.strip()).expanduser()
        self.app.desk.index.remember(_PLACE, str(path if path.is_dir() else path.parent))
        self.paths, self.left_out = [path], set()
        self._read()

    def action_ask(self, name: str) -> None:
        if not self._busy and self.paths:
            prompt = Prompt(
                _ASKED[name], str(self.given.get(name, "")), hint="for all these files · Enter · Esc goes back"
            )
            self.app.push_screen(prompt, lambda text: self._say_of_all(name, text))

    def _say_of_all(self, name: str, text: str | None) -> None:
        if text is not None:
            self._read({**self.given, name: text.strip()})

    def action_switch(self, name: str) -> None:
        if not self._busy and self.paths:
            self._read({**self.given, name: not self.given.get(name, False)})

    # ---------------------------------------------------------------- reading

    def _read(self, given: dict[str, Any] | None = None) -> None:
        """Look at the files in a thread; what was planned before stays where that fails."""
        from qualcode.session.import_given import Given

        try:
            checked = Given.of(self.given if given is None else given)
        except QualcodeError as error:
            self.say(str(error), warn=True)
            return
        self.given = self.given if given is None else given
        self._work(lambda: self._plan_in_thread(checked))
        self.say("Reading ... (Esc stops)")

    def _plan_in_thread(self, given: Given) -> None:
        from qualcode.session import Session

        with Session(self.app.desk.folder, self.app.desk.coder) as session:  # its own index: the app goes on with its
            plan = session.plan(self.paths, given, self._progress("Reading"), lambda: self._stop)
        self.app.call_from_thread(self._planned, plan)

    def _planned(self, plan: Plan) -> None:
        self.plan = plan
        files = self.query_one("#files", OptionList)
        at = files.highlighted or 0
        files.clear_options()
        out = "– "
        files.add_options(
            [
                Content(f"{out if item.id in self.left_out else '✓ '}{visible(item.source.name)}")
                for item in plan.planned
            ]
            + [Content(f"= {visible(same.path.name)}") for same in plan.already]
            + [Content(f"✗ {visible(failed.path.name)}") for failed in plan.failed]
        )
        if files.option_count:
            files.highlighted = min(at, files.option_count - 1)
        self._describe()
        counts = [f"{len(plan.planned) - len(self.left_out)} to import"]
        counts += [f"{len(plan.already)} were there already"] if plan.already else []
        counts += [f"{len(plan.failed)} cannot be read"] if plan.failed else []
        switched = [words for name, words in (("add_participants", "speakers become participants"),
                                              ("comments_as_codes", "comments become codings")) if self.given.get(name)]  # fmt: skip
        self.say(" · ".join([*counts, *switched, "Ctrl+S imports, nothing is written before"]))

    def on_option_list_option_highlighted(self) -> None:
        self._describe()

    def on_option_list_option_selected(self) -> None:
        self.query_one("#preview").focus()

    def _describe(self) -> None:
        plan, at = self.plan, self.query_one("#files", OptionList).highlighted
        shown = ""
        if plan is not None and at is not None:
            if at < len(plan.planned):
                from qualcode.session.import_preview import preview

                shown = preview(plan.planned[at], self.app.desk.index.project, _LINES)
            elif at < len(plan.planned) + len(plan.already):
                shown = str(plan.already[at - len(plan.planned)]).replace("--again", "qualcode import --again")
            else:
                shown = "\n".join(plan.failed[at - len(plan.planned) - len(plan.already)].problems)
        self.query_one("#shown", Static).update(Content("\n".join(visible(line) for line in shown.split("\n"))))
        self.query_one("#preview").scroll_to(y=0, animate=False)

    def action_leave_out(self) -> None:
        plan, at = self.plan, self.query_one("#files", OptionList).highlighted
        if plan is not None and at is not None and at < len(plan.planned) and not self._busy:
            self.left_out ^= {plan.planned[at].id}
            self._planned(plan)

    # ---------------------------------------------------------------- writing

    def action_take(self) -> None:
        plan = self.plan
        kept = [item for item in plan.planned if item.id not in self.left_out] if plan is not None else []
        if plan is None or self._busy:
            return
        if not kept:
            self.say("There is nothing to import: f chooses other files.", warn=True)
            return
        chosen = replace(plan, planned=tuple(kept))
        self._work(lambda: self._take_in_thread(chosen))
        self.say("Importing ... (Esc takes all back)")

    def _take_in_thread(self, plan: Plan) -> None:
        from qualcode.session import Session

        with Session(self.app.desk.folder, self.app.desk.coder) as session:
            done = session.carry_out(plan, self._progress("Writing"), lambda: self._stop)
        self.app.call_from_thread(self._taken, plan, done)

    def _taken(self, plan: Plan, done: Imported) -> None:
        desk = self.app.desk
        desk.reload()
        desk.forget()
        losses = dict.fromkeys(loss for item in done.documents for loss in item.imported.losses)
        self.plan, self.left_out = None, set()
        self.app.pop_screen()
        self.app.uninstall_screen(self)
        if done.documents:
            self.app.workspace.open_document(done.documents[0].id)
            self.app.workspace.show_changes()
        told = f"Imported {how_many(len(done.documents), 'document')}; u takes the import back."
        if losses:
            told += " Not kept: " + "; ".join(shorten(loss, 160) for loss in list(losses)[:6])
        self.app.notify(visible(told), markup=False, timeout=20)
        for failed in (*plan.failed, *done.failed)[:5]:
            self.app.notify(
                visible("\n".join(failed.problems)), title="Not imported", severity="warning", markup=False, timeout=30
            )
        self.app.workspace.announce(f"Imported {how_many(len(done.documents), 'document')}; u takes the import back")

    # ---------------------------------------------------------------- threads

    def _work(self, work: Callable[[], None]) -> None:
        self._busy, self._stop = True, False
        self.run_worker(lambda: self._guarded(work), thread=True, exclusive=True, group="import", exit_on_error=False)

    def _guarded(self, work: Callable[[], None]) -> None:
        from qualcode.session.importing import Cancelled

        message = ""
        try:
            work()
        except Cancelled:
            message = "Stopped: nothing was imported."
        except QualcodeError as error:
            message = str(error)
        finally:
            self._busy = False
        if message:
            self.app.call_from_thread(self.say, message, warn=True)

    def _progress(self, what: str) -> Callable[[int, int], None]:
        def tell(done: int, of: int) -> None:
            if time.monotonic() > self._told + 0.2:
                self._told = time.monotonic()
                self.app.call_from_thread(self.say, f"{what} {done} of {of} (Esc stops)")

        return tell

    def action_back(self) -> None:
        if self._busy:
            self._stop = True
            return
        self.app.pop_screen()
        self.app.uninstall_screen(self)
