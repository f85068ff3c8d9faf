"""The whole project as it stood at a date, a time or a milestone; read-only."""

from __future__ import annotations

from qualcode.analysis.history import acts, codebook_at
from qualcode.analysis.milestones import when
from qualcode.core.moments import Moment
from qualcode.index.index import Index
from qualcode.index.past import PastIndex, past_index


def moment_of(index: Index, text: str) -> Moment:
    """The moment that a date (its end), a local time or a milestone's name says. Raises BadOption."""
    return when(index, text)


def as_of(index: Index, moment: Moment) -> PastIndex:
    """The index as it stood then: codings, codebook, cases and documents; the texts themselves are those of today.

    What was changed by hand, past the log, cannot be known and counts as if it had always been so.
    """
    return past_index(
        index, moment, codebook_at(index, moment), _not_yet(index, "document", moment), _not_yet(index, "case", moment)
    )


def _not_yet(index: Index, what: str, moment: Moment) -> list[str]:
    """Things of a kind that came only later: those whose first act after the moment made them."""
    first: dict[str, bool] = {}
    for act in acts(index, what):
        if (act.at, act.id) > moment:
            first.setdefault(act.step.key, act.step.before is None)
    return [key for key, came in first.items() if came]
