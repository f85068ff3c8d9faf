"""`qualcode merge`: what a colleague did in another copy comes in; nothing is overwritten, nothing is written there."""

import json
import os
import shutil
from pathlib import Path
from random import Random

import pytest
from builders import apply, edit, event_id, events_on_disk, open_index, transcript, write_events
from copies import AtWork, bytes_of, copied, counted, event_ids, made, two_copies

from qualcode.core.joining import join
from qualcode.errors import BadFile, BadOption, CannotSave
from qualcode.session import Session
from qualcode.session.merging import work
from qualcode.session.merging.plan import CONFLICT, JOINED, LEFT_OUT, NEW, STAYS, TAKEN


@pytest.fixture
def copies(tmp_path):
    return two_copies(tmp_path)


def outcomes(plan, kind):
    return {(item.name, item.field): item.outcome for item in plan.items if item.kind == kind}


def merged(here, there, coder="anna", **options):
    with Session(here, coder) as session:
        return session.merge(there.root, **options)[0]


def text_of(project, document):
    index = open_index(project)
    try:
        return index.body(document).text
    finally:
        index.close()


# ------------------------------------------------------------------ what comes in


def test_a_month_of_a_colleagues_work_comes_in_and_nothing_of_ours_goes(copies, tmp_path):
    here, there = copies
    new = tmp_path / "three.txt"
    new.write_text("I: A third talk.\nM: Yes, and a long one.\n", "utf-8")
    with Session(there, "bella") as session:
        shame = session.add_code("shame", parent="emotion", definition="Feels ashamed")
        session.code("one", 60, 90, shame.id, note="hers")
        session.import_documents([new], case="zhao")
        session.code("three", 0, 10, "work")
        session.new_memo("On shame", about="code:shame", text="Much of it.")
        session.set_case("zhao", {"age": "40"})
        session.add_participant("mother-liang", "Mother", case="liang")
    with Session(here, "anna") as session:
        session.code("one", 100, 120, "work")
        session.rename_code("left behind", "staying behind")
    own, theirs = event_ids(here), event_ids(there)
    plan = merged(here, there)
    assert outcomes(plan, "code") == {("emotion/shame", ""): NEW, ("staying behind", "name"): STAYS}
    assert (outcomes(plan, "document"), outcomes(plan, "memo")) == ({("three", ""): NEW}, {("on-shame", ""): NEW})
    assert own | theirs <= event_ids(here)
    assert here.transcript("three").read_bytes() == there.transcript("three").read_bytes()
    assert (here.sources / "three.txt").read_bytes() == new.read_bytes()
    with Session(here, "anna") as session:
        assert session.index.codebook.path(shame.id) == "emotion/shame"
        assert {case.id: dict(case.attributes) for case in session.index.project.cases}["zhao"] == {"age": 40}
        assert session.index.value("SELECT count(*) FROM coding WHERE coder = 'bella'") == 2
        assert session.index.problems() == []
    assert json.loads(here.log_file("anna").read_text("utf-8").splitlines()[-1])["what"] == "merge"


def test_merging_a_second_time_brings_nothing(copies):
    here, there = copies
    with Session(there, "bella") as session:
        session.code("one", 60, 90, "work")
        session.rename_code("work", "labour")
    merged(here, there)
    before = bytes_of(here)
    assert not merged(here, there).brings
    assert bytes_of(here) == before


def test_a_report_writes_nothing_and_the_other_folder_is_only_read(copies, said):
    here, there = copies
    with Session(there, "bella") as session:
        session.code("one", 60, 90, "work")
    shutil.rmtree(there.root / ".qualcode")
    before, other = bytes_of(here), bytes_of(there)
    for path in sorted(there.root.rglob("*"), reverse=True):
        path.chmod(0o500 if path.is_dir() else 0o400)
    there.root.chmod(0o500)
    status, out, err = said(
        "merge", str(there.root), "-p", str(here.root), "--coder", "anna", "--dry-run", "-f", "json"
    )
    assert (status, json.loads(out)[0]["outcome"]) == (0, "new")
    assert "1 new event;" in err or "1 new event." in err
    assert bytes_of(here) == before
    assert said("merge", str(there.root), "-p", str(here.root), "--coder", "anna")[0] == 1  # no terminal: only told
    assert bytes_of(here) == before
    assert said("merge", str(there.root), "-p", str(here.root), "--coder", "anna", "--yes")[0] == 0
    assert bytes_of(there) == other
    assert not (there.root / ".qualcode").exists()
    assert len(events_on_disk(here, "bella", "one")) == 1


def test_what_both_changed_stays_ours_and_is_told_unless_theirs_is_asked_for(copies, tmp_path):
    here, there = copies
    with Session(there, "bella") as session:
        session.edit_code("work", definition="Hers", example="Her example")
    with Session(here, "anna") as session:
        session.edit_code("work", definition="Ours")
    again = copied(here, tmp_path / "again")
    plan = merged(here, there)
    assert outcomes(plan, "code") == {("work", "definition"): CONFLICT, ("work", "example"): TAKEN}
    assert "qualcode codebook edit work --definition" in next(i.advice for i in plan.items if i.outcome == CONFLICT)
    with Session(here, "anna") as session:
        assert session.index.codebook["work"].definition == "Ours"
        assert session.notice_hand_edits() == 0  # the log tells which of the two counts
    merged(again, there, prefer_theirs=True)
    with Session(again, "anna") as session:
        assert session.index.codebook["work"].definition == "Hers"


def test_a_new_code_called_like_another_one_is_told_apart_by_its_maker(copies):
    here, there = copies
    for project, coder in ((here, "anna"), (there, "bella")):
        with Session(project, coder) as session:
            session.code("one", 60, 90, session.add_code("shame").id)
    plan = merged(here, there)
    assert ("shame (bella)", "") in outcomes(plan, "code")
    assert any("qualcode codebook merge" in item.advice for item in plan.items)


def test_a_code_taken_away_here_comes_back_only_where_their_codings_need_it(copies):
    here, there = copies
    with Session(here, "anna") as session:
        session.delete_code("work")
        session.delete_code("left behind")
    with Session(there, "bella") as session:
        session.code("one", 60, 90, "work")
    plan = merged(here, there)
    assert outcomes(plan, "code") == {("work", ""): NEW, ("left behind", ""): STAYS}


def test_codes_merged_crosswise_end_the_same_on_both_sides(copies):
    here, there = copies
    with Session(here, "anna") as session:
        session.merge_codes("work", "left behind")
    with Session(there, "bella") as session:
        session.merge_codes("left behind", "work")
    assert CONFLICT in outcomes(merged(here, there), "code").values()
    assert CONFLICT not in outcomes(merged(there, here, "bella"), "code").values()
    assert counted(here) == counted(there)


def test_memos_changed_on_both_sides_are_joined_paragraph_by_paragraph(copies):
    here, there = copies
    for project, coder, old, new in ((here, "anna", "First", "My first"), (there, "bella", "Third", "Her third")):
        with Session(project, coder) as session:
            text = project.memo("on-longing").read_text("utf-8").rpartition("---\n")[2]
            session.edit_memo("on-longing", text=text.replace(old, new))
    assert outcomes(merged(here, there), "memo") == {("on-longing", "text"): JOINED}
    assert (
        here.memo("on-longing")
        .read_text("utf-8")
        .endswith("My first thoughts.\n\nSecond thoughts.\n\nHer third thoughts.\n")
    )


# ------------------------------------------------------------------ texts


def corrected(project, coder, line, words, code=True):
    """Put words at the end of a line, and code them."""
    with Session(project, coder) as session:
        lines = session.body("one").text.split("\n")
        lines[line] += f" {words}"
        session.correct_text("one", "\n".join(lines))
        return session.code("one", None, None, "work", quote=words).id if code else ""


def test_a_later_version_of_a_text_is_taken_with_what_was_coded_on_it(copies):
    here, there = copies
    coding = corrected(there, "bella", 3, "Nobody came.")
    assert outcomes(merged(here, there), "text") == {("one", ""): TAKEN}
    assert here.transcript("one").read_bytes() == there.transcript("one").read_bytes()
    assert merged(there, here, "bella").undecided == []
    assert ("exact",) in [row[6:7] for row in counted(here)["codings"] if row[0] == coding]


def test_different_lines_corrected_on_both_sides_are_joined_and_all_codings_keep_their_words(copies):
    here, there = copies
    codings = {corrected(here, "anna", 2, "We waited."), corrected(there, "bella", 9, "Nobody came.")}
    plan = merged(here, there)
    assert outcomes(plan, "text") == {("one", ""): JOINED}
    lines = text_of(here, "one").split("\n")
    assert (lines[2].endswith("We waited."), lines[9].endswith("Nobody came.")) == (True, True)
    found = {row[0]: (row[6], row[7]) for row in counted(here)["codings"]}
    assert {found[coding][0] for coding in codings} <= {"exact", "moved"}
    assert {found[coding][1] for coding in codings} == {"We waited.", "Nobody came."}


def test_one_line_corrected_on_both_sides_stays_ours_and_their_coding_is_never_on_other_words(copies):
    here, there = copies
    corrected(here, "anna", 3, "We waited.")
    coding = corrected(there, "bella", 3, "Nobody came.")
    ours = text_of(here, "one")
    plan = merged(here, there)
    assert [item.outcome for item in plan.items if item.kind == "text"] == [CONFLICT]
    assert text_of(here, "one") == ours
    assert next(row[6] for row in counted(here)["codings"] if row[0] == coding) == "lost"
    assert events_on_disk(here, "bella", "one") == events_on_disk(there, "bella", "one")


def test_another_text_under_the_same_id_is_left_out_with_its_codings(copies, tmp_path):
    here, there = copies
    for project, coder, words in ((here, "anna", "the sea was calm"), (there, "bella", "the mountain path")):
        path = tmp_path / coder / "three.txt"
        path.parent.mkdir()
        path.write_text("".join(f"I: {words} {n} for {coder}\n" for n in range(9)), "utf-8")
        with Session(project, coder) as session:
            session.import_documents([path])
            session.code("three", 3, 9, "work")
    ours = text_of(here, "three")
    plan = merged(here, there)
    assert outcomes(plan, "document") == {("three", "text"): LEFT_OUT}
    assert outcomes(plan, "events")[("bella on three", "")] == LEFT_OUT
    assert (text_of(here, "three"), here.coding_file("bella", "three").exists()) == (ours, False)


def test_a_document_that_was_taken_out_here_does_not_come_back(copies, tmp_path):
    here, _ = copies
    path = tmp_path / "three.txt"
    path.write_text("I: A talk.\nM: Yes.\n", "utf-8")
    with Session(here, "anna") as session:
        session.import_documents([path])
    third = copied(here, tmp_path / "third")
    with Session(here, "anna") as session:
        session.undo()
    with Session(third, "bella") as session:
        session.code("three", 0, 8, "work")
    plan = merged(here, third)
    assert (outcomes(plan, "document"), here.transcript("three").exists()) == ({("three", ""): LEFT_OUT}, False)
    assert not here.coding_file("bella", "three").exists()


@pytest.mark.parametrize(
    ("ours", "theirs", "joined"),
    [
        ("a1\nb\nc\n", "a\nb\nc1\n", "a1\nb\nc1\n"),
        ("a\nb\nc\nd\n", "a1\nb\nc\n", "a1\nb\nc\nd\n"),
        ("a1\nb\nc\n", "a1\nb\nc\n", "a1\nb\nc\n"),
        ("a1\nb\nc\n", "a2\nb\nc\n", ""),
        ("b\nc\n", "a!\nb\nc\n", ""),
        ("a\nb\nc\nd\n", "a\nb\nc\ne\n", ""),
    ],
    ids=["two lines", "one appended", "alike", "one line", "taken out and changed", "both appended"],
)
def test_joining_two_versions_of_a_text(ours, theirs, joined):
    found = join("a\nb\nc\n", ours, theirs)
    assert (found.text, bool(found.lines)) == (joined, not joined)
    assert join("a\nb\nc\n", theirs, ours).text == joined


# ------------------------------------------------------------------ lines of events


def test_a_line_whose_id_says_something_else_here_is_told_and_not_taken(copies):
    here, there = copies
    body = text_of(here, "one")
    write_events(here, "bella", "one", [apply(1, body, body[20:40])])
    write_events(there, "bella", "one", [apply(1, body, body[60:80]), apply(2, body, body[90:99])])
    plan = merged(here, there)
    assert [item.outcome for item in plan.items if item.kind == "events"] == [LEFT_OUT, NEW]
    events = events_on_disk(here, "bella", "one")
    assert [(event.id, event.start) for event in events] == [(event_id(1), 20), (event_id(2), 90)]


def test_a_line_that_was_edited_by_hand_does_not_pass_for_a_sound_one(copies):
    here, there = copies
    with Session(there, "bella") as session:
        session.code("one", 60, 90, "work")
    path = there.coding_file("bella", "one")
    edit(path, path.read_text("utf-8").replace('"end": 90', '"end": 175'))
    plan = merged(here, there)
    assert [item.outcome for item in plan.items if item.kind == "events" and item.field] == [LEFT_OUT]
    assert not here.coding_file("bella", "one").exists()


def test_undo_takes_back_what_the_merge_changed_and_leaves_others_codings(copies):
    here, there = copies
    with Session(there, "bella") as session:
        shame = session.add_code("shame").id
        session.code("one", 60, 90, shame)
        session.rename_code("work", "labour")
    before = counted(here)
    with Session(here, "anna") as session:
        session.merge(there.root)
        assert "What others coded there stays" in str(session.undo()[0])
        assert session.index.codebook["work"].name == "work"
        assert session.index.value("SELECT code FROM coding WHERE coder = 'bella'") == shame
    assert counted(here)["texts"] == before["texts"]
    assert merged(here, there).steps == []  # what was taken back is not brought again


# ------------------------------------------------------------------ who is let in


def test_what_is_no_copy_of_this_project_is_refused(copies, tmp_path):
    here, _ = copies
    (tmp_path / "stranger").mkdir()
    stranger, _ = two_copies(tmp_path / "stranger", Random(99))
    write_events(stranger, "carl", "one", [])
    write_events(stranger, "carl", "", [])
    with Session(here, "anna") as session:
        for wanted, told in (
            (tmp_path, "no project.yaml"),
            (here.root, "this very project"),
            (tmp_path / "no", "no folder"),
        ):
            with pytest.raises(BadOption, match=told):
                session.merge(wanted)
        with pytest.raises(BadOption, match="--unrelated"):
            session.merge(stranger.root)


@pytest.mark.parametrize("place", ["transcripts/x.md", "memos/x.md", "codings/bella", "codings/carl/x.jsonl", "log/x.jsonl",
                                   "sources/x.txt"])  # fmt: skip
def test_links_in_the_other_folder_are_refused(copies, tmp_path, place):
    here, there = copies
    (tmp_path / "secret").mkdir()
    target = there.root / place
    target.parent.mkdir(parents=True, exist_ok=True)
    target.symlink_to(tmp_path / "secret")
    before = bytes_of(here)
    with Session(here, "anna") as session, pytest.raises(BadFile, match=place):
        session.merge(there.root)
    assert bytes_of(here) == before


def test_a_pipe_and_a_file_too_large_are_refused_at_once(copies):
    here, there = copies
    os.mkfifo(there.transcripts / "pipe.md")
    with open(there.memos / "huge.md", "wb") as file:
        file.truncate(70 * 1024**2)
    with Session(here, "anna") as session, pytest.raises(BadFile) as refused:
        session.merge(there.root)
    assert {problem.path for problem in refused.value.problems} == {"transcripts/pipe.md", "memos/huge.md"}


def test_an_id_in_a_log_leads_nowhere(copies):
    here, there = copies
    log = there.log_file("carl").read_text("utf-8")
    line = (
        '{"v": 1, "id": "%s", "at": "2024-01-01T00:00:00.000Z", "op": "change", "what": "%s", "key": "../../x", '
        '"before": null, "after": {"hash": "0", "source": "../../etc/passwd", "fields": {}}}\n'
    )
    edit(there.log_file("carl"), log + line % (event_id(5), "document") + line % (event_id(6), "memo"))
    before = set(bytes_of(here))
    merged(here, there)
    assert set(bytes_of(here)) - before <= {"log/anna.jsonl"}


# ------------------------------------------------------------------ all or nothing


def test_a_merge_that_fails_leaves_everything_as_it_was(copies, monkeypatch):
    here, there = worked(copies)
    before = bytes_of(here)
    calls = []

    def full(path, *rest):
        calls.append(path)
        if len(calls) == 2:
            raise CannotSave("Not saved: the disk is full.")
        return unite(path, *rest)

    unite = work.unite
    monkeypatch.setattr(work, "unite", full)
    with Session(here, "anna") as session, pytest.raises(CannotSave):
        session.merge(there.root)
    after = {name: data for name, data in bytes_of(here).items() if data}
    assert after == {name: data for name, data in before.items() if data}


@pytest.mark.parametrize("place", range(5))
def test_a_merge_that_is_killed_is_completed_by_the_next(copies, monkeypatch, place, tmp_path):
    here, there = worked(copies)
    whole = copied(here, tmp_path / "whole")
    merged(whole, there)
    child = os.fork()
    if not child:
        _kill_at(place)
        merged(here, there)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    merged(here, there)
    assert event_ids(there) <= event_ids(here)
    assert counted(here) == counted(whole)
    assert not merged(here, there).brings


def worked(copies):
    here, there = copies
    with Session(there, "bella") as session:
        session.code("one", 60, 90, session.add_code("shame").id)
        session.code("two", 60, 90, "work")
        session.rename_code("work", "labour")
        session.new_memo("Hers", text="More.")
        session.correct_text("two", session.body("two").text.replace("number 3", "number three"))
    with Session(here, "anna") as session:
        session.code("one", 10, 20, "work")
    return here, there


def _kill_at(place):
    """Die before the state is written, before the first, second or third file of events, or before what settles the logs."""
    count = [0]

    def dying(function):
        def called(*args, **kwargs):
            count[0] += 1
            if count[0] > place:
                os._exit(9)
            return function(*args, **kwargs)

        return called

    work.MergeWork._put = dying(work.MergeWork._put)
    work.unite = dying(work.unite)
    work.MergeWork._followed = dying(work.MergeWork._followed)


@pytest.mark.parametrize("seed", range(3))
def test_merged_either_way_round_the_copies_have_the_same_codings(tmp_path, seed):
    rng = Random(seed)
    here, there = two_copies(tmp_path, rng)
    AtWork(here, "anna", rng, tmp_path).go_on(14)
    AtWork(there, "bella", rng, tmp_path).go_on(14)
    first, second = copied(here, tmp_path / "first"), copied(there, tmp_path / "second")
    plans = [merged(here, second), merged(there, first, "bella")]
    assert made(here) == made(there)
    assert event_ids(first) | event_ids(second) <= event_ids(here) & event_ids(there)
    if not any(plan.undecided for plan in plans):
        assert counted(here)["codings"] == counted(there)["codings"]
        assert counted(here)["matrix"] == counted(there)["matrix"]
    merged(second, here, "bella")
    assert counted(second) == counted(here)


def test_the_audit_tells_of_a_merge_in_a_sentence(copies, said):
    here, there = copies
    with Session(there, "bella") as session:
        session.code("one", 60, 90, "work")
    merged(here, there)
    assert "brought in the copy “there” (1 event of bella)" in said("log", "-p", str(here.root))[1]


def test_conflict_copies_here_are_joined_first(copies):
    here, there = copies
    Path(here.transcripts / "one (conflicted copy).md").write_text(transcript("I: Other.\n"), "utf-8")
    with Session(here, "anna") as session, pytest.raises(BadOption, match="--copies"):
        session.merge(there.root)


def test_words_taken_out_for_good_here_do_not_come_back(copies, said):
    here, there = copies
    assert said("redact", "one", "--span", "10:40", "--yes", "-p", str(here.root), "--coder", "anna")[0] == 0
    before = bytes_of(here)
    status, _, err = said("merge", str(there.root), "-p", str(here.root), "--coder", "anna", "--yes")
    assert (status, "they would come back" in err, bytes_of(here)) == (2, True, before)
    plan = merged(there, here, "bella")
    assert [item.outcome for item in plan.items if item.field == "taken out for good"] == [LEFT_OUT]
