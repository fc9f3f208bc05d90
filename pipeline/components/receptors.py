"""Receptors that are named by what binds them: "GIP, GLP-1 and glucagon receptors", "the receptors for GIP and GLP-1".

The noun that makes a receptor of a hormone's name stands once for the whole list, behind it or in front of it; so does
"agonist" in "a GLP-1/GIP/glucagon tri-agonist".
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.components.cores import trim_edges
from pipeline.page import Mention
from pipeline.schema import Label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.components.names import NameIndex
    from pipeline.lexicon import Concept

HOW = "shared:receptor"
BINDING = frozenset({Label.COMPOUND, Label.TARGET})
AGONIST = r"(?:(?:single|mono|dual|triple|twin|tri|co|super|full|partial|inverse)[-‐‑–\s]?)?(?:ant)?agonis(?:ts?|m)\b"
# "GLP-1 receptors", "GLP-1 receptor agonist", "GLP-1 agonist", "delta opioid receptors": the last of a list.
LAST = re.compile(rf"\sreceptors(?:\s.*)?$|\s{AGONIST}", re.IGNORECASE)
RECEPTOR = re.compile(r"\sreceptors?$", re.IGNORECASE)
# "glucagon tri-agonist", "amylin receptor agonist": what stands behind the last of a list.
ACTS = re.compile(rf"[\s-]+{AGONIST}", re.IGNORECASE)
ACTS_ON_RECEPTOR = re.compile(rf"\s+{AGONIST}", re.IGNORECASE)
# Between two members of a list.
JOINT = re.compile(r"\s*(?:,|/|&|[-–+]|,?\s+(?:and|or|and/or|plus|as well as))\s*(?:the\s+|also\s+)?", re.IGNORECASE)
LONGEST_JOINT = 16  # code points
# "the receptors for", "three receptors at once:", "an agonist of"; the list follows.
AHEAD = re.compile(
    r"(?:\breceptors?(?:\s(?:at once|too|as well|in one|together))?\s?(?:[:(–—]|\b(?:for|of)\b)"
    r"|\breceptors (?:for|of)\s(?:[\w-]+\s){1,6}(?:hormones|peptides|incretins)\s?[:(–—,]"
    r"|\bagonis(?:ts?|m)\s?(?:[:–—]|\b(?:of|at|for|on)\b))\s?(?:(?:both|the|human|native|two|three)\s)*$",
    re.IGNORECASE,
)
LONGEST_AHEAD = 64  # code points
BETWEEN = re.compile(r"\bbetween\s+(?:the\s+)?$", re.IGNORECASE)
# "mu and delta opioid receptors", "AT1 and AT2 receptors": a member that is no name by itself.
PART_OF_NAME = re.compile(r"(?<![\w-])(?P<word>[^\W_][\w-]{0,11})(?:\s*/\s*|,?\s+(?:and|or)\s+)$")
MOST = 6  # members of a list
# "The glucagon-like peptide-1 (GLP-1) receptor": the noun stands behind the short form in its bracket.
BRACKETED = re.compile(r"\)\s+receptors?\b", re.IGNORECASE)
IN_BRACKETED = re.compile(
    r"\s*\(\s*|\)\s*(?:,\s*(?:and|or|and/or)\b|,|/|&|(?:and|or|and/or)\b)\s*(?:the\s+)?", re.IGNORECASE
)
# A long form in a bracket may stand between the members of a list: "GIP (its long form) and GLP-1 receptors".
CLOSED = re.compile(r"\)\s*(?:,\s*(?:and|or|and/or)\b|,|/|&|(?:and|or|and/or)\b)\s*(?:the\s+)?", re.IGNORECASE)
SHORT_BEHIND = re.compile(r"\s*\([A-Z][\w-]{1,9}\)\s+receptors?\b")  # "glucagon (GCG) receptors"


def share_receptors(index: NameIndex, text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The same mentions, by start, where the names in a list of receptors are receptors, and those that it adds."""
    found = list(mentions)
    outer = [place for place, mention in enumerate(found) if not mention.nested]
    for place, mention in enumerate(found):
        if mention.nested and mention.label in BINDING and ACTS.match(text, mention.end):
            found[place] = _as_receptor(index, mention)  # of "a GLP-1 agonist"
        if mention.label in BINDING and _is_bracketed(text, mention):
            _go_back_bracketed(index, text, found, place)
    added: list[Mention] = []
    for number, place in enumerate(outer):
        mention = found[place]
        if mention.label not in BINDING:
            continue
        if AHEAD.search(text[max(0, mention.start - LONGEST_AHEAD) : mention.start]):
            _go_on(index, text, found, outer[number:])
        elif _is_last(text, mention):
            _go_back(index, text, found, outer[: number + 1])
            added += _complete(index, text, found, outer[: number + 1])
    return sorted([*found, *added], key=lambda mention: mention.start)


def _is_bracketed(text: str, mention: Mention) -> bool:
    return text[mention.start - 1 : mention.start] == "(" and BRACKETED.match(text, mention.end) is not None


def _go_back_bracketed(index: NameIndex, text: str, found: list[Mention], last: int) -> None:
    """Make receptors of a short form in its bracket, of its long form, and of the pairs in front of them in a list."""
    start = found[last].end
    for place in range(last, max(-1, last - 4 * MOST), -1):
        mention = found[place]
        if mention.end > start:  # a name that holds others
            continue
        if mention.label not in BINDING or (place != last and not IN_BRACKETED.fullmatch(text, mention.end, start)):
            return
        row = _find_receptor(index, mention)
        if row is None:
            return
        found[place] = _make(mention, row)
        start = mention.start


def _is_last(text: str, mention: Mention) -> bool:
    """Whether what ends a list of receptors stands in a name, or right behind it."""
    if LAST.search(mention.text):
        return True
    if RECEPTOR.search(mention.text):
        return ACTS_ON_RECEPTOR.match(text, mention.end) is not None
    return ACTS.match(text, mention.end) is not None or SHORT_BEHIND.match(text, mention.end) is not None


def _go_on(index: NameIndex, text: str, found: list[Mention], places: Sequence[int]) -> None:
    """Make receptors of the first of some mentions and of those that follow it in a list."""
    end: int | None = None
    for place in places[:MOST]:
        mention = found[place]
        if mention.label not in BINDING or (end is not None and not _joins(text, end, mention.start)):
            return
        row = _find_receptor(index, mention)
        if row is None:
            return
        end = mention.end
        found[place] = _make(mention, row)


def _go_back(index: NameIndex, text: str, found: list[Mention], places: Sequence[int]) -> None:
    """Make receptors of the mentions in front of the last one, as far as they are its list."""
    last = found[places[-1]]
    if not LAST.search(last.text):
        found[places[-1]] = _as_receptor(index, last)
    start = last.start
    for place in reversed(places[-MOST:-1]):
        mention = found[place]
        bracketed = (CLOSED if start == last.start else IN_BRACKETED).fullmatch(text, mention.end, start)
        if mention.label not in BINDING or not (_joins(text, mention.end, start) or bracketed):
            return
        if BETWEEN.search(text[max(0, mention.start - LONGEST_JOINT) : mention.start]):
            return
        row = _find_receptor(index, mention)
        if row is None or row.id == last.concept_id:
            return
        start = mention.start
        found[place] = _make(mention, row)


def _complete(index: NameIndex, text: str, found: list[Mention], places: Sequence[int]) -> list[Mention]:
    """The member right in front of the last one that only its noun makes a name: the "mu" of "mu and delta opioid"."""
    last = found[places[-1]]
    before = PART_OF_NAME.search(text[max(0, last.start - LONGEST_AHEAD) : last.start])
    noun = last.text.partition(" ")[2]
    if before is None or not LAST.search(f" {noun}"):
        return []
    start = max(0, last.start - LONGEST_AHEAD) + before.start("word")
    end = start + len(before["word"])
    if len(places) > 1 and found[places[-2]].end > start:
        return []
    row = _look_up(index, f"{before['word']} {noun}")
    if row is None or row.id == last.concept_id:
        return []
    name = text[start:end]
    return [Mention(start=start, end=end, text=name, label=row.label, how=HOW, concept_id=row.id, concept=row.name)]


def _joins(text: str, end: int, start: int) -> bool:
    return start - end <= LONGEST_JOINT and JOINT.fullmatch(text, end, start) is not None


def _look_up(index: NameIndex, name: str) -> Concept | None:
    """The receptor that a whole name leads to, also without the words beside the name itself."""
    first, last = trim_edges(name)
    rows = index.look_up(name) or index.look_up(name[first:last])
    return next((row for row in rows if row.label is Label.TARGET), None)


def _find_receptor(index: NameIndex, mention: Mention) -> Concept | None:
    return _look_up(index, f"{mention.text} receptor")


def _as_receptor(index: NameIndex, mention: Mention) -> Mention:
    row = _find_receptor(index, mention)
    return mention if row is None else _make(mention, row)


def _make(mention: Mention, row: Concept) -> Mention:
    if mention.concept_id == row.id:
        return mention
    return replace(mention, label=row.label, how=HOW, concept_id=row.id, concept=row.name, candidates=(), core=None)
