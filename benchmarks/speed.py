"""How fast pages become tables, stage by stage, beside what one would take instead; and how that grows with size.

    python benchmarks/speed.py [--sizes 1 5 20] [--only path|clean|split|annotate] [--pages FOLDER...]

Pages are those of `raw/`, and of `../shared/corpus/raw` where it is there; larger files are the same pages again and
again. Times are CPU times of the process, the best of three; MB are 10^6 bytes of the file, words are separated by
white space. Each file is read in a process of its own: memory is its peak above what it held after a first small
page, over the size of the file. trafilatura reads the same HTML in the same run where it can be imported.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from spacy.language import Language
    from spacy.tokens import Doc

    from pipeline.page import Page

ROOT = Path(__file__).parents[1]
FOLDERS = (ROOT / "raw", ROOT.parent / "shared" / "corpus" / "raw")
FORMATS = {"Markdown": ".md", "HTML": ".html"}
MB = 1_000_000
ROUNDS = 3
USUAL = "spaCy's usual pipeline"
# As in spaCy's en_core_web_sm: the width of its vectors, and how many tags, dependencies and kinds of names it knows.
SMALL_WIDTH, LABELS = 96, {"tagger": 50, "parser": 45, "ner": 18}
# <!doctype html><html lang="en">, <head>…</head>, <body class="x">, </body></html>
FRAME = re.compile(rb"<!doctype[^>]*>|</?(?:html|body)\b[^>]*>|<head\b.*?</head\s*>", re.IGNORECASE | re.DOTALL)
MAXRSS = 1 if sys.platform == "darwin" else 1024  # bytes in the unit of ru_maxrss

Figures = dict[str, float]


def main() -> None:
    """Print the tables; this process imports nothing heavy, for a child's peak memory begins with its parent's."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=float, nargs="*", default=[1.0, 5.0, 20.0], help="MB of the repeated files")
    parser.add_argument("--only", choices=["path", "clean", "split", "annotate"])
    parser.add_argument("--pages", type=Path, nargs="*", default=[folder for folder in FOLDERS if folder.is_dir()])
    parser.add_argument("--job", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    from speed_path import PATH_JOBS, print_path  # which takes its measures from here

    if options.job is not None:
        name, path = options.job
        print(json.dumps({**JOBS, **PATH_JOBS}[name](Path(path))))
        return
    with tempfile.TemporaryDirectory() as folder:
        if options.only in {None, "path"}:
            print_path(write_list(options.pages, Path(folder)))
        if options.only in {None, "clean"}:
            print_table(*measure_cleaning(options.pages, options.sizes, Path(folder)))
        if options.only in {None, "split"}:
            print_rates("Sentences of the clean text", run_job("split", write_list(options.pages, Path(folder))))
        if options.only in {None, "annotate"}:
            print_rates("Step", run_job("annotate", write_list(options.pages, Path(folder))))


def run_job(name: str, path: Path) -> Figures:
    """What one job measures, in a process of its own. Raises CalledProcessError when it fails."""
    command = [sys.executable, str(Path(__file__)), "--job", name, str(path)]
    environment = {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)  # noqa: S603
    sys.stderr.write(done.stderr if not done.returncode else "")
    if done.returncode:
        raise SystemExit(f"{name} {path}: {done.stderr}")
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A Markdown table; the columns behind the second are numbers."""
    print(f"| {' | '.join(head)} |")
    print(f"|---|---{'|--:' * (len(head) - 2)}|")
    for row in rows:
        print(f"| {' | '.join(row)} |", flush=True)
    print()


def print_rates(what: str, seconds: Figures) -> None:
    """Words a second of each step; the number of words stands among the figures."""
    words = seconds.pop("words")
    rows = [[name, f"{words:.0f}", f"{words / value:,.0f}"] for name, value in seconds.items()]
    print_table([what, "words", "words/s"], rows)


def best_of(work: Callable[[], object]) -> float:
    """The least CPU seconds of several rounds."""
    return min(spent(work) for _ in range(ROUNDS))


def spent(work: Callable[[], object]) -> float:
    """CPU seconds of this process while `work` ran; its result is dropped afterwards."""
    began = time.process_time()
    result = work()
    seconds = time.process_time() - began
    del result
    return seconds


# ---------------------------------------------------------------------------------------------- pages


def find_pages(folders: Iterable[Path], suffix: str) -> list[Path]:
    """The pages of one format below the folders."""
    return [
        path for folder in folders for path in sorted(folder.rglob(f"*{suffix}")) if not path.name.startswith("README")
    ]


def repeat_pages(pages: Sequence[Path], size: float, path: Path) -> Path:
    """The pages one after another, over and over, until the file has `size` bytes.

    Of HTML, what stands inside the bodies, in one body: a parser would stop at the first `</html>`. All in UTF-8, for
    pages in several encodings would be a file in none.
    """
    opened, closed = (b"<html><body>\n", b"</body></html>\n") if path.suffix == ".html" else (b"", b"")
    with path.open("wb") as file:
        written = file.write(opened)
        for page in cycle(pages):
            content = read_utf8(page)
            written += file.write(FRAME.sub(b"", content) if opened else content)
            written += file.write(b"\n\n")
            if written >= size:
                file.write(closed)
                return path
    return path


def read_utf8(page: Path) -> bytes:
    """The bytes of a page in UTF-8; one that is not is taken for Western."""
    content = page.read_bytes()
    with suppress(UnicodeDecodeError):
        content.decode("utf-8")
        return content
    return content.decode("windows-1252").encode("utf-8")


def write_list(folders: Iterable[Path], folder: Path) -> Path:
    """A file that names all pages, for a child process."""
    path = folder / "pages.txt"
    pages = [page for suffix in FORMATS.values() for page in find_pages(folders, suffix)]
    path.write_text("\n".join(map(str, pages)), encoding="utf-8")
    return path


# ---------------------------------------------------------------------------------------------- read and clean


def measure_cleaning(
    folders: Sequence[Path], sizes: Sequence[float], folder: Path
) -> tuple[list[str], Iterator[list[str]]]:
    """Head and rows of the table on reading and cleaning."""
    head = ["Format", "Read by", "file MB", "MB/s", "s per MB, first size is 1", "memory / file"]
    return head, _measure_cleaning(folders, sizes, folder)


def _measure_cleaning(folders: Sequence[Path], sizes: Sequence[float], folder: Path) -> Iterator[list[str]]:
    for name, suffix in FORMATS.items():
        pages = find_pages(folders, suffix)
        if not pages:
            continue
        listed = folder / "pages.txt"
        listed.write_text("\n".join(map(str, pages)), encoding="utf-8")
        readers = ["claimsift", *(["trafilatura"] if name == "HTML" and has_trafilatura() else [])]
        for reader in readers:
            one_by_one = run_job(f"{reader} each", listed)
            yield [name, reader, f"{len(pages)} pages", f"{one_by_one['MB'] / one_by_one['seconds']:.2f}", "", ""]
        for reader in readers:
            first = None
            for size in sizes:
                found = run_job(reader, repeat_pages(pages, size * MB, folder / f"page{suffix}"))
                each = found["seconds"] / found["MB"]
                first = first or each
                yield [
                    name, reader, f"{found['MB']:.1f}", f"{1 / each:.2f}", f"{each / first:.2f}",
                    f"{found['memory']:.1f}",
                ]  # fmt: skip


def has_trafilatura() -> bool:
    """Whether trafilatura can be imported; tried elsewhere, so that this process stays small."""
    command = [sys.executable, "-c", "import trafilatura"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603


def clean_file(path: Path) -> Page:
    """A file of any size, read and cleaned."""
    from pipeline.clean import clean_source
    from pipeline.read import read_source
    from pipeline.settings import Settings

    most = 1_000_000_000
    settings = Settings.model_validate({"max_bytes": most, "max_line": most, "max_blocks": most})
    return clean_source(read_source(path, path.name, settings), None, settings)


def extract_file(path: Path) -> str | None:
    """The main text of a page as trafilatura finds it, with its defaults."""
    import trafilatura

    text: str | None = trafilatura.extract(path.read_bytes())
    return text


def measure_file(path: Path, read: Callable[[Path], object]) -> Figures:
    """Seconds, and peak memory over the size of the file, above a process that has read a first small page."""
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / f"small{path.suffix}"
        small.write_bytes(_head(path))
        read(small)
    idle = peak_memory()
    seconds = spent(partial(read, path))
    used = peak_memory() - idle
    seconds = min([seconds, *(spent(partial(read, path)) for _ in range(ROUNDS - 1))])
    size = path.stat().st_size
    return {"seconds": seconds, "memory": used / size, "MB": size / MB}


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(5000)


def measure_pages(listed: Path, read: Callable[[Path], object]) -> Figures:
    """Seconds for all pages of a list, one after another."""
    pages = [Path(line) for line in listed.read_text(encoding="utf-8").splitlines()]
    for page in pages:
        read(page)

    def read_all() -> None:
        for page in pages:
            read(page)

    return {"seconds": best_of(read_all), "MB": sum(page.stat().st_size for page in pages) / MB}


def peak_memory() -> int:
    """The most bytes that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS


# ---------------------------------------------------------------------------------------------- split and annotate


def read_pages(listed: Path) -> list[Page]:
    """The pages of a list, cleaned."""
    return [clean_file(Path(line)) for line in listed.read_text(encoding="utf-8").splitlines()]


def keep_lines(pages: Iterable[Page]) -> list[str]:
    """The text of each kept block."""
    return [page.text[block.start : block.end] for page in pages for block in page.kept_blocks()]


def measure_splitters(listed: Path) -> Figures:
    """Seconds of each sentence splitter on the kept blocks, each block by itself."""
    import pysbd
    import spacy

    from pipeline.components.sentences import find_sentences

    lines = keep_lines(read_pages(listed))
    segmenter = pysbd.Segmenter(language="en", clean=False)
    nlp = spacy.blank("en")
    sentencizer = nlp.add_pipe("sentencizer")

    def run_component() -> float:
        docs = [nlp.make_doc(line) for line in lines]
        return spent(lambda: [sentencizer(doc) for doc in docs])

    return {
        "words": sum(len(line.split()) for line in lines),
        "claimsift": best_of(lambda: [list(find_sentences(line)) for line in lines]),
        "pySBD": best_of(lambda: [segmenter.segment(line) for line in lines]),
        "spaCy's sentencizer with its tokenizer": best_of(lambda: [nlp(line) for line in lines]),
        "spaCy's sentencizer alone": min(run_component() for _ in range(ROUNDS)),
    }


def measure_steps(listed: Path) -> Figures:
    """Seconds of the tokenizer, of each component, and of annotating and extracting as a whole."""
    from pipeline.annotate import Annotator
    from pipeline.components.entities import load_entities
    from pipeline.extract import extract_statements
    from pipeline.settings import Settings

    pages = read_pages(listed)
    annotator = Annotator(Settings.model_validate({}))
    print(f"The model of names loads in {spent(load_entities):.2f} s.", file=sys.stderr)
    texts = ["\n".join(line.replace("\n", " ") for line in keep_lines([page])) for page in pages]
    texts = [text for text in texts if text]
    seconds: Figures = {"words": sum(len(text.split()) for text in texts)}
    for _ in range(ROUNDS):
        docs: list[Doc] = []
        keep_least(seconds, "tokenizer", spent(lambda: docs.extend(map(annotator.nlp.make_doc, texts))))  # noqa: B023
        for name, component in annotator.nlp.pipeline:
            keep_least(seconds, name, spent(lambda: [component(doc) for doc in docs]))  # noqa: B023
    for name, names in (("spaCy's plain ner", ["ner"]), (USUAL, list(LABELS))):
        usual = build_usual(names)
        seconds[name] = best_of(lambda: list(usual.pipe(texts)))  # noqa: B023
    annotated = [annotator.annotate(page) for page in pages]
    seconds["annotate, whole"] = best_of(lambda: [annotator.annotate(page) for page in pages])
    seconds["extract"] = best_of(lambda: [extract_statements(page) for page in annotated])
    seconds["annotate and extract"] = seconds["annotate, whole"] + seconds["extract"]
    return seconds


def build_usual(names: list[str]) -> Language:
    """A pipeline of spaCy's small size, with weights as they are before training: they cost the same."""
    import spacy

    nlp = spacy.blank("en")
    nlp.add_pipe("tok2vec")
    shared = {"@architectures": "spacy.Tok2VecListener.v1", "width": SMALL_WIDTH}
    for name in names:
        pipe = nlp.add_pipe(name, config={"model": {"tok2vec": shared}})
        for number in range(LABELS[name]):
            pipe.add_label(f"{name}{number}")  # type: ignore[attr-defined]
    nlp.initialize()
    return nlp


def keep_least(seconds: Figures, name: str, value: float) -> None:
    """Note the best round so far."""
    seconds[name] = min(value, seconds.get(name, value))


JOBS: dict[str, Callable[[Path], Figures]] = {
    "claimsift": partial(measure_file, read=clean_file),
    "claimsift each": partial(measure_pages, read=clean_file),
    "trafilatura": partial(measure_file, read=extract_file),
    "trafilatura each": partial(measure_pages, read=extract_file),
    "split": measure_splitters,
    "annotate": measure_steps,
}

if __name__ == "__main__":
    with suppress(BrokenPipeError):
        main()
