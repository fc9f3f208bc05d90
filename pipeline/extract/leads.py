"""Whom the words in front of a block or above it name: run-in heads, lines and items that are a name alone, leads."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from pipeline.extract.kinds import IS_KIND
from pipeline.extract.naming import FINITE, is_endogenous, is_foil, make_subject, names_family
from pipeline.extract.passages import LEADS_IN
from pipeline.schema import BlockKind, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.page import Annotated, Block, Mention, Subject

# "Semax.", "**Semax:**" or "**Semax** – " in front of a paragraph is a heading of its own.
RUN_IN = re.compile(r"^[*_\s]*(?:[.:]|\s[–—-])[*_\s]*(?:\s|$)")


# "Semax (Heptamin, HDX-7) – ": other names of such a head.
ASIDE = re.compile(r"[*_]{0,3} ?\([^()\n]*\)")


LONGEST_ASIDE = 64  # code points in which they stand


LONGEST_MARK = 6  # code points of marks around such a name


BARE = re.compile(r"\W*(?:the\s)?\W*", re.IGNORECASE)  # "**Semax** is", "The Semax molecule is"; not "While Semax is"


# Words between names of one thing: "SS-31 aka elamipretide (MTP-131)"
JOINS_NAMES = re.compile(r"^(?:[\W_]|\b(?:aka|a\.k\.a|also|known|called|as|or|formerly)\b)*$", re.IGNORECASE)


FIRST_SENTENCE = re.compile(r"[^.!?\n]*(?:[.!?](?!\s)[^.!?\n]*)*")
BESIDE = re.compile(r"\b(?:it|its|both|them|they|this|these|too|also|another|same|cousin|unlike|here)\b", re.IGNORECASE)


NUMBERED = re.compile(r"^\W*(?:\d{1,2}|[A-Z])[.)](?=\s)")  # "F. Kisspeptin"
LONGEST_LEAD = 400  # code points of a sentence that leads into a list


# "GLP-1 agonism:", "Glucagon effects:": by which hormone's receptor a drug does what the list says.
ARM = re.compile(
    r"\s+(?:receptor\s+)?(?:effects?|agonism|activit(?:y|ies)|actions?|activation|stimulation|signal(?:l)?ing|pathway|component"
    r"|arm|side)\W*$",
    re.IGNORECASE,
)
TITLED = re.compile(r"\s*(?:\([^()\n]*\)\s*)?(?:[–—|:]|-\s)")
LONGEST_TITLE = 120  # code points of the first line of a page
LEAST_TOPS = 2  # items that are a name alone, above others, in a list that is about several compounds


# "Anti-myostatin antibodies", "Resistance training": others that do something, at the end of a label.
AGENTS = re.compile(
    r"\b(?:antibod(?:y|ies)|blockers?|inhibitors|(?:ant)?agonists|training|workouts?|exercises?|diets?|drugs|steroids|supplements"
    r"|vaccines?|statins|antibiotics|fasting|foods?)\W*$",
    re.IGNORECASE,
)
# "All three GLP-1 compounds:" is about them, and not about GLP-1.
OF_CLASS = re.compile(
    r" (?:compounds?|drugs?|medications?|medicines?|therap(?:y|ies)|class|family|agents?|(?:ant)?agonists?)\b",
    re.IGNORECASE,
)


@dataclass
class Leads:
    """Whom the words in front of a block or above it name; `by_block` has the compounds of each block."""

    annotated: Annotated
    by_block: dict[int, list[Mention]]
    led: dict[int, Subject | None] = field(default_factory=dict)  # whom the words in front of a list name, by block

    @cached_property
    def listed(self) -> dict[int, Subject]:
        """By block, the compound that stands alone in an item above others of its list: "- BPC-157 - 15 residues"."""
        found: dict[int, Subject] = {}
        for run in _find_runs(self.annotated.page.blocks):
            names = {block.index: subject for block in run if (subject := self._read_alone(block)) is not None}
            tops = [block.index in names for block in run]
            if (
                not self._is_topped(run[0], len(names))
                or not tops[0]
                or tops[-1]
                or any(a and b for a, b in pairwise(tops))
            ):
                continue
            above: Subject | None = None
            for block in run:
                above = names.get(block.index, above)
                if above is not None and block.index not in names:
                    found[block.index] = above
        return found

    def _is_topped(self, block: Block, tops: int) -> bool:
        """Whether the first item of a list heads it: one of several names, or one with its other names."""
        return tops >= LEAST_TOPS or (tops > 0 and len(self.by_block.get(block.index, ())) > 1)

    def _read_alone(self, block: Block) -> Subject | None:
        """The compound whose name, or names, are all that a block says."""
        named = self.by_block.get(block.index, [])
        if len(named) > 1 and len({mention.concept_id for mention in named}) == 1:
            text = self.annotated.page.text
            ends = [block.start, *(mention.end for mention in named)]
            starts = [*(mention.start for mention in named), block.end]
            alone = all(JOINS_NAMES.match(text[end:start]) for end, start in zip(ends, starts, strict=True))
            return make_subject(named[0], SubjectFrom.HEADING) if alone else None
        marks = LONGEST_MARK if named else 0
        alone = len(named) == 1 and named[0].start - block.start <= marks and block.end - named[0].end <= marks
        return make_subject(named[0], SubjectFrom.HEADING) if alone else None

    def heads_agents(self, block: Block) -> bool:
        """Whether the label of an item names others that act: "Receptor blockers: stop the hormone"."""
        if block.kind is not BlockKind.LIST_ITEM or not block.cells or not block.cells[0].is_head:
            return False
        label = block.cells[0]
        named = any(label.start <= mention.start < label.end for mention in self.by_block.get(block.index, ()))
        return not named and AGENTS.search(label.text) is not None

    def read_front(self, block: Block) -> Subject | None:
        """The compound that a paragraph puts in front of its sentences: "Semax. Its half-life is ..."."""
        mentions = self.by_block.get(block.index, [])
        if not block.prose or not mentions or mentions[0].start > block.start + LONGEST_MARK:
            return None
        if is_foil(mentions[0].name):  # "Cisplatin. It damages the kidney": a model of illness
            return None
        kind = IS_KIND.search(mentions[0].text) or names_family(mentions[0])
        if kind and block.heading is not None:  # "GHRH analogue: stimulates", "Copper tripeptide — ", below a name
            return None
        text = self.annotated.page.text
        aside = ASIDE.match(text, mentions[0].end, min(block.end, mentions[0].end + LONGEST_ASIDE))
        end = aside.end() if aside is not None else mentions[0].end
        behind = text[end : min(block.end, end + LONGEST_MARK)]
        return make_subject(mentions[0], SubjectFrom.WRITTEN) if RUN_IN.match(behind) else None

    def read_opening(self, block: Block, *, alone: bool = False) -> Subject | None:
        """The compound that the first words of a paragraph are the name of, and of which they tell: "Semax is …".

        With `alone` the first sentence sets it beside nothing else, by name or by a pronoun.
        """
        mentions = self.by_block.get(block.index, [])
        if block.kind is not BlockKind.PARAGRAPH or not block.prose or not mentions:
            return None
        first = mentions[0]
        front = self.annotated.page.text[block.start : first.start]
        if len(front) > LONGEST_MARK or not BARE.fullmatch(front):
            return None
        if is_foil(first.name) or (alone and is_endogenous(first)):
            return None
        behind = self.annotated.page.text[first.end : min(block.end, first.end + LONGEST_LEAD)]
        sentence = FIRST_SENTENCE.match(behind)
        end = first.end + (sentence.end() if sentence is not None else len(behind))
        beside = BESIDE.search(behind[: end - first.end]) or any(m.start < end for m in mentions[1:])
        if not FINITE.match(behind) or (alone and beside):
            return None
        return make_subject(first, SubjectFrom.WRITTEN)

    def read_led(self, block: Block) -> Subject | None:
        """The compound that the words in front of a list name: "Most of this was done with HNG:"."""
        lead = self.annotated.page.find_lead(block)
        if lead is None or block.kind is not BlockKind.LIST_ITEM:
            return None
        if lead.index not in self.led:
            self.led[lead.index] = self._find_led(lead)
        return self.led[lead.index]

    def _find_led(self, lead: Block) -> Subject | None:
        words = self.read_last_line(lead)
        named = {m.concept_id: m for m in self.by_block.get(lead.index, []) if m.start >= lead.end - len(words)}
        first = next(iter(named.values()), None)
        opens = first is not None and first.start - (lead.end - len(words)) <= LONGEST_MARK
        if first is None or not words.endswith(LEADS_IN) or not (opens or len(named) == 1):
            return None
        if OF_CLASS.match(self.annotated.page.text, first.end, lead.end):
            return None
        if is_endogenous(first) and ARM.match(self.annotated.page.text, first.end, lead.end):
            return None
        return make_subject(first, SubjectFrom.PRONOUN)

    def read_lead(self, block: Block) -> str:
        """The last line of the prose that introduces an item or a row; empty where none does."""
        lead = self.annotated.page.find_lead(block)
        return self.read_last_line(lead) if lead is not None and lead.prose else ""

    def read_last_line(self, block: Block) -> str:
        """The last sentence or line of a block, as far as words that lead into a list reach."""
        words = self.annotated.page.text[max(block.start, block.end - LONGEST_LEAD) : block.end]
        return words[max(words.rstrip().rfind(". "), words.rstrip().rfind("\n"), 0) :].rstrip()

    def read_title_line(self, block: Block) -> Subject | None:
        """The compound whose name is a line of its own above all headings, where no other line is another's name."""
        if (title := self._read_first_line(block)) is not None:
            return title
        if block.kind is not BlockKind.PARAGRAPH or block.section or (line := self._read_alone(block)) is None:
            return None
        lines = (other for other in self.annotated.page.blocks if other.kept and other.kind is BlockKind.PARAGRAPH)
        alone = (self._read_alone(other) for other in lines)
        return line if all(one is None or one.concept_id == line.concept_id for one in alone) else None

    def _read_first_line(self, block: Block) -> Subject | None:
        """The compound with which the first line of a page begins: "Semax – A Nootropic"."""
        if block.index or block.kind is not BlockKind.PARAGRAPH or block.end - block.start > LONGEST_TITLE:
            return None
        first, text = self.by_block[block.index][0], self.annotated.page.text
        told = TITLED.match(text, first.end, block.end)
        ended = text[block.end - 1] in ".!?;,"
        return make_subject(first, SubjectFrom.TITLE) if first.start == block.start and told and not ended else None

    def read_line_above(self, block: Block) -> Subject | None:
        """The compound that stands alone in the paragraph right above, as a heading without marks."""
        above = self.annotated.page.blocks[block.index - 1] if block.index and block.prose else None
        if above is None or above.kind is not BlockKind.PARAGRAPH or block.kind is not BlockKind.PARAGRAPH:
            return None
        named = self.by_block.get(above.index, [])
        alone = len(named) == 1 and self._is_bare(above, named[0])
        return make_subject(named[0], SubjectFrom.HEADING) if alone else None

    def _is_bare(self, block: Block, name: Mention) -> bool:
        """Whether nothing but marks stands beside a name: "P21:", "F. Kisspeptin"."""
        text = self.annotated.page.text
        front = NUMBERED.sub("", text[block.start : name.start])
        return not any(map(str.isalnum, front + text[name.end : block.end]))


def _find_runs(blocks: tuple[Block, ...]) -> Iterator[list[Block]]:
    """The items of lists that follow each other on a page."""
    kept = (block for block in blocks if block.kept)
    for is_item, run in groupby(kept, key=lambda block: block.kind is BlockKind.LIST_ITEM):
        if is_item:
            yield list(run)
