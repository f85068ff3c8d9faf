"""Correcting the text in the terminal interface: what is pressed, and what is on disk then."""

import pytest
from builders import make_project, transcript
from screens import opened, screen_text, selected, told, type_text, until

from qualcode.analysis.segments import segments
from qualcode.files.text_files import read_body as files_read_body
from qualcode.index.index import Index
from qualcode.session import Session

BODY = "Ying: What did you do on your birthday?\n\nMei: I wrote a letter.\n\nMei: I miss her so much.\n\nMei: My hands hurt.\n"


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "p", {"d1": transcript(BODY, case="zhao")}, cases=["zhao"])


def read_body(project, document):
    return files_read_body(project.transcript(document))


def coded(project, *quotes):
    with Session(project, coder="c1") as session:
        for quote, code in quotes:
            session.code("d1", quote=quote, code=code)


def anchors(project):
    index = Index(project)
    index.refresh()
    found = [(row["text"], row["anchor"]) for row in segments(index)]
    index.close()
    return found


async def go_to(pilot, words):
    transcript = pilot.app.workspace.transcript
    start = transcript.body.text.index(words)
    transcript.select_span(start, start + len(words))
    await pilot.pause()


async def test_e_opens_the_turn_and_saves_it_with_every_coding_on_its_words(project):
    coded(project, ("I miss her so much.", "emotion"), ("My hands hurt.", "work"))
    async with opened(project) as pilot:
        await go_to(pilot, "I wrote a letter.")
        await pilot.press("e")
        assert pilot.app.screen.text == "Mei: I wrote a letter."
        pilot.app.screen._area.text = "Mei: I wrote a long letter to her, and another one."
        await pilot.press("ctrl+s")
        await until(lambda: "a long letter to her" in screen_text(pilot))
        assert read_body(project, "d1") == BODY.replace("a letter.", "a long letter to her, and another one.")
        assert anchors(project) == [("I miss her so much.", "moved"), ("My hands hurt.", "moved")]
        await pilot.press("u")
        await until(lambda: "a long letter" not in screen_text(pilot))
        assert read_body(project, "d1") == BODY
        assert anchors(project) == [("I miss her so much.", "exact"), ("My hands hurt.", "exact")]


async def test_a_coding_whose_words_were_changed_is_reviewed_and_accepted(project):
    coded(project, ("I miss her so much.", "emotion"))
    async with opened(project) as pilot:
        await go_to(pilot, "I miss her")
        await pilot.press("e")
        pilot.app.screen._area.text = "Mei: I missed her so much."
        await pilot.press("ctrl+s")
        await until(lambda: "V goes through" in told(pilot))
        assert anchors(project) == [("I missed her so much.", "changed")]
        await pilot.press("V")
        await until(lambda: "I missed her" in screen_text(pilot) and "y accepts" in screen_text(pilot))
        await pilot.press("y")
        assert anchors(project) == [("I missed her so much.", "exact")]
        await pilot.press("u")
        assert anchors(project) == [("I missed her so much.", "changed")]


async def test_a_lost_coding_is_placed_by_hand(project):
    coded(project, ("I miss her so much.", "emotion"))
    async with opened(project) as pilot:
        await go_to(pilot, "I miss her")
        await pilot.press("e")
        pilot.app.screen._area.text = "Mei: (cries)"
        await pilot.press("ctrl+s")
        await until(lambda: "V goes through" in told(pilot))
        assert anchors(project) == [("I miss her so much.", "lost")]
        await pilot.press("V")
        await until(lambda: "b places it by hand" in screen_text(pilot))
        await pilot.press("b")
        await go_to(pilot, "(cries)")
        await pilot.press("b")
        await until(lambda: "is on" in told(pilot))
        assert anchors(project) == [("(cries)", "exact")]
        await pilot.press("escape")
        await until(lambda: "Every coding of yours" in screen_text(pilot))


async def test_an_editor_closed_without_a_change_changes_nothing(project):
    coded(project, ("My hands hurt.", "work"))
    async with opened(project) as pilot:
        await go_to(pilot, "My hands hurt.")
        await pilot.press("e", "ctrl+s")
        await until(lambda: "nothing was changed" in told(pilot))
        assert read_body(project, "d1") == BODY
        assert not project.log.exists() or "text" not in project.log_file("c1").read_text("utf-8")
        assert anchors(project) == [("My hands hurt.", "exact")]


async def test_b_gives_a_coding_new_bounds(project):
    coded(project, ("My hands hurt.", "work"))
    async with opened(project) as pilot:
        await go_to(pilot, "hands hurt")
        assert selected(pilot) == "hands hurt"
        await pilot.press("b")
        await until(lambda: "is on" in told(pilot))
        assert anchors(project) == [("hands hurt", "exact")]


async def test_what_was_changed_outside_is_told_and_undone(project):
    coded(project, ("I miss her so much.", "emotion"))
    async with opened(project) as pilot:
        path = project.transcript("d1")
        before = path.read_text("utf-8")
        path.write_text(before.replace("a letter", "a very long letter").replace("so much", "very much"), "utf-8")
        await until(lambda: "very long letter" in screen_text(pilot), 6)
        await until(
            lambda: project.log_file("c1").exists() and "outside" in project.log_file("c1").read_text("utf-8"), 6
        )
        assert anchors(project) == [("I miss her very much.", "changed")]
        await pilot.press("u")
        await until(lambda: "very long letter" not in screen_text(pilot))
        assert path.read_text("utf-8") == before
        assert anchors(project) == [("I miss her so much.", "exact")]


async def test_text_that_would_begin_a_new_line_in_a_field_stays_as_it_is(project):
    body = "Mei: one\u2028two\x0cthree\n"
    project.transcript("d1").write_text(transcript(body), "utf-8")
    async with opened(project) as pilot:
        await pilot.press("e")
        await type_text(pilot, "")
        await pilot.press("X", "ctrl+s")
        await until(lambda: "1 place" in told(pilot))
        assert sorted(read_body(project, "d1")) == sorted(body + "X")
