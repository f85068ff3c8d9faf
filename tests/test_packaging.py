"""The wheel, the start-up and what git takes."""

import os
import shutil
import site
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from builders import ROOT

SOURCES = ["pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "ARCHITECTURE.md", ".gitignore"]


def finished(*argv, **options):
    return subprocess.run(
        [str(word) for word in argv], capture_output=True, text=True, timeout=120, check=False, **options
    )


def files_of(folder):
    """Every file but what is derived, with its content."""
    paths = (path for path in Path(folder).rglob("*") if path.is_file() and ".qualcode" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


# ------------------------------------------------------------------ the wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from a copy of the sources in which a confidential study and a derived index lie about."""
    pytest.importorskip("hatchling.build", reason="the build backend hatchling is not installed here")
    folder = tmp_path_factory.mktemp("build") / "sources"
    folder.mkdir()
    for name in SOURCES:
        shutil.copy(ROOT / name, folder / name)
    for name in ("qualcode", "projects", "codebooks"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in ("projects/secret/transcripts/ann.md", "projects/left-behind-children/.qualcode/index.db"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("confidential")
    code = "from hatchling.build import build_wheel; print(build_wheel('.'))"
    done = finished(sys.executable, "-c", code, cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / done.stdout.split()[-1]


@pytest.fixture(scope="module")
def names(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """A fresh environment with the wheel in it; the dependencies are those of this one. Returns its Python."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False)
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / "python"
    if finished(sys.executable, "-m", "pip", "--version").returncode:
        pytest.skip("pip is not installed here")
    done = finished(
        sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", "--quiet", wheel
    )
    assert done.returncode == 0, done.stderr
    return python


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """An empty current folder, with this environment's packages within reach but not its qualcode."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(site.getsitepackages()))
    monkeypatch.setenv("QUALCODE_CODER", "reader")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_wheel_holds_both_demonstration_projects_and_all_codebooks(names):
    for kind in ("projects/left-behind-children", "projects/left-behind-press", "codebooks"):
        expected = {f"qualcode/bundled/{kind}/{name}" for name in files_of(ROOT / kind)}
        assert expected <= set(names)


@pytest.mark.parametrize("part", [".qualcode", "secret", "tests/", "__pycache__", "benchmarks/"])
def test_the_wheel_holds_nothing_else(names, part):
    assert [name for name in names if part in name] == []


def test_the_wheel_holds_the_licence(names):
    assert any(name.endswith("LICENSE") for name in names)


def test_the_installed_package_is_the_one_from_the_wheel(installed, elsewhere):
    done = finished(installed, "-c", "import qualcode; print(qualcode.__file__)")
    assert Path(done.stdout.strip()).is_relative_to(installed.parent.parent), done.stderr


def test_demo_works_from_the_wheel(installed, elsewhere):
    done = finished(installed.with_name("qualcode"), "demo", "here", "--no-open")
    assert done.returncode == 0, done.stderr
    assert files_of("here") == files_of(ROOT / "projects" / "left-behind-children")


def test_the_copy_from_the_wheel_can_be_coded_and_is_sound(installed, elsewhere):
    finished(installed.with_name("qualcode"), "demo", "here", "--no-open")
    quote = ("--quote", "The same as other Sundays.")
    command = (installed.with_name("qualcode"), "-p", "here")
    done = finished(*command, "code", "zhao-2009-06-08-long", "hidden emotions/longing", *quote)
    said = [line for line in done.stderr.splitlines() if not line.startswith("Reading changed files")]  # a slow disk
    assert (done.returncode, said) == (0, [])
    assert finished(*command, "check").returncode == 0


def test_new_finds_the_codebooks_of_the_wheel(installed, elsewhere):
    done = finished(installed.with_name("qualcode"), "new", "study", "--codebook", "left-behind-policy")
    assert done.returncode == 0, done.stderr
    assert Path("study/codebook.yaml").read_bytes() == (ROOT / "codebooks" / "left-behind-policy.yaml").read_bytes()


def test_a_report_can_be_written_from_the_wheel(installed, elsewhere):
    finished(installed.with_name("qualcode"), "demo", "here", "--no-open")
    done = finished(installed.with_name("qualcode"), "-p", "here", "report", "-o", "report.html")
    assert done.returncode == 0, done.stderr
    assert "script-src 'sha256-" in Path("report.html").read_text("utf-8").replace("&#x27;", "'")


# ------------------------------------------------------------------ what is loaded when

HEAVY = ("textual", "rich", "pydantic", "yaml", "ruamel", "sqlite3", "regex", "lxml")


def loaded(code, cwd=ROOT):
    """Which heavy packages are loaded after this code, and what it printed to standard error."""
    script = f"import sys\n{code}\nprint('LOADED', *sorted({{n.partition('.')[0] for n in sys.modules}}))"
    done = finished(sys.executable, "-c", script, cwd=cwd)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.partition("LOADED ")[2].split()) & set(HEAVY)


@pytest.mark.parametrize("argv", [["--help"], ["--version"], [], ["matrix", "--help"], ["nonsense"]], ids=" ".join)
def test_help_and_version_load_nothing_heavy(argv):
    assert loaded(f"from qualcode.cli.main import run\nrun({argv!r})") == set()


def test_importing_qualcode_loads_nothing_heavy():
    assert loaded("import qualcode") == set()


@pytest.mark.parametrize(
    "argv",
    [["matrix"], ["segments"], ["documents"], ["check"], ["show", "zhao-2009-06-08-long"], ["log"], ["search", "生日"]],
    ids=" ".join,
)
def test_no_command_without_a_screen_loads_textual(argv, tmp_path):
    shutil.copytree(ROOT / "projects" / "left-behind-children", tmp_path / "p")
    assert not loaded(f"from qualcode.cli.main import run\nrun({argv!r})", tmp_path / "p") & {"textual", "rich"}


def test_coding_loads_no_textual(tmp_path):
    shutil.copytree(ROOT / "projects" / "left-behind-children", tmp_path / "p")
    argv = ["code", "zhao-2009-06-08-long", "longing", "--quote", "The same as other Sundays.", "--coder", "x"]
    assert not loaded(f"from qualcode.cli.main import run\nrun({argv!r})", tmp_path / "p") & {"textual", "rich"}


def test_demo_without_opening_loads_no_textual(tmp_path):
    argv = ["demo", "here", "--no-open"]
    code = f"sys.path.insert(0, {str(ROOT)!r})\nfrom qualcode.cli.main import run\nrun({argv!r})"
    assert not loaded(code, tmp_path) & {"textual", "rich"}


def test_importing_qualcode_prints_nothing():
    done = finished(sys.executable, "-W", "error", "-c", "import qualcode; qualcode.open_project; qualcode.Session")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


# ------------------------------------------------------------------ git


@pytest.fixture(scope="module")
def ignored():
    """Whether git would ignore a path of this repository."""
    if shutil.which("git") is None or finished("git", "rev-parse", "--git-dir", cwd=ROOT).returncode:
        pytest.skip("this is no git checkout")

    def ask(path):
        return finished("git", "check-ignore", "--no-index", "--quiet", path, cwd=ROOT).returncode == 0

    return ask


@pytest.mark.parametrize(
    "path",
    [
        "projects/my-study/project.yaml", "projects/my-study/transcripts/ann.md", "projects/my-study/sources/ann.docx",
        "projects/left-behind-children-2/project.yaml", "projects/ann.md", "projects/left-behind-press/.qualcode/index.db",
        "projects/left-behind-children/.qualcode/index.db", "demo/left-behind-children/project.yaml",
    ],
)  # fmt: skip
def test_git_takes_no_study_but_the_demonstration(ignored, path):
    assert ignored(path)


@pytest.mark.parametrize("name", ["left-behind-children", "left-behind-press"])
def test_git_takes_every_file_of_the_demonstration_projects(ignored, name):
    tracked = finished("git", "ls-files", "--cached", "--others", "--exclude-standard", f"projects/{name}", cwd=ROOT)
    expected = {f"projects/{name}/{file}" for file in files_of(ROOT / "projects" / name)}
    assert set(tracked.stdout.splitlines()) == expected


def test_git_holds_no_other_project():
    if shutil.which("git") is None or finished("git", "rev-parse", "--git-dir", cwd=ROOT).returncode:
        pytest.skip("this is no git checkout")
    tracked = finished("git", "ls-files", "projects", cwd=ROOT).stdout.splitlines()
    assert {name.split("/")[1] for name in tracked} == {"left-behind-children", "left-behind-press"}
