"""What pictures of codes have in common: heading, legend, and labels of codes under their themes."""

from __future__ import annotations

from collections.abc import Sequence

from qualcode.analysis.code_rows import CodeRow
from qualcode.exchange.svg import INK, MUTED, filled, strong, text, text_width

MARGIN = 24.0
TOP = 62.0  # below title and subtitle
_LABEL_MOST = 340.0


def heading(title: str, subtitle: str, width: float) -> list[str]:
    """Title and subtitle at the top of a picture."""
    room = width - 2 * MARGIN
    return [text(MARGIN, 32, title, size=16, bold=True, room=room), text(MARGIN, 50, subtitle, fill=MUTED, room=room)]


def legend(x: float, y: float, names: Sequence[str], color: str, width: float) -> tuple[list[str], float]:
    """The fills and what they stand for, in as many lines as they need; and the height that they take."""
    parts, at, row = [], x, 0
    for kind, name in enumerate(names):
        size = 18 + text_width(name, 12) + 20
        if at > x and at + size > width - MARGIN:
            at, row = x, row + 1
        top = y + 20 * row
        parts += [filled(kind, at, top, 12, 12, color), text(at + 18, top + 10, name, room=width - MARGIN - at)]
        at += size
    return parts, 20.0 * (row + 1)


def label_width(groups: Sequence[tuple[str, CodeRow | None]], *, aside: float = 0) -> float:
    """How much room the labels of codes need, with what stands beside them."""
    widest = max(
        (text_width(name, 12, bold=True) + (14 if row and row.level else 0) for name, row in groups), default=60
    )
    return min(widest, _LABEL_MOST) + aside + 12


def code_label(x: float, y: float, name: str, row: CodeRow | None, room: float) -> str:
    """The name of a code on the baseline `y`: themes bold, sub-codes indented."""
    if row is not None and row.level:
        return text(x + 14, y, name, room=room - 14)
    return text(x, y, name, bold=True, room=room, fill=INK if row else MUTED)


def color_of(row: CodeRow | None) -> str:
    """The code's colour, dark enough for white paper."""
    return strong(row.color if row else "")
