"""Write into the documents what the program itself says: its output, commands, settings, and an example of its tables.

    python scripts/make_docs.py [--check] [--work FOLDER]

What stands between `<!-- NAME:begin -->` and `<!-- NAME:end -->` is made by the function of that name below, from a
run on raw/. `--check` changes nothing and ends with status 1 if a part is no longer true. `--work` names a folder in
which the run is left: `raw/` and `extracted/`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
import tomllib
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pipeline.cli import app
from pipeline.extract.statements import rate_confidence
from pipeline.lexicon import predicates
from pipeline.page import Subject
from pipeline.schema import (
    ClaimRow,
    Confidence,
    ConflictKind,
    ConflictMemberRow,
    ConflictRow,
    ExplainedRow,
    Scope,
    SubjectFrom,
)
from pipeline.settings import Settings
from pipeline.store import read_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ROOT = Path(__file__).parents[1]
DOCUMENTS = (
    "README.md",
    "docs/conflicts.md",
    "docs/decisions.md",
    "docs/exchange.md",
    "docs/quality.md",
    "docs/tables.md",
    "docs/vocabulary.md",
)
PART = re.compile(r"(?P<begin><!-- (?P<name>\w+):begin -->\n).*?(?P<end><!-- (?P=name):end -->)", re.DOTALL)
WIDTH = 100  # characters of a line in an example
PASSAGES = 3  # of one side in an example
SUBJECT = "compound:semax"
FRAGMENT = (SUBJECT, "fragment", ConflictKind.IDENTITY, Scope.CROSS_SOURCE)


@dataclass(frozen=True, slots=True)
class Run:
    """A run on raw/: its folder, and what it printed."""

    folder: Path
    printed: str

    @property
    def out(self) -> Path:
        """The folder of the result."""
        return self.folder / "extracted"


def run_extract(folder: Path) -> Run:
    """Run the program on a copy of raw/ as `make extract` does, with its output in a pipe."""
    shutil.copytree(ROOT / "raw", folder / "raw")
    return Run(folder, run_python("-m", "pipeline", "extract", "raw", "--out", "extracted", folder=folder))


def run_python(*arguments: str, folder: Path) -> str:
    """What a Python program of this project prints, without the spaces at the ends of lines."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "COLUMNS": "80", "FORCE_COLOR": ""}
    done = subprocess.run(  # noqa: S603  (our own program)
        [sys.executable, *arguments], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    return "\n".join(line.rstrip() for line in done.stdout.splitlines())


# ------------------------------------------------------------------------------------------------------ the parts


def show_output(run: Run) -> str:
    """What the first command prints."""
    return fence(f"$ make extract\n{run.printed}")


def show_measured(run: Run) -> str:
    """How the judged pairs of our own pages fare."""
    gold = ROOT / "tests/gold/raw_expected.csv"
    return fence(run_python(str(ROOT / "benchmarks/pairs.py"), "extracted", str(gold), folder=run.folder))


def show_quality(_run: Run) -> str:
    """How the program does on our labelled pages."""
    return run_python(str(ROOT / "benchmarks/quality.py"), folder=ROOT) + "\n"


def list_commands(_run: Run) -> str:
    """The commands with the first sentence of their help."""
    told = [(command.name, command.callback) for command in app.registered_commands if command.callback]
    rows = [(f"`claims {name or run.__name__}`", (run.__doc__ or "").splitlines()[0]) for name, run in told]
    return make_table(("command", "what it does"), rows)


def list_statuses(_run: Run) -> str:
    """The exit statuses, from the foot of `claims --help`."""
    meanings = str(app.info.epilog).removeprefix("Exit status: ").rstrip(".").split("; ")
    return make_table(("status", "meaning"), [tuple(meaning.split(" ", 1)) for meaning in meanings])


def list_settings(_run: Run) -> str:
    """The settings with their defaults, as TOML spells them."""
    rows = [
        (f"`{name}`", spell_default(field.get_default(call_default_factory=True)), field.description or "")
        for name, field in Settings.model_fields.items()
    ]
    return make_table(("setting", "default", "meaning"), rows)


def spell_default(value: object) -> str:
    """A default as it would stand in a TOML file."""
    match value:
        case None:
            return "not set"
        case bool():
            return f"`{str(value).lower()}`"
        case tuple():
            return f"`{list(value)}`"
        case _:
            return f"`{value}`"


def list_confidence(_run: Run) -> str:
    """How far each way of finding a subject is trusted."""
    found: dict[Confidence, list[str]] = {level: [] for level in Confidence}
    for origin in SubjectFrom:
        found[rate_confidence(Subject(SUBJECT, "Semax", "Semax", origin, None))].append(f"`{origin}`")
    rows = [(f"`{level}`", ", ".join(origins)) for level, origins in found.items()]
    return make_table(("confidence", "`subject_from`"), rows)


def list_vocabulary(_run: Run) -> str:
    """The predicates with what is compared, and how."""
    rows = [
        (
            f"`{row.id}`",
            row.definition,
            " ".join(
                part for part in (f"`{row.base_unit}`" if row.base_unit else "", spell_share(row.tolerance)) if part
            ),
            row.question or "",
            ", ".join(("each object" if row.per_object else "", *(f"each {name}" for name in row.key))).strip(", "),
            ", ".join(row.separates),
            row.severity,
        )
        for row in predicates().values()
    ]
    heads = ("predicate", "meaning", "base unit, tolerance", "question", "a slot for", "told apart by", "weight")
    return make_table(heads, rows)


def spell_share(share: float) -> str:
    """A tolerance as a percentage."""
    return f"±{share * 100:g} %" if share else ""


def list_dependencies(_run: Run) -> str:
    """The packages that a user gets, each with the reason that stands beside it in pyproject.toml."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    wanted = tomllib.loads(text)["project"]["dependencies"]
    rows = []
    for requirement in wanted:
        (line,) = (line for line in text.splitlines() if line.strip().startswith(f'"{requirement}"'))
        name = re.match(r"[\w-]+", requirement)
        reason = line.partition("  # ")[2]
        rows.append((name[0] if name else requirement, f"`{requirement[len(name[0]) if name else 0 :]}`", reason))
    return make_table(("package", "versions", "what for"), rows)


def show_conflict(run: Run) -> str:
    """The conflict about the part of ACTH that Semax holds, side by side."""
    row = find_row(
        read_table(run.out, ConflictRow),
        lambda row: (row.subject_id, row.predicate, row.kind, row.scope) == FRAGMENT,
    )
    members = [member for member in read_table(run.out, ConflictMemberRow) if member.conflict_id == row.conflict_id]
    lines = [f"{row.severity}  {row.kind}  {row.conflict_id}", *wrap(row.headline)]
    for side, group in groupby(members, key=lambda member: member.side):
        lines += ["", *show_side(side, list(group))]
    lines += ["", "what can be checked"]
    for told in (row.arbiter or "").split(" | "):
        lines += wrap(told, indent=2)
    lines += ["", *wrap(f"why {row.severity}: {row.severity_why}")]
    return fence("\n".join(lines))


def show_side(side: str, members: list[ConflictMemberRow]) -> Iterator[str]:
    """One side of a conflict: what it says, and its first passages as they stand in the raw files."""
    yield f"side {side}"
    for member in members[:PASSAGES]:
        yield f"  {member.value_text}: {member.source_id} [{member.start}:{member.end}]"
        yield from wrap(" ".join((member.quote or "").split()), indent=4)
    if len(members) > PASSAGES:
        yield f"  and {len(members) - PASSAGES} more"


def show_explained(run: Run) -> str:
    """A difference that is none, since it was seen in two tissues."""
    row = find_row(read_table(run.out, ExplainedRow), lambda row: row.reason == "different tissue")
    claims = {claim.claim_id: claim for claim in read_table(run.out, ClaimRow)}
    lines = [row.slot, f"{row.reason}: {row.detail}", ""]
    for claim in (claims[claim_id] for claim_id in row.claim_ids):
        lines.append(f"  {claim.source_id} [{claim.start}:{claim.end}]")
        lines += wrap(" ".join(claim.quote.split()), indent=4)
    return fence("\n".join(lines))


COUNT = (
    "SELECT predicate, count(*) AS claims, count(DISTINCT source_id) AS pages FROM claims GROUP BY 1 ORDER BY 2 DESC, 1"
)


def show_query(run: Run) -> str:
    """What a query answers."""
    sql = f"{COUNT} LIMIT 4"
    printed = run_python("-m", "pipeline", "query", "extracted", sql, folder=run.folder)
    return fence(f'$ claims query extracted \\\n    "{sql}"\n{printed}')


def show_labels(run: Run) -> str:
    """What is told of an export of doccano in which a person gave the first label of the first page another name."""
    path = run.folder / "corrected.jsonl"
    run_python("-m", "pipeline", "export", "extracted", path.name, "--to", "doccano", "--overwrite", folder=run.folder)
    first, *others = path.read_text(encoding="utf-8").split("\n")
    page = json.loads(first)
    page["label"][0][2] = "indication"
    path.write_text("\n".join([json.dumps(page), *others]), encoding="utf-8")
    command = ("labels", "extracted", path.name, "--from", "doccano")
    return fence(f"$ claims {' '.join(command)}\n{run_python('-m', 'pipeline', *command, folder=run.folder)}")


Found = TypeVar("Found", ConflictRow, ExplainedRow)


def find_row(rows: tuple[Found, ...], fits: Callable[[Found], bool]) -> Found:
    """The first row that fits. Raises LookupError where raw/ no longer gives one."""
    for row in rows:
        if fits(row):
            return row
    message = "raw/ no longer gives the example that the documents show; choose another one."
    raise LookupError(message)


PARTS: dict[str, Callable[[Run], str]] = {
    "output": show_output,
    "measured": show_measured,
    "quality": show_quality,
    "commands": list_commands,
    "statuses": list_statuses,
    "settings": list_settings,
    "confidence": list_confidence,
    "vocabulary": list_vocabulary,
    "dependencies": list_dependencies,
    "conflict": show_conflict,
    "explained": show_explained,
    "query": show_query,
    "labels": show_labels,
}

# ---------------------------------------------------------------------------------------------------- Markdown


def fence(text: str) -> str:
    """Text as it stands, fenced."""
    return f"```text\n{text}\n```\n"


def make_table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A pipe table."""
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |\n" for line in lines)


def wrap(text: str, *, indent: int = 0) -> list[str]:
    """A text in lines of at most WIDTH characters."""
    space = " " * indent
    return textwrap.wrap(text, WIDTH, initial_indent=space, subsequent_indent=space, break_on_hyphens=False)


def write_parts(text: str, parts: dict[str, str]) -> str:
    """A document with its parts made anew. Raises KeyError for a part that nobody makes."""
    return PART.sub(lambda part: f"{part['begin']}{parts[part['name']]}{part['end']}", text)


def main() -> int:
    """Write the documents, or say which of them are no longer true."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--work", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        run = run_extract(options.work or Path(scratch))
        parts = {name: make(run) for name, make in PARTS.items()}
    stale = []
    for name in DOCUMENTS:
        text = (ROOT / name).read_text(encoding="utf-8")
        fresh = write_parts(text, parts)
        stale += [f"{name}: {old['name']}" for old in PART.finditer(text) if old[0] not in fresh]
        if not options.check:
            (ROOT / name).write_text(fresh, encoding="utf-8")
    if stale and options.check:
        print(f"No longer what the program says: {', '.join(stale)}; run 'python scripts/make_docs.py'.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
