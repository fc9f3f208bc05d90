"""Decisions from one major version of the schema to the next: of what a user has, they alone cannot be made again.

Tables need no such thing, for `claims extract` makes them from the pages. Nor does the cache: it goes by what the
program is made of, so that another version never meets an entry of this one.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.decisions import read_version, rewrite_decisions
from pipeline.errors import UsageError
from pipeline.schema import SCHEMA_VERSION

if TYPE_CHECKING:
    from pathlib import Path

VERSION = re.compile(r"(?P<major>[1-9]\d{0,3})(?:\.\d{1,4})?", re.ASCII)  # 1.0, 2

Values = dict[str, Any]  # of a line
Step = Callable[[Values], Values]

# What a line becomes from this major version to the next, apart from its version. So far there is one version alone.
STEPS: Mapping[int, Step] = {}


@dataclass
class Migration:
    """The way of a file to the schema version `target`: how many lines had which, and where the file of before is."""

    file: Path
    steps: Mapping[int, Step]
    target: str
    versions: Counter[str] = field(default_factory=Counter)
    former: Path | None = None

    def take_over(self, text: str) -> str:
        """All lines as `target` has them. Raises UsageError for a line of a later version, and for one that is none."""
        lines = enumerate(text.split("\n"), start=1)
        return "\n".join(self._migrate(f"{self.file}:{number}", line) for number, line in lines)

    def _migrate(self, place: str, line: str) -> str:
        if not line.strip():
            return line
        values = _read_line(place, line)
        version = read_version(values)
        match = VERSION.fullmatch(version)
        if match is None:
            raise UsageError(f"{place}: '{version}' is no version of the schema; mend or remove the line first.")
        self.versions[version] += 1
        major, last = int(match["major"]), int(self.target.partition(".")[0])
        if major > last:
            raise UsageError(f"{place}: was written with schema {version}; only a newer claimsift can read that.")
        if major == last:
            return line
        for number in range(major, last):
            values = self.steps[number](values)
        return json.dumps({**values, "schema_version": self.target}, ensure_ascii=False, separators=(",", ":"))


def migrate_decisions(file: Path, steps: Mapping[int, Step] = STEPS, target: str = SCHEMA_VERSION) -> Migration:
    """Take all lines of a decisions file to the major version of `target`; where that changes it, keep it as it was.

    Raises UsageError, and changes nothing, where the file cannot be read or written, where a line is of a later
    version, and where one is no decision.
    """
    if not file.is_file():
        raise UsageError(f"{file}: is not there; name the file with --decisions.")
    migration = Migration(file, steps, target)
    aside = file.with_name(f"{file.name}.before-schema-{target}")
    if rewrite_decisions(file, migration.take_over, aside):
        migration.former = aside
    return migration


def _read_line(place: str, line: str) -> Values:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{place}: the line is no decision; mend or remove it first.") from error
    if not isinstance(values, dict):
        raise UsageError(f"{place}: the line is no decision; mend or remove it first.")
    return values
