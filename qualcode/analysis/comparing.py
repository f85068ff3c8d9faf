"""Two to four cases (or documents, roles, months ...) side by side, code by code, each with its quotes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from qualcode.analysis.citations import citation
from qualcode.analysis.comparing_sentences import sentence, verdict
from qualcode.analysis.filters import Filters, code_id
from qualcode.analysis.sides import FEWEST, MOST, Side, key_of_side, rows_of_sides, side_axis, sides
from qualcode.analysis.table import Row, Table
from qualcode.core.codebook import Codebook
from qualcode.errors import BadOption
from qualcode.index.index import Index

ORDERS = ("codebook", "difference")
HELD = ("all", "both", "one")

_OPEN, _CLOSE = tuple('"“「『«„'), tuple('"”」』»“')

Passage = tuple[str, int, int, str]


@dataclass(frozen=True)
class Share:
    """What one side has of a code. `quotes` are the code's own, one a passage; the numbers count those of its sub-codes too:
    `count` passages in so many `documents`, with so many `words`; `rate` is passages per 1,000 words of the side's text (None
    where it has no text)."""

    quotes: tuple[Row, ...] = ()
    count: int = 0
    documents: int = 0
    words: int = 0
    rate: float | None = None


@dataclass(frozen=True)
class CodeRow:
    """A code with what each side has of it."""

    code: str
    name: str
    path: str
    level: int
    shares: tuple[Share, ...]

    @property
    def holders(self) -> tuple[int, ...]:
        """The sides, counted from 0, that have anything of it."""
        return tuple(number for number, share in enumerate(self.shares) if share.count)

    @property
    def difference(self) -> float:
        """The highest rate less the lowest: by this the greatest differences come first."""
        rates = [share.rate or 0.0 for share in self.shares]
        return max(rates) - min(rates)

    @property
    def has_quotes(self) -> bool:
        return any(share.quotes for share in self.shares)


@dataclass(frozen=True)
class Comparison:
    """The sides, and a row for each code that any of them has."""

    by: str
    sides: tuple[Side, ...]
    rows: tuple[CodeRow, ...]
    order: str = "codebook"
    filters: Filters = field(default_factory=Filters)

    def only(self, held: str) -> Comparison:
        """The rows that all sides have ("both"), or just one of them ("one"); "all" are all. Raises BadOption."""
        if held not in HELD:
            raise BadOption(f"Rows can be those that {', '.join(HELD)} have, not {held!r}.")
        wanted = {"all": range(1, MOST + 1), "both": (len(self.sides),), "one": (1,)}[held]
        return replace(self, rows=tuple(row for row in self.rows if len(row.holders) in wanted))

    def sentence(self, row: CodeRow, *, named: bool = True) -> str:
        """Who has how much of a code, as one plain sentence, which names the code or not."""
        numbers = [_numbers(share) for share in row.shares]
        return sentence(row.name if named else "", self.labels, numbers, documents=self.by != "document")

    def verdict(self, row: CodeRow) -> str:
        """The end of the sentence: about twice as much in Liang, only in Zhao ..."""
        return verdict(self.labels, [_numbers(share) for share in row.shares])

    @property
    def labels(self) -> list[str]:
        """The sides as sentences name them: titles of documents in quotation marks."""
        return [f"“{name}”" if self.by == "document" else name for name in self.headers]

    @property
    def headers(self) -> list[str]:
        """The sides as columns name them: where several go by one name, with their ids."""
        names = [side.name for side in self.sides]
        return [f"{side.name} ({side.key})" if names.count(side.name) > 1 else side.name for side in self.sides]

    def table(self) -> Table:
        """One row a code: per side its numbers, then who has more, the sentence, and per side the quotes with citations."""
        measures = ("passages", "documents", "words", "per 1000 words")
        numbers = [f"{name}: {measure}" for name in self.headers for measure in measures]
        quotes = [f"{name}: quotes" for name in self.headers]
        rows = []
        for row in self.rows:
            values = [value for share in row.shares for value in (*_numbers(share)[:3], _rounded(share.rate))]
            cells = [
                "\n\n".join(
                    f"{in_quotation_marks(quote['text'])} {citation(quote, place=True)}" for quote in share.quotes
                )
                for share in row.shares
            ]
            rows.append((row.path, *values, self.verdict(row), self.sentence(row), *cells))
        return Table(["code", *numbers, "comparison", "sentence", *quotes], rows)


def comparison(
    index: Index, names: Sequence[str], by: str = "case", filters: Filters | None = None, *,
    codes: Iterable[str] = (), order: str = "codebook",
) -> Comparison:  # fmt: skip
    """Compare two to four things of one dimension. `codes` narrows the rows to these and their sub-codes.

    A passage that several coders coded alike counts once. Rows stand in codebook order, or with the greatest `difference`
    first. Raises BadOption, UnknownName.

    >>> comparison(index, ["liang", "zhao"]).rows[0].shares[0].count      # doctest: +SKIP
    54
    """
    filters = filters or Filters()
    keys = _keys(index, names, by, filters)
    if order not in ORDERS:
        raise BadOption(f"Rows can be in the order of {' or '.join(ORDERS)}, not {order!r}.")
    wanted = [code_id(index, code) for code in (*codes, *([filters.code] if filters.code else []))]
    book = index.codebook
    found = rows_of_sides(index, by, keys, filters)
    if wanted:
        found = [[row for row in rows if _within(book, row["code_id"], wanted)] for rows in found]
    made = compared(book, by, sides(index, by, keys, filters), found, wanted, order, filters.exact)
    return replace(made, filters=filters)


def compared(
    book: Codebook, by: str, compared_sides: Sequence[Side], rows: Sequence[Sequence[Row]],
    wanted: Sequence[str] = (), order: str = "codebook", exact: bool = False,
) -> Comparison:  # fmt: skip
    """The comparison of these sides by their coded segments. Codes above the `wanted` ones make no rows, since what they
    count would not be all that they have; with `exact` a theme counts only what is coded with itself."""
    shares = [_shares(book, side, own, exact) for side, own in zip(compared_sides, rows, strict=True)]
    used = set().union(*shares)
    listed = [code.id for code in book.codes if code.id in used]
    listed += sorted(used - set(listed))
    made = [
        CodeRow(
            code,
            book[code].name if code in book else code,
            book.path(code),
            book.level(code),
            tuple(side.get(code) or Share(rate=0.0 if of.words else None) for side, of in zip(shares, compared_sides, strict=True)),
        )
        for code in listed
        if not wanted or _within(book, code, wanted)
    ]  # fmt: skip
    if order == "difference":
        made.sort(key=lambda row: -row.difference)
    return Comparison(by, tuple(compared_sides), tuple(made), order)


def one_a_passage(rows: Iterable[Row]) -> list[Row]:
    """One row for each passage: where several coders coded it alike, all of them are named."""
    return list(_by_passage(rows).values())


def _by_passage(rows: Iterable[Row]) -> dict[Passage, Row]:
    merged: dict[Passage, Row] = {}
    for row in rows:
        key = (row["document"], row["start"], row["end"], row["text"])
        first = merged.get(key)
        merged[key] = row if first is None else first.replaced(coder=f"{first['coder']}, {row['coder']}")
    return merged


def in_quotation_marks(text: str) -> str:
    """The text in quotation marks, unless it stands in some already."""
    text = text.strip()
    return text if text[:1] in _OPEN and text[-1:] in _CLOSE and len(text) > 1 else f"“{text}”"


def _keys(index: Index, names: Sequence[str], by: str, filters: Filters) -> list[str]:
    side_axis(index, by)
    if not FEWEST <= len(names) <= MOST:
        raise BadOption(
            f"A comparison takes {FEWEST} to {MOST} sides; {len(names)} {'is' if len(names) == 1 else 'are'} named."
        )
    if getattr(filters, by, ""):
        raise BadOption(f"The sides are {by}s already, so --{by} cannot narrow them: leave it out.")
    keys = [key_of_side(index, by, name) for name in names]
    for key, name in zip(keys, names, strict=True):
        if keys.count(key) > 1:
            raise BadOption(f"{name!r} is named twice: a comparison is of different {by}s.")
    return keys


def _within(book: Codebook, code: str, wanted: Sequence[str]) -> bool:
    return any(above in wanted for above in book.with_ancestors(code))


def _shares(book: Codebook, side: Side, rows: Sequence[Row], exact: bool) -> dict[str, Share]:
    by_code: dict[str, list[Row]] = {}
    for row in rows:
        by_code.setdefault(row["code_id"], []).append(row)
    own = {code: _by_passage(coded) for code, coded in by_code.items()}
    below: dict[str, dict[Passage, int]] = {}
    for code, passages in own.items():
        words = {passage: row["words"] for passage, row in passages.items()}
        for theme in [code] if exact else book.with_ancestors(code):
            below.setdefault(theme, {}).update(words)
    return {code: _share(list(own.get(code, {}).values()), passages, side) for code, passages in below.items()}


def _share(quotes: Sequence[Row], passages: Mapping[Passage, int], side: Side) -> Share:
    rate = len(passages) * 1000 / side.words if side.words else None
    documents = len({document for document, *_ in passages})
    return Share(tuple(quotes), len(passages), documents, sum(passages.values()), rate)


def _numbers(share: Share) -> tuple[int, int, int, float | None]:
    return share.count, share.documents, share.words, share.rate


def _rounded(rate: float | None) -> float | None:
    return None if rate is None else round(rate, 4)
