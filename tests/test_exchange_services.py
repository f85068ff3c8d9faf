"""Exports of transcription services become turns, and ordinary transcripts are never taken for one."""

from contextlib import suppress

import pytest
from builders import ROOT
from hypothesis import given
from hypothesis import strategies as st

from qualcode.core.document import Body
from qualcode.errors import BadFile
from qualcode.exchange.sources import ImportedText, plain, read_source
from qualcode.exchange.sources.services import from_lines


def converted(text):
    return from_lines(text.split("\n"))


def turns(found):
    """`(seconds, speaker, words)` as the app will see them."""
    text = Body(found.body, found.fields.get("speakers", ()))
    return [(turn.seconds, turn.speaker, text.text[turn.text_start : turn.end]) for turn in text.turns]


OTTER = """\
Visit in spring

Mei Liang  0:03  
We moved when the school opened.

It was late in the year.

Unknown Speaker  1:15  
And your brother: where was he?

Mei Liang  1:02:07  
In town.

Transcribed by https://otter.ai
"""
TEAMS = """\
Visit in spring-20240305_100000-Meeting Recording
March 5, 2024, 9:00AM

Sun, Li started transcription
Sun, Li   0:03
Shall we begin?
Wu, Mei   0:07
Yes. I came by bus.
Sun, Li   0:15
Good.
Sun, Li stopped transcription
"""
TEAMS_OLD = """\
0:0:0.0 --> 0:0:4.690
Sun, Li
Shall we begin?
0:0:5.20 --> 0:0:7.0
Wu, Mei
Yes.
0:0:7.10 --> 0:0:9.0
Wu, Mei
I came by bus.
"""
ZOOM = """\
[Mei Liang] 09:01:02
We moved

[Mei Liang] 09:01:05
when the school opened.

[Li] 09:01:10
Why?
"""
ZOOM_CHAT = """\
09:01:02 From Mei Liang : I am late
09:01:09 From  Li  to  Everyone : no matter
09:02:00 From Li to Mei Liang(Direct Message) : the code: 12
"""
ZOOM_CHAT_NEW = """\
09:01:02 From Mei Liang to Everyone:
\tI am late,
\tsorry
09:01:09 From Li to Everyone:
\tno matter
"""


def test_otter_keeps_its_paragraphs_and_loses_only_its_own_last_line():
    found = converted(OTTER)
    assert found.body == (
        "Visit in spring\n[00:00:03] Mei Liang: We moved when the school opened.\nIt was late in the year.\n"
        "[00:01:15] Unknown Speaker: And your brother: where was he?\n[01:02:07] Mei Liang: In town.\n"
    )
    assert found.fields == {"speakers": ["Mei Liang", "Unknown Speaker"]}
    assert (found.kind, found.losses) == ("Otter transcript", ("1 line of the service itself was left out",))
    assert [(seconds, who) for seconds, who, _ in turns(found)] == [
        (None, ""), (3.0, "Mei Liang"), (75.0, "Unknown Speaker"), (3727.0, "Mei Liang"),
    ]  # fmt: skip


def test_teams_with_name_and_time_on_a_line():
    found = converted(TEAMS)
    assert found.body.splitlines()[-3:] == [
        "[00:00:03] Sun, Li: Shall we begin?", "[00:00:07] Wu, Mei: Yes. I came by bus.", "[00:00:15] Sun, Li: Good.",
    ]  # fmt: skip
    assert found.losses == ("2 lines of the service itself were left out",)
    assert found.fields["speakers"] == ["Sun, Li", "Wu, Mei"]


def test_teams_with_times_above_the_name():
    found = converted("Visit in spring\n" + TEAMS_OLD)
    assert (
        found.body == "Visit in spring\n[00:00:00] Sun, Li: Shall we begin?\n[00:00:05] Wu, Mei: Yes. I came by bus.\n"
    )
    assert found.fields == {"speakers": ["Sun, Li", "Wu, Mei"], "duration": "00:00:09"}


def test_zoom_captions_are_joined_and_keep_the_time_of_day():
    found = converted(ZOOM)
    assert found.body == "[09:01:02] Mei Liang: We moved when the school opened.\n[09:01:10] Li: Why?\n"
    assert found.losses == ("the times are times of the day, as in the file, not of a recording",)
    assert "duration" not in found.fields


def test_zoom_chat():
    found = converted(ZOOM_CHAT)
    assert found.body == "[09:01:02] Mei Liang: I am late\n[09:01:09] Li: no matter\n[09:02:00] Li: the code: 12\n"
    assert found.losses[1:] == ("1 private message is shown without whom it went to",)


def test_zoom_chat_with_the_words_below():
    assert converted(ZOOM_CHAT_NEW).body == "[09:01:02] Mei Liang: I am late, sorry\n[09:01:09] Li: no matter\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Mei>We left\n\n00:03.000 --> 00:04.000\n<v Li>Why?\n", id="WebVTT"
        ),
        pytest.param(
            "1\n00:00:01,000 --> 00:00:02,000\nMei: We left\n\n2\n00:00:03,000 --> 00:00:04,000\nLi: Why?\n",
            id="SubRip",
        ),
    ],
)
def test_subtitles_saved_as_text_are_subtitles(text):
    assert converted(text).body == "[00:00:01] Mei: We left\n[00:00:03] Li: Why?\n"


def test_a_text_file_is_looked_at_this_way_and_keeps_its_encoding(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(OTTER.encode("utf-16"))
    assert "[00:00:03] Mei Liang: We moved" in read_source(path).body


ORDINARY = [
    pytest.param("", id="nothing"),
    pytest.param("Mei: We left.\nR: Why?\n", id="labels"),
    pytest.param("[00:00:12] Mei: We left.\n[00:00:20] R: Why?\n", id="labels with times"),
    pytest.param("Speaker 1 (00:12):\nWe left.\nSpeaker 2 (00:20):\nWhy?\n", id="Rev"),
    pytest.param("Breakfast  7:30\nShe made porridge.\nLunch  12:10\nNobody ate.\nHome  18:00\nDark already.\n", id="a day's notes"),
    pytest.param("Budget  3:15\nTotal  9:99\n", id="a list"),
    pytest.param("Mei  7:30\nCycles to school.\nMei  12:10\nEats alone.\nMei  18:00\nHome.\n", id="a day of one child"),
    pytest.param("Mei: I wrote\nBus  0:30\nBus  1:30\nR: And then?\nMei: It came at\nBus  1:50\nR: Ah.\nMei: So.\n", id="times in talk"),
    pytest.param("He said --> go\nand she --> stay\n", id="arrows"),
    pytest.param("0:0:0.0 --> 0:0:4.690\n0:0:0.0 --> 0:0:4.690", id="times without words"),
    pytest.param("[laughs] 10:20\n\nWe met at 09:01:02 in town.\n", id="brackets"),
    pytest.param("From Mei: a letter\n09:01:02 we left\n", id="a letter"),
    pytest.param("Mei  0:03\n" + "A long talk.\n" * 200, id="one line of a service"),
]  # fmt: skip


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_transcript_is_left_alone(text):
    assert converted(text) is None


@pytest.mark.parametrize("path", sorted((ROOT / "projects").glob("*/transcripts/*.md")), ids=lambda path: path.stem)
def test_our_own_documents_are_left_alone(path):
    assert converted(path.read_text("utf-8")) is None


NAMES = st.sampled_from(["Mei Liang", "Sun, Li", "Speaker 1", "奶奶"])
SAID = st.lists(
    st.tuples(NAMES, st.lists(st.from_regex(r"[a-z]{1,6}[.,]?", fullmatch=True), min_size=1).map(" ".join)), min_size=2, max_size=20
)  # fmt: skip


@given(SAID)
def test_no_word_of_an_otter_file_is_lost_or_doubled(said):
    text = (
        "".join(f"{name}  {n}:07\n{words}\n\n" for n, (name, words) in enumerate(said))
        + "Transcribed by https://otter.ai\n"
    )
    assert turns(converted(text)) == [(n * 60 + 7, name, words) for n, (name, words) in enumerate(said)]


PIECES = st.sampled_from(
    ["Mei  0:03", "[Li] 09:01:02", "\n", "\n", "0:0:0.0 --> 0:0:4.690", "09:01:02 From Li : x", "words", " ", ":",
     "Transcribed by https://otter.ai", "WEBVTT", "\t", "Mei\t1:02", "[::] 00:00:00", "99:99", "\x00", "9" * 400, "妈"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_lines_give_turns_or_nothing(text):
    found = converted(text)
    assert found is None or isinstance(found, ImportedText)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_text_file_gives_a_text_or_a_refusal(text):
    with suppress(BadFile):
        assert plain.read(text.encode(), "x.txt").body.endswith("\n")


@pytest.mark.parametrize("line", [" ", "a  ", "[", "[a] 0", "09:01:02 From ", "x:", "1:", "\t"])
def test_long_lines_take_no_time(line):
    converted((line * (300_000 // len(line)) + "\n") * 2)
    converted(line + "\n" + line * 40 + "1:00\n" * 20_000)
