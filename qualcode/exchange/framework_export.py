"""The framework as a file: Word, web page or workbook."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from qualcode.analysis.framework import Framework
from qualcode.analysis.names_left import fit_to_leave
from qualcode.errors import BadOption
from qualcode.exchange.framework_sheet import Sheet, sheet_of
from qualcode.files.saving import replace_file


def export_framework(sheet: Sheet, form: str) -> bytes:
    """The sheet as docx, html or xlsx; the same sheet gives the same bytes. Raises BadOption for another form."""
    writer = WRITERS.get(form.lower())
    if writer is None:
        raise BadOption(f"The framework cannot be exported as {form!r}; it can as {', '.join(WRITERS)} or csv.")
    return writer(sheet)


def write_framework(
    framework: Framework, title: str, path: Path, form: str = "", *, turned: bool = False, quotes: bool = False
) -> None:
    """Write the framework to a file, in this form or by the file's ending (csv too). Raises BadOption, CannotSave."""
    form = form or path.suffix.lower().lstrip(".")
    if form == "csv":
        framework.table(turned=turned, quotes=quotes).to_csv(path)
        return
    data = export_framework(sheet_of(framework, title, turned=turned, quotes=quotes), form)
    replace_file(path, fit_to_leave([data], form, str(path)))


def _docx(sheet: Sheet) -> bytes:
    from qualcode.exchange.framework_docx import docx

    return docx(sheet)


def _html(sheet: Sheet) -> bytes:
    from qualcode.exchange.framework_html import html

    return html(sheet)


def _xlsx(sheet: Sheet) -> bytes:
    from qualcode.exchange.framework_xlsx import xlsx

    return xlsx(sheet)


WRITERS: dict[str, Callable[[Sheet], bytes]] = {"docx": _docx, "html": _html, "xlsx": _xlsx}
