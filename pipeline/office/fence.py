"""A process of its own for each PDF and Word document: what a hostile one uses up or breaks is that process alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict

from pipeline.memory import end_with_owner, limit_memory
from pipeline.office.layer import TextLayer
from pipeline.office.problems import Exhausting, Unreadable

MEMORY = 2 * 10**9  # bytes; pdfminer needs a tenth for a book

# Not a process of multiprocessing, which would begin by running the caller's script or notebook again.
START = "from pipeline.office.fence import serve; serve()"
NAMES = {"pdf": "a PDF", "word": "a Word document"}


def read_fenced(data: bytes, kind: str, max_bytes: int, max_pages: int, max_seconds: float) -> TextLayer:
    """The text layer of a document of `kind` ("pdf" or "word"). Raises Unreadable with what is wrong with it."""
    limits = map(str, (MEMORY, max_bytes, max_pages))
    try:
        done = subprocess.run(  # noqa: S603  (our own module, in our own interpreter)
            [sys.executable, "-P", "-c", START, kind, *limits],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONIOENCODING": "utf-8"},
            timeout=max_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Exhausting(
            f"takes longer to read than max_seconds = {max_seconds:g} in the settings; raise it, or convert the "
            "document to text or HTML first"
        ) from error
    if done.returncode:
        raise Exhausting(
            f"is {NAMES[kind]} that takes more than {MEMORY / 10**9:g} GB of memory to read; convert it to text or "
            "HTML first"
        )
    answer = json.loads(done.stdout)
    if isinstance(answer, str):
        raise Unreadable(answer)
    margins = tuple((start, end) for start, end in answer["margins"])
    return TextLayer(answer["text"], tuple(answer["pages"]), margins)


def serve() -> None:
    """Answer one `read_fenced`, in its process: the layer as JSON, or a string that says why there is none."""
    end_with_owner()  # a worker that takes too long is killed, and would leave this behind
    kind, *limits = sys.argv[1:]
    memory, max_bytes, max_pages = map(int, limits)
    limit_memory(memory)
    try:
        answer: object = asdict(read_document(sys.stdin.buffer.read(), kind, max_bytes, max_pages))
    except Unreadable as reason:
        answer = str(reason)
    sys.stdout.write(json.dumps(answer))


def read_document(data: bytes, kind: str, max_bytes: int, max_pages: int) -> TextLayer:
    """The same as `read_fenced`, in this process. Raises Unreadable, and MemoryError."""
    try:
        if kind == "pdf":
            from pipeline.office.pdf import read_pdf

            return read_pdf(data, max_pages)
        from pipeline.office.word import read_word

        return read_word(data, max_bytes, max_pages)
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # whatever a parser says of a file that breaks its rules
        name = type(error).__name__
        raise Unreadable(f"is {NAMES[kind]} that is damaged ({name}); mend it, or save it anew") from error
