"""Conflict copies that a file-syncing tool left in the project, joined with their originals by what the logs tell."""

from __future__ import annotations

from pathlib import Path

from qualcode.core.document import Body
from qualcode.core.how_many import how_many
from qualcode.core.merging import UNKNOWN, forked_at
from qualcode.errors import BadFile
from qualcode.files.memos import read_memo
from qualcode.files.project_files import read_codebook
from qualcode.files.text_files import read_body
from qualcode.index.copy_rows import known_copies
from qualcode.index.index import Index
from qualcode.index.text_rows import versions
from qualcode.session.folding_in import event_copies, missing_in_original
from qualcode.session.memo_states import logged_state, state_on_disk
from qualcode.session.merging.codes import CodeMerging
from qualcode.session.merging.pasts import OneLog
from qualcode.session.merging.plan import CONFLICT, LEFT_OUT, NEW, NewLines, Plan
from qualcode.session.merging.planning import settle_pins, used_codes
from qualcode.session.merging.texts import BodyMerging
from qualcode.session.merging.things import ThingMerging


def plan_copies(index: Index, *, prefer_copies: bool = False) -> Plan:
    """What joining all conflict copies would do; `Plan.resolved` are those that then go. Raises BadFile where ours is broken."""
    plan, log = Plan(index.folder.root, named="conflict copies"), OneLog(index)
    _events(plan, index)
    things = ThingMerging(plan, index, log, prefer_copies)
    for path, original in known_copies(index):
        if original.endswith(".jsonl"):
            continue
        before = len(plan.items)
        try:
            _state(plan, index, log, things, index.folder.root / path, original, prefer_copies)
        except BadFile as error:
            plan.tell("copy", path, LEFT_OUT, "", "", str(error.problems[0]), "mend it, or look at it and delete it")
        new = plan.items[before:]
        if not any(item.outcome in (CONFLICT, LEFT_OUT) for item in new):
            plan.resolved.append(index.folder.root / path)
            if not new:
                plan.tell("copy", path, NEW, "", "", "", "it says nothing that is not in the file itself; it goes")
    settle_pins(plan)
    return plan


def _events(plan: Plan, index: Index) -> None:
    for copy in event_copies(index):
        try:
            missing = missing_in_original(index.folder, copy)
        except BadFile as error:
            plan.tell("events", copy.path, LEFT_OUT, "", "", str(error.problems[0]))
            continue
        for problem in missing.refused:
            plan.tell("events", copy.path, LEFT_OUT, f"line {problem.line}", "", problem.message, problem.advice)
        plan.lines.append(NewLines(copy.coder, copy.document, missing))
        advice = "" if missing.lines else "nothing of it is missing; it goes"
        plan.tell("events", copy.path, NEW, "", "", how_many(len(missing.lines), "event"), advice)


def _state(
    plan: Plan, index: Index, log: OneLog, things: ThingMerging, path: Path, original: str, prefer: bool
) -> None:
    place, _, name = original.rpartition("/")
    ident = name.removesuffix(".md")
    if not (index.folder.root / original).exists():
        plan.tell(
            "copy",
            path.name,
            LEFT_OUT,
            "",
            "",
            "",
            f"{original} is not there: rename the copy so if it is the text itself",
        )
    elif place == "transcripts":
        _document(plan, index, log, things, path, ident, prefer)
    elif place == "memos":
        things.states(
            "memo", {ident: state_on_disk(index, ident)}, {ident: logged_state(read_memo(path, ident, path.name))}
        )
    elif original == "codebook.yaml":
        book, problems = read_codebook(path, path.name)
        if book is None or problems:
            raise BadFile(problems)
        codes = CodeMerging(plan, index.codebook, book, log, used_codes(plan, index), prefer)
        plan.steps[:0] = [("code", step) for step in codes.steps()]
    else:
        things.of_project_at(path)


def _document(
    plan: Plan, index: Index, log: OneLog, things: ThingMerging, path: Path, document: str, prefer: bool
) -> None:
    info = index.document_info(document)
    ours, theirs = index.body(document), Body(read_body(path), info.speakers if info is not None else ())
    if ours.hash != theirs.hash:
        told = log.of("text", document).told or ()
        base = forked_at("text", told, "hash", ours.hash, theirs.hash)
        BodyMerging(plan, index, prefer, settles=False).plan(
            document, versions(index, document), ours, theirs, "" if base is UNKNOWN else str(base)
        )
    things.of_matter(document, path)
