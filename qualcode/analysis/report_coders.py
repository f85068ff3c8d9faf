"""How a report calls the coders, and says which part of the study it is about without naming them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields

from qualcode.analysis.filters import Filters, key_of
from qualcode.index.index import Index

_SHOWN = {"code": "code", "where": "where", "text": "with the words"}


def coder_names(index: Index, anonymous: bool) -> dict[str, str]:
    """What to call each coder: by id, or "Coder 1" and so on, in the project's order and then by id.

    All coders of the project count, whatever a report is about: the same coder has the same number in every report.
    """
    ids = [coder.id for coder in index.project.coders]
    ids += [row[0] for row in index.rows("SELECT DISTINCT coder FROM coding ORDER BY coder")]
    known = list(dict.fromkeys(ids))
    return {ident: f"Coder {number}" if anonymous else ident for number, ident in enumerate(known, 1)}


def said_filters(index: Index, filters: Filters, hidden: Mapping[str, str]) -> str:
    """The filter in words, as in `case: zhao; code: longing, without sub-codes`; the coders in `hidden` under their other names."""
    parts = []
    for field in fields(filters):
        value = getattr(filters, field.name)
        if not value or field.name == "exact":
            continue
        if field.name == "coder" and hidden:
            value = hidden.get(key_of(index, "coder", value), "a coder")
        elif hidden:
            value = _without_coders(index, str(value), hidden)
        parts.append(f"{_SHOWN.get(field.name, field.name)}: {value}")
    return "; ".join(parts) + (", without sub-codes" if filters.exact and parts else "")


def _without_coders(index: Index, text: str, hidden: Mapping[str, str]) -> str:
    """The text with every word that is a coder's id or name put as in `hidden`."""
    names = {coder.name: hidden[coder.id] for coder in index.project.coders if coder.name} | dict(hidden)
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", names[name], text, flags=re.IGNORECASE)
    return text
