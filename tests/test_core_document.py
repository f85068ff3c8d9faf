"""Turns, lines and speakers of a document."""

import re
import time
from collections import Counter

import pytest
from builders import DECOMPOSED, FAMILY, ROOT
from hypothesis import given
from hypothesis import strategies as st

from qualcode.core.document import Body, Turn, undeclared_label
from qualcode.files.transcripts import read_transcript

REAL = ROOT.parent / "shared" / "data" / "zh"


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


@pytest.mark.parametrize(
    ("line", "text_start", "seconds"),
    [
        pytest.param("**Mei**: Yes", 9, None, id="bold, then a colon"),
        pytest.param("**Mei:** Yes", 9, None, id="bold with its colon"),
        pytest.param("**Mei** Yes", 8, None, id="bold alone"),
        pytest.param("[Mei] Yes", 6, None, id="bracket"),
        pytest.param("[Mei]: Yes", 7, None, id="bracket with a colon"),
        pytest.param("Mei - Yes", 6, None, id="hyphen"),
        pytest.param("Mei – Yes", 6, None, id="dash"),
        pytest.param("Mei：Yes", 4, None, id="full-width colon"),
        pytest.param("Mei:Yes", 4, None, id="no space"),
        pytest.param("Mei:\t Yes", 6, None, id="a tab"),
        pytest.param("Mei\u00a0: Yes", 6, None, id="a French space"),
        pytest.param("  Mei: Yes", 7, None, id="indented"),
        pytest.param("Mei (00:12): Yes", 13, 12, id="a time behind"),
        pytest.param("Mei [00:12]: Yes", 13, 12, id="a time in brackets behind"),
        pytest.param("[00:12:03] Mei: Yes", 16, 723, id="a time before"),
        pytest.param("00:12:03 Mei: Yes", 14, 723, id="a bare time before"),
        pytest.param("[00:12 - 00:15] Mei: Yes", 21, 12, id="from when to when"),
        pytest.param("Mei (aunt): Yes", 12, None, id="a role in brackets"),
    ],
)
def test_a_declared_label_counts_in_any_style(line, text_start, seconds):
    turns = Body(f"Long: No\n{line}", ["Long", "Mei"]).turns
    assert [turn.speaker for turn in turns] == ["Long", "Mei"]
    assert (turns[1].text_start - turns[1].start, turns[1].seconds) == (text_start, seconds)


@pytest.mark.parametrize(
    "line",
    ["### 唐鳳：", "## 唐鳳", "**唐鳳**", "唐鳳:", "唐鳳  00:12", "00:00:12 唐鳳", "### **唐鳳：**"],
)
def test_words_may_begin_on_the_line_below_the_label(line):
    body = Body(f"{line}\n\n好的。\n還有。\n", ["唐鳳"])
    (turn,) = body.turns
    assert (turn.start, turn.line, turn.speaker) == (0, 0, "唐鳳")
    assert body.text[turn.text_start : turn.end] == "好的。\n還有。"


def test_a_label_above_another_label_says_nothing():
    turns = Body("### Mei:\n### Long:\nNo.\n").turns
    assert [(turn.speaker, turn.end - turn.text_start) for turn in turns] == [("Mei", 0), ("Long", 3)]


def test_times_without_labels_begin_turns_of_nobody():
    body = Body("[00:00:01] It rains.\nStill.\n[00:00:07] Two things: tea\n")
    assert [(turn.speaker, turn.seconds, body.text[turn.text_start : turn.end]) for turn in body.turns] == [
        ("", 1, "It rains.\nStill."), ("", 7, "Two things: tea"),
    ]  # fmt: skip


def test_a_time_without_a_label_ends_the_turn_before_where_labels_have_times_too():
    assert speakers("[00:00:01] Mei: Yes\n[00:00:02] who?\nmore\n[00:00:04] Long: No") == ["Mei", "", "Long"]


def test_a_time_within_a_turn_is_part_of_it_where_labels_have_none():
    assert speakers("Mei: Yes\n[00:05:00] and then\nLong: No\nMei: Oh") == ["Mei", "Long", "Mei"]


def test_a_time_on_a_line_of_its_own_is_that_of_the_label_below():
    turns = Body("[00:00:05]\nMei: Yes\n[00:05:00]\n\nLong: No\nMei: Oh\n[00:07:00]\nmore\nLong: Ah").turns
    assert [(turn.speaker, turn.seconds) for turn in turns if turn.speaker] == [
        ("Mei", 5), ("Long", 300), ("Mei", None), ("Long", None),
    ]  # fmt: skip


@pytest.mark.parametrize("folder", ["left-behind-children", "left-behind-press"])
def test_demonstration_transcripts_have_just_the_turns_their_labels_begin(folder):
    for path in sorted((ROOT / "projects" / folder / "transcripts").glob("*.md")):
        found = read_transcript(path, path.stem, path.name)
        labels = "|".join(map(re.escape, found.info.speakers))
        begun = re.findall(rf"^(?:\[[\d:]+\] )?({labels})(?:: |：)", found.body.text, re.MULTILINE) if labels else []
        for body in [found.body, Body(found.body.text)] if labels else []:
            assert [turn.speaker for turn in body.turns if turn.speaker] == begun


@pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not here")
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("interview-2016-07-02.md", {"": 1, "唐鳳": 42, "問": 42}),
        ("interview-2018-05-25.md", {"": 1, "唐鳳": 166, "張同學": 68}),
    ],
)
def test_real_chinese_interviews_have_all_their_turns(name, said):
    body = Body((REAL / name).read_text("utf-8"))
    assert Counter(turn.speaker for turn in body.turns) == said
    for turn in body.turns[1:]:
        assert body.text[turn.start : turn.text_start] == f"### {turn.speaker}：\n"
        assert body.text[turn.text_start : turn.end].strip()
        assert "###" not in body.text[turn.text_start : turn.end]


@pytest.mark.parametrize(
    "line",
    ["One thing: I left", "Note: tea", "http://example.org", "12:30 we left", "Genesis 3:16", "He said: no", "- item: one",
     "[laughs] yes", "[p. 3]", "[inaudible 00:12]", "[...]", "(pause)", "Mei: yes", "Mei (laughing): yes"],
)  # fmt: skip
def test_ordinary_lines_raise_no_alarm_about_a_forgotten_label(line):
    assert undeclared_label(line, ["Mei"]) == ""


@pytest.mark.parametrize("line", ["### 唐鳳：", "**Long:** no", "[00:00:01] Long: no", "P07 (00:12): no"])
def test_forgotten_labels_are_pointed_out_in_other_styles_too(line):
    assert undeclared_label(line, ["Mei"]) in ("唐鳳", "Long", "P07")


LINES = st.lists(
    st.one_of(
        st.sampled_from(
            ["", "  ", "Mei: yes", "小雅：好", "[00:00:01] no", "[00:00:02] Mei: x", "### Long:", "## Mei", "**Long** no",
             "MEI - so", "[Long] hm", "Mei 0:05", "One thing: I left", "word", "Mei (laughs):", "\u2028"]
        ),
        st.text(alphabet="Mei: 小：[]*#-0123\t\u2028\u200f()", max_size=20),
    ),
    max_size=12,
)  # fmt: skip


@given(LINES, st.sampled_from([(), ("Mei",), ("Mei", "Long", "小雅")]))
def test_turns_are_in_order_and_cover_every_line_that_is_not_blank(lines, labels):
    body = Body("\n".join(lines), labels)
    end = 0
    for turn in body.turns:
        assert end <= turn.start <= turn.text_start <= turn.end
        assert not body.text[end : turn.start].strip()
        assert turn.start == body.starts[turn.line]
        assert turn.speaker in body.text[turn.start : turn.text_start]
        assert turn.speaker in labels or not labels or not turn.speaker
        end = turn.end
    assert not body.text[end:].strip()


@pytest.mark.parametrize(
    "sign", [":", "：", "[", "**", "#", "- ", " ", "_", "A ", "1:11 ", "[0:11 ", "A:A", "[A]", "(", "\u200f"]
)
def test_a_line_of_a_megabyte_is_read_at_once(sign):
    body = Body(f"A{sign * 1_000_000}\n{sign * 1_000_000}:\nMei: yes")
    start = time.process_time()
    assert body.turns
    assert time.process_time() - start < 1
