"""Commands that begin something: a demonstration, a study, the terminal interface."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from qualcode.cli.coder import who_codes
from qualcode.cli.output import talk, tell_progress
from qualcode.errors import BadOption
from qualcode.files.folder import ProjectFolder, find_project


def demo(args: Namespace) -> None:
    from qualcode.session.starting import copy_demonstration

    folder = copy_demonstration(Path(args.dir))
    talk(f"The demonstration project is in {args.dir}. Open it again with: qualcode open {args.dir}")
    if args.no_open:
        return
    if not _has_terminal():
        talk("There is no terminal here, so it was not opened; all commands work on it: qualcode -p DIR matrix")
        return
    _open(folder, who_codes(args.coder), "")


def new(args: Namespace) -> None:
    from qualcode.session.starting import new_project

    new_project(Path(args.dir), args.title, args.codebook, shared=args.shared)
    tell_access(Path(args.dir), shared=args.shared)
    print(f"Made {args.dir}. Next: cd {args.dir}; qualcode import FILE... --case C; qualcode open")


def tell_access(root: Path, *, shared: bool) -> None:
    """Say whom a new project is open to, where that is not evident."""
    from qualcode.files.access import access_remarks, group_name

    if shared:
        talk(f"It is open to the group {group_name(root)}: chgrp -R GROUP {root} gives it to another one.")
    for remark in access_remarks(ProjectFolder(root)):
        talk(remark)


def open_project(args: Namespace) -> None:
    if args.project_path and args.project:
        raise BadOption("Name the project once: either PROJECT or -p.")
    folder = find_project(args.project_path or args.project)
    coder = who_codes(args.coder)
    if not _has_terminal():
        raise BadOption("The terminal interface needs a terminal; here, use the commands: qualcode --help")
    _open(folder, coder, args.document, real_names=args.real_names)


def _has_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _open(folder: ProjectFolder, coder: str, document: str, *, real_names: bool = False) -> None:
    import gc
    from importlib import import_module

    gc.disable()  # thousands of objects are made before the first screen and none of them is garbage; see Workspace
    import_module("qualcode.tui.app").open_app(folder, coder, document, tell_progress(), real_names=real_names)
