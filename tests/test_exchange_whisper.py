"""Transcripts that programs wrote as data become turns; other data are refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualcode.core.document import Body
from qualcode.errors import BadFile
from qualcode.exchange.sources import whisper

WHISPER = {
    "text": " We left. Why?",
    "segments": [
        {"id": 0, "start": 0.0, "end": 2.5, "text": " We left."},
        {"id": 1, "start": 2.5, "end": 4.0, "text": " Why?"},
        {"id": 2, "start": 3661.9, "end": 3663, "text": " Late."},
    ],
    "language": "en",
}
SAME = "[00:00:01] Speaker 0: We left home.\n[00:00:03] Speaker 1: Why?\n"


def turns(found):
    """`(seconds, speaker, words)` as the app will see them."""
    text = Body(found.body, found.fields.get("speakers", ()))
    return [(turn.seconds, turn.speaker, text.text[turn.text_start : turn.end]) for turn in text.turns]


def from_json(value, name="x.json"):
    return whisper.read((value if isinstance(value, str) else json.dumps(value)).encode(), name)


def test_whisper():
    found = from_json(WHISPER)
    assert found.body == "[00:00:00] We left. Why?\n[01:01:01] Late.\n"
    assert found.fields == {"duration": "01:01:03", "language": "en"}


def test_whisperx_tells_who_speaks_and_a_passage_without_a_speaker_has_none():
    passages = [
        {"start": 0.1, "end": 1, "text": " We", "speaker": "SPEAKER_00"},
        {"start": 1, "end": 2, "text": " left.", "speaker": "SPEAKER_00"},
        {"start": 2, "end": 3, "text": " Mm."},
        {"start": 3, "end": 4, "text": " Why?", "speaker": "SPEAKER_01"},
    ]
    found = from_json({"segments": passages})
    assert found.body == "[00:00:00] SPEAKER_00: We left.\n[00:00:02] Mm.\n[00:00:03] SPEAKER_01: Why?\n"
    assert found.fields["speakers"] == ["SPEAKER_00", "SPEAKER_01"]


def test_whisper_cpp_may_cut_within_a_word():
    def passage(start, end, text):
        return {
            "timestamps": {"from": f"00:00:0{start},000", "to": f"00:00:0{end},000"},
            "offsets": {"from": start * 1000},
            "text": text,
        }

    found = from_json(
        {
            "result": {"language": "en"},
            "transcription": [passage(1, 2, " We le"), passage(2, 3, "ft home."), passage(3, 4, " Why?")],
        }
    )
    assert (found.body, found.fields["language"]) == ("[00:00:01] We left home. Why?\n", "en")


def test_chinese_passages_are_joined_without_a_space():
    passages = [{"start": 1, "end": 2, "text": "他每天"}, {"start": 2, "end": 3, "text": "七点起床。"}]
    assert from_json({"segments": passages}).body == "[00:00:01] 他每天七点起床。\n"


def two(text, who, start, end, times=((1.2, 2), (3.1, 4)), speakers=(0, 1)):
    """Two passages whose members go by these names."""
    words = ("We left home.", "Why?")
    return [
        {text: said, who: name, start: first, end: last}
        for said, name, (first, last) in zip(words, speakers, times, strict=True)
    ]


NAMED = ("Speaker 0", "Speaker 1")
WORDS = (("We", 1.2, 0), ("left", 1.4, 0), ("home", 1.8, 0), (".", None, 0), ("Why", 3.2, 1), ("?", None, 1))
SHAPES = {
    "a list": two("text", "speaker", "start", "end"),
    "AssemblyAI": {"utterances": two("text", "speaker", "start", "end", ((1200, 2000), (3100, 4000)), "01")},
    "Gladia": {"result": {"transcription": {"utterances": two("text", "speaker", "start", "end")}}},
    "Deepgram": {"results": {"utterances": two("transcript", "speaker", "start", "end")}},
    "Hugging Face": {
        "chunks": [
            {"timestamp": [1.2, 2], "speaker": {"name": "Speaker 0"}, "text": " We left home."},
            {"timestamp": [3, None], "speaker": {"id": 1}, "text": " Why?"},
        ]
    },
    "Deepgram's paragraphs": {
        "results": {
            "channels": [
                {
                    "alternatives": [
                        {
                            "transcript": "We left home. Why?",
                            "paragraphs": {
                                "paragraphs": [
                                    {"speaker": 0, "start": 1.2, "sentences": [{"text": "We left"}, {"text": "home."}]},
                                    {"speaker": 1, "start": 3.1, "sentences": [{"text": "Why?"}]},
                                ]
                            },
                        }
                    ]
                }
            ]
        }
    },
    "Amazon": {
        "results": {
            "audio_segments": two(
                "transcript", "speaker_label", "start_time", "end_time", (("1.2", "2.0"), ("3.1", "4.0")), NAMED
            )
        }
    },
    "Amazon's words": {
        "results": {
            "speaker_labels": {
                "segments": [
                    {"speaker_label": f"Speaker {who}", "items": [{"start_time": str(time)}]} for _, time, who in WORDS if time
                ]
            },
            "items": [
                {"type": "pronunciation", "start_time": str(time), "alternatives": [{"content": word}]}
                if time
                else {"type": "punctuation", "alternatives": [{"content": word}]}
                for word, time, _ in WORDS
            ],
        }
    },
    "Google's words": {
        "results": [
            {"alternatives": [{"transcript": "We left home. Why?"}]},
            {
                "alternatives": [
                    {
                        "words": [
                            {"startTime": f"{time}s", "word": word, "speakerTag": who}
                            for word, time, who in (("We", 1.2, 0), ("left", 1.4, 0), ("home.", 2, 0), ("Why?", 3.5, 1))
                        ]
                    }
                ]
            },
        ]
    },
    "Azure": {
        "recognizedPhrases": [
            {"speaker": 0, "offsetInTicks": 12000000, "durationInTicks": 1e7, "nBest": [{"display": "We left home."}]},
            {"speaker": 1, "offsetInTicks": 3.1e7, "durationInTicks": 1e7, "nBest": [{"display": "Why?"}]},
        ]
    },
    "Rev": {
        "monologues": [
            {
                "speaker": 0,
                "elements": [
                    {"type": "text", "value": "We", "ts": 1.2, "end_ts": 1.3},
                    {"type": "punct", "value": " "},
                    {"type": "text", "value": "left home", "ts": 1.4, "end_ts": 2.0},
                    {"type": "punct", "value": "."},
                ],
            },
            {"speaker": 1, "elements": [{"type": "text", "value": "Why?", "ts": 3.2, "end_ts": 4}]},
        ]
    },
    "Stream": {
        "entries": two(
            "text", "speakerDisplayName", "startOffset", "endOffset",
            (("00:00:01.2000000", "00:00:02"), ("00:00:03.1", "00:00:04")), NAMED,
        )
    },
}  # fmt: skip


@pytest.mark.parametrize("value", SHAPES.values(), ids=SHAPES)
def test_the_shapes_of_services(value):
    assert from_json(value).body == SAME


def test_youtube_and_plain_text_have_no_speakers():
    assert (
        from_json(
            {"events": [{"tStartMs": 1200, "dDurationMs": 900, "segs": [{"utf8": "We "}, {"utf8": "left"}]}]}
        ).body
        == "[00:00:01] We left\n"
    )
    assert from_json({"text": "We left.\nLong ago."}).body == "We left.\nLong ago.\n"
    assert (
        from_json(
            {"results": [{"alternatives": [{"transcript": "We left."}]}, {"alternatives": [{"transcript": "Why?"}]}]}
        ).body
        == "We left. Why?\n"
    )


@pytest.mark.parametrize("time", [None, "soon", [], {}, True, "1e999", "9" * 400, "NaN"])
def test_a_time_that_is_none_is_no_time_and_loses_no_word(time):
    found = from_json({"segments": [{"start": time, "end": time, "text": "We left.", "speaker": "Mei"}]})
    assert (found.body, found.losses) == ("Mei: We left.\n", ("1 passage has no time",))


@pytest.mark.parametrize(
    ("time", "stamp"), [(-5, "00:00:00"), (1e200, "999:59:59"), ("12.9", "00:00:12"), (10**30, "999:59:59")]
)
def test_times_beyond_measure(time, stamp):
    assert from_json({"segments": [{"start": time, "text": "Hi."}]}).body == f"[{stamp}] Hi.\n"


def test_passages_without_text_are_counted():
    found = from_json({"segments": [{"start": 1, "text": "Hi."}, {"start": 2, "text": None}, 7, {"start": 3}]})
    assert (found.body, found.losses) == (
        "[00:00:01] Hi.\n",
        ("3 passages were left out: there is no text in the place where texts are",),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("{}", "no transcript", id="an object of another kind"),
        pytest.param('{"type": "FeatureCollection", "features": []}', "no transcript", id="a map"),
        pytest.param('"Hi"', "no transcript", id="a string"),
        pytest.param('{"segments": "x", "text": 5}', "no transcript", id="values of other kinds"),
        pytest.param('{"text":\n', r"x.json:2: this is not JSON", id="cut off"),
        pytest.param("[" * 100_000, "cannot be read", id="deep"),
        pytest.param('{"a": ' * 50_000 + "1" + "}" * 50_000, "cannot be read", id="deep objects"),
        pytest.param("[" + "9" * 5000 + "]", "cannot be read", id="a number too long"),
    ],
)
def test_other_json_is_refused(text, message):
    with pytest.raises(BadFile, match=message):
        from_json(text)


def test_half_characters_and_zeros_do_not_reach_the_text():
    found = from_json('{"segments": [{"start": 1, "text": "a\\ud800b\\u0000c\\r\\nd", "speaker": "M\\udfffei: X"}]}')
    assert found.body == "[00:00:01] M ei X: a\ufffdb\ufffdc d\n"


def test_whisper_tsv():
    found = from_json("start\tend\ttext\n1200\t2000\tWe left\n2000\t3000\thome.\n", "x.tsv")
    assert (found.body, found.fields) == ("[00:00:01] We left home.\n", {"duration": "00:00:03"})
    with pytest.raises(BadFile, match="--table"):
        from_json("case\ttext\n1\tHi\n", "x.tsv")


MEMBERS = (
    "segments results items utterances transcription chunks monologues elements text transcript start end speaker words word "
    "alternatives channels paragraphs sentences timestamps from to timestamp value ts events segs utf8 language"
).split()
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.sampled_from(["0:0:1,5", "4.8", "Hi."])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(MEMBERS), inner, max_size=5,
        ),
    ),
    max_leaves=25,
)  # fmt: skip


@given(VALUES)
def test_any_json_gives_a_text_or_a_refusal(value):
    try:
        found = from_json(json.dumps(value))
    except BadFile:
        return
    found.body.encode()
    assert found.body.endswith("\n")


@given(
    st.lists(
        st.tuples(st.sampled_from(["Mei", "Li", ""]), st.from_regex(r"[a-z]{1,6}", fullmatch=True)),
        min_size=1,
        max_size=20,
    )
)
def test_no_word_of_a_passage_is_lost_or_doubled(said):
    passages = [{"start": n, "end": n + 1, "text": f" {word}", "speaker": name} for n, (name, word) in enumerate(said)]
    found = turns(from_json({"segments": passages}))
    assert [word for _, _, words in found for word in words.split()] == [word for _, word in said]
