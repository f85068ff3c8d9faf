"""What the displays screen can show: each counts once, is drawn, says what is under the cursor, and has its quotes and picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qualcode.analysis import displays
from qualcode.analysis.codeline import Span
from qualcode.analysis.filters import Filters
from qualcode.analysis.plot import Piece, Plot, PlotRow, fitted
from qualcode.analysis.plots import codeline_plot, frequencies_plot, over_time_plot, pairs_plot
from qualcode.analysis.table import Table
from qualcode.core.how_many import how_many
from qualcode.index.index import Index

PERIODS = ("month", "quarter", "year", "date")
_MOST_PAIRS = 1000  # that are listed; an export has all
RELATIONS = ("overlap", "same-turn", "near:1", "near:3")


@dataclass(frozen=True)
class Choices:
    """What the user chose for all displays: themes or codes, the period, what together means, rates, a filter."""

    rows: str = "top-code"
    by: str = "month"
    relation: str = "overlap"
    per_words: bool = False
    where: str = ""


class Frequencies:
    """Code frequencies by case."""

    name, title = "frequencies", "Code frequencies by case"

    def __init__(self, index: Index, filters: Filters, choices: Choices, document: str) -> None:
        """Raises QualcodeError where the choices cannot be shown."""
        self._index, self._filters, self.choices = index, filters, choices
        self.data = self._counted()

    def _counted(self) -> displays.CaseCounts:
        return displays.frequencies(self._index, self._filters, self.choices.rows, per_words=self.choices.per_words)

    @property
    def heading(self) -> str:
        return f"{self.title} · {self.data.measure}"

    def plot(self, room: int) -> Plot:
        """Drawn in so many columns, labels included."""
        return fitted(lambda width: frequencies_plot(self.data, width), room)[0]

    def described(self, piece: Piece, row: PlotRow) -> str:
        """What is under the cursor, in a sentence."""
        case, code, at = piece.key
        panel = next(panel for panel in self.data.panels if panel.case == case)
        count, ground, period = panel.counts[code][at], panel.ground[at], self.data.periods[at]
        place = f"{row.label} × {panel.name}" + (f" × {period}" if period else "")
        if ground is None and count is None:
            return f"{place}: no data (no document that could have been coded)"
        documents = ground.documents if ground else 0
        of = f"{how_many(documents, 'document')}, {how_many(ground.words if ground else 0, 'word')}"
        return f"{place}: {how_many(count or 0, 'coding')} in {of} — Enter lists the quotes"

    def quotes(self, key: Any) -> Table:
        return displays.behind(self._index, self._filters, self.data, *key)

    def table(self) -> Table:
        return self.data.table()

    def picture(self) -> str:
        from qualcode.exchange.pictures import frequencies_svg

        return frequencies_svg(self.data)


class Timeline(Frequencies):
    """Codes over time, a panel for each case."""

    name, title = "timeline", "Codes over time"

    def _counted(self) -> displays.CaseCounts:
        chosen = self.choices
        return displays.over_time(self._index, self._filters, chosen.by, chosen.rows, per_words=chosen.per_words)

    @property
    def heading(self) -> str:
        return f"{self.title} by {self.data.by} · {self.data.measure}"

    def plot(self, room: int) -> Plot:
        return over_time_plot(self.data)

    def picture(self) -> str:
        from qualcode.exchange.pictures import over_time_svg

        return over_time_svg(self.data)


class Together:
    """Pairs of codes that occur together."""

    name = "network"

    def __init__(self, index: Index, filters: Filters, choices: Choices, document: str) -> None:
        self._index, self.choices = index, choices
        self._made = displays.together(index, filters, choices.relation, choices.rows)
        self._pairs = self._made.pairs_table()

    @property
    def heading(self) -> str:
        more = f" · the {_MOST_PAIRS} strongest of {len(self._pairs)} pairs" if len(self._pairs) > _MOST_PAIRS else ""
        return f"Codes that occur together · {self.choices.relation}{more}"

    def plot(self, room: int) -> Plot:
        strongest = Table(self._pairs.columns, self._pairs.rows[:_MOST_PAIRS])
        return fitted(lambda width: pairs_plot(strongest, self._index.codebook, width), room)[0]

    def described(self, piece: Piece, row: PlotRow) -> str:
        return f"{row.label} ({self.choices.relation}): Enter lists the quotes where they meet"

    def quotes(self, key: Any) -> Table:
        return displays.where_they_meet(self._index, self._made, *key)

    def table(self) -> Table:
        return self._pairs

    def picture(self) -> str:
        from qualcode.exchange.pictures import network_svg

        return network_svg(displays.network(self._index.codebook, self._pairs, self.choices.relation))


class Line:
    """The codeline of the document that is open."""

    name = "codeline"

    def __init__(self, index: Index, filters: Filters, choices: Choices, document: str) -> None:
        self.data = displays.codeline(index, document, filters)

    @property
    def heading(self) -> str:
        return f"Codeline · {self.data.title}"

    def plot(self, room: int) -> Plot:
        return fitted(lambda width: codeline_plot(self.data, width), room)[0]

    def described(self, piece: Piece, row: PlotRow) -> str:
        place = piece.key
        who = ", ".join(filter(None, (place.speaker, place.coder if isinstance(place, Span) else "")))
        return f"{row.label}: line {place.line}{f', {who}' if who else ''} — Enter goes there"

    def place(self, key: Any) -> tuple[str, int, int]:
        """The document and span behind a bar."""
        return self.data.document, key.start, key.end

    def table(self) -> Table:
        return self.data.table()

    def picture(self) -> str:
        from qualcode.exchange.pictures import codeline_svg

        return codeline_svg(self.data)


Shown = Frequencies | Together | Line
KINDS: tuple[type[Shown], ...] = (Frequencies, Timeline, Together, Line)
