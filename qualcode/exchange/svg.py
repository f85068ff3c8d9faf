"""SVG as text: shapes, text that cannot break out, and a whole picture that stands alone or inside a page.

No ids, styles or scripts: many pictures go into one page without getting in each other's way.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from qualcode.core.visible import columns, fit, visible

INK, MUTED, FAINT, PAPER = "#1f2328", "#57606a", "#d8dee4", "#ffffff"
_FONTS = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Noto Sans', 'PingFang SC', 'Hiragino Sans GB', "
    "'Microsoft YaHei', 'Noto Sans CJK SC', 'WenQuanYi Micro Hei', 'Noto Sans Arabic', 'Noto Sans Hebrew', sans-serif"
)  # what the reader's system has, of any script
_COLUMN = 0.56  # of the size of the type: how wide a column of text is taken to be


def picture(width: float, height: float, title: str, desc: str, parts: Iterable[str]) -> str:
    """A whole SVG document on white ground; `title` is its name and `desc` says in words what there is to see."""
    size = f'width="{_n(width)}" height="{_n(height)}" viewBox="0 0 {_n(width)} {_n(height)}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{safe(title)}" '
            f'style="max-width:100%;height:auto" font-family="{_FONTS}" font-size="12" fill="{INK}">',
            f"<title>{safe(title)}</title>",
            f"<desc>{safe(desc)}</desc>",
            f'<rect width="{_n(width)}" height="{_n(height)}" fill="{PAPER}"/>',
            *parts,
            "</svg>\n",
        ]
    )


def safe(content: str) -> str:
    """Text for SVG and HTML: escaped, on one line, control and direction characters as visible signs."""
    shown = visible(content).translate({0xFFFE: 0xFFFD, 0xFFFF: 0xFFFD})
    return escape(shown, quote=True)


def text(
    x: float, y: float, content: str, *, size: float = 12, anchor: str = "start", bold: bool = False, fill: str = INK,
    room: float = 0, aside: str = "",
) -> str:  # fmt: skip
    """A line of text on the baseline `y`. Where it is wider than `room` it is cut, and all of it shown when pointed at;
    `aside` stands behind it and is never cut."""
    attributes = f'x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}"'
    attributes += f' text-anchor="{anchor}"' if anchor != "start" else ""
    attributes += ' font-weight="600"' if bold else ""
    attributes += f' fill="{fill}"' if fill != INK else ""
    shown, room = content, max(room - text_width(aside, size), size) if room else 0
    if room and text_width(content, size, bold=bold) > room:
        shown = fit(content, max(2, int(room / (size * _COLUMN * (1.06 if bold else 1))))).rstrip()
    whole = f"<title>{safe(content)}</title>" if shown != content else ""
    behind = f'<tspan fill="{MUTED}" font-weight="400">{safe(aside)}</tspan>' if aside else ""
    return f"<text {attributes}>{whole}{safe(shown)}{behind}</text>"


def text_width(content: str, size: float, *, bold: bool = False) -> float:
    """About how wide a text is, whatever the font: by its columns in a terminal."""
    return columns(visible(content)) * size * _COLUMN * (1.06 if bold else 1)


def rect(x: float, y: float, width: float, height: float, fill: str, *, stroke: str = "", told: str = "") -> str:
    """A rectangle; `told` is shown when it is pointed at."""
    around = f' stroke="{stroke}"' if stroke else ""
    if stroke:  # the line lies inside
        x, y, width, height = x + 0.5, y + 0.5, max(0.0, width - 1), max(0.0, height - 1)
    shape = f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" fill="{fill}"{around}'
    return f"{shape}><title>{safe(told)}</title></rect>" if told else f"{shape}/>"


def line(x1: float, y1: float, x2: float, y2: float, stroke: str = FAINT, width: float = 1) -> str:
    return (
        f'<line x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" stroke="{stroke}" stroke-width="{_n(width)}"/>'
    )


def path(d: str, stroke: str, width: float = 1, *, opacity: float = 1, told: str = "") -> str:
    """An open line of any form."""
    seen = f' stroke-opacity="{_n(opacity)}"' if opacity < 1 else ""
    shape = f'<path d="{d}" fill="none" stroke="{stroke}" stroke-width="{_n(width)}"{seen}'
    return f"{shape}><title>{safe(told)}</title></path>" if told else f"{shape}/>"


def circle(x: float, y: float, radius: float, fill: str, *, stroke: str = PAPER, told: str = "") -> str:
    shape = f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" fill="{fill}" stroke="{stroke}"'
    return f"{shape}><title>{safe(told)}</title></circle>" if told else f"{shape}/>"


def hatch(x: float, y: float, width: float, height: float, stroke: str = "#c4cbd3", step: float = 6) -> str:
    """Slanting lines that fill a rectangle."""
    parts = []
    offset = -(height // step) * step
    while offset < width:
        left, right = max(offset, 0.0), min(offset + height, width)
        parts.append(
            f"M{_n(x + left)} {_n(y + height - left + offset)}L{_n(x + right)} {_n(y + height - right + offset)}"
        )
        offset += step
    return path("".join(parts), stroke, 0.8)


def filled(kind: int, x: float, y: float, width: float, height: float, color: str, told: str = "") -> str:
    """A rectangle in one of four fills that differ without colour: full, light with an edge, striped, empty with an edge."""
    kind %= 4
    if kind == 0:
        return rect(x, y, width, height, color, told=told)
    edged = rect(x, y, width, height, mixed(color, 0.3) if kind == 1 else PAPER, stroke=color, told=told)
    if kind != 2:
        return edged
    bars = "".join(f"M{_n(x + at)} {_n(y)}v{_n(height)}" for at in range(2, int(width), 4))
    return edged + path(bars, color, 1.4) if bars else edged


def strong(color: str) -> str:
    """The colour, darkened as far as it must be to stand out on white (contrast 3 to 1, WCAG 1.4.11)."""
    for share in range(0, 100, 4):
        found = mixed(color, 1, dark=share / 100)
        if contrast_on_white(found) >= 3:
            return found
    return INK


def mixed(color: str, share: float, *, dark: float = 0) -> str:
    """A share of the colour on white; `dark` is the share of black in it."""
    return "#" + "".join(
        f"{round(255 - share * (255 - int(part * (1 - dark)))):02x}" for part in _parts(color)
    )  # fmt: skip


def contrast_on_white(color: str) -> float:
    """The contrast ratio to white as WCAG 2 defines it, 1 to 21."""
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (p / 255 for p in _parts(color))]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def _parts(color: str) -> tuple[int, int, int]:
    """Red, green and blue of #rgb or #rrggbb, a middle grey for anything else."""
    digits = color.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    try:
        red, green, blue = (int(digits[at : at + 2], 16) for at in (0, 2, 4))
    except ValueError:
        return 127, 132, 142
    return red, green, blue


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
