"""Annotated corpora as passages of text with character spans, and the parts that are held back from training.

A *head* is what one corpus means by one type, such as `gene@bc2gm`: corpora annotate different types, and draw the
line of one type in different places.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

Span = tuple[int, int]  # characters from the first up to, not including, the second

# Annotated type -> heads, by corpus. Types that are not named here are not learned.
HEADS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "bc5cdr": {"Chemical": ("chemical@bc5cdr",), "Disease": ("disease@bc5cdr",)},
    "biored": {
        "Chemical": ("chemical@biored",),
        "Gene": ("gene@biored",),
        "Disease": ("disease@biored",),
        "Species": ("species@biored",),
    },
    "gnormplus": {
        "Gene": ("gene@gnormplus", "gene@families"),
        "FamilyName": ("gene@families",),
        "DomainMotif": ("gene@families",),
    },
    "nlmgene": {"Gene": ("gene@nlmgene",), "FamilyName": ("gene@nlmgene",), "DomainMotif": ("gene@nlmgene",)},
    "ncbi": dict.fromkeys(("SpecificDisease", "Modifier", "DiseaseClass", "CompositeMention"), ("disease@ncbi",)),
    "species": {"Species": ("species@species",)},
    "bc2gm": {"GENE": ("gene@bc2gm",)},
    "anatem": {"Anatomy": ("anatomy@anatem",)},
    "cg": {
        "Gene_or_gene_product": ("gene@cg",),
        "Simple_chemical": ("chemical@cg",),
        "Amino_acid": ("chemical@cg",),
        "Organism": ("species@cg",),
        "Cancer": ("disease@cg", "anatomy@cg"),
        "Pathological_formation": ("disease@cg", "anatomy@cg"),
        **dict.fromkeys(
            (
                "Cell",
                "Cellular_component",
                "Multi-tissue_structure",
                "Tissue",
                "Organ",
                "Organism_substance",
                "Immaterial_anatomical_entity",
                "Organism_subdivision",
                "Developing_anatomical_structure",
                "Anatomical_system",
            ),
            ("anatomy@cg",),
        ),
    },
    "drugprot": {
        "CHEMICAL": ("chemical@drugprot",),
        "GENE-Y": ("gene@drugprot",),
        "GENE-N": ("gene@drugprot",),
    },
}

# File, corpus and, for files without document ids, the part they are.
PUBTATOR = {
    "BC5CDR_TrainDev.PubTator": "bc5cdr",
    "BioRED_TrainDev.PubTator": "biored",
    "GNormPlus_Train.PubTator": "gnormplus",
    "NLMgene_Train.PubTator": "nlmgene",
    "NCBIdisease_TrainDev.PubTator": "ncbi",
    "SPECIES_Train.PubTator": "species",
}
TAGGED = {
    "BC2GM_train.tsv": ("bc2gm", "train"),
    "BC2GM_devel.tsv": ("bc2gm", "held"),
    "AnatEM_train.tsv": ("anatem", "train"),
    "AnatEM_devel.tsv": ("anatem", "held"),
    "BioNLP13CG_train.tsv": ("cg", "train"),
    "BioNLP13CG_devel.tsv": ("cg", "held"),
}
BIOC = {"../relations/drugprot_a.bioc.xml": "drugprot"}

# Of 100 documents (or sentences) of a corpus, by the checksum of the id: held back for the figures in the model
# card, and left out to choose between models. The tagged corpora bring a part of their own to be held back.
HELD_SHARE = {"bc5cdr": 16, "biored": 18, "gnormplus": 12, "nlmgene": 12, "ncbi": 12, "species": 12, "drugprot": 100}
CHOICE_SHARE = {"bc5cdr": 6, "biored": 8, "bc2gm": 6, "anatem": 5, "cg": 4}


@dataclass(frozen=True, slots=True)
class Passage:
    """A text of one corpus; `spans` by head, for every head that the corpus annotates, in order."""

    corpus: str
    id: str
    text: str
    part: str  # "train", "choice" or "held"
    spans: Mapping[str, tuple[Span, ...]]


def read_corpora(folder: Path) -> list[Passage]:
    """All passages of the corpora that stand in `folder`, without those that repeat a held-back text.

    Raises FileNotFoundError where none of the corpora is there.
    """
    passages = list(_read_all(folder))
    if not passages:
        message = f"{folder}: holds none of {', '.join([*PUBTATOR, *TAGGED])}"
        raise FileNotFoundError(message)
    return list(_drop_repeated(passages))


def _read_all(folder: Path) -> Iterator[Passage]:
    for name, corpus in PUBTATOR.items():
        if (folder / name).exists():
            yield from read_pubtator((folder / name).read_text(encoding="utf-8"), corpus)
    for name, (corpus, part) in TAGGED.items():
        if (folder / name).exists():
            yield from read_tagged((folder / name).read_text(encoding="utf-8"), corpus, part)
    for name, corpus in BIOC.items():
        if (folder / name).exists():
            yield from read_bioc((folder / name).read_text(encoding="utf-8"), corpus)


def read_pubtator(content: str, corpus: str) -> Iterator[Passage]:
    """Documents of a PubTator file: `id|t|title`, `id|a|abstract`, then tab-separated spans."""
    for chunk in re.split(r"\n\s*\n", content.strip()):
        lines = chunk.split("\n")
        title = next((line for line in lines if re.match(r"\d+\|t\|", line)), None)
        if title is None:
            continue
        number = title.split("|", 1)[0]
        abstract = next((line for line in lines if line.startswith(f"{number}|a|")), f"{number}|a|")
        text = f"{title.split('|', 2)[2]}\n{abstract.split('|', 2)[2]}"
        rows = [line.split("\t") for line in lines if "\t" in line]
        found = [(row[4], (int(row[1]), int(row[2]))) for row in rows if len(row) > 4 and row[1].isdigit()]  # noqa: PLR2004
        yield _passage(corpus, number, text, found, share_out(corpus, number))


def read_bioc(content: str, corpus: str) -> Iterator[Passage]:
    """Documents of a BioC file with one passage each."""
    for document in ET.fromstring(content).iter("document"):  # noqa: S314  (a corpus that we chose)
        number, text = document.findtext("id") or "", document.findtext("passage/text") or ""
        found = []
        for annotation in document.iter("annotation"):
            place = annotation.find("location")
            kind = next((infon.text or "" for infon in annotation.iter("infon") if infon.get("key") == "type"), "")
            if place is not None:
                start = int(place.get("offset", 0))
                found.append((kind, (start, start + int(place.get("length", 0)))))
        yield _passage(corpus, number, text, found, share_out(corpus, number))


def read_tagged(content: str, corpus: str, part: str) -> Iterator[Passage]:
    """Sentences of a file with a token and an IOB tag in each line; the text is put together from the tokens."""
    for number, chunk in enumerate(re.split(r"\n\s*\n", content.strip())):
        rows = [line.split("\t") for line in chunk.split("\n") if "\t" in line]
        text, places = join_tokens([row[0] for row in rows])
        found: list[tuple[str, Span]] = []
        for (_, tag), (start, end) in zip(rows, places, strict=True):
            mark, _, kind = tag.partition("-")
            if mark == "I" and found and found[-1][0] == kind:
                found[-1] = (kind, (found[-1][1][0], end))
            elif mark != "O":
                found.append((kind, (start, end)))
        name = f"{part}-{number}"
        yield _passage(corpus, name, text, found, part if part == "held" else share_out(corpus, name))


def join_tokens(tokens: Iterable[str]) -> tuple[str, list[Span]]:
    """Text out of tokens that lost their spaces, and the place of each token in it."""
    text, before = "", ""
    places: list[Span] = []
    for word in tokens:
        tight = word in ",.;:)]%-/'" or before in "([-/'" or (before in ".," and word[0].isdigit())
        if text and not tight:
            text += " "
        places.append((len(text), len(text) + len(word)))
        text += word
        before = word
    return text, places


def share_out(corpus: str, name: str) -> str:
    """The part that a document belongs to, the same on every machine."""
    place = crc32(f"{corpus}:{name}".encode()) % 100
    if place < HELD_SHARE.get(corpus, 0):
        return "held"
    return "choice" if place < HELD_SHARE.get(corpus, 0) + CHOICE_SHARE.get(corpus, 0) else "train"


def _passage(corpus: str, name: str, text: str, found: Iterable[tuple[str, Span]], part: str) -> Passage:
    spans: dict[str, list[Span]] = {head: [] for heads in HEADS[corpus].values() for head in heads}
    for kind, span in found:
        for head in HEADS[corpus].get(kind, ()):
            spans[head].append(span)
    return Passage(corpus, name, text, part, {head: tuple(_drop_nested(found)) for head, found in spans.items()})


def _drop_nested(spans: Iterable[Span]) -> Iterator[Span]:
    """The outermost of overlapping spans, in order."""
    end = -1
    for span in sorted(set(spans), key=lambda span: (span[0], -span[1])):
        if span[0] >= end:
            end = span[1]
            yield span


def _drop_repeated(passages: Iterable[Passage]) -> Iterator[Passage]:
    """Without training texts whose number, title or sentence stands in a part that is not trained on.

    The parts are rows of importance: a text that is held back in one corpus is left out of the others' choice too.
    """
    passages = list(passages)
    taken: set[str] = set()
    for part in ("held", "choice", "train"):
        members = [passage for passage in passages if passage.part == part]
        yield from (passage for passage in members if not taken.intersection(_fingerprints(passage)))
        taken.update(print_ for passage in members for print_ in _fingerprints(passage))


def _fingerprints(passage: Passage) -> Iterator[str]:
    """What two copies of one text share: the PubMed number, and the letters of each longer sentence."""
    if passage.id.isdigit():
        yield passage.id
    for sentence in re.split(r"\n|(?<=\.)\s", passage.text):
        letters = "".join(re.findall(r"[^\W_]+", sentence)).casefold()
        if len(letters) > 50:  # noqa: PLR2004  (shorter ones are headings that many texts share)
            yield letters
