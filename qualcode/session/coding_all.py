"""Coding many passages with one code, as one step."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from itertools import accumulate
from typing import NamedTuple

from qualcode.core.anchors import make_anchor
from qualcode.core.document import Body
from qualcode.core.events import Event
from qualcode.core.how_many import how_many
from qualcode.core.visible import quoted
from qualcode.errors import BadSpan
from qualcode.session.alone import codes_alone
from qualcode.session.coding import CodingWork


class CodedAll(NamedTuple):
    """What coding many passages did, or would do: the code's path, how many passages of how many documents were coded, and
    how many had the code from the same coder already."""

    code: str
    coded: int
    documents: int
    already: int

    def __str__(self) -> str:
        told = f"{self.code} on {how_many(self.coded, 'passage')}"
        told += f" in {how_many(self.documents, 'document')}" if self.coded else ""
        return told + (f" ({self.already} had it from you already)" if self.already else "")


class CodingAllWork(CodingWork):
    """The verb that codes all that was found."""

    @codes_alone
    def code_all(
        self, passages: Iterable[tuple[str, int, int, str]], code: str, *, dry_run: bool = False
    ) -> CodedAll:  # fmt: skip
        """Apply a code to passages (document id, start, end, the words there), all of them as one step for undo, or none.

        One that lies within a coding of the same code by the same coder is left as it is; the same passage twice is one.
        With `dry_run` nothing is written. Raises UnknownName, BadSpan where a text does not have these words there (any
        more), CannotSave.
        """
        book = self.index.codebook
        chosen = book.resolve_merge(book.find(code).id)
        wanted, already = self._not_yet_coded(passages, chosen)
        done = CodedAll(book.path(chosen), sum(map(len, wanted.values())), len(wanted), already)
        if dry_run or not wanted:
            return done
        self._before_judging()
        with self.batch():
            self._append_each(
                {document: self._applied(self.body(document), spans, chosen) for document, spans in wanted.items()}
            )
        return done

    def _not_yet_coded(
        self, passages: Iterable[tuple[str, int, int, str]], code: str
    ) -> tuple[Mapping[str, list[tuple[int, int]]], int]:
        """The spans to code by document, and how many have the code already."""
        by_document: dict[str, dict[tuple[int, int], str]] = {}
        for document, start, end, quote in passages:
            by_document.setdefault(document, {})[start, end] = quote
        wanted, already = {}, 0
        for document, spans in by_document.items():
            self._check(document, spans)
            covered = self._covered(document, code)
            new = [span for span in sorted(spans) if not covered.holds(*span)]
            already += len(spans) - len(new)
            if new:
                wanted[document] = new
        return wanted, already

    def _check(self, document: str, spans: Mapping[tuple[int, int], str]) -> None:
        text = self.body(document).text
        for (start, end), quote in spans.items():
            if start < 0 or text[start:end] != quote or not quote:
                raise BadSpan(
                    f"The text of {document!r} does not have {quoted(quote)} at {start}:{end} (any more), so nothing was coded. "
                    "Look for the words again."
                )

    def _covered(self, document: str, code: str) -> _Covered:
        """Where the code stands in a document already, from this coder."""
        return _Covered(
            self.index.rows(
                """SELECT start, "end" FROM coding WHERE document = ? AND code = ? AND coder = ? AND anchor <> 'lost'
                ORDER BY start""",
                [document, code, self.coder],
            )
        )

    def _applied(self, body: Body, spans: Iterable[tuple[int, int]], code: str) -> list[Event]:
        anchors = [make_anchor(body.text, body.hash, start, end) for start, end in spans]
        return [
            self._event("apply", code=code, start=anchor.start, end=anchor.end, quote=anchor.quote, body=anchor.body,
                        prefix=anchor.prefix, suffix=anchor.suffix)
            for anchor in anchors
        ]  # fmt: skip


class _Covered:
    """Spans in order of their start, and whether one of them holds another span."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self._starts = [start for start, _ in spans]
        self._furthest = list(accumulate((end for _, end in spans), max))

    def holds(self, start: int, end: int) -> bool:
        begun = bisect_left(self._starts, start + 1)
        return begun > 0 and self._furthest[begun - 1] >= end
