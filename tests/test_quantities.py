"""Numbers with units: what is found, what is left alone, what they lead to, and how two of them compare."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from operator import attrgetter

import pint
import pytest
import spacy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.components import add_mentions, get_mentions
from pipeline.components.quantities import Quantities
from pipeline.lexicon import Unit, units
from pipeline.page import Mention, Quantity
from pipeline.quantity import (
    compare,
    convert,
    find_numbers,
    find_quantities,
    parse_field_quantity,
    to_base,
)
from pipeline.quantity.numerals import uses_decimal_comma
from pipeline.schema import Comparator, Label

MARKED = re.compile("[«»]")

# Text with the quantity marked, then: comparator, value, high end, others, unit.
FOUND = [
    # forms of numbers
    ("Take «1,400 mg» of it", "=", 1400, None, (), "mg"),
    ("«1.400,5 mg» davon", "=", 1400.5, None, (), "mg"),
    ("Eine «0,1 %» Lösung", "=", 0.1, None, (), "%"),
    ("at «10⁻⁹ M» it", "=", 1e-9, None, (), "mol/L"),
    ("at «10^-9 M» it", "=", 1e-9, None, (), "mol/L"),
    ("with «1.5 × 10^3 cells» in", "=", 1500, None, (), "{cell}"),
    ("with «2.5×10⁶ cells» in", "=", 2.5e6, None, (), "{cell}"),
    ("about it: «1.5e-3 mol» of", "=", 1.5e-3, None, (), "mol"),
    ("for «three weeks» on", "=", 3, None, (), "wk"),
    ("for «Twenty-one days» on", "=", 21, None, (), "d"),
    ("has «5.9 million» of", "=", 5.9e6, None, (), ""),
    ("took «½ tablet» a", "=", 0.5, None, (), "{tablet}"),
    ("in «two-thirds» of", "=", 2 / 3, None, (), ""),
    ("in «10/12» of them", "=", 10 / 12, None, (), ""),
    ("a «1:10» dilution", "=", 0.1, None, (), ""),
    ("with p = «.05» here", "=", 0.05, None, (), ""),
    ("weighs «10\u202f000 g» there", "=", 10000, None, (), "g"),
    ("of «2·4 mg» once", "=", 2.4, None, (), "mg"),
    # effects
    ("rose «twofold» then", "=", 2, None, (), "{fold}"),
    ("a «7-fold» rise", "=", 7, None, (), "{fold}"),
    ("rose by «42%» then", "=", 42, None, (), "%"),
    ("«2- to 3-fold» more", "range", 2, 3, (), "{fold}"),
    ("given «3× per week» now", "=", 3, None, (), "/wk"),
    ("given «2-3x daily» now", "range", 2, 3, (), "/d"),
    ("set to «zero» by", "=", 0, None, (), ""),
    ("an error of «+5%» in", "=", 5, None, (), "%"),
    ("at «10−9 M» it", "=", 1e-9, None, (), "mol/L"),
    ("at «10-9 M» it", "=", 1e-9, None, (), "mol/L"),
    ("from «3 × 10− 5 m» on", "=", 3e-5, None, (), "m"),
    ("after «1 h 30 min» it", "=", 90, None, (), "min"),
    ("for «2 years and 3 months» it", "=", 27, None, (), "mo"),
    # ranges
    ("aged «≥18 and ≤65 years» then", "range", 18, 65, (), "a"),
    ("took «more than 5 but less than 10 mg» then", "range", 5, 10, (), "mg"),
    ("the «range from 5 to 9 mg» there", "range", 5, 9, (), "mg"),
    ("of «(5–10) × 10^6 cells» in", "range", 5e6, 1e7, (), "{cell}"),
    ("taken «10−20 mg» then", "range", 10, 20, (), "mg"),
    ("lasts «4–10 h» there", "range", 4, 10, (), "h"),
    ("keeps «2 to 3 weeks» there", "range", 2, 3, (), "wk"),
    ("«between 5 and 10 mg»", "range", 5, 10, (), "mg"),
    ("«from 2 to 3 h» on", "range", 2, 3, (), "h"),
    ("store at «2-8 °C» dry", "range", 2, 8, (), "Cel"),
    ("store at «2° to 8 °C» dry", "range", 2, 8, (), "Cel"),
    ("store at «2-8C» dry", "range", 2, 8, (), "Cel"),
    ("keep at «−20 to −80 °C» dry", "range", -80, -20, (), "Cel"),
    ("that is «36–46 °F» there", "range", 36, 46, (), "[degF]"),
    ("acts «30 minutes to 2 hours» long", "range", 0.5, 2, (), "h"),
    ("took «500 mcg–1 mg» a day", "range", 0.5, 1, (), "mg"),
    ("took «5 mg-10 mg» a day", "range", 5, 10, (), "mg"),
    ("«from 50% to around 80%» of", "range", 50, 80, (), "%"),
    ("aged «18–45 years» then", "range", 18, 45, (), "a"),
    # lists
    ("a «0.1% or 1%» spray", "list", 0.1, None, (1,), "%"),
    ("at «5, 10 and 20 mg» each", "list", 5, None, (10, 20), "mg"),
    ("at «5 mg and 10 mg» each", "list", 5, None, (10,), "mg"),
    ("in «0.5 mg, 1 mg, or 2 mg» steps", "list", 0.5, None, (1, 2), "mg"),
    ("was «120/80 mmHg» then", "list", 120, None, (80,), "mm[Hg]"),
    ("on «days 1, 3 and 7» they", "list", 1, None, (3, 7), "d"),
    ("at «−20/−80 °C» dry", "list", -20, None, (-80,), "Cel"),
    ("a «20 × 30 mm» patch", "list", 20, None, (30,), "mm"),
    ("a «2 m × 3 m» wall", "list", 2, None, (3,), "m"),
    ("a «6 × 4 × 2 cm3» block", "list", 6, None, (4, 2), "cm3"),
    # bounds and approximations
    ("«fewer than 50 subjects»", "<", 50, None, (), "{subject}"),
    ("for «up to about 20 h» it", "<=", 20, None, (), "h"),
    ("use «within 4 weeks» of", "<=", 4, None, (), "wk"),
    ("«no more than 5 mg» of", "<=", 5, None, (), "mg"),
    ("is «≤ 5 °C» there", "<=", 5, None, (), "Cel"),
    ("«At least 98 %» pure", ">=", 98, None, (), "%"),
    ("is «≥99%» pure", ">=", 99, None, (), "%"),
    ("is «99%+» pure", ">=", 99, None, (), "%"),
    ("men «18 years or older» there", ">=", 18, None, (), "a"),
    ("«5 or more patients» of", ">=", 5, None, (), "{subject}"),
    ("«50+ years» of", ">=", 50, None, (), "a"),
    ("«more than 90%» of", ">", 90, None, (), "%"),
    ("«over 200» papers", ">", 200, None, (), ""),
    ("trained over «12 weeks» then", "=", 12, None, (), "wk"),
    ("«up to 2–3 weeks» there", "<=", 3, None, (), "wk"),
    ("half-life «~20 minutes» (plasma)", "~", 20, None, (), "min"),
    ("half-life «approx. 20 min» in", "~", 20, None, (), "min"),
    ("a stay of «roughly 19-21 days» there", "range", 19, 21, (), "d"),
    ("half-life «5 ± 2 h» in", "+/-", 5, 2, (), "h"),
    ("gave «(1.2 ± 0.3) × 10^5 cells» in", "+/-", 120000, 30000, (), "{cell}"),
    ("at «(20 ± 2) °C» for", "+/-", 20, 2, (), "Cel"),
    ("aged «10.5 (±2.1) years» then", "+/-", 10.5, 2.1, (), "a"),
    ("took «5 mg (± 1 mg)» then", "+/-", 5, 1, (), "mg"),
    ("was «46.8% ± 1.6%» of", "+/-", 46.8, 1.6, (), "%"),
    ("an error of «±5%» in", "+/-", 0, 5, (), "%"),
    # units
    ("weighs «887.04 Da» as", "=", 887.04, None, (), "g/mol"),
    ("weighs «340.4 g mol⁻¹» as", "=", 340.4, None, (), "g/mol"),
    ("weighs «4.9 kDa» as", "=", 4.9, None, (), "kg/mol"),
    ("KD «2.4 nM» and", "=", 2.4, None, (), "nmol/L"),
    ("Kd «0.5 µM» and", "=", 0.5, None, (), "umol/L"),
    ("took «300 mcg» and", "=", 300, None, (), "ug"),
    ("took «300 μg» and", "=", 300, None, (), "ug"),
    ("took «300 micrograms» and", "=", 300, None, (), "ug"),
    ("took «50 µg/kg/day» and", "=", 50, None, (), "ug/kg/d"),
    ("took «50 μg/kg per day» and", "=", 50, None, (), "ug/kg/d"),
    ("has «500 pg/mL» in", "=", 500, None, (), "pg/mL"),
    ("has «40 mg mL⁻¹» in", "=", 40, None, (), "mg/mL"),
    ("a flux of «35 g C m−2 yr−1» in", "=", 35, None, (), "g/m2/a"),
    ("a line at «1200 cm− 1» there", "=", 1200, None, (), "/cm"),
    ("with «40 trees ha−1» there", "=", 40, None, (), "{trees}/har"),
    ("with «900 stems/ha» there", "=", 900, None, (), "{stems}/har"),
    ("a «0.1% (w/v)» gel", "=", 0.1, None, (), "%"),
    ("took «5000 IU» and", "=", 5000, None, (), "[iU]"),
    ("freeze at «-20°C» and", "=", -20, None, (), "Cel"),
    ('freeze: "«-20 °C» dry"', "=", -20, None, (), "Cel"),
    ("at «37C» and", "=", 37, None, (), "Cel"),
    ("a «43-residue» chain", "=", 43, None, (), "{residue}"),
    ("a «15-amino-acid» chain", "=", 15, None, (), "{residue}"),
    ("of «7 aa» in", "=", 7, None, (), "{residue}"),
    ("a «30-day» course", "=", 30, None, (), "d"),
    ("Sold as «10MG» now", "=", 10, None, (), "mg"),
    ("1 × «5 mg» vial", "=", 5, None, (), "mg"),
    ("at «Day 14» they", "=", 14, None, (), "d"),
    # samples
    ("small (N=«18») study", "=", 18, None, (), "{subject}"),
    ("small (n = «6–8») study", "range", 6, 8, (), "{subject}"),
    ("in «18 healthy male volunteers» it", "=", 18, None, (), "{subject}"),
    ("in «24 critically ill patients» it", "=", 24, None, (), "{subject}"),
    ("of «1,961 adults» it", "=", 1961, None, (), "{subject}"),
    ("in «20 rats» it", "=", 20, None, (), "{subject}"),
    # a time with an article, halves
    ("it rises «within an hour» of", "<=", 1, None, (), "h"),
    ("a half-life of «roughly a week» is", "~", 1, None, (), "wk"),
    ("it lasts «half an hour» then", "=", 0.5, None, (), "h"),
    ("it lasts «two and a half days» then", "=", 2.5, None, (), "d"),
    ("i.e. «2- to 3-fold» more", "range", 2, 3, (), "{fold}"),
    ("at a «1∶11» ratio", "=", 1 / 11, None, (), ""),
    ("a «1:2» molar ratio", "=", 0.5, None, (), ""),
    # units of the sciences
    ("a band at «1450 cm-1» here", "=", 1450, None, (), "/cm"),
    ("beams of «13 TeV» meet", "=", 13, None, (), "TeV"),
    ("a star of «2.3 M⊙» is", "=", 2.3, None, (), "{solar mass}"),
    ("yields of «1.2 t ha−1» are", "=", 1.2, None, (), "t/har"),
    ("a load of «10 A g−1» is", "=", 10, None, (), "A/g"),
    ("it conducts «0.6 W/(m·K)» well", "=", 0.6, None, (), "W/m/K"),
    ("given «5 mg/(kg day)» now", "=", 5, None, (), "mg/kg/d"),
    ("binds at «2 × 10^5 M−1 s−1» then", "=", 2e5, None, (), "L/mol/s"),
    ("gave «150 µmol photons m−2 s−1» it", "=", 150, None, (), "umol/m2/s"),
    ("a fall of «9.8 m/s2» there", "=", 9.8, None, (), "m/s2"),
    ("for «two decades» now", "=", 2, None, (), "{decade}"),
    ("«from 2 h-3 h» on", "range", 2, 3, (), "h"),
]

NOTHING = [
    "IL-6, 5-HT, BPC-157, TB-500, MC4R and CYP3A4 are names.",
    "BPC 157 and GLP 1 are names too.",
    "C62H98N16O22 is a formula.",
    "CAS 137525-51-0 is a number of the registry.",
    "ACTH(4–10) is a fragment, Tβ4(17-23) another.",
    "At residues 4–7 and position 12 it binds.",
    "See Table 3, Fig. 2, Figs. 3 and 4, Figure 3C and page 12.",
    "A Phase 2 trial, Phases 1/2, and phases 3, 5, and 7.",
    "Type 2 diabetes is a disease.",
    "They say so [10][11], [3, 4] and [7–9].",
    "They say so (22).",
    "It costs €32 or $42.50, 30 € or EUR 30, $30–$50, 42 dollars.",
    "Call +1 (555) 010-0199 or 555-010-0199.",
    "Suite 200, Lot 2207, SKU 10234, Cat. No. 4021.",
    "doi:10.5555/12345678 and https://example.org/a/12?b=34 and a12@b34.example",
    "Version 1.2.3 and the address 10.0.0.1.",
    "At 15:44, at 15:44:19 and at 3 pm.",
    "2025;18(2):185 and Suppl 7:81–104.",
    "One of the two-tailed tests, a dozen, one by one.",
    "2) Which of them",
    "1. Which of them",
    "The 2nd and the 3rd.",
    "NIH 3T3 cells and 5×FAD mice.",
    "PMID: 16996037 and PubChem CID 9941957",
    "24/7 support.",
    "The 5′ and 3′ ends.",
    "With x 2 and ∑ 2 it goes on.",
    "Cluster 5 and scenarios 2 and 3.",
    "A 3D view, then a 2D view.",
    "the Voyager 1 craft",
    "No number at all.",
    "An hour later a week had gone.",
    "A 3 × 3 matrix of them.",
    "For n+1 and 2n+1 of them.",
    "It was cut behind Lys 244.",
    "Complexes 5–7 are here.",
    "",
]

DATES = [
    ("In «2001» it", 2001, None),
    ("A «2025» study", 2025, None),
    ("«from 1991 to 1993» it", 1991, 1993),
    ("in «2015–16» it", 2015, 2016),
    ("in the «1980s» it", 1980, 1989),
    ("in the «1980s and 1990s» it", 1980, 1999),
    ("in the «early 1970s» it", 1970, 1974),
    ("in the «mid-1990s» it", 1993, 1997),
    ("on «May 9, 2026» it", 2026, None),
    ("on «9th August 2008» it", 2008, None),
    ("in «December 2015» it", 2015, None),
    ("on «2026-06-16T15:44:19.094312+00:00» it", 2026, None),
    ("on «09.05.2026» it", 2026, None),
    ("«around 1985» it", 1985, None),
    ("by Sample and others, Example «2025», it", 2025, None),
    ("in Sample's «1973» thesis", 1973, None),
]


def unmark(marked: str) -> tuple[str, tuple[int, int]]:
    start = marked.index("«")
    return MARKED.sub("", marked), (start, marked.index("»") - 1)


def spans_of(marked: str) -> tuple[str, list[str]]:
    return MARKED.sub("", marked), re.findall("«([^»]*)»", marked)


@pytest.mark.parametrize(("marked", "expected"), [(row[0], row[1:]) for row in FOUND], ids=[row[0] for row in FOUND])
def test_a_quantity_is_found_with_its_words(
    marked: str, expected: tuple[str, float, float | None, tuple[float, ...], str]
) -> None:
    comparator, value, high, others, unit = expected
    text, span = unmark(marked)
    [(start, end, quantity)] = find_quantities(text)
    assert (start, end) == span
    assert quantity.written == text[start:end]
    assert (quantity.comparator, quantity.unit) == (comparator, unit)
    assert quantity.value == pytest.approx(value)
    assert quantity.value_high == (None if high is None else pytest.approx(high))
    assert quantity.others == pytest.approx(others)


@pytest.mark.parametrize("text", NOTHING)
def test_what_is_no_quantity_is_left_alone(text: str) -> None:
    assert [text[start:end] for start, end, _ in find_quantities(text)] == []


@pytest.mark.parametrize(("marked", "value", "high"), DATES, ids=[row[0] for row in DATES])
def test_a_year_is_a_date(marked: str, value: float, high: float | None) -> None:
    text, span = unmark(marked)
    [found] = find_numbers(text)
    assert found.is_date
    assert (found.start, found.end) == span
    assert found.quantity is not None
    assert (found.quantity.value, found.quantity.value_high, found.quantity.unit) == (value, high, "a")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("80% and 81%, respectively", ["80%", "81%"]),
        ("3 mg, 4 mg and 5 mg in A, B and C, respectively", ["3 mg", "4 mg", "5 mg"]),
        ("24 h, 7 days", ["24 h", "7 days"]),
        ("5 mg and more than 10 mg", ["5 mg", "more than 10 mg"]),
        ("30 min and 2 h", ["30 min", "2 h"]),
        ("3 x 10 mL", ["10 mL"]),
        ("at 5Rq, then at 1.4Rq", ["5Rq", "1.4Rq"]),
        ("12 men and 6 women", ["12 men", "6 women"]),
        ("2.4 mg vs. 2 mg", ["2.4 mg", "2 mg"]),
        ("day 1 brought 20 mg, day 2 none", ["day 1", "20 mg", "day 2"]),
        ("In 18 patients, 5 mg", ["18 patients", "5 mg"]),
        ("5 mg\n10 mg", ["5 mg", "10 mg"]),
        ("half-life 5 h | 10 mg", ["5 h", "10 mg"]),
        ("two patient groups", ["two"]),
        ("in this study 24 patients", ["24 patients"]),
    ],
)
def test_numbers_of_different_things_stay_apart(text: str, written: list[str]) -> None:
    assert [text[start:end] for start, end, _ in find_quantities(text)] == written


def test_a_year_takes_no_unit_from_the_number_behind_it() -> None:
    text = "It was 1.2 m in 2009 and 1.35 m in 2010, respectively."
    assert [quantity.written for _, _, quantity in find_quantities(text)] == ["1.2 m", "1.35 m"]


@pytest.mark.parametrize(
    "text", ["Panel 7 A shows it.", "With 98 F it is hot.", "In 12 N it dissolves.", "Two t tests."]
)
def test_letters_that_are_units_within_others_are_none_alone(text: str) -> None:
    assert not {quantity.unit for _, _, quantity in find_quantities(text)} & {"A", "F", "N", "S", "t"}


def test_numbers_of_different_things_share_the_unit_behind_the_last() -> None:
    found = [quantity for _, _, quantity in find_quantities("5 and 10 mg in men and women, respectively")]
    assert [(quantity.value, quantity.unit) for quantity in found] == [(5, "mg"), (10, "mg")]


def test_a_taken_range_is_passed_over_before_numbers_are_joined() -> None:
    text = "ABC 157 and 10 mg"
    assert [quantity.written for _, _, quantity in find_quantities(text, [(0, 7)])] == ["10 mg"]


@pytest.mark.parametrize(
    ("text", "is_comma"),
    [("0,5 mg und 1.400,5 mg", True), ("12,5 mg", True), ("0.5 mg and 1,400 mg", False), ("1,400 men", False)],
)
def test_a_text_shows_its_decimal_mark(text: str, is_comma: bool) -> None:
    assert uses_decimal_comma(text) is is_comma


@pytest.mark.parametrize(
    ("text", "decimals"),
    [("887.04 Da", 2), ("0.1% or 1%", 1), ("5 mg", 0), ("1.5 × 10^3 cells", -2), ("10⁻⁹ M", 9), ("2 million", -6)],
)
def test_decimals_are_those_of_the_most_precise_number(text: str, decimals: int) -> None:
    [(_, _, quantity)] = find_quantities(text)
    assert quantity.decimals == decimals


@pytest.mark.parametrize(
    ("text", "unit", "value", "comparator", "expected_unit"),
    [
        ("1419.5", "g/mol", 1419.5, "=", "g/mol"),
        ("1850", "g/mol", 1850, "=", "g/mol"),
        ("1,419.5 g/mol (free base)", "g/mol", 1419.5, "=", "g/mol"),
        ("≥ 99%", "%", 99, ">=", "%"),
        ("1 × 5 mg vial", None, 5, "=", "mg"),
        ("~20 minutes (plasma)", "h", 20, "~", "min"),
        ("2 years at -20 °C", "Cel", -20, "=", "Cel"),
        ("-20", "Cel", -20, "=", "Cel"),
        ("18", "{subject}", 18, "=", "{subject}"),
        ("7", None, 7, "=", ""),
    ],
)
def test_a_field_gives_its_quantity(
    text: str, unit: str | None, value: float, comparator: str, expected_unit: str
) -> None:
    quantity = parse_field_quantity(text, unit)
    assert quantity is not None
    assert (quantity.value, quantity.comparator, quantity.unit) == (value, comparator, expected_unit)


@pytest.mark.parametrize(
    ("text", "unit"), [("C62H98N16O22", "g/mol"), ("5 mg", "h"), ("", "mg"), ("Lyophilised", None)]
)
def test_a_field_without_a_fitting_number_gives_nothing(text: str, unit: str | None) -> None:
    assert parse_field_quantity(text, unit) is None


# ---- lexicons -----------------------------------------------------------------------------------------------


# ---- conversion ---------------------------------------------------------------------------------------------

# UCUM codes as pint spells them, where it does so differently; None where pint has no such unit.
PINT = {
    "ug": "microgram",
    "umol": "micromole",
    "umol/L": "micromole/liter",
    "uL": "microliter",
    "um": "micrometer",
    "um2": "micrometer**2",
    "us": "microsecond",
    "uJ": "microjoule",
    "uW": "microwatt",
    "uV": "microvolt",
    "uA": "microampere",
    "Ohm": "ohm",
    "kOhm": "kiloohm",
    "MOhm": "megaohm",
    "[AU]": "astronomical_unit",
    "ubar": "microbar",
    "a": "julian_year",
    "mo": "julian_year/12",
    "wk": "week",
    "d": "day",
    "h": "hour",
    "min": "minute",
    "ka": "1000*julian_year",
    "Ma": "1000000*julian_year",
    "Cel": "degC",
    "[degF]": "degF",
    "Ao": "angstrom",
    "[in_i]": "inch",
    "[ft_i]": "foot",
    "[lb_av]": "pound",
    "[oz_av]": "ounce",
    "har": "hectare",
    "m2": "meter**2",
    "cm2": "centimeter**2",
    "mm2": "millimeter**2",
    "m3": "meter**3",
    "cm3": "centimeter**3",
    "mm3": "millimeter**3",
    "t": "metric_ton",
    "Mt": "1000000*metric_ton",
    "kt": "1000*metric_ton",
    "mm[Hg]": "mmHg",
    "[psi]": "psi",
    "[light_year]": "light_year",
    "[ppm]": "ppm",
    "%": "percent",
    "deg": "degree",
    "/d": "1/day",
    "/wk": "1/week",
    "[mi_i]": "mile",
    "[yd_i]": "yard",
    "km2": "kilometer**2",
    "nm2": "nanometer**2",
    "[acr_us]": "acre",
    "dm3": "decimeter**3",
    "km3": "kilometer**3",
    "um3": "micrometer**3",
    "nm3": "nanometer**3",
    "[gal_us]": "gallon",
    "[tsp_us]": "teaspoon",
    "[tbs_us]": "tablespoon",
    "By": "byte",
    "kBy": "kilobyte",
    "MBy": "megabyte",
    "GBy": "gigabyte",
    "TBy": "terabyte",
    "cm[H2O]": "cmH2O",
    "G": "1e-4*tesla",  # a gauss of pint is of the centimetre-gram-second system
    "mOhm": "milliohm",
    "GOhm": "gigaohm",
    "Pa.s": "pascal*second",
    "mPa.s": "millipascal*second",
    "kW.h": "kilowatt*hour",
    "MW.h": "megawatt*hour",
    "GW.h": "gigawatt*hour",
    "mA.h": "milliampere*hour",
    "C": "coulomb",
    "Ga": "1e9*julian_year",
    "F": "farad",
    "S": "siemens",
    "W.h": "watt*hour",
    "um[Hg]": "1e-3*mmHg",
    "N.m": "newton*meter",
    "Ao2": "angstrom**2",
    "Ao3": "angstrom**3",
    "nb": "nanobarn",
    "pb": "picobarn",
    "fb": "femtobarn",
    "dyn": "dyne",
    "s2": "second**2",
    "V.s": "volt*second",
    "Ohm.cm": "ohm*centimeter",
    "Ohm.m": "ohm*meter",
    "Jy": "1e-26*watt/meter**2/hertz",
    "mJy": "1e-29*watt/meter**2/hertz",
    "uJy": "1e-32*watt/meter**2/hertz",
}
UNKNOWN_TO_PINT = frozenset(
    row.ucum
    for row in units().values()
    if "{" in row.ucum
    or "[iU]" in row.ucum
    or row.ucum in {"U", "[CFU]", "[bp]", "[kb]", "[Mb]", "meq", "mosm", "dB", "[g]", "[ppth]", "[ppb]"}
)
COMPARED = [row for row in units().values() if row.ucum not in UNKNOWN_TO_PINT and row.ucum != row.base]


@pytest.fixture(scope="module")
def registry() -> pint.UnitRegistry[float]:
    return pint.UnitRegistry(autoconvert_offset_to_baseunit=True)


@pytest.mark.parametrize("row", COMPARED, ids=attrgetter("id"))
def test_factors_agree_with_pint(row: Unit, registry: pint.UnitRegistry[float]) -> None:
    source, target = (registry.parse_expression(PINT.get(code, code)) for code in (row.ucum, row.base))
    if row.dimension == "temperature":
        expected = registry.Quantity(25.0, PINT.get(row.ucum, row.ucum)).to(PINT[row.base]).magnitude
        assert convert(25.0, row.ucum, row.base) == pytest.approx(expected)
        return
    assert convert(1.0, row.ucum, row.base) == pytest.approx((source / target).to("dimensionless").magnitude, rel=1e-6)


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        (1, "mg", "ug", 1000),
        (300, "ug", "mg", 0.3),
        (4.9, "kg/mol", "g/mol", 4900),
        (2.4, "nmol/L", "umol/L", 0.0024),
        (20, "min", "h", 1 / 3),
        (2, "wk", "d", 14),
        (50, "ug/kg/d", "mg/kg/d", 0.05),
        (1, "mg/mL", "g/L", 1),
        (1, "cm3", "mL", 1),
        (20, "Cel", "[degF]", 68),
        (3, "/wk", "/d", 3 / 7),
    ],
)
def test_values_convert(value: float, source: str, target: str, expected: float) -> None:
    assert convert(value, source, target) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("source", "target"),
    [("mg", "mL"), ("mg", ""), ("%", "mg/mL"), ("nmol/L", "ng/mL"), ("nonsense", "mg"), ("mg", "mg/")],
)
def test_what_measures_something_else_does_not_convert(source: str, target: str) -> None:
    assert convert(1.0, source, target) is None


PAIRS = [
    (one.ucum, other.ucum)
    for one in units().values()
    for other in units().values()
    if one.dimension == other.dimension and one.ucum != other.ucum
]
MAGNITUDES = st.floats(min_value=1e-6, max_value=1e6, allow_nan=False)


@given(MAGNITUDES, st.sampled_from(PAIRS))
def test_every_conversion_round_trips(value: float, pair: tuple[str, str]) -> None:
    there = convert(value, *pair)
    assert there is not None
    back = convert(there, *reversed(pair))
    assert back == pytest.approx(value, rel=1e-6, abs=1e-6)


@given(st.integers(1, 10**6), st.integers(0, 3), st.sampled_from(sorted(row.ucum for row in units().values())))
def test_a_written_quantity_is_read_back(digits: int, decimals: int, ucum: str) -> None:
    row = units()[ucum]
    spelling = (*row.exact, *row.aliases)[-1]
    number = f"{digits / 10**decimals:.{decimals}f}"
    [(start, end, quantity)] = find_quantities(f"x {number} {spelling}")
    assert (start, end) == (2, 3 + len(number) + len(spelling))
    if len(spelling) > 1:  # plurals alone count people, so "one subject" is read as a number and a word
        assert (quantity.value, quantity.unit, quantity.decimals) == (float(number), ucum, decimals)


# ---- comparison ---------------------------------------------------------------------------------------------


def quantity_of(text: str) -> Quantity:
    [(_, _, quantity)] = find_quantities(text)
    return quantity


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ("1419.5 Da", "1419.53 g/mol", "equal"),
        ("1419.5 Da", "1419.59 g/mol", "equal"),
        ("1419.5 Da", "1419.7 Da", "disjoint"),
        ("887.04 Da", "813.92 Da", "disjoint"),
        ("4.9 kDa", "4921 Da", "equal"),
        ("1 mg", "1000 mcg", "equal"),
        ("6–8 days", "5.8–8 days", "equal"),
        ("2 mg", "2.4 mg", "disjoint"),
        ("~20 minutes", "20 min", "equal"),
        ("~20 minutes", "21 min", "contains"),
        ("~20 minutes", "30 min", "disjoint"),
        ("18 subjects", "fewer than 50 subjects", "contains"),
        ("50 subjects", "fewer than 50 subjects", "disjoint"),
        ("50 subjects", "up to 50 subjects", "contains"),
        ("≥98%", "99.2%", "contains"),
        ("≥98%", "≥99%", "contains"),
        ("≥99%", "98%", "disjoint"),
        ("<30 min", ">20 min", "overlaps"),
        ("4–10 h", "5 h", "contains"),
        ("4–10 h", "8–12 h", "overlaps"),
        ("4–10 h", "12–24 h", "disjoint"),
        ("0.1% or 1%", "1%", "contains"),
        ("0.1% or 1%", "1% or 0.1%", "equal"),
        ("0.1% or 1%", "2%", "disjoint"),
        ("5 ± 2 h", "6 h", "contains"),
        ("2–8 °C", "36–46 °F", "equal"),
        ("<50 mg", "≤50 mg", "equal"),
        ("-20 °C", "20 °C", "disjoint"),
        ("5 mg", "5 h", "incomparable"),
        ("5 mg", "5 mL", "incomparable"),
    ],
)
def test_two_quantities_relate(one: str, other: str, relation: str) -> None:
    result = compare(quantity_of(one), quantity_of(other))
    assert result.relation == relation
    assert result.reason


def test_a_reason_shows_both_numbers_in_one_unit() -> None:
    reason = compare(quantity_of("90 minutes"), quantity_of("2 hours")).reason
    assert reason == "'2 hours' (= 2 h) and '90 minutes' (= 1.5 h) cannot both hold"


UNITS_OF_TEN = {"kg": 3, "g": 0, "mg": -3, "ug": -6}  # powers of ten, so that digits can be shifted exactly
VALUES = st.decimals(min_value="0.1", max_value="9999", places=2, allow_nan=False).map(float)


@st.composite
def quantities(draw: st.DrawFn, unit: str = "mg") -> Quantity:
    comparator = draw(st.sampled_from(list(Comparator)))
    low, high = sorted((draw(VALUES), draw(VALUES)))
    needs_high = comparator in {Comparator.RANGE, Comparator.PLUS_MINUS}
    others = tuple(draw(st.lists(VALUES, min_size=1, max_size=3))) if comparator is Comparator.LIST else ()
    decimals = draw(st.integers(0, 2))
    rounded = [round(value, decimals) for value in (low, high)]
    return Quantity(rounded[0], rounded[1] if needs_high else None, comparator, unit, "…", decimals, others)


def rewrite(quantity: Quantity, unit: str) -> Quantity:
    """The same quantity in another unit of `UNITS_OF_TEN`, with the same digits."""
    shift = UNITS_OF_TEN[quantity.unit] - UNITS_OF_TEN[unit]
    values = [
        None if value is None else convert(value, quantity.unit, unit)
        for value in (quantity.value, quantity.value_high, *quantity.others)
    ]
    value, high, *others = values
    assert value is not None
    return Quantity(
        value,
        high,
        quantity.comparator,
        unit,
        quantity.written,
        quantity.decimals - shift,
        tuple(other for other in others if other is not None),
    )


RANKS = ("equal", "contains", "overlaps", "disjoint")


def write_quantity(quantity: Quantity) -> str:
    """A quantity as a careful author writes it."""
    shown = [
        f"{value:.{quantity.decimals}f}"
        for value in (quantity.value, quantity.value_high, *quantity.others)
        if value is not None
    ]
    if quantity.comparator is Comparator.LIST:
        return f"{', '.join(shown[:-1])} or {shown[-1]} {quantity.unit}"
    signs = {"range": "–", "+/-": " ± "}
    lead = {"=": "", "<=": "≤ ", ">=": "≥ "}.get(quantity.comparator, f"{quantity.comparator} ")
    words = signs.get(quantity.comparator, "").join(shown)
    return f"{'' if quantity.comparator in signs else lead}{words} {quantity.unit}"


@given(quantities(), st.sampled_from(["mg", "h", "nmol", "%"]))
@settings(deadline=None)  # the first call builds the patterns
def test_a_printed_quantity_is_parsed_to_itself(drawn: Quantity, unit: str) -> None:
    others = tuple(round(other, drawn.decimals) for other in drawn.others)
    quantity = replace(drawn, unit=unit, others=others)
    assume(quantity.value != quantity.value_high or quantity.comparator is not Comparator.RANGE)  # none writes 5–5
    # In a list, a whole number of four digits that can be a year is one.
    assume(quantity.decimals > 0 or not any(1000 <= value <= 2999 for value in (quantity.value, *quantity.others)))
    written = write_quantity(quantity)
    [(start, end, found)] = find_quantities(f"so {written} then")
    assert (start, end) == (3, 3 + len(written))
    assert found == replace(quantity, written=written)


@given(quantities(), quantities(), st.sampled_from([0.0, 0.01, 0.1]))
def test_comparison_is_symmetric(one: Quantity, other: Quantity, tolerance: float) -> None:
    assert compare(one, other, tolerance) == compare(other, one, tolerance)


@given(quantities())
def test_a_quantity_equals_itself(quantity: Quantity) -> None:
    assert compare(quantity, quantity).relation == "equal"


@given(quantities(), quantities(), st.sampled_from(sorted(UNITS_OF_TEN)), st.sampled_from([0.0, 0.01, 0.1]))
def test_comparison_does_not_depend_on_the_unit(one: Quantity, other: Quantity, unit: str, tolerance: float) -> None:
    assert compare(rewrite(one, unit), other, tolerance).relation == compare(one, other, tolerance).relation


@given(quantities(), quantities(), st.floats(0, 0.5), st.floats(0, 0.5))
def test_comparison_widens_with_tolerance(one: Quantity, other: Quantity, first: float, second: float) -> None:
    narrow, wide = (compare(one, other, tolerance).relation for tolerance in sorted((first, second)))
    assert RANKS.index(wide) <= RANKS.index(narrow)


@given(quantities(), st.sampled_from([0.0, 0.05, 0.5]))
def test_comparison_can_say_yes_and_no(quantity: Quantity, tolerance: float) -> None:
    far = Quantity(1e9, None, Comparator.EQUAL, "mg", "…", 0)
    near = Quantity(-1e9, None, Comparator.EQUAL, "mg", "…", 0)
    assert compare(quantity, quantity, tolerance).relation == "equal"
    assert "disjoint" in {compare(quantity, other, tolerance).relation for other in (far, near)}


def test_base_units_keep_half_widths_as_differences() -> None:
    value, high, unit = to_base(quantity_of("36 ± 9 °F"))
    assert unit == "Cel"
    assert (value, high) == pytest.approx((20 / 9, 5))


# ---- hostile input ------------------------------------------------------------------------------------------

HOSTILE = [
    *("1", "1,234", "1.", "1-", "1 ", "5, ", "5 mg and ", "5 mg/", "mg/", "twenty ", "twenty-one ", "about ", "up to "),
    *(
        "1 × 10",
        "1×",
        "(1",
        "[1",
        "$1",
        "+1 ",
        "May ",
        "early ",
        "1980s and ",
        "http://",
        "a.",
        "@a.",
        "10⁻",
        "n=",
        "½",
    ),
    *("(1 ± ", "(1-2)×10", "(1 (±", "1 (± 2", "1 × 2 × ", "2 m × 3 m × ", "1.5Rq ", "5 g C m−2 ", "5 C ", "5 stems/"),
    *("5, 6 and 7 mg, ", "5 mg and 6 mg respectively ", "1 h 30 min ", "range from 1 to ", "10− 5 "),
    *(
        "an hour ",
        "half an hour ",
        "within a day and ",
        "5 J/(",
        "5 J/(kg ",
        "5 cm-1 ",
        "5 light/8 h ",
        "1∶",
        "M−1 s−1 ",
    ),
    *("5 healthy ", "1:", "5/", "-", "−1", " ", "\u00a0", "5 or more ", "1\n", "«", "٣", "𝟙", "\x00", "between 5 and "),
]
SHORT, LONG = 3_000, 6_000


class Meter(str):
    """A text that counts how often a piece of it is looked at."""

    __slots__ = ("looks",)
    looks: int

    def __getitem__(self, key: object) -> str:
        self.looks += 1
        return super().__getitem__(key)  # type: ignore[index]


@pytest.mark.parametrize("piece", HOSTILE, ids=repr)
def test_work_grows_with_the_length_of_hostile_text(piece: str) -> None:
    looks = []
    for size in (SHORT, LONG):
        text = Meter((piece * size)[:size])
        text.looks = 0
        found = [(item.start, item.end) for item in find_numbers(text)]
        assert found == sorted(found)
        looks.append(text.looks)
    assert looks[1] <= 2.5 * looks[0] + 100


@given(st.text(alphabet="0123456789.,-–−~<>≥±%°CmgµhkDa/()[] \nto and up about ×^⁻⁹", max_size=200))
@settings(max_examples=200)
def test_any_text_is_read_without_error(text: str) -> None:
    end = 0
    for start, stop, quantity in find_quantities(text):
        assert end <= start < stop <= len(text)
        assert text[start:stop] == quantity.written
        assert math.isfinite(quantity.value)
        end = stop


# ---- component ----------------------------------------------------------------------------------------------


def test_the_component_leaves_earlier_mentions_alone() -> None:
    nlp = spacy.blank("en")
    doc = nlp.make_doc("Semax 157 and 10 mg in 2001.")
    add_mentions(doc, [Mention(start=0, end=9, text="Semax 157", label=Label.COMPOUND, how="x")])
    component = Quantities(nlp, "claimsift_quantities")
    found = get_mentions(component(doc))[1:]
    assert [(mention.label, mention.text) for mention in found] == [(Label.QUANTITY, "10 mg"), (Label.DATE, "2001")]
    assert all(doc.text[mention.start : mention.end] == mention.text for mention in found)


def test_the_component_keeps_units_that_are_also_species() -> None:
    known = [Mention(start=3, end=7, text="rats", label=Label.SPECIES, how="x")]
    component = Quantities(spacy.blank("en"), "claimsift_quantities")
    [mention] = component.find("18 rats", known)
    assert mention.quantity is not None
    assert mention.quantity.unit == "{subject}"


def test_spacy_finds_the_component_and_its_needs_are_met() -> None:
    nlp = spacy.blank("en")
    for name in ("claimsift_sentences", "claimsift_concepts", "claimsift_quantities"):
        nlp.add_pipe(name)
    analysis = nlp.analyze_pipes()
    assert analysis is not None
    assert not any(analysis["problems"].values())
