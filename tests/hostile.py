"""Projects as a stranger may send them: each function lays one nastiness into the folder of a small, sound project."""
# ruff: noqa: E501 (odd data is easier to read in rows)

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import yaml
from builders import AT, apply, event, event_id, make_project, transcript, write_events

from qualcode.files.folder import ProjectFolder

ESC, BEL, CSI, OSC, DCS = "\x1b", "\x07", "\x9b", "\x9d", "\x90"
DRIVES = [  # what a terminal would obey
    f"{ESC}]52;c;ZXZpbA=={BEL}", f"{ESC}]8;;http://evil.example{ESC}\\click{ESC}]8;;{ESC}\\", f"{ESC}[2J{ESC}[31mred",
    f"{CSI}2J", f"{OSC}0;title{BEL}", f"{DCS}q#0;1{ESC}\\", "over\rwritten", "back\b\b\bspace", f"{ESC}c", "\x7f\x0e\x0f",
]  # fmt: skip
TURNS = [
    "\u202eright to left",
    "zero\u200bwidth\u2060",
    "\ufeffmark",
    "isolate\u2066x",
    "line\u2028end\u2029x",
    "tag\U000e0041",
]
MARKUP = [
    "[bold]x[/bold]",
    "[link=file:///etc/passwd]x[/link]",
    "[/]",
    "[@click=app.quit]x[/]",
    "[",
    "\\[x]",
    "$x [red",
]
PAGES = ["</script><script>alert(1)</script>", "<!--<script>", "]]>", "javascript:alert(1)", "<img src=x onerror=alert(1)>",
         "'\"><svg onload=alert(1)>", "&lt;b&gt;", "![x](http://evil.example/x.png)", "[x](javascript:alert(1))", "`|`|x"]  # fmt: skip
SHEETS = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "'=1", "''=1", "<r>=1</r>",
          "http://evil.example", "internal:A1", "external:x.xlsx", "{=1}"]  # fmt: skip
LATEX = [
    "\\input{/etc/passwd}",
    "\\write18{id}",
    "}\\end{longtable}",
    "% gone",
    "$x_1^2$ & \\\\ #",
    "^^5cinput{x}",
    "[1ex]",
]
NASTY = [*DRIVES, *TURNS, *MARKUP, *PAGES, *SHEETS, *LATEX]
IDS = ["../../x", "/etc/passwd", "CON", "a\nb", "nul\0", "\ud800", "\u202egnp", "zero\u200bwidth", "x" * 1_000_000, "", ".", "..",
       ".hidden", "-rf", "a/b", "a\\b", "~", "$HOME", "%s", "{0}", "null", "true", "1e9"]  # fmt: skip
NUMBERS = ["-1", "1e3", "1.5", "true", "null", "NaN", "Infinity", "1" * 31, "1" * 5000, '"1"', "[]", "{}"]

Lay = Callable[[ProjectFolder], None]
ALL: dict[str, Lay] = {}
HEAVY: dict[str, Lay] = {}
BODY = "Interviewer: How was it?\n\nMei: Fine. I waited for the phone.\n\nMei: The same as other Sundays.\n"


def sound_project(folder: Path) -> ProjectFolder:
    """What is sound before a nastiness is laid: two documents, two coders, a memo, a log, a source."""
    project = make_project(
        folder,
        {"d1": transcript(BODY, title="First", case="liang", date="2009-03-01", kind="interview", speakers={"Mei": "mei", "Interviewer": ""}),
         "d2": transcript(BODY.replace("Sundays", "Mondays"), title="Second", case="zhao", translation_of="d1")},
        cases={"liang": {"children": "2"}, "zhao": {"children": "1"}}, attributes={"children": "number"},
        participants=[{"id": "mei", "name": "Mei", "role": "child", "case": "liang"}],
    )  # fmt: skip
    write_events(
        project, "anna", "d1", [apply(1, BODY, "Fine."), apply(2, BODY, "I waited for the phone.", "work", note="n")]
    )
    write_events(project, "ben", "d1", [apply(3, BODY, "Fine.")])
    write_events(
        project, "anna", "", [event(9, "change", what="code", key="work", before=None, after={"name": "work"})]
    )
    for part in (project.memos, project.sources):
        part.mkdir()
    project.memo("m1").write_text(
        "---\ntitle: M\nabout: {code: work}\n---\nSee [[d1#1]] and [[code:longing]].\n", "utf-8"
    )
    return project


def nastiness(lay: Lay) -> Lay:
    ALL[lay.__name__] = lay
    return lay


def heavy(lay: Lay) -> Lay:
    HEAVY[lay.__name__] = lay
    return lay


def write(path: Path, content: str | bytes) -> None:
    """Put a file in place, in folders made for it, whatever stood there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_symlink():
        path.unlink()
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))


def link(path: Path, target: str | Path) -> None:
    """A link in the place of whatever stood there."""
    if path.is_dir() and not path.is_symlink():
        path.rename(path.with_name(f"was-{path.name}"))
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)


def as_yaml(data: Any) -> str:
    """YAML in which every sign stands, those that YAML forbids as escapes."""
    return str(yaml.safe_dump(data, allow_unicode=False, width=1 << 30, sort_keys=False))


def matter(project: ProjectFolder, lines: str, body: str = BODY) -> None:
    """Other front matter on the first document."""
    write(project.transcript("d1"), f"---\n{lines}\n---\n{body}")


def lines(project: ProjectFolder, more: Iterable[str | bytes], coder: str = "anna", document: str = "d1") -> None:
    """Further lines in an event file."""
    path = project.coding_file(coder, document) if document else project.log_file(coder)
    data = b"".join(
        (line if isinstance(line, bytes) else line.encode("utf-8", "surrogatepass")) + b"\n" for line in more
    )
    write(path, (path.read_bytes() if path.exists() else b"") + data)


def applied(number: int, **other: Any) -> str:
    """A line that applies a code, with fields of one's choice."""
    data = {"v": 1, "id": event_id(number), "at": AT, "op": "apply", "code": "longing", "start": 13, "end": 25,
            "quote": BODY[13:25], "body": "x"}  # fmt: skip
    return json.dumps(data | other)


# ------------------------------------------------------------------------------------ YAML


@nastiness
def yaml_tags(project: ProjectFolder) -> None:
    evil = '!!python/object/apply:os.system ["touch pwned"]'
    write(project.project_yaml, f"title: {evil}\ncases: !!set {{a, b}}\ndescription: !unknown x\n")
    write(project.codebook_yaml, f"title: !!binary aGk=\ncodes: !!python/tuple [{evil}]\n")
    matter(project, f"title: {evil}\nattributes: !!python/name:os.system ''")


@nastiness
def yaml_tags_on_scalars(project: ProjectFolder) -> None:
    write(
        project.project_yaml, "title: !!python/name:os.system x\ncases:\n- id: !!int liang\n  name: !!js/function 'x'\n"
    )
    matter(project, "title: !!python/object:os.system x\nlanguage: !!timestamp 2001-01-01")


@nastiness
def yaml_alias_bomb(project: ProjectFolder) -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    bomb = "\n".join(rows)
    write(project.codebook_yaml, f"{bomb}\ncodes: *a11\n")
    matter(project, f"{bomb}\ntitle: x\nspeakers: *a11")
    write(project.memo("m1"), f"---\n{bomb}\n---\nx\n")


@nastiness
def yaml_alias_of_itself(project: ProjectFolder) -> None:
    write(project.codebook_yaml, "codes: &c\n- {id: a, name: a, children: *c}\n")
    matter(project, "attributes: &a {x: *a}")


@nastiness
def yaml_merge_keys(project: ProjectFolder) -> None:
    write(
        project.project_yaml,
        "base: &b {title: x}\n<<: *b\ntitle: A\ncases:\n- <<: *b\n  id: liang\n- &z {id: zhao, <<: [*b, *b]}\n",
    )
    write(project.codebook_yaml, "codes:\n- &a {id: a, name: a}\n- {<<: *a, id: b, name: b, key: 1}\n")


@nastiness
def yaml_duplicate_keys(project: ProjectFolder) -> None:
    write(project.project_yaml, "title: a\ntitle: b\n")
    matter(project, "title: a\ntitle: b")


@nastiness
def yaml_deep(project: ProjectFolder) -> None:
    write(project.codebook_yaml, "codes: " + "[" * 100_000 + "\n")
    matter(project, "title: " + "{a: " * 50_000)
    write(project.memo("m1"), "---\n" + "".join(f"{' ' * n}a:\n" for n in range(1500)) + "---\nx\n")


@nastiness
def yaml_deep_block(project: ProjectFolder) -> None:
    write(project.codebook_yaml, "codes:\n" + "- " * 20_000 + "x\n")


@nastiness
def yaml_deep_explicit_keys(project: ProjectFolder) -> None:
    write(project.codebook_yaml, "? " * 20_000 + "x\n")


@nastiness
def yaml_long_scalars_and_keys(project: ProjectFolder) -> None:
    long = "x" * 1_000_000
    write(
        project.codebook_yaml,
        f"title: {long}\ncodes:\n- {{id: work, name: {long}, definition: {long}}}\n? {long}\n: y\n",
    )
    matter(project, f"title: {long}\n? {long}\n: {long}\nspeakers: {{? {long} : mei}}")


@nastiness
def yaml_many_documents(project: ProjectFolder) -> None:
    write(project.project_yaml, "title: a\n---\ntitle: b\n...\n%YAML 9.9\n---\nx\n")


@nastiness
def yaml_not_a_mapping(project: ProjectFolder) -> None:
    write(project.project_yaml, "- a\n- b\n")
    write(project.codebook_yaml, "just words\n")
    matter(project, "- a")


@nastiness
def yaml_bytes(project: ProjectFolder) -> None:
    write(project.codebook_yaml, b"codes:\n- {id: a, name: \xff\xfe}\n")
    write(project.transcript("d2"), b"---\ntitle: \x00\xff\n---\nx\x00y\n")
    write(project.memo("m1"), b"\xff\xfe\x00")


@nastiness
def yaml_control_characters(project: ProjectFolder) -> None:
    write(project.codebook_yaml, "codes:\n- {id: a, name: a\x07\x1b[2J}\n")
    write(project.project_yaml, yaml.dump({"title": "".join(DRIVES), "cases": [{"id": "liang"}]}))


@nastiness
def yaml_wrong_kinds(project: ProjectFolder) -> None:
    write(
        project.project_yaml,
        "title: [a]\ncases: {liang: x}\nparticipants: [[[]]]\ncoders: 3\nfilters: [x]\nattributes: {a: {b: c}}\n",
    )
    write(
        project.codebook_yaml,
        "codes:\n- {id: [x], name: {a: b}, key: 1e999, color: [red], children: x, retired: maybe}\n",
    )
    matter(
        project,
        "title: {a: b}\nspeakers: [[x], {a: b}]\naligned: [1=1, x]\nattributes: [x]\nduration: -1:00\ndate: 2009-99-99",
    )


# ------------------------------------------------------------------------------------ names


@nastiness
def ids_in_yaml(project: ProjectFolder) -> None:
    codes = [{"id": name, "name": name[:200]} for name in IDS if "\ud800" not in name]
    write(project.codebook_yaml, yaml.safe_dump({"codes": codes}, allow_unicode=False))
    names = [{"id": name} for name in IDS if "\ud800" not in name]
    write(project.project_yaml, yaml.safe_dump({"title": "x", "cases": names, "participants": names, "coders": names}))


@nastiness
def ids_that_lead_out(project: ProjectFolder) -> None:
    """Names that no schema holds back: in front matter, memos and links, spans of logs."""
    fields = "\n".join(f"{name}: {json.dumps(ident)}" for name, ident in (
        ("case", "../../x"), ("translation_of", "../../../etc/passwd"), ("recording", "../../../etc/passwd")))  # fmt: skip
    matter(project, f"title: x\n{fields}\nspeakers: {{Mei: ../x}}")
    abouts = [{"document": "../../x"}, {"case": "/etc/passwd"}, {"code": "\u202e"}, {"coding": "x" * 1000}]
    for number, about in enumerate(abouts):
        write(
            project.memo(f"a{number}"),
            f"---\nabout: {json.dumps(about)}\n---\n[[../../x#1]] [[memo:../../x]] [[/etc/passwd]]\n",
        )
    write(
        project.memo("links"),
        "".join(f"[[{name[:300]}]] [[memo:{name[:300]}]] [[code:{name[:300]}|x]]\n" for name in IDS),
    )


@nastiness
def ids_in_events(project: ProjectFolder) -> None:
    lines(project, [applied(100 + n, code=name, id=f"{name[:50]}{n}", note=name[:100]) for n, name in enumerate(IDS)])
    lines(project, [applied(200 + n, code=name) for n, name in enumerate(NASTY)])


@nastiness
def file_names(project: ProjectFolder) -> None:
    """Documents, coders and memos called by whatever a file can be called."""
    names = ["CON", "a\nb", "\u202egnp", "zero\u200bwidth", "-rf", "~", "$HOME", " x ", "a.b.", f"{ESC}[2J{BEL}", "[bold]", "=1+1",
             "x" * 240, "a|b", "\x9b2J", "%s{0}", "<script>"]  # fmt: skip
    for name in names:
        write(project.transcripts / f"{name}.md", BODY)
        write(project.memos / f"{name}.md", "x\n")
        write(project.codings / name / "d1.jsonl", applied(300))
        write(project.log / f"{name}.jsonl", "")
    for raw in (b"\xff\xfe", b"a\xedb"):
        for folder, ending in ((project.transcripts, b".md"), (project.memos, b".md"), (project.log, b".jsonl"), (project.codings / "anna", b".jsonl")):  # fmt: skip
            with open(os.path.join(os.fsencode(folder), raw + ending), "wb") as file:
                file.write(b"x\n")
        os.mkdir(os.path.join(os.fsencode(project.codings), raw))
        with open(os.path.join(os.fsencode(project.codings), raw, b"d1.jsonl"), "wb") as file:
            file.write(applied(301).encode())


@nastiness
def folders_for_files(project: ProjectFolder) -> None:
    for path in (project.transcript("d2"), project.memo("m1"), project.coding_file("ben", "d1"), project.codebook_yaml):
        path.unlink()
        path.mkdir()
    project.log_file("x").mkdir(parents=True)
    write(project.codings / "carl", "a file")


@nastiness
def nasty_texts_everywhere(project: ProjectFolder) -> None:
    """Escapes, markup, formulas, scripts and LaTeX in every place that holds words."""
    some = NASTY
    codes = [{"id": f"c{n}", "name": name.replace("/", "∕").strip() or "x", "definition": name, "example": name, "use_when": name}
             for n, name in enumerate(some)]  # fmt: skip
    write(project.codebook_yaml, as_yaml({"title": some[0], "codes": codes}))
    cases = [{"id": f"k{n}", "name": name, "attributes": {name: name}} for n, name in enumerate(some)]
    people = [{"id": f"p{n}", "name": name, "role": name, "case": f"k{n}"} for n, name in enumerate(some)]
    types = dict.fromkeys(some, "text")
    write(project.project_yaml, as_yaml({"title": "\n".join(some), "description": some[2], "research_questions": some,
                                            "cases": cases, "participants": people, "attributes": types,
                                            "filters": {name: name for name in some}}))  # fmt: skip
    body = "".join(f"Mei: {name} said.\n\n" for name in some)
    speakers = {name: f"p{n}" for n, name in enumerate(some)} | {"Mei": "p0"}
    for n in range(4):
        fields = {"title": some[n], "case": f"k{n}", "kind": some[n + 4], "language": some[n + 6], "provenance": some[0],
                  "speakers": speakers, "attributes": {some[n]: some[n + 1]}, "recording": some[n]}  # fmt: skip
        write(project.transcript(f"n{n}"), f"---\n{as_yaml(fields)}---\n{body}")
    from qualcode.core.text import body_hash

    at, made = 0, []
    for n, name in enumerate(some):
        start = body.index(name, at)
        at = start + len(name)
        made.append(applied(500 + n, code=f"c{n}", start=start, end=at, quote=name, body=body_hash(body), note=name))
    lines(project, made, document="n0")
    for n, name in enumerate(some):
        write(
            project.memo(f"n{n}"),
            f"---\n{as_yaml({'title': name, 'about': {'code': f'c{n}'}, 'kind': name, 'author': name})}---\n{name}\n[[n0|{name}]]\n",
        )
    lines(project, [json.dumps({"v": 1, "id": event_id(900 + n), "at": name, "op": "change", "what": "code", "key": f"c{n}",
                                "before": {"name": name}, "after": {"name": name + "!"}}) for n, name in enumerate(some)], document="")  # fmt: skip


@nastiness
def colours_that_are_none(project: ProjectFolder) -> None:
    rows = "".join(f"- {{id: c{n}, name: c{n}, color: {json.dumps(color)}}}\n" for n, color in enumerate(
        ["red; background: url(x)", "#12345", "#1234567", "#gggggg", "\x1b[31m", "]8;;", "#ABCDEF", "auto", "on_red", "#12３456"]))  # fmt: skip
    write(project.codebook_yaml, f"codes:\n{rows}")


@nastiness
def cycles(project: ProjectFolder) -> None:
    write(project.codebook_yaml, "codes:\n- {id: a, name: a, merged_into: b}\n- {id: b, name: b, merged_into: c}\n"
          "- {id: c, name: c, merged_into: a, children: [{id: d, name: d, merged_into: d}, {id: e, name: e, parent: e, merged_into: zz}]}\n")  # fmt: skip
    matter(project, "translation_of: d2\naligned: ['1=2', '2=1', '99999999=1', '1=1']")
    write(project.memo("a"), "---\nabout: {code: a}\n---\n[[memo:b]] [[memo:a]]\n")
    write(project.memo("b"), "[[memo:a]]\n")
    lines(project, [json.dumps({"v": 1, "id": event_id(n), "at": AT, "op": "revert", "target": event_id(n + 1 if n < 20 else 10)}) for n in range(10, 21)])  # fmt: skip
    write(project.project_yaml, "title: x\nfilters: {a: 'filter:b', b: 'filter:a', c: 'filter:c'}\n")


@nastiness
def code_twice(project: ProjectFolder) -> None:
    write(project.codebook_yaml, "codes:\n- {id: a, name: a, children: [{id: a, name: b}]}\n- {id: a, name: c}\n")


# ------------------------------------------------------------------------------------ event lines


@nastiness
def numbers(project: ProjectFolder) -> None:
    made = []
    for n, number in enumerate(NUMBERS):
        for field in ("start", "end", "v", "at", "note", "batch"):
            made.append(applied(100 + n * 10, **{field: "@@"}).replace('"@@"', number))
    made += [applied(90, start=-5, end=3), applied(91, start=10**30, end=10**30 + 1), applied(92, start=0, end=10**18),
             applied(93, start=2**63 - 2, end=2**63 - 1), applied(94, start=5, end=5)]  # fmt: skip
    lines(project, made)
    lines(project, [json.dumps({"v": 1, "id": event_id(70 + n), "at": AT, "op": "change", "what": "x", "key": "y", "before": "@@", "after": "@@"}).replace('"@@"', number) for n, number in enumerate(NUMBERS)], document="")  # fmt: skip


@nastiness
def json_shapes(project: ProjectFolder) -> None:
    doubled = applied(80).replace('"op"', '"op": "remove", "coding": "x", "op"')
    odd = ["[]", "null", "1", '"x"', "{", "}", "{}", '{"v": 1}', "{'v': 1}", '{"v":1,}', doubled, applied(81) + applied(82), "\x00",
           applied(83, id=""), applied(84, id={"a": 1}), applied(85, quote="\ud800"), applied(86, extra={"a": [1, {}]}),
           applied(87, op="apply\x1b[2J"), applied(88, v=99), applied(89, op="teleport"), "\u2028", applied(90, at="yesterday"),
           applied(91, at="9999-99-99T99:99:99Z"), applied(92, at=""), applied(93, at="0001-01-01T00:00:00+99:99")]  # fmt: skip
    lines(project, odd)
    lines(project, odd, document="")


@nastiness
def json_deep(project: ProjectFolder) -> None:
    def deep(levels: int) -> str:
        return "[" * levels + "]" * levels

    made = [json.dumps({"v": 1, "id": event_id(n), "at": AT, "op": "change", "what": "code", "key": "work", "before": "@@", "after": "@@"}).replace('"@@"', deep(n))
            for n in (50, 100, 200, 400, 800, 900, 960, 980, 990, 1500, 3000)]  # fmt: skip
    lines(project, [*made, '{"a":' * 100_000, "[" * 1_000_000], document="")
    lines(project, [*made, "[" * 1_000_000])


@nastiness
def log_of_lies(project: ProjectFolder) -> None:
    """A log in one's own name, with states that are none: undoing them must touch nothing outside."""
    keys = ["../../../victim", "/tmp/victim", "d1", "m1", "work", "\0", "x" * 300]
    states: list[Any] = [None, {}, [], "x", 3, {"name": 3}, {"source": "../../../victim.md", "hash": "0", "fields": {}, "how": []},
                         {"source": "/etc/passwd", "hash": "x", "fields": {"title": "x"}}, {"hash": "x", "edits": [[0, 10**9, "x"]]},
                         {"hash": 3, "edits": {"a": 1}}, {"about": [1], "text": 5, "matter": 7}, {"id": "../x", "parent": "../x", "name": "/"}]  # fmt: skip
    whats = [
        "document",
        "text",
        "matter",
        "memo",
        "code",
        "case",
        "participant",
        "attribute",
        "filter",
        "milestone",
        "\x1b[2J",
        "sum",
    ]
    made, n = [], 1000
    for what in whats:
        for key in keys:
            for state in states:
                n += 1
                other = states[n % len(states)]
                made.append(
                    json.dumps(
                        {
                            "v": 1,
                            "id": event_id(n),
                            "at": AT,
                            "op": "change",
                            "what": what,
                            "key": key,
                            "before": state,
                            "after": other,
                        }
                    )
                )
    lines(project, made, document="", coder="c1")


@nastiness
def text_changes_of_lies(project: ProjectFolder) -> None:
    from qualcode.core.text import body_hash

    odd = [
        [[0, 1, "x"]],
        [[10**9, 10**9, "x"]],
        [[-5, 3, "y"]],
        [[5, 1, ""]],
        ["x"],
        [[1]],
        [[True, 2, "x"]],
        {"a": 1},
        "x",
        [[0, 0, "\ud800"]],
        [[1.5, 2, 3]],
    ]
    made = [json.dumps({"v": 1, "id": event_id(n), "at": AT, "op": "change", "what": "text", "key": "d1", "before": {"hash": "x"},
                        "after": {"hash": body_hash(BODY), "edits": edits}}) for n, edits in enumerate(odd, 40)]  # fmt: skip
    loop = [json.dumps({"v": 1, "id": event_id(60 + n), "at": AT, "op": "change", "what": "text", "key": "d1",
                        "before": {"hash": f"h{n}"}, "after": {"hash": f"h{(n + 1) % 5}", "edits": []}}) for n in range(5)]  # fmt: skip
    lines(project, made + loop, document="")
    lines(project, [applied(30, body="h3"), applied(31, body="x")])


@nastiness
def spans_beyond(project: ProjectFolder) -> None:
    from qualcode.core.text import body_hash

    places = [
        (0, 10**6),
        (len(BODY) - 1, len(BODY) + 1),
        (len(BODY), len(BODY) + 5),
        (10**12, 10**12 + 4),
        (0, len(BODY)),
    ]
    made = [
        applied(40 + n, start=start, end=end, quote="Fine.", body=body_hash(BODY))
        for n, (start, end) in enumerate(places)
    ]
    made += [
        applied(50, quote="", body=body_hash(BODY)),
        applied(51, quote="x" * 100_000),
        applied(52, prefix="y" * 100_000, suffix="z" * 100_000),
    ]
    lines(project, made)


# ------------------------------------------------------------------------------------ links, pipes, an index of somebody's


def outside(project: ProjectFolder) -> Path:
    """A folder beside the project whose files must stay as they are."""
    folder = project.root.parent / "outside"
    folder.mkdir(exist_ok=True)
    write(folder / "secret.md", "The secret of somebody else.\n")
    write(folder / "d1.jsonl", applied(77, note="secret") + "\n")
    return folder


@nastiness
def files_linked_out(project: ProjectFolder) -> None:
    away = outside(project)
    link(project.transcript("d2"), away / "secret.md")
    link(project.transcripts / "x.md", "/etc/passwd")
    link(project.memo("m1"), away / "secret.md")
    link(project.coding_file("ben", "d1"), away / "d1.jsonl")
    link(project.log_file("c1"), away / "new.jsonl")
    link(project.sources / "s.docx", away / "secret.md")
    link(project.root / "out.csv", away / "secret.md")


@nastiness
def codebook_linked_out(project: ProjectFolder) -> None:
    write(outside(project) / "codebook.yaml", "codes: []\n")
    link(project.codebook_yaml, outside(project) / "codebook.yaml")


@nastiness
def project_linked_out(project: ProjectFolder) -> None:
    link(project.project_yaml, "/etc/passwd")


@nastiness
def coder_linked_out(project: ProjectFolder) -> None:
    link(project.codings / "c1", outside(project))


@nastiness
def coder_linked_to_root(project: ProjectFolder) -> None:
    link(project.codings / "anna", "/")


@nastiness
def transcripts_linked_out(project: ProjectFolder) -> None:
    link(project.transcripts, outside(project))


@nastiness
def sources_linked_out(project: ProjectFolder) -> None:
    link(project.sources, outside(project))


@nastiness
def links_in_circles(project: ProjectFolder) -> None:
    link(project.transcripts / "loop.md", "loop.md")
    link(project.transcripts / "gone.md", "nowhere.md")
    link(project.codings / "round", "..")
    link(project.memos / "self", ".")


@nastiness
def index_linked_out(project: ProjectFolder) -> None:
    away = outside(project)
    with sqlite3.connect(away / "mine.sqlite") as db:
        db.execute("CREATE TABLE IF NOT EXISTS mine (x)")
        db.execute("INSERT INTO mine VALUES (1)")
    db.close()
    project.index_db.parent.mkdir(exist_ok=True)
    link(project.index_db, away / "mine.sqlite")


@nastiness
def index_folder_linked_out(project: ProjectFolder) -> None:
    link(project.root / ".qualcode", outside(project))


@nastiness
def write_ahead_log_linked_out(project: ProjectFolder) -> None:
    project.index_db.parent.mkdir(exist_ok=True)
    for suffix in ("-wal", "-shm", "-journal"):
        link(Path(f"{project.index_db}{suffix}"), outside(project) / "secret.md")


@nastiness
def index_of_somebody(project: ProjectFolder) -> None:
    """A database of the right version whose tables are views with functions, and whose triggers write."""
    from qualcode.index.schema import TABLES, VERSION

    project.index_db.parent.mkdir(exist_ok=True)
    db = sqlite3.connect(project.index_db)
    db.executescript(TABLES)
    db.executescript("""CREATE TRIGGER t AFTER INSERT ON state BEGIN INSERT INTO problem VALUES ('pwned', 0, 'pwned', ''); END;
      DROP TABLE kase; CREATE VIEW kase AS SELECT load_extension('x') AS id, 1 AS rank, '' AS name, '' AS attributes;""")
    db.execute(f"PRAGMA user_version = {VERSION}")
    db.execute("INSERT INTO document (id, title) SELECT 'pwned', 'pwned' WHERE 0")
    db.commit()
    db.close()


@nastiness
def index_of_garbage(project: ProjectFolder) -> None:
    write(project.index_db, b"SQLite format 3\0" + bytes(range(256)) * 100)
    write(Path(f"{project.index_db}-wal"), b"7\x7f\x06\x82" + b"\xff" * 5000)
    write(Path(f"{project.index_db}-journal"), b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + b"\xff" * 5000)


@nastiness
def index_a_folder(project: ProjectFolder) -> None:
    project.index_db.mkdir(parents=True)


@nastiness
def pipes(project: ProjectFolder) -> None:
    for path in (
        project.transcript("d2"),
        project.memo("m1"),
        project.coding_file("ben", "d1"),
        project.log_file("zoe"),
        project.codebook_yaml,
    ):
        path.parent.mkdir(exist_ok=True)
        path.unlink(missing_ok=True)
        os.mkfifo(path)
    os.mkfifo(project.sources / "s.txt")


@nastiness
def project_a_pipe(project: ProjectFolder) -> None:
    project.project_yaml.unlink()
    os.mkfifo(project.project_yaml)


@nastiness
def index_a_pipe(project: ProjectFolder) -> None:
    project.index_db.parent.mkdir(exist_ok=True)
    os.mkfifo(project.index_db)


@nastiness
def linked_to_devices(project: ProjectFolder) -> None:
    link(project.coding_file("ben", "d1"), "/dev/zero")
    link(project.transcript("d2"), "/dev/zero")
    link(project.memo("m1"), "/dev/stdin")
    link(project.log_file("zoe"), "/dev/tty")


@nastiness
def sparse_giants(project: ProjectFolder) -> None:
    for path in (project.transcript("d2"), project.memo("m1"), project.coding_file("ben", "d1"), project.codebook_yaml):
        with open(path, "wb") as file:
            file.truncate(1 << 30)


# ------------------------------------------------------------------------------------ heavy ones


@heavy
def line_of_100_mb(project: ProjectFolder) -> None:
    lines(project, [applied(60, note="x" * (100 << 20)), applied(61, note="small")])


@heavy
def million_lines(project: ProjectFolder) -> None:
    with open(project.coding_file("anna", "d1"), "ab") as file:
        for start in range(0, 1_000_000, 10_000):
            file.write("".join(applied(10_000 + n) + "\n" for n in range(start, start + 10_000)).encode())


@heavy
def million_bad_lines(project: ProjectFolder) -> None:
    write(project.coding_file("anna", "d1"), b"{\n" * 1_000_000)


@heavy
def hundred_thousand_files(project: ProjectFolder) -> None:
    for n in range(100_000):
        (project.transcripts / f"x{n}.md").write_bytes(b"A: x\n")


@heavy
def code_tree_of_100000_levels(project: ProjectFolder) -> None:
    levels = "".join(f"{{id: c{n}, name: c, children: [" for n in range(100_000))
    write(project.codebook_yaml, f"codes: [{levels}" + "]}" * 100_000 + "]\n")


@heavy
def merged_in_a_chain(project: ProjectFolder) -> None:
    write(
        project.codebook_yaml,
        "codes:\n" + "".join(f"- {{id: c{n}, name: c{n}, merged_into: c{n + 1}}}\n" for n in range(20_000)),
    )


@heavy
def long_text(project: ProjectFolder) -> None:
    write(project.transcript("d2"), "Mei: " + "word " * 2_000_000 + "\n" + "A: x\n" * 300_000)


@heavy
def markdown_depths(project: ProjectFolder) -> None:
    write(
        project.transcript("d2"),
        "".join(f"{' ' * min(n, 3000)}- x\n" for n in range(6000))
        + ">" * 100_000
        + "\n"
        + "*" * 100_000
        + "\n"
        + "[" * 100_000
        + "\n",
    )
    write(
        project.memo("m1"),
        "[[" * 300_000 + "\n" + "`" * 100_000 + "\n" + "\n".join("#" * 1000 for _ in range(100)) + ">" * 100_000,
    )
