"""Writing memos in the app: what is asked before, and saving what was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from qualcode.core.memo import KINDS, About, Memo
from qualcode.core.visible import visible
from qualcode.errors import QualcodeError
from qualcode.tui.memo_text import MemoEditor
from qualcode.tui.picker import Choice, Picker
from qualcode.tui.prompts import Prompt

if TYPE_CHECKING:
    from qualcode.tui.app import QualcodeApp

_HINTS = {
    "analytic": "what the material says, and against what it says it",
    "methodological": "how the study is done: sampling, translation, coding rules",
    "reflexive": "what the researcher has to do with it",
    "summary": "what a cell, a case or a document comes to",
    "to-do": "what is to be looked at again",
}
Then = Callable[[Memo], None]


def write_memo(app: QualcodeApp, about: About, then: Then, *, text: str = "", title: str = "", first: str = "") -> None:
    """Ask for the kind (`first` is offered first) and the title, then let the user write; `then` gets the memo once it is
    on disk."""

    def kind_chosen(choice: Choice | None) -> None:
        if choice is not None:
            prompt = Prompt("Title of the memo", title, hint="Enter · Esc goes back; nothing is written yet")
            app.push_screen(prompt, lambda given: titled(choice.key, given))

    def titled(kind: str, given: str | None) -> None:
        if given is not None and given.strip():
            app.push_screen(MemoEditor(given, f"{kind} · {shown}", text, lambda typed: save(kind, given, typed)))
        elif given is not None:
            app.notify("A memo needs a title; nothing was written.", severity="warning")

    def save(kind: str, given: str, typed: str) -> bool:
        memo = attempt(app, lambda: app.desk.session.new_memo(given, about, kind, typed))
        if memo is not None:
            then(memo)
        return memo is not None

    from qualcode.analysis.memo_names import shown_about

    shown = shown_about(app.desk.index, about)
    kinds = [first, *(kind for kind in KINDS if kind != first)] if first else list(KINDS)
    choices = [Choice(kind, kind, _HINTS[kind]) for kind in kinds]
    app.push_screen(Picker(f"A memo about {visible(shown)}: of which kind?", choices), kind_chosen)


def rewrite_memo(app: QualcodeApp, memo: Memo, then: Then) -> None:
    """Let the user write on; `then` gets the memo once it is on disk."""
    from qualcode.analysis.memo_names import shown_about

    def save(typed: str) -> bool:
        changed = attempt(app, lambda: app.desk.session.edit_memo(memo.id, text=typed, seen=memo.text))
        if changed is not None:
            then(changed)
        return changed is not None

    facts = f"{memo.kind} · {shown_about(app.desk.index, memo.about)} · {memo.date} · {memo.author}"
    app.push_screen(MemoEditor(memo.title, facts, memo.text, save, at_end=False))


def attempt(app: QualcodeApp, work: Callable[[], Memo]) -> Memo | None:
    """Do something that may be refused; None when it was, and the user was told."""
    try:
        memo = work()
    except QualcodeError as error:
        app.notify(visible(str(error).replace("\n", " ")), severity="warning", timeout=12, markup=False)
        return None
    app.desk.forget()
    return memo
