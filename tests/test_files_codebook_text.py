"""Changes written into codebook.yaml: only the lines concerned change, comments and layout survive."""

import re

import pytest
import yaml
from builders import COMPOSED, DECOMPOSED, FAMILY
from hypothesis import given, settings
from hypothesis import strategies as st

from qualcode.core.codebook import Codebook
from qualcode.core.codebook_steps import Step, apply_steps, state_of
from qualcode.errors import BadOption, CannotSave
from qualcode.files.codebook_text import change_codebook_text, field_lines
from qualcode.files.project_files import change_codebook, codebook_in

FLUSH = """\
# The codebook of a study. Ask Mei before changing it.
title: 'A study'   # working title
codes:

# ---- feelings ----
- id: emotion
  name: "Emotion"   # the theme
  color: '#112233'
  definition: >-
    Any feeling that is
    named or shown.

  children:
  # most used
  - id: longing
    name: longing
    key: 1
    definition: |-   # from the pilot
      First line.
      Second line.
    use_when: 'The child''s words.'
  - name: pride        # id comes second here
    id: pride

- id: work   # to be split?
  name: work
# the end
"""
INDENTED = """\
codes:
  - id: a
    name: 想妈妈
    definition: 孩子说想念父母。  # 第一稿

    # about work
  - id: b
    name: b
    children:
      - id: c
        name: "c: with a colon"
"""


def read(text):
    return codebook_in(text)[0]


def changed(text, *steps):
    return change_codebook_text(text, read(text), steps, read)[0]


def change(text, key, **values):
    """The text after one code's fields or place were changed."""
    before = state_of(read(text), key)
    return changed(text, Step(key, before, {**before, **values}))


def differing(before, after):
    """The lines that went and the lines that came."""
    old, new = before.split("\n"), after.split("\n")
    return [line for line in old if line not in new], [line for line in new if line not in old]


# ------------------------------------------------------------------------------------ fields


def test_a_new_name_changes_one_line_and_keeps_the_comment_behind_it():
    assert differing(FLUSH, change(FLUSH, "emotion", name="Feeling")) == (
        ['  name: "Emotion"   # the theme'],
        ["  name: Feeling   # the theme"],
    )


def test_a_new_name_on_the_line_of_the_dash_keeps_the_dash():
    assert "  - name: joy        # id comes second here\n    id: pride\n" in change(FLUSH, "pride", name="joy")


def test_a_folded_text_gives_way_to_a_short_one_and_the_blank_line_stays():
    after = change(FLUSH, "emotion", definition="Short.")
    assert "  color: '#112233'\n  definition: Short.\n\n  children:\n" in after


def test_a_block_gives_way_to_a_block_and_keeps_the_comment_on_its_head():
    after = change(FLUSH, "longing", definition="One.\n\nTwo.")
    assert "    definition: |-   # from the pilot\n      One.\n\n      Two.\n    use_when:" in after


def test_a_field_that_was_not_there_goes_to_its_usual_place():
    after = change(FLUSH, "longing", color="#445566")
    assert differing(FLUSH, after) == ([], ["    color: '#445566'"])
    assert after.index("#445566") < after.index("key: 1")


def test_a_field_that_was_emptied_goes_with_all_its_lines():
    after = change(FLUSH, "longing", definition="")
    assert differing(FLUSH, after)[0] == [
        "    definition: |-   # from the pilot",
        "      First line.",
        "      Second line.",
    ]


def test_a_text_can_be_put_where_an_empty_field_stands():
    text = "codes:\n- id: a\n  name: a\n  definition:   # to come\n"
    assert change(text, "a", definition="Now.") == "codes:\n- id: a\n  name: a\n  definition: Now.   # to come\n"


def test_a_file_without_a_last_line_end_is_changed_too():
    assert change("codes:\n- id: a\n  name: a", "a", name="b") == "codes:\n- id: a\n  name: b\n"


@pytest.mark.parametrize(
    "text",
    ["no", "~", "1", "- x", "# x", "a: b", "a #b", "'", '"', "x\ny", "x\n\n\ny", " x", "x ", "x\n y", "\tx", "x\ty", "&a", "*a",
     "!x", "%x", "@x", "`x", "[x", "{x", "x" * 300, "word " * 80 + "end", "a  b " * 60 + "c", "妈妈" * 200, FAMILY * 40,
     f"caf{COMPOSED} caf{DECOMPOSED}", "שלום עולם", "a\x85b", "a\u2028b", "\ufeffx", "a\x07b", "---", "...", "x\n---\ny",
     "x\n...\ny", "x:", "?", "|", ">-", "x\n# no comment\ny", "2024-01-01", "0x1F", "=", "<<", "a\u200bb", "x\n"],
)  # fmt: skip
@pytest.mark.parametrize("layout", [FLUSH, INDENTED], ids=["flush", "indented"])
def test_any_text_reads_back_as_it_was_written(layout, text):
    key = "longing" if layout is FLUSH else "a"
    assert read(change(layout, key, definition=text))[key].definition == text


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300).filter(str.strip))
def test_whatever_is_written_into_a_field_reads_back(text):
    book = codebook_in("codes:\n- id: a\n  name: a\n" + "\n".join(field_lines("definition", text, 2)) + "\n")[0]
    assert book is not None
    assert book["a"].definition == text


# ------------------------------------------------------------------------------------ codes that come, go and move


def test_a_new_code_leaves_every_line_as_it_was():
    after = changed(FLUSH, Step("new", None, {"name": "new", "parent": "emotion", "previous": "longing"}))
    assert differing(FLUSH, after) == ([], ["  - id: new", "    name: new"])
    assert [code.id for code in read(after).codes] == ["emotion", "longing", "new", "pride", "work"]


def test_a_first_sub_code_brings_its_children_line():
    after = changed(FLUSH, Step("n", None, {"name": "n", "parent": "work", "previous": ""}))
    assert after.endswith("- id: work   # to be split?\n  name: work\n  children:\n  - id: n\n    name: n\n# the end\n")


def test_the_first_code_of_an_empty_file_makes_its_list():
    for text in ("", "codes:\n", "codes: []\n", "# nothing yet\n", "title: x\n", "codes:   # soon\n"):
        after = changed(text, Step("n", None, {"name": "n", "parent": "", "previous": ""}))
        assert [code.id for code in read(after).codes] == ["n"]
        assert all(comment in after for comment in ("# nothing yet", "# soon") if comment in text)


def test_a_removed_code_takes_only_its_own_lines_and_comments():
    after = changed(FLUSH, Step("longing", state_of(read(FLUSH), "longing"), None))
    assert "# most used" not in after
    assert all(note in after for note in ("# ---- feelings ----", "# the theme", "# id comes second here", "# the end"))


def test_the_last_sub_code_takes_the_children_line_along():
    after = changed(INDENTED, Step("c", state_of(read(INDENTED), "c"), None))
    assert "children" not in after
    assert read(after).codes == read(INDENTED).codes[:2]


def test_a_moved_code_takes_its_comment_and_its_texts_along():
    after = change(FLUSH, "longing", parent="", previous="work")
    assert after.endswith(
        "# most used\n- id: longing\n  name: longing\n  key: 1\n  definition: |-   # from the pilot\n    First line.\n"
        "    Second line.\n  use_when: 'The child''s words.'\n# the end\n"
    )


def test_a_move_and_its_way_back_give_the_same_text_in_a_file_without_comments():
    plain = "codes:\n- id: a\n  name: a\n  children:\n  - id: b\n    name: b\n- id: c\n  name: c\n"
    book = read(plain)
    before = state_of(book, "b")
    there = changed(plain, Step("b", before, {**before, "parent": "c"}))
    assert changed(there, Step("b", state_of(read(there), "b"), before)) == plain


@pytest.mark.parametrize("text", [FLUSH, INDENTED], ids=["flush", "indented"])
@pytest.mark.parametrize("other", ["", "top"], ids=["inside", "to the top"])
def test_all_codes_can_be_sent_everywhere(text, other):
    book = read(text)
    for code in book.codes:
        below = book.with_descendants(code.id)
        parents = [""] if other else [held.id for held in book.codes if held.id not in below]
        for parent in parents:
            for previous in ["", *(c.id for c in book.children.get(parent, ()) if c.id != code.id)]:
                before = state_of(book, code.id)
                step = Step(code.id, before, {**before, "parent": parent, "previous": previous})
                after = changed(text, step)
                assert read(after).codes == apply_steps(book, [step]).codes
                assert comments(after) == comments(text)


def comments(text):
    return sorted(line[line.index("#") :] for line in text.split("\n") if " #" in f" {line}" and "'#" not in line)


# ------------------------------------------------------------------------------------ files laid out otherwise


FLOW = "# mine\ncodes:\n- {id: a, name: A}   # flow\n- {id: b, name: B, children: [{id: c, name: C}]}\n"


def test_a_file_in_flow_style_is_changed_too_and_keeps_its_comments():
    after = change(FLOW, "a", name="Alpha")
    assert read(after)["a"].name == "Alpha"
    assert "# mine" in after
    assert "# flow" in after


def test_a_code_in_flow_style_moves():
    assert read(change(FLOW, "c", parent="a", previous="")).path("c") == "A/C"


AMPERSAND = "codes:\n# about R&D\n- id: a\n  name: R & D\n# about b\n- id: b\n  name: b\n  children:\n  # about c\n  - id: c\n    name: c\n"


@pytest.mark.parametrize("key", ["a", "c"])
def test_comments_on_other_codes_survive_a_removal_where_a_text_has_an_ampersand(key):
    after = changed(AMPERSAND, Step(key, state_of(read(AMPERSAND), key), None))
    kept = {"a", "b", "c"} - {key}
    assert all(f"# about {'R&D' if code == 'a' else code}" in after for code in kept)


def test_comments_survive_a_move_where_a_text_has_an_ampersand():
    after = change(AMPERSAND, "c", parent="", previous="a")
    assert comments(after) == comments(AMPERSAND)


def test_lines_not_concerned_stay_where_a_text_has_a_tab_or_an_ampersand():
    text = AMPERSAND.replace("name: b\n", "name:   'b'   # odd spacing\n  definition: 'a\tb'\n")
    gone, come = differing(text, change(text, "c", name="see"))
    assert (gone, come) == (["    name: c"], ["    name: see"])


def test_a_step_that_makes_no_sense_leaves_the_text_alone():
    with pytest.raises(BadOption):
        change(FLUSH, "emotion", parent="longing", previous="")


# ------------------------------------------------------------------------------------ on disk


def test_the_file_is_left_alone_where_nothing_changes(tmp_path):
    path = tmp_path / "codebook.yaml"
    path.write_text(FLUSH, encoding="utf-8")
    before = path.stat().st_mtime_ns
    change_codebook(path, [])
    assert (path.read_text(encoding="utf-8"), path.stat().st_mtime_ns) == (FLUSH, before)


def test_a_file_that_cannot_be_replaced_stays_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "codebook.yaml"
    path.write_text(FLUSH, encoding="utf-8")

    def full(*_):
        raise CannotSave("no room")

    monkeypatch.setattr("qualcode.files.project_files.replace_file", full)
    state = state_of(read(FLUSH), "work")
    with pytest.raises(CannotSave):
        change_codebook(path, [Step("work", state, {**state, "name": "toil"})])
    assert path.read_text(encoding="utf-8") == FLUSH


def test_windows_line_ends_and_a_byte_order_mark_do_not_stop_a_change(tmp_path):
    path = tmp_path / "codebook.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + FLUSH.replace("\n", "\r\n").encode())
    state = state_of(read(FLUSH), "work")
    book = change_codebook(path, [Step("work", state, {**state, "name": "toil"})])
    assert book["work"].name == "toil"
    assert "# the end" in path.read_text(encoding="utf-8-sig")


# ------------------------------------------------------------------------------------ properties

IDS = list("pqrstuvw")
PLAIN = st.sampled_from(["short", "longer words, and more", "妈妈的话", f"caf{DECOMPOSED}", FAMILY, "שלום", "x-1"])
LONG = st.sampled_from(["first\nsecond", "one\n\nthree", "word " * 40 + "end", "妈" * 150, 'it\'s #1: a "quote"'])
ANY = st.one_of(PLAIN, LONG)


@st.composite
def scalars(draw, column, texts):
    """A text as YAML lines in some style (the first stands behind the key), and whether a comment may stand behind it."""
    text = draw(texts)
    styles = ["double", *(["single", "plain"] if "\n" not in text and "#" not in text else []), "literal"]
    if "  " not in text and "\n" not in text and " " in text:
        styles.append("folded")
    style = draw(st.sampled_from(styles))
    indent = " " * (column + draw(st.integers(1, 4)))
    if style == "plain" and "&" not in text:
        return [text], True
    if style == "single":
        return ["'" + text.replace("'", "''") + "'"], True
    if style == "literal":
        return ["|-", *(indent + line if line else "" for line in text.split("\n"))], False
    if style == "folded":
        return [">-", *(indent + word for word in text.split(" "))], False
    return ['"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'], True


@st.composite
def layouts(draw, texts=ANY):
    """A codebook.yaml as somebody may have laid it out: each comment in it is numbered."""
    number = iter(range(1000))
    flush = draw(st.booleans())
    dash_gap = draw(st.sampled_from([1, 1, 1, 3]))
    left = draw(st.permutations(IDS))[: draw(st.integers(1, 6))]
    lines = [f"# c{next(number)}c"] if draw(st.booleans()) else []
    if draw(st.booleans()):
        lines.append("title: A study")
    lines.append("codes:")

    def remark(column):
        for _ in range(draw(st.sampled_from([0, 0, 1, 2]))):
            lines.append(draw(st.sampled_from(["", " " * column + f"# c{next(number)}c"])))

    def put(dash):
        ident = left.pop()
        keys = dash + 1 + dash_gap
        remark(dash)
        fields = [("id", [ident], True), ("name", *draw(scalars(keys, texts)))]
        fields[1] = ("name", ["n" + ident], True) if len(fields[1][1]) > 1 else fields[1]
        for name in ("definition", "use_when", "example"):
            if draw(st.integers(0, 2)) == 0:
                fields.append((name, *draw(scalars(keys, texts))))
        if draw(st.integers(0, 3)) == 0:
            fields.append(("key", [str(draw(st.integers(1, 9)))], True))
        first = draw(st.sampled_from([0, 0, 1]))  # on the line of the dash: the id or the name, which always stay
        order = [fields.pop(first), *draw(st.permutations(fields))]
        for place, (name, value, comment) in enumerate(order):
            head = " " * dash + "-" + " " * dash_gap if not place else " " * keys
            behind = f"   # c{next(number)}c" if comment and draw(st.integers(0, 3)) == 0 else ""
            lines.append(f"{head}{name}: {value[0]}{behind}")
            lines.extend(value[1:])
        if left and draw(st.booleans()):
            lines.append(" " * keys + "children:")
            below = keys + (0 if flush else 2)
            put(below)
            while left and draw(st.booleans()):
                put(below)

    while left:
        put(0 if flush else 2)
    remark(0)
    return "\n".join(lines) + "\n"


def block_of(text, ident):
    """The lines of a code's own fields, its sub-codes and the comments around left out."""
    lines = text.split("\n")

    def walk(node):
        for item in node.value:
            fields = {key.value: (key, value) for key, value in item.value}
            if fields["id"][1].value == ident:
                end = fields["children"][0].start_mark.line if "children" in fields else max(
                    value.end_mark.line - (value.end_mark.column == 0) for _, value in fields.values()) + 1  # fmt: skip
                own = lines[item.start_mark.line : end]
                shift = item.start_mark.column
                own = [line[min(shift, len(line) - len(line.lstrip())) :] for line in own]
                own[0] = own[0].lstrip("- ")
                return [line for line in own if line.strip() and not line.lstrip().startswith("# c")]
            if "children" in fields and (found := walk(fields["children"][1])):
                return found
        return None

    root = {key.value: value for key, value in yaml.compose(text, Loader=yaml.BaseLoader).value}
    return walk(root["codes"])


@st.composite
def changes_to(draw, book):
    """Up to three steps that make sense on this codebook; the ids of the codes concerned."""
    steps, touched = [], set()
    for number in range(draw(st.integers(1, 3))):
        there = [code.id for code in book.codes]
        kind = draw(st.sampled_from(["add", "remove", "move", "field", "field", "drop"]))
        leaves = [ident for ident in there if not book.children.get(ident)]
        if kind == "remove" and len(there) > 1 and leaves:
            key = draw(st.sampled_from(leaves))
            step = Step(key, state_of(book, key), None)
        elif kind == "add":
            key = f"new{number}"
            parent = draw(st.sampled_from(["", *there]))
            siblings = [code.id for code in book.children.get(parent, ())]
            state = {"name": "New", "definition": draw(LONG), "parent": parent,
                     "previous": draw(st.sampled_from(["", *siblings]))}  # fmt: skip
            step = Step(key, None, state)
        else:
            key = draw(st.sampled_from(there))
            before = state_of(book, key)
            after = dict(before)
            if kind == "move":
                others = [ident for ident in there if ident not in book.with_descendants(key)]
                parent = draw(st.sampled_from(["", *others]))
                siblings = [code.id for code in book.children.get(parent, ()) if code.id != key]
                after |= {"parent": parent, "previous": draw(st.sampled_from(["", *siblings]))}
            elif kind == "field":
                after |= {
                    draw(st.sampled_from(["name", "definition", "example"])): draw(st.one_of(PLAIN, LONG)).replace(
                        "\n", " "
                    )
                }
                after |= {"use_when": draw(LONG)} if draw(st.booleans()) else {}
            else:
                after |= {"definition": "", "key": 0}
            step = Step(key, before, after)
        touched.add(key)
        steps.append(step)
        book = apply_steps(book, [step])
    return steps, touched


@settings(max_examples=100)
@given(layouts(), st.data())
def test_the_text_reads_back_as_the_steps_say(text, data):
    book = read(text)
    assert book is not None, text
    steps, _ = data.draw(changes_to(book))
    after, said = change_codebook_text(text, book, steps, read)
    assert said == apply_steps(book, steps)
    assert read(after).codes == said.codes


@given(layouts(st.sampled_from(["R & D", "a & b & c", "short"])), st.data())
def test_a_file_with_ampersands_can_be_changed_like_any_other(text, data):
    book = read(text)
    steps, _ = data.draw(changes_to(book))
    assert read(change_codebook_text(text, book, steps, read)[0]).codes == apply_steps(book, steps).codes


def marks(text):
    return sorted(re.findall(r"# c[0-9]+c", text))


@settings(max_examples=100)
@given(layouts(), st.data())
def test_comments_survive_unless_their_own_code_or_field_went(text, data):
    book = read(text)
    steps, _ = data.draw(changes_to(book))
    steps = [step for step in steps if step.after is not None]
    emptied = any(
        "" in (to,) or to == 0 for step in steps for _, to in step.changes().values() if not isinstance(to, bool)
    )
    if emptied or not steps:
        return
    try:
        apply_steps(book, steps)
    except Exception:  # a removal that the others build on was left out
        return
    after, _ = change_codebook_text(text, book, steps, read)
    assert marks(after) == marks(text)


@settings(max_examples=100)
@given(layouts(), st.data())
def test_the_lines_of_other_codes_are_not_changed(text, data):
    book = read(text)
    steps, touched = data.draw(changes_to(book))
    after, _ = change_codebook_text(text, book, steps, read)
    now = read(after)
    for code in book.codes:
        moved_along = any(above.id in touched for above in book.ancestors(code.id)) or any(
            above.id in touched for above in now.ancestors(code.id)
        )
        if code.id not in touched and not moved_along and code.id in now:
            assert block_of(after, code.id) == block_of(text, code.id)


def test_an_empty_codebook_stays_readable():
    assert read("codes: []\n") == Codebook()
