"""How a quote says where it is from."""

from __future__ import annotations

from qualcode.analysis.table import Row


def citation(row: Row, *, coder: bool = False, place: bool = False) -> str:
    """Who said it, in what kind of document, when: as the study cites its sources; with `coder` also who coded it, with `place`
    also where it stands.

    >>> citation(segments(index)[0])                                            # doctest: +SKIP
    '(Xiaoya, interview, 2009-03-02)'
    >>> citation(segments(index)[0], place=True)                                # doctest: +SKIP
    '(Xiaoya, interview, 2009-03-02; d1, line 12)'
    """
    parts = [row["speaker"] or row["title"], row["kind"] or "no kind", row["date"] or "undated"]
    where = ""
    if place:
        where = f"; {row['document']}, " + (f"line {row['line']}" if row["line"] else "place lost")
    return f"({', '.join(parts)}{where})" + (f" · {row['coder']}" if coder and row["coder"] else "")
