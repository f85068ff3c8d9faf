"""How a quote says where it is from."""

from __future__ import annotations

from qualcode.analysis.table import Row


def citation(row: Row, *, coder: bool = False) -> str:
    """Who said it, in what kind of document, when: as the study cites its sources; with `coder` also who coded it.

    >>> citation(segments(index)[0])                                            # doctest: +SKIP
    '(Xiaoya, interview, 2009-03-02)'
    """
    parts = [row["speaker"] or row["title"], row["kind"] or "no kind", row["date"] or "undated"]
    return f"({', '.join(parts)})" + (f" · {row['coder']}" if coder and row["coder"] else "")
