"""`claims diff`: what two results say differently, and which rules did it."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner, Result

from pipeline.cli import app
from pipeline.schema import ClaimRow, ConflictRow
from pipeline.store import read_run_json, read_table, write_run_json, write_table
from pipeline.store.diff import ResultDiff, compare_results
from runs import ROOT, run_folder, write_pages

if TYPE_CHECKING:
    from pathlib import Path

ONE = "# Semax\n\nThe half-life of Semax is 20 minutes in plasma.\n"
OTHER = "# Semax\n\nThe half-life of Semax is 4 hours in plasma.\n"
MOVED = f"# News\n\nThe address is a new one.\n\n{ONE}"
LATER = "# Semax\n\nThe half-life of Semax is 5 hours in plasma.\n\nSemax weighs 813.9 g/mol.\n"


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("before")
    return run_folder(write_pages(folder / "raw", one_md=ONE, other_md=OTHER), folder / "out").out


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("after")
    return run_folder(write_pages(folder / "raw", one_md=MOVED, other_md=LATER), folder / "out").out


@pytest.fixture(scope="module")
def found(before: Path, after: Path) -> ResultDiff:
    return compare_results(before, after)


def run_diff(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["diff", *map(str, arguments)])


def test_a_result_does_not_differ_from_itself(before: Path) -> None:
    found = compare_results(before, before)
    assert (found.claims, found.conflicts, found.same_rules, found.same_documents) == ((), (), True, 2)


def test_documents_are_told_apart_by_their_bytes(found: ResultDiff) -> None:
    assert found.documents == {"added": (), "removed": (), "changed": ("one.md", "other.md")}
    assert (found.same_rules, found.same_documents) == (True, 0)


def test_a_claim_that_only_moved_has_not_changed(found: ResultDiff) -> None:
    assert "one.md" not in {change.row.source_id for change in found.claims}


def test_claims_that_came_and_went(found: ResultDiff) -> None:
    told = {(change.kind, change.row.predicate, change.row.value_text) for change in found.claims}
    assert told == {
        ("removed", "half_life", "4 hours"),
        ("added", "half_life", "5 hours"),
        ("added", "molecular_weight", "813.9 g/mol"),
    }


def test_a_conflict_that_changed_says_what_it_lost_and_gained(found: ResultDiff) -> None:
    (change,) = found.conflicts
    assert change.kind == "changed"
    assert {"fingerprint", "headline"} <= set(change.columns)
    assert [line.partition(",")[0] for line in (*change.lost, *change.gained)] == [
        "other.md: 4 hours",
        "other.md: 5 hours",
    ]


def test_conflicts_that_came_and_went(before: Path, tmp_path: Path) -> None:
    alone = run_folder(write_pages(tmp_path / "raw", one_md=ONE), tmp_path / "out").out
    assert [change.kind for change in compare_results(before, alone).conflicts] == ["removed"]
    assert [change.kind for change in compare_results(alone, before).conflicts] == ["added"]


def test_a_conflict_that_is_kept_as_gone_is_not_there(before: Path, tmp_path: Path) -> None:
    raw, out = write_pages(tmp_path / "raw", one_md=ONE, other_md=OTHER), tmp_path / "out"
    run_folder(raw, out)
    (raw / "other.md").unlink()
    run_folder(raw, out)
    assert [change.kind for change in compare_results(before, out).conflicts] == ["removed"]


@pytest.fixture
def other_rules(before: Path, tmp_path: Path) -> Path:
    """The same pages as other rules would read them: one claim by another rule, firmer; the other is lost."""
    out = tmp_path / "other"
    shutil.copytree(before, out)
    claims = [row for row in read_claims(before) if row.source_id == "one.md"]
    write_table(out, ClaimRow, [row.model_copy(update={"rule": "new-rule", "value_text": "twenty"}) for row in claims])
    write_table(out, ConflictRow, [])
    about = read_run_json(out)
    write_run_json(out, about | {"digests": {"program": "another"}})
    return out


def read_claims(out: Path) -> tuple[ClaimRow, ...]:
    return read_table(out, ClaimRow)


def test_gains_and_losses_are_counted_by_rule_and_predicate(before: Path, other_rules: Path) -> None:
    found = compare_results(before, other_rules)
    lost = next(row.rule for row in read_claims(before) if row.source_id == "other.md")
    counts = {(row.rule, row.predicate): (row.added, row.removed, row.changed) for row in found.rules()}
    assert not found.same_rules
    assert found.same_documents == 2
    assert counts == {(lost, "half_life"): (0, 1, 0), ("new-rule", "half_life"): (0, 0, 1)}


def test_the_columns_of_a_changed_claim_are_named(before: Path, other_rules: Path) -> None:
    changed = [change.columns for change in compare_results(before, other_rules).claims if change.kind == "changed"]
    assert changed == [("value_text", "rule")]


@pytest.mark.parametrize("form", ["table", "json", "md"])
def test_each_format_is_the_same_each_time(form: str, before: Path, after: Path) -> None:
    first, second = (run_diff(before, after, "--format", form) for _ in range(2))
    assert (first.exit_code, first.output) == (0, second.output)
    assert "5 hours" in first.output


def test_json_holds_every_change(before: Path, after: Path) -> None:
    told: dict[str, Any] = json.loads(run_diff(before, after, "--format", "json").output)
    assert {kind: len(rows) for kind, rows in told["claims"].items()} == {"added": 2, "removed": 1, "changed": 0}
    assert told["conflicts"]["changed"][0]["gained"][0].startswith("other.md: 5 hours")
    assert {row["predicate"] for row in told["rules"]} == {"half_life", "molecular_weight"}


def test_words_of_pages_are_escaped(before: Path, other_rules: Path) -> None:
    hostile = [row.model_copy(update={"value_text": "\x1b[31m<b>[red]*x*"}) for row in read_claims(before)]
    write_table(other_rules, ClaimRow, hostile)
    table, markdown = (run_diff(before, other_rules, "--format", form).output for form in ("table", "md"))
    assert "\x1b" not in table + markdown
    assert "[red]" in table
    assert "<b>" not in markdown.replace("\\<b", "")


@pytest.mark.parametrize(("changed", "status"), [(False, 0), (True, 1)])
def test_fail_on_change_turns_the_exit_status(changed: bool, status: int, before: Path, after: Path) -> None:
    assert run_diff(before, after if changed else before, "--fail-on-change").exit_code == status
    assert run_diff(before, after if changed else before).exit_code == 0


def test_the_comparison_of_rules_never_fails_without_history(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "rule_diff.sh", tmp_path / "scripts")
    environment = {"PATH": "/usr/bin:/bin", "GIT_CEILING_DIRECTORIES": str(tmp_path.parent)}
    command = ["sh", "scripts/rule_diff.sh"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "no comparison of rules" in done.stderr
