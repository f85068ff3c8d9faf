"""Commands that begin something: a demonstration, a study, an import, the terminal interface."""

import json
import os
from pathlib import Path

import pytest
from builders import ROOT, events_on_disk, make_project

from qualcode.cli.main import run
from qualcode.files.transcripts import read_transcript

CHINESE = "研究者：昨天是你的生日，家里打电话了吗？\n\n龙：打了一个，问了吃饭和钱的事，没说别的。我习惯了，星期天都是这样过的。\n"


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


def read(project, document):
    return read_transcript(project.transcript(document), document, document)


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


# ------------------------------------------------------------------ import


def test_a_text_becomes_a_document_and_is_named_with_its_speakers(said, study, tmp_path):
    status, out, _ = said("import", source(tmp_path, "June visit.txt", "Long: Hi\n\nMei: Ho\n"))
    assert status == 0
    for shown in ("june-visit", "2 turns", "Long", "Mei"):
        assert shown in out
    assert read(study, "june-visit").body.text == "Long: Hi\n\nMei: Ho\n"


def test_the_options_become_the_documents_facts(said, study, tmp_path):
    path = source(tmp_path, "a.txt", "Long: Hi\n")
    said("import", path, "--case", "zhao", "--kind", "interview", "--date", "2009-06-08", "--title", "Long: in June")
    info = read(study, "a").info
    assert (info.case, info.kind, info.date, info.title) == ("zhao", "interview", "2009-06-08", "Long: in June")


def test_several_files_become_documents_in_one_go(said, study, tmp_path):
    files = [source(tmp_path, f"{name}.txt", f"Long: {name}\n") for name in "abc"]
    said("import", *files, "--case", "zhao")
    assert [read(study, name).info.case for name in "abc"] == ["zhao"] * 3


def test_markdown_brings_its_front_matter_and_options_win(said, study, tmp_path):
    text = "---\ntitle: At home\ncase: zhao\nkind: visit\ndate: 2009-01-30\nlanguage: no\n---\nLong: Hi\n"
    said("import", source(tmp_path, "a.md", text), "--kind", "interview")
    info, body = read(study, "a").info, read(study, "a").body
    assert (info.title, info.case, info.kind, info.date, info.language) == (
        "At home", "zhao", "interview", "2009-01-30", "no",
    )  # fmt: skip
    assert body.text == "Long: Hi\n"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        pytest.param(b"Long: Hi\r\n\r\nMei: Ho\r\n", "Long: Hi\n\nMei: Ho\n", id="Windows line ends"),
        pytest.param(b"\xef\xbb\xbfLong: Hi\n", "Long: Hi\n", id="byte-order mark"),
        pytest.param(CHINESE.encode("utf-16"), CHINESE, id="UTF-16"),
        pytest.param(CHINESE.encode("gb18030"), CHINESE, id="GB18030"),
        pytest.param("Leila: أمي بعيدة\n".encode(), "Leila: أمي بعيدة\n", id="right to left"),
    ],
)
@pytest.mark.parametrize("suffix", ["txt", "md"])
def test_the_text_arrives_whatever_its_encoding_and_the_file_is_kept(said, study, tmp_path, data, text, suffix):
    assert said("import", source(tmp_path, f"a.{suffix}", data))[0] == 0
    assert read(study, "a").body.text == text
    assert (study.sources / f"a.{suffix}").read_bytes() == data


def test_a_guessed_encoding_is_said(said, study, tmp_path):
    _, _, err = said("import", source(tmp_path, "a.txt", CHINESE.encode("gb18030")))
    assert "a.txt" in err
    assert "UTF-8" in err


def test_a_new_case_is_made_and_said(said, study, tmp_path):
    _, _, err = said("import", source(tmp_path, "a.txt", "Long: Hi\n"), "--case", "liang")
    assert "liang" in err
    cases = json.loads(said("cases", "-f", "json")[1])
    assert [(row["case"], row["documents"]) for row in cases] == [("zhao", 0), ("liang", 1)]


def test_a_known_case_is_not_called_new(said, study, tmp_path):
    assert said("import", source(tmp_path, "a.txt", "Long: Hi\n"), "--case", "zhao")[2] == ""


def test_an_imported_study_passes_the_check(said, study, tmp_path):
    said("import", source(tmp_path, "a.txt", "Long: Hi\n"), "--case", "liang", "--date", "2009-06-08")
    assert said("check")[0] == 0


def test_an_import_can_be_undone_and_says_what_went(said, study, tmp_path):
    before = {name: data for name, data in bytes_of(study.root).items() if name.startswith(("transcripts", "project"))}
    said("import", source(tmp_path, "a.txt", "Long: Hi\n"), source(tmp_path, "b.txt", "x\n"), "--case", "liang")
    status, out, _ = said("undo")
    after = {name: data for name, data in bytes_of(study.root).items() if name.startswith(("transcripts", "project"))}
    assert (status, after) == (0, before)
    assert "liang" in out
    assert "document a " in out


def test_an_import_is_in_the_coders_log(said, study, tmp_path):
    said("import", source(tmp_path, "a.txt", "Long: Hi\n"))
    assert [(event.op, event.key) for event in events_on_disk(study, "c1", "")] == [("change", "a")]


# ------------------------------------------------------------------ import: what is refused


def refused(said, study, *argv):
    """Refuse with status 2 and one message; the project is as it was. Returns the message."""
    before = bytes_of(study.root)
    status, out, err = said("import", *argv)
    assert (status, out) == (2, "")
    assert err.startswith("qualcode: ")
    assert bytes_of(study.root) == before
    return err


@pytest.mark.parametrize(
    ("name", "data"),
    [
        pytest.param("bad.docx", b"PK\x03\x04", id="a kind not known"),
        pytest.param("bad", b"Long: Hi\n", id="no kind"),
        pytest.param("bad.txt", b"\x89PNG\x00\x01\x02", id="binary"),
        pytest.param("bad.txt", b"", id="empty"),
        pytest.param("bad.txt", b" \n\n", id="blank"),
        pytest.param("bad.md", b"---\ntitle: A\n---\n", id="front matter only"),
        pytest.param("bad.md", b"---\ntitle: [\n---\nLong: Hi\n", id="broken front matter"),
        pytest.param("bad.md", b"---\ndate: yesterday\n---\nLong: Hi\n", id="a date that is none"),
        pytest.param("bad.md", b"---\ncase: ../up\n---\nLong: Hi\n", id="a case that cannot be one"),
        pytest.param("bad.md", b"---\ncase: [a, b]\n---\nLong: Hi\n", id="a list for a case"),
        pytest.param("bad.md", b"---\ntitle: {a: b}\n---\nLong: Hi\n", id="a mapping for a title"),
        pytest.param("old.txt", b"Long: Hi\n", id="a document that is there already"),
    ],
)
def test_one_bad_file_among_several_stops_all_and_is_named(said, study, tmp_path, name, data):
    good, other = source(tmp_path, "good.txt", "Long: Hi\n"), source(tmp_path, "other.txt", "Long: Hi\n")
    bad = source(tmp_path, name, data)
    assert Path(name).stem in refused(said, study, good, bad, other, "--kind", "interview")


def test_broken_front_matter_is_named_with_its_line(said, study, tmp_path):
    assert "a.md:3" in refused(said, study, source(tmp_path, "a.md", '---\ntitle: A\ncase: "a" b\nkind: k\n---\nHi\n'))


def test_a_refused_case_leaves_a_project_that_can_be_read(said, study, tmp_path):
    said("import", source(tmp_path, "a.md", "---\ncase: ../up\n---\nLong: Hi\n"))
    assert said("cases")[2] == ""
    assert said("check")[0] == 0


def test_a_file_that_is_not_there_is_refused(said, study, tmp_path):
    assert "nowhere.txt" in refused(said, study, tmp_path / "nowhere.txt")


def test_a_folder_is_refused(said, study, tmp_path):
    (tmp_path / "folder.txt").mkdir()
    assert "folder.txt" in refused(said, study, tmp_path / "folder.txt")


def test_two_files_that_would_be_one_document_are_refused(said, study, tmp_path):
    files = source(tmp_path, "1/a.txt", "Long: Hi\n"), source(tmp_path, "2/a.txt", "Long: Ho\n")
    assert "'a'" in refused(said, study, *files)


def test_the_same_file_twice_is_refused(said, study, tmp_path):
    path = source(tmp_path, "a.txt", "Long: Hi\n")
    said("import", path)
    assert "'a'" in refused(said, study, path)


@pytest.mark.parametrize("date", ["yesterday", "2009-13-01", "2009-02-30", "08.06.2009", "20090608", "2009-W23-1"])
def test_a_date_is_year_month_and_day(said, study, tmp_path, date):
    message = refused(said, study, source(tmp_path, "a.txt", "Long: Hi\n"), "--date", date)
    assert "YYYY-MM-DD" in message


@pytest.mark.parametrize("case", ["../up", "a/b", ".hidden", " "])
def test_a_case_that_cannot_be_a_name_is_refused(said, study, tmp_path, case):
    refused(said, study, source(tmp_path, "a.txt", "Long: Hi\n"), "--case", case)


def test_one_title_for_several_files_is_refused(said, study, tmp_path):
    files = [source(tmp_path, f"{name}.txt", "Long: Hi\n") for name in "ab"]
    refused(said, study, *files, "--title", "Both")


@pytest.mark.parametrize("name", ["...txt", "..hidden.txt", "-.txt", "%2e%2e.txt", "..\\up.txt"])
def test_no_file_name_leads_out_of_the_project(said, study, tmp_path, name):
    outside = set(bytes_of(tmp_path))
    said("import", source(tmp_path, f"in/{name}", "Long: Hi\n"))
    new = set(bytes_of(tmp_path)) - outside - {f"in/{name}"}
    assert all(path.startswith(("study/transcripts/", "study/sources/", "study/log/")) for path in new)


def test_a_file_from_above_the_project_is_kept_inside_it(said, study, tmp_path):
    source(tmp_path, "up.txt", "Long: Hi\n")
    assert said("import", "../up.txt")[0] == 0
    assert sorted(os.listdir(study.transcripts)) == ["old.md", "up.md"]
    assert os.listdir(study.sources) == ["up.txt"]


def test_two_sources_of_one_name_are_both_kept(said, study, tmp_path):
    said("import", source(tmp_path, "1/a.txt", "Long: Hi\n"))
    said("undo")
    said("import", source(tmp_path, "2/a.txt", "Long: Ho\n"))
    kept = {path.read_bytes() for path in study.sources.iterdir()}
    assert (kept, read(study, "a").body.text) == ({b"Long: Hi\n", b"Long: Ho\n"}, "Long: Ho\n")


def test_speaker_labels_of_an_imported_file_cannot_drive_the_terminal(said, study, tmp_path):
    text = '---\nspeakers:\n  "M\\e[31mei": ""\n---\nM\x1b[31mei: Hi\n'
    _, out, err = said("import", source(tmp_path, "a.md", text))
    assert out + err
    assert "\x1b" not in out + err


def test_an_imported_document_is_a_plain_markdown_file(said, study, tmp_path):
    said("import", source(tmp_path, "a.txt", "Long: Hi\n"))
    assert study.transcript("a").read_text("utf-8").startswith("---\ntitle: a\n---\nLong: Hi\n")
