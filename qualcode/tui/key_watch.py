"""The key of pseudonyms while a window is open: a changed one is taken up, one that cannot be read leaves the last one on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textual.app import App

from qualcode.core.how_many import how_many
from qualcode.core.overlay import wear, worn
from qualcode.errors import QualcodeError
from qualcode.files.pseudonym_key import key_of, stamp_of

if TYPE_CHECKING:
    from qualcode.core.pseudonyms import Pseudonyms
    from qualcode.files.folder import ProjectFolder
    from qualcode.tui.desk import Desk

_WATCH_EVERY = 1.0


class KeyLook(NamedTuple):
    """What a look at the key found: another key (None for none any more), or why there is none to be read."""

    key: Pseudonyms | None
    trouble: str = ""


class KeyWatch:
    """Looks at one project's key again and again. Touches nothing but the file system, so that a thread can do it."""

    def __init__(self, folder: ProjectFolder) -> None:
        self._folder = folder
        self._seen: tuple[object, ...] | None = None
        self._waiting: tuple[object, ...] | None = None

    def look(self) -> KeyLook | None:
        """What is new since the last look; None where nothing is, or where the folder cannot be reached."""
        try:
            now = stamp_of(self._folder)
            if now == self._seen or not self._folder.project_yaml.is_file():
                return None
            found = KeyLook(key_of(self._folder))
        except QualcodeError as error:
            found = KeyLook(None, str(error))
        except OSError:
            return None
        if self._waiting != now and (found.trouble or _lacks_names(found.key)):
            self._waiting = now  # it may just be in the middle of being written
            return None
        self._seen = now
        return found


def _lacks_names(key: Pseudonyms | None) -> bool:
    before = worn()
    return before is not None and bool(
        {one.name for one in before.entries} - {one.name for one in (key.entries if key else ())}
    )


class KeyWatchApp(App[None]):
    """Shows everything anew when the key changed; says so, and when it cannot be read."""

    desk: Desk
    follows_key = False  # else what is worn stays, as with --real-names
    key_trouble = ""
    _looking_at_key = False

    def on_mount(self) -> None:
        if self.follows_key:
            self._key_watch = KeyWatch(self.desk.folder)
            self.set_interval(_WATCH_EVERY, self._watch_key)

    def _watch_key(self) -> None:
        if not self._looking_at_key:  # a drive that hangs holds one thread, not one a second
            self._looking_at_key = True
            self.run_worker(self._look_at_key, thread=True, group="key", exit_on_error=False)

    def _look_at_key(self) -> None:
        try:
            found = self._key_watch.look()
            if found is not None:
                self.call_from_thread(self._take_up, found)
        finally:
            self._looking_at_key = False

    def _take_up(self, found: KeyLook) -> None:
        """Wear the key that was found."""
        if found.trouble:
            self._complain_of_key(found.trouble)
            return
        before, mended = worn(), bool(self.key_trouble)
        self.key_trouble = ""
        if not _are_alike(before, found.key):
            wear(found.key)
            self.notify(_told(before, found.key), timeout=8, markup=False)
        elif mended:
            self.notify("The key of pseudonyms can be read again.", timeout=8, markup=False)
        if mended or worn() is not before:
            self.desk.forget()
            self.show_all_anew()

    def _complain_of_key(self, trouble: str) -> None:
        if trouble == self.key_trouble:
            return
        self.key_trouble = trouble
        kept = "Names go on standing under the key as it was last read." if worn() else "NAMES ARE SHOWN AS THEY ARE."
        self.notify(
            f"{kept} {trouble}",
            title="The key of pseudonyms cannot be used",
            severity="warning",
            timeout=20,
            markup=False,
        )
        self.desk.forget()
        self.show_all_anew()

    def show_all_anew(self) -> None:
        """The screens that are open, from the bottom up; other places look anew when they are gone to."""
        for screen in self.screen_stack:
            if hasattr(screen, "show_changes"):
                screen.show_changes()
            screen.refresh(layout=True)


def _are_alike(before: Pseudonyms | None, now: Pseudonyms | None) -> bool:
    if before is None or now is None:
        return before is now
    return before.entries == now.entries and before.ids == now.ids


def _told(before: Pseudonyms | None, now: Pseudonyms | None) -> str:
    if now is None:
        return "The project has no key of pseudonyms any more: names are shown as they are."
    number = len(now.entries)
    what = "The key of pseudonyms changed" if before else "The project has a key of pseudonyms now"
    return f"{what}: it covers {how_many(number, 'name')}."
