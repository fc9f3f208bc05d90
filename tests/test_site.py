"""The site of documents and docstrings: made whole, with no dead end, nothing from elsewhere, and examples that run."""

from __future__ import annotations

import doctest
import importlib
import posixpath
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from runs import ROOT, Run, load_script

if TYPE_CHECKING:
    from pathlib import Path

make_site = load_script(ROOT / "scripts" / "make_site.py")

# What the first page of the site promises has an example that can be tried.
WITH_EXAMPLES = (
    "pipeline",
    "pipeline.address",
    "pipeline.settings",
    "pipeline.chemistry.cas",
    "pipeline.chemistry.masses",
)


class Links(HTMLParser):
    """The anchors of a page, where its links lead, and what a browser would load with it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: set[str] = set()
        self.loaded: set[str] = set()
        self.tags: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        if "id" in told:
            self.anchors.add(told["id"])
        if tag == "a" and "href" in told:
            self.links.add(told["href"])
        self.loaded |= {told[name] for name in ("src", "data", "srcset") if name in told}
        if tag == "link":
            self.loaded.add(told["href"])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Links]:
    """The pages of the site by path, and each other file as a page without links."""
    folder: Path = tmp_path_factory.mktemp("build") / "site"
    make_site.make_site(folder)
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {
        name: Links(path.read_text(encoding="utf-8") if path.suffix == ".html" else "") for name, path in files.items()
    }


def test_every_document_and_public_module_has_a_page(site: dict[str, Links]) -> None:
    documents = {path.relative_to(ROOT).with_suffix(".html").as_posix() for path in ROOT.glob("docs/*.md")}
    assert documents | {"index.html", "site.css"} <= set(site)
    assert {f"api/{name}.html" for name in make_site.MODULES} <= set(site)


def test_every_link_of_the_site_leads_somewhere(site: dict[str, Links]) -> None:
    for name, page in site.items():
        for link in page.links | page.loaded:
            if re.match(r"[a-z]+:", link):
                continue
            path, _, anchor = link.partition("#")
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(path))) if path else name
            assert target in site, f"{name}: {link}"
            assert not anchor or unquote(anchor) in site[target].anchors, f"{name}: {link}"


def test_the_site_loads_nothing_from_elsewhere_and_runs_no_script(site: dict[str, Links]) -> None:
    for name, page in site.items():
        assert not {"script", "iframe", "object", "embed"} & page.tags, name
        assert not [loaded for loaded in page.loaded if ":" in loaded or loaded.startswith("//")], name
    assert "url(" not in (ROOT / "scripts" / "site.css").read_text(encoding="utf-8")


def test_the_page_of_the_package_shows_its_functions_with_their_examples(site: dict[str, Links]) -> None:
    assert {"extract_text", "read_claims", "read_conflicts"} <= site["api/pipeline.html"].anchors
    assert {"claimrow", "severity", "verdict"} <= site["api/pipeline.schema.html"].anchors
    html = make_site.describe_module("pipeline").html
    assert "extract_text" in html
    assert '<span class="gp">&gt;&gt;&gt; </span>' in html


def test_a_link_to_what_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "README.md").write_text("[no](docs/nothing.md)\n", encoding="utf-8")
    monkeypatch.setattr(make_site, "ROOT", tmp_path)
    with pytest.raises(make_site.BrokenLink, match=r"README\.md: links to docs/nothing\.md"):
        make_site.make_site(tmp_path / "site")


def test_a_docstring_that_holds_markup_stays_text() -> None:
    html, _ = make_site.render("# a\n\n<script>alert(1)</script>\n\n# a", trusted=False)
    assert "<script>" not in html
    assert 'id="a"' in html
    assert 'id="a-1"' in html


@pytest.mark.parametrize("name", dict.fromkeys([*make_site.MODULES, *WITH_EXAMPLES]))
def test_examples_in_docstrings_hold(name: str, raw_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "extracted").symlink_to(raw_run.out)
    monkeypatch.chdir(tmp_path)
    done = doctest.testmod(importlib.import_module(name))
    assert done.failed == 0
    assert done.attempted > 0 or name not in WITH_EXAMPLES
