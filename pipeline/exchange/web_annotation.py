"""Claims as W3C Web Annotations: JSON-LD that says where in which page each stands, by place and by words.

Format: "Web Annotation Data Model", W3C Recommendation of 23 February 2017, sections 3.2 (bodies and targets),
4.2.4 (text quote selector) and 4.2.5 (text position selector, which counts code points).
"""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import quote

from pipeline.exchange.result import Page
from pipeline.exchange.spans import describe_claim
from pipeline.schema import ClaimRow

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.exchange.result import Result

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
AROUND = 32  # characters before and behind a quote, by which it is found again in an edited page


def write_web_annotation(result: Result, path: Path) -> None:
    """One annotation page with an annotation for each claim; its source is the page's path, relative to RAW.

    A reader that resolves the path needs the file in RAW, or a base of its own.
    """
    documents = result.documents()
    items: list[dict[str, object]] = []
    for source_id, rows in groupby(result.rows(ClaimRow), key=lambda row: row.source_id):
        page = Page(documents[source_id], result.read_text(documents[source_id]))
        items.extend(_annotate(row, page) for row in rows)
    content = {"@context": CONTEXT, "id": "urn:claimsift:claims", "type": "AnnotationPage", "items": items}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


def _annotate(row: ClaimRow, page: Page) -> dict[str, object]:
    return {
        "id": f"urn:claimsift:claim:{quote(row.claim_id)}",
        "type": "Annotation",
        "motivation": "classifying",
        "body": [
            {"type": "TextualBody", "purpose": "tagging", "value": row.predicate},
            {"type": "TextualBody", "purpose": "describing", "format": "text/plain", "value": describe_claim(row)},
        ],
        "target": {
            "source": _describe_source(page),
            "selector": [
                {"type": "TextPositionSelector", "start": row.start, "end": row.end},
                {
                    "type": "TextQuoteSelector",
                    "exact": row.quote,
                    "prefix": page.text[max(0, row.start - AROUND) : row.start],
                    "suffix": page.text[row.end : row.end + AROUND],
                },
            ],
        },
    }


def _describe_source(page: Page) -> dict[str, object]:
    row = page.row
    about = {"format": row.media_type, "language": row.language}
    return {"id": quote(row.source_id), "type": "Text", **{name: said for name, said in about.items() if said}}
