"""Numbers with units: finding them in text, converting them, comparing them. No spaCy, no page, only characters."""

from pipeline.quantity.compare import Comparison, Relation, compare, to_base
from pipeline.quantity.grammar import Found, find_numbers, find_quantities, parse_field_quantity
from pipeline.quantity.periods import Period, find_periods
from pipeline.quantity.products import Product, find_product
from pipeline.quantity.units import base_of, convert, dimension_of, parse_unit, read_unit

__all__ = [
    "Comparison",
    "Found",
    "Period",
    "Product",
    "Relation",
    "base_of",
    "compare",
    "convert",
    "dimension_of",
    "find_numbers",
    "find_periods",
    "find_product",
    "find_quantities",
    "parse_field_quantity",
    "parse_unit",
    "read_unit",
    "to_base",
]
