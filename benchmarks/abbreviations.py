"""Which short forms are read with their long forms, on the abstracts of Ab3P's gold standard (public domain, NLM).

    python benchmarks/abbreviations.py FILE [--show N]

A pair counts once per abstract and is right when both texts are those of the gold, spaces and case aside. Compared:
scispaCy's detector as it is, on the same tokenizer, and ours, which finds the brackets itself and asks more of a
short form.
"""

from __future__ import annotations

import argparse
import time
import warnings
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING

from scispacy.abbreviation import AbbreviationDetector

from pipeline.annotate.model import load_pipeline
from pipeline.components.abbreviations import find_definitions
from pipeline.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from spacy.tokens import Doc

Pairs = set[tuple[str, str]]


def read_abstracts(path: Path) -> Iterator[tuple[str, Pairs]]:
    """Title and abstract of each document, a line each, with the pairs that the gold marks in it."""
    for document in ET.fromstring(path.read_bytes()).iter("document"):  # noqa: S314  (a trusted file)
        lines, pairs = [], set()
        for passage in document.iter("passage"):
            lines.append(passage.findtext("text") or "")
            texts = {note.get("id"): note.findtext("text") or "" for note in passage.iter("annotation")}
            for relation in passage.iter("relation"):
                ends = {node.get("role"): texts[node.get("refid")] for node in relation.iter("node")}
                pairs.add(fold(ends["ShortForm"], ends["LongForm"]))
        yield "\n".join(lines), pairs


def fold(short: str, long: str) -> tuple[str, str]:
    """A pair as it is compared."""
    return "".join(short.split()).lower(), "".join(long.split()).lower()


def read_ours(doc: Doc) -> Pairs:
    """The pairs that our component reads."""
    return {fold(definition.short, definition.long) for definition in find_definitions(doc.text, doc.vocab)}


def read_theirs(doc: Doc, detector: AbbreviationDetector) -> Pairs:
    """The pairs that scispaCy's detector reads."""
    found = detector(doc)._.abbreviations
    return {fold(span.text, span._.long_form.text) for span in found}


def report(name: str, docs: Iterable[tuple[Doc, Pairs]], read: Callable[[Doc], Pairs], show: int) -> None:
    """Print precision, recall and F1 of one reader, and some of its errors."""
    right = wrong = missed = 0
    errors: list[str] = []
    began = time.perf_counter()
    for doc, gold in docs:
        found = read(doc)
        right += len(found & gold)
        wrong += len(found - gold)
        missed += len(gold - found)
        errors += [f"wrong {pair}" for pair in found - gold] + [f"missed {pair}" for pair in gold - found]
    seconds = time.perf_counter() - began
    precision, recall = right / (right + wrong), right / (right + missed)
    f1 = 2 * precision * recall / (precision + recall)
    print(
        f"{name:22} P {precision:.3f} R {recall:.3f} F1 {f1:.3f}  right {right} wrong {wrong} missed {missed}", end=""
    )
    print(f"  {seconds:.1f} s")
    for line in sorted(errors)[:show]:
        print("   ", line)


def main() -> None:
    """Print one line for each reader."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--show", type=int, default=0)
    options = parser.parse_args()
    nlp, _ = load_pipeline(Settings.model_validate({}))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*W036.*")  # an abstract without a bracket
        docs = [(nlp.make_doc(text), gold) for text, gold in read_abstracts(options.file)]
        detector = AbbreviationDetector(nlp)
        report("scispaCy's detector", docs, lambda doc: read_theirs(doc, detector), options.show)
        report("claimsift", docs, read_ours, options.show)


if __name__ == "__main__":
    main()
