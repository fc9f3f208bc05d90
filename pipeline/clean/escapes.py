"""Quoted strings of JSON and YAML, decoded with the way back: an escape is one piece."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from pipeline.clean.layers import Composer, Layer

if TYPE_CHECKING:
    from collections.abc import Callable

# \n, \", \u2014, and the two halves of one character: \ud83e\uddea
JSON_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.DOTALL)
# What YAML has besides: \x41, \U0001F9EA, an escaped end of line
YAML_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\r\n[ \t]*|[\r\n][ \t]*|.)", re.DOTALL)
SINGLE = re.compile(r"''")
UNKNOWN = "\ufffd"
SHORT = 2  # length of an escape of one letter; a "\u" that was cut off means nothing
SURROGATES = range(0xD800, 0xE000)
LAST = 0x10FFFF

YAML_LETTERS = {
    "0": UNKNOWN, "a": UNKNOWN, "b": UNKNOWN, "e": UNKNOWN, "v": " ", "f": " ", "n": "\n", "r": "\n", "t": "\t",
    "N": "\n", "L": "\n", "P": "\n", "_": "\u00a0",
}  # fmt: skip


def decode_json(layer: Layer, start: int, end: int) -> Layer:
    """The inside of a JSON string (without its quotes) as a layer."""
    return _decode(layer, start, end, JSON_ESCAPE, _json_meaning)


def decode_yaml(layer: Layer, start: int, end: int, quote: str) -> Layer:
    """The inside of a quoted YAML scalar (without its quotes) as a layer."""
    if quote == "'":
        return _decode(layer, start, end, SINGLE, lambda _: "'")
    return _decode(layer, start, end, YAML_ESCAPE, _yaml_meaning)


def _decode(layer: Layer, start: int, end: int, escape: re.Pattern[str], meaning: Callable[[str], str]) -> Layer:
    composer = Composer(layer)
    at = start
    for match in escape.finditer(layer.text, start, end):
        if at < match.start():
            composer.copy(at, match.start())
        if meant := meaning(match.group()):
            composer.put(meant, *match.span())
        at = match.end()
    if at < end:
        composer.copy(at, end)
    return composer.to_layer()


def _json_meaning(escape: str) -> str:
    if escape[1] == "u" and len(escape) > SHORT:
        meant: str = json.loads(f'"{escape}"')
        return UNKNOWN if "\ud800" <= meant <= "\udfff" else meant
    return {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": " ", "u": ""}.get(escape[1], escape[1])


def _yaml_meaning(escape: str) -> str:
    if escape[1] in "xuU" and len(escape) > SHORT:
        code = int(escape[2:], base=16)  # noqa: FURB166  (the prefix is YAML's, not Python's)
        return UNKNOWN if code in SURROGATES or code > LAST else chr(code)
    if escape[1] in "\r\n":
        return ""
    return YAML_LETTERS.get(escape[1], escape[1])
