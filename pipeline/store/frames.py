"""A table as a DataFrame of pandas, whether it is one file or stands in partitions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.schema import TABLES
from pipeline.store.partitions import is_partitioned, load_partitions
from pipeline.store.tables import load_parquet

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd


def read_frame(folder: Path, name: str) -> pd.DataFrame:
    """One table by name as a DataFrame: nullable string, Int64, Float64 and boolean, times in UTC, lists as arrays.

    The rows of a table in partitions come one partition behind the other.
    Raises UsageError for a name that is no table, and as `read_table` does.
    """
    import pandas as pd
    import pyarrow as pa

    models = {model.table: model for model in TABLES}
    if name not in models:
        raise UsageError(f"There is no table '{name}'; the tables are {', '.join(models)}.")
    types = {
        pa.string(): pd.StringDtype(),
        pa.int64(): pd.Int64Dtype(),
        pa.float64(): pd.Float64Dtype(),
        pa.bool_(): pd.BooleanDtype(),
    }
    parted = is_partitioned(folder)
    table = load_partitions(folder, models[name]) if parted else load_parquet(folder / f"{name}.parquet")
    frame: pd.DataFrame = table.to_pandas(types_mapper=types.get)
    return frame
