"""What the matrix screen shows: rows, columns, measure, filter and arrangement as one value, and the steps between such values."""

from __future__ import annotations

from dataclasses import dataclass, replace

from qualcode.analysis.cooccurrence import CELLS as TOGETHER
from qualcode.analysis.measures import CELLS
from qualcode.core.visible import shorten

TOTAL = "\0total"  # stands for the column, or row, of totals where a key is asked for
COLUMNS = ("case", "role", "kind", "coder", "speaker", "document")
COMMON = ("segments", "documents", "words")
COMMON_TOGETHER = ("segments", "jaccard", "c-coefficient")
PERCENTS = ("", "row", "col", "total")
TEXTS = ("quotes", "summaries", "first-date")
_ABSOLUTE = (*TEXTS, "coverage", "present")  # of which there are no percentages
_CODES = ("code", "top-code")


@dataclass(frozen=True, slots=True)
class MatrixChoice:
    """Rows, columns and cells as `analysis.matrix` takes them, and how they are arranged.

    `sorted_by` is the key of a column (TOTAL: the totals), None for the natural order; `folded` are codes whose sub-codes are not
    shown; `turned` is a co-occurrence with its direction turned about.
    """

    rows: str = "code"
    cols: str = "case"
    cell: str = "segments"
    percent: str = ""
    per: str = ""
    relation: str = ""
    where: str = ""
    exact: bool = False
    sorted_by: str | None = None
    hide_empty: bool = False
    folded: frozenset[str] = frozenset()
    turned: bool = False

    @property
    def together(self) -> bool:
        """Whether this is co-occurrence: codes by codes."""
        return self.rows in _CODES and self.cols in _CODES

    @property
    def texts(self) -> bool:
        """Whether cells hold texts."""
        return self.cell in TEXTS

    @property
    def cells(self) -> tuple[str, ...]:
        """What cells can show."""
        return TOGETHER if self.together else CELLS


def with_rows(choice: MatrixChoice, spec: str) -> MatrixChoice:
    """Other rows; what stood in the rows goes to the columns where these had them, but codes can stand in both."""
    cols = choice.rows if choice.cols == spec and spec not in _CODES else choice.cols
    return _settled(replace(choice, rows=spec, cols=_beside(spec, cols), sorted_by=None))


def with_cols(choice: MatrixChoice, spec: str) -> MatrixChoice:
    """Other columns, likewise."""
    rows = choice.cols if choice.rows == spec and spec not in _CODES else choice.rows
    return _settled(replace(choice, cols=spec, rows=_beside(spec, rows), sorted_by=None))


def with_next_cols(choice: MatrixChoice) -> MatrixChoice:
    """The next of the common columns that is not in the rows."""
    order = [spec for spec in COLUMNS if spec not in choice.rows.split("+")]
    at = order.index(choice.cols) if choice.cols in order else -1
    return with_cols(choice, order[(at + 1) % len(order)])


def with_relation(choice: MatrixChoice, relation: str) -> MatrixChoice:
    """Codes by codes, by this relation between codings."""
    rows = choice.rows if choice.rows in _CODES else "code"
    return _settled(replace(choice, rows=rows, cols=rows, relation=relation, sorted_by=None, turned=False))


def with_cell(choice: MatrixChoice, cell: str) -> MatrixChoice:
    return _settled(replace(choice, cell=cell))


def with_next_cell(choice: MatrixChoice) -> MatrixChoice:
    """The next of the common measures."""
    order = COMMON_TOGETHER if choice.together else COMMON
    at = order.index(choice.cell) if choice.cell in order else -1
    return with_cell(choice, order[(at + 1) % len(order)])


def with_percent(choice: MatrixChoice, percent: str) -> MatrixChoice:
    """Shares of the row, col or total; "" for plain numbers. What has no shares becomes segments."""
    cell = "segments" if percent and choice.cell in _ABSOLUTE else choice.cell
    return _settled(replace(choice, percent=percent, per="", cell=cell))


def with_next_percent(choice: MatrixChoice) -> MatrixChoice:
    return with_percent(choice, PERCENTS[(PERCENTS.index(choice.percent) + 1) % len(PERCENTS)])


def with_per(choice: MatrixChoice, per: str) -> MatrixChoice:
    """For so much text, as `1000words`; "" for plain numbers."""
    cell = "segments" if per and choice.cell in _ABSOLUTE else choice.cell
    return _settled(replace(choice, per=per, percent="", cell=cell))


def transposed(choice: MatrixChoice) -> MatrixChoice:
    """Rows and columns changed about, with the percentages that go by them."""
    if choice.together:
        return replace(choice, rows=choice.cols, cols=choice.rows, turned=not choice.turned, sorted_by=None)
    percent = {"row": "col", "col": "row"}.get(choice.percent, choice.percent)
    return replace(choice, rows=choice.cols, cols=choice.rows, percent=percent, sorted_by=None)


def sorted_by(choice: MatrixChoice, column: str) -> MatrixChoice:
    """Rows by this column, the greatest first; where they are already, in their natural order again."""
    return replace(choice, sorted_by=None if choice.sorted_by == column else column)


def folding(choice: MatrixChoice, code: str) -> MatrixChoice:
    """A code's sub-codes folded away, or shown again."""
    return replace(choice, folded=choice.folded ^ {code})


def _beside(spec: str, other: str) -> str:
    """What can stand beside a dimension: codes joined with something do not stand beside codes."""
    joined = "+" in spec + other and _has_code(spec) and _has_code(other)
    shares = bool(set(spec.split("+")) & set(other.split("+"))) and "+" in spec + other
    if not joined and not shares:
        return other
    return next(name for name in (*COLUMNS, "code") if name not in spec.split("+"))


def _has_code(spec: str) -> bool:
    return bool(set(spec.split("+")) & set(_CODES))


def _settled(choice: MatrixChoice) -> MatrixChoice:
    """The choice without what does not go together: the newest choice stands, others give way."""
    if choice.together:
        relation = choice.relation or "overlap"
        cell = choice.cell if choice.cell in TOGETHER else "segments"
        return replace(choice, relation=relation, cell=cell, percent="", per="")
    cell = choice.cell if choice.cell in CELLS else "segments"
    if cell == "summaries" and {choice.rows, choice.cols} not in ({"code", "case"}, {"top-code", "case"}):
        cell = "segments"
    plain = cell in _ABSOLUTE
    return replace(choice, cell=cell, relation="", turned=False, percent="" if plain else choice.percent,
                   per="" if plain else choice.per)  # fmt: skip


def heading(choice: MatrixChoice, sorted_label: str = "", coder: str = "") -> str:
    """What is shown, in words: the title of the matrix."""
    rows = "codes" if choice.rows == "code" else choice.rows
    parts = [f"{rows[:1].upper()}{rows[1:]} by {'codes' if choice.together and choice.cols == 'code' else choice.cols}"]
    parts.append(_measure(choice))
    parts += [f"filter: {shorten(choice.where, 40)}"] if choice.where else []
    parts += [f"only {coder}"] if coder else []
    parts += ["own codings only"] if choice.exact else []
    parts += [f"sorted by {shorten(sorted_label, 24)}"] if sorted_label else []
    parts += ["empty hidden"] if choice.hide_empty else []
    parts += ["folded"] if choice.folded else []
    return " · ".join(parts)


def _measure(choice: MatrixChoice) -> str:
    if choice.together:
        return f"{choice.cell}, {_RELATION[choice.relation.partition(':')[0]]}{_within(choice.relation)}"
    if choice.percent:
        return f"{choice.cell}, % of {_WHOLE[choice.percent]}"
    return (
        f"{choice.cell} per {choice.per.replace('words', ' words').replace('chars', ' characters')}"
        if choice.per
        else choice.cell
    )


_WHOLE = {"row": "row", "col": "column", "total": "all"}
_RELATION = {"overlap": "overlapping", "same-turn": "in the same turn", "near": "near each other",
             "contains": "row contains column", "follows": "row follows column"}  # fmt: skip


def _within(relation: str) -> str:
    turns = relation.partition(":")[2]
    return f" ({turns} turn{'' if turns == '1' else 's'})" if turns else ""
