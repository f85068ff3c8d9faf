"""The re-reading queue: keep, recode, remove, next, each with one key."""

import pytest
from builders import apply, edit, events_on_disk, make_project, transcript, write_events
from screens import codings, opened, pick, screen_text, selected, told, until

from qualcode.session import Session

BODY = "Mei: I miss her. I miss him.\nLing: I sew shoes. 我想妈妈。\nMei: It rains.\n"
QUOTES = ["I miss her.", "I miss him.", "我想妈妈"]


@pytest.fixture
def project(tmp_path):
    project = make_project(
        tmp_path / "p",
        {"d1": transcript(BODY, title="At home"), "d2": "Zhao: The field.\n"},
        codes={"longing": {"definition": "Wanting someone."}, "work": {}},
    )
    write_events(project, "c1", "d1", [apply(n, BODY, quote, "longing") for n, quote in enumerate(QUOTES, 1)])
    write_events(project, "c2", "d1", [apply(11, BODY, "I miss her.", "longing")])
    with Session(project, "c2") as session:
        session.edit_code("longing", definition="想念不在身边的人。", use_when="Named aloud.")
    return project


async def reread(pilot):
    await pilot.press("R")
    await until(lambda: pilot.app.screen.query("#beside"))
    await pilot.pause()


def queue(pilot):
    return [row["text"] for row in pilot.app.screen.queue]


def current(pilot):
    row = pilot.app.screen.current
    return row["text"] if row else None


def last_event(project):
    return events_on_disk(project, "c1", "d1")[-1]


async def test_the_passage_stands_above_the_old_and_the_new_definition(project):
    async with opened(project) as pilot:
        await reread(pilot)
        text = screen_text(pilot)
        assert "Definition, then: Wanting someone." in text
        assert "想念不在身边的人。" in text
        assert "Use when, then: (none)" in text
        assert "Changed by c2" in text
        assert queue(pilot) == QUOTES


async def test_k_keeps_and_the_next_comes_up(project):
    async with opened(project) as pilot:
        await reread(pilot)
        await pilot.press("y")
        assert last_event(project).op == "keep"
        assert (current(pilot), len(queue(pilot))) == ("I miss him.", 2)
        assert len(codings(project)) == 3


async def test_x_removes_and_u_brings_back(project):
    async with opened(project) as pilot:
        await reread(pilot)
        await pilot.press("x")
        assert [quote for quote, _, _ in codings(project)] == QUOTES[1:]
        await pilot.press("u")
        assert (current(pilot), len(codings(project))) == ("I miss her.", 3)


async def test_a_keep_is_taken_back_and_made_again(project):
    async with opened(project) as pilot:
        await reread(pilot)
        await pilot.press("y", "u")
        assert queue(pilot) == QUOTES
        await pilot.press("ctrl+r")
        assert queue(pilot) == QUOTES[1:]


@pytest.mark.parametrize("key", ["r", "c"])
async def test_r_recodes_with_a_code_from_the_list(project, key):
    async with opened(project) as pilot:
        await reread(pilot)
        await pick(pilot, key, "work")
        await pilot.pause()
        assert ("I miss her.", "work", "") in codings(project)
        assert current(pilot) == "I miss him."


async def test_escape_from_the_list_recodes_nothing(project):
    async with opened(project) as pilot:
        await reread(pilot)
        await pilot.press("r", "escape")
        assert {code for _, code, _ in codings(project)} == {"longing"}
        assert current(pilot) == "I miss her."


async def test_n_and_p_go_on_and_back_without_deciding(project):
    async with opened(project) as pilot:
        await reread(pilot)
        await pilot.press("n")
        assert current(pilot) == "I miss him."
        await pilot.press("j", "n")
        assert current(pilot) == "我想妈妈"
        await pilot.press("p")
        assert current(pilot) == "I miss him."
        assert len(events_on_disk(project, "c1", "d1")) == 3


async def test_what_is_left_is_still_there_after_a_restart(project):
    async with opened(project) as pilot:
        await reread(pilot)
        await pilot.press("y")
    async with opened(project) as pilot:
        await reread(pilot)
        assert queue(pilot) == QUOTES[1:]


async def test_when_all_are_read_the_screen_says_so_and_keys_do_nothing(project):
    theirs = project.coding_file("c2", "d1").read_bytes()
    async with opened(project) as pilot:
        await reread(pilot)
        await pilot.press("y", "y", "y")
        text = " ".join(screen_text(pilot).split())
        assert "No coding of yours was made under an older definition." in text
        assert "Other coders have 1 to read" in text
        events = len(events_on_disk(project, "c1", "d1"))
        await pilot.press("y", "x", "r", "n", "p", "enter")
        assert len(events_on_disk(project, "c1", "d1")) == events
        await pilot.press("escape")
        await until(lambda: pilot.app.screen is pilot.app.workspace)
    assert project.coding_file("c2", "d1").read_bytes() == theirs


async def test_enter_goes_to_the_place_and_escape_comes_back(project):
    async with opened(project) as pilot:
        await reread(pilot)
        await pilot.press("n", "enter")
        await until(lambda: pilot.app.screen is pilot.app.workspace)
        await pilot.pause()
        assert selected(pilot) == "I miss him."
        await pilot.press("escape")
        await until(lambda: pilot.app.screen.query("#beside"))
        assert current(pilot) == "I miss him."


async def test_a_definition_changed_back_meanwhile_empties_the_queue(project):
    async with opened(project) as pilot:
        await reread(pilot)
        with Session(project, "c2") as session:
            session.undo()
        await until(lambda: queue(pilot) == [])


async def test_a_definition_changed_by_hand_meanwhile_fills_the_queue(project):
    async with opened(project) as pilot:
        await reread(pilot)
        await pilot.press("y", "y", "y")
        text = project.codebook_yaml.read_text(encoding="utf-8")
        edit(project.codebook_yaml, text.replace("Named aloud.", "Whispered."))
        await until(lambda: queue(pilot) == QUOTES)
        await until(lambda: "Whispered." in screen_text(pilot))


async def test_a_coder_without_codings_has_nothing_to_read(project):
    async with opened(project, coder="c9") as pilot:
        await reread(pilot)
        assert queue(pilot) == []
        assert "No coding of yours" in screen_text(pilot)


async def test_the_note_of_a_coding_is_shown_with_it(project):
    with Session(project, "c1") as session:
        (ident,) = [
            row[0] for row in session.index.rows("SELECT id FROM coding WHERE quote = 'I miss her.' AND coder = 'c1'")
        ]
        session.note(ident, "unsure")
    async with opened(project) as pilot:
        await reread(pilot)
        assert "Note: unsure" in screen_text(pilot)


async def test_two_codings_that_fell_together_are_kept_with_one_key(project):
    with Session(project, "c1") as session:
        session.code("d1", quote="I miss her.", code="work")
        session.merge_codes("work", "longing")
    async with opened(project) as pilot:
        await reread(pilot)
        assert queue(pilot) == QUOTES
        await pilot.press("y")
        assert queue(pilot) == QUOTES[1:]


async def test_control_characters_in_a_definition_are_shown_as_signs(project):
    with Session(project, "c1") as session:
        session.edit_code("longing", definition="x\u202ey\x07")
    async with opened(project) as pilot:
        await reread(pilot)
        assert "\x07" not in screen_text(pilot)
        assert "\u202e" not in screen_text(pilot)
        assert "Traceback" not in told(pilot)
