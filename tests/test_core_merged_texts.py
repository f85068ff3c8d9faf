"""Texts that git put together of two corrections: the way from each version to them is known to the letter."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qualcode.core.anchors import make_anchor
from qualcode.core.carrying import Carrier, Versions
from qualcode.core.merged_texts import Known, merged_from
from qualcode.core.revision import Revision
from qualcode.core.text import body_hash

LINES = [f"P: word{n} again and 等 again.\n" if n % 2 else "I: Mhm.\n" for n in range(14)]


def step(old: str, new: str) -> Known:
    return Known(body_hash(old), body_hash(new), Revision.between(old, new))


def placed(known: list[Known], body: str, on: str, start: int, end: int) -> tuple[str, str]:
    """Where a coding made on a version stands in the text: its words and state."""
    carrier = Carrier(Versions(known), body, body_hash(body), lambda: merged_from(known, body, body_hash(body), {}))
    found = carrier.place(make_anchor(on, body_hash(on), start, end))
    return body[found.start : found.end], found.state


edits = st.lists(st.sampled_from(["put in", "taken out", "changed"]), min_size=1, max_size=2)


def edited(lines: list[str], kinds: list[str], at: int, name: str) -> list[str]:
    """The lines with each kind of edit, two lines apart from `at` on."""
    lines = list(lines)
    for number, kind in enumerate(kinds):
        place = at + 2 * number
        if kind == "put in":
            lines[place] = f"{lines[place]}P: by {name} {number}.\n"
        elif kind == "taken out":
            lines[place] = ""
        else:
            lines[place] = lines[place].replace("again", name, 1).replace("Mhm", f"Mhm {name}")
    return lines


@given(edits, edits, st.booleans())
def test_words_that_neither_side_touched_are_exact_whichever_version_they_were_coded_on(
    ours: list[str], theirs: list[str], in_two_steps: bool
) -> None:
    base = "".join(LINES)
    a, b = edited(LINES, ours, 1, "A"), edited(LINES, theirs, 8, "B")
    merged = "".join(one if one != line else other for one, other, line in zip(a, b, LINES, strict=True))
    known = [step(base, "".join(a))]
    if in_two_steps:
        between = "".join([*LINES[:12], b[12], f"{LINES[13]}"]).replace("word11", "word11 first")
        known += [step(base, between), step(between, "".join(b))]
    else:
        known.append(step(base, "".join(b)))
    for version in (base, "".join(a), "".join(b)):
        for word in ("word5", "word7", "word13"):
            start = version.index(word)
            assert placed(known, merged, version, start, start + len(word))[0] == word
        start = len("".join(LINES[:6])) if version == base else version.index("word5") + len(LINES[5]) - 3
        assert version[start:].startswith("I: Mhm.")
        text, state = placed(known, merged, version, start, start + 7)
        assert (text, state) in (("I: Mhm.", "exact"), ("I: Mhm.", "moved"))


def test_a_word_said_again_and_again_stays_where_it_was_coded_although_no_log_knows_the_merged_text() -> None:
    base = "I: Mhm.\n" * 8
    ours = "P: First.\n" + base
    theirs = base + "P: Last.\n"
    merged = "P: First.\n" + base + "P: Last.\n"
    known = [step(base, ours), step(base, theirs)]
    carrier = Carrier(
        Versions(known), merged, body_hash(merged), lambda: merged_from(known, merged, body_hash(merged), {})
    )
    found = carrier.place(make_anchor(theirs, body_hash(theirs), 8 * 4 + 3, 8 * 4 + 6))
    assert (found.start, found.end, found.known) == (len("P: First.\n") + 35, len("P: First.\n") + 38, True)


def test_words_that_one_side_changed_are_changed_on_the_other_side_too() -> None:
    base = "P: We waited long.\nI: Mhm.\nP: It rained.\n"
    ours, theirs = base.replace("long", "for long"), base.replace("rained", "snowed")
    merged = ours.replace("rained", "snowed")
    known = [step(base, ours), step(base, theirs)]
    start = ours.index("It rained")
    assert placed(known, merged, ours, start, start + 9) == ("It snowed", "changed")
    start = theirs.index("waited long")
    assert placed(known, merged, theirs, start, start + 11) == ("waited for long", "changed")


def test_a_text_that_is_not_what_all_edits_make_is_not_explained_by_them() -> None:
    base = "one\ntwo\nthree\n"
    known = [step(base, base.replace("one", "1")), step(base, base.replace("three", "3"))]
    chosen = "1\nelse\n3\n"
    assert merged_from(known, chosen, body_hash(chosen), {}) == []
