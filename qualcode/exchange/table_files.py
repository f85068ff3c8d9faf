"""Every table as a file: FORMS has a row for each format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from qualcode.analysis.table import Table, encoded
from qualcode.errors import BadOption


@dataclass(frozen=True)
class Layout:
    """How to write: with a byte-order mark (CSV), the columns worth reading and their width (what is for reading), a title,
    whom to tell what the format has no room for, and the folder where the file will lie, for drafts (None: in memory)."""

    bom: bool = True
    columns: Sequence[str] | None = None
    width: int | None = None
    title: str = ""
    note: Callable[[str], None] = lambda _message: None
    drafts: Path | None = None


class Form(NamedTuple):
    """A format: the ending of its files, what writes it in pieces, and whether it is data (all columns) or for reading."""

    ending: str
    write: Callable[[Table, Layout], Iterator[bytes]]
    is_data: bool


def _text(table: Table, layout: Layout) -> Iterator[bytes]:
    return encoded([with_totals(table).to_text(layout.columns, layout.width)])


def _csv(table: Table, layout: Layout) -> Iterator[bytes]:
    return encoded(with_totals(table).csv_pieces(), bom=layout.bom)


def _json(table: Table, layout: Layout) -> Iterator[bytes]:
    return encoded(with_totals(table).json_pieces())


def _xlsx(table: Table, layout: Layout) -> Iterator[bytes]:
    if hasattr(table, "all_quotes"):
        from qualcode.exchange.matrix_workbook import matrix_workbook

        return matrix_workbook(table, layout.note, layout.drafts)
    from qualcode.exchange.workbook import table_workbook

    return table_workbook(table.columns, table.plain_rows, layout.title, layout.drafts)


def _md(table: Table, layout: Layout) -> Iterator[bytes]:
    from qualcode.exchange.table_markdown import markdown_pieces

    return encoded(markdown_pieces(*_to_read(table, layout)))


def _html(table: Table, layout: Layout) -> Iterator[bytes]:
    from qualcode.exchange.table_html import html_pieces

    title = layout.title or getattr(table, "heading", "") or "Table"
    return encoded(html_pieces(*_to_read(table, layout), title))


def _latex(table: Table, layout: Layout) -> Iterator[bytes]:
    from qualcode.exchange.table_latex import latex_pieces

    return encoded(latex_pieces(*_to_read(table, layout)))


FORMS = {
    "table": Form("txt", _text, False),
    "csv": Form("csv", _csv, True),
    "xlsx": Form("xlsx", _xlsx, True),
    "json": Form("json", _json, True),
    "md": Form("md", _md, False),
    "html": Form("html", _html, False),
    "latex": Form("tex", _latex, False),
}
_BY_ENDING = {form.ending: name for name, form in FORMS.items()} | {"htm": "html", "markdown": "md", "": "table"}


def form_by_ending(path: str | Path) -> str:
    """The format that a file's name asks for; a name without an ending gets the text table. Raises BadOption."""
    ending = Path(path).suffix.lower().lstrip(".")
    if ending not in _BY_ENDING:
        endings = ", ".join(f".{form.ending}" for form in FORMS.values())
        raise BadOption(
            f"What to write into {path}? Its ending is none of {endings}; say it with -f {'|'.join(FORMS)}."
        )
    return _BY_ENDING[ending]


def table_pieces(table: Table, form: str, layout: Layout | None = None) -> Iterator[bytes]:
    """A table in one of FORMS, piece by piece; a matrix with its row of totals. Raises BadOption."""
    if form not in FORMS:
        raise BadOption(f"A table cannot be written as {form!r}; it can as {', '.join(FORMS)}.")
    return FORMS[form].write(table, layout or Layout())


def table_bytes(table: Table, form: str, layout: Layout | None = None) -> bytes:
    """A table in one of FORMS."""
    return b"".join(table_pieces(table, form, layout))


def write_table(table: Table, path: str | Path, form: str = "", *, bom: bool = True, title: str = "") -> None:
    """Write any table to a file, in the form that its ending names (.csv, .xlsx, .json, .md, .html, .tex, .txt) or the given one.

    CSV begins with a byte-order mark unless told otherwise. A matrix becomes a workbook with the quotes behind its counts.
    Raises BadOption, CannotSave, NamesLeft.

    >>> write_table(project.matrix(), "matrix.xlsx")                            # doctest: +SKIP
    """
    from qualcode.analysis.names_left import fit_to_leave
    from qualcode.files.saving import replace_file

    form = form or form_by_ending(path)
    layout = Layout(bom=bom, title=title, drafts=Path(path).absolute().parent)
    replace_file(Path(path), fit_to_leave(table_pieces(table, form, layout), form, str(path)))


def with_totals(table: Table) -> Table:
    """A matrix with its row of totals; any other table as it is."""
    made = getattr(table, "with_totals", None)
    return made() if made is not None else table


def _to_read(table: Table, layout: Layout) -> tuple[Sequence[str], Sequence[Sequence[object]]]:
    """The columns worth reading, and their rows."""
    table = with_totals(table)
    names = [name for name in layout.columns or table.columns if name in table.columns]
    if names == list(table.columns):
        return table.columns, table.plain_rows
    at = [table.columns.index(name) for name in names]
    return names, [[row[number] for number in at] for row in table.plain_rows]
