"""`qualcode check`: everything against everything, read from the files anew."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import reduce
from operator import getitem

from qualcode.analysis.memo_links import dead_links
from qualcode.analysis.saved_filters import filter_problems
from qualcode.analysis.under_git import git_problems
from qualcode.core.codebook import Codebook
from qualcode.core.document import undeclared_label
from qualcode.core.how_many import how_many
from qualcode.core.project import ProjectInfo
from qualcode.core.visible import quoted_apart, shorten, visible
from qualcode.errors import BadOption, Problem
from qualcode.files.conflict_copies import likely_copies, unfinished_files
from qualcode.files.event_lines import events_in, lines_in, whole_event
from qualcode.files.folder import ProjectFolder, check_name, names_that_are_no_text
from qualcode.files.guarded import MOST_EVENTS, read_file
from qualcode.files.names_elsewhere import names_elsewhere
from qualcode.files.transcripts import read_transcript
from qualcode.files.yaml_text import LoadedYaml, load_yaml
from qualcode.index.gone_events import gone_events
from qualcode.index.index import Index
from qualcode.index.text_rows import take_known_texts


def check(folder: ProjectFolder) -> tuple[list[Problem], str]:
    """All problems of a project by file and line, and one sentence on what was looked at.

    The index on disk is not trusted: the files are read into a fresh one. Only texts as they were before they were changed
    outside qualcode come from there, as their hashes tell what they are, and which events are not in their files any more.
    """
    index = Index(folder, in_memory=True)
    try:
        take_known_texts(index)
        index.refresh()
        problems = [
            *index.problems(), *gone_events(index), *_references(index), *_codes(index), *_codings(index), *dead_links(index),
            *_torn_files(folder), *unfinished_files(folder), *likely_copies(folder),
            *filter_problems(index), *_strange_names(folder), *names_elsewhere(folder),
            *git_problems(folder),
        ]  # fmt: skip
        problems.sort(key=lambda problem: (problem.path, problem.line))
        return problems, _looked_at(index)
    finally:
        index.close()


def _looked_at(index: Index) -> str:
    documents = index.value("SELECT count(*) FROM document")
    counts = dict(index.rows("SELECT anchor, count(*) FROM coding GROUP BY anchor"))
    told = f"{how_many(documents, 'document')}, {how_many(sum(counts.values()), 'coding')}, "
    told += f"{counts.get('exact', 0)} of them with their quote exactly in place"
    others = [
        f"{counts[state]} {words}"
        for state, words in (
            ("moved", "moved with their quote since the text changed"),
            ("changed", "on words that were changed"),
            ("lost", "without a place"),
        )
        if counts.get(state)
    ]
    return ", ".join([told, *others])


def _references(index: Index) -> Iterator[Problem]:
    """Cases, participants and originals that documents and project.yaml speak of but nobody declares."""
    project: ProjectInfo | None = index.read_or_none("project")
    if project is None:
        return
    cases = {case.id for case in project.cases}
    people = {person.id for person in project.participants}
    yaml = load_yaml(read_file(index.folder.project_yaml).decode("utf-8", "replace"), "project.yaml")
    for number, person in enumerate(project.participants):
        if person.case and person.case not in cases:
            line = yaml.line(("participants", number, "case"))
            yield Problem(
                "project.yaml", line, f"participant {person.id} belongs to case {person.case!r}, which is not declared"
            )
    documents = {row[0] for row in index.rows("SELECT id FROM document")}
    rows = index.rows("SELECT id, kase, translation_of, speakers FROM document ORDER BY id")
    for document, case, original, speakers in rows:
        path = f"transcripts/{document}.md"
        if case and case not in cases:
            yield Problem(
                path, 1, f"case {case!r} is not declared in project.yaml", "declare it there or mend the front matter"
            )
        if original and original not in documents:
            yield Problem(path, 1, f"translation_of names {original!r}, and there is no such document")
        for label, person_id in json.loads(speakers).items():
            if person_id and person_id not in people:
                yield Problem(
                    path, 1, f"speaker {label!r} is participant {person_id!r}, who is not declared in project.yaml"
                )
        yield from _labels(index, document, path, list(json.loads(speakers)))


def _labels(index: Index, document: str, path: str, declared: list[str]) -> Iterator[Problem]:
    """Lines that look like a turn of a speaker whom the front matter forgot."""
    if not declared:
        return
    transcript = read_transcript(index.folder.transcript(document), document, path)
    for number, line in enumerate(transcript.body.lines):
        if label := undeclared_label(line, declared):
            yield Problem(
                path, transcript.first_line + number,
                f"{shorten(label, 40)!r} looks like a speaker but is not among the document's speakers",
                "add it to speakers in the front matter, or ignore this if it is no label",
            )  # fmt: skip


def _codes(index: Index) -> Iterator[Problem]:
    """Merges into nothing, and siblings or pinned keys that cannot be told apart."""
    codebook: Codebook | None = index.read_or_none("codebook")
    if codebook is None:
        return
    path = index.folder.codebook_yaml
    yaml = load_yaml(read_file(path).decode("utf-8", "replace"), path.name) if path.exists() else LoadedYaml()
    where: dict[str, int] = {}
    for place, line in sorted(yaml.lines.items(), key=lambda found: found[1]):
        if place[-1:] == ("id",) and isinstance(ident := reduce(getitem, place, yaml.value), str):
            where.setdefault(ident, line)
    names: set[tuple[str, str]] = set()
    keys: set[int] = set()
    live = {code.id for code in codebook.live}
    for code in codebook.codes:
        line = where.get(code.id, 0)
        if code.merged_into and code.merged_into not in codebook:
            yield Problem(path.name, line, f"code {code.id!r} was merged into {code.merged_into!r}, which is not there")
        if code.merged_into == code.id:
            yield Problem(
                path.name, line, f"code {code.id!r} is merged into itself", "take the line out, or name another code"
            )
        if code.id not in live:
            continue
        if (code.parent, code.name.casefold()) in names:
            yield Problem(
                path.name, line, f"two codes are called {codebook.path(code.id)!r}", "rename one; ids tell them apart"
            )
        if code.key and code.key in keys:
            yield Problem(path.name, line, f"two codes are pinned to the key {code.key}")
        names.add((code.parent, code.name.casefold()))
        keys.add(code.key)


def _codings(index: Index) -> Iterator[Problem]:
    codebook: Codebook | None = index.read_or_none("codebook")
    known = {code.id for code in codebook.codes} if codebook else None
    documents = {row[0] for row in index.rows("SELECT id FROM document")}
    for ident, path, coder, document in index.rows("SELECT id, path, coder, document FROM file WHERE coder <> ''"):
        if not document:
            continue
        yield from _coder_name(path, coder)
        lines = _event_lines(index.folder, path)
        if document not in documents:
            count = index.value("SELECT count(*) FROM coding WHERE file = ?", [ident])
            if count:  # else its import was taken back, with its codings
                told = f"there is no document {document!r} for the {how_many(count, 'coding')} here"
                yield Problem(path, 0, told, "restore the transcript")
            continue
        for coding, code, anchor, known_edits, quote, made, line in index.rows(
            "SELECT id, code, anchor, known, quote, made_quote, line FROM coding WHERE file = ?", [ident]
        ):
            if known is not None and code not in known:
                yield Problem(
                    path, lines.get(coding, 0), f"coding {coding} uses code {code!r}, which the codebook does not have"
                )
            if anchor == "moved" and not known_edits:
                message = (
                    f"the text changed: the quote “{shorten(quote, 40)}” of coding {coding} now stands on line {line}"
                )
                yield Problem(path, lines.get(coding, 0), message, "it is shown there; look whether that is right")
            elif anchor == "changed":
                before, now = quoted_apart(made, quote, 40)
                message = f"the coded words {before} of coding {coding} are now {now} on line {line}"
                yield Problem(path, lines.get(coding, 0), message, "look at it and accept it: qualcode review")
            elif anchor == "lost":
                message = f"the text changed: the quote “{shorten(quote, 40)}” of coding {coding} is not in its place"
                yield Problem(
                    path,
                    lines.get(coding, 0),
                    message,
                    "it is kept and listed, but not drawn in the text; qualcode review says where it may belong",
                )
        for event, subject, op, target in index.rows(
            """SELECT id, subject, op, target FROM event e WHERE file = ? AND
            ((op <> 'revert' AND NOT EXISTS (SELECT 1 FROM event a WHERE a.file = e.file AND a.id = e.subject))
            OR (op = 'revert' AND NOT EXISTS (SELECT 1 FROM event a WHERE a.file = e.file AND a.id = e.target)))""",
            [ident],
        ):
            what = f"event {target!r}" if op == "revert" else f"coding {subject!r}"
            yield Problem(path, lines.get(event, 0), f"{op} of {what}, which is not in this file")


def _coder_name(path: str, coder: str) -> Iterator[Problem]:
    try:
        check_name(coder, "coder")
    except BadOption as error:
        yield Problem(path, 0, str(error), "rename the folder")


def _event_lines(folder: ProjectFolder, path: str) -> dict[str, int]:
    """The line of each event of a file, by id."""
    found: dict[str, int] = {}
    try:
        lines = lines_in(read_file(folder.root / path, MOST_EVENTS))
    except OSError:  # the index has told why
        return found
    for number, line in enumerate(lines, 1):
        if (event := whole_event(line.strip(b" \t\r"))) is not None:
            found[event.id] = number
        else:
            found |= {event.id: number for event in events_in(line.strip(b" \t\r")).events}
    return found


def _strange_names(folder: ProjectFolder) -> Iterator[Problem]:
    for path in names_that_are_no_text(folder):
        yield Problem(visible(path), 0, "this name is no text (UTF-8), so it is passed over", "rename it")


def _torn_files(folder: ProjectFolder) -> Iterator[Problem]:
    if (folder.root / ".rewriting").is_dir():
        advice = "whoever changes the project next completes it, as by doing the same once more"
        yield Problem(".rewriting", 0, "redact, withdraw or pseudonyms apply was cut off", advice)
    for path in sorted([*folder.codings.glob("*/*.torn"), *folder.log.glob("*.torn")]):
        yield Problem(
            folder.relative(path), 0, "holds a torn line, cut before it was shown as saved here (power cut, full disk, sync)",
            "do again what it tells of, if that is missing; then delete this file",
        )  # fmt: skip
