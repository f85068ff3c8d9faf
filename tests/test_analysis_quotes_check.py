"""A manuscript's quotations against the documents of a project."""

import shutil

import pytest
from builders import ROOT, apply, make_project, open_index, transcript, write_events

from qualcode.analysis.quotes_check import COLUMNS, check_quotes
from qualcode.core.document import Body
from qualcode.core.quotations import Paragraph
from qualcode.files.folder import ProjectFolder
from qualcode.files.text_files import read_body

BIRTHDAY = "zhao-2009-06-08-long"


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("quotes") / "p"
    shutil.copytree(ROOT / "projects" / "left-behind-children", folder, ignore=shutil.ignore_patterns(".qualcode"))
    return open_index(ProjectFolder(folder), in_memory=True)


def rows(index, *texts):
    return list(check_quotes(index, [Paragraph(text, number) for number, text in enumerate(texts, 1)]))


def row(index, text, *, block=False):
    (found,) = check_quotes(index, [Paragraph(text, 1, block)])
    return found


def body(index, document):
    return Body(read_body(index.folder.transcript(document)), index.document_info(document).speakers)


@pytest.mark.parametrize(
    ("text", "status", "document", "speaker"),
    [
        ("“The same as other Sundays. I got up late”", "verbatim", BIRTHDAY, "Long"),
        ("“the same as … At noon I had noodles” (Long)", "verbatim", BIRTHDAY, "Long"),
        ("“The same as all Sundays. I got up late” (Long)", "changed", BIRTHDAY, "Long"),
        ("“The same as other Sundays. I got up late” (Xiaoya)", "wrong speaker", BIRTHDAY, "Long"),
        ("“The same as other Sundays” (Liang family)", "wrong case", BIRTHDAY, "Long"),
        ("“The same as other Sundays” (Researcher and Long)", "verbatim", BIRTHDAY, "Long"),
        ("“What sort of day was it?” (Long)", "wrong speaker", BIRTHDAY, "Researcher"),
        ("“The same as other Sundays” (Smith)", "verbatim", BIRTHDAY, "Long"),
        ("“I never wanted to see the ocean with them” (Long)", "not found", "", ""),
        ("龙说：“跟别的星期天一样。起得晚”", "verbatim", BIRTHDAY + "-zh", "Long"),
        ("“跟别的星期六一样。起得晚”（龙）", "changed", BIRTHDAY + "-zh", "Long"),
        ("“跟别的星期天一样。起得晚”（小雅）", "wrong speaker", BIRTHDAY + "-zh", "Long"),
        ("“我从来没有见过大海和飞机”", "not found", "", ""),
        ("“Go, go,” said his mother. “It was not the number two.” (Xiaoya)", None, "zhao-2009-01-30-visit", ""),
    ],
)
def test_each_quotation_gets_its_status_and_place(index, text, status, document, speaker):
    found = row(index, text)
    assert (found["document"], found["speaker"]) == (document, speaker)
    assert found["status"] == (status or "wrong case")


def test_the_place_is_given_in_code_points_and_lines(index):
    found = row(index, "“跟别的星期天一样。起得晚，”")
    text = body(index, found["document"]).text
    assert text[found["start"] : found["end"]] == "跟别的星期天一样。起得晚"
    assert text.split("\n")[found["document_line"] - 1].startswith("龙：跟别的")


def test_what_was_changed_is_shown(index):
    assert row(index, "“The same as all Sundays”")["difference"] == "The same as [-other-] {+all+} Sundays"
    assert "[-别-]{+每+}" in row(index, "“跟每的星期天一样”")["difference"]


def test_a_short_quotation_of_common_words_is_found_though_changed(index):
    found = row(index, "“Where is the news in that?”")
    assert (found["status"], found["difference"]) == ("changed", "[-Where's-] {+Where is+} the news in that")


def test_a_wrong_speaker_is_put_right(index):
    found = row(index, "“The same as other Sundays. I got up late” (Mei)")
    assert (found["attributed_to"], found["difference"]) == ("Mei", "said by Long")


def test_a_block_of_several_turns_is_found_with_and_without_labels(index):
    block = "Researcher: Noodles for the birthday?\n\nLong: Grandma makes noodles anyway."
    assert row(index, block, block=True)["status"] == "verbatim"
    assert row(index, "Noodles for the birthday?\n\nGrandma makes noodles anyway.", block=True)["status"] == "verbatim"


def test_the_rows_come_in_the_manuscripts_order(index):
    found = rows(index, "“The same as other Sundays”", "no quotation here", "“Two minutes. The phone shows it.”")
    assert [row["line"] for row in found] == [1, 3]


def test_a_manuscript_without_quotations_gives_an_empty_table(index):
    table = check_quotes(index, [Paragraph("None at all.", 1)])
    assert (table.columns, table.rows) == (COLUMNS, [])


# ---------------------------------------------------------------- where the words stand more than once

TWICE = {
    "d1": transcript("Mei: I don't know that.\n\nAnna: I don't know that.\n", case="zhao", date="2009-01-01"),
    "d2": transcript("Anna: Well, I don't know that.\n\nAnna: Twelve eggs and the bread.\n", case="liang", date="2009-02-02"),
}  # fmt: skip


@pytest.fixture
def small(tmp_path):
    project = make_project(tmp_path / "p", TWICE, cases=["zhao", "liang"])
    text = Body(TWICE["d2"].partition("---\n")[2].partition("---\n")[2]).text
    write_events(project, "c1", "d2", [apply(1, text, "I don't know that"), apply(2, text, "Twelve eggs")])
    return open_index(project, in_memory=True)


@pytest.mark.parametrize(
    ("source", "document", "speaker"),
    [
        ("", "d2", "Anna"),
        ("(Mei)", "d1", "Mei"),
        ("(Anna, liang)", "d2", "Anna"),
        ("(zhao)", "d1", "Mei"),
        ("(Anna, zhao)", "d1", "Anna"),
        ("(Anna, 2009-01-01)", "d1", "Anna"),
    ],
)
def test_of_several_places_the_one_that_fits_the_attribution_counts(small, source, document, speaker):
    found = row(small, f"“I don't know that” {source}")
    assert (found["status"], found["document"], found["speaker"]) == (
        "verbatim",
        document if source else found["document"],
        speaker if source else found["speaker"],
    )


def test_a_coding_id_says_where_to_look_first(small):
    found = row(small, "“I don't know that” [[d2#0001]]")
    assert (found["status"], found["document"], found["coding_id"]) == ("verbatim", "d2", "000000000000000001")
    assert found["difference"] == ""


def test_words_that_stand_elsewhere_than_the_coding_cited_are_said_to(small):
    found = row(small, "“Well, I don't know” [[d2#0002]]")
    assert found["status"] == "verbatim"
    assert found["difference"] == "the coding cited is at d2, line 3, not here"


def test_a_coding_id_that_is_not_there_is_said(small):
    gone = row(small, "“Nothing of the sort at all” [[d2#99zz]]")
    assert (gone["status"], gone["difference"]) == ("not found", "[[d2#99zz]]: no coding in force has this id")
    found = row(small, "“Well, I don't know” [[d7#99zz]]")
    assert (found["status"], found["document"]) == ("verbatim", "d2")
    assert found["difference"] == "[[d7#99zz]]: there is no such document"


def test_an_id_that_several_codings_share_is_said(small):
    assert "2 codings have an id like this" in row(small, "“Well, I don't know” [[d2#000]]")["difference"]


def test_the_answer_is_quick_on_many_quotations(index):
    import time

    lines = [line.partition(": ")[2] for line in body(index, BIRTHDAY).lines if ": " in line]
    texts = [f"“{line[:80]}” (Long)" for line in lines * 4 if len(line) > 30][:100]
    begun = time.process_time()
    rows(index, *texts)
    assert time.process_time() - begun < 20
