"""Files become documents, kept byte for byte, in one step that can be taken back."""

import pytest
from builders import DECOMPOSED, FAMILY, edit, events_on_disk, fresh_answers, make_project

from qualcode.errors import BadFile, BadOption, CannotUndo
from qualcode.files.project_files import add_case_to_yaml, remove_case_from_yaml
from qualcode.files.transcripts import read_transcript
from qualcode.session import Session


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "p", cases=["zhao"])


@pytest.fixture
def session(project):
    with Session(project, coder="c1") as found:
        yield found


def source(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def document_ids(project):
    return [row[0] for row in fresh_answers(project)["documents"]]


def case_ids(project):
    return [row[0] for row in fresh_answers(project)["cases"]]


def read(project, document):
    return read_transcript(project.transcript(document), document, document)


def test_an_imported_text_is_a_document_when_the_method_returns(project, session, tmp_path):
    session.import_documents([source(tmp_path, "Visit 1.txt", "Mei: Hi\n")])
    found = read(project, "visit-1")
    assert (found.info.title, found.body.text, found.problems) == ("Visit 1", "Mei: Hi\n", [])


@pytest.mark.parametrize(
    ("data", "body"),
    [
        pytest.param(b"Mei: Hi\r\nLing: Ho\r\n", "Mei: Hi\nLing: Ho\n", id="Windows line ends"),
        pytest.param(b"\xef\xbb\xbfMei: Hi", "Mei: Hi\n", id="byte-order mark"),
        pytest.param("Mei: 妈妈\n".encode("utf-16"), "Mei: 妈妈\n", id="UTF-16"),
        pytest.param(f"Mei: caf{DECOMPOSED} {FAMILY}\n".encode(), f"Mei: caf{DECOMPOSED} {FAMILY}\n", id="letters stay as they are"),
    ],
)  # fmt: skip
def test_the_text_is_what_the_file_says_and_the_file_is_kept_byte_for_byte(project, session, tmp_path, data, body):
    session.import_documents([source(tmp_path, "visit.txt", data)])
    assert read(project, "visit").body.text == body
    assert (project.sources / "visit.txt").read_bytes() == data


def test_front_matter_of_the_file_is_kept_and_options_win(project, session, tmp_path):
    path = source(tmp_path, "visit.md", "---\ntitle: At home\nlanguage: no\nkind: visit\n---\nMei: Hi\n")
    session.import_documents([path], kind="interview", case="zhao")
    info = read(project, "visit").info
    assert (info.title, info.language, info.kind, info.case) == ("At home", "no", "interview", "zhao")


def test_a_new_case_is_declared(project, session, tmp_path):
    session.import_documents([source(tmp_path, "visit.txt", "Hi\n")], case="liang")
    assert case_ids(project) == ["zhao", "liang"]


def test_an_import_is_taken_back_and_made_again_in_one_go(project, session, tmp_path):
    files = [source(tmp_path, name, "Mei: Hi\n") for name in ("one.txt", "two.txt")]
    session.import_documents(files, case="liang")
    after = fresh_answers(project)["documents"]
    session.undo()
    assert (document_ids(project), case_ids(project)) == ([], ["zhao"])
    session.redo()
    assert (fresh_answers(project)["documents"], case_ids(project)) == (after, ["zhao", "liang"])


def test_an_import_is_in_the_log(project, session, tmp_path):
    session.import_documents([source(tmp_path, "visit.txt", "Hi\n")])
    (event,) = events_on_disk(project, "c1", "")
    assert (event.op, event.what, event.key, event.before) == ("change", "document", "visit", None)
    assert event.after["source"] == "sources/visit.txt"


def test_an_import_that_was_coded_since_is_not_taken_back(project, session, tmp_path):
    session.import_documents([source(tmp_path, "visit.txt", "Mei: Hi\n")])
    with Session(project, coder="c2") as other:
        other.code("visit", 5, 7, "work")
    with pytest.raises(CannotUndo, match="c2 coded “Hi” in visit with work"):
        session.undo()
    assert document_ids(project) == ["visit"]


def test_an_import_that_was_edited_since_is_not_taken_back(project, session, tmp_path):
    session.import_documents([source(tmp_path, "visit.txt", "Mei: Hi\n")])
    edit(project.transcript("visit"), "Mei: Hello, hand-corrected\n")
    with pytest.raises(CannotUndo, match="changed since its import"):
        session.undo()
    assert "hand-corrected" in project.transcript("visit").read_text("utf-8")


@pytest.mark.parametrize("coded", ["one", "two"])
def test_an_import_is_not_taken_back_by_half(project, session, tmp_path, coded):
    session.import_documents([source(tmp_path, name, "Mei: Hi\n") for name in ("one.txt", "two.txt")])
    with Session(project, coder="c2") as other:
        other.code(coded, 5, 7, "work")
    with pytest.raises(CannotUndo):
        session.undo()
    assert document_ids(project) == ["one", "two"]


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        pytest.param("visit.xyz", "Hi\n", BadOption, id="a kind that is not known"),
        pytest.param("visit.txt", "  \n", BadFile, id="no text"),
        pytest.param("visit.txt", b"\x7fELF\x00\x01", BadFile, id="no text file"),
        pytest.param("visit.md", "---\ntitle: [\n---\nHi\n", BadFile, id="broken front matter"),
    ],
)
def test_one_file_that_cannot_be_imported_stops_all_before_anything_is_written(
    project, session, tmp_path, name, data, error
):
    with pytest.raises(error):
        session.import_documents([source(tmp_path, "good.txt", "Hi\n"), source(tmp_path, name, data)], case="liang")
    assert (document_ids(project), case_ids(project)) == ([], ["zhao"])


def test_a_document_that_is_there_already_is_not_written_over(project, session, tmp_path):
    path = source(tmp_path, "visit.txt", "Mei: Hi\n")
    session.import_documents([path])
    with pytest.raises(BadOption, match="already"):
        session.import_documents([path])


def test_two_files_that_would_be_one_document_are_refused(project, session, tmp_path):
    with pytest.raises(BadOption, match="Two of these files would become the document 'visit'"):
        session.import_documents([source(tmp_path, "visit.txt", "a\n"), source(tmp_path, "visit.md", "b\n")])
    assert document_ids(project) == []


def test_speakers_that_the_file_declares_are_those_of_the_document(project, session, tmp_path):
    path = source(tmp_path, "visit.md", "---\nspeakers:\n  Mei: p1\n  Ling:\n---\nMei: Hi\nLing: Ho\n")
    session.import_documents([path])
    assert [turn.speaker for turn in read(project, "visit").body.turns] == ["Mei", "Ling"]


def test_a_case_added_and_removed_leaves_the_file_as_it_was(tmp_path):
    text = "title: T\ncases:\n  # the first family\n  - id: a   # one\n    name: A\n\n  # the second\n  - id: b\n    name: B\n# end\n"
    path = source(tmp_path, "project.yaml", text)
    add_case_to_yaml(path, "c")
    remove_case_from_yaml(path, "c")
    assert path.read_text("utf-8") == text
