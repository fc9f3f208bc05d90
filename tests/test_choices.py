"""What a user's settings choose about conflicts: each changes exactly what it says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from pipeline import document, run
from pipeline.conflicts import check_choices, find_conflicts
from pipeline.errors import UsageError
from pipeline.lexicon import overlay, predicates
from pipeline.schema import Certainty, ClaimRow
from pipeline.settings import Settings, read_settings
from runs import read_files, write_pages
from test_conflicts import DENIED, half_life, mass, status

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.conflicts import Conflicts

HOURS = [half_life("a", 60), half_life("b", 70), half_life("c", 240)]
MASSES = [mass("d", 813.9), mass("e", 1200.0)]
RUSSIA, JAPAN, UNION = "jurisdiction:russia", "jurisdiction:japan", "jurisdiction:european-union"
PLACES = [
    status("a", "Japan", concept=JAPAN),
    status("b", "Japan", concept=JAPAN, denied=True),
    status("c", "Russia", concept=RUSSIA),
    status("d", "Russia", concept=RUSSIA, denied=True),
]


def compare(claims: Sequence[ClaimRow], **chosen: object) -> Conflicts:
    families = {claim.source_id: claim.source_id for claim in claims}
    return find_conflicts(claims, (), (), families, (), settings=Settings.model_validate(chosen, strict=False))


def tell(found: Conflicts) -> dict[str, tuple[str, int, int]]:
    return {row.predicate: (row.severity, row.sides, row.sources) for row in found.conflicts}


def test_without_settings_nothing_changes() -> None:
    claims = [*HOURS, *MASSES, *PLACES]
    families = {claim.source_id: claim.source_id for claim in claims}
    assert compare(claims) == find_conflicts(claims, (), (), families, ())


def test_a_tolerance_changes_its_predicate_alone() -> None:
    before, after = tell(compare([*HOURS, *MASSES])), tell(compare([*HOURS, *MASSES], tolerances={"half_life": 0.2}))
    assert (before["half_life"], after["half_life"]) == (("high", 3, 3), ("high", 2, 3))
    assert before["molecular_weight"] == after["molecular_weight"]


def test_a_severity_changes_its_predicate_alone() -> None:
    before, after = tell(compare([*HOURS, *MASSES])), tell(compare([*HOURS, *MASSES], severities={"half_life": "low"}))
    assert (before["half_life"], after["half_life"]) == (("high", 3, 3), ("low", 3, 3))
    assert before["molecular_weight"] == after["molecular_weight"]


def test_weights_end_with_the_comparison() -> None:
    before = predicates()["half_life"]
    compare(HOURS, tolerances={"half_life": 0.5}, severities={"half_life": "info"})
    assert predicates()["half_life"] == before


def test_sources_of_one_group_are_not_compared_to_each_other() -> None:
    claims = [half_life("own/a", 20), half_life("own/b", 240)]
    assert len(compare(claims).conflicts) == 1
    assert compare(claims, not_compared=[["own/*"]]).conflicts == ()
    assert compare(claims, not_compared=[["own/"]]).conflicts == ()
    assert len(compare(claims, not_compared=[["own/a"], ["own/b"]]).conflicts) == 1


def test_a_group_still_meets_all_others() -> None:
    claims = [half_life("own/a", 20), half_life("own/b", 240), half_life("other", 240)]
    found = compare(claims, not_compared=[["own/*"]])
    assert [(member.side, member.source_id) for member in found.members] == [("A", "own/a"), ("B", "other")]


def test_sides_are_lettered_anew_where_one_falls_out() -> None:
    claims = [half_life("own/a", 20), half_life("own/b", 240), half_life("own/c", 2400), half_life("x", 240)]
    found = compare(claims, not_compared=[["own/*"]])
    assert [(row.sides, row.sources) for row in found.conflicts] == [(3, 3)]
    assert {member.side: member.source_id for member in found.members} == {"A": "own/a", "B": "x", "C": "own/c"}


def test_what_a_source_of_a_group_says_against_itself_stays() -> None:
    claims = [half_life("own/a#1", 20), half_life("own/a#2", 240)]
    assert [row.scope for row in compare(claims, not_compared=[["own/*"]]).conflicts] == ["within_source"]


@pytest.mark.parametrize(
    ("interest", "severity"),
    [
        ([], "high"),
        (["Japan"], "high"),
        (["Japan", "Russia"], "high"),
        (["Russia"], "info"),
        (["European Union"], "info"),
    ],
)
def test_a_status_elsewhere_is_info(interest: list[str], severity: str) -> None:
    found = compare([*PLACES[:2], *HOURS], jurisdictions=interest)
    assert tell(found) == {"status": (severity, 2, 2), "half_life": ("high", 3, 3)}


def test_a_member_state_is_of_interest_where_its_union_is(tmp_path: Path) -> None:
    state = {"id": "jurisdiction:ruritania", "label": "JURISDICTION", "name": "Ruritania", "broader": [UNION]}
    row: dict[str, Any] = state | {"source": "made up", "fires": ["approved in «Ruritania»"]}
    (tmp_path / "jurisdictions.jsonl").write_text(json.dumps(row), encoding="utf-8")
    claims = [status("a", "Ruritania", concept=row["id"]), status("b", "Ruritania", concept=row["id"], denied=True)]
    with overlay(tmp_path):
        severities = [
            compare(claims, jurisdictions=[name]).conflicts[0].severity for name in ("European Union", "Japan")
        ]
    assert severities == ["high", "info"]


def test_a_denial_of_all_places_is_of_interest_everywhere() -> None:
    claims = [status("a", "Russia", concept=RUSSIA), status("b", "anywhere", denied=True)]
    assert [row.severity for row in compare(claims, jurisdictions=["Russia"]).conflicts] == ["high"]


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"tolerances": {"half_lif": 0.1}}, "setting 'tolerances.half_lif': is no predicate; take one of activates,"),
        ({"tolerances": {"indication": 0.1}}, "setting 'tolerances.indication': has no unit"),
        ({"severities": {"weight": "high"}}, "setting 'severities.weight': is no predicate"),
        ({"jurisdictions": ["Rusia"]}, "setting 'jurisdictions': 'Rusia' is no jurisdiction; take some of"),
    ],
)
def test_a_name_that_the_vocabulary_does_not_have_is_an_error(chosen: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError) as error:
        check_choices(Settings.model_validate(chosen, strict=False))
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("[tolerances]\nhalf_life = 1.5", "tolerances.half_life"),
        ("[tolerances]\nhalf_life = -0.1", "tolerances.half_life"),
        ("[severities]\nhalf_life = 'urgent'", "severities.half_life"),
        ("not_compared = ['own/*']", "not_compared.0"),
        ("jurisdictions = 'Russia'", "jurisdictions"),
    ],
)
def test_a_wrong_value_is_an_error_that_names_its_key(line: str, key: str, tmp_path: Path) -> None:
    file = tmp_path / "pipeline.toml"
    file.write_text(line, encoding="utf-8")
    with pytest.raises(UsageError, match=f"setting '{key}'"):
        read_settings(file)


def test_all_of_them_are_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "pipeline.toml"
    file.write_text(
        "not_compared = [['mirrors/', 'copies/*'], ['shop/*']]\njurisdictions = ['Russia']\n"
        "[tolerances]\nhalf_life = 0.1\nmolecular_weight = 0\n[severities]\npurity = 'high'\n",
        encoding="utf-8",
    )
    settings = read_settings(file)
    assert settings.tolerances == {"half_life": 0.1, "molecular_weight": 0.0}
    assert (settings.severities, settings.jurisdictions) == ({"purity": "high"}, ("Russia",))
    assert settings.not_compared == (("mirrors/", "copies/*"), ("shop/*",))
    assert hash(settings) == hash(read_settings(file))


@pytest.mark.parametrize(
    ("chosen", "same"),
    [
        ({"tolerances": {"half_life": 0.2}}, True),
        ({"severities": {"half_life": "low"}}, True),
        ({"not_compared": [["own/*"]]}, True),
        ({"jurisdictions": ["Russia"]}, True),
        ({"keep_furniture": True}, False),
    ],
)
def test_what_is_about_conflicts_reads_no_document_anew(
    chosen: dict[str, object], same: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document, "digest_data", str)  # of files that an author may be changing
    plain, other = (
        document.name_generation(Settings.model_validate(told, strict=False), None) for told in ({}, chosen)
    )
    assert (plain == other) is same


def test_a_run_follows_them(tmp_path: Path) -> None:
    one, two = (f"# Semax\n\nThe half-life of Semax is {time}.\n" for time in ("20 minutes", "4 h"))
    raw, out = write_pages(tmp_path / "raw", one_md=one, two_md=two), tmp_path / "out"
    plain = run.run_pipeline(raw, out, Settings.model_validate({}), workers=0)
    files = read_files(out)
    apart = run.run_pipeline(raw, out, Settings.model_validate({"not_compared": (("*.md",),)}), workers=0)
    assert (sum(plain.conflicts.values()), sum(apart.conflicts.values())) == (1, 0)
    assert all(
        files[f"{table}.csv"] == read_files(out)[f"{table}.csv"] for table in ("claims", "mentions", "documents")
    )


def test_hedged_claims_of_a_group_are_not_compared_either() -> None:
    denied = half_life("own/b", 20, **DENIED)
    hedged = half_life("own/c", 240, certainty=Certainty.HEDGED)
    assert compare([half_life("own/a", 20), denied, hedged], not_compared=[["own/*"]]).conflicts == ()
