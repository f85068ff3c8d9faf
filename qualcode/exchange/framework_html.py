"""The framework as one web page that needs nothing else: headers stand while it is scrolled, numbers lead to what is cited."""

from __future__ import annotations

from html import escape

from qualcode.exchange.framework_sheet import Quoted, Reference, Sheet, SheetCell
from qualcode.exchange.markdown_blocks import spans

_STYLE = """
body { font: 15px/1.45 system-ui, "Noto Sans", "Noto Sans CJK SC", sans-serif; margin: 1.5rem; color: #1a1a1a; background: #fff; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.1rem; }
.sheet { overflow: auto; max-height: 90vh; border: 1px solid #999; }
table { border-collapse: separate; border-spacing: 0; }
th, td { border-right: 1px solid #bbb; border-bottom: 1px solid #bbb; padding: .5rem .6rem; vertical-align: top; text-align: start; }
td { min-width: 16rem; max-width: 30rem; overflow-wrap: anywhere; }
thead th { position: sticky; top: 0; background: #eee; z-index: 1; }
tbody th { position: sticky; inset-inline-start: 0; background: #eee; min-width: 9rem; }
thead th:first-child { inset-inline-start: 0; z-index: 2; }
p { margin: 0 0 .4rem; white-space: pre-wrap; }
.remark { background: #fff2cc; border-left: 3px solid #b58900; padding: .1rem .4rem; font-style: italic; }
blockquote { margin: .4rem 0; padding-left: .6rem; border-left: 2px solid #999; font-size: .93em; }
cite { font-style: italic; color: #444; }
a { color: #0645ad; } :target { background: #fff2cc; }
@media print { .sheet { overflow: visible; max-height: none; border: 0; } thead th, tbody th { position: static; }
  tr { break-inside: avoid; } body { font-size: 10px; margin: 0; } @page { size: landscape; } }
"""


def html(sheet: Sheet) -> bytes:
    """The page's bytes, UTF-8."""
    heads = "".join(f'<th scope="col" dir="auto">{escape(name)}</th>' for name in (sheet.corner, *sheet.columns))
    rows = "\n".join(
        f'<tr><th scope="row" dir="auto">{escape(name)}</th>{"".join(map(_cell, cells))}</tr>'
        for name, cells in sheet.rows
    )
    page = f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{escape(sheet.title)}</title><style>{_STYLE}</style></head>
<body><h1 dir="auto">{escape(sheet.title)}</h1>
<div class="sheet" tabindex="0" role="region" aria-label="Framework"><table><thead><tr>{heads}</tr></thead><tbody>
{rows}
</tbody></table></div>
{_references(sheet.references)}</body></html>
"""
    return page.encode("utf-8", "replace")


def _cell(cell: SheetCell) -> str:
    parts = [f'<p dir="auto">{"".join(map(_piece, line))}</p>' for line in cell.lines if line]
    if cell.remark:
        parts.append(f'<p class="remark">{escape(cell.remark)}</p>')
    return f"<td>{''.join([*parts, *map(_quote, cell.quotes)])}</td>"


def _piece(piece: str | int) -> str:
    if isinstance(piece, int):
        return f'<a href="#cited-{piece}">[{piece}]</a>'
    return "".join(_span(span.text, bold=span.bold, italic=span.italic) for span in spans(piece))


def _span(text: str, *, bold: bool, italic: bool) -> str:
    shown = f"<em>{escape(text)}</em>" if italic else escape(text)
    return f"<strong>{shown}</strong>" if bold else shown


def _quote(quote: Quoted) -> str:
    return f'<blockquote><p dir="auto">“{escape(quote.words)}”</p><cite dir="auto">{escape(quote.source)}</cite></blockquote>'


def _references(references: tuple[Reference, ...]) -> str:
    if not references:
        return ""
    items = "\n".join(
        f'<p id="cited-{found.number}" dir="auto">[{found.number}] '
        f"{f'“{escape(found.words)}” ' if found.words else ''}<cite>{escape(found.source)}</cite></p>"
        for found in references
    )
    return f"<h2>Cited in the summaries</h2>\n{items}\n"
