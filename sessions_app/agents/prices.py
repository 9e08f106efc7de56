"""What models cost, from the list that comes with genai-prices. Nothing is looked up over the network."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple

from genai_prices.data_snapshot import get_snapshot
from genai_prices.types import ModelPrice, TieredPrices
from pydantic_ai.messages import ModelResponse

from .abilities import ModelAbility
from .connections import Connection

# Whoever speaks the language of one of these at another address is taken for a proxy before it. A server
# that speaks OpenAI's older language may be anybody's: it has a price only where its address is known.
_KNOWN_BY_NAME = frozenset({"openai", "anthropic", "google"})


class PerMillion(NamedTuple):
    """Dollars for a million tokens that a model is given, and that it makes. None: unknown."""

    given: Decimal | None = None
    made: Decimal | None = None


def price_of(response: ModelResponse, ability: ModelAbility) -> Decimal | None:
    """Dollars that one answer of that model cost; None when its price, or what it used, is not known."""
    if ability.price_in == 0 == ability.price_out:
        return Decimal(0)
    usage = response.usage
    if usage.cost is not None:
        return Decimal(usage.cost)
    if not response.model_name or usage.unmeasured_requests or not usage.has_values():
        return None
    for provider_id, url in _references(response.provider_name or "", response.provider_url or ""):
        try:
            price = get_snapshot().calc(
                usage, response.model_name, provider_id, url, response.timestamp, response.provider_details
            )
        except (LookupError, ValueError):
            continue
        return price.total_price
    return None


def per_million(name: str, connection: Connection) -> PerMillion:
    """The price of a model today; of short requests, where long ones cost more."""
    for provider_id, url in _references(connection.provider, f"{connection.url}/"):
        try:
            _, model = get_snapshot().find_provider_model(name, None, provider_id, url)
        except LookupError:
            continue
        price = model.get_prices(datetime.now(UTC))
        return PerMillion(_base(price, "input_mtok"), _base(price, "output_mtok"))
    return PerMillion()


def _references(provider: str, url: str) -> Iterator[tuple[str | None, str | None]]:
    """Where to look in the list, the surest first."""
    if url:
        yield None, url
    if provider in _KNOWN_BY_NAME:
        yield provider, None


def _base(price: ModelPrice, key: str) -> Decimal | None:
    value = getattr(price, key, None)
    return value.base if isinstance(value, TieredPrices) else value
