"""The tables of `.qualcode/index.db`. Everything in them is derived; raise VERSION when anything here changes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

VERSION = 19
_STATEMENT = re.compile(r"^CREATE .+?(?=;$)", re.MULTILINE | re.DOTALL)

TABLES = """
CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- one row per file that was read, with what tells whether it changed since
CREATE TABLE file (
  id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, coder TEXT NOT NULL, document TEXT NOT NULL,
  size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL);
CREATE TABLE problem (file TEXT NOT NULL, line INTEGER NOT NULL, message TEXT NOT NULL, advice TEXT NOT NULL);
CREATE INDEX problem_file ON problem(file);

-- cases in project order (rank); attributes as JSON
CREATE TABLE kase (id TEXT PRIMARY KEY, rank INTEGER NOT NULL, name TEXT NOT NULL, attributes TEXT NOT NULL);
CREATE TABLE code (
  id TEXT PRIMARY KEY, rank INTEGER NOT NULL, name TEXT NOT NULL, path TEXT NOT NULL,
  parent TEXT NOT NULL, level INTEGER NOT NULL);
-- every code under itself and under each code above it
CREATE TABLE closure (ancestor TEXT NOT NULL, code TEXT NOT NULL, PRIMARY KEY (ancestor, code)) WITHOUT ROWID;
CREATE INDEX closure_code ON closure(code, ancestor);

-- documents in document order: by case in project order, then date, then id
CREATE TABLE document (
  id TEXT PRIMARY KEY, rank INTEGER NOT NULL DEFAULT 0, title TEXT NOT NULL, kase TEXT NOT NULL, kind TEXT NOT NULL,
  date TEXT NOT NULL, language TEXT NOT NULL, translation_of TEXT NOT NULL, speakers TEXT NOT NULL,
  attributes TEXT NOT NULL, characters INTEGER NOT NULL, lines INTEGER NOT NULL, words INTEGER NOT NULL,
  turns INTEGER NOT NULL, hash TEXT NOT NULL, first_line INTEGER NOT NULL,
  aligned TEXT NOT NULL, recording TEXT NOT NULL, duration TEXT NOT NULL);
CREATE TABLE document_text (document TEXT PRIMARY KEY, folded TEXT NOT NULL);
-- the texts as last known, so that what is changed outside qualcode can be compared; how versions of a text (by hash) follow
-- from one another (revision: JSON as in the logs); and changes that were noticed and stand in no log yet
CREATE TABLE known_text (document TEXT PRIMARY KEY, hash TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE text_revision (
  document TEXT NOT NULL, old TEXT NOT NULL, new TEXT NOT NULL, revision TEXT NOT NULL,
  PRIMARY KEY (document, old, new)) WITHOUT ROWID;
CREATE TABLE unlogged_text (document TEXT PRIMARY KEY, old TEXT NOT NULL, new TEXT NOT NULL);
CREATE TABLE turn (
  document TEXT NOT NULL, number INTEGER NOT NULL, start INTEGER NOT NULL, text_start INTEGER NOT NULL,
  "end" INTEGER NOT NULL, line INTEGER NOT NULL, label TEXT NOT NULL, speaker TEXT NOT NULL, role TEXT NOT NULL,
  seconds REAL, words INTEGER NOT NULL, PRIMARY KEY (document, number)) WITHOUT ROWID;
CREATE INDEX turn_stamped ON turn(document, start, seconds) WHERE seconds IS NOT NULL;

-- every event that could be read; standing = 1 while no revert in force cancels it; subject = the coding it is about
CREATE TABLE event (
  id TEXT NOT NULL, file INTEGER NOT NULL, coder TEXT NOT NULL, document TEXT NOT NULL, at TEXT NOT NULL,
  op TEXT NOT NULL, batch TEXT NOT NULL, subject TEXT NOT NULL, target TEXT NOT NULL, code TEXT NOT NULL,
  start INTEGER NOT NULL, "end" INTEGER NOT NULL, quote TEXT NOT NULL, body TEXT NOT NULL, prefix TEXT NOT NULL,
  suffix TEXT NOT NULL, note TEXT NOT NULL, mark TEXT NOT NULL,
  what TEXT NOT NULL, "key" TEXT NOT NULL, "before" TEXT NOT NULL, "after" TEXT NOT NULL,
  standing INTEGER NOT NULL, undoes INTEGER NOT NULL, PRIMARY KEY (id, file)) WITHOUT ROWID;
CREATE INDEX event_subject ON event(file, subject);
CREATE INDEX event_undo ON event(coder, standing, undoes, id);
CREATE INDEX event_batch ON event(batch);
CREATE INDEX event_what ON event(what, "key", file, subject);

-- codings in force. made_code: the code that the events say; code: the one that counts today (merges followed); start, "end":
-- where the quote stands in the document's text of today (anchor exact or moved), or what became of it (changed), else (lost)
-- where it once stood; quote: the words there, made_quote: those that were coded; known = 1 where all edits since are known.
-- judged: the event by which its coder last decided for this code (apply, recode, keep).
-- kase: the document's case, else that of the participant who speaks.
-- note: with those of the twins it stands for; own_note: without. mark: 'exemplary' or ''; of twins one mark is enough;
-- own_mark: its own.
-- hidden_by: '' for codings that count; else the id of the twin that stands for this one since their codes were merged (same
-- coder, same passage, same code), or 'deleted' where the code is.
CREATE TABLE coding_row (
  id TEXT NOT NULL, file INTEGER NOT NULL, coder TEXT NOT NULL, document TEXT NOT NULL, code TEXT NOT NULL,
  start INTEGER NOT NULL, "end" INTEGER NOT NULL, line INTEGER NOT NULL, quote TEXT NOT NULL, note TEXT NOT NULL,
  words INTEGER NOT NULL, label TEXT NOT NULL, speaker TEXT NOT NULL, role TEXT NOT NULL,
  created_at TEXT NOT NULL, modified_at TEXT NOT NULL, anchor TEXT NOT NULL,
  made_start INTEGER NOT NULL, made_end INTEGER NOT NULL, body TEXT NOT NULL, made_code TEXT NOT NULL,
  judged TEXT NOT NULL, own_note TEXT NOT NULL, hidden_by TEXT NOT NULL,
  made_quote TEXT NOT NULL, known INTEGER NOT NULL, kase TEXT NOT NULL,
  mark TEXT NOT NULL, own_mark TEXT NOT NULL, PRIMARY KEY (id, file));
CREATE INDEX coding_document ON coding_row(document, start);
CREATE INDEX coding_code ON coding_row(code, coder, document, hidden_by, start, "end", anchor, made_code, kase);
CREATE INDEX coding_made ON coding_row(made_code);
CREATE INDEX coding_file ON coding_row(file, hidden_by, coder, document, code, kase, speaker, role, start, "end", words, anchor);
CREATE INDEX coding_anchor ON coding_row(anchor) WHERE anchor IN ('changed', 'lost');
CREATE INDEX coding_hidden ON coding_row(hidden_by) WHERE hidden_by <> '';
CREATE VIEW coding AS SELECT id, file, coder, document, code, start, "end", line, quote, note, words, label, speaker, role,
  created_at, modified_at, anchor, made_start, made_end, body, made_code, judged, made_quote,
  known, kase, mark, rowid AS row FROM coding_row WHERE hidden_by = '';

-- memos; what one is about stands in kase, document, code, coding (ids as written, '' for none; all empty: the project);
-- first_line: the line of the file on which the text begins
CREATE TABLE memo (
  id TEXT PRIMARY KEY, title TEXT NOT NULL, kind TEXT NOT NULL, date TEXT NOT NULL, author TEXT NOT NULL,
  kase TEXT NOT NULL, document TEXT NOT NULL, code TEXT NOT NULL, coding TEXT NOT NULL,
  text TEXT NOT NULL, words INTEGER NOT NULL, first_line INTEGER NOT NULL);
-- every [[link]] in a memo: its line in the file; kind: document, code, case, memo or coding; target: what it names;
-- document and place: for links into a document, the document and what stands behind # (the end of a coding's id, a line)
CREATE TABLE memo_link (
  memo TEXT NOT NULL, line INTEGER NOT NULL, kind TEXT NOT NULL, target TEXT NOT NULL, document TEXT NOT NULL,
  place TEXT NOT NULL);
CREATE INDEX memo_link_memo ON memo_link(memo);
CREATE INDEX memo_link_document ON memo_link(document);
"""


def is_as_made(db: sqlite3.Connection) -> bool:
    """Whether the database has these tables, indexes and views, word for word, and nothing else: no trigger and no virtual table
    that somebody put there is ever run."""
    there = db.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return sorted(sql for (sql,) in there) == sorted(_STATEMENT.findall(TABLES))
