"""Where words that were taken out of a project may still be: git, backups, copies of syncing tools, exports, other machines."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from qualcode.core.how_many import how_many
from qualcode.files.folder import ProjectFolder

_GIT = {  # a stranger's repository starts no programs and fetches nothing
    "GIT_OPTIONAL_LOCKS": "0", "GIT_LITERAL_PATHSPECS": "1", "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none",
}  # fmt: skip
_ARCHIVES = (".zip", ".age", ".gpg", ".tar", ".tgz", ".gz", ".xz", ".7z", ".bak")
_VERSIONS = (
    ".stversions",
    ".dropbox.cache",
    ".sync",
    ".owncloudsync.log",
    ".nextcloudsync.log",
    ".Trash",
    ".zfs",
    ".snapshot",
)
_SHOWN = 5
_SECONDS = 60


def remains(folder: ProjectFolder, paths: Sequence[str], recordings: Sequence[str]) -> list[str]:
    """Sentences on what a program cannot take away: what it is, where, and how to clean it. `paths`: the files concerned, from
    the project's folder."""
    told = [*_in_git(folder.root, paths), *_near_by(folder.root)]
    told += [f"recording: {name} was not touched; delete it where it must go" for name in recordings]
    told.append(
        "copies elsewhere: colleagues' clones and synchronised folders (with their .qualcode/), e-mails, exports and reports "
        "made before, the pseudonym key. Ask for each to be deleted; a folder that is synchronised back brings words back"
    )
    return told


def _in_git(root: Path, paths: Sequence[str]) -> Iterator[str]:
    top = next((path for path in (root, *root.parents) if (path / ".git").exists()), None)
    if top is None:
        return
    commits = _commits(root, paths)
    if commits is None:
        yield f"git: {top} is under git, and git could not be asked; its history holds the files as they were"
    elif commits:
        shown = ", ".join(commits[:_SHOWN]) + (f" and {len(commits) - _SHOWN} more" if len(commits) > _SHOWN else "")
        yield (
            f"git: {how_many(len(commits), 'commit')} of {top} {'holds' if len(commits) == 1 else 'hold'} "
            f"these files as they were ({shown}). Commit what is now; then take the "
            "old text out of all history with git filter-repo (--replace-text FILE, or --invert-paths --path FILE) or BFG, "
            "run git reflog expire --expire=now --all and git gc --prune=now, push with --force, and have every clone, "
            "fork and server copy (hosts keep unreachable commits for a while) deleted and cloned anew"
        )
    else:
        yield f"git: {top} is under git; no commit holds these files yet, but unreachable objects may (git gc --prune=now)"


def _commits(root: Path, paths: Sequence[str]) -> list[str] | None:
    """Short hashes of the commits that touch these files, on any branch; None where git cannot tell."""
    command = [
        "git",
        "-C",
        str(root),
        "-c",
        "core.fsmonitor=false",
        "-c",
        "log.showSignature=false",
        "log",
        "--all",
        "--format=%h",
    ]
    found: dict[str, None] = {}
    try:
        for at in range(0, len(paths), 500):
            done = subprocess.run(
                [*command, "--", *paths[at : at + 500]], capture_output=True, text=True, timeout=_SECONDS, check=False,
                env=os.environ | _GIT,
            )  # fmt: skip
            if done.returncode:
                return None
            found |= dict.fromkeys(done.stdout.split())
    except (OSError, subprocess.SubprocessError):
        return None
    return list(found)


def _near_by(root: Path) -> Iterator[str]:
    archives, versions, manifests = [], [], []
    for folder in (root, root.parent):
        for path in _listed(folder):
            if path.name.endswith(_ARCHIVES) and path.is_file():
                archives.append(path)
            elif path.name.startswith(_VERSIONS):
                versions.append(path)
            elif path.name.endswith(".manifest.json"):
                manifests.append(path)
    if archives:
        yield f"backups near by, to be deleted or made anew: {_names(archives)}"
    if versions:
        yield f"old versions that a syncing tool keeps: {_names(versions)}"
    if manifests:
        exports = [path.with_name(path.name.removesuffix(".manifest.json")) for path in manifests]
        yield f"exports made before, which may quote: {_names(exports)}"


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _names(paths: Sequence[Path]) -> str:
    more = f" and {len(paths) - 20} more" if len(paths) > 20 else ""
    return ", ".join(map(str, paths[:20])) + more
