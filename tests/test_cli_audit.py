"""The audit trail on the command line: log, undo of any act, milestones, and lists as of a date."""

import csv
import io
import json
import re

import pytest
from builders import COMPOSED, events_on_disk, make_project, transcript, write_events

from qualcode.core.events import Event

BODY = "Long: I waited for the phone. The same.\n"


@pytest.fixture
def study(tmp_path, monkeypatch):
    project = make_project(
        tmp_path / "p", {"long": transcript(BODY, case="zhao"), "visit": "Rain. Rain.\n"}, cases=["zhao"]
    )
    monkeypatch.chdir(project.root)
    monkeypatch.setenv("QUALCODE_CODER", "c1")
    return project


@pytest.fixture
def do(said):
    """Run a command that must succeed; its standard output."""

    def command(*argv):
        status, out, err = said(*argv)
        assert status == 0, err
        return out

    return command


@pytest.fixture
def busy(study, do):
    """A coding with a note, a renamed code, and an undo."""
    do("code", "long", "longing", "--quote", "the phone", "--note", "dear")
    do("milestone", "first cycle done")
    do("code", "long", "work", "--quote", "The same.")
    do("codebook", "rename", "longing", "missing")
    do("undo")
    return study


def log(do, *argv):
    return json.loads(do("log", "-f", "json", *argv))


def event_of(do, act, number=-1):
    return [row["event_id"] for row in log(do) if row["act"] == act][number]


# ------------------------------------------------------------------ the log


def test_the_log_reads_as_sentences_with_local_time_and_ids(busy, do):
    lines = do("log").splitlines()
    assert re.fullmatch(r"time +coder +act +id", lines[0])
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d +c1 +coded “the phone” in long with longing, noting “dear” +\w{8}",
                        lines[2].rstrip())  # fmt: skip


def test_what_was_undone_is_marked_and_counted(busy, said):
    status, out, err = said("log")
    (line,) = [line for line in out.splitlines() if "✗" in line]
    assert "renamed code longing to missing" in line
    assert (status, "1 of 5 acts" in err) == (0, True)


def test_the_log_as_csv_has_the_columns_of_an_audit_trail(busy, do):
    rows = list(csv.reader(io.StringIO(do("log", "-f", "csv"))))
    assert rows[0] == [
        "at",
        "coder",
        "act",
        "object",
        "document",
        "case",
        "code",
        "before",
        "after",
        "event_id",
        "batch",
    ]
    assert rows[1][1:9] == ["c1", "coded", rows[1][9], "long", "zhao", "emotion/longing", "", "the phone"]


def test_the_log_goes_into_a_file(busy, do, tmp_path):
    do("log", "-o", str(tmp_path / "a.csv"))
    assert (tmp_path / "a.csv").read_text("utf-8-sig").startswith("at,coder,act,")
    do("log", "-o", str(tmp_path / "a.txt"))
    assert "coded “the phone”" in (tmp_path / "a.txt").read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "acts"),
    [
        (["long"], ["coded", "coded"]),
        (["--document", "visit"], []),
        (["--code", "longing"], ["coded", "renamed code", "undid"]),
        (["--case", "zhao"], ["coded", "coded"]),
        (["--kind", "codebook"], ["renamed code"]),
        (["--kind", "undid"], ["undid"]),
        (["--until", "first cycle done"], ["coded", "milestone"]),
        (["--since", "2999-01-01"], []),
        (["--since", "2000-01-01", "--until", "2000-01-02 12:00"], []),
        (["--coder", "c1", "--kind", "coding"], ["coded", "coded"]),
        (["--text", "DEAR"], ["coded"]),
    ],
)
def test_the_log_is_narrowed_by_options(busy, do, options, acts):
    assert [row["act"] for row in log(do, *options)] == acts


def test_an_empty_log_says_so(study, said):
    status, out, err = said("log", "--kind", "memo")
    assert (status, out.split()[0], "Nothing in the log matches." in err) == (0, "time", True)


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["log", "--kind", "dancing"], "there are: coding, note, codebook"),
        (["log", "--since", "soon"], "2026-11-20"),
        (["log", "--coder", "nobody"], "nobody"),
        (["log", "long", "--document", "visit"], "one document only"),
        (["undo", "--event", "abcd"], "qualcode log"),
        (["undo", "--to", "soon"], "2026-11-20"),
        (["undo", "--to", "2999-01-01"], "did nothing after"),
        (["milestone"], "first cycle done"),
        (["milestone", "2026-11-20"], "is a date"),
        (["milestone", "first CYCLE done"], "already"),
        (["milestone", "--diff", "first cycle done", "second"], "'first cycle done'"),
        (["segments", "--as-of", "second"], "'first cycle done'"),
        (["matrix", "--as-of", "2026-02-31"], "2026-02-31"),
        (["codes", "--as-of", "\x1b]0;x"], "milestone"),
    ],
)
def test_wrong_use_is_one_message(busy, said, argv, message):
    status, out, err = said(*argv)
    assert (status, out) == (2, "")
    assert message in err
    assert "Traceback" not in err
    assert "\x1b" not in err


@pytest.mark.parametrize("argv", [["undo", "2", "--event", "abcd"], ["undo", "--event", "abcd", "--to", "2026-01-01"]])
def test_only_one_way_of_undoing_at_a_time(busy, said, argv):
    assert said(*argv)[0] == 2


# ------------------------------------------------------------------ undo


def test_one_act_of_the_past_is_undone_by_the_end_of_its_id(busy, do):
    first = event_of(do, "coded", 0)
    assert do("undo", "--event", first[-6:]).startswith("Undid: coding emotion/longing on “the phone”")
    assert [row["text"] for row in json.loads(do("segments", "-f", "json"))] == ["The same."]


def test_a_refusal_names_the_act_that_stands_in_the_way_and_the_command_that_undoes_it(busy, do, said):
    first = event_of(do, "coded", 0)
    write_events(busy, "c1", "long", [
        *events_on_disk(busy, "c1", "long"), Event("9" * 18, "2026-01-01T00:00:00.000Z", "note", coding=first, note="later"),
    ])  # fmt: skip
    status, out, err = said("undo", "--event", first)
    assert (status, out) == (2, "")
    assert "c1 noted “later” on “the phone”" in err
    assert "qualcode undo --event 99999999. To go round it: A, then u on the act" in err


def test_all_since_a_milestone_is_undone_at_once_and_redone_at_once(busy, do):
    out = do("undo", "--to", "first cycle done")
    assert out.startswith("Undid what c1 did after first cycle done")
    assert "1 act:" in out
    assert len(json.loads(do("segments", "-f", "json"))) == 1
    do("redo")
    assert len(json.loads(do("segments", "-f", "json"))) == 2


def test_another_coders_change_is_undone_by_an_opposite_one(study, do):
    do("codebook", "rename", "longing", "missing", "--coder", "c2")
    assert do("undo", "--event", event_of(do, "renamed code")).startswith(
        "Took back that c2 renamed code longing to missing"
    )
    assert "emotion/longing" in do("codes")
    assert "(taking back " in do("log")


# ------------------------------------------------------------------ milestones and the past


def test_a_milestone_is_set_and_listed(study, do):
    do("code", "long", "work", "--quote", "The same.")
    assert do("milestone", "First cycle done").startswith("Milestone “First cycle done”: 1 coding, 3 codes")
    (row,) = json.loads(do("milestones", "-f", "json"))
    assert (row["milestone"], row["coder"], row["codings"], row["codes"]) == ("First cycle done", "c1", 1, 3)
    assert "First cycle done" in do("milestones")


def test_where_there_is_no_milestone_it_is_said_how_to_set_one(study, said):
    status, _, err = said("milestones")
    assert (status, "qualcode milestone" in err) == (0, True)


def test_a_milestone_is_undone_as_any_act_is(busy, do):
    do("undo", "--event", event_of(do, "milestone"))
    assert json.loads(do("milestones", "-f", "json")) == []


def test_two_moments_are_compared(busy, do):
    do("redo")
    rows = json.loads(do("milestone", "--diff", "first cycle done", "2999-01-01", "-f", "json"))
    found = {row["code_path"]: row for row in rows}
    assert list(found["work"]) == [
        "code_id", "code_path", "change", "codings_a", "codings_b", "both", "only_a", "only_b", "agreement", "kappa",
    ]  # fmt: skip
    assert (found["emotion/missing"]["change"], found["emotion/missing"]["both"]) == ("renamed", 1)
    assert (found["work"]["codings_a"], found["work"]["only_b"]) == (0, 1)
    assert "emotion/missing" in do("milestone", "--diff", "first cycle done", "2999-01-01")


def test_lists_show_the_project_as_it_stood(busy, do, said):
    do("redo")
    status, out, err = said("segments", "--as-of", "first cycle done", "-f", "json")
    (row,) = json.loads(out)
    assert (status, row["text"], row["code_path"]) == (0, "the phone", "emotion/longing")
    assert re.search(r"As of \d{4}-\d\d-\d\d \d\d:\d\d:\d\d", err)
    assert "emotion/longing" in do("codes", "--as-of", "first cycle done")
    assert "emotion/missing" in do("codes")
    matrix = {row["code"]: row["zhao"] for row in json.loads(do("matrix", "--as-of", "first cycle done", "-f", "json"))}
    assert (matrix["emotion/longing"], matrix["work"]) == (1, 0)


def test_nothing_on_disk_changes_by_looking_back(busy, do):
    before = {
        path: path.read_bytes() for path in busy.root.rglob("*") if path.is_file() and ".qualcode" not in path.parts
    }
    do("segments", "--as-of", "first cycle done")
    do("matrix", "--as-of", "2000-01-01")
    do("milestone", "--diff", "2000-01-01", "first cycle done")
    assert before == {path: path.read_bytes() for path in before}


def test_a_milestone_in_any_script(study, do):
    for name in (f"caf{COMPOSED}", "第一轮编码", "סבב"):
        do("milestone", name)
        do("segments", "--as-of", name)
    assert len(json.loads(do("milestones", "-f", "json"))) == 3


def test_a_hostile_milestone_cannot_drive_the_terminal(study, do):
    write_events(study, "c2", "", [Event("1" * 18, "2026-01-01T00:00:00.000Z", "change", what="milestone", key="\x1b]0;x\x07",
                                         after={"codings": "\x1b[2J"})])  # fmt: skip
    assert "\x1b" not in do("milestones") + do("log")
