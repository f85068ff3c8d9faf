"""Under a key nobody's name is readable anywhere: what commands print, write and complain of, and what screens show.

The names stand wherever they can (`names_everywhere`). Where texts, notes and entries are edited
they stand as they are: README, Pseudonyms.
"""

import shutil

import pytest
from names_everywhere import CASE, CODE, DOCUMENT, KEY, LONG, MEMO, OTHER, PAIR, make_study, readable
from screens import opened, screen_text, told

from qualcode.core.overlay import wearing
from qualcode.files.pseudonym_key import key_of, place_of
from qualcode.tui.key_watch import KeyWatch

LISTS = (
    ("show", DOCUMENT), ("show", OTHER), ("memo", "show", MEMO), ("framework", "show", CASE, CODE), ("codebook", "show"),
    ("codebook", "show", CODE), ("kwic", "long"), ("kwic", "house", "--width", "60"), ("search", "house"), ("log",), ("check",),
    ("review", "list"), ("filters",), ("cases",), ("participants",), ("milestones",), ("translations", "check"),
    ("compare", CASE, "zoe-brulesson"), ("codeline", DOCUMENT), ("network", "--least", "1"), ("speakers", "list", DOCUMENT),
    ("matrix", "--rows", "speaker", "--cell", "quotes"), ("matrix", "--rows", f"attr:kin of {LONG}"), 
)  # fmt: skip
WRITTEN = (
    (("segments", "--translation"), "csv"), (("log",), "csv"), (("log",), "xlsx"), (("memos",), "docx"), (("memos",), "md"),
    (("matrix", "--cell", "quotes"), "xlsx"), (("codebook", "export"), "docx"), (("codebook", "export"), "yaml"), (("report",), "html"),
    (("framework", "list", "--all-codes"), "latex"), (("codeline", DOCUMENT), "svg"), (("kwic", "I"), "json"),
)  # fmt: skip
COMPLAINTS = (
    ("show", "nobody"), ("segments", "--code", "love"), ("segments", "--speaker", "nobody"), ("segments", "--kind", "visit"),
    ("segments", "--where", "attr.x:1"), ("log", "--case", "nobody"), ("filters", "delete", "x"), ("milestone", "--diff", "x", "y"),
    ("codebook", "move", CODE, "sub"), ("codebook", "delete", "sub"), ("cases", "set", "x", "child=1"), ("play", DOCUMENT),
    ("speakers", "rename", DOCUMENT, "x", "y"), ("participants", "add", "guinevere", "--name", "x"), ("edit", "x", "--replace", "a", "b"),
)  # fmt: skip
DONE = (
    ("codebook", "rename", CODE, "love", "-f", "json"), ("memo", "new", "--title", f"Of {PAIR}", "--text", "x", "--about", CASE),
    ("framework", "set", CASE, "plain", "--text", "x"), ("recording", DOCUMENT, f"x/{LONG}2.wav"),
    ("speakers", "rename", DOCUMENT, LONG, "Mother"), ("edit", DOCUMENT, "--replace", "house was full", "house was quite full"),
    ("undo",), ("redo",), ("log",), ("undo", "3"),
)  # fmt: skip
KEYS = ("M enter", "equals_sign", "C", "S enter", "D 4", "W down", "A enter", "R", "V", "c", "o", "m", "x", "u")
EDITED = ("m", "S enter")  # a note and a summary as they are stored


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The study, made once; its key is remembered for the module."""
    home = tmp_path_factory.mktemp("names")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(home / "config"))
        yield make_study(home / "study"), home


@pytest.fixture
def study(made, own_home):
    project, home = made
    shutil.copytree(home / "config", own_home / "config", dirs_exist_ok=True)
    return project


def test_nothing_that_is_listed_names_anybody(study, said):
    found = {}
    for words in LISTS:
        status, out, err = said(*words, "-p", str(study.root))
        assert status in (0, 1), (words, err)
        found[words] = readable(out) + readable(err)
    assert {words: names for words, names in found.items() if names} == {}


@pytest.mark.parametrize(
    ("words", "form"), WRITTEN, ids=lambda value: " ".join(value) if isinstance(value, tuple) else value
)
def test_no_file_names_anybody(study, said, tmp_path, words, form):
    target = tmp_path / f"out.{form}"
    asks = () if words[0] == "report" else ("-f", form)
    status, out, err = said(*words, *asks, "-o", str(target), "--manifest", "-p", str(study.root))
    assert status == 0, err
    assert readable(out) + readable(err) == []
    assert readable(target.read_bytes()) + readable((tmp_path / f"out.{form}.manifest.json").read_bytes()) == []


def test_no_complaint_names_anybody(study, said):
    found = {}
    for words in COMPLAINTS:
        status, out, err = said(*words, "-p", str(study.root))
        assert (status, out) == (2, ""), words
        found[words] = readable(err)
    assert {words: names for words, names in found.items() if names} == {}


async def test_no_screen_names_anybody(study):
    found = {}
    with wearing(key_of(study)):
        async with opened(study, "a", DOCUMENT, size=(150, 40)) as pilot:
            for keys in KEYS:
                await pilot.press(*keys.split())
                await pilot.pause()
                found[keys] = [] if keys in EDITED else readable(screen_text(pilot) + told(pilot))
                while pilot.app.screen is not pilot.app.workspace:
                    await pilot.press("escape")
                    await pilot.pause()
    assert {keys: names for keys, names in found.items() if names} == {}


@pytest.mark.parametrize("keys", ["M enter", "C", "W down", "A enter", "c"])
async def test_no_place_goes_on_naming_somebody_whom_the_key_covers_since(study, keys):
    place = place_of(study)
    thin = "names:\n  Nobody Atall: Xu\n"
    try:
        place.write_text(thin, encoding="utf-8")
        with wearing(key_of(study)):
            async with opened(study, "a", DOCUMENT, size=(150, 40)) as pilot:
                watch = KeyWatch(study)
                watch.look()
                await pilot.press(*keys.split())
                await pilot.pause()
                assert readable(screen_text(pilot))
                place.write_text(KEY + thin.removeprefix("names:\n"), encoding="utf-8")
                pilot.app._take_up(watch.look())
                await pilot.pause()
                assert readable(screen_text(pilot)) == []
                await pilot.press("escape")
                await pilot.pause()
                assert readable(screen_text(pilot)) == []
    finally:
        place.write_text(KEY, encoding="utf-8")


def test_nothing_that_is_told_of_an_act_names_anybody(study, said):
    found = {}
    for words in DONE:
        asks = ("--coder", "a") if words[0] != "log" else ()
        status, out, err = said(*words, *asks, "-p", str(study.root))
        assert status == 0, (words, err)
        found[words] = readable(out) + readable(err)
    assert {words: names for words, names in found.items() if names} == {}
