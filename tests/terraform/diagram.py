"""The network's diagram in docs/architecture.md, written from the flows in terraform/modules/security/flows.tf:
`python -m tests.terraform.diagram`. test_diagram.py checks that it is up to date."""

import re
from pathlib import Path
from typing import NamedTuple

from tests.terraform.hcl import blocks

PAGE = Path(__file__).parents[2] / "docs/architecture.md"
MARK = "<!-- written by python -m tests.terraform.diagram; the next block is overwritten -->\n"
BLOCK = re.compile(re.escape(MARK) + r"```mermaid\n.*?```\n", re.DOTALL)
FLOW = re.compile(r'(\w+|"[^"]+") (?:=|=>) \{from = ([\w."]+), to = ([\w."]+), port = (\d+|var[\w.]+)\}')
# A map of flows that a variable switches on
OPTIONAL = re.compile(r"!?var\.(\w+)(?: == null)? \? \{\} : \{((?:[^{}]|\{[^{}]*\})*)\}")
NETWORKS = {
    "local.world": "The internet",
    "cidr": "Networks of the administrators",
    "local.model_server": "A model's server in the VPC",
}
WITH = {"https": "with a certificate", "model_server": "where caption_url names one"}  # that variable, in words


class Flow(NamedTuple):
    """Two ends, a port, and on what it depends."""

    start: str
    end: str
    port: str
    condition: str


def flows() -> list[Flow]:
    """Every flow of flows.tf, in its order."""
    text = blocks("security", "locals")["flows"]
    depends = {name: WITH[variable] for variable, inside in OPTIONAL.findall(text) for name, *_ in FLOW.findall(inside)}
    return [
        Flow(start.strip('"'), end.strip('"'), port, depends.get(name, ""))
        for name, start, end, port in FLOW.findall(text)
    ]


def diagram() -> str:
    """As Mermaid: a box for each group, a round one for each network, an arrow for each pair that talks."""
    groups, found = blocks("security", "locals")["groups"], flows()
    lines = ["flowchart LR"]
    lines += [f'    {_id(end)}(["{words}"])' for end, words in NETWORKS.items()]
    lines += [f'    {name}["{words}<br>{name}"]' for name, words in groups.items()]
    pairs = list(dict.fromkeys((flow.start, flow.end) for flow in found))
    lines += [f'    {_id(start)} -->|"{_ports(start, end, found)}"| {_id(end)}' for start, end in pairs]
    return MARK + "```mermaid\n" + "\n".join(lines) + "\n```\n"


def _id(end: str) -> str:
    return {"cidr": "admins"}.get(end, end.removeprefix("local."))


def _ports(start: str, end: str, found: list[Flow]) -> str:
    ports = [flow for flow in found if (flow.start, flow.end) == (start, end)]
    numbers = [flow.port if flow.port.isdigit() else "its port" for flow in ports]
    return ", ".join(f"{number} {flow.condition}".strip() for number, flow in zip(numbers, ports, strict=True))


def written(page: str) -> str:
    """The page with the diagram as it should be."""
    return BLOCK.sub(lambda _: diagram(), page)


def main() -> None:
    PAGE.write_text(written(PAGE.read_text()))


if __name__ == "__main__":
    main()
