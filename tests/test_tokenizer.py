from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.annotate.model import BoundedTokenizer

if TYPE_CHECKING:
    from spacy.tokens import Doc

NLP = spacy.blank("en")
BOUNDED = BoundedTokenizer(NLP.tokenizer, NLP.vocab)

runs = st.builds(lambda piece, times: piece * times, st.text(min_size=1, max_size=4), st.integers(0, 2_500))


@settings(max_examples=25, deadline=None)
@given(st.lists(runs, max_size=4))
def test_the_tokens_hold_every_character(parts: list[str]) -> None:
    text = " ".join(parts)
    doc = BOUNDED(text)
    assert doc.text == text
    assert all(text[token.idx : token.idx + len(token)] == token.text for token in doc)


def test_text_without_a_long_run_is_left_to_the_inner_tokenizer() -> None:
    text = "Semax (4-10) isn't 5 mg/kg. " * 50
    assert [token.text for token in BOUNDED(text)] == [token.text for token in NLP.tokenizer(text)]


@pytest.mark.parametrize("letter", ["&", "(", "]", "a", "-"])
def test_the_work_grows_with_the_length_alone(letter: str) -> None:
    """The inner tokenizer sees no run that is longer, however long the text is."""
    seen: list[int] = []

    def note(text: str) -> Doc:
        seen.append(max(len(word) for word in text.split()))
        return NLP.tokenizer(text)

    BoundedTokenizer(note, NLP.vocab)(f"Semax {letter * 11_000} end")
    assert max(seen) <= 506
    assert len(seen) == 23
