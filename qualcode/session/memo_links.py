"""Links to codes in memos follow when codes are renamed, moved or merged."""

from __future__ import annotations

from collections.abc import Iterator

from qualcode.core.codebook import Codebook
from qualcode.core.codebook_steps import Step
from qualcode.core.links import Link, rewritten
from qualcode.core.memo import memo_from
from qualcode.errors import BadFile, UnknownName
from qualcode.files.memos import memo_bytes
from qualcode.index.index import Index
from qualcode.session.memo_states import state_on_disk

_IN_THE_WAY = frozenset("[]|\n")


def has_code_links(index: Index) -> bool:
    """Whether any memo has a link to a code."""
    return bool(index.value("SELECT 1 FROM memo_link WHERE kind = 'code' LIMIT 1"))


def steps_for_links(index: Index, before: Codebook, after: Codebook) -> list[Step]:
    """The changes to memos after which every `[[code:...]]` that led somewhere under the codebook before leads to the same
    code under the one after. A memo that cannot be read now is left alone."""
    return [
        step
        for (memo,) in index.rows("SELECT DISTINCT memo FROM memo_link WHERE kind = 'code' ORDER BY memo")
        for step in _steps_for(index, memo, before, after)
    ]


def _steps_for(index: Index, memo: str, before: Codebook, after: Codebook) -> Iterator[Step]:
    try:
        state = state_on_disk(index, memo) if index.folder.memo(memo).exists() else {"text": ""}
        text = rewritten(state["text"], lambda link: _target(link, before, after))
        if text != state["text"]:
            memo_bytes(memo_from(memo, state), state.get("matter", ""))
            yield Step(memo, state, {**state, "text": text})
    except BadFile:  # `check` says what is wrong with it; a code can be renamed all the same
        return


def _target(link: Link, before: Codebook, after: Codebook) -> str | None:
    """What the link must say instead; None where it is right as it is, or never was."""
    if link.kind != "code":
        return None
    try:
        meant = before.find(link.target).id
    except UnknownName:
        return None
    if meant not in after or after.is_gone(meant):
        return None
    meant = after.resolve_merge(meant)
    if _leads_to(after, link.target, meant):
        return None
    names = (after[meant].name, after.path(meant)) if "/" not in link.target else (after.path(meant),)
    fit = (name for name in names if not set(name) & _IN_THE_WAY and _leads_to(after, name, meant))
    return next(fit, meant)


def _leads_to(book: Codebook, name: str, code: str) -> bool:
    try:
        return book.resolve_merge(book.find(name).id) == code
    except UnknownName:
        return False
