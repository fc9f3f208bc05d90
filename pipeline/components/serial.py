"""Mentions as bytes: so that a doc that carries them can be saved, go into a DocBin, or come from another process.

spaCy writes what `doc._.claimsift` holds by srsly's msgpack, which takes a way to write further types. A mention is
written as a map of its fields with the name of its class, and read back only as one of the classes below: bytes of
anybody's are data, never code. Where this module is not imported, the maps stay maps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum

from srsly.msgpack import msgpack_decoders, msgpack_encoders

from pipeline.chemistry import Peptide
from pipeline.page import Citation, Cue, Fragment, Mention, Quantity
from pipeline.schema import CitationRole, CitationStatus, CitationStyle, Comparator, Effect, Label

TAG = "__claimsift__"
FACTS = {kind.__name__: kind for kind in (Mention, Quantity, Fragment, Cue, Citation, Peptide)}
CHOICES = {kind.__name__: kind for kind in (Label, Comparator, Effect, CitationRole, CitationStyle, CitationStatus)}

Chain = Callable[[object], object] | None


def encode(value: object, chain: Chain = None) -> object:
    """A mention, or a fact in one, as what msgpack can write; anything else goes on to the next in the chain."""
    if is_dataclass(value) and not isinstance(value, type) and type(value).__name__ in FACTS:
        held = {field.name: _mark(getattr(value, field.name)) for field in fields(value)}
        return {TAG: type(value).__name__, "held": held}
    return value if chain is None else chain(value)


def _mark(value: object) -> object:
    """Tuples and closed lists, which msgpack would write as lists and texts, with their names."""
    if isinstance(value, tuple):
        return {TAG: "tuple", "held": [_mark(item) for item in value]}
    if isinstance(value, Enum):
        return {TAG: type(value).__name__, "held": value.value}
    return value


def decode(value: Mapping[str, object], chain: Chain = None) -> object:
    """What `encode` wrote, from the inside out. Raises TypeError or ValueError where a field is none of its class."""
    name, held = value.get(TAG), value.get("held")
    if name == "tuple" and isinstance(held, list | tuple):
        return tuple(held)
    if name in FACTS and isinstance(held, Mapping):
        return FACTS[str(name)](**held)
    if name in CHOICES:
        return CHOICES[str(name)](str(held))
    return value if chain is None else chain(value)


msgpack_encoders.register("claimsift", func=encode)
msgpack_decoders.register("claimsift", func=decode)
