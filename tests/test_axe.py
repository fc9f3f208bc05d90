"""axe-core finds nothing to complain about on any kind of page, light or dark, with everything unfolded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from pipeline.report import links, write_report
from report_rows import make_report
from test_browser import DESK, PHONE, browser, visit

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

__all__ = ["browser"]  # a fixture

KINDS = {
    "overview": "report.html",
    "further conflicts": "report/conflicts-2.html",
    "index": "report/conflicts.html",
    "coverage": "report/coverage.html",
    "dossier": "report/compound-semax.html",
    "source": "report/source-shop-northlake-semax-html-*.html",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with every kind of page: its six conflicts stand on two."""
    path = tmp_path_factory.mktemp("axe")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(links, "CONFLICTS_A_PAGE", 4)
        patch.setattr("pipeline.report.write.CONFLICTS_A_PAGE", 4)
        write_report(make_report(), path)
    return path


def complain(page: Page) -> list[str]:
    """What axe-core finds: rule, place and reason."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['target']}: {node['failureSummary']}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_page_hinders_anybody(browser: Browser, folder: Path, kind: str, scheme: str) -> None:
    (path,) = folder.glob(KINDS[kind])
    with visit(browser, path, DESK, color_scheme=scheme) as visited:
        visited.page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
        assert complain(visited.page) == []


def test_a_decided_conflict_and_the_list_of_keys_hinder_nobody(browser: Browser, folder: Path) -> None:
    with visit(browser, folder / "report.html", PHONE) as visited:
        page = visited.page
        page.fill("#reviewer", "ann")
        page.locator("article").first.focus()
        page.keyboard.press("4")
        assert complain(page) == []
        page.locator("article").first.focus()
        page.keyboard.press("?")
        assert complain(page) == []
