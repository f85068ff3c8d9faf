"""One of the processes of `together`: a coder who does whatever coders do, or a reader who only looks."""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import qualcode.session.codebook
import qualcode.session.texts
import qualcode.session.writing
from qualcode.core.events import Event
from qualcode.core.text import body_hash
from qualcode.errors import QualcodeError
from qualcode.files.event_log import append_events
from qualcode.files.folder import find_project
from qualcode.files.saving import Appended
from qualcode.index.index import Index
from qualcode.session import Session
from qualcode.tui.desk import Desk
from tests.torture.index_contents import contents

_WEIGHTS = {
    "code": 50, "note": 8, "place": 4, "uncode": 6, "undo": 7, "redo": 3, "edit_own_code": 4, "edit_any_code": 3,
    "add_code": 1, "merge_codes": 0.4, "new_memo": 2, "edit_memo": 3, "correct": 3, "set_case": 4, "import_text": 0.6,
}  # fmt: skip


class Coder:
    """A session, a seeded choice of acts, and the ids of the events that each of them wrote."""

    def __init__(self, folder: Path, coder: str, number: int, seed: int) -> None:
        self.session = Session(find_project(folder), coder)
        self.number = number
        self.chance = random.Random(f"{seed}-{number}")
        self.wrote: list[str] = []
        self.files = folder.parent / f"files-{number}"
        self.files.mkdir(exist_ok=True)

    def note_events(self) -> None:
        """Have every event noted once it is on disk."""

        def appending(path: Path, events: Sequence[Event], *rest: Any) -> Appended:
            appended = append_events(path, events, *rest)
            self.wrote += [event.id for event in events]
            return appended

        for module in (qualcode.session.writing, qualcode.session.codebook, qualcode.session.texts):
            if hasattr(module, "append_events"):
                module.append_events = appending

    def act(self, count: int) -> dict[str, Any]:
        """Do something; what it was, how long it took, what it wrote, and why it was refused if it was."""
        verb = self.chance.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
        self.wrote.clear()
        begun, refused = time.monotonic(), ""
        try:
            getattr(self, verb)(count)
        except QualcodeError as error:
            refused = f"{verb}: {type(error).__name__}"
        except LookupError:
            refused = f"{verb}: nothing there"
        seconds = time.monotonic() - begun
        return {"what": "act", "verb": verb, "seconds": seconds, "events": list(self.wrote), "refused": refused}

    # ---------------------------------------------------------------- the acts

    def code(self, count: int) -> None:
        document = self._document()
        text = self.session.body(document).text
        start = self.chance.randrange(len(text) - 40)
        code = self.chance.choice([code.id for code in self.session.index.codebook.live])
        self.session.code(
            document, start, start + self.chance.randrange(4, 40), code, note=f"{count}" * (count % 3 == 0)
        )

    def note(self, count: int) -> None:
        self.session.note(self._coding(), f"note {count} of process {self.number}")

    def place(self, count: int) -> None:
        start = self.chance.randrange(200)
        self.session.rebind(self._coding(), start, start + 20)

    def uncode(self, count: int) -> None:
        self.session.uncode(self._coding())

    def undo(self, count: int) -> None:
        self.session.undo()

    def redo(self, count: int) -> None:
        self.session.redo()

    def edit_own_code(self, count: int) -> None:
        self.session.edit_code(f"own-{self.number}", definition=f"as of act {count}")

    def edit_any_code(self, count: int) -> None:
        code = self.chance.choice(["longing", "work", "nights", "school"])
        field = self.chance.choice(["definition", "use_when", "example"])
        self.session.edit_code(code, **{field: f"process {self.number}, act {count}"})

    def add_code(self, count: int) -> None:
        self.session.add_code(f"new {self.number} {count}", self.chance.choice(["", "work"]))

    def merge_codes(self, count: int) -> None:
        new = [code.id for code in self.session.index.codebook.live if code.name.startswith("new")]
        self.session.merge_codes(*self.chance.sample(new, 2) if len(new) > 1 else new[2])

    def new_memo(self, count: int) -> None:
        self.session.new_memo("The same title", "code:longing", text=f"process {self.number}, act {count}")

    def edit_memo(self, count: int) -> None:
        memos = [row[0] for row in self.session.index.rows("SELECT id FROM memo ORDER BY id")]
        self.session.edit_memo(self.chance.choice(memos[:5]), text=f"edited by process {self.number} in act {count}")

    def correct(self, count: int) -> None:
        document = self._document()
        lines = self.session.body(document).text.split("\n")
        at = self.chance.randrange(len(lines) - 1)
        lines[at] = f"{lines[at].rstrip('.')} ({self.number}-{count})."
        self.session.correct_text(document, "\n".join(lines), seen=self.session.body(document))

    def set_case(self, count: int) -> None:
        attribute = self.chance.choice(["visits", f"seen by {self.number}"])
        self.session.set_case(f"case-{self.chance.randrange(3)}", {attribute: str(self.chance.randrange(10))})

    def import_text(self, count: int) -> None:
        path = self.files / f"found-{count % 50}.txt"
        path.write_text(f"A: imported by process {self.number} in act {count}.\nB: yes.\n", encoding="utf-8")
        self.session.import_documents([path], case="case-1")

    def _document(self) -> str:
        return f"interview-{self.chance.randrange(12):02}"

    def _coding(self) -> str:
        own = self.session.index.rows(
            "SELECT id FROM coding WHERE coder = ? ORDER BY id DESC LIMIT 30", [self.session.coder]
        )
        return str(self.chance.choice(own)[0])


def _read(folder: Path, write: Callable[[dict[str, Any]], None], go: Path) -> Index:
    """Look at the project as a screen does, again and again, until the others are done."""
    desk = Desk(find_project(folder), "reader")
    looks = changes = 0
    while not go.exists():
        changes += desk.reload()
        desk.documents(), desk.counts, desk.marks("interview-00"), desk.trouble
        looks += 1
        time.sleep(0.05)
    write({"what": "reader", "looks": looks, "changes": changes})
    return desk.index


def main(folder: str, coder: str, number: str, seed: str, acts: str, notes: str, go: str) -> None:
    with _noting(Path(notes)) as write:
        if coder == "reader":
            index = _read(Path(folder), write, Path(go))
        else:
            one = Coder(Path(folder), coder, int(number), int(seed))
            one.note_events()
            for count in range(int(acts)):
                write(one.act(count))
            Path(notes).with_suffix(".done").touch()
            while not Path(go).exists():
                time.sleep(0.05)
            index = one.session.index
        index.refresh()
        tables = {table: body_hash(repr(rows)) for table, rows in contents(index).items()}
        in_memory = not index.rows("PRAGMA database_list")[0][2]
        write({"what": "end", "number": int(number), "index": tables, "in_memory": in_memory})


@contextmanager
def _noting(path: Path) -> Iterator[Callable[[dict[str, Any]], None]]:
    with open(path, "w", encoding="utf-8") as file:
        yield lambda note: print(json.dumps(note), file=file, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
