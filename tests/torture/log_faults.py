"""What may become of an event file's bytes, and what must hold of qualcode whatever did."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from builders import make_project, transcript

from qualcode.analysis.check import check
from qualcode.analysis.segments import segments
from qualcode.core.events import Event, standing
from qualcode.files.event_log import events_of
from qualcode.files.folder import ProjectFolder
from qualcode.index.index import Index
from qualcode.session.session import Session

BODY = (
    "Mei: I miss 妈妈 every day, 3 times.\nLing: أمي بعيدة, I sew shoes.\nAnn: We wait 12 years \N{BLACK HEART SUIT}.\n"
)
CODINGS, LOG = "codings/c1/d1.jsonl", "log/c1.jsonl"


class Fault(NamedTuple):
    """Bytes in the place of a file's, and whether they must tell exactly what the whole file told (else: all that is whole)."""

    name: str
    data: bytes
    exact: bool = False
    quiet: bool = False  # nothing needs to be said of it


def study(folder: Path) -> ProjectFolder:
    """A project in which c1 did a little of everything: 11 lines of codings, 5 of the log."""
    project = make_project(folder, {"d1": transcript(BODY)})
    with Session(project, "c1") as session:
        first = session.code("d1", quote="I miss 妈妈", code="longing", note="三 of 3")
        second = session.code("d1", quote="I sew shoes", code="work")
        session.recode(second.id, "emotion")
        session.code("d1", quote="We wait", code="longing")
        session.undo()
        session.redo()
        session.mark(first.id)
        session.uncode(second.id)
        session.undo()
        session.code("d1", quote="12 years", code="work", note="twelve")
        session.note(first.id, "三 of 30")
        session.add_code("hope", "emotion")
        session.rename_code("hope", "hoping")
        session.undo()
        session.edit_code("hope", definition="What will be: 3 years on")
        session.add_code("fear")
    return project


def cuts(good: bytes, lines: int = 3) -> Iterator[Fault]:
    """Cut at every byte of the last lines, as a power cut or a sync that stopped leaves it."""
    starts = [match.end() for match in re.finditer(b"\n", good)][-lines - 1 :]
    for at in range(starts[0], len(good)):
        yield Fault(f"cut at {at}", good[:at], quiet=good[:at].endswith(b"\n") or good[at : at + 1] == b"\n")


def flips(good: bytes, chance: random.Random, bits: int = 8) -> Iterator[Fault]:
    """Each byte with so many of its bits flipped in turn, and once with any other value."""
    for at in range(len(good)):
        changes = [1 << bit for bit in chance.sample(range(8), bits)] + [chance.randrange(1, 256)]
        for change in changes:
            now = bytes([good[at] ^ change])
            splits = good[at : at + 1] == b"\n" or now in b"\n\r" or (now.isspace() and good[at - 1 : at] in b"\n")
            yield Fault(
                f"byte {at} is {now!r}",
                good[:at] + now + good[at + 1 :],
                exact=not splits,
                quiet=_only_another_end(good, at, now),
            )


def _only_another_end(good: bytes, at: int, now: bytes) -> bool:
    """Whether a line end became another one, or (the last) a space."""
    return good[at : at + 1] == b"\n" and (now == b"\r" or (at == len(good) - 1 and now in b" \t"))


def others(good: bytes, chance: random.Random) -> Iterator[Fault]:
    """All other faults that tools, disks and people have made of files of lines."""
    lines = good.splitlines(keepends=True)
    shuffled = chance.sample(lines, len(lines))
    for size in (1, 7, 511, 4096):
        yield Fault(f"{size} zeros at the end", good + bytes(size), exact=True)
        yield Fault(f"{size} zeros at the end, in place of a line end", good[:-1] + bytes(size), exact=True)
    for _ in range(6):
        at, size = chance.randrange(len(good)), chance.randrange(2, 300)
        yield Fault(f"{size} zeros at {at}", (good[:at] + bytes(size) + good[at + size :])[: len(good)])
        yield Fault(f"noise at {at}", good[:at] + chance.randbytes(size) + good[at + size :])
    yield Fault("nothing but zeros", bytes(len(good)))
    for at in range(len(lines)):
        yield Fault(f"line {at + 1} twice", b"".join([*lines[: at + 1], *lines[at:]]), exact=True, quiet=True)
        half = lines[at][: chance.randrange(1, len(lines[at]) - 1)]
        yield Fault(
            f"line {at + 1} torn in the middle of the file", b"".join([*lines[:at], half + b"\n", *lines[at + 1 :]])
        )
        yield Fault(f"line {at + 1} torn, the next behind it", b"".join([*lines[:at], half, *lines[at + 1 :]]))
        glued = b"".join([*lines[:at], lines[at][:-1], *lines[at + 1 :]])
        yield Fault(f"line {at + 1} without its end", glued, exact=True, quiet=at == len(lines) - 1)
    yield Fault("backwards", b"".join(reversed(lines)), exact=True, quiet=True)
    yield Fault("in any order", b"".join(shuffled), exact=True, quiet=True)
    yield Fault("any order, last line without its end", b"".join(shuffled)[:-1], exact=True, quiet=True)
    yield Fault("all lines twice, glued", good[:-1] + good, exact=True)
    yield Fault("no line ends at all", good.replace(b"\n", b""), exact=True)
    yield Fault("CRLF", good.replace(b"\n", b"\r\n"), exact=True, quiet=True)
    yield Fault("CR", good.replace(b"\n", b"\r"), exact=True, quiet=True)
    yield Fault("a byte-order mark", b"\xef\xbb\xbf" + good, exact=True, quiet=True)
    yield Fault("a byte-order mark and CRLF", b"\xef\xbb\xbf" + good.replace(b"\n", b"\r\n"), exact=True, quiet=True)
    yield Fault("empty lines and spaces", good.replace(b"\n", b" \n\n"), exact=True, quiet=True)


def reading(good: bytes, fault: Fault) -> list[str]:
    """What is wrong with how a damaged file is read; nothing, it is to be hoped."""
    whole, loaded = _events(good), events_of(fault.data, CODINGS)
    found, problems = loaded.events, loaded.problems
    wrong = []
    if missing := [event.id for event in _intact(good, fault.data) if event not in found]:
        wrong.append(f"whole lines were not read: {missing}")
    if standing(found) != standing(whole) and fault.exact:
        wrong.append("what is in force changed")
    if standing(found) != standing(whole) and not problems and not fault.quiet:
        wrong.append("what is in force changed, and nothing was said")
    if not problems and not fault.quiet:
        wrong.append("nothing was said")
    if any(not problem.line or not problem.advice for problem in problems):
        wrong.append("said without a line, or without what to do")
    return [f"{fault.name}: {what}" for what in wrong]


@cache
def _events(data: bytes) -> list[Event]:
    return events_of(data, CODINGS).events


def _intact(good: bytes, data: bytes) -> list[Event]:
    """The events of those lines that stand in the damaged file as they were, on lines of their own."""
    lines = {line.strip() for line in re.split(rb"[\r\n]", data.removeprefix(b"\xef\xbb\xbf"))}
    return [event for line in good.split(b"\n") if line and line in lines for event in _events(line)]


def living(project: ProjectFolder, name: str, fault: Fault, *, checked: bool = True) -> list[str]:
    """What goes wrong when work goes on after a fault of this file, and when the file is mended then."""
    path = project.root / name
    good, before, wrong = path.read_bytes(), _told(project), []
    yaml, files = project.codebook_yaml.read_bytes(), {file: file.read_bytes() for file in _event_files(project)}
    path.write_bytes(fault.data)
    if checked and not fault.quiet and not any(problem.path == name for problem in check(project)[0]):
        wrong.append("check does not name the file")
    index = Index(project, in_memory=True)
    with Session(project, "c1", index=index) as session:
        told = _rows(index)
        _act(session, name)
        kept, aside = path.read_bytes(), path.with_name(path.name + ".torn")
        if not (
            kept.startswith(fault.data)
            or (aside.exists() and kept.startswith(fault.data[: fault.data.rfind(b"\n") + 1]))
        ):
            wrong.append("what was in the file before changed")
        if aside.exists() and not aside.read_bytes().endswith(fault.data[fault.data.rfind(b"\n") + 1 :] + b"\n"):
            wrong.append("the torn end is not in the file beside it")
        if aside.exists() and not any(problem.path == f"{name}.torn" for problem in check(project)[0]):
            wrong.append("check does not name the torn end")
        session.undo()
        if _rows(index) != told:
            wrong.append("undo does not lead back")
    index.close()
    aside.unlink(missing_ok=True)
    added = path.read_bytes()[-len(kept) :]
    path.write_bytes(good + b"".join(line for line in added.splitlines(keepends=True) if line not in fault.data))
    project.codebook_yaml.write_bytes(yaml)
    if _told(project) != before:
        wrong.append("mended, it is not as it was")
    for file in _event_files(project):
        file.write_bytes(files[file]) if file in files else file.unlink()
    return [f"{name}: {fault.name}: {what}" for what in wrong]


def _event_files(project: ProjectFolder) -> list[Path]:
    return [*project.codings.glob("*/*.jsonl"), *project.log.glob("*.jsonl")]


def _act(session: Session, name: str) -> None:
    """Something that is written to this file."""
    if name == LOG:
        session.add_code("later")
    else:
        session.code("d1", quote="every day", code="work")


def _told(project: ProjectFolder) -> object:
    index = Index(project, in_memory=True)
    try:
        index.refresh()
        return _rows(index)
    finally:
        index.close()


def _rows(index: Index) -> object:
    codes = [(code.id, code.name, code.parent, code.definition) for code in index.codebook.live]
    return [tuple(row) for row in segments(index)], codes
