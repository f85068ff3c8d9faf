"""Pins between the turns of an original and its translation stay with their turns when one of the texts is corrected."""

from __future__ import annotations

from qualcode.analysis.translations import pair_names
from qualcode.core.alignment import Pin, parse_pin
from qualcode.core.codebook_steps import Step
from qualcode.core.document import Body
from qualcode.core.revision import Revision
from qualcode.index.index import Index
from qualcode.session.matter_states import matter_on_disk


def pins_after(index: Index, document: str, text: str, revision: Revision) -> list[tuple[str, Step]]:
    """The changes to front matter that a correction of the document's text to this one asks for: pins of its turns get the
    turns' new numbers; those of turns that are gone go. Raises BadFile."""
    steps: list[tuple[str, Step]] = []
    for names in pair_names(index, document):
        written = matter_on_disk(index, names.translation, ["aligned"])["aligned"]
        pins = [written] if isinstance(written, str) and written else list(written)
        if not pins:
            continue
        side = int(document == names.translation)
        info = index.document_info(document)
        now = Body(text, info.speakers if info is not None else ())
        moved = [_moved(pin, side, index.body(document), now, revision) for pin in pins]
        after = list(dict.fromkeys(pin for pin in moved if pin))
        if after != pins:
            steps.append(("matter", Step(names.translation, {"aligned": written}, {"aligned": after or ""})))
    return steps


def _moved(written: str, side: int, before: Body, now: Body, revision: Revision) -> str:
    """The pin with the number that its turn of the corrected side has now; "" where that turn is gone."""
    pin = parse_pin(written)
    if pin is None or pin[side] >= len(before.turns):
        return written
    turn = before.turns[pin[side]]
    found = revision.passage(turn.start, turn.end, before.text, now.text)
    if found is None:
        return ""
    number = now.turn_index(found.start)
    if number == pin[side] or number < 0:
        return written
    return str(Pin(number, pin.translation) if side == 0 else Pin(pin.original, number))
