"""How the project's folder stands: a sign on every screen for as long as it cannot be reached, written, or takes nothing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from textual.app import App
from textual.content import Content
from textual.css.query import NoMatches
from textual.widgets import Static

from qualcode.core.visible import visible
from qualcode.errors import CannotSave, FolderAway
from qualcode.files.reach import can_be_written, reach, takes_bytes
from qualcode.tui.steady import is_refusal, refusal

if TYPE_CHECKING:
    from qualcode.tui.desk import Desk


class FolderStanding(NamedTuple):
    """`kind` is "" where all is well, else away, silent, refused or closed; `text` says it in a sentence."""

    kind: str = ""
    text: str = ""


class Sign(Static):
    """One line on top of a screen, there as long as the trouble is."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Sign { dock: top; width: 100%; height: auto; max-height: 3; padding: 0 1; background: $error; color: $text; text-style: bold; }
    Sign.closed { background: $warning 40%; text-style: none; }
    """


def look(desk: Desk) -> FolderStanding:
    """How the folder stands now; touches nothing but the file system, so that a thread can do it."""
    try:
        reach(desk.folder)
    except FolderAway as error:
        reason = str(error).rpartition(" (")[2].partition(")")[0]
        return FolderStanding("away", (
            f"NOTHING IS SAVED: the project's folder cannot be reached ({reason}). "
            "You can read on; when it is back in its place, so are your keys."
        ))  # fmt: skip
    refused = desk.refused
    if refused is not None and _still_refused(desk, refused):
        return FolderStanding("refused", (
            f"THE LAST CHANGE WAS NOT SAVED: the disk takes nothing ({_reason(refused)}). "
            "Make room or mend the permissions; then do it again."
        ))  # fmt: skip
    if not can_be_written(desk.folder, desk.coder):
        return FolderStanding("closed", "This project can be read but not changed: its folder is write-protected.")
    return FolderStanding()


def unanswered(seconds: int) -> FolderStanding:
    """How it stands while a look at it has not come back for so long."""
    return FolderStanding("silent", (
        f"NOTHING CAN BE SAVED NOW: the project's folder has not answered for {seconds} s. "
        "You can read on; a key that saves has to wait for it."
    ))  # fmt: skip


def _still_refused(desk: Desk, refused: CannotSave) -> bool:
    path = refused.path
    if path is not None and os.path.exists(path) and not os.access(path, os.W_OK):
        return True
    if takes_bytes(desk.folder):
        desk.forgive(refused)
        return False
    return True


def _reason(refused: CannotSave) -> str:
    return str(refused).partition("could not be written (")[2].partition(")")[0] or "it refused to write"


class StandingApp(App[None]):
    """Shows the sign, and turns what a screen or worker could not do into a message."""

    desk: Desk
    standing = FolderStanding()

    def refuse(self, error: BaseException) -> None:
        """Say what could not be done; it is in the line at the bottom too, where the screen has one."""
        message = refusal(error)
        self.notify(visible(message), severity="warning", timeout=12, markup=False)
        say = getattr(self.screen, "say", None)
        if callable(say):
            say(message)

    def _handle_exception(self, error: Exception) -> None:
        refused = is_refusal(error)
        if refused is None:
            super()._handle_exception(error)
        else:
            self.refuse(refused)

    def show_standing(self, now: FolderStanding) -> None:
        """Put the sign up, change it, or take it down again, on all screens."""
        before, self.standing = self.standing, now
        for screen in self.screen_stack:
            try:
                sign = screen.query_one(Sign)
            except NoMatches:
                if now.kind and screen.is_running:
                    screen.mount(_sign(now))
            else:
                if not now.kind:
                    sign.remove()
                elif before != now:
                    sign.update(Content(visible(now.text)))
                    sign.set_class(now.kind == "closed", "closed")
        if before.kind in ("away", "refused") and not now.kind:
            back = "The project's folder is back" if before.kind == "away" else "The disk takes changes again"
            self.notify(f"{back}: what you do is saved again.", timeout=8, markup=False)


def _sign(now: FolderStanding) -> Sign:
    sign = Sign(Content(visible(now.text)))
    sign.set_class(now.kind == "closed", "closed")
    return sign
