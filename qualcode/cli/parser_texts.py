"""The options of `qualcode edit`, `update`, `review` and `speakers`: correcting transcripts."""

from __future__ import annotations

from typing import Any


def add_texts(command: Any, group: Any, project: Any, coder: Any, listing: Any) -> None:
    """The commands that correct texts, and those that look after the codings on them."""
    sub = command("edit", "texts:edit", "correct a document's text in your editor; codings stay with their words",
                  "qualcode edit zhao-2009-06-08-long --line 12", project, coder)  # fmt: skip
    sub.add_argument("document", metavar="DOC")
    sub.add_argument("--line", metavar="N", type=int, default=1, help="begin at this line of the text")
    sub.add_argument("--replace", metavar=("OLD", "NEW"), nargs=2, help="instead: replace words everywhere in the text")
    sub = command("update", "texts:update", "put a new version of its file in the place of a document's text",
                  "qualcode update zhao-2009-06-08-long interviews/long-corrected.docx", project, coder)  # fmt: skip
    sub.add_argument("document", metavar="DOC")
    sub.add_argument("file", metavar="FILE", help="of any kind that can be imported")
    sub.add_argument("--encoding", metavar="E", default="", help="of a plain text that is not UTF-8")
    sub = group("review", "texts:review", "codings whose words were changed or lost: list, accept, place",
                "qualcode review -f csv -o review.csv", project, listing)  # fmt: skip
    _review(sub, project, coder, listing)
    sub = group("speakers", "texts:speakers", "who speaks in a document; give a label another name",
                "qualcode speakers list zhao-2009-06-08-long", project, coder)  # fmt: skip
    shown = sub("list", "texts:list_speakers", "the labels of a document, whom they stand for, and their turns",
                "qualcode speakers list zhao-2009-06-08-long", project, listing)  # fmt: skip
    shown.add_argument("document", metavar="DOC")
    renamed = sub("rename", "texts:rename_speaker", "change a speaker's label wherever it begins a turn",
                  "qualcode speakers rename zhao-2009-06-08-long Long 'Zhao Long'", project, coder)  # fmt: skip
    renamed.add_argument("document", metavar="DOC")
    renamed.add_argument("old", metavar="OLD")
    renamed.add_argument("new", metavar="NEW")


def _review(sub: Any, project: Any, coder: Any, listing: Any) -> None:
    shown = sub("list", "texts:review", "codings whose words were changed or lost, with what stands there now",
                "qualcode review list --document zhao-2009-06-08-long", project, listing)  # fmt: skip
    shown.add_argument("--document", metavar="D", default="", help="in this document only")
    shown.add_argument("--coder", metavar="N", default="", help="a coder's only")
    accept = sub("accept", "texts:accept", "take the words that stand there now for the coded ones",
                 "qualcode review accept --all", project, coder)  # fmt: skip
    accept.add_argument("ids", metavar="ID", nargs="*", help="codings by id, or enough of its end")
    accept.add_argument("--all", action="store_true", help="all of yours whose words were changed (not the lost ones)")
    accept.add_argument("--document", metavar="D", default="", help="with --all: in this document only")
    place = sub("place", "texts:place", "put a coding of yours on another passage of its document",
                "qualcode review place 0w44y9 --quote 'The same as other Sundays.'", project, coder)  # fmt: skip
    place.add_argument("id", metavar="ID", help="the coding's id, or enough of its end")
    where = place.add_mutually_exclusive_group(required=True)
    where.add_argument("--span", metavar="START:END", help="characters of the text, counted from 0, END not included")
    where.add_argument("--quote", metavar="TEXT", help="the passage itself, where it occurs just once")
