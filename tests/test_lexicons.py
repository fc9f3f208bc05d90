"""Every row of every lexicon proves itself, by the same functions that `claims lexicon check` calls."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.components.concepts import name_index
from pipeline.errors import LexiconError
from pipeline.lexicon import (
    CONCEPT_FILES,
    Concept,
    Finding,
    LexiconRow,
    concept_index,
    concepts,
    digest_lexicons,
    list_files,
    overlay,
    predicates,
    read_rows,
    units,
)
from pipeline.lexicon_check import CONCEPT_LABELS, LEXICONS, check_lexicons, refuse_broken_rows
from pipeline.lexicon_check.concepts import find_misplacement
from pipeline.quantity import find_quantities
from pipeline.schema import ClaimRow, MentionRow
from pipeline.settings import read_settings
from runs import ROOT, Run, run_folder, write_pages

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PLACED = [(name, row) for name, lexicon in LEXICONS.items() for row in read_rows(name, lexicon.model)]
PLACED_CONCEPTS = [(name, row) for name in CONCEPT_FILES for row in read_rows(name, Concept)]


def name_row(value: LexiconRow | str) -> str:
    return value if isinstance(value, str) else value.id


# -------------------------------------------------------------------------------------------- the rows that ship


@pytest.mark.parametrize(("name", "row"), PLACED, ids=name_row)
def test_each_row_holds(name: str, row: LexiconRow) -> None:
    assert [*LEXICONS[name].find_breaks(row), *LEXICONS[name].find_faults(row)] == []


@pytest.mark.parametrize(("name", "row"), PLACED_CONCEPTS, ids=name_row)
def test_each_concept_stands_in_the_file_of_its_label(name: str, row: Concept) -> None:
    assert list(find_misplacement(row, CONCEPT_LABELS[name])) == []


def test_nothing_is_wrong_between_rows() -> None:
    assert list(map(str, check_lexicons(None))) == []


def test_every_file_is_checked() -> None:
    assert sorted(f"{name}.jsonl" for name in LEXICONS) == list(list_files())
    assert set(CONCEPT_LABELS) == set(CONCEPT_FILES)


# Functions whose results no folder of lexicons changes.
OF_NO_ROW = {
    "_parse_ours",  # the files that ship
    "_word_values", "find_differences", "fold_word", "draw_shape", "split_words", "spell_word",  # their arguments alone
    "check_mass", "fold_text", "parse_peptide", "_blank", "_column_names", "_list_words",
    "_environment", "_weights", "list_columns", "load_measurer", "model_settings",  # templates, elements, models
    "has_passages",  # row models
    "find_plugins", "_digest_program",  # what is installed
}  # fmt: skip


def test_what_is_made_of_rows_is_forgotten_with_them() -> None:
    """A cache of `functools` would survive another folder; what is made of rows is kept with `remember`."""
    kept = {
        node.name
        for path in (ROOT / "pipeline").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        and {"cache", "lru_cache"} & {ast.unparse(decorator).partition("(")[0] for decorator in node.decorator_list}
    }
    assert kept <= OF_NO_ROW


def test_no_row_is_read_when_a_module_is_imported() -> None:
    code = (
        "import pipeline.lexicon as lexicon\n"
        "def refuse(*_): raise AssertionError('rows are read at import')\n"
        "lexicon.placed_rows = lexicon.parse_rows = refuse\n"
        "import pipeline.cli, pipeline.run, pipeline.doctor, pipeline.lexicon_check\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stderr) == (0, "")


# ------------------------------------------------------------------------------------------------ a user's folder

EXAMPLIN: dict[str, Any] = {
    "id": "compound:examplin",
    "label": "COMPOUND",
    "name": "Examplin",
    "source": "made up",
    "fires": ["«Examplin» is made up."],
}
CUE = {"id": "neg-own", "source": "made up", "phrases": ["nixes"], "effect": "negated", "reach": "after"}
RULE: dict[str, Any] = {
    "id": "own-rule",
    "source": "made up",
    "predicate": "increases",
    "trigger": r"\bembiggens\b",
    "object": ["TARGET"],
    "object_side": "after",
    "fires": ["Semax embiggens BDNF. => semax increases bdnf"],
    "spares": ["Semax is a word that embiggens."],
}
UNIT: dict[str, Any] = {
    "id": "unit-own",
    "source": "made up",
    "ucum": "[jot]",
    "dimension": "mass",
    "base": "g",
    "factor": 0.5,
    "aliases": ["jot"],
    "fires": ["They took «2 jot»."],
}


def write_rows(folder: Path, **rows: dict[str, Any] | list[dict[str, Any]]) -> Path:
    """A folder of lexicons with the rows of each file."""
    folder.mkdir(exist_ok=True)
    for name, given in rows.items():
        listed = given if isinstance(given, list) else [given]
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in listed)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return folder


def read_units(text: str) -> list[str]:
    return [quantity.unit for _, _, quantity in find_quantities(text)]


def check_own(folder: Path, *files: str) -> list[Finding]:
    """What is told of a user's rows; those that ship have tests of their own."""
    return [finding for finding in check_lexicons(folder, files=files or None) if not finding.line.is_ours]


def read_ids(name: str) -> list[str]:
    return [row.id for row in read_rows(name, LEXICONS[name].model)]


def test_good_rows_of_a_user_are_clean(tmp_path: Path) -> None:
    cue = {**CUE, "fires": ["It nixes «BDNF»."], "spares": ["It raises BDNF."]}
    folder = write_rows(tmp_path / "own", compounds=EXAMPLIN, rules=RULE, units=UNIT, cues=cue)
    (folder / "README.md").write_text("Why these rows are here.\n", encoding="utf-8")
    (folder / ".gitignore").write_text("*.bak\n", encoding="utf-8")
    assert list(map(str, check_own(folder))) == []


def test_a_row_of_ours_is_replaced_in_its_place(tmp_path: Path) -> None:
    before = read_ids("compounds")
    own = {**EXAMPLIN, "id": "compound:semax", "name": "Semaxo", "fires": []}
    with overlay(write_rows(tmp_path / "own", compounds=own)):
        assert read_ids("compounds") == before
        assert concept_index()["compound:semax"].name == "Semaxo"
        assert name_index().look_up("Semax") == ()


def test_new_rows_come_first_and_win(tmp_path: Path) -> None:
    own = {**EXAMPLIN, "names": ["Selank"]}
    with overlay(write_rows(tmp_path / "own", compounds=own, units={**UNIT, "aliases": ["mg"], "exact": ["mg"]})):
        assert read_ids("compounds")[0] == "compound:examplin"
        assert [row.id for row in name_index().look_up("Selank")] == ["compound:examplin", "compound:selank"]
        assert read_units("They took 5 mg.") == ["[jot]"]


def test_nothing_of_one_folder_is_left_in_the_next(tmp_path: Path) -> None:
    made: list[Callable[[], object]] = [concepts, concept_index, predicates, units, name_index, digest_lexicons]
    before = [make() for make in made]
    one = write_rows(tmp_path / "one", compounds=EXAMPLIN, units=UNIT)
    other = write_rows(tmp_path / "other", compounds={**EXAMPLIN, "name": "Examplon", "id": "compound:examplon"})
    with overlay(one):
        assert read_units("It was 2 jot.") == ["[jot]"]
        assert name_index().look_up("Examplin")
        first = digest_lexicons()
        with overlay(other):
            assert name_index().look_up("Examplon")
            assert not name_index().look_up("Examplin")
            assert read_units("It was 2 jot.") == [""]
            assert digest_lexicons() not in {first, before[-1]}
        assert name_index().look_up("Examplin")
    assert read_units("It was 2 jot.") == [""]
    assert [make() for make in made if make is not name_index] == [*before[:4], before[-1]]


def test_a_folder_that_changed_is_read_again(tmp_path: Path) -> None:
    folder = write_rows(tmp_path / "own", compounds=EXAMPLIN)
    with overlay(folder):
        assert name_index().look_up("Examplin")
        write_rows(folder, compounds={**EXAMPLIN, "name": "Examplon"})
        with overlay(folder):
            assert name_index().look_up("Examplon")


# One row of a user, or a line that is none, and what is told of it.
BAD: list[tuple[str, dict[str, Any] | str, str]] = [
    ("compounds", "{", r"^\?: is no JSON"),
    ("compounds", "[]", r"^\?: does not hold"),
    ("compounds", {"id": "compound:x"}, "'label': Field required; 'name': Field required"),
    ("compounds", {**EXAMPLIN, "colour": "red"}, "'colour': Extra inputs are not permitted"),
    ("compounds", {**EXAMPLIN, "source": ""}, "'source': String should have at least 1 character"),
    ("compounds", {**EXAMPLIN, "names": ["—"]}, "'names.0': .*a name needs a letter or a digit"),
    ("compounds", {**EXAMPLIN, "label": "TARGET"}, "'label' is TARGET, in a file of COMPOUND rows"),
    ("compounds", {**EXAMPLIN, "id": "examplin"}, "the id does not begin with 'compound:'"),
    ("compounds", {**EXAMPLIN, "fires": []}, "has no example in 'fires'"),
    ("compounds", {**EXAMPLIN, "fires": ["Examplin is made up."]}, "marks no name"),
    ("compounds", {**EXAMPLIN, "fires": ["It is «made» up."]}, "is not found where 'It is «made» up.' marks it"),
    ("compounds", {**EXAMPLIN, "spares": ["No examplin."]}, "is found in 'No examplin.', at 'examplin'"),
    ("compounds", {**EXAMPLIN, "names": ["EXAMPLIN"]}, "'EXAMPLIN' says the same as 'Examplin'"),
    ("compounds", {**EXAMPLIN, "exact": ["EX-1", "EX‑1"]}, "'EX-1' stands twice in 'exact'"),
    ("compounds", {**EXAMPLIN, "names": ["stage IV"]}, "the name 'stage IV' does not lead here"),
    ("compounds", {**EXAMPLIN, "names": ["selank"]}, r"'[Ss]elank' leads also to compound:selank \(compounds.jsonl:\d+\)"),
    ("compounds", {**EXAMPLIN, "broader": ["compound:none"]}, "'broader' names compound:none, which is no row"),
    ("compounds", {**EXAMPLIN, "parent_id": "compound:none"}, "'parent_id' names compound:none, which is no row"),
    ("compounds", {**EXAMPLIN, "parent_id": "compound:examplin"}, "lead back to the row itself"),
    ("compounds", {**EXAMPLIN, "identifiers": {"cas": ["80714-61-1"]}}, "check digit of CAS number 80714-61-1"),
    ("compounds", {**EXAMPLIN, "identifiers": {"cas": ["80714-61-0"]}}, "belongs also to compound:semax"),
    ("compounds", {**EXAMPLIN, "identifiers": {"cas": ["n/a"]}}, "'n/a' is not written like a cas"),
    ("compounds", {**EXAMPLIN, "identifiers": {"unii": ["6Y24O4F92T"]}}, "6Y24O4F92S would fit"),
    ("compounds", {**EXAMPLIN, "identifiers": {"inchikey": ["AB"]}}, "'AB' is no inchikey"),
    ("compounds", {**EXAMPLIN, "identifiers": {"pubchem_cid": ["CID 1"]}}, "'CID 1' is no pubchem_cid"),
    ("compounds", {**EXAMPLIN, "identifiers": {"cid": ["1"]}}, "has cid, which is no kind that we know"),
    ("compounds", {**EXAMPLIN, "formula": "C2H5Q"}, "the formula C2H5Q cannot be read"),
    ("compounds", {**EXAMPLIN, "sequence": "MEHFB"}, "the sequence 'MEHFB' has other letters"),
    ("compounds", {**EXAMPLIN, "sequence": "GHK", "formula": "C14H24N6O5"}, "the sequence gives C14H24N6O4"),
    ("compounds", {**EXAMPLIN, "formula": "C14H24N6O4", "mass": 430.4}, "the mass 430.4 does not follow from"),
    ("targets", {**EXAMPLIN, "id": "compound:semax", "label": "TARGET"}, r"stands also in compounds.jsonl:\d+"),
    ("decoys", {"id": "decoy:own", "source": "made up"}, "hides nothing"),
    ("decoys", {"id": "decoy:own", "source": "made up", "phrases": ["Semax"], "fires": ["«Semax»"]}, "names are found"),
    (
        "ambiguous",
        {"id": "own", "source": "made up", "names": ["Semax"], "means": ["compound:semax", "compound:selank"]},
        "'Semax' leads to compound:semax, not to compound:semax, compound:selank",
    ),
    ("cues", CUE, "has no example in 'fires'"),
    ("cues", {**CUE, "fires": ["«It» nixes BDNF."], "spares": ["No."]}, "does not reach what '«It» nixes BDNF.' marks"),
    ("cues", {**CUE, "fires": ["It nixes «BDNF»."], "spares": ["It nixes."]}, "'It nixes.' holds a cue"),
    ("cues", {**CUE, "phrases": ["not"], "fires": ["It is not «so»."], "spares": ["So."]}, "'not' stands also in neg-not"),
    ("cue_stops", {"id": "own", "source": "x", "phrases": ["alas"], "fires": ["It is not «so», alas."]}, "no scope ends"),
    ("rules", {**RULE, "trigger": "(embiggens"}, "'trigger': .*is no regular expression"),
    ("rules", {**RULE, "predicate": "embiggens"}, "'predicate' is embiggens, which is not in the vocabulary"),
    ("rules", {**RULE, "context": {"planet": "Mars"}}, "'context' names planet, which is no context column"),
    ("rules", {**RULE, "fires": ["Semax embiggens BDNF. => semax increases ngf"]}, "'semax increases bdnf'.*not 'semax"),
    ("rules", {**RULE, "spares": ["Semax embiggens BDNF."]}, "where it should be silent"),
    ("rules", {**RULE, "spares": []}, "has no example in 'spares'"),
    ("gaps", {"id": "own", "source": "x", "predicate": "size", "trigger": "size"}, "'predicate' is size"),
    ("keys", {"id": "own", "source": "x", "predicate": "half_life", "keys": ["CAS"], "value": "quantity"}, "key-cas"),
    (
        "keys",
        {"id": "own", "source": "x", "predicate": "half_life", "keys": ["jots"], "value": "quantity", "unit": "mg"},
        "'unit' is mg, which does not measure time",
    ),
    ("units", {**UNIT, "base": "[none]"}, r"'base' is \[none\], which is the 'ucum' of no row"),
    ("units", {**UNIT, "base": "h"}, "'base' is h, which measures time, not mass"),
    ("units", {**UNIT, "fires": ["They took «2 tittle»."]}, "'They took «2 tittle».' is read as"),
    ("units", {**UNIT, "spares": ["They took 2 jot."]}, "is read with this unit"),
    ("units", {**UNIT, "factor": 0}, "'factor': Input should be greater than 0"),
    ("number_words", {"id": "own", "source": "x", "role": "label", "words": ["plot"], "fires": ["2 mg"]}, "is read as"),
    ("predicates", {"id": "own", "source": "x", "definition": "x", "object": ["number"], "single_valued": True, "severity": "low", "key": ["planet"]}, "planet is no context column"),
    ("labels", {"id": "own", "source": "x", "names": ["plot"], "fires": ["«Plan» nine"]}, "no field begins"),
    ("languages", {"id": "xx", "source": "x", "words": ["foo"], "fires": ["It is in the language that you read here."]}, "is told to be"),
    ("abbreviations", {"id": "own", "source": "x", "role": "inside", "written": ["abbr"]}, "has no example in 'fires'"),
    ("sentence_starts", {"id": "own", "source": "x", "written": ["lo"], "fires": ["I see it «and» go."]}, "no sentence begins"),
    ("citation_words", {"id": "own", "source": "x", "role": "lead", "words": ["lo"], "spares": ["As said [1]."]}, "citations of"),
    ("qualifiers", {"id": "own", "source": "x", "column": "arm", "value": "x", "trigger": "x", "fires": ["y"], "spares": ["x"]}, "the trigger finds 'x'"),
    ("furniture", {"id": "own", "source": "x", "where": "line", "reason": "toy", "phrases": ["toy"], "fires": ["«doll»"], "spares": ["x"]}, "'«doll»' is no furniture, not toy"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "row", "said"), BAD, ids=[said for _, _, said in BAD])
def test_a_bad_row_is_told_with_file_and_line(tmp_path: Path, name: str, row: dict[str, Any] | str, said: str) -> None:
    file = tmp_path / "own" / f"{name}.jsonl"
    file.parent.mkdir()
    file.write_text(f"\n{row if isinstance(row, str) else json.dumps(row)}\n", encoding="utf-8")
    told = check_own(file.parent, name)
    assert {str(finding.line) for finding in told} == {f"{file}:2"}
    assert any(re.search(said, f"{finding.row_id}: {finding.problem}") for finding in told), told


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    """Broken rows, of which one is the family of a good row, do not hide what is wrong with the others."""
    family = {**EXAMPLIN, "id": "compound:family", "name": "exemplins", "label": "none"}
    good = {**EXAMPLIN, "broader": ["compound:family"]}
    wrong = {**EXAMPLIN, "id": "compound:wrong", "name": "Wrongin", "fires": ["Wrongin"]}
    own = write_rows(tmp_path / "own", compounds=[family, good, good, wrong], rules={**RULE, "predicate": "embiggens"})
    told = [
        (finding.line.file.rpartition("/")[2], finding.line.number, finding.row_id)
        for finding in check_own(own, "compounds", "rules")
    ]
    assert told == [
        ("compounds.jsonl", 1, "compound:family"),
        ("compounds.jsonl", 2, "compound:examplin"),
        ("compounds.jsonl", 3, "compound:examplin"),
        ("compounds.jsonl", 4, "compound:wrong"),
        ("rules.jsonl", 1, "own-rule"),
    ]


def test_a_circle_is_told_at_each_of_its_rows(tmp_path: Path) -> None:
    rows = [
        {**EXAMPLIN, "broader": ["compound:b"]},
        {**EXAMPLIN, "id": "compound:b", "name": "Bexamplin", "parent_id": "compound:examplin"},
    ]
    told = check_own(write_rows(tmp_path / "own", compounds=rows), "compounds")
    assert [finding.line.number for finding in told if "lead back to the row itself" in finding.problem] == [1, 2]


def test_a_name_of_ours_may_be_declared_ambiguous(tmp_path: Path) -> None:
    own = {**EXAMPLIN, "names": ["Selank"]}
    means = ["compound:examplin", "compound:selank"]
    declared = {"id": "own", "source": "made up", "names": ["selank"], "means": means, "fires": ["a «Selank» spray"]}
    problems = [
        finding.problem
        for finding in check_own(write_rows(tmp_path / "own", compounds=own, ambiguous=declared), "ambiguous")
    ]
    assert not [problem for problem in problems if "leads also to" in problem or "means" in problem]


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (lambda _: None, "own: is no folder with lexicons"),
        (lambda folder: folder.write_text("{}"), "own: is no folder with lexicons"),
        (
            lambda folder: write_pages(folder, compound_jsonl="{}"),
            "compound.jsonl: is none of our lexicons; .* compounds.jsonl",
        ),
        (lambda folder: (folder / "more").mkdir(parents=True), "more: is none of our lexicons"),
        (lambda folder: write_pages(folder, compounds_jsonl=b"\xff"), "compounds.jsonl: cannot be read as UTF-8"),
    ],
    ids=["missing", "a file", "a name that is none of ours", "a folder in it", "no text"],
)
def test_a_folder_that_is_none_is_refused(tmp_path: Path, prepare: Callable[[Path], object], said: str) -> None:
    prepare(tmp_path / "own")
    with pytest.raises(LexiconError, match=said):
        check_lexicons(tmp_path / "own")


def test_a_byte_order_mark_is_no_part_of_a_row(tmp_path: Path) -> None:
    row = "\ufeff" + json.dumps(EXAMPLIN) + "\r\n"
    assert check_own(write_pages(tmp_path / "own", compounds_jsonl=row), "compounds") == []


@pytest.mark.parametrize(
    "bad",
    [
        {"compounds": {**EXAMPLIN, "colour": "red"}},
        {"compounds": {**EXAMPLIN, "broader": ["compound:none"]}},
        {"rules": {**RULE, "trigger": "("}},
        {"rules": {**RULE, "predicate": "none"}},
        {"units": {**UNIT, "base": "[none]"}},
    ],
    ids=str,
)
def test_what_no_run_can_use_is_refused_with_file_and_line(tmp_path: Path, bad: dict[str, dict[str, Any]]) -> None:
    folder = write_rows(tmp_path / "own", **bad)
    with overlay(folder), pytest.raises(LexiconError, match=rf"{next(iter(bad))}.jsonl:1: .*claims lexicon check"):
        refuse_broken_rows()


def test_a_row_that_only_lacks_examples_does_not_stop_a_run(tmp_path: Path) -> None:
    with overlay(write_rows(tmp_path / "own", compounds={**EXAMPLIN, "fires": []})):
        refuse_broken_rows()


# ------------------------------------------------------------------------------------------------------ whole runs

PAGE = "# Examplin\n\nThe half-life of Examplin is 20 minutes in rats.\n"


def find_subjects(run: Run) -> set[str]:
    return {claim.subject_id for claim in run.rows(ClaimRow)}


def find_names(run: Run) -> set[str | None]:
    return {mention.concept_id for mention in run.rows(MentionRow)}


@pytest.mark.parametrize("workers", [0, 2])
def test_a_run_finds_a_compound_of_the_users_own(tmp_path: Path, workers: int) -> None:
    raw = write_pages(tmp_path / "raw", a_md=PAGE, b_md=PAGE.replace("20", "30"))
    own = write_rows(tmp_path / "own", compounds=EXAMPLIN)
    run = run_folder(raw, tmp_path / "out", workers=workers, lexicons=own)
    assert find_subjects(run) == {"compound:examplin"}
    assert {claim.source_id for claim in run.rows(ClaimRow)} == {"a.md", "b.md"}


def test_runs_with_other_lexicons_in_one_process_do_not_meet(tmp_path: Path) -> None:
    raw = write_pages(tmp_path / "raw", a_md=PAGE)
    own = write_rows(tmp_path / "own", compounds=EXAMPLIN)
    other = write_rows(tmp_path / "other", compounds={**EXAMPLIN, "id": "compound:other"})
    before = run_folder(raw, tmp_path / "before")
    first = run_folder(raw, tmp_path / "first", lexicons=own)
    second = run_folder(raw, tmp_path / "second", lexicons=other)
    after = run_folder(raw, tmp_path / "after")
    assert "compound:examplin" in find_names(first) - find_names(second)
    assert "compound:other" in find_names(second) - find_names(first)
    assert not {"compound:examplin", "compound:other"} & (find_names(before) | find_names(after))
    assert before.files() == after.files()
    digests = [
        json.loads((run.out / "run.json").read_bytes())["digests"]["lexicons"] for run in (before, first, second, after)
    ]
    assert digests[0] == digests[3]
    assert len(set(digests)) == 3


def test_the_folder_of_the_settings_is_beside_them(tmp_path: Path) -> None:
    folder = write_pages(tmp_path / "project", pipeline_toml='lexicons = "own"\n')
    assert read_settings(folder / "pipeline.toml").lexicons == folder / "own"
    assert read_settings(write_pages(folder, other_toml="") / "other.toml").lexicons is None
