"""A project in which people's names stand wherever a name can stand, a key for them, and who is still readable in a text.

The reader of texts knows nothing of qualcode: it takes marks and escapes out of a text and looks for words that are nobody else's.
"""

from __future__ import annotations

import html
import io
import re
import unicodedata
import zipfile
from pathlib import Path
from urllib.parse import unquote

from builders import make_project, transcript

from qualcode.cli.main import run
from qualcode.files.folder import ProjectFolder
from qualcode.files.pseudonym_key import place_of

KEY = """\
names:
  Guinevere Quibblethorpe: Beatrix Lowndes
  Zoë Brûlésson: Mia Strand
  王小明: {pseudonym: 林军, variants: {Wang Xiaoming: Lin Jun}}
  فاطمة الزهراء: ليلى حسن
  Lily Young: Nora Pym
  Anna-Lena O'Haraxes: Dina Moor
  Жанна Петровская: Ольга Смирнова
"""
TOKENS = (
    "quibblethorpe", "guinevere", "brûlésson", "zoë", "王小明", "小明", "xiaoming", "فاطمة", "الزهراء", "lily young",
    "anna-lena", "o'haraxes", "жанна", "петровск",
)  # fmt: skip
LONG, PAIR, NFD = "Guinevere Quibblethorpe", "Lily Young", unicodedata.normalize("NFD", "Zoë Brûlésson")
ALL = f"{LONG}, Zoë Brûlésson, {NFD}, 王小明, فاطمة الزهراء, {PAIR}, Anna-Lena O'Haraxes, Жанна Петровская"
DOCUMENT, OTHER, CASE, CODE, MEMO = (
    "guinevere-quibblethorpe-1",
    "two-zh",
    "quibblethorpe",
    "quibblethorpe-love",
    "on-guinevere",
)
TEXT = f"""\
Interviewer: How was it, Guinevere?

{LONG}: It was late. Guinevere's sister {PAIR} came; the Quibblethorpes' house was full. {ALL}.

Interviewer: Was Lily
Young there? Or Guinevere
Quibblethorpe? (GUINEVERE), "Guinevere", *Guinevere*, <b>Guinevere</b>, [Guinevere]; Guinevere/Zoë: Zoë—{NFD}… {NFD.upper()}!

{LONG}: QUIBBLETHORPE, GUINEVERE said so. The Youngs? {PAIR}’s cat. O’Haraxes' dog, Anna‑Lena O’Haraxes. I long for home.

Interviewer: 王小明说他来了。我问小明好不好。وفاطمة الزهراء قالت. Жанна пришла. I long for home too.
"""
CHINESE = "访谈者：王小明在家吗？\n\n王小明：小明在家。老王没来。我想家。\n"


def make_study(folder: Path, *, key: bool = True) -> ProjectFolder:
    """The project, with codings, memos, corrections and filters that name everybody; under its key, if wanted."""
    project = make_project(
        folder,
        {
            DOCUMENT: transcript(TEXT, title=f"{LONG} at home", case=CASE, kind=f"visit to {PAIR}", language="en", date="2024-03-05",
                                 speakers={"Interviewer": "interviewer", LONG: "guinevere"}, place=f"kitchen of {LONG}",
                                 provenance=f"recorded by {NFD}"),
            OTHER: transcript(CHINESE, title=f"王小明, {NFD}", case="zoe-brulesson", language="zh", translation_of=DOCUMENT,
                              date="2024-04-05", speakers={"访谈者": "interviewer", "王小明": "p2"}),
        },
        codes={
            CODE: {"name": f"love of {LONG}", "definition": f"Of {ALL}", "use_when": f"When {PAIR}\ncomes", "key": 1,
                   "do_not_use_when": f"{LONG}'s", "example": f"“{LONG} alone”\n{PAIR} away"},
            f"{CODE}/sub": {"name": f"{PAIR} waits", "definition": f"{NFD} waits"},
            "plain": {"name": "plain"},
        },
        cases={CASE: {"child": PAIR, f"kin of {LONG}": f"{NFD} / 王小明"}, "zoe-brulesson": {"child": "小明"}},
        participants=[{"id": "guinevere", "name": LONG, "role": f"mother of {PAIR}", "case": CASE},
                      {"id": "p2", "name": "王小明", "role": "father", "case": "zoe-brulesson"}],
        attributes={"child": "text", f"kin of {LONG}": "text"},
    )  # fmt: skip
    text = project.project_yaml.read_text(encoding="utf-8")
    text = text.replace(
        "title: A study",
        f"title: The {LONG} study\ndescription: With {ALL}\nresearch_questions: ['Does {PAIR} love {LONG}?']",
    )
    project.project_yaml.write_text(
        text.replace(f"id: {CASE}\n", f"id: {CASE}\n  name: Family of {LONG}\n"), encoding="utf-8"
    )
    (folder / "sources").mkdir()
    (folder / "sources" / f"{LONG}.txt").write_text(TEXT, encoding="utf-8")
    _work(project)
    if key:
        put_key_on(project)
    return project


def put_key_on(project: ProjectFolder) -> Path:
    place = project.root.parent / "key" / "pseudonyms.yaml"
    place.parent.mkdir(exist_ok=True)
    place.write_text(KEY, encoding="utf-8")
    _do(project, "pseudonyms", "use", str(place))
    assert place_of(project) == place
    return place


def _do(project: ProjectFolder, *words: str, coder: str = "a") -> None:
    asks = ("--coder", coder) if words[0] != "pseudonyms" else ()
    assert run([*words, *asks, "-p", str(project.root)]) == 0, words


def _work(project: ProjectFolder) -> None:
    """What coders did: through commands, so that the logs tell of it too."""
    for coder in ("a", "b"):
        _do(
            project,
            "code",
            DOCUMENT,
            CODE,
            "--quote",
            "the Quibblethorpes' house was full",
            "--note",
            f"{LONG}, {NFD}\n{PAIR}",
            coder=coder,
        )
    _do(project, "code", DOCUMENT, "sub", "--quote", f"{PAIR}’s cat", "--note", ALL)
    _do(project, "code", DOCUMENT, "plain", "--quote", "I long for home.")
    _do(project, "code", OTHER, CODE, "--quote", "小明在家。", "--note", "小明")
    _do(project, "memo", "new", "--title", "On Guinevere", "--about", CASE, "--kind", "analytic", "--text",
        f"# {LONG}\n\n**{LONG}** and *{PAIR}*: {ALL}. [[{DOCUMENT}]] <i>{LONG}</i>, {PAIR.replace(' ', chr(10))}")  # fmt: skip
    _do(project, "memo", "new", "--title", f"Code of {PAIR}", "--about", CODE, "--text", ALL)
    _do(project, "memo", "new", "--title", f"Visit to {NFD}", "--about", DOCUMENT, "--text", ALL)
    _do(project, "framework", "set", CASE, CODE, "--text", f"{LONG} loves {PAIR}; {ALL}")
    _do(project, "filters", "save", f"of {LONG}", f"speaker:'{LONG}' and text:'{PAIR}'")
    _do(project, "milestone", f"when {PAIR} came")
    _do(project, "edit", DOCUMENT, "--replace", "It was late.", f"It was late, said {PAIR}.")
    _do(project, "codebook", "edit", "plain", "--definition", f"Plain, says {LONG}")
    _do(project, "codebook", "add", f"gone {PAIR}", "--definition", ALL)
    _do(project, "codebook", "delete", f"gone {PAIR}", "--yes")
    _do(project, "cases", "set", CASE, f"child={PAIR} herself")
    _do(project, "recording", DOCUMENT, f"sound/{LONG}.wav")


# ---------------------------------------------------------------- who is still readable


def readable(data: bytes | str) -> list[str]:
    """The words of the key's people that somebody can read in an output: text, JSON, a page, a package, an escaped address."""
    if isinstance(data, bytes):
        if data[:2] == b"PK" and zipfile.is_zipfile(io.BytesIO(data)):
            with zipfile.ZipFile(io.BytesIO(data)) as package:
                return sorted(
                    {name for part in package.namelist() for name in readable(part) + readable(package.read(part))}
                )
        data = data.decode("utf-8", "replace")
    ways = [data, re.sub(r"\\n|\\t|\\r", " ", data)]
    with_letters = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), data)
    ways += [
        with_letters,
        html.unescape(data),
        unquote(data),
        html.unescape(re.sub(r"<[^>]*>", "", data)),
        re.sub(r"[*_\\{}~`]", "", data),
    ]
    found = set()
    for way in ways:
        plain = " ".join(
            re.sub("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]", "", unicodedata.normalize("NFC", way))
            .casefold()
            .split()
        )
        plain = plain.replace("’", "'").replace("‑", "-")
        found |= {token for token in TOKENS if token in plain}
    return sorted(found)
