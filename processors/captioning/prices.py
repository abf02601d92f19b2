"""What a model's tokens cost. The one place to change when a price does."""

from decimal import Decimal

# USD for 1,000,000 tokens (in, out), list prices of the paid tier as read in November 2026.
USD_PER_MILLION = {
    "gemini-3.5-flash-lite": (Decimal("0.30"), Decimal("2.50")),
    "gemini-3.5-flash": (Decimal("1.50"), Decimal("9.00")),
    "gemini-3.6-flash": (Decimal("1.50"), Decimal("7.50")),
    "gemini-3.8-flash": (Decimal("0.75"), Decimal("3.75")),  # from January 2027: 1.50 and 7.50
}


def cost(model: str, input_tokens: int | None, output_tokens: int | None) -> Decimal | None:
    """USD for one answer; None where the model's price or the tokens are not known."""
    price = USD_PER_MILLION.get(model)
    if price is None or input_tokens is None or output_tokens is None:
        return None
    return (input_tokens * price[0] + output_tokens * price[1]) / 1_000_000
