"""The comparison part of the page: the matrix with its numbers, and the places where the script puts its controls."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, sqrt

from qualcode.analysis.report_data import ReportData
from qualcode.exchange.report.markup import e, number, swatch
from qualcode.exchange.report.texts import name

_SHADES, _MANY, _ON_PAPER = 9, 14, 40  # as in report.js


def comparison(data: ReportData) -> str:
    """Filters, matrix and side by side."""
    return f"""<p class="js">Everything below counts the codings that the filter lets through.</p>
<form id="filter" class="bar js" role="search" aria-label="Filter codings"></form>
<p id="filter-status" class="js quiet" role="status"></p>
<h3 id="matrix-heading">Matrix</h3>
<p class="js">Click a number, or move there with the arrow keys and press Enter, to read the quotes behind it. A column's heading sorts
by it.</p>
<form id="matrix-bar" class="bar js" aria-label="What the matrix shows"></form>
<div class="both"><div id="matrix" class="scroll">{_matrix(data)}</div>
<section id="quotes" class="panel js" aria-labelledby="quotes-heading" hidden></section></div>
<p id="matrix-note" class="quiet">{_NOTE}</p>
<p id="quotes-status" class="unseen" role="status" aria-live="polite"></p>
<h3 id="side-heading" class="js">Side by side</h3>
<p class="js">Two to four of a kind in columns, code by code, each quote under the code it was coded with.</p>
<form id="side-bar" class="bar js" aria-label="What stands side by side"></form>
<div id="side" class="js"></div>
<noscript><p class="quiet">With JavaScript switched on, the matrix can be changed and opened down to its quotes, and cases can be read
side by side.</p></noscript>"""


_NOTE = (
    "Codings, a code with its sub-codes. A total counts each coding once. The darker a cell, the larger its number "
    "(by the square root)."
)


def _matrix(data: ReportData) -> str:
    """Codes by cases (documents where there are no cases), with totals: the matrix that also stands on paper, in as many tables
    as its columns need."""
    shown = data.overview
    titles = {row["case"]: row["name"] for row in data.cases} if shown.col_dimension == "case" else {}
    columns = [titles.get(key, "") or label for key, label in zip(shown.col_keys, shown.col_labels, strict=True)]
    rows = [(key, row) for key, row in zip(shown.row_keys, shown.rows, strict=True) if not data.part or row[-1]]
    top = max((value for _, row in rows for value in row[1:-1]), default=0)
    tables = []
    for first in range(0, max(1, len(columns)), _ON_PAPER):
        part = slice(first, first + _ON_PAPER)
        body = "".join(_row(data, key, row[1:-1][part], row[-1], top) for key, row in rows)
        tables.append(_table(shown.col_dimension, columns[part], body, [*shown.col_totals[part], shown.grand_total]))
    return "".join(tables)


def _table(dimension: str, columns: Sequence[str], body: str, totals: Sequence[int]) -> str:
    head = "".join(f'<th scope="col" dir="auto"><span>{e(name(column))}</span></th>' for column in columns)
    foot = "".join(f'<td class="total">{number(value)}</td>' for value in totals)
    many = " many" if len(columns) > _MANY else ""
    return (
        f'<table class="matrix{many}"><caption class="unseen">Codings by code and {dimension}</caption>'
        f'<thead><tr><th scope="col" class="corner">Code</th>{head}<th scope="col" class="total"><span>Total</span></th></tr></thead>'
        f'<tbody>{body}</tbody><tfoot><tr><th scope="row">Total</th>{foot}</tr></tfoot></table>'
    )


def _row(data: ReportData, key: str, values: Sequence[int], total: int, top: int) -> str:
    known = key in data.book
    level = min(data.book.level(key), 5) if known else 0
    title = name(data.book[key].name) if known else name(key)
    cells = "".join(f'<td class="h{shade(value, top)}">{number(value)}</td>' for value in values)
    spot = swatch(data.colors[key]) if known else ""
    return (
        f'<tr class="lv{level}"><th scope="row">{spot}<bdi>{e(title)}</bdi></th>{cells}'
        f'<td class="total">{number(total)}</td></tr>'
    )


def shade(value: int, top: int) -> int:
    """A step of shading from 0 to 9, by the square root, as the script does it too."""
    return min(_SHADES, ceil(_SHADES * sqrt(value / top))) if top and value > 0 else 0
