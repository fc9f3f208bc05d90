"""Whom the fields of a record are about: the compound that a record names, alone or as one of a list of records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.schema import BlockKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pipeline.page import Block, Mention, Subject

NAME_KEYS = frozenset(
    {"name", "product name", "product", "compound", "peptide", "peptide name", "compound name", "item"}
)
RECORD_BLOCKS = frozenset({BlockKind.FRONT_MATTER, BlockKind.METADATA})


def find_records(blocks: Iterable[Block], read_name: Callable[[Block], Subject | None]) -> dict[int, Subject]:
    """By block, the compound of the nested record that a field stands in: `compounds: [{name: Semax, mw: 813.9}]`.

    A record of a list begins where its first key comes again; `read_name` gives the compound that a field names.
    """
    found: dict[int, Subject] = {}
    items: dict[str, list[Block]] = {}  # the fields of the last record below each path
    owners: dict[str, Subject] = {}
    last = ""
    for block in blocks:
        key = block.key or ""
        if block.kind not in RECORD_BLOCKS or "." not in key:
            last = key
            continue
        for path in _list_paths(key):
            fields = items.setdefault(path, [])
            if fields and fields[0].key == key != last:
                fields.clear()
                owners.pop(path, None)
            fields.append(block)
            if key == f"{path}.{key.rpartition('.')[2]}" and _is_name(key) and (subject := read_name(block)):
                owners.setdefault(path, subject)
                found.update({field.index: owners[path] for field in fields})
            elif path in owners:
                found[block.index] = owners[path]
        last = key
    return found


def _list_paths(key: str) -> list[str]:
    """The paths above a field, the outermost first."""
    parts = key.split(".")
    return [".".join(parts[:at]) for at in range(1, len(parts))]


def _is_name(key: str) -> bool:
    return key.rpartition(".")[2].replace("_", " ").casefold() in NAME_KEYS


SEVERAL = 2  # compounds that head rows of one table
SHARE = 3  # one of so many of its rows at least


def find_named_tables(blocks: tuple[Block, ...], by_block: dict[int, list[Mention]]) -> frozenset[int]:
    """The tables in which rows begin with the names of several compounds."""
    heads: dict[int, list[str | None]] = {}
    for row in blocks:
        if row.table is not None and row.cells and row.kept:
            first = next((m for m in by_block.get(row.index, ()) if m.end <= row.cells[0].end), None)
            heads.setdefault(row.table, []).append(first.concept_id if first is not None else None)
    return frozenset(
        table
        for table, named in heads.items()
        if len({name for name in named if name}) >= SEVERAL and SHARE * sum(map(bool, named)) >= len(named)
    )
