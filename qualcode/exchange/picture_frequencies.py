"""Code frequencies by case as a picture: bars in groups for up to four cases, else a column of bars for each."""

from __future__ import annotations

from collections.abc import Sequence

from qualcode.analysis.case_counts import CaseCounts, Panel
from qualcode.analysis.code_rows import CodeRow, in_groups
from qualcode.analysis.plot import number
from qualcode.exchange.picture_parts import MARGIN, TOP, code_label, color_of, heading, label_width, legend
from qualcode.exchange.svg import FAINT, MUTED, filled, line, picture, text

_WIDTH = 960.0
_GROUPED = 4
_BAR, _GAP = 12.0, 10.0
_COLUMN, _BESIDE = 110.0, 8


def frequencies_svg(data: CaseCounts, title: str = "Code frequencies by case") -> str:
    """How often each code was used in each case. Codes that nobody used are left out, and how many is said."""
    used = [row for row in data.rows if any(panel.counts[row.id][0] for panel in data.panels)]
    groups = in_groups(used)
    unused = len(data.rows) - len(used)
    subtitle = f"Number of {data.measure}; themes include their sub-codes" + (
        f"; {unused} codes without any left out" * bool(unused)
    )
    draw = _grouped if len(data.panels) <= _GROUPED else _columns
    parts, width, height = draw(data, groups)
    names = ", ".join(panel.name for panel in data.panels)
    desc = f"{len(used)} codes by {len(data.panels)} cases ({names}). {_greatest(data, used)}"
    return picture(width, height, title, desc, [*heading(title, subtitle, width), *parts])


def _greatest(data: CaseCounts, rows: Sequence[CodeRow]) -> str:
    told = []
    for panel in data.panels[:6]:
        most = max(rows, key=lambda row: data.value(panel, row.id, 0) or 0, default=None)
        if most and data.value(panel, most.id, 0):
            told.append(f"{panel.name}: {most.name} {number(data.value(panel, most.id, 0))}")
    return "Most in each case: " + "; ".join(told) + "." if told else "There are no codings."


def _grouped(data: CaseCounts, groups: Sequence[tuple[str, CodeRow | None]]) -> tuple[list[str], float, float]:
    left = MARGIN + label_width(groups)
    room = _WIDTH - left - MARGIN - 40
    parts, y = legend(left, TOP, [panel.name for panel in data.panels], MUTED, _WIDTH)
    y += TOP + 4
    top = y
    for name, row in groups:
        if row is None or not row.level:
            y += 6
        height = _BAR * len(data.panels) if row else _BAR
        parts.append(code_label(MARGIN, y + height / 2 + 4, name, row, left - MARGIN - 12))
        for kind, panel in enumerate(data.panels if row else ()):
            parts.append(_bar(data, panel, row, kind, left, y + kind * _BAR, room))
        y += height + _GAP
    parts.append(line(left, top, left, y, MUTED))
    return parts, _WIDTH, y + MARGIN


def _bar(data: CaseCounts, panel: Panel, row: CodeRow | None, kind: int, x: float, y: float, room: float) -> str:
    """A bar with its number at the end; "no data" where the case has no document."""
    if row is None:
        return ""
    value = data.value(panel, row.id, 0)
    if value is None:
        return text(x + 4, y + 9, "no data", size=10, fill=MUTED)
    size = room * value / (data.most or 1)
    told = f"{row.path}, {panel.name}: {number(value)}"
    bar = filled(kind, x, y, max(size, 2), _BAR - 2, color_of(row), told) if value else ""
    return bar + text(x + size + 5, y + 9, number(value), size=10, fill=MUTED)


def _columns(data: CaseCounts, groups: Sequence[tuple[str, CodeRow | None]]) -> tuple[list[str], float, float]:
    left = MARGIN + label_width(groups)
    parts: list[str] = []
    y = TOP
    for start in range(0, len(data.panels), _BESIDE):
        band = data.panels[start : start + _BESIDE]
        y += 14
        for place, panel in enumerate(band):
            x = left + place * _COLUMN
            parts += [text(x, y, panel.name, bold=True, room=_COLUMN - 10),
                      line(x, y + 8, x, y + 12 + 18 * len(groups), FAINT)]  # fmt: skip
        y += 12
        for name, row in groups:
            parts.append(code_label(MARGIN, y + 12, name, row, left - MARGIN - 12))
            for place, panel in enumerate(band):
                parts.append(_bar(data, panel, row, 0, left + place * _COLUMN, y + 3, _COLUMN - 44))
            y += 18
        y += 18
    return parts, left + _COLUMN * min(_BESIDE, len(data.panels)) + MARGIN, y + MARGIN
