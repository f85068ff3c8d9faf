"""Pseudonyms from the command line: the key and its place, what is shown and exported, what is refused, and suggestions."""

import csv
import html
import io
import json
import os
import stat
import zipfile

import pytest
from builders import ROOT, make_project, transcript

from qualcode.files.pseudonym_key import default_place, place_of
from qualcode.notebook import open_project

TEXT = "Interviewer: How is Guihua?\nLiang Guihua: I am well. Wang Xiaoming asked too.\nInterviewer: And 梁桂花?\n"


@pytest.fixture
def study(tmp_path, said):
    """A project about two people, with a coding on a name, and a key for both of them."""
    project = make_project(
        tmp_path / "study",
        {
            "liang-guihua-1": transcript(TEXT, title="Liang Guihua at home", case="liang", language="en", date="2024-03-05",
                                         speakers={"Interviewer": "", "Liang Guihua": "p1"}),
        },
        codes={"family": {"example": "Guihua alone\nWang Xiaoming away"}, "work": {}},
        cases=["liang"],
        participants=[{"id": "p1", "name": "Liang Guihua", "role": "mother", "case": "liang"}],
    )  # fmt: skip
    where = ("-p", str(project.root))
    assert (
        said(
            "code",
            "liang-guihua-1",
            "family",
            "--quote",
            "Wang Xiaoming asked too.",
            "--note",
            "asks for Guihua",
            "--coder",
            "a",
            *where,
        )[0]
        == 0
    )
    assert (
        said("memo", "new", "On Guihua", "--text", "Guihua waits.\nWang Xiaoming called.", "--coder", "a", *where)[0]
        == 0
    )
    assert said("pseudonyms", "add", "Liang Guihua", "Chen Yulan", "--variant", "梁桂花=陈玉兰", *where)[0] == 0
    assert said("pseudonyms", "add", "Wang Xiaoming", "Lin Jun", *where)[0] == 0
    return project


REAL = ("Guihua", "guihua", "Xiaoming", "梁桂花", "Wang X")


def test_the_key_lies_outside_the_project_for_its_owner_alone(study, said):
    place = place_of(study)
    assert place == default_place(study)
    assert not place.is_relative_to(study.root)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    for folder, _, files in os.walk(study.root):
        for name in files:
            if name.endswith(".yaml"):
                assert "Chen Yulan" not in (study.root / folder / name).read_text(encoding="utf-8")
    assert "pseudonyms: kept outside this folder" in study.project_yaml.read_text(encoding="utf-8")
    assert said("check", "-p", str(study.root))[0] == 0


def test_the_key_may_be_kept_where_the_user_says(study, said, tmp_path):
    where = ("-p", str(study.root))
    elsewhere = tmp_path / "stick" / "pseudonyms.yaml"
    elsewhere.parent.mkdir()
    place_of(study).rename(elsewhere)
    status, out, err = said("segments", *where)
    assert (status, out) == (2, ""), "without its key nothing is shown"
    assert "pseudonyms use FILE" in err
    assert said("segments", "--real-names", *where)[0] == 0
    status, _, err = said("pseudonyms", "use", str(elsewhere), *where)
    assert status == 0
    assert "2 names" in err
    assert "Lin Jun asked too." in said("segments", *where)[1]
    assert said("pseudonyms", "off", *where)[0] == 0
    assert "Wang Xiaoming" in said("segments", *where)[1]
    assert elsewhere.exists()


def test_a_machine_that_does_not_know_the_place_shows_nothing(study, said, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "another machine"))
    status, out, err = said("documents", "-p", str(study.root))
    assert (status, out) == (2, "")
    assert "--real-names" in err


@pytest.mark.parametrize(
    ("command", "form"),
    [
        (("segments",), "csv"), (("segments",), "json"), (("segments",), "xlsx"), (("segments",), "md"),
        (("segments",), "html"), (("segments",), "latex"), (("documents",), "json"), (("cases",), "csv"),
        (("matrix", "--rows", "speaker", "--cell", "quotes"), "xlsx"), (("matrix", "--rows", "document"), "csv"),
        (("search", "asked"), "csv"), (("kwic", "asked"), "json"), (("memos",), "docx"), (("memos",), "md"),
        (("codebook", "export"), "docx"), (("codebook", "export"), "yaml"), (("codebook", "export"), "csv"),
        (("codebook", "export"), "md"), (("framework", "--all-codes"), "docx"), (("framework", "--all-codes"), "html"),
        (("framework", "--all-codes"), "xlsx"), (("report",), "html"), (("codeline", "liang-guihua-1"), "svg"),
        (("log",), "json"), (("log",), "csv"), (("compare", "Liang Guihua", "Interviewer", "--by", "speaker"), "docx"),
        (("frequencies",), "html"), (("codes",), "html"),
    ],
)  # fmt: skip
def test_no_export_names_anybody(study, said, tmp_path, command, form):
    target = tmp_path / f"out.{form}"
    asks = () if command[0] == "report" else ("-f", form)
    status, _, err = said(*command, *asks, "-o", str(target), "--manifest", "-p", str(study.root))
    assert status == 0, err
    written = [target, tmp_path / f"out.{form}.manifest.json"]
    for path in written:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as package:
                text = "\n".join(package.read(part).decode("utf-8", "replace") for part in package.namelist())
        else:
            text = path.read_text(encoding="utf-8")
        assert [name for name in REAL if name in text] == [], path.name
    assert [name for name in REAL if name in err] == []


def test_spans_stay_where_they_are(study, said):
    where = ("-f", "json", "-p", str(study.root))
    (real,) = json.loads(said("segments", "--real-names", *where)[1])
    (under,) = json.loads(said("segments", *where)[1])
    assert (real["text"], under["text"]) == ("Wang Xiaoming asked too.", "Lin Jun asked too.")
    for place in ("start", "end", "line", "coding_id", "words"):
        assert real[place] == under[place]
    assert TEXT[under["start"] : under["end"]] == real["text"]
    assert under["document"] == "chen-yulan-1"
    assert under["speaker"] == "Chen Yulan"
    assert under["note"] == "asks for Yulan"
    found = json.loads(said("search", "Lin Jun", *where)[1])
    assert [(hit["start"], hit["end"], hit["match"]) for hit in found] == [
        (real["start"], real["start"] + 13, "Lin Jun")
    ]
    assert json.loads(said("search", "Wang Xiaoming", *where)[1]) == found, "a real name finds what stands for it"


def test_what_is_shown_under_a_pseudonym_can_be_asked_for_by_it(study, said):
    where = ("-f", "json", "-p", str(study.root))
    for wanted in (
        ("--document", "chen-yulan-1"),
        ("--speaker", "Chen Yulan"),
        ("--text", "Lin Jun"),
        ("--where", "speaker:'Chen Yulan'"),
    ):
        assert len(json.loads(said("segments", *wanted, *where)[1])) == 1, wanted


@pytest.mark.parametrize("form", ["csv", "json", "html", "xlsx", "md"])
def test_an_export_that_still_holds_a_name_is_refused_with_the_places(study, said, tmp_path, form):
    where = ("--coder", "a", "-p", str(study.root))
    assert (
        said(
            "code",
            "liang-guihua-1",
            "work",
            "--quote",
            "I am well.",
            "--note",
            "write to wang_xiaoming@home.org",
            *where,
        )[0]
        == 0
    )
    target = tmp_path / f"out.{form}"
    target.write_bytes(b"as it was")
    status, out, err = said("segments", "-o", str(target), "-p", str(study.root))
    assert (status, out) == (2, "")
    assert target.read_bytes() == b"as it was"
    assert "xiaoming" in err
    assert "line" in err
    assert "--allow-names" in err
    assert "Traceback" not in err
    status, _, err = said("segments", "-o", str(target), "--allow-names", "-p", str(study.root))
    assert status == 0
    assert target.read_bytes() != b"as it was"
    assert (
        said(
            "pseudonyms", "add", "Wang Xiaoming", "Lin Jun", "--variant", "wang_xiaoming=lin_jun", "-p", str(study.root)
        )[0]
        == 0
    )
    assert said("segments", "-o", str(target), "-p", str(study.root))[0] == 0


def test_a_file_that_is_named_after_somebody_is_refused(study, said, tmp_path):
    status, _, err = said("segments", "-o", str(tmp_path / "guihua_LIANG-GUIHUA.csv"), "-p", str(study.root))
    assert status == 2
    assert "the file's name" in err
    named = tmp_path / "Guihua.csv"
    _, _, err = said("segments", "-o", str(named), "--allow-names", "-p", str(study.root))
    assert f"Wrote 1 row to {named}." in err, "a path is told as it was typed"
    assert named.exists()


def test_a_name_behind_an_escaped_line_end_is_no_way_out(study, said, tmp_path):
    """In JSON and in the report's data a line end is written as \\n, so that an n stands before the name."""
    status, out, _ = said("memos", "-f", "json", "-p", str(study.root))
    assert status == 0
    assert "Lin Jun called." in out
    assert "Xiaoming" not in out
    status, out, _ = said("codebook", "export", "-f", "yaml", "-p", str(study.root))
    assert status == 0
    assert "Lin Jun away" in out
    assert "Xiaoming" not in out


def test_notebooks_print_and_write_under_pseudonyms(study, tmp_path):
    with open_project(study.root) as project:
        table = project.segments()
        table.to_csv(tmp_path / "s.csv")
        assert table[0]["text"] == "Wang Xiaoming asked too.", "values in memory are as they are"
        assert "Lin Jun" in str(table)
        assert "Xiaoming" not in str(table)
    assert "Xiaoming" not in (tmp_path / "s.csv").read_text(encoding="utf-8")
    with open_project(ROOT / "projects" / "left-behind-press") as project:
        assert project.documents


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("names:\n  Ann: [\n", 3, "not valid YAML"),
        ("names:\n  Ann Lee: {variants: [Annie]}\n", 2, "has no pseudonym"),
        ("names:\n  Ann Lee: Bea\n  Bo: Ann Lee\n", 2, "real name"),
        ("names:\n  B: Bea\n", 2, "all over the text"),
        ("- Ann\n", 1, "names and pseudonyms are expected"),
        ("names: !!python/object/apply:os.system ['true']\n", 1, ""),
    ],
)
def test_a_key_that_cannot_be_used_is_refused_with_its_line(study, said, text, line, told):
    place = place_of(study)
    place.write_text(text, encoding="utf-8")
    status, out, err = said("segments", "-p", str(study.root))
    assert (status, out) == (2, "")
    assert f"{place}:{line}: " in err
    assert told in err
    assert "Traceback" not in err


def test_what_would_make_the_key_unusable_is_not_added(study, said):
    before = place_of(study).read_bytes()
    status, _, err = said("pseudonyms", "add", "Chen Yulan", "Bo Bo", "-p", str(study.root))
    assert status == 2
    assert "real name" in err
    assert place_of(study).read_bytes() == before


def test_plain_forms_of_the_key_and_comments_are_kept(study, said):
    place = place_of(study)
    place.write_text("# ours\nAnn Lee: Bea Kay   # a nurse\n", encoding="utf-8")
    assert said("pseudonyms", "add", "Tom Roy", "Ben Fry", "--variant", "Tommy", "-p", str(study.root))[0] == 0
    text = place.read_text(encoding="utf-8")
    assert text.startswith("# ours\nAnn Lee: Bea Kay   # a nurse\n")
    assert "Tommy" in text
    _status, out, _ = said("pseudonyms", "list", "-f", "json", "-p", str(study.root))
    assert [(row["name"], row["pseudonym"]) for row in json.loads(out)] == [
        ("Ann Lee", "Bea Kay"),
        ("Tom Roy", "Ben Fry"),
    ]


def test_suggestions_are_names_that_nothing_covers(tmp_path, said):
    text = (
        "Interviewer: Did Maria Lopez come?\nAnna: Maria came with Tom. Then Tom left. But then the others came.\n"
        "Interviewer: Then what of Tom's sister?\nAnna: But she lives in Lisbon. Lisbon is far. 王老师来了，王老师走了。\n"
    )
    project = make_project(
        tmp_path / "p", {"one": transcript(text, title="One")},
        participants=[{"id": "p1", "name": "Anna", "role": "nurse"}, {"id": "p2", "name": "Zoë", "role": "nurse"}],
    )  # fmt: skip
    where = ("-f", "json", "-p", str(project.root))
    found = {row["name"]: row for row in json.loads(said("pseudonyms", "suggest", *where)[1])}
    assert {"Anna", "Tom", "Lisbon", "王老师", "Zoë"} <= found.keys()
    assert not {"Then", "But", "Did", "Interviewer", "Maria Lopez"} & found.keys()
    assert (found["Tom"]["times"], found["Tom"]["document"], found["Tom"]["line"]) == (3, "one", 2)
    assert "Maria Lopez" in said("pseudonyms", "suggest", "--least", "1", *where)[1]
    assert said("pseudonyms", "add", "Tom", "Ben", "-p", str(project.root))[0] == 0
    assert '"Tom"' not in said("pseudonyms", "suggest", *where)[1]


def test_where_the_key_is_not_at_hand_no_second_one_is_begun(study, said, monkeypatch, tmp_path):
    where = ("-p", str(study.root))
    key = place_of(study)
    here = os.environ.get("XDG_CONFIG_HOME")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "another machine"))
    for command in (("add", "Wang Xiaoming", "Bo"), ("list",), ("suggest",)):
        status, out, err = said("pseudonyms", *command, *where)
        assert (status, out) == (2, ""), command
        assert "pseudonyms use FILE" in err
    assert said("segments", *where)[0] == 2, "names are not shown by a key that has only the new one"
    assert said("pseudonyms", "suggest", "--real-names", *where)[0] == 0
    monkeypatch.setenv("XDG_CONFIG_HOME", here) if here else monkeypatch.delenv("XDG_CONFIG_HOME")
    key.rename(tmp_path / "unplugged.yaml")
    status, _, err = said("pseudonyms", "add", "Wang Xiaoming", "Bo", *where)
    assert status == 2
    assert "plug in its drive" in err
    assert not key.exists()


def test_a_project_that_was_renamed_is_told_which_keys_are_known(study, said):
    key = place_of(study)
    renamed = study.root.rename(study.root.with_name("renamed"))
    status, _, err = said("segments", "-p", str(renamed))
    assert status == 2
    assert str(key) in err
    assert said("pseudonyms", "use", str(key), "-p", str(renamed))[0] == 0
    assert said("segments", "-p", str(renamed))[0] == 0


def test_a_passage_is_coded_by_its_words_as_they_are_shown(study, said):
    where = ("--coder", "b", "-p", str(study.root))
    for quote in ("Lin Jun asked too.", "And 陈玉兰?", "I am well. Lin"):
        assert said("code", "chen-yulan-1", "work", "--quote", quote, *where)[0] == 0
    _, out, _ = said("segments", "--coder", "b", "-f", "json", "--real-names", "-p", str(study.root))
    assert [row["text"] for row in json.loads(out)] == [
        "I am well. Wang Xiaoming",
        "Wang Xiaoming asked too.",
        "And 梁桂花?",
    ]
    coding = json.loads(out)[0]["coding_id"]
    assert said("review", "place", coding, "--quote", "How is Yulan?", *where)[0] == 0
    assert "How is Guihua?" in said("segments", "--real-names", "-f", "json", "-p", str(study.root))[1]
    assert "Lin Jun" not in "".join(path.read_text("utf-8") for path in study.root.rglob("*.jsonl"))


@pytest.mark.parametrize(
    "words",
    [
        ("show", "nobody"),
        ("segments", "--speaker", "nobody"),
        ("segments", "--document", "liang-guihua"),
        ("log", "--case", "nobody"),
        ("code", "nobody", "work", "--quote", "x"),
    ],
)
def test_what_is_said_of_an_error_names_nobody_either(study, said, words):
    status, _, err = said(*words, "-p", str(study.root))
    assert status == 2
    assert [name for name in REAL if name in err] == []


def test_what_a_program_is_told_names_nobody(study, said):
    where = ("--coder", "a", "-p", str(study.root))
    assert said("codebook", "rename", "work", "Guihua's work", *where)[0] == 0
    _, out, _ = said("codebook", "add", "sub", "--parent", "work", "-f", "json", *where)
    assert json.loads(out)["code_path"] == "Yulan's work/sub"


def test_check_says_how_files_are_really_named(study, said):
    where = ("-p", str(study.root))
    with (study.root / "codings/a/liang-guihua-1.jsonl").open("a", encoding="utf-8") as events:
        events.write('{"v": 1, "id": "01')
    status, out, err = said("check", *where)
    assert status == 1
    assert "liang-guihua" not in out
    assert "qualcode check --real-names" in err
    status, out, err = said("check", "--real-names", *where)
    assert "codings/a/liang-guihua-1.jsonl" in out
    assert "--real-names" not in err


@pytest.mark.parametrize("pseudonym", ['=1+1, "Bo"', "Bo, the <b>bold</b>", "it's & \\\\textbf{so}", "Bo " * 60])
def test_no_pseudonym_breaks_a_file(study, said, pseudonym):
    where = ("-p", str(study.root))
    assert said("pseudonyms", "add", "Wang Xiaoming", pseudonym, *where)[0] == 0
    wanted = " ".join(pseudonym.split()) + " asked too."
    (row,) = json.loads(said("segments", "-f", "json", *where)[1])
    assert row["text"] == wanted
    (line,) = csv.DictReader(io.StringIO(said("segments", "-f", "csv", *where)[1], newline=""))
    assert line["text"].removeprefix("'") == wanted
    assert line["text"][0] not in "=+-@"
    page = said("segments", "-f", "html", *where)[1]
    assert html.escape(wanted, quote=False) in page.replace("&#x27;", "'").replace("&quot;", '"').replace("&#39;", "'")


def test_what_a_new_entry_does_unasked_is_told(tmp_path, said):
    text = "Ann: Long came. I saw Bea. Long ago it was.\nAnn: A long, long way; Bea said so.\n"
    project = make_project(tmp_path / "p", {"one": transcript(text, title="One")})
    status, _, err = said("pseudonyms", "add", "Long", "Bea", "-p", str(project.root))
    assert status == 0
    assert "'Bea' stands in the texts already, 2 times (first in one, line 1)" in err
    assert "replaced at 2 places that begin a sentence" in err
    assert "In small letters it stands 2 times and stays there" in err
