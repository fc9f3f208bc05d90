"""Names written out: "AOD-9604 stands for Anti-Obesity Drug 9604", "AOD-9604 (Anti-Obesity Drug 9604)"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.naming import is_subject, make_subject
from pipeline.extract.statements import state
from pipeline.extract.subjects import resolve_subjects
from pipeline.schema import Label, SubjectFrom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics
    from pipeline.page import Statement, Subject

STANDS = re.compile(
    r"""
    (?P<short> [\w‑-]{2,20} ) ["”'’*_]{0,3} (?: \s \( [^()]{1,40} \) )? ,? \s
    (?: (?: (?:simply|literally|also|just) \s )? stands \s for
      | (?: is \s )? short \s for
      | is \s (?: an? | the ) \s (?: abbreviation | acronym | initialism ) \s (?: for | of ) )
    \s (?: the \s )?
    (?: ["“'‘*_]{1,3} (?P<quoted> [A-Za-z][^"“”'‘’*_.;()]{3,80} ) (?= ["”'’*_] )
      | (?P<plain> [A-Za-z][\w‑-]* (?: [ ,]{1,2} [\w‑-]+ ){1,9} ) )
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Of what follows without quotation marks, the words with capitals: "Body Protection Compound 157, a name from".
CAPITALS = re.compile(r"[A-Z][\w‑-]*(?: (?:(?:of|and|the|for|in|to) )?[A-Z0-9][\w‑-]*){1,8}")
MEANS_NAME = frozenset({"it", "name", "abbreviation", "acronym", "initials", "letters"})
WORD = re.compile(r"[A-Za-z]+|\d+")
SMALL = frozenset({"of", "and", "the", "for", "in", "to", "with"})


def spells(words: str, short: str) -> bool:
    """Whether the initials of words make up a short name, whose number the words may leave out."""
    parts = [part for part in WORD.findall(words) if part not in SMALL]
    letters = "".join(part[0] for part in parts if not part.isdigit()).casefold()
    number = "".join(part for part in parts if part.isdigit())
    bare = "".join(c for c in short.casefold() if c.isalpha())
    return len(letters) > 1 and letters == bare and number in ("", "".join(c for c in short if c.isdigit()))


def read_expansions(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """What a compound's short name is said to stand for."""
    for match in STANDS.finditer(passage.text):
        group = "quoted" if match["quoted"] else "plain"
        words = match[group] if match["quoted"] else _cut_plain(match["plain"], match["short"])
        if not words:
            continue
        at = passage.start + match.start(group), passage.start + match.start(group) + len(words)
        for subject in _find_short(passage, topics, match):
            yield state(passage, subject, "synonym", "fact-stands", at=at, words=words)


def _cut_plain(words: str, short: str) -> str:
    """As much of the words behind "stands for" as is the long form of a short name."""
    parts = words.split(" ")
    fitting = (" ".join(parts[:size]) for size in range(len(parts), 1, -1))
    spelled = next((start for start in fitting if spells(start, short)), None)
    capitals = CAPITALS.match(words)
    return (spelled or (capitals[0] if capitals is not None else "")).rstrip(", ")


def _find_short(passage: Passage, topics: Topics, match: re.Match[str]) -> tuple[Subject, ...]:
    """Whose short name it is: a compound's that is written, the page's own by a pronoun or by a part of its name."""
    end = passage.start + match.end("short")
    short = match["short"].casefold()
    named = [m for m in passage.of(Label.COMPOUND) if m.end == end and is_subject(m) and m.concept_id]
    if named:
        return (make_subject(named[0], SubjectFrom.WRITTEN),)
    if short in MEANS_NAME:
        return resolve_subjects(passage, end, topics, own=True).subjects[:1]
    own = passage.implied or topics.implied(passage.block)
    return own if len(own) == 1 and own[0].text.casefold().startswith(short) else ()
