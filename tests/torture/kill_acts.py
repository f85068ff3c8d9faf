"""What a researcher may do next, at random: a verb of Session, or a command."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from itertools import islice
from pathlib import Path

from qualcode.analysis.search import hits, places
from qualcode.cli.main import run
from qualcode.core.phrase import phrase
from qualcode.files.folder import ProjectFolder
from qualcode.session import Session

_WORDS = "house snow mother letter shoes road rain money school night 想 妈妈 home work fear".split()


class Acts:
    """Acts of one coder on one project. `inbox` is a folder for files to be imported."""

    def __init__(self, folder: ProjectFolder, coder: str, rng: random.Random, inbox: Path) -> None:
        self.session = Session(folder, coder)
        self._folder, self._coder, self._rng, self._inbox = folder, coder, rng, inbox

    @property
    def kinds(self) -> list[str]:
        """The names of all acts."""
        return [name.removeprefix("act_") for name in sorted(dir(self)) if name.startswith("act_")]

    def do(self, kind: str) -> None:
        """Do one act. Raises QualcodeError where it cannot be done now."""
        act: Callable[[], None] = getattr(self, f"act_{kind}")
        act()

    # ---------------------------------------------------------------- what there is

    def _document(self) -> str:
        return self._rng.choice([row[0] for row in self.session.index.rows("SELECT id FROM document ORDER BY id")])

    def _coding(self) -> str:
        rows = self.session.index.rows("SELECT id FROM coding WHERE coder = ? ORDER BY id", [self._coder])
        return self._rng.choice(rows)[0] if rows else "none"

    def _code(self) -> str:
        return self._rng.choice(self.session.index.codebook.live).id

    def _span(self, document: str) -> tuple[int, int]:
        text = self.session.body(document).text
        start = self._rng.randrange(max(1, len(text) - 2))
        return start, min(len(text), start + self._rng.randint(1, 60))

    def _text(self, words: int = 12) -> str:
        return " ".join(self._rng.choices(_WORDS, k=words))

    # ---------------------------------------------------------------- codings

    def act_code(self) -> None:
        document = self._document()
        self.session.code(document, *self._span(document), self._code())

    def act_code_by_command(self) -> None:
        document = self._document()
        start, end = self._span(document)
        self._command("code", document, self._code(), "--span", f"{start}:{end}", "--coder", self._coder)

    def act_note(self) -> None:
        self.session.note(self._coding(), self._text())

    def act_mark(self) -> None:
        self.session.mark(self._coding(), self._rng.choice(("exemplary", "")))

    def act_move(self) -> None:
        coding = self.session.coding(self._coding())
        self.session.rebind(coding.id, *self._span(coding.document))

    def act_remove(self) -> None:
        self.session.uncode(self._coding())

    def act_recode(self) -> None:
        self.session.recode(self._coding(), self._code())

    def act_keep(self) -> None:
        self.session.keep_all(list({self._coding() for _ in range(4)}))

    def act_code_all(self) -> None:
        index = self.session.index
        found = hits(index, phrase(self._rng.choice(_WORDS)), places(index))
        wanted = [(hit.place.document, hit.start, hit.end, hit.text[hit.start : hit.end]) for hit in islice(found, 40)]
        self.session.code_all(wanted, self._code())

    def act_undo(self) -> None:
        self.session.undo()

    def act_redo(self) -> None:
        self.session.redo()

    # ---------------------------------------------------------------- codebook

    def act_add_code(self) -> None:
        parent = self._code() if self._rng.random() < 0.5 else ""
        self.session.add_code(f"{self._text(2)} {self._rng.randrange(10_000)}", parent, definition=self._text())

    def act_rename_code(self) -> None:
        self.session.rename_code(self._code(), f"{self._text(2)} {self._rng.randrange(10_000)}")

    def act_place_code(self) -> None:
        self.session.shift_code(self._code(), self._rng.choice(("up", "down", "indent", "outdent")))

    def act_merge_codes(self) -> None:
        self.session.merge_codes(self._code(), self._code())

    def act_split_code(self) -> None:
        rows = self.session.index.rows("SELECT code, id FROM coding WHERE coder = ? ORDER BY id", [self._coder])
        code = self._rng.choice(rows)[0] if rows else self._code()
        with self.session.batch():
            new = self.session.add_code(f"part {self._rng.randrange(10_000)}", "")
            for one, ident in rows:
                if one == code and self._rng.random() < 0.5:
                    self.session.recode(ident, new.id)

    def act_delete_code(self) -> None:
        if len(self.session.index.codebook.live) > 3:
            self.session.delete_code(self._code())

    def act_retire_code(self) -> None:
        self.session.retire_code(self._code(), self._rng.random() < 0.5)

    # ---------------------------------------------------------------- documents

    def act_import(self) -> None:
        self.session.import_documents(self.files(), case=f"case {self._rng.randrange(6)}", add_participants=True)

    def act_import_with_comments(self) -> None:
        self.session.import_documents([self._word_file()], comments_as_codes=True)

    def files(self) -> list[Path]:
        """New files of several formats."""
        tag = f"{self._rng.randrange(10**9)}"
        body = "\n\n".join(f"{who}: {self._text(20)}." for who in ("Ann", "Bo", "Ann", "Bo"))
        cues = "\n\n".join(f"00:00:0{n}.000 --> 00:00:0{n}.900\n<v Ann>{self._text(6)}" for n in range(5))
        texts = {
            f"{tag}a.txt": body, f"{tag}b.md": body + "\n\nAnn: More.\n", f"{tag}c.vtt": f"WEBVTT\n\n{cues}\n",
            f"{tag}d.html": "<html><body><p>" + body.replace("\n\n", "</p><p>") + "</p></body></html>",
        }  # fmt: skip
        for name, text in texts.items():
            (self._inbox / name).write_text(text, encoding="utf-8")
        return [self._inbox / name for name in texts]

    def _word_file(self) -> Path:
        from docx import Document

        path = self._inbox / f"{self._rng.randrange(10**9)}.docx"
        word = Document()
        for _ in range(3):
            run = word.add_paragraph(f"Ann: {self._text(9)}").runs
            word.add_comment(run, text=f"{self._rng.choice(_WORDS)}", author="R")
        word.save(str(path))
        return path

    def act_correct(self) -> None:
        document = self._document()
        text = self.session.body(document).text
        start, end = self._span(document)
        changed = (
            text[:start] + self._text(self._rng.randint(0, 3)) + text[end if self._rng.random() < 0.5 else start :]
        )
        self.session.correct_text(document, changed)

    def act_update(self) -> None:
        document = self._document()
        path = self._inbox / f"{document}-{self._rng.randrange(10**9)}.txt"
        path.write_text(self.session.body(document).text + f"\nAnn: {self._text()}.\n", encoding="utf-8")
        self.session.update_text(document, path)

    def act_rename_speaker(self) -> None:
        document = self._document()
        speakers = [turn.speaker for turn in self.session.body(document).turns if turn.speaker]
        if speakers:
            self.session.rename_speaker(document, self._rng.choice(speakers), f"P{self._rng.randrange(1000)}")

    # ---------------------------------------------------------------- memos and cases

    def act_memo(self) -> None:
        about = self._rng.choice(("project", f"code:{self._code()}"))
        self.session.new_memo(f"On {self._text(2)}", about, text=f"{self._text()} [[code:{self._code()}]]\n")

    def act_edit_memo(self) -> None:
        self.session.edit_memo(self._memo(), text=self._text() + "\n")

    def act_delete_memo(self) -> None:
        self.session.delete_memo(self._memo())

    def _memo(self) -> str:
        found = sorted(path.stem for path in self._folder.memos.glob("*.md"))
        return self._rng.choice(found) if found else "none"

    def act_case(self) -> None:
        name = f"case {self._rng.randrange(6)}"
        self.session.set_case(name, {self._rng.choice(("region", "wave")): self._text(2)}, new=True)

    def act_participant(self) -> None:
        self.session.add_participant(f"p{self._rng.randrange(10_000)}", self._text(2), "child")

    def act_milestone(self) -> None:
        self.session.milestone(f"before {self._rng.randrange(10**6)}")

    def act_filter(self) -> None:
        self.session.save_filter(f"filter {self._rng.randrange(4)}", f"coder = {self._coder}")

    def act_rebuild_index(self) -> None:
        self.session.close()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self._folder.index_db}{suffix}").unlink(missing_ok=True)
        self.session = Session(self._folder, self._coder)

    def act_check_by_command(self) -> None:
        self._command("check")

    def _command(self, *arguments: str) -> None:
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            run(["-p", str(self._folder.root), *arguments])
        self.session.index.refresh()
