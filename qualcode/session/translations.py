"""Linking originals and translations, turn by turn, and naming a document's recording; each change is one undo step."""

from __future__ import annotations

from pathlib import Path

from qualcode.analysis.filters import document_id
from qualcode.analysis.translations import Names, Pair, pair_names
from qualcode.core.alignment import Pin, parse_pin, with_pin
from qualcode.core.visible import is_printable
from qualcode.errors import BadOption
from qualcode.session.alone import changes_alone
from qualcode.session.matter_states import matter_on_disk
from qualcode.session.writing import Writing

_LONGEST_CHAIN = 100


class TranslationWork(Writing):
    """The verbs on what front matter says of a document's original and its recording."""

    @changes_alone
    def link_translation(self, original: str, translation: str) -> Names:
        """Say in the translation's front matter of which document it is a translation; pins set for another original go.

        Raises UnknownName, BadOption (a document and itself, a circle), BadFile, CannotSave.
        """
        self.index.refresh()
        names = Names(document_id(self.index, original), document_id(self.index, translation))
        above = names.original
        for _ in range(_LONGEST_CHAIN):
            if above == names.translation:
                raise BadOption(
                    f"{names.translation} cannot be a translation of {names.original}: "
                    + ("that is the same document." if above == names.original else "that one is translated from it.")
                )
            info = self.index.document_info(above)
            above = info.translation_of if info is not None else ""
            if not above:
                break
        now = matter_on_disk(self.index, names.translation, ["translation_of"])
        if now["translation_of"] != names.original:
            self._set(names.translation, translation_of=names.original, aligned=[])
        return names

    @changes_alone
    def pin_turns(self, document: str, *wanted: str | Pin) -> list[Pin]:
        """Link turns of the original with turns of the translation, as in `12=13` (counted from 1); the pins that cannot hold
        beside them go, and come back. `document` is the translation, or an original with just one.

        Raises UnknownName, BadOption (no such turn), BadFile, CannotSave.
        """
        pair = self._pair(document)
        pins = pair.pins
        for pin in wanted:
            pins = with_pin(pins, _checked(pair, pin))
        self._set(pair.translation, aligned=[str(pin) for pin in pins])
        return [pin for pin in pair.pins if pin not in pins]

    @changes_alone
    def unpin_turns(self, document: str, *wanted: str) -> list[str]:
        """Take pins away: those written so (`12=13`), or all (`all`); what was taken away comes back, [] for nothing.

        Raises UnknownName, BadOption, BadFile, CannotSave.
        """
        pair = self._pair(document)
        now = _as_list(matter_on_disk(self.index, pair.translation, ["aligned"])["aligned"])
        pins = {pin: parse_pin(pin) for pin in wanted if pin != "all"}
        if bad := next((text for text, pin in pins.items() if pin is None), ""):
            raise BadOption(f"{bad!r} is no pin: write it as 12=13, or `all`.")
        gone = [one for one in now if "all" in wanted or parse_pin(one) in pins.values()]
        if gone:
            self._set(pair.translation, aligned=[one for one in now if one not in gone])
        return gone

    @changes_alone
    def shift_turn(self, names: Names, side: int, number: int, by: int) -> Pin:
        """Link a turn (of side 0, the original, or 1, the translation) with the one `by` turns further on the other side.

        Raises BadOption where there is none, BadFile, CannotSave.
        """
        self.index.refresh()
        pair = Pair(self.index, names.original, names.translation)
        if number not in pair.turns[side]:
            raise BadOption("In this turn nothing is said, so there is nothing to link.")
        others = pair.turns[1 - side]
        links = (pair.alignment.of_original, pair.alignment.of_translation)[side].get(number, ())
        at = (others.index(links[0]) if links else -1) + by
        if not 0 <= at < len(others):
            raise BadOption("There is no further turn on the other side.")
        pin = Pin(number, others[at]) if side == 0 else Pin(others[at], number)
        self.pin_turns(names.translation, pin)
        return pin

    @changes_alone
    def set_recording(self, document: str, path: str) -> str:
        """Write into a document's front matter where its recording is ("" takes that away); the document's id comes back.

        `path` is relative to the project folder or the transcript, or absolute. Raises UnknownName, BadOption, BadFile,
        CannotSave.
        """
        self.index.refresh()
        ident = document_id(self.index, document)
        if "://" in path or not is_printable(path) or len(path) > 4096:
            raise BadOption(f"{path!r} cannot be a recording: name a file on this computer.")
        if matter_on_disk(self.index, ident, ["recording"])["recording"] != path:
            self._set(ident, recording=path)
        return ident

    def recording_path(self, path: str | Path) -> str:
        """The path as it is best written: from the project folder where the file lies in it, so that it holds on every
        computer; else absolute."""
        full = Path(path).expanduser().absolute()
        try:
            return full.resolve().relative_to(self.folder.root.resolve()).as_posix()
        except (OSError, ValueError):
            return str(full)

    def _pair(self, document: str) -> Pair:
        self.index.refresh()
        ident = document_id(self.index, document)
        found = pair_names(self.index, ident)
        own = [names for names in found if names.translation == ident] or found
        if not own:
            raise BadOption(
                f"{ident} has no translation and is none: qualcode translations link ORIGINAL TRANSLATION makes it one."
            )
        if len(own) > 1:
            raise BadOption(
                f"{ident} has several translations, name one: {', '.join(names.translation for names in own)}."
            )
        return Pair(self.index, own[0].original, own[0].translation)

    def _set(self, document: str, **fields: str | list[str]) -> None:
        now = matter_on_disk(self.index, document, list(fields))
        before = {name: value for name, value in now.items() if value != (fields[name] or "")}
        if before:
            self._change("matter", document, before, {name: fields[name] or "" for name in before})


def _checked(pair: Pair, pin: str | Pin) -> Pin:
    """The pin, of turns that are there. Raises BadOption."""
    wanted = pin if isinstance(pin, Pin) else parse_pin(pin)
    if wanted is None:
        raise BadOption(f"{pin!r} is no pin: write 12=13 for turn 12 of the original and turn 13 of the translation.")
    for number, turns, name in zip(wanted, pair.turns, (pair.original, pair.translation), strict=True):
        if number not in turns:
            there = f"the last one is {max(turns) + 1}" if turns else "there is none"
            raise BadOption(f"{name} has no turn {number + 1} with words in it ({there}).")
    return wanted


def _as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) and value else list(value)
