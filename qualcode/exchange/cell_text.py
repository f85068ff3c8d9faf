"""What a table's values look like in a document: text as it is, but nothing in it that could drive a program."""

from __future__ import annotations

import re
from typing import Any

from qualcode.analysis.aligned import figure
from qualcode.core.overlay import shown as with_pseudonyms
from qualcode.core.visible import visible_lines

# What `visible` makes a sign of, except for line ends and the marks that right-to-left text needs; and what XML cannot hold.
_UNSEEMLY = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")


def shown(value: Any) -> str:
    """A value as text of one or more lines; control characters are shown as signs, True as yes, None as nothing."""
    if isinstance(value, str):
        value = with_pseudonyms(value)
        return _UNSEEMLY.sub(_sign, value) if _UNSEEMLY.search(value) else value
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else figure(value)


def is_number(value: Any) -> bool:
    """Whether it is a number that can be reckoned with (no truth value, no infinity)."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value - value == 0


def _sign(found: re.Match[str]) -> str:
    return "\ufffd" if found[0] in "\ufffe\uffff" else visible_lines(found[0])
