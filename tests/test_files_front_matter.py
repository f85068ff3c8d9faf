"""Setting single fields of a document's front matter in place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualcode.errors import BadFile
from qualcode.files.front_matter import matter_fields, set_matter

PLAIN = "---\ntitle: Besuch # draft\n# who speaks\nspeakers:\n  Mei: mei-1\n---\nMei: 我想妈妈。\n\n---\nLing: Hi\n"


def changed(text, **values):
    data = text if isinstance(text, bytes) else text.encode()
    return set_matter(data, values, "transcripts/d1.md")


def read(data, *names):
    return matter_fields(data, names, "transcripts/d1.md")


def test_a_new_field_stands_at_the_end_and_everything_else_stays():
    assert changed(PLAIN, recording="a b.mp3").decode() == PLAIN.replace("mei-1\n", "mei-1\nrecording: a b.mp3\n")


def test_a_field_changes_in_its_place():
    once = changed(PLAIN, translation_of="d2", aligned=["1=2"])
    again = changed(once, translation_of="小雅: 原文")
    assert read(again, "translation_of", "aligned") == {"translation_of": "小雅: 原文", "aligned": ["1=2"]}
    assert again.decode().index("translation_of") < again.decode().index('aligned: ["1=2"]')


def test_a_field_taken_away_again_leaves_the_file_as_it_was():
    assert changed(changed(PLAIN, recording="x", aligned=["1=2"]), recording="", aligned=[]).decode() == PLAIN


def test_fields_keep_their_order_when_one_is_taken_away_and_brought_back():
    whole = changed(PLAIN, translation_of="d2", aligned=["1=2"], recording="x").decode()
    for name, value in (("translation_of", "d2"), ("aligned", ["1=2"]), ("recording", "x")):
        assert changed(changed(whole, **{name: ""}), **{name: value}).decode() == whole


def test_comments_beside_a_changed_field_stay():
    text = PLAIN.replace("---\ntitle", "---\nrecording: old.mp3 # on the red stick\ntitle")
    assert "recording: new.mp3 # on the red stick\n" in changed(text, recording="new.mp3").decode()


def test_line_ends_and_byte_order_mark_stay():
    data = b"\xef\xbb\xbf" + PLAIN.replace("\n", "\r\n").encode()
    assert changed(data, recording="x") == data.replace(b"mei-1\r\n", b"mei-1\r\nrecording: x\r\n")
    assert changed(changed(data, recording="x"), recording="") == data


def test_a_file_of_mixed_line_ends_keeps_its_text():
    data = b"---\r\ntitle: T\ncase: c\r---\nMei: Hi\r\nLing: Ho\r---\n"
    done = changed(data, recording="x")
    assert done.endswith(b"recording: x\r\n---\r\nMei: Hi\r\nLing: Ho\r---\n")


@pytest.mark.parametrize(
    "text", ["Mei: Hi\n", "", "---\nnever closed\n", "\ufeffMei: Hi\r\n"], ids=["plain", "empty", "a rule", "Windows"]
)
def test_a_file_without_front_matter_gets_one(text):
    done = changed(text, recording="x")
    assert read(done, "recording") == {"recording": "x"}
    assert changed(done, recording="") == text.encode()


@pytest.mark.parametrize("sign", ["\x85", "\u2028", "\u2029"])
def test_signs_that_end_a_line_in_yaml_alone_do_no_harm(sign):
    text = f"---\ntitle: T\nspeakers:\n {sign} {sign}A: x\nrecording: a\n---\nHi\n"
    with pytest.raises(BadFile, match=r"cannot be changed safely .set aligned in a text editor"):
        changed(text, aligned=["1=2"])


def test_front_matter_in_braces_is_changed_too():
    assert read(changed("---\n{title: T}\n---\nHi\n", recording="x"), "title", "recording") == {
        "title": "T",
        "recording": "x",
    }


@pytest.mark.parametrize(
    "matter",
    ["a: [", "- a\n- b", "just words", "a: 1\na: 2", "a: &x [*x]"],
    ids=["torn", "list", "text", "twice", "loop"],
)
def test_front_matter_that_cannot_be_read_is_left_alone(matter):
    with pytest.raises(BadFile, match=r"transcripts/d1\.md:"):
        changed(f"---\n{matter}\n---\nHi\n", recording="x")


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(BadFile, match="UTF-8"):
        changed(b"---\ntitle: \xff\n---\nHi\n", recording="x")


@given(
    st.text(st.characters(codec="utf-8"), max_size=60),
    st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=20),
)
def test_the_body_stays_byte_for_byte_and_the_value_comes_back(body, value):
    data = b"---\ntitle: T\n---\n" + body.encode()
    try:
        done = changed(data, recording=value)
    except BadFile:
        return
    assert done.endswith(b"---\n" + body.encode())
    assert read(done, "recording", "title") == {"recording": value, "title": "T"}
    assert changed(done, recording="") == data
