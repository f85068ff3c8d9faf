"""What the README, the help and ARCHITECTURE say is so: every command is there, and every example runs."""

import argparse
import glob
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from builders import PACKAGE, ROOT

import qualcode
from qualcode.cli.main import run
from qualcode.cli.parser import make_parser

README = (ROOT / "README.md").read_text("utf-8")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
SHELL = [line for kind, block in BLOCKS if kind == "sh" for line in block.splitlines() if line.strip()]
PYTHON = [block for kind, block in BLOCKS if kind == "python"]

# The issue's own list of the command line.
PROMISED = [
    "demo", "demo DIR --no-open", "new DIR --title T --codebook NAME", "open", "open PROJECT --document D",
    "import A B --case C --kind K --date D --title T", "documents", "cases", "codes", "show DOC",
    "code DOC CODE --span 1:2 --note T", "code DOC CODE --quote TEXT", "uncode ID", "undo", "undo 2", "redo", "redo 2",
    "segments --code C --case X --document D --speaker S --coder N --text WORDS --exact", "check", "log", "log DOC",
    "matrix --rows code --cols case --cell segments", "matrix --rows role --cols kind --cell documents --exact",
    "matrix --rows speaker --cols coder --cell words", "matrix --rows document --cols case", "code --coder N D C --span 1:2",
    "-p PATH documents", "documents -p PATH", "documents --project PATH", "undo --coder N",
    *(f"{name} -f csv -o FILE --no-bom" for name in ("documents", "cases", "codes", "segments", "matrix", "check", "log")),
    *(f"{name} --format json --output FILE" for name in ("documents", "cases", "codes", "segments", "matrix")),
    "codebook show", "codebook show CODE", *(f"codebook export -f {form}" for form in ("yaml", "csv", "md", "docx")),
    "codebook export -o codebook.docx", "codebook import FILE", "codebook import FILE --dry-run", "codebook add NAME --parent P",
    "codebook add NAME --definition D --use-when U --do-not-use-when N --example E --color #aabbcc", "codebook rename CODE NAME",
    "codebook move CODE PARENT", "codebook move CODE --parent P", "codebook move CODE --top", "codebook merge CODE INTO",
    "codebook merge A B --into C", "codebook edit CODE --definition D", "codebook diff A B", "codebook check", "stale", "stale --code C",
    "memos", "memos --about A --kind K", "memo new --title T --about A --kind K --text X", "memo show ID", "memo edit ID --text X",
    "quotes check FILE.md", "quotes check FILE.docx", "log --coder N --document D --code C --case X --since D --until D --kind K",
    "log -f csv -o audit.csv", "undo --to 2026-11-20", "undo --event ID", "segments --as-of 2026-11-20", "matrix --as-of 2026-11-20",
    "codes --as-of 2026-11-20", "milestone NAME", "milestone --diff A B", "milestones",
    *(f"matrix --rows {name} --cols code" for name in (
        "top-code", "participant", "month", "quarter", "year", "language", "attr:income", "attr:income:0,1000,4000", "turn-of:Q",
        "case+role")),
    *(f"matrix --cell {name}" for name in (
        "cases", "turns", "chars", "coverage", "present", "quotes", "summaries", "first-date")),
    *(f"matrix --percent {name}" for name in ("row", "col", "total")), "matrix --per 1000words --exact",
    *(f"matrix --rows code --cols code --relation {name}" for name in ("overlap", "same-turn", "near:3", "contains", "follows")),
    *(f"matrix -f {form} -o FILE --manifest" for form in ("csv", "xlsx", "json", "md", "html", "latex")), "matrix --long",
    "segments --where role:child --manifest FILE", "compare liang zhao", *(f"compare A B --code C -f {form}" for form in (
        "md", "html", "docx", "csv")),
    "saturation --base 4 --run 2 --threshold 5 --order date", "saturation --order import", "saturation --order FILE", "kwic WORDS",
    "report -o report.html", "report --anonymous", "pseudonyms suggest", "pseudonyms apply", "segments -o FILE --allow-names",
    "new DIR --shared", "merge OTHER", "redact DOC --span 1:2", "redact DOC --span 1:2 --span 5:9", "withdraw PARTICIPANT",
    "backup FILE", "restore FILE DIR",
]  # fmt: skip


def subparsers(parser, above=()):
    """Every command by its words, those within a command (`codebook rename`) too."""
    found = {}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, sub in action.choices.items():
                found[" ".join((*above, name))] = sub
                found |= subparsers(sub, (*above, name))
    return found


COMMANDS = subparsers(make_parser())
TOP = [name for name in COMMANDS if " " not in name]


@pytest.fixture
def demonstration(tmp_path, monkeypatch):
    """A copy of the demonstration project, named as in the README, with the current folder in it."""
    folder = tmp_path / "projects" / "left-behind-children"
    shutil.copytree(ROOT / "projects" / "left-behind-children", folder, ignore=shutil.ignore_patterns(".qualcode"))
    interviews = tmp_path / "interviews"
    interviews.mkdir()
    for name in ("ann", "bea"):
        (interviews / f"{name}.txt").write_text(f"Interviewer: How was the night?\n\n{name.title()}: Long.\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("QUALCODE_CODER", "reader")
    monkeypatch.chdir(folder)
    return folder


# ------------------------------------------------------------------ the commands


@pytest.mark.parametrize("line", PROMISED)
def test_the_command_line_of_the_issue_is_understood(line):
    assert make_parser().parse_args(line.split()).command


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme(name):
    last = name.rpartition(" ")[2]
    assert re.search(rf"`?qualcode {name}\b|`{last}`|\b{last}(?=[,;])", README)


@pytest.mark.parametrize("name", TOP)
def test_the_help_lists_every_command(name, capsys):
    assert run(["--help"]) == 0
    assert re.search(rf"^ +{name} ", capsys.readouterr().out, re.MULTILINE)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_commands_help_has_an_example_that_is_understood(name, capsys):
    assert run([*name.split(), "--help"]) == 0
    example = capsys.readouterr().out.partition("Example:\n")[2].strip()
    words = shlex.split(example.partition(" | ")[0])
    assert words[: len(name.split()) + 1] == ["qualcode", *name.split()]
    assert make_parser().parse_args(words[1:]).command


# Those that need a file, a coding of the reader's own, or an editor are tried in tests of their own.
NOT_RUN = (
    "demo", "new", "open", "import", "uncode", "mark", "undo", "redo", "recode", "keep", "codebook import", "quotes", "quotes check",
    "play", "update", "review place", "review accept", "edit", "cases import", "restore", "pseudonyms apply",
    "pseudonyms use",
)  # fmt: skip
EXAMPLES = [name for name in COMMANDS if name not in NOT_RUN]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_in_a_commands_help_runs_in_the_demonstration_project(demonstration, name, capsys):
    run([*name.split(), "--help"])
    example = capsys.readouterr().out.partition("Example:\n")[2].partition(" | ")[0]
    assert run(shlex.split(example)[1:]) == 0


@pytest.mark.parametrize("name", COMMANDS)
def test_a_commands_help_explains_every_option(name):
    for action in COMMANDS[name]._actions:
        if action.option_strings:
            assert action.help, action.option_strings
            assert max(action.option_strings, key=len) in COMMANDS[name].format_help()


def test_every_option_that_the_readme_speaks_of_exists():
    known = {option for sub in COMMANDS.values() for action in sub._actions for option in action.option_strings}
    elsewhere = {"--version", "--ours"}  # the latter is git's
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README)) <= known | elsewhere


def test_the_version_is_printed(capsys):
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"qualcode {qualcode.__version__}\n"


def test_without_a_command_the_help_is_printed(capsys):
    assert run([]) == 0
    assert "Start here" in capsys.readouterr().out


def test_the_exit_statuses_are_documented_in_help_and_readme(capsys):
    run(["--help"])
    for text in (README, capsys.readouterr().out):
        assert "2 wrong use or bad input" in text
        assert "Exit status: 0 done, 1 " in text


# ------------------------------------------------------------------ the README runs


def arguments(line):
    """The words of a command line as a shell gives them: quotes, comments, ~ and * resolved."""
    for word in shlex.split(line, comments=True):
        path = os.path.expanduser(word)
        yield from sorted(glob.glob(path)) or [path]


def test_the_two_commands_of_the_readme_are_make_demo_and_make_test():
    assert [line.split("#")[0].strip() for line in SHELL if line.startswith("make")] == ["make demo", "make test"]


def test_every_line_of_the_readme_to_be_typed_is_looked_at_here():
    assert {line.split()[0] for line in SHELL} == {"make", "qualcode", "cd"}
    assert len(SHELL) >= 15


def test_every_qualcode_line_of_the_readme_runs_in_the_order_given(demonstration, monkeypatch, capsys):
    results = {}
    for kind, block in BLOCKS:
        monkeypatch.chdir(demonstration)
        for line in block.splitlines() if kind == "sh" else ():
            words = list(arguments(line))
            if words[:1] == ["cd"]:
                monkeypatch.chdir(words[1])
            elif words[:1] == ["qualcode"]:
                status = run(words[1:])
                results[line] = (status, capsys.readouterr().err)
    bad = {line: said for line, said in results.items() if said[0] != 0 and not line.startswith("qualcode open")}
    assert bad == {}
    assert len(results) >= 15


def test_a_study_begun_as_in_the_readme_has_its_documents(demonstration, monkeypatch, capsys):
    for line in SHELL:
        if line.startswith(("qualcode new", "cd ", "qualcode import")):
            words = list(arguments(line))
            monkeypatch.chdir(words[1]) if words[0] == "cd" else run(words[1:])
    with qualcode.open_project() as project:
        assert [row["document"] for row in project.documents] == ["ann", "bea"]
        assert {row["case"] for row in project.documents} == {"ward-a"}


def test_the_files_that_the_readme_exports_are_there(demonstration, capsys):
    for words in (list(arguments(line)) for line in SHELL):
        if "-o" in words:
            run(words[1:])
            assert Path(words[words.index("-o") + 1]).stat().st_size > 0


def test_the_readmes_coding_is_the_passage_that_it_quotes(demonstration, capsys):
    line = next(line for line in SHELL if line.startswith("qualcode code "))
    run([*list(arguments(line))[1:], "-f", "csv"])
    words = list(arguments(line))
    assert words[words.index("--quote") + 1] in capsys.readouterr().out


def test_the_yaml_of_the_readme_is_front_matter_that_is_understood(tmp_path):
    from qualcode.files.transcripts import read_transcript

    (block,) = [block for kind, block in BLOCKS if kind == "yaml"]
    path = tmp_path / "d.md"
    path.write_text(f"---\n{block}---\nInterviewer: How was it?\n\nAnn: Long.\n")
    read = read_transcript(path, "d", "d")
    assert read.problems == []
    assert (read.info.case, read.info.kind, dict(read.info.speakers)) == (
        "ward-a", "interview", {"Interviewer": "i", "Ann": "p01"},
    )  # fmt: skip


@pytest.mark.parametrize("block", PYTHON, ids=range(len(PYTHON)))
def test_the_python_of_the_readme_runs_in_a_fresh_process_and_leaves_the_codings_as_they_were(demonstration, block):
    code = f"before = len(__import__('qualcode').open_project().segments())\n{block}\nassert len(project.segments()) == before\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert (demonstration / "matrix.csv").read_text("utf-8-sig").startswith("code,")


def test_every_name_that_the_readmes_python_uses_is_public():
    names = set(re.findall(r"qualcode\.(\w+)", "".join(PYTHON)))
    assert names
    assert names <= set(qualcode.__all__)


# ------------------------------------------------------------------ ARCHITECTURE and friends


def test_the_architecture_names_every_package():
    packages = {path.parent.name for path in PACKAGE.rglob("__init__.py")} - {"qualcode"}
    assert {name for name in packages if f"{name}/" not in ARCHITECTURE} == set()


@pytest.mark.parametrize("file", re.findall(r"\]\(([\w./-]+)\)", README))
def test_the_links_of_the_readme_lead_somewhere(file):
    assert (ROOT / file).is_file()


@pytest.mark.parametrize("target", ["demo", "test", "check", "bench"])
def test_the_makefile_has_the_promised_targets(target):
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


def test_every_dependency_is_explained_in_the_architecture():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = [re.match(r"[\w.-]+", item)[0] for item in project["dependencies"]]
    assert [name for name in names if name.lower() not in ARCHITECTURE.lower()] == []
