"""The options of `qualcode translations ...`, `qualcode recording` and `qualcode play`."""

from __future__ import annotations

from typing import Any


def add_translations(command: Any, group: Any, project: Any, coder: Any, listing: Any) -> None:
    """`translations`, the list, with its verbs; and what has to do with listening."""
    verb = group("translations", "translations:listed", "list originals with their translations, and how far they are linked",
                 "qualcode translations", project, listing)  # fmt: skip
    check = verb("check", "translations:check", "list linked turns that different people speak (exit status 1 if any)",
                 "qualcode translations check zhao-2009-06-08-long", project, listing)  # fmt: skip
    check.add_argument("document", metavar="DOC", nargs="?", default="", help="in this document only")
    link = verb("link", "translations:link", "say which document another one is a translation of",
                "qualcode translations link zhao-2009-06-08-long-zh zhao-2009-06-08-long", project, coder)  # fmt: skip
    link.add_argument("original", metavar="ORIGINAL")
    link.add_argument("translation", metavar="TRANSLATION")
    pin = verb("pin", "translations:pin", "link a turn of the original with a turn of the translation, those after it by order",
               "qualcode translations pin zhao-2009-06-08-long 12=13", project, coder)  # fmt: skip
    pin.add_argument("document", metavar="DOC", help="the translation, or an original that has just one")
    pin.add_argument("pins", metavar="12=13", nargs="+", help="turn of the original = turn of the translation, from 1")
    unpin = verb("unpin", "translations:unpin", "take such a link away", "qualcode translations unpin zhao-2009-06-08-long all",
                 project, coder)  # fmt: skip
    unpin.add_argument("document", metavar="DOC", help="the translation, or an original that has just one")
    unpin.add_argument("pins", metavar="12=13", nargs="+", help="the links to take away, or `all`")
    _listening(command, project, coder)


def _listening(command: Any, project: Any, coder: Any) -> None:
    sub = command("recording", "listening:recording", "say where a document's recording is",
                  "qualcode recording zhao-2009-06-08-long recordings/2009-06-08.mp3", project, coder)  # fmt: skip
    sub.add_argument("document", metavar="DOC")
    sub.add_argument("file", metavar="FILE", nargs="?", help="the recording; without it, it is said where it is")
    sub.add_argument("--forget", action="store_true", help="take the recording's name out again")
    sub = command("play", "listening:play", "play a document's recording in mpv, VLC, ffplay or mplayer; Ctrl+C stops it",
                  "qualcode play zhao-2009-06-08-long --at 00:03:12", project)  # fmt: skip
    sub.add_argument("document", metavar="DOC", nargs="?", default="", help="may be left out with --coding")
    place = sub.add_mutually_exclusive_group()
    place.add_argument("--at", metavar="hh:mm:ss", default="", help="from this time on (default: from the beginning)")
    place.add_argument("--coding", metavar="ID", default="", help="from where the turn of this coding begins")
