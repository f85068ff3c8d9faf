"""Codes over time as a picture: small multiples, a panel for each case, all to one scale."""

from __future__ import annotations

from collections.abc import Sequence

from qualcode.analysis.case_counts import CaseCounts, Panel
from qualcode.analysis.code_rows import CodeRow, in_groups
from qualcode.analysis.periods import labels_of
from qualcode.analysis.plot import number
from qualcode.exchange.picture_parts import MARGIN, TOP, code_label, color_of, heading, label_width
from qualcode.exchange.svg import FAINT, MUTED, hatch, line, picture, rect, text, text_width

_WIDTH = 1080.0
_ROW, _THEME, _GAP = 42.0, 20.0, 30.0
_SLOT_LEAST, _SLOT_MOST = 11.0, 46.0


def over_time_svg(data: CaseCounts, title: str = "Codes over time") -> str:
    """Codings of each code, case and period; a period in which a case has no document is hatched: no data, not zero."""
    subtitle = f"Number of {data.measure} by {data.by}; hatched: no document, so no data"
    if data.undated:
        subtitle += f"; {len(data.undated)} documents without a date left out"
    groups = in_groups(data.rows)
    left = MARGIN + label_width(groups)
    slot, each = _shares(data, _WIDTH - left - MARGIN)
    panel_width = slot * len(data.periods)
    parts: list[str] = []
    y = TOP
    for start in range(0, len(data.panels), each):
        band = data.panels[start : start + each]
        parts += _band(data, band, groups, left, y, slot)
        y += _band_height(groups) + 26
    width = max(
        left + min(each, len(data.panels)) * (panel_width + _GAP) - _GAP + MARGIN, text_width(subtitle, 12) + 2 * MARGIN
    )
    return picture(width, y, title, _described(data), [*heading(title, subtitle, width), *parts])


def _shares(data: CaseCounts, room: float) -> tuple[float, int]:
    """How wide a period is, and how many panels stand side by side."""
    number_width = text_width(number(data.most), 10) + 4
    names = max((text_width(labels_of(period)[1] or period, 10) for period in data.periods), default=10) + 5
    wanted = min(max(number_width, names, _SLOT_LEAST), _SLOT_MOST)
    periods, panels = max(1, len(data.periods)), max(1, len(data.panels))
    each = max(1, min(panels, int((room + _GAP) // (wanted * periods + _GAP))))
    spread = (room - _GAP * (each - 1)) / each / periods
    return min(max(spread, _SLOT_LEAST), _SLOT_MOST), each


def _band_height(groups: Sequence[tuple[str, CodeRow | None]]) -> float:
    return 22 + sum(_ROW if row else _THEME for _, row in groups) + 56


def _band(
    data: CaseCounts, panels: Sequence[Panel], groups: Sequence[tuple[str, CodeRow | None]], left: float, top: float,
    slot: float,
) -> list[str]:  # fmt: skip
    """Some cases side by side, the codes' names at the left."""
    parts = []
    panel_width = slot * len(data.periods)
    y = top + 22
    bottom = y + sum(_ROW if row else _THEME for _, row in groups)
    for place, panel in enumerate(panels):
        x = left + place * (panel_width + _GAP)
        parts.append(text(x, top + 10, panel.name, size=13, bold=True, room=panel_width + _GAP - 8))
        parts += _gaps(panel, x, y, slot, bottom - y)
        parts += _axis(data, panel, x, bottom, slot)
    parts.append(text(left - 12, bottom + 44, "documents", size=10, anchor="end", fill=MUTED))
    for name, row in groups:
        height = _ROW if row else _THEME
        parts.append(code_label(MARGIN, y + height - 5, name, row, left - MARGIN - 12))
        for place, panel in enumerate(panels if row else ()):
            parts += _row(data, panel, row, left + place * (panel_width + _GAP), y + height - 2, slot)
        y += height
    return parts


def _gaps(panel: Panel, x: float, y: float, slot: float, height: float) -> list[str]:
    """Runs of periods without documents, hatched from top to bottom."""
    parts, at, count = [], 0, len(panel.ground)
    while at < count:
        end = at
        while end < count and panel.ground[end] is None:
            end += 1
        if end > at:
            place = x + at * slot, y, (end - at) * slot, height
            parts += [rect(*place, "#f6f8fa", told=f"{panel.name}: no document"), hatch(*place)]
        at = max(end, at + 1)
    return parts


def _row(data: CaseCounts, panel: Panel, row: CodeRow | None, x: float, base: float, slot: float) -> list[str]:
    """The bars of a code in a panel on their base line, with their numbers."""
    if row is None:
        return []
    parts, labelled = [line(x, base, x + slot * len(data.periods), base, FAINT)], _labelled(data, panel, row, slot)
    for at, period in enumerate(data.periods):
        value = data.value(panel, row.id, at)
        middle, height = x + (at + 0.5) * slot, (_ROW - 16) * (value or 0) / (data.most or 1)
        if value:
            told = f"{row.path}, {panel.name}, {period}: {number(value)}"
            bar = min(slot - 3, 26)
            parts.append(rect(middle - bar / 2, base - max(height, 1), bar, max(height, 1), color_of(row), told=told))
        if value is not None and at in labelled:
            shown = number(value) if value else "0"
            parts.append(text(middle, base - height - 3, shown, size=10 if value else 9, anchor="middle", fill=MUTED))
    return parts


def _labelled(data: CaseCounts, panel: Panel, row: CodeRow, slot: float) -> set[int]:
    """Which periods have their number written: all where there is room, else the one with the most."""
    if text_width(number(data.most), 10) <= slot:
        return set(range(len(data.periods)))
    values = [data.value(panel, row.id, at) or 0 for at in range(len(data.periods))]
    return {values.index(max(values))} if any(values) else set()


def _axis(data: CaseCounts, panel: Panel, x: float, y: float, slot: float) -> list[str]:
    """Names of periods (as many as there is room for), years where they begin, and the number of documents."""
    parts = []
    names = [labels_of(period) for period in data.periods]
    step = 1 + int(max((text_width(name or year, 10) + 4 for year, name in names), default=0) // slot)
    free, before = x, ""
    for at, (year, name) in enumerate(names):
        middle = x + (at + 0.5) * slot
        if at % step == 0:
            parts.append(text(middle, y + 14, name or year, size=10, anchor="middle", fill=MUTED))
        if name and year != before and x + at * slot >= free:
            parts.append(text(x + at * slot + 2, y + 28, year, size=10, bold=True, fill=MUTED))
            free = x + at * slot + 34
        before = year
        ground = panel.ground[at]
        if ground or slot > 14:
            shown = str(ground.documents) if ground else "–"
            parts.append(text(middle, y + 44, shown, size=10, anchor="middle", fill=MUTED))
    return parts


def _described(data: CaseCounts) -> str:
    """In words: the periods, and for each case the code and period with the most."""
    if not data.periods:
        return "No document has a date."
    told = [f"Number of {data.measure} by {data.by} from {data.periods[0]} to {data.periods[-1]}."]
    for panel in data.panels[:8]:
        places = [(data.value(panel, row.id, at) or 0, row.name, data.periods[at]) for row in data.rows
                  for at in range(len(data.periods))]  # fmt: skip
        value, name, period = max(places, key=lambda place: place[0], default=(0, "", ""))
        missing = sum(ground is None for ground in panel.ground)
        most = f"most {name} in {period} ({number(value)})" if value else "no codings"
        told.append(f"{panel.name}: {most}, {missing} of {len(data.periods)} periods without documents.")
    return " ".join(told)
