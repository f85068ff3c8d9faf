"""The options of `qualcode merge`."""

from __future__ import annotations

from typing import Any


def add_merge(command: Any, project: Any, coder: Any, listing: Any) -> None:
    """`merge`, of another copy of the project, or of what a file-syncing tool left."""
    sub = command("merge", "merging:merge", "bring in what was done in another copy of the project, after seeing what would change",
                  "qualcode merge --copies --dry-run", project, coder, listing)  # fmt: skip
    sub.add_argument(
        "other", metavar="OTHER-FOLDER", nargs="?", help="the folder of the other copy; nothing is written there"
    )
    sub.add_argument(
        "--copies", action="store_true", help="instead: fold in the conflict copies that a file-syncing tool left here"
    )
    sub.add_argument("--dry-run", action="store_true", help="only report what would come in")
    sub.add_argument(
        "-y", "--yes", action="store_true", help="do it without asking (without a terminal nothing is done otherwise)"
    )
    sub.add_argument(
        "--theirs", action="store_true", help="where both changed the same, take what stands in the other copy"
    )
    sub.add_argument(
        "--unrelated", action="store_true", help="also if nothing shows that the other folder is a copy of this project"
    )
