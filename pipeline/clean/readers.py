"""Which reader reads what: the content decides, and each reader hands on what is not its own."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from pipeline.clean.html_reader import HtmlReader, ReadStretch, Surroundings
from pipeline.clean.json_reader import JsonReader
from pipeline.clean.layers import Layer
from pipeline.clean.line_reader import LineReader
from pipeline.clean.yaml_reader import find_front_matter, read_front_matter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.clean.drafts import Draft
    from pipeline.page import Source
    from pipeline.settings import Settings


BYTE_ORDER_MARK = "\ufeff"  # counted in every offset, and no part of the first line


class Readers:
    """The readers of one source; they share the numbering of tables."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        numbers = count()
        self.next_table = lambda: next(numbers)

    def read(self, source: Source) -> Iterator[Draft]:
        """The pieces of a source, in the order of the file."""
        layer = Layer(source.text)
        end = len(source.text)
        if source.media_type == "application/json":
            yield from self._json(layer).read_wrapped(0, end)
            return
        start = 1 if source.text.startswith(BYTE_ORDER_MARK) else 0
        if front := find_front_matter(source.text, start, end):
            yield from read_front_matter(layer, front[0], front[1])
            start = front[2]
        if source.media_type == "text/html":
            yield from self.read_html(layer, start, end)
        else:
            yield from self.read_lines(layer, start, end)

    def read_html(self, layer: Layer, start: int, end: int) -> Iterator[Draft]:
        """HTML; text outside any element is read line by line."""
        return HtmlReader(layer, self._surroundings(self.read_lines)).read(start, end)

    def read_lines(self, layer: Layer, start: int, end: int) -> Iterator[Draft]:
        """Plain text or Markdown; the HTML blocks in it are read as HTML."""
        columns = self.settings.max_table_columns
        return LineReader(layer, self._read_embedded, self.next_table, columns).read(start, end)

    def _read_embedded(self, layer: Layer, start: int, end: int) -> Iterator[Draft]:
        """HTML inside Markdown: text outside its elements is one stretch, so that the two do not call each other on."""
        return HtmlReader(layer, self._surroundings(self._read_flat)).read(start, end)

    def _read_flat(self, layer: Layer, start: int, end: int) -> Iterator[Draft]:
        columns = self.settings.max_table_columns
        return LineReader(layer, None, self.next_table, columns).read(start, end)

    def _read_script(self, layer: Layer, start: int, end: int) -> Iterator[Draft]:
        return self._json(layer).read_data(start, end)

    def _json(self, layer: Layer) -> JsonReader:
        return JsonReader(layer, self.read_html, self.read_lines, self.settings.max_nesting)

    def _surroundings(self, read_loose: ReadStretch) -> Surroundings:
        return Surroundings(
            read_loose=read_loose,
            read_script=self._read_script,
            next_table=self.next_table,
            columns=self.settings.max_table_columns,
            nesting=self.settings.max_nesting,
        )
