"""Objects that share a word with another of their list: "healing of bone and skin", "skin firmness and tone"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.extract.heads import HEALED, name_alike, name_parts, name_shared, name_treated
from pipeline.extract.objects import ACTIONS, Found, name_part, overlaps
from pipeline.extract.verbs import joined_verb
from pipeline.schema import Label

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage
    from pipeline.lexicon import Rule


def name_headed(rule: Rule, passage: Passage, end: int, named: list[Found]) -> list[Found]:
    """What happens to the parts that stand behind a trigger with a noun in front: "heals" of "healing of bone"."""
    if rule.predicate not in ACTIONS or Label.PROCESS not in rule.object:
        return []
    last = passage.clause(max(passage.start, end - 1))[1]
    parts = name_parts(passage.text, end - passage.start, last - passage.start)
    alone = [part for part in parts if not joined_verb().search(passage.text[end - passage.start : part[0][1]])]
    return [name_part(passage, part) for part in alone if not overlaps(passage, part[0], named)]


# Rules whose verb acts on things in a body, and the nouns that name what it does: "heals tendons" is tendon healing.
TREATS = {"up-heals-parts": HEALED, "activity-protects": ("protection",), "inhibit-reuptake": ("reuptake",)}


def treat_parts(rule: Rule, passage: Passage, end: int) -> list[Found]:
    """What a rule's verb that ends at page offset `end` does to the things in a body behind it."""
    last = passage.clause(max(passage.start, end - 1))[1]
    parts = name_treated(passage.text, end - passage.start, last - passage.start, TREATS[rule.id])
    at = [(passage.start + start, passage.start + stop) for (start, stop), _ in parts]
    known = [any(m.label in rule.object for m in passage.near(*span)) for span in at]
    return [name_part(passage, part) for part, is_known in zip(parts, known, strict=True) if is_known]


def share_head(rule: Rule, passage: Passage, first: int, named: list[Found]) -> list[Found]:
    """The names found, with those that share the last word of one: "tendon, muscle and ligament repair"."""
    if rule.predicate not in ACTIONS or not named or named[0].mention is None:
        return named
    name = named[0]
    if name.mention is None or name.mention.label is not Label.PROCESS:
        return named
    at, start, end = (place - passage.start for place in (first, name.start, name.end))
    return [*named, *(name_part(passage, part) for part in name_shared(passage.text, at, start, end))]


def share_modifier(rule: Rule, passage: Passage, last: int, named: list[Found]) -> list[Found]:
    """The names found, with those up to `last` that share the first words of one: "skin firmness and tone"."""
    if rule.predicate not in ACTIONS:
        return named
    found = list(named)
    for name in named:
        if name.mention is not None and name.mention.label in (Label.PROCESS, Label.DISEASE):
            start, end, stop = (place - passage.start for place in (name.start, name.end, last))
            for part in name_alike(passage.text, start, end, stop):
                if part[1].label in rule.object and not overlaps(passage, part[0], found):
                    found.append(name_part(passage, part))
    return found
