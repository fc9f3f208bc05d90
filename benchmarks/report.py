"""How large a report is, how soon it is painted, and how fast it filters: `python benchmarks/report.py [--sizes N...]`.

The conflicts of `raw/` are taken again and again, each time about other compounds, until there are as many as asked
for; their passages stay the same. Times are taken by the page itself in the system's headless Chromium, the median of
five visits or five turns. A filter's time runs from the event to the frame in which its effect is painted.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from dataclasses import replace
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from pipeline.report import ReportInput, write_report
from pipeline.run import run_pipeline
from pipeline.schema import TABLES, ConflictRow, DocumentRow
from pipeline.settings import Settings
from pipeline.store import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
TURNS = 5
MB = 1_000_000
SECOND = 1000  # milliseconds
WINDOW = {"width": 1280, "height": 900}

# What is changed on the page, one after the other; the page is asked how long each took.
CHANGES = {
    "severity": ("select[name=severity]", ["high", "medium", "low", "info", ""]),
    "kind": ("select[name=kind]", ["value", "identity", "direction", "citation", ""]),
    "text": ("input[name=text]", ["m", "me", "mel", "mela", "melanocortin"]),
    "source": ("input[name=source]", ["f", "fa", "faq", "semax", ""]),
    "sort": ("select[name=sort]", ["compound", "kind", "sources", "review", ""]),
}
MEASURE = """async ([selector, value]) => {
  const field = document.querySelector(selector);
  const start = performance.now();
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  const script = performance.now() - start;
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return [script, performance.now() - start];
}"""
PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
LOADED = "performance.getEntriesByType('navigation')[0].loadEventEnd"


def read_result(folder: Path) -> ReportInput:
    """The result of the pages in `raw/`."""
    run_pipeline(ROOT / "raw", folder, Settings.model_validate({}))
    rows = {model.table: read_table(folder, model) for model in TABLES}
    encodings = {row.source_id: row.encoding for row in read_table(folder, DocumentRow)}

    def read_text(source_id: str) -> str:
        with (ROOT / "raw" / source_id).open(encoding=encodings[source_id], newline="") as file:
            return file.read()

    return ReportInput(**rows, raw_texts=read_text)  # type: ignore[arg-type]


def repeat_conflicts(result: ReportInput, number: int) -> ReportInput:
    """The result with so many conflicts, about other compounds each time round."""
    chosen = list(islice(_repeat(result), number))
    members = [
        member.model_copy(update={"conflict_id": row.conflict_id})
        for row, origin in chosen
        for member in result.members_of.get(origin, [])
    ]
    return replace(result, conflicts=tuple(row for row, _ in chosen), conflict_members=tuple(members))


def _repeat(result: ReportInput) -> Iterator[tuple[ConflictRow, str]]:
    for turn in count():
        for row in result.live:
            subject = row.subject_id and (f"{row.subject_id}-{turn}" if turn else row.subject_id)
            changes = {"conflict_id": f"{row.conflict_id}{turn:04}", "subject_id": subject}
            yield row.model_copy(update=changes), row.conflict_id


def measure_page(browser: Browser, path: Path) -> dict[str, float]:
    """Milliseconds until a page is painted and loaded, and for each change."""
    paints, loads = [], []
    for _ in range(TURNS):
        context = browser.new_context(viewport=WINDOW, reduced_motion="reduce")  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(path.as_uri())
        page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
        paints.append(page.evaluate(PAINT))
        loads.append(page.evaluate(LOADED))
        context.close()
    figures = {"first paint": statistics.median(paints), "loaded": statistics.median(loads)}
    context = browser.new_context(viewport=WINDOW, reduced_motion="reduce")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(path.as_uri())
    page.wait_for_timeout(SECOND)
    for name, (selector, values) in CHANGES.items():
        figures[name] = _time_changes(page, selector, values)
    context.close()
    return figures


def _time_changes(page: Page, selector: str, values: list[str]) -> float:
    """The median until the effect is painted; the field is emptied afterwards."""
    taken = [page.evaluate(MEASURE, [selector, value])[1] for value in values]
    page.evaluate(MEASURE, [selector, ""])
    return statistics.median(taken)


def main() -> None:
    """Print one line for each size and page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="*", default=[2000, 10_000], help="numbers of conflicts")
    sizes = parser.parse_args().sizes
    program = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    heads = ("MB", "first paint", "loaded", *CHANGES)
    print(f"{'conflicts':>9}  {'page':<22}" + "".join(f"{head:>12}" for head in heads))
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        result = read_result(Path(scratch) / "out")
        for size in sizes:
            folder = Path(scratch) / str(size)
            folder.mkdir()
            start = time.process_time()
            write_report(repeat_conflicts(result, size), folder)
            seconds = time.process_time() - start
            for name in ("report.html", "report/conflicts.html"):
                figures = {"MB": (folder / name).stat().st_size / MB, **measure_page(browser, folder / name)}
                print(f"{size:>9}  {name:<22}" + "".join(f"{figures[head]:>12.2f}" for head in heads))
            pages = sum(1 for _ in folder.rglob("*.html"))
            print(f"{size:>9}  {pages} pages written in {seconds:.1f} s of CPU time")
        browser.close()


if __name__ == "__main__":
    main()
