"""Changing the codebook: every verb is one undo step and leaves before and after in the log."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext, suppress
from typing import Any, NamedTuple

from qualcode.analysis.history import BY_HAND, known_codes, unlogged
from qualcode.core.codebook import PALETTE, Code, Codebook, name_key, slug
from qualcode.core.codebook_steps import Step, apply_steps, code_data, state_of
from qualcode.core.events import Event
from qualcode.core.how_many import how_many
from qualcode.core.ids import encode
from qualcode.core.visible import is_printable
from qualcode.errors import BadFile, BadOption, CannotSave, Problem, UnknownName
from qualcode.files.saving import locked_folder
from qualcode.index.copy_rows import known_copies
from qualcode.session.alone import changes_alone
from qualcode.session.coding import CodingWork
from qualcode.session.writing import Logged

EDITABLE = ("name", "color", "key", "definition", "use_when", "do_not_use_when", "example")
SHIFTS = ("up", "down", "indent", "outdent")


class Changed(NamedTuple):
    """What a verb did to the codebook: one sentence, and the code concerned."""

    text: str
    code: str

    def __str__(self) -> str:
        return self.text


class Count(NamedTuple):
    """How many codings a code and its sub-codes have, in all and by coder."""

    codings: int
    by_coder: dict[str, int]
    codes: int

    def __str__(self) -> str:
        whose = ", ".join(f"{coder} {count}" for coder, count in self.by_coder.items())
        below = f" in it and its {how_many(self.codes - 1, 'sub-code')}" if self.codes > 1 else ""
        return how_many(self.codings, "coding") + below + (f" ({whose})" if whose else "")


class CodebookWork(CodingWork):
    """The verbs on codes."""

    # ---------------------------------------------------------------- create and edit

    @changes_alone
    def add_code(self, name: str, parent: str = "", **fields: Any) -> Code:
        """Add a code to codebook.yaml, last under its parent (an id, path or name; "" for the top).

        `name` may be a path whose upper part exists: `hidden emotions/pride`. `fields` may hold definition, use_when,
        do_not_use_when, example, color and key. Raises BadOption, UnknownName, CannotSave, BadFile.
        """
        above, _, last = name.strip().rpartition("/")
        book = self._fresh_codebook()
        try:
            parent_id = book.resolve_merge(book.find(above or parent).id) if above or parent else ""
        except UnknownName as error:
            if above:
                raise UnknownName(
                    f"{error} A slash stands between a theme and a code in it: the theme must be there."
                ) from error
            raise
        last = _name(last)
        _refuse_namesake(book, parent_id, last)
        color = "" if parent_id else PALETTE[len(book.children.get("", ())) % len(PALETTE)]
        values = {"color": color} | {field: value for field, value in _fields(fields).items() if value}
        siblings = book.children.get(parent_id, ())
        code = Code(self._code_id(last), last, parent_id, **values)
        state = {**code_data(code), "parent": parent_id, "previous": siblings[-1].id if siblings else ""}
        self._change_codes([Step(code.id, None, state), *self._unpin(book, code.id, code.key)])
        return code

    def _code_id(self, name: str) -> str:
        """Readable, and never one that was in use before: a deleted code's codings must not come back under it."""
        readable = slug(name)[:40].strip("-") or "code"
        return f"{readable}-{encode(secrets.randbits(20), 4)}"

    @changes_alone
    def edit_code(self, wanted: str, **fields: Any) -> Changed:
        """Set fields of a code: name, definition, use_when, do_not_use_when, example, color, key ("" or 0 empties one).

        A digit that was pinned to another code goes over to this one. Raises UnknownName, BadOption, CannotSave, BadFile.
        """
        book = self._fresh_codebook()
        code = _live(book, wanted)
        values = _fields(fields)
        if "name" in values and values["name"] != code.name:
            _refuse_namesake(book, code.parent, values["name"], but=code.id)
        before = state_of(book, code.id)
        after = {**before, **values}
        changes = Step(code.id, before, after).changes()
        if not changes:
            return Changed(f"Nothing to change: {book.path(code.id)} has that already.", code.id)
        self._change_codes([Step(code.id, before, after), *self._unpin(book, code.id, values.get("key", 0))])
        named = self.index.codebook.path(code.id)
        if list(changes) == ["name"]:
            return Changed(f"Renamed: {book.path(code.id)} is now {named}", code.id)
        return Changed(f"Changed {', '.join(name.replace('_', ' ') for name in changes)} of {named}", code.id)

    def changed(self, text: str, code: str) -> Changed:
        """A sentence on what several verbs together did to a code."""
        return Changed(text, code)

    def rename_code(self, wanted: str, name: str) -> Changed:
        """Give a code another name; its id, codings and place stay. Raises UnknownName, BadOption, CannotSave, BadFile."""
        return self.edit_code(wanted, name=name)

    @changes_alone
    def retire_code(self, wanted: str, retired: bool = True) -> Changed:
        """Take a code out of use (or back into it): its codings stay and count, but it is not offered any more."""
        book = self._fresh_codebook()
        code = _live(book, wanted)
        state = "retired" if retired else "in use"
        if code.retired == retired:
            return Changed(f"Nothing to change: {book.path(code.id)} is {state} already.", code.id)
        before = state_of(book, code.id)
        after = {**before, "retired": retired} | ({"key": 0} if retired else {})
        self._change_codes([Step(code.id, before, after)])
        return Changed(f"{'Retired' if retired else 'Back in use'}: {book.path(code.id)}", code.id)

    def _unpin(self, book: Codebook, but: str, key: int) -> list[Step]:
        """Free a digit that another code is pinned to."""
        holders = [code for code in book.codes if key and code.key == key and code.id != but]
        return [Step(code.id, state_of(book, code.id), {**state_of(book, code.id), "key": 0}) for code in holders]

    # ---------------------------------------------------------------- move

    @changes_alone
    def move_code(self, wanted: str, parent: str = "", after: str | None = None) -> Changed:
        """Put a code, with all below it, under another parent ("" for the top), after a sibling there ("" for first,
        None for last). Raises UnknownName, BadOption (under itself; a namesake is there), CannotSave, BadFile."""
        book = self._fresh_codebook()
        code = _live(book, wanted)
        parent_id = book.resolve_merge(book.find(parent).id) if parent else ""
        siblings = [sibling.id for sibling in book.children.get(parent_id, ()) if sibling.id != code.id]
        previous = (siblings[-1] if siblings else "") if after is None else book.find(after).id if after else ""
        if previous and previous not in siblings:
            raise BadOption(f"{book.path(previous)!r} does not stand under {book.path(parent_id) or 'the top'!r}.")
        return self._move(book, code, parent_id, previous)

    def _move(self, book: Codebook, code: Code, parent: str, previous: str) -> Changed:
        if parent != code.parent:
            _refuse_namesake(book, parent, code.name, but=code.id)
        before = state_of(book, code.id)
        after = {**before, "parent": parent, "previous": previous}
        if before == after:
            return Changed(f"{book.path(code.id)} stands there already.", code.id)
        self._change_codes([Step(code.id, before, after)])
        path = self.index.codebook.path(code.id)
        moved = f"{book.path(code.id)} is now {path}" if path != book.path(code.id) else path
        return Changed(f"Moved: {moved}", code.id)

    @changes_alone
    def shift_code(self, wanted: str, direction: str) -> Changed:
        """Move a code one place: up or down among its siblings, indent (under the sibling before it), outdent (after its
        parent). Raises BadOption where there is no such place."""
        if direction not in SHIFTS:
            raise BadOption(f"A code is moved {', '.join(SHIFTS)}; not {direction!r}.")
        book = self._fresh_codebook()
        code = _live(book, wanted)
        siblings = [other.id for other in book.children.get(code.parent, ())]
        live = {other.id for other in book.live}
        seen = [ident for ident in siblings if ident in live]
        at = seen.index(code.id)
        name = book.path(code.id)
        if direction == "outdent":
            if not code.parent:
                raise BadOption(f"{name!r} stands at the top already.")
            return self._move(book, code, book[code.parent].parent, code.parent)
        if direction == "down":
            if at + 1 >= len(seen):
                raise BadOption(f"{name!r} is the last of its siblings.")
            return self._move(book, code, code.parent, seen[at + 1])
        if at == 0:
            raise BadOption(
                f"{name!r} is the first of its siblings" + ("." if direction == "up" else ": nothing to go under.")
            )
        if direction == "indent":
            below = book.children.get(seen[at - 1], ())
            return self._move(book, code, seen[at - 1], below[-1].id if below else "")
        before = siblings.index(seen[at - 1])
        return self._move(book, code, code.parent, siblings[before - 1] if before else "")

    # ---------------------------------------------------------------- merge and delete

    @changes_alone
    def merge_codes(self, wanted: str, into: str) -> Changed:
        """Merge a code into another: its codings count there from now on, and its sub-codes go under it.

        Nobody's coding files are rewritten: the code stays in codebook.yaml with `merged_into`. One coder's codings of both
        codes on the same passage become one; the user's own that overlap are joined, which is logged and undone with it.
        Raises UnknownName, BadOption, CannotSave, BadFile.
        """
        book = self._fresh_codebook()
        source, target = _live(book, wanted), book[book.resolve_merge(book.find(into).id)]
        if source.id == target.id or source.merged_into:
            raise BadOption(f"{book.path(source.id)!r} cannot be merged into itself.")
        before, follow = self._number(target.id), self._number(source.id)
        with self.batch():
            joins = self._overlapping(source.id, target.id)
            with locked_folder(self.folder.root), self._whole():
                self._foretell(joins)
                self._change_codes(self._merge_steps(book, source, target))
                self._append_each(joins)
        joined = before + follow - self._number(target.id)
        text = f"Merged {book.path(source.id)} into {self.index.codebook.path(target.id)}: "
        text += how_many(follow, "coding follows", "codings follow")
        if joined:
            text += f", {joined} fell together with one that was there"
        if others := self._others_overlapping(source.id, target.id):
            text += f"; {others} of other coders overlap and stay two"
        return Changed(text, target.id)

    def _merge_steps(self, book: Codebook, source: Code, target: Code) -> list[Step]:
        steps: list[Step] = []

        def step(code_id: str, **values: Any) -> None:
            before = state_of(now(), code_id)
            steps.append(Step(code_id, before, {**before, **values}))

        def now() -> Codebook:
            return apply_steps(book, steps)

        if any(above.id == source.id for above in book.ancestors(target.id)):
            step(target.id, parent=source.parent, previous=source.id)
        for child in book.children.get(source.id, ()):
            if child.id != target.id:
                below = now().children.get(target.id, ())
                step(child.id, parent=target.id, previous=below[-1].id if below else "")
        step(source.id, merged_into=target.id, key=0)
        if source.key and not target.key:
            step(target.id, key=source.key)
        return steps

    def _overlapping(self, source: str, target: str) -> dict[str, list[Event]]:
        """For the user's own codings of both codes that overlap without being alike: the events that join them."""
        rows = self.index.rows(
            """SELECT document, id, start, "end", code FROM coding WHERE coder = ? AND code IN (?, ?)
            AND anchor <> 'lost' ORDER BY document, start, id""",
            [self.coder, source, target],
        )
        found: dict[str, list[Event]] = {}
        for group in _chains(rows):
            spans = {(row[2], row[3]) for row in group}
            if len(spans) > 1 and len({row[4] for row in group}) > 1:
                found.setdefault(group[0][0], []).extend(self._join(group))
        return found

    def _join(self, group: Sequence[Any]) -> list[Event]:
        """One coding over all of them: the oldest, with everybody's notes and the mark of any; the others are removed."""
        from qualcode.core.anchors import make_anchor

        document, oldest = group[0][0], min(row[1] for row in group)
        body = self.index.body(document)
        a = make_anchor(body.text, body.hash, min(row[2] for row in group), max(row[3] for row in group))
        notes = {row[1]: self.index.value("SELECT note FROM coding WHERE id = ?", [row[1]]) for row in group}
        events = [self._event("move", coding=oldest, start=a.start, end=a.end, quote=a.quote, body=a.body,
                              prefix=a.prefix, suffix=a.suffix)]  # fmt: skip
        note = " · ".join(dict.fromkeys(notes[ident] for ident in sorted(notes) if notes[ident]))
        if note != notes[oldest]:
            events.append(self._event("note", coding=oldest, note=note))
        marks = {row[1]: self.index.value("SELECT mark FROM coding WHERE id = ?", [row[1]]) for row in group}
        if any(marks.values()) and not marks[oldest]:
            events.append(self._event("mark", coding=oldest, mark=max(marks.values())))
        for row in group:
            if row[1] != oldest:
                twins = self._hidden_twins(row[1])
                events += [self._event("remove", coding=ident) for ident in (row[1], *twins)]
        return events

    def _others_overlapping(self, source: str, target: str) -> int:
        """How many codings that came by the merge overlap others of the same coder, not the user."""
        return int(self.index.value(
            """SELECT count(*) FROM coding a WHERE a.made_code = ? AND a.code = ? AND a.coder <> ? AND EXISTS (
              SELECT 1 FROM coding b WHERE b.code = a.code AND b.document = a.document AND b.coder = a.coder
              AND b.made_code <> a.made_code AND b.start < a."end" AND a.start < b."end")""",
            [source, target, self.coder],
        ))  # fmt: skip

    def _number(self, code: str) -> int:
        return int(self.index.value("SELECT count(*) FROM coding WHERE code = ?", [code]))

    def count(self, wanted: str) -> Count:
        """How many codings would be gone with a code and its sub-codes."""
        book = self.index.codebook
        below = [
            code for code in book.with_descendants(book.find(wanted).id) if code in {live.id for live in book.live}
        ]
        marks = ", ".join("?" * len(below))
        rows = self.index.rows(
            f"SELECT coder, count(*) FROM coding WHERE code IN ({marks}) GROUP BY coder ORDER BY coder", below
        )
        return Count(sum(number for _, number in rows), dict(rows), len(below))

    @changes_alone
    def delete_code(self, wanted: str) -> Changed:
        """Delete a code with its sub-codes. Ask first: `count` says how many codings stop counting.

        Where it has codings, anybody's, it stays in codebook.yaml as `deleted: true` and nobody's files are touched, so
        that undo, or taking the line out, brings everything back. Raises UnknownName, CannotSave, BadFile.
        """
        book = self._fresh_codebook()
        code, count = _live(book, wanted), self.count(wanted)
        below = book.with_descendants(code.id)
        if self._stands_for_codings(book, below):
            before = state_of(book, code.id)
            steps = [Step(code.id, before, {**before, "deleted": True, "key": 0})]
            steps += [Step(key, state_of(book, key), {**state_of(book, key), "key": 0})
                      for key in below if key != code.id and book[key].key]  # fmt: skip
        else:
            steps = _remove_all(book, below)
        self._change_codes(steps)
        return Changed(f"Deleted {book.path(code.id)}: {count} do not count any more", code.id)

    def _stands_for_codings(self, book: Codebook, below: Sequence[str]) -> bool:
        """Whether codings, anybody's, or codes that were merged into one of these, need them to stay as tombstones."""
        if any(code.merged_into in below and code.id not in below for code in book.codes):
            return True
        marks = ", ".join("?" * len(below))
        return bool(self.index.value(f"SELECT 1 FROM coding_row WHERE made_code IN ({marks}) LIMIT 1", below))

    # ---------------------------------------------------------------- many at once

    @changes_alone
    def import_codes(self, planned: Sequence[Any]) -> Changed:
        """Carry out a plan (core.codebook_plan): add and change codes in one step. Raises BadOption, CannotSave, BadFile."""
        book = self._fresh_codebook()
        steps: list[Step] = []
        ids = {name_key(book.path(code.id)): code.id for code in book.live}
        last = {parent: codes[-1].id for parent, codes in book.children.items()}
        tops, added, changed = len(book.children.get("", ())), 0, 0
        for item in planned:
            if item.action == "change":
                before = state_of(book, item.id)
                values = _fields({name: pair[1] for name, pair in item.fields.items() if name in EDITABLE})
                if "parent" in item.fields:
                    parent = ids.get(name_key(item.fields["parent"][1]), "")
                    values |= {"parent": parent, "previous": last.get(parent, "")}
                    last[parent] = item.id
                steps.append(Step(item.id, before, {**before, **values}))
                changed += 1
            elif item.action == "add":
                above, _, name = item.path.rpartition("/")
                parent = ids.get(name_key(above), "") if above else ""
                values = _fields({field: pair[1] for field, pair in item.fields.items() if field in EDITABLE})
                if not parent and not values.get("color"):
                    values["color"] = PALETTE[tops % len(PALETTE)]
                tops += not parent
                ident = item.draft_id or self._code_id(name)
                code = Code(**{**values, "id": ident, "name": _name(name), "parent": parent})
                steps.append(Step(ident, None, {**code_data(code), "parent": parent, "previous": last.get(parent, "")}))
                ids[name_key(item.path)] = last[parent] = ident
                added += 1
        if steps:
            self._change_codes(steps)
        return Changed(f"Imported: {how_many(added, 'code')} added, {changed} changed", "")

    # ---------------------------------------------------------------- the log and the file in step

    def _fresh_codebook(self) -> Codebook:
        """The codebook as it is on disk, changes made by hand logged first. Raises BadFile where it cannot be read now."""
        if not self.index.is_fresh(self.folder.codebook_yaml):  # looking at all files takes longer than at this one
            self.index.refresh()
        if problems := self.index.problems("codebook.yaml"):
            raise BadFile(problems)
        if self._has_vanished():
            raise BadFile([Problem("codebook.yaml", 0, "says nothing, and the log knows of codes",
                                   "restore the file, or write `codes: []` if there shall be none")])  # fmt: skip
        self.notice_hand_edits()
        return self.index.codebook

    def _has_vanished(self) -> bool:
        """Whether codebook.yaml is missing or empty though it held codes, as an editor or a full disk may leave it."""
        from qualcode.files.project_files import says_nothing

        if self.index.codebook.codes or not says_nothing(self.folder.codebook_yaml):
            return False
        return bool(known_codes(self.index))

    def notice_hand_edits(self) -> int:
        """Log what was changed in codebook.yaml by hand since the logs last knew it; how many codes that concerns.

        The first time, the codebook is noted as it stands, so that later changes can be told. Raises CannotSave.
        """
        version = self.index.recall("codebook version")
        if any(original == "codebook.yaml" for _, original in known_copies(self.index)):
            return 0  # which of the two versions counts is still to be said
        if version == self._in_step or self.index.problems("codebook.yaml") or self._has_vanished():
            return 0
        if known_codes(self.index) is not None and not unlogged(self.index):
            self._in_step = version
            return 0
        with locked_folder(self.folder.root):
            self._look_again()  # somebody else may have logged it while we waited
            if known_codes(self.index) is None:
                book = self.index.codebook
                states = {
                    code.id: {k: v for k, v in state_of(book, code.id).items() if k != "id"} for code in book.codes
                }
                event = self._event("change", what="codebook", key="codebook", after={"codes": states}, note=BY_HAND)
                self._append_log([event])
                return 0
            steps = unlogged(self.index)
            with self.batch() if len(steps) > 1 else nullcontext():
                events = [
                    self._event("change", what="code", key=step.key, before=step.before, after=step.after, note=BY_HAND)
                    for step in steps
                ]
            if events:
                self._append_log(events)
        return len(steps)

    def _before_judging(self) -> None:
        with suppress(CannotSave, BadFile):  # a log that cannot be written stops nobody from coding
            self.notice_hand_edits()

    def _change_codes(self, steps: Sequence[Step]) -> list[Logged]:
        """Write steps to the codebook, with the memos whose links follow them, as one undo step."""
        from qualcode.session.memo_links import has_code_links, steps_for_links

        links: list[Step] = []
        if has_code_links(self.index):
            book = self.index.codebook
            links = steps_for_links(self.index, book, apply_steps(book, steps))
        return self._change_all([*(("code", step) for step in steps), *(("memo", step) for step in links)])


def _chains(rows: Iterable[Any]) -> list[list[Any]]:
    """Rows (document, id, start, end, ...) in order of place, grouped where each overlaps what came before."""
    groups: list[list[Any]] = []
    reach = 0
    for row in rows:
        if groups and groups[-1][0][0] == row[0] and row[2] < reach:
            groups[-1].append(row)
            reach = max(reach, row[3])
        else:
            groups.append([row])
            reach = row[3]
    return groups


def _remove_all(book: Codebook, below: Sequence[str]) -> list[Step]:
    """Steps that take these codes out, sub-codes first; each state as it is at that moment."""
    steps: list[Step] = []
    for key in reversed(below):
        steps.append(Step(key, state_of(apply_steps(book, steps), key), None))
    return steps


def _live(book: Codebook, wanted: str) -> Code:
    """The code so called, if it is one that can be seen. Raises UnknownName, BadOption for one that was merged away."""
    code = book.find(wanted)
    if code.merged_into:
        target = book.path(book.resolve_merge(code.id))
        raise BadOption(f"The code {wanted!r} was merged into {target!r}: name that one (or undo the merge).")
    return code


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not name or not is_printable(name):
        raise BadOption("A code needs a name of visible signs.")
    if "/" in name:
        raise BadOption("A code's name cannot hold a slash, which stands between the levels of a path.")
    return name


def _refuse_namesake(book: Codebook, parent: str, name: str, but: str = "") -> None:
    for sibling in book.live_children.get(parent, ()):
        if name_key(sibling.name) == name_key(name) and sibling.id != but:
            raise BadOption(
                f"There is a code {book.path(sibling.id)!r} already. Choose another name, or merge: qualcode codebook merge."
            )


def _fields(given: dict[str, Any]) -> dict[str, Any]:
    """The fields, tidied and checked. Raises BadOption."""
    values: dict[str, Any] = {}
    for field, value in given.items():
        if value is None:
            continue
        if field not in EDITABLE:
            raise BadOption(f"A code has no field {field!r}; there are: {', '.join(EDITABLE)}.")
        check: Callable[[Any], Any] = _CHECKS.get(field, _text)
        values[field] = check(value)
    return values


def _text(value: Any) -> str:
    text = "\n".join(line.rstrip() for line in str(value).replace("\r\n", "\n").replace("\r", "\n").split("\n")).strip()
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadOption(
            "This text holds half a character (a lone surrogate) and cannot be kept. Type it anew."
        ) from error
    return text


def _color(value: Any) -> str:
    color = str(value).strip().lower()
    if color and not (len(color) == 7 and color[0] == "#" and all(sign in "0123456789abcdef" for sign in color[1:])):
        raise BadOption(f'{value!r} is not a colour: write "#rrggbb", as in "#e06c75".')
    return color


def _key(value: Any) -> int:
    if str(value).strip() in ("", "0"):
        return 0
    if str(value).strip() not in tuple("123456789"):
        raise BadOption(f"{value!r} is not a key: a code is pinned to one of the digits 1 to 9 (0 for none).")
    return int(value)


_CHECKS: dict[str, Callable[[Any], Any]] = {"name": _name, "color": _color, "key": _key}
