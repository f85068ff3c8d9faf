"""Subtitles become turns: each speaker's words in order, once, with the time at which they begin."""

import re

import pytest
from builders import ROOT
from hypothesis import given
from hypothesis import strategies as st

from qualcode.core.document import Body
from qualcode.errors import BadFile
from qualcode.exchange.sources import ImportedText, read_source
from qualcode.exchange.sources.cues import read

REAL = ROOT.parent / "shared" / "data" / "vtt"
real = pytest.mark.skipif(not REAL.is_dir(), reason="the shared data are not here")


def vtt(*cues, header="WEBVTT"):
    return "\n\n".join([header, *cues]) + "\n"


def imported(text, name="talk.vtt", **options):
    return read(text.encode() if isinstance(text, str) else text, name, **options)


def body(text, name="talk.vtt"):
    return imported(text, name).body


def turns(found):
    """`(seconds, speaker, words)` as the app will see them."""
    text = Body(found.body, found.fields.get("speakers", ()))
    return [(turn.seconds, turn.speaker, text.text[turn.text_start : turn.end]) for turn in text.turns]


def spoken_words(raw):
    """All words of a file's cues in the order of their starts, found by another way than the reader's."""
    times = re.compile(r"^([-\d:.]+) --> .*$", re.MULTILINE)
    pieces = times.split(raw.replace("\r\n", "\n"))[1:]
    for payload in pieces[1::2]:
        payload = re.sub(r"<[^>]*>", "", payload).lstrip()
        payload = re.sub(r"\n\n\S*\n?$", "\n", payload)
        yield from re.sub(r"^[A-Z]\w+ [A-Z]\w+: ", "", payload).split()


def without_labels(text):
    return [
        word for line in text.splitlines() for word in re.sub(r"^\[[\d:]+\] (?:[A-Z][^:]{0,40}: )?", "", line).split()
    ]


@real
@pytest.mark.parametrize(
    ("name", "turn_count", "speakers", "duration", "first", "last"),
    [
        pytest.param(
            "TeamsPremium.vtt", 10, ["Charles", "Janaki"], "00:07:57",
            "[00:00:06] Charles: I'm 10123. Hi I'm heading off. OK. Lovely. See you later.", "[00:07:56] Janaki: Yeah.",
            id="Teams Premium",
        ),
        pytest.param(
            "teams_2022.vtt", 95, ["Hurst, Peter", "Wright, Steve"], "00:12:43",
            "[00:00:00] Hurst, Peter: Yeah.", "[00:12:41] Hurst, Peter: OK.",
            id="Teams 2022",
        ),
        pytest.param(
            "zoom_transcript.vtt", 34,
            ["Andrew Knight", "Paul McCartney", "George Harrison", "Ringo Starr", "John Lennon"], "00:55:41",
            None, None, id="Zoom",
        ),
    ],
)  # fmt: skip
def test_real_files_give_all_their_turns(name, turn_count, speakers, duration, first, last):
    found = read_source(REAL / name)
    lines = found.body.splitlines()
    assert (len(lines), found.fields["speakers"], found.fields["duration"]) == (turn_count, speakers, duration)
    assert first is None or (lines[0], lines[-1]) == (first, last)


@real
@pytest.mark.parametrize("name", ["TeamsPremium.vtt", "teams_2022.vtt", "zoom_transcript.vtt"])
def test_no_word_of_a_real_file_is_lost_or_doubled(name):
    raw = (REAL / name).read_text("utf-8-sig")
    assert sorted(without_labels(read_source(REAL / name).body)) == sorted(spoken_words(raw))


@real
@pytest.mark.parametrize("name", ["TeamsPremium.vtt", "teams_2022.vtt", "zoom_transcript.vtt"])
def test_times_of_a_real_file_go_forward_and_the_app_reads_the_same_turns(name):
    found = read_source(REAL / name)
    seen = turns(found)
    assert len(seen) == len(found.body.splitlines())
    times = [seconds for seconds, _, _ in seen]
    assert times == sorted(times)
    assert {speaker for _, speaker, _ in seen} - {""} == set(found.fields["speakers"])


@real
def test_the_two_cues_of_the_zoom_file_that_name_nobody_are_turns_of_nobody():
    found = turns(read_source(REAL / "zoom_transcript.vtt"))
    assert [words for _, speaker, words in found if not speaker] == ["And that", "Yes. Okay."]


def test_a_cue_that_began_before_the_one_above_it_stands_before_it():
    text = vtt(
        "0:0:53.30 --> 0:0:53.580\n<v Sun, Li>Oh.</v>", "0:0:52.980 --> 0:1:2.110\n<v Wu, Mei>We left early.</v>"
    )
    assert body(text) == "[00:00:52] Wu, Mei: We left early.\n[00:00:53] Sun, Li: Oh.\n"


def test_a_file_made_of_two_recordings_keeps_its_order():
    text = vtt("00:10:00.000 --> 00:10:02.000\n<v A>Part one.", "00:00:01.000 --> 00:00:03.000\n<v B>Part two.")
    assert body(text) == "[00:10:00] A: Part one.\n[00:00:01] B: Part two.\n"


def test_cues_of_one_speaker_are_one_turn_until_somebody_else_speaks():
    text = vtt(
        "00:01.000 --> 00:02.000\n<v Mei>I went",
        "00:09.000 --> 00:10.000\n<v Mei>home.",
        "00:11.000 --> 00:12.000\n<v Long>Ah.",
    )
    assert body(text) == "[00:00:01] Mei: I went home.\n[00:00:11] Long: Ah.\n"


def test_chinese_lines_are_joined_without_a_space():
    text = vtt("00:01.000 --> 00:02.000\n<v 奶奶>他每天\n七点起床。", "00:03.000 --> 00:04.000\n<v 奶奶>自己做饭 OK")
    assert body(text) == "[00:00:01] 奶奶: 他每天七点起床。自己做饭 OK\n"


@pytest.mark.parametrize(
    ("payload", "line"),
    [
        pytest.param("<v.loud Mei Li>Come!</v>", "Mei Li: Come!", id="voice with class"),
        pytest.param("<v Mei &amp; Li>Yes", "Mei & Li: Yes", id="entity in a name"),
        pytest.param("<v Mei>a <i>b</i> <c.red.big>c</c> <b>d</b><u>e</u>", "Mei: a b c de", id="formatting"),
        pytest.param("<v Mei>one <00:00:01.000>two<00:00:02.500><c> three</c>", "Mei: one two three", id="times inside"),
        pytest.param("<v Mei><ruby>漢<rt>kan</rt>字<rt>ji</rt></ruby>", "Mei: 漢字", id="ruby"),
        pytest.param("<v Mei>R&amp;D &lt;3 a&nbsp;b &#39;x&#39; &lrm;", "Mei: R&D <3 a\u00a0b 'x' \u200e", id="entities"),
        pytest.param("<v Mei>AT&T; 5 < 6 > 4 <laughs> <inaudible>", "Mei: AT&T; 5 < 6 > 4 <laughs> <inaudible>", id="no tags"),
        pytest.param("<v Mei>a {b} {\\an8}c", "Mei: a {b} c", id="SubRip position"),
        pytest.param("<v\nMei>split\nover <lang en>lines</lang>", "Mei: split over lines", id="tag over two lines"),
        pytest.param("<v Dr: Wu [guest]>Hm", "Dr Wu guest: Hm", id="a name that could not be read back"),
        pytest.param("<font color='#fff'>Mei: Hi</font>", "Mei: Hi", id="font"),
    ],
)  # fmt: skip
def test_tags_go_and_words_stay(payload, line):
    assert body(vtt(f"00:05.000 --> 00:06.000 align:start position:0%\n{payload}")) == f"[00:00:05] {line}\n"


def test_several_voices_in_one_cue_are_several_turns():
    text = vtt("00:05.000 --> 00:06.000\n<v Mei>Ready?</v>\n<v Long>Yes.</v>")
    assert body(text) == "[00:00:05] Mei: Ready?\n[00:00:05] Long: Yes.\n"


def test_notes_styles_and_regions_are_no_words_and_notes_are_counted():
    text = vtt(
        "NOTE for the typist\nnot spoken", "STYLE\n::cue { color: red }", "REGION\nid:fred", "NOTE Confidence: 0.9",
        "intro\n00:01.000 --> 00:02.000 region:fred\n<v Mei>Hello.", "NOTE\nmore", header="WEBVTT - Visit\nKind: captions\nLanguage: en",
    )  # fmt: skip
    found = imported(text)
    assert (found.body, found.fields["language"]) == ("[00:00:01] Mei: Hello.\n", "en")
    assert found.losses == ("2 notes (NOTE) were left out",)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("WEBVTT\n00:01.000 --> 00:02.000\n<v Mei>One\n00:02.000 --> 00:03.000\n<v Mei>two", id="no blank lines"),
        pytest.param("\ufeffWEBVTT\r\n\r\n00:01.000 --> 00:02.000\r\n<v Mei>One\r\ntwo\r\n\r\n", id="mark and CRLF"),
        pytest.param("WEBVTT\r\r00:01.000 --> 00:02.000\r<v Mei>One two\r", id="CR"),
        pytest.param("1\n00:01.000 --> 00:02.000\n<v Mei>One\n2\n00:02.000 --> 00:03.000\n<v Mei>two\n", id="numbers only"),
        pytest.param("WEBVTT\n\nab-c\n00:01.000 --> 00:02.000\n<v Mei>One\n\ntwo\n\n", id="blank line in a cue"),
        pytest.param(
            "WEBVTT\n\n1\n\n00:01.000-->00:02.000\n<v Mei>One\n\n2\n\n00:02.000-->00:03.000\n<v Mei>two", id="blank line below the id",
        ),
        pytest.param("WEBVTT\n\n0:0:-1.-820 --> 0:0:1.0\n<v Mei>One\n\n0:0:1.0 --> 0:0:2.0\n<v Mei>two", id="negative"),
        pytest.param('WEBVTT\n\n1 "Mei" (471100)\n00:01.000 --> 00:02.000\nOne two\n', id="Webex"),
    ],
)  # fmt: skip
def test_files_that_break_the_rules_give_their_words_all_the_same(text):
    assert re.fullmatch(r"\[00:00:0[01]\] Mei: One two\n", body(text))


@pytest.mark.parametrize(
    ("time", "stamp"),
    [
        pytest.param("00:00:01.999", "00:00:01", id="rounded down"),
        pytest.param("0:0:-6.-820", "00:00:00", id="negative"),
        pytest.param("1:2:3.4", "01:02:03", id="unpadded"),
        pytest.param("61:01.000", "01:01:01", id="minutes beyond the hour"),
        pytest.param("100:00:00.000", "100:00:00", id="long"),
        pytest.param("99999999:00:00.000", "999:59:59", id="beyond all measure"),
        pytest.param("00:00:07,5", "00:00:07", id="comma"),
        pytest.param("00: 00: 07, 500", "00:00:07", id="spaces within"),
    ],
)
def test_times_as_real_files_have_them(time, stamp):
    assert body(vtt(f"{time} --> 00:00:08.000\n<v Mei>Hi")) == f"[{stamp}] Mei: Hi\n"


def test_a_time_that_cannot_be_read_loses_no_words_and_is_reported():
    found = imported(vtt("00:01.000 --> 00:02.000\n<v Mei>One", "1:2:3:4:5 --> 00:03.000\n<v Long>two"))
    assert found.body == "[00:00:01] Mei: One\n[00:00:02] Long: two\n"
    assert found.losses == ("1 time cannot be read: the words there got the time of the cue before",)


class TestNamesBeforeTheWords:
    def test_recurring_names_are_speakers_and_a_cue_without_one_has_none(self):
        text = vtt(
            "00:01.000 --> 00:02.000\nMei Liang: I left.", "00:03.000 --> 00:04.000\nNo.",
            "00:05.000 --> 00:06.000\nLong: Why?", "00:07.000 --> 00:08.000\nMei Liang: One thing: money.",
        )  # fmt: skip
        assert turns(imported(text)) == [
            (1.0, "Mei Liang", "I left."), (3.0, "", "No."), (5.0, "Long", "Why?"), (7.0, "Mei Liang", "One thing: money."),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "line", ["One thing: I left", "And then: nothing", "at 8:00 we met", "see http://x.org", "so: we went"]
    )
    def test_a_sentence_with_a_colon_is_no_speaker(self, line):
        found = imported(vtt(f"00:01.000 --> 00:02.000\n{line}", "00:02.000 --> 00:03.000\nand stayed"))
        assert found.body == f"[00:00:01] {line} and stayed\n"
        assert "speakers" not in found.fields

    def test_two_people_in_one_cue_are_told_apart(self):
        text = vtt("00:01.000 --> 00:02.000\nMei: Now?\n- Long: Yes.", "00:03.000 --> 00:04.000\nLong: Now.")
        assert body(text) == "[00:00:01] Mei: Now?\n[00:00:01] Long: Yes. Now.\n"

    def test_a_heading_within_a_cue_is_no_speaker(self):
        text = vtt("00:01.000 --> 00:02.000\nMei: We left.\nMonday: rain.", "00:03.000 --> 00:04.000\nLong: Why?")
        assert body(text) == "[00:00:01] Mei: We left. Monday: rain.\n[00:00:03] Long: Why?\n"

    def test_names_only_where_the_speaker_changes_hold_until_the_next(self):
        cues = [
            f"00:{n:02}.000 --> 00:{n + 1:02}.000\n{'ABC'[n // 4 % 2] + 'nna: ' if n % 4 == 0 else ''}w{n}"
            for n in range(24)
        ]
        found = imported(vtt(*cues))
        assert found.body.splitlines()[:2] == ["[00:00:00] Anna: w0 w1 w2 w3", "[00:00:04] Bnna: w4 w5 w6 w7"]
        assert found.losses[0].startswith("18 cues have no name and went to the speaker before")

    def test_whisperx_writes_names_in_brackets(self):
        text = "1\n00:00:01,000 --> 00:00:02,000\n[SPEAKER_00]: Hi.\n\n2\n00:00:03,000 --> 00:00:04,000\n[SPEAKER_01]: Ho.\n"
        assert body(text, "x.srt") == "[00:00:01] SPEAKER_00: Hi.\n[00:00:03] SPEAKER_01: Ho.\n"

    def test_full_width_colons(self):
        text = vtt("00:01.000 --> 00:02.000\n访谈者：你好", "00:03.000 --> 00:04.000\n奶奶：好")
        assert turns(imported(text)) == [(1.0, "访谈者", "你好"), (3.0, "奶奶", "好")]


class TestSubRip:
    SAMPLE = (
        "1\n00:00:01,500 --> 00:00:02,000\n<i>We left</i>\n\n2\n00:00:02,100 --> 00:00:04.000\nat dawn.\n\n"
        "3\n00:00:09,000 --> 00:00:10,000\nThen\n"
    )

    def test_words_without_speakers_are_paragraphs_that_end_at_a_pause(self):
        found = imported(self.SAMPLE, "x.srt")
        assert found.body == "[00:00:01] We left at dawn.\n[00:00:09] Then\n"
        assert found.fields == {"duration": "00:00:10"}

    def test_after_a_minute_a_paragraph_ends_with_its_sentence(self):
        cues = [
            f"{n}\n00:{n // 6:02}:{n % 6}0,000 --> 00:{n // 6:02}:{n % 6}9,500\nw{n}{'.' if n % 5 == 4 else ''}\n"
            for n in range(24)
        ]
        assert [line[:10] for line in body("\n".join(cues), "x.srt").splitlines()] == [
            "[00:00:00]",
            "[00:01:40]",
            "[00:03:20]",
        ]

    def test_a_number_that_is_said_is_no_number_of_a_cue(self):
        assert (
            body("1\n00:00:01,000 --> 00:00:02,000\nHow many?\n7\n\n2\n00:00:02,000 --> 00:00:03,000\nYes\n", "x.srt")
            == "[00:00:01] How many? 7 Yes\n"
        )

    def test_notes_are_words_here(self):
        assert body("1\n00:00:01,000 --> 00:00:02,000\nOK.\n\nNOTE that\n", "x.srt") == "[00:00:01] OK. NOTE that\n"

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "gb18030"])
    def test_old_encodings(self, encoding):
        said = "他爸妈都在上海打工，一年只回来一次，平时就打打电话。我们住在村子里，学校离家很远。"
        found = imported(f"1\n00:00:01,000 --> 00:00:02,000\n{said}\n".encode(encoding), "x.srt")
        assert found.body == f"[00:00:01] {said}\n"

    def test_an_encoding_given_is_used(self):
        assert (
            "Мы ушли"
            in imported("1\n00:00:01,000 --> 00:00:02,000\nМы ушли\n".encode("cp1251"), "x.srt", encoding="cp1251").body
        )

    def test_sbv(self):
        assert (
            body("0:00:01.000,0:00:02.000\nWe left\n\n0:00:02.000,0:00:03.000\nearly\n", "x.sbv")
            == "[00:00:01] We left early\n"
        )


def test_lines_above_the_first_subtitle_are_kept():
    text = "Visit in spring\n\n1\n00:00:01,000 --> 00:00:02,000\nWe left\n"
    assert body(text, "x.srt") == "Visit in spring\n[00:00:01] We left\n"


def test_rolling_captions_are_kept_once_and_that_is_said():
    text = vtt(
        "00:00.000 --> 00:02.000 align:start\n \nwe left<00:00:01.000><c> the</c>", "00:02.000 --> 00:02.010\nwe left the\n ",
        "00:02.010 --> 00:04.000\nwe left the\nvillage<00:00:03.000><c> early</c>", "00:04.000 --> 00:04.010\nvillage early\n ",
        "00:04.010 --> 00:06.000\nvillage early\nvery very", "00:06.000 --> 00:06.010\nvery very\n ",
    )  # fmt: skip
    found = imported(text)
    assert found.body == "[00:00:00] we left the village early very very\n"
    assert found.losses == ("5 cues show words of the cue before again: the words are kept once",)


def test_what_people_say_twice_stays():
    text = vtt(
        *(
            f"00:0{n}.000 --> 00:0{n + 1}.000\n{said}"
            for n, said in enumerate(["Yes.", "Yes.", "We did.", "No.", "Oh, no.", "Well."])
        )
    )
    assert body(text) == "[00:00:00] Yes. Yes. We did. No. Oh, no. Well.\n"


@pytest.mark.parametrize(
    "text", ["", "WEBVTT\n\nnothing here\n", "a --> b\nc", "--> \n\n-->", "Mei: an ordinary transcript\n"]
)
def test_a_file_without_subtitles_is_refused(text):
    with pytest.raises(BadFile, match=r"no subtitles|no text"):
        imported(text)


def test_files_beyond_all_measure_are_refused_at_once():
    with pytest.raises(BadFile, match="33 MB"):
        imported(b" " * (33 * 1024 * 1024))
    with pytest.raises(BadFile, match="200,001 subtitles"):
        imported("0:1-->1\n" * 200_001)


def test_all_endings_are_registered(tmp_path):
    for name in ("a.vtt", "a.srt", "a.SBV"):
        (tmp_path / name).write_text("0:00:01.000,0:00:02.000\nHi\n")
        assert read_source(tmp_path / name).body == "[00:00:01] Hi\n"


WORDS = st.lists(st.from_regex(r"[a-z]{1,6}[.,?]?", fullmatch=True), min_size=1, max_size=6).map(" ".join)
NAMES = st.sampled_from(["Mei", "Sun, Li", "奶奶", "Dr. Wu"])
CUES = st.lists(st.tuples(st.integers(0, 4000), st.integers(1, 9), NAMES, WORDS), min_size=1, max_size=25)


def clock(seconds):
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.000"


@given(CUES)
def test_every_word_stands_in_the_body_once_with_its_speaker(cues):
    text = vtt(
        *(f"{clock(start)} --> {clock(start + length)}\n<v {name}>{words}" for start, length, name, words in cues)
    )
    said = {}
    for _, name, words in turns(imported(text)):
        said[name] = [*said.get(name, []), *words.split()]
    expected = {}
    for _, _, name, words in cues:
        expected[name] = [*expected.get(name, []), *words.split()]
    assert {name: sorted(words) for name, words in said.items()} == {
        name: sorted(words) for name, words in expected.items()
    }


@given(CUES)
def test_words_of_cues_in_order_of_time_stand_in_that_order(cues):
    in_time = sorted(cues, key=lambda cue: cue[0])
    text = vtt(*(f"{clock(start)} --> {clock(start + 1)}\n<v {name}>{words}" for start, _, name, words in in_time))
    found = turns(imported(text))
    assert " ".join(words for _, _, words in found).split() == " ".join(words for _, _, _, words in in_time).split()
    assert [seconds for seconds, _, _ in found] == sorted(seconds for seconds, _, _ in found)


PIECES = st.sampled_from(
    ["WEBVTT", "\n", "\n\n", " --> ", "00:00:01.000", "0:0:-1.-5", "<v Mei>", "<v", ">", "</v>", "NOTE", "Mei: ", "：", "&amp;", "&#0;",
     "&#xD800;", "-->", "7", "{\\an8}", "<rt>", "\ufeff", "\u2028", "\x00", "\x1b[0m", "[", "]", "妈", "a b", "99:99:99,999", ",",
     "<00:01.000>", "\r", "\t"]
)  # fmt: skip


@given(
    st.one_of(st.binary(max_size=300), st.lists(PIECES, max_size=60).map(lambda pieces: "".join(pieces).encode())),
    st.sampled_from(["x.vtt", "x.srt"]),
)
def test_any_bytes_give_a_text_or_a_refusal(data, name):
    try:
        found = read(data, name)
    except BadFile:
        return
    assert isinstance(found, ImportedText)
    assert "\r" not in found.body
    found.body.encode()
    assert all(
        turn.seconds is None or turn.seconds >= 0 for turn in Body(found.body, found.fields.get("speakers", ())).turns
    )


@pytest.mark.parametrize(
    "sign", ["<v ", "<", "{\\a", "&", ":", "[", "-->", "a: ", "<v>", "<i>", "0:", "\n-->", "Mei: \n", "7\n", " "]
)
def test_a_megabyte_of_one_sign_takes_no_time(sign):
    text = vtt("00:01.000 --> 00:02.000\nx" + sign * (300_000 // len(sign)))
    imported(text)
