"""The framework as a file: Word, web page or workbook."""

from __future__ import annotations

from collections.abc import Callable

from qualcode.errors import BadOption
from qualcode.exchange.framework_sheet import Sheet


def export_framework(sheet: Sheet, form: str) -> bytes:
    """The sheet as docx, html or xlsx; the same sheet gives the same bytes. Raises BadOption for another form."""
    writer = WRITERS.get(form.lower())
    if writer is None:
        raise BadOption(f"The framework cannot be exported as {form!r}; it can as {', '.join(WRITERS)}.")
    return writer(sheet)


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
