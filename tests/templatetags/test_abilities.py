from __future__ import annotations

from decimal import Decimal

import pytest

from sessions_app.models import LanguageModel
from sessions_app.templatetags.abilities import price, tokens


@pytest.mark.parametrize(
    ("number", "words"),
    [(512, "512"), (8192, "8 K"), (200_000, "200 K"), (1_048_576, "1 M"), (1_500_000, "1.5 M")],
)
def test_tokens_are_said_as_people_speak_of_models(number: int, words: str) -> None:
    assert tokens(number) == words


@pytest.mark.parametrize(
    ("price_in", "price_out", "words"),
    [
        ("3", "15", "$3 in, $15 out per million tokens"),
        ("0.25", "1.1", "$0.25 in, $1.10 out per million tokens"),
        ("0.0750", "0.3000", "$0.075 in, $0.30 out per million tokens"),
        ("0", "0", "Free"),
        (None, "1", "Price unknown"),
        (None, None, "Price unknown"),
    ],
)
def test_a_price_is_said_for_a_million_tokens(
    price_in: str | None, price_out: str | None, words: str
) -> None:
    model = LanguageModel(
        price_in=None if price_in is None else Decimal(price_in),
        price_out=None if price_out is None else Decimal(price_out),
    )
    assert price(model) == words
