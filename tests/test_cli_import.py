"""`qualcode import`: what comes in, what is said, what is refused, and that nothing is ever half imported."""

import json
import os
import signal
from pathlib import Path

import pytest
from builders import events_on_disk, make_project

from qualcode.cli.main import run
from qualcode.files.copying import write_new
from qualcode.files.transcripts import read_transcript
from qualcode.session.imports import ImportWork

carry_out = ImportWork.carry_out

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
    assert "is new" not in said("import", source(tmp_path, "a.txt", "Long: Hi\n"), "--case", "zhao")[2]


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
        pytest.param("bad.xyz", b"Long: Hi\n", id="a kind not known"),
        pytest.param("bad.docx", b"PK\x03\x04", id="no Word file"),
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
def test_a_bad_file_is_named_and_the_others_are_imported(said, study, tmp_path, name, data):
    good, other = source(tmp_path, "good.txt", "Long: Hi\n"), source(tmp_path, "other.txt", "Long: Ho\n")
    bad = source(tmp_path, name, data)
    status, out, err = said("import", good, bad, other, "--kind", "interview")
    assert (status, [line.partition(":")[0] for line in out.splitlines()]) == (1, ["good", "other"])
    assert Path(name).stem in err
    assert sorted(os.listdir(study.transcripts)) == ["good.md", "old.md", "other.md"]


@pytest.mark.parametrize("name", ["bad.xyz", "bad.txt", "old.txt"])
def test_where_nothing_can_be_imported_nothing_is_written(said, study, tmp_path, name):
    assert Path(name).stem in refused(said, study, source(tmp_path, name, "" if name == "bad.txt" else "Long: Hi\n"))


def test_broken_front_matter_is_named_with_its_line(said, study, tmp_path):
    assert "a.md:3" in refused(said, study, source(tmp_path, "a.md", '---\ntitle: A\ncase: "a" b\nkind: k\n---\nHi\n'))


def test_a_refused_case_leaves_a_project_that_can_be_read(said, study, tmp_path):
    said("import", source(tmp_path, "a.md", "---\ncase: ../up\n---\nLong: Hi\n"))
    assert said("cases")[2] == ""
    assert said("check")[0] == 0


def test_a_file_that_is_not_there_is_refused(said, study, tmp_path):
    assert "nowhere.txt" in refused(said, study, tmp_path / "nowhere.txt")


def test_a_folder_without_transcripts_is_refused(said, study, tmp_path):
    source(tmp_path, "folder/picture.png", b"PNG")
    assert "folder: no file in this folder can be imported" in refused(said, study, tmp_path / "folder")


def test_an_import_of_nothing_says_what_to_write(said, study):
    assert "qualcode import FILE" in refused(said, study)


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
    assert study.transcript("a").read_text("utf-8").startswith("---\ntitle: a\nspeakers:\n- Long\n---\nLong: Hi\n")


# ------------------------------------------------------------------ import: folders


def test_a_folder_stands_for_all_transcripts_in_it(said, study, tmp_path):
    for name in (
        "b.txt",
        "sub/a.md",
        "sub/deeper/c.TXT",
        ".hidden.txt",
        ".git/d.txt",
        "~$b.docx",
        "x.jpg",
        "y.jpg",
        "z",
    ):
        source(tmp_path, f"in/{name}", f"Long: {name}\n")
    status, out, err = said("import", tmp_path / "in", "--case", "zhao")
    assert (status, [line.partition(":")[0] for line in out.splitlines()]) == (0, ["b", "a", "c"])
    assert "passed over: 1 without ending, 2 .jpg." in err
    assert "Imported 3 documents" in err


def test_a_folder_that_holds_the_project_gives_only_what_is_not_the_projects(said, study, tmp_path):
    source(tmp_path, "fresh.txt", "Long: Hi\n")
    said("import", tmp_path)
    assert sorted(os.listdir(study.transcripts)) == ["fresh.md", "old.md"]


def test_links_out_of_a_folder_are_refused_and_links_within_it_bring_nothing_twice(said, study, tmp_path):
    outside = source(tmp_path, "secret.txt", "Long: Not for you\n")
    source(tmp_path, "in/a.txt", "Long: Hi\n")
    (tmp_path / "in" / "out.txt").symlink_to(outside)
    (tmp_path / "in" / "up").symlink_to(tmp_path)
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "twin.txt").symlink_to("a.txt")
    (tmp_path / "in" / "gone.txt").symlink_to("nowhere.txt")
    (tmp_path / "in" / "self.txt").symlink_to("self.txt")
    status, out, err = said("import", tmp_path / "in")
    assert (status, out) == (1, "a: 1 turn, 1 word, speakers: Long\n")
    assert err.count("leads out of the folder") == 2
    assert "gone.txt: this link leads nowhere" in err


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_folder_that_cannot_be_read_is_named(said, study, tmp_path):
    source(tmp_path, "in/a.txt", "Long: Hi\n")
    closed = tmp_path / "in" / "closed"
    closed.mkdir(mode=0)
    status, _, err = said("import", tmp_path / "in")
    closed.chmod(0o700)
    assert status == 1
    assert "closed: this folder cannot be read" in err


@pytest.mark.parametrize(
    ("name", "ident"),
    [
        pytest.param("访谈 一.txt", "访谈-一", id="Chinese"),
        pytest.param("two\nlines.txt", "two-lines", id="a line end"),
        pytest.param("\u202egniht.txt", "gniht", id="a mark that turns the writing"),
        pytest.param("party \U0001f389.txt", "party", id="an emoji"),
        pytest.param("\U0001f389.txt", "document", id="nothing but an emoji"),
        pytest.param("esc\x1b[31m.txt", "esc-31m", id="an escape sequence"),
        pytest.param("a" * 250 + ".txt", "a" * 100, id="too long"),
        pytest.param("唐" * 83 + ".txt", "唐" * 33, id="too long, cut between signs"),
        pytest.param(os.fsdecode(b"caf\xe9.txt"), "caf", id="bytes that are no text"),
        pytest.param("%2e%2e.txt", "2e-2e", id="dots in disguise"),
        pytest.param("AUX.txt", "document-aux", id="a device of Windows"),
    ],
)
def test_a_file_of_any_name_is_imported_under_a_sound_one(said, study, tmp_path, name, ident):
    (tmp_path / "in").mkdir()
    try:
        (tmp_path / "in" / name).write_text("Long: Hi\n")
    except OSError:
        pytest.skip("this file system has no such names")
    status, out, err = said("import", tmp_path / "in")
    assert (status, out) == (0, f"{ident}: 1 turn, 1 word, speakers: Long\n")
    assert all(sign not in out + err for sign in "\x1b\u202e")
    assert study.transcript(ident).exists()
    assert said("undo")[0] == said("redo")[0] == said("check")[0] == 0


def test_what_is_no_file_and_what_is_too_large_are_refused_at_once(said, study, tmp_path):
    source(tmp_path, "in/a.txt", "Long: Hi\n")
    os.mkfifo(tmp_path / "in" / "pipe.txt")
    with open(tmp_path / "in" / "huge.txt", "wb") as huge:
        huge.truncate(2**30)
    status, out, err = said("import", tmp_path / "in")
    assert (status, out) == (1, "a: 1 turn, 1 word, speakers: Long\n")
    assert "pipe.txt: this is not a file" in err
    assert "huge.txt: it has 1,024 MB" in err


# ------------------------------------------------------------------ import: the same again, and names that meet


def test_the_same_file_again_is_noticed_whatever_its_name(said, study, tmp_path):
    said("import", source(tmp_path, "a.txt", "Long: Hi\n"))
    before = bytes_of(study.root)
    status, out, err = said("import", source(tmp_path, "renamed.txt", "Long: Hi\n"))
    assert (status, out) == (1, "")
    assert "the same file as sources/a.txt, which is the document 'a'" in err
    assert bytes_of(study.root) == before


def test_the_same_file_twice_in_one_import_comes_in_once(said, study, tmp_path):
    status, out, err = said("import", source(tmp_path, "a.txt", "Long: Hi\n"), source(tmp_path, "b.txt", "Long: Hi\n"))
    assert (status, out) == (1, "a: 1 turn, 1 word, speakers: Long\n")
    assert "b.txt: the same file as" in err


def test_a_text_that_is_there_already_under_its_name_is_noticed_whatever_it_came_from(said, study, tmp_path):
    status, _, err = said("import", source(tmp_path, "old.txt", "Mei: Here already.\n"))
    assert status == 1
    assert "old.txt: the same text as transcripts/old.md" in err


def test_a_file_named_twice_is_one_file(said, study, tmp_path):
    path = source(tmp_path, "a.txt", "Long: Hi\n")
    assert said("import", path, path, tmp_path / "study" / ".." / "a.txt")[0] == 0


def test_the_same_file_comes_in_again_if_asked_for(said, study, tmp_path):
    path = source(tmp_path, "a.txt", "Long: Hi\n")
    said("import", path)
    assert said("import", path, "--again")[:2] == (0, "a-2: 1 turn, 1 word, speakers: Long\n")
    assert os.listdir(study.sources) == ["a.txt"]


def test_a_file_whose_import_was_undone_is_not_there_already(said, study, tmp_path):
    path = source(tmp_path, "a.txt", "Long: Hi\n")
    said("import", path)
    said("undo")
    assert said("import", path)[0] == 0


@pytest.mark.parametrize(
    ("names", "idents"),
    [
        pytest.param(
            ["liang/interview.txt", "zhao/interview.txt"], ["liang-interview", "zhao-interview"], id="folders"
        ),
        pytest.param(["interview.txt", "interview.md"], ["interview-txt", "interview-md"], id="kinds"),
        pytest.param(["l/a.txt", "l/a.md", "z/a.txt"], ["l-a-txt", "l-a-md", "z-a-txt"], id="both"),
        pytest.param(["l/a b.txt", "l/a-b.txt", "c.txt"], ["a-b-1", "a-b-2", "c"], id="neither"),
        pytest.param(["l/a.txt", "z/a.txt", "l-a.txt"], ["l-a-txt", "z-a-txt", "l-a"], id="the name is taken"),
    ],
)
def test_files_of_one_name_are_told_apart(said, study, tmp_path, names, idents):
    files = [source(tmp_path, name, f"Long: {name}\n") for name in names]
    _, out, _ = said("import", *files)
    assert [line.partition(":")[0] for line in out.splitlines()] == idents


# ------------------------------------------------------------------ import: who speaks


def test_labels_become_the_participants_named(said, study, tmp_path):
    path = source(tmp_path, "a.txt", "R: Hi\nM: Ho\n")
    status, _, err = said("import", path, "--case", "liang", "--speakers", "R=researcher,M=mother-liang")
    assert (status, read(study, "a").info.speakers) == (0, {"R": "researcher", "M": "mother-liang"})
    assert "New participants in project.yaml: researcher, mother-liang." in err
    said("undo")
    assert "mother-liang" not in study.project_yaml.read_text("utf-8")


def test_unknown_speakers_are_listed_with_the_commands_that_add_them(said, study, tmp_path):
    _, _, err = said("import", source(tmp_path, "a.txt", "Mother Wu: Hi\nLong: Ho\n"), "--case", "zhao")
    assert "qualcode participants add mother-wu-zhao --name 'Mother Wu' --case zhao" in err
    assert "mother-wu-zhao" not in study.project_yaml.read_text("utf-8")


def test_unknown_speakers_become_participants_of_the_case_if_asked_for(said, study, tmp_path):
    said("import", source(tmp_path, "a.txt", "Long: Hi\n"), "--case", "zhao", "--add-participants")
    assert read(study, "a").info.speakers == {"Long": "long-zhao"}
    assert "long-zhao" in study.project_yaml.read_text("utf-8")


def test_participants_that_only_the_file_names_are_listed_and_added_if_asked_for(said, study, tmp_path):
    text = "---\nspeakers: {Mei: p7, Ling: }\n---\nMei: Hi\nLing: Ho\n"
    path = source(tmp_path, "a.md", text)
    assert "qualcode participants add p7 --name Mei --case zhao" in said("import", path, "--case", "zhao")[2]
    said("undo")
    said("import", path, "--case", "zhao", "--add-participants")
    assert read(study, "a").info.speakers == {"Mei": "p7", "Ling": "ling-zhao"}
    assert "id: p7" in study.project_yaml.read_text("utf-8")


def test_a_participant_of_an_impossible_name_is_refused_with_the_file(said, study, tmp_path):
    path = source(tmp_path, "a.md", "---\nspeakers: {Mei: ../up}\n---\nMei: Hi\n")
    assert "a.md: '../up' cannot be used" in refused(said, study, path, "--add-participants")


def test_the_same_label_in_another_case_is_another_person(said, study, tmp_path):
    said("import", source(tmp_path, "a.txt", "Mother: Hi\n"), "--case", "zhao", "--add-participants")
    said("import", source(tmp_path, "b.txt", "Mother: Ho\n"), "--case", "liang", "--add-participants")
    said("import", source(tmp_path, "c.txt", "Mother: Hm\n"), "--case", "liang")
    found = [read(study, name).info.speakers["Mother"] for name in "abc"]
    assert found == ["mother-zhao", "mother-liang", "mother-liang"]


def test_people_of_several_cases_speak_in_one_document(said, tmp_path, monkeypatch):
    people = [{"id": "anna", "name": "Anna", "case": "zhao"}, {"id": "bao", "name": "Bao", "case": "liang"}]
    project = make_project(tmp_path / "p", cases=["zhao", "liang"], participants=people)
    monkeypatch.chdir(project.root)
    said("import", source(tmp_path, "group.txt", "A: Hi\nB: Ho\nBao: Me too\n"), "--speakers", "A=anna,B=bao")
    info = read(project, "group").info
    assert (info.case, info.speakers) == ("", {"A": "anna", "B": "bao", "Bao": "bao"})


def test_a_label_given_counts_though_it_looks_like_none_and_one_that_nobody_has_is_said(said, study, tmp_path):
    path = source(tmp_path, "a.txt", "mother: Hi\nLong: Ho\n")
    _, out, err = said("import", path, "--speakers", "mother, father")
    assert out == "a: 2 turns, 2 words, speakers: mother, Long\n"
    assert "No turn begins with the label 'father'" in err
    assert read(study, "a").info.speakers == {"mother": "", "Long": ""}
    assert "New participants" not in err


@pytest.mark.parametrize("speakers", ["R=", "=researcher", "R=../up", "R=a/b", "x" * 80, '"R'])
def test_speakers_that_make_no_sense_are_refused(said, study, tmp_path, speakers):
    refused(said, study, source(tmp_path, "a.txt", "R: Hi\n"), "--speakers", speakers)


# ------------------------------------------------------------------ import: looking first


def test_a_dry_run_shows_everything_and_writes_nothing(said, study, tmp_path):
    text = "研究者：昨天是你的生日。\n龙：打了一个\x1b[31m，问了吃饭和钱的事。\n" * 9
    before = bytes_of(study.root)
    status, out, _ = said("import", source(tmp_path, "六月.txt", text.encode("gb18030")), "--case", "liang",
                          "--speakers", "龙=long", "--dry-run", "--date", "2009-06-08")  # fmt: skip
    assert (status, bytes_of(study.root)) == (0, before)
    for shown in ("六月\n", "liang (new)", "2009-06-08", "龙 = long (new), 9 turns", "研究者 (no participant known)", "18 turns",
                  "plain text, in gb", "| 研究者：昨天是你的生日。"):  # fmt: skip
        assert shown in out
    assert "\x1b" not in out


def test_a_dry_run_tells_what_would_fail(said, study, tmp_path):
    status, out, err = said(
        "import", source(tmp_path, "a.txt", "Hi\n"), source(tmp_path, "old.txt", "Hi all\n"), "--dry-run"
    )
    assert (status, out.startswith("a\n")) == (1, True)
    assert "there is a document 'old' already" in err


# ------------------------------------------------------------------ import: stopped


def test_an_import_stopped_while_it_reads_writes_nothing(said, study, tmp_path, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("qualcode.session.importing.read_data", stop)
    before = bytes_of(study.root)
    status, out, err = said("import", source(tmp_path, "a.txt", "Long: Hi\n"))
    assert (status, out, err) == (130, "", "Stopped: nothing was imported, and the project is as it was.\n")
    assert bytes_of(study.root) == before


@pytest.mark.parametrize("after", [1, 2, 3])
def test_an_import_interrupted_while_it_writes_is_taken_back_whole(said, study, tmp_path, monkeypatch, after):
    written = []

    def counting(path, pieces):
        written.append(path)
        if len(written) == after:
            os.kill(os.getpid(), signal.SIGINT)
        write_new(path, pieces)

    monkeypatch.setattr("qualcode.files.copying.write_new", counting)
    before = bytes_of(study.root)
    files = [source(tmp_path, f"{name}.txt", f"Long: {name}\n") for name in "abc"]
    status, out, _ = said("import", *files, "--case", "liang")
    assert (status, out, bytes_of(study.root)) == (130, "", before)


def test_a_file_that_changes_while_it_is_imported_fails_and_the_others_come_in(said, study, tmp_path, monkeypatch):
    files = [source(tmp_path, f"{name}.txt", f"Long: {name}\n") for name in "ab"]

    def change_then_carry_out(session, plan, *rest):
        files[0].write_text("Long: something else\n")
        return carry_out(session, plan, *rest)

    monkeypatch.setattr(ImportWork, "carry_out", change_then_carry_out)
    status, out, err = said("import", *files)
    assert (status, out) == (1, "b: 1 turn, 1 word, speakers: Long\n")
    assert "a.txt: it was changed while it was being imported" in err
    assert os.listdir(study.sources) == ["b.txt"]
