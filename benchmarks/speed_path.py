"""The whole path from raw pages to the report, stage by stage, beside what one would take instead; for `speed.py`.

Each function is a job in a process of its own. Seconds are CPU seconds, but for those called wall.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

from speed import (
    LABELS,
    MAXRSS,
    MB,
    ROUNDS,
    USUAL,
    Figures,
    best_of,
    build_usual,
    keep_lines,
    print_table,
    read_pages,
    run_job,
    spent,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WHOLE = "the run, whole"
# What a user waits for at first: the claims of one page, or a page of spaCy's.
SMALL = "# Semax\n\nSemax has 7 residues. The half-life of Semax is 20 minutes in plasma.\n"
FIRST = {
    "claimsift": "from pipeline.document import extract_text; extract_text({text!r})",
    USUAL: "import sys; sys.path.insert(0, {folder!r}); from speed import print_table, run_job, LABELS, build_usual; "
    "build_usual(list(LABELS))({text!r})",
}


def print_path(listed: Path) -> None:
    """The tables on the whole path: its stages beside what one would take instead, first results, and workers."""
    stages, others, run = (run_job(name, listed) for name in ("stages", "others", "run 0"))
    words, pages, size = (stages.pop(name) for name in ("words", "pages", "MB"))
    steps = {**stages, **{name: run[name] for name in ("conflicts", "tables", "report", WHOLE)}, **others}
    print(
        f"{words:,.0f} words of {pages:.0f} pages, {size:.2f} MB; {os.getloadavg()[0]:.0f} processes ran at a time.\n"
    )
    rows = [
        [
            name,
            f"{used:.2f}",
            f"{words / used:,.0f}",
            f"{pages / used:,.1f}",
            f"{size / used:.2f}",
            f"{others[USUAL] / used:.2f}",
        ]
        for name, used in steps.items()
    ]
    print_table(["Step", "CPU s", "words/s", "pages/s", "MB/s", f"times {USUAL}"], rows)
    print_table(["From start to first result", "CPU s", "wall s", "peak MB"], _list_starts(run_job("starts", listed)))
    runs = {workers: run_job(f"run {workers}", listed) for workers in (1, 2)}
    print_table(["Workers", "documents, wall s", "times one", "run, CPU s", "writer MB", "worker MB"], _list_runs(runs))


def _list_starts(starts: Figures) -> Iterator[list[str]]:
    for who in FIRST:
        used, wall, memory = (starts[f"{who} {what}"] for what in ("processor", "wall", "memory"))
        yield [who, f"{used:.1f}", f"{wall:.1f}", f"{memory / MB:.0f}"]


def _list_runs(runs: dict[int, Figures]) -> Iterator[list[str]]:
    for workers, run in runs.items():
        times = runs[1]["documents"] / run["documents"]
        memory = [f"{run[who] / MB:.0f}" for who in ("memory", "worker")]
        yield [str(workers), f"{run['documents']:.1f}", f"{times:.2f}", f"{run[WHOLE]:.1f}", *memory]


def find_listed(listed: Path) -> list[Path]:
    """The pages that a file names."""
    return [Path(line) for line in listed.read_text(encoding="utf-8").splitlines()]


def measure_stages(listed: Path) -> Figures:
    """Seconds of each stage of a document, one after another over all pages; the best round of each."""
    from pipeline.annotate import Annotator
    from pipeline.clean import clean_source
    from pipeline.document import process_document
    from pipeline.extract import extract_statements
    from pipeline.normalise import normalise_document
    from pipeline.outcome import DOCUMENT_TABLES, Task
    from pipeline.read import read_source
    from pipeline.settings import Settings
    from pipeline.store import find_bad_passages, make_part

    pages = find_listed(listed)
    settings = Settings.model_validate({})
    annotator = Annotator(settings)
    seconds: Figures = {}

    def note(name: str, work: Callable[[], list[object]]) -> list[object]:
        made: list[object] = []
        seconds[name] = min(seconds.get(name, float("inf")), spent(lambda: made.extend(work())))
        return made

    def store(rows: object, text: str) -> object:
        good = {model: find_bad_passages(getattr(rows, model.table), text)[0] for model in DOCUMENT_TABLES}
        return [make_part(model, kept) for model, kept in good.items()]

    for _ in range(ROUNDS):
        sources = note("read", lambda: [read_source(page, page.name, settings) for page in pages])
        cleaned = note("clean", lambda: [clean_source(one, None, settings) for one in sources])  # noqa: B023
        annotated = note("annotate", lambda: [annotator.annotate(one) for one in cleaned])  # noqa: B023
        told = note("extract", lambda: [extract_statements(one) for one in annotated])  # noqa: B023
        pairs = list(zip(annotated, told, strict=True))
        rows = note(
            "normalise",
            lambda: [normalise_document(one, said.statements, said.leftovers) for one, said in pairs],  # noqa: B023
        )
        note("store", lambda: [store(one, source.text) for one, source in zip(rows, sources, strict=True)])  # noqa: B023
    tasks = [Task(page, page.name, None) for page in pages]
    seconds["a page, whole"] = best_of(
        lambda: [process_document(task, settings=settings, debug=True) for task in tasks]
    )
    words = sum(len(page.text[block.start : block.end].split()) for page in cleaned for block in page.kept_blocks())
    return {"words": words, "pages": len(pages), "MB": sum(page.stat().st_size for page in pages) / MB, **seconds}


def measure_others(listed: Path) -> Figures:
    """Seconds of what one would take instead, on the clean text of the same pages; and of our parts beside it."""
    import pysbd
    import spacy
    from scispacy.abbreviation import AbbreviationDetector
    from scispacy.custom_tokenizer import combined_rule_tokenizer

    from pipeline.annotate import Annotator
    from pipeline.components.sentences import find_sentences
    from pipeline.settings import Settings

    texts = ["\n".join(line.replace("\n", " ") for line in keep_lines([page])) for page in read_pages(listed)]
    texts = [text for text in texts if text]
    ours = Annotator(Settings.model_validate({})).nlp
    tokenizer = combined_rule_tokenizer(spacy.blank("en"))
    docs = [ours.make_doc(text) for text in texts]
    for name in ("claimsift_sentences", "claimsift_concepts"):
        for doc in docs:
            ours.get_pipe(name)(doc)
    detector, segmenter = AbbreviationDetector(ours), pysbd.Segmenter(language="en", clean=False)
    abbreviations, usual = ours.get_pipe("claimsift_abbreviations"), build_usual(list(LABELS))
    return {
        USUAL: best_of(lambda: list(usual.pipe(texts))),
        "scispaCy's tokenizer": best_of(lambda: [tokenizer(text) for text in texts]),
        "our tokenizer": best_of(lambda: [ours.make_doc(text) for text in texts]),
        "pySBD": best_of(lambda: [segmenter.segment(line) for text in texts for line in text.splitlines()]),
        "our sentences": best_of(lambda: [list(find_sentences(line)) for text in texts for line in text.splitlines()]),
        "scispaCy's abbreviations": best_of(lambda: [detector(doc) for doc in docs]),
        "our abbreviations": best_of(lambda: [abbreviations(doc) for doc in docs]),
    }


def measure_run(listed: Path, workers: int) -> Figures:
    """A whole run over the pages in a folder of their own, without a cache: seconds by stage, and peak memory.

    With workers the seconds are wall, since the work is elsewhere; that of the whole is CPU, with that of the workers.
    """
    from pipeline import gather
    from pipeline.run import run_pipeline
    from pipeline.settings import Settings

    if not workers:
        gather.time = SimpleNamespace(perf_counter=time.process_time)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, page in enumerate(find_listed(listed)):
            (folder / "raw").mkdir(exist_ok=True)
            shutil.copy(page, folder / "raw" / f"{number:04}-{page.name}")
        began = _count_processor()
        run_pipeline(folder / "raw", folder / "out", Settings.model_validate({}), workers=workers)
        seconds: Figures = json.loads((folder / "out" / "run.json").read_bytes())["seconds"]
        peaks = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return {
            **seconds,
            WHOLE: _count_processor() - began,
            "memory": peaks[0] * MAXRSS,
            "worker": peaks[1] * MAXRSS,
        }


def _count_processor() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def measure_starts(_listed: Path) -> Figures:
    """CPU and wall seconds of a fresh process to its first result, and its peak memory: ours and spaCy's usual."""
    figures: Figures = {}
    for name, code in FIRST.items():
        program = code.format(text=SMALL, folder=str(Path(__file__).parent))
        rounds = [_start(program) for _ in range(ROUNDS)]
        figures |= {f"{name} {what}": min(one[what] for one in rounds) for what in rounds[0]}
    return figures


def _start(program: str) -> Figures:
    measured = f"{program}\nimport resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    before, began = _count_processor(), time.monotonic()
    done = subprocess.run([sys.executable, "-c", measured], capture_output=True, text=True, check=True)  # noqa: S603
    wall = time.monotonic() - began
    return {"processor": _count_processor() - before, "wall": wall, "memory": int(done.stdout.split()[-1]) * MAXRSS}


PATH_JOBS: dict[str, Callable[[Path], Figures]] = {
    "stages": measure_stages,
    "others": measure_others,
    "run 0": partial(measure_run, workers=0),
    "run 1": partial(measure_run, workers=1),
    "run 2": partial(measure_run, workers=2),
    "starts": measure_starts,
}
