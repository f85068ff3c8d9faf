"""`qualcode pseudonyms ...`: the key of pseudonyms."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path

from qualcode.analysis.table import Table
from qualcode.cli.lists import opened
from qualcode.cli.output import emit, talk
from qualcode.core.how_many import how_many
from qualcode.core.pseudonyms import Pseudonyms
from qualcode.errors import BadOption
from qualcode.files.folder import ProjectFolder, find_project
from qualcode.files.pseudonym_key import (
    add_name,
    default_place,
    mark_project,
    no_place,
    place_of,
    read_key,
    remarks_on,
    remember,
    says_so,
    unmark_project,
)


def listed(args: Namespace) -> None:
    """The key itself: real names are shown."""
    from qualcode.analysis.name_candidates import times_in_texts

    with opened(args) as project:
        path = _place(project.folder)
        key = read_key(path) if path is not None else Pseudonyms([])
        times = times_in_texts(project.index, key)
        rows = [
            (entry.name, entry.pseudonym, "; ".join(f"{form}={new}" if new else form for form, new in entry.variants.items()),
             times.get(entry.name, 0))
            for entry in key.entries
        ]  # fmt: skip
        table = Table(("name", "pseudonym", "variants", "times"), rows)
        emit(table, args, index=project.index) if hasattr(args, "format") else print(table.to_text(width=160), end="")
    if path is not None:
        _tell(path, key)
    else:
        talk("This project has no key of pseudonyms. Make one: qualcode pseudonyms add NAME PSEUDONYM.")


def add(args: Namespace) -> None:
    folder = find_project(args.project)
    known = place_of(folder) if args.key else _place(folder)
    path = _path(args.key) if args.key else known or default_place(folder)
    if (
        known is not None and not known.exists() and path == known
    ):  # another key, of this name alone, would let all others out
        raise BadOption(
            f"The key of this project is {known}, and nothing is there now: plug in its drive, or say where it is: "
            "qualcode pseudonyms use FILE. To begin another key: qualcode pseudonyms off."
        )
    if args.key and known is not None and known.is_file() and known != path:
        raise BadOption(f"The key of this project is {known}. Another one: qualcode pseudonyms use {args.key}.")
    key = add_name(path, folder.root.resolve().name, args.name, args.pseudonym, dict(map(_variant, args.variant)))
    _keep(folder, path)
    talk(f"{args.name} is shown and exported as {args.pseudonym}. The key: {path}.")
    _tell(path, key)
    from qualcode.analysis.name_remarks import remarks_on_name

    with opened(args) as project:
        name, pseudonym = " ".join(args.name.split()), " ".join(args.pseudonym.split())
        for remark in remarks_on_name(project.index, key, name, pseudonym, dict(map(_variant, args.variant))):
            talk(f"qualcode: {remark}")


def _place(folder: ProjectFolder) -> Path | None:
    """Where the key is, None for a project without one. Raises BadOption where it has one that this machine knows no place of."""
    path = place_of(folder)
    if path is None and says_so(folder):
        raise BadOption(no_place())
    return path


def _path(given: str) -> Path:
    return Path(os.path.abspath(Path(given).expanduser()))


def _variant(given: str) -> tuple[str, str]:
    form, _, new = given.partition("=")
    if not form.strip():
        raise BadOption(f"{given!r} is no variant; write FORM, or FORM=NEW with what shall stand for it.")
    return form.strip(), new.strip()


def use(args: Namespace) -> None:
    folder, path = find_project(args.project), _path(args.file)
    key = read_key(path)
    _keep(folder, path)
    talk(f"{how_many(len(key.entries), 'name is', 'names are')} shown and exported under pseudonyms, by {path}.")
    _tell(path, key)


def off(args: Namespace) -> None:
    folder = find_project(args.project)
    path = place_of(folder)
    remember(folder, None)
    unmark_project(folder)
    inside = place_of(folder)
    if inside is not None:
        raise BadOption(
            f"The key lies in the project itself ({inside}): move it away, and names are shown as they are."
        )
    talk(
        "Names are shown and exported as they are from now on." + (f" The key is still there: {path}." if path else "")
    )


def suggest(args: Namespace) -> None:
    from qualcode.analysis.name_candidates import name_candidates

    with opened(args) as project:
        path = place_of(project.folder) if args.real_names else _place(project.folder)
        key = read_key(path) if path is not None else None
        table = name_candidates(project.index, key, args.least)
        emit(table, args, ("name", "times", "documents", "found_as", "document", "line", "around"), project.index)
    talk(
        f"{how_many(len(table), 'name')} that no pseudonym covers. To cover one: qualcode pseudonyms add NAME PSEUDONYM."
        if table
        else "No further names were found; texts in scripts without capitals want a reader's eye."
    )


def _keep(folder: ProjectFolder, path: Path) -> None:
    """Remember the place of the key, and let the project say that there is one."""
    if place_of(folder) != path:
        remember(folder, path)
    mark_project(folder)
    if path.resolve().is_relative_to(folder.root.resolve()):
        talk("The key lies within the project: whoever gets the project gets the names. Better keep it elsewhere.")


def _tell(path: Path, key: Pseudonyms) -> None:
    for problem in remarks_on(path, key):
        talk(f"qualcode: {problem}")
