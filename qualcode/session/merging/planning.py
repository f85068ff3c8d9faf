"""Comparing this project with another copy of it: everything is looked at, nothing is written, least of all there."""

from __future__ import annotations

import hashlib
import os
import stat
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unicodedata import normalize

from qualcode.analysis.history import Act, acts
from qualcode.analysis.milestones import local_time
from qualcode.core.events import fold
from qualcode.core.how_many import how_many
from qualcode.errors import BadFile, BadOption, Problem
from qualcode.files.conflict_copies import conflict_copies
from qualcode.files.event_log import read_events
from qualcode.files.folder import FoundFile, ProjectFolder, check_name, event_files
from qualcode.files.foreign import foreign_project
from qualcode.files.project_files import is_doubled
from qualcode.files.uniting import Missing, missing_lines, without
from qualcode.index.event_rows import events_of
from qualcode.index.index import Index
from qualcode.session.import_names import free_name
from qualcode.session.known_sources import KnownSources
from qualcode.session.merging.codes import CodeMerging
from qualcode.session.merging.pasts import Pasts
from qualcode.session.merging.plan import LEFT_OUT, NEW, NewLines, NewSource, Plan
from qualcode.session.merging.texts import Documents, TextMerging
from qualcode.session.merging.things import ThingMerging

_PIECE = 1024 * 1024


@contextmanager
def opened_copy(given: str | os.PathLike[str], own: ProjectFolder) -> Iterator[Index]:
    """Another copy of a project, in an index of its own in memory. Raises BadOption, BadFile."""
    index = Index(foreign_project(given, own), in_memory=True)
    try:
        index.refresh()
        for name in ("project", "codebook"):
            problems = index.problems(f"{name}.yaml")
            if index.read_or_none(name) is None or any(map(is_doubled, problems)):
                problems = problems or [Problem(f"{name}.yaml", 0, "cannot be read")]
                raise BadFile([problem._replace(path=str(index.folder.root / problem.path)) for problem in problems])
        yield index
    finally:
        index.close()


def plan_merge(ours: Index, theirs: Index, *, unrelated: bool = False, prefer_theirs: bool = False) -> Plan:
    """What bringing the other copy in would do. `ours` and `theirs` are fresh.

    Raises BadOption where nothing shows that they are copies of one project (unless `unrelated`), or where words that were
    taken out for good here would come back, BadFile where a file of
    ours cannot be read.
    """
    refuse_what_was_taken_out(ours, theirs)
    plan, pasts = Plan(theirs.folder.root, named=theirs.folder.root.name), Pasts(ours, theirs)
    if not unrelated:
        refuse_strangers(ours, theirs)
    for act in _rewritings(theirs, but=ours):
        plan.tell("project", act.step.key, LEFT_OUT, "taken out for good", "still here", local_time(act.at),
                  "words were taken out of the other copy for good (its `qualcode log` says which): do the same here")  # fmt: skip
    documents = TextMerging(plan, ours, theirs, pasts, prefer_theirs).plan()
    _events(plan, ours, theirs, documents)
    codes = CodeMerging(plan, ours.codebook, theirs.codebook, pasts, used_codes(plan, ours), prefer_theirs)
    plan.steps[:0] = [("code", step) for step in codes.steps()]
    things = ThingMerging(plan, ours, pasts, prefer_theirs)
    things.of_project(theirs)
    things.of_memos(theirs)
    _sources(plan, ours, theirs)
    settle_pins(plan)
    plan.standing |= {("code", ident) for ident in codes.standing}
    _stand_on(plan, theirs, {lines.document for lines in plan.lines})
    return plan


def refuse_strangers(ours: Index, theirs: Index) -> None:
    """Raise BadOption unless the two have an event or a text in common."""

    def known(index: Index, sql: str) -> set[str]:
        return {value for (value,) in index.rows(sql)}

    events = (known(index, "SELECT id FROM event") for index in (ours, theirs))
    texts = (known(index, "SELECT id || ' ' || hash FROM document WHERE characters > 0") for index in (ours, theirs))
    if set.intersection(*events) or set.intersection(*texts):
        return
    names = [index.project.title for index in (ours, theirs)]
    raise BadOption(
        f"{theirs.folder.root} ({names[1]!r}) has no act and no text in common with this project ({names[0]!r}), so it does not "
        "look like a copy of it. Nothing was merged. If it is one: --unrelated."
    )


def refuse_what_was_taken_out(ours: Index, theirs: Index) -> None:
    """Raise BadOption where words were taken out for good here and not there: they would come back."""
    here, there = (_rewritings(one, but=other) for one, other in ((ours, theirs), (theirs, ours)))
    done = Counter(_kind(act) for act in there)
    for act in here:
        done[_kind(act)] -= 1
        if done[_kind(act)] < 0:
            raise BadOption(
                f"On {local_time(act.at)} {act.coder} took words out of this project for good ({_kind(act)[1]} {act.step.key}), and "
                f"{theirs.folder.root} still holds them: they would come back. Do the same there first, then merge."
            )


def _rewritings(index: Index, *, but: Index) -> list[Act]:
    """What was taken out of one copy for good and is not known in the other."""
    known = {act.id for act in acts(but, "rewriting")}
    return [act for act in acts(index, "rewriting") if act.id not in known]


def _kind(act: Act) -> tuple[str, str]:
    after = act.step.after if isinstance(act.step.after, dict) else {}
    return act.step.key, str(after.get("kind") or "")


# ---------------------------------------------------------------- event files


def _events(plan: Plan, ours: Index, theirs: Index, documents: Documents) -> None:
    copies = [file for file in conflict_copies(theirs.folder) if file.copy_of]
    for file in copies:
        if not file.relative.endswith(".jsonl"):
            plan.tell(
                "copy",
                file.relative,
                LEFT_OUT,
                "",
                "",
                "",
                "a conflict copy of a file-syncing tool: join it there first",
            )
    for file in [*event_files(theirs.folder), *_event_copies(copies)]:
        missing = _missing(plan, ours, file)
        name = f"{file.coder} on {file.document}" if file.document else f"{file.coder}: log"
        for problem in missing.refused:
            plan.tell("events", name, LEFT_OUT, f"line {problem.line}", "", problem.message, problem.advice)
        if not missing.lines:
            continue
        if file.document in documents.left_out:
            plan.tell(
                "events",
                name,
                LEFT_OUT,
                "",
                "",
                how_many(len(missing.lines), "event"),
                "they belong to a text that is left out",
            )
            continue
        plan.lines.append(NewLines(file.coder, file.document, missing))
        plan.tell("events", name, NEW, "", "", how_many(len(missing.lines), "event"))


def _event_copies(copies: list[FoundFile]) -> Iterator[FoundFile]:
    """Conflict copies of event files, with whose they are."""
    for file in copies:
        parts = normalize("NFC", file.copy_of.removesuffix(".jsonl")).split("/")
        if parts[0] in ("codings", "log"):
            yield file._replace(coder=parts[1], document=parts[2] if parts[0] == "codings" else "")


def _missing(plan: Plan, ours: Index, file: FoundFile) -> Missing:
    """What of one of their files is not here; nothing of one whose name will not do."""
    try:
        check_name(file.coder, "coder")
        if file.document:
            check_name(file.document, "document")
        own = ours.folder.coding_file(file.coder, file.document) if file.document else ours.folder.log_file(file.coder)
        before = {
            event.id for lines in plan.lines if (lines.coder, lines.document) == (file.coder, file.document)
            for event in lines.missing.events
        }  # fmt: skip
        return without(missing_lines([own], file.path, file.relative), before)
    except (BadOption, BadFile) as error:
        plan.tell(
            "events",
            file.relative,
            LEFT_OUT,
            "",
            "",
            how_many(len(read_events(file.path, file.relative).events), "event"),
            str(error),
        )
        return Missing()


def used_codes(plan: Plan, ours: Index) -> set[str]:
    """The codes that have codings once the coming lines are here."""
    found: set[str] = set()
    folded: set[str] = set()
    for lines in plan.lines:
        if lines.document:
            path = ours.folder.relative(ours.folder.coding_file(lines.coder, lines.document))
            events = [*events_of(ours, path), *lines.missing.events]
            found |= {coding.code for coding in fold(events, lines.coder, lines.document).values()}
            folded.add(path)
    rows = ours.rows("SELECT DISTINCT f.path, c.made_code FROM coding_row c JOIN file f ON f.id = c.file")
    return found | {code for path, code in rows if path not in folded}


# ---------------------------------------------------------------- sources


def _sources(plan: Plan, ours: Index, theirs: Index) -> None:
    known, taken = KnownSources(ours), set[str]()
    kept: dict[str, str] = {}
    for path in _plain_files(theirs.folder.sources):
        try:
            check_name(path.name, "source")
        except BadOption as error:
            plan.tell("source", path.name, LEFT_OUT, "", "", "", str(error))
            continue
        digest = _hash(path)
        alike = known.alike(path.stat().st_size, digest)
        if alike:
            kept[f"sources/{path.name}"] = ours.folder.relative(alike[0])
            continue
        name = free_name(path.name, lambda name: name in taken or (ours.folder.sources / name).exists())
        taken.add(name)
        kept[f"sources/{path.name}"] = f"sources/{name}"
        plan.sources.append(NewSource(path, name, digest))
        advice = "" if name == path.name else "another file has its name here; it is kept under this one"
        plan.tell("source", name, NEW, "", "", path.name, advice)
    for document in plan.documents:
        document.state["source"] = kept.get(str(document.state["source"]), "")


def _plain_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        return sorted(Path(e.path) for e in entries if e.is_file(follow_symlinks=False) and not e.name.startswith("."))


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise BadFile([Problem(str(path), 0, "is not a file")])
            while piece := file.read(_PIECE):
                digest.update(piece)
    except OSError as error:
        raise BadFile([Problem(str(path), 0, f"cannot be read ({error.strerror or error})")]) from error
    return digest.hexdigest()


# ---------------------------------------------------------------- what belongs together


def settle_pins(plan: Plan) -> None:
    """Pins follow a text unless theirs are taken."""
    taken = {step.key for what, step in plan.steps if what == "matter" and "aligned" in (step.after or {})}
    plan.steps += [(what, step) for what, step in plan.pins if step.key not in taken]


def _stand_on(plan: Plan, theirs: Index, coded: set[str]) -> None:
    """The new documents with events, and the cases and participants that they name."""
    new = {document.id for document in plan.documents}
    plan.standing |= {("document", document) for document in new & coded}
    people = {person.id: person.case for person in theirs.project.participants}
    for document in new & coded:
        info = theirs.document_info(document)
        if info is not None:
            named = {person for person in info.speakers.values() if person}
            cases = {info.case, *(people.get(person, "") for person in named)} - {""}
            plan.standing |= {("participant", person) for person in named} | {("case", case) for case in cases}
