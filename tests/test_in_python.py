"""The program as a library: claims of a text in memory, and docs that survive being written as bytes."""

from __future__ import annotations

import pickle
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import srsly
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc, DocBin
from spacy.vocab import Vocab

from pipeline.chemistry import Peptide
from pipeline.components import MENTIONS, add_mentions, get_mentions
from pipeline.components.serial import CHOICES, FACTS, TAG
from pipeline.document import extract_text
from pipeline.errors import Refused
from pipeline.page import Citation, Cue, Fragment, Mention, Quantity
from pipeline.schema import CitationRole, CitationStatus, CitationStyle, ClaimRow, Comparator, Effect, Label
from pipeline.settings import Settings
from runs import ROOT, run_folder, write_pages
from test_docs import read_fences

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.annotate import Annotator

PAGES = {
    "markdown": "# Semax 🧪\r\n\r\n| Property | Value |\r\n|---|---|\r\n| Half-life | 20 minutes |\r\n\r\nSemax is a heptapeptide.\r\n",
    "html": "<html><body><h1>Semax</h1><p>Semax is a <b>hepta&shy;peptide</b>.</p><p>Its CAS number is 80714-61-0.</p></body></html>",
    "text": "Selank is not approved in the United States. It may reduce anxiety in mice.\n",
    "empty": "",
}


@pytest.mark.parametrize("text", PAGES.values(), ids=PAGES)
def test_offsets_of_a_text_in_memory_lead_to_its_words(text: str) -> None:
    claims = extract_text(text)
    assert bool(claims) is bool(text)
    assert all(text[claim.start : claim.end] == claim.quote for claim in claims)


@pytest.mark.parametrize("name", ["markdown", "html", "text"])
def test_a_text_gives_the_claims_of_a_file_with_it(name: str, tmp_path: Path) -> None:
    run = run_folder(write_pages(tmp_path / "raw", page_txt=PAGES[name]), tmp_path / "out")
    without = {"claim_id", "source_id", "subject_mention", "object_mention", "citations"}  # ids hold the file's name
    claims = [claim.model_dump(exclude=without) for claim in extract_text(PAGES[name])]
    assert claims == [claim.model_dump(exclude=without) for claim in run.rows(ClaimRow)]
    assert claims


def test_limits_of_the_settings_hold_in_memory() -> None:
    with pytest.raises(Refused, match="half a surrogate pair at character 6"):
        extract_text("Semax \ud83e is a heptapeptide.")
    with pytest.raises(Refused, match="max_line"):
        extract_text("Semax " * 100, settings=Settings.model_validate({"max_line": 50}))


@pytest.mark.parametrize("example", read_fences(ROOT / "docs" / "exchange.md", "python"), ids=["text", "spacy"])
def test_the_examples_in_the_documents_run(example: str, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", example], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "20 minutes" in done.stdout


# ------------------------------------------------------------------------------------------------ mentions

EVERYTHING = (
    Mention(start=0, end=5, text="Semax", label=Label.COMPOUND, how="x", candidates=("a", "b"), score=0.5, core=(0, 3)),
    Mention(start=0, end=5, text="Semax", label=Label.CUE, how="x", cue=Cue(Effect.NEGATED, 3, 9), nested=True),
    Mention(
        start=6,
        end=8,
        text="is",
        label=Label.QUANTITY,
        how="x",
        quantity=Quantity(1.0, None, Comparator.LIST, "mg", "1 or 2", 0, (2.0, 3.0)),
        measured=((0, 5), None),
    ),
    Mention(start=6, end=8, text="is", label=Label.FRAGMENT, how="x", fragment=Fragment("p", None, 4, 10, "PGP")),
    Mention(start=6, end=8, text="is", label=Label.SEQUENCE, how="x", peptide=Peptide("MEHF", "acetyl", None, (2,))),
    Mention(
        start=6,
        end=8,
        text="is",
        label=Label.CITATION,
        how="x",
        citation=Citation(CitationRole.CALLOUT, CitationStyle.NUMERIC, "3", CitationStatus.DANGLING, year=2006),
    ),
)


def make_doc() -> Doc:
    return add_mentions(Doc(Vocab(), words=["Semax", "is", "here"]), EVERYTHING)


def test_every_kind_of_mention_survives_as_bytes() -> None:
    doc = make_doc()
    again = Doc(doc.vocab).from_bytes(doc.to_bytes())
    assert get_mentions(again) == list(EVERYTHING)
    assert [type(mention.label) for mention in get_mentions(again)] == [Label] * len(EVERYTHING)
    (stored,) = DocBin().from_bytes(DocBin(docs=[doc], store_user_data=True).to_bytes()).get_docs(Vocab())
    assert get_mentions(stored) == list(EVERYTHING)
    assert add_mentions(stored, EVERYTHING[:1]) is stored


def test_every_class_that_a_mention_holds_can_be_written() -> None:
    """A new fact or choice in `Mention` has to be listed in `serial`."""
    from typing import get_args, get_type_hints

    hints = [get_type_hints(kind, None, {"Peptide": Peptide, "Span": tuple[int, int]}) for kind in FACTS.values()]
    held = {part for hint in hints for annotation in hint.values() for part in (annotation, *get_args(annotation))}
    ours = {part for part in held if isinstance(part, type) and part.__module__.startswith("pipeline.")}
    assert ours <= {*FACTS.values(), *CHOICES.values()}
    assert ours


def test_data_of_others_is_left_as_it_is() -> None:
    doc = make_doc()
    doc.user_data["theirs"] = {"a": [1, 2], TAG: "Unknown"}
    assert Doc(doc.vocab).from_bytes(doc.to_bytes()).user_data["theirs"] == {"a": [1, 2], TAG: "Unknown"}


@given(st.recursive(st.none() | st.integers(0, 9) | st.text(max_size=3), lambda inner: st.lists(inner, max_size=2)))
def test_strange_bytes_become_no_object_of_another_kind(held: object) -> None:
    for name in ("tuple", "Mention", "Label", "Quantity", "os.system", "Doc"):
        data = srsly.msgpack_dumps({TAG: name, "held": held})
        try:
            value = srsly.msgpack_loads(data)
        except (TypeError, ValueError):
            continue
        assert isinstance(value, dict | tuple | Label)


def test_a_pipeline_can_be_sent_to_a_fresh_process(annotator: Annotator) -> None:
    """Where processes are not forked, spaCy pickles the components for `n_process`."""
    sent = dict(pickle.loads(pickle.dumps(list(annotator.nlp.pipeline))))
    doc = Doc(Vocab(), words=["Semax", "has", "a", "half-life", "of", "20", "minutes", "."])
    for name in annotator.nlp.pipe_names:
        doc = sent[name](doc)
    assert {mention.text for mention in get_mentions(doc)} >= {"Semax", "20 minutes"}
    assert doc._.get(MENTIONS)
