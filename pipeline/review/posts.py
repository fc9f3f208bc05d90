"""What a browser sends when a reviewer decides, held to its form before it becomes a line of the decisions file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field, ValidationError

from pipeline.decisions import LONGEST_SEEN, MOST_SEEN
from pipeline.errors import UsageError
from pipeline.schema import SCHEMA_VERSION, Decision, ErrorType, Record, Verdict

LONGEST_POST = 262_144  # bytes; a decision with the longest note and all passages stays below

Id = Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,80}$")]
Short = Annotated[str, Field(max_length=500)]


class Post(Record):
    """A decision as it is sent: without its time, which is the server's, and bounded in every field."""

    conflict_id: Id
    fingerprint: Id
    verdict: Verdict
    value: Short | None = None
    context: Short | None = None
    error_type: ErrorType | None = None
    note: Annotated[str, Field(max_length=4000)] | None = None
    seen: Annotated[tuple[Annotated[str, Field(max_length=10 * LONGEST_SEEN)], ...], Field(max_length=MOST_SEEN)] = ()
    withdrawn: bool = False
    reviewer: Annotated[str, Field(min_length=1, max_length=100, pattern=r"\S")]


def read_post(body: bytes, *, now: datetime | None = None) -> Decision:
    """The decision that a browser sent, at this time. Raises UsageError that says what is wrong with it."""
    try:
        post = Post.model_validate_json(body, strict=False)
        time = now or datetime.now(UTC)
        values = {name: getattr(post, name) for name in Post.model_fields}
        return Decision(**values, time=time, schema_version=SCHEMA_VERSION)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the body"
        message = f"{where}: {first['msg']}."
        raise UsageError(message) from error
