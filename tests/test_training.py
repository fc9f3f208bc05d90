"""The training: the network in torch and the tagger in numpy are one and the same; needs the group `train`."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: `uv sync --group train`")

from pipeline.components.tagger import ENDS, FOLLOWS, STARTS, TAGS, Tagger, search_tags, split_words  # noqa: E402
from training.batches import Sentence, Vocabulary, make_batch, read_sentences  # noqa: E402
from training.corpora import Passage  # noqa: E402
from training.export import shrink_weights  # noqa: E402
from training.fit import Recipe, build_network, evaluate, fit_network  # noqa: E402
from training.network import read_field, sum_losses  # noqa: E402

HEADS = ["chemical@one", "gene@one", "gene@two"]
WORDS = ["the", "dose", "of", "aspirin", "p00"]
VECTORS = np.random.default_rng(1).normal(size=(len(WORDS), 100)).astype(np.float32)
# Every way to tag three words with whole names.
WHOLE = [
    tags
    for tags in np.ndindex(TAGS, TAGS, TAGS)
    if STARTS[tags[0]] and ENDS[tags[2]] and FOLLOWS[tags[0], tags[1]] and FOLLOWS[tags[1], tags[2]]
]
TEXTS = ["The dose of Aspirin rose.", "p53 binds IL-2Rα", "x"]


def make_vocabulary() -> Vocabulary:
    known = {word: row + 1 for row, word in enumerate(WORDS)}
    return Vocabulary(known, 512, np.array([7], dtype=np.uint32), np.array([1], dtype=np.uint8))


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in split_words(text, 0, len(text))]


def test_numpy_scores_what_torch_scores() -> None:
    vocabulary = make_vocabulary()
    sentences = [Sentence(np.array([vocabulary.add(word) for word in split(text)]), {}) for text in TEXTS]
    net = build_network(HEADS, vocabulary, VECTORS, Recipe(hidden=16)).eval()
    with torch.no_grad():
        net.own.weight.normal_()
        net.word.weight.mul_(0.5)
        batch = make_batch(sentences, vocabulary, every_head=len(HEADS))
        theirs = net(batch).numpy().reshape(len(TEXTS), len(HEADS), -1, TAGS).transpose(0, 2, 1, 3)
    weights = {**shrink_weights(net), "listed": vocabulary.listed, "levels": vocabulary.levels}
    tagger = Tagger(weights, WORDS, [{0: 1.0}, {1: 1.0}, {2: 1.0}])
    ours, lengths = tagger.score([split(text) for text in TEXTS])
    for row, length in enumerate(lengths):
        # The tables are kept in bytes, all else in halves.
        np.testing.assert_allclose(ours[row, :length], theirs[row, :length], atol=0.05)


def test_the_loss_is_that_of_counting_every_sequence() -> None:
    generator = torch.Generator().manual_seed(1)
    scores = torch.randn(1, 3, TAGS, generator=generator, requires_grad=True)
    steps = torch.randn(1, TAGS, TAGS, generator=generator, requires_grad=True)
    gold = [1, 3, 4]
    target = torch.eye(TAGS)[gold][None]
    loss = sum_losses(scores, steps, target, torch.tensor([3]), torch.ones(1))
    loss.backward()
    free_scores, free_steps = scores.detach().clone().requires_grad_(), steps.detach().clone().requires_grad_()
    every = [
        sum(free_scores[0, place, tag] for place, tag in enumerate(tags))
        + free_steps[0, tags[0], tags[1]]
        + free_steps[0, tags[1], tags[2]]
        for tags in WHOLE
    ]
    expected = torch.logsumexp(torch.stack(every), 0) - every[WHOLE.index(tuple(gold))]
    expected.backward()
    assert float(loss.detach()) == pytest.approx(float(expected.detach()), abs=1e-4)
    np.testing.assert_allclose(scores.grad, free_scores.grad, atol=1e-4)
    np.testing.assert_allclose(steps.grad, free_steps.grad, atol=1e-4)


def test_marginals_of_a_sure_field_are_its_best_sequence() -> None:
    rng = np.random.default_rng(1)
    scores = 40 * rng.normal(size=(4, 6, TAGS)).astype(np.float32)
    steps, lengths = np.zeros((4, TAGS, TAGS), dtype=np.float32), np.array([6, 5, 2, 1])
    tags = search_tags(scores, steps, lengths)
    marginals = read_field(scores, steps, lengths).marginals
    for row, length in enumerate(lengths):
        np.testing.assert_array_equal(marginals[row, :length].argmax(1), tags[row, :length])


def test_a_small_network_learns_a_few_sentences() -> None:
    vocabulary = make_vocabulary()
    passages = [
        Passage("one", str(number), f"The dose of aspirin {number} rose.", "train", {"chemical@one": ((12, 19),)})
        for number in range(40)
    ]
    sentences = list(read_sentences(passages, vocabulary, HEADS))
    recipe = Recipe(epochs=60, hidden=8, dropout=0.0, rate=0.02)
    net = build_network(HEADS, vocabulary, VECTORS, recipe)
    fit_network(net, sentences, sentences, vocabulary, recipe)
    assert evaluate(net, sentences, vocabulary) == {"chemical@one": 1.0}
