"""Imports go one way: errors <- core <- files <- index <- analysis <- exchange, session and notebook above, cli and tui on top."""

import ast

import pytest
from builders import PACKAGE

LAYERS = ["errors", "core", "files", "index", "analysis", "exchange"]
BELOW = {layer: set(LAYERS[: position + 1]) for position, layer in enumerate(LAYERS)}
MIDDLE = {*LAYERS, "notebook", "session"}
ALLOWED = BELOW | {
    "notebook": MIDDLE,
    "session": MIDDLE,
    "cli": {*MIDDLE, "cli"},
    "tui": {*MIDDLE, "tui"},
    "__init__": MIDDLE,
    "__main__": {*MIDDLE, "cli", "tui", "__main__"},
}
FORBIDDEN_OUTSIDE = {
    "errors": {"textual", "rich", "yaml", "ruamel", "sqlite3", "pydantic"},
    "core": {
        "textual",
        "rich",
        "yaml",
        "ruamel",
        "sqlite3",
        "pydantic",
        "os",
        "pathlib",
        "io",
        "time",
        "secrets",
        "random",
    },
    "files": {"textual", "rich", "sqlite3"},
    "index": {"textual", "rich", "yaml", "ruamel", "pydantic"},
    "analysis": {"textual", "rich", "yaml", "ruamel", "pydantic"},
    "exchange": {"textual", "rich"},
    "notebook": {"textual", "rich", "yaml", "ruamel", "pydantic", "sqlite3"},
    "session": {"textual", "rich", "yaml", "ruamel", "pydantic", "sqlite3"},
    "cli": {"sqlite3"},
    "tui": {"sqlite3"},
}
NETWORK = {"socket", "ssl", "http", "urllib", "requests", "httpx", "aiohttp", "ftplib", "smtplib"}

MODULES = sorted(PACKAGE.rglob("*.py"))


def layer_of(path):
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imports_of(path):
    """Full names of all that the module imports, wherever in it; relative imports spelled out."""
    package = ("qualcode", *path.relative_to(PACKAGE).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            base = ".".join(part for part in (above, node.module or "") if part)
            yield from (f"{base}.{alias.name}" for alias in node.names)


def shown(path):
    return path.relative_to(PACKAGE).as_posix()


def test_there_are_modules_to_look_at():
    assert {layer_of(path) for path in MODULES} >= set(LAYERS)


@pytest.mark.parametrize("path", MODULES, ids=shown)
def test_a_module_imports_only_from_its_own_layer_and_those_below(path):
    used = {name.split(".")[1] for name in imports_of(path) if name.startswith("qualcode.")}
    assert used - {"__version__"} <= ALLOWED[layer_of(path)]


@pytest.mark.parametrize("path", MODULES, ids=shown)
def test_a_layer_keeps_away_from_what_is_not_its_business(path):
    used = {name.partition(".")[0] for name in imports_of(path)}
    assert not used & FORBIDDEN_OUTSIDE.get(layer_of(path), set())


@pytest.mark.parametrize("path", MODULES, ids=shown)
def test_nothing_can_reach_the_network(path):
    assert not {name.partition(".")[0] for name in imports_of(path)} & NETWORK


WRITERS_OF_PROJECT_FILES = ("append_events", "append_lines", "_to_yaml", "_from_yaml", "transcript_bytes")


def test_only_the_session_changes_a_project():
    users = {shown(path) for path in MODULES for name in imports_of(path) if name.endswith(WRITERS_OF_PROJECT_FILES)}
    assert {user.partition("/")[0].removesuffix(".py") for user in users} <= {"files", "exchange", "session"}
