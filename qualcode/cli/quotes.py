"""`qualcode quotes check`: are the quotations of a manuscript in the documents, word for word, and whose are they?"""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from pathlib import Path

from qualcode.analysis.table import Row, Table
from qualcode.cli.lists import opened
from qualcode.cli.output import emit, talk
from qualcode.core.how_many import how_many

_COLUMNS = ("line", "status", "quote", "document", "document_line", "speaker", "difference")


def check(args: Namespace) -> int:
    """0 if every quotation is verbatim and cited rightly, else 1; also 1 where the manuscript has no quotations."""
    from qualcode.analysis.quotes_check import check_quotes
    from qualcode.exchange.manuscripts import read_manuscript

    paragraphs = read_manuscript(Path(args.file))
    with opened(args) as project:
        table = check_quotes(project.index, paragraphs)
    if args.output or args.format not in (None, "table"):
        emit(table, args, _COLUMNS)
    else:
        print("\n".join(_described(row, args.file) for row in table if _wants_a_look(row)), end="")
    talk(_summary(table, args.file))
    return 1 if not table.rows or any(map(_wants_a_look, table)) else 0


def _wants_a_look(row: Row) -> bool:
    return row["status"] != "verbatim" or bool(row["difference"])


def _described(row: Row, file: str) -> str:
    """A few lines on one quotation, fit for a terminal."""
    from qualcode.core.visible import shorten, visible

    unit = "paragraph" if file.lower().endswith(".docx") else "line"
    status = "verbatim, but cited wrongly" if row["status"] == "verbatim" else row["status"]
    by = f", attributed to {row['attributed_to']}" if row["attributed_to"] else ""
    lines = [f"{unit} {row['line']}: {status}{by}", f"  “{shorten(row['quote'], 200)}”"]
    if row["document"]:
        who = f", {row['speaker']}" if row["speaker"] else ""
        lines.append(f"  in {row['document']}, line {row['document_line']}{who}")
    if row["difference"]:
        lines.append(f"  {shorten(row['difference'], 400)}")
    return "\n".join(map(visible, lines)) + "\n"


def _summary(table: Table, file: str) -> str:
    from qualcode.analysis.quotes_check import STATUSES
    from qualcode.core.visible import visible

    if not table.rows:
        return (
            f"No quotations in {visible(file)}: text in quotation marks of 3 words or more, or block quotations"
            " (lines with > before them, in Word the style Quote)."
        )
    counts = Counter(row["status"] for row in table)
    parts = [f"{counts[status]} {status}" for status in STATUSES if counts[status]]
    astray = sum(row["status"] == "verbatim" and bool(row["difference"]) for row in table)
    cited = f" {astray} of the verbatim {'is' if astray == 1 else 'are'} cited wrongly." if astray else ""
    return f"{how_many(len(table), 'quotation')}: {', '.join(parts)}.{cited}"
