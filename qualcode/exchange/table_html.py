"""A table as a page of its own: opens offline in any browser, and prints with the header on every page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from qualcode.exchange.cell_text import is_number, shown

_STYLE = """
body { font: 1rem/1.4 system-ui, sans-serif; margin: 1.5rem; color: #1a1a1a; background: #fff; }
table { border-collapse: collapse; }
caption { text-align: start; font-weight: bold; padding-bottom: .5rem; }
th, td { border: 1px solid #b5b5b5; padding: .3rem .5rem; text-align: start; vertical-align: top; white-space: pre-wrap;
  overflow-wrap: break-word; min-width: 3rem; max-width: 40rem; }
thead th { position: sticky; top: 0; background: #ececec; }
tbody th { font-weight: normal; background: #f7f7f7; }
.n { text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap; }
@media print { body { margin: 0; font-size: 9pt; } thead { display: table-header-group; } thead th { position: static; }
  tr { break-inside: avoid; } }
"""


def html_pieces(columns: Sequence[str], rows: Sequence[Sequence[Any]], title: str) -> Iterator[str]:
    """The page; the direction of each cell follows its own text, its language is left open."""
    yield (
        '<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f'<table>\n<caption dir="auto">{_text(title)}</caption>\n<thead>\n<tr>'
    )
    yield from (f'<th scope="col" dir="auto">{_text(name)}</th>' for name in columns)
    yield "</tr>\n</thead>\n<tbody>\n"
    for row in rows:
        yield "<tr>" + "".join(_head(value) if not at else _cell(value) for at, value in enumerate(row)) + "</tr>\n"
    yield "</tbody>\n</table>\n</body>\n</html>\n"


def _head(value: Any) -> str:
    return f'<th scope="row" dir="auto">{_text(value)}</th>'


def _cell(value: Any) -> str:
    return f'<td class="n">{value}</td>' if is_number(value) else f'<td dir="auto">{_text(value)}</td>'


def _text(value: Any) -> str:
    return escape(shown(value))
