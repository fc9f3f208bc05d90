"""The network in torch, for training alone, and the loss of its conditional random fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

TAGS = 5  # O, B, I, E, S
# May the second follow the first? A name begins with B or S, goes on with I, ends with E or S.
FOLLOWS = np.array(
    [[1, 1, 0, 0, 1], [0, 0, 1, 1, 0], [0, 0, 1, 1, 0], [1, 1, 0, 0, 1], [1, 1, 0, 0, 1]], dtype=np.float32
)
STARTS = np.array([1, 1, 0, 0, 1], dtype=np.float32)
ENDS = np.array([1, 0, 0, 1, 1], dtype=np.float32)
CHARS = 128  # rows of the table of characters; 0 is none


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
        word_width: int = 100,
        row_width: int = 64,
        char_width: int = 64,
        hidden: int = 128,
        layers: int = 1,
        dropout: float = 0.4,
    ) -> None:
        super().__init__()
        self.heads = tuple(heads)
        self.types = tuple(dict.fromkeys(head.partition("@")[0] for head in heads))
        self.type_of = torch.tensor([self.types.index(head.partition("@")[0]) for head in heads])
        self.word = nn.Embedding(words, word_width)
        self.row = nn.EmbeddingBag(rows, row_width, mode="mean")
        nn.init.normal_(self.row.weight, std=0.3)
        self.char_width = char_width
        if char_width:
            self.char = nn.Embedding(CHARS, 32, padding_idx=0)
            self.conv = nn.Conv1d(32, char_width, 3, padding=1)
            self.conv2 = nn.Conv1d(char_width, char_width, 3, padding=1)
        width = word_width + row_width + char_width
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

    def embed(self, words: Tensor, rows: Tensor, bags: Tensor, chars: Tensor) -> Tensor:
        """Vectors of different words: [n] ids, the features of all in a row with their starts, [n, letters]."""
        parts = [self.word(words), self.row(rows, bags)]
        if self.char_width:
            signs = self.char(chars).transpose(1, 2)
            mask = (chars > 0).unsqueeze(1)
            signs = torch.relu(self.conv(signs)) * mask
            signs = torch.relu(self.conv2(signs)).masked_fill(~mask, 0.0)
            parts.append(signs.amax(2))
        return torch.cat(parts, dim=1)

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
        return vectors * self.drop(vectors.new_ones(vectors.shape[0], 1, vectors.shape[2]))


def _flip_index(lengths: Tensor, longest: int) -> Tensor:
    """For each place of a sentence the place that takes its turn when the sentence is read backwards."""
    place = torch.arange(longest).unsqueeze(0)
    turned = lengths.unsqueeze(1) - 1 - place
    return torch.where(turned >= 0, turned, place)


class FieldLoss(torch.autograd.Function):
    """Negative log likelihood of tag sequences; gradients by the forward and backward sums, without a tape."""

    @staticmethod
    def forward(ctx: Any, scores: Tensor, steps: Tensor, gold: Tensor, lengths: Tensor) -> Tensor:  # noqa: ANN401
        """`scores` [n, words, TAGS], `steps` [n, TAGS, TAGS], `gold` [n, words], `lengths` [n]; the sum of losses.

        Gold below zero is a word of which nothing is known.
        """
        value, by_score, by_step = sum_field(scores.detach().numpy(), steps.detach().numpy(), gold.numpy(), lengths.numpy())
        ctx.save_for_backward(torch.from_numpy(by_score), torch.from_numpy(by_step))
        return scores.new_tensor(value)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, Tensor, None, None]:  # noqa: ANN401
        """Marginals less gold."""
        by_score, by_step = ctx.saved_tensors
        return by_score * grads[0], by_step * grads[0], None, None


Floats = Any


def sum_field(scores: Floats, steps: Floats, gold: Floats, lengths: Floats) -> tuple[float, Floats, Floats]:
    """Loss and its gradients by scores and steps."""
    count, longest, _ = scores.shape
    inside = np.arange(longest)[None, :] < lengths[:, None]
    top = scores.max(axis=2, keepdims=True)
    local = np.exp(scores - top)
    move = np.exp(steps) * FOLLOWS
    alpha = np.empty((longest, count, TAGS), dtype=np.float32)
    norm = np.empty((longest, count), dtype=np.float32)
    for place in range(longest):
        now = STARTS * local[:, 0] if place == 0 else (alpha[place - 1][:, :, None] * move).sum(1) * local[:, place]
        norm[place] = now.sum(1)
        alpha[place] = now / norm[place][:, None]
    rows = np.arange(count)
    final = alpha[lengths - 1, rows] * ENDS
    total = final.sum(1)
    beta = np.empty((longest, count, TAGS), dtype=np.float32)
    for place in range(longest - 1, -1, -1):
        if place == longest - 1:
            beta[place] = ENDS
            continue
        after = ((local[:, place + 1] * beta[place + 1])[:, None, :] * move).sum(2) / norm[place + 1][:, None]
        beta[place] = np.where((place == lengths - 1)[:, None], ENDS, after)
    marginal = alpha * beta
    marginal /= marginal.sum(2, keepdims=True)
    marginal = marginal.transpose(1, 0, 2) * inside[:, :, None]
    pair = alpha[:-1].transpose(1, 0, 2)[:, :, :, None] * move[:, None]
    pair = pair * (local[:, 1:] * beta[1:].transpose(1, 0, 2))[:, :, None, :]
    pair /= np.maximum(pair.sum((2, 3), keepdims=True), 1e-30)
    pair = (pair * inside[:, 1:, None, None]).sum(1)
    log_all = ((np.log(norm).T + top[:, :, 0]) * inside).sum(1) + np.log(total)
    safe = np.where(inside, gold, 0)
    hot = np.eye(TAGS, dtype=np.float32)[safe] * inside[:, :, None]
    log_gold = (scores * hot).sum((1, 2))
    counts = np.zeros_like(steps)
    both = inside[:, 1:]
    np.add.at(counts, (np.broadcast_to(rows[:, None], both.shape)[both], safe[:, :-1][both], safe[:, 1:][both]), 1.0)
    log_gold += (steps * counts).sum((1, 2))
    return float((log_all - log_gold).sum()), marginal - hot, pair - counts
