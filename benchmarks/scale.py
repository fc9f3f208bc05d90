"""How comparing grows with the number of claims: seconds and memory from ten thousand to a million.

    python benchmarks/scale.py [--sizes 10000 100000 1000000] [--seed 1]
    python benchmarks/scale.py --stored 100000 10000000 [--most 500000]
    python benchmarks/scale.py --documents 1000 10000

Claims are made up: twenty to a slot on average, few slots with thousands and many with a handful, one
source for 500 claims. On every second matter all say the same; on the others a few values, directions or places share
the claims, some of them hedged, denied, or in a context of their own. Each size runs
in a process of its own. Seconds are CPU time of `find_conflicts`; memory is the peak of the whole process, with the
interpreter, the lexicons and all claims in it.

With `--stored` the claims stand in a Parquet file, as in a run, and so do the tables that come of them in the end; no
more than `--most` are compared at a time. Up to 100,000 the same is done in memory, and the files must be the same.

With `--documents` the whole program runs over so many small pages, with two workers: peak memory of its own process and
of one worker.
"""

from __future__ import annotations

import argparse
import filecmp
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from itertools import accumulate, chain, islice, product
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from nightly import run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pyarrow as pa

    from pipeline.schema import ClaimRow

ROOT = Path(__file__).parents[1]
SIZES = (10_000, 100_000, 1_000_000)
LARGEST_TWICE = 100_000  # claims that are compared in memory too
CLAIMS_A_PART = 5_000
MOST_DRAWN = 1_000_000  # claims; more are these again, of other sources about other subjects
RENAMED = frozenset({"claim_id", "source_id", "subject_id", "object_id"})
CLAIMS_A_SLOT = 20  # a million claims in 50,000 slots
CLAIMS_A_SOURCE = 500
STEEPNESS = 0.8  # exponent of the sizes of slots: the largest of 50,000 has some thousand claims
VALUES = 4  # that the sources of one slot share
MB = 1_000_000
MAXRSS = 1 if sys.platform == "darwin" else 1024  # bytes in the unit of ru_maxrss
Value = TypeVar("Value")
PLACES = ("Russia", "United States", "European Union", "outside Russia; Ukraine")


def main() -> None:
    """Print one row for each size; this process imports nothing heavy."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stored", type=int, nargs="+", help="sizes that are read from and written to disk")
    parser.add_argument("--most", type=int, default=500_000, help="claims compared at a time, of those on disk")
    parser.add_argument("--documents", type=int, nargs="+", help="numbers of small pages for whole runs")
    parser.add_argument("--job", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.job is not None:
        print(json.dumps(do_job(*options.job)))
    elif options.stored:
        show_stored(options.stored, options.most, options.seed)
    elif options.documents:
        show_runs(options.documents, options.seed)
    else:
        show_sizes(options.sizes, options.seed)


def show_sizes(sizes: Sequence[int], seed: int) -> None:
    """One row for each size in memory."""
    print("| claims | slots | largest slot | comparisons | conflicts | seconds | µs a claim | growth | peak MB |")
    print(f"|{'--:|' * 9}")
    first = None
    for size in sizes:
        found = run_job("measure", size, seed)
        each = found["seconds"] / size * 1e6
        first = first or each
        print(
            f"| {size:,} | {found['slots']:,} | {found['largest']:,} | {found['comparisons']:,} "
            f"| {found['conflicts']:,} | {found['seconds']:.1f} | {each:.0f} | {each / first:.2f} "
            f"| {found['memory'] / MB:,.0f} |",
            flush=True,
        )


def show_stored(sizes: Sequence[int], most: int, seed: int) -> None:
    """One row for each size on disk."""
    print("| claims | at a time | slots | conflicts | members | CPU s | wall s | µs a claim | peak MB | as in memory |")
    print(f"|{'--:|' * 10}")
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            stored, again = Path(folder, "stored"), Path(folder, "again")
            run_job("write", size, seed, stored)
            found = run_job("compare", min(most, size // 10), stored)
            same = "not tried"
            if size <= LARGEST_TWICE:
                run_job("write", size, seed, again)
                run_job("compare", size, again)
                names = sorted(path.name for path in stored.iterdir())
                same = "yes" if filecmp.cmpfiles(stored, again, names, shallow=False)[0] == names else "NO"
        print(
            f"| {size:,} | {min(most, size // 10):,} | {found['slots']:,} | {found['conflicts']:,} "
            f"| {found['members']:,} | {found['seconds']:.0f} | {found['wall']:.0f} "
            f"| {found['seconds'] / size * 1e6:.0f} | {found['memory'] / MB:,.0f} | {same} |",
            flush=True,
        )


def show_runs(sizes: Sequence[int], seed: int) -> None:
    """One row for each number of documents."""
    print("| documents | claims | CPU s | program, peak MB | worker, peak MB | seconds by stage (peak MB until then) |")
    print(f"|{'--:|' * 5}---|")
    for documents in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_pages(folder / "raw", documents, seed)
            found = run(folder, 2)
            about = json.loads((folder / "out" / "run.json").read_text())
        claims, peaks = about["counts"]["claims"], about["peak_memory"]
        stages = ", ".join(
            f"{stage} {seconds:.0f} ({peaks[stage] / MB:,.0f})" for stage, seconds in found.stages.items()
        )
        print(
            f"| {documents:,} | {claims:,} | {found.processor:.0f} | {found.writer / MB:,.0f} "
            f"| {found.worker / MB:,.0f} | {stages} |",
            flush=True,
        )


def write_pages(folder: Path, documents: int, seed: int) -> None:
    """Small pages, two claims each, with words of their own so that none is a copy; twelve values on each matter."""
    draw = random.Random(seed)  # noqa: S311  (no secret)
    for number in range(documents):
        name, filler = draw.choice(NAMES), " ".join(draw.choices(WORDS, k=16))
        page = PAGE.format(filler, name=name, minutes=draw.randrange(5, 65, 5), grams=draw.randrange(500, 1100, 50))
        path = folder / f"{number // 1000:03}" / f"{number:06}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")


NAMES = ("Semax", "Selank", "Epitalon", "BPC-157", "DSIP", "Ipamorelin", "Thymosin alpha-1", "Kisspeptin-10")
PAGE = """# {name}

The half-life of {name} is {minutes} minutes in rats and its molecular weight is {grams} g/mol. {0}.
"""


def run_job(*words: object) -> dict[str, float]:
    """What a job finds, in a process of its own."""
    command = [sys.executable, str(Path(__file__)), "--job", *map(str, words)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)  # noqa: S603
    if done.returncode:
        raise SystemExit(done.stderr)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def do_job(name: str, *words: str) -> dict[str, float]:
    """The job of that name."""
    *numbers, last = words
    match name:
        case "measure":
            return measure(int(words[0]), int(last))
        case "write":
            return write_claims(int(words[0]), int(words[1]), Path(last))
        case _:
            return compare_stored(int(*numbers), Path(last))


def write_claims(size: int, seed: int, folder: Path) -> dict[str, float]:
    """Put `size` claims into the table of a result that has no other; its CSV stays empty."""
    import pyarrow as pa

    from pipeline.schema import CitationRow, ClaimRow
    from pipeline.store import Part, TableWriter, arrow_schema, write_table
    from pipeline.store.columns import to_record

    folder.mkdir()
    drawn: list[pa.RecordBatch] = []
    claims = make_claims(min(size, MOST_DRAWN), seed)
    while part := [to_record(claim) for claim in islice(claims, CLAIMS_A_PART)]:
        drawn.append(pa.RecordBatch.from_pylist(part, schema=arrow_schema(ClaimRow)))
    with TableWriter(folder, ClaimRow) as writer:
        for number in range(-(-size // MOST_DRAWN)):
            for batch in drawn:
                copy = rename(batch, f"+{number}") if number else batch
                writer.add(Part(copy.num_rows, copy.serialize().to_pybytes(), b""))
    write_table(folder, CitationRow, ())
    return {}


def rename(batch: pa.RecordBatch, ending: str) -> pa.RecordBatch:
    """The same claims by other sources about other subjects and objects."""
    import pyarrow.compute as pc

    columns = [
        pc.binary_join_element_wise(column, ending, "") if name in RENAMED else column
        for name, column in zip(batch.schema.names, batch.columns, strict=True)
    ]
    return type(batch).from_arrays(columns, schema=batch.schema)


def compare_stored(most: int, folder: Path) -> dict[str, float]:
    """Seconds and peak memory from the table of claims to the tables of conflicts."""
    from pipeline.conflicts import compare_batches, read_batches
    from pipeline.schema import ClaimRow, ConflictMemberRow, ConflictRow, ExplainedRow
    from pipeline.store import SortedTable, StoredTable

    sources = chain.from_iterable(
        batch.column("source_id").to_pylist() for batch in StoredTable(folder, ClaimRow).read_batches()
    )
    families = {name: name for name in sources}
    began, started = time.process_time(), time.monotonic()
    slots = 0
    with (
        SortedTable(folder, ConflictRow) as conflicts,
        SortedTable(folder, ConflictMemberRow) as members,
        SortedTable(folder, ExplainedRow) as explained,
    ):
        for piece in compare_batches(read_batches(folder, most), (), (), families, ()):
            conflicts.add(piece.conflicts)
            members.add(piece.members)
            explained.add(piece.explained)
            slots += piece.slots
            del piece
    return {
        "seconds": time.process_time() - began,
        "wall": time.monotonic() - started,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS,
        "slots": slots,
        "conflicts": conflicts.rows,
        "members": members.rows,
    }


def measure(size: int, seed: int) -> dict[str, float]:
    """Seconds and peak memory of finding the conflicts of `size` claims."""
    from pipeline.conflicts import find_conflicts, sketch_text, stances
    from pipeline.conflicts.slots import group_claims

    claims = list(make_claims(size, seed))
    families = {claim.source_id: claim.source_id for claim in claims}
    sketch_text(" ".join(WORDS))  # loads the library, as the sketches of pages do in a run
    began = time.process_time()
    found = find_conflicts(claims, (), (), families, ())
    seconds = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS
    sizes = [(len(slot.claims), len(stances.gather_stances(slot.claims))) for slot in group_claims(claims)]
    return {
        "seconds": seconds,
        "memory": peak,
        "slots": found.slots,
        "largest": max(claims for claims, _ in sizes),
        "comparisons": sum(distinct * (distinct - 1) // 2 for _, distinct in sizes),
        "conflicts": len(found.conflicts),
    }


def make_claims(size: int, seed: int) -> Iterator[ClaimRow]:
    """Made-up claims, the same for the same seed."""
    draw = random.Random(seed)  # noqa: S311  (no secret)
    slots = max(1, size // CLAIMS_A_SLOT)
    weights = list(accumulate((rank + 10) ** -STEEPNESS for rank in range(slots)))
    numbers = range(slots)
    sources = max(2, size // CLAIMS_A_SOURCE)
    for number in range(size):
        slot = number if number < slots else draw.choices(numbers, cum_weights=weights)[0]
        yield make_claim(number, slot, name_source(draw.randrange(sources)), draw)


def name_source(number: int) -> str:
    """A made-up page."""
    return f"pages/{number:05d}.md"


def make_claim(number: int, slot: int, source: str, draw: random.Random) -> ClaimRow:
    """One claim on the matter `slot`."""
    from pipeline.schema import BlockKind, ClaimRow, Evidence, SubjectFrom

    subject, question = divmod(slot, len(MATTERS))  # one slot each
    start = draw.randrange(100_000)
    quote = write_quote(number, draw)
    facts: dict[str, object] = dict.fromkeys(ClaimRow.model_fields)
    facts |= {
        "claim_id": f"clm-{number:016x}",
        "source_id": source,
        "start": start,
        "end": start + len(quote),
        "quote": quote,
        "text": f"{quote}",
        "section": f"Compound {subject} > Facts",
        "block": BlockKind.PARAGRAPH,
        "subject_id": f"compound:made-up-{subject}",
        "subject": f"Compound {subject}",
        "subject_text": f"compound {subject}",
        "subject_from": SubjectFrom.WRITTEN,
        "polarity": "affirmed",
        "certainty": "asserted",
        "evidence": Evidence.UNSTATED,
        "citations": (),
        "rule": "made-up",
        "confidence": "high",
    }
    facts |= MATTERS[question](slot, draw if slot % 2 else None)
    if slot % 2:
        facts |= {
            "polarity": draw.choices(("affirmed", "negated"), (95, 5))[0],
            "certainty": draw.choices(("asserted", "reported", "hedged"), (80, 12, 8))[0],
            "species": draw.choices((None, "rat", "human"), (90, 5, 5))[0],
        }
    return ClaimRow.model_validate(facts, strict=False)


def write_quote(number: int, draw: random.Random) -> str:
    """A table row, or as often a sentence that may be a copy; every fiftieth sentence is the same."""
    if number % 2:
        return f"Row {number} | {draw.choice(WORDS)}"
    words = list(WORDS[:24]) if number % 100 == 0 else draw.choices(WORDS, k=24)
    return f"{' '.join(words)} {number}."


WORDS = tuple(map("".join, product(("ba", "de", "fi", "go", "lu", "ny", "ra", "se", "ti", "vo", "wu", "za"), repeat=3)))
Choice = random.Random | None  # draws where a slot is disputed


def pick(draw: Choice, values: Sequence[Value], weights: Sequence[int]) -> Value:
    """One of the values; the first where nobody disagrees."""
    return draw.choices(values, weights)[0] if draw else values[0]


def state_number(predicate: str, unit: str, least: float) -> Callable[[int, Choice], dict[str, object]]:
    """A number out of the few that the sources of a slot share."""

    def state(slot: int, draw: Choice) -> dict[str, object]:
        value = least * (1 + slot % 7) * (1 + pick(draw, range(VALUES), (80, 12, 6, 2)))
        words = {"value": value, "base_value": value, "value_text": f"{value:g} {unit}"}
        return {"predicate": predicate, "comparator": "=", "unit": unit, "base_unit": unit, **words}

    return state


def state_effect(slot: int, draw: Choice) -> dict[str, object]:
    """What a compound does to one of many targets."""
    predicate = pick(draw, ("increases", "decreases"), (90, 10))
    return {"predicate": predicate, **name_object(slot)}


def state_receptor(slot: int, draw: Choice) -> dict[str, object]:
    """What a compound binds or activates."""
    predicate = pick(draw, ("binds", "activates", "inhibits"), (60, 35, 5))
    return {"predicate": predicate, **name_object(slot)}


def state_status(slot: int, draw: Choice) -> dict[str, object]:
    """Where a compound is approved."""
    place = pick(draw, PLACES[slot % 3 :], (80, 15, 5, 5)[: len(PLACES) - slot % 3])
    return {"predicate": "approved_in", "object": place, "object_text": place, "jurisdiction": place}


def name_object(slot: int) -> dict[str, object]:
    """The object of a slot, of which the lexicon knows nothing."""
    return {
        "object_id": f"target:made-up-{slot}",
        "object": f"Target {slot}",
        "object_text": f"target {slot}",
    }


MATTERS = (
    state_effect,
    state_receptor,
    state_number("half_life", "h", 2.0),
    state_effect,
    state_receptor,
    state_number("molecular_weight", "g/mol", 500.0),
    state_effect,
    state_receptor,
    state_status,
    state_number("tmax", "h", 0.5),
)

if __name__ == "__main__":
    main()
