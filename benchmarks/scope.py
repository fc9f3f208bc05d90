"""Which sentences hold a negation or a speculation, on BioScope's abstracts (CC BY 2.0).

    python benchmarks/scope.py FILE [--half fit|test] [--show N]

The cue list was fitted on one half of the documents (drawn with a fixed seed); figures are for the other. A sentence
counts as negated when it holds a cue that negates, as speculative when it holds one that hedges or leaves open. A
logistic regression over each candidate and its neighbours was tried and left out: cross-validated on the first half
it gave negation 0.002 and speculation 0.01 more, on abstracts, for weights that no reviewer can read. Choices between
words ("or", "either") and the modal "can" count as speculation there, and not here.
"""

from __future__ import annotations

import argparse
import random
import time
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

from pipeline.components.cues import find_cues
from pipeline.schema import Effect

SEED = 7
KINDS = {"negation": {Effect.NEGATED}, "speculation": {Effect.HEDGED, Effect.OPEN}}


def read_sentences(path: Path, half: str) -> list[tuple[str, set[str | None]]]:
    """The sentences of one half of the documents, each with the kinds of cue that the gold marks in it."""
    documents = list(ET.fromstring(path.read_bytes()).iter("Document"))  # noqa: S314  (a trusted file)
    random.Random(SEED).shuffle(documents)  # noqa: S311  (no secret)
    middle = len(documents) // 2
    chosen = documents[:middle] if half == "fit" else documents[middle:]
    return [
        ("".join(sentence.itertext()), {cue.get("type") for cue in sentence.iter("cue")})
        for document in chosen
        for sentence in document.iter("sentence")
    ]


def main() -> None:
    """Print precision, recall and F1 of each kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--half", choices=["fit", "test"], default="test")
    parser.add_argument("--show", type=int, default=0, help="wrong sentences of each sort to print (fit half only)")
    options = parser.parse_args()
    sentences = read_sentences(options.file, options.half)
    began = time.perf_counter()
    found = [
        [(m.cue.effect, m.text.lower()) for m in find_cues(text, [(0, len(text))]) if m.cue] for text, _ in sentences
    ]
    seconds = time.perf_counter() - began
    for kind, effects in KINDS.items():
        counts: Counter[str] = Counter()
        shown: list[str] = []
        for (text, gold), cues in zip(sentences, found, strict=True):
            ours = [words for effect, words in cues if effect in effects]
            outcome = {(True, True): "right", (True, False): "missed", (False, True): "wrong"}.get(
                (kind in gold, bool(ours)), "none"
            )
            counts[outcome] += 1
            if outcome in {"missed", "wrong"}:
                shown.append(f"{outcome} {ours} {text}")
        precision = counts["right"] / max(1, counts["right"] + counts["wrong"])
        recall = counts["right"] / max(1, counts["right"] + counts["missed"])
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        print(f"{kind}: P {precision:.3f} R {recall:.3f} F1 {f1:.3f} {dict(counts)}")
        if options.half == "fit":
            for line in shown[: options.show]:
                print("   ", line)
    words = sum(len(text.split()) for text, _ in sentences)
    print(f"{words / seconds:.0f} words a second")


if __name__ == "__main__":
    main()
