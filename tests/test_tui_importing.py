"""The import screen: what each file would become is seen before anything is written."""

import pytest
from builders import make_project
from screens import opened, screen_text, until

BODY = "Ying: 你生日做什么了？\n\nMei: I wrote a letter.\n"


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "p", {}, cases=["zhao"])


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "interviews"
    folder.mkdir()
    (folder / "one.txt").write_text(BODY, "utf-8")
    (folder / "two.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Mei>My hands hurt.\n", "utf-8")
    (folder / "three.docx").write_bytes(b"no zip at all")
    return folder


async def choose(pilot, path):
    await pilot.press("I")
    await until(lambda: pilot.app.screen.query("Input"))
    pilot.app.screen.query_one("Input").value = str(path)
    await pilot.press("enter")
    await until(lambda: "nothing is written before" in screen_text(pilot), 8)


def documents(project):
    return sorted(path.stem for path in project.transcripts.glob("*.md"))


@pytest.mark.parametrize("size", [(120, 30), (80, 24)])
async def test_a_folder_is_seen_first_and_then_taken_in_as_one_step(project, files, size):
    async with opened(project, size=size) as pilot:
        await choose(pilot, files)
        assert documents(project) == []
        assert not project.sources.exists()
        assert "✗ three.docx" in screen_text(pilot)
        await until(lambda: "Mei" in screen_text(pilot))
        await pilot.press("ctrl+s")
        await until(lambda: documents(project) == ["one", "two"], 8)
        await until(lambda: pilot.app.workspace.document == "one", 8)
        assert sorted(path.name for path in project.sources.iterdir()) == ["one.txt", "two.vtt"]
        await pilot.press("u")
        await until(lambda: documents(project) == [])


async def test_case_and_participants_are_said_for_all_files(project, files):
    async with opened(project) as pilot:
        await choose(pilot, files)
        await pilot.press("c")
        pilot.app.screen.query_one("Input").value = "zhao"
        await pilot.press("enter")
        await until(lambda: "case:       zhao" in screen_text(pilot), 8)
        await pilot.press("p")
        await until(lambda: "speakers become participants" in screen_text(pilot), 8)
        await pilot.press("ctrl+s")
        await until(lambda: documents(project) == ["one", "two"], 8)
        assert "case: zhao" in project.transcript("one").read_text("utf-8")
        assert "Mei" in project.project_yaml.read_text("utf-8")


async def test_a_wrong_date_is_refused_and_the_plan_stays(project, files):
    async with opened(project) as pilot:
        await choose(pilot, files)
        await pilot.press("d")
        pilot.app.screen.query_one("Input").value = "yesterday"
        await pilot.press("enter")
        await until(lambda: "is not a date" in screen_text(pilot))
        await pilot.press("ctrl+s")
        await until(lambda: documents(project) == ["one", "two"], 8)


async def test_a_file_is_left_out_and_another_encoding_is_tried(project, tmp_path):
    folder = tmp_path / "old"
    folder.mkdir()
    (folder / "a.txt").write_bytes("問：你好嗎？我很好，謝謝你今天過來看我。\n".encode("big5"))
    (folder / "b.txt").write_text("Mei: Rain.\n", "utf-8")
    async with opened(project) as pilot:
        await choose(pilot, folder)
        await until(lambda: "big5" in screen_text(pilot) and "你好嗎" in screen_text(pilot))
        await pilot.press("x")
        await until(lambda: "– a.txt" in screen_text(pilot))
        await pilot.press("ctrl+s")
        await until(lambda: documents(project) == ["b"], 8)


async def test_escape_goes_back_and_nothing_is_written(project, files):
    async with opened(project) as pilot:
        await choose(pilot, files)
        await pilot.press("escape")
        await until(lambda: pilot.app.screen is pilot.app.workspace)
        assert documents(project) == []
        assert not project.log.exists()
