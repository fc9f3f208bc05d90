"""What is planted: other ways to say the same, and statements on another matter. See `planted.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planted import Kind, Pair, state
from planted_changes import (
    AFFINITIES,
    APPROVED,
    APPROVED_NOT,
    AUTHORS,
    BINDS,
    COMPOUNDS,
    COUNTRIES,
    DEVELOPED,
    EFFECT_OBJECTS,
    ENROLLED,
    FORMULAS,
    HALF_LIVES,
    ISOLATED,
    LOWERS,
    MASSES,
    RAISES,
    SALT_MASSES,
    SALTS,
    STORAGE,
    TMAXES,
    draw_peptide,
    draw_range,
    state_count,
    state_number,
    state_range,
    state_sequence,
)

from pipeline.chemistry import masses

if TYPE_CHECKING:
    from random import Random

# Two ways to write one amount, by predicate: {0} is a number that both can be made from.
UNITS = (
    (HALF_LIVES, "half_life", (("{0} hours", 1), ("{0} minutes", 60), ("{0} h", 1), ("{0} min", 60))),
    (HALF_LIVES, "half_life", (("{0} days", 1), ("{0} hours", 24), ("{0} h", 24))),
    (TMAXES, "tmax", (("{0} hours", 1), ("{0} minutes", 60), ("{0} min", 60))),
    (AFFINITIES, "affinity", (("{0} nM", 1000), ("{0} µM", 1), ("{0} nmol/L", 1000), ("{0} pM", 1_000_000))),
    (MASSES, "molecular_weight", (("{0} g/mol", 1), ("{0} Da", 1), ("{0} daltons", 1))),
)
ABOUT = ("about {0} {1}", "approximately {0} {1}", "~{0} {1}", "roughly {0} {1}")
SPECIES = ("rats", "mice", "dogs", "humans", "monkeys")
TISSUES = ("hippocampus", "frontal cortex", "liver", "striatum", "cerebellum")
SHORT_AND_LONG = (
    ("BDNF", "brain-derived neurotrophic factor"),
    ("NGF", "nerve growth factor"),
    ("VEGF", "vascular endothelial growth factor"),
    ("IGF-1", "insulin-like growth factor 1"),
)
AGENCIES = (("the United States", "the FDA"), ("the European Union", "the EMA"), ("the United States", "the US"))
DECADES = ("the 1970s", "the 1980s", "the 1990s", "the 2000s")


def reformat_number(chance: Random) -> Pair:
    """1,419.5 and 1419.5 and 1 419.5."""
    name, mass = chance.choice(COMPOUNDS), chance.randint(10_000, 49_999) / 10
    one, other = chance.sample(
        (f"{mass:,.1f}", f"{mass:.1f}", f"{mass:.2f}", f"{mass:,.1f}".replace(",", "\N{NO-BREAK SPACE}")), 2
    )
    columns = {"predicate": "molecular_weight", "value": mass}
    return name, *(state(chance, MASSES, columns, name=name, value=f"{written} g/mol") for written in (one, other))


def convert_unit(chance: Random) -> Pair:
    """2 hours and 120 minutes; 0.24 µM and 240 nM."""
    name = chance.choice(COMPOUNDS)
    frames, predicate, ways = chance.choice(UNITS)
    one, other = chance.sample(ways, 2)
    amount = chance.randint(2, 12) if predicate != "molecular_weight" else chance.randint(300, 4000) + 0.4
    return name, *(
        state(chance, frames, {"predicate": predicate}, name=name, value=way.format(f"{amount * factor:g}"))
        for way, factor in (one, other)
    )


def round_mass(chance: Random) -> Pair:
    """1419.53, 1419.5, 1420 and 1.4 kDa."""
    name, mass = chance.choice(COMPOUNDS), chance.randint(40_000, 400_000) / 100 + 0.03
    ways = (f"{mass:.2f} g/mol", f"{mass:.1f} Da", f"{mass:.0f} g/mol", f"~{mass / 1000:.1f} kDa", f"{mass:.1f} g/mol")
    one, other = chance.sample(ways, 2)
    return name, *(
        state(chance, MASSES, {"predicate": "molecular_weight"}, name=name, value=way) for way in (one, other)
    )


def approximate(chance: Random) -> Pair:
    """About 20 minutes and 21; a range or a bound that holds the number."""
    name, number = chance.choice(COMPOUNDS), chance.choice((20, 30, 40, 60, 90))
    unit = chance.choice(("minutes", "hours"))
    vague = chance.choice(
        (
            chance.choice(ABOUT).format(round(number * 1.05), unit),
            f"{number - 10}–{number + 10} {unit}",
            f"{number - 5} to {number} {unit}",
            f"less than {number + 5} {unit}",
            f"up to {number} {unit}",
            f"at least {number - 5} {unit}",
        )
    )
    return name, *(
        state(chance, HALF_LIVES, {"predicate": "half_life"}, name=name, value=way)
        for way in (vague, f"{number} {unit}")
    )


def rename_range(chance: Random) -> Pair:
    """ACTH(4–10), ACTH 4-10, residues 4 through 10 of ACTH."""
    name, parent, low, high = draw_range(chance)
    return name, state_range(chance, name, parent, low, high), state_range(chance, name, parent, low, high)


def rewrite_sequence(chance: Random) -> Pair:
    """One- and three-letter code."""
    name, peptide = draw_peptide(chance)
    return name, state_sequence(chance, name, peptide), state_sequence(chance, name, peptide)


def recount(chance: Random) -> Pair:
    """A heptapeptide, seven amino acids and 7 residues."""
    name, count = chance.choice(COMPOUNDS), chance.randint(4, 10)
    return name, state_count(chance, name, count), state_count(chance, name, count)


def add_salt(chance: Random) -> Pair:
    """The free peptide and a salt, each with its own mass."""
    name, peptide = draw_peptide(chance)
    mass = masses(peptide)
    average = mass.average if mass else 1000.0
    salt = chance.choice(tuple(SALTS))
    free = state_number(chance, MASSES, "molecular_weight", name, f"{average:.2f} g/mol")
    columns = {"predicate": "molecular_weight", "form": salt}
    value = f"{average + SALTS[salt]:.2f} g/mol"
    return name, free, state(chance, SALT_MASSES, columns, name=name, salt=salt, value=value)


def name_isotopes(chance: Random) -> Pair:
    """The average and the monoisotopic mass, said so or not."""
    name, peptide = draw_peptide(chance)
    mass = masses(peptide)
    average, exact = (mass.average, mass.monoisotopic) if mass else (1000.0, 999.4)
    frames = ("The monoisotopic mass of {name} is {value}.", "Monoisotopic mass: {value}", *MASSES[:2])
    return name, *(
        state(chance, chosen, {"predicate": "molecular_weight"}, name=name, value=f"{number:.2f} Da")
        for chosen, number in ((MASSES, average), (frames, exact))
    )


def reorder_formula(chance: Random) -> Pair:
    """Subscripts, and other orders of the elements."""
    name, peptide = draw_peptide(chance)
    mass = masses(peptide)
    formula = mass.formula.hill if mass else "C10H20N4O5"
    lowered = formula.translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
    return name, *(
        state(chance, FORMULAS, {"predicate": "molecular_formula"}, name=name, formula=way)
        for way in (formula, lowered)
    )


def change_species(chance: Random) -> Pair:
    """A half-life in rats and another in dogs."""
    name, (one, other) = chance.choice(COMPOUNDS), chance.sample(SPECIES, 2)
    number = chance.randint(5, 50)
    frames = ("In {animals} the half-life of {name} is {value}.", "{name} has a half-life of {value} in {animals}.")
    return name, *(
        state(chance, frames, {"predicate": "half_life"}, name=name, animals=animals, value=f"{n} minutes")
        for animals, n in ((one, number), (other, number * 4))
    )


def change_tissue(chance: Random) -> Pair:
    """Up in one part of the brain and down in another."""
    name, (one, other), thing = chance.choice(COMPOUNDS), chance.sample(TISSUES, 2), chance.choice(EFFECT_OBJECTS[:4])
    up = state(chance, ("{name} raised {of} in the {at}.",), {"predicate": "increases"}, name=name, of=thing, at=one)
    down = state(
        chance, ("{name} lowered {of} in the {at}.",), {"predicate": "decreases"}, name=name, of=thing, at=other
    )
    return name, up, down


def change_analyte(chance: Random) -> Pair:
    """Messenger RNA up, protein down."""
    name, thing = chance.choice(COMPOUNDS), chance.choice(EFFECT_OBJECTS[:4])
    up = state(chance, ("{name} increased {of} mRNA.",), {"predicate": "increases"}, name=name, of=thing)
    down = state(chance, ("{name} decreased {of} protein.",), {"predicate": "decreases"}, name=name, of=thing)
    return name, up, down


def change_route(chance: Random) -> Pair:
    """A peak after an injection and another after a tablet."""
    name, (one, other) = (
        chance.choice(COMPOUNDS),
        chance.sample(("oral", "subcutaneous", "intravenous", "intranasal"), 2),
    )
    frames = ("After {route} administration {name} has a half-life of {value}.",)
    return name, *(
        state(chance, frames, {"predicate": "half_life"}, name=name, route=route, value=f"{n} hours")
        for route, n in ((one, 2), (other, 9))
    )


def change_jurisdiction(chance: Random) -> Pair:
    """Approved here, not approved there."""
    name, (one, other) = chance.choice(COMPOUNDS), chance.sample(COUNTRIES, 2)
    here = state(chance, APPROVED, {"predicate": "approved_in", "polarity": "affirmed"}, name=name, at=one)
    there = state(chance, APPROVED_NOT, {"predicate": "approved_in", "polarity": "negated"}, name=name, at=other)
    return name, here, there


def name_agency(chance: Random) -> Pair:
    """Not approved in the United States, not approved by the FDA."""
    name, (place, agency) = chance.choice(COMPOUNDS), chance.choice(AGENCIES)
    by = ("{name} is not approved by {agency}.", "{agency} has not approved {name}.")
    columns = {"predicate": "approved_in", "polarity": "negated"}
    return (
        name,
        state(chance, APPROVED_NOT, columns, name=name, at=place),
        state(chance, by, columns, name=name, agency=agency),
    )


def spell_target(chance: Random) -> Pair:
    """BDNF and brain-derived neurotrophic factor."""
    name, (short, long) = chance.choice(COMPOUNDS), chance.choice(SHORT_AND_LONG)
    frames, predicate = chance.choice(((RAISES, "increases"), (LOWERS, "decreases")))
    return name, *(state(chance, frames, {"predicate": predicate}, name=name, of=of) for of in (short, long))


def name_decade(chance: Random) -> Pair:
    """In the 1980s, and in 1984."""
    name, decade = chance.choice(COMPOUNDS), chance.choice(DECADES)
    frames, predicate = chance.choice(((DEVELOPED, "developed_when"), (ISOLATED, "isolated_when")))
    year = int(decade[4:8]) + chance.randint(0, 9)
    return name, *(
        state(chance, frames, {"predicate": predicate}, name=name, year=when) for when in (decade, str(year))
    )


def change_study(chance: Random) -> Pair:
    """Two studies with as many patients as each had."""
    name, (one, other) = chance.choice(COMPOUNDS), chance.sample(AUTHORS, 2)
    year = chance.randint(1990, 2020)
    return name, *(
        state(chance, ENROLLED, {"predicate": "sample_size"}, name=name, study=f"{who} et al. ({year})", n=n)
        for who, n in ((one, 24), (other, 60))
    )


def change_compound(chance: Random) -> Pair:
    """The same number asked of another compound, which the second page names beside its own."""
    name, other = chance.sample(COMPOUNDS, 2)
    number = chance.randint(5, 50)
    own = state_number(chance, HALF_LIVES[:2], "half_life", name, f"{number} minutes")
    frames = ("{other}, by contrast, has a half-life of {value}.", "The half-life of {other} is {value}.")
    columns = {"predicate": "half_life", "value": float(number * 5)}
    return name, own, state(chance, frames, columns, other=other, value=f"{number * 5} minutes")


def change_state(chance: Random) -> Pair:
    """The dry powder and the solution that is made from it."""
    name = chance.choice(COMPOUNDS)
    solution = ("Once reconstituted, store {name} at {value}.", "Reconstituted {name} is stored at {value}.")
    dry = state(chance, STORAGE[:2], {"predicate": "storage_temperature"}, name=name, value="-20 °C")
    return name, dry, state(chance, solution, {"predicate": "storage_temperature"}, name=name, value="4 °C")


def list_receptors(chance: Random) -> Pair:
    """Two receptors that are bound: a set, no disagreement."""
    name, (one, other) = chance.choice(COMPOUNDS), chance.sample(("MC4R", "MC3R", "MC5R", "TrkB"), 2)
    return name, *(
        state(chance, BINDS, {"predicate": ("binds", "acts_through")}, name=name, to=to) for to in (one, other)
    )


LOOKALIKES = tuple(
    Kind(name, differs=False, make=make)
    for name, make in (
        ("number written otherwise", reformat_number),
        ("unit converted", convert_unit),
        ("mass rounded", round_mass),
        ("approximation, range, bound", approximate),
        ("fragment in other notation", rename_range),
        ("sequence in other notation", rewrite_sequence),
        ("count in other words", recount),
        ("salt with its own mass", add_salt),
        ("monoisotopic mass", name_isotopes),
        ("formula in other notation", reorder_formula),
        ("another species", change_species),
        ("another tissue", change_tissue),
        ("another analyte", change_analyte),
        ("another route", change_route),
        ("another jurisdiction", change_jurisdiction),
        ("agency for its country", name_agency),
        ("target in full", spell_target),
        ("decade for a year", name_decade),
        ("another study", change_study),
        ("another compound", change_compound),
        ("powder and solution", change_state),
        ("two receptors", list_receptors),
    )
)
