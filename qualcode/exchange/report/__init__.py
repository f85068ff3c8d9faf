"""A study as one self-contained HTML file that opens offline, with its scripts and styles in it and none from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Sequence
from importlib.resources import files

from qualcode.analysis.report_data import ReportData
from qualcode.exchange.report import page
from qualcode.exchange.report.embedding import embedded
from qualcode.exchange.report.markup import Picture
from qualcode.exchange.report.texts import name

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="qualcode {version}">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
{body}
<script type="application/json" id="data">{data}</script>
<script>{script}</script>
</body>
</html>
"""


def report_html(data: ReportData, pictures: Sequence[Picture] = ()) -> bytes:
    """The report as a file's bytes; the same data give the same bytes.

    The browser itself is told (Content-Security-Policy) to load nothing and to
    run only the one script that is in the page.
    """
    from qualcode import __version__

    style, script = _asset("report.css"), _asset("report.js")
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    text = _PAGE.format(
        policy=policy, version=__version__, title=html.escape(name(data.title)), style=style, script=script,
        body=page.body(data, pictures), data=embedded(data),
    )  # fmt: skip
    return text.encode("utf-8", "replace")


def _asset(file: str) -> str:
    return files(__name__).joinpath(file).read_text("utf-8").replace("\r\n", "\n")


def _hash(text: str) -> str:
    """The source expression that allows just this inline text (CSP level 2)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
