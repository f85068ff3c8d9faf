"""Words taken out of a project for good: from every file, of all coders, whatever happens in the middle."""

import json
import shutil
import threading
import unicodedata
import zipfile

import pytest
from builders import apply, event, events_on_disk, make_project, open_index, quotes_of, transcript, write_events

from qualcode.analysis.check import check
from qualcode.core.pseudonyms import KeyEntry, Pseudonyms
from qualcode.core.text import body_hash
from qualcode.errors import BadFile, BadSpan, CannotUndo, UnknownName
from qualcode.files.event_log import event_lines
from qualcode.files.saving import append_lines, locked
from qualcode.session import Session
from qualcode.session import rewriting_journal as journal
from qualcode.session.rewriting import RewritingWork

SECRET = "she worked at Foxconn in Longhua"
OLD = f"I: Where was she?\n\nAnna: First {SECRET}, I think. Then she came home.\n\nAnna: It was cold. We ate noodels.\n"
BODY = OLD.replace("noodels", "noodles")
GROUP = "I: And you?\n\nAnna: My brother lost his hand in the big press.\n\nBen: Mine is well, thank you for asking.\n"
PEOPLE = [
    {"id": "i", "name": "I", "role": "researcher"}, {"id": "p1", "name": "Anna", "case": "one"}, {"id": "p2", "name": "Ben"},
]  # fmt: skip


@pytest.fixture
def project(tmp_path):
    """Two coders on an interview that was corrected once and a group; the secret is quoted wherever one can quote."""
    folder = make_project(
        tmp_path / "study",
        {"talk": transcript(OLD, title="A talk", case="one", speakers={"I": "i", "Anna": "p1"}),
         "group": transcript(GROUP, speakers={"I": "i", "Anna": "p1", "Ben": "p2"})},
        codes={"work": {"example": f"“{SECRET}”"}, "longing": {}}, cases=["one"], participants=PEOPLE,
    )  # fmt: skip
    folder.memos.mkdir()
    quoted = SECRET.replace(" in ", "\n> in ")
    folder.memo("about-work").write_text(
        f"---\ntitle: Work\nabout: project\n---\nAs in [[talk]]:\n\n> {quoted}\n\nmore\n"
    )
    folder.sources.mkdir()
    with zipfile.ZipFile(folder.sources / "talk.docx", "w") as made:
        made.writestr("word/document.xml", f"<w:t>First {SECRET}</w:t>")
    state = {"source": "sources/talk.docx", "fields": {"title": "A talk"}, "hash": "0"}
    write_events(folder, "ann", "", [event(1, "change", what="document", key="talk", after=state)])
    write_events(folder, "ann", "talk", [
        apply(10, OLD, SECRET, "work", f"why {SECRET}?"), apply(11, OLD, "First she worked at Foxconn", "work"),
        apply(12, OLD, "We ate noodels"), event(13, "remove", coding=11), event(14, "revert", target=13),
        apply(15, OLD, "Then she came home", suffix=".\n\nAnna: It was cold", prefix=f"{SECRET}, I think. "),
    ])  # fmt: skip
    write_events(folder, "bob", "talk", [apply(20, OLD, "It was cold"), event(21, "remove", coding=20)])
    write_events(folder, "bob", "group", [
        apply(30, GROUP, "My brother lost his hand", "work"), apply(31, GROUP, "Mine is well"),
        apply(32, GROUP, "the big press.\n\nBen: Mine"),
    ])  # fmt: skip
    with Session(folder, "ann") as session:
        session.correct_text("talk", BODY)
        session.write_memo(f"He says {SECRET}!", title="Second", about="talk") if hasattr(
            session, "write_memo"
        ) else None
    return folder


def span_of(words, body=BODY):
    return body.index(words), body.index(words) + len(words)


def redact(folder, words=SECRET, coder="ann", **options):
    with RewritingWork(folder, coder) as session:
        plan = session.plan_rewriting(session.redaction("talk", [span_of(words)], **options))
        return session.carry_out_rewriting(plan)


def withdraw(folder, whom):
    with RewritingWork(folder, "ann") as session:
        return session.carry_out_rewriting(session.plan_rewriting(session.withdrawal(whom)))


def pseudonymise(folder, key):
    with RewritingWork(folder, "ann") as session:
        return session.carry_out_rewriting(session.plan_rewriting(session.pseudonymisation(key)))


def hits(folder, *words):
    """Files that hold any of these words, in any of the ways in which they may be written."""
    found = set()
    for path in folder.root.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        if data.startswith(b"PK"):
            data = b"".join(zipfile.ZipFile(path).read(name) for name in zipfile.ZipFile(path).namelist())
        for word in words:
            forms = {unicodedata.normalize(form, word) for form in ("NFC", "NFD")}
            if any(text.encode() in data or json.dumps(text)[1:-1].encode() in data for text in forms):
                found.add(folder.relative(path))
    return found


def codings(folder):
    index = open_index(folder, in_memory=True)
    try:
        return quotes_of(index)
    finally:
        index.close()


# ------------------------------------------------------------------ redact


def test_a_redacted_passage_is_in_no_byte_of_the_project(project):
    assert {"sources/talk.docx", "codebook.yaml", "codings/ann/talk.jsonl", ".qualcode/index.db"} <= hits(
        project, "Foxconn"
    )

    done = redact(project)

    assert done.remaining == ()
    assert hits(project, "Foxconn", "Longhua") == set()
    assert "First [redacted], I think." in project.transcript("talk").read_text()
    assert "> [redacted]\n\nmore" in project.memo("about-work").read_text()


def test_all_coders_codings_stand_on_the_redacted_text(project):
    before = codings(project)

    redact(project)

    assert before[0] == ("First she worked at Foxconn", "exact")
    assert codings(project) == [
        ("First [redacted]", "exact"), ("[redacted]", "exact"), ("Then she came home", "exact"), ("We ate noodles", "changed"),
        *before[4:],
    ]  # fmt: skip
    assert [e.op for e in events_on_disk(project, "bob", "talk")] == ["apply", "remove"]
    assert events_on_disk(project, "bob", "talk")[0].body == body_hash(BODY.replace(SECRET, "[redacted]"))


def test_codings_within_go_where_that_is_wanted(project):
    redact(project, remove_codings=True)

    assert [quote for quote, _ in codings(project)][:3] == ["First [redacted]", "Then she came home", "We ate noodles"]


def test_a_passage_over_several_turns_leaves_the_labels(project):
    redact(project, "Then she came home.\n\nAnna: It was cold.")

    assert "I think. [redacted]\n\nAnna: [redacted] We ate" in project.transcript("talk").read_text()


@pytest.mark.parametrize("words", ["Anna:", "\n\n"])
def test_a_span_without_words_is_refused(project, words):
    with pytest.raises(BadSpan, match="no words"):
        redact(project, words)


def test_what_was_done_for_good_is_logged_without_the_words(project):
    redact(project)

    last = [e for e in events_on_disk(project, "ann", "") if e.what == "rewriting"]
    assert [(e.key, e.after["kind"], e.after["places"]) for e in last] == [("talk", "redacted", 1)]


def test_undo_stops_there_and_older_acts_can_still_be_undone_one_by_one(project):
    with Session(project, "ann") as session:
        coded = session.code("group", quote="thank you", code="longing")
    redact(project)

    with Session(project, "ann") as session:
        with pytest.raises(CannotUndo, match="was for good"):
            session.undo()
        corrected = next(e.id for e in events_on_disk(project, "ann", "") if e.what == "text")
        with pytest.raises(CannotUndo, match="taken out for good since"):
            session.take_back(corrected)
        session.take_back(coded.id)
    assert ("thank you", "exact") not in codings(project)


def test_another_machine_does_not_log_the_redaction_as_an_edit_of_its_own(project, tmp_path):
    other = shutil.copytree(project.root, tmp_path / "other")
    redact(project)
    for path in project.root.rglob("*"):
        if path.is_file() and ".qualcode" not in path.parts:
            shutil.copy2(path, other / path.relative_to(project.root))

    with Session(other, "bob") as session:
        session.code("talk", quote="I think", code="longing")

    assert b"Foxconn" not in b"".join(path.read_bytes() for path in other.rglob("*.jsonl"))


def test_a_line_that_cannot_be_read_stops_it_before_anything_is_changed(project):
    path = project.coding_file("bob", "talk")
    path.write_bytes(b'{"v": 9, "op": "dance", "quote": "Foxconn"}\n' + path.read_bytes())
    before = project.transcript("talk").read_bytes()

    with pytest.raises(BadFile, match=r"bob/talk\.jsonl:1"):
        redact(project)
    assert project.transcript("talk").read_bytes() == before


def test_things_left_behind_that_hold_the_words_go(project):
    for name in ("codings/bob/talk.jsonl.torn", "memos/.before-about-work.md", "transcripts/.saving-x1"):
        (project.root / name).write_text(f"… {SECRET} …")

    redact(project)

    assert hits(project, "Foxconn") == set()


def test_copies_of_a_syncing_tool_are_rewritten_too(project):
    for path in (project.coding_file("ann", "talk"), project.transcript("talk"), project.memo("about-work")):
        shutil.copy(path, path.with_name(f"{path.stem}.sync-conflict-20260101-101010-ABCDEFG{path.suffix}"))

    redact(project)

    assert hits(project, "Foxconn") == set()


def test_what_remains_is_told_with_its_place(project):
    (project.root / "notes.txt").write_text(f"one\ntwo: {SECRET}\n")

    done = redact(project, keep_sources=True)

    assert {(each.path, each.line) for each in done.remaining} == {("notes.txt", 2), ("sources/talk.docx", 0)}


# ------------------------------------------------------------------ withdraw


def test_a_withdrawn_participant_is_gone_and_others_stay(project):
    done = withdraw(project, "Anna")

    assert done.remaining == ()
    assert not project.transcript("talk").exists()
    assert not (project.sources / "talk.docx").exists()
    assert not project.coding_file("ann", "talk").exists()
    assert project.transcript("group").read_text().partition("---\n")[2].partition("---\n")[2] == (
        "I: And you?\n\nWithdrawn: [withdrawn]\n\nBen: Mine is well, thank you for asking.\n"
    )
    assert codings(project) == [("[withdrawn]\n\nBen: Mine", "exact"), ("Mine is well", "exact")]
    assert hits(project, "Anna", "Foxconn", "lost his hand") == set()


@pytest.mark.parametrize(
    ("label", "ident", "then"),
    [("Sun", "p3", "Withdrawn"), ("龙", "p3", "Withdrawn"), ("anna", "anna", "Withdrawn"), ("B2", "p3", "B2"), ("P012", "P012", "P012")],
)  # fmt: skip
def test_a_label_goes_where_it_is_a_name_however_short(tmp_path, label, ident, then):
    text = f"{label}: I do not want to be in it.\n\nBen: I do, thank you for asking.\n"
    folder = make_project(
        tmp_path / "study", {"group": transcript(text, speakers={label: ident, "Ben": "p2"})},
        participants=[{"id": ident, "name": label}, {"id": "p2", "name": "Ben"}],
    )  # fmt: skip
    withdraw(folder, ident)
    written = folder.transcript("group").read_text(encoding="utf-8")
    assert f"\n{then}: [withdrawn]\n" in written
    assert then == label or label not in written


def test_of_a_withdrawn_case_documents_people_and_memos_go(project):
    project.memo("cell").write_text("---\ntitle: One\nabout: {case: one}\n---\nShe is tired.\n")

    withdraw(project, "one")

    assert not project.memo("cell").exists()
    assert "p1" not in project.project_yaml.read_text()
    assert "cases: []" in project.project_yaml.read_text() or "one" not in project.project_yaml.read_text()


def test_nobody_is_withdrawn_by_an_unknown_name(project):
    with pytest.raises(UnknownName, match="no participant or case"):
        withdraw(project, "Zoe")


# ------------------------------------------------------------------ pseudonyms


def test_pseudonyms_are_put_in_all_files_with_codings_in_place(project):
    with Session(project, "bob") as session:
        session.code("talk", quote="Anna: It was cold.", code="longing", note="Anna shivers")
    done = pseudonymise(project, Pseudonyms([KeyEntry("Anna", "Mei"), KeyEntry("Foxconn", "a factory")]))

    assert done.remaining == ()
    assert hits(project, "Anna", "Foxconn") == set()
    assert ("Mei: It was cold.", "exact") in codings(project)
    assert ("she worked at a factory in Longhua", "exact") in codings(project)
    assert ("We ate noodles", "changed") in codings(project)
    index = open_index(project, in_memory=True)
    assert {turn.speaker for turn in index.body("group").turns} == {"I", "Mei", "Ben"}
    index.close()


def test_ids_that_hold_a_name_change_wherever_they_stand(tmp_path):
    project = make_project(
        tmp_path / "study",
        {"anna-1": transcript("Anna: Hello there.\n", case="anna", speakers={"Anna": "anna"}),
         "anna-1-en": transcript("Anna: Hi.\n", translation_of="anna-1")},
        cases=["anna"], participants=[{"id": "anna", "name": "Anna", "case": "anna"}],
    )  # fmt: skip
    with Session(project, "bob") as session:
        session.correct_text("anna-1", "Anna: Hello here.\n")
        coding = session.code("anna-1", quote="Hello here", code="longing")
        session.correct_text("anna-1", "Anna: Hello hear.\n")
        memo = session.new_memo(
            "On Anna", about="document:anna-1", text=f"See [[anna-1#{coding.id[-4:]}]] and [[case:anna]].\n"
        )

    done = pseudonymise(project, Pseudonyms([KeyEntry("Anna", "Mei")]))

    assert done.remaining == ()
    assert not hits(project, "Anna", "anna")
    assert not [path for path in project.root.rglob("*") if "anna" in path.name]
    assert codings(project) == [("Hello hear", "changed")]
    assert f"[[mei-1#{coding.id[-4:]}]] and [[case:mei]]" in project.memo(memo.id.replace("anna", "mei")).read_text()
    assert [problem.path for problem in check(project)[0]] == [
        "codings/bob/mei-1.jsonl"
    ]  # the edited words, for review


def test_names_in_the_ids_of_codes_are_told(tmp_path):
    project = make_project(tmp_path / "study", {"talk": "Anna: Hello.\n"}, codes=["anna-s-fear"])

    done = pseudonymise(project, Pseudonyms([KeyEntry("Anna", "Mei")]))

    assert [(each.path, each.line) for each in done.remaining] == [("codebook.yaml", 2)]


# ------------------------------------------------------------------ killed in the middle


class Killed(BaseException):
    """As if the process were gone."""


def killed_at(monkeypatch, step):
    """Have the process killed at one of the changes of files that a rewriting makes, counted from 0."""
    left = [step]

    def counted(do):
        def change(*args, **options):
            if not left[0]:
                raise Killed
            left[0] -= 1
            return do(*args, **options)

        return change

    for owner, name in (
        (journal, "replace_file"), (journal, "forget_index"), (journal.os, "rename"), (journal.shutil, "rmtree"), (journal, "_flush"),
    ):  # fmt: skip
        monkeypatch.setattr(owner, name, counted(getattr(owner, name)))


@pytest.fixture
def small(tmp_path):
    """As little as there can be: a text, a coding of each of two coders, a memo."""
    folder = make_project(tmp_path / "small", {"talk": transcript(OLD)})
    folder.memos.mkdir()
    folder.memo("m").write_text(f"> {SECRET}\n")
    write_events(folder, "ann", "talk", [apply(10, OLD, SECRET)])
    write_events(folder, "bob", "talk", [apply(20, OLD, "First she worked at")])
    return folder


def test_killed_at_any_change_nothing_is_lost_and_whoever_comes_next_completes_it(small, tmp_path, monkeypatch):
    before, killed, completed = codings(small), 0, 0
    for step in range(0, 40, 2):
        folder = type(small)(shutil.copytree(small.root, tmp_path / f"k{step}"))
        with monkeypatch.context() as patched:
            killed_at(patched, step)
            try:
                redact_old(folder)
                break
            except Killed:
                killed += 1
        Session(folder, "ann").close()
        if hits(folder, "Foxconn"):
            assert codings(folder) == before
            redact_old(folder)
        else:
            completed += 1
        assert hits(folder, "Foxconn") == set()
        assert codings(folder) == [("First [redacted]", "exact"), ("[redacted]", "exact")]
    else:
        pytest.fail("it never came to its end")
    assert killed > completed > 3


def redact_old(folder):
    with RewritingWork(folder, "ann") as session:
        plan = session.plan_rewriting(session.redaction("talk", [span_of(SECRET, OLD)]))
        return session.carry_out_rewriting(plan)


def test_a_coding_made_between_the_kill_and_its_completion_stands_on_the_new_text(small, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(journal, "complete", lambda folder: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            redact_old(small)
    with open(small.coding_file("bob", "talk"), "ab") as file:
        file.write(event_lines([apply(40, OLD, f"{SECRET}, I think")]))

    Session(small, "ann").close()

    assert ("[redacted], I think", "exact") in codings(small)
    assert hits(small, "Foxconn") == set()


def test_a_plan_from_a_stranger_touches_nothing_outside(project, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    (project.root / ".rewriting").mkdir()
    listed = {"v": 1, "files": [{"path": "../mine.txt", "new": "", "old": "", "size": 0}], "texts": {}}
    (project.root / ".rewriting" / "plan.json").write_text(json.dumps(listed))

    with pytest.raises(BadFile, match="no plan of a rewriting"):
        Session(project, "ann")
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_a_line_that_waited_for_a_rewritten_file_goes_into_the_new_one(tmp_path):
    path, new = tmp_path / "talk.jsonl", tmp_path / "new"
    path.write_bytes(b'{"old": 1}\n')
    new.write_bytes(b'{"new": 1}\n')
    with open(path, "rb") as file, locked(file.fileno()):
        waiting = threading.Thread(target=append_lines, args=(path, b'{"mine": 1}\n'))
        waiting.start()
        waiting.join(0.2)
        assert waiting.is_alive()
        new.replace(path)
    waiting.join()

    assert path.read_bytes() == b'{"new": 1}\n{"mine": 1}\n'


def test_an_index_that_another_process_has_open_is_emptied_and_read_anew(project):
    other = open_index(project)
    assert other.value("SELECT count(*) FROM coding") > 0

    redact(project)

    other.refresh()
    assert "[redacted]" in other.body("talk").text
    assert other.value("SELECT count(*) FROM event WHERE quote LIKE '%Foxconn%' OR prefix LIKE '%Foxconn%'") == 0
    other.close()
    assert hits(project, "Foxconn") == set()
