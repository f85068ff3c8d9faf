"""What an import would make of one file, for reading before anything is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qualcode.core.how_many import how_many
from qualcode.core.text import split_lines
from qualcode.core.visible import quoted, shorten, visible

if TYPE_CHECKING:
    from qualcode.core.project import ProjectInfo
    from qualcode.session.import_speakers import Speaker
    from qualcode.session.importing import Planned

_LISTED = 5
_SPEAKERS = 20
_WIDTH = 100


def preview(item: Planned, project: ProjectInfo, lines: int = 5) -> str:
    """A document about to be made: its facts, what the file was taken for, who speaks, and so many lines of its text."""
    imported, facts = item.imported, item.fields
    known = {case.id for case in project.cases}
    taken_for = imported.kind or item.source.path.suffix.lstrip(".").lower()
    if imported.encoding:
        taken_for += f", in {imported.encoding}" + (
            f" ({imported.runner_up} is the next likeliest)" * bool(imported.runner_up)
        )
    rows = [
        ("file", str(item.source.path)),
        ("taken for", taken_for),
        ("title", str(facts.get("title") or "")),
        ("case", item.case + (" (new)" if item.case and item.case not in known else "")),
        *((name, str(facts.get(name) or "")) for name in ("kind", "date", "language", "duration")),
        ("text", f"{how_many(item.turns, 'turn')}, {how_many(item.words, 'word')}"),
        *(("speaker", _speaker(speaker)) for speaker in item.speakers[:_SPEAKERS]),
        *((("speakers", f"{len(item.speakers)} in all"),) if len(item.speakers) > _SPEAKERS else ()),
        *(("comment", f"{remark.author}: {shorten(remark.text, 60)} on {quoted(imported.body[remark.start : remark.end])}")
          for remark in imported.remarks[:_LISTED]),
        *((("comments", f"{len(imported.remarks)} in all"),) if len(imported.remarks) > _LISTED else ()),
        *((("highlights", str(len(imported.highlights))),) if imported.highlights else ()),
        *(("lost", loss) for loss in imported.losses),
    ]  # fmt: skip
    if not item.speakers:
        rows.append(("speaker", "no speaker labels found"))
    told = [item.id, *(f"  {name + ':':<12}{value}" for name, value in rows if value), "  begins:"]
    first = [line for line in split_lines(imported.body[:20_000]) if line.strip()][:lines]
    return "\n".join(visible(line) for line in (*told, *(f"    | {shorten(line, _WIDTH)}" for line in first)))


def _speaker(speaker: Speaker) -> str:
    who = f"= {speaker.participant}" if speaker.participant else "(no participant known)"
    if speaker.participant and (speaker.new or not speaker.known):
        who += " (new)" if speaker.new else " (not among the participants)"
    return f"{speaker.label} {who}, {how_many(speaker.turns, 'turn')}"
