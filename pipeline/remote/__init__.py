"""Pages and results in object stores, by fsspec: brought down before a run, which then works on files, and sent after.

Nothing else of the program knows of a network. What is brought down stays in a folder of copies (`pipeline.address`),
one for each address, so that the next run fetches only what has changed.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.address import FOLDER, Address, list_copies
from pipeline.errors import UsageError
from pipeline.remote.bucket import Bucket
from pipeline.remote.pages import bring_pages
from pipeline.remote.results import bring_result, find_copy, find_present, publish_result
from pipeline.store import hold_lock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.address import Place
    from pipeline.settings import Settings

LONGEST_FILE = 1 << 30  # bytes of a file of decisions

__all__ = ["bring_file", "open_pages", "open_result", "open_target", "remove_copies"]


@contextmanager
def open_pages(
    raw: Place,
    settings: Settings,
    *,
    copies: Path = FOLDER,
    on_page: Callable[[int, int], None] | None = None,
) -> Iterator[Path]:
    """The folder with the raw pages: itself, or that of an up-to-date copy, which no other run changes meanwhile."""
    if isinstance(raw, Path):
        yield raw
        return
    with _hold(raw, copies) as folder:
        with _tell_os_errors(folder):
            pages = bring_pages(Bucket(raw), folder, settings, on_page)
        yield pages


@contextmanager
def open_target(out: Place, *, copies: Path = FOLDER) -> Iterator[Path]:
    """A folder for a result: itself, or one whose result goes to the address, in one step, when this is left.

    An exception leaves what is there as it was.
    """
    if isinstance(out, Path):
        yield out
        return
    with _hold(out, copies) as folder, publish_result(Bucket(out), folder) as result:
        yield result


def open_result(out: Place, *, copies: Path = FOLDER) -> Path:
    """The folder with a result, to read it: itself, or that of a copy.

    Raises UsageError where there is none at an address.
    """
    if isinstance(out, Path):
        return out
    bucket = Bucket(out)
    if (present := find_present(bucket)) is None:
        raise UsageError(f"{out}: holds no result of 'claims extract'; name the place of one.")
    if there := find_copy(bucket, out.find_copy(copies), present):  # also while a run is at work on the next
        return there
    with _hold(out, copies) as folder, _tell_os_errors(folder):
        return bring_result(bucket, folder, present)


def bring_file(place: Place, *, copies: Path = FOLDER) -> Path:
    """A file: itself, or a copy of it. Raises UsageError where there is none at an address."""
    if isinstance(place, Path):
        return place
    folder, _, key = place.path.rpartition("/")
    if not folder:
        raise UsageError(f"{place}: names a bucket and no file in it.")
    content = Bucket(Address(place.scheme, folder)).read(key, LONGEST_FILE)
    if content is None:
        raise UsageError(f"{place}: there is no such file.")
    with _hold(place, copies) as copy, _tell_os_errors(copy):
        path = copy / "file"
        path.write_bytes(content)
        return path


def remove_copies(copies: Path = FOLDER) -> None:
    """Remove all copies. Raises UsageError where a run is at work with one, and OSError where one cannot be removed."""
    for folder in list_copies(copies):
        with hold_lock(folder, f"the copy in {folder}"):
            shutil.rmtree(folder)


@contextmanager
def _hold(address: Address, copies: Path) -> Iterator[Path]:
    folder = address.find_copy(copies)
    with _tell_os_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with hold_lock(folder, f"the copy of {address} in {folder}"):
        yield folder


@contextmanager
def _tell_os_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"{folder}: cannot be written ({reason}); make room for the copies, or mend that.") from error
