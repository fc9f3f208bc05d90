"""The network in torch, for training alone, and the loss of its conditional random fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from pipeline.components.tagger import CASES, ENDS, FOLLOWS, LEVELS, STARTS, TAGS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from training.batches import Batch

    Floats = npt.NDArray[np.float32]

WORD_WIDTH = 100  # numbers in a row of the table of words
ROW_WIDTH = 64  # ... of hashed features
KIND_WIDTH = 24  # ... of ways to write a word


class Network(nn.Module):
    """Words to scores of tags: tables and letters of each word, a BiLSTM over the sentence, linear heads.

    Head `type@corpus` has the weights of its type plus a difference of its own, which weight decay keeps small.
    """

    def __init__(
        self,
        heads: Sequence[str],
        *,
        words: int,
        rows: int,
        hidden: int = 128,
        layers: int = 1,
        dropout: float = 0.4,
    ) -> None:
        super().__init__()
        self.heads = tuple(heads)
        self.types = tuple(dict.fromkeys(head.partition("@")[0] for head in heads))
        self.type_of = torch.tensor([self.types.index(head.partition("@")[0]) for head in heads])
        self.word = nn.Embedding(words, WORD_WIDTH)
        self.row = nn.EmbeddingBag(rows, ROW_WIDTH, mode="mean")
        nn.init.normal_(self.row.weight, std=0.3)
        self.kind = nn.Embedding(CASES * LEVELS, KIND_WIDTH)
        width = WORD_WIDTH + ROW_WIDTH + KIND_WIDTH
        self.forth = nn.LSTM(width, hidden, batch_first=True)
        self.back = nn.LSTM(width, hidden, batch_first=True)
        self.layers = layers
        if layers > 1:
            self.forth2 = nn.LSTM(2 * hidden, hidden, batch_first=True)
            self.back2 = nn.LSTM(2 * hidden, hidden, batch_first=True)
        self.drop = nn.Dropout(dropout)
        self.dropout = dropout
        self.shared = nn.Linear(2 * hidden, len(self.types) * TAGS)
        self.own = nn.Linear(2 * hidden, len(heads) * TAGS)
        nn.init.zeros_(self.own.weight)
        nn.init.zeros_(self.own.bias)
        self.steps = nn.Parameter(torch.zeros(len(self.types), TAGS, TAGS))

    def forward(self, batch: Batch) -> Tensor:
        """Scores [pairs, words, TAGS] of the pairs of a batch."""
        vectors = self.embed(batch.words, batch.rows, batch.bags, batch.kinds)
        return self.score(self.encode(vectors[batch.index], batch.lengths), batch.pairs)

    def embed(self, words: Tensor, rows: Tensor, bags: Tensor, kinds: Tensor) -> Tensor:
        """Vectors of n different words: `words`, `kinds` [n], the features of all in `rows`, their starts in `bags`."""
        return torch.cat([self.word(words), self.row(rows, bags), self.kind(kinds)], dim=1)

    def encode(self, vectors: Tensor, lengths: Tensor) -> Tensor:
        """[sentences, words, width] to [sentences, words, 2 * hidden]."""
        flip = _flip_index(lengths, vectors.shape[1])
        out = self._both(self.forth, self.back, self._drop_columns(vectors), flip)
        if self.layers > 1:
            out = out + self._both(self.forth2, self.back2, self._drop_columns(out), flip)
        return self._drop_columns(out)

    def weights(self) -> tuple[Tensor, Tensor]:
        """Weights [heads, TAGS, 2 * hidden] and bias [heads, TAGS] of every head."""
        types, width = len(self.types), self.shared.weight.shape[1]
        weight = self.shared.weight.view(types, TAGS, width)[self.type_of]
        bias = self.shared.bias.view(types, TAGS)[self.type_of]
        return weight + self.own.weight.view(-1, TAGS, width), bias + self.own.bias.view(-1, TAGS)

    def score(self, encoded: Tensor, pairs: Tensor) -> Tensor:
        """Scores [pairs, words, TAGS] of (sentence, head) pairs [pairs, 2]."""
        weight, bias = self.weights()
        every = encoded @ weight.flatten(0, 1).T + bias.flatten()
        shape = (*encoded.shape[:2], len(self.heads), TAGS)
        return every.view(shape).transpose(1, 2)[pairs[:, 0], pairs[:, 1]]

    def _both(self, forth: nn.LSTM, back: nn.LSTM, vectors: Tensor, flip: Tensor) -> Tensor:
        index = flip.unsqueeze(2)
        ahead, _ = forth(vectors)
        behind, _ = back(vectors.gather(1, index.expand(-1, -1, vectors.shape[2])))
        return torch.cat([ahead, behind.gather(1, index.expand(-1, -1, behind.shape[2]))], dim=2)

    def _drop_columns(self, vectors: Tensor) -> Tensor:
        """Dropout that leaves out the same columns in all words of a sentence."""
        if not self.training or not self.dropout:
            return vectors
        kept: Tensor = self.drop(vectors.new_ones(vectors.shape[0], 1, vectors.shape[2]))
        return vectors * kept


def _flip_index(lengths: Tensor, longest: int) -> Tensor:
    """For each place of a sentence the place that takes its turn when the sentence is read backwards."""
    place = torch.arange(longest).unsqueeze(0)
    turned = lengths.unsqueeze(1) - 1 - place
    return torch.where(turned >= 0, turned, place)


class FieldLoss(torch.autograd.Function):
    """Cross entropy of a conditional random field against tags that are known or believed.

    The gradients are those of the forward and backward sums: marginals less targets.
    """

    @staticmethod
    def forward(ctx: Any, scores: Tensor, steps: Tensor, target: Tensor, lengths: Tensor, sure: Tensor) -> Tensor:  # noqa: ANN401
        """The sum of the losses of all rows, less what the targets alone decide.

        Shapes: `scores` and `target` [rows, words, TAGS], `steps` [rows, TAGS, TAGS], `lengths` and `sure` [rows].
        Where a row is not sure, its steps are not learned: its targets are marginals of single words.
        """
        field = read_field(scores.detach().numpy(), steps.detach().numpy(), lengths.numpy())
        goal = target.numpy()
        by_score = field.marginals - goal
        pairs = np.einsum("nti,ntj->nij", goal[:, :-1], goal[:, 1:])
        by_step = (field.pairs - pairs) * sure.numpy()[:, None, None]
        value = field.log_sum.sum() - (scores.detach().numpy() * goal).sum() - (steps.detach().numpy() * pairs).sum()
        ctx.save_for_backward(torch.from_numpy(by_score), torch.from_numpy(by_step))
        return scores.new_tensor(float(value))

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, Tensor, None, None, None]:  # noqa: ANN401
        """Gradients by scores and steps."""
        by_score, by_step = ctx.saved_tensors
        return by_score * grads[0], by_step * grads[0], None, None, None


def sum_losses(scores: Tensor, steps: Tensor, target: Tensor, lengths: Tensor, sure: Tensor) -> Tensor:
    """The sum of the losses of all rows, as `FieldLoss` has it."""
    total: Tensor = FieldLoss.apply(scores, steps, target, lengths, sure)  # type: ignore[no-untyped-call]
    return total


@dataclass(frozen=True, slots=True)
class Field:
    """Sums over all sequences of tags: marginals [rows, words, TAGS], expected steps [rows, TAGS, TAGS], log sums."""

    marginals: Floats
    pairs: Floats
    log_sum: Floats


def read_field(scores: Floats, steps: Floats, lengths: npt.NDArray[np.int64]) -> Field:
    """The forward and backward sums, scaled at each word."""
    count, longest, _ = scores.shape
    inside = np.arange(longest)[None, :] < lengths[:, None]
    top = scores.max(axis=2, keepdims=True)
    local = np.exp(scores - top).transpose(1, 0, 2)  # [words, rows, TAGS]
    move = np.exp(steps) * FOLLOWS
    alpha, norm = _sum_forward(local, move)
    beta = _sum_backward(local, move, norm, lengths)
    marginals = alpha * beta
    marginals = marginals / marginals.sum(2, keepdims=True)
    both = alpha[:-1, :, :, None] * move * (local[1:] * beta[1:])[:, :, None, :]
    both /= np.maximum(both.sum((2, 3), keepdims=True), np.float32(1e-30))
    both *= inside.T[1:, :, None, None]
    ends = (alpha[lengths - 1, np.arange(count)] * ENDS).sum(1)
    log_sum = ((np.log(norm).T + top[:, :, 0]) * inside).sum(1) + np.log(ends)
    return Field(marginals.transpose(1, 0, 2) * inside[:, :, None], both.sum(0), log_sum)


def _sum_forward(local: Floats, move: Floats) -> tuple[Floats, Floats]:
    alpha, norm = np.empty_like(local), np.empty(local.shape[:2], dtype=np.float32)
    for place in range(len(local)):
        now = local[0] * STARTS if place == 0 else (alpha[place - 1][:, :, None] * move).sum(1) * local[place]
        norm[place] = now.sum(1)
        alpha[place] = now / norm[place][:, None]
    return alpha, norm


def _sum_backward(local: Floats, move: Floats, norm: Floats, lengths: npt.NDArray[np.int64]) -> Floats:
    beta = np.empty_like(local)
    beta[-1] = ENDS
    for place in range(len(local) - 2, -1, -1):
        after = ((local[place + 1] * beta[place + 1])[:, None, :] * move).sum(2) / norm[place + 1][:, None]
        beta[place] = np.where(np.equal(lengths - 1, place)[:, None], ENDS, after)
    return beta
