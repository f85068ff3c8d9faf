"""PDF in: text in reading order, a paragraph a line, `[p. 3]` where a page begins (`pdf_paragraphs` says where it stands).

The work is done in a process of its own with limits of memory and time, since the file may come from anywhere.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import qualcode
from qualcode.errors import BadFile, Problem
from qualcode.exchange.sources import ImportedText
from qualcode.exchange.sources.transcription import as_transcription

SECONDS = 120
_MEGABYTES = 1024
_CHILD = "qualcode.exchange.sources.pdf_child"


def read(data: bytes, shown_as: str, encoding: str = "") -> ImportedText:
    """The text of all pages. `encoding` is not asked: a PDF says it itself. Raises BadFile."""
    if b"%PDF-" not in data[:1024]:
        raise BadFile([Problem(shown_as, 0, "this is not a PDF file, or its beginning is missing")])
    answer = _ask(data, shown_as)
    if "problem" in answer:
        raise BadFile([Problem(shown_as, 0, str(answer["problem"]), str(answer.get("advice", "")))])
    return as_transcription(ImportedText(answer["body"], kind="PDF", losses=tuple(answer["losses"])))


def _ask(data: bytes, shown_as: str) -> dict[str, Any]:
    """What the other process makes of the PDF. Raises BadFile where it dies or takes too long."""
    megabytes = _MEGABYTES + 3 * len(data) // 1024**2
    above = str(Path(qualcode.__file__).parent.parent)
    paths = [above, *filter(None, [os.environ.get("PYTHONPATH")])]
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", _CHILD, str(SECONDS), str(megabytes)],
            input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=SECONDS, check=False,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )  # fmt: skip
        answer = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        message = f"reading it took longer than {SECONDS} seconds"
        raise BadFile([Problem(shown_as, 0, message, "print it to a new PDF, or split it")]) from error
    except ValueError as error:
        message = "reading it broke the PDF program, or needs too much memory"
        raise BadFile([Problem(shown_as, 0, message, "open it in a PDF viewer and print it to a new PDF")]) from error
    except OSError as error:
        raise BadFile([Problem(shown_as, 0, f"the PDF program did not start ({error.strerror or error})")]) from error
    return answer if isinstance(answer, dict) else {"problem": "reading it broke the PDF program"}
