"""The house keeps its plan: what --help loads, what the README shows, which lists must agree."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from pipeline.schema import CONTEXT_COLUMNS, TABLES, ClaimRow, Label

ROOT = Path(__file__).parents[1]
HEAVY = ("spacy", "scispacy", "pandas", "pyarrow", "numpy", "jinja2", "molmass")


@pytest.mark.parametrize(
    "command", [[], ["extract"], ["report"], ["show"], ["check"], ["schema"], ["doctor"], ["lexicon", "check"]]
)
def test_help_loads_nothing_heavy(command: list[str]) -> None:
    code = (
        "import sys; from pipeline.cli import app; "
        f"app({[*command, '--help']!r}, standalone_mode=False); "
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert "Usage" in done.stdout
    assert done.stderr.strip().endswith("[]")


def test_the_version_is_the_one_that_the_package_declares() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "--version"], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == f"claimsift {declared}"


def test_every_sort_key_and_context_column_is_a_field() -> None:
    for model in TABLES:
        assert set(model.sort_by) <= set(model.model_fields)
    assert set(CONTEXT_COLUMNS) <= set(ClaimRow.model_fields)


def test_every_field_says_what_it_means() -> None:
    missing = [
        f"{model.table}.{name}"
        for model in TABLES
        for name, field in model.model_fields.items()
        if not field.description
    ]
    assert missing == []


def test_every_component_has_an_entry_point() -> None:
    from pipeline.annotate.model import COMPONENTS

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(project["entry-points"]["spacy_factories"]) == set(COMPONENTS)


def test_every_component_declares_what_it_needs_and_gets_it(annotator: object) -> None:
    from pipeline.annotate import Annotator

    assert isinstance(annotator, Annotator)
    analysis = annotator.nlp.analyze_pipes()
    assert analysis is not None
    assert {name: problems for name, problems in analysis["problems"].items() if problems} == {}


def test_the_labels_are_those_of_the_contract() -> None:
    assert len(Label) == 20


def test_the_changelog_names_the_version() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"## {declared}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
