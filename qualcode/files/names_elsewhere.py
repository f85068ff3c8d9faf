"""Names of files that another system could not hold, or not beside each other: teams share projects between Linux, macOS and Windows."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from qualcode.core.visible import visible
from qualcode.errors import BadOption, Problem
from qualcode.files.folder import ProjectFolder, check_name, is_text

_DEVICES = frozenset(
    "con prn aux nul conin$ conout$".split() + [f"{port}{n}" for port in ("com", "lpt") for n in "123456789¹²³"]
)  # Windows has no files of these names, whatever their ending
_RENAME = "rename it"


def is_device(name: str) -> bool:
    """Whether Windows takes a name for a device's, as it does `con`, `NUL.md` and `aux.2009.md`."""
    return name.partition(".")[0].strip(" ").casefold() in _DEVICES


def off_devices(name: str, what: str) -> str:
    """The name, with a word before it where it would be a device's."""
    return f"{what}-{name}" if is_device(name) else name


def folded(name: str) -> str:
    """What two names have in common that are one file on macOS and Windows: letter case and composition aside."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def check_new_coder(folder: ProjectFolder, coder: str) -> None:
    """Whoever has coded in the project goes on as before. Raises BadOption for a newcomer whose name would be another's files on
    macOS or Windows, or no file at all."""
    there = coders_of(folder)
    if coder in there:
        return
    if is_device(coder):
        raise BadOption(
            f"{coder!r} cannot be a coder's name: Windows has no files of that name. Say another one: --coder NAME."
        )
    same = next((name for name in there if folded(name) == folded(coder)), "")
    if same:
        raise BadOption(
            f"This project has a coder {same!r}, and on macOS and Windows {coder!r} would be the same files. If that is you: "
            f"--coder {same} (or QUALCODE_CODER={same}); if not, take a name that differs in more than letter case."
        )


def coders_of(folder: ProjectFolder) -> list[str]:
    """All who have a folder of codings or a log, by name."""
    names = [
        *names_in(folder.codings),
        *(name.removesuffix(".jsonl") for name in names_in(folder.log) if name.endswith(".jsonl")),
    ]
    return sorted({unicodedata.normalize("NFC", name) for name in names})


def names_elsewhere(folder: ProjectFolder) -> Iterator[Problem]:
    """Files and folders that would get lost, or could not be made, on a colleague's machine."""
    coders = names_in(folder.codings)
    yield from _twins("codings", coders, "their codings would be mixed there")
    yield from _devices("codings", coders)
    for place, ending in (
        (folder.transcripts, ".md"),
        (folder.memos, ".md"),
        (folder.log, ".jsonl"),
        (folder.sources, ""),
    ):
        names = [name for name in names_in(place) if name.endswith(ending)]
        yield from _twins(place.name, names)
        yield from _devices(place.name, names)
        if place == folder.transcripts:
            yield from _unfit(place.name, names)
    for coder in coders:
        yield from _twins(
            f"codings/{coder}", [name for name in names_in(folder.codings / coder) if name.endswith(".jsonl")]
        )


def _twins(
    place: str, names: Iterable[str], result: str = "only one of the two would be left there"
) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for name in names:
        other = first.setdefault(folded(name), name)
        if other != name:
            composed = unicodedata.normalize("NFC", other) == unicodedata.normalize("NFC", name)
            how = "only its accents are stored otherwise" if composed else "only letter case differs"
            message = f"is the same name as {other!r} on macOS and Windows ({how}): {result}"
            yield Problem(visible(f"{place}/{name}"), 0, visible(message), _RENAME)


def _devices(place: str, names: Iterable[str]) -> Iterator[Problem]:
    for name in filter(is_device, names):
        yield Problem(
            visible(f"{place}/{name}"),
            0,
            "Windows has no files of this name, and git stops there when it meets one",
            _RENAME,
        )


def _unfit(place: str, names: Iterable[str]) -> Iterator[Problem]:
    for name in names:
        try:
            check_name(unicodedata.normalize("NFC", name.removesuffix(".md")), "document")
        except BadOption as error:
            yield Problem(
                visible(f"{place}/{name}"), 0, visible(str(error)), f"{_RENAME}, and its files under codings/ with it"
            )


def names_in(place: Path) -> list[str]:
    """What stands in a folder, hidden things left out."""
    try:
        return sorted(name for name in os.listdir(place) if name[0] != "." and is_text(name))
    except OSError:
        return []
