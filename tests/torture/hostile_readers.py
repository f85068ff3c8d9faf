"""Every reader of bytes that a stranger may have made, with sound seeds: what may come out is a value, or a QualcodeError."""
# ruff: noqa: E501 (odd data is easier to read in rows)

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from builders import AT, apply, event, event_id, transcript

from qualcode.files.event_log import event_lines
from tests.torture.hostile_own_files import own_files

BODY = "Interviewer: How was it?\n\n[00:01:02] Mei: Fine. I waited for the phone.\n\nMei: 我想她。 The same as other Sundays.\n"
CODEBOOK = """\
# agreed on in March
title: "Emotions"
codes:
  - id: emotion
    name: emotion      # the parent
    color: "#5aa9e6"
    definition: >-
      What is felt, by whom,
      and towards whom.
    children:
      - {id: longing, name: 'longing', key: 1, merged_into: home}
  - {id: home, name: home, retired: true, use_when: "x", do_not_use_when: y, example: |
      z}
""".replace("|\n      z", "z")
PROJECT = """\
title: A study
description: two families
research_questions: [Who waits?, "For whom?"]
attributes: {children: number, visited: date, rural: boolean}
cases:
  - {id: liang, name: The Liangs, attributes: {children: 2, visited: 2009-03-01, rural: yes}}
  - id: zhao
    attributes:
      children: "1"
participants: [{id: mei, name: Mei, role: child, case: liang}]
coders: [{id: anna, name: Anna}]
filters: {children: "role:child and not kind:chat"}
"""
MATTER = """\
title: The first
case: liang
kind: interview
date: 2009-03-01
language: zh
translation_of: d2
speakers: {Mei: mei, Interviewer: ""}
attributes: {place: home}
aligned: ["1=1", "3=2"]
recording: a.mp3
duration: 00:10:00
"""
FILTERS = [
    b"code:longing and role:child or not kind:chat", b'code:"hidden emotions" and date>=2009-03 and words<30',
    b"near(code:a, role:(child or mother), 3)", b"follows(code:longing, code:work, 2) and attr.children>=2",
    b"within(code:a, text:'x y') or filter:children", b"attr.\"a b\"!=3 and (created>2009 and exemplary:yes)",
    "code:“思念” and speaker:小美".encode(), b"quarter:2009-Q1 and month=2009-03 and anchor:lost and chars>=10",
]  # fmt: skip
VTT = "WEBVTT\n\nNOTE x\n\n1\n00:00:01.000 --> 00:00:04.500 align:start\n<v Mei>Fine, &amp; <i>well</i>.</v>\n\n2\n00:00:05.000 --> 00:00:06.000\nMei: The same.\n"
SRT = "1\n00:00:01,000 --> 00:00:04,500\nMei: Fine.\n\n2\n00:00:05,000 --> 00:00:06,000\n- The same.\n- No.\n"
RTF = (
    r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Times;}}{\colortbl;\red255\green0\blue0;}{\*\generator x;}\pard\b Mei:\b0  Fine"
    r"\'e9 \u8220?quoted\u8221?{\highlight1 marked}\par{\*\annotation note}\trowd\cellx100 a\cell b\cell\row {\footnote n} end\par}"
)
PAGE = "<!DOCTYPE html><html><head><title>T</title><style>p{}</style></head><body><h1>H</h1><p>Mei: Fine &amp; <b>well</b>.<br>x</p><table><tr><td>A<td>b</table><ul><li>x</ul><script>y()</script></body></html>"
WHISPER: dict[str, Any] = {"text": "Fine.", "language": "en", "segments": [
    {"id": 0, "start": 0.0, "end": 2.5, "text": " Fine.", "speaker": "SPEAKER_00", "words": [{"word": "Fine.", "start": 0.1, "end": 0.5, "speaker": "SPEAKER_00"}]},
    {"id": 1, "start": 2.5, "end": 4, "text": "The same."}]}  # fmt: skip
AMAZON: dict[str, Any] = {"results": {"transcripts": [{"transcript": "Fine."}], "speaker_labels": {"segments": [{"start_time": "0.0", "end_time": "1.0", "speaker_label": "spk_0", "items": [{"start_time": "0.0", "end_time": "1.0", "speaker_label": "spk_0"}]}]},
    "items": [{"start_time": "0.0", "end_time": "1.0", "type": "pronunciation", "alternatives": [{"content": "Fine"}]}]}}  # fmt: skip
DEEPGRAM: dict[str, Any] = {
    "results": {"utterances": [{"start": 0.1, "end": 1.0, "speaker": 0, "transcript": "Fine.", "words": []}]}
}
ZOOM = "[Mei] 10:01:02\nFine.\n\n[Interviewer] 10:01:05\nAnd then?\n"
OTTER = "Mei  0:01\nFine.\n\nInterviewer  0:05\nAnd then?\n\nTranscribed by https://otter.ai\n"
CSV = 'id,text,case,date,"children"\n1,"Mei: Fine.\nI, waited",liang,2009-03-01,2\n2,"=x ""y""",zhao,01.02.2009,\n'
CODES_CSV = 'Name,Parent,Definition,Colour\nemotion,,What is felt,#5aa9e6\nlonging,emotion,"For, whom",\n'
MANUSCRIPT = 'Some say "I waited for the phone" (Mei, d1, line 3).\n\n> The same as other Sundays.\n\n`code` and [link](x) *it*[^1]\n\n[^1]: “Fine.”\n'
MEMO = "---\ntitle: M\nabout: {case: liang, code: longing}\nkind: summary\ndate: 2009-03-01\nauthor: anna\n---\nSee [[d1#1]] and [[code:longing|this]], [[memo:m2]].\n\n```\n[[not]]\n```\n"


class Reader(NamedTuple):
    """A reader and what it is given; `parts` says that seeds are packages, whose parts are changed rather than their bytes."""

    read: Callable[[bytes, Path], object]
    seeds: Sequence[bytes]
    share: int = 10
    parts: bool = False


def _in_file(name: str, read: Callable[[Path], object]) -> Callable[[bytes, Path], object]:
    def reading(data: bytes, folder: Path) -> object:
        path = folder / name
        path.write_bytes(data)
        return read(path)

    return reading


def _events(path: Path) -> object:
    from qualcode.core.events import fold, standing, subjects
    from qualcode.files.event_log import event_lines as lines_of
    from qualcode.files.event_log import read_events

    events = read_events(path, path.name).events
    standing(events), subjects(events), fold(events, "anna", "d1")
    return lines_of(events)


def _project(path: Path) -> object:
    from qualcode.files.project_files import read_project

    return read_project(path)


def _codebook(path: Path) -> object:
    from qualcode.files.project_files import read_codebook

    book, problems = read_codebook(path)
    if book is not None:
        for code in book.codes:
            book.path(code.id), book.color(code.id), book.resolve_merge(code.id), book.is_gone(code.id)
        return problems, book.live_children, book.fates
    return problems


def _changed_codebook(path: Path) -> object:
    from qualcode.core.codebook_steps import Step
    from qualcode.files.project_files import change_codebook

    after = {"id": "new", "name": "new", "parent": "", "definition": "x: #y"}
    return change_codebook(path, [Step("new", None, after)])


def _changed_project(path: Path) -> object:
    from qualcode.core.codebook_steps import Step
    from qualcode.files.project_files import change_project

    change_project(path, "case", [Step("new", None, {"id": "new", "name": "x"})])
    return None


def _transcript(path: Path) -> object:
    from qualcode.files.transcripts import read_transcript

    found = read_transcript(path, "d1", path.name)
    return found.body.turns, found.body.lines, found.body.hash


def _matter(data: bytes, folder: Path) -> object:
    from qualcode.files.front_matter import set_matter

    return set_matter(data, {"recording": "b.mp3", "aligned": ["1=2"]}, "d1.md")


def _memo(path: Path) -> object:
    from qualcode.core.links import links, rewritten
    from qualcode.files.memos import memo_bytes, read_memo

    memo, matter, _ = read_memo(path, "m1", path.name)
    links(memo.text), rewritten(memo.text, lambda link: "x")
    return memo_bytes(memo, matter)


def _filter(data: bytes, folder: Path) -> object:
    from qualcode.core.query import conditions, conjuncts, has_relation, parse

    node = parse(data.decode("utf-8", "replace"))
    return list(conditions(node)), conjuncts(node), has_relation(node)


def _source(ending: str) -> Callable[[bytes, Path], object]:
    def read(data: bytes, folder: Path) -> object:
        from qualcode.exchange.sources import read_data

        return read_data(data, f"x{ending}", f"x{ending}")

    return read


def _table(ending: str) -> Callable[[bytes, Path], object]:
    def read(data: bytes, folder: Path) -> object:
        from qualcode.exchange.sources.tables import read_table

        return read_table(data, f"x{ending}", f"x{ending}")

    return read


def _drafts(path: Path) -> object:
    from qualcode.exchange.codebook_import import read_drafts

    return read_drafts(path)


def _manuscript(path: Path) -> object:
    from qualcode.core.quotations import quotations
    from qualcode.exchange.manuscripts import read_manuscript

    return quotations(read_manuscript(path))


def _links(data: bytes, folder: Path) -> object:
    from qualcode.core.links import links, relinked

    text = data.decode("utf-8", "replace")
    return links(text), relinked(text, MEMO, MEMO.replace("longing", "home"))


def packed(parts: Mapping[str, str], first: str = "") -> bytes:
    """A zip package of these parts; `first` is the text of an uncompressed `mimetype` in front."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        if first:
            archive.writestr(zipfile.ZipInfo("mimetype"), first)
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def _word() -> bytes:
    import docx

    document = docx.Document()
    document.add_heading("An interview", 1)
    document.add_paragraph("Mei: ").add_run("Fine.").bold = True
    document.add_paragraph("Interviewer: And then?", style="List Bullet")
    table = document.add_table(2, 2)
    table.cell(0, 0).text, table.cell(1, 1).text = "Mei", "The same."
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _workbook() -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["id", "text", "case", "date"], [1, "Mei: Fine.", "liang", "2009-03-01"], [2.5, "=1+1", True, None]):
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _odt() -> bytes:
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "text", "table", "style")
    )
    body = '<text:h text:outline-level="1">T</text:h><text:p>Mei: <text:span>Fine</text:span><text:s text:c="3"/><text:tab/>.</text:p>' \
        '<table:table><table:table-row><table:table-cell table:number-columns-repeated="2"><text:p>x</text:p></table:table-cell></table:table-row></table:table>' \
        "<office:annotation><text:p>a note</text:p></office:annotation><text:list><text:list-item><text:p>i</text:p></text:list-item></text:list>"  # fmt: skip
    content = f'<?xml version="1.0"?><office:document-content{names}><office:body><office:text>{body}</office:text></office:body></office:document-content>'
    return packed(
        {"content.xml": content, "META-INF/manifest.xml": "<manifest/>"}, "application/vnd.oasis.opendocument.text"
    )


def _epub() -> bytes:
    container = '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="c.opf"/></rootfiles></container>'
    opf = '<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine></package>'
    return packed({"META-INF/container.xml": container, "c.opf": opf, "a.xhtml": PAGE}, "application/epub+zip")


def _pdf() -> bytes:
    from pdf_files import lines, pdf

    return pdf(lines("Mei: Fine.", "The same as other Sundays."), lines("Interviewer: And then?"))


def _event_seed() -> bytes:
    made = [
        apply(1, BODY, "Fine."), apply(2, BODY, "I waited", "work", note="n"), event(3, "note", coding=1, note="x"), event(4, "remove", coding=2),
        event(5, "revert", target=4), event(6, "recode", coding=1, code="home"), event(7, "keep", coding=1), event(8, "mark", coding=1, mark="exemplary"),
    ]  # fmt: skip
    return event_lines(made)


def _log_seed() -> bytes:
    states: list[tuple[str, str, Any, Any]] = [
        ("code", "work", None, {"name": "work"}), ("text", "d1", {"hash": "a"}, {"hash": "b", "edits": [[0, 2, "x"]]}),
        ("memo", "m1", {"title": "a"}, {"title": "b", "text": "c"}), ("document", "d1", None, {"source": "sources/a.txt", "hash": "x", "fields": {}, "how": {}}),
        ("case", "liang", {"attributes": {"a": "1"}}, None), ("filter", "f", {"expression": "a"}, {"expression": "b"}),
    ]  # fmt: skip
    rows = [{"v": 1, "id": event_id(n), "at": AT, "op": "change", "what": what, "key": key, "before": before, "after": after}
            for n, (what, key, before, after) in enumerate(states, 1)]  # fmt: skip
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def readers() -> dict[str, Reader]:
    """Each reader by name, with its seeds."""
    text, page = BODY.encode(), PAGE.encode()
    matter = transcript(BODY, title="x").encode(), f"---\n{MATTER}---\n{BODY}".encode()
    services = [json.dumps(value).encode() for value in (WHISPER, AMAZON, DEEPGRAM)]
    return {
        "event lines": Reader(_in_file("d1.jsonl", _events), [_event_seed(), _log_seed()], 60),
        "project.yaml": Reader(_in_file("project.yaml", _project), [PROJECT.encode()], 20),
        "codebook.yaml": Reader(_in_file("codebook.yaml", _codebook), [CODEBOOK.encode(), yaml.safe_dump(yaml.safe_load(CODEBOOK)).encode()], 20),
        "codebook.yaml changed": Reader(_in_file("codebook.yaml", _changed_codebook), [CODEBOOK.encode()], 5),
        "project.yaml changed": Reader(_in_file("project.yaml", _changed_project), [PROJECT.encode()], 5),
        "transcripts": Reader(_in_file("d1.md", _transcript), matter, 40),
        "front matter set": Reader(_matter, matter, 5),
        "memos": Reader(_in_file("m1.md", _memo), [MEMO.encode()], 20),
        "links": Reader(_links, [MEMO.encode()], 30),
        "filters": Reader(_filter, FILTERS, 100),
        "plain text": Reader(_source(".txt"), [text, ZOOM.encode(), OTTER.encode(), BODY.encode("utf-16"), BODY.encode("gb18030")], 20),
        "Markdown": Reader(_source(".md"), [*matter, MANUSCRIPT.encode()], 20),
        "WebVTT": Reader(_source(".vtt"), [VTT.encode()], 30),
        "SubRip": Reader(_source(".srt"), [SRT.encode()], 30),
        "SubViewer": Reader(_source(".sbv"), [b"0:00:01.000,0:00:02.000\nMei: Fine.\n\n0:00:03.000,0:00:04.000\nx\n"], 10),
        "JSON": Reader(_source(".json"), services, 60),
        "TSV": Reader(_source(".tsv"), [b"start\tend\ttext\n0\t1000\tFine.\n1000\t2500\tThe same.\n"], 15),
        "RTF": Reader(_source(".rtf"), [RTF.encode()], 40),
        "web pages": Reader(_source(".html"), [page], 30),
        "XHTML": Reader(_source(".xhtml"), [page], 10),
        "Word": Reader(_source(".docx"), [_word()], 8, True),
        "OpenDocument": Reader(_source(".odt"), [_odt()], 20, True),
        "flat OpenDocument": Reader(_source(".fodt"), [zipfile.ZipFile(io.BytesIO(_odt())).read("content.xml")], 15),
        "EPUB": Reader(_source(".epub"), [_epub()], 15, True),
        "PDF": Reader(_source(".pdf"), [_pdf()], 1),
        "tables of CSV": Reader(_table(".csv"), [CSV.encode(), CSV.replace(",", ";").encode("utf-16")], 40),
        "tables of Excel": Reader(_table(".xlsx"), [_workbook()], 6, True),
        "codebooks of CSV": Reader(_in_file("x.csv", _drafts), [CODES_CSV.encode()], 40),
        "codebooks of YAML": Reader(_in_file("x.yaml", _drafts), [CODEBOOK.encode()], 10),
        "manuscripts": Reader(_in_file("x.md", _manuscript), [MANUSCRIPT.encode()], 30),
        "manuscripts of Word": Reader(_in_file("x.docx", _manuscript), [_word()], 6, True),
    } | {name: Reader(*how) for name, how in own_files().items()}  # fmt: skip
