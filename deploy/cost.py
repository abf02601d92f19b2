"""`make cost`: what the stack costs a month, by the prices in prices.toml; what models cost is in
processors/captioning/prices.toml. With --write, the tables of docs/cost.md. Amounts are USD."""

import argparse
import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "cost.md"
TABLE = re.compile(r"(<!-- (\w+): written by python -m deploy\.cost --write -->\n).*?(<!-- end -->)", re.DOTALL)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="the tables of docs/cost.md, instead of printing the sum")
    prices = read()
    if parser.parse_args().write:
        PAGE.write_text(written(PAGE.read_text(), prices))
    else:
        print(summary(prices))


def read() -> dict[str, Any]:
    """Both files: AWS's with the models' as `models`."""
    models = tomllib.loads((ROOT / "processors" / "captioning" / "prices.toml").read_text())["price"]
    return {**tomllib.loads((ROOT / "deploy" / "prices.toml").read_text()), "models": models}


def month(part: dict[str, Any], prices: dict[str, Any]) -> float:
    """What a part costs a month."""
    return _cents(part["amount"] * prices["usd"][part["price"]])


def total(prices: dict[str, Any]) -> float:
    """What the stack costs a month as it is by default."""
    return round(sum(month(part, prices) for part in prices["parts"]), 2)


def added(choice: dict[str, Any], prices: dict[str, Any]) -> float:
    """What a choice adds a month."""
    return round(sum(_cents(prices["usd"][name] * amount) for name, amount in choice["of"].items()), 2)


def gigabyte_seconds(pictures: dict[str, Any]) -> float:
    """Of all functions, for all pictures."""
    return float(pictures["number"] * pictures["functions"] * pictures["seconds"] * pictures["memory_mb"] / 1024)


def captions(model: dict[str, Any], pictures: dict[str, Any]) -> Decimal:
    """What a model takes for the captions of all pictures, by one of its prices."""
    into, out = _tokens(model, pictures)
    return pictures["number"] * (into * Decimal(model["in"]) + out * Decimal(model["out"])) / 1_000_000


def _tokens(model: dict[str, Any], pictures: dict[str, Any]) -> tuple[int, int]:
    return model["image_tokens"] + pictures["prompt_tokens"], pictures["tokens_out"]


def summary(prices: dict[str, Any]) -> str:
    """For a terminal: the parts, the sum, and the choices."""
    lines = [f"{month(part, prices):8.2f}  {part['name']}" for part in prices["parts"]]
    lines += [
        f"{total(prices):8.2f}  USD a month together, {total(prices) / prices['hours']:.2f} an hour",
        "",
        "and by choice",
    ]
    lines += [f"{added(choice, prices):+8.2f}  {choice['name']}, {choice['variable']}" for choice in prices["choices"]]
    head = f"{prices['region']}, {prices['date']:%B %Y}, {prices['source']} (deploy/prices.toml)"
    return "\n".join([head, "", *lines])


def written(page: str, prices: dict[str, Any]) -> str:
    """The page with its tables as they should be."""
    tables = {"head": _head, "parts": _parts, "choices": _choices, "pictures": _pictures}
    return TABLE.sub(lambda found: found[1] + tables[found[2]](prices) + "\n" + found[3], page)


def _head(prices: dict[str, Any]) -> str:
    where = f"USD a month ({prices['hours']} hours) in {prices['region']}"
    return f"{where}, {prices['source']}, as of {prices['date']:%B %Y}."


def _parts(prices: dict[str, Any]) -> str:
    lines = ["| part | amount | price | a month |", "|---|---|---|---|"]
    for part in prices["parts"]:
        price = prices["usd"][part["price"]]
        name = part["name"] + _star([part["price"]], prices)
        lines.append(f"| {name} | {part['amount']} {part['unit']} | {_price(price)} | {month(part, prices):.2f} |")
    return "\n".join([*lines, f"| **together** | | | **{total(prices):.2f}** |"])


def _choices(prices: dict[str, Any]) -> str:
    lines = ["| choice | variable | a month |", "|---|---|---|"]
    for choice in prices["choices"]:
        name = choice["name"] + _star(choice["of"], prices)
        lines.append(f"| {name} | {choice['variable']} | {added(choice, prices):.2f} |")
    return "\n".join(lines)


def _pictures(prices: dict[str, Any]) -> str:
    each = prices["pictures"]
    seconds, second = gigabyte_seconds(each), prices["usd"]["lambda_gb_second"]
    functions = f"Lambda: {each['functions']} functions, {each['memory_mb']} MB, {each['seconds']} s each"
    lines = [f"| part | for {each['number']:,} pictures |", "|---|---|"]
    lines += [f"| {functions}: {int(seconds):,} GB-seconds at {second:.10f} | {seconds * second:.2f} |"]
    return "\n".join([*lines, *(_model(model, prices) for model in prices["models"])])


def _model(model: dict[str, Any], prices: dict[str, Any]) -> str:
    into, out = _tokens(model, prices["pictures"])
    name = model["model"] + (f" from {model['from']} on" if model["from"] > prices["date"] else "")
    words = f"{name}: {into:,} tokens in at {model['in']}, {out} out at {model['out']} for a million"
    return f"| {words} | {captions(model, prices['pictures']):.2f} |"


def _cents(usd: float) -> float:
    """To the cent; half of one counts as a whole, which a binary fraction may have just missed."""
    return round(usd + 1e-9, 2)


def _star(names: Any, prices: dict[str, Any]) -> str:
    return " *" if set(names) & set(prices["unsure"]) else ""


def _price(usd: float) -> str:
    return f"{usd:.2f}" if round(usd, 2) == usd else f"{usd:g}"


if __name__ == "__main__":
    main()
