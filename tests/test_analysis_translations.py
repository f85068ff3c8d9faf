"""Originals and translations: linked turns, and a passage's counterpart in the list of segments."""

import pytest
from builders import FAMILY, apply, edit, make_project, open_index, transcript, write_events

from qualcode.analysis.filters import Filters
from qualcode.analysis.segments import COLUMNS, segments
from qualcode.analysis.translations import doubtful_links, pair_names, pairs
from qualcode.errors import BadOption
from qualcode.notebook import OpenProject

ZH = f"研究者：吃了吗？\n\n小雅：吃了。{FAMILY}\n一碗面。\n\n研究者：\n\n小雅：我想妈妈。\n"
EN = "Researcher: Have you eaten?\n\nXiaoya: I have. A bowl of noodles.\n\nXiaoya: I miss my mother.\n"
PEOPLE = [{"id": "r", "name": "Researcher", "role": "researcher"}, {"id": "x", "name": "Xiaoya", "role": "daughter"}]


def a_project(folder, en=EN, **matter):
    speakers = {"研究者": "r", "小雅": "x"}
    matter = {"translation_of": "zh", "speakers": {"Researcher": "r", "Xiaoya": "x"}, **matter}
    project = make_project(
        folder / "p",
        {
            "zh": transcript(ZH, title="小雅", language="zh", speakers=speakers),
            "en": transcript(en, title="Xiaoya", language="en", **matter),
            "other": "Mei: It rains.\n",
        },
        participants=PEOPLE,
    )
    write_events(project, "c1", "zh", [apply(1, ZH, "我想妈妈"), apply(2, ZH, "吃了吗？\n\n小雅：吃了", "work")])
    write_events(project, "c1", "en", [apply(3, en, "A bowl"), apply(4, en, "Researcher")])
    write_events(project, "c1", "other", [apply(5, "Mei: It rains.\n", "rains")])
    return project


def translated(index, **filters):
    return [(row["text"], row["translation"], row["translation_document"])
            for row in segments(index, Filters(**filters), translation=True)]  # fmt: skip


def test_a_coding_comes_with_the_words_of_the_linked_turns_of_the_other_document(tmp_path):
    index = open_index(a_project(tmp_path))
    assert translated(index, document="zh") == [
        ("吃了吗？\n\n小雅：吃了", "Have you eaten?\nI have. A bowl of noodles.", "en"),
        ("我想妈妈", "I miss my mother.", "en"),
    ]
    assert translated(index, document="en") == [
        ("Researcher", "吃了吗？", "zh"),
        ("A bowl", f"吃了。{FAMILY}\n一碗面。", "zh"),
    ]


def test_documents_without_a_translation_have_empty_columns(tmp_path):
    assert translated(open_index(a_project(tmp_path)), document="other") == [("rains", "", "")]


def test_without_the_option_the_columns_are_not_there(tmp_path):
    index = open_index(a_project(tmp_path))
    assert segments(index).columns == COLUMNS
    assert segments(index, translation=True).columns == (*COLUMNS, "translation", "translation_document")


def test_a_lost_coding_has_no_counterpart(tmp_path):
    project = a_project(tmp_path)
    text = project.transcript("en").read_text("utf-8").replace("A bowl of noodles", "Noodle soup, two helpings")
    edit(project.transcript("en"), text)
    rows = segments(open_index(project), Filters(document="en"), translation=True)
    assert [row["translation"] for row in rows if row["anchor"] == "lost"] == [""]


def test_notebooks_get_both_quotes_too(tmp_path):
    with OpenProject(a_project(tmp_path)) as project:
        assert project.segments(document="zh", translation=True)[1]["translation"] == "I miss my mother."
        assert project.translations.to_dicts()[0] == {
            "original": "zh", "translation": "en", "language": "zh", "translated_into": "en", "turns": 3,
            "translated_turns": 3, "pins": 0, "surplus": 0, "unlinked": 0, "doubtful": 0,
        }  # fmt: skip


def test_a_pin_moves_the_links_from_there_on(tmp_path):
    en = EN.replace("A bowl of noodles.", "Yes.\n\nXiaoya: A bowl of noodles.")
    index = open_index(a_project(tmp_path, en, aligned=["4=4"]))
    assert translated(index, document="zh")[1] == ("我想妈妈", "I miss my mother.", "en")
    assert [(row["pins"], row["surplus"]) for row in pairs(index)] == [(1, 1)]


def test_links_between_different_people_are_listed_with_a_proposal(tmp_path):
    en = "Researcher: Good morning.\n\n" + EN
    table, idle = doubtful_links(open_index(a_project(tmp_path, en)))
    assert [(row["turn"], row["translated_turn"], row["proposal"]) for row in table] == [(2, 2, "2=3")]
    assert (table[0]["speaker"], table[0]["translated_speaker"], table[0]["translated_line"]) == (
        "小雅",
        "Researcher",
        3,
    )
    assert idle == []


@pytest.mark.parametrize("pin", ["3=3", "9=1"], ids=["a turn without words", "no such turn"])
def test_a_pin_that_does_not_hold_is_named_and_changes_nothing(tmp_path, pin):
    index = open_index(a_project(tmp_path, aligned=[pin]))
    table, idle = doubtful_links(index, "en")
    assert len(table) == 0
    assert f"the pin {pin} does not hold" in idle[0]


def test_a_pin_that_is_none_is_a_problem_of_the_file(tmp_path):
    index = open_index(a_project(tmp_path, aligned=["one=two"]))
    assert [problem.message for problem in index.problems()] == [
        "aligned: turns are aligned as 12=13: turn 12 of the original is turn 13 of this translation"
    ]
    assert len(pair_names(index)) == 1


def test_a_document_outside_any_pair_has_nothing_to_check(tmp_path):
    with pytest.raises(BadOption, match="translations link"):
        doubtful_links(open_index(a_project(tmp_path)), "other")


@pytest.mark.parametrize("original", ["en", "gone"], ids=["itself", "not there"])
def test_a_translation_of_itself_or_of_nothing_is_no_pair(tmp_path, original):
    index = open_index(a_project(tmp_path, translation_of=original))
    assert pair_names(index) == []
    assert {row[1:] for row in translated(index)} == {("", "")}
