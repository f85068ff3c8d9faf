"""Word files in: a paragraph is a line, `# ` stands before headings and `- ` before list items, tables become lines.

Tracked changes count as accepted. Notes stand at the end as `[^1]: words`, their calls are `[^1]`. Comments and highlights
come with their places; headers, footers, pictures and hidden text are left out.
"""

from __future__ import annotations

from typing import Any

from qualcode.errors import BadFile, Problem
from qualcode.exchange.sources import ImportedText
from qualcode.exchange.sources.body_builder import BodyBuilder
from qualcode.exchange.sources.losses import loss_sentences
from qualcode.exchange.sources.transcription import as_transcription
from qualcode.exchange.sources.word_comments import remarks_of
from qualcode.exchange.sources.word_parts import KIND, W, WordFile, value_of
from qualcode.exchange.sources.word_styles import Styles
from qualcode.exchange.sources.word_text import WordText


def read(data: bytes, shown_as: str, encoding: str = "") -> ImportedText:
    """The text of a .docx or .docm file as its reader would see it. Raises BadFile."""
    try:
        return _read(WordFile(data, shown_as))
    except RecursionError as error:
        raise BadFile(
            [Problem(shown_as, 0, "tables or boxes in it stand too deep within others", KIND.advice)]
        ) from error


def _read(file: WordFile) -> ImportedText:
    styles = Styles(lambda: file.related("styles"))
    text = WordText(styles, BodyBuilder())
    text.walk(file.document)
    _add_notes(file, text)
    built = text.builder.finish()
    remarks, homeless = remarks_of(file, styles, built.places)
    counts = text.counts + text.builder.counts
    counts["homeless"] = homeless
    counts["header"] = int(file.has_headers())
    return as_transcription(
        ImportedText(
            built.body,
            kind="Word file",
            losses=loss_sentences(counts),
            remarks=tuple(remarks),
            highlights=built.highlights,
        )
    )


def _add_notes(file: WordFile, text: WordText) -> None:
    """The notes at the end, in the order of their calls (in notes too there may be calls)."""
    if not text.note_numbers:
        return
    notes: dict[tuple[str, str], Any] = {}
    for kind in ("footnote", "endnote"):
        root = file.related(f"{kind}s")
        for note in () if root is None else root.iter(W + kind):
            notes[kind, value_of(note, "id")] = note
    done = 0
    while done < len(text.note_numbers):
        for called, number in list(text.note_numbers.items())[done:]:
            done += 1
            if called in notes:
                text.builder.begin_note(number)
                text.walk(notes[called])
                text.builder.close_line()
