"""Two copies of one project, in which two people go on working; and what is to be the same once they are merged."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from builders import make_project, open_index, transcript

from qualcode.errors import QualcodeError
from qualcode.files.folder import ProjectFolder
from qualcode.session import Session

WORDS = "the children stayed with their grandmother and nobody asked about school until winter came back again".split()
PLACING = ("merged into", "deleted", "parent", "retired")


def body_of(rng: Random, turns: int = 14) -> str:
    """A transcript of so many turns."""
    return "".join(f"{'IM'[n % 2]}: {' '.join(rng.choices(WORDS, k=9))} number {n}.\n" for n in range(turns))


def two_copies(folder: Path, rng: Random | None = None) -> tuple[ProjectFolder, ProjectFolder]:
    """A small project, in which somebody has worked already, twice."""
    rng = rng or Random(7)
    documents = {
        name: transcript(body_of(rng), title=name, case="liang", speakers=["I", "M"]) for name in ("one", "two")
    }
    here = make_project(folder / "here", documents, cases=["liang", "zhao"])
    with Session(here, "carl") as session:
        session.code("one", 10, 40, "longing")
        session.add_code("left behind")
        session.new_memo("On longing", text="First thoughts.\n\nSecond thoughts.\n\nThird thoughts.\n")
    return here, copied(here, folder / "there")


def copied(project: ProjectFolder, folder: Path) -> ProjectFolder:
    """A copy as a stick carries it: without what is derived."""
    shutil.copytree(project.root, folder, ignore=shutil.ignore_patterns(".qualcode"))
    return ProjectFolder(folder)


def bytes_of(project: ProjectFolder) -> dict[str, bytes]:
    """Every file of a project, derived ones left out."""
    return {
        path.relative_to(project.root).as_posix(): path.read_bytes()
        for path in sorted(project.root.rglob("*"))
        if path.is_file() and ".qualcode" not in path.parts
    }


def event_ids(project: ProjectFolder) -> set[tuple[str, str, str]]:
    """Every event in a project: coder, document, id."""
    index = open_index(project, in_memory=True)
    try:
        return set(index.rows("SELECT coder, document, id FROM event"))
    finally:
        index.close()


def made(project: ProjectFolder) -> list[Any]:
    """Every coding as its coder left it, wherever its code and words have gone since."""
    index = open_index(project, in_memory=True)
    try:
        return index.rows(
            "SELECT id, coder, document, made_code, own_note, own_mark, made_quote FROM coding_row ORDER BY id"
        )
    finally:
        index.close()


def counted(project: ProjectFolder) -> dict[str, Any]:
    """What is counted and shown: codings with their codes and places of today, codes by documents."""
    index = open_index(project, in_memory=True)
    try:
        return {
            "codings": index.rows(
                'SELECT id, coder, document, code, start, "end", anchor, quote FROM coding ORDER BY id'
            ),
            "matrix": index.rows("SELECT code, document, count(*) FROM coding GROUP BY code, document ORDER BY 1, 2"),
            "texts": index.rows("SELECT id, hash FROM document ORDER BY id"),
            "codes": sorted((code.id, code.name, code.merged_into, code.deleted) for code in index.codebook.codes),
            "tree": sorted((code.id, code.parent) for code in index.codebook.codes),
            "memos": index.rows("SELECT id, text FROM memo ORDER BY id"),
        }
    finally:
        index.close()


class AtWork:
    """Somebody who does this and that in one of the copies."""

    def __init__(self, project: ProjectFolder, coder: str, rng: Random, imports: Path) -> None:
        self.project, self.coder, self.rng, self.imports = project, coder, rng, imports
        self.done = 0

    def go_on(self, acts: int) -> None:
        """Do so many things, as far as the project lets one."""
        with Session(self.project, self.coder) as session:
            for _ in range(acts):
                act = self.rng.choice(_ACTS)
                try:
                    act(self, session)
                    self.done += 1
                except QualcodeError:
                    continue

    def _code(self, session: Session) -> None:
        document = self._document(session)
        length = len(session.body(document).text)
        start = self.rng.randrange(length - 30)
        session.code(
            document,
            start,
            start + self.rng.randrange(5, 29),
            self._some_code(session),
            note=self.rng.choice(["", "hm"]),
        )

    def _own(self, session: Session) -> str:
        rows = session.index.rows("SELECT id FROM coding WHERE coder = ? ORDER BY id", [self.coder])
        if not rows:
            self._code(session)
            return self._own(session)
        return str(self.rng.choice(rows)[0])

    def _document(self, session: Session) -> str:
        return str(self.rng.choice(session.index.rows("SELECT id FROM document ORDER BY id"))[0])

    def _some_code(self, session: Session) -> str:
        return self.rng.choice(session.index.codebook.live or session.index.codebook.codes).id

    def _word(self) -> str:
        return f"{self.rng.choice(WORDS)} {self.rng.randrange(1000)}"

    def _correct(self, session: Session) -> None:
        document = self._document(session)
        lines = session.body(document).text.split("\n")
        at = self.rng.randrange(len(lines) - 1)
        label, _, said = lines[at].partition(": ")
        said = self.rng.choice(
            [said.replace(" and ", " & "), said + " Yes.", self._word() + " " + said, said[: len(said) // 2]]
        )
        lines[at] = f"{label}: {said}"
        if self.rng.random() < 0.2:
            lines.insert(at, f"I: {self._word()}?")
        session.correct_text(document, "\n".join(lines))

    def _memo(self, session: Session) -> None:
        memos = session.index.rows("SELECT id, text FROM memo ORDER BY id")
        if not memos or self.rng.random() < 0.4:
            session.new_memo(f"{self.coder} {self._word()}", text=self._word())
            return
        ident, text = self.rng.choice(memos)
        parts = text.split("\n\n")
        parts[self.rng.randrange(len(parts))] += f" {self._word()}"
        session.edit_memo(ident, text="\n\n".join(parts))

    def _import(self, session: Session) -> None:
        path = self.imports / f"{self.coder}-{self.rng.randrange(10**6)}.txt"
        path.write_text(body_of(self.rng, 5), encoding="utf-8")
        session.import_documents([path], case="zhao")


def _edit_code(me: AtWork, session: Session) -> None:
    session.edit_code(me._some_code(session), **{me.rng.choice(["definition", "example", "use_when"]): me._word()})


_ACTS: list[Callable[[AtWork, Session], Any]] = [
    *[AtWork._code] * 8,
    lambda me, session: session.note(me._own(session), me._word()),
    lambda me, session: session.uncode(me._own(session)),
    lambda me, session: session.recode(me._own(session), me._some_code(session)),
    lambda me, session: session.mark(me._own(session), "exemplary"),
    lambda me, session: session.add_code(me._word(), parent=me.rng.choice(["", me._some_code(session)])),
    lambda me, session: session.rename_code(me._some_code(session), me._word()),
    _edit_code,
    _edit_code,
    lambda me, session: session.move_code(me._some_code(session), me.rng.choice(["", me._some_code(session)])),
    lambda me, session: session.merge_codes(me._some_code(session), me._some_code(session)),
    lambda me, session: session.delete_code(me._some_code(session)),
    lambda me, session: session.retire_code(me._some_code(session)),
    AtWork._correct,
    AtWork._correct,
    AtWork._memo,
    AtWork._memo,
    AtWork._import,
    lambda me, session: session.set_case("liang", {"age": str(me.rng.randrange(50))}),
    lambda me, session: session.add_participant(f"p{me.rng.randrange(1000)}", case="zhao"),
    lambda me, session: session.undo(),
    lambda me, session: session.undo(),
    lambda me, session: session.redo(),
    lambda me, session: session.undo(me.rng.randrange(1, 4)),
]
