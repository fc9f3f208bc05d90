"""Rows on cues, citations, sentences, furniture, labels and languages against their examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.clean.about import LanguageRow, name_language
from pipeline.clean.fields import LabelRow, find_label
from pipeline.clean.furniture import FurnitureRow, find_row
from pipeline.components.citations import CitationWords, find_citations
from pipeline.components.cues import Stop, cue_rows, find_cues
from pipeline.components.sentences import Abbreviation, SentenceStart, find_sentences
from pipeline.lexicon_check.examples import find_missing_examples, read_marks, show

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.lexicon import (
        CueRow,
    )
    from pipeline.page import Mention


def find_cue_faults(row: CueRow) -> Iterator[str]:
    """Examples whose marked words a cue does not reach, or in which it should be silent and is not."""
    if not row.fires and row.effect != "pseudo":
        yield "has no example in 'fires'; mark what the cue reaches"
    if not row.spares:
        yield "has no example in 'spares'; add a near text in which it must be silent"
    for marked in row.fires:
        text, spans = read_marks(marked)
        if len(spans) != 1 or not any(_reaches(mention, row.id, *spans[0]) for mention in find_cues(text)):
            yield f"does not reach what '{marked}' marks; mend the phrase, its reach, or the example"
    for text in row.spares:
        found = [mention.how for mention in find_cues(text)]
        if found if row.effect == "pseudo" else row.id in found:
            yield f"'{text}' holds a cue ({', '.join(found)}); mend the phrase or the example"


def _reaches(mention: Mention, row_id: str, start: int, end: int) -> bool:
    cue = mention.cue
    return mention.how == row_id and cue is not None and cue.scope_start <= start and end <= cue.scope_end


def find_stop_faults(row: Stop) -> Iterator[str]:
    """Examples in which the first cue's scope does not end at the marked stop, or ends although nothing stops it."""
    for cue in set(row.leading) - cue_rows().keys():
        yield f"'leading' names {cue}, which is no row; see cues.jsonl"
    for marked in row.fires:
        text, spans = read_marks(marked)
        end = _first_scope_end(text)
        if len(spans) != 1 or end is None or end > spans[0][0]:
            yield f"no scope ends where '{marked}' marks it; mend the phrase or the example"
    for text in row.spares:
        end = _first_scope_end(text)
        if end is None or text[end:] != ".":
            yield f"the scope of the first cue in '{text}' does not reach its full stop; mend the phrase or the example"


def _first_scope_end(text: str) -> int | None:
    first = next(iter(find_cues(text)), None)
    return first.cue.scope_end if first is not None and first.cue is not None else None


def find_citation_faults(row: CitationWords) -> Iterator[str]:
    """Examples whose citations are not those that are marked, or that hold one and should not."""
    for marked in (*row.fires, *row.spares):
        text, spans = read_marks(marked)
        found = list(dict.fromkeys((mention.start, mention.end) for mention in find_citations(text)))
        if found != spans:
            yield f"citations of '{marked}' are found at {show(text, found)}; mend the words or the example"


def find_abbreviation_faults(row: Abbreviation) -> Iterator[str]:
    """Examples that an abbreviation cuts, or (with a mark where a sentence begins) does not cut."""
    if not row.fires:
        yield "has no example in 'fires'; add a sentence that goes on behind the abbreviation"
    for text in row.fires:
        if _split(text) != [text]:
            yield f"'{text}' is cut into {_split(text)}; mend the words or the example"
    yield from _find_uncut(row.spares)


def find_start_faults(row: SentenceStart) -> Iterator[str]:
    """Examples in which no sentence begins at the marked word."""
    if not row.fires:
        yield "has no example in 'fires'; add two sentences with the first word of the second «marked»"
    yield from _find_uncut(row.fires)


def _find_uncut(examples: Iterable[str]) -> Iterator[str]:
    for marked in examples:
        before, _, after = marked.partition("«")
        wanted = [before.strip(), after.replace("»", "")]
        if _split(read_marks(marked)[0]) != wanted:
            yield f"no sentence begins where '{marked}' marks it; mend the words or the example"


def _split(text: str) -> list[str]:
    return [text[start:end] for start, end in find_sentences(text)]


def find_furniture_faults(row: FurnitureRow) -> Iterator[str]:
    """Examples that are not known as this furniture, or are known as furniture and should not be."""
    yield from find_missing_examples(row.fires, row.spares)
    for text in row.fires:
        found = find_row(row.where, text.strip("«»"))
        if found is None or found.reason != row.reason:
            yield f"'{text}' is {found.reason if found else 'no furniture'}, not {row.reason}; mend phrase or example"
    for text in row.spares:
        if (found := find_row(row.where, text)) is not None:
            yield f"'{text}' is taken for {found.reason} ({found.id}), which it should not be; mend phrase or example"


def find_label_faults(row: LabelRow) -> Iterator[str]:
    """Examples in which the marked field name is not read as one of this row, or another text is."""
    for marked in row.fires:
        label, _, value = marked.removeprefix("«").partition("» ")
        found = find_label(f"{label} {value}")
        if found != (len(label), len(label) + 1) or label.casefold() not in row.names:
            yield f"no field begins where '{marked}' marks its name; mend the names or the example"
    for text in row.spares:
        if find_label(text) is not None and text.partition(" ")[0].casefold() in row.names:
            yield f"'{text}' is read as a field, which it should not be; mend the names or the example"


def find_language_faults(row: LanguageRow) -> Iterator[str]:
    """Examples that are told to be in another language."""
    for text in row.fires:
        if (told := name_language(text)) != row.id:
            yield f"'{text}' is told to be {told or 'of no language'}; add frequent words, or mend the example"
    for text in row.spares:
        if name_language(text) == row.id:
            yield f"'{text}' is told to be of this language, which it should not be; mend the words or the example"
