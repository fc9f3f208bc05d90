"""Files that want to hurt: each names what it attacks. All are made here; none is anybody's page."""

from __future__ import annotations

import io
import json
import os
import random
import sys
import zipfile
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

GOOD = "# Selank\n\nThe half-life of Selank is 2 minutes. Selank has 7 residues.\n"
MANY = 30_000  # repetitions of what a careless pattern would try in every order
TEXT = "The half-life of Selank is 2 minutes."
# Those that take more than 2 s of a processor each, and two thirds of what all take.
COSTLY = frozenset(
    {
        "many-keys.json", "stream-bomb.pdf", "many-headings.md", "linked-data.html", "repeated-percents.md",
        "repeated-call-outs.md", "many-blocks.html", "wide-table.md", "repeated-call-out-ranges.md",
        "long-heading.md", "repeated-plus-minus.md", "repeated-quotes.md",
    }
)  # fmt: skip

# ---------------------------------------------------------------------------------------------- what patterns try

REPEATED = {
    "letters": "a",
    "digits": "1",
    "spaces": " ",
    "tabs": "\t",
    "no-break-spaces": "\u00a0",
    "empty-lines": "\n",
    "returns": "\r",
    "commas": "1,",
    "points": "1.",
    "dashes": "1-",
    "en-dashes": "1–",
    "plus-minus": "±1",
    "powers": "10^",
    "superscripts": "10⁻⁹",
    "thousands": "1,000",
    "percents": "1%",
    "units": "mg/kg/",
    "ranges": "from 1 to ",
    "number-words": "twenty-",
    "open-brackets": "[",
    "open-parentheses": "(",
    "call-outs": "[1]",
    "call-out-ranges": "[1–9",
    "years": "2001, ",
    "authors": "Smith et al. ",
    "author-years": "(Smith, 2001; ",
    "identifiers": "10.1000/",
    "cas-numbers": "12-34-",
    "addresses": "http://a.",
    "one-letter-residues": "ACDEFGHIK",
    "three-letter-residues": "Ala-",
    "spelled-residues": "alanyl-",
    "fragments": "ACTH(1-",
    "formulas": "C2H",
    "names": "GLP-1 ",
    "compounds": "Semax, ",
    "conjunctions": "and or ",
    "negations": "not neither nor ",
    "prepositions": "of the of ",
    "hedges": "may might could ",
    "sentences": "A. ",
    "abbreviations": "e.g. i.e. vs. ",
    "quotes": "\"'",
    "backticks": "`",
    "stars": "*",
    "underscores": "_",
    "hashes": "#",
    "quote-marks": "> ",
    "bullets": "- ",
    "nested-bullets": "  - a\n",
    "pipes": "|",
    "cells": "| a ",
    "table-rules": "|---",
    "fences": "```\n",
    "rules": "---\n",
    "links": "[a](",
    "images": "![",
    "footnotes": "[^a]: ",
    "less-than": "<",
    "ampersands": "&",
    "entities": "&amp;",
    "numbered-entities": "&#x41;",
    "comments": "<!--",
    "tags": "<b>",
    "divisions": "<div>",
    "tables": "<table><tr><td>",
    "lists": "<ul><li>",
    "definitions": "<dl><dt>",
    "scripts": "<script>",
    "attributes": "<p a='",
    "declarations": "<![CDATA[",
    "keys": "a: ",
    "key-lines": "Half-life: \n",
    "arrows": "↑ ",
    "bullets-of-text": "• ",
    "accents": "e\u0301",
    "zero-widths": "\u200b",
    "families": "👩\u200d👧",
    "right-to-left": "\u202e",
    "isolates": "\u2066",
    "astral": "𝛼",
    "full-width-digits": "１",
    "fractions": "½",
}


def list_repeated() -> Iterator[tuple[str, bytes]]:
    for name, piece in REPEATED.items():
        yield f"repeated-{name}.md", f"# Selank\n\n{piece * (MANY // len(piece))}\n\n{TEXT}\n".encode()


# ------------------------------------------------------------------------------------------- nesting and size


def list_deep() -> Iterator[tuple[str, bytes]]:
    deep = 5_000
    yield "deep-divisions.html", b"<div>" * deep + TEXT.encode() + b"</div>" * deep
    yield "deep-tables.html", b"<table><tr><td>" * deep + TEXT.encode()
    yield "deep-lists.html", b"<ul><li>" * deep + TEXT.encode()
    yield "deep-quotes.md", (">" * deep + f" {TEXT}\n").encode()
    yield "deep-bullets.md", "".join(f"{'  ' * level}- {TEXT}\n" for level in range(700)).encode()
    yield "deep-json.json", b'{"content": ' + b"[" * deep + b"]" * deep + b"}"
    yield "deep-objects.json", b'{"a":' * deep + b"1" + b"}" * deep
    yield "deep-front-matter.md", ("---\na: " + "[" * deep + "]" * deep + f"\n---\n{TEXT}\n").encode()
    yield "wide-table.md", ("|" + " a |" * MANY + "\n|" + "---|" * MANY + "\n|" + f" {TEXT} |" * 300 + "\n").encode()
    yield "wide-table.html", b"<table><tr>" + b"<td>Selank</td>" * MANY + b"</tr></table>"
    yield "spans.html", b'<table><tr><td rowspan="99999999" colspan="99999999">Selank</td></tr></table>'
    yield "long-line.txt", TEXT.encode() * 150_000
    yield "huge-line.txt", b"a" * 30_000_000
    yield "many-lines.txt", f"{TEXT}\n".encode() * 3_000
    yield "many-blocks.html", b"<p>a</p>" * 210_000
    yield "many-headings.md", "".join(f"# H{number}\n\n" for number in range(MANY)).encode()
    yield (
        "many-values.md",
        b"# Selank\n\n"
        + b"\n\n".join(f"The half-life of Selank is {number} minutes.".encode() for number in range(1, 1_001)),
    )
    yield "many-sequences.md", "\n\n".join(("# Selank", *map(spell_peptide, range(1_000)))).encode()
    yield "long-number.md", f"Selank weighs {'9' * 20_000} g/mol.\n".encode()
    yield "long-fraction.md", f"Selank weighs 0.{'3' * 20_000} g/mol.\n".encode()
    yield "large-exponent.md", b"Selank has a half-life of 1e999999 h and a purity of 10^400000 %.\n"
    yield "long-sequence.md", f"The sequence is {'ACDEFGHIKLMNPQRSTVWY' * 2_000}.\n".encode()
    yield "long-word.md", f"# Selank\n\n{'Selank' * 10_000} {TEXT}\n".encode()
    yield "long-heading.md", f"# {'Selank and Semax ' * 5_000}\n\n{TEXT}\n".encode()
    yield "empty.md", b""
    yield "only-spaces.md", b" \n\t \n" * 50


def spell_peptide(number: int) -> str:
    """A sentence with another sequence for each number below 10,000."""
    residues = ("Ala", "Gly", "Ser", "Thr", "Val", "Leu", "Pro", "Phe", "Tyr", "Trp")
    return f"The sequence of Selank is {'-'.join(residues[int(digit)] for digit in f'{number:04}')}-Arg."


# ------------------------------------------------------------------------------------------------- bombs


def list_bombs() -> Iterator[tuple[str, bytes]]:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    yield "entities.html", f'<!DOCTYPE a [<!ENTITY l0 "ha">{laughs}]><p>&l11; {TEXT}</p>'.encode()
    yield "outer-entity.html", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><p>&x; Selank</p>'
    anchors = "\n".join(f"k{n}: &k{n} [{', '.join([f'*k{n - 1}'] * 9)}]" for n in range(1, 12))
    yield "aliases.md", f"---\nk0: &k0 [ha, ha]\n{anchors}\n---\n{TEXT}\n".encode()
    yield "endless-alias.md", f"---\na: &a [*a]\n---\n{TEXT}\n".encode()
    yield "zeros.md.gz", zlib.compress(b"\0" * 20_000_000, 9)
    yield "zip-bomb.docx", make_zip({"word/document.xml": b"<w:p>" + b" " * 200_000_000, "[Content_Types].xml": b""})
    yield (
        "entity-bomb.docx",
        make_zip(
            {
                "[Content_Types].xml": b"<Types/>",
                "word/document.xml": f'<!DOCTYPE a [<!ENTITY l0 "ha">{laughs}]><w>&l11;</w>'.encode(),
            }
        ),
    )
    yield "climbing.docx", make_zip({"../../evil.txt": b"evil", "word/document.xml": b"<w/>"})
    yield "nested.zip", make_zip({"a.zip": make_zip({"b.md": b"# Selank"})})
    stream = zlib.compress(b"BT (Selank) Tj ET " * 2_000_000, 9)
    yield "stream-bomb.pdf", make_pdf(stream)
    yield (
        "endless-pages.pdf",
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]>>endobj\ntrailer<</Root 1 0 R>>",
    )
    yield "cut.pdf", make_pdf(zlib.compress(b"BT (Selank) Tj ET"))[:-40]
    yield "not-a.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 40
    yield "not-a.docx", b"PK\x03\x04" + bytes(range(256)) * 40


def make_zip(members: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return held.getvalue()


def make_pdf(stream: bytes) -> bytes:
    head = f"<</Length {len(stream)}/Filter/FlateDecode>>".encode()
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n4 0 obj"
        + head
        + b"stream\n"
        + stream
        + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    )


# ----------------------------------------------------------------------------------------------- bytes and codecs


def list_bytes() -> Iterator[tuple[str, bytes]]:
    noise = random.Random(1)
    yield "noise.txt", noise.randbytes(20_000)
    yield "noise.html", b"<html>" + noise.randbytes(20_000)
    yield "nulls.md", b"\0".join([TEXT.encode()] * 5)
    yield "picture.md", b"\x89PNG\r\n\x1a\n" + noise.randbytes(2_000)
    yield "program.txt", b"\x7fELF\x02\x01\x01" + noise.randbytes(2_000)
    yield "database.txt", b"SQLite format 3\0" + noise.randbytes(2_000)
    yield "bad-utf8.md", TEXT.encode() + b" \xff\xfe\xc3( " + TEXT.encode()
    yield "cut-utf8.md", f"{TEXT} α".encode()[:-1]
    yield "long-forms.md", b"# Selank \xc0\xaf \xe0\x80\xaf\n\n" + TEXT.encode()
    yield "half-pairs.md", b"# Selank \xed\xa0\x80\n\n" + TEXT.encode()
    yield "two-codecs.md", f"{TEXT} naïve\n".encode("latin-1") + f"{TEXT} naïve\n".encode()
    yield "marks.md", b"\xef\xbb\xbf\xef\xbb\xbf" + GOOD.encode()
    yield "mark-alone.md", b"\xef\xbb\xbf"
    yield "utf-16.md", GOOD.encode("utf-16")
    yield "utf-16-odd.md", GOOD.encode("utf-16")[:-1]
    yield "utf-16-no-mark.md", GOOD.encode("utf-16-le")
    yield "utf-32.md", GOOD.encode("utf-32")
    yield "japanese.md", ("# Selank\n\n" + "ペプチドの半減期は二分です。" * 20).encode("shift-jis")
    yield "wrong-charset.html", b'<meta charset="shift-jis"><p>' + f"{TEXT} 5 µg".encode() + b"</p>"
    yield "silly-charset.html", b'<meta charset="zlib"><p>' + TEXT.encode() + b"</p>"
    yield "python-charset.html", b'<meta charset="unicode_escape"><p>' + TEXT.encode() + rb" \N{BULLET}</p>"
    yield "escapes.md", f"# Selank\n\n\x1b[31m\x1b]0;title\x07\x1b[2J{TEXT}\x08\x7f\n".encode()
    yield "non-characters.md", f"# Selank\n\n\ufffe\uffff\U0010ffff {TEXT}\n".encode()
    yield "line-ends.md", f"# Selank\r\r\n\n\x85\u2028{TEXT}\u2029\x0b\x0c{TEXT}".encode()
    yield (
        "tag-characters.md",
        f"# Selank\n\n{''.join(chr(0xE0000 + ord(letter)) for letter in 'evil')}{TEXT}\n".encode(),
    )
    yield "bidi.md", f"# \u202eknaleS\u202c\n\n{TEXT} \u2067 5 mg\u2069\n".encode()
    yield "stacked-accents.md", f"# S{chr(0x301) * 3_000}elank\n\n{TEXT}\n".encode()


# ------------------------------------------------------------------------------------------------- injection

INJECTIONS = {
    "script": "<script>alert(1)</script>",
    "image": "<img src=x onerror=alert(1)>",
    "drawing": "<svg/onload=alert(1)>",
    "frame": "<iframe srcdoc='<script>alert(1)</script>'>",
    "refresh": '<meta http-equiv="refresh" content="0;url=http://example.com">',
    "base": '<base href="http://example.com/">',
    "style": "<style>@import 'http://example.com/a.css';*{display:none}</style>",
    "form": '<form action="http://example.com"><input name=a autofocus onfocus=alert(1)></form>',
    "link": "[Selank](javascript:alert(1))",
    "data-link": "[Selank](data:text/html,<script>alert(1)</script>)",
    "script-end": "</script><script>alert(1)</script>\"'`",
    "template": "{{ 7 * 7 }}{% for a in range(999999999) %}{% endfor %}${7*7}#{7*7}",
    "format": "{0.__class__.__mro__} %(a)s %s %n",
    "formula": '=HYPERLINK("http://example.com","Selank")',
    "formula-plus": "+1+cmd|' /C calc'!A0",
    "formula-at": "@SUM(1+1)*cmd|' /C calc'!A0",
    "formula-minus": "-1+1",
    "formula-tab": "\t=1+1",
    "query": "'; DROP TABLE claims; --",
    "shell": "$(touch /tmp/claimsift-evil) `touch /tmp/claimsift-evil`",
    "path": "../../../../etc/passwd",
    "markup": "**|`[Selank](a)`|** | --- | <!-- ",
    "rich": "[red]Selank[/red] [link=http://example.com]x[/link]",
}


def list_injections() -> Iterator[tuple[str, bytes]]:
    for name, words in INJECTIONS.items():
        yield (
            f"inject-{name}.md",
            (
                f"---\ntitle: {json.dumps(words)}\npublisher: {json.dumps(words)}\n---\n# Selank {words}\n\n"
                f"{words} The half-life of Selank is 2 minutes {words} [1].\n\n"
                f"| Property | Value |\n|---|---|\n| Purity {words} | 98 % |\n\n## References\n\n1. {words} 2001.\n"
            ).encode(),
        )


# ---------------------------------------------------------------------------------------------- data formats


def list_formats() -> Iterator[tuple[str, bytes]]:
    yield (
        "python-tag.md",
        f'---\ntitle: !!python/object/apply:os.system ["touch /tmp/claimsift-evil"]\n---\n{TEXT}\n'.encode(),
    )
    yield "bad-date.md", f"---\ntitle: Selank\ndate: 2024-13-45\n---\n{TEXT}\n".encode()
    yield "twice.md", f"---\ntitle: A\ntitle: B\n? [a]\n: b\n---\n{TEXT}\n".encode()
    yield "large-integer.md", f"---\nmass: {'9' * 10_000}\n---\n{TEXT}\n".encode()
    yield "sexagesimal.md", f"---\nhalf_life: {':'.join(['59'] * 500)}\n---\n{TEXT}\n".encode()
    yield "open-front-matter.md", f"---\ntitle: Selank\n{TEXT}\n".encode()
    yield "nan.json", b'{"title": {"rendered": "Selank"}, "content": {"rendered": NaN}}'
    yield "large-number.json", b'{"content": {"rendered": "<p>Selank</p>"}, "id": 1e999999}'
    yield "long-integer.json", b'{"content": {"rendered": "<p>Selank</p>"}, "id": ' + b"9" * 10_000 + b"}"
    yield "half-pair.json", rb'{"content": {"rendered": "<p>Selank \ud800 has 7 residues.</p>"}}'
    yield "cut.json", b'{"content": {"rendered": "<p>Selank'
    yield "wrong-types.json", b'{"title": [1], "content": {"rendered": {"a": null}}, "excerpt": 7}'
    yield "many-keys.json", json.dumps({f"k{number}": TEXT for number in range(MANY)}).encode()
    items = [{"@type": "Product", "name": "Selank", "description": TEXT}] * 2_000
    yield "linked-data.html", b'<script type="application/ld+json">' + json.dumps(items).encode() + b"</script>"
    yield "bad-linked-data.html", b'<script type="application/ld+json">{"name": </script><p>' + TEXT.encode()
    yield "open-tags.html", b"<p><b><table><tr><td><p" + TEXT.encode()
    yield "false-ends.html", b"</p></td></table></html>" * 3_000 + TEXT.encode()
    yield "same-attributes.html", b"<p " + b"a=b " * MANY + b">" + TEXT.encode() + b"</p>"
    yield "odd-names.html", "<p\0x><é><a\u202eb>".encode() + TEXT.encode()


# ----------------------------------------------------------------------------------------------------- names

NAMES = (
    "new\nline.md",
    "quo\"te's.md",
    "-rf.md",
    "--out.md",
    " leading and trailing .md ",
    "semi;colon&and|pipe.md",
    "$(touch evil).md",
    "<img src=x onerror=alert(1)>.md",
    "javascript:alert(1).md",
    "=1+1.md",
    "back\\slash.md",
    "co:lon.md",
    "per%cent%2e%2e%2f.md",
    "con.md",
    "trailing.md.",
    "bell\x07and\x1b[31mred.md",
    "\u202edm.exe",
    "zero\u200bwidth.md",
    "emoji 👩\u200d👧.md",
    "caf\u00e9.md",
    "cafe\u0301.md",
    "Case.md",
    "case.md",
    "é" * 120 + ".md",
    "a" * 252 + ".md",
    "..hidden-no.md",
    "...md",
)


def write_names(folder: Path) -> Iterator[str]:
    """Good pages under names that hurt; those that the file system does not take are left out."""
    for name in NAMES:
        try:
            (folder / name).write_text(GOOD, encoding="utf-8")
        except OSError:
            continue
        yield name
    if sys.platform == "linux":
        (folder / os.fsdecode(b"bad-\xff\xfe.md")).write_text(GOOD, encoding="utf-8")
        yield "bad bytes"
        (folder / r"bad-\xff\xfe.md").write_text(GOOD, encoding="utf-8")  # as the other is told
        yield "told bytes"
    deep = folder
    for level in range(40):
        deep = deep / f"level-{level}"
    deep.mkdir(parents=True)
    (deep / "deep.md").write_text(GOOD, encoding="utf-8")
    yield "deep folder"


def write_links(folder: Path, outside: Path) -> Iterator[str]:
    """Links out of the folder, to nowhere and in circles, and what is no file at all."""
    links: dict[str, str | Path] = {
        "to-outside.md": outside,
        "to-system.md": "/etc/passwd",
        "to-nowhere.md": "nowhere.md",
        "to-itself.md": "to-itself.md",
        "to-above": "..",
        "to-root": "/",
        "to-device.md": "/dev/zero",
    }
    for name, target in links.items():
        (folder / name).symlink_to(target)
        yield name
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.md")
        yield "pipe.md"
    (folder / "folder.md").mkdir()
    (folder / "folder.md" / "page.md").write_text(GOOD, encoding="utf-8")
    yield "folder.md"


def write_hostile(folder: Path, outside: Path, *, leave_out: Collection[str] = ()) -> int:
    """Write them below a folder, each kind in a folder of its own, and say how many. `outside` is a file."""
    count = 0
    kinds = {
        "repeated": list_repeated(),
        "deep": list_deep(),
        "bombs": list_bombs(),
        "bytes": list_bytes(),
        "injected": list_injections(),
        "formats": list_formats(),
    }
    for kind, files in kinds.items():
        (folder / kind).mkdir(parents=True)
        for name, content in files:
            if name in leave_out:
                continue
            (folder / kind / name).write_bytes(content)
            count += 1
    for kind, names in (("names", write_names), ("links", lambda place: write_links(place, outside))):
        (folder / kind).mkdir()
        count += sum(1 for _ in names(folder / kind))
    return count
