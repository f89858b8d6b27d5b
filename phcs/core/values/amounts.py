"""Exact amounts: whole ten-thousandths in a column, a plain decimal text as a fact."""

from decimal import Decimal

PER_ONE = 10_000
MOST = 10**17
"""No amount is as large: every one fits a column of 64 bits."""


def amount_units(text: str) -> int:
    """Return how many ten-thousandths an amount has that `amount_text` wrote. Raises ValueError for any other text."""
    units = Decimal(text) * PER_ONE
    if units != units.to_integral_value() or abs(units) >= MOST:
        raise ValueError("An amount has at most four decimals and twelve digits before them.")
    return int(units)


def amount_text(units: int) -> str:
    """Return the one text of an amount: a point, at least two decimals, no separators, e.g. `1234.50`."""
    sign = "-" if units < 0 else ""
    whole, rest = divmod(abs(units), PER_ONE)
    decimals = f"{rest:04}"
    return f"{sign}{whole}.{decimals[:2]}{decimals[2:].rstrip('0')}"
