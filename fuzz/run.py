"""Run every target for some time, keep what breaks it, and print a closing table.

    python fuzz/run.py [--seconds N] [TARGET...]

A crash, an input that takes longer than ten seconds, or one that takes more than 2 GB is kept in `fuzz/crashes/`;
then the exit status is 1. Make it small and keep it: `fuzz/README.md` says how.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
PAGES = HERE.parent / "raw"
LEXICONS = HERE.parent / "pipeline" / "lexicons"
CORPUS, CRASHES, WORK = HERE / "corpus", HERE / "crashes", HERE / "work"
TARGETS = (
    "plain", "markdown", "html", "json", "yaml", "bytes", "growth", "sequences", "fragments", "formulas", "numbers",
    "citations", "cues", "decisions", "settings", "sources", "lexicons", "addresses", "results", "rows",
)  # fmt: skip
READERS = ("plain", "markdown", "html", "json", "bytes")  # begin with whole pages; the others with their lines
CHOOSERS = ("growth", "rows")  # their first byte chooses a reader

SECONDS = 120  # for each target
LONGEST = 4096  # bytes of an input
PATIENCE = 10  # seconds for one input
GROWTH_PATIENCE = 4  # ... that is repeated: linear steps take less than one
SLOW_SEEDS = 50  # first inputs of the slow targets, spread over all
MEMORY = 2048  # MB for the process
GRACE = 120  # seconds for start-up and the last input, after which a target counts as hung

# "#1843	DONE   cov: 2101 ft: 9003 corp: 411/98Kb exec/s: 15 rss: 312Mb", "Done 1843 runs in 121 second(s)"
STATUS = re.compile(r"^#(?P<runs>\d+)\s.*?\bcov: (?P<reached>\d+).*?\bcorp: (?P<kept>\d+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one target came to. `reached`: edges of our code; `kept`: inputs that reached something new."""

    target: str
    seconds: float
    runs: int
    reached: int
    kept: int
    found: tuple[str, ...]  # files in `crashes/`
    status: int


def write_dictionary() -> Path:
    """The tokens in libFuzzer's form, every byte escaped."""
    tokens = (HERE / "tokens.txt").read_text(encoding="utf-8").split("\n")
    path = WORK / "tokens.dict"
    path.write_text("".join(f'"{escape(token)}"\n' for token in tokens if token), encoding="ascii")
    return path


def escape(token: str) -> str:
    r"""Every byte of a token as \xNN."""
    return "".join(f"\\x{byte:02X}" for byte in token.encode("utf-8"))


DECISION = b"""{"conflict_id": "con-0", "fingerprint": "0", "verdict": "unsure", "reviewer": "A", "value": null,
 "seen": ["a"], "withdrawn": true, "time": "2024-01-01T00:00:00Z"}""".replace(b"\n", b"")
SETTINGS = b"""max_bytes = 5
max_seconds = 0.5
lexicons = "words"
ignore = ["a/*", "b"]
[tolerances]
half_life = 0.1
"""

RUN = b"""{"program": "claimsift", "schema_version": "1.0", "raw": "raw", "files": ["run.json", "claims.csv"],
 "settings": {"lexicons": "words", "follow_links": true}, "counts": {"slots_with_one_source": 2}, "digests": {},
 "inputs": {"a.md": null}}"""


def write_seeds(target: str) -> Path:
    """What is right, as first inputs."""
    folder = WORK / "seeds" / target
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(list_seeds(target)):
        (folder / f"{number:04}").write_bytes(data[:LONGEST])
    return folder


def list_seeds(target: str) -> list[bytes]:
    """Our own pages, or their lines; for what users write, such files."""
    if target == "decisions":
        return [DECISION, DECISION + b"\n" + DECISION]
    if target == "settings":
        return [SETTINGS]
    if target == "sources":
        return [b"path,title,publisher,url,published,kind,supersedes\na.md,A,B,http://a,2024-01-01,vendor,b.md\n"]
    if target == "addresses":
        return [b"s3://bucket/raw\na/b.md\na\n../up.md\n\n/a//b\n.\nREADME.md", b"file:///srv/raw%20pages"]
    if target == "results":
        return [RUN]
    if target == "lexicons":  # the first byte chooses the file
        files = sorted(LEXICONS.glob("*.jsonl"))
        return [bytes([number]) + path.read_bytes().partition(b"\n")[0] for number, path in enumerate(files)]
    pages = [path.read_bytes() for path in sorted(PAGES.rglob("*")) if path.is_file()]
    inputs = pages if target in READERS else sorted({line for page in pages for line in page.splitlines() if line})
    if target in CHOOSERS:
        inputs = inputs[:: len(inputs) // SLOW_SEEDS + 1]
    return [(bytes([number % 256]) if target in CHOOSERS else b"") + data for number, data in enumerate(inputs)]


def fuzz_target(target: str, seconds: int) -> Outcome:
    """One target in a process of its own."""
    found, kept = WORK / "inputs" / target, CORPUS / target
    found.mkdir(parents=True, exist_ok=True)
    CRASHES.mkdir(exist_ok=True)
    before = set(CRASHES.iterdir())
    folders = [found, write_seeds(target), *([kept] if kept.is_dir() else [])]
    command = [
        sys.executable,
        str(HERE / "fuzz.py"),
        target,
        f"-max_total_time={seconds}",
        f"-max_len={LONGEST}",
        f"-timeout={GROWTH_PATIENCE if target == 'growth' else PATIENCE}",
        f"-rss_limit_mb={MEMORY}",
        f"-dict={write_dictionary()}",
        f"-artifact_prefix={CRASHES}/{target}-",
        "-print_final_stats=1",
        *map(str, folders),
    ]
    began = time.monotonic()
    log = WORK / f"{target}.log"
    with log.open("wb") as file:
        status = run(command, file.fileno(), seconds + GRACE)
    said = log.read_text(encoding="utf-8", errors="replace")
    last = list(STATUS.finditer(said))[-1:]
    runs, reached, inputs = (int(last[0][name]) if last else 0 for name in ("runs", "reached", "kept"))
    new = tuple(sorted(path.name for path in set(CRASHES.iterdir()) - before))
    return Outcome(target, time.monotonic() - began, runs, reached, inputs, new, status)


def run(command: list[str], output: int, limit: float) -> int:
    """The exit status of a command; 124 where it had to be ended."""
    try:
        return subprocess.run(  # noqa: S603  (our own script)
            command, stdout=output, stderr=output, cwd=HERE.parent, timeout=limit, check=False
        ).returncode
    except subprocess.TimeoutExpired:
        return 124


def print_table(outcomes: list[Outcome]) -> None:
    """One line for each target, and where to look for those that ended badly."""
    print(f"{'target':<12}{'seconds':>8}{'inputs':>10}{'a second':>10}{'edges':>8}{'kept':>7}  found")
    for outcome in outcomes:
        rate = outcome.runs / outcome.seconds
        what = ", ".join(outcome.found) or ("nothing" if outcome.status == 0 else f"ended with {outcome.status}")
        print(
            f"{outcome.target:<12}{outcome.seconds:>8.0f}{outcome.runs:>10}{rate:>10.0f}"
            f"{outcome.reached:>8}{outcome.kept:>7}  {what}"
        )
    for outcome in outcomes:
        if outcome.status:
            print(f"See {WORK / outcome.target}.log and {CRASHES}.")


def main() -> int:
    """Run the targets one after another."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", choices=[[], *TARGETS], metavar="TARGET")
    parser.add_argument("--seconds", type=int, default=SECONDS)
    options = parser.parse_args()
    WORK.mkdir(exist_ok=True)
    outcomes = []
    for target in options.targets or TARGETS:
        print(f"fuzzing {target} for {options.seconds} s", file=sys.stderr)
        outcomes.append(fuzz_target(target, options.seconds))
    print_table(outcomes)
    return int(any(outcome.status or outcome.found for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
