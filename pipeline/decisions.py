"""What reviewers decided: an append-only file of JSON lines in the user's own repository.

Whoever writes holds the file's lock, writes whole lines and waits until they are on the disk, so that neither a second
writer nor a crash costs a decision. What a crash leaves of a line that nobody was told of, the next writer sets aside.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from pydantic import ValidationError

from pipeline.errors import UsageError
from pipeline.schema import SCHEMA_VERSION, Decision, fold_quote, is_readable

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pipeline.schema import ConflictMemberRow

DEFAULT_FILE = Path("review") / "decisions.jsonl"
LONGEST_TAIL = 1 << 20  # bytes in which the last line break is looked for; a decision has some hundred
LONGEST_SEEN = 240  # characters of one passage that a decision remembers
MOST_SEEN = 40  # passages that a decision remembers

# ------------------------------------------------------------------------------------------------------ reading


def read_decisions(path: Path | None) -> tuple[Decision, ...]:
    """All decisions of a file in its order; none where the default file does not exist.

    Raises UsageError with file and line for a line that is no decision, and for a named file that is not there.
    """
    if path is None and not DEFAULT_FILE.is_file():
        return ()
    file = path or DEFAULT_FILE
    decisions, problems = parse_decisions(file, _read_text(file))
    if problems:
        raise UsageError(problems[0])
    return decisions


def check_decisions(path: Path) -> tuple[tuple[Decision, ...], tuple[str, ...]]:
    """All decisions of a file, and a sentence for each line that is none. Raises UsageError where it cannot be read."""
    return parse_decisions(path, _read_text(path))


def parse_decisions(file: Path, text: str) -> tuple[tuple[Decision, ...], tuple[str, ...]]:
    """The decisions in the text of a file, and a sentence for each line that is none."""
    decisions, problems = [], []
    *whole, last = text.split("\n")  # only these: a note may hold other characters at which Python cuts lines
    for number, line in enumerate((*whole, last), start=1):
        if not line.strip():
            continue
        try:
            decisions.append(_parse_line(line))
        except UsageError as error:
            problems.append(f"{file}:{number}: {error}")
        except (ValueError, RecursionError) as error:
            torn = number > len(whole)
            problems.append(f"{file}:{number}: {_describe_torn() if torn else _describe_bad(error)}")
    return tuple(decisions), tuple(problems)


def find_standing(decisions: Iterable[Decision]) -> dict[str, tuple[Decision, ...]]:
    """The latest verdict of each reviewer by conflict_id, earliest first, without those that were withdrawn."""
    latest: dict[str, dict[str, Decision]] = {}
    for decision in sorted(decisions, key=lambda item: item.time):
        latest.setdefault(decision.conflict_id, {})[decision.reviewer] = decision
    standing = {
        conflict_id: tuple(sorted(told.values(), key=lambda item: (item.time, item.reviewer)))
        for conflict_id, told in latest.items()
    }
    kept = {name: tuple(one for one in told if not one.withdrawn) for name, told in standing.items()}
    return {name: told for name, told in kept.items() if told}


def describe_members(members: Iterable[ConflictMemberRow]) -> tuple[str, ...]:
    """One line for each passage of a conflict, as a decision remembers it: the source, what it says, its words.

    Made of what the fingerprint is made of, so that a changed fingerprint shows as a changed line, but for passages
    beyond `MOST_SEEN` and words beyond `LONGEST_SEEN`.
    """
    lines = sorted({_describe_member(row) for row in members})
    return tuple(lines[:MOST_SEEN])


def _describe_member(row: ConflictMemberRow) -> str:
    polarity, certainty = row.polarity or "", row.certainty or ""
    says = ", ".join(part for part in (row.value_text, polarity, certainty) if part)
    line = fold_quote(f"{row.source_id or 'computed'}: {says} “{row.quote or ''}”")
    return line if len(line) <= LONGEST_SEEN else line[: LONGEST_SEEN - 1] + "…"


def _read_text(file: Path) -> str:
    try:
        with file.open("rb") as opened, _locked(opened.fileno(), shared=True):
            return opened.read().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: cannot be read as decisions ({error}); name a file of JSON lines.") from error


def _parse_line(line: str) -> Decision:
    """Raises ValueError where a line is no decision, and UsageError for one of another major version."""
    values = json.loads(line)
    version = read_version(values)
    if not is_readable(version):
        raise UsageError(
            f"was written with schema {version}, this version reads {SCHEMA_VERSION}; 'claims migrate' takes older "
            "decisions over, and a newer claimsift reads newer ones."
        )
    return Decision.model_validate(values, strict=False)


def read_version(values: object) -> str:
    """The schema version of a line, as JSON gives it."""
    default = Decision.model_fields["schema_version"].default
    return str(values.get("schema_version", default) if isinstance(values, dict) else default)


def _describe_bad(error: ValueError | RecursionError) -> str:
    detail: object = error
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        detail = ": ".join([*(str(part) for part in first["loc"][:1]), first["msg"]])
    return f"the line is no decision ({detail}); mend or remove it."


def _describe_torn() -> str:
    return "the last line is cut off, as by a crash; 'claims decide' sets it aside."


# ------------------------------------------------------------------------------------------------------ writing


def append_decisions(file: Path, decisions: Iterable[Decision]) -> None:
    """Add decisions at the end of a file, which is made where it is missing. When this returns, they are on the disk.

    Raises UsageError where they cannot be written; then none of them is.
    """
    _append(file, lambda _: decisions)


def merge_decisions(file: Path, decisions: Iterable[Decision]) -> int:
    """Add the decisions that the file has not yet, in order of time, and say how many. Raises as `append_decisions`.

    Raises UsageError also where a line of the file itself is no decision: what stands there must be known first.
    """
    new: list[Decision] = []

    def choose(present: str) -> Iterable[Decision]:
        known, problems = parse_decisions(file, present)
        if problems:
            raise UsageError(problems[0])
        there = {write_line(decision) for decision in known}
        unique = {write_line(decision): decision for decision in decisions}
        new.extend(decision for line, decision in unique.items() if line not in there)
        new.sort(key=lambda decision: (decision.time, decision.reviewer, decision.conflict_id))
        return new

    _append(file, choose)
    return len(new)


def rewrite_decisions(file: Path, change: Callable[[str], str], aside: Path) -> bool:
    """Put what `change` makes of a file's text in its place, and say whether that is another; the former goes `aside`.

    Until the new text is on the disk, all of the former is there. Raises UsageError where anything cannot be written;
    then the file is as it was.
    """
    try:
        with file.open("rb+", buffering=0) as opened, _locked(opened.fileno()):
            former = opened.read()
            changed = change(former.decode("utf-8")).encode()
            if changed == former:
                return False
            with aside.open("xb", buffering=0) as kept:
                _write_all(kept.fileno(), former)
            try:
                _replace(opened, changed)
            except BaseException:
                _replace(opened, former)
                raise
            return True
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: cannot be written ({error}); see whether {aside} holds the former lines.") from error


def _replace(opened: IO[bytes], content: bytes) -> None:
    opened.seek(0)
    opened.truncate()
    _write_all(opened.fileno(), content)


def write_line(decision: Decision) -> str:
    """A decision as its line of the file, without the line break and without fields that say nothing."""
    return decision.model_dump_json(exclude_defaults=True)


def name_torn(file: Path) -> Path:
    """Where the piece of a line is kept that a crash left."""
    return file.with_name(f"{file.name}.torn")


def _append(file: Path, choose: Callable[[str], Iterable[Decision]]) -> None:
    """Write the lines that `choose` names when it is told what the file holds, under the file's lock."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("ab+", buffering=0) as opened, _locked(opened.fileno()):
            end = _mend(file, opened.fileno())
            opened.seek(0)
            lines = "".join(f"{write_line(decision)}\n" for decision in choose(opened.read().decode("utf-8")))
            try:
                _write_all(opened.fileno(), lines.encode())
            except BaseException:
                os.ftruncate(opened.fileno(), end)
                raise
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: cannot be written ({error}); no decision was added.") from error


def _mend(file: Path, number: int) -> int:
    """End the last line of an open file, or set it aside where it is no decision. Gives the size that is left."""
    size = os.fstat(number).st_size
    start = max(0, size - LONGEST_TAIL)
    os.lseek(number, start, os.SEEK_SET)
    tail = b"".join(iter(lambda: os.read(number, LONGEST_TAIL), b""))
    last = tail.rpartition(b"\n")[2]
    if not last:
        return size
    if _is_decision(last):
        _write_all(number, b"\n")
        return size + 1
    with name_torn(file).open("ab", buffering=0) as torn:
        _write_all(torn.fileno(), last + b"\n")
    os.ftruncate(number, size - len(last))
    return size - len(last)


def _is_decision(line: bytes) -> bool:
    try:
        _parse_line(line.decode("utf-8"))
    except UsageError:  # whole, whoever wrote it
        return True
    except ValueError:
        return False
    return True


def _write_all(number: int, data: bytes) -> None:
    while data:
        data = data[os.write(number, data) :]
    os.fsync(number)


@contextmanager
def _locked(number: int, *, shared: bool = False) -> Iterator[None]:
    """Hold the lock of an open file. The system lets go of it when the process ends, however it ends."""
    if sys.platform == "win32":
        os.lseek(number, 0, os.SEEK_SET)
        msvcrt.locking(number, msvcrt.LK_LOCK, 1)
        try:
            yield
        finally:
            os.lseek(number, 0, os.SEEK_SET)
            msvcrt.locking(number, msvcrt.LK_UNLCK, 1)
    else:
        fcntl.flock(number, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(number, fcntl.LOCK_UN)
