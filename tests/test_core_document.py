"""Turns, lines and speakers of a document."""

import pytest
from builders import DECOMPOSED, FAMILY

from qualcode.core.document import Body, Turn, undeclared_label


def speakers(text, labels=()):
    return [turn.speaker for turn in Body(text, labels).turns]


def test_a_turn_runs_from_its_label_to_the_next():
    assert Body("Interviewer: How was it?\nMei: Cold.\n").turns == [
        Turn(start=0, text_start=13, end=24, line=0, speaker="Interviewer"),
        Turn(start=25, text_start=30, end=35, line=1, speaker="Mei"),
    ]


def test_further_paragraphs_belong_to_the_turn():
    assert Body("Mei: One.\n\nTwo.\n").turns == [Turn(0, 5, 15, 0, "Mei")]


def test_paragraphs_without_a_label_are_turns_of_nobody():
    assert Body("Rain.\n\nMud.\n").turns == [Turn(0, 0, 5, 0, ""), Turn(7, 7, 11, 2, "")]


@pytest.mark.parametrize(
    ("stamp", "seconds"),
    [("[00:01:05]", 65.0), ("[1:05]", 65.0), ("[01:00:00.5]", 3600.5), ("[0:00:01,250]", 1.25)],
    ids=lambda value: str(value),
)
def test_a_time_stamp_before_the_label_is_read(stamp, seconds):
    turn = Body(f"{stamp} Mei: Hi").turns[0]
    assert (turn.speaker, turn.seconds, turn.text_start) == ("Mei", seconds, len(stamp) + 6)


@pytest.mark.parametrize(
    ("text", "speaker", "text_start"),
    [
        pytest.param("小雅：我想妈妈", "小雅", 3, id="Chinese with a full-width colon"),
        pytest.param("小雅: 我想妈妈", "小雅", 4, id="Chinese with a colon"),
        pytest.param("Zo\u00e9: Non.", "Zoé", 5, id="composed accent"),
        pytest.param(f"Zo{DECOMPOSED}: Non.", f"Zo{DECOMPOSED}", 6, id="decomposed accent"),
        pytest.param("ليلى: نعم", "ليلى", 6, id="Arabic"),
        pytest.param("Dr. Wu: Yes.", "Dr. Wu", 8, id="a title with a full stop"),
        pytest.param("Interviewer (2): Yes.", "Interviewer (2)", 17, id="a number in brackets"),
        pytest.param("P07: Yes.", "P07", 5, id="a pseudonym"),
        pytest.param("**Mei**: Yes.", "Mei", 9, id="bold in Markdown"),
        pytest.param("Mei:", "Mei", 4, id="nothing said"),
    ],
)
def test_labels_of_all_kinds_are_recognised(text, speaker, text_start):
    turn = Body(text).turns[0]
    assert (turn.speaker, turn.text_start) == (speaker, text_start)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("We met at 10:30 there.", id="a time of day"),
        pytest.param("https://example.org", id="an address"),
        pytest.param("and then: silence", id="lower case"),
        pytest.param("I said this, and then she: no", id="a clause with a comma"),
        pytest.param("One two three four five: no", id="more than four words"),
    ],
)
def test_not_every_colon_makes_a_speaker(text):
    assert speakers(text) == [""]


def test_where_labels_are_declared_only_those_count():
    assert speakers("Warning: rain\nMei: Hi\nShe said: no", ["Mei"]) == ["", "Mei"]


def test_a_declared_label_may_look_like_no_name():
    assert speakers("the whole family together: We ate.", ["the whole family together"]) == [
        "the whole family together"
    ]


def test_a_line_separator_does_not_begin_a_turn():
    assert speakers("Mei: one\u2028Ling: two") == ["Mei"]


def test_an_empty_text_has_no_turns():
    assert Body("").turns == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [("Ling: Hi", "Ling"), ("Mei: Hi", ""), ("at 10:30", "")],
    ids=["forgotten", "declared", "none"],
)
def test_a_label_that_was_not_declared_is_pointed_out(line, expected):
    assert undeclared_label(line, ["Mei"]) == expected


def test_the_main_speaker_says_most_of_the_span():
    body = Body("Mei: I do.\nLing: No, no, no.\n")
    assert body.main_speaker(0, len(body)) == "Ling"
    assert body.main_speaker(5, 18) == "Mei"  # "I do." against "N"


def test_labels_do_not_count_as_speech():
    body = Body("A very long label: Ah.\nMei: Never.\n")
    assert body.main_speaker(0, len(body)) == "Mei"


def test_a_span_before_the_first_turn_belongs_to_the_turn_it_reaches():
    body = Body("\n\nMei: Hi")
    assert (body.turn_index(0), body.main_speaker(0, 9)) == (-1, "Mei")


def test_a_span_between_turns_has_the_speaker_before_it():
    body = Body("Mei: Hi\n\n\nLing: Ho")
    assert body.turn_index(8) == 0


def test_lines_and_turns_are_found_behind_wide_and_joined_signs():
    body = Body(f"Mei: {FAMILY}\n{DECOMPOSED}t{DECOMPOSED}\nLing: 好")
    assert body.line_of(10) == 0  # the LF behind five code points of emoji
    assert body.line_of(11) == 1
    assert (body.turns[1].start, body.turns[1].text_start, body.turns[1].end) == (17, 23, 24)
