"""What people do to a project, each act once, on a small project made for it; for trials on a disk that fails."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from builders import make_project, transcript

from qualcode.analysis.check import check
from qualcode.analysis.segments import segments
from qualcode.files.folder import ProjectFolder
from qualcode.index.index import Index
from qualcode.session import Session

BODY = "Mei: I miss her. I work far away.\nResearcher: And you?\nMei: I miss him, and I work.\n"
LEFT = (".saving-", ".before-", ".torn", ".doing")


def study(folder: Path) -> ProjectFolder:
    """Two documents, codes, some codings, a memo, and something to undo and redo."""
    documents = {name: transcript(BODY, title=name, case=case) for name, case in (("d1", "a"), ("d2", "b"))}
    project = make_project(folder / "p", documents, cases=["a", "b"], attributes={"age": "number"})
    (folder / "new.txt").write_text("Mei: something new.\n", encoding="utf-8")
    with Session(project, "c1") as session:
        session.code("d1", quote="miss her", code="longing")
        session.code("d2", quote="far away", code="work")
        session.new_memo("A memo", text="some words\n")
        session.notice_hand_edits()
        session.code("d1", quote="And you", code="work")
        session.undo()
    return project


def _coding(session: Session) -> str:
    return str(session.index.value("SELECT id FROM coding ORDER BY id LIMIT 1"))


def _code_all(session: Session) -> object:
    at = BODY.index("miss him")
    return session.code_all([(document, at, at + 4, "miss") for document in ("d1", "d2")], "work")


def _correct(session: Session) -> object:
    return session.correct_text("d1", BODY.replace("far away", "very far away"))


ACTS: dict[str, Callable[[Session], Any]] = {
    "code": lambda s: s.code("d2", quote="miss him", code="longing"),
    "code in a new file": lambda s: Session(s.folder, "c2", index=s.index).code("d2", quote="miss him", code="longing"),
    "note": lambda s: s.note(_coding(s), "a thought"),
    "move": lambda s: s.rebind(_coding(s), 5, 12),
    "remove": lambda s: s.uncode(_coding(s)),
    "undo": lambda s: s.undo(),
    "redo": lambda s: s.redo(),
    "code all hits": _code_all,
    "create a code": lambda s: s.add_code("hope", "emotion"),
    "rename a code": lambda s: s.rename_code("longing", "missing"),
    "merge codes": lambda s: s.merge_codes("longing", "work"),
    "delete a code": lambda s: s.delete_code("longing"),
    "import": lambda s: s.import_documents([s.folder.root.parent / "new.txt"], case="c"),
    "correct a text": _correct,
    "memo": lambda s: s.new_memo("Another", text="words\n"),
    "write a memo on": lambda s: s.edit_memo("a-memo", text="other words\n"),
    "attribute": lambda s: s.set_case("a", {"age": "40"}),
}


def facts(project: ProjectFolder) -> dict[str, Any]:
    """All that is in force, as a process sees it that knows only the files."""
    index = Index(project, in_memory=True)
    try:
        index.refresh()
        found: dict[str, Any] = {
            "codings": sorted(
                (r["document"], r["start"], r["end"], r["code"], r["coder"], r["note"]) for r in segments(index)
            ),
            "problems": [str(problem) for problem in index.problems()],
        }
    finally:
        index.close()
    files = [project.project_yaml, project.codebook_yaml]
    files += [
        p for folder in (project.transcripts, project.memos, project.sources) for p in sorted(folder.glob("[!.]*"))
    ]
    return found | {project.relative(path): path.read_bytes() for path in files}


def litter(project: ProjectFolder) -> list[str]:
    """What acts that failed have left behind."""
    return [
        project.relative(path)
        for path in project.root.rglob("*")
        if path.is_file() and any(sign in path.name for sign in LEFT)
    ]


def complaints(project: ProjectFolder) -> list[str]:
    """What `qualcode check` says."""
    return [str(problem) for problem in check(project)[0]]
