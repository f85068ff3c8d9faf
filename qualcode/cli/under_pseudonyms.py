"""Every command on a project with a key of pseudonyms runs under it, unless `--real-names` is said."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager

_OWN = (
    "pseudonyms:",
    "rewriting:",
    "backups:",
)  # commands about the names themselves, and those that keep all as it is


@contextmanager
def under_pseudonyms(args: Namespace) -> Iterator[None]:
    """Show all texts by the key of the project that the command line names; nothing where it has none.

    Raises BadFile and BadOption where the key cannot be used.
    """
    from qualcode.core.overlay import wearing

    if not hasattr(args, "real_names") or args.real_names or args.command.startswith(_OWN):
        with wearing(None):
            yield
        return
    from qualcode.errors import ProjectNotFound
    from qualcode.files.folder import find_project
    from qualcode.files.pseudonym_key import key_of

    try:
        folder = find_project(getattr(args, "project_path", None) or args.project)
    except ProjectNotFound:  # the command says it in its own words
        folder = None
    with wearing(key_of(folder) if folder is not None else None):
        yield
