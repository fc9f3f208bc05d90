"""What explains a difference away, and what only is noted: two small pages each, read by the whole program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.schema import ConflictKind, ConflictRow, ExplainedRow
from runs import run_folder, write_pages

if TYPE_CHECKING:
    from pathlib import Path

# Name, compound, the two statements, and the reason that stands in `explained`; None where the two never meet.
EXPLAINED: list[tuple[str, str, str, str, str | None]] = [
    ("rounding", "Semax", "Semax weighs 813.9 g/mol.", "Semax weighs 813.92 g/mol.", "rounding or truncation"),
    ("truncation", "Semax", "Semax weighs 813.9 g/mol.", "Semax weighs 813.98 g/mol.", "rounding or truncation"),
    (
        "mass type",
        "Semax",
        "The monoisotopic mass of Semax is 813.35 Da.",
        "Semax weighs 813.92 g/mol.",
        "average and monoisotopic mass",
    ),
    ("salt", "Semax", "Semax acetate weighs 873.97 g/mol.", "Semax weighs 813.92 g/mol.", "different form"),
    ("cap", "TB-500", "TB-500 weighs 889.0 Da.", "Unacetylated TB-500 weighs 847.0 Da.", "different form"),
    ("complex", "GHK-Cu", "GHK-Cu weighs 403.9 g/mol.", "The free tripeptide GHK weighs 340.4 g/mol.", None),
    (
        "point in range",
        "Semax",
        "The half-life of Semax is 20-30 minutes.",
        "The half-life of Semax is 25 minutes.",
        "value in range",
    ),
    (
        "point within a bound",
        "Semax",
        "The half-life of Semax is less than 30 minutes.",
        "The half-life of Semax is 25 minutes.",
        "value within bound",
    ),
    (
        "about",
        "Semax",
        "The half-life of Semax is about 27 minutes.",
        "The half-life of Semax is 25 minutes.",
        "approximation",
    ),
    ("alternatives", "Semax", "The Tmax of Semax is 1 or 2 hours.", "The Tmax of Semax is 2 hours.", "alternatives"),
    (
        "matrix",
        "Semax",
        "The half-life of Semax in plasma is 20 minutes.",
        "The half-life of Semax in serum is 90 minutes.",
        "different matrix",
    ),
    (
        "species",
        "Semax",
        "In rats the half-life of Semax is 20 minutes.",
        "In humans the half-life of Semax is 90 minutes.",
        "different species",
    ),
    (
        "tissue",
        "Semax",
        "Semax raised NGF in the hippocampus.",
        "Semax lowered NGF in the frontal cortex.",
        "different tissue",
    ),
    ("analyte", "Semax", "Semax increased BDNF mRNA.", "Semax decreased BDNF protein.", "different analyte"),
    (
        "route",
        "Semax",
        "After intravenous injection the half-life of Semax is 20 minutes.",
        "After intranasal administration the half-life of Semax is 90 minutes.",
        "different route",
    ),
    (
        "population",
        "Semax",
        "In healthy volunteers the half-life of Semax is 20 minutes.",
        "In children the half-life of Semax is 90 minutes.",
        "different population",
    ),
    (
        "dry product and solution",
        "Semax",
        "Semax is stored at -20 °C.",
        "Once reconstituted, store Semax at 4 °C.",
        "different matrix",
    ),
    (
        "study",
        "Semax",
        "Sample et al. (2011) treated 24 patients with Semax.",
        "Example et al. (2015) treated 60 patients with Semax.",
        None,
    ),
    ("jurisdiction", "Semax", "Semax is approved in Russia.", "Semax is not approved in the United States.", None),
    (
        "another compound",
        "Semax",
        "The half-life of Semax is 20 minutes.",
        "Selank, by contrast, has a half-life of 90 minutes.",
        None,
    ),
]
ASIDE = (ConflictKind.CITATION, ConflictKind.COVERAGE)


def compare(folder: Path, name: str, *statements: str) -> tuple[list[ConflictRow], list[str]]:
    """The conflicts on pages of one statement each, and the reasons of what is explained."""
    pages = {f"page_{number}_md": f"# {name}\n\n{words}\n" for number, words in enumerate(statements)}
    run = run_folder(write_pages(folder / "raw", **pages), folder / "out")
    conflicts = [row for row in run.rows(ConflictRow) if row.kind not in ASIDE]
    return conflicts, [row.reason for row in run.rows(ExplainedRow)]


@pytest.mark.parametrize(
    ("name", "one", "other", "reason"), [case[1:] for case in EXPLAINED], ids=[case[0] for case in EXPLAINED]
)
def test_what_is_explained_is_no_conflict(tmp_path: Path, name: str, one: str, other: str, reason: str | None) -> None:
    conflicts, reasons = compare(tmp_path, name, one, other)
    assert [row.headline for row in conflicts] == []
    assert reasons == ([reason] if reason else [])


def test_numbers_of_call_outs_belong_to_their_page(tmp_path: Path) -> None:
    entries = ("Sample A. On one matter. J Example. 2001;1:1-9.", "Example B. On another. J Sample. 2011;2:3-8.")
    pages = [f"Semax increases BDNF [1].\n\n## References\n\n1. {entry}" for entry in entries]
    assert compare(tmp_path, "Semax", *pages) == ([], [])


@pytest.mark.parametrize(
    ("other", "noted"),
    [
        ("200 minutes", "200 minutes is 10 times 20 minutes"),
        ("20 hours", "20 minutes and 20 hours have one number and two units"),
        ("75 minutes", None),
    ],
)
def test_a_likely_slip_is_noted_and_stays_a_conflict(tmp_path: Path, other: str, noted: str | None) -> None:
    statements = (f"The half-life of Semax is {value}." for value in ("20 minutes", other))
    conflicts, _ = compare(tmp_path, "Semax", *statements)
    assert [row.severity for row in conflicts] == ["high"]
    assert (noted or "half-life weighs high") in conflicts[0].severity_why
    assert ("noted" in conflicts[0].severity_why) is (noted is not None)


def test_two_salts_have_two_masses_and_one_salt_has_one(tmp_path: Path) -> None:
    right, wrong = "Semax acetate weighs 873.97 g/mol.", "Semax acetate weighs 927.94 g/mol."
    conflicts, _ = compare(tmp_path, "Semax", right, wrong)
    assert [row.severity for row in conflicts] == ["high"]


def test_d_residues_in_two_places_are_two_peptides(tmp_path: Path) -> None:
    chains = ("Tyr-D-Ala-Gly-Phe-Leu", "Tyr-Ala-Gly-D-Phe-Leu", "Tyr-Ala-Gly-Phe-Leu")
    conflicts, _ = compare(tmp_path, "Dalargin", *(f"Dalargin has the sequence {chain}." for chain in chains))
    assert [(row.kind, row.sides, row.sources) for row in conflicts] == [(ConflictKind.IDENTITY, 2, 2)]


def test_a_place_that_a_page_names_itself_is_where_it_holds(tmp_path: Path) -> None:
    page = "Semax induces NGF.\n\nSemax raised NGF in the hippocampus, while NGF fell in the frontal cortex."
    assert compare(tmp_path, "Semax", page) == ([], ["different tissue"])


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Semax binds MC4R.", "Semax does not activate MC1R–MC5R.", "polarity medium"),
        ("Semax activates MC4R.", "Semax does not activate melanocortin receptors.", "polarity high"),
        ("Semax binds melanocortin receptors.", "Semax does not bind MC4R.", None),
        ("Semax binds MC4R.", "Whether Semax acts via a receptor is unresolved.", "certainty medium"),
        ("Semax activates AMPK.", "Whether Semax acts via a receptor is unresolved.", None),
        (
            "The half-life of Semax is 20 minutes.",
            "The half-life of Semax is poorly characterized.",
            "certainty medium",
        ),
        ("Semax increases BDNF.", "Semax may increase BDNF.", "certainty low"),
        ("Semax increases BDNF.", "Some users report that Semax lowers BDNF.", "direction medium"),
        ("Semax is derived from ACTH(4-10).", "Semax contains the ACTH(4-7) fragment.", "identity medium"),
        ("Semax contains ACTH(4-10).", "Semax contains the ACTH(4-7) fragment.", "identity high"),
    ],
)
def test_kinds_and_levels(tmp_path: Path, one: str, other: str, expected: str | None) -> None:
    conflicts, _ = compare(tmp_path, "Semax", one, other)
    assert [f"{row.kind} {row.severity}" for row in conflicts] == ([expected] if expected else [])


def test_lists_that_differ_are_coverage(tmp_path: Path) -> None:
    pages = ("Semax is used for stroke, anxiety and optic nerve disease.", "Indications: stroke, cognitive impairment.")
    folder = write_pages(tmp_path / "raw", a_md=f"# Semax\n\n{pages[0]}\n", b_md=f"# Semax\n\n{pages[1]}\n")
    found = run_folder(folder, tmp_path / "out").rows(ConflictRow)
    assert [f"{row.kind} {row.severity}" for row in found] == ["coverage low"]


def run_editions(folder: Path, published: tuple[str, str], supersedes: str) -> tuple[list[ConflictRow], list[str]]:
    """Two pages of which `sources.csv` says when they were published, and perhaps that the second replaces the first."""
    pages = {f"page_{number}_md": f"# Semax\n\nThe half-life of Semax is {value}.\n" for number, value in ENUMERATED}
    raw = write_pages(folder / "raw", **pages)
    rows = (f"page_0.md,{published[0]},", f"page_1.md,{published[1]},{supersedes}")
    (raw / "sources.csv").write_text("\n".join(("path,published,supersedes", *rows, "")), encoding="utf-8")
    run = run_folder(raw, folder / "out")
    return list(run.rows(ConflictRow)), [row.reason for row in run.rows(ExplainedRow)]


ENUMERATED = ((0, "20 minutes"), (1, "75 minutes"))


def test_an_edition_that_is_replaced_contradicts_nobody(tmp_path: Path) -> None:
    assert run_editions(tmp_path, ("2019-05-02", "2024-01-31"), "page_0.md") == ([], ["superseded edition"])


@pytest.mark.parametrize(
    ("other", "noted"), [("2024-01-31", "A is older (2019-05-02) than B (2024-01-31)"), ("", None)]
)
def test_an_older_page_is_noted_and_stays_in_the_conflict(tmp_path: Path, other: str, noted: str | None) -> None:
    conflicts, _ = run_editions(tmp_path, ("2019-05-02", other), "")
    assert [row.severity for row in conflicts] == ["high"]
    assert ("older" in conflicts[0].severity_why) is (noted is not None)
    assert (noted or "") in conflicts[0].severity_why
