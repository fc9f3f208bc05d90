"""The spaCy pipeline: scispaCy's tokenizer and our components, and a user's model if the settings name one."""

from __future__ import annotations

import re
import warnings
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.digests import digest_folder
from pipeline.errors import UsageError
from pipeline.page import Mention
from pipeline.schema import Label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from spacy.language import Language
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

    from pipeline.settings import Settings

COMPONENTS = (
    "claimsift_sentences",
    "claimsift_concepts",
    "claimsift_abbreviations",
    "claimsift_sequences",
    "claimsift_citations",
    "claimsift_quantities",
    "claimsift_entities",
    "claimsift_links",
    "claimsift_cues",
    "claimsift_measures",
)

# As many characters without a space as no name has: '(((((…', or a file that lost its spaces.
LONGEST_RUN = 500
LONG_RUN = re.compile(rf"\S{{{LONGEST_RUN}}}")

# Entity labels of scispaCy's models (its documentation, section "Available Models") in our terms.
MODEL_LABELS = {
    "CHEMICAL": Label.COMPOUND,
    "SIMPLE_CHEMICAL": Label.COMPOUND,
    "CHEBI": Label.COMPOUND,
    "AMINO_ACID": Label.COMPOUND,
    "GENE_OR_GENE_PRODUCT": Label.TARGET,
    "GGP": Label.TARGET,
    "PROTEIN": Label.TARGET,
    "DNA": Label.TARGET,
    "RNA": Label.TARGET,
    "DISEASE": Label.DISEASE,
    "CANCER": Label.DISEASE,
    "PATHOLOGICAL_FORMATION": Label.DISEASE,
    "TAXON": Label.SPECIES,
    "ORGANISM": Label.SPECIES,
    "TISSUE": Label.TISSUE,
    "ORGAN": Label.TISSUE,
    "MULTI_TISSUE_STRUCTURE": Label.TISSUE,
}


def load_pipeline(settings: Settings) -> tuple[Language, str | None]:
    """The pipeline, and the name and version of the user's model in it, or None.

    Raises UsageError when the settings name a model that is not installed, or does not load.
    """
    nlp, name = (_load_model(settings.model)) if settings.model else (_load_blank(), None)
    nlp.tokenizer = BoundedTokenizer(nlp.tokenizer, nlp.vocab)
    _import_components()
    for component in COMPONENTS:
        nlp.add_pipe(component)
    return nlp, name


class BoundedTokenizer:
    """A tokenizer that takes a long run of characters without a space piece by piece.

    spaCy's looks for suffixes anew behind each character that it splits off, so that its work grows with the square
    of a run of them: thirty thousand ampersands took minutes.
    """

    def __init__(self, inner: Callable[[str], Doc], vocab: Vocab) -> None:
        self.inner = inner
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """The tokens of a text, all of whose characters are in them."""
        if max(map(len, text.split()), default=0) < LONGEST_RUN:
            return self.inner(text)
        from spacy.tokens import Doc

        ends = [match.end() for match in LONG_RUN.finditer(text)]
        pieces = [text[start:end] for start, end in pairwise((0, *ends, len(text))) if end > start]
        tokens = [token for piece in pieces for token in self.inner(piece)]
        return Doc(
            self.vocab, words=[token.text for token in tokens], spaces=[bool(token.whitespace_) for token in tokens]
        )


def read_entities(doc: Doc, model: str | None) -> Iterator[Mention]:
    """The entities of a user's model as mentions; a label that we do not know is a THING."""
    if model is None:
        return
    for entity in doc.ents:
        yield Mention(
            start=entity.start_char,
            end=entity.end_char,
            text=entity.text,
            label=MODEL_LABELS.get(entity.label_, Label.THING),
            how=model,
        )


def _load_blank() -> Language:
    with warnings.catch_warnings():
        # spaCy joins its own punctuation sets in one character class; nothing a user can change.
        warnings.filterwarnings("ignore", message="Possible (set|nested set)", category=FutureWarning)
        import spacy
        from scispacy.custom_tokenizer import combined_rule_tokenizer

        nlp = spacy.blank("en")
        nlp.tokenizer = combined_rule_tokenizer(nlp)
    return nlp


def identify_model(settings: Settings) -> tuple[str, str] | None:
    """Name with version, and SHA-256 of the files, of the model that the settings name; None where they name none.

    Raises UsageError when it is not installed, or does not say what it is.
    """
    name = settings.model
    if name is None:
        return None
    from spacy import util

    try:
        folder = util.get_package_path(name) if util.is_package(name) else Path(name)
        meta = util.get_model_meta(folder)
    except OSError as error:
        raise _miss_model(name) from error
    except Exception as error:
        raise _mistrust_model(name, error) from error
    return _say_model(name, meta), digest_folder(folder)


def _load_model(name: str) -> tuple[Language, str]:
    import spacy

    try:
        nlp = spacy.load(name)
    except OSError as error:
        raise _miss_model(name) from error
    except Exception as error:  # whatever another's files, or the code that comes with them, bring about
        raise _mistrust_model(name, error) from error
    return nlp, _say_model(name, nlp.meta)


def _say_model(name: str, meta: Mapping[str, Any]) -> str:
    return f"{meta.get('lang', '')}_{meta.get('name', name)} {meta.get('version', '?')}"


def _miss_model(name: str) -> UsageError:
    return UsageError(f"model '{name}': is not installed; install it or take 'model' out of the settings.")


def _mistrust_model(name: str, error: Exception) -> UsageError:
    said = " ".join(str(error).split())[:200]
    return UsageError(f"model '{name}': does not load with the installed spaCy ({said}); install a fitting one.")


def _import_components() -> None:
    """Importing a component registers its factory."""
    from pipeline.components import (  # noqa: F401  (start-up, as above)
        abbreviations,
        citations,
        concepts,
        cues,
        entities,
        links,
        measures,
        quantities,
        sentences,
        sequences,
    )
