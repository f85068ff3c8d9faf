"""Many processes on one project at once: coders who code, change what all share, undo; and somebody who only looks.

Every process notes which events were in its files when a verb returned. In the end all of them must be there, once each;
what the state files say must be what the logs tell; and every process's index must be what the files alone give.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from qualcode.core.events import Event, standing
from qualcode.core.text import body_hash
from qualcode.files.event_log import read_events
from qualcode.files.folder import ProjectFolder, event_files
from qualcode.files.project_files import states_in_project
from qualcode.files.text_files import read_body
from qualcode.session.memo_states import state_on_disk
from tests.builders import make_project, open_index, transcript
from tests.torture.index_contents import contents, differences

CODERS = ("c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c1", "c1")  # ten processes, three of them of one coder
ACTS = 2_000
DOCUMENTS, TURNS = 12, 60
_PATIENCE = 3_600  # seconds


class Worker(NamedTuple):
    """A process at work, and the file in which it keeps what it saw saved."""

    coder: str
    process: subprocess.Popen[bytes]
    notes: Path


def run(seed: int, scale: float, say: Callable[[str], None]) -> dict[str, int]:
    """Ten processes and a reader on one project; each does 2,000 acts at scale 1."""
    with tempfile.TemporaryDirectory(prefix="together-") as folder:
        return trial(Path(folder), seed, max(20, int(ACTS * scale)), say)


def trial(
    place: Path, seed: int, acts: int, say: Callable[[str], None], coders: Sequence[str] = CODERS
) -> dict[str, int]:
    """One project under `place`, worked on until each process has done so many acts; what was counted."""
    project = study(place / "project")
    begun = time.monotonic()
    workers = [_start(project, place, coder, number, seed, acts) for number, coder in enumerate(coders)]
    reader = _start(project, place, "reader", len(coders), seed, 0)
    _wait_for(place, workers)
    seconds = time.monotonic() - begun
    (place / "go").touch()
    crashes = sum(worker.process.wait(_PATIENCE) != 0 for worker in [*workers, reader])
    told = [_notes(worker) for worker in [*workers, reader]]
    done = [note for notes in told for note in notes if note["what"] == "act"]
    ends = [note for notes in told for note in notes if note["what"] == "end"]
    found = [
        *lost_events(project, done),
        *lost_updates(project),
        *double_reverts(project),
        *wrong_indexes(project, ends),
    ]
    for text in found[:20]:
        say(text)
    slowest, verb = max(((note["seconds"], note["verb"]) for note in done), default=(0.0, ""))
    usual = sorted(note["seconds"] for note in done)[len(done) // 2]
    refused = Counter(note["refused"] for note in done if note["refused"])
    say(f"{len(done)} acts by {len(workers)} processes in {seconds:.0f} s, {len(done) / seconds:.0f} a second")
    say(f"half of them took less than {usual * 1000:.0f} ms, the slowest ({verb}) {slowest:.2f} s")
    say(f"{sum(refused.values())} were refused: {dict(refused)}")
    return {
        "processes": len(workers) + 1, "acts": len(done), "acknowledged": sum(len(note["events"]) for note in done),
        "longest wait ms": int(slowest * 1000), "acts a second": int(len(done) / seconds),
        "in memory without need": sum(end["in_memory"] for end in ends), "crashes": crashes, "lost": len(found),
    }  # fmt: skip


def study(folder: Path) -> ProjectFolder:
    """Twelve interviews of three cases, a few codes, people."""
    documents = {
        f"interview-{number:02}": transcript(
            "".join(f"{'IP'[turn % 2]}: What was said in turn {turn} of interview {number}, word for word 家.\n"
                    for turn in range(TURNS)),
            title=f"Interview {number}", case=f"case-{number % 3}",
        )
        for number in range(DOCUMENTS)
    }  # fmt: skip
    codes = ["longing", "work", "work/nights", "school", *(f"own-{number}" for number in range(len(CODERS)))]
    return make_project(
        folder, documents, codes, [f"case-{number}" for number in range(3)], attributes={"visits": "integer"}
    )


def _start(project: ProjectFolder, place: Path, coder: str, number: int, seed: int, acts: int) -> Worker:
    notes = place / f"notes-{number}.jsonl"
    command = [sys.executable, "-m", "tests.torture.together_worker", str(project.root), coder, str(number)]
    process = subprocess.Popen(
        [*command, str(seed), str(acts), str(notes), str(place / "go")], cwd=Path(__file__).parents[2]
    )
    return Worker(coder, process, notes)


def _wait_for(place: Path, workers: Iterable[Worker]) -> None:
    """Until each has done all its acts, or died."""
    waiting = list(workers)
    until = time.monotonic() + _PATIENCE
    while waiting and time.monotonic() < until:
        time.sleep(0.05)
        waiting = [w for w in waiting if w.process.poll() is None and not w.notes.with_suffix(".done").exists()]


def _notes(worker: Worker) -> list[dict[str, Any]]:
    return [json.loads(line) for line in worker.notes.read_text(encoding="utf-8").splitlines()]


# ---------------------------------------------------------------- what must hold in the end


def lost_events(project: ProjectFolder, acts: list[dict[str, Any]]) -> list[str]:
    """Acknowledged events that are not on disk, and ids that stand there twice."""
    there = Counter(event.id for _, events in _files(project) for event in events)
    noted = Counter(ident for act in acts for ident in act["events"])
    return [
        *(f"the event {ident} was acknowledged and is not there" for ident in noted if ident not in there),
        *(f"the id {ident} stands there {times} times" for ident, times in there.items() if times > 1),
        *(f"the event {ident} was acknowledged {times} times" for ident, times in noted.items() if times > 1),
    ]


def double_reverts(project: ProjectFolder) -> list[str]:
    """Acts that were taken back twice: two reverts in force of one event."""
    found = []
    for name, events in _files(project):
        targets = Counter(event.target for event in standing(events) if event.op == "revert")
        found += [f"{name}: the event {target} is taken back {n} times" for target, n in targets.items() if n > 1]
    return found


def lost_updates(project: ProjectFolder) -> list[str]:
    """Things that are not as the logs tell: somebody wrote over what somebody else had written."""
    from qualcode.analysis.history import acts, unlogged

    index = open_index(project, in_memory=True)
    found = [f"codebook.yaml: {step.key} is not as the logs tell: {step.changes()}" for step in unlogged(index)]
    noticed = index.rows("SELECT what, \"key\" FROM event WHERE note IN ('by hand', 'outside') AND what <> 'codebook'")
    found += [f"{what} {key} was taken for a change by hand" for what, key in noticed]
    last: dict[tuple[str, str], Any] = {}
    for act in acts(index):
        if act.what == "case" and isinstance(act.step.after, dict) and (act.what, act.step.key) in last:
            last[act.what, act.step.key] = _with(last[act.what, act.step.key], act.step.before or {}, act.step.after)
        else:
            last[act.what, act.step.key] = act.step.after
    cases = states_in_project(project.project_yaml, "case")
    for (what, key), state in last.items():
        if what == "text" and body_hash(read_body(project.transcript(key))) != state["hash"]:
            found.append(f"the text of {key} is not the one that was logged last")
        if what == "memo":
            now = state_on_disk(index, key) if project.memo(key).exists() else None
            if (now or {}).get("text") != (state or {}).get("text"):
                found.append(f"the memo {key} is not as it was logged last")
        if what == "case" and _attributes(cases.get(key)) != _attributes(state):
            found.append(f"the case {key} has {_attributes(cases.get(key))}, and was logged with {_attributes(state)}")
    problems = [str(problem) for problem in index.problems()]
    index.close()
    return [*found, *problems, *(f"{path} was left behind" for path in project.root.rglob(".saving-*"))]


def _attributes(state: Any) -> dict[str, Any]:
    return {name: value for name, value in ((state or {}).get("attributes") or {}).items() if value}


def _with(now: dict[str, Any], before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """A case's state after a change, which says only what it changes."""
    was, becomes = _attributes(before), _attributes(after)
    kept = {name: value for name, value in _attributes(now).items() if name not in was or name in becomes}
    return {**now, "attributes": kept | becomes}


def wrong_indexes(project: ProjectFolder, ends: list[dict[str, Any]]) -> list[str]:
    """Indexes in which anything differs from one that is built from the files alone."""
    fresh = open_index(project, in_memory=True)
    expected = contents(fresh)
    fresh.close()
    index = open_index(project)
    found = [f"the index on disk: {text}" for text in differences(contents(index), expected)]
    index.close()
    wrong = [end for end in ends if end["index"] != {table: body_hash(repr(rows)) for table, rows in expected.items()}]
    for end in wrong:
        tables = [t for t, rows in expected.items() if end["index"].get(t) != body_hash(repr(rows))]
        found.append(f"the index of process {end['number']} differs in {', '.join(tables)}")
    return found


def _files(project: ProjectFolder) -> list[tuple[str, list[Event]]]:
    return [(file.relative, read_events(file.path, file.relative).events) for file in event_files(project)]
