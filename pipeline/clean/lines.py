"""Why a single line is furniture: by its words, and by its form.

"Add to cart" is known by its words, "$32", "3 comments" and "Home | Shop | FAQ" by their form.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from pipeline.clean.furniture import (
    CAMEL,
    LINK_LIST,
    MEASURED,
    FurnitureRow,
    find_row,
    is_about_site,
    menu_words,
    tag_words,
)
from pipeline.clean.words import has_digit, split_letters, split_words
from pipeline.schema import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.clean.drafts import Draft

# "$32", "€40.00 – €55.00", "USD 12", "From $20", "49.00 € / vial", "$59.00 $49.00"
PRICE = re.compile(
    r"""
    (?: from:?\s+ )?
    (?: (?: [$€£] | (?:USD|EUR|GBP) ) \s? \d[\d.,]* (?: \s?[-–—/\s]\s? [$€£]? \d[\d.,]* )?
      | \d[\d.,]* \s? (?: [$€£] | (?:USD|EUR|GBP)\b ) )
    (?: \s* (?: per | / | each ) \s* \w* )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
# 2026-06-16T15:44:19: a machine's time, which nobody writes into a sentence
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
# "March 3, 2024", "Updated 2024-03-03", "Sat 4 May 2024 08.00 BST"
DATE_LINE = re.compile(
    r"""
    (?: (?: (?:Mon|Tue|Tues|Wed|Wednes|Thu|Thurs|Fri|Sat|Satur|Sun)(?:day)?\.?,?
          | Updated | Published | Posted | Reviewed | Revised | Modified | Date | On ) :? \s+ )?
    (?: \d{1,2}\s+[A-Z][a-z]{2,8}\.?,?\s+\d{4} | [A-Z][a-z]{2,8}\.?\s+\d{1,2},?\s+\d{4} | \d{4}-\d\d-\d\d
      | (?<=[a-z:]\s) [A-Z][a-z]{2,8}\s+\d{4} )
    (?: ,?\s+ (?:at\s+)? \d{1,2}[:.]\d\d (?:\s?[ap]m)? (?:\s+[A-Z]{2,4})? )?
    """,
    re.VERBOSE,
)
# "By Jane Doe", "by A. B. Doe, PhD"
BYLINE = re.compile(
    r"[Bb]y\s+(?:the\s+)?[A-Z][\w.'’-]*(?:,?\s+[A-Z][\w.'’-]*){0,4}(?:\s+on\s+\w{1,9}\.?\s[\w,]{1,9}\s\d{4})?"
)
# What a short line is by its form alone, from its first sign to its last.
FORM = re.compile(
    r"""
      (?P<comments> \(?\d[\d.,]*k?\+?\s+ (?:customer\s+)?        # "3 comments", "(1.2k views)"
        (?:comments?|reviews?|views|likes?|shares?|ratings?|followers|replies|upvotes|downloads) \)?
      | (?:hits|visitors|views?|likes?|(?:up|down)?votes?|comments?|shares?|downloads?) :?\s* \d[\d.,]*k? )
    | (?P<byline> (?:about\s)?\d{1,3}\s (?:minutes?|hours?|days?|weeks?|months?|years?) \s ago    # "3 weeks ago"
      | (?:asked|answered|posted|viewed) \s [^.]{0,40}\d.{0,20} )
    | (?P<embed> \d{1,2}:\d\d (?:\s*/\s*\d{1,2}:\d\d)? | episode\s\d{1,4}\b.{0,40} )
    | (?P<reviews> (?:rat(?:ed|ing):?\s+)? \d(?:[.,]\d+)? \s*(?:/|out\s+of)\s*5 \b.{0,60} )   # "4.8 out of 5 stars"
    | (?P<contact> [\w.+-]{1,60}@[\w-]{1,60}(?:\.[\w-]{1,30}){1,4} | \+\d[\d\s().-]{7,18}
      | (?:(?:tele)?(?:phone|tel\b|fax|hotline)[:.]?\s+ \+?[\d(][\d\s().,/or-]{1,40}){1,3}       # "Phone 555 0100"
        (?:\S{1,60}@\S{1,60})?
      | .{0,60}\bP\.?O\.?\ Box\s\d.{0,80}
      | (?:[\w&.'’\ -]{1,60}+,\s+)? \d{1,5}[a-z]?\s+ (?:[A-Z][\w'’.-]*\s+){1,4}                # "12 Nowhere Lane, Town"
        (?:Street|St\.|Lane|Road|Rd\.|Avenue|Ave\.?|Boulevard|Blvd\.?|Drive|Suite|Square) \b.{0,80} )
    | (?P<tags> (?:\#[a-z][\w/-]{1,40}[\s,]*){1,12} )                                           # "#peptides #sleep"
    | (?P<footer> (?:\(c\)|copyright) \s+ (?:©\s*)? (?:19|20)\d\d.{0,200}
      | (?:vat|company|registration) \s (?:(?:id|no|number|reg)\.?:?\s)* [a-z]{0,3}\d[\d\s]{5,20}\W{0,2} )
    | (?P<page> version\s\d[\d.]{0,8} (?:\s?[·|,;–-].{1,60})?
      | (?:volume\s\d{1,3},|issue\s(?:no\.?\s)?\d{1,4}\b) .{0,80} )
    | (?P<quantity> [-–—+−×✕✖|]{1,3} )
    | (?P<navigation> [ru]/\w{2,30}
      | (?:go\s)?(?:back|return)\sto\s (?:(?:the|all|our)\s)? (?-i:[A-Z])[\w&]*(?:\s[\w&]+){0,2}
      | (?:(?:prev(?:ious)?|«|‹)\s+)? (?:(?:\d{1,4}|…|\.\.\.)\s+){2,12}           # "1 2 3 … 14 Next"
        (?:next|last|older|»|›|→)\W{0,3} )
    | (?P<call> (?:shop|buy|order|get|try|explore|discover|browse) \s+ (?:\S{1,30}\s+){0,6}
        (?:now|online|today|here) \W{0,3}                                                       # "Buy Examplin online"
      | (?:shop|buy|order) \s (?-i:[A-Z]\S{1,30}) (?:\s\S{1,20}){0,2} (?<![.;:])
      | (?:download|view|print|save|open|see|get|request) \s (?:\S{1,20}\s){0,4}
        (?:pdf|coas?|sheet|report|certificate|brochure|of\sanalysis) (?:\s\(pdf\))? \W{0,2} )
    """,
    re.VERBOSE | re.IGNORECASE,
)
# One of these begins what holds neither a digit nor an address and has such a form; in lower case.
FORM_SIGNS = frozenset("#-–—+−×✕✖|«‹….")
FORM_STARTS = frozenset({
    "r/", "u/", "go ", "bac", "ret", "pre", "sho", "buy", "ord", "get", "try", "exp", "dis", "bro", "dow", "vie", "pri",
    "sav", "ope", "see", "req", "pho", "tel", "fax", "hot"
})  # fmt: skip
# where the group is not named after it
FORM_REASONS = {"quantity": "price or quantity", "call": "call to action", "page": "page number"}
EMAIL = re.compile(r"[\w.+-]@[\w-]{1,60}\.[a-zA-Z]{2}")
# For example "15% off" and "Save up to $20"; not "15% off-target".
REBATE = re.compile(
    r"\b\d{1,2}\s?%\s+(?:off|discount)\b(?![-\w])|\b(?:save\s+(?:up\s+to\s+)?|discounts?\s+(?:from|of)\s+)[$€£]?\d",
    re.IGNORECASE,
)
STARS = re.compile("[★☆⭐👍👎]")
# "For a full profile, see our guide", "For sourcing info, visit Example Library"; not "For a review, see ref. 4"
REFERRAL = re.compile(
    r"""
    for \s [^.,\d\[\]()]{3,90} ,? \s (?:please\s)?
    (?: (?:visit|check\sout|browse) \s [^\d\[\]]{3,120}
      | (?:contact|call|email|write\sto) \s [^\[\]]{3,120}
      | (?:see|read|use|try|check|consult|explore) \s [^\d\[\]]{0,60}
        \b (?: our | guide | pages? | site | website | shop | store | articles? | calculator | library ) \b
        [^\[\]]{0,80} )
    """,
    re.VERBOSE | re.IGNORECASE,
)
# A style sheet or a script that was pasted with its page.
CODE = re.compile(
    r"\{\s*[\w-]{2,40}\s*:[^{};]{1,200}[;}]|\b(?:window|document|console|jQuery|dataLayer)\.\w|\bfunction\s*\w{0,40}\("
    r"|\bgtag\(|=>\s*\{|\bvar\s+\w{1,40}\s*="
)
# "Cart (0)", "3 comments": the number is not what the line is about
COUNT = re.compile(r"^\(?\d[\d.,]*k?\+?\)?\s+|\s*\(\d[\d.,]*\+?\)$", re.IGNORECASE)
# "Example Labs Research Team · Research Team", "The Editorial Staff"
TEAM = re.compile(r"(?:[A-Z][\w&.'’-]*\s+){1,6}(?:Team|Staff|Editors|Desk)(?:\s*[·|,–-]\s*[\w ]{1,40})?")
# "factorsBDNFpeptide", "drivenResearch": two words that lost what stood between them; not "MetGluHis"
JOINT = re.compile(r"[a-z]{4}(?=[A-Z])|[A-Z]{2}(?=[a-z]{4})")
CRUMB_SIGNS = "›»>"
CRUMB = re.compile(r"\w\s+[›»>]\s+[^›»>]{1,60}\s+[›»>]\s+\w")  # Shop › Peptides › Examplin
# "page 1 of 3", "Sheet 118 of 240", "Page 1/1"
PAGE_NUMBER = re.compile(r"\b(?:page|sheet|p\.)\s?\d{1,4}\s?(?:of|/)\s?\d{1,4}\b", re.IGNORECASE)
# For example "Posted 22 January 2025", "Example Digest, last checked 11 February 2025" and "Sheet printed 14.10.2024".
DATED_LINE = re.compile(
    r"""
    (?: \b last\s+ (?:updated|reviewed|checked|revised|modified|verified|edited|approved|changed?)
      | \b (?: posted | compiled | printed | accessed | retrieved )
      | ^ (?: published | received | updated | revised | reviewed ) ) \b
    (?:\s+(?:on|in))? \s* [:–—-]? \s*
    (?: \d{1,2}(?:st|nd|rd|th)?\s+[A-Za-z]{3,9}\.?,?\s+\d{4} | [A-Za-z]{3,9}\.?\s+\d{1,2},?\s+\d{4}
      | [A-Za-z]{3,9}\s+\d{4} | \d{4}-\d\d(?:-\d\d)? | \d\d/\d{4} | \d{1,2}[./]\d{1,2}[./]\d{4} ) (?!\w)
    """,
    re.VERBOSE | re.IGNORECASE,
)
DATED_STEMS = (
    "last ",
    "posted",
    "compiled",
    "printed",
    "accessed",
    "retrieved",
    "ublished",
    "eceived",
    "pdated",
    "evi",
)
PAGE_NOUNS = frozenset({
    "leaflet", "page", "article", "document", "post", "sheet", "guide", "content", "information", "text"
})  # fmt: skip
NO_DATED_LINE = frozenset({"was", "were", "is", "are", "has", "have", "been", "first", "study", "trial", "paper"})
# What may stand behind the date: nothing, a mark, or "by"; not "Published in March 1996, the trial …".
AFTER_DATE = re.compile(r"\s*(?:$|[·|;.(—–-]|,(?!\s(?:the|a|an|this|that|it)\b)|by\b|[A-Z0-9])")
MONEY = re.compile(r"(?:[$€£]|\b(?:USD|EUR|GBP))\s?\d|\d\s?(?:[€£]|(?:USD|EUR|GBP)\b)")
CURRENCIES = ("$", "€", "£", "USD", "EUR", "GBP")
OFFER_WORDS = frozenset({
    "buy", "save", "order", "orders", "ship", "ships", "shipping", "travel", "discount", "coupon", "cart", "checkout",
    "vial", "vials", "pack", "packs", "off", "bulk", "per", "subscribe", "month", "price", "only", "from", "binder"
})  # fmt: skip
MENU_MARK = re.compile(r"\s+[|•·/›»>→–-]\s+")
MENU_SIGN = re.compile(r"[|•·/›»>→–-]\s")  # many times faster to look for
CRUMB_MARK = re.compile(r"\s+[/›»>→]\s+")
ARROWS = "←→›»↗"
# "↓ Download the certificate", "See below ↓"; "Cortisol ↓" tells of an effect
POINTS_DOWN = re.compile(
    r"^↓\W*(?:scroll|download|see|read|jump|go|more|click|tap|open|show|view|skip|continue)\b"
    r"|\b(?:scroll|download|see|read|jump|go|more|below|click|tap|here|down|view|page|list|section|comments)\W*↓$",
    re.IGNORECASE,
)

FIELDS = frozenset({BlockKind.FRONT_MATTER, BlockKind.METADATA})

LINE_WORDS = 60  # words of the longest line that can be furniture
TAG_WORDS = 12
MENU_WORDS = 24
DATED_WORDS = 20  # words of a line that says when the page was written
GLUED = 2  # joints that make a line of tags
PAGE_KINDS = frozenset({
    "Article", "BlogPosting", "NewsArticle", "MedicalWebPage", "WebPage", "FAQPage", "Article.author",
    "BlogPosting.author", "NewsArticle.author", "MedicalWebPage.author", "WebPage.author"
})  # fmt: skip
FORM_CHARS = 240  # characters of a line whose form is looked at
KEY_CHARS = 30  # characters of the name before a colon
KEY_LINE_WORDS = 25  # ... of a line that holds no more than what the name announces


def why_line(draft: Draft, words: Counter[str]) -> str | None:
    """Why a single piece of a page is furniture. `words` counts the words of the whole page."""
    text = draft.text
    if draft.kind in FIELDS:
        return _why_field(draft.key or "")
    if draft.kind is BlockKind.REFERENCE:
        return None
    if draft.kind is BlockKind.PARAGRAPH and _is_code(text):
        return "script"
    if len(text) > LINE_WORDS * 10:
        return None
    is_short = text.count(" ") < TAG_WORDS
    if is_short and ":" in text and TIMESTAMP.search(text):
        return "byline"
    if draft.kind is BlockKind.TABLE_ROW:
        return _why_row(draft)
    if reason := _why_form(text) or (_why_short_form(draft) if is_short else None):
        return reason
    if reason := _why_glued(text, words):
        return reason
    if draft.level and not draft.bare:
        return None
    return why_words(text) or ("navigation" if text.count(" ") < MENU_WORDS and _is_menu(text) else None)


def _why_field(key: str) -> str | None:
    """Why a field is none of the subject's: it is the page's own, "author" or "Article.datePublished"."""
    kind, _, name = key.rpartition(".")
    row = find_row("page-field", name) if not kind or kind in PAGE_KINDS else None
    return row.reason if row else None


def is_furniture(text: str) -> bool:
    """Whether a line is furniture, wherever it stands."""
    is_formed = _name_form(text, is_numbered=has_digit(text)) is not None
    return is_formed or why_words(text) is not None or _is_menu(text)


def why_words(text: str) -> str | None:
    """Why a line, or a sentence that opens or closes a paragraph, is furniture by its words."""
    row = _find_key(text) or find_row("line", text) or _find_counted(text)
    if row is None and text[:4] in {"For ", "for "} and REFERRAL.fullmatch(text):
        return "call to action"
    if row is None:
        return "site notice" if is_about_site(text) and not find_row("disclaimer", text) else None
    # A regulatory statement can hide in a footer.
    return None if row.reason == "footer" and find_row("disclaimer", text) else row.reason


def _find_counted(text: str) -> FurnitureRow | None:
    """The row that knows a line but for a number in front or in brackets behind it: "Cart (0)"."""
    bare = drop_count(text)
    return find_row("line", bare) if bare != text else None


def drop_count(text: str) -> str:
    """A line without a number in front, or in brackets behind it."""
    return COUNT.sub("", text) if text[-1] == ")" or text[0] == "(" or text[0].isdigit() else text


def why_sentence(text: str) -> str | None:
    """Why a sentence that opens or closes a paragraph is furniture."""
    if text.count(" ") >= LINE_WORDS or len(text) > LINE_WORDS * 10:
        return None
    is_numbered = has_digit(text)
    if is_numbered and _is_dated(text):
        return "page date"
    if _is_address(text):
        return "contact"
    form = _name_form(text, is_numbered=is_numbered) if len(text) <= FORM_CHARS else None
    return form if form in {"footer", "contact"} else why_words(text)


def _is_address(text: str) -> bool:
    """Whether a short line is there for the address in it: "Corrections: desk@example.org"."""
    return "@" in text and text.count(" ") < TAG_WORDS and EMAIL.search(text) is not None and not MEASURED.search(text)


def _find_key(text: str) -> FurnitureRow | None:
    """The row that knows the name before a colon: "Tags: sleep, memory"."""
    colon = text.find(":", 1, KEY_CHARS)
    return find_row("key", text[:colon]) if colon > 0 and text.count(" ") < KEY_LINE_WORDS else None


def _is_code(text: str) -> bool:
    has_sign = "{" in text or "('" in text or '("' in text or "();" in text or "||" in text or " = " in text
    return has_sign and CODE.search(text) is not None


def _why_form(text: str) -> str | None:
    if BYLINE.fullmatch(text):
        return "byline"
    is_numbered = has_digit(text)
    if is_numbered and (reason := _why_number(text)):
        return reason
    if _is_address(text):
        return "contact"
    form = _name_form(text, is_numbered=is_numbered) if len(text) <= FORM_CHARS else None
    return FORM_REASONS.get(form, form) if form else None


def _why_number(text: str) -> str | None:
    """Why a line with a number is furniture: it is a date or a price."""
    if DATE_LINE.fullmatch(text):
        return "byline"
    if _is_dated(text):
        return "page date"
    return "price or quantity" if PRICE.fullmatch(text) else None


def _name_form(text: str, *, is_numbered: bool) -> str | None:
    """The form that a line has from its first sign to its last; a few cheap looks spare most lines the long one."""
    start = text[:3].casefold()
    has_start = start in FORM_STARTS or start[:2] in FORM_STARTS or text[0] in FORM_SIGNS
    if not (is_numbered or has_start or "@" in text):
        return None
    form = FORM.fullmatch(text)
    return form.lastgroup if form else None


def _why_short_form(draft: Draft) -> str | None:
    """Why a line of few words is furniture, by its form."""
    text = draft.text
    if TEAM.fullmatch(text):
        return "byline"
    if draft.kind is not BlockKind.ANSWER and (_is_offer(text) or _is_rebate(text)):
        return "offer"
    if ("/" in text or " of " in text) and PAGE_NUMBER.search(text):
        return "page number"
    if not text.isascii() and STARS.search(text):
        return "reviews"
    if text[0] in ARROWS or text[-1] in ARROWS or POINTS_DOWN.search(text):
        return "navigation" if text[0] == "←" else "call to action"
    is_copyright = draft.ordinal == "c" and text[:2] in {"19", "20"} and text[:4].isdigit()  # "(c) 2020 Example Labs"
    if is_copyright:
        return "footer"
    return "navigation" if any(map(text.__contains__, CRUMB_SIGNS)) and CRUMB.search(text) else None


def _why_row(draft: Draft) -> str | None:
    """Why a row of a name and a value is furniture: its name says so, or what stands beside it is a date or price."""
    key = next((draft.text[cell.start : cell.end] for cell in draft.cells if cell.is_head), "")
    values = [draft.text[cell.start : cell.end] for cell in draft.cells if not cell.is_head]
    if len(draft.cells) == len(("size", "price")) and not values:  # the heads of a price list
        price = find_row("key", draft.text[draft.cells[1].start :])
        return price.reason if price and price.reason == "price or quantity" else None
    if len(values) != 1 or not values[0]:
        return None
    if PRICE.fullmatch(values[0]):
        return "price or quantity"
    row = find_row("key", key) or (find_row("line", key) if draft.table is None else None)
    return row.reason if row and (row.where == "key" or row.reason == "byline") else None


def _is_dated(text: str) -> bool:
    """Whether a line with a digit says when the page was written, printed or checked, and little else."""
    if text.count(" ") >= DATED_WORDS:
        return False
    folded = text.casefold()
    if not any(stem in folded for stem in DATED_STEMS):
        return False
    dated = DATED_LINE.search(text)
    if not dated:
        return False
    before = split_words(text[: dated.start()])
    is_of_page = NO_DATED_LINE.isdisjoint(before) or not PAGE_NOUNS.isdisjoint(before[:2])
    return is_of_page and bool(AFTER_DATE.match(text, dated.end()))


def _is_offer(text: str) -> bool:
    """Whether a short line offers something for money: "€54.00 per vial, €49.00 from 5 vials"."""
    money = MONEY.search(text) if any(map(text.__contains__, CURRENCIES)) else None
    if money is None:
        return False
    return money.start() == 0 or not OFFER_WORDS.isdisjoint(split_words(text)) or bool(MONEY.search(text, money.end()))


def _is_rebate(text: str) -> bool:
    return ("%" in text or "ave" in text or "iscount" in text) and REBATE.search(text) is not None


def _is_menu(text: str) -> bool:
    """Whether a line is several links of a menu: "Home | Shop | FAQ", "Previous issue | Next issue", "Home / Blog"."""
    parts = [part for part in MENU_MARK.split(text) if part] if MENU_SIGN.search(text) else []
    if len(parts) > 1:
        return 2 * sum(map(_is_link, parts)) > len(parts) or _is_crumb(text)
    return _count_links(split_words(text)) >= LINK_LIST


def _is_link(part: str) -> bool:
    """Whether a part of a line is a link of a menu, or a name, date, price or counter as they stand beside links."""
    if BYLINE.fullmatch(part) or DATE_LINE.fullmatch(part) or PRICE.fullmatch(part):
        return True
    if _name_form(part, is_numbered=has_digit(part)):
        return True
    bare = drop_count(part)
    return find_row("line", bare) is not None or _count_links(split_words(bare)) > 0


def _is_crumb(text: str) -> bool:
    """Whether a line leads from the front of a site to this page: "Home / Peptides / Examplin"."""
    mark = CRUMB_MARK.search(text)
    return mark is not None and find_row("crumb", text[: mark.start()]) is not None


def _count_links(words: tuple[str, ...]) -> float:
    """How many links of menus follow each other in the words of a line; 0 if anything else stands among them."""
    links = menu_words()
    count, at = 0.0, 0
    while at < len(words):
        taken = next((length for length in (4, 3, 2, 1) if words[at : at + length] in links), 0)
        if not taken:
            return 0
        count += links[words[at : at + taken]]
        at += taken
    return count


def _why_glued(text: str, words: Counter[str]) -> str | None:
    """Why a line of links or tags without anything between is furniture: "Semaxneurotrophic factorsBDNFpeptide"."""
    if text.count(" ") >= TAG_WORDS or text[-1] in ".!?:;," or "-" in text:
        return None
    parts = [part for part in CAMEL.split(text) if part]
    if len(parts) >= LINK_LIST and GLUED * sum(split_words(part) in menu_words() for part in parts) > len(parts):
        return "navigation"
    joints = len(JOINT.findall(text))
    rest = [token for token in text.split() if not joints or not JOINT.search(token)]
    if joints + len(rest) < GLUED:
        return None
    while joints < GLUED and rest:
        joints += _is_two_words(rest.pop(), words)
    return "tags" if joints >= GLUED else None


def _is_two_words(token: str, words: Counter[str]) -> bool:
    if not token.isalpha():
        return False
    folded = token.casefold()
    if words.get(folded, 0) > 1:
        return False
    tags = tag_words()
    return any(
        (folded[:cut] in words or folded[:cut] in tags) and (folded[cut:] in words or folded[cut:] in tags)
        for cut in range(3, len(folded) - 2)
    )


def count_words(drafts: Iterable[Draft]) -> Counter[str]:
    """How often each word of the page stands in it, in lower case."""
    counts: Counter[str] = Counter()
    for draft in drafts:
        counts.update(split_letters(draft.text))
    return counts
