"""Effects told without saying them again, of compounds that no lexicon has, and beside what only provokes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conftest import make_page
from pipeline.extract import extract_statements
from pipeline.lexicon_check.claims import say
from pipeline.schema import Polarity

if TYPE_CHECKING:
    from pipeline.annotate import Annotator


def tell(annotator: Annotator, case: str) -> set[str]:
    title, _, text = case.partition("|")
    page = make_page(*text.split("\n"), title=title)
    return {say(statement) for statement in extract_statements(annotator.annotate(page)).statements}


ECHOES = [
    ("Pair|Semax raised BDNF; Selank did not.", "selank not increases bdnf"),
    ("Pair|Semax raised BDNF, whereas Selank had no such effect.", "selank not increases bdnf"),
    ("Pair|Semax raised BDNF, and so did Selank.", "selank increases bdnf"),
    ("Pair|Semax raises BDNF. Selank does the same.", "selank increases bdnf"),
    ("Pair|Semax did not raise BDNF, nor did Selank.", "selank not increases bdnf"),
    ("Pair|Semax did not raise cortisol; ACTH did.", "acth increases cortisol"),
    ("Pair|Semax raised BDNF. P21 did not, and neither did Selank.", "selank not increases bdnf"),
    ("Pair|BDNF rose with Semax but not with Selank.", "selank not increases bdnf"),
    ("Pair|Semax but not Selank raised BDNF.", "selank not increases bdnf"),
    ("Pair|Semax but not Selank raised BDNF.", "semax increases bdnf"),
]


@pytest.mark.parametrize(("case", "expected"), ECHOES)
def test_what_is_not_said_again_is_read(case: str, expected: str, annotator: Annotator) -> None:
    assert expected in tell(annotator, case)


NO_ECHOES = [
    "Pair|Semax is not sold in the EU; Selank is.",
    "Pair|Semax raised BDNF. Selank is older.",
    "Pair|Semax raised BDNF. Adding it to Selank did not.",
    "Pair|Semax raised BDNF, lowered IL-6 in mice, and was compared with Selank.",
]


@pytest.mark.parametrize("case", NO_ECHOES)
def test_what_points_back_to_no_effect_says_nothing(case: str, annotator: Annotator) -> None:
    assert not any(said.startswith("selank ") and "bdnf" in said for said in tell(annotator, case))


def test_an_echo_shows_both_sentences_and_its_cue(annotator: Annotator) -> None:
    page = make_page("Semax raised BDNF. Selank did not.", title="Pair")
    made = extract_statements(annotator.annotate(page)).statements
    echo = next(statement for statement in made if say(statement).startswith("selank "))
    assert page.text[echo.start : echo.end] == "Semax raised BDNF. Selank did not."
    assert (echo.polarity, echo.cue) == (Polarity.NEGATED, "did not")


STRANGERS = [
    ("MVT-602: a kisspeptin analogue|It raises LH.", "mvt-602 increases lh"),
    ("SS-31|SS-20 looks alike yet does little. Even so, it raised BDNF.", "ss-20 increases bdnf"),
    ("SURMOUNT-1|Tirzepatide is old. It raised BDNF.", "tirzepatide increases bdnf"),
]


@pytest.mark.parametrize(("case", "expected"), STRANGERS)
def test_a_name_that_no_lexicon_has_is_the_subject(case: str, expected: str, annotator: Annotator) -> None:
    assert expected in tell(annotator, case)


# What is said, and what would be said of something that only provokes, is compared, or stands in another part.
TRAPS = [
    ("Dihexa|In scopolamine-treated rats it raised BDNF.", "dihexa increases bdnf", "scopolamine increases bdnf"),
    (
        "Dihexa|It reduced the inflammation provoked by LPS.",
        "dihexa decreases inflammation",
        "lps decreases inflammation",
    ),
    ("Dihexa|Its analogue PAT raised BDNF.", None, "dihexa increases bdnf"),
    ("Dihexa|BDNF was raised in rats treated with FGL2X.", None, "dihexa increases bdnf"),
    (
        "Dihexa|In patients IL-6 and TNF-alpha decreased, BDNF increased.",
        "dihexa increases bdnf",
        "tnf-a decreases bdnf",
    ),
    ("Dihexa|Dihexa lowered TNF-alpha in IL-10 knockout mice.", "dihexa decreases tnf-a", "dihexa decreases il-10"),
    ("Dihexa|BDNF, but not NGF, rose after Semax.", "semax not increases ngf", "semax increases ngf"),
    ("Dihexa|BDNF, but not NGF, rose after Semax.", "semax increases bdnf", "semax not increases bdnf"),
    ("Dihexa|In mice lacking MC4R, Semax still raised BDNF.", "semax increases bdnf", "semax not increases bdnf"),
    ("Dihexa|Semax raised BDNF while lowering cortisol.", "semax decreases cortisol", "dihexa decreases cortisol"),
    (
        "Dihexa|It neither binds MC4R nor is its effect reversed by naloxone.",
        "dihexa not binds mc4r",
        "naloxone not binds mc4r",
    ),
    ("Dihexa|BDNF went up in four of seven placebo patients.", None, "dihexa increases bdnf"),
    ("Dihexa|Tirzepatide favours the GIP receptor over GLP-1R.", None, "tirzepatide increases gip-receptor"),
    ("Dihexa|Semax raises BDNF. Selank does this too. Cortisol was lowered.", None, "selank decreases cortisol"),
]


@pytest.mark.parametrize(("case", "expected", "wrong"), TRAPS)
def test_an_effect_is_said_of_the_right_one(case: str, expected: str | None, wrong: str, annotator: Annotator) -> None:
    said = tell(annotator, case)
    assert expected is None or expected in said
    assert wrong not in said
