"""Commands that begin something: a demonstration, a study, the terminal interface."""

import os
from pathlib import Path

import pytest
from builders import ROOT, make_project

from qualcode.cli.main import run


@pytest.fixture
def said(capsys, tmp_path, monkeypatch):
    """Run a command in an empty folder; returns exit status, standard output and standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUALCODE_CODER", "c1")

    def command(*argv):
        status = run([str(arg) for arg in argv])
        return status, *capsys.readouterr()

    return command


@pytest.fixture
def study(said, tmp_path, monkeypatch):
    project = make_project(tmp_path / "study", {"old": "Mei: Here already.\n"}, cases=["zhao"])
    monkeypatch.chdir(project.root)
    return project


def bytes_of(folder):
    """Every file of a folder with its content; what is derived (.qualcode) left out."""
    paths = sorted(path for path in Path(folder).rglob("*") if path.is_file() and ".qualcode" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def source(tmp_path, name, content):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# ------------------------------------------------------------------ demo


def test_demo_copies_the_demonstration_project(said, tmp_path):
    assert said("demo", "here", "--no-open")[0] == 0
    assert bytes_of(tmp_path / "here") == bytes_of(ROOT / "projects" / "left-behind-children")


def test_the_copy_can_be_worked_on(said, tmp_path):
    said("demo", "here", "--no-open")
    quote = ("--quote", "The same as other Sundays.")
    status, _, _ = said("-p", "here", "code", "zhao-2009-06-08-long", "hidden emotions/longing", *quote)
    assert (status, said("-p", "here", "check")[0]) == (0, 0)


def test_demo_says_how_to_open_the_copy_again(said):
    _, out, err = said("demo", "here", "--no-open")
    assert "qualcode open here" in out + err


def test_demo_needs_no_folder_name(said, tmp_path):
    assert said("demo", "--no-open")[0] == 0
    assert (tmp_path / "qualcode-demo" / "project.yaml").is_file()


def test_demo_fills_an_empty_folder(said, tmp_path):
    (tmp_path / "here").mkdir()
    assert said("demo", "here", "--no-open")[0] == 0


@pytest.mark.parametrize("name", ["notes.txt", ".hidden"])
def test_demo_leaves_a_folder_that_is_not_empty_alone(said, tmp_path, name):
    source(tmp_path, f"here/{name}", "mine")
    status, _, err = said("demo", "here", "--no-open")
    assert (status, bytes_of(tmp_path / "here")) == (2, {name: b"mine"})
    assert "here" in err


def test_demo_leaves_a_file_of_that_name_alone(said, tmp_path):
    source(tmp_path, "here", "mine")
    assert said("demo", "here", "--no-open")[0] == 2
    assert (tmp_path / "here").read_text() == "mine"


def test_demo_without_a_terminal_copies_and_says_that_nothing_was_opened(said, tmp_path):
    status, _, err = said("demo", "here")
    assert (status, (tmp_path / "here" / "project.yaml").is_file()) == (0, True)
    assert "terminal" in err


# ------------------------------------------------------------------ new


def test_a_new_study_is_a_sound_project(said):
    status, out, _ = said("new", "my-study")
    assert (status, "my-study" in out) == (0, True)
    assert said("-p", "my-study", "check")[0] == 0


def test_a_new_study_has_the_title_given(said, tmp_path):
    said("new", "my-study", "--title", 'Nurses: "nights", 夜班 # 1')
    import qualcode

    assert qualcode.open_project(tmp_path / "my-study").info.title == 'Nurses: "nights", 夜班 # 1'


def test_a_new_study_is_called_like_its_folder_without_a_title(said, tmp_path):
    said("new", "my-study")
    import qualcode

    assert qualcode.open_project(tmp_path / "my-study").info.title == "my-study"


@pytest.mark.parametrize("name", ["left-behind-children", "left-behind-policy"])
def test_a_new_study_may_start_from_a_codebook_that_comes_with_qualcode(said, tmp_path, name):
    assert said("new", "my-study", "--codebook", name)[0] == 0
    copied = (tmp_path / "my-study" / "codebook.yaml").read_text("utf-8")
    assert copied == (ROOT / "codebooks" / f"{name}.yaml").read_text("utf-8")


def test_a_new_study_may_start_from_a_codebook_file(said, tmp_path):
    book = source(tmp_path, "mine.yaml", "codes:\n  - id: trust\n    name: trust  # first\n")
    said("new", "my-study", "--codebook", book)
    assert (tmp_path / "my-study" / "codebook.yaml").read_bytes() == book.read_bytes()


def test_a_codebook_that_is_not_there_is_refused_with_those_that_are(said, tmp_path):
    status, _, err = said("new", "my-study", "--codebook", "nurses")
    assert (status, (tmp_path / "my-study").exists()) == (2, False)
    assert "left-behind-children" in err


def test_a_broken_codebook_is_refused_with_file_and_line(said, tmp_path):
    source(tmp_path, "mine.yaml", "codes:\n  - id: trust\n    name: [\n")
    status, _, err = said("new", "my-study", "--codebook", "mine.yaml")
    assert (status, (tmp_path / "my-study").exists()) == (2, False)
    assert "mine.yaml:" in err


def test_an_existing_project_is_not_made_anew(said, study):
    before = bytes_of(study.root)
    assert said("new", study.root)[0] == 2
    assert bytes_of(study.root) == before


def test_a_file_is_not_made_a_study(said, tmp_path):
    source(tmp_path, "my-study", "mine")
    assert said("new", "my-study")[0] == 2
    assert (tmp_path / "my-study").read_text() == "mine"


def test_a_title_in_bytes_that_are_no_text_is_refused_or_mended(said, tmp_path):
    status, _, _ = said("new", "my-study", "--title", os.fsdecode(b"caf\xe9"))
    assert status in (0, 2)
    assert status == 2 or said("-p", "my-study", "check")[0] == 0


@pytest.mark.parametrize("name", [".gitignore", ".gitattributes", "codebook.yaml", "transcripts/a.md"])
def test_nothing_in_a_folder_that_becomes_a_study_is_overwritten(said, tmp_path, name):
    mine = source(tmp_path, f"my-study/{name}", "# mine\n")
    said("new", "my-study")
    assert "# mine\n" in mine.read_text()


def test_a_new_study_keeps_derived_files_out_of_git(said, tmp_path):
    said("new", "my-study")
    assert ".qualcode/" in (tmp_path / "my-study" / ".gitignore").read_text().splitlines()


# ------------------------------------------------------------------ open


def test_open_without_a_terminal_says_so(said, study):
    status, out, err = said("open")
    assert (status, out, "terminal" in err) == (2, "", True)


def test_open_without_a_project_says_what_to_do(said):
    status, _, err = said("open")
    assert status == 2
    assert "qualcode new" in err


def test_open_wants_the_project_named_once(said, study):
    assert said("open", study.root, "-p", study.root)[0] == 2


def test_a_project_that_is_somebody_else_s_is_told_with_what_to_do(said, tmp_path, monkeypatch):
    def closed(*_, **__):
        raise PermissionError(13, "Permission denied", "/home/bo/study/project.yaml")

    monkeypatch.setattr("qualcode.cli.lists.opened", closed)
    status, out, err = said("documents", "-p", str(tmp_path))
    assert (status, out) == (2, "")
    assert "no permission for /home/bo/study/project.yaml" in err
    assert "--shared" in err
