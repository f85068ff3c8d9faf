"""What each column of a table of texts is: the text, the case, an id, a date, a title; by their names, or as the user says."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields

from qualcode.core.document import is_date
from qualcode.core.text import fold
from qualcode.core.visible import shorten
from qualcode.errors import BadFile, BadOption, Problem
from qualcode.exchange.sources.tables import SourceTable

_NAMES: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "answer", "answers", "response", "responses", "transcript", "interview", "statement", "comment", "comments",
             "antwort", "réponse", "respuesta", "回答", "回答内容", "回應", "答案", "文本", "正文", "原文", "内容", "內容", "访谈", "訪談"),
    "case": ("case", "case id", "respondent", "respondent id", "participant", "participant id", "fall", "family",
             "个案", "個案", "案例", "受访者", "受訪者", "参与者"),
    "id": ("id", "document", "document id", "response id", "answer id", "nr", "no", "number", "编号", "編號", "序号", "序號"),
    "date": ("date", "day", "submitted", "submitted at", "submit date", "timestamp", "datum", "fecha", "日期", "时间", "時間"),
    "title": ("title", "titel", "titre", "título", "标题", "標題"),
    "kind": ("kind", "document kind"),
    "language": ("language", "lang", "语言", "語言"),
}  # fmt: skip
_SHORTEST_MEAN = (
    20  # signs (a Chinese one counts as three) that the texts of a column have in the mean, if none has a usual name
)
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]+\d{1,2}:\d{2}.*)?")


@dataclass(frozen=True)
class Asked:
    """Which columns the user named, and where the attributes are to go: "case", "document" or "" (where they fit)."""

    text: str = ""
    case: str = ""
    id: str = ""
    date: str = ""
    title: str = ""
    sheet: str = ""
    attributes_to: str = ""

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Asked:
        """Raises BadOption for what a table knows nothing of."""
        known = {one.name for one in fields(cls)}
        if unknown := set(values) - known:
            raise BadOption(
                f"A table knows nothing of {', '.join(sorted(unknown))}; it takes: {', '.join(sorted(known))}."
            )
        if values.get("attributes_to", "") not in ("", "case", "document"):
            raise BadOption(f"Attributes go to case or document, not to {values['attributes_to']!r}.")
        return cls(**values)


@dataclass(frozen=True)
class Columns:
    """Places of the columns: the texts, the others by what they are, and the attributes; `remarks` say what was taken for what."""

    texts: tuple[int, ...]
    places: Mapping[str, int] = field(default_factory=dict)
    attributes: tuple[int, ...] = ()
    remarks: tuple[str, ...] = ()


def columns_of(table: SourceTable, asked: Asked, shown_as: str, known: Iterable[str] = ()) -> Columns:
    """What the table's columns are. What is `known` of all documents (case, date ...) is not looked for.

    Raises BadOption where a column is not there or no text can be told, BadFile where a date column holds something else.
    """
    places: dict[str, int] = {}
    for what in ("case", "id", "date", "title"):
        if name := getattr(asked, what):
            places[what] = table.column(name)
    texts = _asked_texts(table, asked.text) if asked.text else ()
    taken = {*places.values(), *texts}
    if len(taken) < len(places) + len(texts):
        raise BadOption("One column cannot be two things: name each once.")
    for what in ("text", "case", "id", "date", "title", "kind", "language"):
        if what not in places and what not in known and not (what == "text" and texts):
            at = _usual(table, what, taken)
            if at is not None and what == "date" and _not_dates(table, at):
                at = None
            if at is not None and what == "text":
                texts = (at,)
            elif at is not None:
                places[what] = at
            taken |= {at} if at is not None else set()
    texts = texts or (_longest(table, taken),)
    if asked.date and (bad := _not_dates(table, places["date"])):
        raise BadFile([Problem(shown_as, line, f"{shorten(text, 40)!r} is not a date", "write it as YYYY-MM-DD, or leave the cell empty")
                       for line, text in bad[:20]])  # fmt: skip
    rest = [at for at in range(len(table.columns)) if at not in {*places.values(), *texts}]
    used = [at for at in rest if any(row.cells[at].strip() for row in table.rows)]
    remarks = [f"Text: the column{'s' if len(texts) > 1 else ''} {_named(table, texts)}."]
    remarks += [f"{what.capitalize()}: the column {_named(table, [at])}." for what, at in places.items()]
    if len(used) < len(rest):
        remarks.append(
            f"Columns without any value were left out: {_named(table, [at for at in rest if at not in used])}."
        )
    return Columns(tuple(texts), places, tuple(used), tuple(remarks))


def day_of(text: str) -> str:
    """The day of a date as people write it, year first, as YYYY-MM-DD; "" where it is none."""
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return ""
    day = f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"
    return day if is_date(day) else ""


def _asked_texts(table: SourceTable, wanted: str) -> tuple[int, ...]:
    """Places of the text columns named, parted by commas; a name that holds a comma stands alone or in quotes."""
    try:
        return (table.column(wanted),)
    except BadOption:
        try:
            names = next(csv.reader([" ".join(wanted.split())], skipinitialspace=True), [])
        except csv.Error:
            names = []
        if len(names) < 2:
            raise
        return tuple(dict.fromkeys(table.column(name) for name in names))


def _usual(table: SourceTable, what: str, taken: set[int]) -> int | None:
    plain = [" ".join(fold(name.replace("_", " ").replace("-", " ")).split()) for name in table.columns]
    found = (plain.index(name) for name in map(fold, _NAMES[what]) if name in plain)
    return next((at for at in found if at not in taken), None)


def _longest(table: SourceTable, taken: set[int]) -> int:
    means = {at: _mean([row.cells[at] for row in table.rows]) for at in range(len(table.columns)) if at not in taken}
    at = max(means, key=lambda place: means[place], default=-1)
    if at < 0 or means[at] < _SHORTEST_MEAN:
        raise BadOption(
            f"Which column holds the text cannot be told: name it with --text-column. "
            f"The columns: {', '.join(shorten(name, 40) for name in table.columns[:30])}."
        )
    return at


def _mean(cells: Sequence[str]) -> float:
    texts = [cell for cell in cells if cell.strip()]
    return sum(
        len(text) if text.isascii() else sum(3 if sign >= "\u2e80" else 1 for sign in text) for text in texts
    ) / max(len(texts), 1)


def _not_dates(table: SourceTable, at: int) -> list[tuple[int, str]]:
    return [(row.line, row.cells[at]) for row in table.rows if row.cells[at].strip() and not day_of(row.cells[at])]


def _named(table: SourceTable, places: Sequence[int]) -> str:
    more = f" and {len(places) - 12} more" if len(places) > 12 else ""
    return ", ".join(repr(shorten(table.columns[at], 40)) for at in places[:12]) + more
