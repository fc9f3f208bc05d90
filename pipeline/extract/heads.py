"""What happens to parts of a body, where one noun has several: "healing of tendon and bone", "muscle and nerve repair".

No lexicon can list every such pair in both orders, so a noun is tried with each member of its list in the order that
the lexicons use: "bone healing".
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from pipeline.components.concepts import name_index
from pipeline.extract.verbs import finite_verbs
from pipeline.schema import Label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.lexicon import Concept

Span = tuple[int, int]

HEAD = (
    r"(?:healing|repair|regeneration|recovery|restoration|regrowth|growth|outgrowth|migration|movement|proliferation"
    r"|differentiation|survival|recruitment|mobili[sz]ation|maturation|activation|formation|development|production|synthesis"
    r"|secretion|release|function|protection|death|breakdown|resorption|oxidation|peroxidation|expression|activity"
    r"|signal(?:l)?ing|density|strength|elasticity|emptying|uptake|turnover|remodel(?:l)?ing|aggregation|contraction)"
)
# "the healing of", "survival and migration of", "faster regeneration of the"
HEADED = re.compile(
    rf"\s*(?:(?:the|their|its|both|faster|better|new|rapid|normal|\w+ly)\s+){{0,3}}(?P<head>{HEAD})"
    rf"(?:\s+and\s+(?P<other>{HEAD}))?\s+of\s",
    re.IGNORECASE,
)
# One member of the list behind it: "the sciatic nerve", "gastric ulcers"; with what parts it from the one before.
MEMBER = re.compile(
    r"(?P<glue>^|\s*,\s*(?:and|or)\s|\s*,|\s*/|\s+(?:and|or|as well as))\s*"
    r"(?:(?:the|its|their|both|new|existing|injured|damaged|other|some|several)\s+)*"
    r"(?P<words>(?!(?:and|or)\b)[^\W\d_][\w/-]*(?:\s(?!(?:and|or|as|in|of|by|to|for|at|on|with|from|after|into|via|through|that|which|is|are"
    r"|was|were|compared|following|during|toward|towards|while|but|than|under|within|without|against|when|where)\b)[^\W\d_][\w/-]*){0,3})"
)
# "different tissues, including skin and bone": what the list is one of.
KINDS = re.compile(
    r"\s*(?:(?!including|such)[\w-]+\s){0,4}(?:tissues?|structures?|organs?|areas?|parts)(?:\s(?:types?|systems?))?,?"
    r"\s(?:including|such as|like|namely|from)(?=\s)",
    re.IGNORECASE,
)
HEALED = ("healing", "repair", "regeneration")
MOST_MEMBERS = 6
LONGEST = 200  # code points that are looked at

# "tendon, muscle and ligament repair": members in front of the last, which has the noun.
BEFORE = re.compile(
    r"(?:^|\s)(?:(?:both|the)\s+)?(?P<words>[a-z][\w-]*(?:\s[a-z][\w-]*)?(?:,\s[a-z][\w-]*(?:\s[a-z][\w-]*)?){0,4}),?\s+"
    r"(?:and|or|&|and even|as well as)\s+$",
    re.IGNORECASE,
)
# The same, where the last member is a name of its own: "tendon, ligament and even cardiac tissue repair"
PARTING = re.compile(r"\s*,\s*(?:(?:and|or)\s+)?(?:even\s+)?|\s+(?:and|or)\s+(?:even\s+)?", re.IGNORECASE)
CLOSED = re.compile(
    rf"\s*(?:(?:the|both|faster|better|\w+ly)\s+){{0,2}}(?P<members>(?!and\b|or\b)[a-z][\w-]*(?:\s[a-z][\w-]*)?"
    rf"(?:,\s[a-z][\w-]*(?:\s[a-z][\w-]*)?){{0,4}}(?:,?\s(?:and|or)(?:\seven)?\s[a-z][\w-]*(?:\s[a-z][\w-]*)?)?)\s(?P<head>{HEAD})\b",
    re.IGNORECASE,
)
# "skin firmness, elasticity and tone": members behind the first, which has the words in front of the noun.
BARE = re.compile(
    r"\s*(?:,\s*(?:and|or)\s|,|/|&|\b(?:and|or)\s)\s*(?:(?:overall|general|the|its)\s)?(?P<noun>[a-z]{4,20})"
    r"(?=\s*(?:[.,;:()\[/]|$|(?:and|or|in|by|with|after|for|while|through|via|at|without|during|following|as|among|across|under"
    r"|that|which|to|from|on|when|is|are|was|were|levels?|over|compared)\b))",
    re.IGNORECASE,
)
LAST_WORD = re.compile(r"[a-z]+$", re.IGNORECASE)


def name_parts(text: str, at: int, last: int) -> list[tuple[Span, Concept]]:
    """What the noun phrase that begins at offset `at` of a text and ends by `last` names, one concept a member."""
    headed = HEADED.match(text, at, min(last, at + LONGEST))
    if headed is None:
        return _name_closed(text, at, last)
    heads = [head for head in (headed["head"], headed["other"]) if head]
    if headed["head"].lower() in HEALED and KINDS.match(text, headed.end() - 1, last):
        return [
            ((headed.start("head"), end), part) for (_, end), part in name_treated(text, headed.end() - 1, last, HEALED)
        ]
    found: list[tuple[Span, Concept]] = []
    for span in _list_members(text, headed.end() - 1, last):
        concepts = [concept for head in heads if (concept := look_up_part(text[slice(*span)], head))]
        if not concepts:
            break
        found += [((headed.start("head"), span[1]), concept) for concept in concepts]
    return found


def name_treated(text: str, at: int, last: int, heads: Sequence[str]) -> list[tuple[Span, Concept]]:
    """What the nouns `heads` make of the parts in a list that begins at offset `at` and ends by `last`."""
    kinds = KINDS.match(text, at, min(last, at + LONGEST))
    found: list[tuple[Span, Concept]] = []
    for span in _list_members(text, kinds.end() if kinds is not None else at, last):
        named = (look_up_part(text[slice(*span)], head) for head in heads)
        concept = next((concept for concept in named if concept is not None), None)
        if concept is None:
            break
        found.append((span, concept))
    return found


def _name_closed(text: str, at: int, last: int) -> list[tuple[Span, Concept]]:
    """What a list names whose last member alone has the noun: "tendon, ligament and cardiac tissue repair"."""
    closed = CLOSED.match(text, at, min(last, at + LONGEST))
    if closed is None:
        return []
    members = [member for member in PARTING.split(closed["members"]) if member]
    if any(finite_verbs().match(member) for member in members):  # "steadies appetite, slows gastric emptying"
        return []
    found = [look_up_part(member, closed["head"]) for member in members]
    return [(closed.span("members"), concept) for concept in found if concept is not None]


def _list_members(text: str, at: int, last: int) -> Iterator[Span]:
    for _ in range(MOST_MEMBERS):
        member = MEMBER.match(text[at : min(last, at + LONGEST)])
        if member is None:
            return
        yield at + member.start("words"), at + member.end("words")
        at += member.end()


def name_shared(text: str, first: int, start: int, end: int) -> list[tuple[Span, Concept]]:
    """What the members in front of a name from `start` to `end` name with its last word, in text from `first` on."""
    first = max(first, start - LONGEST)
    before = BEFORE.search(text[first:start])
    head = LAST_WORD.search(text[start:end])
    if before is None or head is None or " " not in text[start:end].strip():
        return []
    words = [part.strip() for part in before["words"].split(",")]
    found = [look_up_part(word, head[0]) for word in words]
    return [((first + before.start("words"), end), concept) for concept in found if concept is not None]


def name_alike(text: str, start: int, end: int, last: int) -> list[tuple[Span, Concept]]:
    """What bare nouns of a list name with the words in front of the noun of its first member, from `start` to `end`."""
    first = text[start:end].split()
    found: list[tuple[Span, Concept]] = []
    at = end
    while len(first) > 1 and len(found) < MOST_MEMBERS and (member := BARE.match(text, at, last)) is not None:
        at = member.end()
        shared = (" ".join(first[:count]) for count in range(len(first) - 1, 0, -1))
        concepts = (concept for words in shared for concept in name_index().look_up(f"{words} {member['noun']}"))
        found += [(member.span("noun"), concept) for concept in islice(concepts, 1)]
    return found


def look_up_part(part: str, head: str) -> Concept | None:
    """The process that a noun makes of the words for a part: of "gastric ulcers" and "healing" ulcer healing."""
    words = part.split()
    for first in range(len(words)):
        for name in _spell(" ".join(words[first:])):
            for concept in name_index().look_up(f"{name} {head}"):
                if concept.label is Label.PROCESS:
                    return concept
    return None


def _spell(words: str) -> Iterator[str]:
    """Words as they stand, in the singular, and less the "tissue" of "gut tissue"."""
    yield words
    if words.endswith(" tissue"):
        yield words.removesuffix(" tissue")
    if words.endswith("ies"):
        yield words[:-3] + "y"
    elif words.endswith("s") and not words.endswith("ss"):
        yield words[:-1]
