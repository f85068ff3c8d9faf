"""The acts of the audit trail in plain sentences."""

from __future__ import annotations

from collections.abc import Callable

from qualcode.analysis.audit_entries import UNDOING, Entry
from qualcode.core.codebook_steps import Step
from qualcode.core.visible import quoted, shorten, visible

_QUOTE = 60
IN_A_LIST = 36  # where one line must hold the whole act


def sentence(entry: Entry) -> str:
    """One line that says who did what, as in `c1 merged code longing into emotion/missing`; fit for a terminal."""
    return f"{visible(entry.coder)} {predicate(entry)}"


def predicate(entry: Entry, length: int = _QUOTE) -> str:
    """The sentence without its subject, the coder; quotes are cut to so many characters, and in a list codes' paths too."""
    if entry.of is not None:
        return f"{entry.act}: {predicate(entry.of, length)}"
    tell = _TELL.get(entry.act)
    text = tell(entry, length) if tell is not None else f"{entry.act} {entry.object}"
    if entry.by_hand and entry.what != "codebook":
        text += " (by hand)"
    elif entry.what != "coding" and entry.note.startswith(UNDOING):
        text += f" (taking back {entry.note.removeprefix(UNDOING)})"
    return visible(text)


def _coded(entry: Entry, length: int) -> str:
    note = f", noting {quoted(entry.note, min(40, length))}" if entry.note else ""
    return f"coded {quoted(entry.after, length)} in {entry.document} with {_code(entry, length)}{note}"


def _noted(entry: Entry, length: int) -> str:
    place = f"{quoted(entry.quote, min(40, length))} in {entry.document}, {_code(entry, length)}"
    return f"noted {quoted(entry.after, length)} on {place}" if entry.after else f"took the note off {place}"


def _code(entry: Entry, length: int) -> str:
    """The code's path; in a list only its last part, which tells more than the beginning of a line cut short."""
    return entry.code if length > IN_A_LIST else entry.code.rpartition("/")[2]


def _place(entry: Entry, length: int) -> str:
    return f"{quoted(entry.quote, length)} in {entry.document}"


def _bounds(entry: Entry, length: int) -> str:
    before, after = (quoted(text, min(40, length)) for text in (entry.before, entry.after))
    return f"moved the bounds of {entry.code} in {entry.document} from {before} to {after}"


def _name(step: Step | None, side: str) -> str:
    state = getattr(step, side, None) or {}
    return str(state.get("name") or "")


def _renamed(entry: Entry, length: int) -> str:
    return f"renamed code {_name(entry.step, 'before')} to {_name(entry.step, 'after')} ({entry.code})"


def _moved(entry: Entry, length: int) -> str:
    changes = entry.step.changes() if entry.step is not None else {}
    name = _name(entry.step, "after") or entry.code
    if "parent" not in changes:
        return f"moved code {entry.code} among its siblings"
    above = _field(entry, "parent")
    return f"moved code {name} under {above}" if above else f"moved code {name} to the top"


def _merged(entry: Entry, length: int) -> str:
    target = _field(entry, "merged_into")
    return f"merged code {entry.code} into {target}"


def _field(entry: Entry, name: str) -> str:
    import json

    try:
        return str(json.loads(entry.after).get(name, ""))
    except (ValueError, AttributeError):
        return ""


def _changed(entry: Entry, length: int) -> str:
    changes = entry.step.changes() if entry.step is not None else {}
    names = [name.replace("_", " ") for name in changes if name != "previous"]
    undone = {"merged into": "unmerged", "deleted": "brought back", "retired": "took back into use"}
    if len(names) == 1 and names[0] in undone:
        return f"{undone[names[0]]} code {entry.code}"
    return f"changed {', '.join(names) or 'nothing'} of code {entry.code}"


def _memo(entry: Entry, length: int) -> str:
    state = (entry.step.after or entry.step.before or {}) if entry.step is not None else {}
    title = quoted(str(state.get("title") or entry.object), length)
    if entry.act != "edited memo" or entry.step is None:
        return f"{entry.act} {title}"
    before, after = entry.step.before or {}, entry.step.after or {}
    names = [name for name in after if before.get(name) != after.get(name)]
    return f"edited memo {title} ({', '.join(names)})" if names else f"edited memo {title}"


def _imported(entry: Entry, length: int) -> str:
    state = (entry.step.after or {}) if entry.step is not None else {}
    source = f" from {state['source']}" if state.get("source") else ""
    return f"imported document {entry.object}{source}"


_TELL: dict[str, Callable[[Entry, int], str]] = {
    "coded": _coded,
    "removed coding": lambda entry, length: f"removed {_code(entry, length)} from {_place(entry, length)}",
    "noted": _noted,
    "recoded": lambda entry, length: (
        f"recoded {_place(entry, length)} from {entry.before or 'no code'} to {entry.after}"
    ),
    "moved coding": _bounds,
    "kept": lambda entry, length: f"kept {_code(entry, length)} on {_place(entry, length)} after reading it again",
    "created code": lambda entry, length: f"created code {entry.code}",
    "renamed code": _renamed,
    "moved code": _moved,
    "merged code": _merged,
    "deleted code": lambda entry, length: f"deleted code {entry.code}",
    "retired code": lambda entry, length: f"retired code {entry.code}",
    "changed code": _changed,
    "imported document": _imported,
    "wrote memo": _memo,
    "edited memo": _memo,
    "deleted memo": _memo,
    "milestone": lambda entry, length: f"set the milestone {quoted(entry.object, length)}",
    "removed milestone": lambda entry, length: f"took the milestone {quoted(entry.object, length)} away",
    "noted codebook": lambda entry, length: f"noted the codebook as it stood ({shorten(entry.after, 20)})",
}
