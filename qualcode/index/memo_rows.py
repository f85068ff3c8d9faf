"""Memos in the index: their rows and those of their links."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import normalize

from qualcode.errors import BadOption, Problem
from qualcode.files.folder import FoundFile, check_name

if TYPE_CHECKING:
    from qualcode.index.index import Index


def is_memo(path: str) -> bool:
    """Whether this file of the project is a memo."""
    return path.startswith("memos/")


def take_memo(index: Index, file: FoundFile) -> list[Problem]:
    """Read one memo into the tables; what did not fit comes back."""
    from qualcode.core.links import links
    from qualcode.core.text import count_words
    from qualcode.files.memos import read_memo

    memo, _, problems = read_memo(file.path, _ident(file.relative), file.relative)
    forget_memo(index, file.relative)
    index.db.execute(
        "INSERT INTO memo VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [memo.id, memo.title, memo.kind, memo.date, memo.author, *memo.about, memo.text, count_words(memo.text), memo.first_line],
    )  # fmt: skip
    index.db.executemany(
        "INSERT INTO memo_link VALUES (?, ?, ?, ?, ?, ?)",
        [(memo.id, memo.first_line + link.line - 1, link.kind, link.target,
          link.target if link.kind == "document" else "", link.place) for link in links(memo.text)],
    )  # fmt: skip
    return [*problems, *_name_problems(memo.id, file.relative)]


def _name_problems(ident: str, path: str) -> list[Problem]:
    """A name that no other system could hold, or that a link cannot."""
    try:
        check_name(ident, "memo")
    except BadOption as error:
        return [Problem(path, 0, str(error), "rename the file")]
    return []


def forget_memo(index: Index, path: str) -> None:
    """Take a memo out of the tables."""
    ident = _ident(path)
    index.db.execute("DELETE FROM memo WHERE id = ?", [ident])
    index.db.execute("DELETE FROM memo_link WHERE memo = ?", [ident])


def _ident(path: str) -> str:
    return normalize("NFC", path.removeprefix("memos/").removesuffix(".md"))
