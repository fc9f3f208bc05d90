"""Fit a network to sentences, and let fitted networks teach another one."""

from __future__ import annotations

import logging
import math
import random
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from pipeline.components.tagger import read_names, search_tags
from training.batches import cut_batches, make_batch
from training.network import Network, read_field, sum_losses

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from training.batches import Batch, Sentence, Vocabulary

    Floats = npt.NDArray[np.float32]

LOG = logging.getLogger(__name__)

BATCH = 3000  # words, padding included
WARM = 200  # batches in which the rate rises
LEAST_RATE = 0.02  # share of the rate that is left at the end
CLIP = 5.0  # norm of the gradient
AVERAGED = 0.99  # of the average of the weights, kept every ten batches
FORGET = 0.5  # a word seen n times in training is taken for unknown FORGET / (FORGET + n) of the times
VECTOR_SPREAD = 0.5  # standard deviation of the numbers of the word vectors at the start


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a network is built and fitted."""

    epochs: float = 10
    hidden: int = 128
    layers: int = 1
    dropout: float = 0.4
    rate: float = 2e-3
    decay: float = 0.01
    own_decay: float = 0.1  # of what tells the heads of one type apart
    seed: int = 1


def build_network(heads: Sequence[str], vocabulary: Vocabulary, vectors: Floats, recipe: Recipe) -> Network:
    """A network with random weights, but for the table of words, which starts with `vectors`."""
    torch.manual_seed(recipe.seed)
    net = Network(
        heads,
        words=len(vocabulary.known) + 1,
        rows=vocabulary.rows,
        hidden=recipe.hidden,
        layers=recipe.layers,
        dropout=recipe.dropout,
    )
    with torch.no_grad():
        net.word.weight.zero_()
        net.word.weight[1:] = torch.from_numpy(vectors / vectors.std() * VECTOR_SPREAD)
    return net


def fit_network(
    net: Network,
    train: Sequence[Sentence],
    choice: Sequence[Sentence],
    vocabulary: Vocabulary,
    recipe: Recipe,
) -> None:
    """Fit `net`, and leave it with the average of its weights."""
    shuffler, rng = random.Random(recipe.seed), np.random.default_rng(recipe.seed)  # noqa: S311  (no secret)
    counts = np.array([vocabulary.counts[row] for row in range(len(vocabulary.known) + 1)])
    forget = FORGET / (FORGET + counts)
    optimiser = _make_optimiser(net, recipe)
    average = {name: value.detach().clone() for name, value in net.state_dict().items()}
    total = int(len(cut_batches(train, BATCH, random.Random(0))) * recipe.epochs)  # noqa: S311
    LOG.info("%d sentences, %d batches, %s", len(train), total, recipe)
    step, losses, begun = 0, [0.0], time.process_time()
    for epoch in range(math.ceil(recipe.epochs)):
        net.train()
        for sentences in cut_batches(train, BATCH, shuffler)[: total - step]:
            batch = make_batch(sentences, vocabulary, forget=forget, rng=rng)
            losses.append(_take_step(net, batch, optimiser, recipe.rate * _plan_rate(step, total)))
            step += 1
            if step % 10 == 0:
                _update_average(average, net, min(AVERAGED, step / (10 + step)))
        own = {name: value.detach().clone() for name, value in net.state_dict().items()}
        net.load_state_dict(average)
        scores = evaluate(net, choice, vocabulary)
        figures = " ".join(f"{head}={100 * score:.1f}" for head, score in scores.items())
        LOG.info("epoch %d cpu %.0f s loss %.3f mean %.4f %s", epoch + 1, time.process_time() - begun,
                 np.mean(losses), np.mean(list(scores.values())), figures)  # fmt: skip
        losses = []
        if epoch + 1 < recipe.epochs:
            net.load_state_dict(own)
    net.eval()


def evaluate(net: Network, sentences: Sequence[Sentence], vocabulary: Vocabulary) -> dict[str, float]:
    """F1 of whole names for each head, on sentences of its own corpus."""
    net.eval()
    counts: dict[str, Counter[str]] = {}
    for some in cut_batches(sentences, 2 * BATCH, random.Random(0)):  # noqa: S311
        batch = make_batch(some, vocabulary)
        scores, steps, lengths = _score(net, batch)
        tags = search_tags(scores, steps, lengths)
        gold = batch.target.numpy().argmax(2).astype(np.int8)
        for row, head in enumerate(batch.pairs[:, 1].tolist()):
            ours, theirs = set(read_names(tags[row])), set(read_names(gold[row]))
            counter = counts.setdefault(net.heads[head], Counter())
            counter.update(right=len(ours & theirs), all=len(ours) + len(theirs))
    return {head: 2 * counter["right"] / max(1, counter["all"]) for head, counter in sorted(counts.items())}


def average_networks(nets: Sequence[Network]) -> dict[str, torch.Tensor]:
    """The mean of the weights of networks that were fitted from one start."""
    states = [net.state_dict() for net in nets]
    return {name: torch.stack([state[name] for state in states]).mean(0) for name in states[0]}


def ask_teachers(teachers: Sequence[Network], sentences: Sequence[Sentence], vocabulary: Vocabulary) -> None:
    """Give each sentence the mean of the teachers' marginals for every head."""
    for some in cut_batches(sentences, BATCH, random.Random(0)):  # noqa: S311
        heads = len(teachers[0].heads)
        batch = make_batch(some, vocabulary, every_head=heads)
        mean = np.mean([read_field(*_score(teacher, batch)).marginals for teacher in teachers], axis=0)
        mean = mean.reshape(len(some), heads, *mean.shape[1:]).transpose(0, 2, 1, 3)
        for row, sentence in enumerate(some):
            sentence.belief = mean[row, : len(sentence.words)].astype(np.float16)


def _score(net: Network, batch: Batch) -> tuple[Floats, Floats, npt.NDArray[np.int64]]:
    """Scores, steps and lengths of all pairs."""
    net.eval()
    with torch.no_grad():
        steps = net.steps[net.type_of[batch.pairs[:, 1]]]
        return net(batch).numpy(), steps.numpy(), batch.lengths[batch.pairs[:, 0]].numpy()


def _take_step(net: Network, batch: Batch, optimiser: torch.optim.Optimizer, rate: float) -> float:
    steps = net.steps[net.type_of[batch.pairs[:, 1]]]
    lengths = batch.lengths[batch.pairs[:, 0]]
    loss = sum_losses(net(batch), steps, batch.target, lengths, batch.sure) / len(batch.pairs)
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(net.parameters(), CLIP)
    for group in optimiser.param_groups:
        group["lr"] = rate
    optimiser.step()
    optimiser.zero_grad(set_to_none=True)
    return float(loss.detach())


def _make_optimiser(net: Network, recipe: Recipe) -> torch.optim.Optimizer:
    own = [value for name, value in net.named_parameters() if name.startswith("own.")]
    rest = [value for name, value in net.named_parameters() if not name.startswith("own.")]
    groups = [{"params": rest, "weight_decay": recipe.decay}, {"params": own, "weight_decay": recipe.own_decay}]
    return torch.optim.AdamW(groups, lr=recipe.rate, betas=(0.9, 0.98), fused=True)


def _plan_rate(step: int, total: int) -> float:
    """A share of the rate: up in a line, then down along a cosine."""
    falling = 0.5 * (1 + math.cos(math.pi * step / total))
    return min(1.0, (step + 1) / WARM) * (LEAST_RATE + (1 - LEAST_RATE) * falling)


def _update_average(average: dict[str, torch.Tensor], net: Network, keep: float) -> None:
    with torch.no_grad():
        for name, value in net.state_dict().items():
            average[name].lerp_(value, 1 - keep)
