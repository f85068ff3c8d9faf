"""The report's page as static HTML: all that can be read, and printed, without its script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from qualcode.analysis.report_data import ReportData
from qualcode.exchange.report import codebook, controls, memos, methods
from qualcode.exchange.report.markup import Picture, e, number, paragraphs, table, tag
from qualcode.exchange.report.texts import name


def body(data: ReportData, pictures: Sequence[Picture]) -> str:
    """Everything between <body> and the data."""
    sections = [
        ("study", "The study", _study(data)),
        ("cases", "Cases", _cases(data)),
        ("compare", "Comparison", controls.comparison(data)),
        ("displays", "Displays", _displays(pictures)),
        ("codebook", "Codebook", codebook.entries(data)),
        ("memos", "Memos", memos.section(data)),
        ("methods", "Methods appendix", methods.section(data)),
    ]
    shown = [(ident, heading, content) for ident, heading, content in sections if content]
    links = "".join(f'<li><a href="#{ident}">{heading}</a></li>' for ident, heading, _ in shown)
    parts = "\n".join(
        f'<section id="{ident}" aria-labelledby="{ident}-heading">'
        f'<h2 id="{ident}-heading">{heading}</h2>\n{content}</section>'
        for ident, heading, content in shown
    )
    return (
        '<a class="skip" href="#main">Skip to the report</a>\n'
        f"<header>{_head(data)}</header>\n"
        f'<nav aria-label="Contents"><ul>{links}</ul></nav>\n'
        f'<main id="main" tabindex="-1">\n{parts}\n</main>\n'
        f"<footer><p>{methods.made_with()}</p></footer>"
    )


def _head(data: ReportData) -> str:
    part = tag("p", f"A part of the study: {e(name(data.part))}", "part") if data.part else ""
    facts = [
        (len(data.cases), "case", "cases"), (len(data.documents), "document", "documents"),
        (sum(row["words"] for row in data.documents), "word", "words"), (len(data.book.codes), "code", "codes"),
        (len(data.codings), "coding", "codings"), (len(data.coders), "coder", "coders"),
    ]  # fmt: skip
    items = "".join(
        f"<li><strong>{number(count)}</strong> {one if count == 1 else many}</li>" for count, one, many in facts
    )
    return f'<h1 dir="auto">{e(name(data.title))}</h1>{part}<ul class="facts">{items}</ul>'


def _study(data: ReportData) -> str:
    questions = "".join(f'<li dir="auto">{e(name(question))}</li>' for question in data.info.research_questions)
    asked = f'<h3>Research questions</h3><ol class="questions">{questions}</ol>' if questions else ""
    return (paragraphs(data.info.description) or "<p>The project has no description yet.</p>") + asked


def _cases(data: ReportData) -> str:
    if not len(data.cases):
        return "<p>The project declares no cases.</p>"
    fixed = ("documents", "segments", "codes")
    headings = {"documents": "Documents", "segments": "Codings", "codes": "Codes used"}
    used = [column for column in data.cases.columns[2:] if any(row[column] != "" for row in data.cases)]
    rows = [
        (headings.get(column) if column in fixed else column.removeprefix("attribute ").replace("_", " "),
         *(row[column] for row in data.cases))
        for column in used
    ]  # fmt: skip
    names = [row["name"] or row["case"] for row in data.cases]
    if len(names) > 6:  # many cases stand below one another
        names, rows = [str(row[0]) for row in rows], [(n, *(row[i] for row in rows)) for i, n in enumerate(names, 1)]
        shown = table(("Case", *names), rows, "Cases and their attributes")
    else:
        shown = table(("", *names), rows, "Cases and their attributes", "facing")
    return shown + _people(data.participants)


def _people(rows: Iterable[Sequence[object]]) -> str:
    people = [(row[1], row[2], row[3], row[4], row[5]) for row in rows]
    if not people:
        return ""
    columns = ("Participant", "Role", "Case", "Documents", "Turns")
    return "<h3>Participants</h3>" + table(columns, people, "Participants")


def _displays(pictures: Sequence[Picture]) -> str:
    parts = []
    for folded, group in groupby(pictures, key=lambda picture: picture.folded):
        level = 4 if folded else 3
        shown = "".join(_figure(picture, level) for picture in group)
        parts.append(f"<details><summary><h3>{e(folded)}</h3></summary>{shown}</details>" if folded else shown)
    return "".join(parts)


def _figure(picture: Picture, level: int) -> str:
    heading = e(name(picture.heading))
    caption = f'<figcaption dir="auto">{e(name(picture.caption))}</figcaption>' if picture.caption else ""
    return (
        f'<figure><h{level} dir="auto">{heading}</h{level}>{caption}'
        f'<div class="picture scroll" tabindex="0" role="group" aria-label="{heading}">{picture.svg}</div></figure>'
    )
