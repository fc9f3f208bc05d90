"""Which patterns a text leaves to be tried: never fewer than those that are found in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extract.needs import Index, find_needs, fold
from pipeline.extract.qualifiers import Qualifier
from pipeline.extract.rules import find_readers, readers
from pipeline.lexicon import Rule, read_rows

if TYPE_CHECKING:
    from collections.abc import Callable

LETTERS = "abikKsIKSſıİKßµΣςé5 -"


@pytest.mark.parametrize(
    ("pattern", "needs"),
    [
        (r"raises?\b", {"raise", "raises"}),
        (r"\b(?:up|down)-regulat(?:es|ed)\b", {"up-regulates", "up-regulated", "down-regulates", "down-regulated"}),
        (r"(?<!not )(?:was|were) shown(?= to)", {"was shown", "were shown"}),
        (r"half-?li(?:fe|ves) of \d+", {"half-life of ", "halflife of ", "half-lives of ", "halflives of "}),
        (r"n[’']t \w+ing", {"n’t ", "n't "}),
        (r"(?P<object>\w+) binds", {" binds"}),
        (r"(?:ab){2}c+d", {"ab"}),
        (r"x{0}y\.5", {"y.5"}),
        (r"(?i:CAS) (?-i:No)", {"cas no"}),
    ],
)
def test_the_words_that_a_match_holds(pattern: str, needs: set[str]) -> None:
    assert find_needs(pattern) == frozenset(needs)


@pytest.mark.parametrize("pattern", [r"\d+\w+|mg", r"a*", r"(?:dose)?", r"[^a]", r"(\w)\1", r"\x41", r"é", "", r"(a|)"])
def test_nothing_is_needed_where_nothing_is_sure(pattern: str) -> None:
    assert find_needs(pattern) is None


def test_patterns_come_in_their_order_and_only_those_that_may_be_found() -> None:
    index = Index([r"binds to", r"\w+\d", r"[↑⬆]", r"kDa\b", r"blocks?"])
    assert index.list_candidates("It BLOCKS what binds to it.") == [0, 1, 4]
    assert index.list_candidates("2 KDA ↑") == [1, 2, 3]
    assert index.list_candidates("") == [1]


def test_letters_that_stand_for_others_without_regard_to_case() -> None:
    letters = [chr(number) for number in range(0x110000)]
    for letter in re.findall("[a-z]", "".join(letters), re.IGNORECASE):
        assert re.fullmatch(fold(letter), letter, re.IGNORECASE)
        assert fold(letter).isascii()
    cased = [letter for letter in letters if letter.lower() != letter.upper()]
    others = "".join(letter for letter in letters if letter.lower() == letter.upper())
    assert re.findall(f"[{''.join(cased)}]", others, re.IGNORECASE) == []


def _patterns() -> st.SearchStrategy[str]:
    """Patterns of all kinds of syntax that rows use."""
    plain = st.text(LETTERS + "[]().?+*|^${}\\", min_size=1, max_size=5).map(re.escape)
    sets = st.sampled_from(
        [r"[ab]", r"[k-s]", r"[^a]", r"[-–]", r"[]a]", r"[\]s]", r"\w", r"\d", r".", r"\s", r"\b", "^", r"\."]
    )

    def widen(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        groups: list[Callable[[str], str]] = [
            lambda part: f"(?:{part})",
            lambda part: f"({part})",
            lambda part: f"(?>{part})",
            lambda part: f"(?i:{part})",
            lambda part: f"(?={part})",
            lambda part: f"(?!{part})",
        ]
        group = st.builds(lambda wrap, part: wrap(part), st.sampled_from(groups), inner)
        signs = st.sampled_from(["?", "*", "+", "{2}", "{0,1}", "{1,}", "{,2}", "??", "+?", "*+"])
        repeated = st.builds(lambda part, sign: f"(?:{part}){sign}", inner, signs)
        letter = st.builds(lambda one, sign: re.escape(one) + sign, st.sampled_from(LETTERS), signs)
        row = st.lists(inner, min_size=1, max_size=4).map("".join)
        choice = st.lists(inner, min_size=2, max_size=4).map(lambda parts: f"(?:{'|'.join(parts)})")
        return st.one_of(group, repeated, letter, row, choice)

    return st.recursive(st.one_of(plain, plain, sets), widen, max_leaves=8)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_no_pattern_is_left_out_that_is_found(data: st.DataObject) -> None:
    pattern = data.draw(_patterns())
    try:
        compiled = re.compile(pattern, re.IGNORECASE)
    except re.error:  # a look behind of any length
        return
    made = [] if "(?>" in pattern or "*+" in pattern else [st.from_regex(compiled)]  # which hypothesis cannot read
    text = data.draw(st.one_of(st.text(LETTERS), *made))
    if compiled.search(text) or re.compile(pattern).search(text.lower()):
        assert Index([pattern]).list_candidates(text) == [0]


def test_every_rule_is_tried_where_it_is_found() -> None:
    rows = [*read_rows("rules", Rule), *read_rows("qualifiers", Qualifier)]
    texts = [re.sub("[«»]", "", text) for row in rows for text in (*row.fires, *row.spares)]
    for text in texts:
        tried = {reader.rule.id for reader in find_readers(text)}
        found = {reader.rule.id for reader in readers() if any(reader.find(text, text.lower()))}
        assert found <= tried
        assert len(tried) < len(readers()) / 3
