"""Conflicts as SARIF, the format in which code review tools show findings in files.

Format: OASIS "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", sections 3.14.17 (columnKind), 3.27
(result), 3.28 (location), 3.30 (region: `charOffset` counts from 0, lines and columns from 1) and 3.35 (suppression).
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from pipeline.digests import program_version
from pipeline.schema import ConflictKind, ConflictMemberRow, ConflictRow, Severity, State, Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.exchange.result import Result
    from pipeline.schema import DocumentRow

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note", Severity.INFO: "note"}
BASELINES = {
    State.NEW: "new",
    State.OPEN: "unchanged",
    State.CHANGED: "updated",
    State.GONE: "absent",
    State.REOPENED: "new",
}
# Verdicts after which nobody has to look again: the sides do not contradict each other.
SETTLED = frozenset({Verdict.BOTH_TRUE_IN_CONTEXT, Verdict.SAME_VALUE_OTHER_FORM, Verdict.EXTRACTION_ERROR})
MEANINGS = {
    ConflictKind.VALUE: "Pages state different values.",
    ConflictKind.IDENTITY: "Pages give a compound different identities.",
    ConflictKind.DIRECTION: "One page says that it rises, another that it falls.",
    ConflictKind.POLARITY: "One page affirms what another denies.",
    ConflictKind.CERTAINTY: "Pages state the same with different certainty.",
    ConflictKind.COMPUTED: "Arithmetic refutes what a page states.",
    ConflictKind.CITATION: "A citation does not lead where it should.",
    ConflictKind.COVERAGE: "Pages list different things.",
}
LINE_END = re.compile(r"\r\n|\n")  # SARIF's default for newlineSequences


def write_sarif(result: Result, path: Path) -> None:
    """One run with a result for each conflict: its first passage is the location, the others are related ones."""
    members: dict[str, list[ConflictMemberRow]] = defaultdict(list)
    for row in result.rows(ConflictMemberRow):
        members[row.conflict_id].append(row)
    places = _Places(result)
    results = [_report(row, members[row.conflict_id], places) for row in result.rows(ConflictRow)]
    run = {
        "tool": {"driver": _describe_tool()},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {
            "RAW": {"description": {"text": "The folder with the raw pages."}},
            "OUT": {"description": {"text": "The folder with the result, where the text of PDF and Word pages is."}},
        },
        "results": results,
    }
    content = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


def _describe_tool() -> dict[str, object]:
    rules = [{"id": kind.value, "shortDescription": {"text": meaning}} for kind, meaning in MEANINGS.items()]
    return {"name": "claimsift", "semanticVersion": program_version(), "rules": rules}


def _report(row: ConflictRow, members: list[ConflictMemberRow], places: _Places) -> dict[str, object]:
    located = [
        {**places.locate(member), "message": {"text": f"{member.side}: {member.value_text or member.quote}"}}
        for member in members
        if member.source_id is not None and member.start is not None
    ]
    return {
        "ruleId": row.kind.value,
        "ruleIndex": list(MEANINGS).index(row.kind),
        "level": LEVELS[row.severity],
        "message": {"text": f"{row.headline}. {row.arbiter}" if row.arbiter else row.headline},
        "locations": located[:1],
        "relatedLocations": [{"id": number, **place} for number, place in enumerate(located[1:], start=1)],
        "partialFingerprints": {"claimsiftConflict/v1": row.conflict_id},
        "fingerprints": {"claimsiftMembers/v1": row.fingerprint},
        "baselineState": BASELINES[row.state],
        "suppressions": _suppress(row),
        "properties": {"severity": row.severity.value, "scope": row.scope.value, "slot": row.slot},
    }


def _suppress(row: ConflictRow) -> list[dict[str, object]]:
    if row.decision not in SETTLED or row.decision_stale:
        return []
    return [{"kind": "external", "status": "accepted", "justification": row.decision_note or row.decision}]


class _Places:
    """Where passages stand, in SARIF's words: artifact, offset, lines and columns."""

    def __init__(self, result: Result) -> None:
        self.result = result
        self.documents = result.documents()
        self._lines = lru_cache(maxsize=64)(self._find_lines)  # a conflict's sources are few; all texts may be many

    def locate(self, member: ConflictMemberRow) -> dict[str, object]:
        """The physical location of a member that has a passage."""
        assert member.source_id is not None  # noqa: S101  (the caller has looked)
        assert member.start is not None  # noqa: S101
        assert member.end is not None  # noqa: S101
        starts = self._lines(member.source_id)
        first, last = bisect_right(starts, member.start), bisect_right(starts, member.end)
        region = {
            "charOffset": member.start,
            "charLength": member.end - member.start,
            "startLine": first,
            "startColumn": member.start - starts[first - 1] + 1,
            "endLine": last,
            "endColumn": member.end - starts[last - 1] + 1,
            "snippet": {"text": member.quote},
        }
        artifact = _name_artifact(self.documents[member.source_id])
        return {"physicalLocation": {"artifactLocation": artifact, "region": region}}

    def _find_lines(self, source_id: str) -> list[int]:
        """Offset of the first character of each line."""
        text = self.result.read_text(self.documents[source_id])
        return [0, *(match.end() for match in LINE_END.finditer(text))]


def _name_artifact(row: DocumentRow) -> dict[str, object]:
    if row.text_path:
        return {"uri": quote(row.text_path), "uriBaseId": "OUT"}
    return {"uri": quote(row.source_id), "uriBaseId": "RAW"}
