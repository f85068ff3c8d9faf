"""The key of pseudonyms, pseudonyms.yaml: where it is, what it says, and adding to it.

    names:
      Liang Guihua: Chen Yulan
      Wang Xiaoming:
        pseudonym: Lin Jun
        variants:                     # further forms; a list, or with what stands for each
          王小明: 林军
          Mingming: Junjun

The key is the one file that tells who is who, so it is kept apart from the project: where the user says, by default in the user's
own data folder. This machine remembers its place (`remembered`); the project only says, with a line `pseudonyms:` in project.yaml, that
there is one. Without it nothing of such a project is shown or exported, unless the user asks for the real names.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from qualcode.core.pseudonym_forms import is_unspaced
from qualcode.core.pseudonyms import KeyEntry, Pseudonyms
from qualcode.errors import BadFile, BadOption, Problem
from qualcode.files.folder import ProjectFolder, memo_files, stamp, transcript_files
from qualcode.files.guarded import read_file
from qualcode.files.project_files import read_project
from qualcode.files.saving import cannot_save, locked_folder, replace_file
from qualcode.files.text_files import read_text
from qualcode.files.yaml_text import LoadedYaml, edit_yaml, load_yaml

NAME = "pseudonyms.yaml"
_SAID = re.compile(r"^pseudonyms:[ \t]*\S", re.MULTILINE)
_MOST_KEYS = 5
_MARK = "pseudonyms: kept outside this folder"
_HEAD = """\
# The key of pseudonyms for {title}: real names, and what is shown and exported for them.
# Keep this file apart from the project, and from everybody who need not know.
names:
"""


def key_of(folder: ProjectFolder) -> Pseudonyms | None:
    """The project's key, None for a project without one.

    Raises BadFile where it cannot be read or used or has no names, BadOption where the project has one that this machine knows no place of.
    """
    path = place_of(folder)
    if path is None:
        if says_so(folder):
            raise BadOption(f"{no_place()} Or ask for the names as they are: --real-names.")
        return None
    key = read_key(path, _ids(folder))
    if not key:  # cut off by a full disk or a careless tool: names would be shown as if there were no key
        advice = "bring it back from a backup, add names (qualcode pseudonyms add), or end it: qualcode pseudonyms off"
        raise BadFile([Problem(str(path), 0, "the key of pseudonyms has no names in it", advice)])
    return key


def stamp_of(folder: ProjectFolder) -> tuple[object, ...]:
    """What tells whether the key, its place or the ids that it counts for may have changed. Raises OSError for a disk's trouble."""
    place = place_of(folder)
    ids = frozenset(file.relative for file in (*transcript_files(folder), *memo_files(folder)))
    return place, stamp(place) if place is not None else None, stamp(folder.project_yaml), stamp(_memory_file()), ids


def _ids(folder: ProjectFolder) -> list[str]:
    """The ids by which exports refer to documents, memos, cases and participants; they may hold names."""
    project, _ = read_project(folder.project_yaml)
    named = [[one.id for one in project.cases], [one.id for one in project.participants]] if project is not None else []
    documents = [file.document for file in transcript_files(folder)]
    return [
        *documents,
        *(Path(file.relative).stem for file in memo_files(folder)),
        *(one for ids in named for one in ids),
    ]


def place_of(folder: ProjectFolder) -> Path | None:
    """Where the project's key is: as remembered on this machine, else in the project's folder itself if it lies there."""
    known = _memory().get(_identity(folder))
    if known:
        return Path(known)
    inside = folder.root / NAME
    return inside if inside.is_file() else None


def no_place() -> str:
    """That a project's key is not known here, and which keys are: the project may have been renamed or copied."""
    known = {path: root for root, path in _memory().items() if os.path.isfile(path)}
    some = [f"{path} (of {root})" for path, root in list(known.items())[-_MOST_KEYS:]]
    return (
        "This project has a key of pseudonyms (project.yaml says so), and this machine does not know where it is. "
        "Say it: qualcode pseudonyms use FILE." + (f" Keys that are known here: {', '.join(some)}." if some else "")
    )


def says_so(folder: ProjectFolder) -> bool:
    """Whether project.yaml says that there is a key somewhere, on whichever side of a conflict, and be it no UTF-8.

    Raises BadFile where it may say so but cannot be read.
    """
    try:
        text = read_file(folder.project_yaml).decode("utf-8", "replace")
    except FileNotFoundError:
        return False
    except OSError as error:
        raise BadFile([Problem("project.yaml", 0, f"cannot be read ({error.strerror or error})")]) from error
    return bool(_SAID.search(text))


def default_place(folder: ProjectFolder) -> Path:
    """Outside the project, in the user's own data folder."""
    name = f"{folder.root.resolve().name}-{sha256(_identity(folder).encode()).hexdigest()[:8]}"
    return _own_folder("XDG_DATA_HOME", ".local/share") / "pseudonyms" / name / NAME


def remember(folder: ProjectFolder, path: Path | None) -> None:
    """Keep on this machine where the project's key is; None forgets it. Raises CannotSave."""
    memory = _memory_file()
    _make_folders(memory.parent)
    with locked_folder(memory.parent):
        known = _memory()
        known.pop(_identity(folder), None)
        if path is not None:
            known[_identity(folder)] = str(path.absolute())
        replace_file(memory, (json.dumps(known, ensure_ascii=False, indent=1) + "\n").encode())


def mark_project(folder: ProjectFolder) -> None:
    """Say in project.yaml that the project has a key, if it does not say so yet; nothing of the key. Raises CannotSave."""
    with locked_folder(folder.root):
        text = folder.project_yaml.read_text(encoding="utf-8")
        if not _SAID.search(text):
            replace_file(folder.project_yaml, (text.rstrip("\n") + f"\n{_MARK}\n").encode())


def unmark_project(folder: ProjectFolder) -> None:
    """Take that line out again. Raises CannotSave."""
    with locked_folder(folder.root):
        text = folder.project_yaml.read_text(encoding="utf-8")
        replace_file(folder.project_yaml, re.sub(r"(?m)^pseudonyms:.*\n?", "", text).encode())


# ---------------------------------------------------------------- the file itself


def read_key(path: Path, ids: Iterable[str] = ()) -> Pseudonyms:
    """The key in this file, for a project in which these ids stand for documents, cases, people.

    Raises BadFile, with the lines, where it cannot be read or a pseudonym would be taken for a name.
    """
    text, problems = read_text(path, str(path))
    if problems:
        advice = "plug in its drive, or say where it is now: qualcode pseudonyms use FILE"
        raise BadFile([problem._replace(advice=problem.advice or advice) for problem in problems])
    loaded = load_yaml(text, str(path))
    entries, problems = _entries(loaded, str(path))
    key = Pseudonyms(entries, ids)
    problems += [Problem(str(path), one.line, one.message, one.advice) for one in key.troubles if one.fatal]
    if problems:
        raise BadFile(problems)
    return key


def remarks_on(path: Path, key: Pseudonyms) -> list[Problem]:
    """What of the key does not count, or is not clear; it can be used all the same."""
    return [Problem(str(path), one.line, one.message, one.advice) for one in key.troubles if not one.fatal]


def add_name(path: Path, title: str, name: str, pseudonym: str, variants: Mapping[str, str]) -> Pseudonyms:
    """Add a person, or give one another pseudonym or more variants; the file is made if it is not there.

    Raises BadFile where the key would not be usable then, and CannotSave; the file is then as it was.
    """
    text = _HEAD.format(title=title) if not path.exists() else read_text(path, str(path))[0]

    def change(document: Any) -> None:
        names = document
        if "names" in document or not document:
            if not document.get("names"):
                document["names"] = {}
            names = document["names"]
        before = names.get(name)
        kept = before.get("variants") if isinstance(before, dict) else None
        listed = dict(kept) if isinstance(kept, dict) else dict.fromkeys(kept or (), "")
        listed |= variants
        names[name] = {"pseudonym": pseudonym, "variants": listed} if listed else pseudonym

    if troubles := _entries(load_yaml(text, str(path)), str(path))[1]:
        raise BadFile(troubles)
    try:
        changed = edit_yaml(text, change)
    except Exception as error:  # ruamel refuses some YAML by exceptions of many kinds
        advice = "mend it in a text editor; nothing was written"
        raise BadFile([Problem(str(path), 0, "cannot be changed safely", advice)]) from error
    entries, problems = _entries(load_yaml(changed, str(path)), str(path))
    key = Pseudonyms(entries)
    problems += [Problem(str(path), one.line, one.message, one.advice) for one in key.troubles if one.fatal]
    if problems:
        raise BadFile(problems)
    _make_folders(path.parent)
    replace_file(path, changed.encode())
    return key


def _entries(loaded: LoadedYaml, shown_as: str) -> tuple[list[KeyEntry], list[Problem]]:
    entries: list[KeyEntry] = []
    problems = list(loaded.problems)
    value = loaded.value or {}
    at: tuple[str | int, ...] = ()
    if isinstance(value, dict) and "names" in value:
        value, at = value["names"] or {}, ("names",)
    if not isinstance(value, dict):
        problems.append(
            Problem(shown_as, loaded.line(at), "names and pseudonyms are expected, as in `Liang Guihua: Chen Yulan`")
        )
        return entries, problems
    for name, given in value.items():
        line = loaded.line((*at, name))
        entry = _entry(str(name), given, line)
        if isinstance(entry, str):
            problems.append(Problem(shown_as, line, entry, "write it as `Real Name: Pseudonym`"))
        else:
            entries.append(entry)
    return entries, problems


def _entry(name: str, given: Any, line: int) -> KeyEntry | str:
    """One person as the file has them, or what is wrong with it."""
    pseudonym, variants = (given.get("pseudonym"), given.get("variants")) if isinstance(given, dict) else (given, None)
    if isinstance(variants, (list, str)):
        variants = dict.fromkeys([variants] if isinstance(variants, str) else map(str, variants), "")
    if not isinstance(pseudonym, str) or not pseudonym.strip():
        return f"{name!r} has no pseudonym"
    if not isinstance(variants or {}, dict) or not all(isinstance(new, str) for new in (variants or {}).values()):
        return f"the variants of {name!r} are neither a list of forms nor forms with what stands for each"
    forms = {" ".join(form.split()): " ".join(new.split()) for form, new in (variants or {}).items()}
    for form in (" ".join(name.split()), *forms):
        if len(form.rstrip("*")) < 2 and not (len(form) == 1 and is_unspaced(form)):
            return f"{form!r} would be found all over the text; give it with what stands beside it (as in Mr B.)"
    return KeyEntry(" ".join(name.split()), " ".join(pseudonym.split()), forms, line)


# ---------------------------------------------------------------- what this machine remembers


def _identity(folder: ProjectFolder) -> str:
    return os.path.realpath(folder.root)


def _own_folder(variable: str, usual: str) -> Path:
    given = os.environ.get(variable, "")
    return (Path(given) if os.path.isabs(given) else Path.home() / usual) / "qualcode"


def _make_folders(path: Path) -> None:
    """Make a folder, with those above it, for the user alone. Raises CannotSave."""
    try:
        for folder in reversed((path, *path.parents)):
            if not folder.exists():
                folder.mkdir(mode=0o700)
    except OSError as error:
        raise cannot_save(path, error) from error


def _memory_file() -> Path:
    return _own_folder("XDG_CONFIG_HOME", ".config") / "pseudonyms.json"


def _memory() -> dict[str, str]:
    """Folders of projects with the places of their keys, as far as this machine remembers any."""
    try:
        known = json.loads(_memory_file().read_bytes())
    except (OSError, ValueError):
        return {}
    return {str(root): str(path) for root, path in known.items()} if isinstance(known, dict) else {}
