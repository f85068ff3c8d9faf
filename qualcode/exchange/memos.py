"""Memos out: a list of them as one Markdown text, a CSV table, or a Word document."""

from __future__ import annotations

import re
from collections.abc import Callable

from qualcode.analysis.table import Row, Table
from qualcode.core.visible import visible, visible_lines
from qualcode.errors import BadOption

_HEADING = re.compile(r"^( {0,3})(#{1,6})(?=[ \t]|$)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


def export_memos(memos: Table, form: str, *, title: str = "Memos") -> bytes:
    """A table of memos (see analysis.memos) as md, csv or docx. Raises BadOption for another form."""
    writer = WRITERS.get(form.lower())
    if writer is None:
        raise BadOption(f"Memos cannot be exported as {form!r}; they can as {', '.join(WRITERS)}.")
    return writer(memos, title)


def facts(row: Row) -> str:
    """What is known of a memo, on one line: about · kind · date · author · id."""
    parts = (row["about"], row["kind"], row["date"], row["author"], f"memo:{row['memo']}")
    return " · ".join(visible(part) for part in parts if part)


def _markdown(memos: Table, title: str) -> bytes:
    parts = [f"# {visible(title)}"]
    for row in memos:
        parts += [f"## {visible(row['title'])}", f"*{facts(row)}*", _below(visible_lines(row["text"])).strip("\n")]
    return ("\n\n".join(filter(None, parts)) + "\n").encode("utf-8", "replace")


def _below(text: str) -> str:
    """The text with its headings two levels down, under the memo's own."""
    lines, fence = [], ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif fence:
            fence = "" if mark and mark[1].startswith(fence) else fence
        else:
            line = _HEADING.sub(lambda m: m[1] + "#" * min(6, len(m[2]) + 2), line)
        lines.append(line)
    return "\n".join(lines)


def _csv(memos: Table, title: str) -> bytes:
    return memos.csv_text().encode("utf-8-sig", "replace")


def _docx(memos: Table, title: str) -> bytes:
    from qualcode.exchange.memos_docx import docx

    return docx(memos, title)


WRITERS: dict[str, Callable[[Table, str], bytes]] = {"md": _markdown, "csv": _csv, "docx": _docx}
