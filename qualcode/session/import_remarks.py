"""Comments and highlights of imported files: kept as a memo for review, or made codings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from qualcode.core.document import Body
from qualcode.core.how_many import how_many
from qualcode.core.memo import About, Memo
from qualcode.core.visible import quoted
from qualcode.exchange.sources import Remark
from qualcode.files.folder import ProjectFolder
from qualcode.files.memos import free_memo_id
from qualcode.session.import_names import numbered
from qualcode.session.importing import Planned

_KIND = "to-do"
_QUOTE = 120


def memo_of(
    item: Planned, remarks: Sequence[Remark], coder: str, folder: ProjectFolder, is_taken: Callable[[str], bool]
) -> Memo:
    """The memo about an imported document that holds these comments of it, each with a link to its line."""
    body = Body(item.imported.body)
    title = f"Comments in {item.fields.get('title') or item.id}"
    ident = free_memo_id(folder, title)
    if is_taken(ident):
        ident = numbered(ident, lambda name: is_taken(name) or folder.memo(name).exists())
    head = f"{how_many(len(remarks), 'comment')} came with {item.source.name}.\n\n"
    entries = "\n".join(_entry(remark, body, item.id) for remark in remarks)
    return Memo(ident, title, About(document=item.id), _KIND, date.today().isoformat(), coder, f"{head}{entries}\n")


def _entry(remark: Remark, body: Body, document: str) -> str:
    passage = body.text[remark.start : remark.end]
    place = f"[[{document}#L{body.line_of(remark.start) + 1}]]"
    said = "\n  ".join(line for line in remark.text.split("\n") if line.strip())
    quote = f" {quoted(passage, _QUOTE)}" if passage.strip() else ""
    return f"- {place}{quote}: {said}{signature(remark)}"


def signature(remark: Remark) -> str:
    """Who wrote a comment, and on which day, as far as is known: ` (Ann, 2024-03-05)`."""
    known = [" ".join(part.split()) for part in (remark.author, remark.date[:10]) if part.strip()]
    return f" ({', '.join(known)})" if known else ""
