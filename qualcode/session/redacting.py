"""Passages of one document taken out for good."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qualcode.analysis.filters import document_id
from qualcode.core.document import Body
from qualcode.core.removed_words import RemovedWords, marker_for
from qualcode.core.rewriting import Replacing
from qualcode.core.visible import is_printable
from qualcode.errors import BadOption, BadSpan
from qualcode.index.index import Index
from qualcode.session.earlier_wordings import earlier_wordings
from qualcode.session.rewriting_masks import Rewrite
from qualcode.session.rewriting_plan import sources_of


def redaction(
    index: Index, document: str, spans: Sequence[tuple[int, int]], marker: str, *, remove_codings: bool,
    keep_sources: bool,
) -> Rewrite:  # fmt: skip
    """The rewriting that puts a marker in the place of these spans. Speakers' labels within them stay.

    Raises UnknownName, BadSpan, BadOption (a marker that is none).
    """
    document = document_id(index, document)
    body = index.body(document)
    marker = fit_marker(marker) or marker_for(body.text)
    pieces = list(_pieces(body, _joined(body, spans)))
    passages = [body.text[start:end] for start, end in pieces]
    earlier = earlier_wordings(index, document, body, pieces)
    words = RemovedWords([*passages, *earlier])
    return Rewrite(
        "redacted", document, lambda text: words.masked(text, marker), words.find, marker,
        {document: [Replacing(start, end, marker) for start, end in pieces]},
        going={document: _joined(body, spans)} if remove_codings else {},
        sources_gone=frozenset() if keep_sources else frozenset(sources_of(index, [document])),
        passages=[passage for passage in (*passages, *earlier) if passage not in words.too_short],
        unsought=tuple(words.too_short), remarks=tuple(_remarks(index, document, pieces)),
    )  # fmt: skip


def _remarks(index: Index, document: str, pieces: Sequence[tuple[int, int]]) -> Iterator[str]:
    """What says the same in other words: translations, and the notes of codings on the passages."""
    rows = index.rows(
        """SELECT id FROM document WHERE translation_of = ?1 UNION
        SELECT translation_of FROM document WHERE id = ?1 AND translation_of <> ''""",
        [document],
    )
    for (other,) in rows:
        yield f"{other} says the same in another language and was not touched: redact it as well"
    for ident, coder, start, end in index.rows(
        """SELECT id, coder, start, "end" FROM coding WHERE document = ? AND note <> '' AND anchor <> 'lost'""",
        [document],
    ):
        if any(low < end and start < high for low, high in pieces):
            yield f"the note of {coder} on coding {ident} is about these words: read whether it tells them"


def fit_marker(marker: str) -> str:
    """What the user wants to stand there instead. Raises BadOption: readers must see that something was taken out."""
    if marker != marker.strip() or not is_printable(marker) or len(marker) > 100:
        raise BadOption("What stands there instead is one line of visible signs, up to 100.")
    return marker


def _joined(body: Body, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if not 0 <= start < end <= len(body):
            raise BadSpan(f"The span {start}:{end} is not in the text, which has {len(body)} characters.")
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _pieces(body: Body, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The words of the spans, turn by turn, without labels and the space around."""
    for start, end in spans:
        found, at = [], start
        for turn in body.turns:
            if turn.start < end and turn.text_start > start:
                found.append((at, min(turn.start, end)))
                at = turn.text_start
        found.append((at, end))
        trimmed = [piece for low, high in found if (piece := _trimmed(body.text, low, high))]
        if not trimmed:
            raise BadSpan(
                f"{start}:{end} has no words but a speaker's label, or none at all. Labels are changed everywhere by pseudonyms "
                "(qualcode pseudonyms apply)."
            )
        yield from trimmed


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    part = text[start:end] if start < end else ""
    start += len(part) - len(part.lstrip())
    return (start, start + len(part.strip())) if part.strip() else None
