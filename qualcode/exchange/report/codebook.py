"""The codebook's entries: definition, when to use and when not, an example, and how much is coded."""

from __future__ import annotations

from collections.abc import Mapping

from qualcode.analysis.report_data import ReportData
from qualcode.core.codebook import Code
from qualcode.exchange.report.markup import e, number, paragraphs, swatch
from qualcode.exchange.report.texts import name

_FIELDS = (
    ("Definition", "definition"), ("Use when", "use_when"), ("Do not use when", "do_not_use_when"), ("Example", "example"),
)  # fmt: skip


def entries(data: ReportData) -> str:
    """One entry a code, in codebook order; a heading's level follows the code's."""
    if not data.book.codes:
        return "<p>The codebook is empty.</p>"
    counts = _counts(data)
    return "".join(_entry(data, code, at, counts) for at, code in enumerate(data.book.codes))


def _entry(data: ReportData, code: Code, at: int, counts: Mapping[str, tuple[int, int, int, int]]) -> str:
    level = data.book.level(code.id)
    heading = f"h{min(3 + level, 6)}"
    texts = [(label, getattr(code, field)) for label, field in _FIELDS]
    listed = "".join(f"<dt>{label}</dt><dd>{paragraphs(text)}</dd>" for label, text in texts if text.strip())
    gone = " <small>(retired)</small>" if code.retired else ""
    above = name(data.book.path(code.parent).replace("/", " / ")) if code.parent else ""
    way = f'<p class="way" dir="auto">{e(above)}</p>' if above else ""
    return (
        f'<article class="code lv{min(level, 5)}" id="code-{at}">{way}'
        f'<{heading} dir="auto">{swatch(data.colors[code.id])}{e(name(code.name))}{gone}</{heading}>'
        f'<p class="counts">{_said(*counts[code.id])}</p>' + (f"<dl>{listed}</dl>" if listed else "") + "</article>\n"
    )


def _said(own: int, below: int, documents: int, cases: int) -> str:
    if not below:
        return "Not used."
    codings = f"{number(own)} coding{'' if own == 1 else 's'}"
    codings += f", {number(below)} with sub-codes" if below != own else ""
    where = f"{number(documents)} document{'' if documents == 1 else 's'}"
    return f"{codings}, in {where}" + (f" of {number(cases)} case{'' if cases == 1 else 's'}." if cases else ".")


def _counts(data: ReportData) -> dict[str, tuple[int, int, int, int]]:
    """Of each code: its own codings, those with its sub-codes', and the documents and cases of the latter."""
    own = dict.fromkeys((code.id for code in data.book.codes), 0)
    below = dict(own)
    documents: dict[str, set[str]] = {code: set() for code in own}
    cases: dict[str, set[str]] = {code: set() for code in own}
    above = {code: data.book.with_ancestors(code) for code in own}
    for row in data.codings:
        own[row["code_id"]] += 1
        for code in above[row["code_id"]]:
            below[code] += 1
            documents[code].add(row["document"])
            cases[code].update(filter(None, [row["case"]]))
    return {code: (own[code], below[code], len(documents[code]), len(cases[code])) for code in own}
