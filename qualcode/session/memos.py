"""Writing memos: every change is one undo step and leaves before and after in the log."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from qualcode.analysis.memo_names import about_from, memo_id
from qualcode.analysis.memos import memo
from qualcode.core.memo import KINDS, About, Memo
from qualcode.core.text import fold, normalise_newlines
from qualcode.core.visible import is_printable
from qualcode.errors import BadOption
from qualcode.files.memos import free_memo_id
from qualcode.session.alone import changes_alone
from qualcode.session.memo_states import memo_on_disk, state_on_disk
from qualcode.session.writing import Writing


class MemoWork(Writing):
    """The verbs on memos."""

    @changes_alone
    def new_memo(
        self, title: str, about: About | str = "project", kind: str = "analytic", text: str = "", day: str = ""
    ) -> Memo:
        """Write a memo of today (or another `day`, YYYY-MM-DD) to memos/, under an id made from its title.

        `about` is an About, or words such as `case:liang code:longing`. Raises BadOption, UnknownName, CannotSave.
        """
        self.index.refresh()
        written = Memo(
            "", _title(title), self._about(about), _kind(kind), day or date.today().isoformat(), self.coder, _text(text)
        )
        written = replace(written, id=free_memo_id(self.folder, written.title))
        self._change("memo", written.id, None, written.state)
        return memo(self.index, written.id)

    @changes_alone
    def edit_memo(
        self, wanted: str, *, text: str | None = None, title: str | None = None, kind: str | None = None,
        about: About | str | None = None, seen: str | None = None,
    ) -> Memo:  # fmt: skip
        """Change a memo's text, title, kind or what it is about; its id, date and author stay.

        `seen` is the text from which the new one was made: where the file holds another by now nothing is written.
        Raises UnknownName, BadOption, CannotSave, BadFile.
        """
        self.index.refresh()
        ident = memo_id(self.index, wanted)
        now = memo_on_disk(self.index, ident)
        if seen is not None and seen != now.text:
            raise BadOption(f"The memo {ident!r} was changed on disk meanwhile, so nothing was saved.")
        changes: dict[str, Any] = {
            "text": None if text is None or _text(text) == now.text else _text(text),
            "title": None if title is None else _title(title),
            "kind": None if kind is None or fold(kind) == fold(now.kind) else _kind(kind),
            "about": None if about is None else self._about(about),
        }
        after = replace(now, **{name: value for name, value in changes.items() if value is not None})
        if after != now:
            before = state_on_disk(self.index, ident)
            kept = {"matter": before["matter"]} if "matter" in before else {}
            self._change("memo", ident, before, after.state | kept)
        return memo(self.index, ident)

    @changes_alone
    def delete_memo(self, wanted: str) -> Memo:
        """Remove a memo's file; what it was comes back, as does the file with undo. Raises UnknownName, CannotSave, BadFile."""
        self.index.refresh()
        ident = memo_id(self.index, wanted)
        gone = memo(self.index, ident)
        self._change("memo", ident, state_on_disk(self.index, ident), None)
        return gone

    def _about(self, about: About | str) -> About:
        return about if isinstance(about, About) else about_from(self.index, about)


def _title(title: str) -> str:
    title = " ".join(title.split())
    if not title or not is_printable(title):
        raise BadOption("A memo needs a title of visible signs.")
    return title


def _kind(kind: str) -> str:
    found = next((known for known in KINDS if fold(known) == fold(kind.strip())), "")
    if not found:
        raise BadOption(f"{kind!r} is not a kind of memo: {', '.join(KINDS)}.")
    return found


def _text(text: str) -> str:
    """The text as it is kept: LF lines, the last one ended, nothing that is not text."""
    text = normalise_newlines(text)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadOption(
            "This text holds half a character (a lone surrogate) and cannot be kept. Type it anew."
        ) from error
    return text if not text or text.endswith("\n") else text + "\n"
