"""Small pieces of HTML; every text that goes in is escaped here."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from qualcode.exchange.report.texts import name, prose

e = html.escape
_THIN = "\u202f"


class Picture(NamedTuple):
    """An SVG under its heading; those with the same `folded` are folded away together under that."""

    heading: str
    caption: str
    svg: str
    folded: str = ""


def number(value: int) -> str:
    """A count with thin spaces between thousands, from 10,000 on."""
    return f"{value:,}".replace(",", _THIN) if value >= 10_000 else str(value)


def tag(element: str, content: str, css: str = "") -> str:
    """An element around HTML."""
    return f'<{element} class="{css}">{content}</{element}>' if css else f"<{element}>{content}</{element}>"


def paragraphs(text: str, css: str = "") -> str:
    """A text as paragraphs, cut at empty lines; single line ends stay."""
    mark = f' class="{css}"' if css else ""
    parts = [part.strip() for part in prose(text).split("\n\n")]
    return "".join(f'<p{mark} dir="auto">{e(part).replace(chr(10), "<br>")}</p>' for part in parts if part)


def swatch(color: str) -> str:
    """A spot in a code's colour; drawn, since the page's policy forbids style attributes."""
    return f'<svg class="spot" width="10" height="10" aria-hidden="true"><rect width="10" height="10" rx="3" fill="{e(color)}"/></svg>'


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], caption: str, css: str = "") -> str:
    """A table whose first column heads its rows; numbers stand to the right."""
    listed = [list(row) for row in rows]
    numeric = [
        bool(listed) and all(is_number(row[at]) or row[at] == "" for row in listed) for at in range(len(columns))
    ]
    head = "".join(
        f'<th scope="col"{_right(right)} dir="auto">{e(name(column))}</th>'
        if column
        else '<td><span class="unseen">Attribute</span></td>'
        for column, right in zip(columns, numeric, strict=True)
    )
    body = "".join(
        "<tr>" + f'<th scope="row" dir="auto">{e(_shown(row[0]))}</th>'
        + "".join(f'<td{_right(is_number(value))} dir="auto">{e(_shown(value))}</td>' for value in row[1:])
        + "</tr>"
        for row in listed
    )  # fmt: skip
    return (
        f'<div class="scroll" tabindex="0" role="group" aria-label="{e(caption)}">'
        f'<table class="plain {css}"><caption class="unseen">{e(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _right(yes: bool) -> str:
    return ' class="number"' if yes else ""


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return number(value) if isinstance(value, int) else f"{value:g}"
    return name(value) if isinstance(value, str) else "" if value is None else str(value)
