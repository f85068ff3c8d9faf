"""A table to standard output or a file, in the format asked for."""

from __future__ import annotations

import os
import shutil
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from qualcode.analysis.table import Table
from qualcode.core.how_many import how_many
from qualcode.errors import BadOption
from qualcode.exchange.table_files import FORMS, Layout, form_by_ending, table_pieces, with_totals
from qualcode.files.saving import replace_file

if TYPE_CHECKING:
    from qualcode.index.index import Index

_WIDE = 160
_NOT_IN_A_MANIFEST = ("command", "prog", "project", "output", "manifest")


def emit(
    table: Table,
    args: Namespace,
    columns: Sequence[str] | None = None,
    index: Index | None = None,
    *,
    only_told: bool = False,
) -> None:
    """Print the table, or write it to `--output`. `columns` are the ones worth reading; CSV, JSON and XLSX have all.

    With `only_told` the table just says what was done or found: printing it is never refused. Also the manifest, where
    `--manifest` asks for one; without an index the project's is opened for it.
    """
    form = form_of(args)
    wanted = manifest_path(args)
    names, width = _with_room(table, columns) if form == "table" and not args.output else (columns, _WIDE)
    if form == "xlsx" and not args.output and sys.stdout.isatty():
        raise BadOption("An Excel workbook is no text for a terminal: name a file with -o table.xlsx.")
    drafts = Path(args.output).absolute().parent if args.output else None
    layout = Layout(not args.no_bom and bool(args.output), names, width, _title(table, args), talk, drafts)
    pieces = _fit_to_leave(table_pieces(table, form, layout), form, args, only_told=only_told)
    hashed = _Hashed(pieces)
    write_out(hashed if wanted else pieces, args.output)
    if args.output:
        talk(f"Wrote {how_many(len(table), 'row')} to ", typed=args.output)
    if wanted:
        from qualcode.exchange.manifest import counts_of

        with nullcontext(index) if index is not None else _opened_index(args) as read:
            _write_manifest(args, read, hashed.sha256, counts_of(table), form)


def _fit_to_leave(pieces: Iterable[bytes], form: str, args: Namespace, *, only_told: bool = False) -> Iterable[bytes]:
    """With pseudonyms; names that these do not reach are refused, unless the user insists or just looks at them. Raises NamesLeft."""
    from qualcode.core.overlay import worn

    if worn() is None:
        return pieces
    from qualcode.analysis.names_left import fit_to_leave

    looks = not args.output and (only_told or sys.stdout.isatty())
    return fit_to_leave(pieces, form, args.output or "", allow=looks or getattr(args, "allow_names", False))


@contextmanager
def _opened_index(args: Namespace) -> Iterator[Index]:
    from qualcode.notebook import open_project

    with open_project(args.project) as project:
        yield project.index


def emit_document(data: bytes, args: Namespace, index: Index, told: str, counts: Mapping[str, int], form: str) -> None:
    """Print a document that is more than a table, or write it to `--output` and say so; with the manifest that is asked for."""
    manifest_path(args)  # what cannot be written is said before anything is
    hashed = _Hashed(_fit_to_leave([data], form, args))
    write_out(hashed, args.output)
    if args.output:
        talk(told)
    _write_manifest(args, index, hashed.sha256, counts, form)


def form_of(args: Namespace) -> str:
    """The format that the command line asks for, in words or by the ending of the output file. Raises BadOption."""
    return args.format or (form_by_ending(args.output) if args.output else "table")


def is_data(args: Namespace) -> bool:
    """Whether a format for programs is asked for, with all columns and values as they are stored."""
    return FORMS[form_of(args)].is_data


def write_out(pieces: Iterable[bytes], output: str | None) -> None:
    """Bytes to a file, which is replaced in one step, or to standard output. Raises CannotSave."""
    if output:
        replace_file(Path(output), pieces)
        return
    sys.stdout.flush()
    for piece in map(_seen, pieces) if sys.stdout.isatty() else pieces:
        if hasattr(sys.stdout, "buffer"):
            sys.stdout.buffer.write(piece)
        else:
            print(piece.decode("utf-8", "replace"), end="")


def _seen(piece: bytes) -> bytes:
    """Text that cannot drive a terminal, as the data formats hold what is in the files."""
    from qualcode.core.visible import visible_lines

    return visible_lines(piece.decode("utf-8", "replace").replace("\r\n", "\n")).encode()


class _Hashed:
    """Bytes that pass by, and the SHA-256 of those that have."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        from hashlib import sha256

        self._pieces, self._hash = pieces, sha256()

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self._hash.update(piece)
            yield piece

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


def manifest_path(args: Namespace) -> str:
    """Where the manifest goes, "" where none is wanted. Raises BadOption, before anything is written."""
    given = getattr(args, "manifest", None)
    if given is None:
        return ""
    if not given and not args.output:
        raise BadOption("A manifest stands beside a file: name one with -o FILE, or say --manifest FILE.")
    path: str = given or f"{args.output}.manifest.json"
    if args.output and Path(path).resolve() == Path(args.output).resolve():
        raise BadOption(f"The manifest and the output cannot both be {path}.")
    return path


def _write_manifest(args: Namespace, index: Index, sha256: str, counts: Mapping[str, int], form: str) -> None:
    """Write what an output was made from beside it, if `--manifest` asks for it; `form` is the format that it came to."""
    path = manifest_path(args)
    if not path:
        return
    from qualcode.core.overlay import shown_value
    from qualcode.exchange.manifest import manifest, manifest_bytes

    options = {name: value for name, value in (vars(args) | {"format": form}).items()
               if name not in _NOT_IN_A_MANIFEST and value not in (None, "", False)}  # fmt: skip
    made = manifest(index, getattr(args, "prog", ""), options, args.output or "", sha256, counts)
    said = Namespace(output=path, allow_names=getattr(args, "allow_names", False))
    replace_file(Path(path), _fit_to_leave([manifest_bytes(shown_value(made))], "json", said))
    args.manifest = None  # done: what is left asked for when a command ends was in vain
    talk("Wrote its manifest to ", typed=path)


def _with_room(table: Table, columns: Sequence[str] | None) -> tuple[Sequence[str] | None, int]:
    """The columns to print and how wide: all, but on a terminal no more than it has room for, which is said."""
    if not sys.stdout.isatty():
        return columns, _WIDE
    width = shutil.get_terminal_size((_WIDE, 24)).columns
    table = with_totals(table)
    names = table.with_room(columns, width)
    wanted = [name for name in columns or table.columns if name in table.columns]
    if len(names) < len(wanted):
        talk(
            f"{len(wanted) - len(names):,} of {len(wanted):,} columns have no room here; -o table.csv (or .xlsx, .html) has all."
        )
    return names, width


def _title(table: Table, args: Namespace) -> str:
    return getattr(table, "heading", "") or getattr(args, "prog", "").removeprefix("qualcode ")


def talk(message: str, *, typed: str = "") -> None:
    """Say something to the person: on standard error, so that standard output stays data.

    `typed` stands at its end as the user typed it: a file is found under no other name.
    """
    from qualcode.core.visible import as_stored, visible_lines

    print(visible_lines(message) + (f"{as_stored(typed)}." if typed else ""), file=sys.stderr)


def tell_progress(what: str = "Reading changed files") -> Callable[[int, int], None]:
    """Says on standard error how far something long has come, once a second: on a terminal from the first second on,
    elsewhere, where it stays among what is kept, from the third on."""
    next_time = time.monotonic() + (1 if sys.stderr.isatty() else 2)

    def progress(done: int, of: int) -> None:
        nonlocal next_time
        if time.monotonic() >= next_time:
            next_time = time.monotonic() + 1
            talk(f"{what}: {done} of {of}")

    return progress


def in_colour() -> bool:
    """Whether standard output is a terminal that wants colour."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
