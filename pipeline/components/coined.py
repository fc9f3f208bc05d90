"""Names that nobody lists, by their shape and by where a page writes them: "Examplostatin lowers", "MVT-6020 binds".

A name is coined where it stands alone in a line or opens a sentence; the shape alone says nothing ("again", "CD34").
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.lexicon import LexiconRow, read_rows, remember
from pipeline.schema import Label  # noqa: TC001  (pydantic reads it)

if TYPE_CHECKING:
    from collections.abc import Iterator


class Definition(LexiconRow):
    """What a compound that nobody lists is said to be (`nouns`) in the sentence that introduces it, or how it ends."""

    label: Label
    nouns: tuple[str, ...] = ()
    not_names: tuple[str, ...] = ()  # words that begin such sentences and name nothing
    endings: tuple[str, ...] = ()  # of names that a line or sentence can begin with: "statin", "tide"
    not_codes: tuple[str, ...] = ()  # letters of codes that are genes, cells and catalogue numbers
    makers: tuple[str, ...] = ()  # letters of codes that companies give to their compounds: "AZD"
    things: tuple[str, ...] = ()  # nouns that such a name only describes: "HT22 cells"


# What stands before such a name in its line or sentence: a mark, a number, a question word.
OPENS = r"""(?: ^ | (?<=[.!?]) \s ) [^\w\n]{0,6} (?: \d{1,2} [.)] \s )? (?: (?i:what\ (?:is|are)) \s (?: the \s )? )?"""
# As in "Examplostatin (EX-1): what is known", "Examplostatin | 12 min", "Examplostatin dosing".
ALONE = r"""
    [*_]{0,3} \s? (?: \( [^()\n]{1,60} \) )? [*_]{0,3} \s?
    (?: $ | [:–—?|] | - \s
      | (?: dosing | dosage | half-life | mechanism | benefits | safety | side\ effects | facts | review ) \b )"""
# As in "Examplostatin (EX-1) lowers", "Examplostatin, given under the skin, lowers".
DOES = r"""
    [*_]{0,3} (?: \s \( [^()\n]{1,60} \) )?
    (?: , \s
        (?: an? | the | which | given | also | known | developed | like | by | in | unlike | though | on ) \b
      | (?: \s (?: also | itself | then | only | now | never | mainly ) )? \s
        (?: is | was | has | had | can | may | might | will | would | could | does | did
          | [a-z]{2,20} (?: s | ed ) ) \b )"""
# As in "the related peptide examplostatin".
CALLED = r"""
    \b (?: peptide | hormone | analogue? | agonist | antagonist | inhibitor | mimetic | drug | antibody ) \s"""
# As in "Vectrin", of which no row knows the ending; no word of everyday English but those of the row ends so.
CHEMICAL = r"[a-z]{3,13} [b-df-hj-np-tvz] in"
SAYS = r"""
    (?: (?: \s and \s \w+ | \s et \s al\.? )? ,? \s (?: reported | shows? | showed | sa(?:id|ys) | described ) \b )"""
NO_CLASS = r"""(?! \w* (?: peptide | nucleotide ) )"""


@remember
def coining_pattern() -> re.Pattern[str]:
    """Lines and sentences that begin with a name of such a shape."""
    rows = read_rows("definitions", Definition)
    endings, codes, things = (
        "|".join(re.escape(word) for row in rows for word in getattr(row, part)) or r"(?!)"
        for part in ("endings", "not_codes", "things")
    )
    return re.compile(
        rf"""
        {OPENS}
        (?: (?P<word> {NO_CLASS} [A-Z] (?: [a-z]{{1,16}} (?: {endings} ) | {CHEMICAL} ) (?: -\d{{1,3}} )? )
            (?= {ALONE} | (?! \s (?: {things} ) \b | {SAYS} ) {DOES} )
          | (?P<code> (?! (?: {codes} ) -? \d ) [A-Z]{{2,6}} -? \d{{2,7}} [a-z]? )
            (?! \s (?: {things} | (?: is | was ) \s (?! an? \s ) ) \b ) (?= {DOES} )
          | (?P<headed> [A-Z]{{2,6}} -? \d{{1,7}} [a-z]? ) (?= \s \( [a-z]{{3,16}} (?: {endings} ) \) )
          | (?P<numbered> (?: Peptide | Compound ) [ ] \d{{2,4}} ) (?= {DOES} ) )
        | {CALLED} (?P<called> {NO_CLASS} [a-z]{{3,16}} (?: {endings} ) ) \b
        """,
        re.VERBOSE | re.MULTILINE,
    )


@remember
def system_pattern() -> re.Pattern[str]:
    """Names that follow a system wherever they stand: "JNJ-64565111", "NNC 0165-1875", "acetyl hexapeptide-37"."""
    makers = "|".join(word for row in read_rows("definitions", Definition) for word in row.makers) or r"(?!)"
    return re.compile(
        rf"""
        (?<![\w-])
        (?: (?: {makers} ) [- ]? \d{{3,8}} (?: -\d{{3,5}} )?
          | (?i:(?: acetyl | palmitoyl | myristoyl | biotinoyl | nicotinoyl | caprooyl | trifluoroacetyl ) [ ] )?
            (?i:(?: sh | rh ) - )?
            (?i:(?: di | tri | tetra | penta | hexa | hepta | octa | nona | deca | oligo | poly ) peptide ) -\d{{1,3}}
            (?i:[ ] (?: amide | citrulline ) )? )
        (?![\w-])
        """,
        re.VERBOSE,
    )


def find_coined(text: str) -> Iterator[str]:
    """The names that lines and sentences of a text begin with, by their shape."""
    for match in coining_pattern().finditer(text):
        name = match["word"] or match["code"] or match["headed"] or match["numbered"]
        yield name or match["called"].capitalize()
