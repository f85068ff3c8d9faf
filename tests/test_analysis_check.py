"""`check` finds what does not fit together, with file and line."""

import pytest
from builders import ROOT, apply, edit, event, make_project, open_index, transcript, write_events

from qualcode.analysis.check import check
from qualcode.files.folder import ProjectFolder

BODY = "Mei: I miss her.\nLing: I sew.\n"


@pytest.fixture
def project(tmp_path):
    found = make_project(
        tmp_path / "p", {"d1": transcript(BODY, case="zhao", speakers=["Mei", "Ling"])}, cases=["zhao"]
    )
    write_events(found, "c1", "d1", [apply(1, BODY, "I miss her"), apply(2, BODY, "I sew", "work")])
    return found


def problems(project):
    return [(problem.path, problem.line, problem.message) for problem in check(project)[0]]


def test_a_sound_project_has_no_problems(project):
    assert check(project) == ([], "1 document, 2 codings, 2 of them with their quote exactly in place")


@pytest.mark.parametrize("name", ["left-behind-children", "left-behind-press"])
def test_the_demonstration_projects_are_sound(name):
    assert check(ProjectFolder(ROOT / "projects" / name))[0] == []


def test_a_coding_whose_quote_moved_is_reported_on_its_line(project):
    edit(project.transcript("d1"), transcript("Mei: Rain.\n" + BODY, case="zhao", speakers=["Mei", "Ling"]))
    first, second = problems(project)
    assert first[:2] == ("codings/c1/d1.jsonl", 1)
    assert "now stands on line 2" in first[2]
    assert (second[1], "now stands on line 3" in second[2]) == (2, True)


def test_a_coding_whose_quote_is_gone_is_reported_on_its_line(project):
    edit(project.transcript("d1"), transcript(BODY.replace("sew", "sow"), case="zhao", speakers=["Mei", "Ling"]))
    ((path, line, message),) = problems(project)
    assert (path, line) == ("codings/c1/d1.jsonl", 2)
    assert "“I sew”" in message


def test_a_code_that_is_not_in_the_codebook_is_reported(project):
    write_events(project, "c2", "d1", [apply(3, BODY, "her", "gone")])
    ((path, line, message),) = problems(project)
    assert (path, line, "code 'gone'" in message) == ("codings/c2/d1.jsonl", 1, True)


def test_codings_without_a_document_are_reported(project):
    write_events(project, "c1", "d9", [apply(3, BODY, "her")])
    assert problems(project) == [("codings/c1/d9.jsonl", 0, "there is no document 'd9' for the 1 coding here")]


def test_an_import_taken_back_with_its_codings_leaves_nothing_to_report(project):
    write_events(project, "c1", "d9", [apply(3, BODY, "her"), event(4, "revert", target=3)])
    assert problems(project) == []


@pytest.mark.parametrize(
    ("fields", "messages"),
    [
        ({"case": "wu"}, ["case 'wu' is not declared in project.yaml"]),
        ({"translation_of": "d9"}, ["translation_of names 'd9', and there is no such document"]),
        (
            {"speakers": {"Mei": "p9", "Ling": "p8"}},
            [
                "speaker 'Mei' is participant 'p9', who is not declared in project.yaml",
                "speaker 'Ling' is participant 'p8', who is not declared in project.yaml",
            ],
        ),
    ],
    ids=["case", "original", "participants"],
)
def test_front_matter_that_speaks_of_nothing_is_reported(project, fields, messages):
    edit(project.transcript("d1"), transcript(BODY, **{"speakers": ["Mei", "Ling"]} | fields))
    assert problems(project) == [("transcripts/d1.md", 1, message) for message in messages]


def test_a_participant_of_no_case_is_reported_with_its_line(project):
    edit(project.project_yaml, "title: T\ncases:\n  - id: zhao\nparticipants:\n  - id: p1\n    case: wu\n")
    assert problems(project) == [("project.yaml", 6, "participant p1 belongs to case 'wu', which is not declared")]


def test_a_speaker_whom_the_front_matter_forgot_is_reported_with_the_line_in_the_file(project):
    edit(project.transcript("d1"), transcript(BODY, case="zhao", speakers=["Mei"]))
    ((path, line, message),) = problems(project)
    assert (path, line) == ("transcripts/d1.md", 7)  # ---, case, speakers, - Mei, ---, Mei, Ling
    assert "'Ling' looks like a speaker" in message


@pytest.mark.parametrize(
    ("stray", "message"),
    [
        (event(5, "note", coding=99, note="x"), "note of coding '000000000000000099', which is not in this file"),
        (event(5, "revert", target=99), "revert of event '000000000000000099', which is not in this file"),
    ],
    ids=["note", "revert"],
)
def test_an_event_about_nothing_is_reported(project, stray, message):
    write_events(project, "c2", "d1", [stray])
    assert problems(project) == [("codings/c2/d1.jsonl", 1, message)]


def test_a_newer_event_is_reported_with_its_line(project):
    with open(project.coding_file("c1", "d1"), "a", encoding="utf-8") as file:
        file.write('{"v": 2, "id": "x", "at": "t", "op": "apply"}\n')
    ((path, line, message),) = problems(project)
    assert (path, line, "newer qualcode" in message) == ("codings/c1/d1.jsonl", 3, True)


def test_a_torn_line_set_aside_is_reported(project):
    project.coding_file("c1", "d1").with_name("d1.jsonl.torn").write_text('{"v": 1\n')
    assert [path for path, _, _ in problems(project)] == ["codings/c1/d1.jsonl.torn"]


def test_the_index_on_disk_is_not_trusted(project):
    index = open_index(project)
    index.db.execute("DELETE FROM coding_row")
    index.db.commit()
    index.close()
    assert check(project)[1].startswith("1 document, 2 codings")


def test_all_problems_come_at_once_by_file_and_line(project):
    edit(project.codebook_yaml, "codes: [\n")
    edit(project.transcript("d1"), transcript("Mei: Nothing.\n", case="wu", speakers=["Mei"]))
    found = [(path, line) for path, line, _ in problems(project)]
    assert found == [
        ("codebook.yaml", 2),
        ("codings/c1/d1.jsonl", 1),
        ("codings/c1/d1.jsonl", 2),
        ("transcripts/d1.md", 1),
    ]


def test_a_memo_about_nothing_known_and_two_codes_on_one_key_are_reported(tmp_path):
    project = make_project(tmp_path / "p", {"d1": "Mei: Hi\n"}, codes={"a": {"key": 1}, "b": {"key": 1}})
    project.memos.mkdir(exist_ok=True)
    (project.memos / "m.md").write_text("---\nabout: {code: gone}\n---\nText\n", encoding="utf-8")
    found = {(problem.path, problem.message) for problem in check(project)[0]}
    assert ("memos/m.md", "is about code 'gone', which is not there") in found
    assert ("codebook.yaml", "two codes are pinned to the key 1") in found


@pytest.mark.parametrize(
    "left", [lambda data: b"\xef\xbb\xbf" + data, lambda data: data.replace(b"\n", b"\r"), lambda data: data.replace(b"\n", b"\r\n")],
    ids=["a mark in front", "CR", "CRLF"],
)  # fmt: skip
def test_lines_are_counted_as_other_tools_left_them(tmp_path, left):
    project = make_project(tmp_path / "p", {"d1": transcript(BODY)})
    first, second = apply(1, BODY, BODY[:6], code="gone"), apply(2, BODY, BODY[3:9], code="gone")
    path = write_events(project, "c1", "d1", [first, second])
    path.write_bytes(left(path.read_bytes()))
    assert [problem.line for problem in check(project)[0] if "gone" in problem.message] == [1, 2]


def test_two_events_on_one_line_have_its_number(tmp_path):
    project = make_project(tmp_path / "p", {"d1": transcript(BODY)})
    path = write_events(project, "c1", "d1", [apply(n, BODY, BODY[n : n + 6], code="gone") for n in (1, 2, 3)])
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(lines[0] + b"\n" + lines[1] + lines[2] + b"\n")
    assert [problem.line for problem in check(project)[0] if "gone" in problem.message] == [1, 2, 2]
