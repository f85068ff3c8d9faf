"""Quotes whose bounds cut a name in two: under a key they are read with the whole name, as half of one would be nobody's to the key.

Codings may end within a name that the key covers: made before there was a key, or by a colleague. What an event keeps beside
its quote shows it. The view `coding` is then laid over by one of this connection alone; nothing is written into the index.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from qualcode.core.overlay import worn
from qualcode.core.pseudonym_forms import is_unspaced
from qualcode.errors import UnknownName

if TYPE_CHECKING:
    from qualcode.core.pseudonyms import Pseudonyms
    from qualcode.index.index import Index

WholeQuotes = dict[tuple[str, str], str]  # by the id of an event or coding, and the quote as it is stored
_BESIDE = 32  # code points that an anchor keeps on either side
_LAST_WORD, _FIRST_WORD = re.compile(r"[^\W_]+(?=[\W_]{0,3}\Z)"), re.compile(r"[\W_]{0,3}([^\W_]+)")
_VIEW = "CREATE TEMP VIEW coding AS "


class WholeNames:
    """Keeps the quotes of one index whole under the key that is worn."""

    def __init__(self) -> None:
        self.quotes: WholeQuotes = {}
        self._seen: tuple[object, ...] = (None,)

    def look(self, index: Index) -> None:
        """Find the quotes that cut a name, where the key or the codings changed since the last time."""
        key = worn()
        now = (key, id(index.db), *((index.value("PRAGMA data_version"), index.db.total_changes) if key else ()))
        if now == self._seen:
            return
        self._seen = now
        found = dict(_cut(index, key)) if key is not None else {}
        if found or self.quotes:
            self.quotes = found
            _lay_over(index, found)


def _lay_over(index: Index, quotes: WholeQuotes) -> None:
    db = index.db
    db.execute("DROP VIEW IF EXISTS temp.coding")
    if quotes:
        db.create_function("whole_quote", 2, lambda ident, quote: quotes.get((ident, quote), quote))
        view: str = db.execute("SELECT sql FROM main.sqlite_master WHERE name = 'coding'").fetchone()[0]
        columns = view.partition(" AS ")[2]
        for name in ("quote", "made_quote"):
            columns = re.sub(rf"(?<![\w.]){name}(?!\w)", f"whole_quote(id, {name}) AS {name}", columns)
        db.execute(_VIEW + columns)


def _cut(index: Index, key: Pseudonyms) -> Iterable[tuple[tuple[str, str], str]]:
    """What is cut, with the whole of it."""
    names = _Names(key)
    for ident, subject, prefix, quote, suffix in index.db.execute(
        "SELECT id, subject, prefix, quote, suffix FROM event WHERE quote <> ''"
    ):
        if (whole := names.whole(prefix, quote, suffix)) != quote:
            yield (ident, quote), whole
            yield (subject or ident, quote), whole
    for ident, document, start, end, quote in index.rows(
        """SELECT id, document, start, "end", quote FROM coding_row WHERE anchor = 'changed'"""
    ):
        with suppress(UnknownName):
            text = index.body(document).text
            whole = names.whole(text[max(0, start - _BESIDE) : start], quote, text[end : end + _BESIDE])
            if whole != quote:
                yield (ident, quote), whole


class _Names:
    """Whether a place in a text cuts a name, quickly: a million places do not."""

    def __init__(self, key: Pseudonyms) -> None:
        self._key = key
        texts = [text for entry in key.entries for text in (entry.name, *entry.variants)]
        self._words = {word.casefold() for text in texts for word in re.findall(r"[^\W_]+", text)}
        self._signs = {char for text in texts for char in text if is_unspaced(char)}

    def whole(self, before: str, quote: str, after: str) -> str:
        """The quote, with the whole of a name that its start or its end cuts."""
        at_start = self._reach(before, quote[: 2 * _BESIDE])[0] if self._may_cut(before, quote[:_BESIDE]) else 0
        at_end = self._reach(quote[-2 * _BESIDE :], after)[1] if self._may_cut(quote[-_BESIDE:], after) else 0
        return before[len(before) - at_start :] + quote + after[:at_end]

    def _may_cut(self, left: str, right: str) -> bool:
        if not left or not right:
            return False
        if left[-1].isalnum() and right[0].isalnum():
            return not is_unspaced(left[-1]) or (left[-1] in self._signs and right[0] in self._signs)
        last, first = _LAST_WORD.search(left), _FIRST_WORD.match(right)
        if last is None or first is None:
            return False
        return last[0].casefold() in self._words and first[1].casefold() in self._words

    def _reach(self, left: str, right: str) -> tuple[int, int]:
        """How many code points of the name that stands across the place are on either side of it."""
        place = len(left)
        for one in self._key.replacements(left + right):
            if one.start < place < one.end:
                return place - one.start, one.end - place
        return 0, 0
