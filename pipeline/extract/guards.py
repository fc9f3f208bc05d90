"""What keeps words from making the claim that they would make elsewhere: descriptions, controls, the course of life."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.absence import is_after, is_scarce, lacks_drug
from pipeline.extract.chains import GRADES
from pipeline.extract.classes import (
    OUTCOMES,
    is_describing,
    is_given_other,
    is_of_another,
    is_probe,
    names_another,
    tells_a_target,
    tells_an_ill,
)
from pipeline.extract.effects import (
    JOINED,
    LONGEST_TURN,
    OPPOSITE,
    is_lost,
    is_pushed,
    is_range,
    is_transitive,
    is_undone,
)
from pipeline.extract.hopes import is_advice, is_interaction, is_no_finding, is_unowned
from pipeline.extract.kinds import opens_as_kind
from pipeline.extract.objects import PASSIVE
from pipeline.extract.verbs import fill_in
from pipeline.lexicon import remember
from pipeline.schema import BlockKind, Label

if TYPE_CHECKING:
    from pipeline.extract.passages import Passage
    from pipeline.lexicon import Rule
    from pipeline.page import Mention

# "elevated blood sugar blunts", "due to reduced appetite": a participle that only describes its noun.
DESCRIBING = re.compile(
    r"\b(?:(?:from|due to|caused by|consistent with|because of|despite|in response to|secondary to|during"
    r"|(?:effects?|impact|influence|actions?) on)\s+(?:an?\s+|the\s+)?|with an?\s+"
    r"|(?:had|have|has|with)\s+(?:a\s+)?\w+ed\s+(?:or|and)\s+"
    r"|models?\s+of\s+(?:\w+ly\s+)?"
    r"|(?:failure|patients?|people|adults|those|men|women|mice|rats|animals|subjects|volunteers|disease|diabetes)\s+with\s+)$",
    re.IGNORECASE,
)
# "GLP-1, a hormone released after meals": a participle behind the noun that explains a name.
IN_APPOSITION = re.compile(
    r",\s+(?:an?|the)\s+(?:[\w-]+\s+){0,3}(?:hormone|peptide|protein|molecule|factor|cytokine|enzyme|substance)\s+"
    r"(?:(?:that|which) (?:is|are)\s+)?$",
    re.IGNORECASE,
)
# "Given alongside a reduced-calorie diet and increased physical activity": what goes with a drug.
ADJUNCT = re.compile(
    r"\b(?:during|in the course of)\s+$"
    r"|\b(?:alongside|adjuncts? to|in addition to|combin\w+ with|together with|along with|in conjunction with)\b"
    r"[^.;]{0,60}$",
    re.IGNORECASE,
)
FIRST_WORD = re.compile(r"^\W*$")


# "More collagen, less wrinkle depth.": an answer without a verb.
SHORT_ANSWER = re.compile(
    r"(?!.*\b(?:is|are|was|were|be|has|have|had|do|does|did|can|may|will|would|means?|makes?|needs?|helps?|sounds?|seems?|\w+ed)\b)"
    r".{4,64}",
    re.IGNORECASE | re.DOTALL,
)


# "In Crohn's, where immunity is compromised": how things are in an illness.
HOW_IT_IS = re.compile(
    r"\b(?:where|in wh(?:ich|om)|whose)\s+(?:[\w'’-]+\s+){1,5}(?:is|are|was|were|becomes?)\s+(?:\w+ly\s+)?\w+ed$",
    re.IGNORECASE,
)
# "Lowering blood sugar helps prevent kidney damage": what happens by whatever means.
BY_ANY_MEANS = re.compile(
    r"^[^,;:.]{3,90}?\s(?:helps?|can|may|might|could|will|would|should|is|are|has|have|leads?|requires?|remains?|means|makes?"
    r"|allows?|plays?|becomes?|offers?|provides?|contributes?)\b",
    re.IGNORECASE,
)


# "Worsening heart failure not reduced": the noun has a verb of its own.
WORSENING = re.compile(r"(?:worsening|increasing|rising|declining|falling|improving)", re.IGNORECASE)
CHANGED_LATER = re.compile(r"\b(?:not|was|were|did|rose|fell|less|more|un\w+ed|reduced|prevented)\b", re.IGNORECASE)


# "Semax, a tweaked bit of ACTH"
ARTICLE = re.compile(r"\b(?:an?|the|this|another)\s+(?:\w+ly\s+)?$", re.IGNORECASE)
PIECE_OF = re.compile(
    r"^\s+(?:bit|piece|part|fragment|version|form|variant|copy|cousin|stretch|cut|(?P<kind>analog(?:ue)?|derivative))\s+of\b",
    re.IGNORECASE,
)


# "An engineered peptide from ACTH", "the stabilized analogue"
A_KIND = re.compile(
    r"^\s+(?:[\w-]+\s+){0,2}?(?:\w*peptides?|analog(?:ue)?|molecule|fragment|version|variant|derivative|compound)\b",
    re.IGNORECASE,
)


def is_participle(rule: Rule, passage: Passage, start: int, end: int) -> bool:
    """Whether the words from `start` to `end` only describe the noun behind them."""
    if rule.predicate not in ("increases", "decreases", "modulates", "inhibits"):
        return False
    before = passage.between(passage.clause(start)[0], start)
    if rule.id in GRADES and FIRST_WORD.match(before) and passage.block.kind not in OUTCOMES:
        if passage.block.question is not None and SHORT_ANSWER.fullmatch(passage.text):
            return False
        return not is_observed(passage, start, end)
    if WORSENING.fullmatch(passage.between(start, end)) and FIRST_WORD.match(before):
        return CHANGED_LATER.search(passage.between(end, passage.clause(start)[1])) is not None
    behind = passage.between(end, passage.clause(start)[1])
    if passage.between(start, end).endswith("ing"):
        return bool(FIRST_WORD.match(before) and passage.block.kind not in OUTCOMES and BY_ANY_MEANS.match(behind))
    if not passage.between(start, end).endswith("ed"):
        return rule.id in GRADES and DESCRIBING.search(before) is not None  # "men with lower scores"
    if HOW_IT_IS.search(passage.between(passage.clause(start)[0], end)) and not behind.startswith(" by "):
        return True
    if rule.predicate in OPPOSITE and _state_before(OPPOSITE[rule.predicate]).search(before):
        return True
    piece = PIECE_OF.match(passage.between(end, end + LONGEST_TURN))
    if (
        DESCRIBING.search(before)
        or IN_APPOSITION.search(before)
        or ADJUNCT.search(before)
        or (piece is not None and (piece["kind"] or ARTICLE.search(before)))
        or (A_KIND.match(behind) and ARTICLE.search(before))
    ):
        return True
    return (
        bool(FIRST_WORD.match(before)) and passage.block.kind not in OUTCOMES and not is_observed(passage, start, end)
    )


# "Reduced cortisol was seen", "there was a rise in BDNF": a change is the grammatical subject of its being seen.
OBSERVED = re.compile(
    r"^[^.;:]{3,110}?\b(?:was|were|(?:has|have|had) been)\s+(?:\w+ly\s+|also\s+|then\s+){0,2}"
    r"(?:seen|observed|noted|noticed|found|reported|detected|documented|recorded|measured|described|evident|apparent"
    r"|demonstrated|shown|confirmed|present|obtained|achieved|registered)\b",
    re.IGNORECASE,
)
THERE_WAS = re.compile(
    r"\bthere (?:was|were|(?:has|have|had) been)\s+(?:[^.;:]{3,60}?,?\s+(?:and|but)\s+)?(?:(?:an?|also|no|\w+ly"
    r"|significant|marked|clear|small|slight|modest|mild"
    r"|large|strong|robust|transient|further|dose-dependent|notable|measurable|substantial|rapid|\d+ ?%)\s+){0,4}$",
    re.IGNORECASE,
)


HARMS = re.compile(r"(?:side|adverse|unwanted)[- ]", re.IGNORECASE)
# "Benefits include faster healing, reduced pain": a list of what was seen.
BENEFITS = re.compile(
    r"\W*(?:[\w-]+\s+){0,3}(?:benefits?|effects?|outcomes|findings|improvements|advantages|concerns|risks|drawbacks|downsides)\b(?:\s+(?:of|for|in)\s[^.;:]{2,40}?)?\s+"
    r"(?:include[sd]?|including|are|were)\b",
    re.IGNORECASE,
)


# "Improved attention and mental stamina.": a sentence that is nothing but what came about.
OUTCOME_ALONE = re.compile(
    r"""
    \W* (?: improved | enhanced | increased | reduced | decreased | boosted | accelerated | lowered | strengthened
          | elevated | diminished | heightened ) \s
    (?: (?! \b (?: is | are | was | were | be | been | has | have | had | do | does | did | can | may | might | could
               | will | would | should | must | it | they | you | we | which | that | who | helps? | leads? | means?
               | makes? | requires? | occurs? | causes? | results? | by | to | if | when | because | risks? ) \b )
        [^.;:?!()] ){3,120} [.!]? \W*
    """,
    re.IGNORECASE | re.VERBOSE,
)
# "Signs of deficiency", "What happens with age": what a list of such outcomes is of, when no drug brings them about.
ON_ILLS = re.compile(
    r"\b(?:symptoms?|signs?|deficien\w+|without|lack\w*|low|loss|ag(?:e|es|ed|e?ing)|causes?|why|decline"
    r"|side[- ]effects?|adverse|warnings?|risks?|stress|disease|disorder|syndrome|injur\w+)\b",
    re.IGNORECASE,
)


def _is_outcome_alone(passage: Passage, start: int) -> bool:
    """Whether a whole sentence is a list of what came about, below a heading that is not on an illness."""
    opens = FIRST_WORD.match(passage.between(passage.start, start)) is not None
    return opens and OUTCOME_ALONE.fullmatch(passage.text) is not None and not ON_ILLS.search(passage.block.title)


def is_observed(passage: Passage, start: int, end: int) -> bool:
    """Whether the change that the words from `start` to `end` tell is said to have been seen."""
    first, last = passage.clause(start)
    before = passage.between(first, start)
    if BENEFITS.match(before) or HARMS.match(passage.between(start, end)):
        return True
    if COURSE_OF_LIFE.search(passage.between(first, last)):
        return False
    if THERE_WAS.search(before) or _is_outcome_alone(passage, start):
        return True
    return LEADING_WORDS.fullmatch(before) is not None and OBSERVED.match(passage.between(end, last)) is not None


def is_reported(rule: Rule, passage: Passage, start: int, end: int, skip: tuple[Mention, ...]) -> bool:
    """Whether a change was seen in a clause that names no compound but those that changed, in `skip`."""
    if rule.predicate not in JOINED or not is_observed(passage, start, end):
        return False
    first, last = passage.clause(start)
    return not any(first <= m.start < last and m not in skip for m in passage.of(Label.COMPOUND))


LEADING_WORDS = re.compile(
    r"\W*(?:(?:in|on|after|with|at) [^,;]{2,60},\s+)?(?:[^,;]{4,60}\sand\s)?"
    r"(?:(?:an?|the|also|no|\w+ly|[\d.]+[- ]?fold|(?:two|three|four|five|six|ten)[- ]?fold|significant"
    r"|marked|clear|small|slight|modest|mean|average|median|overall"
    r"|mild|large|strong|robust|transient|further|dose-dependent|notable|measurable|substantial|rapid"
    r"|\d+ ?%(?:\s\([^()]{1,48}\))?)\s+){0,4}",
    re.IGNORECASE,
)


@remember
def _state_before(predicate: str) -> re.Pattern[str]:
    """A verb in front of a participle that only says how things were: "lowers" of "lowers elevated cortisol"."""
    downs = "<down:verb>|<change:verb>|<inhibit:verb>"
    kinds = f"<up:verb>|{downs}" if predicate == "increases" else downs  # "prevents reduced memory"
    return re.compile(fill_in(rf"(?<![\w-])(?:{kinds})\s+(?:(?:the|already|\w+ly)\s+)*$"), re.IGNORECASE)


# A label in front of a list item ("Pathway modulation: ...") asserts nothing; a longer head is a clause.
LONGEST_LABEL = 6  # words
# "Retatrutide activates three receptors: GLP-1, …": a clause whose objects follow.
COUNTS_THEM = re.compile(
    r"\b(?:two|three|four|five|both|multiple|several|\d)\s+(?:[\w-]+\s+){0,3}"
    r"(?:receptors|pathways|hormones|cytokines|systems|enzymes|targets)\W*$",
    re.IGNORECASE,
)


def is_label(passage: Passage, start: int) -> bool:
    """Whether the words at `start` stand in the short head of a list item or field that is no kind of thing."""
    head = next((cell for cell in passage.block.cells if cell.is_head), None)
    if head is None or passage.block.kind is BlockKind.TABLE_ROW or not head.start <= start < head.end:
        return False
    short = len(head.text.split()) <= LONGEST_LABEL and COUNTS_THEM.search(head.text) is None
    return short and not opens_as_kind(passage)


# "Insulin sensitivity improved in mice" tells of an experiment; "cortisol rises in the morning" tells of life.
CAME_ABOUT = re.compile(
    r"^(?:\w+ed|rose|grew|fell|shrank|went|crept|shot|came|was|were|became|stayed|sank|sped|did(?: not|n[’']t)|had"
    r"|lost|ran|slept|ate|swam|learnt|felt|shed|held|burnt|saw"
    r"|(?:is|are) (?:\w+ly |also |likewise |thereby |thus )?(?:enhanced|stimulated|inhibited|suppressed|promoted"
    r"|potentiated|up-?regulated|down-?regulated|attenuated|boosted|blunted|dampened|abolished|strengthened|accelerated|slowed|prevented"
    r"|facilitated|induced|improved|restored|not (?:\w+ly )?(?:touched|affected|altered|changed|influenced|improved)))"
    r"\b",
    re.IGNORECASE,
)


def is_seen(passage: Passage, start: int, last: int) -> bool:
    """Whether something changed in animals, by the words from `start` to the end of the clause at `last`."""
    first = passage.clause(start)[0]
    animals = [m for m in passage.of(Label.SPECIES) if first <= m.start < last]
    return bool(animals and CAME_ABOUT.match(passage.between(start, last)))


# "As blood pressure rises": what happens by itself, and not what a compound did.
HABIT = re.compile(
    r"^(?:rises?|falls?|climbs?|drops?|go(?:es)?|is|are|becomes?|improves?|strengthens?|recovers?|accelerates?|deepens?|lessens?"
    r"|eases?|subsides?|fades?|shrinks?|declines?|diminish(?:es)?|weakens?|dwindles?|slows|abates?|accumulates?|builds?|follows?)\b",
    re.IGNORECASE,
)


# "Rises within 30 minutes of administration": what happens by then is what a compound does.
ON_DOSING = re.compile(
    r"^[^.;,]{0,60}\b(?:administration|injections?|doses?|dosing|treatment|infusion|instillation)\b|^\s+within\b",
    re.IGNORECASE,
)


# "IGF-1 did not change in the placebo arm" is said of the placebo.
CONTROLS = re.compile(
    r"\b(?:in|on|with|among|under|by) (?:(?:\w+|\d+) (?:of|out of) (?:the )?(?:\w+|\d+) )?(?:the |those (?:on|given) )?"
    r"(?:placebo|controls?|vehicle|untreated|sham)\b(?!-)",
    re.IGNORECASE,
)
# "Fell by 16 % on the drug and rose by 3 % on placebo": each arm has its own verb.
ON_DRUG = re.compile(
    r"\b(?:on|with|in|among|under|given|received|got) (?:the |those (?:on|who (?:got|received)) |people on )*(?:the )?"
    r"(?:drug|treatment|treated|active|peptide|verum|medication)\b",
    re.IGNORECASE,
)
NEXT_VERB = re.compile(
    r"(?:,|\band|\bbut|;)\s+(?:\w+ly\s+)?(?:rose|fell|grew|increased|decreased|dropped|went|by|only|not|did)\b",
    re.IGNORECASE,
)
# "An effect lost once FPR2 was blocked", "when cortisol rises"
SUPPOSED = re.compile(r"\b(?:once|when|whenever|if|unless)\b", re.IGNORECASE)
# "Independent of changes in proliferation"
SET_ASIDE = re.compile(
    r"\b(?:independent(?:ly)? of|regardless of|irrespective of|unrelated to)\s+(?:any\s+)?$"
    r"|\b(?:despite|in response to|even (?:with|under))\s+(?:[\w-]+\s+){1,4}$"  # "despite constant GHRH stimulation"
    r"|\b(?:power|powered|able|designed|enough) to (?:detect|see|show|assess|measure)\s+(?:\w+\s+){0,2}$"
    r"|\b(?:stop|keep|prevent|block|save|protect|spare|shield|guard|bar|hinder|discourag)(?:p?ed|s|p?ing|e|es|ing)?\s[^.;,]{1,48}"
    r"\bfrom\s+(?:\w+ly\s+)?$"  # "stops DPP-4 from cutting GLP-1"
    r"|\brather than (?:simply|merely|just|only)\s+(?:\w+ly\s+)?$"  # "rather than simply inducing sleep"
    r"|\b(?:warnings?|bans?) (?:for|about|of|on|against)\s+(?:[\w-]+\s+){1,4}$"  # "the warning for rash was lifted"
    r"|\bnot\s+(?:the\s+)?[\w-]+,\s+(?:which|that)\s+(?:\w+ly\s+)?$"  # "hits MC4R, not MC1R, which drives"
    r"|\d\s?% or\s+$"  # "lost 20 % or more of their body weight"
    r"|\b(?:those|medications|medicines|drugs|agents)\s+(?:(?:that|which)\s+)?(?:\w+ly\s+)?$"  # "those affecting sleep"
    r"|\b(?:who|people|men|women|patients|users|those|you|anyone|athletes)\s+(?:(?:may|simply|just|are)\s+)?"
    r"(?:wants?|wish(?:es)?|hopes?|seeks?|looking|wanting|wishing|hoping|trying|seeking)\s+to\s+(?:\w+ly\s+)?$"
    r"|\b(?:takes?|taking|took|uses?|used|using|buys?)\s+(?:[\w-]+\s+){1,3}for\s+$"  # "people take it for raising BDNF"
    r"|\beffects? on\s+(?:[\w-]+\s+){1,3}$"  # "studied for its effects on inflammation modulation"
    r"|\bnot (?:indicated|intended|approved|licen[sc]ed|meant|designed)\b[^.;:]{0,48}?\bto\s+(?:\w+ly\s+)?$",
    re.IGNORECASE,
)


def is_set_aside(rule: Rule, passage: Passage, start: int) -> bool:
    """Whether words in front say that what follows plays no part."""
    return rule.predicate in JOINED and bool(SET_ASIDE.search(passage.between(start - LONGEST_TURN, start)))


def is_silent(rule: Rule, passage: Passage, start: int, end: int) -> bool:
    """Whether the words from `start` to `end` say nothing of their own."""
    return (
        is_label(passage, start)
        or is_participle(rule, passage, start, end)
        or is_set_aside(rule, passage, start)
        or tells_an_ill(rule, passage, start)
        or tells_a_target(rule, passage, start)
        or is_lost(rule, passage, start)
        or is_pushed(rule, passage, start, end)
        or is_range(rule, passage, start, end)
        or is_of_another(rule, passage, start, end)
        or is_imagined(rule, passage)
        or is_probe(rule, passage, start)
        or names_another(rule, passage, start)
        or is_unowned(passage, start)
        or is_advice(rule, passage, start, end)
        or is_interaction(passage, start, end)
        or is_no_finding(rule, passage, start, end)
        or is_transitive(rule, passage, start, end)
        or is_after(rule, passage, start)
        or is_scarce(rule, passage, start)
        or is_undone(rule, passage, start, end)
        or is_describing(passage, start, end)
        or is_set_beside(rule, passage, start)
        or is_untested(rule, passage, start)
        or is_given_other(rule, passage, start)
    )


# "The difference between native humanin and the G14 analogue", "more of a signal than a memory enhancer", "cut from its
# precursor CAP-18 (18 kDa)"
BESIDE = {
    "analog-before": re.compile(
        r"\b(?:and the|between|versus|vs\.?|than|from)\s+(?:the\s+|an?\s+)?(?:[\w-]+\s+)?$", re.IGNORECASE
    ),
    "mass-unit": re.compile(
        r"\b(?:precursor|pro-?protein|carrier|receptor|enzyme)s?\s+[\w-]+\s\([^()]{0,12}$", re.IGNORECASE
    ),
    "up-agent": re.compile(r"\bthan\s+(?:an?\s+|the\s+)?(?:[\w-]+\s+){0,4}$", re.IGNORECASE),
}
BESIDE["law-bulks-list"] = re.compile(r"\bagainst (?:including|adding|placing|listing)\b[^.;]*$", re.IGNORECASE)
# "The record that exists belongs to the individual peptides"
BESIDE["class-belongs"] = re.compile(
    r"\b(?:records?|evidence|literature|data|findings?|research|credit|name|claims?)\b(?:\s+[\w-]+){0,4}\s+$",
    re.IGNORECASE,
)
# "A pathway distinct from the cAMP-driven signalling of GHRH"
BESIDE["act-dependent"] = re.compile(
    r"\b(?:distinct|different|separate|apart) from\s+(?:the\s+)?[\w-]*$", re.IGNORECASE
)
BESIDE["down-agent"] = BESIDE["up-agent"]


def is_set_beside(rule: Rule, passage: Passage, start: int) -> bool:
    """Whether what the words at `start` make of a name is only set beside the compound."""
    beside = BESIDE.get(rule.id)
    return beside is not None and beside.search(passage.between(start - LONGEST_TURN, start)) is not None


# "No RCT tests Semax for increasing memory": nobody says that it does not.
UNTESTED = re.compile(
    r"\b(?:no|zero|neither)\s+(?:[\w-]+\s+){0,4}?(?:trials?|stud(?:y|ies)|RCTs?|work|research|data)\b[^.;]{0,60}?"
    r"\b(?:test|examin|evaluat|assess|investigat|stud|validat|support|look)\w*\b[^.;]{0,60}\b(?:for|in)\s[^.;]{0,60}$",
    re.IGNORECASE,
)


def is_untested(rule: Rule, passage: Passage, start: int) -> bool:
    """Whether what the words at `start` tell is only what no study has tested a compound for."""
    return rule.predicate in JOINED and UNTESTED.search(passage.between(passage.clause(start)[0], start)) is not None


# "Rodents have greater density"
OF_BODY = re.compile(r"\b(?:the|your|our) body\s+$", re.IGNORECASE)  # "a disease in which the body produces too much"
HAVING = re.compile(r"\b(?:has|have|contains?|needs?|needed|requires?)\b", re.IGNORECASE)
BY_ANOTHER = re.compile(r"\w+ed\s+by\s", re.IGNORECASE)  # "GLP-1 is released by cells of the gut"
AGAINST_CONTROLS = re.compile(r"\b(?:than|compared|versus|vs|relative|against|instead)\b", re.IGNORECASE)


def is_control(rule: Rule, passage: Passage, start: int) -> bool:
    """Whether an effect without a named subject is that of a control, of another agent, or only supposed."""
    if rule.predicate not in JOINED:
        return False
    first, last = passage.clause(start)
    before = passage.between(first, start)
    own = before[before.rfind(", ") + 1 :]  # "When given by the nose, it raised"
    if (
        OF_BODY.search(before)
        or lacks_drug(passage, first, start)
        or SUPPOSED.search(own)
        or (rule.id in GRADES and HAVING.search(before))
    ):
        return True
    by_another = rule.predicate != "acts_through" and BY_ANOTHER.match(passage.between(start, last))
    if by_another and PASSIVE.search(before):
        return True
    clause = passage.between(first, last)
    if not CONTROLS.search(clause) or AGAINST_CONTROLS.search(clause):
        return False
    piece = passage.between(start, last)
    piece = piece[: match.start()] if (match := NEXT_VERB.search(piece)) is not None else piece
    return CONTROLS.search(piece) is not None or not ON_DRUG.search(piece)


def is_habit(rule: Rule, passage: Passage, start: int, end: int) -> bool:
    """Whether the words from `start` to `end` tell what something does by itself."""
    if rule.id not in ("up-rose", "down-fell") or not HABIT.match(passage.between(start, end)):
        return False
    if CAME_ABOUT.match(passage.between(start, passage.clause(start)[1])):
        return False
    return not ON_DOSING.search(passage.between(end, passage.clause(start)[1]))


def is_told_of(passage: Passage, start: int, last: int) -> bool:
    """Whether something changed once, as in an experiment, and not with age or in an illness: "while NGF fell"."""
    behind = passage.between(start, last)
    if not CAME_ABOUT.match(behind) and not ON_DOSING.search(behind):
        return False
    return not COURSE_OF_LIFE.search(behind) and not any(start < m.start < last for m in passage.of(Label.DISEASE))


COURSE_OF_LIFE = re.compile(
    r"\b(?:with age|ageing|aging|over time|over the years|puberty|menopause|pregnancy|sleep|exercise|stress|meals?"
    r"|fasting|night|morning|patients?|people|adults?|elderly)\b",
    re.IGNORECASE,
)


# "If a half-life of two hours could be reached", "suppose it had a purity of": nothing that anybody says is so.
IMAGINED = re.compile(
    r"^\W*(?:if|were|had)\b[^.;]*\b(?:would|could|might)\b|^\W*(?:suppose|imagine|assume|let us say)\b"
    r"|\b(?:would|should|could) (?:(?:then|only|still) )?(?:be (?:ideal|nice|better|enough|needed|useful|desirable"
    r"|necessary)"
    r"|(?:have|need) to be)\b",
    re.IGNORECASE,
)


def is_imagined(rule: Rule, passage: Passage) -> bool:
    """Whether a number is only imagined, or one of things in general."""
    if not rule.dimension or rule.predicate in JOINED:
        return False
    return IMAGINED.search(passage.text) is not None or is_general(passage)


# "Most peptides have a half-life of minutes", "A drug must be approved by the FDA": said of all of a kind.
GENERAL = re.compile(
    r"^\W*(?:(?:most|many|all|some|few|clinical|early|late|new|other|several|human|animal|small|approved|typical"
    r"|phase \w+)\s+){0,3}"
    r"(?:(?:peptides|drugs|compounds|medicines|products|vendors|substances|proteins|biologics)\s+(?:must|have|need|are|can|approved)"
    r"|(?:peptides|drugs|trials|studies)\s+(?:usually|typically|generally|often|normally|mostly|enrol))\b"
    r"|^\W*an?\s+(?:\w+\s+)?(?:drug|medicine|half-life|trial|study|purity|shelf[- ]life|dose|placebo)\s+(?:is|must"
    r"|has to|needs to|should|can|means)\b"
    r"|^\W*the (?:FDA|EMA|agency|MHRA)\s+(?:only\s+)?(?:requires|regulates|demands"
    r"|approves(?=\s(?:\w+\s){0,2}(?:drugs?|medicines?|products?|compounds?|medications?|therap|treatments?|only|after|when)))",
    re.IGNORECASE,
)


def is_general(passage: Passage) -> bool:
    """Whether a sentence speaks of all things of a kind, and of no compound in particular."""
    return GENERAL.match(passage.text) is not None
