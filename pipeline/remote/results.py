"""A result in an object store, where nothing can be renamed or swapped: each is new, and one object names the present.

    ADDRESS/run.json                               of the present result, and where it lies; written last
    ADDRESS/results/20261121T204500Z-1a2b3c4d/     a result, whole, as it would lie in a folder
    ADDRESS/results/20261120T204500Z-9f8e7d6c/     the one before, for who is still reading it

Whoever reads run.json first, and then what it leads to, meets one whole result. What a killed run left in `results/`
is cleared away by the next. Of two runs at one time, the one that ends first is kept and the other fails.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from pipeline.errors import UsageError
from pipeline.store import list_written, read_run_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.remote.bucket import Bucket

RUN, RESULTS, GENERATION, INCOMING = "run.json", "results", "generation", "incoming"
NAME = re.compile(r"results/\d{8}T\d{6}Z-[0-9a-f]{8}")
LONGEST_RUN = 1 << 28  # bytes of a run.json, which lists all files


@contextmanager
def publish_result(bucket: Bucket, folder: Path) -> Iterator[Path]:
    """A folder in `folder` with the former result, to be replaced; leaving it makes what is there then the present.

    An exception leaves the present result as it was. Raises UsageError where the address holds anything but results,
    where nothing can be written, or where another run was quicker.
    """
    former = find_present(bucket)
    if others := [name for name in bucket.list_top() if name not in {RUN, RESULTS}]:
        raise UsageError(f"{bucket.address}: holds {others[0]!r}, which is no result of ours; name another place.")
    present = f"{RESULTS}/{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
    bucket.write(f"{present}/{RUN}", b"{}\n")  # learns now, and not after the run, whether it may
    try:
        result = bring_result(bucket, folder, former)
        yield result
        _send(bucket, result, present)
        _refuse_overtaken(bucket, former)
    except BaseException:
        with suppress(UsageError):
            bucket.remove(present)
        raise
    pointer = {**read_run_json(result), GENERATION: present}
    bucket.write(RUN, f"{json.dumps(pointer, ensure_ascii=True, indent=2)}\n".encode())
    for name in bucket.list_top(RESULTS):
        if (old := f"{RESULTS}/{name}") not in {present, former} and NAME.fullmatch(old):
            bucket.remove(old)


def find_present(bucket: Bucket) -> str | None:
    """Where the present result lies below the address; None where there is none.

    Raises UsageError where what lies there is no result of ours.
    """
    content = bucket.read(RUN, LONGEST_RUN)
    if content is None:
        return None
    generation = _parse(bucket, RUN, content).get(GENERATION)
    if not isinstance(generation, str) or not NAME.fullmatch(generation):
        raise UsageError(f"{bucket.address}/{RUN}: does not say which result is the present one; name another place.")
    return generation


def find_copy(bucket: Bucket, folder: Path, generation: str) -> Path | None:
    """The folder in `folder` with a copy of a result; None where it is missing, or that of another result."""
    run = _find_result(folder) / RUN
    same = run.is_file() and run.read_bytes() == bucket.read(f"{generation}/{RUN}", LONGEST_RUN)
    return run.parent if same else None


def bring_result(bucket: Bucket, folder: Path, generation: str | None) -> Path:
    """The folder in `folder` with a copy of a result, fetched if it is not there; missing where there is no result.

    Raises UsageError where the result is not whole, or names files outside of it.
    """
    if generation and (copy := find_copy(bucket, folder, generation)):
        return copy
    result, incoming = _find_result(folder), folder / INCOMING
    (result / RUN).unlink(missing_ok=True)  # first, for what has none is no copy
    shutil.rmtree(result, ignore_errors=True)
    if generation is None:
        return result
    run = f"{generation}/{RUN}"
    names = list_written(_parse(bucket, run, bucket.read(run, LONGEST_RUN) or b""))
    shutil.rmtree(incoming, ignore_errors=True)
    incoming.mkdir(parents=True)
    bucket.fetch([(f"{generation}/{name}", incoming / _check_name(bucket, name)) for name in names])
    incoming.rename(result)
    return result


def _find_result(folder: Path) -> Path:
    # No two have one name: what a run keeps of a result in a folder that was named for it is told apart by that.
    return folder / f"result-{folder.name}"


def _refuse_overtaken(bucket: Bucket, former: str | None) -> None:
    if find_present(bucket) != former:
        raise UsageError(f"{bucket.address}: another run has put its result there meanwhile; run again.")


def _send(bucket: Bucket, result: Path, present: str) -> None:
    """Put all files of a result below a key, and look whether they are there."""
    names = list_written(read_run_json(result))
    bucket.send([(f"{present}/{name}", result / name) for name in names])
    sizes = {held.key.removeprefix(f"{present}/"): held.size for held in bucket.list_objects(present)}
    if lost := [name for name in names if sizes.get(name) != (result / name).stat().st_size]:
        raise UsageError(f"{bucket.address}: took {lost[0]!r} and does not hold it whole; run again.")


def _parse(bucket: Bucket, key: str, content: bytes) -> dict[str, Any]:
    try:
        run = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{bucket.address}/{key}: cannot be read as JSON, so it is no result of ours.") from error
    if not isinstance(run, dict):
        raise UsageError(f"{bucket.address}/{key}: is no JSON object, so it is no result of ours.")
    return run


def _check_name(bucket: Bucket, name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if "\0" in name or path.is_absolute() or ".." in path.parts or not path.parts:
        raise UsageError(f"{bucket.address}: lists the file {name!r}, which leads out of it; it is no result of ours.")
    return path
