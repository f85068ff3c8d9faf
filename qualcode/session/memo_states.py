"""Memos brought from one logged state into another: the part of state.py that writes memos/."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qualcode.core.codebook_steps import Step
from qualcode.core.links import relinked
from qualcode.core.memo import Memo, memo_from
from qualcode.errors import BadFile, CannotUndo
from qualcode.files.memos import ReadMemo, memo_bytes, plain_matter, read_memo
from qualcode.files.saving import remove_file, replace_file
from qualcode.files.text_files import read_text
from qualcode.index.index import Index

_EMPTY: Mapping[str, Any] = {"about": "project"}


def put_memos(index: Index, steps: Sequence[Step]) -> None:
    """Write, change and remove memo files. Raises CannotUndo where a memo is not as the step expects it, CannotSave, BadFile."""
    for step in steps:
        _put_memo(index, step)


def _put_memo(index: Index, step: Step) -> None:
    path = index.folder.memo(step.key)
    now = state_on_disk(index, step.key) if path.exists() else None
    if step.before is None and now is not None:
        raise CannotUndo(f"There is a memo {step.key!r} already; nothing was changed.")
    if step.before is not None and now is None:
        if _only_links(step):
            return  # links that followed a code; nobody misses them
        raise CannotUndo(f"The memo {step.key!r} is not there any more; nothing was changed.")
    if step.after is None:
        _refuse_if_changed(step.key, now or {}, step.before or {}, {})
        remove_file(path)
        return
    state = _next_state(step, now) if now is not None else step.after
    replace_file(path, memo_bytes(memo_from(step.key, state), str(state.get("matter") or "")), make_folder=True)


def _only_links(step: Step) -> bool:
    before, after = step.before or {}, step.after or {}
    texts = str(_value(before, "text")), str(_value(after, "text"))
    return {**before, "text": ""} == {**after, "text": ""} and relinked(texts[0], *texts) is not None


def _next_state(step: Step, now: Mapping[str, Any]) -> dict[str, Any]:
    """The state that the file holds now, with what the step changes."""
    before, after = step.before or {}, step.after or {}
    changed = {name for name in (*before, *after) if name != "matter" and _value(before, name) != _value(after, name)}
    values = {name: _value(after, name) for name in changed}
    if changed == {"text"} and _value(now, "text") != before["text"]:
        follows = relinked(now["text"], before["text"], after["text"])
        if follows is not None:  # links that followed a code: what was written since stays
            return {**now, "text": follows}
    _refuse_if_changed(step.key, now, before, values)
    return {**now, **values}


def _refuse_if_changed(key: str, now: Mapping[str, Any], before: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Raise CannotUndo where what would be overwritten (everything, where `values` is empty) was changed since."""
    names = values or [name for name in before if name != "matter"]
    since = [name for name in names if _value(now, name) != _value(before, name)]
    if since:
        raise CannotUndo(
            f"The memo {key!r} was changed since ({', '.join(since)}), so it is left as it is. "
            "`qualcode log` shows by whom; a change by hand is taken back in an editor."
        )


def state_on_disk(index: Index, key: str) -> dict[str, Any]:
    """The state of a memo as its file has it now; with its front matter where people have written more into it than
    the memo's own fields. Raises BadFile where the file cannot be read."""
    path = index.folder.memo(key)
    shown_as = index.folder.relative(path)
    _, problems = read_text(path, shown_as)
    if problems:
        raise BadFile(problems)
    return logged_state(read_memo(path, key, shown_as))


def logged_state(read: ReadMemo) -> dict[str, Any]:
    """A memo's state as the log keeps it."""
    state = read.memo.state
    if read.matter.strip() and read.matter != plain_matter(read.memo):
        state["matter"] = read.matter
    return state


def memo_on_disk(index: Index, key: str) -> Memo:
    """The memo as its file has it now. Raises BadFile."""
    return memo_from(key, state_on_disk(index, key))


def _value(state: Mapping[str, Any], name: str) -> Any:
    return state.get(name) or _EMPTY.get(name, "")
