"""What several test files share: a page from lines, the annotator that reads it, and whole runs of the program."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from pipeline.annotate import Annotator
from pipeline.page import Block, OffsetMap, Page, Piece, Source
from pipeline.schema import BlockKind, SourceKind
from pipeline.settings import Settings
from runs import NO_NETWORK, NO_SEEDS, RAW, SEEDS, Run, run_folder

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"

# No test depends on how fast a machine is, or how much else it does.
settings.register_profile("claimsift", deadline=None)
settings.load_profile("claimsift")


def pytest_report_header() -> str | None:
    return None if SEEDS.is_dir() else NO_SEEDS


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The figures that tests record, where a reader of the log sees them."""
    passed = terminalreporter.stats.get("passed", [])
    figures = [(report.nodeid, report.user_properties) for report in passed if report.user_properties]
    if figures:
        terminalreporter.section("figures")
    for test, properties in sorted(figures):
        terminalreporter.line(f"{test}: {', '.join(f'{name} {value}' for name, value in properties)}")


@pytest.fixture(scope="session")
def annotator() -> Annotator:
    return Annotator(Settings.model_validate({}))


@pytest.fixture(scope="session")
def raw_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The pages of the repository, run once for all tests of a process; nobody writes into the result."""
    return run_folder(RAW, tmp_path_factory.mktemp("raw") / "out")


@pytest.fixture(scope="session")
def seeds_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    if not SEEDS.is_dir():
        pytest.skip(NO_SEEDS)
    return run_folder(SEEDS, tmp_path_factory.mktemp("seeds") / "out")


@pytest.fixture(scope="session")
def user_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small pipeline in a folder that is named, and with its parent on the module path installed, as scispaCy's is."""
    import spacy

    nlp = spacy.blank("en")
    nlp.meta.update(name="core_sci_md", version="0.5.4")
    rules = [{"label": "CHEMICAL", "pattern": "Selank"}, {"label": "ENTITY", "pattern": "moonlight"}]
    nlp.add_pipe("entity_ruler").add_patterns(rules)  # type: ignore[attr-defined]
    site = tmp_path_factory.mktemp("site")
    nlp.to_disk(site / "en_core_sci_md")
    loader = "import spacy\ndef load(**options):\n    return spacy.load(__path__[0], **options)\n"
    (site / "en_core_sci_md" / "__init__.py").write_text(loader, encoding="utf-8")
    (site / "en_core_sci_md-0.5.4.dist-info").mkdir()
    about = "Metadata-Version: 2.1\nName: en_core_sci_md\nVersion: 0.5.4\n"
    (site / "en_core_sci_md-0.5.4.dist-info" / "METADATA").write_text(about, encoding="utf-8")
    return site / "en_core_sci_md"


@pytest.fixture(scope="session")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for PYTHONPATH; a Python process that has it there can open no connection."""
    folder = tmp_path_factory.mktemp("offline")
    (folder / "sitecustomize.py").write_text(NO_NETWORK, encoding="utf-8")
    return folder


def make_page(*lines: str, title: str | None = None) -> Page:
    """A page of plain paragraphs, each a line, below a heading if a title is given."""
    written = ([title] if title else []) + list(lines)
    text = "\n".join(written)
    blocks: list[Block] = []
    at = 0
    for index, line in enumerate(written):
        is_title = title is not None and index == 0
        blocks.append(
            Block(
                index=index,
                kind=BlockKind.HEADING if is_title else BlockKind.PARAGRAPH,
                section=(title,) if title else (),
                start=at,
                end=at + len(line),
                raw_start=at,
                raw_end=at + len(line),
                heading=0 if title and index else None,
            )
        )
        at += len(line) + 1
    source = Source("page.txt", "0" * 64, len(text.encode()), "utf-8", "text/plain", text)
    pieces = (Piece(0, len(text), 0, len(text), verbatim=True),)
    return Page(source, text, tuple(blocks), OffsetMap(pieces), SourceKind.OTHER, title, None, None, None, "en")
