"""Who speaks: which labels of a text begin turns, and the renaming of one."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualcode.core.document import Body
from qualcode.core.label_likeness import likeness
from qualcode.core.openings import openings
from qualcode.core.speakers import find_labels, rename_label
from qualcode.errors import BadOption


def speakers(text, labels=()):
    return [turn.speaker for turn in Body(text, labels).turns]


def found(text):
    return {label.label: label.doubtful for label in find_labels(text.split("\n"))}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("Q: Why?\nA: So.\nQ: And?", "Q A Q", id="question and answer"),
        pytest.param("MEI - Why?\nLONG - So - well.\nMEI - And?", "MEI LONG MEI", id="hyphens"),
        pytest.param("Mei – Why?\nLong – So.\nMei – And?", "Mei Long Mei", id="dashes"),
        pytest.param("[Mei] Why?\n[Long] So.\n[laughs]\n[Mei] And?", "Mei Long Mei", id="brackets"),
        pytest.param("[Mei]: Why?\n[Long]: So.", "Mei Long", id="brackets with a colon"),
        pytest.param("[Mei] Why?\n[Long] So.", "Mei Long", id="brackets, each once"),
        pytest.param("**Mei**: Why?\n**Long:** So.", "Mei Long", id="bold with a colon"),
        pytest.param("**Mei** Why?\n\n**Long** So.\n\n**Mei** And?", "Mei Long Mei", id="bold"),
        pytest.param("**Interviewer:** Why?\nMei: So.\n**Interviewer:** Oh.\nMei: Ah.", "Interviewer Mei Interviewer Mei",
                     id="only the interviewer in bold"),
        pytest.param("## Mei\nWhy?\n\n## Long\nSo.\n\n## Mei\nAnd?", "Mei Long Mei", id="headings"),
        pytest.param("### 唐鳳：\n好。\n\n### 問：\n是嗎？", "唐鳳 問", id="Chinese headings"),
        pytest.param("Mei (00:12): Why?\nLong (00:15): So.", "Mei Long", id="times behind"),
        pytest.param("00:00:12 Mei: Why?\n00:00:15 Long: So.", "Mei Long", id="times before"),
        pytest.param("Mei  0:12\nWhy?\n\nLong  0:15\nSo.", "Mei Long", id="lines with label and time"),
        pytest.param("00:00:12 P1\nWhy?\n00:00:15 P2\nSo.", "P1 P2", id="lines with time and label"),
        pytest.param("P07: Why?\nI1: So.\nM2: And?", "P07 I1 M2", id="initials with numbers"),
        pytest.param("小雅:我们\n奶奶:吃饭\n小雅:好", "小雅 奶奶 小雅", id="Chinese with narrow colons and no space"),
        pytest.param("田中：はい\n聞き手：なぜ\n田中：さあ", "田中 聞き手 田中", id="Japanese"),
        pytest.param("김민수: 네\n면접자: 왜요\n김민수: 음", "김민수 면접자 김민수", id="Korean"),
        pytest.param("ليلى: نعم\nكريم: لا\nليلى: طيب", "ليلى كريم ليلى", id="Arabic"),
        pytest.param("מראיין: כן\nליאת: לא\nמראיין: אז", "מראיין ליאת מראיין", id="Hebrew"),
        pytest.param("R:\t Why?\nM:\tSo.\nR:\tAnd?", "R M R", id="tabs"),
        pytest.param("Oui : Zoé\nZoé : Non.\nOui : Bon", "Oui Zoé Oui", id="a space before the colon"),
        pytest.param("i: why\nr: so\ni: and\nr: no\ni: oh\nr: ah", "i r i r i r", id="everybody in lower case"),
        pytest.param("Mei: Why?\nMei (laughs): So!\nLong (softly): And?", "Mei Mei Long_(softly)", id="how it was said"),
        pytest.param("Mei: Hello.\nLong: Hello.\nGrandmother: Eat.", "Mei Long Grandmother", id="everybody once"),
    ],
)  # fmt: skip
def test_speakers_are_found_in_every_style(text, said):
    assert speakers(text) == [label.replace("_", " ") for label in said.split()]


@pytest.mark.parametrize(
    "label",
    ["Interviewer 2", "Speaker 1", "Dr. Wu", "Anna K.", "Ms O’Neill", "Zhao Li (mother)", "P07", "Jean-Pierre", "A. K.", "小雅",
     "Jan van der Berg", "王 小明", "أم ليلى", "Interviewer (2)", "MOTHER", "Q"],
)  # fmt: skip
def test_labels_that_look_like_names_count_though_they_occur_once(label):
    text = f"Mei: Hello.\nLong: Yes.\n{label}: And I.\nMei: So.\nLong: Well."
    assert speakers(text) == ["Mei", "Long", label, "Mei", "Long"]


@pytest.mark.parametrize(
    "line",
    ["One thing: I left", "But then: nothing", "My mother: she left", "Note: tea", "NB: no", "He said: no",
     "http://example.org", "12:30 we left", "Genesis 3:16", "Genesis 3: 16", "- item", "- rice: two", "* tea: one", "1. soup: no",
     "[laughs]", "[Laughs] so", "[p. 3]", "[inaudible 00:12]", "[...]", "[…] yes", "(pause)", "First: money", "We met at 10：30",
     "**Important** this", "Shanghai - a city", "## Part", "The day she left - rain", "一件事：我走了", "他说：不", "但是：我",
     "2016: we moved", "I left. Mother: stayed", "and then: no", "Two reasons, then: money", "C:\\\\data", "Well - no",
     "“Mei: no”", ":", "::"],
)  # fmt: skip
def test_no_speaker_is_made_of_an_ordinary_line(line):
    text = f"Mei: Hello.\n{line}\nLong: Yes.\nMei: So.\n{line}\nLong: Well.\nMei: Ah.\nLong: Oh."
    assert set(speakers(text)) == {"Mei", "Long"}
    assert set(speakers(line)) == {""}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "Rain.\n\nWe went up.\n\nIt is cold.\n\nShanghai: there they are.\n\nMore.\n\nMud.", id="one colon"
        ),
        pytest.param(
            "Rain.\n\n**Trust** is needed.\n\nMore.\n\n**Trust** again.\n\n**Care** is rare.\n\nMud.", id="bold terms"
        ),
        pytest.param("# Visit\n\n## Rooms\nFour.\n\n## Meals\nNoodles.\n\n## People\nThree.", id="an article"),
        pytest.param("Apples - 3\nPears - 4\nPlums - 7", id="a list"),
        pytest.param("Date: 2009-02-01\nPlace: home", id="a form"),
    ],
)
def test_texts_without_speakers_have_none(text):
    assert set(speakers(text)) == {""}


def test_a_label_that_was_not_taken_is_told_with_the_reason():
    told = found("Mei: Hello.\nLong: Yes.\nOne thing: I left.\nMei: So.\n[Laughs] no\nLong: Ah.")
    assert told == {
        "Mei": "", "Long": "", "One thing": "it begins like a sentence", "Laughs": "it says what was heard"
    }  # fmt: skip


def test_a_found_label_says_how_it_is_written_how_often_and_where_first():
    first = find_labels(["", "**Mei**: yes", "Long: no", "Mei: yes"])[0]
    assert (first.label, first.style, first.count, first.line) == ("Mei", "bold", 2, 1)


@pytest.mark.parametrize(
    ("label", "expected"),
    [("Mei", "name"), ("Mother Liang", "name"), ("Field worker", "role"), ("One thing", "phrase"), ("mei", "lower"), ("he said", ""),
     ("Wu, Anna", "role"), ("Mei/Long", "role"), ("P3?", "role"), ("Speaker #2", "name"), ("Why?", ""), ("No, Mei", ""),
     ("12/3", ""), ("/", ""), ("a/", ""),
     ("奶奶", "name"), ("臺北大學張同學", "role"), ("", ""), ("—", "")],
)  # fmt: skip
def test_what_a_label_looks_like(label, expected):
    assert likeness(label) == expected


@given(st.text(max_size=90), st.lists(st.text(max_size=30), max_size=6))
def test_detection_never_raises(line, lines):
    for opening in openings(line):
        assert line[opening.at : opening.at + len(opening.label)] == opening.label
        assert opening.at + len(opening.label) <= opening.length <= len(line)
    find_labels([line, *lines, line])


def test_two_hundred_thousand_lines_are_judged_in_a_moment():
    lines = ["Mei: I do not know what she said then.", "", "Long: No.", "It rained, and we stayed."] * 50_000
    start = time.process_time()
    assert [label.label for label in find_labels(lines)] == ["Mei", "Long"]
    assert time.process_time() - start < 2


STYLES = ["{}: yes", "{}：yes", "[00:00:01] {}: yes", "**{}**: yes", "**{}:** yes", "**{}** yes", "### {}：\nyes", "[{}] yes",
          "{} - yes", "{} (00:12): yes", "{}:\tyes", "{}  00:12\nyes"]  # fmt: skip


@pytest.mark.parametrize("style", STYLES)
def test_renaming_keeps_the_style(style):
    text = "\n\n".join([style.format("Mei"), "Mei said so.", style.format("Long"), style.format("Mei")])
    renamed = rename_label(text, "Mei", "Mother Liang", ["Mei", "Long"])
    assert renamed == text.replace(style.format("Mei"), style.format("Mother Liang"))
    assert rename_label(renamed, "Mother Liang", "Mei", ["Mother Liang", "Long"]) == text


def test_only_what_begins_a_turn_is_renamed():
    text = "Mei: Mei: I am Mei.\nLong: Mei, Mei: come!\n"
    assert rename_label(text, "Mei", "Ling") == "Ling: Mei: I am Mei.\nLong: Mei, Mei: come!\n"


@pytest.mark.parametrize(
    "label", ["", " Mei", "Mei: x", "Mei：", "a\nb", "x" * 61, "\x1b[2J", "Long", "**", "[x]"], ids=ascii
)
def test_a_label_that_would_not_be_read_back_is_refused(label):
    with pytest.raises(BadOption):
        rename_label("Mei: yes\nLong: no", "Mei", label, ["Mei", "Long"])


def test_without_declared_speakers_a_label_that_looks_like_none_is_refused():
    with pytest.raises(BadOption, match="declare"):
        rename_label("Mei: yes\nLong: no", "Mei", "one of the neighbours")


def test_a_label_that_would_make_other_lines_into_turns_is_refused():
    with pytest.raises(BadOption, match="line 2"):
        rename_label("Mei: yes\nNote: no\nLong: no", "Mei", "Note", ["Mei", "Long"])


def test_two_labels_of_one_person_are_made_one_when_asked_for():
    text = "Speaker 1: a\nSpeaker 2: b\nSpeaker 3: c"
    assert rename_label(text, "Speaker 3", "Speaker 1", merge=True) == "Speaker 1: a\nSpeaker 2: b\nSpeaker 1: c"


@given(
    st.lists(st.tuples(st.sampled_from(["Mei", "Long", "小雅", "Dr. Wu"]), st.sampled_from(STYLES)), max_size=8),
    st.sampled_from(["Ling", "奶奶", "one of them", "P07", "Zhao (2)", "J-P", "ليلى"]),
)
def test_renaming_there_and_back_gives_the_same_text(turns, new):
    text = "\n".join(style.format(label) for label, style in turns)
    labels = ["Mei", "Long", "小雅", "Dr. Wu"]
    renamed = rename_label(text, "Mei", new, labels)
    there = [new if label == "Mei" else label for label in labels]
    assert speakers(renamed, there) == [new if label == "Mei" else label for label in speakers(text, labels)]
    assert rename_label(renamed, new, "Mei", there) == text
