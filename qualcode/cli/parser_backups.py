"""Options of the commands that keep a project in one file and bring it back."""

from __future__ import annotations


def add_backups(command, project) -> None:  # type: ignore[no-untyped-def]
    sub = command("backup", "backups:backup", "save the whole project in one file, and read it back to be sure",
                  "qualcode backup ../left-behind-children.backup", project)  # fmt: skip
    sub.add_argument("file", metavar="FILE")
    how = sub.add_mutually_exclusive_group()
    how.add_argument(
        "--encrypt-to", metavar="R", action="append", default=[],
        help="encrypt it to this recipient: a key of age (age1..., ssh-..., or a file of them), or of gpg by mail or fingerprint; "
        "once for each",
    )  # fmt: skip
    how.add_argument(
        "--passphrase",
        action="store_true",
        help="encrypt it by a passphrase, for which age or gpg asks at the terminal",
    )
    how.add_argument("--verify", action="store_true", help="only read FILE, an earlier backup, and compare all hashes")
    sub.add_argument("--replace", action="store_true", help="in the place of a FILE that is there")
    _identity(sub)
    sub = command("restore", "backups:restore", "make a project from a backup, in a new folder",
                  "qualcode restore left-behind-children.backup restored")  # fmt: skip
    sub.add_argument("file", metavar="FILE")
    sub.add_argument("dir", metavar="DIR", help="a folder that is not there yet, or empty")
    sub.add_argument("--shared", action="store_true", help="for the folder's group too, not for yourself alone")
    _identity(sub)


def _identity(sub) -> None:  # type: ignore[no-untyped-def]
    sub.add_argument(
        "--identity", metavar="FILE", default="", help="your secret key of age, where FILE is encrypted to it"
    )
