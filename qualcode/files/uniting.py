"""Lines of one coder's event file that stand in another copy of it and not in this one, and putting them in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

from qualcode.core.events import Event
from qualcode.errors import BadFile, Problem
from qualcode.files.event_lines import events_in, line_of
from qualcode.files.guarded import MOST_EVENTS, read_file
from qualcode.files.line_sums import bears_sum, mended, sum_fits
from qualcode.files.saving import Appended, append_lines


class Missing(NamedTuple):
    """Lines that one copy of a file has and the other does not, in their order, with their events; and what must not be
    taken over, with where it stands."""

    lines: tuple[bytes, ...] = ()
    events: tuple[Event, ...] = ()
    refused: tuple[Problem, ...] = ()


class _Read(NamedTuple):
    events: dict[str, Event]
    lines: dict[str, bytes]
    places: dict[str, int]
    refused: list[Problem]


def missing_lines(have: Sequence[Path], other: Path, shown_as: str) -> Missing:
    """What of `other` stands in none of the files `have`. A line whose id stands there with other content is refused, as is
    what cannot be read. Raises BadFile where a file cannot be read at all."""
    here: dict[str, Event] = {}
    for path in have:
        if path.exists():
            here |= _read(path, path.name).events
    there = _read(other, shown_as)
    clash = [ident for ident, event in there.events.items() if ident in here and here[ident] != event]
    refused = [
        Problem(shown_as, there.places[ident], f"the event {ident} says something else here; ours stays",
                "look at both lines; restore the right one from a backup")
        for ident in clash
    ]  # fmt: skip
    new = [ident for ident in there.events if ident not in here]
    return Missing(
        tuple(there.lines[ident] for ident in new), tuple(there.events[ident] for ident in new),
        tuple(sorted([*there.refused, *refused], key=lambda problem: problem.line)),
    )  # fmt: skip


def without(missing: Missing, known: Collection[str]) -> Missing:
    """What is left where the events with these ids are known."""
    new = [at for at, event in enumerate(missing.events) if event.id not in known]
    return missing._replace(
        lines=tuple(missing.lines[at] for at in new), events=tuple(missing.events[at] for at in new)
    )


def unite(path: Path, missing: Missing, root: Path) -> Appended:
    """Append the lines to a file, flushed to disk; in no other way do lines that a coder wrote elsewhere come into her file.

    Raises CannotSave.
    """
    return append_lines(path, b"".join(line + b"\n" for line in missing.lines), root)


def _read(path: Path, shown_as: str) -> _Read:
    try:
        data = read_file(path, MOST_EVENTS)
    except OSError as error:
        raise BadFile([Problem(shown_as, 0, f"cannot be read ({error.strerror or error})")]) from error
    found = _Read({}, {}, {}, [])
    data = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    for number, raw in enumerate(data.split(b"\n"), 1):
        line = raw.strip()
        if not line:
            continue
        read = events_in(line)
        whole = len(read.events) == 1 and not read.message
        if read.message and _is_doubtful(line, read.events):
            found.refused.append(Problem(shown_as, number, read.message, read.advice))
            continue
        for event in read.events:
            found.events[event.id] = event
            found.lines[event.id] = line if whole else line_of(event)
            found.places[event.id] = number
        if not read.events:
            found.refused.append(Problem(shown_as, number, read.message, read.advice))
    return found


def _is_doubtful(line: bytes, events: Sequence[Event]) -> bool:
    """Whether a line is not as it was written and nothing tells how it was: written anew here it would pass for sound."""
    return len(events) == 1 and bears_sum(line) and not sum_fits(line) and mended(line) is None
