"""Tables to files and back: Parquet, CSV, their schemas, the folder they stand in, and the check of all of it.

Importing this package costs nothing: pyarrow and pandas are loaded by the first function that needs them.
"""

from pipeline.store.check import check_result
from pipeline.store.columns import arrow_schema, escape_text, sort_rows
from pipeline.store.dictionary import write_schema
from pipeline.store.extras import has_duckdb, load_duckdb
from pipeline.store.frames import read_frame
from pipeline.store.layers import find_below, name_text_layer, write_text_layer
from pipeline.store.output import (
    former_result,
    hold_lock,
    list_written,
    open_output,
    read_result,
    read_run_json,
    write_run_json,
)
from pipeline.store.partitions import list_files, write_partitions
from pipeline.store.parts import Part, TableWriter, make_part, write_table
from pipeline.store.passages import find_bad_passages
from pipeline.store.sorting import SortedTable, sort_on_disk
from pipeline.store.tables import StoredTable, read_csv_rows, read_table

__all__ = [
    "Part",
    "SortedTable",
    "StoredTable",
    "TableWriter",
    "arrow_schema",
    "check_result",
    "escape_text",
    "find_bad_passages",
    "find_below",
    "former_result",
    "has_duckdb",
    "hold_lock",
    "list_files",
    "list_written",
    "load_duckdb",
    "make_part",
    "name_text_layer",
    "open_output",
    "read_csv_rows",
    "read_frame",
    "read_result",
    "read_run_json",
    "read_table",
    "sort_on_disk",
    "sort_rows",
    "write_partitions",
    "write_run_json",
    "write_schema",
    "write_table",
    "write_text_layer",
]
