"""What a user can change: one frozen model, read from one TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from pipeline.errors import UsageError
from pipeline.schema import Record, Severity

DEFAULT_FILE = "pipeline.toml"
# Bytes: libraries reserve 1.4 GB in each worker, of which they use a fifth.
LEAST_MEMORY = 2_000_000_000


class Settings(Record):
    """All settings with their defaults. A key that is not here is an error, so a typo cannot pass unseen."""

    model: str | None = Field(None, description="name or folder of a spaCy model whose entities are used as well")
    lexicons: Path | None = Field(None, description="folder with rows of your own, laid over the lexicons that ship")
    ignore: tuple[str, ...] = Field((), description="glob patterns, relative to RAW, of files that are no sources")
    keep_furniture: bool = Field(default=False, description="also make claims from dropped blocks")
    max_bytes: Annotated[int, Field(gt=0)] = Field(25_000_000, description="a larger file is refused")
    max_line: Annotated[int, Field(gt=0)] = Field(5_000_000, description="a file with a longer line is refused")
    max_blocks: Annotated[int, Field(gt=0)] = Field(200_000, description="a page with more blocks is refused")
    max_mentions: Annotated[int, Field(gt=0)] = Field(500_000, description="a page with more mentions is refused")
    max_pages: Annotated[int, Field(gt=0)] = Field(2000, description="a PDF or Word document with more is refused")
    max_seconds: Annotated[float, Field(gt=0)] = Field(600, description="a document that takes a worker longer fails")
    max_memory: Annotated[int, Field(ge=LEAST_MEMORY)] = Field(
        4_000_000_000, description="bytes; a document for which a worker needs more fails"
    )
    max_stances: Annotated[int, Field(gt=0)] = Field(
        100, description="a page that says more different things on one matter is not compared on it"
    )
    max_compared: Annotated[int, Field(gt=0)] = Field(
        1000, description="of more different things on one matter, those of the pages that say most are not compared"
    )
    max_table_columns: Annotated[int, Field(gt=0)] = Field(200, description="cells beyond this are not read")
    max_nesting: Annotated[int, Field(gt=0)] = Field(500, description="HTML or JSON nested deeper is read flat")
    follow_links: bool = Field(default=False, description="read files that symbolic links inside RAW lead to")
    claims_in_memory: Annotated[int, Field(gt=0)] = Field(
        500_000, description="claims compared at a time, 3 kB each; more are sorted on disk first (the extra sql)"
    )
    tolerances: Mapping[str, Annotated[float, Field(ge=0, lt=1)]] = Field(
        default_factory=dict,
        description="by predicate: share of the larger of two numbers up to which they are one; default by predicate",
    )
    severities: Mapping[str, Severity] = Field(
        default_factory=dict,
        description="by predicate: what a conflict on it weighs before it is rated; default by predicate",
    )
    not_compared: tuple[tuple[str, ...], ...] = Field(
        (),
        description="groups of glob patterns, relative to RAW: sources of one group are not compared with each other",
    )
    jurisdictions: tuple[str, ...] = Field(
        (), description="English names of those of interest: conflicts on a status elsewhere are info; none: all are"
    )

    def __hash__(self) -> int:
        return hash(self.model_dump_json())


# Settings that change conflicts alone, and nothing of what one document gives.
ABOUT_CONFLICTS = frozenset(
    {
        "claims_in_memory", "jurisdictions", "max_compared", "max_stances", "not_compared", "severities", "tolerances",
    }
)  # fmt: skip


def read_settings(path: Path | None) -> Settings:
    """Settings from a TOML file; the defaults where there is none. Its `lexicons` are relative to its folder.

    >>> read_settings(None).max_pages
    2000

    Raises UsageError with the file, the key and what is wrong.
    """
    if path is None:
        path = Path(DEFAULT_FILE)
        if not path.is_file():
            return Settings.model_validate({})
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        message = f"{path}: there is no such settings file; leave out --settings for the defaults."
        raise UsageError(message) from error
    except (OSError, ValueError, RecursionError) as error:  # too many digits and too many brackets among them
        message = f"{path}: cannot be read as TOML ({error}); mend that line."
        raise UsageError(message) from error
    try:
        settings = Settings.model_validate(values, strict=False)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        message = f"{path}: setting '{key}': {first['msg']}; 'claims doctor' lists the settings."
        raise UsageError(message) from error
    if settings.lexicons is None:
        return settings
    return settings.model_copy(update={"lexicons": path.parent / settings.lexicons})
