"""What could not be kept of a rich document, a sentence each."""

from __future__ import annotations

from collections.abc import Mapping

_SENTENCES = {  # what was counted: the sentence for one, and for several
    "picture": ("1 picture was left out", "{} pictures were left out"),
    "embedded": ("1 embedded document was left out", "{} embedded documents were left out"),
    "table": (
        "1 table was flattened: a row is a line, with a tab between cells",
        "{} tables were flattened: a row is a line, with a tab between cells",
    ),
    "turns": ("1 table was read as turns: who, then what they say", "{} tables were read as turns: who, then what they say"),
    "numbers": ("the row numbers of 1 table were left out", "the row numbers of {} tables were left out"),
    "equation": ("1 equation was flattened to a line of signs", "{} equations were flattened to lines of signs"),
    "box": ("1 text box stands after its paragraph", "{} text boxes stand after their paragraphs"),
    "item": (
        "1 list item has a dash in place of its bullet or number",
        "{} list items have a dash in place of their bullets or numbers",
    ),
    "unmarked": (
        "1 list item that begins like a turn lost its bullet or number",
        "{} list items that begin like turns lost their bullets or numbers",
    ),
    "hidden": ("1 passage of hidden text was left out", "{} passages of hidden text were left out"),
    "tracked": ("1 tracked change was taken as accepted", "{} tracked changes were taken as accepted"),
    "symbol": (
        "1 sign of a symbol font may look different",
        "{} signs of symbol fonts may look different",
    ),
    "highlight": ("1 highlight was left out", "{} highlights were left out"),
    "header": ("headers and footers were left out", "headers and footers were left out"),
    "homeless": (
        "1 comment stands at the start because the file does not say where it belongs",
        "{} comments stand at the start because the file does not say where they belong",
    ),
}  # fmt: skip


def loss_sentences(counts: Mapping[str, int]) -> tuple[str, ...]:
    """The sentences for what was counted, in a set order; nothing for what occurs nowhere."""
    return tuple(
        one if counts[what] == 1 else several.format(f"{counts[what]:,}")
        for what, (one, several) in _SENTENCES.items()
        if counts.get(what)
    )
