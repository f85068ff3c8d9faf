"""Who can read what qualcode writes: the owner, or the group that a project is shared with, whatever the umask."""

import json
import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from builders import ROOT, make_project, transcript

from qualcode.cli.main import run
from qualcode.files.access import access_remarks
from qualcode.files.folder import ProjectFolder
from qualcode.files.saving import append_lines, replace_file

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX systems")
UMASKS = [0o022, 0o077, 0o000]


def modes(top):
    """The modes of all files and folders, and those of the top itself."""
    found = {str(path.relative_to(top)): path.stat().st_mode & 0o7777 for path in Path(top).rglob("*")}
    return found | {".": Path(top).stat().st_mode & 0o7777}


def odd(top, folder, file):
    """Files and folders whose mode is another than these."""
    return {
        name: oct(mode) for name, mode in modes(top).items()
        if mode != (folder if (Path(top) / name).is_dir() else file)
    }  # fmt: skip


@pytest.fixture
def umask():
    before = os.umask(0o022)
    yield os.umask
    os.umask(before)


def work_in(study):
    """All kinds of files come to be: texts, sources, memos, events, logs, a torn line set aside, the index, the memory."""
    words = study.parent / "ann.txt"
    words.write_text("Interviewer: How was the night?\n\nAnn: Long and still.\n")
    for line in (
        ["import", str(words), "--case", "ward-a", "--add-participants"],
        ["codebook", "add", "night"],
        ["code", "ann", "night", "--quote", "Long and still."],
        ["memo", "new", "--title", "Silence", "--text", "It was long."],
        ["edit", "ann", "--replace", "still", "quiet"],
        ["matrix", "-o", str(study / "matrix.csv"), "--manifest"],
        ["matrix", "-o", str(study / "matrix.xlsx")],
    ):
        assert run(["-p", str(study), *line]) == 0
    torn = study / "codings" / "c1" / "ann.jsonl"
    with torn.open("ab") as file:
        file.write(b'{"v": 1, "to')
    append_lines(torn, b"{}\n")
    replace_file(study / "codebook.yaml", (study / "codebook.yaml").read_bytes())
    assert (study / ".qualcode" / "index.db").exists()


@pytest.fixture
def coder(monkeypatch):
    monkeypatch.setenv("QUALCODE_CODER", "c1")


@pytest.mark.parametrize("mask", UMASKS, ids=oct)
def test_a_new_project_and_all_that_comes_to_be_in_it_is_the_owners_alone(tmp_path, umask, coder, mask):
    umask(mask)
    assert run(["new", str(tmp_path / "study")]) == 0
    work_in(tmp_path / "study")
    assert odd(tmp_path / "study", 0o700, 0o600) == {}


@pytest.mark.parametrize("mask", UMASKS, ids=oct)
def test_all_of_a_shared_project_can_be_written_by_the_group_and_read_by_nobody_else(tmp_path, umask, coder, mask):
    umask(mask)
    assert run(["new", str(tmp_path / "study"), "--shared"]) == 0
    work_in(tmp_path / "study")
    assert odd(tmp_path / "study", 0o2770, 0o660) == {}
    assert access_remarks(ProjectFolder(tmp_path / "study")) == []


@pytest.mark.parametrize(("folder", "file"), [(0o755, 0o644), (0o750, 0o640), (0o700, 0o600), (0o775, 0o664)])
def test_new_files_follow_the_folder_of_a_project_that_is_there(tmp_path, umask, coder, folder, file):
    umask(0o077)
    project = make_project(
        tmp_path / "clone", {"ann": transcript("Ann: Long and still.\n", title="Ann")}, codes=["night"]
    )
    project.root.chmod(folder)
    assert run(["-p", str(project.root), "code", "ann", "night", "--quote", "Long"]) == 0
    made = modes(project.root)
    files = {name: oct(mode) for name, mode in made.items() if name.startswith(("codings/c1/", ".qualcode/index"))}
    assert set(files.values()) == {oct(file)}
    assert {"codings/c1/ann.jsonl", ".qualcode/index.db"} <= set(files)
    assert (made["codings"], made["codings/c1"], made[".qualcode"]) == (folder, folder, folder)


def test_an_export_elsewhere_is_the_owners_alone(tmp_path, umask, coder):
    umask(0)
    run(["demo", str(tmp_path / "study"), "--no-open"])
    out = tmp_path / "out"
    out.mkdir()
    for name in ("segments.csv", "matrix.xlsx", "report.html"):
        command = name.partition(".")[0]
        assert run(["-p", str(tmp_path / "study"), command, "-o", str(out / name), "--manifest"]) == 0
    assert {oct(path.stat().st_mode & 0o777) for path in out.iterdir()} == {"0o600"}
    assert len(list(out.iterdir())) == 6


def test_an_export_that_is_replaced_keeps_its_mode(tmp_path, coder):
    run(["demo", str(tmp_path / "study"), "--no-open"])
    out = tmp_path / "matrix.csv"
    out.touch()
    out.chmod(0o640)
    run(["-p", str(tmp_path / "study"), "matrix", "-o", str(out)])
    assert (out.stat().st_size > 0, oct(out.stat().st_mode & 0o777)) == (True, "0o640")


@pytest.mark.parametrize("mask", [0o000, 0o077], ids=oct)
def test_a_copy_of_the_demonstration_is_the_owners_alone(tmp_path, umask, coder, mask):
    umask(mask)
    assert run(["demo", str(tmp_path / "study"), "--no-open"]) == 0
    assert odd(tmp_path / "study", 0o700, 0o600) == {}
    assert [path.name for path in tmp_path.iterdir()] == ["study"]


def test_a_project_begun_in_a_folder_that_is_there_closes_it(tmp_path, umask):
    (tmp_path / "study").mkdir(mode=0o755)
    assert run(["new", str(tmp_path / "study")]) == 0
    assert odd(tmp_path / "study", 0o700, 0o600) == {}


def test_the_logs_of_the_index_follow_a_project_that_was_opened_to_its_group_later(tmp_path, umask, coder):
    run(["demo", str(tmp_path / "study"), "--no-open"])
    run(["-p", str(tmp_path / "study"), "codes"])
    os.chmod(tmp_path / "study", 0o2770)
    run(["-p", str(tmp_path / "study"), "codes"])
    from qualcode.notebook import open_project

    with open_project(tmp_path / "study") as project:
        project.index.remember("a", "b")
        found = {
            path.name: oct(path.stat().st_mode & 0o777) for path in (tmp_path / "study" / ".qualcode").glob("index*")
        }
    assert found == dict.fromkeys(("index.db", "index.db-wal", "index.db-shm", "index.db.left"), "0o660")


WATCHED = """
import os, sys, json
from pathlib import Path
seen = []
def look(event, arguments):
    if event == "open" and isinstance(arguments[0], str) and arguments[2] & os.O_CREAT and arguments[0].startswith(TOP):
        seen.append(arguments[0])
def trace(frame, event, argument):
    for path in list(seen):
        try:
            mode = os.stat(path).st_mode & 0o077
        except OSError:
            continue
        if mode:
            bad.add((path, oct(mode)))
    return trace
"""


def test_no_file_is_open_to_others_even_for_a_moment(tmp_path):
    """Looks at every file that was made after each line of Python that is run."""
    code = f"TOP = {str(tmp_path)!r}\nbad = set()\n{WATCHED}\n" + (
        "import qualcode.cli.main, qualcode.session, qualcode.cli.changes, qualcode.files.saving as saving\n"
        "os.umask(0)\n"
        "sys.addaudithook(look)\n"
        "sys.settrace(trace)\n"
        "from pathlib import Path\n"
        f"top = Path({str(tmp_path)!r})\n"
        "saving.append_lines(top / 'codings' / 'c1' / 'a.jsonl', b'{}\\n')\n"
        "saving.replace_file(top / 'codebook.yaml', b'codes:\\n')\n"
        "saving.replace_file(top / 'out.csv', b'words')\n"
        "sys.settrace(None)\n"
        "print(json.dumps([sorted(bad), len(seen)]))\n"
    )
    (tmp_path / "project.yaml").touch(mode=0o600)
    tmp_path.chmod(0o700)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )
    bad, number = json.loads(done.stdout or '[["no answer"], 0]')
    assert (bad, number >= 3, done.stderr) == ([], True, "")


TWO_PEOPLE = """
import json, os, sys
from qualcode.cli.main import run
top, warm = sys.argv[1:]
words, study = f"{top}/ann.txt", f"{top}/study"

def steps(study, other):
    yield other, ["import", words, "--coder", "c1"]
    yield other, ["codebook", "add", "night", "--coder", "c1"]
    yield other, ["code", "ann", "night", "--quote", "Long", "--coder", "c1"]
    yield 60002, ["code", "ann", "night", "--quote", "still", "--coder", "c2"]
    yield 60002, ["codebook", "add", "day", "--coder", "c2"]
    yield 60002, ["edit", "ann", "--replace", "Long", "Very long", "--coder", "c2"]
    yield other, ["undo", "--coder", "c1"]
    yield other, ["codebook", "rename", "day", "daylight", "--coder", "c1"]
    yield 60002, ["check"]

def as_user(uid, line):
    child = os.fork()
    if not child:
        os.setgroups([54321]); os.setgid(54321); os.setuid(uid); os.umask(0o022)
        status = run(line)
        sys.stderr.flush()
        os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

run(["new", warm])  # so that all modules are loaded: those users may not be able to read them
for _, line in steps(warm, 0):
    run(["-p", warm, *line])
sys.stdout.flush()
print("FROM HERE", file=sys.stderr, flush=True)
statuses = [as_user(60001, ["new", study, "--shared"])]
statuses += [as_user(uid, ["-p", study, *line]) for uid, line in steps(study, 60001)]
sys.exit(any(statuses))
"""


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can be another user")
def test_a_colleague_with_another_umask_can_go_on_in_a_shared_project(tmp_path):
    """Coder c1 makes the project and codes; c2, of the same group but another user, codes, corrects and undoes."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        top = Path(name)
        os.chown(top, 0, 54321)
        top.chmod(0o2770)
        (top / "ann.txt").write_text("Ann: Long and still.\n")
        (top / "ann.txt").chmod(0o644)
        argv = [sys.executable, "-c", TWO_PEOPLE, name, str(tmp_path / "warm")]
        done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr.partition("FROM HERE")[2]
        assert odd(top / "study", 0o2770, 0o660) == {}
        assert {path.stat().st_gid for path in (top / "study").rglob("*")} == {54321}


def test_what_a_killed_process_noted_in_a_shared_project_can_be_finished_by_the_group(tmp_path, umask):
    from qualcode.files.under_way import UnderWay

    umask(0o077)
    run(["new", str(tmp_path / "study"), "--shared"])
    note = UnderWay(ProjectFolder(tmp_path / "study"), "import")  # and never done
    assert odd(tmp_path / "study", 0o2770, 0o660) == {}
    note.close()


# ------------------------------------------------------------------ what check says


@pytest.fixture
def open_to_all(tmp_path, monkeypatch):
    """A project that everybody on the machine can read, its folders above too, as far as the check can tell."""
    monkeypatch.setattr("qualcode.files.access._others_may_pass", lambda place: (
        bool(os.stat(place).st_mode & stat.S_IXOTH) if Path(place).is_relative_to(tmp_path) else True))  # fmt: skip
    tmp_path.chmod(0o755)
    return make_project(tmp_path / "clone", {"ann": transcript("Ann: Long.\n", title="Ann")}, codes=["night"])


def test_check_says_that_everybody_can_read_a_project_and_how_to_close_it(open_to_all, said):
    status, out, err = said("-p", str(open_to_all.root), "check")
    assert (status, out) == (0, "")
    assert f"Everybody on this machine can read this project. To close it: chmod -R go-rwx {open_to_all.root}" in err
    subprocess.run(["chmod", "-R", "go-rwx", str(open_to_all.root)], check=True)
    assert "Everybody" not in said("-p", str(open_to_all.root), "check")[2]


def test_check_says_nothing_where_a_folder_above_is_closed(open_to_all, said):
    open_to_all.root.parent.chmod(0o700)
    assert "Everybody" not in said("-p", str(open_to_all.root), "check")[2]


def test_check_says_what_the_group_of_a_shared_project_cannot_write_and_how_to_mend_it(tmp_path, said):
    run(["new", str(tmp_path / "study"), "--shared"])
    (tmp_path / "study" / "memos" / "mine.md").write_text("---\ntitle: Mine\n---\n")
    (tmp_path / "study" / "memos" / "mine.md").chmod(0o644)
    status, _, err = said("-p", str(tmp_path / "study"), "check")
    assert (status, "cannot write one file or folder of it, such as memos/mine.md" in err) == (0, True)
    command = err.partition("To mend that: ")[2].splitlines()[0]
    subprocess.run(["sh", "-c", command], check=True)
    assert "To mend" not in said("-p", str(tmp_path / "study"), "check")[2]
