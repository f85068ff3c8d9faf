"""What the pickers offer."""

from __future__ import annotations

from collections.abc import Iterable

from qualcode.core.codebook import Code
from qualcode.core.document import Body
from qualcode.core.how_many import how_many
from qualcode.core.visible import quoted
from qualcode.tui.desk import Desk
from qualcode.tui.picker import Choice
from qualcode.tui.transcript.marks import Mark


def code_choices(desk: Desk) -> list[Choice]:
    """Every code by its path: those used last first, then in codebook order."""
    book = desk.codebook
    live = {code.id for code in book.live}
    recent = [code for code in desk.recent if code in live]
    order = [*(book[code] for code in recent), *(code for code in book.live if code.id not in recent)]
    return [_code_choice(desk, code) for code in order if not code.retired]


def _code_choice(desk: Desk, code: Code) -> Choice:
    count = desk.counts.get(code.id, 0)
    parts = [
        how_many(count, "coding"),
        code.definition,
        *(
            f"{title}: {text}"
            for title, text in (("Use when", code.use_when), ("Not when", code.do_not_use_when))
            if text
        ),
    ]
    key = f"{code.key} " if code.key else ""
    return Choice(
        code.id,
        desk.codebook.path(code.id),
        f"{key}{count or ''}".strip(),
        "\n\n".join(filter(None, parts)),
        desk.colors.get(code.id, ""),
        path=True,
    )


def create_choices(desk: Desk, text: str, last_code: str) -> list[Choice]:
    """Offers to create a code of this name: where its path says, at the top, or beside the code applied last."""
    book = desk.codebook
    paths = {book.path(code.id).casefold() for code in book.live}
    if text.casefold() in paths or not text.strip("/ "):
        return []
    above, _, name = text.strip("/ ").rpartition("/")
    if above:
        parent = next((code for code in book.live if book.path(code.id).casefold() == above.strip().casefold()), None)
        return [_offer(parent.id, name, book.path(parent.id))] if parent and name.strip() else []
    offers = [_offer("", text, "")]
    beside = book[last_code].parent or last_code if last_code in book else ""
    if beside:
        offers.append(_offer(beside, text, book.path(beside)))
    return offers


def _offer(parent: str, name: str, parent_path: str) -> Choice:
    where = f"under {parent_path}" if parent_path else "at the top of the codebook"
    name = " ".join(name.split())
    return Choice(
        f"+{parent}\n{name}",
        f"+ create the code “{name}” {where}",
        "",
        "A new code, written to codebook.yaml. Undo takes it back.",
    )


def document_choices(desk: Desk) -> list[Choice]:
    return [
        Choice(line.id, line.title, " · ".join(filter(None, (line.date, line.kind, line.case, line.id))))
        for line in desk.documents()
    ]


def mark_choices(marks: Iterable[Mark], body: Body, desk: Desk) -> list[Choice]:
    """Codings to choose from: the code, then its note, then the passage."""
    return [
        Choice(
            mark.id, desk.codebook.path(mark.code), " · ".join(filter(None, (mark.note, quoted(body.text[mark.start : mark.end], 60)))),
            color=desk.colors.get(mark.code, ""), path=True,
        )
        for mark in marks
    ]  # fmt: skip
