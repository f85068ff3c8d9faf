"""A memo: what a researcher thinks about the project, a case, a document, a code, a coding, or a cell of the matrix."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from qualcode.errors import BadOption

KINDS = ("analytic", "methodological", "reflexive", "summary", "to-do")
THINGS = ("case", "document", "code", "coding")
FIELDS = ("title", "about", "kind", "date", "author")
_NAMED = re.compile(rf"(?:^|(?<=[\s,×]))({'|'.join(THINGS)})\s*:\s*", re.IGNORECASE)


class About(NamedTuple):
    """What a memo is about, by ids; all empty: the project. Case and code together are a cell of the matrix."""

    case: str = ""
    document: str = ""
    code: str = ""
    coding: str = ""

    @classmethod
    def of(cls, data: Any) -> About:
        """From front matter or the log: `project`, or a mapping of things to ids; what is neither counts as the project."""
        values = data if isinstance(data, Mapping) else {}
        return cls(**{thing: str(values[thing]) for thing in THINGS if values.get(thing)})

    @property
    def data(self) -> str | dict[str, str]:
        """As it stands in front matter and in the log."""
        return {thing: name for thing, name in self._asdict().items() if name} or "project"


PROJECT = About()


@dataclass(frozen=True, slots=True)
class Memo:
    """One file of memos/. `first_line` is the file's line on which the text begins."""

    id: str
    title: str
    about: About = PROJECT
    kind: str = ""
    date: str = ""
    author: str = ""
    text: str = ""
    first_line: int = 1

    @property
    def state(self) -> dict[str, Any]:
        """What the log keeps of it."""
        fields = {"title": self.title, "kind": self.kind, "date": self.date, "author": self.author, "text": self.text}
        return {"about": self.about.data} | fields


def memo_from(ident: str, state: Mapping[str, Any]) -> Memo:
    """The memo that a logged state describes."""
    title, kind, date, author, text = (
        str(state.get(name) or "") for name in ("title", "kind", "date", "author", "text")
    )
    return Memo(ident, title, About.of(state.get("about")), kind, date, author, text)


def named_things(text: str) -> dict[str, str]:
    """Things and names in words such as `case:liang code:hidden emotions` (`,` or `×` may stand between), {} without any.

    Raises BadOption where a thing is named twice or not at all.
    """
    marks = list(_NAMED.finditer(text))
    found: dict[str, str] = {}
    for number, mark in enumerate(marks):
        end = marks[number + 1].start() if number + 1 < len(marks) else len(text)
        thing, name = mark[1].lower(), text[mark.end() : end].strip().rstrip(",×").strip()
        if not name or thing in found:
            raise BadOption(f"{text!r} does not say what a memo is about: write project, case:X, document:D, code:C, "
                            "coding:ID, or case:X code:C for a cell.")  # fmt: skip
        found[thing] = name
    return found if marks and not text[: marks[0].start()].strip() else {}
