"""What the workers of the tests do: a module of its own, since each of them imports it anew."""

from __future__ import annotations

import os
import re
import signal
import time
from pathlib import Path

from pipeline.errors import UsageError

KILLERS = {"die": signal.SIGKILL, "stop": signal.SIGTERM}


def work(task: str) -> str:
    """`die:FILE` ends the process, but for the second time if FILE is named; others are told back in capitals."""
    word, _, once = task.partition(":")
    if word in KILLERS and not (once and _is_second(Path(once))):
        os.kill(os.getpid(), KILLERS[word])
        time.sleep(60)
    if word == "leave":
        os._exit(7)
    if word == "hang":
        time.sleep(600)
    if word == "backtrack":
        re.match(r"(a+)+$", "a" * 200 + "b")
    if word == "refuse":
        raise UsageError("no such model")
    if word == "large":
        return "x" * 5_000_000
    return f"{task.upper()} in {os.environ.get('CREW_TEST', 'no')} room"


def prepare() -> None:
    os.environ["CREW_TEST"] = "its own"


def _is_second(mark: Path) -> bool:
    if mark.exists():
        return True
    mark.touch()
    return False
