"""What a model server said that an answer took, in the words of our rows."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sessions_app.models.model_call import Usage

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelResponse

# Of numbers that a server sent: what is larger is no count, and no price.
MOST_TOKENS = 2**40
MOST_USD = 10_000


def usage_of(response: ModelResponse, cost_usd: Decimal | None) -> Usage:
    """Cached tokens are counted as the provider counts them, and are among the input."""
    said = response.usage
    told = not said.unmeasured_requests
    return Usage(
        input_tokens=_count(said.input_tokens) if told else None,
        output_tokens=_count(said.output_tokens) if told else None,
        cache_read_tokens=_count(said.cache_read_tokens),
        cache_write_tokens=_count(said.cache_write_tokens),
        reasoning_tokens=_count(said.output_reasoning_tokens),
        cost_usd=_price(cost_usd),
    )


def _count(tokens: int) -> int:
    return min(max(int(tokens or 0), 0), MOST_TOKENS)


def _price(cost_usd: Decimal | None) -> Decimal | None:
    if cost_usd is None or not cost_usd.is_finite() or not 0 <= cost_usd <= MOST_USD:
        return None
    return cost_usd.quantize(Decimal("1e-8"))
