"""Saturation as a picture: codes so far, and below it the new ones of each interview."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

from qualcode.analysis.table import Table
from qualcode.exchange.picture_parts import MARGIN, TOP, heading
from qualcode.exchange.svg import FAINT, MUTED, circle, line, path, picture, rect, strong, text, text_width

_LEFT = 150.0
_UPPER, _LOWER = 150.0, 90.0
_BLUE = strong("#2f81f7")


def saturation_svg(table: Table, title: str = "Saturation") -> str:
    """A table with number, new_codes, codes_so_far and percent (None where no run ends) for each interview, in order."""
    rows = table.rows
    slot = min(max(760 / max(1, len(rows)), 9.0), 56.0)
    whole = rows[-1]["codes_so_far"] if rows else 0
    subtitle = f"{whole} codes in {len(rows)} interviews, in the order in which they were read for codes"
    width = max(_LEFT + slot * len(rows) + MARGIN, text_width(subtitle, 12) + 2 * MARGIN, 420.0)
    right = _LEFT + slot * len(rows)
    upper, lower = TOP + 20 + _UPPER, TOP + 20 + _UPPER + 34 + _LOWER
    parts = [
        text(MARGIN, upper - _UPPER / 2, "codes so far", bold=True), line(_LEFT, upper, right, upper, MUTED),
        text(MARGIN, lower - _LOWER / 2, "new codes", bold=True), line(_LEFT, lower, right, lower, MUTED),
        *_reached(table, slot, upper + 8, lower), *_so_far(rows, slot, upper, whole), *_new(rows, slot, lower), *_below(rows, slot, lower),
    ]  # fmt: skip
    told = ", ".join(str(row["new_codes"]) for row in rows)
    desc = f"{subtitle}. New codes: {told}. New in the run over those of the base: {_percents(rows)}."
    return picture(width, lower + 52 + MARGIN, title, desc, [*heading(title, subtitle, width), *parts])


def _percents(rows: Sequence[Any]) -> str:
    told = [f"interview {row['number']} {row['percent']:.0f}%" for row in rows if row["percent"] is not None]
    return ", ".join(told) or "not known yet"


def _middle(at: int, slot: float) -> float:
    return _LEFT + (at + 0.5) * slot


def _so_far(rows: Sequence[Any], slot: float, base: float, whole: int) -> list[str]:
    places = [
        (_middle(at, slot), base - (_UPPER - 16) * row["codes_so_far"] / max(1, whole)) for at, row in enumerate(rows)
    ]
    parts = [line(_LEFT, base - _UPPER + 16, _LEFT + slot * len(rows), base - _UPPER + 16, FAINT)] if rows else []
    if len(places) > 1:
        parts.append(path("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places), _BLUE, 2))
    for at, ((x, y), row) in enumerate(zip(places, rows, strict=True)):
        parts.append(circle(x, y, 3.5, _BLUE, told=f"interview {row['number']}: {row['codes_so_far']} codes so far"))
        if slot >= 20 or at in (0, len(rows) - 1):
            parts.append(text(x, y - 8, str(row["codes_so_far"]), size=10, anchor="middle", fill=MUTED))
    return parts


def _new(rows: Sequence[Any], slot: float, base: float) -> list[str]:
    parts, most = [], max((row["new_codes"] for row in rows), default=0) or 1
    for at, row in enumerate(rows):
        number, x = row["new_codes"], _middle(at, slot)
        height, bar = (_LOWER - 18) * number / most, min(slot - 3, 26)
        told = f"interview {row['number']}: {number} new codes"
        parts += [rect(x - bar / 2, base - max(height, 1), bar, max(height, 1), _BLUE, told=told)] if number else []
        if slot >= 14:
            parts.append(text(x, base - height - 4, str(number), size=10, anchor="middle", fill=MUTED))
    return parts


def _below(rows: Sequence[Any], slot: float, base: float) -> list[str]:
    """The interviews' numbers, and where a run ends the share of new codes in it."""
    end = _LEFT - 10
    parts = [text(end, base + 16, "interview", size=10, anchor="end", fill=MUTED),
             text(end, base + 36, "new in run / base", size=10, anchor="end", fill=MUTED)]  # fmt: skip
    numbers, percents = ceil(16 / slot), ceil(23 / slot)
    free = 0
    for at, row in enumerate(rows):
        x, percent = _middle(at, slot), row["percent"]
        if at % numbers == 0:
            parts.append(text(x, base + 16, str(row["number"]), size=10, anchor="middle", fill=MUTED))
        if percent is not None and at >= free:
            parts.append(text(x, base + 36, f"{percent:.0f}%", size=10, anchor="middle"))
            free = at + percents
    return parts


def _reached(table: Table, slot: float, top: float, base: float) -> list[str]:
    """A line behind the interview with which saturation is reached, where the table says which one that is."""
    at = next((at for at, row in enumerate(table.rows) if "saturated" in table.columns and row["saturated"]), None)
    if at is None:
        return []
    x = _LEFT + (at + 1) * slot
    return [line(x, top, x, base, MUTED, 1.5), text(x - 4, top + 8, "saturation", size=10, anchor="end", bold=True)]
