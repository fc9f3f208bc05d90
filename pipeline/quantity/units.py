"""Units: from written words to UCUM codes, and from one code to another.

Atoms (`mg`, `d`, `{subject}`) are rows of `lexicons/units.jsonl`; quotients (`ug/kg/d`) are put together from them,
in the text as in a code. A dimension is what atoms measure, with powers: `mass/volume`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.lexicon import keep_first, remember, remember_last, units
from pipeline.quantity.words import HYPHENS, SPACES, describers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.lexicon import Unit

MOST_FACTORS = 4  # atoms in one unit; "ng/kg/min" has three
DIGITS = 12  # significant digits kept by a conversion; hides what binary fractions add, and no page states more

SUBJECT = "{subject}"
RESIDUE = "{residue}"
FOLD = "{fold}"
COUNTED = frozenset({"{times}", FOLD})  # "3× per week" is a frequency

_LOOKALIKES = str.maketrans({"\u00b5": "\u03bc", "\u212b": "\u00c5", "\u2126": "\u03a9"})

# Between number and unit: nothing, a space or two, or the hyphen of "30-day".
_GAP = re.compile(rf"[{HYPHENS}]|[{SPACES}]{{0,2}}")
_DESCRIBER = re.compile(rf"[{SPACES}](?P<word>[\w/-]{{2,24}})(?=[{SPACES}])")
MOST_DESCRIBERS = 4  # "24 hospitalised acute ischemic stroke patients"
_OVER = re.compile(rf"[{SPACES}]?[/⁄∕][{SPACES}]?|[{SPACES}]per[{SPACES}]|[{SPACES}]?p\.[{SPACES}]?(?=kg|day)")
_TIMES = re.compile(rf"[{SPACES}]?[·⋅∙•.][{SPACES}]?|[{SPACES}]")
# The power of "mol⁻¹", "s−1", "cm^-2", "g− 1".
_NEGATIVE_POWER = re.compile(rf"(?:\^?[-−–⁻][{SPACES}]?|\^\([-−–])(?P<power>[1-3¹²³])(?!\w)")
# Of one atom alone "cm⁻¹", "cm^-1", "cm−1"; "cm-1" unless a unit follows, for "2 h-3 h" is a range.
_OWN_POWER = re.compile(r"(?:⁻|−[ \u00a0\u2009]?|\^\(?[-−–]|(?P<plain>-))(?P<power>[1-3¹²³])(?![\w.]\d|\w)")
# What is weighed, between a unit and its next factor: the "C" of "g C m−2", the "CO2" of "µmol CO2 m−2 s−1".
_SUBSTANCE = re.compile(rf"[{SPACES}](?:(?:[A-Z][a-z]?[0-9]?){{1,4}}|photons|quanta)(?=[{SPACES}/])")
# What is counted in a place or a time: the "stems" of "1000 stems/ha", the "trees" of "40 trees ha−1".
_COUNTED = re.compile(rf"[{SPACES}](?P<word>[a-z]{{3,16}})")
_NO_COUNT = frozenset({"and", "or", "per", "the", "times", "with"})
_POWERS = {"1": 1, "2": 2, "3": 3, "¹": 1, "²": 2, "³": 3}
_LONE_LETTER = re.compile(rf"(?<![^\W\d_])[^\W\d_hd][/{HYPHENS}][^\W_]")  # "5 C-terminal", "5 m/z"

_CODE_PART = re.compile(r"(?P<over>/)?(?P<atom>(?:\{[^{}]*\}|\[[^\[\]]*\]|[A-Za-z%])+)(?P<power>-?\d)?\.?")


@dataclass(frozen=True, slots=True)
class UnitMatch:
    """A unit in text: its UCUM code and where its words end."""

    ucum: str
    end: int


@dataclass(frozen=True, slots=True)
class Scale:
    """How a code leads to base units: value in base = value * factor + offset; atoms' dimensions with powers."""

    factor: float
    offset: float
    dimension: tuple[tuple[str, int], ...]


def read_unit(text: str, position: int) -> UnitMatch | None:
    """The unit that follows a number which ends at `position`, gap included; nothing where none is known."""
    gap = _GAP.match(text, position)
    start = gap.end() if gap else position
    first = _read_atom(text, start)
    if first is None:
        return _read_described(text, position) or _read_counted(text, position)
    return _read_factors(text, first)


def parse_unit(text: str) -> str | None:
    """The UCUM code of a unit that stands alone, as in a column head; nothing if the words are no unit."""
    stripped = text.strip()
    found = read_unit(stripped, 0)
    return found.ucum if found is not None and found.end == len(stripped) else None


def convert(value: float, from_ucum: str, to_ucum: str) -> float | None:
    """`value` in another unit, to `DIGITS` significant digits; nothing if the two measure different things."""
    if from_ucum == to_ucum:
        return value
    source, target = scale_of(from_ucum), scale_of(to_ucum)
    if source is None or target is None or source.dimension != target.dimension:
        return None
    return _trim((value * source.factor + source.offset - target.offset) / target.factor)


def dimension_of(ucum: str) -> str | None:
    """What a unit measures, by the name that the lexicon gives (`molar_mass`), else composed (`mass/volume`)."""
    scale = scale_of(ucum)
    if scale is None:
        return None
    return _dimension_names().get(scale.dimension) or _write_powers(scale.dimension)


def base_of(ucum: str) -> str | None:
    """The base unit of a code: `kDa` (`kg/mol`) leads to `g/mol`; nothing for an unknown code."""
    if row := units().get(ucum):
        return row.base
    scale = scale_of(ucum)
    if scale is None:
        return None
    powers: Counter[str] = Counter()
    for atom, power in _split_code(ucum):
        powers[units()[atom].base] += power
    return _write_powers(tuple(sorted(powers.items())))


@remember_last(4096)
def scale_of(ucum: str) -> Scale | None:
    """Factor, offset and dimension of a code; nothing if one of its atoms is unknown. "" is a bare number."""
    if not ucum:
        return Scale(1.0, 0.0, ())
    row = units().get(ucum)
    if row is not None and _is_atomic(row):
        return Scale(row.factor, row.offset, ((row.dimension, 1),))
    factor = 1.0
    powers: Counter[str] = Counter()
    parts = list(_split_code(ucum))
    if not parts:
        return None
    for atom, power in parts:
        row = units().get(atom)
        if row is None or not _is_atomic(row):
            return None
        factor *= row.factor**power
        powers[row.dimension] += power
    return Scale(factor, 0.0, tuple(sorted((name, power) for name, power in powers.items() if power)))


def _read_factors(text: str, first: tuple[str, int]) -> UnitMatch | None:
    code, end = first
    start = end - 1
    end, power = _own_power(text, end)
    factors = [(code, power)]
    while len(factors) < MOST_FACTORS:
        bracket = _read_bracket(text, end)
        if bracket is not None:
            below, end = bracket
            factors += below
            break
        following = _read_factor(text, end)
        if following is None:
            break
        code, power, end = following
        factors.append((code, power))
    if end == start + 1 and _LONE_LETTER.match(text, start):
        return None
    return UnitMatch(_write_code(factors), end)


def _read_bracket(text: str, end: int) -> tuple[list[tuple[str, int]], int] | None:
    """What stands below in brackets: the "/(kg K)" of "J/(kg K)"."""
    over = _OVER.match(text, end)
    if over is None or not text.startswith("(", over.end()):
        return None
    factors: list[tuple[str, int]] = []
    end = over.end() + 1
    while (atom := _read_atom(text, end)) is not None and len(factors) < MOST_FACTORS:
        code, end = atom
        factors.append((code, -1))
        if text.startswith(")", end):
            return factors, end + 1
        times = _TIMES.match(text, end)
        if times is None:
            return None
        end = times.end()
    return None


def _read_factor(text: str, end: int) -> tuple[str, int, int] | None:
    found = _read_next_factor(text, end)
    substance = None if found else _SUBSTANCE.match(text, end)
    return _read_next_factor(text, substance.end()) if substance else found


def _read_next_factor(text: str, end: int) -> tuple[str, int, int] | None:
    over = _OVER.match(text, end)
    if over:
        atom = _read_atom(text, over.end())
        return (atom[0], -1, atom[1]) if atom else None
    times = _TIMES.match(text, end)
    if not times:
        return None
    atom = _read_atom(text, times.end())
    power = atom and _NEGATIVE_POWER.match(text, atom[1])
    return (atom[0], -_POWERS[power["power"]], power.end()) if atom and power else None


def _own_power(text: str, end: int) -> tuple[int, int]:
    """Where the first atom ends with its power: "1031 cm−1" has a negative one, most have none."""
    power = _OWN_POWER.match(text, end)
    if power is None or (power["plain"] and _starts_unit(text, power.end())):
        return end, 1
    return power.end(), -_POWERS[power["power"]]


def _starts_unit(text: str, position: int) -> bool:
    gap = _GAP.match(text, position)
    return text[position : position + 1] == "%" or _read_atom(text, gap.end() if gap else position) is not None


def _read_described(text: str, position: int) -> UnitMatch | None:
    """People or animals behind the words that describe them: "18 healthy male volunteers"."""
    for _ in range(MOST_DESCRIBERS):
        describer = _DESCRIBER.match(text, position)
        if describer is None or describer["word"].lower() not in describers():
            return None
        position = describer.end()
        atom = _read_atom(text, position + 1)
        if atom and atom[0] == SUBJECT:
            return UnitMatch(*atom)
    return None


def _read_counted(text: str, position: int) -> UnitMatch | None:
    """Things of any kind over a known unit: a UCUM annotation, `{stems}/har`."""
    counted = _COUNTED.match(text, position)
    if counted is None or counted["word"] in _NO_COUNT:
        return None
    factor = _read_next_factor(text, counted.end())
    if factor is None or factor[1] >= 0 or "{" in factor[0]:
        return None
    factors = [(f"{{{counted['word']}}}", 1)]
    while factor is not None and len(factors) < MOST_FACTORS:
        factors.append(factor[:2])
        end = factor[2]
        factor = _read_next_factor(text, end)
    return UnitMatch(_write_code(factors), end)


def _read_atom(text: str, start: int) -> tuple[str, int] | None:
    """UCUM code and end of the longest alias at `start`."""
    pattern = _alias_patterns().get(text[start : start + 1].translate(_LOOKALIKES).casefold())
    found = pattern.match(text, start) if pattern else None
    if found is None:
        return None
    words = _fold_spaces(found[0])
    return _exact_aliases().get(words) or _aliases()[words.casefold()], found.end()


def _write_code(factors: list[tuple[str, int]]) -> str:
    if len(factors) > 1 and factors[0][0] in COUNTED and _is_time(factors[1][0]):
        factors = factors[1:]
    if any("/" in code and power < 0 for code, power in factors):  # "M−1 s−1" is L/mol/s
        factors = [(atom, own * power) for code, power in factors for atom, own in _split_code(code)]
    return _write_powers(tuple(factors))


def _write_powers(powers: tuple[tuple[str, int], ...]) -> str:
    above = ".".join(f"{name}{power if power > 1 else ''}" for name, power in powers if power > 0)
    below = "".join(f"/{name}{-power if power < -1 else ''}" for name, power in powers if power < 0)
    return above + below


def _split_code(ucum: str) -> Iterator[tuple[str, int]]:
    """Atoms of a code with their powers; nothing for a code that is not made of atoms."""
    position = 0
    parts: list[tuple[str, int]] = []
    while position < len(ucum):
        part = _CODE_PART.match(ucum, position)
        if part is None:
            return
        whole = part["atom"] + (part["power"] or "")
        sign = -1 if part["over"] else 1
        if whole in units():
            parts.append((whole, sign))
        else:
            parts.append((part["atom"], sign * int(part["power"] or 1)))
        position = part.end()
    yield from parts


def _is_atomic(row: Unit) -> bool:
    return "/" not in row.ucum or row.ucum.startswith("/")


def _is_time(ucum: str) -> bool:
    row = units().get(ucum)
    return row is not None and row.dimension == "time"


def _fold_spaces(words: str) -> str:
    return re.sub(rf"[{SPACES}{HYPHENS}]", " ", words.translate(_LOOKALIKES))


def _trim(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


@remember
def _dimension_names() -> dict[tuple[tuple[str, int], ...], str]:
    names = {}
    for row in units().values():
        scale = scale_of(row.ucum)
        if scale is not None:
            names[scale.dimension] = row.dimension
    return names


@remember
def _aliases() -> dict[str, str]:
    return keep_first((_fold_spaces(alias).casefold(), row.ucum) for row in units().values() for alias in row.aliases)


@remember
def _exact_aliases() -> dict[str, str]:
    return keep_first((_fold_spaces(alias), row.ucum) for row in units().values() for alias in row.exact)


@remember
def _alias_patterns() -> dict[str, re.Pattern[str]]:
    """For each first character one pattern of all aliases that begin with it, longest first."""
    spellings: defaultdict[str, list[tuple[str, bool]]] = defaultdict(list)
    for alias in _aliases():
        spellings[alias[0]].append((alias, True))
    for alias in _exact_aliases():
        spellings[alias[0].casefold()].append((alias, False))
    return {first: _alias_pattern(written) for first, written in spellings.items()}


def _alias_pattern(written: list[tuple[str, bool]]) -> re.Pattern[str]:
    longest_first = sorted(written, key=lambda spelling: (-len(spelling[0]), spelling[0]))
    return re.compile("|".join(_spell(alias, any_case=any_case) for alias, any_case in longest_first))


def _spell(alias: str, *, any_case: bool) -> str:
    """A pattern for one alias: either sign for mu, Angstrom and Ohm, any space or hyphen, a word's end behind it."""
    escaped = re.escape(alias).replace(r"\ ", f"[{SPACES}{HYPHENS}]")
    for sign, code in (("μ", "\u00b5"), ("å", "\u212b"), ("Å", "\u212b"), ("Ω", "\u2126")):
        escaped = escaped.replace(sign, f"[{sign}{code}]")
    body = f"(?i:{escaped})" if any_case else escaped
    return body + (r"(?![^\W_⁰¹²³⁴-⁹])" if alias[-1].isalnum() or alias[-1] == "×" else "")
