"""Bad input by command: one clear message on standard error, exit status 2, nothing lost, nothing half written."""

import errno
import json
import os
import shutil
import sqlite3
import stat
import sys
import tempfile
from pathlib import Path

import pytest
from builders import apply, edit, events_on_disk, make_project, transcript, write_events

from qualcode.cli.main import run

LONG = "Researcher: How was it?\n\nLong: Fine. I waited for the phone.\n\nLong: The same.\n"


@pytest.fixture
def study(tmp_path, monkeypatch):
    project = make_project(
        tmp_path / "study",
        {"long": transcript(LONG, title="Long", case="zhao"), "other": "Mei: Nothing to see.\n"},
        codes={
            "emotion": {}, "emotion/longing": {}, "work": {}, "work/longing": {"id": "longing-for-work"},
        },
        cases=["zhao"],
    )  # fmt: skip
    write_events(
        project,
        "c1",
        "long",
        [apply(1, LONG, "Fine.", "emotion"), apply(2, LONG, "I waited for the phone.", "longing")],
    )
    write_events(project, "c2", "long", [apply(3, LONG, "The same.", "emotion")])
    monkeypatch.chdir(project.root)
    monkeypatch.setenv("QUALCODE_CODER", "c1")
    return project


@pytest.fixture
def refused(said, study):
    """A command is refused: status 2, one message, no data, every byte as it was. Returns the message."""

    def command(*argv):
        before = bytes_of(study.root)
        status, out, err = said(*argv)
        assert (status, out) == (2, "")
        assert err.startswith("qualcode: ")
        assert err.count("qualcode: ") == 1
        assert bytes_of(study.root) == before
        return err

    return command


def bytes_of(folder):
    """Every file that holds anything; what is derived (.qualcode) left out."""
    paths = sorted(path for path in Path(folder).rglob("*") if path.is_file() and ".qualcode" not in path.parts)
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    return {name: data for name, data in found.items() if data}


def quotes(out):
    return [(row["text"], row["anchor"]) for row in json.loads(out)]


# ------------------------------------------------------------------ no project


@pytest.mark.parametrize(
    "command",
    [
        ["documents"], ["cases"], ["codes"], ["segments"], ["matrix"], ["search", "x"], ["check"], ["log"],
        ["show", "long"], ["code", "long", "work", "--span", "0:3"], ["uncode", "1234"], ["undo"], ["redo"],
        ["import", "x.txt"], ["open"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_without_a_project_every_command_says_so_and_what_to_do(tmp_path, monkeypatch, said, command):
    monkeypatch.chdir(tmp_path)
    status, out, err = said(*command)
    assert (status, out, os.listdir(tmp_path)) == (2, "", [])
    assert "no qualcode project" in err
    assert "qualcode new" in err


def test_a_project_that_is_not_where_it_was_said_to_be_is_named(refused):
    assert "nowhere/at/all" in refused("-p", "nowhere/at/all", "documents")


# ------------------------------------------------------------------ unknown names


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (["show", "lomg"], "lomg"),
        (["log", "lomg"], "lomg"),
        (["segments", "--document", "lomg"], "lomg"),
        (["search", "x", "--document", "lomg"], "lomg"),
        (["code", "lomg", "work", "--span", "0:3"], "lomg"),
        (["segments", "--code", "wrok"], "wrok"),
        (["matrix", "--code", "wrok"], "wrok"),
        (["code", "long", "wrok", "--span", "0:3"], "wrok"),
        (["segments", "--coder", "c9"], "c9"),
        (["matrix", "--coder", "c9"], "c9"),
        (["show", "long", "--coder", "c9"], "c9"),
        (["segments", "--case", "wang"], "wang"),
        (["search", "x", "--case", "wang"], "wang"),
        (["segments", "--speaker", "Sun"], "Sun"),
        (["segments", "--role", "mother"], "mother"),
        (["segments", "--kind", "chat"], "chat"),
        (["uncode", "99999999"], "99999999"),
        (["matrix", "--rows", "mood"], "mood"),
        (["matrix", "--cols", "mood"], "mood"),
        (["matrix", "--cell", "lines"], "lines"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_name_that_is_not_known_is_named(refused, command, name):
    assert name in refused(*command)


def test_a_slip_in_a_name_is_answered_with_the_nearest_ones(refused):
    assert "work" in refused("segments", "--code", "wrok").replace("wrok", "")
    assert "long" in refused("show", "lomg").replace("lomg", "")


def test_a_name_that_several_codes_share_is_answered_with_their_paths(refused):
    message = refused("segments", "--code", "LONGING")
    assert "emotion/longing" in message
    assert "work/longing" in message


# ------------------------------------------------------------------ bytes that are no text (an old locale, a slip)

NO_TEXT = os.fsdecode(b"caf\xe9")


@pytest.mark.parametrize(
    "command",
    [
        ["show", NO_TEXT], ["log", NO_TEXT], ["segments", "--document", NO_TEXT], ["segments", "--code", NO_TEXT],
        ["segments", "--case", NO_TEXT], ["segments", "--speaker", NO_TEXT], ["matrix", "--coder", NO_TEXT],
        ["code", "other", NO_TEXT, "--span", "0:3"], ["code", "other", "work", "--quote", NO_TEXT], ["uncode", NO_TEXT],
        ["code", "other", "work", "--quote", "Nothing", "--coder", NO_TEXT], ["-p", NO_TEXT, "documents"],
        ["import", "../new.txt", "--case", NO_TEXT],
    ],
    ids=lambda command: " ".join(command[:3]).replace(NO_TEXT, "?"),
)  # fmt: skip
def test_a_name_in_bytes_that_are_no_text_is_refused_like_any_unknown_name(refused, new_file, command):
    refused(*command)


@pytest.mark.parametrize(
    "command",
    [
        ["code", "other", "work", "--quote", "Nothing", "--note", NO_TEXT],
        ["import", "../new.txt", "--title", NO_TEXT],
        ["import", "../new.txt", "--kind", NO_TEXT],
        ["import", f"../{NO_TEXT}.txt"],
    ],
    ids=lambda command: " ".join(command[:1] + command[-2:]).replace(NO_TEXT, "?"),
)
def test_bytes_that_are_no_text_do_not_get_into_a_project_and_spoil_it(study, said, tmp_path, new_file, command):
    (tmp_path / f"{NO_TEXT}.txt").write_text("Mei: Hi\n")
    try:
        status, _, _ = said(*command)
    except UnicodeError:
        status = None  # a traceback; what counts below is that the project is whole
    assert len(quotes(said("segments", "-f", "json")[1])) >= 3
    assert said("check")[0] == 0
    assert all(data.decode("utf-8") is not None for data in bytes_of(study.root).values())
    assert status in (0, 2)


def test_half_a_character_in_an_event_file_is_reported_while_the_rest_works(study, said):
    path = study.coding_file("c1", "long")
    first, second = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(first.replace(b'"Fine."', b'"Fin\xed\xb3\xa9"') + second)
    status, out, err = said("segments", "-f", "json")
    assert (status, len(quotes(out))) == (0, 2)
    assert "codings/c1/long.jsonl:1:" in err
    assert said("check")[0] == 1


# ------------------------------------------------------------------ places


@pytest.mark.parametrize(
    "span", ["0:999", "5:5", "7:5", "x", "1", "1:", ":1", "1:2:3", "1.5:2", f"{len(LONG)}:{len(LONG) + 1}"]
)
def test_a_span_that_is_no_passage_of_the_text_is_refused(refused, span):
    assert "span" in refused("code", "long", "work", "--span", span).lower()


def test_a_span_with_an_endless_number_is_refused(refused):
    refused("code", "long", "work", "--span", "0:" + "9" * 5000)


def test_a_span_outside_the_text_is_answered_with_its_length(refused):
    assert str(len(LONG)) in refused("code", "long", "work", "--span", "0:999")


@pytest.mark.parametrize("quote", ["not there", "fine.", ""])
def test_a_quote_that_is_not_in_the_text_is_refused(refused, quote):
    refused("code", "long", "work", "--quote", quote)


def test_the_search_for_nothing_is_refused(refused):
    refused("search", "")


# ------------------------------------------------------------------ others' codings, nothing to undo


def test_another_coders_coding_is_not_removed(refused):
    assert "c2" in refused("uncode", "000000000000000003")


def test_an_id_that_several_codings_share_is_refused(refused):
    refused("uncode", "0000")


@pytest.mark.parametrize("command", ["undo", "redo"])
def test_nothing_to_take_back_or_do_again_is_said(refused, command):
    assert command in refused(command, "--coder", "newcomer")


def test_undo_beyond_the_first_step_keeps_what_it_undid_and_says_that_there_is_no_more(study, said):
    status, out, err = said("undo", "5")
    assert (status, len(out.splitlines())) == (2, 2)
    assert "nothing to undo" in err
    assert quotes(said("segments", "-f", "json")[1]) == [("The same.", "exact")]


# ------------------------------------------------------------------ wrong use


@pytest.mark.parametrize(
    "argv",
    [
        ["nonsense"], ["segments", "--nonsense"], ["documents", "-f", "xml"], ["show"], ["code", "long"], ["undo", "x"],
        ["undo", "0"], ["undo", "-1"], ["import"], ["segments", "--cod", "work"], ["-p"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_use_is_explained_on_standard_error(study, said, argv):
    before = bytes_of(study.root)
    status, out, err = said(*argv)
    assert (status, out, bytes_of(study.root)) == (2, "", before)
    assert "usage: qualcode" in err


# ------------------------------------------------------------------ broken YAML

BROKEN = {
    "not YAML": ("codebook.yaml", 'codes:\n  - id: a\n    name: "a" b\n', 3),
    "a wrong colour": ("codebook.yaml", "codes:\n  - id: a\n    name: a\n    color: red\n", 4),
    "a code without a name": ("codebook.yaml", "codes:\n  - id: a\n", 2),
    "a key twice": ("project.yaml", "title: a\ntitle: b\n", 2),
    "a case that is no name": ("project.yaml", "title: a\ncases:\n  - id: ../up\n", 3),
    "no title": ("project.yaml", "cases:\n  - id: a\n", 1),
    "not a mapping": ("project.yaml", "- a\n", 1),
}


@pytest.mark.parametrize(("name", "text", "line"), BROKEN.values(), ids=BROKEN)
def test_broken_yaml_is_named_once_with_its_line(study, said, name, text, line):
    edit(study.root / name, text)
    status, out, err = said("codes" if name == "codebook.yaml" else "cases")
    assert (status, out) == (2, "")
    assert err.count(f"{name}:{line}:") == 1


@pytest.mark.parametrize(("name", "text", "line"), BROKEN.values(), ids=BROKEN)
def test_the_check_lists_broken_yaml_with_its_line(study, said, name, text, line):
    edit(study.root / name, text)
    status, out, _ = said("check")
    assert (status, f"{name}:{line}:" in out) == (1, True)


@pytest.mark.parametrize("name", ["codebook.yaml", "project.yaml"])
def test_yaml_that_breaks_at_work_is_reported_while_the_rest_works_on(study, said, name):
    said("segments")
    edit(study.root / name, "title: [\n")
    status, out, err = said("segments", "-f", "json")
    assert (status, len(quotes(out))) == (0, 3)
    assert f"{name}:" in err


@pytest.mark.parametrize("name", ["codebook.yaml", "project.yaml"])
def test_a_broken_file_is_not_rewritten_by_a_command(study, said, name, tmp_path):
    said("segments")
    edit(study.root / name, "title: [\n")
    (tmp_path / "new.txt").write_text("Mei: Hi\n")
    said("import", str(tmp_path / "new.txt"), "--case", "liang")
    assert (study.root / name).read_text() == "title: [\n"


def test_broken_front_matter_is_reported_with_its_line_and_the_text_still_shown(study, said):
    edit(study.transcript("other"), "---\ntitle: a\ndate: soon\n---\nMei: Nothing to see.\n")
    status, out, err = said("show", "other")
    assert (status, "Nothing to see." in out) == (0, True)
    assert "transcripts/other.md:3:" in err


def test_the_check_names_the_codes_that_a_missing_codebook_leaves_unknown(study, said):
    study.codebook_yaml.unlink()
    status, out, _ = said("check")
    assert (status, "'emotion'" in out, "codings/c1/long.jsonl:1:" in out) == (1, True, True)


def test_a_codebook_that_is_no_text_is_said(study, said):
    study.codebook_yaml.write_bytes(b"\xff\xfe\x00\x01")
    status, _, err = said("codes")
    assert (status, "codebook.yaml" in err) == (2, True)


# ------------------------------------------------------------------ documents changed by hand

CHANGES = {
    "a line before": LONG.replace("Researcher", "Note.\n\nResearcher", 1),
    "a word in the quote": LONG.replace("waited", "had waited"),
    "the quote gone": LONG.replace("I waited for the phone.", ""),
    "the quote twice": "Long: I waited for the phone.\n" + LONG,
    "cut short": LONG[:20],
    "empty": "",
    "other letters of the same length": LONG.replace("waited", "waifed"),
}


@pytest.mark.parametrize("body", CHANGES.values(), ids=CHANGES)
def test_after_a_change_by_hand_a_quote_is_the_one_that_was_coded(study, said, body):
    edit(study.transcript("long"), transcript(body, title="Long", case="zhao"))
    rows = json.loads(said("segments", "-f", "json")[1])
    assert sorted(row["text"] for row in rows) == ["Fine.", "I waited for the phone.", "The same."]
    for row in rows:
        shown = body[row["start"] : row["end"]] if row["anchor"] != "lost" else row["text"]
        assert shown == row["text"]


@pytest.mark.parametrize("body", [body for name, body in CHANGES.items() if name != "cut short"])
def test_the_check_lists_what_a_change_by_hand_displaced_and_exits_with_1(study, said, body):
    edit(study.transcript("long"), transcript(body, title="Long", case="zhao"))
    status, out, _ = said("check")
    assert status == 1
    assert "codings/c1/long.jsonl:2:" in out
    assert "I waited for the phone." in out


def test_a_lost_coding_is_marked_and_counted_but_not_set_into_the_text(study, said):
    edit(study.transcript("long"), transcript(CHANGES["the quote gone"], title="Long", case="zhao"))
    lines = said("show", "long")[1].splitlines()
    lost = next(number for number, line in enumerate(lines) if "I waited for the phone." in line)
    assert lost > max(number for number, line in enumerate(lines) if "Long:" in line)
    assert "lost" in lines[lost]


def test_segments_say_that_passages_are_displaced(study, said):
    edit(study.transcript("long"), transcript(CHANGES["the quote gone"], title="Long", case="zhao"))
    status, _, err = said("segments")
    assert status == 0
    assert "review" in err


def test_a_change_by_hand_writes_nothing_to_the_codings(study, said):
    before = study.coding_file("c1", "long").read_bytes()
    edit(study.transcript("long"), transcript(CHANGES["a line before"], title="Long", case="zhao"))
    for command in (["segments"], ["check"], ["show", "long"], ["matrix"]):
        said(*command)
    assert study.coding_file("c1", "long").read_bytes() == before


def test_a_deleted_document_keeps_its_codings_and_is_listed_by_the_check(study, said):
    study.transcript("long").unlink()
    assert len(json.loads(said("segments", "-f", "json")[1])) == 3
    status, out, _ = said("check")
    assert (status, "codings/c1/long.jsonl" in out) == (1, True)


def test_a_deleted_documents_text_cannot_be_shown_and_that_is_said(study, said):
    study.transcript("long").unlink()
    status, out, err = said("show", "long")
    assert (status, out, "long" in err) == (2, "", True)


def test_codings_of_a_code_that_the_codebook_lost_are_listed_by_the_check_and_still_counted(study, said):
    edit(study.codebook_yaml, "codes:\n  - id: work\n    name: work\n")
    status, out, _ = said("check")
    assert (status, "'emotion'" in out) == (1, True)
    assert len(json.loads(said("segments", "-f", "json")[1])) == 3


# ------------------------------------------------------------------ event files


def test_garbage_in_the_middle_is_reported_with_its_line_while_the_rest_works(study, said):
    path = study.coding_file("c1", "long")
    first, second = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(first + b"\x00\xff not an event\n" + second)
    status, out, err = said("segments", "-f", "json")
    assert (status, len(quotes(out))) == (0, 3)
    assert "codings/c1/long.jsonl:2:" in err
    assert said("check")[0] == 1


def test_a_torn_end_is_reported_while_the_rest_works(study, said):
    path = study.coding_file("c1", "long")
    first, second = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(first + second[:40])
    status, out, err = said("segments", "-f", "json")
    assert (status, len(quotes(out))) == (0, 2)
    assert "codings/c1/long.jsonl:2:" in err
    assert "torn" in err


def test_coding_goes_on_after_a_torn_end_and_its_bytes_are_kept(study, said):
    path = study.coding_file("c1", "long")
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"v": 1, "id": "0000')
    assert said("code", "long", "work", "--quote", "The same.")[0] == 0
    assert path.read_bytes().startswith(whole)
    assert [event.op for event in events_on_disk(study, "c1", "long")] == ["apply"] * 3
    assert b'{"v": 1, "id": "0000' in path.with_name("long.jsonl.torn").read_bytes()


def test_an_event_of_a_newer_qualcode_is_reported_as_that(study, said):
    with study.coding_file("c1", "long").open("ab") as file:
        file.write(b'{"v": 99, "id": "z", "at": "2030-01-01T00:00:00Z", "op": "weigh"}\n')
    status, out, err = said("segments", "-f", "json")
    assert (status, len(quotes(out))) == (0, 3)
    assert "newer qualcode" in err


def test_many_problems_do_not_bury_the_answer(study, said):
    with study.coding_file("c1", "long").open("ab") as file:
        file.write(b"garbage\n" * 500)
    _, out, err = said("segments", "-f", "json")
    assert len(quotes(out)) == 3
    assert len(err.splitlines()) < 10
    assert "qualcode check" in err


def test_a_damaged_index_is_made_anew(study, said):
    said("segments")
    study.index_db.write_bytes(b"no database" * 1000)
    assert len(quotes(said("segments", "-f", "json")[1])) == 3


# ------------------------------------------------------------------ a disk that refuses


def full_disk(*_arguments):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


WRITING = {
    "code": ["code", "other", "work", "--quote", "Nothing"],
    "code beside others": ["code", "long", "work", "--quote", "The same."],
    "uncode": ["uncode", "000000000000000001"],
    "undo": ["undo"],
    "import": ["import", "../new.txt", "--case", "liang"],
}


@pytest.fixture
def new_file(tmp_path):
    (tmp_path / "new.txt").write_text("Mei: Hi\n")


@pytest.mark.parametrize("command", WRITING.values(), ids=WRITING)
def test_on_a_full_disk_nothing_is_written_and_that_is_said(refused, monkeypatch, new_file, command):
    monkeypatch.setattr(os, "fsync", full_disk)
    message = refused(*command)
    assert "Not saved" in message
    assert os.strerror(errno.ENOSPC) in message


@pytest.mark.parametrize("command", WRITING.values(), ids=WRITING)
def test_what_a_full_disk_refused_can_be_done_when_there_is_room(study, said, monkeypatch, new_file, command):
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", full_disk)
        said(*command)
    assert said(*command)[0] == 0
    assert said("check")[0] == 0


@pytest.fixture
def import_until_full(study, said, monkeypatch, tmp_path):
    """Import two files into a new case while the disk takes so many files more, then none. Returns the exit status."""
    for name in ("one", "two"):
        (tmp_path / f"{name}.txt").write_text(f"Mei: {name}\n")

    def command(room):
        taken, real = [], os.fsync

        def filling(handle):
            if not stat.S_ISDIR(os.fstat(handle).st_mode):
                taken.append(handle)
            if len(taken) > room:
                full_disk()
            real(handle)

        with monkeypatch.context() as full:
            full.setattr(os, "fsync", filling)
            return said("import", str(tmp_path / "one.txt"), str(tmp_path / "two.txt"), "--case", "liang")[0]

    return command


@pytest.mark.parametrize("room", range(8))
def test_a_disk_that_fills_up_during_an_import_leaves_all_or_nothing(study, import_until_full, room):
    before = bytes_of(study.root)
    status = import_until_full(room)
    after = {name: data for name, data in bytes_of(study.root).items() if not name.startswith("sources/")}
    assert after == before if status else len(after) == len(before) + 3


@pytest.mark.parametrize("room", range(8))
def test_an_import_that_failed_leaves_no_copy_of_the_file_behind(study, import_until_full, room):
    status = import_until_full(room)
    kept = os.listdir(study.sources) if study.sources.exists() else []
    assert sorted(kept) == ([] if status else ["one.txt", "two.txt"])


@pytest.mark.parametrize("room", range(8))
def test_a_refused_import_can_be_made_when_there_is_room(import_until_full, said, room):
    first = import_until_full(room)
    assert first == 0 or import_until_full(99) == 0
    assert said("check")[0] == 0


@pytest.mark.parametrize(
    "command",
    [["matrix", "-f", "csv"], ["segments", "-f", "json"], ["documents"]],
    ids=" ".join,
)
def test_an_output_file_that_cannot_be_written_stays_as_it_was(refused, study, monkeypatch, command):
    (study.root / "out").write_text("yesterday's")
    monkeypatch.setattr(os, "fsync", full_disk)
    assert "out" in refused(*command, "-o", "out")


@pytest.mark.parametrize("output", ["transcripts", "project.yaml/out.csv"])
def test_an_output_that_cannot_be_a_file_is_named(refused, output):
    assert output in refused("matrix", "-f", "csv", "-o", output)


def test_an_output_that_is_a_folder_is_said_to_be_one(refused):
    assert "transcripts is a folder. Nothing was changed; name a file in it." in refused(
        "matrix", "-f", "csv", "-o", "transcripts"
    )


def test_a_file_is_written_also_where_nobody_listens(study, monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    assert run(["matrix", "-o", "out.csv"]) == 0
    assert (study.root / "out.csv").exists()


@pytest.mark.parametrize("place", ["codings/c1/other.jsonl", "codings/c9"])
def test_something_in_the_way_of_an_event_file_is_named(study, said, place):
    coder = place.split("/")[1]
    if coder == "c1":
        (study.root / place).mkdir()
    else:
        (study.root / place).write_text("in the way")
    status, _, err = said("code", "other", "work", "--quote", "Nothing", "--coder", coder)
    assert (status, "Not saved" in err, place in err) == (2, True, True)


@pytest.mark.parametrize(
    ("command", "made"),
    [(["new", "made", "--title", "T"], "made"), (["demo", "made", "--no-open"], "made")],
    ids=["new", "demo"],
)
def test_a_folder_that_cannot_be_made_is_named(tmp_path, monkeypatch, said, command, made):
    monkeypatch.chdir(tmp_path)

    def refuse(*_arguments, **_options):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(os, "mkdir", refuse)
    status, out, err = said(*command)
    assert (status, out, os.listdir(tmp_path)) == (2, "", [])
    assert made in err
    assert os.strerror(errno.EACCES) in err


def test_a_demonstration_that_does_not_fit_on_the_disk_can_be_made_again(tmp_path, monkeypatch, said):
    monkeypatch.chdir(tmp_path)
    copies, real = [], shutil.copy2

    def filling(source, target, **options):
        copies.append(source)
        if len(copies) > 10:
            full_disk()
        return real(source, target, **options)

    with monkeypatch.context() as full:
        full.setattr(shutil, "copy2", filling)
        full.setattr(shutil.copytree, "__defaults__", (False, None, filling, False, False))
        assert said("demo", "made", "--no-open")[0] == 2
    assert said("demo", "made", "--no-open")[0] == 0


# ------------------------------------------------------------------ a folder that may not be written (as another user)


@pytest.fixture
def as_reader(study, said, monkeypatch):
    """Run commands as a user who may read the project but not write it, as in a shared folder."""
    with tempfile.TemporaryDirectory(dir="/tmp") as outer:
        os.chmod(outer, 0o755)
        project, warm = Path(outer) / "study", Path(outer) / "warm"
        shutil.copytree(study.root, project)
        shutil.copytree(study.root, warm)
        for path in (project, *project.rglob("*")):
            os.chmod(path, 0o555 if path.is_dir() else 0o444)
        monkeypatch.chdir(project)

        def command(*argv):
            said("-p", str(warm), *argv)  # so that all modules are loaded: that user may not be able to read them
            root = os.geteuid() == 0
            if root:
                os.seteuid(65534)
            try:
                return said(*argv)
            finally:
                if root:
                    os.seteuid(0)

        yield command
        for path in (project, *project.rglob("*")):
            os.chmod(path, 0o755)


def test_a_project_that_may_only_be_read_can_be_read(as_reader):
    status, out, err = as_reader("segments", "-f", "json")
    assert (status, len(quotes(out)), err) == (0, 3, "")


@pytest.mark.parametrize(
    "command", [WRITING["code"], WRITING["uncode"], WRITING["undo"]], ids=["code", "uncode", "undo"]
)
def test_a_project_that_may_only_be_read_is_not_written_and_that_is_said(as_reader, command):
    status, out, err = as_reader(*command)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "Not saved" in err
    assert "Permission denied" in err


# ------------------------------------------------------------------ the index may be stuck; the work goes on


def test_an_index_that_somebody_holds_does_not_keep_a_coding_from_the_disk(study, said, monkeypatch):
    said("segments")
    from qualcode.index import index as opening

    real = opening.sqlite3.connect
    monkeypatch.setattr(opening.sqlite3, "connect", lambda name, **options: real(name, **(options | {"timeout": 0.1})))
    holder = sqlite3.connect(study.index_db, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        status = said("code", "other", "work", "--quote", "Nothing")[0]
    finally:
        holder.execute("ROLLBACK")
        holder.close()
    assert (status, len(events_on_disk(study, "c1", "other"))) == (0, 1)
    assert ("Nothing", "exact") in quotes(said("segments", "-f", "json")[1])
