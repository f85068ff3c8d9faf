"""The terminal interface under pseudonyms: what is seen, and that codings stand on the words that are stored."""

import pytest
from builders import events_on_disk, make_project, transcript
from screens import opened, pick, screen_text, type_text, until

from qualcode.core.events import fold
from qualcode.core.overlay import wearing
from qualcode.core.pseudonyms import KeyEntry, Pseudonyms

TEXT = "Ann: I saw Guihua at Liang Guihua's house. It was late.\n\nLiang Guihua: Ann came. 梁桂花在家。We ate.\n"
KEY = Pseudonyms([KeyEntry("Liang Guihua", "Wu Yi", {"梁桂花": "吴一"}), KeyEntry("Ann", "Barbara Ellen")])


@pytest.fixture
def project(tmp_path):
    return make_project(
        tmp_path / "p",
        {"one": transcript(TEXT, title="Liang Guihua at home", speakers={"Ann": "", "Liang Guihua": ""})},
    )


def codings_on_disk(project):
    return list(fold(events_on_disk(project, "a", "one"), "a", "one").values())


async def test_a_passage_behind_pseudonyms_is_coded_where_it_is_stored(project):
    with wearing(KEY):
        async with opened(project, "a", "one") as pilot:
            screen = screen_text(pilot)
            assert "Barbara Ellen: I saw Yi at Wu Yi's house." in screen
            assert "Wu Yi at home" in screen
            assert "吴一在家" in screen
            assert "pseudonyms" in screen
            assert not any(name in screen for name in ("Guihua", "Liang", "桂花", "Ann:"))
            await pick(pilot, "c", "longing")
            assert "Saved: emotion/longing on “I saw Yi at Wu Yi's house.”" in screen_text(pilot)
    (coding,) = codings_on_disk(project)
    assert coding.text == TEXT[coding.start : coding.end] == "I saw Guihua at Liang Guihua's house."


async def test_the_second_sentence_after_longer_pseudonyms(project):
    with wearing(KEY):
        async with opened(project, "a", "one") as pilot:
            pilot.app.workspace.transcript.select_span(*_shown("We ate."))
            await pick(pilot, "c", "work")
            marks = list(pilot.app.workspace.transcript.marks)
            body = pilot.app.workspace.transcript.body
            assert [body.text[mark.start : mark.end] for mark in marks] == ["We ate."]
            await pilot.press("u")
            assert list(pilot.app.workspace.transcript.marks) == []
            await pilot.press("ctrl+r")
    assert [coding.text for coding in codings_on_disk(project)] == ["We ate."]


def _shown(words):
    start = KEY.masked(TEXT).index(words)
    return start, start + len(words)


async def test_correcting_shows_and_keeps_the_real_names(project):
    with wearing(KEY):
        async with opened(project, "a", "one") as pilot:
            pilot.app.workspace.transcript.select_span(*_shown("We ate."))
            await pilot.press("e")
            await pilot.pause()
            area = pilot.app.screen.query("TextArea").first()
            assert area.text == "Liang Guihua: Ann came. 梁桂花在家。We ate."
            area.text = area.text.replace("We ate.", "We ate noodles.")
            await pilot.press("ctrl+s")
            await pilot.pause()
            await until(lambda: "We ate noodles." in pilot.app.workspace.transcript.body.text)
            await pilot.pause()
            assert "Guihua" not in screen_text(pilot)
    assert TEXT.replace("We ate.", "We ate noodles.") in project.transcript("one").read_text(encoding="utf-8")


async def test_a_memo_is_read_under_pseudonyms_and_written_as_it_is_stored(project, said):
    text = "Guihua and Liang Guihua: [[one#L1]] of Liang Guihua, then [[case:guihua]] and [[one#L3]]."
    where = ("--coder", "a", "-p", str(project.root))
    assert said("memo", "new", "On her", "--text", text, *where)[0] == 0
    with wearing(KEY):
        async with opened(project, "a", "one") as pilot:
            await pilot.press("W")
            await until(lambda: "Yi and Wu Yi: [[one#L1]] of Wu Yi" in screen_text(pilot))
            await pilot.press("tab", "right_square_bracket", "right_square_bracket", "right_square_bracket")
            await pilot.pause()
            area = pilot.app.screen.query_one("MemoReader")
            assert area.selected_text == "[[one#L3]]", "a link is lit where it is shown"
            await pilot.press("e")
            await pilot.pause()
            assert "Guihua and Liang Guihua: [[one#L1]]" in screen_text(pilot), (
                "what is typed over stands where it is seen"
            )
            assert "Names stand here as they are" in screen_text(pilot)


async def test_search_takes_either_name(project):
    with wearing(KEY):
        async with opened(project, "a", "one") as pilot:
            for words in ("Guihua", "Yi"):
                await pilot.press("slash")
                await type_text(pilot, words)
                await pilot.press("enter")
                await pilot.pause()
                assert "occurs 3 times" in screen_text(pilot), words
