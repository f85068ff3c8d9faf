"""The other copy's codes: new ones come in with their parents, changes of theirs where only they made them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qualcode.core.codebook import Codebook, name_key
from qualcode.core.codebook_steps import Step, apply_steps, state_of
from qualcode.core.merging import changed_since, compare, flat, was_there
from qualcode.errors import QualcodeError
from qualcode.session.merging.pasts import OneLog, Pasts
from qualcode.session.merging.plan import CONFLICT, NEW, STAYS, TAKEN, Plan

_COMMANDS = {"name": "codebook rename {code} {there}", "parent": "codebook move {code} {there}"}


class CodeMerging:
    """Plans what becomes of the codes. `used`: codes that have codings once it is done."""

    def __init__(
        self, plan: Plan, ours: Codebook, theirs: Codebook, pasts: Pasts | OneLog, used: Iterable[str], prefer: bool
    ) -> None:
        self._plan, self._pasts, self._prefer = plan, pasts, prefer
        self._book, self._other = ours, theirs
        self._steps: list[Step] = []
        self._used = set(used)
        self._made = 0, self._book
        self._open: list[tuple[str, str, Any, Any]] = []  # fields to be taken over: code, name, ours, theirs

    def steps(self) -> list[Step]:
        """The changes of the codebook here, each fit to be made after those before it."""
        for ident in self._coming():
            self._add(ident)
        for code in self._other.codes:
            if code.id in self._book:
                self._change(code.id)
        self._take_all()
        for code in reversed(self._book.codes):
            if code.id not in self._other:
                self._take_away(code.id)
        return self._steps

    @property
    def standing(self) -> set[str]:
        """New codes that the coming events need, with those above them."""
        new = {step.key for step in self._steps if step.before is None}
        return {above.id for ident in self._used for above in self._other.ancestors(ident)} & new

    # ---------------------------------------------------------------- new ones

    def _coming(self) -> list[str]:
        """Codes that are there and not here, parents first, save those that were taken away here and that nothing needs."""
        missing = [code.id for code in self._other.codes if code.id not in self._book]
        removed = {ident for ident in missing if was_there(self._pasts.of("code", ident))}
        needed = {above.id for ident in {*missing} - removed | self._used for above in self._other.ancestors(ident)}
        for ident in removed - needed:
            state = flat("code", state_of(self._other, ident)) or {}
            changed = changed_since("code", self._pasts.of("code", ident), state)
            self._plan.tell("code", self._other.path(ident), CONFLICT if changed else STAYS, "", "taken away", "there",
                            "it was changed there since; add it again if it is wanted" if changed else "")  # fmt: skip
        return [ident for ident in missing if ident not in removed or ident in needed]

    def _add(self, ident: str) -> None:
        state = state_of(self._other, ident)
        now = self._now()
        if state["parent"] and state["parent"] not in now:
            state["parent"] = ""
        name = self._free_name(now, state, ident)
        advice = ""
        if name != state["name"]:
            twin = self._namesake(now, state, ident)
            advice = f"there is another code of that name; if they are one: qualcode codebook merge {ident} {twin}"
            state["name"] = name
        if state.get("key") and any(code.key == state["key"] for code in now.codes):
            del state["key"]
        self._steps.append(Step(ident, None, state))
        self._plan.tell("code", self._now().path(ident), NEW, "", "", self._other.path(ident), advice)

    def _free_name(self, book: Codebook, state: dict[str, Any], ident: str) -> str:
        """The name, with its maker's behind it where a sibling has that name already, then a number."""
        name = state["name"]
        whose = self._pasts.made_by("code", ident)
        tries = [name, *([f"{name} ({whose})"] if whose else []), *(f"{name} ({number})" for number in range(2, 1000))]
        return next(
            (one for one in tries if not self._namesake(book, {**state, "name": one}, ident)), f"{name} {ident}"
        )

    def _namesake(self, book: Codebook, state: dict[str, Any], ident: str) -> str:
        if state.get("deleted") or state.get("merged_into"):
            return ""
        siblings = book.live_children.get(state["parent"], ())
        return next((c.id for c in siblings if name_key(c.name) == name_key(state["name"]) and c.id != ident), "")

    # ---------------------------------------------------------------- those on both sides

    def _change(self, ident: str) -> None:
        past = self._pasts.of("code", ident)
        ours, theirs = (flat("code", state_of(book, ident)) or {} for book in (self._now(), self._other))
        verdict = compare("code", past, ours, theirs)
        take = dict(verdict.take) | (
            {name: pair[1] for name, pair in verdict.conflicts.items()} if self._prefer else {}
        )
        self._open += [(ident, name, ours[name], value) for name, value in take.items()]
        for name, (one, other) in verdict.stays.items():
            self._tell(ident, name, one, other, STAYS)
        for name, (one, other) in ({} if self._prefer else verdict.conflicts).items():
            self._tell(ident, name, one, other, CONFLICT)

    def _take_all(self) -> None:
        """Take fields over; those that the codebook does not let us yet, as a merge back into a code that is to be unmerged
        first, after the others."""
        progress = True
        while self._open and progress:
            waiting, self._open = self._open, []
            for ident, name, one, other in waiting:
                if self._takes(ident, name, other):
                    self._tell(ident, name, one, other, TAKEN)
                else:
                    self._open.append((ident, name, one, other))
            progress = len(self._open) < len(waiting)
        for ident, name, one, other in self._open:
            self._tell(ident, name, one, other, CONFLICT)

    def _takes(self, ident: str, name: str, value: Any) -> bool:
        """Take one field over, if the codebook lets us."""
        before = state_of(self._now(), ident)
        after = {**before, name: value} | ({"previous": None} if name == "parent" else {})
        try:
            book = apply_steps(self._now(), [Step(ident, before, after)])
        except QualcodeError:
            return False
        if (
            name == "merged_into"
            and value
            and (value not in book or book.resolve_merge(ident) == ident or _runs_round(book, ident))
        ):
            return False
        if name == "key" and value and any(code.key == value and code.id != ident for code in book.codes):
            return False
        state = state_of(book, ident)
        if name in ("name", "parent") and self._namesake(book, state, ident):
            return False
        self._steps.append(Step(ident, before, state))
        return True

    def _tell(self, ident: str, name: str, one: Any, other: Any, outcome: str) -> None:
        if name in ("parent", "merged_into"):
            one, other = (
                self._now().path(code) if code in self._now() else self._other.path(code) for code in (one, other)
            )
        advice = ""
        if outcome == CONFLICT:
            advice = (
                f"to take theirs: qualcode codebook edit {ident} --{name.replace('_', '-')} ..., or merge with --theirs"
            )
            advice = (
                "to take theirs: qualcode " + _COMMANDS[name].format(code=ident, there=repr(other))
                if name in _COMMANDS
                else advice
            )
        self._plan.tell("code", self._now().path(ident), outcome, name.replace("_", " "), one, other, advice)

    # ---------------------------------------------------------------- those that they took away

    def _take_away(self, ident: str) -> None:
        past = self._pasts.of("code", ident)
        if not was_there(past):
            return
        path, state = self._now().path(ident), state_of(self._now(), ident)
        if (
            ident in self._used
            or self._now().children.get(ident)
            or changed_since("code", past, flat("code", state) or {})
        ):
            advice = "it is in use here, or was changed; to take it away: qualcode codebook delete " + ident
            self._plan.tell("code", path, CONFLICT, "", "there", "taken away", advice)
            return
        self._steps.append(Step(ident, state, None))
        self._plan.tell("code", path, TAKEN, "", "there", "taken away")

    def _now(self) -> Codebook:
        """The codebook as it is after the steps so far."""
        known, book = self._made
        if known != len(self._steps):
            self._made = len(self._steps), apply_steps(book, self._steps[known:])
        return self._made[1]


def _runs_round(book: Codebook, ident: str) -> bool:
    """Whether following merges from a code leads back to it."""
    seen: set[str] = set()
    while ident and ident in book and ident not in seen:
        seen.add(ident)
        ident = book[ident].merged_into
    return ident in seen
