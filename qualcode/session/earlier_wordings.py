"""How a passage read in earlier versions of its text: memos and notes may quote it as it stood before a correction."""

from __future__ import annotations

from collections.abc import Sequence

from qualcode.core.document import Body
from qualcode.core.revision import Revision
from qualcode.index.index import Index
from qualcode.index.text_rows import revisions


def earlier_wordings(index: Index, document: str, body: Body, spans: Sequence[tuple[int, int]]) -> list[str]:
    """What stood in the place of these spans of today's text, in every version from which the logs know the way to it."""
    steps = revisions(index, document)
    known = {body.hash: (body.text, list(spans))}
    waiting, found = [body.hash], set()
    while waiting:
        new = waiting.pop()
        text, places = known[new]
        for step in steps:
            if step.new != new or step.old in known:
                continue
            back = step.revision.inverse()
            try:
                earlier = back.apply(text)
            except ValueError:  # the log tells of another text
                continue
            known[step.old] = earlier, [_place_before(back, start, end) for start, end in places]
            found |= {earlier[start:end].strip() for start, end in known[step.old][1]}
            waiting.append(step.old)
    return sorted(found - {"", *(body.text[start:end] for start, end in spans)})


def _place_before(back: Revision, start: int, end: int) -> tuple[int, int]:
    """Where a span of a text stood before the edits that `back` takes back, with all of the words that were edited at its ends."""
    first = last = 0
    for edit in back.edits:
        stop, shift = edit.at + len(edit.removed), len(edit.inserted) - len(edit.removed)
        if stop <= start:
            first, last = first + shift, last + shift
        elif edit.at < end:
            start, end, last = min(start, edit.at), max(end, stop), last + shift
    return start + first, end + last
