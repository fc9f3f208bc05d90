"""What a study is called: by the work that a sentence cites, by its trial, or by the words that name it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.participants import TRIAL, find_trial
from pipeline.schema import Label

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics
    from pipeline.page import Mention

# "a randomised, placebo-controlled trial", "the largest human study", "a 2021 pilot study", "the EXAMPLE trial"
NAMED_STUDY = re.compile(
    r"(?<![\w-])(?:(?:the|an?|one) (?:(?:19|20)\d\d )?)?"
    r"(?:(?:small|large|largest|later|first|Russian|English-accessible|clinical|human|animal|rodent|rat|mouse|pilot"
    r"|open-label|(?:double|single|triple)[- ]blind(?:ed)?|placebo-controlled|controlled|randomi[sz]ed|single-arm"
    r"|crossover|retrospective|prospective|observational|exploratory|systematic|narrative|preclinical|cohort"
    r"|multi-?cent(?:re|er)|parallel-group|dose-ranging|head-to-head|follow-up|proof-of-concept|phase [IViv\d]+[ab]?)"
    r"(?:,? and |, | ))+"
    r"(?:\w+ )?(?:study|trial|review|analysis|survey|meta-analysis)\b"
    r"|\b(?-i:[A-Z][A-Z0-9-]{2,})(?:[ -]?\d)? (?:trial|study)\b"
    r"|\bthe (?:largest|longest|only) (?:[\w-]+ ){0,3}(?:studies|trials)\b",
    re.IGNORECASE,
)
# "In EXAMPLE-2, which enrolled", "a second trial, EXAMPLE-DEMENTIA, lasted"
CALLED_STUDY = re.compile(
    r"(?:\b[Ii]n (?:the )?|\b(?:[Tt]rial|[Ss]tudy),? (?:called |named )?)"
    r"(?P<name>(?!(?:NIH|FDA|EMA|WADA|USA|HPLC|DNA|RNA|PCR|ELISA|NCT)\b)"
    r"[A-Z]{3,}(?:[ -](?:[A-Z]{2,}|\d{1,2}))*)(?=[\s,(:])"
)
# A sentence that goes on about the study of the sentence before.
GOES_ON = re.compile(
    r"^\W*(?:in |during |of )?(?:this|that|it|its|(?:the|the same) (?:study|trial)|participants|subjects|patients)\b",
    re.IGNORECASE,
)


def find_name(passage: Passage, cited: list[Mention], topics: Topics) -> str | None:
    """The study that a sentence tells of: cited, the one before, or named by its kind."""
    if cited:
        return _name_work(cited[0])
    if GOES_ON.match(passage.text) and (last := topics.recall_study(passage.block)):
        return last
    trials = {m.citation.nct for m in passage.of(Label.CITATION) if m.citation is not None and m.citation.nct}
    if len(trials) == 1 or (trial := find_trial(passage)) is not None:
        return next(iter(trials)) if len(trials) == 1 else trial
    named = _find_named(passage)
    return topics.name_study(passage) if named is not None and _calls_entry(passage) else named


# "A small RCT (Demo 2016); a meta-analysis (Sample 2015)": each part of a sentence has a study of its own.
PART_END = re.compile(r";\s")


def find_part(passage: Passage, mention: Mention) -> tuple[int, int]:
    """The part between semicolons in which a mention stands, in page offsets."""
    ends = [passage.start + match.start() for match in PART_END.finditer(passage.text)]
    first = max((end + 1 for end in ends if end < mention.start), default=passage.start)
    return first, min((end for end in ends if end >= mention.end), default=passage.end)


def name_part(passage: Passage, part: tuple[int, int], cited: list[Mention]) -> str | None:
    """The study that a part of a sentence cites, or the one trial that it names, where the sentence has other parts."""
    if part == (passage.start, passage.end):
        return None
    here = [mention for mention in cited if part[0] <= mention.start < part[1]]
    if here:
        return _name_work(here[0])
    trials = {m.citation.nct for m in passage.near(*part) if m.citation is not None and m.citation.nct}
    return next(iter(trials)) if len(trials) == 1 else None


def _calls_entry(passage: Passage) -> bool:
    """Whether a passage calls an entry of the page's list, which names a study better than its kind does."""
    return any(m.citation is not None and m.citation.entry is not None for m in passage.of(Label.CITATION))


def name_unnamed(passage: Passage, topics: Topics) -> str:
    """A study that its sentence does not name: by the one trial of the nearest heading that has any, or by a number."""
    for heading in reversed(passage.block.section):
        trials = {match[0] for match in TRIAL.finditer(heading)}
        if trials:
            return trials.pop() if len(trials) == 1 else topics.name_study(passage)
    return topics.name_study(passage)


def _name_work(mention: Mention) -> str:
    citation = mention.citation
    if citation is None or citation.authors is None:
        return mention.text
    return f"{citation.authors}, {citation.year}" if citation.year else citation.authors


def _find_named(passage: Passage) -> str | None:
    match = NAMED_STUDY.search(passage.text)
    if match is not None:
        return match[0].strip()
    named = CALLED_STUDY.search(passage.text)
    if named is None:
        return None
    at = passage.start + named.start("name")
    inside = any(
        m.start < passage.start + named.end("name") and at < m.end for m in passage.of(Label.COMPOUND, Label.TARGET)
    )
    return None if inside else named["name"]
