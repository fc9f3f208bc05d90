"""Cues and how far they reach: the words that fire are rows of the lexicon, each proved by its own examples."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

import pipeline.components.sentences  # noqa: F401  (registers the factory that the component requires)
from pipeline.components import get_mentions
from pipeline.components.cues import Cues, Node, _cue_tree, cue_rows, find_cues, split_words
from pipeline.schema import Effect, Label

if TYPE_CHECKING:
    from pipeline.lexicon import CueRow


def unmark(marked: str) -> tuple[str, int, int]:
    """A text without its mark, and where the marked words begin and end."""
    before, _, rest = marked.partition("«")
    words, _, after = rest.partition("»")
    return before + words + after, len(before), len(before) + len(words)


def reaches(row: CueRow, marked: str) -> bool:
    text, start, end = unmark(marked)
    return any(
        mention.how == row.id and mention.cue and mention.cue.scope_start <= start and end <= mention.cue.scope_end
        for mention in find_cues(text)
    )


def scopes(text: str) -> list[tuple[str, str, str]]:
    return [
        (mention.cue.effect.value, mention.text, text[mention.cue.scope_start : mention.cue.scope_end])
        for mention in find_cues(text)
        if mention.cue
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It does not appear to raise dopamine.", [("negated", "not", "appear to raise dopamine"), ("hedged", "appear to", "raise dopamine")]),
        ("It lacks the calming (sleep-giving) effect.", [("negated", "lacks", "the calming (sleep-giving) effect")]),
        ("Two (no blinded) trials exist.", [("negated", "no", "blinded")]),
        ("BDNF rose, but NGF did not.", [("negated", "not", "NGF did")]),
        ("Semax is not a lipid, not a sugar; it acts on BDNF.", [("negated", "not", "a lipid, not a sugar"), ("negated", "not", "a sugar")]),
        ("Approved: no | Sold: yes", []),
        ("Effects are likely secondary — not direct.", [("hedged", "likely", "secondary"), ("negated", "not", "direct")]),
        ("It isn’t approved in the EU.", [("negated", "n’t", "approved in the EU")]),
        ("Reduced anxiety without sedation or dependence [6].", [("negated", "without", "sedation or dependence [6]")]),
        ("Studies have explored whether it binds MC4R.", [("open", "explored whether", "it binds MC4R")]),
        ("Users report focus, though these are anecdotal.", [("anecdotal", "Users report", "focus"), ("anecdotal", "anecdotal", "Users report focus, though these are anecdotal")]),
        ("It has been reported to modulate NOS.", [("reported", "has been reported to", "It has been reported to modulate NOS")]),
        ("The open trial (Sample et al., 2002) reported more attention.", [("reported", "et al., 2002) reported", "more attention")]),
        ("This may be due to stress.", [("hedged", "may be", "due to stress")]),
        ("NGF did not while BDNF rose.", [("negated", "not", "NGF did")]),
        ("A benefit is likely.", [("hedged", "likely", "A benefit is")]),
        ("Research shows that:", [("reported", "Research shows that", "Research shows that")]),
        ("It may bind MC4R, thereby raising BDNF.", [("hedged", "may", "bind MC4R, thereby raising BDNF")]),
        ("It did not bind MC4R, thereby raising BDNF.", [("negated", "not", "bind MC4R")]),
        ("In the absence of serum it is stable.", [("negated", "In the absence of", "serum")]),
        ("Whether you measure it by day or by night, it rises.", []),
        ("It causes no A, B, C or D, nor E.", [("negated", "no", "A, B, C or D, nor E"), ("negated", "nor", "E")]),
        ("None reported", [("negated", "None", "reported")]),
        ("Neither compound is approved, and neither is a supplement.", [("negated", "Neither", "compound is approved, and neither is a supplement"), ("negated", "neither", "is a supplement")]),
    ],
)  # fmt: skip
def test_scope(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert scopes(text) == expected


def test_nitric_oxide_is_no_negation() -> None:
    assert not scopes("It raised NO in the aorta.")
    assert scopes("NO HUMAN DATA EXIST HERE.")[0][0] in {"negated", "open"}


def test_a_cue_never_reaches_into_the_next_sentence() -> None:
    text = "It is not approved. It is sold."
    assert scopes(text) == [("negated", "not", "approved")]


def test_sentences_may_be_given() -> None:
    text = "It is not so and it rose"
    assert [mention.text for mention in find_cues(text, [(0, 5)])] == []
    assert [mention.text for mention in find_cues(text, [(0, len(text))])] == ["not"]


@given(st.text(alphabet="nota but—;,.()[]|’'\n İß12", max_size=200))
def test_offsets_always_point_at_the_words(text: str) -> None:
    for mention in find_cues(text):
        assert text[mention.start : mention.end] == mention.text
        assert mention.cue
        assert 0 <= mention.cue.scope_start < mention.cue.scope_end <= len(text)


@pytest.mark.parametrize(
    "part", ["not ", "study ", "in a ", "not (", "n't", "a", "whether; ", "and it ", "may due to ", "may, thereby "]
)
def test_time_grows_with_the_text_alone(part: str) -> None:
    """One sentence of 400 kB must not take minutes, whatever it repeats."""
    text = part * (400_000 // len(part))
    began = time.process_time()
    for _ in find_cues(text, [(0, len(text))]):
        pass
    assert time.process_time() - began < 20


def test_the_component_keeps_cues_within_the_sentences_of_the_doc() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("claimsift_sentences")
    nlp.add_pipe("claimsift_cues")
    analysis = nlp.analyze_pipes()
    assert analysis
    assert not analysis["problems"]["claimsift_cues"]
    doc = nlp("It may help sleep.\nIt is not a drug.")
    mentions = get_mentions(doc)
    assert [(m.label, m.cue.effect, doc.text[m.cue.scope_start : m.cue.scope_end]) for m in mentions if m.cue] == [
        (Label.CUE, Effect.HEDGED, "sleep"),
        (Label.CUE, Effect.NEGATED, "a drug"),
    ]
    assert [mention.text for mention in Cues(nlp, "cues").find(doc.text)] == ["may help", "not"]


def test_phrases_with_choices_take_no_more_room_than_their_words() -> None:
    """Six places of ten choices are sixty places, and not a million."""
    seen: dict[int, Node] = {}
    waiting = [_cue_tree()]
    while waiting:
        node = waiting.pop()
        if id(node) not in seen:
            seen[id(node)] = node
            waiting += [behind for nodes in node.following.values() for behind in nodes]
            waiting += [tail for tail, _ in node.tails]
    written = sum(len(split_words(phrase)) for row in cue_rows().values() for phrase in row.phrases)
    assert len(seen) < 2 * written
