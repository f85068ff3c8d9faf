"""The codeline of a document as a picture."""

from __future__ import annotations

from collections.abc import Sequence

from qualcode.analysis.code_rows import CodeRow, in_groups
from qualcode.analysis.codeline import Codeline, Span
from qualcode.exchange.picture_parts import MARGIN, TOP, code_label, color_of, heading, label_width, legend
from qualcode.exchange.svg import FAINT, MUTED, filled, line, picture, rect, text, text_width

_WIDTH = 1080.0
_LANE, _PAD = 8.0, 5.0
_LANES = 3  # coders who have a lane of their own
_SPEAKERS = 8


def codeline_svg(data: Codeline, title: str = "") -> str:
    """Which code runs where in a document: speakers on top, then a line for each code, each coder in a lane of their own."""
    title = title or data.title
    coders = sorted({span.coder for _, spans in data.rows for span in spans})
    groups = in_groups(row for row, _ in data.rows)
    spans_of = {row.id: spans for row, spans in data.rows}
    speakers = data.speakers[:_SPEAKERS]
    left = MARGIN + max(label_width(groups, aside=24), *(text_width(name, 12) + 36 for name in speakers or [""]))
    room = _WIDTH - left - MARGIN
    scale = room / max(1, data.length)
    parts: list[str] = []
    y = TOP
    if len(coders) > 1:
        shown, height = legend(left, y, coders[:_LANES], MUTED, _WIDTH) if len(coders) <= _LANES else ([], 0.0)
        parts, y = [*parts, *shown], y + height
    top = y + 20
    y = top + 6
    for name in speakers:
        parts += _speaker(data, name, left, y, scale)
        y += 16
    y += 6
    parts.append(line(MARGIN, y, _WIDTH - MARGIN, y, FAINT))
    y += 4
    for name, row in groups:
        lanes = len(coders) if len(coders) <= _LANES else 1
        height = (_LANE * lanes if row else _LANE) + 2 * _PAD
        parts.append(code_label(MARGIN, y + height / 2 + 4, name, row, left - MARGIN - 36))
        if row:
            parts += _row(row, spans_of[row.id], coders, left, y, scale, height)
        y += height
    grid = _grid(data, left, top, y, scale)
    number = sum(len(spans) for _, spans in data.rows)
    subtitle = f"{number} codings of {len(data.rows)} codes, over the {data.length} characters of the text"
    if data.lost:
        subtitle += f"; {data.lost} lost their place and are left out"
    desc = f"{subtitle}. " + "; ".join(f"{row.path}: {len(spans)}" for row, spans in data.rows)
    return picture(_WIDTH, y + MARGIN, title, desc, [*heading(title, subtitle, _WIDTH), *grid, *parts])


def _speaker(data: Codeline, name: str, x: float, y: float, scale: float) -> list[str]:
    turns = [turn for turn in data.turns if turn.speaker == name]
    bars = [rect(x + t.start * scale, y, max((t.end - t.start) * scale, 1), 7, "#8c959f") for t in turns]
    label = text(MARGIN, y + 8, name, room=x - MARGIN - 36)
    return [label, text(x - 12, y + 8, str(len(turns)), size=10, anchor="end", fill=MUTED), *bars]


def _row(
    row: CodeRow, spans: Sequence[Span], coders: Sequence[str], x: float, y: float, scale: float, height: float
) -> list[str]:
    """The number of codings of a code, and a bar for each."""
    parts = [text(x - 12, y + height / 2 + 4, str(len(spans)), size=10, anchor="end", fill=MUTED)]
    for span in spans:
        lane = coders.index(span.coder) if len(coders) <= _LANES else 0
        told = f"{row.path}, line {span.line}, {span.speaker or 'nobody named'}, {span.coder}"
        size = max((span.end - span.start) * scale, 2)
        parts.append(
            filled(lane, x + span.start * scale, y + _PAD + lane * _LANE, size, _LANE - 1, color_of(row), told)
        )
    return parts


def _grid(data: Codeline, x: float, top: float, bottom: float, scale: float) -> list[str]:
    """Thin lines at turns about a tenth of the text apart, with the number of the line they begin on."""
    parts = [text(x - 12, top - 4, "line", size=10, anchor="end", fill=MUTED)]
    free = x
    for turn in data.turns:
        at = x + turn.start * scale
        if at >= free:
            parts += [
                line(at, top, at, bottom, FAINT),
                text(at, top - 4, str(turn.line), size=10, anchor="middle", fill=MUTED),
            ]
            free = at + max(data.length * scale / 12, 30)
    return parts
