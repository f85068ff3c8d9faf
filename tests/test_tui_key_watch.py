"""An open window and the key of pseudonyms: what is added, taken away or broken while it is open."""

from contextlib import asynccontextmanager

import pytest
from builders import events_on_disk, make_project, transcript
from screens import opened, pick, screen_text, selected, told, until

from qualcode.core.events import fold
from qualcode.core.overlay import wearing, worn
from qualcode.files.pseudonym_key import key_of, place_of
from qualcode.tui.key_watch import KeyWatch

TEXT = "Ann: I saw Guihua at Liang Guihua's house. It was late.\n\nLiang Guihua: Ann came, and Tom. We ate.\n"


@pytest.fixture
def study(tmp_path, said):
    project = make_project(
        tmp_path / "p", {"one": transcript(TEXT, title="Liang Guihua", case="liang", speakers={"Ann": "", "Liang Guihua": ""})},
        cases=["liang"],
    )  # fmt: skip
    said("pseudonyms", "add", "Liang Guihua", "Bo", "-p", str(project.root))
    return project


@asynccontextmanager
async def following(project, **options):
    """The interface under the project's key, which it looks for when `look` is awaited rather than every second."""
    with wearing(key_of(project)):
        async with opened(project, "a", options.pop("document", "one"), **options) as pilot:
            watch = KeyWatch(project)

            async def look(times=2):
                for _ in range(times):
                    found = watch.look()
                    if found is not None:
                        pilot.app._take_up(found)
                    await pilot.pause()

            await look()
            yield pilot, look


async def test_a_name_that_is_added_elsewhere_is_taken_up_and_the_cursor_stays(study, said):
    async with following(study) as (pilot, look):
        await pilot.press("j", "j")
        assert selected(pilot) == "Ann came, and Tom."
        assert said("pseudonyms", "add", "Ann", "Barbara Ellen", "-p", str(study.root))[0] == 0
        await look()
        assert "Ann" not in screen_text(pilot).replace("Annotations", "")
        assert selected(pilot) == "Barbara Ellen came, and Tom."
        assert "it covers 2 names" in told(pilot)
        await pick(pilot, "c", "longing")
    (coding,) = fold(events_on_disk(study, "a", "one"), "a", "one").values()
    assert coding.text == TEXT[coding.start : coding.end] == "Ann came, and Tom."


async def test_what_was_chosen_before_is_coded_where_it_was_meant(study, said):
    async with following(study) as (pilot, look):
        await pilot.press("j", "j", "c")
        await pilot.pause()
        said("pseudonyms", "add", "Ann", "Barbara Ellen", "-p", str(study.root))
        await look()
        await pilot.press(*"work", "enter")
        await pilot.pause()
    (coding,) = fold(events_on_disk(study, "a", "one"), "a", "one").values()
    assert coding.text == "Ann came, and Tom."


async def test_a_key_that_cannot_be_read_leaves_the_last_one_on_and_says_so(study):
    place = place_of(study)
    good = place.read_text(encoding="utf-8")
    async with following(study) as (pilot, look):
        for bad in ("names: [\n", "", "names:\n", None):
            place.unlink() if bad is None else place.write_text(bad, encoding="utf-8")
            await look(3)
            assert "Guihua" not in screen_text(pilot), bad
            assert "Bo: Ann came" in screen_text(pilot)
            assert "Names go on standing under the key as it was last read" in told(pilot), bad
            assert "pseudonyms: key unreadable" in screen_text(pilot)
        place.write_text(good.replace("Bo", "Cleo"), encoding="utf-8")
        await look(3)
        assert "Cleo: Ann came" in screen_text(pilot)
        assert "unreadable" not in pilot.app.workspace.transcript.border_subtitle


async def test_where_its_place_is_forgotten_names_stay_covered_and_after_off_they_do_not(study, said, own_home):
    memory = own_home / "config" / "qualcode" / "pseudonyms.json"
    kept = memory.read_bytes()
    async with following(study) as (pilot, look):
        memory.write_bytes(b"[")
        await look(3)
        assert "Guihua" not in screen_text(pilot)
        assert "qualcode pseudonyms use FILE" in told(pilot)
        memory.write_bytes(kept)
        await look(3)
        assert said("pseudonyms", "off", "-p", str(study.root))[0] == 0
        await look(3)
        assert "Liang Guihua: Ann came" in screen_text(pilot)
        assert "names are shown as they are" in told(pilot)


async def test_a_key_in_the_middle_of_being_written_uncovers_nobody(study):
    place = place_of(study)
    place.write_text("names:\n  Ann: Bea\n  Liang Guihua: Bo\n", encoding="utf-8")
    async with following(study) as (_, look):
        place.write_text("names:\n  Ann: Bea\n", encoding="utf-8")
        await look(1)
        assert [entry.name for entry in worn().entries] == ["Ann", "Liang Guihua"]
        await look(1)
        assert [entry.name for entry in worn().entries] == ["Ann"]


@pytest.mark.parametrize("real_names", [False, True])
async def test_a_window_looks_by_itself_but_with_real_names(study, said, real_names):
    with wearing(None if real_names else key_of(study)):
        async with opened(study, "a", "one", follows_key=not real_names) as pilot:
            said("pseudonyms", "add", "Tom", "Ben", "-p", str(study.root))
            if not real_names:
                await until(lambda: "Ben" in screen_text(pilot), 6)
            else:
                await pilot.pause(1.2)
                assert "Liang Guihua: Ann came, and Tom." in screen_text(pilot)
