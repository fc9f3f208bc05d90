"""The numbers at the head of the report, the matrix, and what was not covered."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.report.conflict_views import SYMBOLS
from pipeline.report.questions import question_of, question_rank, say_name
from pipeline.report.rows import group_rows
from pipeline.report.text import name_anchor, say_count
from pipeline.schema import ConflictKind, Severity, State, Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.report.links import Links
    from pipeline.report.rows import ReportInput
    from pipeline.report.survey import Asked
    from pipeline.schema import ConflictRow, DocumentRow

MOST_ROWS = 100  # compounds in the matrix; the others are listed below it


@dataclass(frozen=True, slots=True)
class Cell:
    """What is known on one question about one compound."""

    claims: int
    voices: int  # text families: near-copies of one page are one voice
    mark: str  # conflict, agree or single
    severity: Severity | None  # of the worst conflict
    href: str
    label: str  # the cell in words


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One compound."""

    subject: str
    href: str
    claims: int
    conflicts: int
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Compounds by questions."""

    questions: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    others: tuple[MatrixRow, ...]  # compounds beyond the longest table, without cells


@dataclass(frozen=True, slots=True)
class Crosstab:
    """Counts by two things, with totals. `rows` holds the row's name, its counts and its total."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...], int], ...]
    totals: tuple[int, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Summary:
    """The numbers at the head of the report."""

    documents: tuple[tuple[Status, int], ...]
    families: int
    claims: int
    conflicts: int
    severities: tuple[tuple[Severity, str, int], ...]
    by_kind: Crosstab
    by_state: tuple[tuple[State, int], ...]
    single_source_slots: int | None
    unclaimed: tuple[tuple[str, int], ...]
    unclaimed_total: int
    failures: int


def summarise_report(result: ReportInput) -> Summary:
    """Counts of everything, in fixed orders."""
    severities = Counter(row.severity for row in result.live)
    statuses = Counter(row.status for row in result.documents)
    states = Counter(row.state for row in result.conflicts)
    labels: Counter[str] = Counter()
    for (_, label), count in result.unclaimed_counts.items():
        labels[label] += count
    families = {row.text_family or row.source_id for row in result.documents if row.status is Status.OK}
    return Summary(
        documents=tuple((status, statuses[status]) for status in Status),
        families=len(families),
        claims=len(result.claims),
        conflicts=len(result.live),
        severities=tuple((severity, SYMBOLS[severity], severities[severity]) for severity in Severity),
        by_kind=_count_kinds(result.live),
        by_state=tuple((state, states[state]) for state in State if states[state]),
        single_source_slots=result.single_source_slots,
        unclaimed=tuple(sorted(labels.items(), key=lambda item: (-item[1], item[0]))),
        unclaimed_total=len(result.unclaimed),
        failures=len(result.failures),
    )


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source that was read, in one line."""

    row: DocumentRow
    page: str | None
    conflicts: int
    copies: tuple[str, ...]  # other sources of the same text family


def list_source_lines(result: ReportInput, links: Links) -> list[SourceLine]:
    """The sources that were read, those in most conflicts first, with the near-copies of each."""
    taking_part = {(row.source_id, row.conflict_id) for row in result.conflict_members if row.source_id}
    conflicts = Counter(source_id for source_id, _ in taking_part)
    read = [row for row in result.document.values() if row.status is Status.OK]
    families = group_rows(read, lambda row: row.text_family or row.source_id)
    lines = [
        SourceLine(
            row,
            links.source(row.source_id),
            conflicts[row.source_id],
            tuple(one.source_id for one in families[row.text_family or row.source_id] if one is not row),
        )
        for row in read
    ]
    return sorted(lines, key=lambda line: (-line.conflicts, line.row.source_id))


def list_news(result: ReportInput) -> list[ConflictRow]:
    """Conflicts that are new, changed or back since the former result; none where there was no former result."""
    if all(row.state is State.NEW for row in result.conflicts):
        return []
    return [row for row in result.live if row.state is not State.OPEN]


def count_unclaimed(result: ReportInput) -> tuple[tuple[str, tuple[tuple[str, int], ...], int], ...]:
    """Reasons with their labels and totals, the most frequent first."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (reason, label), count in result.unclaimed_counts.items():
        counts[reason][label] = count
    rows = [
        (reason, tuple(sorted(labels.items(), key=lambda item: (-item[1], item[0]))), labels.total())
        for reason, labels in counts.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row[2], row[0])))


def fill_matrix(result: ReportInput, links: Links) -> Matrix:
    """Which compound has how many claims on which question, and whether sources disagree there."""
    known = result.survey.subjects
    asked = {(name, question): told for name, row in known.items() for question, told in row.asked.items()}
    worst: dict[tuple[str, str], Severity] = {}
    for row in reversed(result.live):
        if row.subject_id is not None:
            worst[row.subject_id, question_of(row.predicate)] = row.severity
    questions = tuple(sorted({question for _, question in (*asked, *worst)}, key=question_rank))
    per_subject = Counter({subject_id: subject.claims for subject_id, subject in known.items()})
    conflicts = Counter(row.subject_id for row in result.live)
    order = sorted(result.subjects, key=lambda subject: (-per_subject[subject], result.subjects[subject].casefold()))
    rows = [
        MatrixRow(
            subject=result.subjects[subject],
            href=links.subjects[subject],
            claims=per_subject[subject],
            conflicts=conflicts[subject],
            cells=tuple(
                _fill_cell(
                    result.subjects[subject],
                    question,
                    asked.get((subject, question)),
                    worst.get((subject, question)),
                    links.subjects[subject],
                )
                for question in questions
            ),
        )
        for subject in order
    ]
    return Matrix(tuple(say_name(question) for question in questions), tuple(rows[:MOST_ROWS]), tuple(rows[MOST_ROWS:]))


def _fill_cell(subject: str, question: str, asked: Asked | None, worst: Severity | None, page: str) -> Cell | None:
    if asked is None and worst is None:
        return None
    claims, count = (asked.claims, len(asked.voices)) if asked else (0, 0)
    mark = "conflict" if worst else "agree" if count > 1 else "single"
    verdict = f"{worst} conflict" if worst else "no conflict found" if count > 1 else "one source only"
    said = f"{subject}, {say_name(question)}: {say_count(claims, 'claim')} in {say_count(count, 'text')}, {verdict}"
    return Cell(claims, count, mark, worst, page + name_anchor("question", question), said)


def _count_kinds(rows: Iterable[ConflictRow]) -> Crosstab:
    counts = Counter((row.kind, row.severity) for row in rows)
    table = tuple(
        (kind.value, line, sum(line))
        for kind in ConflictKind
        if sum(line := tuple(counts[kind, severity] for severity in Severity))
    )
    totals = tuple(sum(line[place] for _, line, _ in table) for place in range(len(Severity)))
    return Crosstab(tuple(severity.value for severity in Severity), table, totals, sum(totals))
