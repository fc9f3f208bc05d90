"""Claims as nanopublications in TriG: what a page states, where it stands, and what program read it.

Format: the Nanopublication Guidelines of the Concept Web Alliance (nanopub.org/guidelines) and RDF 1.1 TriG: four
graphs each, of which the head names the other three. A claim is told of, never asserted: the assertion says that a
page claims it, with its polarity and certainty, so that no statement of a page becomes a triple of its own.
Nothing is signed, and the names are no trusty URIs: who publishes them signs them in their own name.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING
from urllib.parse import quote

from pipeline.digests import program_version
from pipeline.schema import CONTEXT_COLUMNS, ClaimRow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.exchange.result import Result
    from pipeline.schema import DocumentRow

HEAD = """\
@prefix np: <http://www.nanopub.org/nschema#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix cs: <urn:claimsift:schema:> .
"""
# Columns of a claim that the assertion tells as they are; subject and object are concepts.
TOLD = (
    "value",
    "value_high",
    "comparator",
    "unit",
    "value_text",
    "form",
    *CONTEXT_COLUMNS,
    "polarity",
    "certainty",
    "evidence",
    "confidence",
)


def write_nanopub(result: Result, path: Path) -> None:
    """One nanopublication for each claim, in the order of the table."""
    documents = result.documents()
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(HEAD)
        for row in result.rows(ClaimRow):
            file.writelines(f"{line}\n" for line in _publish(row, documents[row.source_id]))


def _publish(row: ClaimRow, document: DocumentRow) -> Iterator[str]:
    name = f"urn:claimsift:np:{quote(row.claim_id)}"
    assertion, provenance, info = f"<{name}#assertion>", f"<{name}#provenance>", f"<{name}#pubinfo>"
    yield ""
    yield f"<{name}#head> {{"
    yield f"  <{name}> a np:Nanopublication ; np:hasAssertion {assertion} ;"
    yield f"    np:hasProvenance {provenance} ; np:hasPublicationInfo {info} ."
    yield "}"
    yield f"{assertion} {{"
    yield f"  {_name_claim(row)} a cs:Claim ;"
    yield f"    {' ; '.join(_tell_claim(row))} ."
    yield "}"
    yield f"{provenance} {{"
    yield f"  {assertion} prov:hadPrimarySource <urn:claimsift:source:{quote(row.source_id)}> ;"
    yield f"    prov:wasQuotedFrom <{name}#passage> ; cs:rule {_write_text(row.rule)} ."
    yield from _tell_passage(f"<{name}#passage>", row, document)
    yield "}"
    yield f"{info} {{"
    yield f"  <{name}> prov:wasAttributedTo cs:program ; cs:programVersion {_write_text(program_version())} ."
    yield "}"


def _name_claim(row: ClaimRow) -> str:
    return f"<urn:claimsift:claim:{quote(row.claim_id)}>"


def _tell_claim(row: ClaimRow) -> Iterator[str]:
    yield f"cs:subject {_name_concept(row.subject_id)}"
    yield f"cs:predicate <urn:claimsift:predicate:{quote(row.predicate)}>"
    if row.object_id is not None:
        yield f"cs:object {_name_concept(row.object_id)}"
    if row.object_text is not None:
        yield f"cs:object_text {_write_text(row.object_text)}"
    for column in TOLD:
        value = getattr(row, column)
        if value is not None:
            yield f"cs:{column} {_write_number(value) if isinstance(value, float) else _write_text(str(value))}"


def _tell_passage(passage: str, row: ClaimRow, document: DocumentRow) -> Iterator[str]:
    source = f"<urn:claimsift:source:{quote(row.source_id)}>"
    yield f"  {passage} a oa:SpecificResource ; oa:hasSource {source} ;"
    yield f"    oa:hasSelector [ a oa:TextPositionSelector ; oa:start {row.start} ; oa:end {row.end} ] ,"
    yield f"      [ a oa:TextQuoteSelector ; oa:exact {_write_text(row.quote)} ] ."
    yield f"  {source} cs:sha256 {_write_text(document.sha256 or '')} ."
    if document.title:
        yield f"  {source} dct:title {_write_text(document.title)} ."
    if document.url:
        # As a text: an address on a page may be anything.
        yield f"  {source} dct:identifier {_write_text(document.url)} ."


def _name_concept(concept_id: str) -> str:
    return f"<urn:claimsift:concept:{quote(concept_id, safe=':')}>"


def _write_text(text: str) -> str:
    """A literal. JSON's escapes are among those of TriG."""
    return json.dumps(text, ensure_ascii=False)


def _write_number(value: float) -> str:
    written = repr(value) if math.isfinite(value) else "NaN" if math.isnan(value) else "INF" if value > 0 else "-INF"
    return f'"{written}"^^xsd:double'
