"""Splitting a code: its codings one by one, one key each; stop and go on."""

import pytest
from builders import apply, make_project, transcript, write_events
from screens import codings, opened, pick, screen_text, selected, told, until

from qualcode.files.project_files import read_codebook

BODY = "Mei: I miss her. I miss him.\nLing: I sew shoes. 我想妈妈。\nMei: It rains.\n"
QUOTES = ["I miss her.", "I miss him.", "我想妈妈", "It rains."]


@pytest.fixture
def project(tmp_path):
    project = make_project(
        tmp_path / "p",
        {"d1": transcript(BODY, title="At home"), "d2": "Zhao: The field.\n"},
        codes={"longing": {"key": 1}, "longing/mother": {"definition": "For her."}, "longing/father": {}, "work": {}},
    )
    write_events(project, "c1", "d1", [apply(n, BODY, quote, "longing") for n, quote in enumerate(QUOTES, 1)])
    write_events(project, "c2", "d1", [apply(11, BODY, "I miss her.", "longing")])
    return project


async def split(pilot, code="longing"):
    await pilot.press("C")
    await until(lambda: pilot.app.screen.query("#grid"))
    pilot.app.screen.point_to(code)
    await pilot.pause()
    await pilot.press("s")
    await until(lambda: pilot.app.screen.query("#beside"))
    await pilot.pause()


def current(pilot):
    row = pilot.app.screen.current
    return row["text"] if row else None


def codes(project):
    return [code for _, code, _ in codings(project)]


async def test_one_key_sends_a_coding_to_a_sub_code_and_the_next_comes_up(project):
    async with opened(project) as pilot:
        await split(pilot)
        assert current(pilot) == "I miss her."
        await pilot.press("1")
        assert (codes(project)[0], current(pilot)) == ("mother", "I miss him.")
        await pilot.press("2")
        assert codes(project)[:2] == ["mother", "father"]
        assert "1 of 2" in screen_text(pilot)


async def test_the_sub_codes_stand_below_with_key_count_and_definition(project):
    async with opened(project) as pilot:
        await split(pilot)
        await pilot.press("1")
        text = screen_text(pilot)
        assert "mother  1  For her." in " ".join(text.split()) or ("mother" in text and "For her." in text)


async def test_the_passage_is_shown_in_its_surroundings(project):
    async with opened(project) as pilot:
        await split(pilot)
        await pilot.press("j", "j")
        assert "我想妈妈" in screen_text(pilot)
        assert "I sew shoes." in screen_text(pilot)


async def test_j_leaves_a_coding_where_it_is_and_k_goes_back(project):
    async with opened(project) as pilot:
        await split(pilot)
        await pilot.press("j")
        assert current(pilot) == "I miss him."
        await pilot.press("k", "k")
        assert current(pilot) == "I miss her."
        assert codes(project) == ["longing"] * 4


async def test_undo_brings_the_coding_back_into_sight(project):
    async with opened(project) as pilot:
        await split(pilot)
        await pilot.press("1", "1", "u")
        assert (codes(project), current(pilot)) == (["mother", "longing", "longing", "longing"], "I miss him.")
        await pilot.press("ctrl+r")
        assert codes(project)[:2] == ["mother", "mother"]


async def test_escape_stops_and_s_goes_on_at_the_same_place(project):
    async with opened(project) as pilot:
        await split(pilot)
        await pilot.press("1", "j", "j")
        assert current(pilot) == "It rains."
        await pilot.press("escape")
        await until(lambda: pilot.app.screen.query("#grid"))
        await pilot.press("s")
        await until(lambda: pilot.app.screen.query("#beside"))
        await pilot.pause()
        assert current(pilot) == "It rains."


async def test_splitting_goes_on_after_a_restart(project):
    async with opened(project) as pilot:
        await split(pilot)
        await pilot.press("1", "j")
        assert current(pilot) == "我想妈妈"
        await pilot.press("escape")
    async with opened(project) as pilot:
        await split(pilot)
        assert current(pilot) == "我想妈妈"


async def test_a_new_sub_code_is_made_on_the_way(project):
    async with opened(project) as pilot:
        await split(pilot)
        await pick(pilot, "n", "奶奶")
        await pilot.pause()
        assert current(pilot) == "I miss her."
        await pilot.press("3")
        book = read_codebook(project.codebook_yaml)[0]
        assert book.path(codes(project)[0]) == "longing/奶奶"


async def test_a_code_without_sub_codes_says_how_to_make_one(project):
    write_events(project, "c1", "d2", [apply(20, "Zhao: The field.\n", "The field.", "work")])
    async with opened(project) as pilot:
        await split(pilot, "work")
        assert "n makes one" in screen_text(pilot)
        await pilot.press("1")
        assert codings(project, document="d2") == [("The field.", "work", "")]


async def test_only_ones_own_codings_are_gone_through(project):
    theirs = project.coding_file("c2", "d1").read_bytes()
    async with opened(project) as pilot:
        await split(pilot)
        await pilot.press("1", "1", "1", "1")
        assert current(pilot) is None
        assert "1 of other coders do" in " ".join(screen_text(pilot).split())
        await pilot.press("1", "j", "k", "enter", "u")
        assert codes(project).count("longing") == 1
    assert project.coding_file("c2", "d1").read_bytes() == theirs


async def test_codings_of_sub_codes_are_not_in_the_queue(project):
    write_events(project, "c1", "d2", [apply(21, "Zhao: The field.\n", "The field.", "mother")])
    async with opened(project) as pilot:
        await split(pilot)
        assert len(pilot.app.screen.queue) == 4


async def test_enter_goes_to_the_place_and_escape_comes_back(project):
    async with opened(project) as pilot:
        await split(pilot)
        await pilot.press("j", "enter")
        await until(lambda: pilot.app.screen is pilot.app.workspace)
        await pilot.pause()
        assert selected(pilot) == "I miss him."
        await pilot.press("escape")
        await until(lambda: pilot.app.screen.query("#beside"))
        assert current(pilot) == "I miss him."
        await pilot.press("escape")
        await until(lambda: pilot.app.screen.query("#grid"))


async def test_a_letter_sends_to_a_sub_code_beyond_the_ninth(tmp_path):
    names = [f"longing/sub {n:02}" for n in range(1, 13)]
    project = make_project(tmp_path / "many", {"d1": BODY}, codes=["longing", *names])
    write_events(
        project, "c1", "d1", [apply(1, BODY, "I miss her.", "longing"), apply(2, BODY, "I miss him.", "longing")]
    )
    async with opened(project) as pilot:
        await split(pilot)
        await pilot.press("a", "c")
        assert codes(project) == ["sub 10", "sub 12"]


async def test_retired_and_merged_sub_codes_get_no_key(tmp_path):
    codes_ = {
        "longing": {},
        "longing/old": {"retired": True},
        "longing/gone": {"merged_into": "new"},
        "longing/new": {},
    }
    project = make_project(tmp_path / "r", {"d1": BODY}, codes=codes_)
    write_events(project, "c1", "d1", [apply(1, BODY, "I miss her.", "longing")])
    async with opened(project) as pilot:
        await split(pilot)
        assert [(key, code.id) for key, code in pilot.app.screen.targets()] == [("1", "new")]


async def test_a_coding_removed_elsewhere_leaves_the_queue_and_deciding_on_it_is_refused(project):
    async with opened(project) as pilot:
        await split(pilot)
        path = project.coding_file("c1", "d1")
        lines = path.read_text(encoding="utf-8").split("\n")
        path.write_text("\n".join(lines[1:]), encoding="utf-8")
        await until(lambda: len(pilot.app.screen.queue) == 3)
        assert current(pilot) == "I miss him."


async def test_a_coding_whose_words_are_gone_is_shown_and_can_be_sent(project):
    from builders import edit

    edit(project.transcript("d1"), transcript(BODY.replace("I miss her.", "We go."), title="At home"))
    async with opened(project) as pilot:
        await split(pilot)
        rows = [row["text"] for row in pilot.app.screen.queue]
        assert "I miss her." in rows
        await pilot.press("enter")
        await pilot.press("1", "1", "1", "1")
        assert "longing" not in codes(project)


async def test_a_broken_codebook_is_said_when_a_sub_code_is_made(project):
    from builders import edit

    async with opened(project) as pilot:
        await split(pilot)
        edit(project.codebook_yaml, broken := project.codebook_yaml.read_text(encoding="utf-8") + "- id: b: c\n")
        await pick(pilot, "n", "new")
        await pilot.pause()
        assert "codebook.yaml:" in told(pilot)
        assert project.codebook_yaml.read_text(encoding="utf-8") == broken
        await pilot.press("1")
        assert codes(project)[0] == "mother"
