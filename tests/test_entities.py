"""The model that ships: what it finds on sentences of our own, what it does with hostile text, and how good it is."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from itertools import pairwise, product
from typing import TYPE_CHECKING

import numpy as np
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

import pipeline.components.sentences  # noqa: F401  (registers the factory that the component requires)
from conftest import SHARED
from pipeline.components import get_mentions
from pipeline.components.entities import FACTORY, TYPES, load_entities, model_settings, read_guideline, spread_names
from pipeline.components.tagger import (
    CASES,
    ENDS,
    FOLLOWS,
    STARTS,
    TAGS,
    Name,
    hash_features,
    number_case,
    read_names,
    search_tags,
    split_words,
)
from pipeline.errors import UsageError
from pipeline.schema import Label
from training.corpora import join_tokens, read_corpora, read_pubtator, read_tagged, share_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pipeline.components.entities import Entities
    from pipeline.components.tagger import Floats
    from pipeline.page import Mention
    from training.corpora import Passage

WEIGHTS = files("pipeline") / "weights"
MOST_BYTES = 15_000_000  # of the weights, for the package must stay small
CORPORA = SHARED / "benchmarks" / "ner"
NO_CORPORA = "the corpora in ../shared are not here"

# F1 of whole names on the parts that are held back, a little below what docs/model-card.md says of the model.
FLOORS = {
    ("bc5cdr", "chemical@bc5cdr"): 0.88,
    ("bc5cdr", "disease@bc5cdr"): 0.79,
    ("bc2gm", "gene@bc2gm"): 0.78,
    ("biored", "gene@biored"): 0.85,
    ("biored", "species@biored"): 0.95,
    ("anatem", "anatomy@anatem"): 0.81,
}

# The marked name is found with its exact ends and this label.
NAMES = [
    ("Patients with «hypertension» were given a diuretic.", Label.DISEASE),
    ("The dose of «morphine» was doubled on the second day.", Label.COMPOUND),
    ("Oral «ibuprofen» lowered the fever within an hour.", Label.COMPOUND),
    ("We measured the expression of «TNF-alpha» by PCR.", Label.TARGET),
    ("Mutations of «BRCA1» were found in two families.", Label.TARGET),
    ("All «rats» were fed the same diet.", Label.SPECIES),
    ("Cultures of «Escherichia coli» grew over night.", Label.SPECIES),
    ("It accumulates in the «liver» and is excreted slowly.", Label.TISSUE),
]
NAMELESS = [
    "",
    " \n \n",
    "Orders placed before noon ship on the same day.",
    "The results are shown in the next section.",
]
HOSTILE = [
    "a" * 1_000_000,
    "(" * 20_000,
    "x " * 20_000,
    "\x00\x01 \u202e <script>alert(1)</script>",
    "\n" * 5_000 + "aspirin",
    "α" * 300 + "β" * 300,
    "1" * 5_000,
]


@pytest.fixture(scope="module")
def nlp() -> Language:
    made = spacy.blank("en")
    made.add_pipe("claimsift_sentences")
    made.add_pipe(FACTORY)
    return made


def find(nlp: Language, text: str) -> list[Mention]:
    return get_mentions(nlp(text))


def unmark(marked: str) -> tuple[str, int, int]:
    before, _, rest = marked.partition("«")
    words, _, after = rest.partition("»")
    return before + words + after, len(before), len(before) + len(words)


@pytest.mark.parametrize(("marked", "label"), NAMES)
def test_it_finds_common_names_with_their_exact_ends(nlp: Language, marked: str, label: Label) -> None:
    text, start, end = unmark(marked)
    assert (start, end, label) in {(found.start, found.end, found.label) for found in find(nlp, text)}


@pytest.mark.parametrize("text", NAMELESS)
def test_it_finds_nothing_where_nothing_is_named(nlp: Language, text: str) -> None:
    assert find(nlp, text) == []


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:12]))
def test_hostile_text_gives_mentions_that_stand_in_it(nlp: Language, text: str) -> None:
    doc = Doc(nlp.vocab, words=[word for word in text.split(" ") if word])
    mentions = list(load_entities().find(doc))
    assert all(doc.text[found.start : found.end] == found.text for found in mentions)


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=400))
def test_every_mention_quotes_the_text(text: str) -> None:
    doc = make_doc(text)
    for found in load_entities_once().find(doc):
        assert text[found.start : found.end] == found.text
        assert found.text == found.text.strip()


def test_a_mention_says_which_model_found_it(nlp: Language) -> None:
    (found,) = [one for one in find(nlp, "A dose of morphine was given.") if one.text == "morphine"]
    assert found.how == f"ner:{model_settings().name}-{model_settings().version}"
    assert found.concept_id is None


def test_many_docs_together_give_what_each_gives_alone(nlp: Language) -> None:
    texts = [unmark(marked)[0] for marked, _ in NAMES] + [*NAMELESS, "insulin and " * 200]
    together = [get_mentions(doc) for doc in nlp.pipe(texts)]
    assert together == [find(nlp, text) for text in texts]


def test_what_was_read_before_changes_nothing() -> None:
    text = "Ibuprofen and naproxen inhibit COX-2 in human monocytes of patients with arthritis."
    doc = make_doc(text)
    fresh = list(load_entities().find(doc))
    used = load_entities()
    list(used.find(make_doc(" ".join(f"word{number}" for number in range(3_000)))))
    assert list(used.find(doc)) == fresh


def test_a_full_memory_of_words_is_emptied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.components.tagger.MOST_WORDS_KEPT", 5)
    entities = load_entities()
    doc = make_doc("The dose of morphine was doubled. Oral ibuprofen lowered the fever in rats.")
    first = list(entities.find(doc))
    assert list(entities.find(doc)) == first
    assert list(load_entities().find(doc)) == first


def test_it_is_registered_and_its_requirement_is_met(nlp: Language) -> None:
    assert FACTORY in nlp.pipe_names
    assert Language.get_factory_meta(FACTORY).assigns == ["doc._.claimsift"]
    found = nlp.analyze_pipes()
    assert found is not None
    assert not found["problems"][FACTORY]


def test_the_weights_are_small_and_those_that_the_settings_name() -> None:
    content = (WEIGHTS / "entities.npz").read_bytes()
    assert len(content) <= MOST_BYTES
    assert hashlib.sha256(content).hexdigest() == model_settings().sha256


def test_every_label_has_heads_that_the_model_has() -> None:
    product = model_settings().product
    assert set(product) == {Label.COMPOUND, Label.TARGET, Label.DISEASE, Label.SPECIES, Label.TISSUE}
    assert all(head in model_settings().heads for shares in product.values() for head in shares)


def test_a_head_that_the_model_does_not_have_is_refused() -> None:
    with pytest.raises(KeyError):
        load_entities({Label.TARGET: {"gene@nowhere": 1.0}})


def test_a_guideline_takes_the_heads_of_its_corpus_and_leaves_the_others(nlp: Language) -> None:
    assert read_guideline("biored")[Label.TARGET] == {"gene@biored": 1.0}
    other = spacy.blank("en")
    other.add_pipe("claimsift_sentences")
    other.add_pipe(FACTORY, config={"guideline": "biored"})
    text = "The dose of morphine was doubled, and mutations of BRCA1 were found in the liver of rats."
    assert {found.label for found in find(other, text)} == {found.label for found in find(nlp, text)}


def test_a_guideline_that_the_model_does_not_know_is_refused_with_those_it_knows() -> None:
    with pytest.raises(UsageError, match="bc2gm, bc5cdr"):
        read_guideline("nowhere")


def test_every_head_has_a_label() -> None:
    assert {head.partition("@")[0] for head in model_settings().heads} == set(TYPES)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("IL-2Rα (5-HT)", ["IL", "-", "2Rα", "(", "5", "-", "HT", ")"]),
        ("snake_case", ["snake", "_", "case"]),
        ("", []),
    ],
)
def test_words_are_runs_of_letters_and_single_signs(text: str, words: list[str]) -> None:
    assert [text[start:end] for start, end in split_words(text, 0, len(text))] == words


@given(st.text(min_size=1, max_size=60))
def test_features_stay_within_their_tables(word: str) -> None:
    assert all(0 <= row < 64 for row in hash_features(word, 64))
    assert 0 <= number_case(word) < CASES


@given(st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_the_search_gives_whole_names_that_no_other_sequence_beats(length: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(3, length, TAGS)).astype(np.float32)
    lengths = np.array([length, max(1, length // 2), 1])
    steps = rng.normal(size=(3, TAGS, TAGS)).astype(np.float32)
    tags = search_tags(scores, steps, lengths)
    for row, size in enumerate(lengths):
        assert not tags[row, size:].any()
        covered = [place for first, last in read_names(tags[row]) for place in range(first, last + 1)]
        assert covered == np.flatnonzero(tags[row]).tolist()
        if size == length and length <= 4:
            assert _worth(scores[row], steps[row], tags[row]) == pytest.approx(
                max(_every_worth(scores[row], steps[row]))
            )


def test_a_name_that_was_found_is_found_where_else_the_doc_has_it() -> None:
    sentences = [("Xylanol", "rose"), ("No", "xylanol", "or", "Xylanol", "fell"), ("Xylanol", "-", "A")]
    found = [[Name(0, 0, 0, 4.0)], [], [Name(0, 2, 0, 1.0)]]
    assert spread_names(sentences, found) == [found[0], [Name(3, 3, 0, 2.0)], found[2]]


def test_a_name_that_was_mostly_not_found_is_not_spread() -> None:
    sentences = [("lead", "poisoning")] + [("to", "lead", "them")] * 5
    assert spread_names(sentences, [[Name(0, 0, 0, 4.0)], *[[]] * 5]) == [[Name(0, 0, 0, 4.0)], *[[]] * 5]


def test_names_of_one_label_never_overlap(nlp: Language) -> None:
    text = "Insulin-like growth factor 1 receptor and insulin receptor substrate 1 in breast cancer cells of mice."
    for label in {found.label for found in find(nlp, text)}:
        spans = sorted((found.start, found.end) for found in find(nlp, text) if found.label == label)
        assert all(left[1] <= right[0] for left, right in pairwise(spans))


def test_pubtator_spans_keep_their_characters_and_heads() -> None:
    content = "7|t|Aspirin\n7|a|It eased pain.\n7\t0\t7\tAspirin\tChemical\tD1\n7\t17\t21\tpain\tDisease\tD2\n"
    (passage,) = read_pubtator(content, "bc5cdr")
    assert passage.text == "Aspirin\nIt eased pain."
    assert passage.spans == {"chemical@bc5cdr": ((0, 7),), "disease@bc5cdr": ((17, 21),)}


def test_tagged_tokens_become_text_with_spans() -> None:
    (passage,) = read_tagged("The\tO\nIL\tB-GENE\n-\tI-GENE\n2\tI-GENE\ngene\tO\n.\tO\n", "bc2gm", "held")
    assert passage.text == "The IL-2 gene."
    assert passage.spans == {"gene@bc2gm": ((4, 8),)}


@given(st.lists(st.sampled_from(["a", "Bc", "(", ")", ",", ".", "-", "2", "'"]), max_size=30))
def test_joined_tokens_stand_at_their_places(tokens: list[str]) -> None:
    text, places = join_tokens(tokens)
    assert [text[start:end] for start, end in places] == tokens


def test_a_document_always_falls_into_the_same_part() -> None:
    assert share_out("bc5cdr", "227508") == share_out("bc5cdr", "227508")
    assert {share_out("biored", str(number)) for number in range(200)} == {"held", "choice", "train"}


@pytest.mark.skipif(not CORPORA.is_dir(), reason=NO_CORPORA)
def test_no_text_that_is_held_back_was_trained_on() -> None:
    passages = read_passages()
    held = {passage.id for passage in passages if passage.part == "held" and passage.id.isdigit()}
    assert not held & {passage.id for passage in passages if passage.part == "train"}


@pytest.mark.skipif(not CORPORA.is_dir(), reason=NO_CORPORA)
@pytest.mark.parametrize(("corpus", "head"), FLOORS)
def test_the_model_is_as_good_as_its_card_says(
    corpus: str, head: str, record_property: Callable[[str, object], None]
) -> None:
    passages = [passage for passage in read_passages() if passage.part == "held" and passage.corpus == corpus]
    docs = [make_doc(passage.text) for passage in passages]
    right = every = 0
    entities = load_entities({Label.THING: {head: 1.0}}, labels=[Label.THING])
    for passage, doc in zip(passages, entities.pipe(docs), strict=True):
        ours = {(found.start, found.end) for found in get_mentions(doc)}
        right += len(ours & set(passage.spans[head]))
        every += len(ours) + len(passage.spans[head])
    record_property("F1", round(2 * right / every, 3))
    assert 2 * right / every >= FLOORS[corpus, head]


@cache
def blank() -> Language:
    return spacy.blank("en")


def make_doc(text: str) -> Doc:
    return blank().make_doc(text)


@cache
def read_passages() -> list[Passage]:
    return read_corpora(CORPORA)


@cache
def load_entities_once() -> Entities:
    return load_entities()


def _worth(scores: Floats, steps: Floats, tags: Iterable[int]) -> float:
    row = list(tags)
    return float(
        sum(scores[place, tag] for place, tag in enumerate(row))
        + sum(steps[left, right] for left, right in pairwise(row))
    )


def _every_worth(scores: Floats, steps: Floats) -> Iterator[float]:
    """The worth of every sequence that is made of whole names."""
    for tags in product(range(TAGS), repeat=len(scores)):
        if STARTS[tags[0]] and ENDS[tags[-1]] and all(FOLLOWS[left, right] for left, right in pairwise(tags)):
            yield _worth(scores, steps, tags)
