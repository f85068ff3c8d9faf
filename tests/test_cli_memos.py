"""`qualcode memos` and `qualcode memo ...`: write, show, edit, delete, export; the editor that fails."""

import csv
import io
import json
from types import SimpleNamespace

import pytest
from builders import apply, edit, make_project, transcript, write_events

BODY = "Mei: I miss her.\nLing: I sew.\n"


@pytest.fixture
def project(tmp_path, monkeypatch):
    found = make_project(tmp_path / "p", {"d1": transcript(BODY, case="liang")}, cases=["liang"])
    write_events(found, "c1", "d1", [apply(1, BODY, "I miss her"), apply(2, BODY, "I sew", "work")])
    monkeypatch.chdir(found.root)
    monkeypatch.setenv("QUALCODE_CODER", "c1")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return found


@pytest.fixture
def written(project, said):
    """A project with one memo."""
    assert (
        said(
            "memo", "new", "--title", "Two silences", "--about", "case:liang code:longing", "--text", "See [[d1#0001]]."
        )[0]
        == 0
    )
    return project


@pytest.fixture
def terminal(monkeypatch, tmp_path):
    """A terminal in which a script is the editor."""
    monkeypatch.setattr("qualcode.cli.memos._has_terminal", lambda: True)

    def editor(script):
        path = tmp_path / "editor"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setenv("VISUAL", str(path))

    return editor


def text_of(project, name="two-silences"):
    return project.memo(name).read_text("utf-8")


def body_of(project, name="two-silences"):
    return text_of(project, name).split("---\n", 2)[2]


def test_a_new_memo_is_written_and_shown(project, said):
    status, out, err = said(
        "memo", "new", "--title", "Two", "--about", "d1", "--kind", "to-do", "--text", "中文", "-f", "json"
    )
    (row,) = json.loads(out)
    assert (status, row["memo"], row["about"], row["kind"], row["text"]) == (0, "two", "document:d1", "to-do", "中文\n")
    assert "memos/two.md" in err
    assert body_of(project, "two") == "中文\n"


def test_the_text_may_come_from_a_file_or_from_standard_input(project, said, monkeypatch, tmp_path):
    (tmp_path / "t.md").write_bytes(b"\xef\xbb\xbffrom\r\nfile")
    said("memo", "new", "--title", "A", "--file", str(tmp_path / "t.md"))
    for name, option in (("b", ["-"]), ("c", ["--file", "-"])):
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO("é".encode()), isatty=lambda: False))
        assert said("memo", "new", "--title", name, *option)[0] == 0
    assert [body_of(project, name) for name in "abc"] == ["from\nfile\n", "é\n", "é\n"]


def test_show_prints_the_memo_for_reading_and_as_data(written, said):
    status, out, _ = said("memo", "show", "two silences")
    assert (status, out.split("\n")[0], out.split("\n")[3]) == (0, "Two silences", "See [[d1#0001]].")
    assert "case:liang × code:emotion/longing" in out
    assert json.loads(said("memo", "show", "two-silences", "-f", "json")[1])[0]["words"] == 3


def test_control_characters_of_a_memo_never_reach_the_terminal(written, said):
    edit(written.memo("two-silences"), '---\ntitle: "a\\e]0;x"\n---\n\x1b]0;evil\x07\n')
    for command in (["memos"], ["memo", "show", "two-silences"], ["memos", "-f", "md"], ["check"]):
        _, out, err = said(*command)
        assert "\x1b" not in out + err


def test_edit_changes_what_is_given_and_nothing_else(written, said):
    assert said("memo", "edit", "two-silences", "--kind", "summary", "--title", "Three", "--about", "project")[0] == 0
    assert "title: Three\nabout: project\nkind: summary" in text_of(written)
    assert body_of(written) == "See [[d1#0001]].\n"


def test_delete_and_undo(written, said):
    before = text_of(written)
    assert "Deleted" in said("memo", "delete", "two-silences")[1]
    assert not written.memo("two-silences").exists()
    assert said("undo")[0] == 0
    assert text_of(written) == before


def test_the_list_is_filtered_and_says_when_nothing_fits(written, said):
    said("memo", "new", "--title", "Other", "--kind", "to-do", "--text", "x")
    rows = csv.DictReader(io.StringIO(said("memos", "--about", "liang", "-f", "csv")[1]))
    assert [row["memo"] for row in rows] == ["two-silences"]
    status, _, err = said("memos", "--kind", "summary")
    assert (status, "No memos match" in err) == (0, True)
    assert said("memos", "--about", "nix")[0] == 2
    assert "Other" in said("memos", "--text", "X", "--author", "c1")[1]


def test_export_as_markdown_puts_each_memo_under_a_heading(written, said, tmp_path):
    said("memo", "edit", "two-silences", "--text", "# Part\n\n```\n# no heading\n```\n")
    out = said("memos", "-f", "md")[1]
    assert out == (
        "# Memos: A study\n\n## Two silences\n\n"
        f"*case:liang × code:emotion/longing · analytic · {text_of(written).split('date: ')[1][:10]} · c1 · memo:two-silences*\n\n"
        "### Part\n\n```\n# no heading\n```\n"
    )
    said("memos", "-o", str(tmp_path / "m.md"))
    assert (tmp_path / "m.md").read_text("utf-8") == out


def test_export_as_word_keeps_headings_lists_tables_bold_and_italic(written, said, tmp_path):
    import docx

    said(
        "memo",
        "edit",
        "two-silences",
        "--text",
        "## Part\n\n- **one** and *two*\n1. three\n\n> said\n\n| a | b |\n|---|---|\n| 1 | 中\x02 |\n\nשלום",
    )
    assert said("memos", "-o", str(tmp_path / "m.docx"))[0] == 0
    document = docx.Document(str(tmp_path / "m.docx"))
    found = [(paragraph.style.name, paragraph.text) for paragraph in document.paragraphs if paragraph.text]
    assert found[:2] == [("Heading 1", "Memos: A study"), ("Heading 2", "Two silences")]
    assert found[3:] == [
        ("Heading 4", "Part"), ("List Bullet", "one and two"), ("List Number", "three"), ("Quote", "said"), ("Normal", "שלום"),
    ]  # fmt: skip
    runs = next(p for p in document.paragraphs if p.style.name == "List Bullet").runs
    assert [(run.text, bool(run.bold), bool(run.italic)) for run in runs] == [
        ("one", True, False), (" and ", False, False), ("two", False, True),
    ]  # fmt: skip
    assert [[cell.text for cell in row.cells] for row in document.tables[0].rows] == [["a", "b"], ["1", "中␂"]]
    assert "w:bidi" in document.paragraphs[-1]._p.xml


@pytest.mark.parametrize(
    "argv",
    [
        ["memo"],
        ["memo", "show", "nix"],
        ["memo", "edit", "nix", "--text", "x"],
        ["memo", "delete", "nix"],
        ["memo", "new", "--title", " ", "--text", "x"],
        ["memo", "new", "--title", "a", "--kind", "poem", "--text", "x"],
        ["memo", "new", "--title", "a", "--about", "code:nix", "--text", "x"],
        ["memo", "new", "--title", "a", "--file", "nix.md"],
        ["memo", "new", "--title", "a"],
        ["memo", "edit", "two-silences"],
        ["memo", "new", "--title", "a", "--text", "x", "--file", "y"],
        ["memos", "--kind", "poem"],
        ["memos", "-f", "odt"],
    ],
    ids=" ".join,
)
def test_wrong_use_is_one_message_and_status_two(written, said, argv):
    before = sorted(path.name for path in written.memos.iterdir())
    status, out, err = said(*argv)
    assert (status, out) == (2, "")
    assert "qualcode" in err
    assert "Traceback" not in err
    assert sorted(path.name for path in written.memos.iterdir()) == before


def test_a_file_that_is_no_text_is_named_with_its_line(written, said, tmp_path):
    (tmp_path / "t").write_bytes(b"a\n\xff")
    status, _, err = said("memo", "edit", "two-silences", "--file", str(tmp_path / "t"))
    assert status == 2
    assert f"{tmp_path / 't'}:2: not UTF-8 text" in err


# ------------------------------------------------------------------ the editor


def test_without_a_text_the_editor_writes_it(project, said, terminal):
    terminal('printf "from the editor" > "$1"')
    assert said("memo", "new", "--title", "A")[0] == 0
    assert body_of(project, "a") == "from the editor\n"


def test_an_editor_left_without_a_word_makes_no_memo(project, said, terminal):
    terminal("true")
    status, _, err = said("memo", "new", "--title", "A")
    assert (status, project.memo("a").exists()) == (0, False)
    assert "no memo was made" in err


def test_the_editor_gets_the_memo_to_edit_and_an_unchanged_one_is_no_event(written, said, terminal):
    terminal('printf "More.\\n" >> "$1"')
    said("memo", "edit", "two-silences")
    assert body_of(written) == "See [[d1#0001]].\nMore.\n"
    size = written.log_file("c1").stat().st_size
    terminal("true")
    assert "Nothing was changed" in said("memo", "edit", "two-silences")[2]
    assert written.log_file("c1").stat().st_size == size


def test_an_editor_that_fails_changes_nothing_and_the_text_is_kept(written, said, terminal, tmp_path):
    terminal('printf "typed" > "$1"; exit 3')
    status, _, err = said("memo", "edit", "two-silences")
    (path,) = tmp_path.rglob(".qualcode/editing/*/text.md")
    assert (status, path.read_text(), body_of(written)) == (2, "typed", "See [[d1#0001]].\n")
    assert str(path) in err


def test_what_was_typed_is_kept_when_the_memo_changed_meanwhile(written, said, terminal, tmp_path):
    terminal(f'printf typed > "$1"; printf "By hand\\n" >> "{written.memo("two-silences")}"')
    status, _, err = said("memo", "edit", "two-silences")
    (path,) = tmp_path.rglob(".qualcode/editing/*/text.md")
    assert (status, path.read_text(), body_of(written)) == (2, "typed", "See [[d1#0001]].\nBy hand\n")
    assert str(path) in err
    assert "meanwhile" in err


def test_show_names_each_codings_short_id_which_a_link_understands(written, said):
    assert "[emotion/longing] c1 #0001 " in said("show", "d1")[1]
    assert said("check")[0] == 0
