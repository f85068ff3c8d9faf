"""The displays in block characters: frequencies by case, codes over time, the codeline of a document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from qualcode.analysis.case_counts import CaseCounts, Panel
from qualcode.analysis.code_rows import CodeRow, code_row, in_groups
from qualcode.analysis.codeline import Codeline
from qualcode.analysis.network import book_paths
from qualcode.analysis.periods import labels_of
from qualcode.analysis.plot import NO_DATA, Piece, Pieces, Plot, PlotRow, horizontal_bar, number, vertical_bar
from qualcode.analysis.table import Row, Table
from qualcode.core.codebook import Codebook
from qualcode.core.visible import fit, visible

_GAP = 2


def frequencies_plot(data: CaseCounts, width: int, panels: Sequence[Panel] | None = None) -> Plot:
    """A column of bars for each case, all to one scale, in as many columns as `width` allows (6 for a bar at least)."""
    panels = data.panels if panels is None else panels
    digits = max(len(number(data.most)), 3)
    cell = min(max(width // max(1, len(panels)), 6 + digits + 1 + _GAP), 60)
    bar, most = cell - digits - 1 - _GAP, data.most or 1

    def piece(row: CodeRow, at: int) -> Piece:
        value = data.value(panels[at], row.id, 0)
        text = f"{horizontal_bar((value or 0) / most, bar)} {number(value):>{digits}}"
        text = text if value is not None else f"{NO_DATA * 2:<{bar}} {'–':>{digits}}"
        return Piece(at * cell, text, _tone(value), (panels[at].case, row.id, 0))

    rows = _rows(data, panels, len(panels), piece)
    heads = [Piece(place * cell, fit(panel.name, cell - _GAP), "head") for place, panel in enumerate(panels)]
    return Plot(f"Code frequencies by case · {data.measure}", [heads], rows, cell * len(panels))


def over_time_plot(data: CaseCounts, panels: Sequence[Panel] | None = None) -> Plot:
    """A panel for each case side by side, all to one scale: in each period a bar with its number, or no data."""
    panels = data.panels if panels is None else panels
    cell, panel_width = _cell_width(data), panel_columns(data)
    most, digits = data.most or 1, len(number(data.most))

    def piece(row: CodeRow, number_of: int) -> Piece:
        place, at = divmod(number_of, len(data.periods))
        value = data.value(panels[place], row.id, at)
        text = f"{vertical_bar((value or 0) / most)}{number(value):>{digits}}"
        text = NO_DATA * (digits + 1) if value is None else text
        return Piece(place * panel_width + at * cell, text, _tone(value), (panels[place].case, row.id, at))

    rows = _rows(data, panels, len(panels) * len(data.periods), piece)
    title = f"Codes over time · by {data.by} · {data.measure}"
    return Plot(title, _time_heads(data, panels, cell, panel_width), rows, panel_width * len(panels) - 3)


def _rows(
    data: CaseCounts, panels: Sequence[Panel], pieces: int, make: Callable[[CodeRow, int], Piece]
) -> list[PlotRow]:
    return [
        _row(label, row, _total(data, row, panels), Pieces(pieces, partial(make, row)) if row else ())
        for label, row in in_groups(data.rows)
    ]


def panel_columns(data: CaseCounts) -> int:
    """How many columns a case takes in `over_time_plot`, with the gap behind it."""
    return max(_cell_width(data) * len(data.periods), 8) + 3


def _cell_width(data: CaseCounts) -> int:
    names = max((len(labels_of(period)[1] or period) for period in data.periods), default=3)
    return max(len(number(data.most)) + 2, names + 1)


def _time_heads(data: CaseCounts, panels: Sequence[Panel], cell: int, panel_width: int) -> list[list[Piece]]:
    """Three lines: the cases, the years where they begin, the periods."""
    cases, years, names = [], [], []
    for place, panel in enumerate(panels):
        left, before = place * panel_width, ""
        cases.append(Piece(left, fit(panel.name, panel_width - 3), "head"))
        for at, period in enumerate(data.periods):
            year, name = labels_of(period)
            if year != before:
                years.append(Piece(left + at * cell, year, "head"))
            if name:
                names.append(Piece(left + at * cell, name, "head"))
            before = year
    return [head for head in (cases, years, names) if head]


def codeline_plot(data: Codeline, width: int) -> Plot:
    """Who speaks where, then where each code runs, over the whole width; the header says lines of the text."""

    def piece(start: int, end: int, tone: str, key: object) -> Piece:
        scale = width / max(1, data.length)
        left = min(int(start * scale), width - 1)
        size = max(1, min(round(end * scale), width) - left)
        return Piece(left, ("█" * (size - 1) + "▉") if tone == "bar" else "▬" * size, tone, key)

    rows = []
    for name in data.speakers:
        turns = [turn for turn in data.turns if turn.speaker == name]
        pieces = [piece(turn.start, turn.end, "speaker", turn) for turn in turns]
        rows.append(PlotRow(visible(name), 0, str(len(turns)), "", f"speaker {name}", pieces))
    spans_of = {row.id: spans for row, spans in data.rows}
    for label, row in in_groups(row for row, _ in data.rows):
        spans = spans_of[row.id] if row else ()
        pieces = [piece(span.start, span.end, "bar", span) for span in spans]
        rows.append(_row(label, row, str(len(spans)) if row else "", pieces))
    return Plot(f"Codeline · {data.title}", [_line_numbers(data, width)], rows, width)


def _line_numbers(data: Codeline, width: int) -> list[Piece]:
    heads: list[Piece] = []
    free = 0
    for turn in data.turns:
        at, text = turn.start * width // max(1, data.length), str(turn.line)
        if at >= free and at + len(text) <= width:
            heads.append(Piece(at, text, "head"))
            free = at + max(len(text) + 2, width // 10)
    return heads


def pairs_plot(pairs: Table, book: Codebook, width: int) -> Plot:
    """Pairs of codes that occur together, most often first: a bar with the count, the Jaccard and the c-coefficient; behind
    each are the paths of the two codes."""
    most = max((row["count"] for row in pairs), default=1)
    digits = max(len(str(most)), 5)
    bar = max(6, min(24, width - digits - 1 - 2 * 9))
    ids = book_paths(book)
    codes = {path: code_row(book, ids.get(path, path)) for row in pairs for path in (row["code_a"], row["code_b"])}

    def piece(row: Row, _at: int) -> Piece:
        text = (
            f"{horizontal_bar(row['count'] / most, bar)} {row['count']:>{digits}}{row['jaccard']:>9.2f}{row['c']:>9.2f}"
        )
        return Piece(0, text, "bar", (row["code_a"], row["code_b"]))

    rows = []
    for row in pairs:
        first, second = codes[row["code_a"]], codes[row["code_b"]]
        label = f"{visible(first.name)} – {visible(second.name)}"
        rows.append(PlotRow(label, 0, "", first.color, f"{first.id} {second.id}", Pieces(1, partial(piece, row))))
    heads = [Piece(bar + 1, f"{'count':>{digits}}{'Jaccard':>9}{'c':>9}", "head")]
    return Plot("Codes that occur together", [heads], rows, bar + 1 + digits + 18)


def _row(label: str, row: CodeRow | None, aside: str, pieces: Sequence[Piece]) -> PlotRow:
    return PlotRow(
        visible(label), min(row.level, 1) if row else 0, aside, row.color if row else "", row.id if row else "", pieces
    )


def _total(data: CaseCounts, row: CodeRow | None, panels: Sequence[Panel]) -> str:
    """The codings of a row in all panels shown; none where values are rates, which do not add up."""
    if row is None or data.per_words:
        return ""
    return str(sum(sum(filter(None, panel.counts[row.id])) for panel in panels))


def _tone(value: float | None) -> str:
    return "none" if value is None else "bar" if value else "zero"


def plots_in_width(data: CaseCounts, width: int, label_width: int) -> list[list[Panel]]:
    """The panels in bands that fit into a width, at least one in each."""
    size = panel_columns(data) if data.by else 14
    each = max(1, (width - label_width) // size)
    return [list(data.panels[at : at + each]) for at in range(0, len(data.panels), each)]
