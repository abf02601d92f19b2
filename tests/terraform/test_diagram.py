"""The network's diagram shows every flow of flows.tf, and is up to date."""

import re

from tests.terraform import diagram
from tests.terraform.hcl import blocks

PAGE = diagram.PAGE.read_text()


def test_it_works():
    found = diagram.flows()
    assert diagram.Flow("load_balancer", "web", "5000", "") in found
    assert len(found) == len(re.findall(r"from = ", blocks("security", "locals")["flows"])) > 8


def test_the_page_is_up_to_date():
    assert len(diagram.BLOCK.findall(PAGE)) == 1
    assert diagram.written(PAGE) == PAGE, "Run `python -m tests.terraform.diagram`."


def test_443_is_open_with_a_certificate_only():
    assert diagram.Flow("local.world", "load_balancer", "443", "with a certificate") in diagram.flows()
    assert '    world -->|"80, 443 with a certificate"| load_balancer\n' in PAGE


def test_a_server_of_ones_own_is_an_option():
    assert '    functions -->|"its port where caption_url names one"| model_server\n' in PAGE


def test_every_end_is_a_box():
    """A group that is new, or renamed, is in the diagram; a network that is new needs its words."""
    ends = {end for flow in diagram.flows() for end in (flow.start, flow.end)}
    assert ends == set(blocks("security", "locals")["groups"]) | set(diagram.NETWORKS)


def test_there_are_three_diagrams():
    headings = re.findall(r"^## (.+)$", PAGE, re.MULTILINE)
    assert headings == ["The web tier", "The pipeline", "The network and its security groups"]
    assert [part.count("```mermaid\nflowchart") for part in PAGE.split("\n## ")] == [0, 1, 1, 1]
