"""A comparison on paper: heading, how it was counted, then each code with a sentence and the sides' quotes in columns."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

from qualcode.analysis.citations import citation
from qualcode.analysis.comparing import CodeRow, Comparison, in_quotation_marks
from qualcode.analysis.comparing_sentences import shown_rates
from qualcode.analysis.table import Row
from qualcode.core.visible import visible, visible_lines
from qualcode.errors import BadOption

_MARKUP = re.compile(r"([\\`*_\[\]<>|~^$@&#])")
OVERVIEW = "Overview: passages, in brackets per 1,000 words"
_STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; margin: 1rem 0; }
table.overview { table-layout: auto; }
caption { text-align: start; font-weight: bold; padding: .3rem 0; }
th, td { border: 1px solid #8888; padding: .4rem .6rem; text-align: start; vertical-align: top; overflow-wrap: anywhere; }
a { color: inherit; }
td.number { text-align: end; font-variant-numeric: tabular-nums; }
blockquote { margin: 0 0 1rem; white-space: pre-line; }
cite { display: block; font-style: normal; font-size: .85em; opacity: .8; }
@media print {
  body { max-width: none; margin: 0; font-size: 10pt; }
  h2, caption { break-after: avoid; }
  blockquote { break-inside: avoid; }
}
"""


def export_comparison(comparison: Comparison, form: str, title: str = "") -> bytes:
    """The comparison as md, html or docx; `title` is the study's. Raises BadOption for another form."""
    writer = WRITERS.get(form.lower())
    if writer is None:
        raise BadOption(f"A comparison is written as {', '.join(WRITERS)}, not as {form!r}.")
    return writer(comparison, title)


def heading(comparison: Comparison) -> str:
    """The names of the sides: Liang family and Zhao family side by side."""
    names = [visible(name) for name in comparison.headers]
    return f"{', '.join(names[:-1])} and {names[-1]} side by side"


def text_sizes(comparison: Comparison) -> list[str]:
    """How much text each side has: Liang family 13,607 words in 17 documents."""
    return [
        f"{visible(name)} {side.words:,} words in {side.documents:,} document{'' if side.documents == 1 else 's'}"
        for name, side in zip(comparison.headers, comparison.sides, strict=True)
    ]


def how_counted(comparison: Comparison) -> list[str]:
    """What the numbers mean, in sentences for the reader."""
    told = [
        "Passages are counted; one that several coders coded alike counts once. A code's numbers include its sub-codes.",
        f"Rates are passages per 1,000 words of each side's text, coded or not: {'; '.join(text_sizes(comparison))}.",
        "Codes stand in the order of the codebook."
        if comparison.order == "codebook"
        else "Codes stand by the difference between the highest and the lowest rate, greatest first.",
    ]
    given = {name: value for name, value in vars(comparison.filters).items() if value}
    if given:
        named = [name if value is True else f"{name} {value}" for name, value in given.items()]
        told.append(f"Only codings that match: {visible(', '.join(named))}.")
    return told


def overview(comparison: Comparison) -> tuple[list[str], list[list[str]]]:
    """Header and rows of the table of numbers: per side the passages and, in brackets, the rate."""
    rows = []
    for row in comparison.rows:
        rates = shown_rates([share.rate or 0.0 for share in row.shares])
        numbers = [
            f"{share.count:,}" + (f" ({rate})" if share.rate is not None else "")
            for share, rate in zip(row.shares, rates, strict=True)
        ]
        rows.append([visible(row.path), *numbers, visible(comparison.verdict(row))])
    return ["Code", *map(visible, comparison.headers), "Where there is more"], rows


def quote_text(row: Row) -> str:
    """The quote as it can be shown, its line ends kept."""
    return visible_lines(in_quotation_marks(row["text"]))


def quote_source(row: Row) -> str:
    """Its citation, with what became of it where the text was changed since, and the note on it."""
    state = "" if row["anchor"] == "exact" else f" [{row['anchor']}]"
    note = f" — {visible(row['note'])}" if row["note"] else ""
    return f"{visible(citation(row, place=True))}{state}{note}"


def below(row: CodeRow) -> str:
    """What stands instead of quotes where a theme has none of its own."""
    return "" if row.has_quotes else "The quotes stand under its sub-codes."


# ------------------------------------------------------------------ Markdown


def _markdown(comparison: Comparison, title: str) -> bytes:
    parts = [f"# {_escaped(heading(comparison))}"]
    if title:
        parts.append(f"*{_escaped(visible(title))}*")
    parts += map(_escaped, how_counted(comparison))
    header, rows = overview(comparison)
    parts += [f"## {OVERVIEW}", _pipes(header, rows)]
    for row in comparison.rows:
        parts += [f"## {_escaped(visible(row.path))}", _escaped(visible(comparison.sentence(row)))]
        if row.has_quotes:
            cells = [[_quote_in_markdown(quote) for quote in share.quotes] for share in row.shares]
            parts.append(_pipes(comparison.headers, list(zip_longest(*cells, fillvalue=""))))
        else:
            parts.append(below(row))
    return ("\n\n".join(parts) + "\n").encode("utf-8", "replace")


def _quote_in_markdown(row: Row) -> str:
    return f"{quote_text(row)}\n{quote_source(row)}"


def _pipes(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(
        f"| {' | '.join(cell if number == 1 else _escaped(cell) for cell in line)} |"
        for number, line in enumerate(lines)
    )


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text).replace("\n", "<br>")


# ------------------------------------------------------------------ HTML


def _html(comparison: Comparison, title: str) -> bytes:
    return ("\n".join(_page(comparison, title)) + "\n").encode("utf-8", "replace")


def _page(comparison: Comparison, title: str) -> Iterator[str]:
    name = html.escape(heading(comparison))
    yield f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{name}</title>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f'<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1 dir="auto">{name}</h1>'
    if title:
        yield f'<p dir="auto"><em>{html.escape(visible(title))}</em></p>'
    yield from (f"<p>{html.escape(told)}</p>" for told in how_counted(comparison))
    yield from _overview_in_html(comparison)
    for number, row in enumerate(comparison.rows):
        yield from _code_in_html(comparison, row, number)
    yield "</main>\n</body>\n</html>"


def _overview_in_html(comparison: Comparison) -> Iterator[str]:
    header, rows = overview(comparison)
    yield f'<table class="overview">\n<caption>{OVERVIEW}</caption>'
    yield f"<thead><tr>{''.join(_head(cell) for cell in header)}</tr></thead>\n<tbody>"
    for number, (code, *counts, verdict) in enumerate(rows):
        cells = "".join(f'<td class="number">{html.escape(count)}</td>' for count in counts)
        link = f'<a href="#code-{number}">{html.escape(code)}</a>'
        yield f'<tr><th scope="row" dir="auto">{link}</th>{cells}<td dir="auto">{html.escape(verdict)}</td></tr>'
    yield "</tbody>\n</table>"


def _code_in_html(comparison: Comparison, row: CodeRow, number: int) -> Iterator[str]:
    yield f'<section>\n<h2 id="code-{number}" dir="auto">{html.escape(visible(row.path))}</h2>'
    yield f'<p dir="auto">{html.escape(visible(comparison.sentence(row)))}</p>'
    if row.has_quotes:
        yield f"<table>\n<thead><tr>{''.join(map(_head, map(visible, comparison.headers)))}</tr></thead>\n<tbody><tr>"
        for share in row.shares:
            quotes = "\n".join(map(_quote_in_html, share.quotes)) or "<p>none</p>"
            yield f"<td>{quotes}</td>"
        yield "</tr></tbody>\n</table>"
    else:
        yield f"<p>{below(row)}</p>"
    yield "</section>"


def _head(text: str) -> str:
    return f'<th scope="col" dir="auto">{html.escape(text)}</th>'


def _quote_in_html(row: Row) -> str:
    return (
        f'<blockquote dir="auto">{html.escape(quote_text(row))}'
        f'<cite dir="auto">{html.escape(quote_source(row))}</cite></blockquote>'
    )


def _docx(comparison: Comparison, title: str) -> bytes:
    from qualcode.exchange.comparisons_docx import docx

    return docx(comparison, title)


WRITERS: dict[str, Callable[[Comparison, str], bytes]] = {"md": _markdown, "html": _html, "docx": _docx}


def write_comparison(comparison: Comparison, path: Path, title: str = "") -> None:
    """Write the comparison to a file in the form that its ending names; .csv has one row a code. Raises BadOption, CannotSave."""
    from qualcode.analysis.names_left import fit_to_leave
    from qualcode.files.saving import replace_file

    form = path.suffix.lower().lstrip(".")
    if form == "csv":
        comparison.table().to_csv(path)
    else:
        replace_file(path, fit_to_leave([export_comparison(comparison, form, title)], form, str(path)))
