"""How comparing grows with the number of claims: seconds and memory from ten thousand to a million.

    python benchmarks/scale.py [--sizes 10000 100000 1000000] [--seed 1]

Claims are made up: twenty to a slot on average, few slots with thousands and many with a handful, one
source for 500 claims. On every second matter all say the same; on the others a few values, directions or places share
the claims, some of them hedged, denied, or in a context of their own. Each size runs
in a process of its own. Seconds are CPU time of `find_conflicts`; memory is the peak of the whole process, with the
interpreter, the lexicons and all claims in it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import time
from itertools import accumulate, product
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pipeline.schema import ClaimRow

ROOT = Path(__file__).parents[1]
SIZES = (10_000, 100_000, 1_000_000)
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
    parser.add_argument("--job", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.job is not None:
        print(json.dumps(measure(options.job, options.seed)))
        return
    print("| claims | slots | largest slot | comparisons | conflicts | seconds | µs a claim | growth | peak MB |")
    print(f"|{'--:|' * 9}")
    first = None
    for size in options.sizes:
        found = run_job(size, options.seed)
        each = found["seconds"] / size * 1e6
        first = first or each
        print(
            f"| {size:,} | {found['slots']:,} | {found['largest']:,} | {found['comparisons']:,} "
            f"| {found['conflicts']:,} | {found['seconds']:.1f} | {each:.0f} | {each / first:.2f} "
            f"| {found['memory'] / MB:,.0f} |",
            flush=True,
        )


def run_job(size: int, seed: int) -> dict[str, float]:
    """What one size costs, in a process of its own."""
    command = [sys.executable, str(Path(__file__)), "--job", str(size), "--seed", str(seed)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)  # noqa: S603
    if done.returncode:
        raise SystemExit(done.stderr)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


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
        yield make_claim(number, slot, f"pages/{draw.randrange(sources):05d}.md", draw)


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
