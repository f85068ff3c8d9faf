"""All segments as CSV, document by document, are what the table of segments says."""

import pytest
from builders import ROOT, apply, edit, event, make_project, open_index, transcript, write_events

from qualcode.analysis.all_segments import AllSegments
from qualcode.analysis.segments import segments
from qualcode.files.folder import ProjectFolder

BODY = "Mei: I miss her, I said.\n=1+1 is two.\nLing: 我缝鞋子。\n"
STAMPED = "[00:00:05] Mei: I miss her.\n[00:00:20] Ling: I sew shoes.\n"


@pytest.fixture
def awkward(tmp_path):
    """Ties, a formula, commas and quotation marks, a code that is not in the codebook, a document that went."""
    documents = {"b": transcript(BODY, case="one", title='Said, "twice"'), "a": transcript(BODY, case="two")}
    project = make_project(tmp_path / "p", {**documents, "gone": transcript(BODY)}, cases=["one", "two"])
    for document in ("a", "b", "gone"):
        number = {"a": 0, "b": 10, "gone": 20}[document]
        write_events(project, "c2", document, [apply(number + 1, BODY, "=1+1 is two", note='so "odd", it is\nso')])
        write_events(project, "c1", document, [
            apply(number + 2, BODY, "我缝鞋子", "work"), apply(number + 3, BODY, "miss her, I", "unheard-of"),
            apply(number + 4, BODY, "miss her, I", "emotion"), apply(number + 5, BODY, "miss her, I"),
            event(number + 6, "note", coding=number + 5, note="-later"),
        ])  # fmt: skip
    project.transcript("gone").unlink()
    edit(project.transcript("a"), transcript(BODY.replace("two", "three"), case="two"))
    return project


def test_the_csv_is_that_of_the_table_byte_for_byte(awkward):
    index = open_index(awkward)
    assert AllSegments(index).csv_text() == segments(index).csv_text()
    assert len(AllSegments(index)) == len(segments(index)) == 15
    index.close()


@pytest.mark.parametrize("name", ["left-behind-children", "left-behind-press"])
def test_the_csv_of_a_demonstration_project_is_that_of_the_table(name):
    index = open_index(ProjectFolder(ROOT / "projects" / name), in_memory=True)
    assert AllSegments(index).csv_text() == segments(index).csv_text()
    index.close()


def test_time_stamps_are_in_the_csv(tmp_path):
    project = make_project(tmp_path / "p", {"d": transcript(STAMPED)})
    write_events(project, "c1", "d", [apply(1, STAMPED, "I sew shoes")])
    index = open_index(project)
    assert ",00:00:20,," in AllSegments(index).csv_text()
    index.close()


def test_looked_at_otherwise_it_has_the_rows_of_the_table(awkward):
    index = open_index(awkward)
    assert AllSegments(index).to_dicts() == segments(index).to_dicts()
    index.close()


def test_those_out_of_place_are_counted(awkward):
    index = open_index(awkward)
    anchors = [row["anchor"] for row in segments(index)]
    assert AllSegments(index).displaced == sum(anchor in ("changed", "lost") for anchor in anchors) == 6
    index.close()
