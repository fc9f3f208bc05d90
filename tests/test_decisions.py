"""Decisions of reviewers are re-applied on every run, and never lost or overwritten."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from pipeline.conflicts.lifecycle import Former, apply_decisions
from pipeline.decisions import (
    append_decisions,
    check_decisions,
    describe_members,
    find_standing,
    merge_decisions,
    name_torn,
    read_decisions,
    write_line,
)
from pipeline.errors import UsageError
from pipeline.schema import Decision, State, Verdict
from report_rows import FRAGMENT, LIFE, MASS, make_decision, make_members, make_report
from runs import ROOT

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import Popen

    from pipeline.schema import ConflictRow


def decide(row: ConflictRow, *, verdict: Verdict, reviewer: str, hour: int, fingerprint: str | None = None) -> Decision:
    return Decision(
        conflict_id=row.conflict_id,
        fingerprint=fingerprint or row.fingerprint,
        verdict=verdict,
        note=f"said at {hour}",
        reviewer=reviewer,
        time=datetime(2026, 1, 1, hour, tzinfo=UTC),
    )


@pytest.fixture
def row() -> ConflictRow:
    return next(row for row in make_report().conflicts if row.conflict_id == FRAGMENT.conflict_id)


def test_the_latest_verdict_of_a_reviewer_counts(row: ConflictRow) -> None:
    told = [
        decide(row, verdict=Verdict.REAL, reviewer="ann", hour=3),
        decide(row, verdict=Verdict.UNSURE, reviewer="ann", hour=1),
    ]
    decided = next(iter(apply_decisions([row], told)))
    assert (decided.decision, decided.decided_by, decided.decision_stale) == ("real", "ann", False)


def test_two_reviewers_who_differ_are_both_shown(row: ConflictRow) -> None:
    told = [
        decide(row, verdict=Verdict.REAL, reviewer="ann", hour=1),
        decide(row, verdict=Verdict.SOURCE_ERROR, reviewer="bea", hour=2),
    ]
    decided = next(iter(apply_decisions([row], told)))
    assert decided.decision == "disputed"
    assert decided.decided_by == "ann; bea"
    assert decided.decision_note == "said at 1; said at 2"


def test_a_decision_on_other_members_is_stale(row: ConflictRow) -> None:
    told = [decide(row, verdict=Verdict.REAL, reviewer="ann", hour=1, fingerprint="fpr-other")]
    assert next(iter(apply_decisions([row], told))).decision_stale is True


def test_states_follow_the_former_result(row: ConflictRow) -> None:
    changed = row.model_copy(update={"fingerprint": "fpr-other"})
    gone = row.model_copy(update={"state": State.GONE})
    cases = {State.NEW: [], State.OPEN: [row], State.CHANGED: [changed], State.REOPENED: [gone]}
    assert {state: Former(former).judge(row).state for state, former in cases.items()} == {
        state: state for state in cases
    }
    former = Former([row])
    assert [left.state for left in former.list_gone()] == [State.GONE]
    former.judge(row)
    assert list(former.list_gone()) == []


def test_decisions_are_read_from_json_lines(row: ConflictRow, tmp_path: Path) -> None:
    told = decide(row, verdict=Verdict.REAL, reviewer="ann", hour=1)
    file = tmp_path / "decisions.jsonl"
    file.write_text(told.model_dump_json() + "\n\n", encoding="utf-8")
    assert read_decisions(file) == (told,)


@pytest.mark.parametrize("line", ["no json", json.dumps({"conflict_id": "con-1"}), json.dumps([1])])
def test_a_bad_line_is_named(line: str, tmp_path: Path) -> None:
    file = tmp_path / "decisions.jsonl"
    file.write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"decisions\.jsonl:2: "):
        read_decisions(file)


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="none\\.jsonl"):
        read_decisions(tmp_path / "none.jsonl")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"time": "2026-01-01T00:00:00"}, "timezone"),
        ({"verdict": "real", "withdrawn": True}, "withdrawn"),
        ({"verdict": "surely"}, "verdict"),
    ],
)
def test_a_line_of_wrong_values_is_named_with_the_reason(values: dict[str, object], said: str, tmp_path: Path) -> None:
    file = tmp_path / "decisions.jsonl"
    line = json.loads(write_line(make_decision(MASS, Verdict.REAL))) | values
    file.write_text(json.dumps(line) + "\n", encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        read_decisions(file)


def test_a_withdrawn_verdict_decides_nothing_and_another_may_follow(row: ConflictRow) -> None:
    lines = [make_decision(row, Verdict.REAL, hour=1), make_decision(row, Verdict.UNSURE, hour=2, withdrawn=True)]
    assert next(iter(apply_decisions([row], lines))).decision is None
    lines.append(make_decision(row, Verdict.SOURCE_ERROR, hour=3))
    assert next(iter(apply_decisions([row], lines))).decision == "source_error"
    lines.append(make_decision(row, Verdict.REAL, hour=4, reviewer="bea"))
    assert [one.reviewer for one in find_standing(lines)[row.conflict_id]] == ["ann", "bea"]


def test_what_a_decision_remembers_changes_with_the_fingerprint_and_not_with_the_order() -> None:
    members = [row for row in make_members() if row.conflict_id == LIFE.conflict_id]
    lines = describe_members(members)
    assert lines == describe_members(reversed(members))
    assert len(lines) == 3
    assert any(
        line.startswith("faq/peptide-faq.md: 3 to 5 minutes, affirmed, asserted “The half-life") for line in lines
    )
    longer = [members[0].model_copy(update={"quote": "word " * 500}), *members[1:]]
    assert max(map(len, describe_members(longer))) == 240


# ------------------------------------------------------------------------------------------------------- writing


def test_lines_are_added_at_the_end_and_come_back_as_they_were(tmp_path: Path) -> None:
    file = tmp_path / "new" / "decisions.jsonl"
    first = make_decision(MASS, Verdict.REAL, note="one\u2028line, \u0085 and “quotes”", seen=("a: b", "c: d"))
    second = make_decision(LIFE, Verdict.UNSURE, hour=10)
    append_decisions(file, [first])
    written = file.read_bytes()
    append_decisions(file, [second])
    assert file.read_bytes().startswith(written)
    assert read_decisions(file) == (first, second)


def test_an_export_is_merged_once_and_in_order_of_time(tmp_path: Path) -> None:
    file = tmp_path / "decisions.jsonl"
    told = [make_decision(row, Verdict.REAL, hour=hour) for row, hour in ((MASS, 3), (LIFE, 2), (FRAGMENT, 1))]
    append_decisions(file, told[:1])
    assert merge_decisions(file, [*told, *told]) == 2
    assert merge_decisions(file, reversed(told)) == 0
    assert [one.time.hour for one in read_decisions(file)] == [3, 1, 2]


def test_a_line_without_its_end_gets_one(tmp_path: Path) -> None:
    file = tmp_path / "decisions.jsonl"
    first, second = make_decision(MASS, Verdict.REAL), make_decision(LIFE, Verdict.REAL)
    file.write_text(write_line(first), encoding="utf-8")
    assert read_decisions(file) == (first,)
    append_decisions(file, [second])
    assert read_decisions(file) == (first, second)


def test_a_torn_line_is_named_set_aside_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "decisions.jsonl"
    whole = make_decision(MASS, Verdict.REAL)
    torn = write_line(make_decision(LIFE, Verdict.REAL, note="Größe"))[:-30].encode()[:-1]
    file.write_bytes(write_line(whole).encode() + b"\n" + torn)
    with pytest.raises(UsageError, match=r"decisions\.jsonl:2: the last line is cut off"):
        read_decisions(file)
    assert merge_decisions(file, []) == 0
    assert read_decisions(file) == (whole,)
    assert name_torn(file).read_bytes() == torn + b"\n"


def test_a_file_with_a_bad_line_is_not_merged_into(tmp_path: Path) -> None:
    file = tmp_path / "decisions.jsonl"
    file.write_text("no decision\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"decisions\.jsonl:1: "):
        merge_decisions(file, [make_decision(MASS, Verdict.REAL)])
    assert file.read_text(encoding="utf-8") == "no decision\n"


def test_a_write_that_fails_half_way_leaves_no_half_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "decisions.jsonl"
    append_decisions(file, [make_decision(MASS, Verdict.REAL)])
    before, write = file.read_bytes(), os.write

    def fill_disk(number: int, data: bytes) -> int:
        if len(data) < 20:
            raise OSError(28, "No space left on device")
        return write(number, data[:17])

    monkeypatch.setattr(os, "write", fill_disk)
    with pytest.raises(UsageError, match="No space left"):
        append_decisions(file, [make_decision(LIFE, Verdict.REAL)])
    assert file.read_bytes() == before


def test_all_bad_lines_are_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "decisions.jsonl"
    whole = make_decision(MASS, Verdict.REAL)
    file.write_text(f"x\n{write_line(whole)}\ny\n", encoding="utf-8")
    told, problems = check_decisions(file)
    assert told == (whole,)
    assert [problem.partition(": ")[0].rpartition(":")[2] for problem in problems] == ["1", "3"]


# ------------------------------------------------------------------------------------------------------- a crash

ROUNDS = int(os.environ.get("KILL_ROUNDS", "20"))

# A reviewer who decides without end, says each time that it is on the disk, and writes in pieces, as a slow disk does.
WRITER = """
import os, sys
from pathlib import Path
from pipeline.decisions import append_decisions
from pipeline.schema import Decision

write = os.write
os.write = lambda number, data: write(number, data[:7])
file, reviewer, start = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
for number in range(start, start + 100_000):
    said = {"conflict_id": f"con-{number}", "fingerprint": "fpr-1", "verdict": "real", "note": "ä" * 40,
            "reviewer": reviewer, "time": "2026-01-01T00:00:00Z"}
    append_decisions(file, [Decision.model_validate(said, strict=False)])
    write(1, f"{number}\\n".encode())
"""


def start_writer(file: Path, reviewer: str, number: int) -> Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(file), reviewer, str(number)], stdout=subprocess.PIPE, cwd=ROOT
    )


def test_two_reviewers_and_a_crash_in_mid_write_lose_nothing(tmp_path: Path) -> None:
    """What a killed writer said was on the disk is there, and nothing is torn; KILL_ROUNDS=100 tries harder."""
    file = tmp_path / "decisions.jsonl"
    promised: set[tuple[str, int]] = set()
    for turn in range(ROUNDS):
        writers = {name: start_writer(file, name, turn * 1_000_000) for name in ("ann", "bea")}
        for writer in writers.values():
            assert writer.stdout is not None
            writer.stdout.readline()  # both are at work
        time.sleep(0.003 * (turn % 7))  # another moment of the write each time
        for name, writer in writers.items():
            writer.send_signal(signal.SIGKILL)
            said = writer.communicate()[0].split(b"\n")[:-1]
            promised |= {(name, int(number)) for number in said} | {(name, turn * 1_000_000)}
    merge_decisions(file, [])
    found = {(one.reviewer, int(one.conflict_id.removeprefix("con-"))) for one in read_decisions(file)}
    assert promised <= found
    assert len(found - promised) <= 2 * ROUNDS  # written, but killed before it was said
