"""Trials of acts on a disk that fails, in a process into which `faulty_disk.so` was loaded before all else.

Arguments: a folder to work in, and one JSON list of trials [act, calls, error, from which call on, only that one]. One JSON line a
trial comes back: what went wrong (nothing, if all is well), and whether the act was acknowledged.
"""

from __future__ import annotations

import ctypes
import json
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[2])]

from qualcode.errors import CannotSave, QualcodeError  # noqa: E402
from qualcode.files import saving  # noqa: E402
from qualcode.files.folder import ProjectFolder  # noqa: E402
from qualcode.session import Session  # noqa: E402
from tests.torture.disk_acts import ACTS, complaints, facts, litter, study  # noqa: E402

DISK = ctypes.CDLL(None)


def fail(folder: Path, calls: str, error: int, nth: int, once: bool) -> None:
    DISK.faulty_disk(str(folder).encode(), f" {calls} ".encode(), error, nth, int(once), 0, b"")


def heal() -> None:
    DISK.faulty_disk(b"", b"", 0, 0, 0, 0, b"")


def trial(model: Path, folder: Path, act: str, fault: Sequence[object]) -> dict[str, object]:
    """One act with one fault, and what was found wrong afterwards."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(model, folder)
    project = ProjectFolder(folder / "p")
    before, wrong, acknowledged = facts(project), [], False
    with Session(project, "c1") as session:
        fail(project.root, *fault)  # type: ignore[arg-type]
        started = time.perf_counter()
        try:
            ACTS[act](session)
            acknowledged = True
        except CannotSave as error:
            if len(str(error)) < 20 or "\n" in str(error):
                wrong.append(f"an unclear message: {error}")
        except QualcodeError as error:
            if not str(error):
                wrong.append(f"no message: {error!r}")
        except OSError:
            pass  # the outermost doors say it in one line
        except Exception as error:
            wrong.append(f"{type(error).__name__}: {error}")
        hits = DISK.faulty_disk_hits()
        heal()
        session.index.refresh()
        took = time.perf_counter() - started
        after = facts(project)
        if acknowledged and after == before:
            wrong.append("acknowledged, and not on disk")
        if not acknowledged and after != before:
            wrong.append(f"refused, and yet there: {[name for name in after if after.get(name) != before.get(name)]}")
        if not acknowledged and hits:
            try:
                ACTS[act](session)
            except Exception as error:
                wrong.append(f"cannot be done afterwards: {type(error).__name__}: {error}")
        done = facts(project)
        if len(done["codings"]) > len(before["codings"]) + 2:
            wrong.append("done twice")
    saving._is_alive, saving._BRAND_NEW = lambda pid: False, -1.0  # whoever opens it next, later, is somebody else
    with Session(project, "c1"):
        pass
    wrong += [f"left behind: {name}" for name in litter(project)]
    wrong += [f"check: {said}" for said in complaints(project)]
    return {
        "act": act,
        "fault": list(fault),
        "wrong": wrong,
        "acknowledged": acknowledged,
        "hits": hits,
        "ms": round(took * 1000),
    }


def main() -> None:
    folder, trials = Path(sys.argv[1]), json.loads(sys.stdin.read())
    model = folder / "model"
    if not model.exists():
        model.mkdir(parents=True)
        study(model)
    for act, *fault in trials:
        print(json.dumps(trial(model, folder / "trial", act, fault)), flush=True)


if __name__ == "__main__":
    main()
