"""A project in one file: the same project comes back, damage is named, strangers' archives do no harm, work goes on meanwhile."""

import gzip
import hashlib
import io
import json
import os
import random
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from builders import ROOT, apply, make_project, transcript, write_events

from qualcode.cli.main import run
from qualcode.errors import BadFile, BadOption, CannotSave
from qualcode.exchange.backup import encrypting, listing
from qualcode.exchange.backup.listing import NAME, TOP
from qualcode.files.folder import ProjectFolder
from qualcode.files.saving import append_lines
from qualcode.session import backups
from qualcode.session.backups import back_up
from qualcode.session.restoring import restore, verify

BODY = "Mei: I miss her. Shibboleth.\n"


@pytest.fixture
def project(tmp_path):
    found = make_project(
        tmp_path / "p", {"d1": transcript(BODY, title="在家"), "小雅": "小雅：我想妈妈。\n"}, codes={"longing": {}}
    )
    write_events(found, "c1", "d1", [apply(1, BODY, "I miss her.", code="longing")])
    (found.root / "sources").mkdir()
    (found.root / "sources" / "scan.pdf").write_bytes(random.Random(1).randbytes(300_000))
    (found.root / "memos").mkdir()
    (found.root / "memos" / ("名" * 70 + ".md")).write_text("---\ntitle: A long name\n---\nText.\n")
    os.utime(found.root / "codebook.yaml", ns=(10**18 + 7, 10**18 + 7))
    return found


def files(root):
    return {
        str(path.relative_to(root)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(Path(root).rglob("*"))
        if path.is_file() and not path.is_symlink() and ".qualcode" not in path.parts
    }


def litter(folder, *known):
    return sorted(path.name for path in folder.iterdir() if path.name not in known)


# ------------------------------------------------------------------------------------ there and back


def test_what_is_restored_is_the_project_byte_for_byte_with_the_times_of_its_files(project, tmp_path):
    back_up(project, tmp_path / "b")
    restore(tmp_path / "b", tmp_path / "again")
    assert files(tmp_path / "again") == files(project.root)
    assert litter(tmp_path) == ["again", "b", "p"]


@pytest.mark.parametrize("shared", [False, True])
def test_backup_and_project_are_closed_to_others(project, tmp_path, shared):
    before = os.umask(0)
    try:
        back_up(project, tmp_path / "b")
        restore(tmp_path / "b", tmp_path / "again", shared=shared)
    finally:
        os.umask(before)
    modes = {path.stat().st_mode & 0o7777 for path in (tmp_path / "again").rglob("*") if path.is_file()}
    folders = {path.stat().st_mode & 0o7777 for path in (tmp_path / "again").rglob("*") if path.is_dir()}
    assert (tmp_path / "b").stat().st_mode & 0o777 == 0o600
    assert (modes, folders) == (({0o660}, {0o2770}) if shared else ({0o600}, {0o700}))
    assert (tmp_path / "again").stat().st_mode & 0o7777 == (0o2770 if shared else 0o700)


def test_check_says_of_the_restored_project_what_it_said_before(said, tmp_path):
    run(["demo", str(tmp_path / "p"), "--no-open"])
    with (tmp_path / "p" / "codings" / "c1" / "zhao-2009-06-08-long.jsonl").open("ab") as file:
        file.write(b'{"torn')
    said("-p", str(tmp_path / "p"), "backup", str(tmp_path / "b"))
    assert said("restore", str(tmp_path / "b"), str(tmp_path / "again"))[0] == 0
    before, after = (said("-p", str(tmp_path / name), "check") for name in ("p", "again"))
    assert before == after
    assert before[0] == 1  # the torn line


def test_tar_opens_it_too(project, tmp_path):
    back_up(project, tmp_path / "b")
    with tarfile.open(tmp_path / "b") as archive:
        held = {member.name: archive.extractfile(member).read() for member in archive}
    assert {TOP + name: data for name, (data, _) in files(project.root).items()} == {
        name: data for name, data in held.items() if name != NAME
    }


def test_git_links_and_what_is_derived_stay_out_and_that_is_said(project, tmp_path, said):
    (project.root / ".git").mkdir()
    (project.root / ".git" / "config").write_text("[core]\n")
    (project.root / "link.md").symlink_to("/etc/passwd")
    (project.root / "folder").symlink_to("/etc")
    (project.root / ".saving-1-x").write_text("half")
    said("-p", str(project.root), "codes")
    status, out, err = said("-p", str(project.root), "backup", str(tmp_path / "b"))
    assert (status, out[:14]) == (0, "Saved 7 files ")
    assert "Left out: link.md" in err
    assert "Left out: folder" in err
    assert "git clone copies that" in err
    names = {entry.path for entry in verify(tmp_path / "b").entries}
    assert not [name for name in names if name.startswith((".git/", ".qualcode", "link", "folder", ".saving"))]


@pytest.mark.parametrize("target", ["p/b", "p/sources/b", "link/b", "p", "there"])
def test_a_place_in_the_project_a_folder_or_a_file_that_is_there_is_refused(project, tmp_path, target):
    (tmp_path / "link").symlink_to(project.root)
    (tmp_path / "there").write_text("another file")
    with pytest.raises(BadOption):
        back_up(project, tmp_path / target)
    assert (tmp_path / "there").read_text() == "another file"


def test_a_backup_may_take_the_place_of_another_one(project, tmp_path, said):
    (tmp_path / "b").write_text("old")
    assert said("-p", str(project.root), "backup", str(tmp_path / "b"), "--replace")[0] == 0
    assert said("backup", "--verify", str(tmp_path / "b"))[1].startswith(f"{tmp_path / 'b'} is whole: 7 files")


@pytest.mark.parametrize("place", ["p", "file", "full"])
def test_nothing_is_restored_over_anything(project, tmp_path, place):
    back_up(project, tmp_path / "b")
    (tmp_path / "file").write_text("x")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / ".hidden").write_text("x")
    with pytest.raises(BadOption, match="not empty"):
        restore(tmp_path / "b", tmp_path / place)


def test_an_empty_folder_is_filled(project, tmp_path):
    back_up(project, tmp_path / "b")
    (tmp_path / "empty").mkdir(mode=0o755)
    restore(tmp_path / "b", tmp_path / "empty")
    assert files(tmp_path / "empty") == files(project.root)


def test_names_that_many_systems_cannot_keep_apart_are_named(project, tmp_path):
    (project.root / "Notes.md").touch()
    (project.root / "notes.md").touch()
    with pytest.raises(BadFile, match=r"notes\.md.*capital letters"):
        back_up(project, tmp_path / "b")
    assert litter(tmp_path) == ["p"]


def test_a_file_that_cannot_be_read_fails_the_backup_and_is_named(project, tmp_path, monkeypatch):
    real = backups._entry

    def refuse(path, name, known):
        if name == "codebook.yaml":
            raise PermissionError(13, "Permission denied")
        return real(path, name, known)

    monkeypatch.setattr(backups, "_entry", refuse)
    with pytest.raises(BadFile, match=r"codebook\.yaml: cannot be read"):
        back_up(project, tmp_path / "b")
    assert litter(tmp_path) == ["p"]


# ------------------------------------------------------------------------------------ a disk that fails


def test_a_disk_that_keeps_other_bytes_than_it_was_given_is_noticed_before_saved_is_said(
    project, tmp_path, monkeypatch
):
    real = backups.flush

    def rot(handle):
        os.pwrite(handle, b"\xff", 1000)
        real(handle)

    monkeypatch.setattr(backups, "flush", rot)
    with pytest.raises(CannotSave, match="does not hold what was written"):
        back_up(project, tmp_path / "b")
    assert litter(tmp_path) == ["p"]


def test_on_a_full_disk_the_earlier_backup_stays(project, tmp_path, monkeypatch):
    back_up(project, tmp_path / "b")
    earlier = (tmp_path / "b").read_bytes()

    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backups, "flush", full)
    with pytest.raises(CannotSave, match="No space left"):
        back_up(project, tmp_path / "b", replace=True)
    assert ((tmp_path / "b").read_bytes(), litter(tmp_path)) == (earlier, ["b", "p"])


def test_a_backup_that_does_not_fit_is_refused_before_anything_is_written(project, tmp_path, monkeypatch):
    back_up(project, tmp_path / "b")
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: shutil._ntuple_diskusage(10**9, 10**9, 100))
    with pytest.raises(CannotSave, match="of room here"):
        restore(tmp_path / "b", tmp_path / "again")
    assert litter(tmp_path) == ["b", "p"]


# ------------------------------------------------------------------------------------ damage


def refused(archive, tmp_path):
    """The message with which a backup is refused; nothing is left of it."""
    known = litter(tmp_path)
    with pytest.raises(BadFile) as error:
        restore(archive, tmp_path / "again")
    assert litter(tmp_path) == known
    return str(error.value)


def test_a_backup_cut_short_anywhere_is_refused(project, tmp_path):
    back_up(project, tmp_path / "b")
    whole = (tmp_path / "b").read_bytes()
    for size in [0, 1, 9, 10, 11, *range(20, len(whole), len(whole) // 12), len(whole) - 8, len(whole) - 1]:
        (tmp_path / "cut").write_bytes(whole[:size])
        message = refused(tmp_path / "cut", tmp_path)
        assert "cut short" in message or "no backup" in message or "too early" in message, (size, message)


def test_a_backup_with_one_flipped_bit_is_refused_or_gives_the_same_files(project, tmp_path):
    back_up(project, tmp_path / "b")
    whole, chance = (tmp_path / "b").read_bytes(), random.Random(6)
    named = 0
    for _ in range(30):
        damaged = bytearray(whole)
        damaged[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        (tmp_path / "flipped").write_bytes(damaged)
        try:
            verify(tmp_path / "flipped")
        except BadFile as error:
            named += "sources/scan.pdf" in str(error)
        else:
            restore(tmp_path / "flipped", tmp_path / "again")
            assert files(tmp_path / "again") == files(project.root)
            shutil.rmtree(tmp_path / "again")
    assert named > 15  # that file is most of the archive


def test_the_file_whose_bytes_are_others_is_named(project, tmp_path):
    held = archive([("project.yaml", b"title: x\n"), ("memos/m.md", b"one")], content={"memos/m.md": b"two"})
    (tmp_path / "b").write_bytes(held)
    assert "not those that were saved (at memos/m.md)" in refused(tmp_path / "b", tmp_path)


# ------------------------------------------------------------------------------------ strangers' archives


def archive(listed, *, content=None, head=None, extra=(), size=None, trail=b"", lines=None):
    """A backup with these files, made by tarfile, and what may be wrong with it."""
    content = dict(listed) | (content or {})
    rows = [
        {
            "path": path,
            "size": len(data) if size is None else size,
            "sha256": hashlib.sha256(data).hexdigest(),
            "mtime_ns": 0,
        }
        for path, data in listed
    ]
    first = head or {"qualcode_backup": 1, "qualcode": "0", "made": "", "files": len(rows)}
    manifest = lines if lines is not None else "".join(json.dumps(row) + "\n" for row in (first, *rows)).encode()
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as made:
        for name, data in [(NAME, manifest), *((TOP + path, content[path]) for path, _ in listed)]:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            made.addfile(info, io.BytesIO(data))
        for info, data in extra:
            made.addfile(info, io.BytesIO(data))
    return gzip.compress(out.getvalue() + trail)


def special(name, kind, link=""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info, b""


PROJECT = ("project.yaml", b"title: x\n")
HOSTILE = {
    "above": archive([PROJECT, ("../x", b"")]),
    "above, deeper": archive([PROJECT, ("memos/../../x", b"")]),
    "absolute": archive([PROJECT, ("/tmp/x", b"")]),
    "a dot": archive([PROJECT, ("./x", b"")]),
    "backslash": archive([PROJECT, ("..\\x", b"")]),
    "control signs": archive([PROJECT, ("a\x1b[31m", b"")]),
    "half a character": archive([PROJECT], lines=b'{"qualcode_backup": 1, "files": 1}\n'
        b'{"path": "\\ud800", "size": 0, "sha256": "' + b"0" * 64 + b'", "mtime_ns": 0}\n'),
    "no name": archive([PROJECT, ("", b"")]),
    "git's settings": archive([PROJECT, (".git/config", b"[core]\nfsmonitor = evil\n")]),
    "git's settings in capitals": archive([PROJECT, (".GIT/config", b"x")]),
    "an index": archive([PROJECT, (".qualcode/index.db", b"x")]),
    "twice": archive([PROJECT, ("a", b"1"), ("a", b"1")]),
    "twice but for capitals": archive([PROJECT, ("Notes.md", b"1"), ("notes.md", b"2")]),
    "twice but for accents": archive([PROJECT, ("caf\u00e9", b"1"), ("cafe\u0301", b"2")]),
    "a file as a folder": archive([PROJECT, ("a", b"1"), ("a/b", b"2")]),
    "a folder as a file": archive([PROJECT, ("a/b", b"2"), ("a", b"1")]),
    "a link": archive([PROJECT], extra=[special("project/l", tarfile.SYMTYPE, "/etc/passwd")]),
    "a hard link": archive([PROJECT], extra=[special("project/l", tarfile.LNKTYPE, "/etc/passwd")]),
    "a device": archive([PROJECT], extra=[special("project/l", tarfile.CHRTYPE)]),
    "a pipe": archive([PROJECT], extra=[special("project/l", tarfile.FIFOTYPE)]),
    "a folder": archive([PROJECT], extra=[special("project/l", tarfile.DIRTYPE)]),
    "more than listed": archive([PROJECT], extra=[(tarfile.TarInfo("project/x"), b"")]),
    "other sizes": archive([PROJECT], size=10**6),
    "sizes that are none": archive([PROJECT], size=-1),
    "a size that is true": archive([PROJECT], size=True),
    "fewer than it says": archive([PROJECT], head={"qualcode_backup": 1, "files": 2}),
    "newer": archive([PROJECT], head={"qualcode_backup": 2, "files": 1}),
    "no project": archive([("a", b"1")]),
    "no list": gzip.compress(b"x" * 2048),
    "not packed": b"x" * 2048,
    "empty": b"",
    "a list of no JSON": archive([PROJECT], lines=b"[[[[\n" * 3),
    "a list of deep JSON": archive([PROJECT], lines=b"[" * 100_000 + b"\n"),
    "a list without line ends": archive([PROJECT], lines=b"x" * 3_000_000),
    "something behind": archive([PROJECT], trail=b"x" * 100),
    "a bomb behind": archive([PROJECT], trail=bytes(50_000_000)),
    "two archives": archive([PROJECT]) + archive([PROJECT]),
    "rubbish behind": archive([PROJECT]) + b"rubbish",
}  # fmt: skip


@pytest.mark.parametrize("held", HOSTILE.values(), ids=HOSTILE)
def test_a_strangers_archive_is_refused_and_nothing_is_left_of_it(tmp_path, held):
    (tmp_path / "b").write_bytes(held)
    message = refused(tmp_path / "b", tmp_path)
    assert "\x1b" not in message
    assert litter(tmp_path) == ["b"]


def test_the_archive_that_those_are_made_from_is_taken(tmp_path):
    (tmp_path / "b").write_bytes(archive([PROJECT, ("memos/m.md", b"x")]))
    restore(tmp_path / "b", tmp_path / "again")
    assert (tmp_path / "again" / "memos" / "m.md").read_bytes() == b"x"


def test_a_bomb_is_refused_in_little_memory_and_no_room(tmp_path):
    """A gigabyte of zeros in a megabyte, where the list says nine bytes."""
    with gzip.open(tmp_path / "b", "wb", compresslevel=1) as file:
        row = {"path": "project.yaml", "size": 9, "sha256": "0" * 64, "mtime_ns": 0}
        lines = "".join(json.dumps(line) + "\n" for line in ({"qualcode_backup": 1, "files": 1}, row)).encode()
        for name, size in ((NAME, len(lines)), (TOP + "project.yaml", 1 << 30)):
            info = tarfile.TarInfo(name)
            info.size = size
            file.write(info.tobuf())
            if name == NAME:
                file.write(lines + bytes(-len(lines) % 512))
        for _ in range(100):
            file.write(bytes(1 << 20))
    assert "not what its list says" in refused(tmp_path / "b", tmp_path)


def test_the_list_itself_may_not_grow_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr(listing, "MOST_LISTED", 100)
    (tmp_path / "b").write_bytes(archive([PROJECT]))
    assert "far too long" in refused(tmp_path / "b", tmp_path)


# ------------------------------------------------------------------------------------ while people work


def test_a_backup_taken_while_others_code_has_whole_lines_and_one_moment(project, tmp_path):
    """A process appends as fast as it can, and makes a new code before each coding that uses it."""
    script = (
        "import sys, itertools; from pathlib import Path\n"
        "from qualcode.files.saving import append_lines, replace_file, locked_folder\n"
        "root = Path(sys.argv[1])\n"
        "for n in itertools.count():\n"
        "    book = b'codes:\\n' + b''.join(b'- c%d\\n' % i for i in range(n + 1))\n"
        "    with locked_folder(root): replace_file(root / 'codebook.yaml', book)\n"
        "    for m in range(4): append_lines(root / 'codings' / 'c1' / 'd1.jsonl', b'{\"code\": %d}\\n' % n)\n"
    )
    worker = subprocess.Popen([sys.executable, "-c", script, str(project.root)], cwd=ROOT)
    try:
        for number in range(4):
            back_up(project, tmp_path / f"b{number}")
            restore(tmp_path / f"b{number}", tmp_path / f"r{number}")
            again = tmp_path / f"r{number}"
            events = (again / "codings" / "c1" / "d1.jsonl").read_bytes()
            assert events.endswith(b"\n")
            used = [json.loads(line)["code"] for line in events.splitlines() if line.startswith(b'{"code"')]
            made = (again / "codebook.yaml").read_bytes().count(b"- c")
            assert max(used, default=-1) < made or not used
    finally:
        worker.kill()
        worker.wait()


def test_a_file_that_is_replaced_while_it_is_read_makes_the_backup_begin_anew(project, tmp_path, monkeypatch):
    real, times = backups._write, []

    def meddling(folder, target, contents, encryption, progress):
        if not times:
            (project.root / "codebook.yaml").write_text("codes: []\n")
        times.append(1)
        real(folder, target, contents, encryption, progress)

    monkeypatch.setattr(backups, "_write", meddling)
    back_up(project, tmp_path / "b")
    restore(tmp_path / "b", tmp_path / "again")
    assert (len(times), (tmp_path / "again" / "codebook.yaml").read_text()) == (2, "codes: []\n")
    assert litter(tmp_path) == ["again", "b", "p"]


def test_lines_that_come_later_do_no_harm(project, tmp_path, monkeypatch):
    path, real = project.coding_file("c1", "d1"), backups._write
    before = path.read_bytes()

    def later(*arguments):
        append_lines(path, b'{"later": 1}\n')
        real(*arguments)

    monkeypatch.setattr(backups, "_write", later)
    back_up(project, tmp_path / "b")
    restore(tmp_path / "b", tmp_path / "again")
    assert (tmp_path / "again" / "codings" / "c1" / "d1.jsonl").read_bytes() == before


# ------------------------------------------------------------------------------------ encrypted


@pytest.fixture
def age(tmp_path):
    """A recipient of age, and the file with its secret key."""
    if not shutil.which("age") or not shutil.which("age-keygen"):
        pytest.skip("age is not installed here")
    made = subprocess.run(["age-keygen", "-o", tmp_path / "key"], capture_output=True, text=True, check=True)
    return made.stderr.split()[-1], str(tmp_path / "key")


@pytest.fixture
def gpg(tmp_path, monkeypatch):
    """A key of gpg's, in a keyring of its own."""
    if not shutil.which("gpg"):
        pytest.skip("gpg is not installed here")
    home = Path("/tmp") / f"qualcode-gpg-{os.getpid()}"  # its sockets have short names
    home.mkdir(mode=0o700)
    monkeypatch.setenv("GNUPGHOME", str(home))
    make = ["gpg", "--batch", "--passphrase", "", "--quick-generate-key", "ann@example.org", "default", "default"]
    done = subprocess.run(make, capture_output=True, check=False, timeout=60)
    if done.returncode:
        shutil.rmtree(home)
        pytest.skip("gpg makes no key here")
    yield "ann@example.org"
    subprocess.run(["gpgconf", "--kill", "all"], capture_output=True, check=False)
    shutil.rmtree(home, ignore_errors=True)


def test_an_archive_encrypted_by_age_comes_back_with_its_key_alone(project, tmp_path, said, age):
    recipient, key = age
    assert said("-p", str(project.root), "backup", str(tmp_path / "b"), "--encrypt-to", recipient)[0] == 0
    assert (tmp_path / "b").read_bytes().startswith(b"age-encryption.org")
    assert b"Shibboleth" not in (tmp_path / "b").read_bytes()
    assert (tmp_path / "b").stat().st_mode & 0o777 == 0o600
    assert said("backup", "--verify", str(tmp_path / "b"), "--identity", key)[0] == 0
    assert said("restore", str(tmp_path / "b"), str(tmp_path / "again"), "--identity", key)[0] == 0
    assert files(tmp_path / "again") == files(project.root)
    status, _, err = said("restore", str(tmp_path / "b"), str(tmp_path / "more"))
    assert (status, "--identity FILE" in err) == (2, True)
    assert litter(tmp_path) == ["again", "b", "key", "p"]


def test_a_file_of_recipients_is_taken_too(project, tmp_path, said, age):
    recipient, key = age
    (tmp_path / "team.txt").write_text(recipient + "\n")
    assert (
        said("-p", str(project.root), "backup", str(tmp_path / "b"), "--encrypt-to", str(tmp_path / "team.txt"))[0] == 0
    )
    assert verify(tmp_path / "b", identity=key).entries


def test_an_encrypted_archive_that_was_cut_or_flipped_is_refused(project, tmp_path, said, age):
    recipient, key = age
    said("-p", str(project.root), "backup", str(tmp_path / "b"), "--encrypt-to", recipient)
    whole = (tmp_path / "b").read_bytes()
    for damaged in (whole[: len(whole) // 2], whole[:-1], whole[:-40] + b"x" + whole[-39:]):
        (tmp_path / "c").write_bytes(damaged)
        status, _, err = said("restore", str(tmp_path / "c"), str(tmp_path / "again"), "--identity", key)
        assert (status, "could not open" in err) == (2, True)
    assert litter(tmp_path) == ["b", "c", "key", "p"]


def test_an_archive_encrypted_by_gpg_comes_back(project, tmp_path, said, gpg):
    assert said("-p", str(project.root), "backup", str(tmp_path / "b"), "--encrypt-to", gpg)[0] == 0
    assert b"Shibboleth" not in (tmp_path / "b").read_bytes()
    assert said("restore", str(tmp_path / "b"), str(tmp_path / "again"))[0] == 0
    assert files(tmp_path / "again") == files(project.root)


def test_gpg_asks_no_server_for_a_recipient(monkeypatch):
    monkeypatch.setattr(encrypting.shutil, "which", lambda tool: f"/usr/bin/{tool}")
    arguments = encrypting.encryption_to(["nobody@example.org"]).arguments
    assert {"--no-auto-key-locate", "--disable-dirmngr"} <= {*arguments}


@pytest.mark.parametrize("tool", ["age", "gpg"])
def test_a_tool_that_is_not_installed_is_named_and_nothing_is_written(project, tmp_path, said, monkeypatch, tool):
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    status, _, err = said(
        "-p",
        str(project.root),
        "backup",
        str(tmp_path / "b"),
        "--encrypt-to",
        "age1xyz" if tool == "age" else "ann@x.org",
    )
    assert (status, f"{tool} is not installed" in err, err.count("\n")) == (2, True, 1)
    assert litter(tmp_path) == ["p"]


def test_without_a_tool_a_passphrase_is_of_no_use_and_that_is_said(project, tmp_path, said, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    status, _, err = said("-p", str(project.root), "backup", str(tmp_path / "b"), "--passphrase")
    assert (status, "age is not installed" in err, litter(tmp_path)) == (2, True, ["p"])


def test_a_recipient_that_there_is_not_saves_nothing(project, tmp_path, said, age):
    status, _, err = said("-p", str(project.root), "backup", str(tmp_path / "b"), "--encrypt-to", "age1nobody")
    assert (status, "age did not encrypt it" in err, litter(tmp_path, "key")) == (2, True, ["p"])


def test_an_encrypted_file_without_its_tool_says_which_one_is_missing(tmp_path, said, monkeypatch):
    (tmp_path / "b").write_bytes(b"age-encryption.org/v1\n")
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    status, _, err = said("restore", str(tmp_path / "b"), str(tmp_path / "again"))
    assert (status, "encrypted by age, which is not installed" in err) == (2, True)


def test_no_bytes_of_the_project_are_on_the_disk_unencrypted_on_the_way(project, tmp_path, age, monkeypatch):
    """Every file that is opened for writing meanwhile is kept, and looked through."""
    from qualcode.exchange.backup.encrypting import encryption_to

    seen = []
    monkeypatch.setattr(backups, "put_in_place", watching(backups.put_in_place, seen))
    back_up(ProjectFolder(project.root), tmp_path / "b", encryption=encryption_to([age[0]]))
    assert len(seen) == 1
    assert b"Shibboleth" not in seen[0]
    with pytest.raises(OSError):  # noqa: PT011 (it is not packed text either)
        gzip.decompress(seen[0])


def watching(real, seen):
    from contextlib import contextmanager

    @contextmanager
    def put_in_place(path, modes):
        with real(path, modes) as file:
            yield file
            file.flush()
            seen.append(os.pread(file.fileno(), 10**8, 0))

    return put_in_place
