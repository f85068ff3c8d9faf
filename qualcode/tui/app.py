"""The application: it holds the desk, the three places (coding, matrix, compare) and the watch on the folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from textual.app import SystemCommand
from textual.binding import Binding
from textual.screen import ModalScreen, Screen

from qualcode.core.how_many import how_many
from qualcode.errors import Crashed, QualcodeError
from qualcode.files.folder import ProjectFolder
from qualcode.tui.desk import Desk, Fingerprint
from qualcode.tui.held_up import HeldUpApp
from qualcode.tui.key_watch import KeyWatchApp
from qualcode.tui.looking import Looking
from qualcode.tui.quiet import QuietApp
from qualcode.tui.stalled import StalledApp
from qualcode.tui.standing import FolderStanding, StandingApp, look, unanswered
from qualcode.tui.steady import Steady
from qualcode.tui.workspace import Workspace

if TYPE_CHECKING:
    from qualcode.analysis.table import Row

_WATCH_EVERY = 1.0
_HELP = {
    "CodebookScreen": "Codebook",
    "SplitScreen": "Codebook",
    "RereadingScreen": "Codebook",
    "ReviewScreen": "Correct",
    "ImportScreen": "Import",
    "MemosScreen": "Memos",
    "AuditScreen": "Log",
    "KwicScreen": "Concordance",
    "MatrixScreen": "Matrix",
    "FrameworkScreen": "Framework",
    "CompareScreen": "Compare",
    "TwoTranscripts": "Compare",
    "DisplaysScreen": "Displays",
    "SideBySide": "Translation, recording",
}  # which section of the help comes first where
_NOTICE_AFTER = 1.5  # seconds: the first screen comes first


class QualcodeApp(Steady, StandingApp, KeyWatchApp, QuietApp, HeldUpApp, StalledApp):
    """qualcode in the terminal."""

    TITLE = "qualcode"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS = [
        Binding("question_mark", "help", "Help", key_display="?", id="app.help"),
        Binding("q", "quit", "Quit", id="app.quit"),
        Binding("M", "matrix", "Matrix", key_display="M", id="app.matrix"),
        Binding("equals_sign", "compare", "Compare", key_display="=", id="app.compare"),
        Binding("S", "framework", "Framework", key_display="S", show=False, id="app.framework"),
        Binding("D", "displays", "Displays", key_display="D", show=False, id="app.displays"),
        Binding("C", "codebook", "Codebook", key_display="C", id="app.codebook"),
        Binding("W", "memos", "Memos", key_display="W", id="app.memos"),
        Binding("A", "audit", "Log", key_display="A", id="app.audit"),
        Binding("X", "concordance", "Concordance", key_display="X", show=False, id="app.concordance"),
        Binding("R", "rereading", "Re-read", key_display="R", show=False, id="app.rereading"),
        Binding("I", "import", "Import", key_display="I", show=False, id="app.import"),
        Binding("V", "review", "Review", key_display="V", show=False, id="app.review"),
    ]

    def __init__(self, desk: Desk, document: str = "") -> None:
        super().__init__()
        self.desk = desk
        self.workspace = Workspace(document)
        self._seen: Fingerprint | None = None
        self._looking = Looking()

    def get_default_screen(self) -> Screen[None]:
        return self.workspace

    async def action_quit(self) -> None:
        for screen in self.screen_stack:
            if hasattr(screen, "keep_typed"):
                screen.keep_typed()
        self.workspace.remember_place()
        self.exit()

    def on_mount(self) -> None:
        self.set_interval(_WATCH_EVERY, self._watch)
        self.call_after_refresh(self._tell_problems)
        self.set_timer(_NOTICE_AFTER, self._notice_hand_edits)

    # ---------------------------------------------------------------- places

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The palette (Ctrl+P) leads to every place, those too whose keys the line at the bottom has no room for."""
        yield from super().get_system_commands(screen)
        for binding in self.BINDINGS:
            if isinstance(binding, Binding) and binding.action not in ("help", "quit"):
                name = f"{binding.description} (key {binding.key_display or binding.key})"
                yield SystemCommand(name, f"Go to: {binding.description}", getattr(self, f"action_{binding.action}"))

    def action_matrix(self) -> None:
        from qualcode.tui.matrix import MatrixScreen

        self._visit("matrix", MatrixScreen)

    def action_compare(self) -> None:
        from qualcode.tui.compare import CompareScreen

        self._visit("compare", CompareScreen)

    def action_framework(self) -> None:
        from qualcode.tui.framework import FrameworkScreen

        self._visit("framework", FrameworkScreen)

    def action_displays(self) -> None:
        from qualcode.tui.displays import DisplaysScreen

        self._visit("displays", DisplaysScreen)

    def action_codebook(self) -> None:
        from qualcode.tui.codebook import CodebookScreen

        self._visit("codebook", CodebookScreen)

    def show_code(self, code: str) -> None:
        """Go to a code in the codebook."""
        from qualcode.tui.codebook import CodebookScreen

        self.action_codebook()
        screen = self.get_screen("codebook")
        if isinstance(screen, CodebookScreen):
            self.call_after_refresh(screen.point_to, code)

    def action_rereading(self) -> None:
        from qualcode.tui.rereading import RereadingScreen

        self._visit("rereading", RereadingScreen)

    def action_import(self) -> None:
        from qualcode.tui.importing import ImportScreen

        self._visit("importing", ImportScreen)

    def action_review(self) -> None:
        from qualcode.tui.review import ReviewScreen

        self._visit("review", ReviewScreen)

    def action_audit(self) -> None:
        from qualcode.tui.audit import AuditScreen

        self._visit("audit", AuditScreen)

    def action_concordance(self) -> None:
        from qualcode.tui.kwic import KwicScreen

        self._visit("kwic", KwicScreen)

    def show_concordance(self, words: str, case: str = "") -> None:
        """Go to the concordance of these words, in one case or in all transcripts."""
        from qualcode.tui.kwic import KwicScreen

        self.action_concordance()
        screen = self.get_screen("kwic")
        if isinstance(screen, KwicScreen):
            self.call_after_refresh(screen.look_for, words, case)

    def action_memos(self) -> None:
        from qualcode.tui.memos import MemosScreen

        self._visit("memos", MemosScreen)

    def show_memo(self, memo: str) -> None:
        """Go to a memo in the list."""
        from qualcode.tui.memos import MemosScreen

        self.action_memos()
        screen = self.get_screen("memos")
        if isinstance(screen, MemosScreen):
            self.call_after_refresh(screen.point_to, memo)

    def lay_over(self, name: str, kind: type[Screen[None]]) -> Screen[None]:
        """Go to a place from another one, to which Escape leads back."""
        if not self.is_screen_installed(name):
            self.install_screen(kind(), name)
        self.push_screen(name)
        return self.get_screen(name)

    def split(self, code: str) -> None:
        """Go through a code's codings one by one; Escape leads back to the codebook."""
        from qualcode.tui.split import SplitScreen

        if self.is_screen_installed("split"):
            self.uninstall_screen("split")
        self.install_screen(SplitScreen(code), "split")
        self.push_screen("split")

    def _visit(self, name: str, kind: type[Screen[None]]) -> None:
        """Go to a place over the workspace; it stays as it was left."""
        if isinstance(self.screen, (kind, ModalScreen)):
            return
        self._leave_places()
        if not self.is_screen_installed(name):
            self.install_screen(kind(), name)
        self.push_screen(name)

    def show_passage(self, document: str, start: int, end: int, name: str) -> None:
        """Go from a place to a passage in the transcript; Escape there leads back to the place."""
        self._leave_places()
        self.workspace.go_to(document, start, end, lambda: self._come_back(name))

    def show_quote(self, row: Row, name: str, say: Callable[[str], object]) -> None:
        """Go from a place to where a quote stands; say why not where that is not known any more."""
        if row["anchor"] == "lost":
            say(
                "The text was changed and this quote is not in its place any more: it is kept, but cannot be shown there."
            )
        else:
            self.show_passage(row["document"], row["start"], row["end"], name)

    def _leave_places(self) -> None:
        while not isinstance(self.screen, Workspace):
            self.pop_screen()

    def _come_back(self, name: str) -> None:
        if name == "split":
            self.action_codebook()
        self.push_screen(name)

    def action_help(self) -> None:
        from qualcode.tui.help import HelpScreen

        if not isinstance(self.screen, ModalScreen):
            self.push_screen(HelpScreen(_HELP.get(type(self.screen).__name__, "")))

    # ---------------------------------------------------------------- others' changes

    def _notice_hand_edits(self) -> None:
        """What was changed by hand goes into the log, so that old definitions stay known and texts can be brought back."""
        try:
            for corrected in self.desk.session.notice_text_edits():
                self.desk.forget()
                self.notify(f"Changed outside qualcode: {corrected}", markup=False, timeout=12)
            number = self.desk.session.notice_hand_edits()
        except QualcodeError:
            return  # a project that may only be read is still worth reading
        if number:
            self.desk.forget()
            said = [
                f"{how_many(number, 'code was', 'codes were')} changed in codebook.yaml by hand; that is in the log now."
            ]
            if stale := self.desk.stale():
                made = how_many(stale, "coding of yours was", "codings of yours were")
                said.append(f"{made} made under an older definition: R lists what to read again.")
            if homeless := self.desk.homeless():
                said.append(
                    how_many(homeless, "coding has", "codings have")
                    + " a code that is not in the codebook (any more): see qualcode check."
                )
            self.notify(" ".join(said), markup=False, timeout=12)

    def _tell_problems(self) -> None:
        for problem in self.desk.index.problems()[:3]:
            self.notify(str(problem), title="A file cannot be read", severity="warning", timeout=15, markup=False)

    def _watch(self) -> None:
        if self._looking.begins():
            self.run_worker(self._look, thread=True, group="watch", exit_on_error=False)
        elif silent := self._looking.silent_for():
            self.show_standing(unanswered(silent))

    def _look(self) -> None:
        try:
            standing, now = look(self.desk), None
            self._looking.answered()
            if standing.kind != "away":
                with suppress(OSError):  # it went away just now: the next look tells
                    now = self.desk.fingerprint()
        finally:
            self._looking.ended()
        self.call_from_thread(self._take_over, now, standing)

    def _take_over(self, now: Fingerprint | None, standing: FolderStanding) -> None:
        self.show_standing(standing)
        if now is None:
            self._seen = None
            return
        before, self._seen = self._seen, now
        if before == now or not self.desk.reload():
            return
        self.workspace.show_changes()
        self._tell_problems()
        self._notice_hand_edits()
        for screen in self.screen_stack[1:]:
            if hasattr(screen, "show_changes"):
                screen.show_changes()


def open_app(
    folder: ProjectFolder,
    coder: str,
    document: str = "",
    progress: Callable[[int, int], None] | None = None,
    *,
    real_names: bool = False,
) -> None:
    """Run the terminal interface until the user leaves; it follows the project's key of pseudonyms, but with `real_names`.

    Raises UnknownName, BadFile, BadOption, Crashed.
    """
    from qualcode.analysis.filters import document_id

    desk = Desk(folder, coder, progress)
    try:
        desk.index.project  # noqa: B018  (a project.yaml that cannot be read is said before the screen is taken)
        app = QualcodeApp(desk, document_id(desk.index, document) if document else "")
        app.follows_key = not real_names
        app.run()
        if app.crash is not None:
            raise Crashed from app.crash
    finally:
        desk.close()
