"""Projects from a stranger: opened safely or refused clearly; nothing outside is read unsaid or written, nothing drives the screen."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sqlite3
import sys
import time
import zipfile

import pytest
from builders import ROOT, apply, event, open_index, write_events
from hostile import ALL, BODY, NASTY, SHEETS, applied, lines, link, matter, outside, sound_project, write
from hostile_paths import CHANGING, READING, WRITING, went
from screens import opened

from qualcode.analysis.csv_fields import faithful, harmless
from qualcode.cli.main import run
from qualcode.core.codebook import Code, Codebook
from qualcode.core.events import event_from, subjects
from qualcode.core.links import links
from qualcode.errors import BadOption, CannotSave
from qualcode.files.event_log import read_events
from qualcode.files.folder import ProjectFolder
from qualcode.files.guarded import leads_outside, read_file
from qualcode.files.saving import append_lines, replace_file
from qualcode.files.yaml_text import load_yaml
from qualcode.index.ours import is_ours, mark

sys.path.insert(0, str(ROOT))

DRIVING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
SOME = [["check"], ["log", "-o", "out.csv"], ["code", "d1", "longing", "--quote", "Fine."]]


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("QUALCODE_CODER", "c1")
    return sound_project(tmp_path / "p")


def bytes_beside(project):
    """What stands beside the project, which nothing may touch."""
    above = project.root.parent
    files = [path for path in above.rglob("*") if path.is_file() and not path.is_symlink()]
    return {str(path): path.read_bytes() for path in files if project.root not in path.parents}


@pytest.mark.parametrize("name", sorted(ALL))
def test_every_nastiness_is_met_without_a_traceback_and_nothing_beside_the_project_changes(project, name):
    ALL[name](project)
    write(project.root.parent / "victim.md", "v")
    before = bytes_beside(project)
    found = [went(project.root, argv) for argv in SOME]
    assert [one.trouble for one in found] == [""] * len(SOME)
    assert bytes_beside(project) == before


# ------------------------------------------------------------------------------------ links and pipes


def told(project, *argv):
    return went(project.root, list(argv))


@pytest.mark.parametrize("name", ["transcripts", "sources", "codings", "memos", "log", "codings/anna"])
def test_a_folder_that_is_a_link_out_is_refused_by_name(project, name, monkeypatch):
    link(project.root / name, outside(project))
    found = told(project, "documents")
    assert (found.status, found.out) == (2, "")
    assert f"{name}: a link leads out of the project" in found.err
    monkeypatch.setenv("QUALCODE_FOLLOW_LINKS", "1")
    assert told(project, "documents").status == 0


def test_a_transcript_linked_out_is_told_and_its_words_are_not_shown(project):
    link(project.transcript("d2"), outside(project) / "secret.md")
    assert "transcripts/d2.md: cannot be read (a link leads out of the project" in told(project, "check").out
    assert "secret" not in told(project, "show", "d2").out
    assert told(project, "search", "secret").status == 1


def test_links_within_the_project_and_a_project_behind_a_link_are_followed(project):
    write(project.root / "shared" / "d3.md", "A: within\n")
    link(project.transcript("d3"), "../shared/d3.md")
    link(project.root.parent / "alias", project.root)
    found = went(project.root.parent / "alias", ["search", "within"])
    assert (found.status, found.trouble) == (0, "")
    assert went(project.root.parent / "alias", ["code", "d1", "longing", "--quote", "Fine."]).status == 0


@pytest.mark.parametrize("write_to", [lambda path: replace_file(path, b"x"), lambda path: append_lines(path, b"x\n")])
def test_nothing_is_written_through_a_link_that_leads_out(project, write_to):
    secret = outside(project) / "secret.md"
    link(project.root / "out.csv", secret)
    link(project.root / "exports", secret.parent)
    before = secret.read_bytes()
    for path in (project.root / "out.csv", project.root / "exports" / "secret.md", project.root / "exports" / "new.md"):
        with pytest.raises(CannotSave, match="leads out of the project"):
            write_to(path)
    assert secret.read_bytes() == before
    assert not (secret.parent / "new.md").exists()


def test_a_folder_reached_by_a_link_does_not_become_a_project_of_its_own(project):
    write(outside(project) / "project.yaml", "title: other\n")
    link(project.codings / "zoe", outside(project))
    assert leads_outside(project.codings / "zoe" / "d1.jsonl")


def test_a_file_without_end_is_refused_with_the_way_to_read_it(project, monkeypatch):
    path = project.transcript("d2")
    with open(path, "wb") as file:
        file.truncate(70 << 20)
    with pytest.raises(OSError, match="QUALCODE_MOST_MB=70"):
        read_file(path)
    monkeypatch.setenv("QUALCODE_MOST_MB", "70")
    assert len(read_file(path)) == 70 << 20


@pytest.mark.parametrize("ident", ["../../x", "/etc/passwd", "a/b", "nul\0"])
def test_no_id_names_a_file_elsewhere(project, ident):
    for place in (project.transcript, project.memo, project.log_file):
        with pytest.raises(BadOption):
            place(ident)


def test_undoing_what_a_strangers_log_says_touches_nothing_outside(project):
    ALL["log_of_lies"](project)
    victim = project.root.parent / "victim.md"
    write(victim, "v")
    for _ in range(5):
        assert told(project, "undo", "5").trouble == ""
    for _ in range(3):
        assert told(project, "undo").trouble == ""
    assert victim.read_text() == "v"


# ------------------------------------------------------------------------------------ an index of somebody's


def test_an_index_from_elsewhere_is_thrown_away_unopened(project):
    ALL["index_of_somebody"](project)
    assert not is_ours(project.index_db)
    index = open_index(project)
    assert is_ours(project.index_db)
    assert index.rows("SELECT type FROM sqlite_master WHERE type = 'trigger'") == []
    assert not [problem for problem in index.problems() if "pwned" in str(problem)]
    assert index.value("PRAGMA application_id") == mark()
    assert index.value("PRAGMA trusted_schema") == 0
    index.close()


def test_an_index_of_ours_is_opened_again(project):
    open_index(project).close()
    number = project.index_db.stat().st_ino
    open_index(project).close()
    assert project.index_db.stat().st_ino == number


@pytest.mark.parametrize("name", ["index.db", "index.db-wal", "index.db-shm", "index.db-journal", "index.db.left"])
def test_the_index_never_writes_through_a_link(project, name):
    mine = outside(project) / "mine.sqlite"
    with sqlite3.connect(mine) as db:
        db.execute("CREATE TABLE mine (x)")
    db.close()
    before = mine.read_bytes()
    link(project.index_db.parent / name, mine)
    assert told(project, "documents").status == 0
    assert mine.read_bytes() == before


# ------------------------------------------------------------------------------------ events, codes, YAML


@pytest.mark.parametrize(
    ("fields", "message"),
    [({"code": ""}, "missing"), ({"code": "x" * 5000}, "far too long"), ({"batch": "x" * 5000}, "far too long")],
)
def test_an_event_without_a_code_or_with_ids_without_end_is_no_event(fields, message):
    assert message in str(event_from(json.loads(applied(1, **fields))))


def test_a_state_nested_without_end_is_told_and_the_other_lines_count(project):
    state = {"a": json.loads("[" * 300 + "]" * 300)}
    data = json.loads(applied(1)) | {"op": "change", "what": "code", "key": "work", "before": None, "after": state}
    lines(project, [json.dumps(data)], document="")
    found = read_events(project.log_file("anna"), "log/anna.jsonl")
    assert [problem.line for problem in found.problems] == [2]
    assert len(found.events) == 1


@pytest.mark.parametrize("state", [3, "x", [], True])
@pytest.mark.parametrize(
    "argv", [["stale"], ["codes"], ["log"], ["undo"], ["codebook", "rename", "work", "toil"]], ids=" ".join
)
def test_a_state_that_is_none_stops_nothing(project, state, argv):
    data = json.loads(applied(1)) | {"op": "change", "what": "code", "key": "work", "before": state, "after": state}
    lines(project, [json.dumps(data)], coder="c1", document="")
    assert told(project, *argv).trouble == ""


def test_reverts_in_a_circle_and_codes_in_a_circle_come_to_an_end(project):
    write_events(
        project, "anna", "d1", [apply(1, BODY, "Fine."), event(2, "revert", target=3), event(3, "revert", target=2)]
    )
    assert told(project, "log").trouble == ""
    book = Codebook((Code("a", "a", "b"), Code("b", "b", "a")))
    assert book.level("a") < 1000
    assert book.path("a")


@pytest.mark.parametrize(
    "text", [f"a: {'x' * 200_000}", f"? {'x' * 2_000}\n: y", "a: " + "[" * 100_000, "a: " + "{a: " * 30_000]
)
def test_yaml_without_end_is_refused_in_one_line(text):
    (problem,) = load_yaml(text, "project.yaml").problems
    assert len(str(problem)) < 300


def test_tags_make_nothing(project):
    ALL["yaml_tags"](project)
    told(project, "check")
    assert not list(project.root.rglob("pwned"))


@pytest.mark.parametrize(
    "text", ["[[" + "a" * 200_000, "[[a|" + "b" * 200_000, "[[ " + " " * 200_000], ids=["target", "label", "blank"]
)
def test_a_link_that_is_never_closed_takes_no_time(text):
    begun = time.process_time()
    assert links(text) == []
    assert time.process_time() - begun < 1


def test_a_memo_dated_as_no_calendar_has_it_is_not_written_over(project):
    write(project.memo("m1"), "---\ntitle: M\ndate: 2009-02-30\n---\nx\n")
    before = project.memo("m1").read_bytes()
    found = told(project, "memo", "edit", "m1", "--title", "N")
    assert (found.status, found.trouble) == (2, "")
    assert project.memo("m1").read_bytes() == before


def test_reverts_of_reverts_are_followed_once_each():
    chain = [event(1, "apply", code="x"), *(event(n, "revert", target=n - 1) for n in range(2, 20_000))]
    begun = time.process_time()
    assert set(subjects(chain).values()) == {chain[0].id}
    assert time.process_time() - begun < 2


def test_codes_merged_in_a_long_chain_or_in_a_circle_take_no_time():
    book = Codebook(tuple(Code(f"c{n}", "c", merged_into=f"c{n + 1}") for n in range(20_000)))
    begun = time.process_time()
    assert book.resolve_merge("c0") == "c19999"
    assert [code.id for code in book.live] == ["c19999"]
    assert time.process_time() - begun < 2
    circle = Codebook(
        (Code("a", "a", merged_into="b"), Code("b", "b", merged_into="a"), Code("c", "c", merged_into="a"))
    )
    assert circle.live == ()
    assert Codebook((Code("a", "a", merged_into="a"),)).live


def test_of_very_many_bad_lines_the_first_are_told(project):
    write(project.coding_file("anna", "d1"), b"{\n" * 5000)
    found = read_events(project.coding_file("anna", "d1"), "codings/anna/d1.jsonl")
    assert len(found.problems) == 201
    assert found.problems[-1].line == 201


# ------------------------------------------------------------------------------------ what comes out


@pytest.fixture(scope="module")
def read_only(tmp_path_factory):
    """A project of nasty texts that no test changes, its index made."""
    project = sound_project(tmp_path_factory.mktemp("nasty") / "p")
    ALL["nasty_texts_everywhere"](project)
    assert told(project, "documents", "-f", "json").trouble == ""
    return project


@pytest.fixture
def nasty(read_only, tmp_path):
    """A copy of it to be changed."""
    return ProjectFolder(shutil.copytree(read_only.root, tmp_path / "n"))


class Screen(io.StringIO):
    """Standard output that is a terminal."""

    def isatty(self):
        return True

    @property
    def buffer(self):
        return self

    def write(self, data):
        return super().write(data.decode() if isinstance(data, bytes) else data)


@pytest.mark.parametrize("argv", READING, ids=" ".join)
def test_nothing_printed_drives_a_terminal(read_only, argv, monkeypatch):
    screen = Screen()
    err = io.StringIO()
    monkeypatch.chdir(read_only.root)
    monkeypatch.setenv("QUALCODE_DEBUG", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setattr(sys, "stderr", err)
    assert run(argv) in (0, 1, 2)
    assert not DRIVING.search(screen.getvalue())
    assert not DRIVING.search(err.getvalue())


def test_what_is_exported_obeys_nothing(nasty):
    for argv in WRITING:
        assert went(nasty.root, argv).trouble == ""
    for path in sorted(nasty.root.glob("*.html")) + sorted(nasty.root.glob("*.svg")):
        text = path.read_text("utf-8")
        assert text.count("<script") == text.count("</script>") <= 2, path.name
        assert not re.search(r"<img src=x|<svg onload|href=\"javascript:", text), path.name
        assert "<!--<script>" not in text
    for path in nasty.root.glob("*.xlsx"):
        with zipfile.ZipFile(path) as book:
            sheets = [book.read(name).decode() for name in book.namelist() if "worksheets/sheet" in name]
            assert not any("<f>" in sheet for sheet in sheets)
            assert not [name for name in book.namelist() if "externalLink" in name]
            assert not any(
                'TargetMode="External"' in book.read(name).decode()
                for name in book.namelist()
                if name.endswith(".rels")
            )
    latex = (nasty.root / "out.tex").read_text("utf-8")
    assert not re.search(r"\\(input|write|immediate|openout)\b|\^\^5c", latex)


def test_csv_is_safe_in_a_spreadsheet_and_can_be_read_back_word_for_word(nasty):
    assert told(nasty, "memos", "-o", "memos.csv").status == 0
    rows = list(csv.DictReader(io.StringIO((nasty.root / "memos.csv").read_text("utf-8-sig"), newline="")))
    assert not [cell for row in rows for cell in row.values() if cell and cell[0] in "=+-@\t\r\n＝＋－＠"]
    for text in (*NASTY, *SHEETS, "it's", "'quoted'", "''", "'", ""):
        assert faithful(harmless(text)) == text


# ------------------------------------------------------------------------------------ on the screen


@pytest.mark.asyncio
@pytest.mark.parametrize("name", ["nasty_texts_everywhere", "file_names", "pipes"])
async def test_the_interface_shows_it_harmless(project, name):
    ALL[name](project)
    async with opened(project, "c1", size=(120, 40)) as pilot:
        for key in (
            "j",
            "j",
            "M",
            "enter",
            "escape",
            "escape",
            "C",
            "down",
            "down",
            "escape",
            "W",
            "down",
            "escape",
            "A",
            "escape",
            "c",
            "escape",
            "D",
            "escape",
            "S",
            "escape",
        ):
            await pilot.press(key)
            await pilot.pause()
            strips = pilot.app.screen._compositor.render_strips()
            segments = [segment for strip in strips for segment in strip]
            assert not [segment.text for segment in segments if DRIVING.search(segment.text)], key
            assert not [segment for segment in segments if segment.style and segment.style.link], key
    assert pilot.app.return_code in (0, None)


def test_front_matter_and_memos_that_lead_out_lead_nowhere(project):
    ALL["ids_that_lead_out"](project)
    assert told(project, "play", "d1").status == 2
    assert "translation_of names" in told(project, "check").out
    matter(project, "title: x\nrecording: http://evil.example/a.mp3")
    assert "only files on this computer" in told(project, "play", "d1").err


# ------------------------------------------------------------------------------------ a few thousand inputs


def test_readers_refuse_or_read_whatever_they_are_given():
    from tests.torture.hostile import fed, readers

    failures = [
        failure
        for name, reader in readers().items()
        if name != "PDF"
        for failure in fed(reader, name, 1, 2 * reader.share)
    ]
    assert failures == []


def test_changing_a_project_of_nasty_texts_goes_as_elsewhere(nasty):
    write(nasty.root / "in.txt", "A: hi\nB: ho\n")
    write(nasty.root / "in.csv", "id,text\n1,hi\n")
    assert [one.trouble for one in (went(nasty.root, argv) for argv in CHANGING)] == [""] * len(CHANGING)


def test_the_mark_of_this_machine_is_a_number_that_sqlite_keeps():
    assert 0 < mark() < 2**31
