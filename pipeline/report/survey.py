"""One walk over all claims: what the report counts of them, and which of them it shows. The rest stay in the table."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.report.questions import predicate_rank, question_of

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from pipeline.report.rows import Table
    from pipeline.schema import ClaimRow, DocumentRow

MOST_LINES = 150  # of one question in a dossier; the claims table has them all


@dataclass(slots=True)
class Asked:
    """What all pages claim on one question about one compound."""

    claims: int = 0
    sources: set[str] = field(default_factory=set)
    voices: set[str] = field(default_factory=set)  # text families: near-copies of one page are one voice
    rows: dict[str, list[int]] = field(default_factory=dict)  # by predicate: its first rows in the table

    @property
    def predicates(self) -> list[str]:
        """The predicates of the claims, in the order of the vocabulary."""
        return sorted(self.rows, key=predicate_rank)

    @property
    def shown(self) -> list[int]:
        """The rows in the table of the claims that a dossier shows, in its order."""
        return [row for predicate in self.predicates for row in self.rows[predicate]][:MOST_LINES]


@dataclass(slots=True)
class Subject:
    """What all pages claim about one compound."""

    name: str
    claims: int = 0
    sources: set[str] = field(default_factory=set)
    evidence: Counter[str] = field(default_factory=Counter)
    asked: defaultdict[str, Asked] = field(default_factory=lambda: defaultdict(Asked))


@dataclass(frozen=True, slots=True)
class Survey:
    """Compounds by concept id, and the rows in the table of those claims that are asked for by their ids."""

    subjects: Mapping[str, Subject]
    rows: Mapping[str, int]


def survey_claims(claims: Table[ClaimRow], documents: Mapping[str, DocumentRow], wanted: Container[str]) -> Survey:
    """Count all claims, and find the rows of those with the `wanted` ids."""
    subjects: dict[str, Subject] = {}
    rows: dict[str, int] = {}
    columns = ("claim_id", "source_id", "subject_id", "subject", "predicate", "evidence")
    for row, (claim_id, source_id, subject_id, name, predicate, evidence) in enumerate(claims.read_columns(*columns)):
        if claim_id in wanted:
            rows[claim_id] = row
        document = documents.get(source_id)
        source = document.source_id if document else source_id  # one text for all claims of a page
        subject = subjects.setdefault(subject_id, Subject(name))
        subject.name = name
        subject.claims += 1
        subject.sources.add(source)
        subject.evidence[evidence] += 1
        asked = subject.asked[question_of(predicate)]
        asked.claims += 1
        asked.sources.add(source)
        asked.voices.add((document and document.text_family) or source)
        first = asked.rows.setdefault(predicate, [])
        if len(first) < MOST_LINES:
            first.append(row)
    return Survey(subjects, rows)
