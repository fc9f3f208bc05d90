"""Exchange: a result into the tools that people have, and what they labelled there back.

Nothing here is loaded by a run: `claims query`, `claims export` and `claims labels` ask for it.
"""

from pipeline.exchange.formats import Format, export_result, read_labels
from pipeline.exchange.query import query_tables
from pipeline.exchange.result import open_result
from pipeline.exchange.spans import Change, LabelledSpan, Labels, Of, compare_spans, write_gold

__all__ = [
    "Change",
    "Format",
    "LabelledSpan",
    "Labels",
    "Of",
    "compare_spans",
    "export_result",
    "open_result",
    "query_tables",
    "read_labels",
    "write_gold",
]
