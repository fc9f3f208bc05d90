"""Doses: an amount that a page states beside the two figures whose product it is."""

from __future__ import annotations

import math

from pipeline.chemistry.findings import Finding, cannot_tell

# Doses are rounded to the marks of a syringe, and "1.67 mg/mL" is five thirds: copies stay within this share.
DOSE_SLACK = 0.02
SLIP = 0.005  # share by which a slip of the unit may miss its power of ten, beside the slack


def check_dose(concentration: float, volume: float, amount: float, doubt: float) -> Finding:
    """Compare a stated amount with concentration × volume, in units that belong together (mg/mL, mL, mg).

    The same product is a dose by weight (µg/kg, kg, µg) or a vial made up (mg/mL, mL of water, mg).
    doubt: half of the last digit of whichever figure is the result, as a share of it. It agrees within 2 %.
    Further off, but within the doubt, nobody can tell a rounded figure ("0.3 mg" of 0.334) from a wrong one.
    A slip of a power of ten is named.
    """
    figures = (concentration, volume, amount)
    if not all(math.isfinite(figure) and figure > 0 for figure in figures) or not doubt >= 0:
        return cannot_tell(f"{concentration:g} × {volume:g} and {amount:g} cannot be compared")
    product = concentration * volume
    if not math.isfinite(product) or product == 0:
        return cannot_tell(f"{concentration:g} × {volume:g} is beyond what can be reckoned")
    said = f"{concentration:g} × {volume:g} = {product:g}"
    if abs(product - amount) <= DOSE_SLACK * max(product, amount):
        return Finding("agree", f"{product:g}", f"{said}; stated {amount:g} fits within 2 %")
    if abs(product - amount) <= doubt * max(product, amount):
        return cannot_tell(f"{said}; stated {amount:g} may be that, rounded")
    said += f"; stated {amount:g} is {amount / product:.3g} times as much"
    power = round(math.log10(amount / product))
    if power and abs(amount / product / 10.0**power - 1) <= DOSE_SLACK + SLIP:
        said += f", a slip of {abs(power)} place{'s' * (abs(power) > 1)}"
    return Finding("disagree", f"{product:g}", said)
