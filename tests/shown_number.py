"""Reads a number as the app writes it for people: “−1 287.4”, “9.7 × 10⁻¹¹”."""

from gmm_core.number_text import THIN

_WRITTEN = str.maketrans("−⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "-0123456789-", THIN)


def shown_number(text: str) -> float:
    """The value of a text that was written by the rules of `gmm_core.number_text`."""
    mantissa, _, exponent = text.partition("\u00a0×\u00a010")
    return float(mantissa.translate(_WRITTEN)) * 10 ** int(exponent.translate(_WRITTEN) or 0)
