"""Linking documents and turns, and naming recordings: in the front matter, in the log, and undone."""

import pytest
from builders import apply, edit, events_on_disk, make_project, transcript, write_events

from qualcode.analysis.audit import Wanted, audit, entries, sentence
from qualcode.core.alignment import Pin
from qualcode.errors import BadFile, BadOption, CannotUndo, UnknownName
from qualcode.session import Session

ZH = "研究者：吃了吗？\n小雅：吃了。\n研究者：\n小雅：我想妈妈。\n"
EN = "Researcher: Eaten?\nXiaoya: Yes.\nXiaoya: A bowl.\nXiaoya: I miss her.\n"


@pytest.fixture
def project(tmp_path):
    found = make_project(
        tmp_path / "p",
        {
            "zh": ZH,
            "en": "---\ntitle: Xiaoya # from her sister\ntranslation_of: zh\n---\n" + EN,
            "fr": transcript(EN, title="Autre"),
        },
    )
    write_events(found, "c1", "en", [apply(1, EN, "I miss her")])
    return found


@pytest.fixture
def session(project):
    with Session(project, "c1") as session:
        yield session


def file(project, document="en"):
    return project.transcript(document).read_text("utf-8")


def last(session):
    return sentence(entries(session.index, newest_first=True, limit=1)[0])


def test_a_link_is_written_into_the_translation_alone(project, session):
    before = file(project, "zh")
    session.link_translation("zh", "fr")
    assert "translation_of: zh\n" in file(project, "fr")
    assert file(project, "zh") == before
    assert last(session) == "c1 linked fr as a translation of zh"


def test_a_new_original_takes_the_pins_to_the_old_one_away_and_undo_brings_them_back(project, session):
    session.pin_turns("en", "4=4")
    session.link_translation("fr", "en")
    assert "aligned" not in file(project)
    session.undo()
    assert 'translation_of: zh\naligned: ["4=4"]\n' in file(project)


@pytest.mark.parametrize(("original", "translation"), [("zh", "zh"), ("en", "zh")], ids=["itself", "in a circle"])
def test_a_document_cannot_be_translated_from_its_own_translation(project, session, original, translation):
    with pytest.raises(BadOption, match="cannot be a translation"):
        session.link_translation(original, translation)


def test_documents_that_are_not_there_are_named(session):
    with pytest.raises(UnknownName, match="'nobody'"):
        session.link_translation("nobody", "en")


def test_pins_keep_comments_and_every_byte_of_the_text(project, session):
    session.pin_turns("zh", "4=4")
    assert file(project) == ('---\ntitle: Xiaoya # from her sister\ntranslation_of: zh\naligned: ["4=4"]\n---\n' + EN)
    assert last(session) == "c1 linked turns 4=4 of en"


def test_a_pin_drives_out_those_that_cannot_hold_beside_it(project, session):
    session.pin_turns("en", "2=2", "4=4")
    assert session.pin_turns("en", "2=4") == [Pin(1, 1), Pin(3, 3)]
    assert session.index.document_info("en").aligned == ("2=4",)


@pytest.mark.parametrize(
    ("pin", "message"),
    [("3=3", "no turn 3 with words"), ("1=9", "no turn 9 with words in it .the last one is 4"), ("x", "'x' is no pin")],
    ids=["nothing said", "beyond the end", "no numbers"],
)
def test_a_pin_of_turns_that_are_not_there_is_refused_and_none_is_set(project, session, pin, message):
    before = file(project)
    with pytest.raises(BadOption, match=message):
        session.pin_turns("en", "1=1", pin)
    assert file(project) == before


def test_pins_are_taken_away_one_or_all(project, session):
    session.pin_turns("en", "1=1", "2=2", "4=4")
    assert session.unpin_turns("en", "2=2", "1 = 1") == ["1=1", "2=2"]
    assert session.unpin_turns("en", "2=2") == []
    assert session.unpin_turns("en", "all") == ["4=4"]
    assert "aligned" not in file(project)


def test_a_document_without_a_pair_or_with_several_has_to_be_named_better(project, session):
    with pytest.raises(BadOption, match="qualcode translations link"):
        session.pin_turns("fr", "1=1")
    session.link_translation("zh", "fr")
    with pytest.raises(BadOption, match="several translations, name one: en, fr"):
        session.pin_turns("zh", "1=1")


def test_a_turns_link_is_shifted_from_either_side(project, session):
    names = session.link_translation("zh", "en")
    assert session.shift_turn(names, 0, 3, 1) == Pin(3, 3)
    assert session.shift_turn(names, 1, 3, -1) == Pin(1, 3)
    with pytest.raises(BadOption, match="no further turn"):
        session.shift_turn(names, 0, 1, 1)
    with pytest.raises(BadOption, match="nothing is said"):
        session.shift_turn(names, 0, 2, 1)


def test_a_recording_is_named_and_forgotten(project, session):
    session.set_recording("en", "recordings/小雅 1.mp3")
    assert session.index.document_info("en").recording == "recordings/小雅 1.mp3"
    assert last(session) == "c1 named recordings/小雅 1.mp3 as the recording of en"
    session.set_recording("en", "")
    assert "recording" not in file(project)
    assert last(session) == "c1 took the recording's name out of en"


@pytest.mark.parametrize("path", ["https://example.org/a.mp3", "a\x1b]0;x\x07.mp3", "x" * 5000])
def test_a_recording_is_a_file_on_this_computer(session, path):
    with pytest.raises(BadOption, match="cannot be a recording"):
        session.set_recording("en", path)


def test_a_recording_in_the_project_is_written_as_it_holds_everywhere(project, session, tmp_path):
    assert session.recording_path(project.root / "recordings" / "a.mp3") == "recordings/a.mp3"
    assert session.recording_path(tmp_path / "a.mp3") == str(tmp_path / "a.mp3")


def test_undo_and_redo_go_through_all_states_and_end_where_they_began(project, session):
    states = [file(project)]
    for change in (
        lambda: session.pin_turns("en", "2=2"), lambda: session.set_recording("en", "a.mp3"),
        lambda: session.pin_turns("en", "4=4"), lambda: session.unpin_turns("en", "all"),
    ):  # fmt: skip
        change()
        states.append(file(project))
    for state in reversed(states[:-1]):
        session.undo()
        assert file(project) == state
    for state in states[1:]:
        session.redo()
        assert file(project) == state


def test_what_changes_nothing_is_not_logged(project, session):
    session.link_translation("zh", "en")
    session.set_recording("en", "")
    assert events_on_disk(project, "c1", "") == []


def test_undo_leaves_alone_what_was_changed_by_hand_since(project, session):
    session.set_recording("en", "a.mp3")
    edit(project.transcript("en"), file(project).replace("a.mp3", "b.mp3"))
    with pytest.raises(CannotUndo, match=r"changed since .recording"):
        session.undo()
    assert "b.mp3" in file(project)


def test_undo_keeps_what_was_changed_by_hand_in_other_fields(project, session):
    session.set_recording("en", "a.mp3")
    edit(project.transcript("en"), file(project).replace("Xiaoya #", "Xiaoya Liang #"))
    session.undo()
    assert "title: Xiaoya Liang # from her sister\n" in file(project)
    assert "recording" not in file(project)


def test_codings_stay_where_they_are(project, session):
    session.pin_turns("en", "4=4")
    assert session.index.rows("SELECT anchor, quote FROM coding") == [("exact", "I miss her")]


def test_front_matter_that_is_broken_is_left_alone(project, session):
    edit(project.transcript("en"), "---\ntitle: [\n---\n" + EN)
    with pytest.raises(BadFile, match=r"transcripts/en\.md:"):
        session.set_recording("en", "a.mp3")


def test_pins_stay_with_their_turns_when_a_text_is_corrected(project, session):
    session.pin_turns("en", "2=2", "4=4")
    session.correct_text("en", EN.replace("Xiaoya: Yes.", "Researcher: Well?\nXiaoya: Yes, I have."))
    assert session.index.document_info("en").aligned == ("2=3", "4=5")
    session.correct_text("zh", ZH.replace("小雅：吃了。\n", ""))
    assert session.index.document_info("en").aligned == ("3=5",)
    session.undo(2)
    assert session.index.document_info("en").aligned == ("2=2", "4=4")
    assert session.body("en").text == EN


def test_the_log_tells_it_under_the_document(project, session):
    session.set_recording("en", "a.mp3")
    assert [row["act"] for row in audit(session.index, document="en", kind="document")] == ["changed front matter"]
    assert [row["act"] for row in audit(session.index, kind="changed front matter", text="a.mp3")] == [
        "changed front matter"
    ]


def test_somebody_elses_link_can_be_taken_back(project, session):
    session.set_recording("en", "a.mp3")
    act = entries(session.index, Wanted(kind="changed front matter"))[0]
    with Session(project, "c2") as other:
        other.take_back(act.event_id)
    assert "recording" not in file(project)
