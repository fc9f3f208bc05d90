"""What is installed, what each part switches on, and how to get what is missing."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING

from pipeline.engines import count_cores
from pipeline.errors import ClaimsiftError
from pipeline.lexicon import CONCEPT_FILES, concepts, overlay
from pipeline.memory import can_limit_memory
from pipeline.office import PARSERS, find_missing
from pipeline.plugins import find_plugins
from pipeline.settings import DEFAULT_FILE, Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCKED = "run 'make extract' in a checkout, or 'pip install claimsift'"
CORE = {
    "spacy": "the pipeline that all finders stand in",
    "scispacy": "tokenizer rules and the abbreviation detector",
    "pandas": "tables for notebooks",
    "pyarrow": "Parquet files",
    "pydantic": "row types and their checks",
    "molmass": "masses and formulas of peptides",
    "jinja2": "the report",
}
EXTRAS = (
    ("duckdb", "sql", "claims query, export to DuckDB, and more claims than memory holds"),
    ("xlsxwriter", "xlsx", "export to a workbook"),
    ("fsspec", "remote", "pages and results at s3:// and gs://, beside s3fs or gcsfs"),
)
GIGA = 10**9
CONTAINER = Path("/sys/fs/cgroup/memory.max")  # bytes, or "max"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of the installation."""

    part: str
    found: str
    effect: str
    remedy: str = ""
    broken: bool = False


def examine() -> tuple[Finding, ...]:
    """Every part, the needed ones first. Loads no model and touches no network."""
    return (
        _examine_python(),
        *(_examine_package(name, effect) for name, effect in CORE.items()),
        _examine_lexicons(),
        *_examine_settings(),
        _examine_limits(),
        _examine_office(),
        *(_examine_extra(*extra) for extra in EXTRAS),
        *_examine_plugins(),
        _examine_browser(),
    )


def _examine_python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    fits = (3, 11) <= sys.version_info[:2] <= (3, 12)
    remedy = "" if fits else "install Python 3.11 or 3.12: scispaCy has no wheels for others"
    return Finding("python", version, "runs everything", remedy, broken=not fits)


def _examine_package(name: str, effect: str) -> Finding:
    try:
        return Finding(name, metadata.version(name), effect)
    except metadata.PackageNotFoundError:
        return Finding(name, "missing", effect, LOCKED, broken=True)


def _examine_lexicons() -> Finding:
    effect = "names, cues, units, rules as rows"
    folder = _find_own_lexicons()
    try:
        with overlay(folder):
            found = f"{len(concepts())} concepts in {len(CONCEPT_FILES)} files"
        return Finding("lexicons", f"{found}, with those in {folder}" if folder else found, effect)
    except ClaimsiftError as error:
        return Finding("lexicons", "broken", effect, str(error), broken=True)


def _find_own_lexicons() -> Path | None:
    try:
        return read_settings(None).lexicons
    except ClaimsiftError:
        return None  # told of the settings


def _examine_settings() -> tuple[Finding, ...]:
    try:
        settings = read_settings(None)
    except ClaimsiftError as error:
        return (Finding("settings", "broken", "what you can change", str(error), broken=True),)
    found = DEFAULT_FILE if Path(DEFAULT_FILE).is_file() else "defaults"
    keys = ", ".join(f"{name} = {getattr(settings, name)!r}" for name in Settings.model_fields)
    return Finding("settings", found, keys), _examine_model(settings.model)


def _examine_limits() -> Finding:
    """Whether a page that takes too much costs itself alone."""
    effect = "a page that takes a worker more of either fails, and no other page does"
    try:
        settings = read_settings(None)
    except ClaimsiftError:
        settings = Settings.model_validate({})  # the broken ones are told of the settings
    seconds, size = f"{settings.max_seconds:g} seconds", f"{settings.max_memory / GIGA:g} GB"
    if not can_limit_memory():
        remedy = "this system sets no limit of memory: run in a container or a virtual machine that has one"
        return Finding("limits", f"{seconds} each page; no limit of memory", effect, remedy)
    cores, room = count_cores(), _measure_memory()
    fits = room is None or cores * settings.max_memory <= room
    remedy = "" if fits else _advise(cores, room or 0, settings.max_memory)
    return Finding("limits", f"{seconds} each page, {size} each worker", effect, remedy)


def _advise(cores: int, room: int, most: int) -> str:
    workers = max(1, room // most)
    told = f"{cores} workers may want more together than the {room / GIGA:.1f} GB of this machine"
    return f"{told}: '--workers {workers}' never does" if workers * most <= room else f"{told}: lower max_memory"


def _measure_memory() -> int | None:
    """Bytes of memory that this machine, or the container, has; None where the system does not tell."""
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        told = CONTAINER.read_text().strip() if CONTAINER.is_file() else ""
    except (AttributeError, OSError, ValueError):
        return None
    return min(size, int(told)) if told.isdigit() else size


def _examine_model(name: str | None) -> Finding:
    effect = "adds the entities of a spaCy or scispaCy model to our own finders"
    if name is None:
        return Finding("model", "none chosen", effect, 'optional: model = "en_core_sci_md" in pipeline.toml')
    if Path(name).exists() or find_spec(name) is not None:
        return Finding("model", name, effect)
    remedy = (
        "install the archive that scispaCy's own README links for this model with 'pip install --no-deps <address>'; "
        "never a package of that bare name from an index"
    )
    return Finding("model", f"{name} is missing", effect, remedy, broken=True)


def _examine_office() -> Finding:
    effect = "reads PDF and Word documents"
    if missing := find_missing():
        remedy = "optional: pip install 'claimsift[office]'"
        return Finding("office", f"{' and '.join(missing)} missing", effect, remedy)
    return Finding("office", ", ".join(f"{name} {metadata.version(name)}" for name in PARSERS.values()), effect)


def _examine_extra(package: str, extra: str, effect: str) -> Finding:
    try:
        return Finding(package, metadata.version(package), effect)
    except metadata.PackageNotFoundError:
        return Finding(package, "missing", effect, f"optional: pip install 'claimsift[{extra}]'")


def _examine_plugins() -> Iterator[Finding]:
    effect = "reads, finds or weighs what we do not"
    found = find_plugins()
    for plugin in found.working:
        yield Finding("plug-in", str(plugin), effect)
    for sentence in found.broken:
        yield Finding("plug-in", "broken", effect, f"{sentence}; mend or uninstall it")


def _examine_browser() -> Finding:
    browser = next((path for name in BROWSERS if (path := which(name))), None)
    effect = "only the tests of the report need one"
    return Finding(
        "browser", browser or "none", effect, "" if browser else "install Chromium with your system's package manager"
    )
