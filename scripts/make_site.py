"""Make the documents and the docstrings of the public modules into a small site that is read without a network.

    python scripts/make_site.py [FOLDER]

The folder, build/site by default, is made anew: a page for each document, under the same path, a page for each public
module in api/, the files that documents link to, and one style sheet. It holds no script and loads nothing from
elsewhere. Examples in docstrings and in docs/exchange.md and docs/tables.md are run by the tests.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import re
import shutil
import sys
from collections import Counter
from enum import Enum
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

import jinja2
from markdown_it import MarkdownIt
from pydantic import BaseModel
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from markdown_it.token import Token

ROOT = Path(__file__).parents[1]
SITE = ROOT / "build" / "site"
TEMPLATE = Path(__file__).with_name("site.html.j2")
STYLE = Path(__file__).with_name("site.css")
DOCUMENTS = ("README.md", "docs/*.md", "raw/*.md", "tests/gold/*.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")
# What others may import; everything else can change from one release to the next.
MODULES = (
    "pipeline",
    "pipeline.schema",
    "pipeline.settings",
    "pipeline.page",
    "pipeline.plugins",
    "pipeline.components",
    "pipeline.chemistry",
    "pipeline.errors",
)
REMARK = re.compile(r"<!--.*?-->\n?", re.DOTALL)
POSTPONED = re.compile(r"(: |-> )'([^']*)'")
# ">>> 1 + 1" and the lines below it up to an empty one
EXAMPLE = re.compile(r"^>>> .*(?:\n.+)*", re.MULTILINE)


class Page(NamedTuple):
    """One page of the site: its path in there, its title, and its content."""

    path: str
    title: str
    html: str


class BrokenLink(Exception):  # noqa: N818  (it is what it says)
    """A document links to what is not there."""


# --------------------------------------------------------------------------------------------------- documents


def write_code(code: str, language: str, _: str) -> str:
    """A fenced block with its words marked by kind; nothing for a language that is not known."""
    try:
        lexer = get_lexer_by_name({"sh": "bash", "pycon": "pycon"}.get(language, language or "text"))
    except ClassNotFound:
        return ""
    marked: str = highlight(code, lexer, HtmlFormatter(nowrap=True))
    return marked


def slug(heading: str) -> str:
    """The anchor of a heading, as code hosts make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def walk(tokens: list[Token]) -> Iterator[Token]:
    """All tokens, those inside of others too."""
    for token in tokens:
        yield token
        yield from walk(token.children or [])


def render(text: str, *, trusted: bool) -> tuple[str, list[Token]]:
    """Markdown as HTML, with an anchor at each heading. Only a trusted text may hold HTML of its own."""
    reader = MarkdownIt("commonmark", {"html": trusted, "highlight": write_code}).enable(["table", "strikethrough"])
    tokens = reader.parse(text)
    seen: Counter[str] = Counter()
    for token, inner in pairwise(tokens):
        if token.type == "heading_open":
            anchor = slug(inner.content)
            token.attrSet("id", f"{anchor}-{seen[anchor]}" if seen[anchor] else anchor)
            seen[anchor] += 1
    return reader.renderer.render(tokens, reader.options, {}), tokens


def name_page(document: str) -> str:
    """The page of a document: README.md is index.html, docs/scale.md is docs/scale.html."""
    return "index.html" if document == "README.md" else str(PurePosixPath(document).with_suffix(".html"))


def read_document(path: Path, documents: set[str], files: set[str]) -> Page:
    """The page of one document. Adds to `files` what it links to that is no document.

    Raises BrokenLink for a link to what is not there.
    """
    document = path.relative_to(ROOT).as_posix()
    text = REMARK.sub("", path.read_text(encoding="utf-8"))
    _, tokens = render(text, trusted=True)
    for target in {str(token.attrs.get("href") or token.attrs.get("src") or "") for token in walk(tokens)}:
        name, _, anchor = target.partition("#")
        if not name or ":" in name:
            continue
        there = (path.parent / name).resolve()
        linked = there.relative_to(ROOT).as_posix() if there.is_relative_to(ROOT) else ""
        if not there.is_file():
            raise BrokenLink(f"{document}: links to {target}, which is not there.")
        if linked in documents:
            page = str(PurePosixPath(name).with_suffix(".html")) if linked != "README.md" else f"{name[:-9]}index.html"
            text = text.replace(f"]({target})", f"]({page}{f'#{anchor}' if anchor else ''})")
        else:
            files.add(linked)
    html, _ = render(text, trusted=True)
    title = next((line.removeprefix("# ") for line in text.splitlines() if line.startswith("# ")), document)
    return Page(name_page(document), title, html)


# -------------------------------------------------------------------------------------------------- docstrings


def find_public(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """The functions and classes that a module means for others, in the order in which it has them."""
    listed = getattr(module, "__all__", None)
    for name in listed or vars(module):
        thing = getattr(module, name)
        kind = inspect.unwrap(thing) if callable(thing) else thing  # under what remembers its answers
        own = getattr(thing, "__module__", None) == module.__name__
        if (listed or (own and not name.startswith("_"))) and (inspect.isfunction(kind) or inspect.isclass(kind)):
            yield name, thing


def describe_module(name: str) -> Page:
    """The page of one module."""
    module = importlib.import_module(name)
    parts = [f"# {name}", tell(module), *(part for found in find_public(module) for part in describe(*found))]
    html, _ = render("\n\n".join(parts), trusted=False)
    return Page(f"api/{name}.html", name, html)


def tell(thing: object) -> str:
    """A docstring as Markdown, with its examples in fences."""
    return EXAMPLE.sub(lambda found: f"```pycon\n{found[0]}\n```", inspect.getdoc(thing) or "")


def describe(name: str, thing: Any) -> Iterator[str]:  # noqa: ANN401  (whatever a module holds)
    """A function or a class in Markdown."""
    yield f"## {name}"
    if not inspect.isclass(thing):
        yield f"```python\n{name}{write_signature(thing)}\n```"
        yield tell(thing)
        return
    yield tell(thing) if thing.__doc__ != getattr(thing.__base__, "__doc__", None) else ""
    yield "\n".join(list_facts(thing))
    for method, member in vars(thing).items():
        function = getattr(member, "fget", getattr(member, "__func__", member))  # of a property, of a class method
        if inspect.isfunction(function) and not method.startswith("_") and function.__doc__:
            yield f"### {name}.{method}"
            yield f"```python\n{method}{'' if isinstance(member, property) else write_signature(function)}\n```"
            yield tell(function)


def write_signature(function: Callable[..., Any]) -> str:
    """The arguments of a function, its types without the quotes that a postponed annotation has."""
    return POSTPONED.sub(r"\1\2", str(inspect.signature(function)))


def list_facts(thing: type) -> Iterator[str]:
    """The fields of a record, or the choices of a list, as a table."""
    if issubclass(thing, Enum):
        yield ", ".join(f"`{member.value}`" for member in thing)
    elif issubclass(thing, BaseModel) and thing.model_fields:
        yield from ("| field | type | meaning |", "|---|---|---|")
        hints = inspect.get_annotations(thing)
        for name, field in thing.model_fields.items():
            yield f"| `{name}` | {cell(hints.get(name, field.annotation))} | {field.description or ''} |"
    elif dataclasses.is_dataclass(thing):
        yield from ("| field | type |", "|---|---|")
        yield from (f"| `{field.name}` | {cell(field.type)} |" for field in dataclasses.fields(thing))


def cell(annotation: object) -> str:
    """A type in a cell of a table."""
    text = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))
    return "`" + text.replace("|", "\\|") + "`"


# -------------------------------------------------------------------------------------------------------- site


def make_site(folder: Path) -> None:
    """Write the site into a folder, which is made anew. Raises BrokenLink where a document links to nothing."""
    paths = [path for pattern in DOCUMENTS for path in sorted(ROOT.glob(pattern))]
    documents, files = {path.relative_to(ROOT).as_posix() for path in paths}, set[str]()
    pages = [read_document(path, documents, files) for path in paths]
    modules = [describe_module(name) for name in MODULES]
    shutil.rmtree(folder, ignore_errors=True)
    template = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(
        TEMPLATE.read_text(encoding="utf-8")
    )
    for page in (*pages, *modules):
        path = folder / page.path
        path.parent.mkdir(parents=True, exist_ok=True)
        up = "../" * page.path.count("/")
        path.write_text(template.render(page=page, pages=pages, modules=modules, up=up), encoding="utf-8")
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    light, dark = (
        HtmlFormatter(style=style, nobackground=True).get_style_defs("pre code") for style in ("default", "github-dark")
    )
    style = f"{STYLE.read_text(encoding='utf-8')}\n{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n"
    (folder / "site.css").write_text(style, encoding="utf-8")


if __name__ == "__main__":
    make_site(Path(sys.argv[1]) if len(sys.argv) > 1 else SITE)
