"""`qualcode codebook ...`, `recode`, `stale`, `keep`: what is said, what is on disk, how it ends."""

import csv
import io
import json
import shutil
import stat

import pytest
from builders import DECOMPOSED, FAMILY, ROOT, apply, edit, events_on_disk, make_project, transcript, write_events
from screens import at_most

from qualcode.files.project_files import read_codebook

BODY = "Mei: I miss her. I miss him.\nLing: I sew shoes. 我想妈妈。\n"
CODES = {
    "emotion": {"definition": "Any feeling."},
    "emotion/longing": {"key": 1, "definition": "Wanting someone.", "use_when": "Named.", "example": "I miss her."},
    "emotion/grief": {},
    "work": {"key": 2},
    "work/field": {},
}
DEMO = ROOT / "projects" / "left-behind-children"


@pytest.fixture
def study(tmp_path, monkeypatch):
    project = make_project(
        tmp_path / "study",
        {"d1": transcript(BODY, title="At home", case="liang"), "d2": "Mei: Rain.\n"},
        CODES,
        cases=["liang"],
    )
    write_events(project, "c1", "d1", [
        apply(1, BODY, "I miss her.", "longing"), apply(2, BODY, "I miss him.", "longing"), apply(3, BODY, "我想妈妈", "emotion"),
    ])  # fmt: skip
    write_events(
        project, "c2", "d1", [apply(11, BODY, "I miss her.", "longing"), apply(12, BODY, "I sew shoes.", "work")]
    )
    monkeypatch.chdir(project.root)
    monkeypatch.setenv("QUALCODE_CODER", "c1")
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    return project


@pytest.fixture
def demo(tmp_path, monkeypatch):
    shutil.copytree(DEMO, tmp_path / "demo", ignore=shutil.ignore_patterns(".qualcode"))
    monkeypatch.chdir(tmp_path / "demo")
    monkeypatch.setenv("QUALCODE_CODER", "visitor")
    return tmp_path / "demo"


@pytest.fixture
def done(said):
    """Run `qualcode codebook ...`, which must end well; returns standard output."""

    def command(*argv):
        status, out, err = said("codebook", *argv)
        assert status == 0, err
        return out

    return command


def book_of(project):
    return read_codebook(project.codebook_yaml)[0]


def paths(project):
    book = book_of(project)
    return [book.path(code.id) for code in book.live]


def refused(said, *argv):
    """Run a command that must be refused with one message; returns that."""
    status, out, err = said(*argv)
    assert (status, out) == (2, "")
    assert "Traceback" not in err
    return err


# ------------------------------------------------------------------------------------ show


def test_the_tree_shows_codes_with_their_counts(study, done):
    lines = done("show").split("\n")
    assert lines[0].split() == ["code", "own", "with", "sub-codes", "documents", "cases", "key", "coders"]
    assert lines[1].split() == ["emotion", "1", "4", "1", "1", "c1,", "c2"] or lines[1].split()[:5] == [
        "emotion",
        "1",
        "4",
        "1",
        "1",
    ]
    assert lines[2].startswith("  longing")


def test_codebook_alone_shows_the_tree(study, said):
    assert said("codebook")[1] == said("codebook", "show")[1]


def test_one_code_is_shown_with_all_its_texts(study, done):
    out = done("show", "longing")
    assert out.startswith(
        "emotion/longing  (longing)  key 1\n3 codings of its own, 3 with sub-codes, in 1 document and 1 case"
    )
    assert all(text in out for text in ("Definition: Wanting someone.", "Use when: Named.", "Example: I miss her."))


def test_json_and_csv_have_every_column(study, done):
    rows = json.loads(done("show", "-f", "json"))
    columns = next(csv.reader(io.StringIO(done("show", "-f", "csv"))))
    assert list(rows[0]) == columns
    assert {"code_id", "code_path", "parent", "level_1", "level_2", "definition", "segments", "created_at"} <= {
        *columns
    }
    assert [row["code_path"] for row in rows][:2] == ["emotion", "emotion/longing"]


def test_control_characters_in_a_definition_do_not_reach_the_terminal(study, done):
    edit(study.codebook_yaml, 'codes:\n- id: a\n  name: "a\\e[31m"\n  definition: "x\\e]0;y\\a"\n')
    assert "\x1b" not in done("show") + done("show", "a")


def test_an_unknown_code_is_said_with_the_nearest(study, said):
    assert "emotion/longing" in refused(said, "codebook", "show", "longin")


# ------------------------------------------------------------------------------------ export


@pytest.mark.parametrize("form", ["yaml", "csv", "md"])
def test_an_export_goes_to_standard_output(study, done, form):
    assert "longing" in done("export", "-f", form)


@pytest.mark.parametrize("name", ["book.yaml", "book.csv", "book.md", "book.docx"])
def test_an_export_goes_to_a_file_by_its_ending(study, said, tmp_path, name):
    status, out, err = said("codebook", "export", "-o", str(tmp_path / name))
    assert (status, out) == (0, "")
    assert "Wrote 5 codes" in err
    assert (tmp_path / name).stat().st_size > 200


def test_a_word_file_does_not_go_to_the_terminal(study, said):
    assert "-o codebook.docx" in refused(said, "codebook", "export", "-f", "docx")


def test_an_unknown_ending_is_refused(study, said, tmp_path):
    refused(said, "codebook", "export", "-o", str(tmp_path / "book.odt"))
    assert not (tmp_path / "book.odt").exists()


def test_an_export_changes_nothing(study, done):
    before = study.codebook_yaml.read_bytes()
    done("export", "-f", "csv")
    assert (study.codebook_yaml.read_bytes(), events_on_disk(study, "c1", "")) == (before, [])


@pytest.mark.parametrize("name", ["book.yaml", "book.csv"])
def test_an_exported_codebook_comes_back_without_a_change(study, said, tmp_path, name):
    said("codebook", "export", "-o", str(tmp_path / name))
    status, out, err = said("codebook", "import", str(tmp_path / name), "--yes")
    assert (status, out) == (0, "")
    assert "0 to add, 0 to change, 5 the same" in err


# ------------------------------------------------------------------------------------ changing


def test_a_code_is_added_and_said_in_json(study, done):
    said_ = json.loads(done("add", "emotion/骄傲", "--definition", "Joy.", "--key", "3", "-f", "json"))
    code = book_of(study)[said_["code_id"]]
    assert (said_["code_path"], code.definition, code.key) == ("emotion/骄傲", "Joy.", 3)


def test_a_code_is_added_under_a_parent_with_spaces_and_punctuation(study, done):
    done("add", "pride, or: joy?", "--parent", "work")
    assert "work/pride, or: joy?" in paths(study)


def test_a_rename_keeps_the_codings(study, done, said):
    assert done("rename", "longing", "yearning") == "Renamed: emotion/longing is now emotion/yearning\n"
    rows = json.loads(said("segments", "--code", "yearning", "-f", "json")[1])
    assert len(rows) == 3


@pytest.mark.parametrize(
    ("argv", "order"),
    [
        (["longing", "work"], ["emotion", "emotion/grief", "work", "work/field", "work/longing"]),
        (
            ["longing", "--parent", "work", "--first"],
            ["emotion", "emotion/grief", "work", "work/longing", "work/field"],
        ),
        (["longing", "--top"], ["emotion", "emotion/grief", "work", "work/field", "longing"]),
        (["longing", "--top", "--after", "emotion"], ["emotion", "emotion/grief", "longing", "work", "work/field"]),
        (["longing", "--after", "field"], ["emotion", "emotion/grief", "work", "work/field", "work/longing"]),
        (["grief", "--first"], ["emotion", "emotion/grief", "emotion/longing", "work", "work/field"]),
        (["grief", "--up"], ["emotion", "emotion/grief", "emotion/longing", "work", "work/field"]),
        (["longing", "--down"], ["emotion", "emotion/grief", "emotion/longing", "work", "work/field"]),
        (["work", "--indent"], ["emotion", "emotion/longing", "emotion/grief", "emotion/work", "emotion/work/field"]),
        (["field", "--outdent"], ["emotion", "emotion/longing", "emotion/grief", "work", "field"]),
    ],
    ids=lambda value: " ".join(value) if value[0] != "emotion" else "",
)
def test_a_code_is_moved(study, done, argv, order):
    done("move", *argv)
    assert paths(study) == order


@pytest.mark.parametrize("under", ["emotion", "longing"])
def test_a_cyclic_move_is_refused_and_nothing_is_written(study, said, under):
    before = study.codebook_yaml.read_bytes()
    assert "under itself" in refused(said, "codebook", "move", "emotion", under)
    assert study.codebook_yaml.read_bytes() == before


@pytest.mark.parametrize(
    "argv", [["longing"], ["longing", "--up"], ["longing", "--up", "--first"], ["longing", "work", "--after", "grief"]]
)
def test_a_move_to_nowhere_is_refused(study, said, argv):
    refused(said, "codebook", "move", *argv)


def test_a_merge_says_what_follows_and_undo_takes_it_back(study, done, said):
    before = said("segments", "-f", "csv")[1]
    assert done("merge", "longing", "grief").startswith("Merged emotion/longing into emotion/grief: 3 codings follow")
    assert said("undo")[0] == 0
    assert said("segments", "-f", "csv")[1] == before
    assert paths(study) == ["emotion", "emotion/longing", "emotion/grief", "work", "work/field"]


def test_several_codes_are_merged_in_one_undo_step(study, done, said):
    done("merge", "longing", "grief", "--into", "field")
    assert paths(study) == ["emotion", "work", "work/field"]
    said("undo")
    assert "emotion/longing" in paths(study)
    assert "emotion/grief" in paths(study)


def test_where_one_of_several_merges_is_refused_none_is_done(study, said):
    before = study.codebook_yaml.read_bytes()
    status, _, _ = said("codebook", "merge", "longing", "nobody", "field")
    assert (status, study.codebook_yaml.read_bytes()) == (2, before)


def test_one_code_alone_is_not_merged(study, said):
    assert "the one that stays" in refused(said, "codebook", "merge", "longing")


def test_fields_are_changed_and_emptied(study, done):
    assert (
        done("edit", "longing", "--definition", "One\nTwo", "--use-when", "")
        == "Changed definition, use when of emotion/longing\n"
    )
    code = book_of(study)["longing"]
    assert (code.definition, code.use_when, code.example) == ("One\nTwo", "", "I miss her.")


@pytest.mark.parametrize("argv", [["--color", "red"], ["--key", "11"], ["--name", ""], ["--name", "a/b"]])
def test_a_value_that_makes_no_sense_is_refused(study, said, argv):
    refused(said, "codebook", "edit", "longing", *argv)


def editor(tmp_path, monkeypatch, script):
    path = tmp_path / "editor"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("EDITOR", str(path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def test_an_entry_is_changed_in_the_users_editor(study, done, tmp_path, monkeypatch):
    editor(tmp_path, monkeypatch, 'sed -i "s/Wanting someone/想念某人/" "$1"')
    done("edit", "longing")
    assert book_of(study)["longing"].definition == "想念某人."


def test_an_entry_left_as_it_was_changes_nothing(study, done, tmp_path, monkeypatch):
    editor(tmp_path, monkeypatch, "true")
    before = study.codebook_yaml.read_bytes()
    assert "Nothing to change" in done("edit", "longing")
    assert study.codebook_yaml.read_bytes() == before


@pytest.mark.parametrize(
    "script", ["exit 3", "kill -9 $$", 'echo "name: [" > "$1"', 'echo "mood: blue" > "$1"', 'printf "\\377" > "$1"']
)
def test_what_an_editor_left_that_failed_is_kept(study, said, tmp_path, monkeypatch, script):
    editor(tmp_path, monkeypatch, script)
    before = study.codebook_yaml.read_bytes()
    message = refused(said, "codebook", "edit", "longing")
    assert "kept in" in message
    assert [path for path in tmp_path.rglob(".qualcode/editing/*/text.yaml") if str(path) in message]
    assert study.codebook_yaml.read_bytes() == before


def test_no_editor_at_all_is_said(study, said, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert "EDITOR" in refused(said, "codebook", "edit", "longing")


def test_a_code_is_retired_and_brought_back(study, done):
    assert done("retire", "longing") == "Retired: emotion/longing\n"
    assert "longing (retired)" in done("show")
    done("retire", "longing", "--back")
    assert not book_of(study)["longing"].retired


def test_a_code_with_codings_is_not_deleted_without_a_yes(study, said, done):
    message = refused(said, "codebook", "delete", "longing")
    assert "3 codings (c1 2, c2 1)" in message
    assert "--yes" in message
    assert "Deleted emotion/longing: 3 codings" in done("delete", "longing", "--yes")
    assert "emotion/longing" not in paths(study)


def test_a_code_without_codings_is_deleted_at_once(study, done):
    done("delete", "field")
    assert "field" not in book_of(study)


@pytest.mark.parametrize(
    "argv",
    [["add", "new"], ["rename", "longing", "x"], ["move", "longing", "work"], ["merge", "longing", "work"],
     ["edit", "longing", "--key", "5"],
     ["retire", "longing"], ["delete", "longing", "--yes"]],
    ids=lambda argv: argv[0],
)  # fmt: skip
def test_each_command_is_one_undo_step_and_speaks_json(study, done, said, argv):
    before = book_of(study)
    told = json.loads(done(*argv, "-f", "json"))
    assert set(told) == {"done", "code_id", "code_path"}
    assert said("undo")[0] == 0
    assert book_of(study) == before
    assert said("redo")[0] == 0
    assert book_of(study) != before


@pytest.mark.parametrize(
    "argv",
    [["show", "nobody"], ["rename", "nobody", "x"], ["move", "nobody", "work"], ["move", "work", "nobody"], ["merge", "nobody", "work"],
     ["edit", "nobody", "--key", "1"], ["retire", "nobody"], ["delete", "nobody"], ["add", "nobody/x"], ["add", "x", "--parent", "nobody"]],
    ids=" ".join,
)  # fmt: skip
def test_an_unknown_code_is_refused_everywhere(study, said, argv):
    assert "nobody" in refused(said, "codebook", *argv)


@pytest.mark.parametrize(
    "verb",
    ["show", "export", "diff", "check", "import", "add", "rename", "move", "merge", "edit", "retire", "delete", ""],
)
def test_every_verb_has_help(said, verb):
    status, out, _ = said("codebook", *([verb] if verb else []), "--help")
    assert status == 0
    assert "usage: qualcode codebook" in out


@pytest.mark.parametrize("command", ["recode", "stale", "keep"])
def test_the_commands_on_drift_have_help(said, command):
    status, out, _ = said(command, "--help")
    assert (status, "usage" in out) == (0, True)


@pytest.mark.parametrize(
    "argv",
    [["show", "grief"], ["rename", "grief", "x"], ["move", "grief", "--up"], ["move", "grief", "--top"], ["edit", "grief", "--key", "4"],
     ["retire", "grief"], ["delete", "grief"], ["merge", "grief", "work"], ["merge", "work", "grief"], ["add", "grief/new"]],
    ids=" ".join,
)  # fmt: skip
def test_a_code_that_was_merged_away_is_answered_in_plain_words(study, done, said, argv):
    done("merge", "grief", "longing")
    status, _, err = said("codebook", *argv)
    assert status in (0, 2)
    assert "Traceback" not in err
    assert "bug" not in err.casefold()


# ------------------------------------------------------------------------------------ import

TAGUETTE = "tag,description\nemotion/longing,New words.\njoy,Being glad.\n"
MAXQDA = "Code;Memo\nemotion\\longing;New words.\nemotion\\schöne Gefühle;Für später.\n"


def file(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return str(path)


def test_a_dry_run_shows_the_plan_and_writes_nothing(study, said, tmp_path):
    before = study.codebook_yaml.read_bytes()
    status, out, err = said("codebook", "import", file(tmp_path, "t.csv", TAGUETTE), "--dry-run")
    assert status == 0
    assert "+ joy (with a definition)" in out
    assert "definition: “Wanting someone.” -> “New words.”" in out
    assert "1 to add, 1 to change, 0 the same." in err
    assert (study.codebook_yaml.read_bytes(), study.log_file("c1").exists()) == (before, False)


def test_an_import_elsewhere_than_on_a_terminal_is_done_at_once_and_undone_at_once(study, said, tmp_path):
    before = book_of(study)
    status, _, err = said("codebook", "import", file(tmp_path, "t.csv", TAGUETTE))
    assert (status, "1 code added, 1 changed" in err) == (0, True)
    assert "joy" in paths(study)
    said("undo")
    assert book_of(study) == before


@pytest.mark.parametrize(("answer", "imported"), [("y", True), ("n", False), ("", False), (None, False)])
def test_an_import_on_a_terminal_asks(study, said, tmp_path, monkeypatch, answer, imported):
    def typed(_question):
        if answer is None:
            raise EOFError
        return answer

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", typed)
    assert said("codebook", "import", file(tmp_path, "t.csv", TAGUETTE))[0] == 0
    assert ("joy" in paths(study)) == imported


def test_latin_1_and_semicolons_are_read(study, said, tmp_path):
    assert said("codebook", "import", file(tmp_path, "m.csv", MAXQDA.encode("latin-1")), "--yes")[0] == 0
    assert "emotion/schöne Gefühle" in paths(study)
    assert book_of(study).find("schöne Gefühle").definition == "Für später."


def test_names_of_any_script_are_imported(study, said, tmp_path):
    names = ["想念 妈妈", "שלום", f"caf{DECOMPOSED}"]
    said(
        "codebook",
        "import",
        file(tmp_path, "n.csv", "name,description\n" + "".join(f"{name},x\n" for name in names)),
        "--yes",
    )
    assert set(names) <= set(paths(study))


def test_a_name_with_joined_emoji_is_imported(study, said, tmp_path):
    assert said("codebook", "import", file(tmp_path, "n.csv", f"name,description\n{FAMILY},x\n"), "--yes")[0] == 0
    assert FAMILY in paths(study)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("x.yaml", "codes:\n- id: a\n  name: a\n- id: a\n  name: b\n", "stands twice"),
        ("x.yaml", "codes: [\n", "not valid YAML"),
        ("x.yaml", "a: &a [*a]\n", ""),
        ("x.csv", "", "empty"),
        ("x.csv", "colour,size\nred,1\n", ""),
        ("x.csv", b"\x00\x01\x02\xff\xfe", ""),
        ("x.xlsx", b"PK\x03\x04", "read from"),
        ("x.csv", "path,description\nwork/x,1\nwork/x/y/\n/,3\n", ""),
    ],
    ids=["duplicate ids", "broken", "alias in itself", "empty", "other columns", "binary", "spreadsheet", "slashes"],
)
def test_a_file_that_cannot_be_used_is_refused_or_read_and_never_crashes(study, said, tmp_path, name, data, message):
    status, _, err = said("codebook", "import", file(tmp_path, name, data), "--dry-run")
    assert "Traceback" not in err
    if message:
        assert (status, message in err) == (2, True)


def test_a_file_that_is_not_there_is_said(study, said):
    assert "none.csv" in refused(said, "codebook", "import", "none.csv")


def test_an_import_that_would_put_a_code_under_itself_is_refused(study, said, tmp_path):
    text = "code_id,code,code_path\nemotion,emotion,work/emotion\nwork,work,emotion/work\n"
    before = study.codebook_yaml.read_bytes()
    status, _, err = said("codebook", "import", file(tmp_path, "x.csv", text), "--yes")
    assert "Traceback" not in err
    if status:
        assert study.codebook_yaml.read_bytes() == before
    assert book_of(study) is not None


def test_five_thousand_codes_are_imported_within_half_a_minute(study, said, tmp_path):
    text = "path,description\n" + "".join(f"theme {n // 50}/code {n},Definition {n}.\n" for n in range(5_000))
    with at_most(30):
        assert said("codebook", "import", file(tmp_path, "big.csv", text), "--yes")[0] == 0
    assert len(paths(study)) == 5 + 100 + 5_000


def test_a_codebook_of_five_thousand_codes_is_shown_and_changed(study, said):
    codes = "".join(f"- id: c{n}\n  name: code {n}\n  definition: Words {n}.\n" for n in range(5_000))
    edit(study.codebook_yaml, "codes:\n" + codes)
    with at_most(60):
        assert said("codebook", "show", "-f", "csv")[1].count("\n") == 5_001
        assert said("codebook", "rename", "c4321", "renamed")[0] == 0
        assert said("codebook", "move", "c1", "c4999")[0] == 0
        assert said("codebook", "check")[0] in (0, 1)
    assert book_of(study).path("c1") == "code 4999/code 1"


# ------------------------------------------------------------------------------------ diff


def test_two_files_are_compared(study, said, tmp_path):
    one = file(tmp_path, "one.yaml", "codes:\n- id: a\n  name: a\n- id: b\n  name: b\n  definition: x\n")
    two = file(tmp_path, "two.yaml", "codes:\n- id: b\n  name: bee\n  definition: y\n- id: c\n  name: c\n")
    rows = json.loads(said("codebook", "diff", one, two, "-f", "json")[1])
    assert {(row["code_id"], row["change"]) for row in rows} == {
        ("a", "gone"), ("c", "new"), ("b", "renamed"), ("b", "redefined"),
    }  # fmt: skip


def test_a_file_is_compared_with_the_project_as_it_is_now(study, said, tmp_path):
    said("codebook", "export", "-o", str(tmp_path / "then.yaml"))
    assert said("codebook", "diff", str(tmp_path / "then.yaml"))[1].count("\n") <= 2
    said("codebook", "rename", "longing", "yearning")
    out = said("codebook", "diff", str(tmp_path / "then.yaml"), "now")[1]
    assert "yearning" in out


def test_two_dates_are_compared_from_the_log(study, said):
    said("codebook", "add", "joy")
    rows = json.loads(said("codebook", "diff", "2000-01-01", "2999-01-01", "-f", "json")[1])
    assert [(row["change"], row["code_after"]) for row in rows] == [("new", "joy")]


def test_a_project_folder_is_compared(study, said, tmp_path):
    other = make_project(tmp_path / "other", {}, codes=["emotion"])
    rows = json.loads(said("codebook", "diff", str(other.root), "now", "-f", "json")[1])
    assert {row["code_id"] for row in rows if row["change"] == "new"} == {"longing", "grief", "work", "field"}


def test_what_is_neither_file_nor_date_is_refused(study, said):
    assert "no file" in refused(said, "codebook", "diff", "yesterdayish")


# ------------------------------------------------------------------------------------ check


def test_check_ends_with_1_where_there_are_findings_and_changes_nothing(study, said):
    before = study.codebook_yaml.read_bytes()
    status, out, err = said("codebook", "check")
    assert (status, "no definition" in out, "nothing was changed" in err) == (1, True, True)
    assert study.codebook_yaml.read_bytes() == before


def test_check_ends_with_0_where_there_is_nothing(tmp_path, said, monkeypatch):
    project = make_project(tmp_path / "tidy", {}, codes={"joy": {"definition": "x"}})
    monkeypatch.chdir(project.root)
    assert said("codebook", "check")[0] == 0


# ------------------------------------------------------------------------------------ drift


def test_recode_takes_several_ids_and_is_one_undo_step(study, said):
    ids = [
        row["coding_id"] for row in json.loads(said("segments", "--coder", "c1", "--code", "longing", "-f", "json")[1])
    ]
    status, out, _ = said("recode", *ids, "grief")
    assert (status, out.count("Recoded: emotion/longing is now emotion/grief")) == (0, 2)
    said("undo")
    assert len(json.loads(said("segments", "--coder", "c1", "--code", "longing", "-f", "json")[1])) == 2


def test_another_coders_coding_is_not_recoded(study, said):
    (row,) = json.loads(said("segments", "--coder", "c2", "--code", "longing", "-f", "json")[1])
    assert "c2" in refused(said, "recode", row["coding_id"], "grief")
    assert "c2" in refused(said, "keep", row["coding_id"])


def test_the_queue_shows_then_and_now_and_keep_shortens_it(study, said):
    said("codebook", "edit", "longing", "--definition", "Wanting the absent.")
    status, out, err = said("stale")
    assert status == 0
    assert out.count("Definition, then: Wanting someone.\n  Definition, now:  Wanting the absent.") == 3
    assert "3 codings were made under an older definition" in err
    (row, *_) = json.loads(said("stale", "--mine", "-f", "json")[1])
    assert said("keep", row["coding_id"])[0] == 0
    assert len(json.loads(said("stale", "--mine", "-f", "json")[1])) == 1
    assert len(json.loads(said("stale", "--code", "work", "-f", "json")[1])) == 0


def test_a_definition_changed_by_hand_is_in_the_queue(study, said):
    said("stale")
    text = study.codebook_yaml.read_text(encoding="utf-8")
    edit(study.codebook_yaml, text.replace("Wanting someone.", "Wanting the absent."))
    assert "3 codings" in said("stale")[2]


def test_the_queue_of_a_project_with_a_broken_codebook_is_the_last_good_one(study, said):
    said("codebook", "edit", "longing", "--definition", "Wanting the absent.")
    edit(study.codebook_yaml, study.codebook_yaml.read_text(encoding="utf-8") + "- id: [\n")
    status, out, err = said("stale")
    assert (status, "Traceback" in err) == (0, False)
    assert "codebook.yaml" in err
    assert out.count("Wanting the absent.") == 3


# ------------------------------------------------------------------------------------ a broken file


BROKEN = {
    "duplicate ids": ("codes:\n- id: a\n  name: a\n- id: a\n  name: b\n", 4),
    "broken": ("codes:\n- id: a\n  name: a\n- id: b: c\n", 4),
    "no id": ("codes:\n- name: a\n", 2),
    "a list of words": ("codes:\n- a\n- b\n", 2),
}


@pytest.mark.parametrize(("text", "line"), BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize(
    "argv", [["add", "x"], ["rename", "longing", "x"], ["delete", "longing", "--yes"], ["merge", "longing", "work"]]
)
def test_a_broken_codebook_is_said_with_its_line_and_left_alone(study, said, text, line, argv):
    said("codebook")
    edit(study.codebook_yaml, text)
    status, _, err = said("codebook", *argv)
    assert status == 2
    assert f"codebook.yaml:{line}" in err
    assert "Traceback" not in err
    assert study.codebook_yaml.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(("text", "line"), BROKEN.values(), ids=BROKEN)
def test_the_last_good_codebook_stays_readable(study, said, text, line):
    said("codebook")
    edit(study.codebook_yaml, text)
    status, out, err = said("codebook")
    shown = "longing" in out or text == BROKEN["duplicate ids"][0]  # of which the first of both is read
    assert (status, shown, f"codebook.yaml:{line}" in err) == (0, True, True)


# ------------------------------------------------------------------------------------ the demonstration project


def test_the_demonstration_projects_codebook_is_shown_and_exported(demo, said, tmp_path):
    assert said("codebook")[0] == 0
    assert said("codebook", "export", "-o", str(tmp_path / "demo.docx"))[0] == 0
    rows = json.loads(said("codebook", "show", "-f", "json")[1])
    assert all(row["definition"] for row in rows if row["segments"])


def test_every_verb_on_the_demonstration_project_and_back(demo, said):
    before = (demo / "codebook.yaml").read_bytes()
    quotes = said("segments", "-f", "csv")[1]
    rows = sorted(json.loads(said("codebook", "show", "-f", "json")[1]), key=lambda row: -row["segments"])
    one, other = (row["code_id"] for row in rows[:2])
    commands = [
        ["add", "brand new", "--parent", one], ["rename", one, "named anew"], ["edit", one, "--definition", "New."],
        ["move", other, "--top"],
        ["retire", other], ["merge", one, other], ["delete", other, "--yes"],
    ]  # fmt: skip
    for argv in commands:
        status, _, err = said("codebook", *argv)
        assert status == 0, err
    for _ in commands:
        assert said("undo")[0] == 0
    assert read_codebook(demo / "codebook.yaml")[0] == codebook_of(before)
    assert said("segments", "-f", "csv")[1] == quotes


def codebook_of(data):
    from qualcode.files.project_files import codebook_in

    return codebook_in(data.decode())[0]


def test_comments_in_the_demonstration_codebook_survive_a_merge_and_its_undo(demo, said):
    path = demo / "codebook.yaml"
    text = path.read_text(encoding="utf-8").replace("- id:", "# a remark\n- id:", 1) + "# the end\n"
    path.write_text(text, encoding="utf-8")
    said("codebook", "add", "new theme")
    said("undo")
    assert path.read_text(encoding="utf-8") == text
