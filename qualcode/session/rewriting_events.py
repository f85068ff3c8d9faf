"""Event files rewritten for good: anchors on the new text, notes and logged states masked, what is withdrawn left out."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from qualcode.core.events import Event, subjects
from qualcode.core.rewriting import Rebasing
from qualcode.files.event_rewriting import Line, rewritten_lines
from qualcode.files.yaml_masking import masked_value, masked_yaml
from qualcode.session.rewriting_masks import Rewrite

REWRITTEN = "rewritten"  # in a logged state: it was rewritten, so nothing can be brought back to it
_COPY = re.compile(r"(?:\.sync-conflict-.*| \(.*\)|_conflict-.*| \d+|~.*)$", re.IGNORECASE)
_WITH_IDS = ("document", "text", "matter", "memo", "case", "participant")
_NAMED_KEYS = ("filter", "milestone", "attribute")


def with_anchor(event: Event, rebasing: Rebasing) -> Event:
    """An apply or move on the rewritten text; another event as it is."""
    if event.op not in ("apply", "move"):
        return event
    new = rebasing.anchor(event.anchor)
    return replace(
        event, start=new.start, end=new.end, quote=new.quote, body=new.body, prefix=new.prefix, suffix=new.suffix
    )


def going_codings(events: Sequence[Event], rebasing: Rebasing, spans: Sequence[tuple[int, int]]) -> set[str]:
    """Codings that lie, where their coder put them last, wholly within one of these spans of today's text."""
    places: dict[str, bool] = {}
    for event in sorted(events, key=lambda event: event.id):
        if event.op in ("apply", "move"):
            placed = rebasing.see(event.anchor)
            inside = any(start <= placed.start and placed.end <= end for start, end in spans)
            places[event.subject] = inside and placed.state != "lost"
    return {subject for subject, inside in places.items() if inside}


def rewritten_codings(
    lines: Sequence[Line], rewrite: Rewrite, rebasing: Rebasing | None, going: set[str]
) -> tuple[bytes, int, int]:
    """An event file on a document; how many events changed, and how many were left out."""
    events = [event for line in lines for event in line.events]
    about = subjects(events)
    counts = [0, 0]

    def one(event: Event) -> Event | None:
        if about.get(event.id) in going:
            counts[1] += 1
            return None
        new = with_anchor(event, rebasing) if rebasing is not None else event
        if new.note:
            new = replace(new, note=rewrite.mask(new.note))
        counts[0] += new != event
        return new

    keep_torn = rebasing is None and not any(_says(line, rewrite) for line in lines if not line.whole)
    return rewritten_lines(lines, one, keep_torn), counts[0], counts[1]


def rewritten_log(
    lines: Sequence[Line], rewrite: Rewrite, documents: Iterable[str], more: Sequence[bytes] = ()
) -> tuple[bytes, int, int]:
    """A log; how many events changed, and how many were left out. `more`: lines to put after them."""
    events = [event for line in lines for event in line.events]
    by_id = {event.id: event for event in events}
    about = subjects(events)
    texts = set(documents)
    counts = [0, 0]

    def one(event: Event) -> Event | None:
        root = by_id.get(about.get(event.id, ""), event)
        if root.op == "change" and (root.what, root.key) in rewrite:
            counts[1] += 1
            return None
        new = _logged(event, rewrite, texts) if event.op == "change" else event
        counts[0] += new != event
        return new

    keep_torn = not any(_says(line, rewrite) for line in lines if not line.whole)
    data = rewritten_lines(lines, one, keep_torn)
    return data + b"".join(more), counts[0], counts[1]


def _says(line: Line, rewrite: Rewrite) -> bool:
    return bool(rewrite.find(line.raw.decode("utf-8", "replace")))


def _logged(event: Event, rewrite: Rewrite, texts: set[str]) -> Event:
    what, key = event.what, event.key
    return replace(
        event,
        before=_state(what, key, event.before, rewrite, texts),
        after=_state(what, key, event.after, rewrite, texts),
        note=rewrite.mask(event.note),
        key=_key(what, key, rewrite),
    )


def _key(what: str, key: str, rewrite: Rewrite) -> str:
    if what in _WITH_IDS:
        return rewrite.ids.get(key, key)
    return rewrite.mask(key) if rewrite.names and what in _NAMED_KEYS else key


def _state(what: str, key: str, state: Any, rewrite: Rewrite, texts: set[str]) -> Any:
    if what == "text":
        return _without_words(state, rewrite) if key in texts else state
    if what in ("document", "matter"):
        return _of_document(state, key, what, rewrite, rewritten=key in texts and what == "document")
    return masked_state(state, rewrite, rewrite.ids if what not in ("code", "codebook") else {})


def masked_state(state: Any, rewrite: Rewrite, ids: Mapping[str, str]) -> Any:
    """A logged state with its texts masked; where it holds the YAML of a file, that as YAML."""
    masked = masked_value(state, rewrite.mask, names=rewrite.names, ids=ids)
    if isinstance(state, dict) and isinstance(state.get("matter"), str):
        masked["matter"] = masked_yaml(state["matter"], rewrite.mask, names=rewrite.names, ids=ids)
    if isinstance(state, dict) and isinstance(state.get("text"), str):
        masked["text"] = rewrite.mask_memo(state["text"])
    return masked


def _without_words(state: Any, rewrite: Rewrite) -> Any:
    """The state of a text without the edits, which hold words."""
    if not isinstance(state, dict):
        return None if state is None else {REWRITTEN: True}
    kept = {name: state[name] for name in ("hash", "source") if isinstance(state.get(name), str)}
    if kept.get("source") in rewrite.sources_gone:
        del kept["source"]
    return {**kept, REWRITTEN: True}


def _of_document(state: Any, key: str, what: str, rewrite: Rewrite, *, rewritten: bool) -> Any:
    if not isinstance(state, dict):
        return state
    masked = masked_value(state, rewrite.mask, names=rewrite.names, ids=rewrite.ids)
    if isinstance(state.get("fields"), dict):
        masked["fields"] = _relabelled(masked["fields"], key, rewrite)
    if what == "matter":
        masked = _relabelled(masked, key, rewrite)
    if masked.get("source") in rewrite.sources_gone:
        del masked["source"]
        rewritten = True
    return masked | ({REWRITTEN: True} if rewritten else {})


def _relabelled(fields: dict[str, Any], document: str, rewrite: Rewrite) -> dict[str, Any]:
    speakers = fields.get("speakers")
    if not isinstance(speakers, (dict, list)) or not (rewrite.people or rewrite.labels.get(document)):
        return fields
    return fields | {"speakers": rewrite.speakers(document, speakers)}


def original_of(documents: Container[str], name: str) -> str:
    """The document that a file's name tells, also where a syncing tool has put something behind it, as in
    `talk.sync-conflict-20260101-101010-ABC` and `talk (Ann's conflicted copy)`; "" for none."""
    stem = _COPY.sub("", name)
    return stem if stem != name and stem in documents else name if name in documents else ""
