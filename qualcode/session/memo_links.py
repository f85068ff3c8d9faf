"""Links to codes in memos follow when codes are renamed, moved or merged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qualcode.core.codebook import Codebook
from qualcode.core.codebook_steps import Step
from qualcode.core.links import rewritten
from qualcode.core.memo import memo_from
from qualcode.core.text import fold
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
    code under the one after. Only memos that need it are read; one that cannot be read now is left alone."""
    rows = index.rows("SELECT DISTINCT memo, target FROM memo_link WHERE kind = 'code' ORDER BY memo")
    targets = {name: _target(name, before, after) for name in {target for _, target in rows}}
    return [step for memo in dict.fromkeys(memo for memo, target in rows if targets[target] is not None)
            for step in _steps_for(index, memo, targets)]  # fmt: skip


def _steps_for(index: Index, memo: str, targets: Mapping[str, str | None]) -> Iterator[Step]:
    try:
        state = state_on_disk(index, memo) if index.folder.memo(memo).exists() else {"text": ""}
        text = rewritten(state["text"], lambda link: targets.get(link.target) if link.kind == "code" else None)
        if text != state["text"]:
            memo_bytes(memo_from(memo, state), state.get("matter", ""))
            yield Step(memo, state, {**state, "text": text})
    except BadFile:  # `check` says what is wrong with it; a code can be renamed all the same
        return


def _target(target: str, before: Codebook, after: Codebook) -> str | None:
    """What a link to a code must say instead of this; None where it is right as it is, or never was."""
    try:
        meant = before.find(target).id
    except UnknownName:
        return None
    if meant not in after or after.is_gone(meant):
        return None
    code = after.resolve_merge(meant)
    if code not in after:
        return None
    if _leads_to(after, target, code) and not _is_old_name(target, meant, before, after):
        return None
    names = (after[code].name, after.path(code)) if "/" not in target else (after.path(code),)
    fit = (name for name in names if not set(name) & _IN_THE_WAY and _leads_to(after, name, code))
    return next(fit, code)


def _is_old_name(target: str, meant: str, before: Codebook, after: Codebook) -> bool:
    """Whether the link says what its code was called before this change, and is not called any more: it may lead there
    still (by an id alike, by a code merged away), but who reads the memo would look for that name in vain."""
    was, now = before.resolve_merge(meant), after.resolve_merge(meant)
    old, new = _names(before, was), _names(after, now)
    own = _names(before, meant)
    return old != new and _plain(target) in own and _plain(target) not in new


def _names(book: Codebook, code: str) -> tuple[str, str]:
    path = _plain(book.path(code))
    return path.rpartition("/")[2], path


def _plain(name: str) -> str:
    return fold("/".join(" ".join(part.split()) for part in name.split("/")))


def _leads_to(book: Codebook, name: str, code: str) -> bool:
    try:
        return book.resolve_merge(book.find(name).id) == code
    except UnknownName:
        return False
