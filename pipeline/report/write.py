"""The pages of the report, rendered and written."""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, TextIO, TypeVar

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipeline.report.conflict_views import SYMBOLS, view_conflict
from pipeline.report.dossiers import line_up_conflict, view_dossiers
from pipeline.report.links import CONFLICTS_A_PAGE, COVERAGE_PAGE, FOLDER, INDEX_PAGE, MAIN_PAGE, plan_links
from pipeline.report.markdown import NOTICE, write_conflict, write_head, write_tail
from pipeline.report.overview import count_unclaimed, fill_matrix, list_news, list_source_lines, summarise_report
from pipeline.report.passages import LONGEST_NAME, Desk, Shelf, find_contexts
from pipeline.report.questions import question_of, question_rank, say_name
from pipeline.report.source_views import name_source_pages, view_source
from pipeline.report.text import clip, say_count, say_noun, show_hidden
from pipeline.report.verdicts import VERDICTS, Review
from pipeline.schema import ConflictKind, ErrorType, Severity, State, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Sequence
    from pathlib import Path

    from pipeline.report.overview import Matrix, Summary
    from pipeline.report.passages import SourceLabel
    from pipeline.report.rows import ReportInput
    from pipeline.schema import ClaimRow, ExplainedRow

Item = TypeVar("Item")

LONGEST_TABLE = 500  # rows of a table on one page; a longer one goes on in the tables
LONGEST_LIST = 40  # rows of a table on the first page, where it only leads elsewhere
MOST_CHOICES = 1000  # of one filter
MARKDOWN = "report.md"
STATELESS = ("compound-*.html", "source-*.html", "coverage.html")  # show nothing of what became of the conflicts
OURS = (*STATELESS, "conflicts-*.html", "conflicts.html")


def is_stateless(name: str) -> bool:
    """Whether a page is the same whatever became of the conflicts since the former result."""
    return any(fnmatchcase(name, f"{FOLDER}/{pattern}") for pattern in STATELESS)


def write_report(result: ReportInput, folder: Path, standing: Container[str] = frozenset()) -> None:
    """Write `report.html`, `report/` and `report.md` into a folder that exists.

    The same rows, in any order, give the same bytes. Pages of a former report that this one has not are removed.
    `standing` are names of stateless pages that are in the folder, as this would write them: they are left alone.
    """
    (folder / FOLDER).mkdir(exist_ok=True)
    links = plan_links(result)
    left = (subject for name, subject in result.survey.subjects.items() if links.subjects[name] not in standing)
    shelf = Shelf(result, links, find_contexts(result, left), Desk(result))
    summary, matrix = summarise_report(result), fill_matrix(result, shelf.links)
    written = set()
    with (folder / MARKDOWN).open("w", encoding="utf-8", newline="\n") as lines:
        lines.writelines(f"{line}\n" for line in write_head(summary, matrix))
        for name, page in _render_pages(shelf, summary, matrix, lines, standing):
            _write(folder / name, page)
            written.add(name)
        lines.write("\n".join(write_tail(shelf)))
    for pattern in OURS:
        for path in (folder / FOLDER).glob(pattern):
            if f"{FOLDER}/{path.name}" not in written and f"{FOLDER}/{path.name}" not in standing:
                path.unlink()


def _render_pages(
    shelf: Shelf, summary: Summary, matrix: Matrix, lines: TextIO, standing: Container[str]
) -> Iterator[tuple[str, str]]:
    """Names, relative to the folder of the report, and contents of all HTML pages; Markdown goes to `lines`."""
    yield from _render_conflicts(shelf, summary, matrix, lines)
    if COVERAGE_PAGE not in standing:
        yield COVERAGE_PAGE, _render("coverage.html", COVERAGE_PAGE, summary=summary, **_cover(shelf))
    for dossier in view_dossiers(shelf, standing):
        yield dossier.page, _render("compound.html", dossier.page, dossier=dossier)
    for source_id, pages in shelf.links.sources.items():
        if any(page not in standing for page in pages):
            yield from _render_source(shelf, source_id)


def _render_source(shelf: Shelf, source_id: str) -> Iterable[tuple[str, str]]:
    """The pages of a source: as they were rendered before, where they would be the same."""
    known, origin = shelf.result.known_pages, shelf.result.origins.get(source_id)
    name = name_source_pages(shelf, source_id, origin) if origin else ""
    content = known.get(name) if known and name else None
    if content is not None:
        return [(page, text) for page, text in json.loads(content)]
    pages = [(view.page, _render("source.html", view.page, source=view)) for view in view_source(shelf, source_id)]
    if known and name:
        known.put(name, json.dumps(pages).encode())
    return pages


def _render_conflicts(shelf: Shelf, summary: Summary, matrix: Matrix, lines: TextIO) -> Iterator[tuple[str, str]]:
    result, pages = shelf.result, shelf.links.conflict_pages
    common = {"pages": pages, "index": INDEX_PAGE if len(pages) > 1 else None, "choices": _choices(result)}
    for number, page in enumerate(pages):
        rows = result.live[number * CONFLICTS_A_PAGE : (number + 1) * CONFLICTS_A_PAGE]
        here = [view_conflict(shelf, row) for row in rows]  # no more at a time: they are large
        lines.writelines(f"{line}\n" for view in here for line in write_conflict(view))
        groups = [(severity, [view for view in here if view.row.severity is severity]) for severity in Severity]
        extra = {} if number else _overview(shelf, matrix)
        around = {"former": pages[number - 1] if number else None, "next": (*pages, None)[number + 1]}
        template = "conflicts.html" if number else "report.html"
        values = {"groups": groups, "number": number, "shown": len(here), **around, **common, **extra}
        yield page, _render(template, page, summary=summary, **values)
    if len(pages) > 1:
        index = [
            (line_up_conflict(shelf, row), result.subjects.get(row.subject_id or "", ""), question_of(row.predicate))
            for row in result.live
        ]
        yield INDEX_PAGE, _render("index.html", INDEX_PAGE, lines=index, summary=summary, shown=len(index), **common)


@dataclass(frozen=True, slots=True)
class Listed:
    """The first rows of a table that may be long."""

    rows: Sequence[object]
    total: int

    @property
    def left_out(self) -> int:
        """How many rows are only in the tables."""
        return self.total - len(self.rows)


def _overview(shelf: Shelf, matrix: Matrix) -> dict[str, object]:
    """What only the first page shows."""
    result = shelf.result
    explained = sorted(result.explained, key=lambda row: (row.slot, row.reason, row.explained_id))
    return {
        "matrix": matrix,
        "news": _list(list_news(result), lambda row: line_up_conflict(shelf, row), limit=LONGEST_LIST),
        "sources": _list(list_source_lines(result, shelf.links), limit=LONGEST_LIST),
        "gone": _list(result.gone),
        "explained": _list(explained, lambda row: (row, _point_out(shelf, row))),
    }


def _cover(shelf: Shelf) -> dict[str, object]:
    """What was read, what was not, and what no claim uses."""
    result = shelf.result
    documents = sorted(result.document.values(), key=lambda row: row.status is Status.OK)
    return {
        "documents": _list(documents, lambda row: (row, shelf.links.source(row.source_id))),
        "unclaimed": _list(count_unclaimed(result)),
        "failures": _list(result.ordered_failures),
    }


def _list(
    rows: Sequence[Item], show: Callable[[Item], object] = lambda row: row, *, limit: int = LONGEST_TABLE
) -> Listed:
    return Listed([show(row) for row in rows[:limit]], len(rows))


def _point_out(shelf: Shelf, row: ExplainedRow) -> list[tuple[SourceLabel, ClaimRow, str | None]]:
    """The claims of a difference that was explained, with their sources and links."""
    shelf.claims.lay_out(row.claim_ids)
    claims = [claim for name in row.claim_ids if (claim := shelf.claims.get(name))]
    return [(shelf.label_source(claim.source_id), claim, shelf.links.claim(claim)) for claim in claims]


def _choices(result: ReportInput) -> dict[str, list[tuple[str, str]]]:
    """What the filters offer: values and their names, with how many conflicts of the whole result have each."""
    subjects = Counter(row.subject_id for row in result.live)
    questions = Counter(question_of(row.predicate) for row in result.live)
    kinds = Counter(row.kind for row in result.live)
    severities = Counter(row.severity for row in result.live)
    states = Counter(row.state for row in result.live)
    members = {row.source_id for row in result.conflict_members if row.source_id}
    return {
        "compound": [(key, f"{name} ({subjects[key]})") for key, name in result.subjects.items() if subjects[key]],
        "question": [(name, f"{say_name(name)} ({questions[name]})") for name in sorted(questions, key=question_rank)],
        "kind": [(kind.value, f"{kind.value} ({kinds[kind]})") for kind in ConflictKind if kinds[kind]],
        "severity": [(level.value, f"{level.value} ({severities[level]})") for level in Severity if severities[level]],
        "state": [(state.value, f"{state.value} ({states[state]})") for state in State if states[state]],
        "review": [(review.value, review.value) for review in Review],
        "source": [(source_id, source_id) for source_id in sorted(members)[:MOST_CHOICES]],
    }


def _render(template: str, page: str, **values: object) -> str:
    root = "../" if page.startswith(f"{FOLDER}/") else ""
    return _environment().get_template(template).render(root=root, page=page, **values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("pipeline", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_show,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    style, script, decide = _own("report.css"), _own("report.js"), _own("decide.js")
    policy = "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_digest(style)}'",
            f"script-src '{_digest(script)}' '{_digest(decide)}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    environment.globals.update(
        style=Markup(style),  # noqa: S704  (files of ours, beside the templates)
        script=Markup(script),  # noqa: S704
        decide=Markup(decide),  # noqa: S704
        policy=policy,
        notice=NOTICE,
        symbols=SYMBOLS,
        main=MAIN_PAGE,
        coverage=COVERAGE_PAGE,
        verdicts=VERDICTS,
        error_types=tuple(ErrorType),
    )
    environment.filters.update(clip=_clip, counted=say_count, noun=say_noun, name=say_name)
    return environment


def _show(value: object) -> object:
    """What a template prints: page text without hidden characters. Our own mark-up stays as it is."""
    if value is None:
        raise TypeError("a template printed a value that is not there")
    if isinstance(value, str) and not isinstance(value, Markup):
        return show_hidden(value)
    return value


def _clip(text: str) -> str:
    return clip(text, LONGEST_NAME)


def _own(name: str) -> str:
    return (files("pipeline") / "templates" / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """The hash by which a browser recognises an inline style or script as ours."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
