"""Making project folders: a new one, or a copy of a demonstration project."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from qualcode.errors import BadFile, BadOption, CannotSave
from qualcode.files.folder import ProjectFolder, bundled
from qualcode.files.modes import PRIVATE, PRIVATE_FOLDER, SHARED_FOLDER, Modes, make_folder, modes_of, set_mode
from qualcode.files.project_files import read_codebook
from qualcode.files.saving import cannot_save, replace_file

DEMONSTRATION = "left-behind-children"

GITATTRIBUTES = """\
# Lines of one coder from two machines are kept together; nobody rewrites the line ends of transcripts.
codings/** merge=union -text
log/** merge=union -text
transcripts/** -text
# What was imported stays byte for byte; memos and YAML have LF lines on every system, so that they merge line by line.
sources/** binary
memos/** text eol=lf
*.yaml text eol=lf
"""
GITIGNORE = "# Derived, deletable.\n.qualcode/\n# Files half written.\n.saving-*\n.before-*\n"

_PROJECT = """\
title: {title}
description:
research_questions:

# What is recorded of every case, and of which type: text, integer, number, yes/no, date. For example:
#   age: integer
attributes:

# For example:
#   - id: wang
#     name: Wang family
#     attributes: {{age: 34}}
cases:

# Who speaks. The id is free; the name is the label in the transcripts. For example:
#   - {{id: p01, name: P01, role: nurse, case: wang}}
participants:

coders:
"""
_CODEBOOK = """\
title: {title}

# For example:
#   - id: trust
#     name: trust
#     definition: ...
#     use_when: ...
#     do_not_use_when: ...
#     example: ...
#     children:
#       - id: trust-lost
#         name: trust lost
codes:
"""


def new_project(path: Path, title: str = "", codebook: str = "", *, shared: bool = False) -> ProjectFolder:
    """Make a project folder, readable by its owner only, or for its group where it is `shared`.

    `codebook` is a file, or the name of one that comes with qualcode; it is copied.
    Raises BadOption (there is a project already; no such codebook), BadFile, CannotSave.
    """
    folder = ProjectFolder(path.absolute())
    if folder.project_yaml.exists():
        raise BadOption(f"There is a project in {path} already.")
    if path.exists() and not path.is_dir():
        raise BadOption(f"{path} is a file, not a folder.")
    if folder.codebook_yaml.exists():
        raise BadOption(
            f"There is a codebook.yaml in {path} already, and no project. Move it away, then: --codebook FILE."
        )
    title = " ".join(title.split()) or path.absolute().name
    book = _codebook_text(codebook) if codebook else _CODEBOOK.format(title=_quoted(title))
    modes = make_project_folders(folder, shared=shared)
    for target, text in (
        (folder.codebook_yaml, book),
        (folder.root / ".gitattributes", _after(folder.root / ".gitattributes", GITATTRIBUTES)),
        (folder.root / ".gitignore", _after(folder.root / ".gitignore", GITIGNORE)),
        (folder.project_yaml, _PROJECT.format(title=_quoted(title))),
    ):
        replace_file(target, text.encode("utf-8", "surrogateescape"), modes=modes)
    return folder


def make_project_folders(folder: ProjectFolder, *, shared: bool) -> Modes:
    """Make a project's folders; the modes of all that is made in them come back.

    A folder that is there is closed too, as far as it is ours: where it is somebody else's, its own mode decides. Raises CannotSave.
    """
    try:
        mode = SHARED_FOLDER if shared else PRIVATE_FOLDER
        folder.root.parent.mkdir(parents=True, exist_ok=True)
        make_folder(folder.root, PRIVATE)
        with suppress(PermissionError):
            set_mode(folder.root, mode)
        modes = modes_of(folder.root)
        for part in (folder.transcripts, folder.sources, folder.codings, folder.memos, folder.log):
            make_folder(part, modes)
    except OSError as error:
        raise cannot_save(folder.root, error) from error
    return modes


def _after(path: Path, text: str) -> str:
    """The text, behind what the file holds already."""
    old = path.read_text(encoding="utf-8", errors="surrogateescape") if path.exists() else ""
    return old if text in old else (old.rstrip("\n") + "\n" if old.strip() else "") + text


def _quoted(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=False)


def _codebook_text(wanted: str) -> str:
    """The text of a codebook file, or of one that comes with qualcode, once it proved readable."""
    places = [Path(wanted).expanduser(), *(place / f"{wanted}.yaml" for place in bundled("codebooks"))]
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        names = sorted({file.stem for place in bundled("codebooks") for file in place.glob("*.yaml")})
        raise BadOption(f"There is no codebook {wanted!r}: give a file, or one of {', '.join(names)}.")
    _, problems = read_codebook(path, str(path))
    if problems:
        raise BadFile(problems)
    return path.read_text(encoding="utf-8-sig")


def copy_demonstration(target: Path, name: str = DEMONSTRATION) -> ProjectFolder:
    """Copy a demonstration project to a folder that does not exist yet, or is empty. Raises BadOption, CannotSave."""
    source = next((place / name for place in bundled("projects") if (place / name).is_dir()), None)
    if source is None:
        raise BadOption(f"This installation has no demonstration project {name!r}.")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BadOption(f"{target} is there already and not empty. Name another folder: qualcode demo DIR.")
    copying = target.absolute().with_name(f".{target.absolute().name}.copying")
    try:
        shutil.rmtree(copying, ignore_errors=True)
        copying.parent.mkdir(parents=True, exist_ok=True)
        make_folder(copying, PRIVATE)
        copied = Path(shutil.copytree(source, copying / "copy", ignore=shutil.ignore_patterns(".qualcode")))
        _make_private(copied)
        if target.exists():
            target.rmdir()
        copied.rename(target)
        copying.rmdir()
    except (OSError, shutil.Error) as error:
        shutil.rmtree(copying, ignore_errors=True)
        if isinstance(error, OSError) and error.errno:
            raise cannot_save(target, error) from error
        raise CannotSave(f"The demonstration project could not be copied to {target}: {error}") from error
    return ProjectFolder(target.absolute())


def _make_private(root: Path) -> None:
    """Installed files may be read-only, or open to everybody; a copy to work in is neither."""
    for folder, _, files in os.walk(root):
        os.chmod(folder, PRIVATE.folder)
        for file in files:
            os.chmod(os.path.join(folder, file), PRIVATE.file)
