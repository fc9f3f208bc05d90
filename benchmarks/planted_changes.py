"""What is planted: changes that make two statements disagree. See `planted.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planted import Kind, Pair, Stated, state

from pipeline.chemistry import Peptide, check_cas, masses
from pipeline.lexicon import concept_index
from pipeline.schema import Label

if TYPE_CHECKING:
    from random import Random

# Names that pages use, none of them the short form of another.
COMPOUNDS = ("Semax", "Selank", "BPC-157", "TB-500", "Epitalon", "DSIP", "MOTS-c", "Ipamorelin", "Cerebrolysin")
COMPOUNDS += ("Thymosin alpha-1", "PT-141", "AOD-9604", "Humanin", "Kisspeptin-10", "Sermorelin", "Hexarelin")
SHORTEST, LONGEST = 4, 30  # residues of the sequences that are written out
TIMES = {"minutes": 1 / 60, "min": 1 / 60, "hours": 1.0, "h": 1.0, "days": 24.0}  # in hours
EFFECT_OBJECTS = ("BDNF", "NGF", "VEGF", "IGF-1", "cortisol", "dopamine", "serotonin", "blood pressure", "appetite")
EFFECT_OBJECTS += ("angiogenesis", "inflammation", "oxidative stress", "body weight", "prolactin")
RECEPTORS = ("MC4R", "TrkB", "the GLP-1 receptor", "the GHRH receptor", "the NMDA receptor", "VEGFR2", "MC1R")
COUNTRIES = ("Russia", "Ukraine", "Japan", "China", "Canada", "Australia", "the United States", "the European Union")
COUNTRIES += ("India", "Brazil", "Switzerland", "South Korea", "the United Kingdom")
AUTHORS = ("Sample", "Specimen", "Placeholder", "Example", "Demo", "Muster", "Norman", "Reed", "Hale")
COUNT_WORDS = {4: "tetrapeptide", 5: "pentapeptide", 6: "hexapeptide", 7: "heptapeptide", 8: "octapeptide"}
COUNT_WORDS |= {9: "nonapeptide", 10: "decapeptide"}

RANGES = ("{parent}({low}–{high})", "{parent}({low}-{high})", "{parent} {low}-{high}", "{parent} {low}–{high}")
LONG_RANGES = ("residues {low}–{high} of {parent}", "amino acids {low} through {high} of {parent}")
LONG_RANGES += ("residues {low} to {high} of {parent}", "amino acids {low}-{high} of {parent}")
PARENTS = {"ACTH": 39, "thymosin beta-4": 43, "GHRH": 44}


def state_range(chance: Random, name: str, parent: str, low: int, high: int) -> Stated:
    """A fragment of a parent, in any notation and with any verb."""
    columns = {"predicate": FRAGMENT, "value": float(low), "value_high": float(high)}
    if chance.random() < 0.5:  # noqa: PLR2004  (either notation)
        frames = ("{name} contains the {range} fragment.", "{name} is an analogue of {range}.")
        frames += ("{name} is derived from {range}.", "{name} is a synthetic analogue of the {range} fragment.")
        notation = chance.choice(RANGES)
    else:
        frames = ("{name} corresponds to {range}.", "{name} is based on {range}.", "{name} is derived from {range}.")
        notation = chance.choice(LONG_RANGES)
    written = notation.format(parent=parent, low=low, high=high)
    return state(chance, frames, columns, name=name, range=written)


FRAGMENT = ("derived_from", "analog_of", "contains_fragment")


def draw_range(chance: Random) -> tuple[str, str, int, int]:
    """A compound, a parent, and residues of it."""
    parent = chance.choice(tuple(PARENTS))
    low = chance.randint(1, PARENTS[parent] - 12)
    return chance.choice(COMPOUNDS[:3]), parent, low, low + chance.randint(3, 8)


def shift_range(chance: Random) -> Pair:
    """4–10 and 4–7; 4–10 and 5–11."""
    name, parent, low, high = draw_range(chance)
    lower, higher = chance.choice(((low, high + 1), (low, high - 1), (low + 1, high + 1), (low + 1, high)))
    return name, state_range(chance, name, parent, low, high), state_range(chance, name, parent, lower, higher)


def draw_peptide(chance: Random) -> tuple[str, Peptide]:
    """A compound of the lexicon whose chain can be written out."""
    rows = [
        row
        for row in concept_index().values()
        if row.label is Label.COMPOUND and row.sequence and SHORTEST <= len(row.sequence) <= LONGEST
        if row.n_term in (None, "acetyl") and row.c_term in (None, "amide") and len(set(row.sequence)) > 1
    ]
    row = chance.choice(sorted(rows, key=lambda row: row.id))
    return row.name, Peptide(row.sequence or "", n_term=row.n_term, c_term=row.c_term)


def state_sequence(chance: Random, name: str, peptide: Peptide) -> Stated:
    """A chain in one- or three-letter code."""
    columns = {"predicate": "sequence", "residues": peptide.residues}
    written = chance.choice((peptide.residues, peptide.written))
    frames = ("Sequence: {chain}", "{name} has the sequence {chain}.", "The amino acid sequence of {name} is {chain}.")
    return state(chance, frames, columns, name=name, chain=written)


def swap_residues(chance: Random) -> Pair:
    """Two neighbours of a chain change places."""
    name, peptide = draw_peptide(chance)
    letters = list(peptide.residues)
    place = chance.choice([at for at in range(len(letters) - 1) if letters[at] != letters[at + 1]])
    letters[place], letters[place + 1] = letters[place + 1], letters[place]
    changed = Peptide("".join(letters), n_term=peptide.n_term, c_term=peptide.c_term)
    return name, state_sequence(chance, name, peptide), state_sequence(chance, name, changed)


def state_count(chance: Random, name: str, count: int) -> Stated:
    """A length in residues."""
    columns = {"predicate": "residue_count", "value": float(count)}
    frames = ("{name} is a peptide of {count} amino acids.", "{name} is a {count}-amino-acid peptide.")
    frames += ("Length: {count} amino acids", "{name} consists of {count} residues.")
    if count in COUNT_WORDS:
        frames += ("{name} is a synthetic {word}.",)
    return state(chance, frames, columns, name=name, count=count, word=COUNT_WORDS.get(count))


def change_count(chance: Random) -> Pair:
    """A heptapeptide and eight residues."""
    name, count = chance.choice(COMPOUNDS), chance.randint(5, 9)
    other = count + chance.choice((-1, 1))
    return name, state_count(chance, name, count), state_count(chance, name, other)


HALF_LIVES = ("The half-life of {name} is {value}.", "{name} has a half-life of {value}.", "Half-life: {value}")
HALF_LIVES += ("{name} has a plasma half-life of {value}.", "Its half-life in plasma is {value}.")
MASSES = ("The molecular weight of {name} is {value}.", "Molecular weight: {value}", "{name} weighs {value}.")
MASSES += ("{name} has a molecular weight of {value}.", "Molar mass: {value}")
AFFINITIES = ("{name} binds MC4R with a Kd of {value}.", "{name} binds to MC4R with a Ki of {value}.")
TMAXES = ("The Tmax of {name} is {value}.", "{name} reaches its peak plasma concentration after {value}.")


def state_number(chance: Random, frames: tuple[str, ...], predicate: str, name: str, value: str) -> Stated:
    """A quantity as written: "20 minutes"."""
    number = float(value.replace(",", "").split()[0])
    return state(chance, frames, {"predicate": predicate, "value": number}, name=name, value=value)


def scale_unit(chance: Random) -> Pair:
    """The same digits ten or a thousand times as large: a slip of the unit."""
    name = chance.choice(COMPOUNDS)
    frames, predicate, units = chance.choice(
        (
            (HALF_LIVES, "half_life", ("minutes", "hours", "min", "h")),
            (MASSES, "molecular_weight", ("g/mol", "Da")),
            (AFFINITIES, "affinity", ("nM", "µM")),
            (TMAXES, "tmax", ("minutes", "hours")),
        )
    )
    unit, factor = chance.choice(units), chance.choice((10, 1000) if predicate == "affinity" else (10,))
    number = chance.randint(2, 48) if predicate != "molecular_weight" else chance.randint(300, 900) + 0.25
    first = state_number(chance, frames, predicate, name, f"{number} {unit}")
    return name, first, state_number(chance, frames, predicate, name, f"{number * factor} {unit}")


def change_unit(chance: Random) -> Pair:
    """20 minutes and 20 hours; 2 nM and 2 µM."""
    name = chance.choice(COMPOUNDS)
    frames, predicate, units = chance.choice(
        (
            (HALF_LIVES, "half_life", ("minutes", "hours", "days")),
            (AFFINITIES, "affinity", ("nM", "µM", "pM")),
            (TMAXES, "tmax", ("minutes", "hours")),
        )
    )
    one, other = chance.sample(units, 2)
    number = chance.randint(2, 20)
    first = state_number(chance, frames, predicate, name, f"{number} {one}")
    return name, first, state_number(chance, frames, predicate, name, f"{number} {other}")


def change_mass(chance: Random) -> Pair:
    """The mass of the lexicon's chain, and one that is off by more than any rounding and like no form of it."""
    name, peptide = draw_peptide(chance)
    mass = masses(peptide)
    average = mass.average if mass else 1000.0
    wrong = average + chance.choice((-1, 1)) * chance.choice((3.1, 7.4, 27.3, 73.1))
    first = state_number(chance, MASSES, "molecular_weight", name, f"{average:.2f} g/mol")
    return name, first, state_number(chance, MASSES, "molecular_weight", name, f"{wrong:.2f} g/mol")


BINDS = ("{name} binds {to}.", "{name} binds to {to} with high affinity.", "In cell assays {name} binds {to}.")
BINDS_NOT = ("{name} does not bind {to}.", "{name} does not bind to {to}.", "{name} fails to bind {to}.")
RAISES = ("{name} increases {of}.", "{name} raises {of} in rats.", "{name} raised {of}.", "{name} elevates {of}.")
LOWERS = ("{name} decreases {of}.", "{name} lowers {of} in rats.", "{name} reduced {of}.", "{name} reduces {of}.")
RAISES_NOT = ("{name} does not increase {of}.", "{name} did not raise {of}.", "{name} does not raise {of} in rats.")
LOWERS_NOT = ("{name} does not decrease {of}.", "{name} did not lower {of}.", "{name} does not reduce {of} in rats.")
APPROVED = ("{name} is approved in {at}.", "{name} is registered as a medicine in {at}.", "{name} is licensed in {at}.")
APPROVED_NOT = ("{name} is not approved in {at}.", "{name} has not been approved in {at}.")
ONLY = ("{name} is approved in {at} only.", "{name} is registered only in {at}.")


def drop_not(chance: Random) -> Pair:
    """The same statement with and without its negation."""
    name, (columns, frames, denials, part, things) = chance.choice(COMPOUNDS), chance.choice(NEGATIONS)
    thing = chance.choice(things)
    said = state(chance, frames, columns | {"polarity": "affirmed"}, name=name, **{part: thing})
    denied = state(chance, denials, columns | {"polarity": "negated"}, name=name, **{part: thing})
    return (name, said, denied) if chance.random() < 0.5 else (name, denied, said)  # noqa: PLR2004


NEGATIONS: tuple[tuple[dict[str, object], tuple[str, ...], tuple[str, ...], str, tuple[str, ...]], ...] = (
    ({"predicate": ("binds", "acts_through")}, BINDS, BINDS_NOT, "to", RECEPTORS),
    ({"predicate": "increases"}, RAISES, RAISES_NOT, "of", EFFECT_OBJECTS),
    ({"predicate": "decreases"}, LOWERS, LOWERS_NOT, "of", EFFECT_OBJECTS),
    ({"predicate": "approved_in"}, APPROVED, APPROVED_NOT, "at", COUNTRIES),
)


def flip_direction(chance: Random) -> Pair:
    """Raised and lowered, or a receptor activated and blocked."""
    name = chance.choice(COMPOUNDS)
    if chance.random() < 0.25:  # noqa: PLR2004  (one case in four is about a receptor)
        receptor = chance.choice(RECEPTORS)
        on = state(chance, ("{name} activates {to}.",), {"predicate": "activates"}, name=name, to=receptor)
        off = state(chance, ("{name} inhibits {to}.",), {"predicate": "inhibits"}, name=name, to=receptor)
        return name, on, off
    thing = chance.choice(EFFECT_OBJECTS)
    up = state(chance, RAISES, {"predicate": "increases", "polarity": "affirmed"}, name=name, of=thing)
    down = state(chance, LOWERS, {"predicate": "decreases", "polarity": "affirmed"}, name=name, of=thing)
    return name, up, down


DEVELOPED = ("{name} was developed in {year}.", "{name} was first developed in {year}.", "Developed: {year}")
ISOLATED = (
    "{name} was first isolated in {year}.",
    "{name} was isolated in {year}.",
    "{name} was discovered in {year}.",
)
APPROVED_IN_YEAR = ("{name} was approved in {at} in {year}.", "In {year} {name} was approved in {at}.")


def change_year(chance: Random) -> Pair:
    """The year of a discovery or an approval, some years apart."""
    name, year = chance.choice(COMPOUNDS), chance.randint(1965, 2015)
    other = year + chance.choice((-7, -3, -1, 1, 2, 5))
    frames, predicate = chance.choice(
        ((DEVELOPED, "developed_when"), (ISOLATED, "isolated_when"), (APPROVED_IN_YEAR, "approved_in"))
    )
    parts = {"name": name, "at": chance.choice(COUNTRIES)}
    sides = [
        state(chance, frames, {"predicate": predicate, "value": float(when)}, year=when, **parts)
        for when in (year, other)
    ]
    return name, sides[0], sides[1]


CAS = ("CAS number: {cas}", "The CAS number of {name} is {cas}.", "CAS: {cas}", "{name} (CAS {cas}) is a peptide.")
CID = ("PubChem CID: {cid}", "{name} is listed under PubChem CID {cid}.")
FORMULAS = ("Molecular formula: {formula}", "The molecular formula of {name} is {formula}.", "Formula: {formula}")


def change_cas(chance: Random) -> Pair:
    """One digit of a CAS number; the check digit is made anew in half of the cases, so that only a comparison tells."""
    name, cas = chance.choice(COMPOUNDS), draw_cas(chance)
    head, middle, check = cas.split("-")
    place = chance.randrange(len(head))
    digit = str((int(head[place]) + chance.randint(1, 8)) % 10)
    head = head[:place] + (digit if place or digit != "0" else "9") + head[place + 1 :]
    changed = f"{head}-{middle}-{check}"
    if chance.random() < 0.5:  # noqa: PLR2004
        changed = check_cas(changed).computed
    columns = [{"predicate": "cas_number", "object": number} for number in (cas, changed)]
    return name, *(state(chance, CAS, c, name=name, cas=c["object"]) for c in columns)


def draw_cas(chance: Random) -> str:
    """A CAS number whose check digit is right."""
    head, middle = chance.randint(50_000, 999_999), chance.randint(10, 99)
    return next(
        number for number in (f"{head}-{middle}-{check}" for check in range(10)) if check_cas(number).verdict == "agree"
    )


def change_cid(chance: Random) -> Pair:
    """Two digits of a PubChem number change places, or one is another."""
    name, cid = chance.choice(COMPOUNDS), chance.randint(10_000, 20_000_000)
    other = cid + chance.choice((-9, -1, 1, 9, 90))
    return name, *(
        state(chance, CID, {"predicate": "pubchem_cid", "object": str(number)}, name=name, cid=number)
        for number in (cid, other)
    )


def change_formula(chance: Random) -> Pair:
    """Two hydrogens or a carbon more."""
    name, peptide = draw_peptide(chance)
    mass = masses(peptide)
    formula = mass.formula.hill if mass else "C10H20N4O5"
    counts = dict(mass.formula.counts) if mass else {}
    counts["H"] += chance.choice((-2, 2))
    counts["C"] += chance.choice((0, 1))
    changed = "".join(f"{symbol}{'' if count == 1 else count}" for symbol, count in sorted(counts.items()) if count)
    return name, *(
        state(chance, FORMULAS, {"predicate": "molecular_formula"}, name=name, formula=written)
        for written in (formula, changed)
    )


def change_place(chance: Random) -> Pair:
    """Approved in one country only, and approved in another."""
    name, (place, other) = chance.choice(COMPOUNDS), chance.sample(COUNTRIES, 2)
    only = state(chance, ONLY, {"predicate": "approved_in", "polarity": "negated"}, name=name, at=place)
    there = state(chance, APPROVED, {"predicate": "approved_in", "polarity": "affirmed"}, name=name, at=other)
    return name, only, there


ENROLLED = ("{study} enrolled {n} patients.", "{study} treated {n} patients with {name}.")
ENROLLED += ("In {study}, {n} patients took part.",)


def change_size(chance: Random) -> Pair:
    """Another number of patients in one study."""
    name, study = chance.choice(COMPOUNDS), f"{chance.choice(AUTHORS)} et al. ({chance.randint(1990, 2020)})"
    size = chance.randint(12, 90)
    return name, *(
        state(chance, ENROLLED, {"predicate": "sample_size", "value": float(n)}, name=name, study=study, n=n)
        for n in (size, size + chance.choice((-9, 3, 18)))
    )


STORAGE = ("{name} powder is stored at {value}.", "Store lyophilized {name} at {value}.", "Storage: {value}")


def change_storage(chance: Random) -> Pair:
    """Another temperature for the dry product."""
    name, (cold, warm) = chance.choice(COMPOUNDS), chance.sample((-80, -20, 4, 25), 2)
    return name, *(
        state(chance, STORAGE, {"predicate": "storage_temperature", "value": float(n)}, name=name, value=f"{n} °C")
        for n in (cold, warm)
    )


def change_salt(chance: Random) -> Pair:
    """The mass of one salt under the name of another, beside the right one."""
    name, peptide = draw_peptide(chance)
    mass = masses(peptide)
    average = mass.average if mass else 1000.0
    salt, wrong = chance.sample(tuple(SALTS), 2)
    return name, *(
        state(
            chance,
            SALT_MASSES,
            {"predicate": "molecular_weight", "form": salt},
            name=name,
            salt=salt,
            value=f"{average + SALTS[under]:.2f} g/mol",
        )
        for under in (salt, wrong)
    )


SALTS = {"acetate": 60.05, "trifluoroacetate": 114.02, "hydrochloride": 36.46}  # g/mol added to the free peptide
SALT_MASSES = ("The molecular weight of {name} {salt} is {value}.", "{name} {salt} has a molecular weight of {value}.")

CHANGES = tuple(
    Kind(name, differs=True, make=make)
    for name, make in (
        ("residue range shifted", shift_range),
        ("residues swapped", swap_residues),
        ("residue count", change_count),
        ("number scaled ×10, ×1000", scale_unit),
        ("unit exchanged", change_unit),
        ("mass", change_mass),
        ("mass of another salt", change_salt),
        ("formula", change_formula),
        ("CAS digit", change_cas),
        ("PubChem number", change_cid),
        ("not dropped or added", drop_not),
        ("direction flipped", flip_direction),
        ("year", change_year),
        ("jurisdiction", change_place),
        ("sample size", change_size),
        ("storage temperature", change_storage),
    )
)
