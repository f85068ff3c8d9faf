"""Writing memos through the session: on disk, in the log, and undone; links to codes follow the codes."""

import os

import pytest
from builders import FAMILY, apply, edit, events_on_disk, make_project, transcript, write_events

from qualcode.core.memo import About
from qualcode.errors import BadFile, BadOption, CannotUndo, QualcodeError, UnknownName
from qualcode.session import Session
from qualcode.session.editor import keep_text, run_editor

BODY = "Mei: I miss her.\nLing: I sew.\n"


@pytest.fixture
def project(tmp_path):
    found = make_project(
        tmp_path / "p", {"d1": transcript(BODY, case="liang")},
        codes={"emotion": {"id": "k1"}, "emotion/longing": {"id": "k2"}, "work": {"id": "k3"}}, cases=["liang"],
    )  # fmt: skip
    write_events(found, "c1", "d1", [apply(1, BODY, "I miss her", "k2"), apply(2, BODY, "I sew", "k3")])
    return found


@pytest.fixture
def session(project):
    with Session(project, "c1") as session:
        yield session


def text_of(project, name):
    return project.memo(name).read_text("utf-8")


def body_of(project, name):
    return text_of(project, name).split("---\n", 2)[2]


# ------------------------------------------------------------------ new, edit, delete


def test_a_new_memo_is_a_file_that_says_what_it_is_about(project, session):
    memo = session.new_memo("Two silences", "case:liang code:longing", "analytic", f"中文 {FAMILY}", day="2024-02-29")
    assert (memo.id, memo.about) == ("two-silences", About("liang", code="k2"))
    assert text_of(project, "two-silences") == (
        "---\ntitle: Two silences\nabout: {case: liang, code: k2}\nkind: analytic\ndate: 2024-02-29\nauthor: c1\n---\n"
        f"中文 {FAMILY}\n"
    )


def test_undo_and_redo_take_every_change_back_and_bring_it_again(project, session):
    session.new_memo("A")
    states = [text_of(project, "a")]
    for change in ({"text": "One"}, {"title": "B", "kind": "to-do"}, {"about": "document:d1"}):
        session.edit_memo("a", **change)
        states.append(text_of(project, "a"))
    session.delete_memo("a")
    for state in reversed(states):
        session.undo()
        assert text_of(project, "a") == state
    session.undo()
    assert not project.memo("a").exists()
    for state in states:
        session.redo()
        assert text_of(project, "a") == state
    session.redo()
    assert not project.memo("a").exists()


def test_undo_works_after_a_restart(project, session):
    session.new_memo("A", text="Text")
    with Session(project, "c1") as later:
        later.edit_memo("a", text="Other")
    with Session(project, "c1") as later:
        later.undo()
        assert body_of(project, "a") == "Text\n"


def test_the_log_has_before_and_after(project, session):
    session.new_memo("A", kind="reflexive")
    session.edit_memo("a", text="New")
    first, second = events_on_disk(project, "c1", "")
    assert (first.what, first.key, first.before, first.after["kind"]) == ("memo", "a", None, "reflexive")
    assert (second.before["text"], second.after["text"]) == ("", "New\n")


def test_a_delete_that_is_undone_brings_back_what_people_wrote_in_the_front_matter(project, session):
    project.memos.mkdir()
    content = "---\n# mine\ntitle: A\nstatus: draft # still\n---\n\nText without an end"
    edit(project.memo("a"), content + "\n")
    session.delete_memo("a")
    session.undo()
    assert text_of(project, "a") == content + "\n"


def test_an_edit_leaves_other_fields_and_comments_alone(project, session):
    project.memos.mkdir()
    edit(project.memo("a"), "---\nstatus: draft # still\ntitle: A\n---\nText\n")
    session.edit_memo("a", text="Other", kind="summary")
    assert text_of(project, "a") == "---\nstatus: draft # still\ntitle: A\nkind: summary\n---\nOther\n"
    session.undo()
    assert text_of(project, "a") == "---\nstatus: draft # still\ntitle: A\n---\nText\n"


def test_undo_never_writes_over_what_was_written_by_hand_since(project, session):
    session.new_memo("A", text="One")
    session.edit_memo("a", text="Two")
    edit(project.memo("a"), text_of(project, "a").replace("Two", "By hand"))
    with pytest.raises(CannotUndo, match="changed since"):
        session.undo()
    assert body_of(project, "a") == "By hand\n"


def test_a_new_memo_that_was_changed_by_hand_is_not_deleted_by_undo(project, session):
    session.new_memo("A", text="One")
    edit(project.memo("a"), text_of(project, "a") + "More\n")
    with pytest.raises(CannotUndo):
        session.undo()
    assert body_of(project, "a") == "One\nMore\n"


def test_a_deleted_memo_does_not_come_back_over_another_of_its_name(project, session):
    session.new_memo("A", text="One")
    session.delete_memo("a")
    edit(project.memo("a"), "Another\n")
    with pytest.raises(CannotUndo, match="already"):
        session.undo()
    assert text_of(project, "a") == "Another\n"


def test_an_edit_of_a_text_that_changed_meanwhile_is_refused(project, session):
    memo = session.new_memo("A", text="One")
    edit(project.memo("a"), text_of(project, "a").replace("One", "By hand"))
    with pytest.raises(BadOption, match="meanwhile"):
        session.edit_memo("a", text="Two", seen=memo.text)
    assert body_of(project, "a") == "By hand\n"


def test_an_edit_that_changes_nothing_is_no_event(project, session):
    session.new_memo("A", text="One")
    session.edit_memo("a", text="One\n", kind="Analytic", title=" A ")
    assert len(events_on_disk(project, "c1", "")) == 1


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"title": " "}, BadOption),
        ({"title": "a\x1b[2J"}, BadOption),
        ({"kind": "poem"}, BadOption),
        ({"text": "\ud83d"}, BadOption),
        ({"about": "code:nix"}, UnknownName),
    ],
)
def test_what_cannot_be_kept_is_refused_and_nothing_is_written(project, session, fields, error):
    with pytest.raises(error):
        session.new_memo(**{"title": "A", **fields})
    assert not project.memos.exists()


def test_a_memo_that_cannot_be_read_is_not_written_over(project, session):
    project.memos.mkdir()
    project.memo("a").write_bytes(b"---\ntitle: A\n---\n\xff\n")
    with pytest.raises(BadFile):
        session.edit_memo("a", text="New")
    assert project.memo("a").read_bytes().endswith(b"\xff\n")


def test_a_full_log_leaves_no_memo_behind(project, session, monkeypatch):
    from qualcode.errors import CannotSave

    def refuse(*_):
        raise CannotSave("Not saved")

    monkeypatch.setattr("qualcode.session.writing.append_events", refuse)
    with pytest.raises(CannotSave):
        session.new_memo("A")
    assert not project.memo("a").exists()
    assert list(project.memos.glob("*")) == []


# ------------------------------------------------------------------ links follow codes


@pytest.fixture
def linked(project, session):
    """A memo with links to codes, by name, path and id, with and without a label."""
    session.new_memo(
        "L", text="[[code:longing]] [[code:Emotion/Longing|that]] [[code:k2]] [[code:work]] [[code:nix]] [[d1#02]]"
    )
    return session


def test_a_rename_rewrites_names_and_paths_and_keeps_labels_and_ids(project, linked):
    linked.rename_code("longing", "yearning")
    assert body_of(project, "l") == (
        "[[code:yearning]] [[code:emotion/yearning|that]] [[code:k2]] [[code:work]] [[code:nix]] [[d1#02]]\n"
    )


def test_a_rename_and_its_links_are_one_step(project, linked):
    before = text_of(project, "l")
    linked.rename_code("longing", "yearning")
    linked.undo()
    assert text_of(project, "l") == before
    assert linked.index.codebook["k2"].name == "longing"
    linked.redo()
    assert "[[code:yearning]]" in text_of(project, "l")


def test_a_move_rewrites_paths_only(project, linked):
    linked.move_code("longing", "work")
    assert body_of(project, "l").startswith("[[code:longing]] [[code:work/longing|that]] [[code:k2]]")


def test_a_rename_of_the_parent_rewrites_the_path(project, linked):
    linked.rename_code("emotion", "feelings")
    assert body_of(project, "l").startswith("[[code:longing]] [[code:feelings/longing|that]]")


def test_a_name_that_becomes_ambiguous_is_replaced_by_the_path(project, linked):
    linked.add_code("longing", "work")
    assert body_of(project, "l").startswith("[[code:emotion/longing]] [[code:Emotion/Longing|that]] [[code:k2]]")


def test_a_merge_leads_links_to_the_code_that_stays(project, linked):
    linked.merge_codes("longing", "work")
    assert body_of(project, "l").startswith("[[code:work]] [[code:work|that]] [[code:k2]] [[code:work]]")


def test_a_name_that_no_link_can_hold_is_replaced_by_the_id(project, linked):
    linked.rename_code("longing", "a]|b")
    assert body_of(project, "l").startswith("[[code:k2]] [[code:k2|that]]")


def test_undoing_a_rename_keeps_what_was_written_in_the_memo_since(project, linked):
    linked.rename_code("longing", "yearning")
    edit(project.memo("l"), text_of(project, "l") + "By hand, on [[code:yearning]].\n")
    linked.undo()
    assert body_of(project, "l").startswith("[[code:longing]] [[code:Emotion/Longing|that]] [[code:k2]]")
    assert body_of(project, "l").endswith("By hand, on [[code:longing]].\n")


def test_a_rename_can_be_undone_after_the_memo_was_deleted_by_hand(project, linked):
    linked.rename_code("longing", "yearning")
    project.memo("l").unlink()
    linked.undo()
    assert linked.index.codebook["k2"].name == "longing"


def test_a_memo_that_cannot_be_read_does_not_keep_a_code_from_being_renamed(project, linked):
    edit(project.memo("bad"), "---\ntitle: [\n---\n[[code:longing]]\n")
    linked.rename_code("longing", "yearning")
    assert "[[code:yearning]]" in text_of(project, "l")
    assert "[[code:longing]]" in text_of(project, "bad")


def test_without_links_a_rename_touches_no_memo(project, session):
    session.new_memo("A", text="longing")
    session.rename_code("longing", "yearning")
    assert [event.what for event in events_on_disk(project, "c1", "")] == ["memo", "codebook", "code"]


# ------------------------------------------------------------------ the editor


@pytest.fixture
def editor(tmp_path, monkeypatch):
    """Make a script the user's editor."""

    def become(script, name="VISUAL"):
        path = tmp_path / "an editor"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        monkeypatch.delenv("VISUAL", raising=False)
        monkeypatch.delenv("EDITOR", raising=False)
        monkeypatch.setenv(name, f"'{path}' --wait")
        monkeypatch.setenv("TMPDIR", str(tmp_path))
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    return become


def kept(tmp_path):
    return [path.read_text() for path in tmp_path.rglob(".qualcode/editing/*/text.md")]


@pytest.fixture
def folder(tmp_path):
    return make_project(tmp_path / "edited")


def test_the_editor_gets_the_text_and_gives_it_back(editor, tmp_path, folder):
    editor('[ "$1" = --wait ] && cat "$2" > "${0%/*}/seen"; printf "new 中\\r\\n" > "$2"; cp "$2" "$2~"', "EDITOR")
    assert run_editor(folder, "old\n") == "new 中\n"
    assert (tmp_path / "seen").read_text() == "old\n"
    assert list((folder.root / ".qualcode" / "editing").iterdir()) == []  # what the editor left beside it is gone too


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ('printf typed > "$2"; exit 1', "ended with status 1"),
        ('printf typed > "$2"; kill -9 $$', "signal 9"),
    ],
)
def test_an_editor_that_fails_loses_nothing(editor, tmp_path, folder, script, said):
    editor(script)
    with pytest.raises(QualcodeError, match=said) as error:
        run_editor(folder, "old")
    assert kept(tmp_path) == ["typed"]
    assert str(next(tmp_path.rglob("editing/*/text.md"))) in str(error.value)


def test_bytes_that_are_no_text_are_kept_too(editor, tmp_path, folder):
    editor('printf "\\377" > "$2"')
    with pytest.raises(QualcodeError, match="not UTF-8"):
        run_editor(folder, "old")
    assert len(list(tmp_path.rglob("editing/*/text.md"))) == 1


def test_an_editor_that_is_not_there_is_named(monkeypatch, tmp_path, folder):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("VISUAL", "no-such-editor --x")
    with pytest.raises(QualcodeError, match=r"no-such-editor --x.*could not be started"):
        run_editor(folder, "old")
    assert kept(tmp_path) == ["old"]


def test_a_variable_that_cannot_be_understood_is_named(monkeypatch, folder):
    monkeypatch.setenv("VISUAL", "vim 'x")
    with pytest.raises(QualcodeError, match=r"\$VISUAL"):
        run_editor(folder, "old")


def test_without_any_editor_the_message_says_what_to_set(monkeypatch, folder):
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(QualcodeError, match="set EDITOR"):
        run_editor(folder, "old")


@pytest.mark.parametrize("mode", [0o700, 0o2770, 0o755], ids=oct)
def test_what_is_kept_is_for_the_user_alone(folder, mode):
    os.chmod(folder.root, mode)
    path = keep_text(folder, "secret")
    assert (path.read_text(), os.stat(path).st_mode & 0o077) == ("secret", 0)
    assert os.stat(path.parent).st_mode & 0o077 == 0


def test_what_cannot_be_kept_in_the_project_is_kept_at_home_and_never_in_a_folder_that_all_share(
    folder, tmp_path, monkeypatch
):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (folder.root / ".qualcode").write_text("in the way")
    path = keep_text(folder, "secret")
    assert path.is_relative_to(tmp_path / "state" / "qualcode")
    assert (path.read_text(), os.stat(path).st_mode & 0o077) == ("secret", 0)
