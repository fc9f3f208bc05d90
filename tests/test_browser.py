"""The report as a person meets it: opened from disk in the system's Chromium, on a desk, on a phone, on paper."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.report import write_report
from pipeline.schema import ConflictKind, ConflictRow
from report_rows import BDNF, FRAGMENT, LIFE, LOOSE, make_report
from test_report import INJECTIONS, poison

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Dialog, Locator, Page, Request

    from runs import Run

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_BROWSERS = ("Google Chrome", "Chromium")
OPTIONS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 780}
NO_BROWSER = (
    "No Chromium or Chrome was found; install one (Debian: apt install chromium) to test the report as a picture."
)


def find_browser() -> str | None:
    """The program of an installed Chromium or Chrome."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    bundles = (Path(f"/Applications/{name}.app/Contents/MacOS/{name}") for name in MAC_BROWSERS)
    return found or next((str(path) for path in bundles if path.exists()), None)


@dataclass
class Visit:
    """An open page, and everything it did that it should not."""

    page: Page
    offences: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("request", self.note_request)
        self.page.on("console", lambda message: self.offences.append(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: self.offences.append(f"error: {error}"))
        self.page.on("dialog", self.note_dialog)
        self.page.on("popup", lambda popup: self.offences.append(f"popup: {popup.url}"))

    def note_request(self, request: Request) -> None:
        if not request.url.startswith(("file:", "data:")):
            self.offences.append(f"request: {request.url}")

    def note_dialog(self, dialog: Dialog) -> None:
        self.offences.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    @property
    def overflow(self) -> int:
        """Pixels that the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = find_browser()
    if program is None and os.environ.get("CI"):
        pytest.fail(NO_BROWSER)
    if program is None:
        pytest.skip(NO_BROWSER)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=OPTIONS)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report")
    write_report(make_report(), path)
    return path


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile")
    write_report(poison(make_report(), *INJECTIONS), path)
    return path


@contextmanager
def visit(
    browser: Browser, path: Path, size: dict[str, int] = DESK, anchor: str = "", **options: str | bool
) -> Iterator[Visit]:
    context = browser.new_context(viewport=size, reduced_motion="reduce", **options)  # type: ignore[arg-type]
    visited = Visit(context.new_page())
    visited.watch()
    visited.page.goto(path.as_uri() + anchor)
    yield visited
    context.close()


def shown(page: Page) -> list[str]:
    """Ids of the conflicts that are not filtered out."""
    found: list[str] = page.eval_on_selector_all("article:not([hidden])", "all => all.map(one => one.id)")
    return found


def read_box(part: Locator) -> dict[str, float]:
    """Where a part of the page stands: x, y, width, height."""
    return {key: float(value) for key, value in (part.bounding_box() or {}).items()}  # type: ignore[arg-type]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_every_page_opens_quietly_and_fits_the_window(
    browser: Browser, folder: Path, size: dict[str, int], scheme: str
) -> None:
    for path in sorted(folder.rglob("*.html")):
        with visit(browser, path, size, color_scheme=scheme) as visited:
            assert visited.overflow <= 0, path.name
            assert visited.offences == [], path.name


def test_sides_stand_beside_each_other_on_a_desk_and_below_each_other_on_a_phone(
    browser: Browser, folder: Path
) -> None:
    boxes: dict[str, list[dict[str, float]]] = {}
    for name, size in (("desk", DESK), ("phone", PHONE)):
        with visit(browser, folder / "report.html", size) as visited:
            sides = visited.page.locator(f"#conflict-{FRAGMENT.conflict_id} .side")
            assert sides.count() == 2
            boxes[name] = [read_box(sides.nth(index)) for index in range(2)]
    left, right = boxes["desk"]
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] <= right["x"]
    above, below = boxes["phone"]
    assert above["x"] == below["x"]
    assert above["y"] + above["height"] <= below["y"]


def test_marks_and_the_arbiter_can_be_seen(browser: Browser, folder: Path) -> None:
    with visit(browser, folder / "report.html") as visited:
        card = visited.page.locator(f"#conflict-{FRAGMENT.conflict_id}")
        assert card.locator("mark.value").first.is_visible()
        assert card.locator(".arbiter").is_visible()
        plain, mark = (
            card.locator(selector).first.evaluate("node => getComputedStyle(node).backgroundColor")
            for selector in (".quote", "mark.value")
        )
        assert plain != mark


@pytest.mark.parametrize(
    ("field_name", "value", "left"),
    [
        ("severity", "medium", 2),
        ("kind", "citation", 1),
        ("question", "half_life", 1),
        ("compound", "compound:semax", 5),
    ],
)
def test_filters_leave_what_fits_and_stay_in_the_address(
    browser: Browser, folder: Path, field_name: str, value: str, left: int
) -> None:
    with visit(browser, folder / "report.html") as visited:
        page = visited.page
        page.select_option(f"select[name={field_name}]", value)
        assert len(shown(page)) == left
        assert page.inner_text("#shown") == f"{left} of 6 shown"
        address = page.url
        page.reload()
        assert page.url == address
        assert len(shown(page)) == left
        page.click("button[type=reset]")
        page.wait_for_selector("#shown:text-is('6 shown')")
        assert "=" not in page.url


def test_text_is_searched_in_every_passage(browser: Browser, folder: Path) -> None:
    with visit(browser, folder / "report.html") as visited:
        visited.page.fill("input[name=text]", "3 TO 5")
        assert shown(visited.page) == [f"conflict-{LIFE.conflict_id}", f"conflict-{LOOSE.conflict_id}"]
        visited.page.fill("input[name=text]", "no such words")
        assert shown(visited.page) == []
        assert visited.page.is_visible("#nothing")


def test_j_and_k_walk_through_the_conflicts_and_slash_searches(browser: Browser, folder: Path) -> None:
    with visit(browser, folder / "report.html") as visited:
        page = visited.page
        focused = "document.activeElement.id || document.activeElement.name"
        page.keyboard.press("j")
        first = page.evaluate(focused)
        page.keyboard.press("j")
        second = page.evaluate(focused)
        assert [first, second] == shown(page)[:2]
        page.keyboard.press("k")
        assert page.evaluate(focused) == first
        page.keyboard.press("/")
        assert page.evaluate(focused) == "text"
        page.keyboard.type("jk")
        assert page.input_value("input[name=text]") == "jk"


def test_a_permalink_leads_to_its_conflict_even_through_a_filter(browser: Browser, folder: Path) -> None:
    name = f"conflict-{BDNF.conflict_id}"
    with visit(browser, folder / "report.html", anchor="#severity=high") as visited:
        page = visited.page
        assert name not in shown(page)
        page.evaluate(f"location.hash = '{name}'")
        page.wait_for_selector(f"#{name}", state="visible")
        assert 0 <= read_box(page.locator(f"#{name}"))["y"] < DESK["height"] / 2


def test_without_scripts_everything_is_there_and_the_filters_are_not(browser: Browser, folder: Path) -> None:
    with visit(browser, folder / "report.html", java_script_enabled=False) as visited:
        assert visited.page.locator("article").count() == 6
        assert visited.page.locator("article").last.is_visible()
        assert not visited.page.locator("#filters").is_visible()


def test_links_lead_from_a_conflict_to_the_passage_in_its_source(browser: Browser, folder: Path) -> None:
    with visit(browser, folder / "report.html") as visited:
        page = visited.page
        page.locator(f"#conflict-{FRAGMENT.conflict_id} .place a").first.click()
        page.wait_for_selector(".notes > li:target")
        page.locator(".notes > li:target a").first.click()
        page.wait_for_selector("h1:text-is('Semax')")
        assert visited.offences == []


def test_on_paper_the_sides_stay_side_by_side_and_the_controls_go(browser: Browser, folder: Path) -> None:
    with visit(browser, folder / "report.html", {"width": 700, "height": 1000}) as visited:
        visited.page.emulate_media(media="print")
        sides = visited.page.locator(f"#conflict-{FRAGMENT.conflict_id} .side")
        left, right = read_box(sides.first), read_box(sides.last)
        assert left["y"] == right["y"]
        assert not visited.page.is_visible("#filters")
        assert not visited.page.is_visible(".bar")
        assert visited.page.pdf(format="A4").startswith(b"%PDF")


def test_the_pictures_are_no_blank_pages(browser: Browser, folder: Path, tmp_path: Path) -> None:
    dossier = folder / "report" / "compound-semax.html"
    source = next((folder / "report").glob("source-shop*"))
    for path in (folder / "report.html", dossier, source):
        for name, size in (("desk", DESK), ("phone", PHONE)):
            with visit(browser, path, size) as visited:
                picture = tmp_path / f"{path.stem}-{name}.png"
                visited.page.screenshot(path=picture, full_page=True)
            assert picture.stat().st_size > 20_000


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_hostile_page_runs_nothing_loads_nothing_and_breaks_no_layout(
    browser: Browser, hostile: Path, size: dict[str, int]
) -> None:
    for path in sorted(hostile.rglob("*.html")):
        with visit(browser, path, size) as visited:
            assert visited.offences == [], path.name
            assert visited.overflow <= 0, path.name


# ------------------------------------------------------------------------------- the report of the pages in raw/


@pytest.fixture(scope="module")
def fragment(raw_run: Run) -> str:
    """Name of the article that shows ACTH(4–10) against ACTH(4–7) for Semax."""
    (found,) = (
        row.conflict_id
        for row in raw_run.rows(ConflictRow)
        if (row.subject_id, row.predicate, row.kind) == ("compound:semax", "fragment", ConflictKind.IDENTITY)
    )
    return f"conflict-{found}"


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_report_of_real_pages_opens_from_disk_and_fits(
    browser: Browser, raw_run: Run, size: dict[str, int]
) -> None:
    paths = [raw_run.out / "report.html", *sorted((raw_run.out / "report").glob("*-semax*.html"))]
    assert len(paths) > 2
    for path in paths:
        with visit(browser, path, size) as visited:
            assert visited.offences == [], path.name
            assert visited.overflow <= 0, path.name


def test_the_fragment_conflict_stands_side_by_side_with_its_words_marked(
    browser: Browser, raw_run: Run, fragment: str
) -> None:
    with visit(browser, raw_run.out / "report.html", anchor=f"#{fragment}") as visited:
        card = visited.page.locator(f"#{fragment}")
        sides = card.locator(".side")
        assert sides.count() == 2
        left, right = read_box(sides.first), read_box(sides.last)
        assert left["y"] == right["y"]
        assert left["x"] + left["width"] <= right["x"]
        marked = []
        for side in (sides.first, sides.last):
            assert side.locator(".quote").first.is_visible()
            assert side.locator("mark").first.is_visible()
            marked.append(" ".join(side.locator("mark").all_inner_texts()))
        (ten,) = (words for words in marked if "10" in words)
        (seven,) = (words for words in marked if "7" in words and words != ten)
        assert ten != seven
        assert card.locator(".arbiter").is_visible()
        assert "MEHFRWG" in card.locator(".arbiter").inner_text()


def test_every_conflict_of_the_table_is_on_the_page(browser: Browser, raw_run: Run) -> None:
    with visit(browser, raw_run.out / "report.html") as visited:
        ids = shown(visited.page)
    assert sorted(ids) == sorted(f"conflict-{row.conflict_id}" for row in raw_run.rows(ConflictRow))
