"""Text files as they are read everywhere: UTF-8, LF, front matter apart."""

from __future__ import annotations

from pathlib import Path

from qualcode.errors import Problem
from qualcode.files.conflicted import without_conflicts
from qualcode.files.guarded import read_file

FENCE = "---\n"


def read_text(path: Path, shown_as: str) -> tuple[str, list[Problem]]:
    """A UTF-8 text file with LF lines; a byte-order mark is dropped. Trouble comes back as problems.

    Where git left a conflict our version is read.
    """
    try:
        data = read_file(path)
    except OSError as error:
        return "", [Problem(shown_as, 0, f"cannot be read ({error.strerror or error})")]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return "", [Problem(shown_as, line, "not UTF-8 text", "save it as UTF-8")]
    text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    return without_conflicts(text, shown_as) if "<<<<<<<" in text else (text, [])


def split_front_matter(text: str) -> tuple[str, str]:
    """The YAML between the two `---` lines ("" where there is none) and the body after them."""
    if not text.startswith(FENCE):
        return "", text
    end = text.find("\n" + FENCE, len(FENCE) - 1)
    if end < 0 and text.endswith("\n---"):
        return text[len(FENCE) : -3], ""
    if end < 0:
        return "", text
    return text[len(FENCE) : end + 1], text[end + 1 + len(FENCE) :]


def read_body(path: Path) -> str:
    """The body alone, without looking at the front matter; "" where the file cannot be read."""
    return split_front_matter(read_text(path, path.name)[0])[1]
