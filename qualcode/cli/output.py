"""A table to standard output or a file, in the format asked for."""

from __future__ import annotations

import os
import shutil
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path

from qualcode.analysis.table import Table
from qualcode.files.saving import replace_file

_WIDE = 160


def emit(table: Table, args: Namespace, columns: Sequence[str] | None = None) -> None:
    """Print the table, or write it to `--output`. `columns` are the ones worth reading as a table; CSV and JSON have all."""
    form = args.format or _by_ending(args.output) or "table"
    if form != "xlsx" and hasattr(table, "with_totals"):  # a workbook makes its own, with links
        table = table.with_totals()
    if form == "csv" and args.output:
        table.to_csv(args.output, bom=not args.no_bom)
    else:
        text = _text(table, form, columns)
        if args.output:
            replace_file(Path(args.output), text.encode("utf-8", "replace"))
        elif form == "csv":
            sys.stdout.flush()
            sys.stdout.buffer.write(text.encode("utf-8", "replace")) if hasattr(sys.stdout, "buffer") else print(
                text, end=""
            )
        else:
            print(text, end="")
    if args.output:
        talk(f"Wrote {len(table)} rows to {args.output}.")


def _text(table: Table, form: str, columns: Sequence[str] | None) -> str:
    if form == "json":
        return table.to_json()
    if form == "csv":
        return table.csv_text()
    width = shutil.get_terminal_size((_WIDE, 24)).columns if sys.stdout.isatty() else _WIDE
    return table.to_text(columns, width)


def _by_ending(output: str | None) -> str:
    suffix = Path(output).suffix.lower().lstrip(".") if output else ""
    return suffix if suffix in ("csv", "json") else ""


def talk(message: str) -> None:
    """Say something to the person: on standard error, so that standard output stays data."""
    from qualcode.core.visible import visible_lines

    print(visible_lines(message), file=sys.stderr)


def tell_progress(what: str = "Reading changed files") -> Callable[[int, int], None]:
    """Says on standard error how far something long has come: from the first second on, then once a second."""
    next_time = time.monotonic() + 1

    def progress(done: int, of: int) -> None:
        nonlocal next_time
        if time.monotonic() >= next_time:
            next_time = time.monotonic() + 1
            talk(f"{what}: {done} of {of}")

    return progress


def in_colour() -> bool:
    """Whether standard output is a terminal that wants colour."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
