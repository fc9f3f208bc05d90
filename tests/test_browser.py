"""The report as a person meets it: opened from disk in the system's Chromium, on a desk, on a phone, on paper."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.conflicts.lifecycle import apply_decisions
from pipeline.decisions import check_decisions, merge_decisions, read_decisions
from pipeline.report import write_report
from pipeline.report.text import HIDDEN
from pipeline.review.server import Desk
from pipeline.schema import ConflictKind, ConflictRow
from pipeline.store import write_table
from report_rows import BDNF, CONFLICTS, FRAGMENT, LIFE, LOOSE, MASS, PROFILE, make_members, make_report
from runs import run_folder
from test_report import INJECTIONS, poison
from test_review import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Dialog, Locator, Page, Request

    from pipeline.review.server import ReviewServer
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
    home: str = "file:"  # where its requests may go
    offences: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("request", self.note_request)
        self.page.on("console", lambda message: self.offences.append(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: self.offences.append(f"error: {error}"))
        self.page.on("dialog", self.note_dialog)
        self.page.on("popup", lambda popup: self.offences.append(f"popup: {popup.url}"))

    def note_request(self, request: Request) -> None:
        if not request.url.startswith((self.home, "data:", "blob:")):
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
    context = browser.new_context(viewport=size, **{"reduced_motion": "reduce", **options})  # type: ignore[arg-type]
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
        ("state", "changed", 1),
        ("review", "stale", 1),
        ("source", "leaflet/semax", 1),
    ],
)
def test_filters_leave_what_fits_and_stay_in_the_address(
    browser: Browser, folder: Path, field_name: str, value: str, left: int
) -> None:
    with visit(browser, folder / "report.html") as visited:
        page = visited.page
        if field_name == "source":
            page.fill("input[name=source]", value)
        else:
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


# Where it is when sixty frames were painted.
SETTLED = """async (name) => {
  for (let frame = 0; frame < 60; frame++) await new Promise((done) => requestAnimationFrame(done));
  return document.getElementById(name).getBoundingClientRect().top;
}"""


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_a_permalink_far_down_lands_on_its_conflict(browser: Browser, raw_run: Run, motion: str) -> None:
    """What is jumped over has no height until it is near the window."""
    names = [f"conflict-{row.conflict_id}" for row in raw_run.rows(ConflictRow)]
    for name in (names[len(names) // 2], names[-9]):
        with visit(browser, raw_run.out / "report.html", PHONE, f"#{name}", reduced_motion=motion) as visited:
            assert 0 <= visited.page.evaluate(SETTLED, name) < PHONE["height"] / 2
            visited.page.evaluate("location.hash = ''")
            visited.page.evaluate("window.scrollTo(0, 0)")
            visited.page.evaluate(f"location.hash = '{name}'")
            assert 0 <= visited.page.evaluate(SETTLED, name) < PHONE["height"] / 2


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


def test_sorting_puts_conflicts_in_another_order_and_back(browser: Browser, folder: Path) -> None:
    with visit(browser, folder / "report.html") as visited:
        page = visited.page
        before = shown(page)
        page.select_option("select[name=sort]", "kind")
        kinds = page.eval_on_selector_all("article", "all => all.map(one => one.dataset.kind)")
        assert kinds == sorted(kinds)
        assert not page.locator("h3.level").first.is_visible()
        page.select_option("select[name=sort]", "sources")
        voices = page.eval_on_selector_all("article", "all => all.map(one => Number(one.dataset.voices))")
        assert voices == sorted(voices, reverse=True)
        page.select_option("select[name=sort]", "")
        assert shown(page) == before
        assert page.locator("h3.level").first.is_visible()


def test_keys_can_be_switched_off_and_stay_so(browser: Browser, folder: Path) -> None:
    """WCAG 2.1.4: who speaks to a computer must not decide by a spoken letter."""
    with visit(browser, folder / "report.html") as visited:
        page = visited.page
        page.keyboard.press("?")
        page.uncheck("#keys-on")
        page.keyboard.press("Escape")
        page.reload()
        page.keyboard.press("j")
        assert page.evaluate("document.activeElement === document.body")


# ------------------------------------------------------------------------------------------------- deciding on disk


def open_conflict(page: Page, row: ConflictRow) -> Locator:
    """The article of a conflict, with the keyboard on it."""
    card = page.locator(f"#conflict-{row.conflict_id}")
    card.focus()
    return card


def test_a_verdict_needs_a_name(browser: Browser, folder: Path) -> None:
    with visit(browser, folder / "report.html") as visited:
        card = open_conflict(visited.page, FRAGMENT)
        visited.page.keyboard.press("1")
        assert "your name" in visited.page.inner_text("#kept")
        assert card.get_attribute("data-review") == "undecided"
        assert visited.page.evaluate("document.activeElement.id") == "reviewer"


def test_verdicts_are_kept_in_the_browser_exported_merged_and_shown_by_the_next_run(
    browser: Browser, tmp_path: Path
) -> None:
    write_report(make_report(decisions=()), tmp_path)
    file = tmp_path / "review" / "decisions.jsonl"
    with visit(browser, tmp_path / "report.html") as visited:
        page = visited.page
        page.fill("#reviewer", "ann")
        card = open_conflict(page, FRAGMENT)
        page.keyboard.press("2")
        card.locator("[name=context]").fill("verb: analogue, contains")
        page.keyboard.press("Enter")
        open_conflict(page, MASS)
        page.keyboard.press("5")
        page.keyboard.press("n")
        page.keyboard.type("no salt is named")
        page.keyboard.press("Enter")
        card = open_conflict(page, LIFE)
        page.keyboard.press("1")
        page.keyboard.press("u")
        assert card.get_attribute("data-review") == "undecided"
        page.reload()
        assert page.input_value("#reviewer") == "ann"
        assert page.locator(f"#conflict-{FRAGMENT.conflict_id}").get_attribute("data-review") == "decided"
        assert page.inner_text("#kept").endswith("2 kept in this browser and not in the report yet")
        with page.expect_download() as download:
            page.click("#export")
        assert download.value.suggested_filename == "decisions-ann.jsonl"
        exported, problems = check_decisions(Path(download.value.path()))
        assert problems == ()
        assert merge_decisions(file, exported) == len(exported) == 6
        assert visited.offences == []
        told = read_decisions(file)
        conflicts = tuple(apply_decisions(CONFLICTS, told))
        write_report(make_report(conflicts=conflicts, decisions=told), tmp_path)
        page.reload()
        assert "in this browser" not in page.inner_text("#kept")
    with visit(browser, tmp_path / "report.html", java_script_enabled=False) as visited:
        said = visited.page.text_content(f"#conflict-{MASS.conflict_id} .told") or ""
        assert "source error" in said
        assert "no salt is named" in said
        chip = visited.page.text_content(f"#conflict-{FRAGMENT.conflict_id} [data-verdict-chip]")
        assert chip == "decided: both true in context, ann"


def test_a_decision_on_other_passages_is_shown_as_stale_with_what_changed(browser: Browser, tmp_path: Path) -> None:
    write_report(make_report(decisions=()), tmp_path)
    with visit(browser, tmp_path / "report.html") as visited:
        page = visited.page
        page.fill("#reviewer", "ann")
        open_conflict(page, LIFE)
        page.keyboard.press("1")
        changed = LIFE.model_copy(update={"fingerprint": "another"})
        conflicts = tuple(changed if row is LIFE else row for row in CONFLICTS)
        members = tuple(row for row in make_members() if row.source_id != PROFILE)
        write_report(make_report(decisions=(), conflicts=conflicts, conflict_members=members), tmp_path)
        page.reload()
        card = page.locator(f"#conflict-{LIFE.conflict_id}")
        assert card.get_attribute("data-review") == "stale"
        assert card.locator("del").all_inner_texts() == [
            f"{PROFILE}: up to 60 min, affirmed, asserted “half_life: up to 60 min”"
        ]
        assert card.locator("ins").count() == 0


def test_a_long_list_is_chosen_from_in_the_index_and_a_permalink_finds_its_page(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.report.links.CONFLICTS_A_PAGE", 2)
    monkeypatch.setattr("pipeline.report.write.CONFLICTS_A_PAGE", 2)
    write_report(make_report(), tmp_path)
    last = f"conflict-{LOOSE.conflict_id}"
    with visit(browser, tmp_path / "report.html", anchor=f"#{last}") as visited:
        page = visited.page
        page.wait_for_url(f"**/conflicts-3.html#{last}")
        assert page.locator(f"#{last}").is_visible()
        page.goto((tmp_path / "report.html").as_uri())
        page.select_option("select[name=severity]", "low")
        page.click("#everywhere")
        page.wait_for_selector("#shown:text-is('1 of 6 shown')")
        page.goto((tmp_path / "report.html").as_uri())
        for _ in range(3):
            page.keyboard.press("j")
        page.wait_for_url("**/conflicts-2.html#conflicts")
        assert visited.offences == []


# ------------------------------------------------------------------------------------------------- deciding, served


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ReviewServer]:
    """A server of the made-up run, nothing decided yet."""
    write_report(make_report(decisions=(), conflicts=UNDECIDED), tmp_path)
    write_table(tmp_path, ConflictRow, UNDECIDED)
    with serving(Desk(out=tmp_path, decisions=tmp_path / "decisions.jsonl")) as server:
        yield server


UNDECIDED = tuple(
    row.model_copy(update={"decision": None, "decided_by": None, "decision_note": None, "decision_stale": None})
    for row in CONFLICTS
)


@contextmanager
def visit_desk(browser: Browser, server: ReviewServer, reviewer: str) -> Iterator[Visit]:
    context = browser.new_context(viewport=DESK, reduced_motion="reduce")  # type: ignore[arg-type]
    visited = Visit(context.new_page(), home=server.address.rpartition("/")[0])
    visited.watch()
    visited.page.goto(server.address)
    visited.page.fill("#reviewer", reviewer)
    yield visited
    context.close()


def test_two_reviewers_decide_at_one_server_and_see_each_other(browser: Browser, desk: ReviewServer) -> None:
    with visit_desk(browser, desk, "ann") as ann, visit_desk(browser, desk, "bea") as bea:
        open_conflict(ann.page, MASS)
        ann.page.keyboard.press("5")
        card = ann.page.locator(f"#conflict-{MASS.conflict_id}")
        ann.page.wait_for_selector(f"#conflict-{MASS.conflict_id}[data-review=decided]")
        assert [one.reviewer for one in read_decisions(desk.desk.decisions)] == ["ann"]
        open_conflict(bea.page, MASS)
        bea.page.keyboard.press("1")
        bea.page.wait_for_selector(f"#conflict-{MASS.conflict_id}[data-review=disputed]")
        ann.page.evaluate("dispatchEvent(new Event('focus'))")
        ann.page.wait_for_selector(f"#conflict-{MASS.conflict_id}[data-review=disputed]")
        assert "bea: real" in card.locator(".told").inner_text()
        open_conflict(ann.page, MASS)
        ann.page.keyboard.press("u")
        ann.page.wait_for_selector(f"#conflict-{MASS.conflict_id}[data-review=decided]")
        assert not ann.page.is_visible("#export")
        assert (ann.offences, bea.offences) == ([], [])
    lines = read_decisions(desk.desk.decisions)
    assert [(one.reviewer, one.withdrawn) for one in lines] == [("ann", False), ("bea", False), ("ann", True)]
    assert lines[0].seen


def test_a_served_decision_survives_a_reload_and_a_server_that_ended_is_told(
    browser: Browser, desk: ReviewServer
) -> None:
    with visit_desk(browser, desk, "ann") as visited:
        page = visited.page
        open_conflict(page, LIFE)
        page.keyboard.press("1")
        decided = f"#conflict-{LIFE.conflict_id}[data-review=decided]"
        page.wait_for_selector(decided)
        page.reload()
        page.wait_for_selector(decided)
        page.context.set_offline(True)
        open_conflict(page, MASS)
        page.keyboard.press("1")
        page.wait_for_selector("#kept.wrong")
        assert page.inner_text("#kept").startswith("Not saved")
        assert page.locator(f"#conflict-{MASS.conflict_id}").get_attribute("data-review") == "undecided"
    assert len(read_decisions(desk.desk.decisions)) == 1


def test_a_page_of_another_origin_cannot_decide(browser: Browser, desk: ReviewServer, tmp_path: Path) -> None:
    other = tmp_path / "evil.html"
    other.write_text("<!doctype html><title>x</title>", encoding="utf-8")
    address = f"{desk.address.rpartition('/')[0]}/decisions"
    body = {"conflict_id": MASS.conflict_id, "fingerprint": MASS.fingerprint, "verdict": "real", "reviewer": "eve"}
    context = browser.new_context()
    page = context.new_page()
    page.goto(other.as_uri())
    for mode in ("cors", "no-cors"):
        page.evaluate(
            "([url, body, mode]) => fetch(url, {method: 'POST', mode, body: JSON.stringify(body)}).catch(() => 0)",
            [address, body, mode],
        )
    context.close()
    assert read_decisions(desk.desk.decisions) == ()


# ------------------------------------------------------------------------------------------- hostile raw pages

CLAIM = "Semax has a molecular weight of 813.92 g/mol [1]. Semax weighs 887.04 g/mol (Example et al., 2011)."
REFERENCES = (
    "## References\n\n1. Example E. {vector} Example Journal, 2011. https://example.org/{vector} doi:10.5555/{vector}\n"
)


@pytest.fixture(scope="module")
def hostile_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run on pages with every vector in their words, titles, names, front matter, addresses and references."""
    folder = tmp_path_factory.mktemp("hostile-raw")
    raw = folder / "raw"
    raw.mkdir()
    for number, vector in enumerate(INJECTIONS):
        line = vector.replace("\n", " ")
        quoted = line.replace("\\", "\\\\").replace('"', '\\"').replace("\0", "")
        name = "".join(letter for letter in line[:60] if letter not in "/\0") + f"-{number}"
        front = f'---\ntitle: "{quoted}"\nurl: "https://example.org/{quoted}"\nmolecular_weight: "{quoted} 800 g/mol"\n---\n'
        body = f"# Semax {line}\n\n{line} {CLAIM} {line}\n\n| Semax | {line} |\n|---|---|\n| mass | {line} 900 Da |\n\n"
        page = f"{front}{body}{REFERENCES.format(vector=line)}"
        (raw / f"{name}.md").write_text(page, encoding="utf-8", errors="replace")
    words = "".join(f"<h2 title='{vector}'>{vector}</h2><p>{vector} {CLAIM}</p>" for vector in INJECTIONS)
    (raw / "all.html").write_text(f"<title>{INJECTIONS[0]}</title>{words}", encoding="utf-8", errors="replace")
    run_folder(raw, folder / "out")
    return folder / "out"


def test_hostile_raw_pages_run_nothing_load_nothing_and_break_no_layout(browser: Browser, hostile_run: Path) -> None:
    pages = sorted(hostile_run.rglob("*.html"))
    assert len(pages) > len(INJECTIONS)
    context = browser.new_context(viewport=PHONE, reduced_motion="reduce")  # type: ignore[arg-type]
    visited = Visit(context.new_page())
    visited.watch()
    for path in pages:
        visited.page.goto(path.as_uri())
        visited.page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
        assert visited.overflow <= 0, path.name
        assert visited.offences == [], path.name
    context.close()


def test_hostile_raw_pages_can_be_decided_on_at_the_server(browser: Browser, hostile_run: Path, tmp_path: Path) -> None:
    file = tmp_path / "decisions.jsonl"
    with (
        serving(Desk(out=hostile_run, decisions=file)) as server,
        visit_desk(browser, server, INJECTIONS[0]) as visited,
    ):
        card = visited.page.locator("article").first
        card.focus()
        visited.page.keyboard.press("1")
        visited.page.wait_for_selector("article[data-review=decided]")
        assert card.locator(".told strong").inner_text() == INJECTIONS[0]
        assert visited.offences == []
    (decision,) = read_decisions(file)
    assert decision.seen
    assert not any(HIDDEN.search(line) for line in decision.seen)


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
