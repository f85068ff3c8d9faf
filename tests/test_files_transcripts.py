"""Transcript files: front matter and body."""

import pytest
from builders import COMPOSED, DECOMPOSED, FAMILY, transcript
from hypothesis import given
from hypothesis import strategies as st

from qualcode.files.text_files import read_body, split_front_matter
from qualcode.files.transcripts import read_transcript, transcript_bytes


def read(tmp_path, content):
    path = tmp_path / "d1.md"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_transcript(path, "d1", "transcripts/d1.md")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("---\ntitle: T\n---\nHi\n", ("title: T\n", "Hi\n"), id="both"),
        pytest.param("Hi\n", ("", "Hi\n"), id="none"),
        pytest.param("---\n---\nHi", ("", "Hi"), id="empty front matter"),
        pytest.param("---\ntitle: T\n---", ("title: T\n", ""), id="no body"),
        pytest.param("---\ntitle: T\n", ("", "---\ntitle: T\n"), id="never closed"),
        pytest.param("---\na: 1\n---\n\n---\nHi", ("a: 1\n", "\n---\nHi"), id="a rule in the body"),
        pytest.param("Hi\n---\na: 1\n---\n", ("", "Hi\n---\na: 1\n---\n"), id="not at the beginning"),
    ],
)
def test_front_matter_stands_between_two_fences_at_the_beginning(text, expected):
    assert split_front_matter(text) == expected


def test_the_front_matter_says_what_the_document_is(tmp_path):
    content = transcript("Mei: Hi\n", title="Visit", case="zhao", kind="interview", date="2009-06-08", language="no")
    info = read(tmp_path, content).info
    assert (info.id, info.title, info.case, info.kind, info.date, info.language) == (
        "d1", "Visit", "zhao", "interview", "2009-06-08", "no",
    )  # fmt: skip


def test_without_front_matter_the_id_is_the_title(tmp_path):
    found = read(tmp_path, "Mei: Hi\n")
    assert (found.info.title, found.body.text, found.first_line, found.problems) == ("d1", "Mei: Hi\n", 1, [])


def test_the_body_begins_on_the_line_after_the_fence(tmp_path):
    assert read(tmp_path, "---\ntitle: T\ncase: c\n---\nMei: Hi\n").first_line == 5


@pytest.mark.parametrize(
    "speakers",
    ["[Mei, Ling]", "\n- Mei\n- Ling", "{Mei: mei-1, Ling: }"],
    ids=["flow list", "list", "with participants"],
)
def test_speakers_are_a_list_or_a_mapping_to_participants(tmp_path, speakers):
    found = read(tmp_path, f"---\nspeakers: {speakers}\n---\nMei: Hi\nNote: rain\nLing: Ho\n")
    assert list(found.info.speakers) == ["Mei", "Ling"]
    assert [turn.speaker for turn in found.body.turns] == ["Mei", "Ling"]


def test_broken_front_matter_is_reported_and_the_text_still_loads(tmp_path):
    found = read(tmp_path, "---\ntitle: T\ncase: [\n---\nMei: Hi\n")
    (problem,) = found.problems
    assert (problem.path, problem.line) == ("transcripts/d1.md", 4)
    assert (found.info.title, found.body.text) == ("d1", "Mei: Hi\n")


def test_a_date_that_is_none_is_reported_with_its_line_in_the_file(tmp_path):
    found = read(tmp_path, "---\ntitle: T\ndate: June 2009\n---\nHi\n")
    assert [str(problem) for problem in found.problems] == [
        "transcripts/d1.md:3: date: a date is written as YYYY-MM-DD"
    ]


def test_windows_line_ends_and_a_byte_order_mark_do_not_shift_offsets(tmp_path):
    found = read(tmp_path, b"\xef\xbb\xbf---\r\ntitle: T\r\n---\r\nMei: Hi\r\nLing: Ho\r\n")
    assert (found.info.title, found.body.text) == ("T", "Mei: Hi\nLing: Ho\n")


def test_bytes_that_are_not_utf_8_are_reported_with_their_line(tmp_path):
    (problem,) = read(tmp_path, b"---\ntitle: T\n---\nMei: caf\xe9\n").problems
    assert (problem.line, problem.message) == (4, "not UTF-8 text")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f"caf{COMPOSED}", id="composed"),
        pytest.param(f"caf{DECOMPOSED}", id="decomposed"),
        pytest.param("我想妈妈。\u3000", id="Chinese"),
        pytest.param(f"{FAMILY} \u2028 \x0c", id="emoji with joiners, line separator, form feed"),
        pytest.param("\u202bأمي\u202c", id="right to left"),
        pytest.param("\n\n  \n", id="white space"),
        pytest.param("---\nno: front\n---\nmatter\n", id="a body like front matter"),
    ],
)
def test_the_body_is_read_letter_for_letter(tmp_path, body):
    found = read(tmp_path, transcript(body, title="T"))
    assert found.body.text == body
    assert read_body(tmp_path / "d1.md") == body


@pytest.mark.parametrize("body", ["---\nno: front\n---\nmatter\n", "Hi\n"], ids=["like front matter", "plain"])
def test_a_transcript_without_fields_has_its_body_all_the_same(tmp_path, body):
    found = read(tmp_path, transcript_bytes({}, body))
    assert (found.body.text, found.problems) == (body, [])


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1).map(str.strip).filter(bool)


@given(
    title=TEXT,
    speakers=st.dictionaries(TEXT, st.just("") | TEXT),
    body=st.text(st.characters(exclude_categories=("Cs",))),
)
def test_a_transcript_written_and_read_is_the_same(tmp_path_factory, title, speakers, body):
    body = body.replace("\r", "\n")
    found = read(tmp_path_factory.mktemp("t"), transcript(body, title=title, case="no", speakers=speakers))
    assert found.problems == []
    assert (found.info.title, found.info.case, dict(found.info.speakers)) == (title, "no", speakers)
    assert found.body.text == body


def test_one_field_that_does_not_fit_costs_the_document_neither_case_nor_title(tmp_path):
    found = read(tmp_path, "---\ntitle: Visit\ncase: zhao\ndate: March 2009\n---\nMei: Hi\n")
    assert (found.info.title, found.info.case, found.info.date) == ("Visit", "zhao", "")
    assert [(problem.path, problem.line) for problem in found.problems] == [("transcripts/d1.md", 4)]
