"""The formats by name, and how each reaches its place: whole or not at all, and over nothing that stands there."""

from __future__ import annotations

import secrets
import shutil
from typing import TYPE_CHECKING

from pipeline.address import is_folder
from pipeline.errors import UsageError
from pipeline.exchange.brat import read_brat, write_brat
from pipeline.exchange.databases import write_duckdb, write_sqlite
from pipeline.exchange.doccano import read_doccano, write_doccano
from pipeline.exchange.kinds import By, Format, LabelFormat, Of
from pipeline.exchange.label_studio import read_label_studio, write_label_studio
from pipeline.exchange.lines import write_jsonl
from pipeline.exchange.nanopub import write_nanopub
from pipeline.exchange.sarif import write_sarif
from pipeline.exchange.web_annotation import write_web_annotation
from pipeline.exchange.workbook import write_xlsx
from pipeline.store import write_partitions
from pipeline.store.partitions import is_partitioned

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pipeline.exchange.result import Result
    from pipeline.exchange.spans import Labels


FOLDERS = frozenset({Format.JSONL, Format.PARQUET, Format.LABEL_STUDIO, Format.BRAT})
WRITERS: Mapping[Format, Callable[[Result, Path], None]] = {
    Format.DUCKDB: write_duckdb,
    Format.SQLITE: write_sqlite,
    Format.JSONL: write_jsonl,
    Format.WEB_ANNOTATION: write_web_annotation,
    Format.SARIF: write_sarif,
    Format.NANOPUB: write_nanopub,
}
LABELLERS: Mapping[Format, Callable[[Result, Path, Of], None]] = {
    Format.LABEL_STUDIO: write_label_studio,
    Format.DOCCANO: write_doccano,
    Format.BRAT: write_brat,
}
READERS: Mapping[LabelFormat, Callable[[Path, Mapping[str, str]], Labels]] = {
    LabelFormat.LABEL_STUDIO: read_label_studio,
    LabelFormat.DOCCANO: read_doccano,
    LabelFormat.BRAT: read_brat,
}


def export_result(
    result: Result, form: Format, target: Path, *, of: Of = Of.CLAIMS, by: By = By.PREDICATE, overwrite: bool = False
) -> tuple[str, ...]:
    """Write the result to `target`, a file, or a folder for `FOLDERS`.

    `of` says what annotation tools are given, `by` what parts the tables of `parquet`. Returns what could not be
    kept, one sentence each. It is built beside `target` and moved there when it is whole.
    Raises UsageError where something stands there already, unless `overwrite` is set: then a file is replaced, and in
    a folder the files of the same names are, while all others stay; a folder of partitions is replaced as a whole,
    and only such a one is.
    """
    target = target.absolute()
    _refuse(result, form, target, overwrite=overwrite)
    build = target.with_name(f".{target.name}.writing-{secrets.token_hex(4)}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if form in FOLDERS:
            build.mkdir()
        notes = _write(result, form, build, of, by)
        if form is Format.PARQUET:
            _exchange(build, target)
        else:
            _place(build, target)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"{target}: cannot be written ({reason}); name another place.") from error
    finally:
        if build.is_dir():
            shutil.rmtree(build, ignore_errors=True)
        else:
            build.unlink(missing_ok=True)
    return notes


def _refuse(result: Result, form: Format, target: Path, *, overwrite: bool) -> None:
    if target.resolve().is_relative_to(result.out.resolve()):
        raise UsageError(f"{target}: lies inside the result, which holds nothing else; name a place outside.")
    if is_folder(result.raw) and target.resolve().is_relative_to(result.raw.resolve()):
        raise UsageError(f"{target}: lies among the raw pages, which are never changed; name a place outside.")
    if form in FOLDERS and target.exists() and not target.is_dir():
        raise UsageError(f"{target}: is no folder, and '{form}' is written into one.")
    if form not in FOLDERS and target.is_dir():
        raise UsageError(f"{target}: is a folder, and '{form}' is one file; name it.")
    is_taken = any(target.iterdir()) if target.is_dir() else target.exists()
    if is_taken and not overwrite:
        raise UsageError(f"{target}: is there already; name another place, or add --overwrite.")
    if is_taken and form is Format.PARQUET and not is_partitioned(target):
        raise UsageError(f"{target}: holds something else than tables in partitions; name another place.")


def _write(result: Result, form: Format, build: Path, of: Of, by: By) -> tuple[str, ...]:
    if form is Format.XLSX:
        return write_xlsx(result, build)
    if form is Format.PARQUET:
        write_partitions(result.out, build, by_year=by is By.YEAR)
        return ()
    if form in LABELLERS:
        LABELLERS[form](result, build, of)
    else:
        WRITERS[form](result, build)
    return ()


def _place(build: Path, target: Path) -> None:
    if not build.is_dir():
        build.replace(target)
        return
    for path in sorted(build.rglob("*")):
        if path.is_file():
            place = target / path.relative_to(build)
            place.parent.mkdir(parents=True, exist_ok=True)
            path.replace(place)
    target.mkdir(exist_ok=True)


def _exchange(build: Path, target: Path) -> None:
    """Put a folder in the place of another: files of partitions that are no more would be read with the others."""
    former = build.with_name(f"{build.name}.former")
    if target.exists():
        target.replace(former)
    build.replace(target)
    shutil.rmtree(former, ignore_errors=True)


def read_labels(result: Result, form: LabelFormat, path: Path) -> Labels:
    """What people labelled: read from an export of the tool."""
    texts = {page.row.source_id: page.text for page in result.pages()}
    return READERS[form](path, texts)
