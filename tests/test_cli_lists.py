"""Commands that only read: lists, matrices, search, show, check and log."""

import csv
import io
import json
import os
import stat
import subprocess
import sys
from types import SimpleNamespace

import pytest
from builders import ROOT, apply, event, make_project, transcript, write_events

from qualcode.cli import output
from qualcode.cli.main import run

LONG = "Researcher: How was Sunday?\n\nLong: The same as others. I waited for the phone.\n"
XIAOYA = "Xiaoya: 我想妈妈。She is not here.\n\nMother: I ring her.\n"
VISIT = "Nobody spoke at table.\n"
SEGMENT_COLUMNS = (
    "coding_id,case,document,title,kind,date,speaker,role,code,code_path,coder,start,end,line,text,note,"
    "created_at,modified_at,anchor"
).split(",")


@pytest.fixture
def study(tmp_path, monkeypatch):
    """Two families and an empty third; five codings by two coders. Ids of codes differ from their names."""
    project = make_project(
        tmp_path / "study",
        {
            "long-june": transcript(
                LONG, title="After the birthday", case="zhao", kind="interview", date="2009-06-08",
                speakers={"Researcher": "r", "Long": "long"},
            ),
            "xiaoya-march": transcript(XIAOYA, title="On the road", case="liang", kind="chat", date="2009-03-02"),
            "visit": transcript(VISIT, title="A visit", case="zhao", kind="field note", date="2009-01-30"),
        },
        codes={
            "hidden emotions": {"id": "he"},
            "hidden emotions/longing": {"id": "lo", "definition": "Wishing somebody were here."},
            "hidden emotions/pride": {"id": "pr"},
            "work": {"id": "wo"},
        },
        cases={"liang": {"child_age": "14"}, "zhao": {}, "wang": {}},
        attributes={"child_age": "integer"},
        participants=[
            {"id": "r", "name": "Researcher", "role": "researcher"},
            {"id": "long", "name": "Long", "role": "child", "case": "zhao"},
        ],
    )  # fmt: skip
    write_events(
        project, "c1", "long-june",
        [
            apply(1, LONG, "I waited for the phone.", "lo", note="flat, very flat"),
            apply(2, LONG, "The same as others.", "he"),
            apply(3, LONG, "The same as others. I waited", "lo"),
        ],
    )  # fmt: skip
    write_events(project, "c2", "long-june", [apply(4, LONG, "The same as others.", "wo")])
    write_events(project, "c1", "xiaoya-march", [apply(5, XIAOYA, "我想妈妈。", "lo")])
    monkeypatch.chdir(project.root)
    monkeypatch.setenv("QUALCODE_CODER", "c1")
    return project


@pytest.fixture
def rows(said):
    """The dicts that a list command gives as JSON."""

    def command(*argv):
        status, out, _ = said(*argv, "-f", "json")
        assert status == 0
        return json.loads(out)

    return command


def csv_rows(text):
    return list(csv.reader(io.StringIO(text, newline="")))


# ------------------------------------------------------------------ the project


def test_the_project_is_found_from_the_current_folder_upwards(study, said, monkeypatch):
    monkeypatch.chdir(study.transcripts)
    assert said("documents")[0] == 0


@pytest.mark.parametrize("before", [True, False], ids=["before the command", "after the command"])
def test_the_project_option_stands_before_or_after_the_command(study, said, monkeypatch, tmp_path, before):
    monkeypatch.chdir(tmp_path)
    option = ("-p", "study")
    status, out, _ = said(*option, "documents") if before else said("documents", *option)
    assert (status, "long-june" in out) == (0, True)


def test_a_bare_name_is_looked_for_under_projects(study, said, monkeypatch, tmp_path):
    (tmp_path / "projects").mkdir()
    (tmp_path / "elsewhere").mkdir()
    study.root.rename(tmp_path / "projects" / "families")
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert "long-june" in said("documents", "--project", "families")[1]


# ------------------------------------------------------------------ standard output is data, standard error is talk


@pytest.mark.parametrize(
    "command",
    [
        ["documents"], ["cases"], ["codes"], ["segments"], ["matrix"], ["search", "phone"], ["check"], ["log"],
    ],
    ids=" ".join,
)  # fmt: skip
@pytest.mark.parametrize("form", ["csv", "json"])
def test_every_list_can_be_read_by_a_program(study, said, command, form):
    status, out, _ = said(*command, "-f", form)
    assert status == 0
    assert json.loads(out) is not None if form == "json" else len({len(row) for row in csv_rows(out)}) == 1


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_with_an_output_file_nothing_is_on_standard_output_and_the_file_is_named(study, said, form):
    status, out, err = said("segments", "-f", form, "-o", "result.out")
    assert (status, out) == (0, "")
    assert "result.out" in err
    assert "flat, very flat" in (study.root / "result.out").read_text("utf-8-sig")


def test_the_files_ending_says_the_format_where_none_is_given(study, said):
    said("segments", "-o", "segments.csv")
    said("segments", "-o", "segments.json")
    assert (study.root / "segments.csv").read_text("utf-8-sig").startswith("coding_id,case,")
    assert len(json.loads((study.root / "segments.json").read_text("utf-8"))) == 5


def test_an_output_file_is_replaced(study, said):
    (study.root / "out.csv").write_text("x" * 10_000)
    said("matrix", "-f", "csv", "-o", "out.csv")
    assert (study.root / "out.csv").read_text("utf-8-sig").startswith("code,")


def test_a_named_pipe_as_output_is_not_replaced_by_a_file(study, said, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        said("matrix", "-f", "csv", "-o", str(pipe))
        assert stat.S_ISFIFO(pipe.stat().st_mode)
    finally:
        os.close(reader)


# ------------------------------------------------------------------ CSV and JSON


def test_a_csv_file_begins_with_a_byte_order_mark(study, said):
    said("segments", "-f", "csv", "-o", "out.csv")
    assert (study.root / "out.csv").read_bytes().startswith(b"\xef\xbb\xbfcoding_id,")


def test_no_bom_leaves_the_byte_order_mark_out(study, said):
    said("segments", "-f", "csv", "-o", "out.csv", "--no-bom")
    assert (study.root / "out.csv").read_bytes().startswith(b"coding_id,")


def test_csv_on_standard_output_has_no_byte_order_mark_and_ends_its_lines_with_crlf(study, capfdbinary):
    run(["matrix", "-f", "csv"])
    lines = capfdbinary.readouterr().out.split(b"\r\n")
    assert lines[0] == b"code,liang,zhao,wang,total"
    assert lines[-1] == b""
    assert not any(b"\n" in line for line in lines)


def test_csv_and_json_hold_every_script_as_it_is(study, said):
    assert "我想妈妈。" in said("segments", "-f", "csv")[1]
    assert "我想妈妈。" in said("segments", "-f", "json")[1]


@pytest.mark.parametrize("note", ['a, b "c"', "first\nsecond", " spaces ", "妈妈"], ids=repr)
def test_a_cell_comes_back_from_csv_as_it_was(study, said, note):
    write_events(study, "c1", "visit", [apply(6, VISIT, "table", "wo", note=note)])
    header, row = csv_rows(said("segments", "--document", "visit", "-f", "csv")[1])
    assert dict(zip(header, row, strict=True))["note"] == note


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"], ids=repr)
def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(study, said, start):
    formula = f'{start}HYPERLINK("http://example.org")'
    write_events(study, "c1", "visit", [apply(6, VISIT, "table", "wo", note=formula)])
    header, row = csv_rows(said("segments", "--document", "visit", "-f", "csv")[1])
    assert dict(zip(header, row, strict=True))["note"] == "'" + formula


def test_a_code_named_like_a_formula_is_harmless_in_a_matrix(tmp_path, said, monkeypatch):
    project = make_project(tmp_path / "p", {}, codes={"=1+1": {"id": "f"}}, cases=["-2"])
    monkeypatch.chdir(project.root)
    assert csv_rows(said("matrix", "-f", "csv")[1]) == [
        ["code", "'-2", "total"], ["'=1+1", "0", "0"], ["total", "0", "0"],
    ]  # fmt: skip


def test_the_header_is_complete_where_there_is_nothing_to_list(study, said):
    out = said("segments", "--document", "visit", "-f", "csv")[1]
    assert csv_rows(out)[0][: len(SEGMENT_COLUMNS)] == SEGMENT_COLUMNS
    assert len(csv_rows(out)) == 1


# ------------------------------------------------------------------ segments


def test_segments_have_the_promised_columns_in_the_promised_order(study, said):
    header = csv_rows(said("segments", "-f", "csv")[1])[0]
    assert header[: len(SEGMENT_COLUMNS)] == SEGMENT_COLUMNS


def test_the_columns_are_the_keys_in_json(study, rows):
    assert list(rows("segments")[0])[: len(SEGMENT_COLUMNS)] == SEGMENT_COLUMNS


def test_a_segment_tells_all_that_the_columns_promise(study, rows):
    row = rows("segments", "--text", "for the phone")[0]
    start = LONG.index("I waited")
    assert {name: row[name] for name in SEGMENT_COLUMNS} == {
        "coding_id": "000000000000000001", "case": "zhao", "document": "long-june", "title": "After the birthday",
        "kind": "interview", "date": "2009-06-08", "speaker": "Long", "role": "child", "code": "longing",
        "code_path": "hidden emotions/longing", "coder": "c1", "start": start, "end": start + 23, "line": 3,
        "text": "I waited for the phone.", "note": "flat, very flat", "created_at": "2024-03-05T10:00:00.000Z",
        "modified_at": "2024-03-05T10:00:00.000Z", "anchor": "exact",
    }  # fmt: skip


def test_segments_come_in_document_order_then_by_start_end_and_code(study, rows):
    found = [(row["document"], row["text"], row["code"]) for row in rows("segments")]
    assert found == [
        ("xiaoya-march", "我想妈妈。", "longing"),
        ("long-june", "The same as others.", "hidden emotions"),
        ("long-june", "The same as others.", "work"),
        ("long-june", "The same as others. I waited", "longing"),
        ("long-june", "I waited for the phone.", "longing"),
    ]


@pytest.mark.parametrize("wanted", ["lo", "longing", "hidden emotions/longing", "Hidden Emotions/Longing"])
def test_a_code_goes_by_id_name_or_path(study, rows, wanted):
    assert [row["coding_id"][-1] for row in rows("segments", "--code", wanted)] == ["5", "3", "1"]


def test_a_code_includes_its_sub_codes(study, rows):
    assert [row["coding_id"][-1] for row in rows("segments", "--code", "hidden emotions")] == ["5", "2", "3", "1"]


def test_exact_leaves_the_sub_codes_out(study, rows):
    assert [row["coding_id"][-1] for row in rows("segments", "--code", "hidden emotions", "--exact")] == ["2"]


@pytest.mark.parametrize(
    ("option", "value", "found"),
    [
        ("--case", "liang", "5"),
        ("--document", "long-june", "2431"),
        ("--document", "After the birthday", "2431"),
        ("--speaker", "Xiaoya", "5"),
        ("--role", "child", "2431"),
        ("--kind", "chat", "5"),
        ("--coder", "c2", "4"),
        ("--text", "WAITED", "31"),
        ("--text", "妈妈", "5"),
    ],
)
def test_a_filter_keeps_what_it_names(study, rows, option, value, found):
    assert "".join(row["coding_id"][-1] for row in rows("segments", option, value)) == found


def test_filters_hold_together(study, rows):
    found = rows("segments", "--case", "zhao", "--code", "longing", "--text", "same")
    assert [row["coding_id"][-1] for row in found] == ["3"]


def test_removed_codings_are_not_listed(study, rows):
    write_events(study, "c2", "long-june", [apply(4, LONG, "The same", "wo"), event(7, "remove", coding=4)])
    assert "c2" not in {row["coder"] for row in rows("segments")}


def test_the_table_shows_quotes_and_paths(study, said):
    out = said("segments", "--coder", "c2")[1]
    assert "The same as others." in out
    assert "work" in out


def test_segments_that_match_nothing_say_so_on_standard_error(study, said):
    _, out, err = said("segments", "--document", "visit", "-f", "json")
    assert json.loads(out) == []
    assert err.strip()


def test_a_list_of_segments_may_be_empty_and_that_is_no_failure(study, said):
    assert said("segments", "--document", "visit")[0] == 0


# ------------------------------------------------------------------ matrix


def test_a_matrix_has_a_column_per_case_in_project_order_then_the_total(study, said):
    assert csv_rows(said("matrix", "--rows", "code", "--cols", "case", "-f", "csv")[1]) == [
        ["code", "liang", "zhao", "wang", "total"],
        ["hidden emotions", "1", "3", "0", "4"],
        ["hidden emotions/longing", "1", "2", "0", "3"],
        ["hidden emotions/pride", "0", "0", "0", "0"],
        ["work", "0", "1", "0", "1"],
        ["total", "1", "4", "0", "5"],
    ]


def test_an_exact_matrix_counts_a_parents_own_codings_only(study, said):
    table = csv_rows(said("matrix", "--exact", "-f", "csv")[1])
    assert table[1] == ["hidden emotions", "0", "1", "0", "1"]


def test_codes_by_cases_is_what_a_matrix_shows_unasked(study, said):
    assert said("matrix", "-f", "csv")[1] == said("matrix", "--rows", "code", "--cols", "case", "-f", "csv")[1]


@pytest.mark.parametrize(
    ("cell", "total"),
    [("segments", 3), ("documents", 2), ("words", 4 + 6 + 5)],
)
def test_a_cell_counts_segments_documents_or_words(study, rows, cell, total):
    (row,) = [row for row in rows("matrix", "--cell", cell) if row["code"] == "hidden emotions/longing"]
    assert row["total"] == total


@pytest.mark.parametrize(
    ("dimension", "columns"),
    [
        ("document", ["xiaoya-march", "visit", "long-june"]),
        ("coder", ["c1", "c2"]),
        ("kind", ["chat", "field note", "interview"]),
        ("role", ["child", "researcher"]),
    ],
)
def test_a_matrix_has_other_columns_too(study, rows, dimension, columns):
    found = list(rows("matrix", "--cols", dimension)[0])
    assert sorted(found[1:-1], key=str) == sorted([*columns, *(c for c in found if c.startswith("(no "))])
    assert (found[0], found[-1]) == ("code", "total")


def test_a_matrix_may_have_codes_as_columns(study, said):
    header = csv_rows(said("matrix", "--rows", "case", "--cols", "code", "-f", "csv")[1])[0]
    assert header == ["case", "hidden emotions", "hidden emotions/longing", "hidden emotions/pride", "work", "total"]


def test_a_matrix_takes_filters(study, rows):
    found = {row["code"]: row["total"] for row in rows("matrix", "--coder", "c2")}
    assert (found["work"], found["hidden emotions"]) == (1, 0)


# ------------------------------------------------------------------ documents, cases, codes


def test_documents_come_with_the_promised_keys_and_counts(study, rows):
    found = rows("documents")
    assert list(found[0])[:5] == ["document", "title", "case", "kind", "date"]
    assert [(row["document"], row["segments"]) for row in found] == [
        ("xiaoya-march", 1), ("visit", 0), ("long-june", 4),
    ]  # fmt: skip


def test_cases_come_in_project_order_with_counts_and_typed_attributes(study, rows):
    found = rows("cases")
    assert [(row["case"], row["documents"], row["segments"]) for row in found] == [
        ("liang", 1, 1), ("zhao", 2, 4), ("wang", 0, 0),
    ]  # fmt: skip
    assert found[0]["child_age"] == 14


def test_codes_come_with_the_promised_keys_definitions_and_counts(study, rows):
    found = rows("codes")
    assert list(found[0])[:3] == ["code_id", "code", "code_path"]
    assert [(row["code_path"], row["segments"]) for row in found] == [
        ("hidden emotions", 1), ("hidden emotions/longing", 3), ("hidden emotions/pride", 0), ("work", 1),
    ]  # fmt: skip
    assert found[1]["definition"] == "Wishing somebody were here."


# ------------------------------------------------------------------ show


def test_show_prints_the_whole_text_with_line_numbers(study, said):
    status, out, _ = said("show", "long-june")
    assert status == 0
    assert [line.split(None, 1) for line in out.splitlines() if "Sunday?" in line or "Long:" in line] == [
        ["1", "Researcher: How was Sunday?"],
        ["3", "Long: The same as others. I waited for the phone."],
    ]


def test_show_names_the_document_and_its_facts(study, said):
    out = said("show", "long-june")[1]
    for fact in ("After the birthday", "long-june", "zhao", "interview", "2009-06-08", "4 codings"):
        assert fact in out


def test_show_sets_each_coding_below_its_line_with_path_coder_and_note(study, said):
    lines = said("show", "long-june")[1].splitlines()
    coding = next(line for line in lines if "flat, very flat" in line)
    assert "[hidden emotions/longing]" in coding
    assert "c1" in coding
    assert lines.index(coding) > next(i for i, line in enumerate(lines) if "Long: The same" in line)


def test_show_can_leave_other_coders_out(study, said):
    out = said("show", "long-june", "--coder", "c1")[1]
    assert "c1" in out
    assert "c2" not in out


@pytest.mark.parametrize("name", ["After the birthday", "transcripts/long-june.md"])
def test_show_takes_a_title_or_a_file_too(study, said, name):
    assert "I waited for the phone." in said("show", name)[1]


def test_show_has_no_colour_where_it_is_piped(study, said):
    assert "\x1b" not in said("show", "long-june")[1]


def test_show_keeps_its_lines_within_100_columns(study, said):
    text = "Long: " + "The same as others and so on. " * 40 + "\n\nMei: " + "我想妈妈" * 60 + "\n"
    study.transcript("long-july").write_text(text, encoding="utf-8")
    out = said("show", "long-july")[1]
    assert max(sum(2 if char > "\u2e80" else 1 for char in line) for line in out.splitlines()) <= 100
    assert out.count("我想妈妈") >= 50


# ------------------------------------------------------------------ nothing drives the terminal

ESCAPE = "\x1b]0;pwned\x07\x1b[31m"


@pytest.fixture
def hostile(tmp_path, monkeypatch):
    """A project in which every text that a command could print holds escape sequences."""
    body = f"Mei: red {ESCAPE} text \u202ereversed\n"
    project = make_project(
        tmp_path / "p",
        {"visit": transcript(body, title=f"T{ESCAPE}", case="zhao", kind=f"k{ESCAPE}")},
        codes={f"bad{ESCAPE}": {"id": "bad"}},
        cases={"zhao": {f"a{ESCAPE}": f"v{ESCAPE}"}},
    )
    write_events(project, "c1", "visit", [apply(1, body, f"red {ESCAPE} text", "bad", note=f"n{ESCAPE}")])
    write_events(project, "c2", "visit", [event(2, "remove", coding="x" + ESCAPE)])
    monkeypatch.chdir(project.root)
    monkeypatch.setenv("QUALCODE_CODER", "c1")
    return project


@pytest.mark.parametrize(
    "command",
    [
        ["documents"], ["cases"], ["codes"], ["segments"], ["matrix"], ["matrix", "--rows", "kind"],
        ["search", "text"], ["show", "visit"], ["check"], ["log"], ["uncode", "000000000000000001"], ["undo"],
        ["code", "visit", "bad", "--span", "0:3"], ["code", "visit", "nothing", "--span", "0:3"],
        ["code", "visit", "bad", "--span", "0:999"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_control_characters_of_a_project_never_reach_the_terminal(hostile, said, command):
    _, out, err = said(*command)
    assert out + err
    assert not {"\x1b", "\x07", "\u202e"} & set(out + err)


# ------------------------------------------------------------------ search


def test_a_search_finds_every_occurrence_in_every_script(study, rows):
    (hit,) = rows("search", "妈妈")
    assert (hit["document"], hit["line"], hit["start"], hit["end"], hit["match"]) == ("xiaoya-march", 1, 10, 12, "妈妈")
    assert len(rows("search", "a")) == (LONG + XIAOYA + VISIT).lower().count("a")


def test_a_search_can_stay_in_one_case_or_document(study, rows):
    assert {row["document"] for row in rows("search", "e", "--case", "zhao")} == {"long-june", "visit"}
    assert {row["document"] for row in rows("search", "e", "--document", "visit")} == {"visit"}


def test_a_search_that_finds_nothing_exits_with_1(study, said):
    status, out, _ = said("search", "nowhere", "-f", "json")
    assert (status, json.loads(out)) == (1, [])


# ------------------------------------------------------------------ check and log


def test_a_sound_project_passes_the_check(study, said):
    status, out, err = said("check")
    assert (status, out) == (0, "")
    assert "5 codings" in err


def test_a_check_that_finds_something_exits_with_1_and_names_file_and_line(study, said):
    with study.coding_file("c1", "long-june").open("ab") as file:
        file.write(b"garbage\n")
    status, out, _ = said("check")
    assert (status, "codings/c1/long-june.jsonl:4" in out) == (1, True)


def test_problems_come_as_json_too(study, said):
    with study.coding_file("c1", "long-june").open("ab") as file:
        file.write(b"garbage\n")
    status, out, _ = said("check", "-f", "json")
    (problem,) = json.loads(out)
    assert (status, problem["path"], problem["line"]) == (1, "codings/c1/long-june.jsonl", 4)


def test_the_log_says_who_did_what_when(study, rows):
    row = rows("log")[0]
    assert (row["at"], row["coder"], row["act"], row["document"], row["code"], row["after"]) == (
        "2024-03-05T10:00:00.000Z", "c1", "coded", "long-june", "hidden emotions/longing", "I waited for the phone.",
    )  # fmt: skip


def test_the_log_of_one_document_leaves_the_others_out(study, rows):
    assert {row["document"] for row in rows("log", "xiaoya-march")} == {"xiaoya-march"}


# ------------------------------------------------------------------ the process


def qualcode(*argv, **options):
    return subprocess.run(
        [sys.executable, "-m", "qualcode", *argv], capture_output=True, timeout=60, check=False, **options
    )


def test_a_reader_that_stops_early_causes_no_complaint(study):
    lines = "Mei: line\n" * 20_000
    study.transcript("endless").write_text(lines, encoding="utf-8")
    command = f"{sys.executable} -m qualcode show endless | head -n 1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout.splitlines(), but_progress(done.stderr)) == (["endless"], [])


@pytest.mark.parametrize(("terminal", "told"), [(True, [2, 3, 4]), (False, [3, 4])], ids=["terminal", "kept in a file"])
def test_progress_is_told_once_a_second_and_later_where_it_is_kept(monkeypatch, capsys, terminal, told):
    monkeypatch.setattr(output, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal, raising=False)
    clock = [0.0]
    progress = output.tell_progress("Reading")
    for done, clock[0] in enumerate([0.5, 1.1, 2.2, 3.3], 1):
        progress(done, 4)
    assert capsys.readouterr().err.splitlines() == [f"Reading: {done} of 4" for done in told]


def but_progress(said):
    """Lines but those that are told on a slow disk."""
    return [line for line in said.splitlines() if not line.startswith("Reading changed files")]


def test_every_script_is_printed_where_the_locale_knows_only_ascii(study):
    bare = {"PATH": os.environ["PATH"], "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    done = qualcode("show", "xiaoya-march", env=bare | {"PYTHONPATH": str(ROOT)})
    assert (done.returncode, but_progress(done.stderr.decode())) == (0, [])
    assert "我想妈妈。" in done.stdout.decode()


def test_python_dash_m_exits_with_the_commands_status(study):
    assert qualcode("search", "nowhere").returncode == 1
