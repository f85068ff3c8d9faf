"""The options of `qualcode pseudonyms ...`."""

from __future__ import annotations

from typing import Any


def add_pseudonyms(group: Any, project: Any, coder: Any, listing: Any) -> Any:
    """The commands about the key of pseudonyms; what adds one more to them comes back."""
    sub = group("pseudonyms", "pseudonyms:listed", "names that are shown and exported under pseudonyms",
                "qualcode pseudonyms suggest", project)  # fmt: skip
    sub("list", "pseudonyms:listed", "the names of the key, their pseudonyms, and how often each stands in the texts",
        "qualcode pseudonyms list", project, listing)  # fmt: skip
    added = sub("add", "pseudonyms:add", "give a person a pseudonym; the first one makes the key",
                "qualcode pseudonyms add 'Liang Guihua' 'Chen Yulan' --variant 梁桂花=陈玉兰 --variant 'Aunt Gui=Aunt Yu'",
                project)  # fmt: skip
    added.add_argument("name", metavar="NAME", help="the real name, as it is written most fully")
    added.add_argument("pseudonym", metavar="PSEUDONYM")
    added.add_argument(
        "--variant", metavar="FORM[=NEW]", action="append", default=[],
        help="another form of the name, with what shall stand for it (default: the pseudonym); a * at its end stands for endings",
    )  # fmt: skip
    added.add_argument(
        "--key", metavar="FILE", default="", help="where the key is to be kept (default: a folder of your own)"
    )
    used = sub("use", "pseudonyms:use", "say where the key is on this machine", "qualcode pseudonyms use /media/usb/pseudonyms.yaml",
               project)  # fmt: skip
    used.add_argument("file", metavar="FILE")
    sub("off", "pseudonyms:off", "show and export this project without pseudonyms from now on; the key stays where it is",
        "qualcode pseudonyms off", project)  # fmt: skip
    found = sub("suggest", "pseudonyms:suggest", "names that no pseudonym covers yet: capitalised or repeated, and those of participants",
                "qualcode pseudonyms suggest", project, listing)  # fmt: skip
    found.add_argument(
        "--least", metavar="N", type=int, default=2, help="only what stands there N times or more (default: 2)"
    )
    return sub
