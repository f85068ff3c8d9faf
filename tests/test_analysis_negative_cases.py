"""Negative cases: the words that a code's quotes share, where a case says them, and the note of what was looked for."""

import pytest
from builders import apply, make_project, open_index, transcript, write_events

from qualcode.analysis.negative_cases import (
    documents_of,
    hits_in_case,
    not_found_text,
    not_found_title,
    phrases,
    shared_words,
)
from qualcode.errors import BadOption, UnknownName

LIANG = (
    "Mother: I miss them in the evening. We phone.\nXiaoya: I miss her in the evening.\nMother: I work in the field.\n"
)
ZHAO = "Long: I work. In the evening I count sheep. I am missing nothing.\nFather: I work in the field.\n"
GROUP = "Long: The evening is long here.\nXiaoya: The evening is mine.\nAnn: The evening passes.\n"
ZH = "妈妈: 我想家，想给家里打电话。\n小雅: 她想打电话给我。\n妈妈: 我在这里工作。我吃饭。她吃饭。\n"


@pytest.fixture
def index(tmp_path):
    project = make_project(
        tmp_path / "p",
        {
            "l1": transcript(LIANG, case="liang", speakers={"Mother": "p1", "Xiaoya": "p2"}),
            "z1": transcript(ZHAO, case="zhao", speakers={"Long": "p3"}),
            "group": transcript(GROUP, speakers={"Long": "p3", "Xiaoya": "p2"}),
        },
        cases=["liang", "zhao", "wu"],
        participants=[
            {"id": "p1", "name": "Mother", "role": "parent", "case": "liang"},
            {"id": "p2", "name": "Xiaoya", "role": "child", "case": "liang"},
            {"id": "p3", "name": "Long", "role": "child", "case": "zhao"},
        ],
    )
    write_events(project, "c1", "l1", [apply(1, LIANG, "I miss them in the evening."), apply(2, LIANG, "I miss her in the evening."),
                                       apply(3, LIANG, "We phone.", "work")])  # fmt: skip
    return open_index(project)


def words(found):
    return [word.word for word in found]


def test_words_that_the_quotes_share_are_those_said_more_often_in_them_than_elsewhere(index):
    found = shared_words(index, "longing")
    assert words(found) == ["miss"]
    assert found[0] == ("miss", 2, 2, 2)


def test_words_that_are_said_everywhere_fall_out_though_every_quote_has_them(index):
    assert not {"i", "in", "the"} & set(words(shared_words(index, "longing")))


def test_a_theme_has_the_words_of_its_sub_codes(index):
    assert words(shared_words(index, "emotion")) == ["miss"]


def test_of_a_single_quote_every_word_of_its_own_counts(index):
    assert words(shared_words(index, "work")) == ["phone", "we"]


def test_a_code_without_quotes_has_no_words(index):
    write_events(index.folder, "c1", "l1", [])
    index.refresh()
    assert shared_words(index, "longing") == []


def test_a_passage_that_two_coders_coded_counts_once(index):
    write_events(index.folder, "c2", "l1", [apply(9, LIANG, "We phone.", "emotion")])
    write_events(index.folder, "c3", "l1", [apply(10, LIANG, "We phone.", "emotion")])
    index.refresh()
    assert "phone" not in words(shared_words(index, "emotion"))


def test_chinese_is_taken_in_pieces_the_longest_that_as_many_quotes_have(tmp_path):
    project = make_project(tmp_path / "p", {"d": transcript(ZH, case="liang")}, cases=["liang"])
    write_events(project, "c1", "d", [apply(1, ZH, "我想家，想给家里打电话。"), apply(2, ZH, "她想打电话给我。")])
    found = shared_words(open_index(project), "longing")
    assert "打电话" in words(found)
    assert not {"打", "电", "话", "打电", "电话"} & set(words(found))


def test_an_unknown_code_is_told(index):
    with pytest.raises(UnknownName, match="lnging"):
        shared_words(index, "lnging")


def test_hits_are_what_the_case_says_with_what_stands_either_side(index):
    (hit,) = [hit for hit in hits_in_case(index, "zhao", ["evening"]) if hit.document == "z1"]
    assert (hit.hit, hit.speaker, hit.line) == ("evening", "Long", 1)
    assert ZHAO[hit.start : hit.end] == "evening"
    assert hit.left.endswith("In the ")
    assert hit.right.startswith(" I count sheep.")


def test_in_a_focus_group_only_the_cases_own_participants_are_heard(index):
    hits = hits_in_case(index, "zhao", ["evening"])
    assert [(hit.document, hit.speaker) for hit in hits] == [("z1", "Long"), ("group", "Long")]


def test_only_whole_words_are_found_unless_a_star_stands_at_the_end(index):
    assert hits_in_case(index, "zhao", ["miss"]) == []
    assert [hit.hit for hit in hits_in_case(index, "zhao", ["miss*"])] == ["missing"]


def test_hits_of_several_words_come_in_the_order_of_the_text(index):
    hits = [hit.hit for hit in hits_in_case(index, "zhao", ["sheep", "work", "i work"]) if hit.document == "z1"]
    assert hits == ["I work", "sheep", "I work"]


def test_speakers_labels_are_no_hits(index):
    assert hits_in_case(index, "liang", ["mother"]) == []


def test_no_words_are_refused(index):
    with pytest.raises(BadOption, match="words"):
        hits_in_case(index, "zhao", [])


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("miss, phone call", ["miss", "phone call"]),
        ("想家，电话、家里", ["想家", "电话", "家里"]),
        (" , miss ,, miss ; long ", ["miss", "long"]),
        ("", []),
    ],
)
def test_commas_of_any_kind_stand_between_the_words(typed, expected):
    assert phrases(typed) == expected


def test_a_case_is_looked_for_in_its_documents_and_where_its_people_speak(index):
    assert set(documents_of(index, "zhao")) == {"z1", "group"}
    assert documents_of(index, "wu") == []


def test_of_people_called_alike_the_one_whom_the_document_names_counts(tmp_path):
    long = [{"id": f"{case}-long", "name": "Long", "role": "child", "case": case} for case in ("liang", "zhao")]
    group = transcript(GROUP, speakers={"Long": "zhao-long"})
    found = open_index(make_project(tmp_path / "p", {"group": group}, cases=["liang", "zhao"], participants=long))
    assert documents_of(found, "zhao") == ["group"]
    assert documents_of(found, "liang") == []


def test_the_note_says_the_words_the_documents_and_the_result(index):
    hits = hits_in_case(index, "zhao", ["evening", "miss"])
    text = not_found_text(index, "longing", "zhao", ["evening", "miss"], hits, "He counts sheep.")
    assert text.startswith("[[code:emotion/longing]] was looked for in [[case:zhao]].\n")
    assert "Words: evening, miss\n" in text
    assert "Result: 2 hits, read and not coded with it.\n" in text
    assert "- [[z1]]: 1 hit\n" in text
    assert "- [[group]]: 1 hit\n" in text
    assert text.endswith("\nHe counts sheep.\n")
    assert not_found_title(index, "longing", "zhao") == "Looked for and not found: longing × zhao"


def test_the_note_says_when_nothing_was_there(index):
    text = not_found_text(index, "longing", "zhao", ["miss"], [])
    assert "Result: nothing.\n" in text
    assert "- [[z1]]: no hits\n" in text


def test_the_note_on_a_case_without_documents_says_so(index):
    assert "The case has no documents." in not_found_text(index, "longing", "wu", ["miss"], [])
