"""Names made from the names of files: document ids, titles, and names under sources/."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path

from qualcode.core.codebook import slug
from qualcode.core.visible import is_printable
from qualcode.errors import BadOption
from qualcode.files.folder import check_name
from qualcode.files.names_elsewhere import is_device, off_devices

_LONGEST_ID = 100  # bytes; event files and backups add to it, and file systems allow 255
_LONGEST_NAME = 120


def document_ids(paths: Sequence[Path]) -> list[str]:
    """An id for each file, from its name without ending; where several share one, with the folder's name before it, else
    with its kind after it, else with both, else numbered."""
    plain = [_base(path) for path in paths]
    groups: dict[str, list[int]] = {}
    for place, ident in enumerate(plain):
        groups.setdefault(ident, []).append(place)
    taken = {ident for ident, places in groups.items() if len(places) == 1}
    found = list(plain)
    for places in groups.values():
        if len(places) > 1:
            for place, ident in zip(places, _told_apart([paths[place] for place in places], taken), strict=True):
                found[place] = ident
                taken.add(ident)
    return found


def _told_apart(paths: Sequence[Path], taken: Collection[str]) -> list[str]:
    ways: tuple[Callable[[Path], str], ...] = (
        lambda path: _joined(_folder(path), _base(path)),
        lambda path: _joined(_base(path), slug(path.suffix)),
        lambda path: _joined(_folder(path), _base(path), slug(path.suffix)),
    )
    for way in ways:
        idents = [way(path) for path in paths]
        if len(set(idents)) == len(idents) and not set(idents) & set(taken):
            return idents
    idents = []
    for path in paths:
        idents.append(numbered(_base(path), lambda ident: ident in taken or ident in idents, first=1))
    return idents


def numbered(base: str, is_taken: Callable[[str], bool], first: int = 2) -> str:
    """The first of `base-2`, `base-3` ... that is free."""
    number = first
    while is_taken(f"{base}-{number}"):
        number += 1
    return f"{base}-{number}"


def _base(path: Path) -> str:
    ident = cut(slug(path.stem))
    return f"document-{ident}".rstrip("-") if not ident or is_device(ident) else ident


def _folder(path: Path) -> str:
    return slug(path.absolute().parent.name)


def _joined(*parts: str) -> str:
    room = _LONGEST_ID // len(parts)
    whole = "-".join(part for part in parts if part)
    return whole if len(whole.encode()) <= _LONGEST_ID else "-".join(cut(part, room) for part in parts if part)


def cut(ident: str, longest: int = _LONGEST_ID) -> str:
    """An id of so many bytes at most, cut at a hyphen where there is one in its second half; composed."""
    ident = unicodedata.normalize("NFC", ident)
    if len(ident.encode()) > longest:
        ident = ident.encode()[:longest].decode("utf-8", "ignore")
        at = ident.rfind("-")
        ident = ident[:at] if at > len(ident) // 2 else ident
    return ident.strip("-")


def title_of(path: Path) -> str:
    """A file's name without ending, as a title: underscores and what cannot be seen are spaces."""
    return " ".join("".join(char if is_printable(char) else " " for char in path.stem.replace("_", " ")).split())


def source_name(path: Path) -> str:
    """The file's name as it is kept under sources/: the same, unless some system could not hold it."""
    try:
        return check_name(off_devices(path.name, "source"), "source file")
    except (BadOption, UnicodeEncodeError):
        pass
    stem = "".join(char if char.isprintable() and char not in '/\\:*?"<>|' else "_" for char in path.stem)
    room = _LONGEST_NAME - len(path.suffix.encode("utf-8", "replace"))
    stem = stem.encode("utf-8", "replace")[:room].decode("utf-8", "ignore").strip(" .")
    suffix = path.suffix if path.suffix.isascii() and path.suffix[1:].isalnum() else ""
    name = unicodedata.normalize("NFC", f"{stem or 'source'}{suffix}")
    return check_name(off_devices(name, "source"), "source file")


def free_name(name: str, is_taken: Callable[[str], bool]) -> str:
    """The name, or the first of `name-2.ext`, `name-3.ext` ... that is free."""
    if not is_taken(name):
        return name
    stem, suffix = Path(name).stem, Path(name).suffix
    tails: Iterable[int] = range(2, 1_000_000)
    return next(found for number in tails if not is_taken(found := f"{stem}-{number}{suffix}"))
