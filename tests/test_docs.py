"""The documents are true: links lead somewhere, lists agree with the program, examples run, shown output is real."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.main import get_command

from pipeline.cli import app
from pipeline.decisions import read_decisions
from pipeline.lexicon import predicates
from pipeline.schema import TABLES, Certainty, ConflictKind, State, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("raw/*.md")])

# "[raw/README.md](raw/README.md#your-own-pages)", "![a picture](docs/report.png)"; not "[home](https://…)".
LINK = re.compile(r"\]\((?P<path>[^()#\s:]*)(?:\#(?P<anchor>[^()\s]+))?\)")
FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w+)\n(?P<body>.*?)^ *```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ (?P<text>.+)$", re.MULTILINE)
PICTURE_BYTES = 400_000


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def read_fences(path: Path, language: str) -> list[str]:
    """The fenced examples of a language, without the indentation of a list around them."""
    return [
        re.sub(f"^{fence['indent']}", "", fence["body"], flags=re.MULTILINE)
        for fence in FENCE.finditer(path.read_text(encoding="utf-8"))
        if fence["language"] == language
    ]


def read_column(path: Path, heads: str) -> list[str]:
    """The names in the first column of the table that has these heads, without mark-up."""
    rows = path.read_text(encoding="utf-8").partition(f"{heads}\n")[2].splitlines()
    cells = [row.split("|")[1] for row in rows[1 : next(at for at, row in enumerate(rows) if not row.startswith("|"))]]
    return [re.sub(r"\[|\]\(.*\)|`", "", cell).strip() for cell in cells]


def slug(heading: str) -> str:
    """The anchor that a heading gets."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("documents")


@pytest.fixture(scope="module")
def checked(work: Path) -> subprocess.CompletedProcess[str]:
    """The documents held against a run on raw/, which stays in the folder `work`."""
    command = [sys.executable, str(ROOT / "scripts/make_docs.py"), "--check", "--work", str(work)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_what_the_documents_show_is_what_the_program_says(checked: subprocess.CompletedProcess[str]) -> None:
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


@pytest.mark.parametrize("example", read_fences(ROOT / "docs/tables.md", "python"), ids=["parquet", "csv", "offsets"])
def test_the_examples_for_data_people_run(example: str, work: Path, checked: subprocess.CompletedProcess[str]) -> None:
    done = subprocess.run([sys.executable, "-c", example], cwd=work, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_link_inside_the_project_leads_somewhere(document: Path) -> None:
    for link in LINK.finditer(document.read_text(encoding="utf-8")):
        target = document.parent / link["path"] if link["path"] else document
        assert target.exists(), link[0]
        if link["anchor"]:
            anchors = {slug(heading["text"]) for heading in HEADING.finditer(target.read_text(encoding="utf-8"))}
            assert link["anchor"] in anchors, link[0]


def test_the_map_of_the_house_names_every_room() -> None:
    (plan,) = (text for text in read_fences(README, "text") if text.startswith("pipeline/\n"))
    drawn = [line.split()[0].rstrip("/") for line in plan.splitlines()[1:]]
    assert sorted(drawn) == sorted(path.name for path in (ROOT / "pipeline").iterdir() if path.name != "__pycache__")


def find_commands() -> Iterator[tuple[str, list[str]]]:
    """Each `claims` command line in the fences of the documents: the command and its options."""
    for document in DOCUMENTS:
        for fence in read_fences(document, "sh"):
            for line in fence.splitlines():
                words = line.partition("#")[0].split()
                if words and words[0].endswith("claims"):
                    yield words[1], [word for word in words if word.startswith("--")]


@pytest.mark.parametrize(("command", "options"), list(find_commands()))
def test_every_command_line_shown_exists(command: str, options: list[str]) -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]
    known = {option for parameter in commands[command].params for option in parameter.opts}
    assert set(options) <= known


def test_every_make_target_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][\w-]*):", makefile, re.MULTILINE))
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        named = re.findall(r"`make ([a-z]+)", text) + re.findall(r"^make ([a-z]+)", text, re.MULTILINE)
        assert set(named) <= targets, document


@pytest.mark.parametrize(
    ("document", "heads", "names"),
    [
        ("README.md", "| table | one row is |", [model.table for model in TABLES]),
        ("docs/conflicts.md", "| kind | sides |", list(ConflictKind)),
        ("docs/tables.md", "| certainty | the passage says it |", list(Certainty)),
        ("docs/tables.md", "| state | since the former result |", list(State)),
        ("docs/tables.md", "| verdict | the conflict is |", list(Verdict)),
    ],
)
def test_a_list_in_the_documents_is_the_list_in_the_program(document: str, heads: str, names: list[str]) -> None:
    assert sorted(read_column(ROOT / document, heads)) == sorted(names)


def test_the_decision_that_is_shown_can_be_read(tmp_path: Path) -> None:
    (line,) = read_fences(ROOT / "docs/tables.md", "json")
    file = tmp_path / "decisions.jsonl"
    file.write_text(line, encoding="utf-8")
    (decision,) = read_decisions(file)
    assert decision.conflict_id in (ROOT / "docs/conflicts.md").read_text(encoding="utf-8")


def test_the_questions_are_those_of_the_vocabulary() -> None:
    asked = {row.question for row in predicates().values()} - {None}
    heads = "| question | predicates | one slot for each |"
    assert set(read_column(ROOT / "docs/conflicts.md", heads)) == asked


def test_every_package_is_in_the_decisions() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    heads = "| package | versions | what for |"
    listed = read_column(ROOT / "docs/decisions.md", heads)
    assert listed == [re.split(r"[<>=]", requirement)[0] for requirement in wanted]


def test_the_picture_is_one_of_the_whole_width_and_not_heavy() -> None:
    picture = (ROOT / "docs/report.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert int.from_bytes(picture[16:20]) == 1280  # width in pixels, from the first chunk (PNG, section 11.2.2)
    assert len(picture) < PICTURE_BYTES


def test_the_first_command_stands_in_the_first_lines() -> None:
    head = README.read_text(encoding="utf-8")[:1200]
    assert "make extract" in head
    assert "make test" in head
