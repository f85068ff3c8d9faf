"""Several processes on one project at the same moment: nothing is lost, and nobody undoes what somebody else undid."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from qualcode.analysis.history import unlogged
from qualcode.errors import BadOption
from qualcode.files.folder import ProjectFolder, stamp
from qualcode.session import Session
from qualcode.session.code_entry import entry_text, fields_in, save_entry
from tests.builders import events_on_disk, make_project, open_index, quotes_of, transcript
from tests.torture.together import trial


def test_processes_of_three_coders_lose_nothing_and_end_with_the_same_index(tmp_path: Path) -> None:
    told: list[str] = []
    counts = trial(tmp_path, 7, 25, told.append, ("c1", "c2", "c1", "c3"))
    assert (counts["lost"], counts["crashes"], counts["in memory without need"]) == (0, 0, 0), told
    assert counts["acts"] == 100
    assert counts["acknowledged"] > 80


@pytest.fixture
def project(tmp_path: Path) -> ProjectFolder:
    return make_project(tmp_path / "p", {"one": transcript("P: We waited long. Then it rained.\n")}, cases=["liang"])


def test_two_windows_of_one_coder_undo_two_different_acts(project: ProjectFolder) -> None:
    with Session(project, "c1") as one, Session(project, "c1") as other:
        for quote in ("waited", "long", "rained"):
            one.code("one", quote=quote, code="longing")
        with ThreadPoolExecutor(2) as pool:
            said = [change.text for job in [pool.submit(s.undo) for s in (one, other)] for change in job.result()]
    assert len(set(said)) == 2
    assert [quote for quote, _ in quotes_of(open_index(project))] == ["waited"]
    targets = [event.target for event in events_on_disk(project, "c1", "one") if event.op == "revert"]
    assert len(targets) == len(set(targets)) == 2


def test_changes_of_different_fields_at_the_same_moment_all_stay(project: ProjectFolder) -> None:
    fields = ("definition", "use_when", "do_not_use_when", "example")
    sessions = [Session(project, f"c{number}") for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(s.edit_code, "longing", **{f: f"by {f}"}) for s, f in zip(sessions, fields, strict=True)]
        jobs += [pool.submit(s.new_memo, "The same", text=s.coder) for s in sessions]
        jobs += [pool.submit(s.set_case, "liang", {s.coder: "1"}) for s in sessions]
        for job in jobs:
            job.result()
    index = open_index(project, in_memory=True)
    assert [getattr(index.codebook["longing"], field) for field in fields] == [f"by {field}" for field in fields]
    assert sorted(text for (text,) in index.rows("SELECT text FROM memo")) == ["c0\n", "c1\n", "c2\n", "c3\n"]
    assert sorted(index.project.cases[0].attributes) == ["c0", "c1", "c2", "c3"]
    assert unlogged(index) == []


def test_an_entry_edited_outside_changes_only_what_was_edited(project: ProjectFolder) -> None:
    with Session(project, "c1") as one, Session(project, "c2") as other:
        code = one.index.codebook["longing"]
        shown = fields_in(entry_text(code))
        other.edit_code("longing", definition="by c2")
        save_entry(one, code, {**shown, "use_when": "by c1"})
        now = one.index.codebook["longing"]
        assert (now.definition, now.use_when) == ("by c2", "by c1")
        with pytest.raises(BadOption, match="changed elsewhere meanwhile"):
            save_entry(one, code, {**shown, "definition": "also by c1"})
        assert one.index.codebook["longing"].definition == "by c2"


def test_a_file_written_twice_within_a_tick_of_the_clock_is_read_again(project: ProjectFolder) -> None:
    with Session(project, "c1") as session:
        session.set_case("liang", {"visits": "3"})
        before = stamp(project.project_yaml)
        text = project.project_yaml.read_text(encoding="utf-8")
        index = open_index(project, in_memory=True)
        project.project_yaml.write_text(text.replace("3", "4"), encoding="utf-8")
        os.utime(project.project_yaml, ns=(before[1], before[1]))
        index.read_again([project.project_yaml])
        index.refresh()
        assert index.project.cases[0].attributes["visits"] in (4, "4")
