"""Rows and fields that say of a matter only that nothing is known of it: "Pregnancy: no data"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.keys import find_key
from pipeline.extract.rows import find_column_subject, page_subject
from pipeline.extract.statements import state
from pipeline.extract.values import LONGEST_UNKNOWN, RECORD_BLOCKS, UNKNOWABLE
from pipeline.schema import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.passages import Passage
    from pipeline.extract.topics import Topics
    from pipeline.page import Statement

# What studies tell of a compound; the names of fields on goods and shipping are none of these.
MATTERS = re.compile(
    r"""
    \b (?: pregnan\w+ | lactation | breast-?feeding | nursing | fertility | p(?:a)?ediatric\w* | child(?:ren|hood)
      | adolescents? | elderly | older\sadults | geriatric\w* | renal | hepatic | kidney | liver | interactions?
      | safety | efficacy | effectiveness | toxic\w* | tolerab\w+ | carcinogen\w+ | oncogen\w+ | genotox\w+ | mutagen\w+
      | teratogen\w+ | immunogen\w+ | pharmacokinetics? | PK | metabolism | absorption | distribution | excretion
      | clearance | long[- ]term | dose[- ]response | overdose | withdrawal | tolerance | dependence | side\seffects
      | human\s(?:data|trials?|studies|evidence|use) | clinical\s(?:data|trials?|studies|evidence) | food\seffect )
    \b
    """,
    re.VERBOSE | re.IGNORECASE,
)
# "not studied", "no published data", "Unknown in humans"
NOTHING = re.compile(
    r"""
    ^\W* (?: unknown | undetermined | untested | unstudied | uncharacteri[sz]ed | lacking | missing
      | (?: not | never ) \s (?: (?: yet | fully | well | reliably | formally | been | adequately ) \s )*
        (?: known | established | determined | characteri[sz]ed | reported | studied | defined | tested | evaluated
          | investigated | assessed | examined | available )
      | (?: no | insufficient | zero ) \s (?: (?: published | reliable | human | formal | good | controlled | clinical
          | adequate | long-term | sufficient | real | systematic ) \s )*
        (?: data | studies | trials | evidence | information | figures )
      | none \s (?: published | public | yet | so\sfar | available | reported | known | on\srecord | to\sdate ) ) \b
    """,
    re.VERBOSE | re.IGNORECASE,
)
# What a field on trials or data says where there are none.
NONE = re.compile(r"^\W*(?:none|no|nil|zero|0)\b[^\w]*(?:$|\()", re.IGNORECASE)
STUDIED = re.compile(r"\b(?:data|trials?|stud(?:y|ies)|evidence|research)\W*$", re.IGNORECASE)
PAIR = 2  # cells of a row with a name and its value


def read_gap_fields(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """The gaps that rows and fields tell: the matter is what the gap names."""
    head = next((cell for cell in passage.block.cells if cell.is_head), None)
    if head is None or passage.block.kind in RECORD_BLOCKS or not MATTERS.search(head.text):
        return
    row = find_key(head.text)
    values = [cell for cell in passage.block.cells if not cell.is_head and cell.text.strip()]
    for cell in values:
        known = row is not None and row.predicate in UNKNOWABLE
        nothing = NOTHING.match(cell.text) or (STUDIED.search(head.text) and NONE.match(cell.text))
        if known or not nothing or len(cell.text) > LONGEST_UNKNOWN or cell.start < passage.start:
            continue
        subjects = find_column_subject(topics, cell)
        if not subjects and len(values) < PAIR:
            subjects = page_subject(passage, topics)
        for subject in subjects:
            at = (cell.start, cell.end)
            yield state(passage, subject, "evidence_gap", "row-gap", at=at, words=head.text.strip(" :*_"))


# "What remains uncertain?", "Knowledge gaps", "What we don't know yet": all that stands below is not known.
ON_GAPS = re.compile(
    r"""
    ^\W* (?: what \s (?: is | remains | we | researchers | nobody | science | no\sone ) \b .{0,24}?
          (?: un(?:known|certain|clear|resolved|proven) | n['’]t\s(?:yet\s)?know(?:n)? | not\s(?:yet\s)?know(?:n)?
            | missing | knows )
      | (?: key \s | main \s | current \s | remaining \s )? (?: (?: evidence | knowledge | research | data ) \s gaps
          | gaps \s in \s (?: the \s )? (?: evidence | knowledge | research | data | literature )
          | open \s questions | unanswered \s questions | unknowns | uncertainties ) )
    \b .{0,24} $
    """,
    re.VERBOSE | re.IGNORECASE,
)
# How such an item begins where it is no sentence of its own that says what is known.
OPEN_ITEM = re.compile(
    r"^\W*(?:how|which|whether|what|why|if|who|when|where"
    r"|(?:long-term|optimal|ideal|exact|precise|human|oral|safety|effects?|efficacy|dose|dosing)\b)",
    re.IGNORECASE,
)
LONGEST_ITEM = 160  # code points


def read_listed_gaps(passage: Passage, topics: Topics) -> Iterator[Statement]:
    """The items of a list below a heading on what nobody knows."""
    block = passage.block
    if block.kind is not BlockKind.LIST_ITEM or block.cells or passage.start != block.start:
        return
    title = topics.theme(block)
    words = passage.text.strip(" *_").rstrip(".")
    if len(words) > LONGEST_ITEM or not ON_GAPS.match(title) or not OPEN_ITEM.match(words):
        return
    for subject in page_subject(passage, topics):
        yield state(passage, subject, "evidence_gap", "gap-listed", at=(passage.start, passage.end), words=words)
