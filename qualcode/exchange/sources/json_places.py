"""Finding one's way in JSON values of which nothing is sure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qualcode.exchange.sources.spoken import label_of

JsonPath = tuple[str | int, ...]  # names of members and numbers of items, from the outermost in

_SPEAKER_NAMES = (
    "speaker", "speaker_label", "speakerDisplayName", "speaker_name", "speakerName", "speakerLabel", "speakerTag", "speaker_id",
)  # fmt: skip


def at(value: Any, path: JsonPath) -> Any:
    """What stands there, or None."""
    for step in path:
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, Mapping) else None
        else:
            value = value[step] if isinstance(value, list) and len(value) > step else None
    return value


def speaker_in(item: Any) -> str:
    """The label of the speaker that an object names, "" for none. A bare number becomes `Speaker 1`."""
    for name in _SPEAKER_NAMES:
        value = at(item, (name,))
        if isinstance(value, Mapping):
            value = value.get("name") or value.get("label") or value.get("id")
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**9:
            return f"Speaker {value}"
        if isinstance(value, str) and value.strip():
            return label_of(value)
    return ""
