"""Event files: JSON lines to events and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qualcode.core.conflicts import conflicts
from qualcode.core.events import Event
from qualcode.core.how_many import how_many
from qualcode.errors import BadOption, Problem
from qualcode.files.conflicted import event_conflict_problem
from qualcode.files.event_lines import Found, events_in, line_of, lines_in, whole_event
from qualcode.files.folder import ProjectFolder
from qualcode.files.guarded import MOST_EVENTS, read_file
from qualcode.files.reach import reach
from qualcode.files.saving import Appended, append_lines
from qualcode.files.taking_back import counted

_TWICE = "only the last of them counts: one was copied or edited by hand; restore it from a backup or from git"

_MOST_LINES = 2_000_000
_MOST_TOLD = 200  # problems of one file


@dataclass(frozen=True)
class LoadedEvents:
    """The events of one file in the order of its lines, and what could not be read. Every good line loads."""

    events: list[Event]
    problems: list[Problem]
    size: int


def read_events(path: Path, shown_as: str) -> LoadedEvents:
    """Read one event file; `shown_as` names it in problems."""
    try:
        data = counted(path, read_file(path, MOST_EVENTS))
    except OSError as error:
        return LoadedEvents([], [Problem(shown_as, 0, f"cannot be read ({error.strerror or error})")], -1)
    return events_of(data, shown_as)


def events_of(data: bytes, shown_as: str) -> LoadedEvents:
    """What an event file of these bytes says."""
    loaded = LoadedEvents([], [], len(data))
    if (count := data.count(b"\n")) > _MOST_LINES:
        message = f"it has {count:,} lines; event files are read up to {_MOST_LINES:,}"
        loaded.problems.append(Problem(shown_as, 0, message, "look what wrote into it"))
        return loaded
    seen: dict[str, Event] = {}
    lines = lines_in(data)
    markers = _markers(lines, loaded, shown_as)
    for number, line in enumerate(lines, 1):
        line = line.strip(b" \t\r")
        if not line or number in markers:
            continue
        event = whole_event(line)
        hopeless = event is None and len(loaded.problems) > _MOST_TOLD  # looking for events within takes long
        found = Found((event,)) if event is not None else Found(()) if hopeless else events_in(line)
        for event in found.events:
            loaded.events.append(event)
            first = seen.setdefault(event.id, event)
            if first is not event and first != event:
                _tell(loaded, Problem(shown_as, number, f"two events in this file have the id {event.id}", _TWICE))
        if not found.events and number == len(lines):
            _tell(loaded, Problem(shown_as, number, *_torn(line, loaded.events)))
        elif found.message:
            _tell(loaded, Problem(shown_as, number, found.message, found.advice))
    return loaded


def _tell(loaded: LoadedEvents, problem: Problem) -> None:
    """Keep a problem; of very many in one file the first are enough to see what is wrong with it."""
    if len(loaded.problems) < _MOST_TOLD:
        loaded.problems.append(problem)
    elif len(loaded.problems) == _MOST_TOLD:
        loaded.problems.append(
            problem._replace(message="and more lines from here on", advice="mend the first ones, then look again")
        )


def _markers(lines: Sequence[bytes], loaded: LoadedEvents, shown_as: str) -> set[int]:
    """The lines that git put around both sides where .gitattributes does not tell it to keep both; a problem for each conflict."""
    if not any(line.startswith(b"<<<<<<<") for line in lines):
        return set()
    found = conflicts(b"\n".join(lines).decode("utf-8", "replace"))
    loaded.problems.extend(event_conflict_problem(conflict, shown_as) for conflict in found)
    return {number for conflict in found for number in conflict.markers}


def _torn(line: bytes, others: Sequence[Event]) -> tuple[str, str]:
    """What to say of bytes behind the last line end that are no event."""
    aside = "the next coding saved here moves it to a .torn file beside this one"
    if line.strip(b"\0"):
        return "the last line is torn, as after a power cut; the rest is loaded", aside
    if others:
        return f"the file ends in {how_many(len(line), 'zero byte')}, as after a power cut; the rest is loaded", aside
    found = events_in(line)
    return found.message, found.advice


def event_lines(events: Sequence[Event]) -> bytes:
    """The events as they are written: one JSON object a line with its sum, UTF-8, letters of all scripts as themselves.

    Raises BadOption for text that is none (halves of characters).
    """
    try:
        return b"".join(line_of(event) + b"\n" for event in events)
    except UnicodeEncodeError as error:
        raise BadOption(
            "This text holds half a character (a lone surrogate) and cannot be kept. Type it anew."
        ) from error


def append_events(path: Path, events: Sequence[Event], folder: ProjectFolder | None = None) -> Appended:
    """Append events durably, in one write; of a project's folder it is made sure first that it is there.

    Raises CannotSave; FolderAway.
    """
    if folder is not None:
        reach(folder)
    return append_lines(path, event_lines(events), folder.root if folder is not None else None)
