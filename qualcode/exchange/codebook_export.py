"""Codebooks out: as YAML, CSV, and as a table for an appendix in Markdown or DOCX."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from qualcode.analysis.codebook_table import codebook_table
from qualcode.core.codebook import Codebook
from qualcode.core.codebook_live import live_book
from qualcode.core.codebook_steps import code_data
from qualcode.core.overlay import shown_value
from qualcode.errors import BadOption
from qualcode.exchange.codebook_appendix import appendix, markdown
from qualcode.files.codebook_text import entry_lines, field_lines
from qualcode.index.index import Index


class Options(NamedTuple):
    """`date` stands in the heading of Markdown and DOCX; `bom` puts a byte-order mark before CSV (Excel needs it)."""

    date: str = ""
    bom: bool = True


def export_codebook(index: Index, form: str, *, date: str = "", bom: bool = True) -> bytes:
    """The live codes of the codebook as a file of that form (see WRITERS). Raises BadOption for another one."""
    writer = WRITERS.get(form.lower())
    if writer is None:
        raise BadOption(f"A codebook cannot be exported as {form!r}; it can as {', '.join(WRITERS)}.")
    return writer(index, Options(date, bom))


def codebook_yaml(book: Codebook) -> str:
    """The live codes of a codebook as the text of a codebook.yaml."""
    tree = live_book(book)
    lines = field_lines("title", tree.title, 0) if tree.title else []
    lines.append("codes:" if tree.codes else "codes: []")
    for code in tree.codes:
        dash = 2 + 4 * tree.level(code.id)
        lines += entry_lines(shown_value(code_data(code)), dash, dash + 2)
        if tree.children.get(code.id):
            lines.append(" " * (dash + 2) + "children:")
    return "\n".join(lines) + "\n"


def _yaml(index: Index, options: Options) -> bytes:
    return codebook_yaml(index.codebook).encode("utf-8", "replace")


def _csv(index: Index, options: Options) -> bytes:
    return (
        codebook_table(index).csv_text().replace("\x00", "␀").encode("utf-8-sig" if options.bom else "utf-8", "replace")
    )


def _md(index: Index, options: Options) -> bytes:
    return markdown(appendix(index, options.date)).encode("utf-8", "replace")


def _docx(index: Index, options: Options) -> bytes:
    from qualcode.exchange.codebook_docx import docx

    return docx(appendix(index, options.date))


WRITERS: dict[str, Callable[[Index, Options], bytes]] = {"yaml": _yaml, "csv": _csv, "md": _md, "docx": _docx}
