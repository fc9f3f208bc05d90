"""What a notebook gets: DataFrames with the types of the tables, and rows that show themselves without acting."""

from __future__ import annotations

import subprocess
import sys
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from pipeline import read_claims, read_conflicts
from pipeline.errors import UsageError
from pipeline.schema import ClaimRow, ConflictRow
from pipeline.store import write_table
from report_rows import CLAIMS, CONFLICTS, VENDOR, make_document, make_report
from runs import ROOT
from test_report import INJECTIONS

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = ("spacy", "scispacy", "pandas", "pyarrow", "numpy", "pydantic", "jinja2")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    write_table(tmp_path, ClaimRow, CLAIMS)
    write_table(tmp_path, ConflictRow, CONFLICTS)
    return tmp_path


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = f"import sys, pipeline; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout == "[]\n"


def test_claims_come_with_the_types_of_the_table(out: Path) -> None:
    frame = read_claims(out)
    assert len(frame) == len(CLAIMS)
    assert list(frame.columns) == list(ClaimRow.model_fields)
    assert {name: str(frame[name].dtype) for name in ("claim_id", "start", "base_value")} == {
        "claim_id": "string",
        "start": "Int64",
        "base_value": "Float64",
    }
    assert frame["base_value"].notna().sum() == sum(claim.base_value is not None for claim in CLAIMS)
    assert sorted(frame["citations"].map(len)) == sorted(len(claim.citations) for claim in CLAIMS)


def test_conflicts_come_most_severe_first_with_times_and_booleans(out: Path) -> None:
    frame = read_conflicts(str(out))
    assert frame["severity_rank"].is_monotonic_increasing
    assert str(frame["decision_stale"].dtype) == "boolean"
    assert isinstance(frame["decided_at"].dtype, pd.DatetimeTZDtype)
    assert frame.query("kind == 'identity'")["headline"].tolist() == [CONFLICTS[0].headline]


def test_without_a_result_the_error_names_the_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere"):
        read_claims(tmp_path / "nowhere")


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        assert not [name for name, _ in attrs if name != "class"]


@pytest.mark.parametrize("vector", INJECTIONS, ids=lambda vector: ascii(vector)[:40])
def test_a_row_shows_page_text_as_text(vector: str) -> None:
    result = make_report()
    rows = (
        next(iter(result.claims)).model_copy(update={"quote": vector, "subject": vector}),
        result.conflicts[0].model_copy(update={"headline": vector, "decision_note": vector}),
        make_document(VENDOR, title=vector, url=vector),
    )
    for row in rows:
        shown = row._repr_html_()
        assert Tags(shown).seen <= {"table", "caption", "tr", "th", "td", "bdi"}
        assert all(char.isprintable() or char == "\n" for char in shown)
        assert "mathjax_ignore" in shown


def test_a_row_leaves_out_what_it_does_not_hold() -> None:
    shown = CLAIMS[0]._repr_html_()
    assert "<th>subject</th><td><bdi>Semax</bdi></td>" in shown
    assert "tissue" not in shown
