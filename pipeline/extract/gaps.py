"""Rows and fields that say of a matter only that nothing is known of it: "Pregnancy: no data"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.keys import find_key
from pipeline.extract.rows import find_column_subject, page_subject
from pipeline.extract.statements import state
from pipeline.extract.values import LONGEST_UNKNOWN, RECORD_BLOCKS, UNKNOWABLE

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
