"""Names for the copies of objects: any key is a name of a file below one folder, and no two are the same."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LONGEST = 255  # bytes of a name in a folder, on the file systems of Linux and macOS
LONGEST_PATH = 600  # bytes below the folder of the copies: macOS takes 1,024 for the whole path
SHOWN = 160  # characters of a key that its other name begins with
DIGITS = 16  # hexadecimal, of the key's digest


def name_copies(keys: Iterable[str]) -> dict[str, str]:
    """Each key (relative, with slashes) and the path of its copy below the folder of copies.

    That is the key itself wherever a file could have this name. Others are quoted, at the top of the folder, with
    a digest: `../a.md` is `%2E.%2Fa.md~0123456789abcdef`. So is a key that others use as their folder.
    """
    given = set(keys)
    possible = {key for key in given if _can_be_a_file(key)}
    kept = possible - {folder for key in possible for folder in _list_folders(key)}
    names = {key: key for key in kept}
    taken = {part for key in kept for part in (key, key.partition("/")[0])}
    for key in sorted(given - kept):
        name = _quote(key)
        while name in taken:
            name += "~"
        taken.add(name)
        names[key] = name
    return dict(sorted(names.items()))


def _can_be_a_file(key: str) -> bool:
    try:
        data = key.encode("utf-8")
    except UnicodeEncodeError:  # half a surrogate pair
        return False
    if len(data) > LONGEST_PATH or b"\0" in data:
        return False
    return all(0 < len(part) <= LONGEST and part not in {b".", b".."} for part in data.split(b"/"))


def _list_folders(key: str) -> Iterator[str]:
    """`a` and `a/b` of `a/b/c`."""
    at = key.find("/")
    while at >= 0:
        yield key[:at]
        at = key.find("/", at + 1)


def _quote(key: str) -> str:
    data = key.encode("utf-8", "surrogatepass")
    shown = quote(data, safe="")
    if shown.startswith("."):  # a name that starts with a dot is no source
        shown = "%2E" + shown[1:]
    return f"{shown[:SHOWN]}~{hashlib.sha256(data).hexdigest()[:DIGITS]}"
