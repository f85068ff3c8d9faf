"""The methods appendix: what there is, who coded when, and how things are counted."""

from __future__ import annotations

from qualcode.analysis.report_data import ReportData
from qualcode.exchange.report.markup import e, number, table, tag
from qualcode.exchange.report.texts import name

_COUNTED = (
    "A coding is one code on one passage by one coder. Two coders' codings of the same passage count as two, and so do codings of an "
    "original and of its translation.",
    "A code counts with its sub-codes' codings, unless codes are shown alone.",
    "Documents, cases and turns count once in a cell, and once in a total: a total can be less than the sum of its row.",
    "Words are those of the quotes, each coding by itself. Each Chinese character and each Japanese sign counts as one word.",
    "The case of a coding is that of its document or, where the document has none, as in a focus group, that of the participant "
    "who speaks. The speaker is who says most of the passage.",
    "Months, quarters and years are those of the documents' dates.",
    "A quote marked as moved stands elsewhere since the text was corrected; one marked as changed was edited itself; a lost one is "
    "shown as it was coded.",
)


def section(data: ReportData) -> str:
    """Part, counts, coders, documents, rules."""
    return (
        _part(data)
        + f"<h3>How things are counted</h3><ul>{''.join(tag('li', e(rule)) for rule in _COUNTED)}</ul>"
        + "<h3>Coders</h3>" + _coders(data)
        + "<h3>Documents</h3>" + _documents(data)
    )  # fmt: skip


def made_with() -> str:
    from qualcode import __version__

    return f"Made with qualcode {e(__version__)}. This file holds everything it shows and loads nothing from elsewhere."


def _part(data: ReportData) -> str:
    here, of = number(len(data.codings)), number(data.all_codings)
    what = (
        f"This report is about a part of the study: {e(name(data.part))}. It shows {here} of {of} codings, and the documents and cases "
        "that hold them; counts are those of the part."
        if data.part
        else f"This report shows all {here} codings of the project."
    )
    hidden = " Notes, memos and the names of coders are left out." if data.anonymous else ""
    return f'<p dir="auto">{what}{hidden}</p><p>{_period(data)}</p>'


def _period(data: ReportData) -> str:
    coded = sorted(row["created_at"][:10] for row in data.codings)
    dated = sorted(row["date"] for row in data.documents if row["date"])
    said = []
    if dated:
        said.append(f"Documents are dated from {e(name(dated[0]))} to {e(name(dated[-1]))}.")
    if undated := len(data.documents) - len(dated):
        said.append(f"{number(undated)} of {number(len(data.documents))} documents have no date.")
    if coded:
        said.append(f"The codings shown were made from {e(coded[0])} to {e(coded[-1])} (UTC).")
    return " ".join(said)


def _coders(data: ReportData) -> str:
    named = any(row["name"] for row in data.coders)
    columns = ("Coder", *(["Name"] if named else []), "Codings", "Documents", "First coding", "Last coding")
    rows = [(row[0], *([row[1]] if named else []), *row[2:]) for row in data.coders]
    return table(columns, rows, "Coders and their codings") if rows else "<p>Nothing is coded.</p>"


def _documents(data: ReportData) -> str:
    counts: dict[str, int] = {}
    for row in data.codings:
        counts[row["document"]] = counts.get(row["document"], 0) + 1
    columns = ("Title", "Document", "Case", "Kind", "Date", "Language", "Words", "Codings", "SHA-256 of the text")
    rows = [
        (row["title"], row["document"], row["case"], row["kind"], row["date"], row["language"], row["words"],
         counts.get(row["document"], 0), data.hashes.get(row["document"], ""))
        for row in data.documents
    ]  # fmt: skip
    note = tag(
        "p",
        "The hash is the first 16 digits of the SHA-256 of the text below the front matter: another hash, another text.",
        "quiet",
    )
    return table(columns, rows, "Documents", "documents") + note
