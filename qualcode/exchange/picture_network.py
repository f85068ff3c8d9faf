"""The co-occurrence network as a picture: codes around a lens, theme beside theme, ties through the middle."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot, sqrt

from qualcode.analysis.network import Network, Tie
from qualcode.exchange.picture_parts import MARGIN, TOP, color_of, heading
from qualcode.exchange.svg import MUTED, circle, line, path, picture, text

_WIDTH = 1000.0
_STEP = 23.0  # between labels, so that none touches another
_STRONGEST = 12


def network_svg(data: Network, title: str = "Codes that occur together") -> str:
    """Codes as dots (the larger the more codings), ties as lines (the wider the more often two meet), and the strongest ties
    in words below. Themes stand beside each other in codebook order: the same project gives the same picture."""
    often = f" at least {data.least} times" if data.left_out else ""
    subtitle = f"{len(data.ties)} pairs of {len(data.nodes)} codes that meet{often} ({data.relation})"
    if data.left_out:
        subtitle += f"; {data.left_out} weaker pairs left out"
    if not data.ties:
        subtitle = f"No two codes meet ({data.relation})"
    places, height = _places(len(data.nodes))
    centre = _WIDTH / 2, TOP + 20 + height / 2
    most = max((tie.times for tie in data.ties), default=1)
    parts = [_tie(data, tie, places, centre, most) for tie in reversed(data.ties)]
    largest = max((size for _, size in data.nodes), default=1)
    for at, (x, y) in enumerate(places):
        parts += _node(data, at, centre[0] + x, centre[1] + y, largest)
    top = TOP + 40 + height
    parts += _strongest(data, top, most)
    lines = (min(len(data.ties), _STRONGEST) + 1) // 2
    told = "; ".join(f"{_pair(data, tie)}: {tie.times}" for tie in data.ties[:_STRONGEST])
    desc = f"{subtitle}. Strongest: {told}." if told else f"{subtitle}."
    return picture(_WIDTH, top + 30 + 20 * lines + MARGIN, title, desc, [*heading(title, subtitle, _WIDTH), *parts])


def _places(count: int) -> tuple[list[tuple[float, float]], float]:
    """Where the dots stand around (0, 0), clockwise from the top: on a lens, evenly from top to bottom on either side, so
    that their labels never touch; and how high it is."""
    right = (count + 1) // 2
    height = max(_STEP * right, 120.0)
    half = min(max(height / 2, 130.0), 210.0)
    found = []
    for at in range(count):
        on_right = at < right
        side = right if on_right else count - right
        place = at if on_right else count - 1 - at
        share = (2 * place + 1) / side - 1
        found.append(((half if on_right else -half) * (sqrt(1 - share * share) * 0.85 + 0.15), share * height / 2))
    return found, height


def _tie(data: Network, tie: Tie, places: Sequence[tuple[float, float]], centre: tuple[float, float], most: int) -> str:
    (x1, y1), (x2, y2) = places[tie.a], places[tie.b]
    pull = 0.25 + 0.6 * min(1.0, hypot(x2 - x1, y2 - y1) / (2 * max(map(abs, (x1, x2)))))
    bend_x, bend_y = (x1 + x2) / 2 * (1 - pull), (y1 + y2) / 2 * (1 - pull * 0.4)
    x, y = centre
    d = f"M{x + x1:.1f} {y + y1:.1f}Q{x + bend_x:.1f} {y + bend_y:.1f} {x + x2:.1f} {y + y2:.1f}"
    return path(d, _color(data, tie), _thick(tie, most), opacity=0.35 + 0.45 * tie.times / most,
                told=f"{_pair(data, tie)}: {tie.times}")  # fmt: skip


def _color(data: Network, tie: Tie) -> str:
    """Ties within a theme have its colour, those between themes are grey."""
    first, second = data.nodes[tie.a][0], data.nodes[tie.b][0]
    return color_of(first) if first.theme == second.theme else MUTED


def _thick(tie: Tie, most: int) -> float:
    return 1 + 7 * tie.times / most


def _pair(data: Network, tie: Tie) -> str:
    return f"{data.nodes[tie.a][0].name} – {data.nodes[tie.b][0].name}"


def _node(data: Network, at: int, x: float, y: float, largest: int) -> list[str]:
    row, size = data.nodes[at]
    radius = 3.5 + 6.5 * sqrt(size / largest)
    on_right = at < (len(data.nodes) + 1) // 2
    label = x + (radius + 5 if on_right else -radius - 5)
    room = _WIDTH - MARGIN - label if on_right else label - MARGIN
    anchor = "start" if on_right else "end"
    return [
        circle(x, y, radius, color_of(row), told=f"{row.path}: {size} codings"),
        text(label, y + 4, row.name, anchor=anchor, bold=not row.level, room=room, aside=f" ({size})"),
    ]


def _strongest(data: Network, top: float, most: int) -> list[str]:
    """The strongest ties in words, each behind a piece of its line: a legend with numbers."""
    if not data.ties:
        return []
    parts = [text(MARGIN, top + 10, "Strongest pairs", bold=True),
             text(_WIDTH - MARGIN, top + 10, "in brackets: codings of the code", size=10, anchor="end", fill=MUTED)]  # fmt: skip
    ties = data.ties[:_STRONGEST]
    rows = (len(ties) + 1) // 2
    for place, tie in enumerate(ties):
        x, y = MARGIN + (_WIDTH / 2 - MARGIN) * (place // rows), top + 32 + 20 * (place % rows)
        parts += [line(x, y - 4, x + 30, y - 4, _color(data, tie), _thick(tie, most)),
                  text(x + 62, y, str(tie.times), anchor="end", bold=True),
                  text(x + 72, y, _pair(data, tie), room=_WIDTH / 2 - MARGIN - 90)]  # fmt: skip
    return parts
