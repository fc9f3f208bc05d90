"""Sequences, formulas, masses, fragments, counts, identifiers, doses and periods: pure functions, no I/O."""

from pipeline.chemistry.arbiters import check_count, check_formula, check_formula_mass, check_mass
from pipeline.chemistry.cas import CasMatch, check_cas, find_cas, is_valid_cas
from pipeline.chemistry.counts import CountMatch, find_counts
from pipeline.chemistry.doses import check_dose
from pipeline.chemistry.findings import Finding, Verdict
from pipeline.chemistry.formulas import Formula, FormulaMatch, find_formulas, parse_formula
from pipeline.chemistry.fragments import FragmentMatch, find_fragments, fragment_residues
from pipeline.chemistry.identifiers import check_identifier
from pipeline.chemistry.kinship import Relation, check_fragment
from pipeline.chemistry.masses import Form, Mass, forms_of, formula_of, masses
from pipeline.chemistry.peptides import Peptide, SequenceMatch
from pipeline.chemistry.periods import check_period
from pipeline.chemistry.sequences import find_sequences, parse_peptide

__all__ = [
    "CasMatch",
    "CountMatch",
    "Finding",
    "Form",
    "Formula",
    "FormulaMatch",
    "FragmentMatch",
    "Mass",
    "Peptide",
    "Relation",
    "SequenceMatch",
    "Verdict",
    "check_cas",
    "check_count",
    "check_dose",
    "check_formula",
    "check_formula_mass",
    "check_fragment",
    "check_identifier",
    "check_mass",
    "check_period",
    "find_cas",
    "find_counts",
    "find_formulas",
    "find_fragments",
    "find_sequences",
    "forms_of",
    "formula_of",
    "fragment_residues",
    "is_valid_cas",
    "masses",
    "parse_formula",
    "parse_peptide",
]
