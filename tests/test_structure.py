"""Effects and facts that rows, fields, lists and answers tell without a sentence; a page and its claims a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.clean import clean_source
from pipeline.extract import extract_statements
from pipeline.extract.directions import read_question
from pipeline.lexicon_check.claims import say
from pipeline.page import Source
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.annotate import Annotator
    from pipeline.page import Statement


def read(annotator: Annotator, text: str) -> list[Statement]:
    source = Source("page.md", "0" * 64, len(text.encode()), "utf-8", "text/markdown", text)
    page = clean_source(source, None, Settings.model_validate({}))
    return list(extract_statements(annotator.annotate(page)).statements)


def table(title: str, *rows: str) -> str:
    """A page with a pipe table; the first row is its head."""
    line = "|" + "---|" * (rows[0].count("|") + 1)
    return f"# {title}\n\n" + "\n".join([f"| {rows[0]} |", line, *(f"| {row} |" for row in rows[1:])]) + "\n"


TABLES = [
    (
        table("Retatrutide", "Receptor | Action", "GIPR | full agonist", "GCGR | agonist", "MC4R | –"),
        {"retatrutide activates gip-receptor", "retatrutide activates glucagon-receptor"},
    ),
    (
        table("Pasireotide", "Marker | Change", "IGF-1 | ↓↓", "Blood glucose | raised", "Prolactin | no change"),
        {
            "pasireotide decreases igf-1",
            "pasireotide increases blood-glucose",
            "pasireotide not modulates prolactin",
        },
    ),
    (
        table(
            "Secretagogues",
            "Peptide | Effect on cortisol | Raises appetite?",
            "GHRP-6 | ↑ | Yes",
            "Ipamorelin | none | No",
        ),
        {
            "ghrp-6 increases cortisol",
            "ghrp-6 increases appetite",
            "ipamorelin not modulates cortisol",
            "ipamorelin not increases appetite",
        },
    ),
    (
        table("Two peptides", "Feature | Semax | Selank", "BDNF | ↑ | unchanged", "Side effects | headache | –"),
        {"semax increases bdnf", "selank not modulates bdnf", "semax increases headache"},
    ),
    (
        table("Setmelanotide", "Outcome | Setmelanotide | Placebo", "Body weight | −11.2 % | −0.4 %"),
        {"setmelanotide decreases −11.2 %"},
    ),
    (
        table("Setmelanotide", "Side effect | Setmelanotide | Placebo", "Nausea | 40 % | 12 %"),
        {"setmelanotide increases 40 %"},
    ),
    (table("Semax", "Term | Meaning", "BDNF | a growth factor of the brain", "Cortisol | a hormone"), set()),
    (table("Semax", "Marker | Baseline", "Cortisol | 12 µg/dL", "BDNF | higher in the morning"), set()),
]


@pytest.mark.parametrize(("page", "expected"), TABLES)
def test_a_row_tells_which_way_something_goes(page: str, expected: set[str], annotator: Annotator) -> None:
    effects = {"increases", "decreases", "modulates", "activates", "inhibits", "binds"}
    assert {say(s) for s in read(annotator, page) if s.predicate in effects} == expected


LISTS = [
    (
        "# Sermorelin\n\n## Benefits\n\n- Restful sleep\n- Wound healing (in rats)\n- Less belly fat\n- No sedation\n",
        {
            "sermorelin increases sleep-quality",
            "sermorelin increases wound-healing",
            "sermorelin not increases sedation",
        },
    ),
    (
        "# Semax\n\n## Possible side effects of Semax\n\n- Nasal irritation\n- Headache (rare)\n- It is not for children\n",
        {"semax increases nasal-irritation", "semax increases headache"},
    ),
    (
        "# Selank\n\n- **Main effects:** anxiety, memory, neuroprotection\n- **No effect on:** cortisol\n",
        {
            "selank decreases anxiety",
            "selank increases memory",
            "selank has_activity neuroprotection",
            "selank not modulates cortisol",
        },
    ),
    (
        "# Selank\n\n## Benefits\n\n- Ask your doctor about sleep before the course\n- Reduced appetite is a risk\n",
        set(),
    ),
    ("# Selank\n\n## Storage\n\n- Sleep\n- Memory\n", set()),
]


@pytest.mark.parametrize(("page", "expected"), LISTS)
def test_a_list_names_what_it_promises(page: str, expected: set[str], annotator: Annotator) -> None:
    rules = {"key-benefit", "key-harm", "key-unaffected", "up-none"}
    assert {say(s) for s in read(annotator, page) if s.rule in rules} == expected


ANSWERS = [
    ("Does Semax raise cortisol?", "No.", {"semax not increases cortisol"}),
    ("Does it cause dependence?", "No, not in any study.", {"semax not increases dependence"}),
    ("Is Semax sedating?", "No.", {"semax not has_activity sedation"}),
    ("Will it affect blood pressure?", "Yes, a little.", {"semax modulates blood-pressure"}),
    ("Which hormones does it lower?", "ACTH and cortisol.", {"semax decreases acth", "semax decreases cortisol"}),
    ("Is it banned by WADA?", "Yes.", {"semax legal_status prohibited in sport"}),
    ("What is the usual dose?", "Around 300 mcg before bed.", {"semax dose Around 300 mcg"}),
    ("Does Semax raise cortisol?", "Nobody knows.", set()),
    ("Why does it not raise cortisol?", "No idea.", set()),
]


@pytest.mark.parametrize(("question", "answer", "expected"), ANSWERS)
def test_an_answer_says_what_its_question_asks(
    question: str, answer: str, expected: set[str], annotator: Annotator
) -> None:
    made = read(annotator, f"# Semax\n\n## {question}\n\n{answer}\n")
    assert {say(s) for s in made if s.rule in {"question-answered", "number-headed"}} == expected


FIELDS = [
    ("- **Routes studied in rats:** oral, intranasal", {"semax route oral", "semax route intranasal"}),
    ("- **Oral bioavailability:** not established in people", {"semax evidence_gap not established in people"}),
    ("- **FDA approved:** false", {"semax not approved_in United States"}),
    ("MW 813.9, CAS 80714-61-0, formula C37H51N9O10S", {"semax cas_number 80714-61-0"}),
]


@pytest.mark.parametrize(("line", "expected"), FIELDS)
def test_a_field_is_known_by_any_of_its_names(line: str, expected: set[str], annotator: Annotator) -> None:
    assert expected <= {say(s) for s in read(annotator, f"# Semax\n\n{line}\n")}


def test_the_head_of_a_column_says_for_whom_its_numbers_hold(annotator: Annotator) -> None:
    made = read(annotator, table("Semax", "Form | Half-life (rat) | Half-life (human)", "Semax | 20 min | 30 min"))
    assert {s.context.get("species") for s in made if s.predicate == "half_life"} == {"rat", "human"}


@pytest.mark.parametrize(
    ("head", "expected"),
    [("Effect on cortisol", "modulates"), ("Lowers ACTH?", "decreases"), ("Raises awareness", None), ("Price", None)],
)
def test_a_head_with_a_verb_asks_for_an_effect(head: str, expected: str | None) -> None:
    asked = read_question(head)
    assert (asked.predicate if asked else None) == expected


GIVEN = [
    ("# Gut hormones\n\n## PYY(3-36)\n\nIt reduces food intake.\n", {"pyy decreases food-intake"}),
    ("# Galanin explained\n\nGalanin reduces seizures.\n", {"galanin decreases seizures"}),
    (
        "# Gut hormones\n\nMotilin is a hormone of 22 residues. It speeds gastric emptying.\n",
        {"motilin increases gastric-emptying"},
    ),
    ("# How to raise growth hormone\n\nIpamorelin raises growth hormone.\n", {"ipamorelin increases growth-hormone"}),
    ("# Ipamorelin\n\n## Growth hormone\n\nIt reduces food intake.\n", {"ipamorelin decreases food-intake"}),
]


@pytest.mark.parametrize(("page", "expected"), GIVEN)
def test_a_hormone_that_heads_a_page_or_section_is_its_compound(
    page: str, expected: set[str], annotator: Annotator
) -> None:
    assert {say(s) for s in read(annotator, page) if s.object_id is not None} == expected


GAPPED = [
    ("Exenatide has a half-life of 2.4 hours. Lixisenatide: 3 hours.", {"exenatide": 2.4, "lixisenatide": 3.0}),
    ("The half-life of liraglutide is 13 hours, exenatide's 2.4 hours.", {"liraglutide": 13.0, "exenatide": 2.4}),
    ("Exenatide has a half-life of 2.4 hours. Lixisenatide, 3 hours later, was given.", {"exenatide": 2.4}),
]


@pytest.mark.parametrize(("text", "expected"), GAPPED)
def test_a_number_without_its_verb_is_what_the_one_before_was(
    text: str, expected: dict[str, float], annotator: Annotator
) -> None:
    told = [s for s in read(annotator, f"# Incretins\n\n{text}\n") if s.predicate == "half_life" and s.quantity]
    assert {s.subject.concept_id.partition(":")[2]: s.quantity.value for s in told if s.quantity} == expected
