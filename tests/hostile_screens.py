"""A walk through every screen of the interface, and what must never reach it: control characters, links, markup that is obeyed."""
# ruff: noqa: E501 (keys are easier to read in rows)

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from hostile import AT, BODY, apply, as_yaml, event, event_id, json, lines, write, write_events
from screens import opened, screen_text, type_text
from textual.pilot import Pilot

from qualcode.files.folder import ProjectFolder

DRIVING = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
OBEYED = [
    "[bold]xAx[/bold]",
    "[link=http://evil.example]xBx[/link]",
    "[@click=app.quit]xCx[/]",
    "[red on blue]xDx[/]",
    "[$error]xEx[/$error]",
]
BROKEN = ["[/]xFx", "[/bold]xGx", "[bold xHx", "\\[xIx]", "[[xJx]]", "[@click='xKx", "[link=xLx"]
TOUCHED = re.compile(r"x([A-E])x")

WALK: dict[str, list[str]] = {
    "transcript": ["j", "j", "w", "]", "[", "}", "{", "v", "escape", "o", "escape", "g", "escape", "slash", "x", "enter", "n", "escape", "a", "tab", "down",
                   "tab", "down", "down", "tab", "y", "c", "escape", "c", "down", "enter", "m", "escape", "b", "K", "escape", "escape", "x", "u", "ctrl+r", "u", "1", "full_stop", "u", "P", "T", "tab", "escape"],
    "matrix": ["M", "enter", "down", "tab", "v", "m", "escape", "asterisk", "x", "u", "t", "escape", "r", "escape", "c", "escape", "d", "x", "percent_sign", "t", "o",
               "o", "slash", "up", "escape", "s", "z", "f", "F", "right", "right", "enter", "escape", "K", "escape", "escape", "e", "escape", "0", "T", "escape", "escape"],
    "compare": ["equals_sign", "down", "right", "d", "o", "slash", "escape", "f", "F", "1", "escape", "b", "escape", "plus", "minus", "bracketright", "enter",
                "escape", "B", "tab", "escape", "e", "escape", "escape"],
    "concordance": ["X", "TYPE:x*", "enter", "down", "space", "s", "w", "t", "c", "escape", "enter", "escape", "escape", "escape"],
    "framework": ["S", "down", "right", "enter", "tab", "escape", "escape", "t", "d", "plus", "minus", "n", "y", "e", "escape", "escape"],
    "displays": ["D", "1", "enter", "escape", "2", "t", "p", "enter", "escape", "3", "down", "enter", "escape", "4", "d", "slash", "escape", "e", "escape", "escape"],
    "codebook": ["C", "down", "down", "down", "enter", "escape", "f", "F", "slash", "x", "escape", "n", "escape", "r", "escape", "e", "escape", "escape", "m", "down", "escape", "c",
                 "escape", "p", "x", "escape", "s", "1", "j", "escape", "z", "z", "J", "K", "greater_than_sign", "escape"],
    "re-reading": ["R", "n", "r", "escape", "Y", "escape", "escape"],
    "review": ["V", "n", "x", "Y", "escape", "escape"],
    "memos": ["W", "down", "bracketright", "f", "escape", "slash", "x", "escape", "t", "down", "e", "escape", "escape", "a", "escape", "escape", "d", "escape", "down", "down", "escape"],
    "log": ["A", "down", "down", "down", "enter", "escape", "t", "t", "b", "slash", "escape", "d", "D", "e", "escape", "escape"],
    "import": ["I", "f", "escape", "c", "escape", "escape", "escape"],
    "help": ["question_mark", "escape"],
    "palette": ["ctrl+p", "TYPE:x", "escape"],
}  # fmt: skip


SHORT: dict[str, list[str]] = {
    "everything": ["c", "escape", "M", "right", "enter", "equals_sign", "S", "D", "C", "down", "e", "escape", "W", "down", "A", "X", "TYPE:xAx", "enter", "escape", "V"],
}  # fmt: skip


def lay_escapes(project: ProjectFolder) -> None:
    """What a terminal would obey, in the words that this coder has before her when she writes: names, definitions, notes, memos."""
    evil = "\x1b]52;c;ZXZpbA==\x07\x9b2J\u202e"
    write(
        project.codebook_yaml,
        as_yaml({"codes": [{"id": "c0", "name": f"a{evil}", "definition": evil, "example": evil, "key": "1"}]}),
    )
    write_events(project, "c1", "d1", [apply(100, BODY, "How was it?", "c0", note=f"note {evil}")])
    write(project.memo("m1"), f"---\n{as_yaml({'title': evil, 'about': {'code': 'c0'}})}---\n{evil}\n")


def lay_doubles(project: ProjectFolder) -> None:
    """A coder's folder, copied under other names."""
    for coder in ("copy", "c1"):
        write(project.coding_file(coder, "d1"), project.coding_file("anna", "d1").read_bytes())


def lay_markup(project: ProjectFolder) -> None:
    """Textual's markup in every place that holds words."""
    some = [*OBEYED, *BROKEN]
    codes = [{"id": f"c{n}", "name": name.replace("/", "∕"), "definition": name, "example": name, "use_when": name, "key": str(n + 1)}
             for n, name in enumerate(OBEYED)]  # fmt: skip
    codes += [{"id": f"c{n}", "name": name.replace("/", "∕"), "definition": name} for n, name in enumerate(BROKEN, 10)]
    write(project.codebook_yaml, as_yaml({"title": some[0], "codes": [{"id": "work", "name": OBEYED[2].replace("/", "∕"), "children": codes}, {"id": "longing", "name": "longing"}]}))  # fmt: skip
    cases = [
        {"id": f"k{n}", "name": name, "attributes": {some[0]: name, some[2]: name}} for n, name in enumerate(some[:6])
    ]
    people = [{"id": f"p{n}", "name": name, "role": name, "case": f"k{n % 6}"} for n, name in enumerate(some)]
    write(project.project_yaml, as_yaml({
        "title": some[2], "description": some[0], "research_questions": some, "cases": cases, "participants": people,
        "attributes": {some[0]: "text", some[2]: "text"}, "filters": dict.fromkeys(some, "code:work")}))  # fmt: skip
    body = "".join(f"{OBEYED[0]}: {name} said xMx.\n\nMei: {name}\n\n" for name in some)
    for n, document in enumerate(("d1", "d2", OBEYED[2].replace("/", "∕"))):
        fields = {"title": some[n], "case": f"k{n}", "kind": some[n + 1], "language": some[0], "date": f"2009-03-0{n + 1}", "provenance": some[0],
                  "speakers": {OBEYED[0]: "p1", "Mei": "p0"}, "attributes": {some[0]: some[1]}, "recording": some[n]}  # fmt: skip
        if n == 1:
            fields["translation_of"] = "d1"
        write(project.transcript(document), f"---\n{as_yaml(fields)}---\n{body}")
    for coder in ("c1", OBEYED[0].replace("/", "∕")):
        first = 100 if coder == "c1" else 200
        made = [apply(first + n, body, f"{name} said", f"c{n}", note=name) for n, name in enumerate(OBEYED)]
        made += [
            apply(first + 20, body, "xMx", OBEYED[2], note=OBEYED[0]),
            apply(first + 21, BODY, "Fine.", "c0", note=OBEYED[2]),
        ]
        made.append(event(first + 30, "mark", coding=first, mark="exemplary"))
        write_events(project, coder, "d1", made)
        lines(project, [json.dumps({"v": 1, "id": event_id(first + 40 + n), "at": AT, "op": "change", "what": what, "key": name,
                                    "before": {"name": name, "definition": "x"}, "after": {"name": f"{name}!", "definition": name}})
                        for n, (what, name) in enumerate([(what, name) for what in ("code", "case", "memo", "milestone", "filter") for name in some])],
              coder=coder, document="")  # fmt: skip
    for n, name in enumerate(some):
        about: dict[str, str] = [
            {"code": f"c{n % 5}"},
            {"case": f"k{n % 6}", "code": f"c{n % 5}"},
            {"document": "d1"},
            {},
        ][n % 4]
        matter = as_yaml(
            {
                "title": name,
                "about": about,
                "kind": "summary" if n % 4 == 1 else name,
                "author": name,
                "date": "2009-03-01",
            }
        )
        write(project.memo(f"n{n}"), f"---\n{matter}---\n{name} [[d1|{name}]] [[d1#3]]\n")


class Seen(NamedTuple):
    """What was met on a walk: trouble with the place and the keys, and how often each kind of screen showed any of the markup."""

    troubles: list[str]
    screens: Counter[str]


async def walked(
    project: ProjectFolder,
    *,
    places: list[str] | None = None,
    size: tuple[int, int] = (120, 40),
    keys: dict[str, list[str]] = WALK,
) -> Seen:
    """Go through the screens of a project by their keys."""
    found: list[str] = []
    screens: Counter[str] = Counter()
    async with opened(project, "c1", size=size) as pilot:
        for place in places or keys:
            for number, key in enumerate(keys[place]):
                await _press(pilot, key)
                screens[type(pilot.app.screen).__name__] += len(TOUCHED.findall(screen_text(pilot)))
                found += [f"{place}, {keys[place][: number + 1][-4:]}: {trouble}" for trouble in seen(pilot)]
                assert pilot.app.is_running, f"{place}, {key}: the app has ended"
            for _ in range(4):
                await pilot.press("escape")
    return Seen(list(dict.fromkeys(found)), screens)


async def _press(pilot: Pilot[None], key: str) -> None:
    if key.startswith("TYPE:"):
        if pilot.app.screen.query("Input, TextArea"):
            await type_text(pilot, key[5:])
    else:
        await pilot.press(key)
    await pilot.pause()


def seen(pilot: Pilot[Any]) -> Iterator[str]:
    """What is on the screen and should not be."""
    for strip in pilot.app.screen._compositor.render_strips():
        for segment in strip:
            if found := DRIVING.search(segment.text):
                yield f"{found[0]!r} in {segment.text!r}"
            meta = segment.style.meta if segment.style else {}
            if segment.style and segment.style.link:
                yield f"a link: {segment.text!r}"
            if any("quit" in str(value) for name, value in meta.items() if name.startswith("@")):
                yield f"an action: {segment.text!r} {meta}"
        text = strip.text
        for match in TOUCHED.finditer(text):
            before = text[: match.start()][-1:]
            if before not in ("", "]", " ", "|", "…") and not "\u2500" <= before <= "\u259f":  # frames and bars
                yield f"markup was taken for markup: {text.strip()!r}"
