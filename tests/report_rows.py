"""Rows for the tests of the report: a small made-up run about Semax and Selank, and a builder for single rows."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from pipeline.report import ReportInput
from pipeline.schema import (
    BlockKind,
    BlockRow,
    Certainty,
    CitationRole,
    CitationRow,
    CitationStatus,
    CitationStyle,
    ClaimRow,
    Comparator,
    Confidence,
    ConflictKind,
    ConflictMemberRow,
    ConflictRow,
    Decision,
    DocumentRow,
    Evidence,
    ExplainedRow,
    FailureRow,
    Label,
    MentionRow,
    Polarity,
    Scope,
    Severity,
    SourceKind,
    State,
    Status,
    SubjectFrom,
    UnclaimedRow,
    Verdict,
)
from pipeline.store import sort_rows
from pipeline.store.columns import to_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

VENDOR = "shop/northlake-semax.html"
FAQ = "faq/peptide-faq.md"
BLOG = "blog/sleepless-notes.txt"
LEAFLET = "leaflet/semax-drops.md"
PROFILE = "profiles/semax profil é.md"

PAGES = {
    VENDOR: """<html><body>
<nav>Shop &gt; Peptides</nav>
<div class="gate">Please confirm that you are over 21 to enter this site.</div>
<h1>Semax 10&nbsp;mg</h1>
<p>Semax is a lab-made heptapeptide that keeps the core <b>ACTH(4&ndash;10)</b> fragment of corticotropin.</p>
<table><tr><td>Molecular weight</td><td>887.04 Da</td></tr>
<tr><td>Sequence</td><td>Met-Glu-His-Phe-Pro-Gly-Pro</td></tr></table>
<p>In plasma its half-life is about 20 minutes.</p>
<p>In rat hippocampus it increased BDNF protein within 3 hours.</p>
<p>Ships in 2019 packaging.</p>
</body></html>
""",
    FAQ: """# Peptide questions

## What is Semax?
It corresponds to ACTH(4–7) with a Pro-Gly-Pro tail. [1]

## How long does it last?
The half-life of Semax in plasma is 3 to 5 minutes. [2]
It does not act on any hormone receptor. [3]
""",
    BLOG: """Sleepless notes

Semax is said to be an ACTH(4-10) analogue, seven residues long.
Users report that it may lower BDNF protein in the hippocampus (Example et al., 2011).
Some sellers give its mass as 813.9 g/mol.

References
Example A., Sample B. Made-up effects of a peptide. Journal of Examples, 2011. doi:10.5555/12345678
""",
    LEAFLET: """Semax nasal drops 0.1 %

Semax is approved in Russia. It is not approved in the European Union.
Each bottle holds a solution of the heptapeptide; its molecular weight is 813.92 Da.
""",
    PROFILE: """---
title: Semax profile
half_life: up to 60 min
---
Semax binds the MC4R receptor. The European Union has approved it since 2015.
""",
}

TITLES = {
    VENDOR: (
        "Semax 10 mg vial",
        "Northlake Peptides",
        "https://northlake.example/semax",
        "2024-03-01",
        SourceKind.VENDOR,
    ),
    FAQ: ("Peptide questions", "Harbour Library", "https://harbour.example/faq?x=1&y=2", None, SourceKind.FAQ),
    BLOG: (None, None, None, "2022-11-30", SourceKind.BLOG),
    LEAFLET: ("Semax nasal drops 0.1 %", "Example Pharma", None, "2018-05-12", SourceKind.LEAFLET),
    PROFILE: ("Semax profile", "Peptide Notes", "javascript:alert(1)", None, SourceKind.PROFILE),
}


def place(source_id: str, quote: str, pages: dict[str, str] = PAGES) -> dict[str, object]:
    """Where a quote stands in its page."""
    start = pages[source_id].index(quote)
    return {"source_id": source_id, "start": start, "end": start + len(quote), "quote": quote}


def make_id(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def make_claim(source_id: str, quote: str, predicate: str, **values: object) -> ClaimRow:
    text = values.pop("text", quote)
    named = {
        "claim_id": make_id(source_id, quote, predicate, values.get("object"), values.get("value")),
        **place(source_id, quote),
        "text": text,
        "section": "Semax",
        "block": BlockKind.PARAGRAPH,
        "subject_id": "compound:semax",
        "subject": "Semax",
        "subject_text": "Semax",
        "subject_from": SubjectFrom.WRITTEN,
        "predicate": predicate,
        "polarity": Polarity.AFFIRMED,
        "certainty": Certainty.ASSERTED,
        "evidence": Evidence.UNSTATED,
        "citations": (),
        "rule": f"rule-{predicate}",
        "confidence": Confidence.MEDIUM,
    }
    return ClaimRow.model_validate(dict.fromkeys(ClaimRow.model_fields) | named | values)


def make_conflict(
    kind: ConflictKind, severity: Severity, predicate: str, headline: str, **values: object
) -> ConflictRow:
    named: dict[str, object] = {
        "conflict_id": make_id(kind, predicate, headline),
        "fingerprint": make_id(headline),
        "kind": kind,
        "scope": Scope.CROSS_SOURCE,
        "severity": severity,
        "severity_rank": list(Severity).index(severity),
        "severity_why": f"{predicate} is of {severity} weight; the sides share no reading",
        "slot": f"Semax, {predicate.replace('_', ' ')}",
        "subject_id": "compound:semax",
        "predicate": predicate,
        "sides": 2,
        "sources": 2,
        "text_families": 2,
        "headline": headline,
        "state": State.NEW,
    }
    return ConflictRow.model_validate(dict.fromkeys(ConflictRow.model_fields) | named | values)


def make_member(conflict: ConflictRow, side: str, claim: ClaimRow, value_text: str | None = None) -> ConflictMemberRow:
    return ConflictMemberRow(
        conflict_id=conflict.conflict_id,
        side=side,
        claim_id=claim.claim_id,
        source_id=claim.source_id,
        start=claim.start,
        end=claim.end,
        quote=claim.quote,
        value_text=value_text or claim.object or claim.value_text,
        polarity=claim.polarity,
        certainty=claim.certainty,
    )


def make_document(source_id: str, **values: object) -> DocumentRow:
    title, publisher, url, published, kind = TITLES.get(source_id, (None, None, None, None, SourceKind.OTHER))
    text = PAGES.get(source_id, "")
    named: dict[str, object] = {
        "source_id": source_id,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "bytes": len(text.encode()),
        "encoding": "utf-8",
        "media_type": "text/html" if source_id.endswith("html") else "text/plain",
        "kind": kind,
        "title": title,
        "publisher": publisher,
        "url": url,
        "published": published,
        "language": "en",
        "chars": len(text),
        "blocks": 5,
        "sentences": 6,
        "claims": 3,
        "text_family": make_id(source_id)[:8],
        "status": Status.OK,
    }
    return DocumentRow.model_validate(dict.fromkeys(DocumentRow.model_fields) | named | values)


def make_block(source_id: str, quote: str, kind: BlockKind, text: str | None = None, **values: object) -> BlockRow:
    at = place(source_id, quote)
    del at["quote"]
    named: dict[str, object] = {"kind": kind, "section": "Semax", "text": text or quote, "kept": True, "reason": None}
    return BlockRow.model_validate(at | named | values)


def make_citation(source_id: str, quote: str, key: str, **values: object) -> CitationRow:
    named: dict[str, object] = {
        "citation_id": make_id(source_id, quote),
        **place(source_id, quote),
        "role": CitationRole.CALLOUT,
        "style": CitationStyle.NUMERIC,
        "key": key,
        "status": CitationStatus.DANGLING,
        "note": "no entry in this document",
    }
    return CitationRow.model_validate(dict.fromkeys(CitationRow.model_fields) | named | values)


def make_blocks() -> tuple[BlockRow, ...]:
    furniture: dict[str, Any] = {"kept": False, "section": None}
    return (
        make_block(
            VENDOR, "Shop &gt; Peptides", BlockKind.PARAGRAPH, "Shop > Peptides", reason="navigation", **furniture
        ),
        make_block(
            VENDOR,
            "Please confirm that you are over 21 to enter this site.",
            BlockKind.PARAGRAPH,
            reason="age gate",
            **furniture,
        ),
        make_block(VENDOR, "Semax 10&nbsp;mg", BlockKind.HEADING, "Semax 10 mg"),
        make_block(
            VENDOR,
            "Semax is a lab-made heptapeptide that keeps the core <b>ACTH(4&ndash;10)</b> fragment of corticotropin.",
            BlockKind.PARAGRAPH,
            "Semax is a lab-made heptapeptide that keeps the inner ACTH(4–10) fragment of corticotropin.",
        ),
        make_block(
            VENDOR,
            "Molecular weight</td><td>887.04 Da",
            BlockKind.TABLE_ROW,
            "Molecular weight | 887.04 Da",
        ),
        make_block(
            VENDOR,
            "Sequence</td><td>Met-Glu-His-Phe-Pro-Gly-Pro",
            BlockKind.TABLE_ROW,
            "Sequence | Met-Glu-His-Phe-Pro-Gly-Pro",
        ),
        make_block(VENDOR, "In plasma its half-life is about 20 minutes.", BlockKind.PARAGRAPH),
        make_block(VENDOR, "In rat hippocampus it increased BDNF protein within 3 hours.", BlockKind.PARAGRAPH),
        make_block(VENDOR, "Ships in 2019 packaging.", BlockKind.PARAGRAPH),
        make_block(FAQ, "Peptide questions", BlockKind.HEADING),
        make_block(FAQ, "What is Semax?", BlockKind.QUESTION),
        make_block(FAQ, "It corresponds to ACTH(4–7) with a Pro-Gly-Pro tail. [1]", BlockKind.ANSWER),
        make_block(FAQ, "How long does it last?", BlockKind.QUESTION),
        make_block(
            FAQ,
            "The half-life of Semax in plasma is 3 to 5 minutes. [2]\nIt does not act on any hormone receptor. [3]",
            BlockKind.ANSWER,
            "The half-life of Semax in plasma is 3 to 5 minutes. [2] It does not act on any hormone receptor. [3]",
        ),
        make_block(BLOG, "Sleepless notes", BlockKind.HEADING),
        make_block(
            BLOG,
            "Semax is said to be an ACTH(4-10) analogue, seven residues long.\n"
            "Users report that it may lower BDNF protein in the hippocampus (Example et al., 2011).\n"
            "Some sellers give its mass as 813.9 g/mol.",
            BlockKind.PARAGRAPH,
            "Semax is said to be an ACTH(4-10) analogue, seven residues long. Users report that it may lower BDNF "
            "protein in the hippocampus (Example et al., 2011). Some sellers give its mass as 813.9 g/mol.",
        ),
        make_block(BLOG, PAGES[BLOG][PAGES[BLOG].index("Example A.") :].rstrip(), BlockKind.REFERENCE),
        make_block(LEAFLET, "Semax nasal drops 0.1 %", BlockKind.HEADING),
        make_block(
            LEAFLET, "Semax is approved in Russia. It is not approved in the European Union.", BlockKind.PARAGRAPH
        ),
        make_block(
            LEAFLET,
            "Each bottle holds a solution of the heptapeptide; its molecular weight is 813.92 Da.",
            BlockKind.PARAGRAPH,
        ),
        make_block(PROFILE, "half_life: up to 60 min", BlockKind.FRONT_MATTER),
        make_block(
            PROFILE,
            "Semax binds the MC4R receptor. The European Union has approved it since 2015.",
            BlockKind.PARAGRAPH,
        ),
    )


CALLOUTS = tuple(make_citation(FAQ, f"[{number}]", str(number)) for number in (1, 2, 3))
ENTRY = make_citation(
    BLOG,
    PAGES[BLOG][PAGES[BLOG].index("Example A.") :].rstrip(),
    "example2011",
    role=CitationRole.ENTRY,
    style=CitationStyle.AUTHOR_YEAR,
    status=CitationStatus.RESOLVED,
    authors="Example A., Sample B.",
    year=2011,
    title="Made-up effects of a peptide",
    journal="Journal of Examples",
    doi="10.5555/12345678",
    note=None,
)
EXAMPLE = make_citation(
    BLOG,
    "(Example et al., 2011)",
    "example2011",
    style=CitationStyle.AUTHOR_YEAR,
    status=CitationStatus.RESOLVED,
    reference_id=ENTRY.citation_id,
    note=None,
)

HEADING = MentionRow.model_validate(
    dict.fromkeys(MentionRow.model_fields)
    | place(FAQ, "Semax")
    | {"mention_id": "m-heading", "text": "Semax", "label": Label.COMPOUND, "how": "compounds:semax", "candidates": ()}
)


def make_minutes(source_id: str, quote: str, value: float, comparator: Comparator, **values: object) -> ClaimRow:
    minutes = {"value": value, "base_value": value, "unit": "min", "base_unit": "min", "comparator": comparator}
    return make_claim(source_id, quote, "half_life", **(minutes | {"matrix": "plasma"} | values))


def make_mass(source_id: str, quote: str, value: float, **values: object) -> ClaimRow:
    mass = {"value": value, "base_value": value, "unit": "g/mol", "base_unit": "g/mol", "comparator": Comparator.EQUAL}
    return make_claim(source_id, quote, "molecular_weight", **(mass | values))


CORE = make_claim(
    VENDOR,
    "Semax is a lab-made heptapeptide that keeps the core <b>ACTH(4&ndash;10)</b> fragment of corticotropin.",
    "contains_fragment",
    text="Semax is a lab-made heptapeptide that keeps the inner ACTH(4–10) fragment of corticotropin.",
    object="ACTH(4–10)",
    object_text="ACTH(4–10)",
)
TAIL = make_claim(
    FAQ,
    "It corresponds to ACTH(4–7) with a Pro-Gly-Pro tail.",
    "contains_fragment",
    section="Peptide questions > What is Semax?",
    object="ACTH(4–7)",
    object_text="ACTH(4–7)",
    subject_text="It",
    subject_from=SubjectFrom.QUESTION,
    subject_mention="m-heading",
    citations=(CALLOUTS[0].citation_id,),
)
ANALOGUE = make_claim(
    BLOG,
    "Semax is said to be an ACTH(4-10) analogue, seven residues long.",
    "analog_of",
    object="ACTH(4–10)",
    object_text="ACTH(4-10)",
    certainty=Certainty.HEDGED,
    cue="is said to",
)
SEQUENCE = make_claim(
    VENDOR,
    "Sequence</td><td>Met-Glu-His-Phe-Pro-Gly-Pro",
    "sequence",
    text="Sequence | Met-Glu-His-Phe-Pro-Gly-Pro",
    object="MEHFPGP",
    object_text="Met-Glu-His-Phe-Pro-Gly-Pro",
    block=BlockKind.TABLE_ROW,
    subject_from=SubjectFrom.TITLE,
    confidence=Confidence.HIGH,
)
HEAVY = make_mass(
    VENDOR,
    "Molecular weight</td><td>887.04 Da",
    887.04,
    text="Molecular weight | 887.04 Da",
    value_text="887.04 Da",
    block=BlockKind.TABLE_ROW,
)
SOLD = make_mass(BLOG, "Some sellers give its mass as 813.9 g/mol.", 813.9, value_text="813.9 g/mol")
LIGHT = make_mass(
    LEAFLET,
    "Each bottle holds a solution of the heptapeptide; its molecular weight is 813.92 Da.",
    813.92,
    value_text="813.92 Da",
)
TWENTY = make_minutes(
    VENDOR,
    "In plasma its half-life is about 20 minutes.",
    20.0,
    Comparator.ABOUT,
    value_text="about 20 minutes",
    subject_from=SubjectFrom.HEADING,
    subject_text="Semax 10 mg",
)
SHORT = make_minutes(
    FAQ,
    "The half-life of Semax in plasma is 3 to 5 minutes.",
    3.0,
    Comparator.RANGE,
    value_high=5.0,
    base_value_high=5.0,
    value_text="3 to 5 minutes",
    citations=(CALLOUTS[1].citation_id,),
)
HOUR = make_minutes(
    PROFILE,
    "half_life: up to 60 min",
    60.0,
    Comparator.AT_MOST,
    value_text="up to 60 min",
    block=BlockKind.FRONT_MATTER,
)
UP = make_claim(
    VENDOR,
    "In rat hippocampus it increased BDNF protein within 3 hours.",
    "increases",
    object="BDNF",
    object_text="BDNF",
    species="rat",
    tissue="hippocampus",
    analyte="protein",
    evidence=Evidence.ANIMAL,
    subject_from=SubjectFrom.PRONOUN,
)
DOWN = make_claim(
    BLOG,
    "Users report that it may lower BDNF protein in the hippocampus (Example et al., 2011).",
    "decreases",
    object="BDNF",
    object_text="BDNF",
    tissue="hippocampus",
    analyte="protein",
    certainty=Certainty.ANECDOTAL,
    cue="Users report; may",
    evidence=Evidence.ANECDOTAL,
    citations=(EXAMPLE.citation_id,),
)
RUSSIA = make_claim(LEAFLET, "Semax is approved in Russia.", "approved_in", object="Russia", object_text="Russia")
NOT_EU = make_claim(
    LEAFLET,
    "It is not approved in the European Union.",
    "approved_in",
    object="European Union",
    object_text="European Union",
    jurisdiction="European Union",
    polarity=Polarity.NEGATED,
    cue="not",
    subject_from=SubjectFrom.PRONOUN,
)
IN_EU = make_claim(
    PROFILE,
    "The European Union has approved it since 2015.",
    "approved_in",
    object="European Union",
    object_text="European Union",
    jurisdiction="European Union",
    value=2015.0,
    value_text="2015",
)
BINDS = make_claim(PROFILE, "Semax binds the MC4R receptor.", "binds", object="MC4R", object_text="MC4R receptor")
OTHER = make_claim(
    PROFILE,
    "Semax binds the MC4R receptor. The European Union has approved it since 2015.",
    "unheard_of",
    object="something new",
    subject_id="compound:selank",
    subject="Selank",
)

CLAIMS = (
    CORE, TAIL, ANALOGUE, SEQUENCE, HEAVY, SOLD, LIGHT, TWENTY, SHORT, HOUR, UP, DOWN, RUSSIA, NOT_EU, IN_EU, BINDS, OTHER,
)  # fmt: skip

FRAGMENT = make_conflict(
    ConflictKind.IDENTITY,
    Severity.HIGH,
    "fragment",
    "Semax: fragment ACTH(4–10) in 2 sources, ACTH(4–7) in 1",
    sources=3,
    text_families=3,
    arbiter="ACTH(4–10) is MEHFRWG, ACTH(4–7) is MEHF.\n"
    "The stated sequence MEHFPGP begins with MEHF and goes on with PGP, not RWG: it holds 4–7 and not 4–10.\n"
    "“Analogue of ACTH(4–10)” and “contains ACTH(4–7)” can both hold; “keeps the core ACTH(4–10)” cannot.",
)
MASS = make_conflict(
    ConflictKind.COMPUTED,
    Severity.HIGH,
    "molecular_weight",
    "Semax: stated 887.04 g/mol, but the sequence on the same page weighs 813.92 g/mol",
    scope=Scope.WITHIN_SOURCE,
    sources=1,
    text_families=1,
    arbiter="MEHFPGP = C37H51N9O10S, average mass 813.92 g/mol.\n887.04 − 813.92 = 73.12 g/mol; "
    "nearest form: dihydrochloride 886.84 g/mol, off by 0.20 g/mol.",
)
LIFE = make_conflict(
    ConflictKind.VALUE,
    Severity.MEDIUM,
    "half_life",
    "Semax: half life about 20 minutes in 1 source, 3 to 5 minutes in 1, up to 60 min in 1",
    sides=3,
    sources=3,
    text_families=3,
)
BDNF = make_conflict(
    ConflictKind.DIRECTION,
    Severity.MEDIUM,
    "direction",
    "Semax: increases BDNF protein in hippocampus in 1 source, decreases it in 1",
    state=State.CHANGED,
)
UNION = make_conflict(
    ConflictKind.POLARITY,
    Severity.HIGH,
    "status",
    "Semax: approved in the European Union in 1 source, not approved in 1",
    decision="real",
    decided_by="reviewer one",
    decision_note="asked the agency",
    decision_stale=True,
)
LOOSE = make_conflict(
    ConflictKind.CITATION,
    Severity.LOW,
    "citation",
    "Peptide questions: 3 call-outs have no entry",
    scope=Scope.WITHIN_SOURCE,
    subject_id=None,
    slot=FAQ,
    sides=1,
    sources=1,
    text_families=1,
)
GONE = make_conflict(
    ConflictKind.VALUE, Severity.LOW, "purity", "Semax: purity 98 % in 1 source, 99 % in 1", state=State.GONE
)
CONFLICTS = (FRAGMENT, MASS, LIFE, BDNF, UNION, LOOSE, GONE)


def make_members() -> tuple[ConflictMemberRow, ...]:
    computed = make_member(MASS, "computed", SEQUENCE, "813.92 g/mol")
    loose = (
        ConflictMemberRow(
            conflict_id=LOOSE.conflict_id,
            side="A",
            claim_id=None,
            source_id=FAQ,
            start=row.start,
            end=row.end,
            quote=row.quote,
            value_text=f"{row.quote} leads nowhere",
            polarity=None,
            certainty=None,
        )
        for row in CALLOUTS
    )
    return (
        make_member(FRAGMENT, "A", TAIL),
        make_member(FRAGMENT, "B", CORE),
        make_member(FRAGMENT, "B", ANALOGUE),
        make_member(MASS, "A", HEAVY),
        computed,
        make_member(LIFE, "A", SHORT),
        make_member(LIFE, "B", TWENTY),
        make_member(LIFE, "C", HOUR),
        make_member(BDNF, "A", DOWN, "decreases BDNF"),
        make_member(BDNF, "B", UP, "increases BDNF"),
        make_member(UNION, "A", IN_EU, "approved"),
        make_member(UNION, "B", NOT_EU, "not approved"),
        *loose,
    )


def make_decision(row: ConflictRow, verdict: Verdict, *, hour: int = 9, **values: object) -> Decision:
    """A decision of ann on a conflict as it stands, at an hour of one day."""
    time = datetime(2026, 1, 1, hour, tzinfo=UTC)
    named = {"conflict_id": row.conflict_id, "fingerprint": row.fingerprint, "verdict": verdict, "reviewer": "ann"}
    return Decision.model_validate({**named, "time": time, **values})


DECISIONS = (
    make_decision(
        UNION,
        Verdict.REAL,
        reviewer="reviewer one",
        fingerprint="former",
        note="asked the agency",
        seen=(
            "notes/former.txt: approved, affirmed “Approved in the EU.”",
            f"{LEAFLET}: not approved, negated, asserted “It is not approved in the European Union.”",
        ),
    ),
)


def make_unclaimed(source_id: str, quote: str, label: Label, reason: str) -> UnclaimedRow:
    return UnclaimedRow.model_validate(place(source_id, quote) | {"label": label, "reason": reason})


class HeldTable(tuple[Any, ...]):
    """Rows as a stored table gives them: sorted, by source and by number."""

    __slots__ = ()

    def __new__(cls, rows: Iterable[Any] = ()) -> Self:
        return super().__new__(cls, sort_rows(rows))

    def read_columns(self, *names: str) -> Iterator[tuple[Any, ...]]:
        return (tuple(to_record(row)[name] for name in names) for row in self)

    def rows_of(self, source_id: str) -> range:
        numbers = [number for number, row in enumerate(self) if row.source_id == source_id]
        return range(numbers[0], numbers[-1] + 1) if numbers else range(0)

    def take(self, rows: Iterable[int]) -> list[Any]:
        return [self[row] for row in rows]


def make_report(**changes: object) -> ReportInput:
    """The whole made-up run; `changes` replace tables."""
    for name in ("blocks", "mentions", "claims", "unclaimed"):
        if name in changes:
            changes[name] = HeldTable(changes[name])  # type: ignore[arg-type]
    result = ReportInput(
        documents=(
            *(make_document(source_id) for source_id in PAGES),
            make_document(
                "scans/label.png", status=Status.REFUSED, reason="scans/label.png is a picture; only text is read."
            ),
            make_document("notes/empty.txt", status=Status.EMPTY, reason="notes/empty.txt holds no text."),
            make_document("notes/broken.html", status=Status.FAILED, reason="notes/broken.html could not be parsed."),
        ),
        blocks=HeldTable(make_blocks()),
        mentions=HeldTable((HEADING,)),
        claims=HeldTable(CLAIMS),
        citations=(*CALLOUTS, ENTRY, EXAMPLE),
        conflicts=CONFLICTS,
        conflict_members=make_members(),
        explained=(
            ExplainedRow(
                explained_id="e1",
                slot="Semax, molecular weight",
                reason="rounding",
                detail="813.9 is 813.92 with one decimal",
                claim_ids=(SOLD.claim_id, LIGHT.claim_id),
            ),
        ),
        unclaimed=HeldTable(
            (
                make_unclaimed(VENDOR, "2019", Label.QUANTITY, "no property is named beside the number"),
                make_unclaimed(VENDOR, "3 hours", Label.QUANTITY, "no rule joins the number to a subject"),
                make_unclaimed(BLOG, "(Example et al., 2011)", Label.CITATION, "no claim stands beside the call-out"),
            )
        ),
        failures=(
            FailureRow(
                source_id="notes/broken.html",
                stage="clean",
                error="DocumentError",
                message="notes/broken.html could not be parsed; open it in an editor and save it as UTF-8.",
                start=None,
                end=None,
            ),
        ),
        raw_texts=PAGES.__getitem__,
        decisions=DECISIONS,
        single_source_slots=7,
    )
    return replace(result, **changes)  # type: ignore[arg-type]


def reverse(rows: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(reversed(tuple(rows)))
