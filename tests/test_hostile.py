"""Hostile files beside good ones: each costs itself alone."""

from __future__ import annotations

import os
import sys
from collections import Counter

import pytest

from hostile import COSTLY
from siege import Siege, find_breaches, lay_siege

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="the files are named and linked as only Linux takes them"
)


@pytest.fixture(scope="module")
def siege(tmp_path_factory: pytest.TempPathFactory) -> Siege:
    return lay_siege(tmp_path_factory.mktemp("siege"), leave_out=COSTLY)


def test_every_hostile_file_costs_itself_alone(siege: Siege) -> None:
    """A row for each file; the good pages' rows as without the bad ones; nothing read or written elsewhere."""
    assert list(find_breaches(siege)) == []


def test_there_are_as_many_hostile_files_as_we_say(siege: Siege) -> None:
    assert siege.hostile >= 200
    assert siege.hostile + len(COSTLY) >= 225


def test_what_is_refused_says_why_and_what_to_do(siege: Siege) -> None:
    refused = [row for row in siege.documents if row["status"] == "refused"]
    assert len(refused) >= 20
    for row in refused:
        assert row["reason"].startswith(row["source_id"].removeprefix("'")) or row["source_id"].startswith("'")
        assert "; " in row["reason"], row["reason"]


def test_no_link_leads_out_of_the_folder(siege: Siege) -> None:
    links = [row for row in siege.documents if "/to-" in row["source_id"]]
    assert Counter(row["status"] for row in links) == {"refused": 7}
    assert all("follow_links" in row["reason"] for row in links)


def test_names_that_hurt_are_read_like_others(siege: Siege) -> None:
    named = [row for row in siege.documents if row["source_id"].startswith("names/")]
    assert {row["status"] for row in named} == {"ok"}
    assert len({row["source_id"] for row in named}) == len(named)
    assert all(row["claims"] != "0" for row in named)


def test_nothing_of_a_page_runs_in_the_report(siege: Siege) -> None:
    for page in siege.out.rglob("*.html"):
        text = page.read_text(encoding="utf-8").lower()
        for evil in (
            "<script>alert",
            "<img src=x",
            "<svg/onload",
            "<iframe",
            'href="javascript:',
            "<base",
            "<style>@import",
        ):
            assert evil not in text, f"{evil} in {os.path.relpath(page, siege.out)}"
