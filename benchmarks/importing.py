"""`qualcode import` of 300 interviews of 6,000 words, against reading them through the same library."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

_WORDS = (
    "when father left we were still small and grandmother cooked for everybody on market days the road was long but nobody "
    "complained because money came every month by post and she counted it twice before she wrote his name in the book"
).split()
_SPEAKERS = ("Interviewer", "Mother Liang", "Grandmother")
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
    "</Relationships>"
)
_FLOORS = {
    "txt": "for path in paths: text = path.read_bytes().decode(); assert text",
    "docx": (
        "import zipfile; from lxml import etree\n"
        "for path in paths:\n"
        "    root = etree.fromstring(zipfile.ZipFile(path).read('word/document.xml'))\n"
        "    text = ''.join(root.itertext()); assert text"
    ),
}


class Cost(NamedTuple):
    """Seconds from start to end of a process, and the most memory that it held, in MB."""

    seconds: float
    megabytes: float


def run(files: int = 300, words: int = 6_000) -> None:
    """Times and peak memory of import, undo and redo, by format."""
    print(f"{files} files of {words:,} words      time     over floor   peak memory")
    for kind, floor_code in _FLOORS.items():
        with tempfile.TemporaryDirectory() as folder:
            interviews, project = Path(folder, "interviews"), Path(folder, "study")
            make_interviews(interviews, kind, files, words)
            qualcode = [sys.executable, "-m", "qualcode", "-p", str(project)]
            _cost([sys.executable, "-m", "qualcode", "new", str(project)])
            code = f"from pathlib import Path\npaths = sorted(Path({str(interviews)!r}).iterdir())\n{floor_code}"
            floor = _cost([sys.executable, "-c", code])
            _show(f"{kind}: reading alone", floor, floor)
            _show(f"{kind}: look (--dry-run)", _cost([*qualcode, "import", str(interviews), "--dry-run"]), floor)
            _show(f"{kind}: import", _cost([*qualcode, "import", str(interviews), "--case", "liang"]), floor)
            _show(f"{kind}: the same again", _cost([*qualcode, "import", str(interviews)], status=1), floor)
            _show(f"{kind}: undo", _cost([*qualcode, "undo"]), floor)
            _show(f"{kind}: redo", _cost([*qualcode, "redo"]), floor)


def make_interviews(folder: Path, kind: str, files: int, words: int, seed: int = 4) -> None:
    """Seeded interviews as text or Word files."""
    folder.mkdir()
    for number in range(files):
        lines = _interview(random.Random(seed + number), words)
        path = folder / f"interview-{number:03}.{kind}"
        if kind == "txt":
            path.write_text("\n\n".join(lines) + "\n", encoding="utf-8")
        else:
            _write_docx(path, lines)


def _interview(dice: random.Random, words: int) -> list[str]:
    lines, left = [], words
    while left > 0:
        length = min(left, dice.randint(5, 120))
        said = " ".join(dice.choices(_WORDS, k=length)).capitalize()
        lines.append(f"{_SPEAKERS[len(lines) % len(_SPEAKERS)]}: {said}.")
        left -= length
    return lines


def _write_docx(path: Path, lines: list[str]) -> None:
    paragraphs = "".join(f'<w:p><w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>' for line in lines)
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    document = f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{namespace}"><w:body>{paragraphs}</w:body></w:document>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", _TYPES)
        package.writestr("_rels/.rels", _RELATIONS)
        package.writestr("word/document.xml", document)


def _cost(command: list[str], status: int = 0) -> Cost:
    begin = time.perf_counter()
    environment = {**os.environ, "QUALCODE_CODER": "c1"}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    _, ended, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(ended)
    if process.returncode != status:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    return Cost(seconds, used.ru_maxrss / 1024)


def _show(name: str, cost: Cost, floor: Cost) -> None:
    print(f"{name:<28} {cost.seconds:>6.2f} s {cost.seconds / floor.seconds:>9.1f} x {cost.megabytes:>10.0f} MB")
