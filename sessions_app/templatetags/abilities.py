"""What a model can do and costs, in words."""

from __future__ import annotations

from decimal import Decimal

from django import template

from sessions_app.models import LanguageModel

register = template.Library()


@register.filter
def tokens(number: int) -> str:
    """How many tokens fit, as models are spoken of: 8 K, 200 K, 1 M."""
    if number >= 1_000_000:
        return f"{round(number / 1_000_000, 1):g} M"
    return f"{round(number / 1000)} K" if number >= 1000 else str(number)


@register.filter
def price(model: LanguageModel) -> str:
    """What it costs; unknown says so, and free is said only where both are known to be nothing."""
    if model.price_in is None or model.price_out is None:
        return "Price unknown"
    if model.price_in == model.price_out == 0:
        return "Free"
    return f"{dollars(model.price_in)} in, {dollars(model.price_out)} out per million tokens"


def dollars(amount: Decimal) -> str:
    """$3, $0.25, $1.10, $0.075: at least two decimals where there are any."""
    if amount == amount.to_integral_value():
        return f"${amount:,.0f}"
    text = f"{amount.normalize():,f}"
    return f"${text}0" if len(text.partition(".")[2]) == 1 else f"${text}"
