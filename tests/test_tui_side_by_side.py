"""Original and translation side by side, and listening to a recording."""

import pytest
from builders import FAMILY, apply, edit, make_project, transcript, write_events
from players import fake, recording, said
from rich.cells import cell_len
from screens import codings, opened, pick, screen_text, selected, told, until

from qualcode.tui.side_by_side import SideBySide

ZH = f"研究者：吃了吗？\n\n小雅：吃了。{FAMILY} 一碗面，有个鸡蛋。\n\n研究者：想家吗？\n\n小雅：我想妈妈。\n"
EN = (
    "[00:00:03] Researcher: Have you eaten?\n\n[00:01:05] Xiaoya: I have. A bowl of noodles with an egg.\n\n"
    "Researcher: Are you homesick?\n\nXiaoya: I miss my mother.\n"
)


@pytest.fixture
def project(tmp_path):
    found = make_project(
        tmp_path / "p",
        {
            "zh": transcript(ZH, title="小雅", language="zh", speakers=["研究者", "小雅"]),
            "en": transcript(EN, title="Xiaoya", language="en", translation_of="zh", speakers=["Researcher", "Xiaoya"]),
            "alone": "Mei: It rains.\n",
        },
        codes={"emotion": {}, "emotion/longing": {"key": 1}, "work": {"key": 2}},
    )
    write_events(found, "c1", "zh", [apply(1, ZH, "我想妈妈", "longing")])
    return found


@pytest.fixture
def bin_folder(tmp_path, monkeypatch):
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("QUALCODE_PLAYER", raising=False)
    return folder


def screen(pilot):
    assert isinstance(pilot.app.screen, SideBySide)
    return pilot.app.screen


def lit(pilot, side):
    """The text that is selected or lit on one side: "original" or "translation"."""
    view = pilot.app.screen.query_one(f"#{side}")
    return view.body.text[view.selection.start : view.selection.end]


def line(pilot):
    return str(pilot.app.screen.status.render())


async def both(pilot, moves=()):
    """Open both side by side, then press keys."""
    await pilot.press("T")
    await until(lambda: isinstance(pilot.app.screen, SideBySide) and pilot.app.screen.focused is not None)
    await pilot.press(*moves)
    await pilot.pause()


async def test_the_place_of_the_cursor_is_lit_on_the_other_side(project):
    async with opened(project, document="en") as pilot:
        await pilot.press("j", "j")
        await both(pilot)
        assert lit(pilot, "translation") == "A bowl of noodles with an egg."
        assert lit(pilot, "original").startswith("吃了。")
        await pilot.press("j", "j")
        await until(lambda: lit(pilot, "original") == "我想妈妈。")


async def test_tab_goes_to_the_other_side_at_the_linked_turn(project):
    async with opened(project, document="en") as pilot:
        await both(pilot, ["j", "j", "j", "tab"])
        assert (screen(pilot).document, lit(pilot, "original")) == ("zh", "想家吗？")
        await pilot.press("j")
        await until(lambda: lit(pilot, "translation") == "I miss my mother.")


async def test_a_coding_is_made_on_the_side_in_focus_and_told_on_the_other(project):
    async with opened(project, document="en") as pilot:
        await both(pilot, ["j", "2"])
        assert codings(project, document="en") == [("I have.", "work", "")]
        await pilot.press("tab")
        await until(lambda: "coded on the translation: work (c1)" in line(pilot))
        await pilot.press("1")
        assert codings(project, document="zh")[0][:2] == ("吃了。", "longing")
        await pilot.press("x")
        assert len(codings(project, document="zh")) == 1


async def test_codings_of_the_other_side_have_a_sign_at_the_turn(project):
    async with opened(project, document="en") as pilot:
        await both(pilot)
        assert "7»" in screen_text(pilot)
        await pilot.press("j", "j", "j", "j")
        assert "coded on the original: emotion/longing (c1)" in line(pilot)
        await pilot.press("tab", "x")
        assert "»" not in screen_text(pilot)
        await pilot.press("u")
        assert "7»" in screen_text(pilot)


async def test_a_code_is_picked_and_applied_again(project):
    async with opened(project, document="zh") as pilot:
        await both(pilot)
        await pick(pilot, "c", "work")
        await pilot.press("j", "full_stop")
        assert [code for _, code, _ in codings(project, document="zh")] == ["work", "work", "longing"]


async def test_a_link_is_shifted_by_one_and_undone(project):
    async with opened(project, document="en") as pilot:
        await both(pilot, ["j", "plus"])
        assert 'aligned: ["3=2"]\n' in project.transcript("en").read_text("utf-8")
        assert lit(pilot, "original") == "想家吗？"
        assert "Linked: turn 3 of the original with turn 2 of the translation" in line(pilot)
        await pilot.press("u")
        assert "aligned" not in project.transcript("en").read_text("utf-8")
        assert lit(pilot, "original").startswith("吃了。")


async def test_a_link_is_shifted_back_from_the_originals_side(project):
    async with opened(project, document="zh") as pilot:
        await both(pilot, ["end", "minus"])
        assert 'aligned: ["4=3"]\n' in project.transcript("en").read_text("utf-8")
        await pilot.press("minus", "minus", "minus")
        assert "There is no further turn on the other side." in line(pilot)


async def test_escape_leads_back_to_the_same_place(project):
    async with opened(project, document="en") as pilot:
        await both(pilot, ["j", "j", "j", "tab", "1", "escape"])
        assert pilot.app.screen is pilot.app.workspace
        assert selected(pilot) == "Are you homesick?"
        assert pilot.app.workspace.document == "en"


async def test_escape_first_lets_go_of_an_extended_selection(project):
    async with opened(project, document="en") as pilot:
        await both(pilot, ["v", "j", "escape"])
        assert not screen(pilot).transcript.selection.extending


async def test_tab_moves_the_other_boundary_while_extending(project):
    async with opened(project, document="en") as pilot:
        await both(pilot, ["v", "tab"])
        assert screen(pilot).transcript.selection.at_start
        assert screen(pilot).document == "en"


async def test_what_is_coded_side_by_side_is_in_the_transcript_afterwards(project):
    async with opened(project, document="en") as pilot:
        await both(pilot, ["j", "2", "escape"])
        await until(lambda: len(pilot.app.workspace.transcript.marks) == 1)


async def test_a_text_changed_on_disk_is_shown_anew_on_its_side(project):
    async with opened(project, document="en") as pilot:
        await both(pilot, ["j", "j", "j"])
        edit(project.transcript("zh"), project.transcript("zh").read_text("utf-8").replace("想家吗", "现在想不想家"))
        await until(lambda: "现在想不想家" in screen_text(pilot))
        await until(lambda: lit(pilot, "original") == "现在想不想家？")


@pytest.mark.parametrize("size", [(80, 24), (50, 16), (160, 40)], ids=str)
async def test_both_texts_are_in_sight_in_any_terminal(project, size):
    async with opened(project, document="en", size=size) as pilot:
        await both(pilot)
        rows = screen_text(pilot).split("\n")
        assert any("研究者：吃了吗" in row for row in rows)
        assert any("Researcher: " in row for row in rows)
        assert {cell_len(row) for row in rows} == {size[0]}


async def test_a_click_on_the_other_side_goes_there(project):
    async with opened(project, document="en") as pilot:
        await both(pilot)
        view = screen(pilot).query_one("#original")
        row = next(y for y, text in enumerate(screen_text(pilot).split("\n")) if "想家" in text)
        await pilot.click("#original", offset=(view.size.width // 2, row - view.region.y))
        await until(lambda: screen(pilot).document == "zh")
        await until(lambda: lit(pilot, "translation") == "Are you homesick?")


async def test_the_title_says_that_there_is_a_translation_and_a_recording(project):
    name_recording(project)
    async with opened(project, document="en") as pilot:
        assert "translation (T) · recording (P)" in screen_text(pilot)
        await pick(pilot, "o", "alone")
        assert "(T)" not in screen_text(pilot)


async def test_without_a_translation_it_is_said_how_to_name_one(project):
    async with opened(project, document="alone") as pilot:
        await pilot.press("T")
        assert "qualcode translations link" in told(pilot)
        assert pilot.app.screen is pilot.app.workspace


async def test_of_several_translations_one_is_chosen(project):
    edit(project.transcript("alone"), transcript("Mei: Il pleut.\n", title="Autre", translation_of="zh"))
    async with opened(project, document="zh") as pilot:
        await pick(pilot, "T", "Autre")
        await until(lambda: isinstance(pilot.app.screen, SideBySide))
        assert "Il pleut." in screen_text(pilot)


async def test_the_other_places_can_be_visited_from_there(project):
    async with opened(project, document="en") as pilot:
        await both(pilot, ["M"])
        await until(lambda: "Matrix" in type(pilot.app.screen).__name__)
        await pilot.press("escape")
        await until(lambda: pilot.app.screen is pilot.app.workspace)


# ------------------------------------------------------------------ listening


async def test_p_plays_from_the_turn_and_stops_again(project, bin_folder):
    path = recording(project)
    name_recording(project)
    script = fake(bin_folder, "mpv", "time.sleep(60)")
    async with opened(project, document="en") as pilot:
        await pilot.press("j", "j", "j", "P")
        arguments = said(script)
        assert (arguments[0], arguments[-1]) == ("--start=65", str(path))
        assert "mpv plays a.mp3 from 00:01:05 on; P stops it" in told(pilot)
        process = pilot.app.desk.player._running
        await pilot.press("P")
        assert "Stopped playing" in told(pilot)
        assert process.poll() is not None


async def test_a_side_without_a_recording_is_heard_in_that_of_the_other(project, bin_folder):
    path = recording(project)
    name_recording(project)
    script = fake(bin_folder, "mpv")
    async with opened(project, document="zh") as pilot:
        await both(pilot, ["j", "P"])
        arguments = said(script)
        assert (arguments[0], arguments[-1]) == ("--start=65", str(path))


async def test_leaving_ends_the_player(project, bin_folder):
    recording(project)
    name_recording(project)
    script = fake(bin_folder, "mpv", "time.sleep(60)")
    async with opened(project, document="en") as pilot:
        await both(pilot, ["P"])
        said(script)
        process = pilot.app.desk.player._running
    assert process.poll() is not None


async def test_a_player_that_cannot_play_is_told_of(project, bin_folder):
    recording(project)
    name_recording(project)
    fake(bin_folder, "mpv", "sys.exit(2)")
    async with opened(project, document="en") as pilot:
        await pilot.press("P")
        await until(lambda: "mpv ended with status 2" in told(pilot), 5)


@pytest.mark.parametrize("named", [True, False], ids=["no player", "no recording"])
async def test_what_is_missing_is_said(project, bin_folder, named):
    if named:
        recording(project)
        name_recording(project)
    async with opened(project, document="en") as pilot:
        await pilot.press("P")
        assert ("No player was found" if named else "No recording is named for en") in told(pilot)


def name_recording(project):
    file = project.transcript("en")
    edit(file, file.read_text("utf-8").replace("translation_of", "recording: a.mp3\ntranslation_of"))
