"""A process of its own for each PDF and Word document: what a hostile one uses up or breaks is that process alone."""

from __future__ import annotations

import sys
from multiprocessing import get_context
from typing import TYPE_CHECKING

from pipeline.office.problems import Unreadable

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from pipeline.office.layer import TextLayer

MEMORY = 2 << 30  # bytes of address space; pdfminer needs a tenth for a book
SECONDS = 600  # a document of a thousand pages takes one or two minutes


def read_fenced(data: bytes, kind: str, max_bytes: int, max_pages: int) -> TextLayer:
    """The text layer of a document of `kind` ("pdf" or "word"). Raises Unreadable with what is wrong with it."""
    context = get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_work, args=(sender, data, kind, max_bytes, max_pages), daemon=True)
    child.start()
    sender.close()
    try:
        if not receiver.poll(SECONDS):
            raise Unreadable(f"takes more than {SECONDS} seconds to read; convert it to text or HTML first")
        answer: TextLayer | str = receiver.recv()
    except EOFError as error:
        raise Unreadable(
            "takes more memory to read than a document should; convert it to text or HTML first"
        ) from error
    finally:
        child.kill()
        child.join()
        receiver.close()
    if isinstance(answer, str):
        raise Unreadable(answer)
    return answer


def _work(sender: Connection, data: bytes, kind: str, max_bytes: int, max_pages: int) -> None:
    """Runs in the child."""
    _limit_memory()
    try:
        sender.send(_read(data, kind, max_bytes, max_pages))
    except Unreadable as reason:
        sender.send(str(reason))
    except MemoryError:
        sender.send("takes more memory to read than a document should; convert it to text or HTML first")


def _limit_memory() -> None:
    if sys.platform == "win32":
        return
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_AS)
    limit = MEMORY if most == resource.RLIM_INFINITY else min(MEMORY, most)
    resource.setrlimit(resource.RLIMIT_AS, (limit, most))


def _read(data: bytes, kind: str, max_bytes: int, max_pages: int) -> TextLayer:
    try:
        if kind == "pdf":
            from pipeline.office.pdf import read_pdf

            return read_pdf(data, max_pages)
        from pipeline.office.word import read_word

        return read_word(data, max_bytes, max_pages)
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # whatever a parser says of a file that breaks its rules
        name = {"pdf": "a PDF", "word": "a Word document"}[kind]
        raise Unreadable(f"is {name} that is damaged ({type(error).__name__}); mend it, or save it anew") from error
