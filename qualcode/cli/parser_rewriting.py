"""The options of `qualcode redact`, `withdraw` and `pseudonyms apply`: rewriting for good."""

from __future__ import annotations

from typing import Any

_FOR_GOOD = (
    "\n\nIt says first what it would change, file by file, and asks. It rewrites the files of all coders, with all that their history "
    "keeps,\nand cannot be undone; nor can imports and corrections of the texts concerned be undone after it. Then all bytes "
    "of the\nproject are searched: what still stands anywhere is listed, with exit status 1. What git, backups and others' "
    "copies may hold is said."
)
_SOURCES = "\n\nThe files under sources/ that the texts came from hold the words too, and go;\n--keep-sources leaves them, and lists them."


def add_rewriting(command: Any, project: Any, coder: Any) -> None:
    """The commands `redact` and `withdraw`."""
    sub = command("redact", "rewriting:redact", "take passages out of a text for good, wherever they are quoted",
                  "qualcode redact zhao-2009-06-08-long --span 468:533 --yes", project, coder)  # fmt: skip
    sub.description += (
        _FOR_GOOD
        + _SOURCES
        + "\n\nCodings within the passages stay, on the marker that stands there then: that here was something "
        "which somebody\ncoded is the researcher's own work. Where the code itself tells too much: --remove-codings. Memos, notes "
        "and examples that\nquote five words in a row (ten Chinese or Japanese signs), or all of a shorter passage, have the marker there."
    )
    sub.add_argument("document", metavar="DOC")
    sub.add_argument(
        "--span", metavar="START:END", action="append", required=True,
        help="characters of the text, counted from 0, END not included, as `segments` tells them; may be said again",
    )  # fmt: skip
    sub.add_argument("--remove-codings", action="store_true", help="codings that lie wholly within go, everybody's")
    sub.add_argument("--keep-sources", action="store_true", help="leave the files that the text came from")
    _common(sub, "[redacted], in the text's own script")
    sub = command("withdraw", "rewriting:withdraw", "take out a participant or a case for good: texts, sources, codings, quotes",
                  "qualcode withdraw zhao --yes", project, coder)  # fmt: skip
    sub.description += (
        _FOR_GOOD
        + "\n\nDocuments in which nobody else tells anything go, with their sources, codings, translations and the memos on "
        "them; in\nothers, such as focus groups, the words of their turns go and the codings on them. Of a case go all documents, "
        "the\nparticipants and the memos on it. Memos and notes that quote have a marker there; those that only speak of "
        "somebody\nare listed for you to read."
    )
    sub.add_argument(
        "whom", metavar="PARTICIPANT|CASE", help="by id or name; participant:ID or case:ID where both are so called"
    )
    _common(sub, "[withdrawn], in the text's own script")


def add_apply(sub: Any, project: Any, coder: Any) -> None:
    """`qualcode pseudonyms apply`, within the group `pseudonyms`."""
    made = sub("apply", "rewriting:apply", "put the pseudonyms in the place of the names for good, in all files",
               "qualcode pseudonyms apply --yes", project, coder)  # fmt: skip
    made.description += (
        _FOR_GOOD + _SOURCES + "\n\nIds of documents, memos, cases and participants that hold a name "
        "change too, and with\nthem the names of their files; those of codes do not, and are listed."
    )
    made.add_argument("--keep-sources", action="store_true", help="leave the files that the texts came from")
    made.add_argument("--yes", action="store_true", help="do not ask")


def _common(sub: Any, marker: str) -> None:
    sub.add_argument(
        "--with", dest="marker", metavar="TEXT", default="", help=f"what stands there instead (default: {marker})"
    )
    sub.add_argument("--yes", action="store_true", help="do not ask")
