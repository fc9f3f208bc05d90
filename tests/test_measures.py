"""What a number measures: sentences of our own, hostile text, and how good the model is on texts it has not seen."""

from __future__ import annotations

import re
import sys
from functools import cache
from typing import TYPE_CHECKING

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

import pipeline.components.citations
import pipeline.components.concepts
import pipeline.components.sentences  # noqa: F401  (registers the factories that come before)
from conftest import SHARED
from pipeline.components import add_mentions, get_mentions
from pipeline.components.measures import (
    FACTORY,
    Candidate,
    Measure,
    Measurer,
    Measures,
    Number,
    choose_pair,
    find_place,
    list_candidates,
    list_features,
    load_measurer,
    share_words,
    split_words,
    walk_gaps,
)
from pipeline.components.quantities import Quantities
from pipeline.page import Mention
from pipeline.schema import Label
from runs import ROOT, load_script

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

MEASEVAL = SHARED / "benchmarks" / "measeval" / "train"

# Text with the quantity marked; then its thing and its property.
MEASURED = [
    ("The half-life of Semax in plasma was «about 20 minutes».", "Semax in plasma", "half-life"),
    ("Semax has a molecular weight of «813.9 Da».", "Semax", "molecular weight"),
    ("Purity of the peptide was «98.5%» by HPLC.", "peptide", "Purity"),
    ("It binds the receptor with a Kd of «2.4 nM».", "receptor", "Kd"),
    ("The lake has a depth of «30 m».", "lake", "depth"),
    ("The density of the oil was «0.9 g/mL».", "oil", "density"),
    ("We analysed «36» samples of soil.", "samples of soil", None),
    ("The column was kept at «40 °C».", "column", None),
]


def measure(text: str, known: tuple[Mention, ...] = ()) -> list[Measure]:
    nlp = spacy.blank("en")
    numbers = Quantities(nlp, "quantities").find(text, known)
    return list(Measures(load_measurer()).find(text, [*known, *numbers]))


@pytest.mark.parametrize(("marked", "thing", "named"), MEASURED, ids=[row[0] for row in MEASURED])
def test_a_number_leads_to_its_thing_and_its_property(marked: str, thing: str, named: str | None) -> None:
    text = re.sub("[«»]", "", marked)
    [found] = measure(text)
    assert f"«{found.quantity.text}»" in marked
    assert found.thing is not None
    assert found.thing.text == thing == text[found.thing.start : found.thing.end]
    assert (found.property.text if found.property else None) == named


def test_a_known_name_is_the_thing_itself() -> None:
    name = Mention(start=0, end=5, text="Semax", label=Label.COMPOUND, how="x")
    [found] = measure("Semax has a molecular weight of 813.9 Da.", (name,))
    assert found.thing is name
    assert found.property is not None
    assert found.property.label is Label.PROPERTY


def test_a_year_measures_nothing() -> None:
    assert measure("The study began in 2001.") == []


def test_words_of_several_numbers_are_one_mention() -> None:
    found = measure("The depth of the lake was 30 m in May and 28 m in June.")
    things = {id(item.thing) for item in found if item.thing and item.thing.text == "lake"}
    assert len(found) == 2
    assert len(things) <= 1


def test_the_component_tells_each_number_where_thing_and_property_stand() -> None:
    doc = spacy.blank("en").make_doc("The density of the oil was 0.9 g/mL.")
    add_mentions(doc, Quantities(spacy.blank("en"), "quantities").find(doc.text))
    component = Measures(load_measurer())
    number, thing, named = get_mentions(component(doc))
    assert [(item.label, item.text, item.nested) for item in (thing, named)] == [
        (Label.THING, "oil", True),
        (Label.PROPERTY, "density", True),
    ]
    assert number.measured == ((thing.start, thing.end), (named.start, named.end))


def test_a_doc_without_numbers_has_no_measures() -> None:
    doc = Measures(load_measurer())(Doc(spacy.blank("en").vocab, words=["No", "number", "."]))
    assert get_mentions(doc) == []


def test_spacy_knows_the_component_and_its_needs_are_met() -> None:
    nlp = spacy.blank("en")
    for name in ("claimsift_sentences", "claimsift_concepts", "claimsift_quantities", FACTORY):
        nlp.add_pipe(name)
    analysis = nlp.analyze_pipes()
    assert analysis is not None
    assert not any(analysis["problems"].values())


# ---- candidates and their choice ----------------------------------------------------------------------------


def test_no_candidate_holds_a_number_a_stop_or_a_verb_of_state() -> None:
    text = "Oil (heavy) is 0.9 g/mL, and water has 1.0 g/mL of mass."
    words = split_words(text, (0, len(text)), [Number(15, 23, "x"), Number(39, 47, "x")])
    runs = [words.words[run.first : run.last] for run in list_candidates(words, find_place(words, Number(15, 23, "x")))]
    written = [" ".join(word.text for word in run) for run in runs]
    assert "Oil" in written
    assert "water" in written
    assert not [run for run in written if re.search(r"<N>|[().,]|\bis\b|\bhas\b", run)]


def test_a_score_is_the_sum_of_its_features() -> None:
    text = "In our hands the mean half-life of the new peptide (n = 6) in rats was 20 min after one dose."
    numbers = [Number(55, 56, "none"), Number(71, 77, "time")]
    words = split_words(text, (0, len(text)), numbers)
    measurer = load_measurer()
    for number in numbers:
        place = find_place(words, number)
        gaps = walk_gaps(words, place)
        scored = list(measurer.score(words, place, number.unit))
        assert len(scored) > 10
        for candidate, score in scored:
            names = list_features(words, place, candidate, gaps[candidate.edge], number.unit)
            found = [measurer.weights.get(name, (0.0, 0.0)) for name in names]
            assert score == pytest.approx(tuple(sum(role) for role in zip(*found, strict=True)))


def test_thing_and_property_do_not_touch() -> None:
    long, short, other = Candidate(0, 4, True), Candidate(3, 4, True), Candidate(0, 2, True)
    things = [(0.9, long), (0.4, other), (0.0, None)]
    properties = [(0.8, short), (0.0, None)]
    assert choose_pair(things, properties) == (other, short)


@pytest.mark.parametrize(("one", "other", "share"), [((0, 2), (0, 2), 1.0), ((0, 2), (1, 3), 0.5), ((0, 1), (1, 2), 0)])
def test_common_words_are_shared_out(one: tuple[int, int], other: tuple[int, int], share: float) -> None:
    assert share_words(Candidate(*one, True), Candidate(*other, True)) == share


# ---- hostile input ------------------------------------------------------------------------------------------

HOSTILE = [
    "5 mg ",
    "oil ",
    "oil of 5 mg ",
    "a (b) 5 ",
    "5, ",
    "of of ",
    "5 mg\n",
    "x" * 50 + " 5 mg ",
    "é 5 mg",
    "(1) ",
    "[",
]
SHORT, LONG = 2_000, 4_000


class Ledger(dict[str, tuple[float, float]]):
    """Weights that count how often they are asked for."""

    asked = 0

    def get(self, key: str, default: object = None) -> tuple[float, float] | None:  # type: ignore[override]
        self.asked += 1
        return super().get(key)


@pytest.mark.parametrize("piece", HOSTILE, ids=lambda piece: repr(piece[:12]))
def test_work_grows_with_the_length_of_hostile_text(piece: str) -> None:
    asked = []
    for size in (SHORT, LONG):
        text = (piece * size)[:size]
        ledger = Ledger(load_measurer().weights)
        numbers = list(Quantities(spacy.blank("en"), "quantities").find(text))
        list(Measures(Measurer(ledger)).find(text, numbers))
        asked.append(ledger.asked)
    assert asked[1] <= 2.5 * asked[0] + 2_000


@given(st.text(alphabet="0123456789.,-–±%mghof abcthewas()[]=\n", max_size=150))
@settings(max_examples=100, deadline=None)
def test_any_text_is_read_without_error(text: str) -> None:
    for found in measure(text):
        for words in (found.thing, found.property):
            if words is not None:
                assert text[words.start : words.end] == words.text
                assert words.end <= found.quantity.start or words.start >= found.quantity.end


# ---- quality ------------------------------------------------------------------------------------------------


@cache
def load_benchmark(name: str) -> ModuleType:
    sys.path.insert(0, str(ROOT / "benchmarks"))  # one benchmark reads another
    try:
        return load_script(ROOT / "benchmarks" / f"{name}.py")
    finally:
        sys.path.pop(0)


@cache
def list_held_back() -> tuple[Path, ...]:
    return tuple(sorted((MEASEVAL / "text").glob("*.txt"))[:: load_benchmark("quantities").HELD_BACK])


needs_texts = pytest.mark.skipif(not MEASEVAL.is_dir(), reason="the annotated texts are not here")


# Measured on the held-back fifth when the floors were set: 0.72, 0.89 and 0.91.
@needs_texts
@pytest.mark.parametrize(
    ("figure", "of", "floor"), [("exact", "both", 0.70), ("overlap", "both", 0.87), ("units_right", "units", 0.89)]
)
def test_quantities_of_unseen_texts_are_found(figure: str, of: str, floor: float) -> None:
    score_text = load_benchmark("quantities").score_text
    counts = sum((score_text(path) for path in list_held_back()), start=type(score_text(list_held_back()[0]))())
    whole = (counts["gold"] + counts["found"]) / 2 if of == "both" else counts["units"]
    assert counts[figure] / whole >= floor


# Measured when the floors were set: 0.48 and 0.48 by overlap, 0.54 over all nine parts.
@needs_texts
@pytest.mark.parametrize(("part", "floor"), [("entity", 0.44), ("property", 0.43)])
def test_things_and_properties_of_unseen_texts_are_found(part: str, floor: float) -> None:
    tally = load_benchmark("measures").score_texts(list(list_held_back()))[part]
    assert 2 * tally.touching / tally.parts >= floor


def test_the_scorer_gives_what_the_task_describes() -> None:
    measures = load_benchmark("measures")
    text = "The old lake is 30 m deep."

    def state(thing: tuple[int, int], unit: str | None) -> object:
        return measures.Statement(
            measures.Span(16, 20), unit, frozenset(), measures.Span(*thing), measures.Span(21, 25)
        )

    tallies = measures.defaultdict(measures.Tally)
    measures.compare_statements(text, [state((4, 12), "m")], [state((8, 12), "km")], tallies)
    figures = {name: (tally.rows, tally.exact, round(tally.overlap, 2)) for name, tally in tallies.items()}
    assert figures["quantity"] == (1, 1, 1)
    assert figures["entity"] == (1, 0, 0.67)  # "lake" of "old lake"
    assert figures["unit"] == (1, 0, 0)
    assert figures["HasProperty"] == (1, 1, 1)
    measures.compare_statements(text, [], [state((8, 12), "m")], tallies)
    assert (tallies["quantity"].rows, tallies["quantity"].parts, tallies["quantity"].exact) == (2, 3, 1)
