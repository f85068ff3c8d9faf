"""Every command and option, with help; nothing but argparse is imported, so `--help` is quick."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any, NoReturn

from qualcode import __version__
from qualcode.cli.parser_audit import add_as_of, add_audit
from qualcode.cli.parser_backups import add_backups
from qualcode.cli.parser_cases import add_cases
from qualcode.cli.parser_codebook import add_codebook
from qualcode.cli.parser_compare import add_compare
from qualcode.cli.parser_concordance import add_concordance
from qualcode.cli.parser_displays import add_displays
from qualcode.cli.parser_framework import add_filters, add_framework
from qualcode.cli.parser_import import add_import
from qualcode.cli.parser_matrix import add_matrix
from qualcode.cli.parser_memos import add_memos
from qualcode.cli.parser_merge import add_merge
from qualcode.cli.parser_pseudonyms import add_pseudonyms
from qualcode.cli.parser_quotes import add_quotes
from qualcode.cli.parser_report import add_report
from qualcode.cli.parser_rewriting import add_apply, add_rewriting
from qualcode.cli.parser_texts import add_texts
from qualcode.cli.parser_translations import add_translations


class _Parser(argparse.ArgumentParser):
    def __init__(self, **options: object) -> None:
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False, **options)  # type: ignore[arg-type]

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the arguments, which may hold what drives a terminal."""
        from qualcode.core.visible import visible_lines

        super().error(visible_lines(message))


def _project() -> argparse.ArgumentParser:
    parent = _Parser(add_help=False)
    parent.add_argument(
        "-p", "--project", metavar="PATH", default=argparse.SUPPRESS,
        help="the project's folder, or the bare name of one under projects/ (default: found from here upwards)",
    )  # fmt: skip
    parent.add_argument(
        "--real-names", action="store_true",
        help="show and write names as they are stored, where the project has a key of pseudonyms",
    )  # fmt: skip
    return parent


def _coder() -> argparse.ArgumentParser:
    parent = _Parser(add_help=False)
    parent.add_argument(
        "--coder", metavar="N", help="who is coding (default: QUALCODE_CODER, git's user, or the login)"
    )
    return parent


def _listing() -> argparse.ArgumentParser:
    parent = _Parser(add_help=False, parents=[_manifest()])
    parent.add_argument(
        "-f", "--format", choices=("table", "csv", "xlsx", "json", "md", "html", "latex"),
        help="how to print (default: by FILE's ending, else as a table)",
    )  # fmt: skip
    parent.add_argument("-o", "--output", metavar="FILE", help="write to this file instead of standard output")
    parent.add_argument(
        "--no-bom", action="store_true", help="no byte-order mark at the start of a CSV file (Excel needs it)"
    )
    return parent


def _manifest() -> argparse.ArgumentParser:
    parent = _Parser(add_help=False)
    parent.add_argument(
        "--manifest", metavar="FILE", nargs="?", const="",
        help="also write what the output was made from: options, counts, hashes (default: OUTPUT.manifest.json, beside -o OUTPUT)",
    )  # fmt: skip
    parent.add_argument(
        "--allow-names", action="store_true",
        help="write it even if names of the key are left that pseudonyms do not reach, such as those in ids",
    )  # fmt: skip
    return parent


def _filters() -> argparse.ArgumentParser:
    parent = _Parser(add_help=False)
    group = parent.add_argument_group("which codings")
    group.add_argument("--code", metavar="C", default="", help="a code by id, name or path, with its sub-codes")
    group.add_argument("--exact", action="store_true", help="without the sub-codes")
    group.add_argument("--case", metavar="X", default="", help="a case")
    group.add_argument("--document", metavar="D", default="", help="a document")
    group.add_argument("--speaker", metavar="S", default="", help="a speaker")
    group.add_argument("--role", metavar="R", default="", help="a speaker's role, such as mother")
    group.add_argument("--kind", metavar="K", default="", help="a kind of document, such as interview")
    group.add_argument("--coder", metavar="N", default="", help="a coder")
    group.add_argument(
        "--text", metavar="WORDS", default="", help="codings whose passage holds this text, letter case aside"
    )
    group.add_argument(
        "--where", metavar="EXPR", default="",
        help="an expression, such as 'role:child and not kind:chat and date>=2009-03' (the README tells all), or filter:NAME",
    )  # fmt: skip
    return parent


def make_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    parser = _Parser(
        prog="qualcode",
        description="Code interview transcripts, compare cases side by side, export segments and matrices.",
        epilog="Start here:\n  qualcode demo                 try it on two families' interviews\n"
        "  qualcode new my-study         begin a study of your own\n"
        "  qualcode COMMAND --help       options and an example\n\n"
        "Exit status: 0 done, 1 check found problems, search or kwic found nothing, 2 wrong use or bad input.",
    )  # fmt: skip
    parser.add_argument("--version", action="version", version=f"qualcode {__version__}")
    parser.add_argument(
        "-p", "--project", metavar="PATH", default=None, help="the project (before or after the command)"
    )
    parser.set_defaults(command="")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", parser_class=_Parser)
    project, coder, listing, filters = _project(), _coder(), _listing(), _filters()

    command, group = _adders(commands)
    _starting(command, project, coder)
    add_import(command, project, coder)
    _reading(command, project, listing, filters)
    add_displays(command, project, _manifest(), filters)
    add_compare(command, project, _manifest(), filters)
    _changing(command, project, coder, listing)
    add_concordance(command, project, coder, listing, filters)
    add_audit(command, project, coder, listing)
    add_cases(command, group, project, coder, listing)
    add_filters(group, project, coder, listing)
    add_codebook(command, group, project, coder, listing, _manifest())
    add_memos(command, group, project, coder, listing, _manifest())
    add_framework(group, project, coder, listing, _manifest(), filters)
    add_texts(command, group, project, coder, listing)
    add_quotes(commands, _Parser, project, listing)
    add_translations(command, group, project, coder, listing)
    add_report(command, project, _manifest(), filters)
    add_backups(command, project)
    add_apply(add_pseudonyms(group, project, coder, listing), project, coder)
    add_merge(command, project, coder, listing)
    add_rewriting(command, project, coder)
    return parser


def _adders(commands: Any) -> tuple[Callable[..., _Parser], Callable[..., Callable[..., _Parser]]]:
    """Functions that add a command (its parser comes back), and a command with commands of its own (their adder does)."""

    def command(name: str, target: str, text: str, example: str, *parents: argparse.ArgumentParser) -> _Parser:
        sub: _Parser = commands.add_parser(
            name,
            help=text,
            description=text[0].upper() + text[1:] + ".",
            epilog=f"Example:\n  {example}",
            parents=parents,
        )
        sub.set_defaults(command=target, prog=sub.prog)
        return sub

    def group(
        name: str, target: str, text: str, example: str, *parents: argparse.ArgumentParser
    ) -> Callable[..., _Parser]:
        parser = command(name, target, text, example, *parents)
        below = parser.add_subparsers(title="commands", metavar="COMMAND", parser_class=_Parser)
        return _adders(below)[0]

    return command, group


def _starting(command, project, coder) -> None:  # type: ignore[no-untyped-def]
    sub = command("demo", "start:demo", "copy the demonstration project to DIR and open it", "qualcode demo", coder)
    sub.add_argument("dir", metavar="DIR", nargs="?", default="qualcode-demo", help="where to (default: qualcode-demo)")
    sub.add_argument("--no-open", action="store_true", help="only copy")
    sub = command("new", "start:new", "begin a study in DIR", "qualcode new my-study --title 'Nurses on night shifts'")
    sub.add_argument("dir", metavar="DIR")
    sub.add_argument("--title", metavar="T", default="", help="the study's title (default: the folder's name)")
    sub.add_argument(
        "--codebook", metavar="NAME|FILE", default="",
        help="start from a copy of this codebook: a file, left-behind-children or left-behind-policy",
    )  # fmt: skip
    sub.add_argument("--shared", action="store_true", help="for the folder's group too, not for yourself alone")
    sub = command(
        "open",
        "start:open_project",
        "open the terminal interface",
        "qualcode open left-behind-children",
        project,
        coder,
    )
    sub.add_argument("project_path", metavar="PROJECT", nargs="?", help="the project's folder or name")
    sub.add_argument("--document", metavar="D", default="", help="begin in this document")


def _reading(command, project, listing, filters) -> None:  # type: ignore[no-untyped-def]
    command("documents", "lists:documents", "list the documents, with counts", "qualcode documents -f csv -o documents.csv",
            project, listing)  # fmt: skip
    sub = command("codes", "lists:codes", "list the codebook, with counts", "qualcode codes -f json", project, listing)
    add_as_of(sub)
    sub = command("show", "show:show", "print a transcript with its codings, for reading in a pager",
                  "qualcode show zhao-2009-06-08-long | less -R", project)  # fmt: skip
    sub.add_argument("document", metavar="DOC")
    sub.add_argument("--coder", metavar="N", default="", help="only this coder's codings")
    sub = command("segments", "lists:segments", "list coded segments with their quotes",
                  "qualcode segments --code 'hidden emotions/longing' --case zhao -f csv -o segments.csv",
                  project, listing, filters)  # fmt: skip
    sub.add_argument(
        "--translation", action="store_true", help="with what the linked turns of the translation, or original, say"
    )
    add_as_of(sub)
    add_matrix(command, project, listing, filters)
    sub = command(
        "search",
        "lists:search",
        "find text in all documents, every occurrence",
        "qualcode search 生日",
        project,
        listing,
    )
    sub.add_argument("text", metavar="TEXT")
    sub.add_argument("--case", metavar="X", default="", help="in this case only")
    sub.add_argument("--document", metavar="D", default="", help="in this document only")
    command("check", "lists:check", "verify everything: every quote at its place, every name known, every file readable",
            "qualcode check", project, listing)  # fmt: skip


def _changing(command, project, coder, listing) -> None:  # type: ignore[no-untyped-def]
    sub = command("code", "changes:code", "apply a code to a passage",
                  "qualcode code zhao-2009-06-08-long longing --quote 'The same as other Sundays.' --note 'flat voice'",
                  project, coder, listing)  # fmt: skip
    sub.add_argument("document", metavar="DOC")
    sub.add_argument("code", metavar="CODE", help="id, name or path")
    place = sub.add_mutually_exclusive_group(required=True)
    place.add_argument("--span", metavar="START:END", help="characters of the text, counted from 0, END not included")
    place.add_argument("--quote", metavar="TEXT", help="the passage itself, where it occurs just once")
    sub.add_argument("--note", metavar="T", default="", help="a note on the coding")
    sub = command(
        "uncode", "changes:uncode", "remove a coding of yours", "qualcode uncode 01m7zy7ceemf0w44y9", project, coder
    )
    sub.add_argument("id", metavar="ID", help="the coding's id, or enough of its end")
    sub = command("mark", "changes:mark", "mark codings of yours as exemplary quotes, to be cited",
                  "qualcode mark 01m7zy7ceemf0w44y9", project, coder)  # fmt: skip
    sub.add_argument("ids", metavar="ID", nargs="+", help="codings by id, or enough of its end")
    sub.add_argument("--off", action="store_true", help="take the mark away")
