"""What a result can be written as, and the choices of each kind."""

from __future__ import annotations

from enum import StrEnum


class Format(StrEnum):
    """What a result can be written as."""

    DUCKDB = "duckdb"
    SQLITE = "sqlite"
    JSONL = "jsonl"
    PARQUET = "parquet"
    XLSX = "xlsx"
    LABEL_STUDIO = "label-studio"
    DOCCANO = "doccano"
    WEB_ANNOTATION = "web-annotation"
    BRAT = "brat"
    SARIF = "sarif"
    NANOPUB = "nanopub"


class LabelFormat(StrEnum):
    """The formats of tools in which people change labels."""

    LABEL_STUDIO = "label-studio"
    DOCCANO = "doccano"
    BRAT = "brat"


class Of(StrEnum):
    """What is labelled: claims by their predicate, or mentions by their label."""

    CLAIMS = "claims"
    MENTIONS = "mentions"


class By(StrEnum):
    """What parts tables: the predicate parts the claims; the year of publication parts what documents bear."""

    PREDICATE = "predicate"
    YEAR = "year"
