"""The folder of a result: refused, locked, built beside, swapped in whole.

Beside OUT, named after it, stand only while a run lasts (or after one was killed, until the next):
`.OUT.lock`, `.OUT.building-1a2b3c4d` and, where a system cannot exchange two names, `.OUT.replaced-1a2b3c4d`.
"""

from __future__ import annotations

import errno
import json
import os
import re
import secrets
import shutil
import sys
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from pipeline.errors import UsageError
from pipeline.schema import SCHEMA_VERSION, is_readable

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PROGRAM = "claimsift"
RUN = "run.json"
OBJECTS = ("counts", "digests", "inputs", "settings")  # what a run.json has that others look into
# What a disk says that takes no more: nobody's fault but its own.
FULL = frozenset({errno.ENOSPC, errno.EFBIG, errno.EROFS, errno.EIO, getattr(errno, "EDQUOT", errno.ENOSPC)})
LITTER = {".DS_Store", "Thumbs.db", "desktop.ini"}  # what file managers leave behind; nobody misses it

# ------------------------------------------------------------------------------------------------- run.json


def write_run_json(folder: Path, content: Mapping[str, object]) -> None:
    """Write `run.json`. The program's name and the schema's version are always in it and stand first."""
    head = {"program": PROGRAM, "schema_version": SCHEMA_VERSION}
    text = json.dumps({**head, **content, **head}, ensure_ascii=False, indent=2, default=str)
    # Half a surrogate pair, from a path that is no UTF-8, becomes the escape that JSON has for it.
    (folder / RUN).write_bytes(f"{text}\n".encode("utf-8", "backslashreplace"))


def read_run_json(folder: Path) -> dict[str, Any]:
    """What `write_run_json` wrote. Raises UsageError where it is missing, damaged, or another program's."""
    path = folder / RUN
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise UsageError(f"{folder}: holds no {RUN}, so it is no result of {PROGRAM}.") from error
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"{path}: cannot be read as JSON, so its folder is taken for no result.") from error
    if not isinstance(content, dict) or content.get("program") != PROGRAM:
        raise UsageError(f"{path}: was not written by {PROGRAM}, so its folder is no result of it.")
    if wrong := [name for name in OBJECTS if not isinstance(content.get(name, {}), dict)]:
        raise UsageError(f"{path}: '{wrong[0]}' is no JSON object, so its folder is taken for no result.")
    return content


def read_result(folder: Path) -> dict[str, Any]:
    """The run.json of a result that this version can read. Raises UsageError where there is none, or of another one."""
    content = read_run_json(folder)
    if not is_readable(content.get("schema_version")):
        raise UsageError(f"{folder}: {say_other_version(content.get('schema_version'))}")
    return content


def say_other_version(version: object) -> str:
    """What is told of a result with another major version of the schema, behind its name."""
    return (
        f"was written with schema {version}, this version reads {SCHEMA_VERSION}; run 'claims extract' into another "
        "folder, or read it with the version that wrote it."
    )


def former_result(out: Path) -> Path | None:
    """The folder with the former result in OUT, to read it before and while it is replaced; None without one."""
    target = _resolve(out)
    try:
        content = read_run_json(target)
    except UsageError:
        return None
    return target if is_readable(content.get("schema_version")) else None


# ---------------------------------------------------------------------------------------------------- OUT


@contextmanager
def open_output(out: Path) -> Iterator[Path]:
    """A folder to build a result in. Leaving it puts the result in the place of OUT, in one step and under a lock.

    An exception leaves OUT as it was. So does a killed run; the next one clears away what it left.
    Raises UsageError where OUT is neither missing, nor empty, nor a former result with nothing else in it, where
    its schema is of another major version, or where another run is writing it. Nothing is deleted then.
    """
    target = _resolve(out)
    with ExitStack() as stack:
        with _tell_os_errors(out):
            stack.enter_context(hold_lock(target, out))
            _heal(target)
            _refuse(target, out)
            build = _name_beside(target, "building")
            build.mkdir()
        # After the swap it is the former result that stands there.
        stack.callback(shutil.rmtree, build, ignore_errors=True)
        with _tell_os_errors(out, FULL):
            yield build
        with _tell_os_errors(out):
            _seal(build)
            _refuse(target, out)  # again: what came to stand there meanwhile is nobody's to delete
            _swap(build, target)


def _resolve(out: Path) -> Path:
    """OUT without links, so that the folder is replaced and a link to it stays."""
    return Path(os.path.realpath(out))


@contextmanager
def _tell_os_errors(out: Path, numbers: frozenset[int] | None = None) -> Iterator[None]:
    """Turn what the system says of OUT and its neighbours into a sentence: all of it, or errors of these numbers."""
    try:
        yield
    except OSError as error:
        if numbers is not None and error.errno not in numbers:
            raise
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"{out}: cannot be written ({reason}); name another folder, or mend that.") from error


def _name_beside(target: Path, what: str) -> Path:
    return target.with_name(f".{target.name}.{what}-{secrets.token_hex(4)}")


def _find_beside(target: Path, what: str) -> list[Path]:
    name = re.compile(rf"\.{re.escape(target.name)}\.{what}-[0-9a-f]{{8}}")
    return sorted(path for path in target.parent.iterdir() if name.fullmatch(path.name))


def _heal(target: Path) -> None:
    """Undo what a killed run left: put a former result back that was moved aside, and clear the rest away."""
    for aside in _find_beside(target, "replaced"):
        if target.exists():
            shutil.rmtree(aside, ignore_errors=True)
        else:
            aside.rename(target)
    for build in _find_beside(target, "building"):
        shutil.rmtree(build, ignore_errors=True)


def _refuse(target: Path, out: Path) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise UsageError(f"{out}: is a file; name a folder that is missing or empty.")
    if os.path.ismount(target):
        raise UsageError(f"{out}: is the root of a disk, which cannot be swapped; name a folder inside it.")
    files = _list_files(target)
    if not files:
        return
    try:
        content = read_run_json(target)
    except UsageError as error:
        message = f"{out}: holds files that are no result of {PROGRAM}; name an empty or a new folder."
        raise UsageError(message) from error
    if not is_readable(content.get("schema_version")):
        raise UsageError(
            f"{out}: was written with schema {content.get('schema_version')}, this version writes {SCHEMA_VERSION}; "
            "move it away, or name another folder."
        )
    foreign = sorted(set(files) - set(list_written(content)) - {RUN})
    if foreign:
        raise UsageError(f"{out}: holds {foreign[0]!r}, which {PROGRAM} did not write; move it out of there first.")


def list_written(content: Mapping[str, object]) -> tuple[str, ...]:
    """The files that a run.json says its run wrote, relative to its folder."""
    files = content.get("files")
    return tuple(name for name in files if isinstance(name, str)) if isinstance(files, list) else ()


def _list_files(folder: Path) -> list[str]:
    """All files below a folder, relative with forward slashes, sorted, but the litter."""
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if (path.is_symlink() or not path.is_dir()) and path.name not in LITTER
    )


def _seal(build: Path) -> None:
    """List the files of a result in its run.json, so that a later run deletes no others; hand all to the disk."""
    content = read_run_json(build) if (build / RUN).exists() else {}
    write_run_json(build, {**content, "files": sorted({*_list_files(build), RUN})})
    for name in _list_files(build):
        with (build / name).open("rb+") as file:
            os.fsync(file.fileno())


def _swap(build: Path, target: Path) -> None:
    if not target.exists():
        build.rename(target)
        return
    shutil.copymode(target, build)
    if _exchange(build, target):
        return
    aside = _name_beside(target, "replaced")
    target.rename(aside)
    try:
        build.rename(target)
    except BaseException:
        aside.rename(target)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two names in one step, so that neither is ever missing; False where the system cannot."""
    if sys.platform == "win32":
        return False
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(one), os.fsencode(other)
    if sys.platform == "darwin":
        return bool(libc.renamex_np(*names, 2) == 0)  # RENAME_SWAP
    if not hasattr(libc, "renameat2"):
        return False
    here = -100  # AT_FDCWD
    return bool(libc.renameat2(here, names[0], here, names[1], 2) == 0)  # RENAME_EXCHANGE


# --------------------------------------------------------------------------------------------------- lock

_held: set[Path] = set()  # a POSIX lock does not keep out the process that holds it


@contextmanager
def hold_lock(target: Path, out: Path | str) -> Iterator[None]:
    """Hold `.OUT.lock` beside a folder, which a message calls `out`.

    The system lets go of it when its process ends, however it ends: none goes stale.
    """
    if not target.name:
        raise UsageError(f"{out}: is the root of the file system; name a folder.")
    target.parent.mkdir(parents=True, exist_ok=True)
    path = target.with_name(f".{target.name}.lock")
    if path in _held:  # to open the file here would end our own lock
        raise _make_busy(out, f"process {os.getpid()}, this one")
    file = _take_lock(path, out)
    _held.add(path)
    try:
        yield
    finally:
        _held.discard(path)
        if sys.platform == "win32":
            file.close()  # an open file cannot be removed there
            path.unlink(missing_ok=True)
        else:
            path.unlink(missing_ok=True)
            file.close()


def _take_lock(path: Path, out: Path | str) -> IO[str]:
    while True:
        file = path.open("a+", encoding="utf-8")
        try:
            _lock(file)
        except (BlockingIOError, PermissionError) as error:
            file.close()
            raise _make_busy(out, _read_owner(path)) from error
        # A run that ended in between may have removed the file that we opened.
        if path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat()):
            break
        file.close()
    file.truncate(0)
    started = datetime.now(UTC).isoformat(timespec="seconds")
    file.write(json.dumps({"pid": os.getpid(), "started": started}))
    file.flush()
    return file


def _lock(file: IO[str]) -> None:
    """Raises BlockingIOError or PermissionError where another process holds it."""
    if sys.platform == "win32":
        file.seek(1 << 20)  # beyond what is written, so that others can read who holds it
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _read_owner(path: Path) -> str:
    try:
        owner = json.loads(path.read_bytes())
        return f"process {int(owner['pid'])}, since {owner['started']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "one that has just begun"


def _make_busy(out: Path | str, owner: str) -> UsageError:
    return UsageError(f"{out}: is being written by another run ({owner}); wait for it, or name another folder.")
