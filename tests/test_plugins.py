"""Plug-ins of other distributions: found by entry point, heard, and kept from doing harm by failing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pipeline import plugins
from pipeline.doctor import examine
from pipeline.plugins import GROUPS, find_plugins
from pipeline.schema import ClaimRow, ConflictRow, DocumentRow, FailureRow, Status, UnclaimedRow
from pipeline.store import check_result, read_table
from runs import ROOT, Run, call_python, read_files, run_folder, write_pages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MODULE = '''
from pipeline.page import Statement, Subject
from pipeline.schema import Label, SubjectFrom

NOT_CALLABLE = 3


def read_zork(data, source_id):
    """Files that begin with ZORK hold text, each letter moved by one."""
    if data.startswith(b"BROKEN"):
        raise KeyError("lost")
    if data.startswith(b"NUMBER"):
        return 5
    if not data.startswith(b"ZORK"):
        return None
    return bytes(byte - 1 for byte in data[4:]).decode()


def find_moons(annotated):
    """"Moonphase: full" is a class, where a page names a compound."""
    text = annotated.page.text
    if "explode" in text:
        raise ValueError("no moon")
    if "wrong predicate" in text:
        yield make(annotated, 0, 5, "moon_phase")
    place = text.find("Moonphase: full")
    if place >= 0:
        yield make(annotated, place, place + 15, "class")


def make(annotated, start, end, predicate):
    compound = next(mention for mention in annotated.mentions if mention.label == Label.COMPOUND)
    subject = Subject(compound.concept_id, compound.concept, compound.text, SubjectFrom.WRITTEN, compound)
    block = next(block.index for block in annotated.page.blocks if block.start <= start < block.end)
    return Statement(
        start=start, end=end, block=block, subject=subject, predicate=predicate, rule="moon", object_text="full"
    )


def weigh(conflict, members):
    if conflict.predicate == "half_life":
        return f"{len(members)} passages\\nwere weighed."
    raise RuntimeError("cannot weigh")
'''
ENTRY_POINTS = """
[claimsift.readers]
zork = moonlight:read_zork

[claimsift.rules]
moon = moonlight:find_moons
number = moonlight:NOT_CALLABLE
missing = moonlight:no_such_function

[claimsift.arbiters]
gone = no_such_module:weigh
scales = moonlight:weigh
walkout = leaver:weigh
"""
FIRST = "# Semax\n\nThe half-life of Semax in rat plasma is 20 minutes. Semax is a heptapeptide.\n\nMoonphase: full\n"
SECOND = "# Semax\n\nThe half-life of Semax in rat plasma is 5 hours. Semax is a hexapeptide.\n"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A distribution beside ours, as pip would install it."""
    site = tmp_path / "site"
    about = site / "moonlight-2.1.dist-info"
    about.mkdir(parents=True)
    (site / "moonlight.py").write_text(MODULE, encoding="utf-8")
    (site / "leaver.py").write_text("import sys\n\nsys.exit('no licence')\n", encoding="utf-8")
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: moonlight\nVersion: 2.1\n", encoding="utf-8")
    (about / "entry_points.txt").write_text(ENTRY_POINTS, encoding="utf-8")
    monkeypatch.syspath_prepend(site)
    find_plugins.cache_clear()
    yield site
    find_plugins.cache_clear()


def run_with(tmp_path: Path, **pages: str | bytes) -> Run:
    raw = write_pages(tmp_path / "raw", **pages)
    with pytest.warns(UserWarning, match="is left out"):
        return run_folder(raw, tmp_path / "out")


@pytest.mark.usefixtures("installed")
def test_working_plugins_are_found_and_broken_ones_told() -> None:
    found = find_plugins()
    assert [str(plugin) for plugin in found.working] == [
        "claimsift.readers: zork (moonlight 2.1)",
        "claimsift.rules: moon (moonlight 2.1)",
        "claimsift.arbiters: scales (moonlight 2.1)",
    ]
    assert [sentence.split(" is left out: ")[0] for sentence in found.broken] == [
        "claimsift.rules: missing (moonlight:no_such_function)",
        "claimsift.rules: number (moonlight:NOT_CALLABLE)",
        "claimsift.arbiters: gone (no_such_module:weigh)",
        "claimsift.arbiters: walkout (leaver:weigh)",
    ]
    told = [finding for finding in examine() if finding.part == "plug-in"]
    assert [finding.found for finding in told] == [*map(str, found.working), *["broken"] * 4]
    assert not any(finding.broken for finding in told)  # the program works without them


def test_without_plugins_nothing_is_found_or_told() -> None:
    assert find_plugins() == plugins.Plugins((), ())


def test_the_groups_stand_in_the_documentation() -> None:
    assert all(group in (plugins.__doc__ or "") for group in GROUPS)


@pytest.mark.usefixtures("installed")
def test_a_reader_makes_a_text_layer_in_which_offsets_count(tmp_path: Path) -> None:
    zork = b"ZORK" + bytes(byte + 1 for byte in b"Semax is a heptapeptide.")
    run = run_with(tmp_path, page_zork=zork, plain_txt="Selank is a heptapeptide.")
    rows = {row.source_id: row for row in run.rows(DocumentRow)}
    assert rows["page.zork"].text_path == "text/page.zork.txt"
    assert rows["plain.txt"].text_path is None
    assert (rows["page.zork"].bytes, rows["page.zork"].status) == (len(zork), Status.OK)
    assert {row.predicate for row in run.rows(ClaimRow) if row.source_id == "page.zork"} >= {"residue_count"}
    assert check_result(run.out) == ()


@pytest.mark.usefixtures("installed")
def test_a_reader_that_fails_costs_its_document_alone(tmp_path: Path) -> None:
    run = run_with(tmp_path, bad_x=b"BROKEN", odd_x=b"NUMBER", good_txt="Selank is a heptapeptide.")
    assert {row.source_id: row.status for row in run.rows(DocumentRow)} == {
        "bad.x": Status.FAILED,
        "odd.x": Status.FAILED,
        "good.txt": Status.OK,
    }
    told = {row.source_id: row.message for row in run.rows(FailureRow)}
    assert "the plug-in zork (moonlight 2.1) failed: KeyError" in told["bad.x"]
    assert "gave int, not a text" in told["odd.x"]


@pytest.mark.usefixtures("installed")
def test_rules_and_arbiters_are_heard_beside_ours(tmp_path: Path) -> None:
    run = run_with(tmp_path, first_md=FIRST, second_md=SECOND)
    (claim,) = [row for row in run.rows(ClaimRow) if row.rule == "moon:moon"]
    assert (claim.quote, claim.predicate, claim.subject, claim.object_text) == (
        "Moonphase: full",
        "class",
        "Semax",
        "full",
    )
    assert all(row.quote != claim.quote for row in run.rows(UnclaimedRow) if row.label == "STATEMENT")
    (half_life,) = [row for row in run.rows(ConflictRow) if row.predicate == "half_life"]
    assert half_life.arbiter is not None
    assert half_life.arbiter.endswith("scales: 2 passages were weighed.")
    about = json.loads((run.out / "run.json").read_text(encoding="utf-8"))
    assert about["plugins"] == [str(plugin) for plugin in find_plugins().working]
    assert check_result(run.out) == ()


@pytest.mark.usefixtures("installed")
def test_rules_and_arbiters_that_fail_are_told_and_take_nothing_along(tmp_path: Path) -> None:
    pages = {"first_md": f"{FIRST}\nexplode\n", "second_md": f"{SECOND}\nThis is a wrong predicate.\n"}
    run = run_with(tmp_path, **pages)
    told = {(row.source_id, row.stage): row.message for row in run.rows(FailureRow)}
    assert "ValueError: no moon" in told["first.md", "extract"]
    assert "'moon_phase' is no predicate" in told["second.md", "extract"]
    assert "RuntimeError: cannot weigh" in told["", "conflicts"]
    assert run.summary.failed
    assert {row.predicate for row in run.rows(ConflictRow)} >= {"half_life"}
    assert not any(row.rule.startswith("moon") for row in run.rows(ClaimRow))
    assert {row.status for row in run.rows(DocumentRow)} == {Status.OK}


# --------------------------------------------------------------------------------------------- several processes


def test_plugins_are_heard_and_broken_ones_left_out_in_every_worker(installed: Path, tmp_path: Path) -> None:
    zork = b"ZORK" + bytes(byte + 1 for byte in b"Semax is a hexapeptide.")
    pages = {f"page{number}_md": FIRST for number in range(4)}
    raw = write_pages(
        tmp_path / "raw", **pages, second_md=SECOND, page_zork=zork, lost_md=f"{FIRST}\nexplode\n", bad_x=b"BROKEN"
    )
    with pytest.warns(UserWarning, match="is left out"):
        alone = run_folder(raw, tmp_path / "alone")
    command = ("-m", "pipeline", "extract", raw, "--out", "out", "--workers", "2", "--no-cache")
    done = call_python(*command, path=[installed, ROOT], cwd=tmp_path)
    assert done.returncode == 1  # of the plug-ins that failed at their work
    for name in ("claimsift.rules: missing", "claimsift.rules: number", "arbiters: gone", "arbiters: walkout"):
        assert len([line for line in done.stderr.splitlines() if name in line and "is left out" in line]) == 1, name
    out = tmp_path / "out"
    rows = read_table(out, ClaimRow)
    assert {row.source_id for row in rows if row.rule == "moon:moon"} == {f"page{number}.md" for number in range(4)}
    assert "page.zork" in {row.source_id for row in rows}
    assert any("scales: " in (row.arbiter or "") for row in read_table(out, ConflictRow))
    failed = {(row.source_id, row.stage) for row in read_table(out, FailureRow)}
    assert failed == {("lost.md", "extract"), ("bad.x", "read"), ("", "conflicts")}
    assert read_files(out) == alone.files()
