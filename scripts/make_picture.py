"""Take the pictures of the docs from the report on raw/, in the system's Chromium.

    python scripts/make_picture.py [FOLDER]

report.png shows the head of the report and one of its conflicts; what stands between the two, the matrix of compounds,
the filters and the other conflicts, is left out. source.png shows the head of a page as it was read.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from pipeline.run import run_pipeline
from pipeline.schema import ConflictKind, ConflictRow
from pipeline.settings import Settings
from pipeline.store import read_table

ROOT = Path(__file__).parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The conflict whose two sides and arithmetic fit on one screen.
SUBJECT, QUESTION, KIND = "compound:semax", "molecular_weight", ConflictKind.COMPUTED
WIDTH = 1280  # pixels
MARGIN = 24  # pixels below the conflict
SOURCE = "source-profiles-semax-profile-md-*.html"
HEIGHT = 1100  # pixels of the page as it was read


def choose_conflict(out: Path) -> str:
    """The id of the conflict in the picture."""
    for row in read_table(out, ConflictRow):
        if (row.subject_id, row.predicate, row.kind) == (SUBJECT, QUESTION, KIND):
            return row.conflict_id
    message = f"raw/: gives no {KIND} conflict of {SUBJECT}, {QUESTION}; choose another one for the picture."
    raise LookupError(message)


def take_pictures(out: Path, folder: Path, browser: str) -> None:
    """The pictures of a result's report."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        page = launched.new_page(
            viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light", reduced_motion="reduce"
        )
        (source,) = (out / "report").glob(SOURCE)
        page.goto(source.resolve().as_uri())
        page.screenshot(path=folder / "source.png")
        name = f"conflict-{choose_conflict(out)}"
        left_out = f"#compounds, #new, #sources, #summary .tables, #filters, #desk, article:not(#{name})"
        page.goto((out / "report.html").resolve().as_uri())
        # The report's own policy lets no style sheet in, so each part is hidden by itself.
        page.eval_on_selector_all(left_out, "all => all.forEach(one => one.style.display = 'none')")
        box = page.locator(f"#{name}").bounding_box()
        if box is None:
            message = f"{name}: is not to be seen in the report."
            raise LookupError(message)
        page.set_viewport_size({"width": WIDTH, "height": round(box["y"] + box["height"]) + MARGIN})
        page.screenshot(path=folder / "report.png")
        launched.close()


def main() -> int:
    """Run the program on raw/ and take the pictures of its report."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs"
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        print("No Chromium or Chrome was found; install one to take the pictures.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "out"
        run_pipeline(ROOT / "raw", out, Settings.model_validate({}))
        take_pictures(out, folder, browser)
    return 0


if __name__ == "__main__":
    sys.exit(main())
