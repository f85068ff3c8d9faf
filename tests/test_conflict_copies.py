"""Second versions of files that file-syncing tools leave beside them: found, counted, shown, and joined."""

import shutil

import pytest
from builders import edit, events_on_disk, open_index, transcript
from copies import bytes_of, counted, two_copies

from qualcode.analysis.check import check
from qualcode.files.copy_names import original_name
from qualcode.session import Session

SYNCTHING = "{}.sync-conflict-20240101-120000-ABCDEFG{}"
NAMES = [SYNCTHING, "{} (Anna's conflicted copy 2024-01-01){}", "{} (conflicted copy){}", "{} (conflicted copy 2024-01-01 120000){}",
         "{}_conflict-20240101-120000{}", "{}.Conflict{}", "{} (in Konflikt stehende Kopie von Ute 2024-01-01){}",
         "{} (Anna's Mac (2)'s conflicted copy 2024-01-01){}"]  # fmt: skip


@pytest.fixture
def project(tmp_path):
    return two_copies(tmp_path)[0]


def beside(path, name=SYNCTHING):
    return path.with_name(name.format(path.stem, path.suffix))


def diverged(project, name=SYNCTHING):
    """Bella coded on two machines; her file of one of them is left as a conflict copy of that of the other."""
    path = project.coding_file("bella", "one")
    with Session(project, "bella") as session:
        session.code("one", 10, 40, "work")
        shutil.copy(path, path.with_suffix(".kept"))
        session.code("one", 50, 70, "work")
    path.rename(beside(path, name))
    path.with_suffix(".kept").rename(path)
    return path, beside(path, name)


def codings(project, coder="bella"):
    index = open_index(project)
    try:
        return [row[0] for row in index.rows("SELECT start FROM coding WHERE coder = ? ORDER BY start", [coder])]
    finally:
        index.close()


def problems(project):
    return {problem.path: problem for problem in check(project)[0]}


@pytest.mark.parametrize("name", NAMES)
def test_names_that_tools_give_are_known(name):
    assert original_name(name.format("int 1", ".md")) == "int 1.md"
    assert original_name(SYNCTHING.format(*name.format("int 1", "|").split("|"), "") + ".md") in ("int 1.md", "")


@pytest.mark.parametrize(
    "name", ["int (1).md", "int 2.md", "conflict resolution.md", "interview (conflict).md", "int-LAPTOP.md"]
)
def test_names_that_people_give_are_left_alone(name):
    assert original_name(name) == ""


@pytest.mark.parametrize("name", [*NAMES, "{} (1){}", "{} 2{}"])
def test_events_in_a_copy_count_at_once_and_each_only_once(project, name):
    _, copy = diverged(project, name)
    assert codings(project) == [10, 50]
    found = problems(project)[project.relative(copy)]
    assert "1 event that is not there" in found.message
    assert "qualcode merge --copies" in found.advice


def test_a_vague_name_without_events_in_common_is_a_name(project):
    path, copy = diverged(project, "{} (1){}")
    edit(copy, copy.read_text("utf-8").splitlines(keepends=True)[1])
    assert codings(project) == [10, 50]  # as codings of a document that is not there
    assert "there is no document 'one (1)'" in problems(project)[project.relative(copy)].message
    assert path.exists()


def test_their_coders_next_act_folds_a_copy_in_and_takes_it_away(project):
    path, copy = diverged(project)
    whole = {event.id for event in (*events_on_disk(project, "bella", "one"), *events_in(copy))}
    with Session(project, "anna") as session:
        session.code("two", 10, 40, "work")
    assert copy.exists()
    with Session(project, "bella") as session:
        session.undo()  # of what only the copy has
    assert not copy.exists()
    assert whole < {event.id for event in events_on_disk(project, "bella", "one")}
    assert codings(project) == [10]
    assert problems(project) == {}
    assert path.exists()


def events_in(path):
    from qualcode.files.event_log import read_events

    return read_events(path, path.name).events


def test_merging_copies_folds_in_those_of_all_coders_and_of_logs(project, said):
    _, copy = diverged(project)
    log = project.log_file("carl")
    edit(beside(log), log.read_text("utf-8"))
    status, out, _ = said("merge", "--copies", "-p", str(project.root), "--coder", "anna", "--dry-run", "-f", "csv")
    assert (status, copy.exists()) == (0, True)
    assert out.count("events") >= 2
    assert said("merge", "--copies", "-p", str(project.root), "--coder", "anna", "--yes")[0] == 0
    assert (copy.exists(), beside(log).exists(), codings(project)) == (False, False, [10, 50])
    assert problems(project) == {}


def test_a_copy_with_a_line_that_says_something_else_stays_and_is_shown(project):
    path, copy = diverged(project)
    first = path.read_text("utf-8")
    edit(
        copy,
        copy.read_text("utf-8").replace(
            first, first.replace('"code": "work"', '"code": "longing"').partition(', "sum"')[0] + "}\n"
        ),
    )
    with Session(project, "bella") as session:
        session.code("one", 80, 90, "work")
    assert copy.exists()
    assert codings(project) == [10, 50, 80]
    assert [event.code for event in events_on_disk(project, "bella", "one")] == ["work", "work", "work"]
    assert any("says something else here" in problem.message for problem in check(project)[0])


def test_a_copy_whose_original_is_gone_counts_as_it(project):
    path, copy = diverged(project)
    path.unlink()
    assert codings(project) == [10, 50]
    assert copy.exists()


def test_a_copy_of_a_transcript_is_no_document_and_is_shown_with_its_lines(project):
    path = project.transcript("one")
    edit(beside(path), path.read_text("utf-8").replace("number 3.", "number three."))
    index = open_index(project)
    assert index.rows("SELECT id FROM document ORDER BY id") == [("one",), ("two",)]
    index.close()
    found = problems(project)[project.relative(beside(path))]
    line = next(n for n, text in enumerate(path.read_text("utf-8").split("\n"), 1) if text.endswith("number 3."))
    assert (found.line, "another version of transcripts/one.md" in found.message) == (line, True)
    assert project.relative(beside(path)) in {problem.path for problem in open_index(project).problems()}


def corrected_on_both(project, anna, bella):
    """Anna's correction is what the transcript says, Bella's in a conflict copy; both logs are there."""
    path = project.transcript("one")
    before = path.read_bytes()
    versions = []
    for coder, line in (("anna", anna), ("bella", bella)):
        with Session(project, coder) as session:
            lines = session.body("one").text.split("\n")
            lines[line] += f" {coder} heard more."
            session.correct_text("one", "\n".join(lines))
        versions.append(path.read_bytes())
        path.write_bytes(before)
        shutil.rmtree(project.root / ".qualcode")  # another machine
    path.write_bytes(versions[0])
    beside(path).write_bytes(versions[1])
    return path


def test_corrections_of_different_lines_are_joined_from_the_copy(project):
    path = corrected_on_both(project, 2, 9)
    with Session(project, "anna") as session:
        plan, done = session.merge_copies()
    assert (done, plan.undecided, beside(path).exists()) == (True, [], False)
    lines = path.read_text("utf-8").split("\n")
    assert sum(line.endswith("heard more.") for line in lines) == 2
    assert problems(project) == {}


def test_corrections_of_one_line_leave_both_versions_where_they_are(project):
    path = corrected_on_both(project, 3, 3)
    before = bytes_of(project)
    with Session(project, "anna") as session:
        plan, _ = session.merge_copies()
        assert len(plan.undecided) == 1
    assert {name: before[name] for name in before if name.startswith("trans")} == {
        name: data for name, data in bytes_of(project).items() if name.startswith("trans")
    }
    with Session(project, "anna") as session:
        session.merge_copies(prefer_copies=True)
    assert "bella heard more." in path.read_text("utf-8")
    assert not beside(path).exists()


def test_a_copy_of_the_codebook_is_joined_by_what_the_logs_tell(project):
    yaml = project.codebook_yaml
    before = yaml.read_bytes()
    with Session(project, "anna") as session:
        session.rename_code("work", "labour")
    anna = yaml.read_bytes()
    yaml.write_bytes(before)
    shutil.rmtree(project.root / ".qualcode")
    with Session(project, "bella") as session:  # on her machine Anna's log has not arrived
        session._in_step = session.index.recall("codebook version")
        session.edit_code("longing", definition="Hers")
    beside(yaml).write_bytes(yaml.read_bytes())
    yaml.write_bytes(anna)
    with Session(project, "anna") as session:
        assert session.notice_hand_edits() == 0
        plan, _ = session.merge_copies()
        book = session.index.codebook
    assert (book["work"].name, book["longing"].definition) == ("labour", "Hers")
    assert plan.undecided == []
    assert not beside(yaml).exists()


def test_memos_in_copies_are_joined_and_unknown_versions_are_left_for_people(project):
    path = project.memo("on-longing")
    edit(beside(path), path.read_text("utf-8").replace("Third", "Her third"))
    with Session(project, "anna") as session:
        plan, _ = session.merge_copies()
    assert [item.field for item in plan.undecided] == ["text"]
    assert beside(path).exists()
    assert counted(project)["memos"][0][1].count("Third") == 1


def test_a_numbered_name_with_most_lines_of_another_is_told_and_counts_as_its_own(project):
    path = project.transcript("one")
    edit(path.with_name("one (1).md"), path.read_text("utf-8").replace("number 3.", "number three."))
    edit(path.with_name("one 2.md"), transcript("I: Another talk.\nM: Of something else.\n", title="Another"))
    found = problems(project)
    assert "in common with one.md" in found["transcripts/one (1).md"].message
    assert "transcripts/one 2.md" not in found
    index = open_index(project)
    assert [row[0] for row in index.rows("SELECT id FROM document ORDER BY id")] == ["one", "one (1)", "one 2", "two"]


def test_a_file_that_is_not_there_whole_is_told(project):
    (project.memos / "x.md.!sync").write_text("half", "utf-8")
    assert "has not finished" in problems(project)["memos/x.md.!sync"].message


def test_a_copy_of_project_yaml_does_not_count_until_it_is_joined(project):
    path = project.project_yaml
    edit(beside(path), path.read_text("utf-8").replace("title: A study", "title: Another"))
    assert project.relative(beside(path)) in problems(project)
    assert open_index(project).project.title == "A study"


@pytest.mark.parametrize("name", ["{} (1){}", "{} 2{}"])
def test_what_google_drive_and_icloud_leave_beside_the_codebook_is_told_and_joined(project, name):
    path = project.codebook_yaml
    copy = beside(path, name)
    with Session(project, "anna") as session:
        shutil.copy(path, copy)
        session.edit_code("longing", definition="Hers")
    assert "another version of codebook.yaml" in problems(project)[copy.name].message
    with Session(project, "anna") as session:
        session.merge_copies()
        assert session.index.codebook["longing"].definition == "Hers"
    assert not copy.exists()


def test_a_transcript_that_is_only_there_as_a_copy_is_told(project):
    (project.transcripts / "three (conflicted copy).md").write_text(transcript("I: Hello.\n"), "utf-8")
    assert "which is not there" in problems(project)["transcripts/three (conflicted copy).md"].message
