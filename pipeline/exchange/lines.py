"""The tables as JSON Lines: one file a table, one row a line, columns as in the schema."""

from __future__ import annotations

import json
import math
from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.exchange.databases import write_time
from pipeline.schema import TABLES

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.exchange.result import Result
    from pipeline.store.columns import Value


def write_jsonl(result: Result, folder: Path) -> None:
    """A `<table>.jsonl` for each table, UTF-8, LF. A number beyond all numbers, which JSON cannot write, is null."""
    for model in TABLES:
        with (folder / f"{model.table}.jsonl").open("w", encoding="utf-8", newline="\n") as file:
            for record in result.records(model):
                values = {name: _to_json(value) for name, value in record.items()}
                file.write(json.dumps(values, ensure_ascii=False, allow_nan=False) + "\n")


def _to_json(value: Value) -> object:
    if isinstance(value, datetime):
        return write_time(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
