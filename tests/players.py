"""Fake players for tests: programs that write down how they were started."""

import sys
import time
from pathlib import Path

SOUND = b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(100)


def fake(folder, name, then="sys.exit(0)"):
    """A player that writes its arguments to a file beside it, then does something."""
    path = folder / name
    path.write_text(
        f"#!{sys.executable}\nimport pathlib, sys, time\n"
        f"part = pathlib.Path({str(path)!r} + '.part')\n"
        f"part.write_text('\\n'.join(sys.argv[1:]), 'utf-8'); part.rename({str(path)!r} + '.said')\n{then}\n"
    )
    path.chmod(0o755)
    return path


def said(path, within=10):
    """The arguments that a fake player was started with."""
    end, file = time.monotonic() + within, Path(f"{path}.said")
    while not file.exists():
        assert time.monotonic() < end, "the player was not started"
        time.sleep(0.01)
    return file.read_text("utf-8").split("\n")


def recording(project, name="a.mp3", data=SOUND):
    path = project.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path
