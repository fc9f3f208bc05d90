"""Words that approve a medicine, and those beside them that make no approval or a refusal of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.schema import Label

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage

APPROVAL = re.compile(
    r"\b(?:(?P<denied>un)?(?:approv(?:ed|al)|regist(?:ered|ration)|authori[sz](?:ed|ation)|licen[sc](?:ed|e|ing)))\b"
    r"|\b(?P<medicine>(?:approved |registered )?prescription (?:medicine|drug)|marketing authori[sz]ation)\b"
    r"|\bapproved (?:medicine|drug)\b"
    r"|\b(?P<market>(?:marketed|launched|on the (?:\w+ )?market"
    r"|(?:took|brought|came|put) (?:\w+ )?(?:to|onto) (?:the )?market"
    r"|(?:entered|reached|came to) the (?:\w+ )?market|cleared"
    r"|green light|go-ahead))\b"
    r"|(?:included|listed|entered) (?:on|in) the (?=ARTG\b|Australian Register\b)"
    r"|(?<=\w )followed(?: suit)?(?= in (?:\w+ )?\d{4}|[.;,]|$)"
    r"|(?:(?:(?<=yet to )|(?<=refused to )|(?<=declined to ))(?P<unwilling>)|(?<=not )|(?<=n't )|(?<=n’t )|(?<=never ))"
    r"(?:approve|licen[sc]e|authori[sz]e)\b(?= )"
    r"|\b(?:withdrawn|pulled|removed|taken) (?:from|off) the (?:[\w.]+ )?market\b"
    r"|\b(?P<nod>approves|authori[sz]es|licen[sc]es|clears|said (?:yes|no)|nod|waved (?:[\w-]+ )?through"
    r"|turned (?:[\w-]+ ){0,2}down|rejected)\b",
    re.IGNORECASE,
)
ANYWHERE = re.compile(
    r"\b(?:anywhere(?: in the world)?|in any (?:country|jurisdiction|market)|worldwide|nowhere|in no country"
    r"|by any (?:(?:global|national|major|drug|health|medicines?|regulatory|other|government(?:al)?|western"
    r"|official|public) ){0,3}(?:agency|regulator|authority|body|country)"
    r"|by no (?:(?:drug|regulatory|health|medicines?) ){0,2}(?:regulator|agency|authority|body|country)"
    r"|no (?:(?:drug|health|medicines?|national|regulatory|major) ){0,3}(?:regulator|agency|body|authority|country)"
    r"|by (?:anybody|anyone|nobody|no[- ]one)|(?:nobody|no[- ]one)(?= (?:has|had|ever))"
    r"|never (?:yet )?been (?:approved|licen[sc]ed|registered|authori[sz]ed)(?! (?:for|as|to|in|by))"
    r"|no approved human indication)\b",
    re.IGNORECASE,
)
# An approval of something else: "approved for research", "registered trial", "registered office".
OTHER_MATTER = re.compile(
    r"^\s*(?:trials?|stud(?:y|ies)|office|trade ?mark|users?|number|clinical trials?|report|protocol|company|in-vitro"
    r"|process(?:es)?|pathways?|dossiers?|requirements?|timelines?|histor(?:y|ies)"
    r"|nurse|dietitian|substances?|for (?:research|laboratory)|suppliers?|peptides|compounds|drugs|products|medicines"
    r"|category|list\b|import\w*|channels?|(?:research|investigational|laboratory)[- ]use|research-only"
    r"|(?:503[AB] )?(?:outsourcing|compounding|manufacturing|production|pharmac\w+)|facilit|labs?)\w*",
    re.IGNORECASE,
)


# "Marketed in the UK as a research chemical", "cleared from the blood": no approval of a medicine.
NO_MEDICINE = re.compile(
    r"^[^.;]{0,40}\bas an? (?:\w+ )?(?:research|cosmetic|dietary|food|supplement|lab)|^\s+(?:from|through|out)\b",
    re.IGNORECASE,
)
# "The FDA cleared it", "the agency gave it the green light": words that only a regulator makes an approval of.
GIVEN_BY = re.compile(r"(?:cleared|green light|go-ahead)", re.IGNORECASE)
REGULATES = re.compile(
    r"\b(?-i:FDA|EMA|MHRA|TGA|PMDA|NMPA|ANVISA|EC)\b|\b(?:regulators?|agency|agencies|authorit(?:y|ies)|commission|ministry"
    r"|Health Canada|Swissmedic|(?:green light|go-ahead) (?:came|followed|was given))\b",
    re.IGNORECASE,
)


def _is_no_approval(passage: Passage, match: re.Match[str]) -> bool:
    """Whether words such as "cleared" and "marketed" tell of something else than a medicine on its market."""
    if match["nod"]:
        return not REGULATES.search(passage.between(*passage.clause(passage.start + match.start())))
    if not match["market"]:
        return False
    if NO_MEDICINE.match(passage.text[match.end() :]):
        return True
    return bool(GIVEN_BY.match(match["market"])) and not REGULATES.search(
        passage.between(*passage.clause(passage.start + match.start()))
    )


# "seeking approval", "an application for registration": nothing is decided yet.
PENDING = re.compile(
    r"\b(?:seek(?:s|ing)?|await(?:s|ing)?|pending|pursu(?:es?|ing)|appl(?:y|ied|ies|ying|ication) for|submitted for"
    r"|recommend(?:s|ed|ing)?(?: the)? (?:granting|grant|conditional|full)"
    r"|toward|before|prior to|until|up for|expect(?:s|ed)?|ahead of|failed to (?:win|gain)|if|unless|whether)"
    r" (?:an? |the |its |their |\w+ |it (?:is|was|were|gets|becomes) (?:ever )?)?$"
    r"|\b(?:love|like|hop(?:es?|ing)|want|wish|wait(?:s|ed|ing)?|plan(?:s|ned|ning)?|likely|expected|due|set|could|might|would|may|will)"
    r"(?: to)?(?: \w+){0,4}? (?:be"
    r"|get|see \w+|become)"
    r"(?: \w+)? $",
    re.IGNORECASE,
)
# "covers substances with no current approval": said of the noun in front.
OF_OTHERS = re.compile(
    r"\b(?:covers?|includes?|including|lists?|for|of|on|against|to) (?:[\w-]+ ){0,2}"
    r"(?:substances|compounds|drugs|peptides|products|medicines|agents) (?:with|without|that (?:have|lack)) "
    r"(?:\w+ ){0,2}$"
    r"|\b(?:everything|anything|whatever|(?:any|every) substance|(?:all )?substances) (?:that|which) [^.;,]{0,32}$"
    r"|\b(?:trials?|stud(?:y|ies))\b[^.;]{0,24}\bnone (?:is|are|was|were|has been|have been) $",
    re.IGNORECASE,
)
# "the active ingredient of a marketed drug", "a copy of an approved product": said of a kind of medicine
OF_A_KIND = re.compile(
    r"\b(?:ingredients?|copy|copies|versions?|components?|form|(?:un)?like|than|from|for) (?:of |in )?"
    r"(?:an?|any|other|another|some|existing|already) (?:\w+ )?$",
    re.IGNORECASE,
)
# "refused a marketing authorisation", "without approval"
REFUSED = re.compile(
    r"\b(?:refus(?:ed|es)|denied|rejected|withheld|declined|revoked|withdrew|withdrawn|without|lacks?|lacking)"
    r" (?:an? |the |its |any |full |formal |\w+ )?$"
    r"|\boutside (?:of )?(?:any|the) (?:[\w-]+ ){0,3}$"
    r"|\b(?:withdrawn|pulled|taken|removed|disappeared|vanished|gone) (?:from|off) (?:the )?(?:\w+ )?$",
    re.IGNORECASE,
)
# "The agency turned it down": words that are a refusal by themselves
REFUSES = re.compile(r"turned|rejected|said no|withdrawn|pulled|removed|taken", re.IGNORECASE)
# "FDA approval was refused in 2014", "approved for nothing"
REFUSED_BEHIND = re.compile(
    r"^\s+(?:(?:was|were|is|has been|have been|had been)\s+(?:\w+ly\s+)?"
    r"(?:refused|denied|rejected|withdrawn|revoked|declined|withheld|not granted)"
    r"|(?:has |had )?(?:lapsed|expired|ended)"
    r"|for (?:nothing|no \w+)|(?:was )?withdrawn|no longer)\b",
    re.IGNORECASE,
)
# "Prescribed for conditions not approved by the FDA", "the only version that is approved": said of the noun in front.
OF_NOUN = re.compile(
    r"\b(?:conditions|uses|purposes|indications|claims|brands?|versions?|doses)(?: (?:that|which) (?:is|are|was|were))?"
    r" not (?:yet |currently )?$",
    re.IGNORECASE,
)
# "Prescribed off-label, it is not approved for that purpose": which one stands elsewhere.
THAT_USE = re.compile(
    r"^\s+for (?:that|this|these|those|such(?: an?)?|either|both) (?:purposes?|uses?|indications?|conditions?)\b",
    re.IGNORECASE,
)
# "Licensed in some territories": where, nobody says.
SOME_PLACES = re.compile(
    r"^[^.;,]{0,40}?\b(?:in|by) (?:(?:over|more than|about|around|at least) )?"
    r"(?:\d+\+?|some|many|several|certain|select(?:ed)?|various|a few|a number of|other|multiple|most|dozens of)"
    r" (?:\w+ ){0,2}(?:countries|territories|markets|regions|jurisdictions|places|nations|regulators|agencies)\b",
    re.IGNORECASE,
)
NEAR = 40  # code points in front of the words of an approval


def names_no_place(passage: Passage, end: int) -> bool:
    """Whether the words behind an approval that ends at page offset `end` leave open in which places it holds."""
    last = passage.clause(end - 1)[1]
    behind = SOME_PLACES.match(passage.between(end, last))
    return behind is not None and not any(end <= m.start < last for m in passage.of(Label.JURISDICTION))


def is_other_matter(behind: str) -> bool:
    """Whether the words behind an approval say that something else is approved."""
    return OTHER_MATTER.match(behind) is not None


# "It is not a prescription medicine there" tells how it is sold.
UNPRESCRIBED = re.compile(r"\b(?:not|no|never|n[’']t) (?:an? )?$", re.IGNORECASE)
# "Both are FDA-approved drugs": a plural that the subject is said to be, and no drugs in general.
SAID_TO_BE = re.compile(r"\b(?:are|were|both|as)\s+(?:[\w-]+\s+)?[\w.()]*[- ]?$", re.IGNORECASE)
KIND = re.compile(r"^\s*(?:peptides|compounds|drugs|products|medicines)\b", re.IGNORECASE)


def is_approval(passage: Passage, match: re.Match[str]) -> bool:
    """Whether words of approval tell of one that was given or refused, to a medicine and not to something else."""
    at = passage.start + match.start(), passage.start + match.end()
    before = passage.between(at[0] - NEAR, at[0])
    if UNPRESCRIBED.search(before) and match[0].casefold().startswith("prescription"):
        return False
    said = KIND.match(passage.text[match.end() :]) and SAID_TO_BE.search(before)
    if (OTHER_MATTER.match(passage.text[match.end() :]) and not said) or _is_no_approval(passage, match):
        return False
    behind = passage.between(at[1], at[1] + NEAR)
    return not (
        names_no_place(passage, at[1])
        or PENDING.search(before)
        or OF_NOUN.search(before)
        or OF_OTHERS.search(before)
        or OF_A_KIND.search(before)
        or THAT_USE.match(behind)
    )


def is_refused(passage: Passage, match: re.Match[str]) -> bool:
    """Whether words of approval deny themselves, or words beside them do: "unapproved", "refused approval"."""
    at = passage.start + match.start(), passage.start + match.end()
    before, behind = passage.between(at[0] - NEAR, at[0]), passage.between(at[1], at[1] + NEAR)
    by_itself = match["denied"] or match["unwilling"] is not None or REFUSES.match(match[0])
    return bool(by_itself or REFUSED.search(before) or REFUSED_BEHIND.match(behind))
