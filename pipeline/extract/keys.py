"""Names of fields: which key of the vocabulary a name means, and what a value under it is."""

from __future__ import annotations

import re

from pipeline.extract.qualifiers import has_condition
from pipeline.lexicon import KeyRow, keep_first, read_rows, remember, remember_last

# "Molecular Weight (Da):" and "molecular_weight-da" are one key.
KEY_NOISE = re.compile(r"[\s_:–—-]+")
KEY_TAIL = re.compile(r"\s*\([^)]*\)\s*$")


YEAR_TAIL = re.compile(r"(?<=[a-z]) \(?(?:19|20)\d\d\)?$")  # "WADA 2025", "Legal status (2024)"


GOODS, HARMS = "key-benefit", "key-harm"  # the rows of fields that list what a compound is good and bad for


@remember
def known_keys() -> dict[str, KeyRow]:
    """Key rows by folded key."""
    return keep_first((fold_key(key), row) for row in read_rows("keys", KeyRow) for key in row.keys)


def fold_key(key: str) -> str:
    """A field name without case, underscores, dashes and the colon behind it."""
    plain = key.replace("½", "1/2").replace("\u2011", "-")  # "Half‑life" with a hyphen that does not break
    return KEY_NOISE.sub(" ", plain).strip().casefold()


CAMEL = re.compile(r"(?<=[a-z]{3})(?=[A-Z][a-z]{2})")  # "halfLife", "pubchemCid"


@remember_last(1000)
def find_key(name: str) -> KeyRow | None:
    """The key row of a field name, with or without what stands in brackets behind it."""
    folded = YEAR_TAIL.sub("", fold_key(CAMEL.sub(" ", name) if " " not in name else name))
    keys = known_keys()
    last = folded.replace(" > ", ".").rpartition(".")[2].strip()  # a path of fields, or heads above heads
    found = keys.get(folded) or keys.get(fold_key(KEY_TAIL.sub("", name))) or keys.get(last) or _drop_unit(last)
    return (
        found
        or find_by_end(last)
        or find_above(folded)
        or _find_approval(last)
        or _find_routes(last)
        or _find_front(last)
    )


# "Approved in Russia?", "licensed by the EMA"
APPROVAL_IN = re.compile(r"^(?:approved|registered|licen[sc]ed|authori[sz]ed) (?:in|by) (?:the )?\w[\w .]{1,24}\??$")


def _find_approval(folded: str) -> KeyRow | None:
    return known_keys().get("approved in") if APPROVAL_IN.match(folded) else None


# "Routes studied preclinically", "routes in human pilots"
ROUTES_OF = re.compile(r"^(?:administration )?routes? (?:used|studied|tested|in|of|for|given|reported)\b[\w ]{0,40}$")


def _find_routes(folded: str) -> KeyRow | None:
    return known_keys().get("routes") if ROUTES_OF.match(folded) else None


def find_above(folded: str) -> KeyRow | None:
    """The key row of the field that a condition refines: "storage.powder", "half-life > rat"."""
    above, dot, below = folded.replace(" > ", ".").rpartition(".")
    row = known_keys().get(above.rpartition(".")[2].strip()) if dot else None
    if row is None or row.value != "quantity":
        return None
    return row if below in CONDITIONS_BELOW or has_condition(below) else None


# Names of fields below "storage" and the like.
CONDITIONS_BELOW = frozenset(
    {"powder", "dry", "lyophilized", "lyophilised", "solution", "reconstituted", "unopened", "opened", "temperature"}
    | {"temp", "value", "typical", "human", "humans", "rat", "rats", "mouse", "mice", "plasma", "serum", "oral"}
    | {
        "nasal",
        "intranasal",
        "iv",
        "sc",
        "im",
        "subcutaneous",
        "intravenous",
        "csf",
        "blood",
        "dog",
        "monkey",
        "rabbit",
    }
)


def _find_front(folded: str) -> KeyRow | None:
    """The key row of a name that ends with its condition: "half-life plasma", "half_life_iv"."""
    front, _, last = folded.rpartition(" ")
    row = known_keys().get(front)
    conditioned = has_condition(last) or last in CONDITIONS_BELOW
    return row if row is not None and row.predicate in ENDED and conditioned else None


# Properties that a longer name of a field ends or begins with: "typical weekly dose", "dose in the trial".
ENDED = frozenset(
    {"dose", "half_life", "molecular_weight", "bioavailability", "purity", "tmax", "shelf_life"}
    | {"concentration", "storage_temperature"}
)
LONGEST_KEY = 6  # words
# "Powder" and "Solution" alone are fields on storage, "Nasal solution" is none.
BARE_MATTER = frozenset({"powder", "dry", "solution", "in water", "sealed vial", "sealed vials"})
PLACED = re.compile(
    r"\s(?:in|of|used|studied|given|per|by|at|for|after)\s.*$|\s(?:used|studied|given|range|range studied)$"
)


def find_by_end(folded: str) -> KeyRow | None:
    """The key row of the last words of a name, or of those before "in the trial"."""
    words = folded.split()
    if not 1 < len(words) <= LONGEST_KEY or words[0][0].isdigit():  # "5 mg dose: −15 %" is what that dose did
        return None
    stem = PLACED.sub("", folded)
    tails = [stem, *(" ".join(words[at:]) for at in range(1, len(words)))]
    rows = (known_keys().get(tail) for tail in tails if tail not in BARE_MATTER)
    row = next((row for row in rows if row is not None), None)
    return row if row is not None and row.value == "quantity" and row.predicate in ENDED else None


# "half_life_hours", "storage_temp_c", "weight_g_mol": units that the name of a field ends with.
UNIT_TAILS = {
    name: unit
    for unit, names in (
        ("Da", ("da",)),
        ("kDa", ("kda",)),
        ("g/mol", ("g/mol", "g mol")),
        ("%", ("%", "percent", "pct")),
        ("°C", ("c",)),
        ("h", ("h", "hr", "hrs", "hours")),
        ("min", ("min", "mins", "minutes")),
        ("days", ("d", "days")),
        ("weeks", ("weeks",)),
        ("months", ("months",)),
        ("years", ("years",)),
        ("mg", ("mg",)),
        ("mcg", ("mcg", "ug")),
        ("IU", ("iu",)),
    )
    for name in names
}


def find_unit_tail(name: str) -> str | None:
    """The unit that the name of a field ends with, as it would be written behind a number."""
    words = fold_key(name).split()
    if len(words) < 2:  # noqa: PLR2004  (a unit alone names no field)
        return None
    return UNIT_TAILS.get(" ".join(words[-2:])) or UNIT_TAILS.get(words[-1])


def _drop_unit(folded: str) -> KeyRow | None:
    head, _, tail = folded.rpartition(" ")
    if tail == "mol" and head.endswith(" g"):
        head, tail = head[:-2], "g mol"
    return known_keys().get(head) if tail in UNIT_TAILS or tail in {"id", "number"} else None
