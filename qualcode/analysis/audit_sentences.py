"""The acts of the audit trail in plain sentences."""

from __future__ import annotations

from collections.abc import Callable

from qualcode.analysis.audit_entries import UNDOING, Entry
from qualcode.analysis.audit_texts import OUTSIDE, corrected
from qualcode.analysis.history import MERGED
from qualcode.core.codebook_steps import Step
from qualcode.core.how_many import how_many
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
    elif entry.what != "coding" and entry.note == MERGED:
        text += f" ({MERGED})"
    elif entry.what != "coding" and entry.note.startswith(UNDOING):
        text += f" (taking back {entry.note.removeprefix(UNDOING)})"
    return visible(text)


def _coded(entry: Entry, length: int) -> str:
    note = f", noting {quoted(entry.note, min(40, length))}" if entry.note else ""
    return f"coded {quoted(entry.after, length)} in {entry.document} with {_code(entry, length)}{note}"


def _noted(entry: Entry, length: int) -> str:
    place = f"{quoted(entry.quote, min(40, length))} in {entry.document}, {_code(entry, length)}"
    return f"noted {quoted(entry.after, length)} on {place}" if entry.after else f"took the note off {place}"


def _marked(entry: Entry, length: int) -> str:
    place = f"{quoted(entry.quote, min(40, length))} in {entry.document}, {_code(entry, length)}"
    return f"marked as {entry.after}: {place}" if entry.after else f"took the mark ({entry.before}) off {place}"


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
    if before == after:
        return f"kept memo {title} after reading it again"
    return f"edited memo {title} ({', '.join(names)})" if names else f"edited memo {title}"


def _imported(entry: Entry, length: int) -> str:
    state = (entry.step.after or {}) if entry.step is not None else {}
    source = f" from {state['source']}" if state.get("source") else ""
    return f"imported document {entry.object}{source}"


def _case(entry: Entry, length: int) -> str:
    values = _attributes(entry, "after")
    if entry.act == "declared case":
        told = [f"{name} {value}" for name, value in values.items()]
    else:
        was = _attributes(entry, "before")
        told = [f"{name} {was.get(name) or 'none'} → {values.get(name) or 'none'}" for name in {**was, **values}
                if was.get(name) != values.get(name)]  # fmt: skip
        if _name(entry.step, "before") != _name(entry.step, "after"):
            told.insert(0, f"name {_name(entry.step, 'before')} → {_name(entry.step, 'after')}")
    return f"{entry.act} {entry.object}" + (f" ({shorten(', '.join(told), length)})" if told else "")


def _attributes(entry: Entry, side: str) -> dict[str, str]:
    values = (getattr(entry.step, side, None) or {}).get("attributes")
    return {str(name): str(value) for name, value in values.items()} if isinstance(values, dict) else {}


def _person(entry: Entry, length: int) -> str:
    state = (entry.step.after or entry.step.before or {}) if entry.step is not None else {}
    facts = [str(state[name]) for name in ("name", "role") if state.get(name) and state[name] != entry.object]
    facts += [f"case {state['case']}"] if state.get("case") else []
    return f"{entry.act} {entry.object}" + (f" ({shorten(', '.join(facts), length)})" if facts else "")


def _attribute(entry: Entry, length: int) -> str:
    before, after = (str((getattr(entry.step, side, None) or {}).get("type") or "text") for side in ("before", "after"))
    if entry.act == "changed attribute":
        return f"changed attribute {entry.object} from {before} to {after}"
    return f"{entry.act} {entry.object} ({after if entry.act == 'declared attribute' else before})"


def _filter(entry: Entry, length: int) -> str:
    before, after = (
        shorten(str((getattr(entry.step, side, None) or {}).get("expression") or ""), length)
        for side in ("before", "after")
    )
    if entry.act == "changed filter":
        return f"changed filter {entry.object} from {before or 'nothing'} to {after or 'nothing'}"
    return f"{entry.act} {entry.object} ({after if entry.act == 'saved filter' else before})"


def _matter(entry: Entry, length: int) -> str:
    """What was set in a document's front matter: its original, its recording, links of turns."""
    before, after = (getattr(entry.step, side, None) or {} for side in ("before", "after"))
    told = []
    if "translation_of" in after:
        original = after["translation_of"]
        told.append(f"linked {entry.object} as a translation of {original}" if original
                    else f"unlinked {entry.object} from {before.get('translation_of')}")  # fmt: skip
    elif "aligned" in after:
        was, now = (list(side.get("aligned") or ()) for side in (before, after))
        changes = [
            ("linked turns", [pin for pin in now if pin not in was]),
            ("unpinned turns", [pin for pin in was if pin not in now]),
        ]
        told += [f"{verb} {', '.join(map(str, pins))} of {entry.object}" for verb, pins in changes if pins]
    if "speakers" in after:
        told.append(f"changed the speakers of {entry.object}")
    if "recording" in after:
        path = shorten(str(after["recording"]), length)
        told.append(f"named {path} as the recording of {entry.object}" if path
                    else f"took the recording's name out of {entry.object}")  # fmt: skip
    return " and ".join(told) or f"changed front matter of {entry.object}"


def _rewrote(entry: Entry, length: int) -> str:
    state = (entry.step.after or {}) if entry.step is not None else {}
    kind = str(state.get("kind") or "rewrote")
    whom = f" {entry.object}" if kind == "redacted" else f" a {entry.object}" if entry.object else ""
    counts = [
        how_many(state[name], name[:-1])
        for name in ("documents", "places", "files")
        if isinstance(state.get(name), int)
    ]
    gone = state.get("codings")
    return f"{kind}{whom} for good: {', '.join(counts)}" + (f"; {how_many(gone, 'coding')} went" if gone else "")


def _brought(entry: Entry, length: int) -> str:
    state = (entry.step.after or entry.step.before or {}) if entry.step is not None else {}
    events, documents = state.get("events"), state.get("documents")
    told = (
        [f"{how_many(count, 'event')} of {coder}" for coder, count in events.items()]
        if isinstance(events, dict)
        else []
    )
    told += [how_many(len(documents), "document")] if isinstance(documents, list) and documents else []
    return f"brought in the copy {quoted(str(state.get('from') or ''), length)}" + (
        f" ({', '.join(told)})" if told else ""
    )


def _corrected(entry: Entry, length: int) -> str:
    if entry.step is not None and (entry.step.after or {}).get("rewritten"):
        return f"corrected the text of {entry.object} (its words were taken out for good)"
    source = (entry.step.after or {}).get("source") if entry.step is not None else None
    how = f" (from {source})" if source else f" ({entry.note})" if entry.note == OUTSIDE else ""
    return corrected(entry.object, entry.step, length) + how


_TELL: dict[str, Callable[[Entry, int], str]] = {
    "coded": _coded,
    "removed coding": lambda entry, length: f"removed {_code(entry, length)} from {_place(entry, length)}",
    "noted": _noted,
    "marked": _marked,
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
    "corrected text": _corrected,
    "changed front matter": _matter,
    "declared case": _case,
    "changed case": _case,
    "declared participant": _person,
    "changed participant": _person,
    "declared attribute": _attribute,
    "changed attribute": _attribute,
    "removed attribute": _attribute,
    "saved filter": _filter,
    "changed filter": _filter,
    "deleted filter": _filter,
    "wrote memo": _memo,
    "edited memo": _memo,
    "deleted memo": _memo,
    "milestone": lambda entry, length: f"set the milestone {quoted(entry.object, length)}",
    "removed milestone": lambda entry, length: f"took the milestone {quoted(entry.object, length)} away",
    "brought in a copy": _brought,
    "rewrote for good": _rewrote,
    "noted codebook": lambda entry, length: f"noted the codebook as it stood ({shorten(entry.after, 20)})",
}
