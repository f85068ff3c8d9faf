"""The codebook as people see it: without the tombstones of codes that were merged away or deleted."""

from __future__ import annotations

from dataclasses import replace

from qualcode.core.codebook import Code, Codebook


def live_book(book: Codebook) -> Codebook:
    """The live codes as a codebook of their own, parents before their children.

    Sub-codes of a merged code stand under the code that it was merged into; those that lost their parent altogether,
    or that were merged in a circle, stand at the top.
    """
    placed: dict[str, Code] = {}

    def place(codes: tuple[Code, ...], parent: str) -> None:
        waiting = [(code, parent) for code in reversed(codes)]
        while waiting:
            code, above = waiting.pop()
            if code.id not in placed:
                placed[code.id] = code if code.parent == above else replace(code, parent=above)
                waiting += [(child, code.id) for child in reversed(book.live_children.get(code.id, ()))]

    place(book.live_children.get("", ()), "")
    for code in book.live:
        if code.id not in placed:
            place((code,), "")
    return Codebook(tuple(placed.values()), book.title)


def names_from_top(book: Codebook, code_id: str) -> tuple[str, ...]:
    """The names on the way from the top to the code, its own last."""
    return tuple(reversed([code.name for code in book.ancestors(code_id)]))
