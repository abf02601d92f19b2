"""Terraform and Python name the same things: each is written once on either side, and here they are compared."""

import ast
import re
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from gallery.models import Job
from processors import annotation, publication, records, thumbnail
from processors.aws import environment
from processors.captioning.choice import CAPTIONERS
from processors.images.check import MIB
from tests import pictures
from tests.processors.test_job import UPLOAD, Memory, do
from tests.terraform.hcl import blocks, names

ROOT = Path(__file__).parents[2]
LOCALS = blocks("", "locals")
WEB = names(LOCALS["web_environment"]) | names(LOCALS["database_environment"]) | names(LOCALS["captioner_environment"])
THUMBNAIL = names(LOCALS["function_environment"]) | names(LOCALS["database_environment"])
CAPTIONER = names(LOCALS["captioner_environment"])
# Of no captioner all of it: of Google's the first, of other servers the second.
OF_GOOGLE, OF_OPENAI = {"GEMINI_SECRET_ARN", "GEMINI_MODEL"}, {"CAPTION_SECRET_ARN", "CAPTION_URL", "CAPTION_MODEL"}
ANNOTATION = THUMBNAIL | CAPTIONER | names(blocks("", "module")["annotation"]["environment"])
FUNCTION = blocks("processor", "resource aws_lambda_function")["this"]
TARGETS = blocks("load_balancer", "resource aws_lb_target_group")["web"]
FROM_LAMBDA = {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE"}
NOT_SET = {"GEMINI_ENDPOINT", "MAX_DECODE_MIB", "MAX_FILE_MB", "MAX_MEGAPIXELS"}  # have defaults that fit
NEVER_SET = {"GEMINI_API_KEY", "CAPTION_API_KEY"}  # keys are in secrets


def tree(path: str) -> ast.Module:
    return ast.parse((ROOT / path).read_text())


def texts(*places: str) -> set[str]:
    """Every string constant in these Python files, or those of these folders."""
    paths = [path for place in places for path in [ROOT / place, *(ROOT / place).rglob("*.py")] if path.is_file()]
    nodes = [node for path in paths for node in ast.walk(tree(str(path)))]
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def read_by_functions() -> set[str]:
    """What processors/aws and the captioner's choice ask the environment for: their only texts in capitals."""
    places = ("processors/aws", "processors/captioning/choice.py")
    return {text for text in texts(*places) if re.fullmatch(r"[A-Z][A-Z0-9_]+", text)}


def gunicorn() -> dict[str, Any]:
    """The numbers of deploy/gunicorn.conf.py."""
    constants = [node for node in tree("deploy/gunicorn.conf.py").body if isinstance(node, ast.Assign)]
    return {
        ast.unparse(node.targets[0]): node.value.value for node in constants if isinstance(node.value, ast.Constant)
    }


def test_it_works():
    assert {"S3_BUCKET", "DATABASE_HOST", "BIND"} <= WEB
    assert {"DATABASE_HOST", "GEMINI_MODEL"} <= read_by_functions()


def test_functions_get_what_they_read():
    assert read_by_functions() - FROM_LAMBDA - NOT_SET - NEVER_SET == ANNOTATION


def test_no_environment_has_a_key():
    assert not NEVER_SET & (ANNOTATION | WEB)


def test_the_thumbnail_function_gets_nothing_of_captioners():
    assert CAPTIONER | {"GEMINI_SECRET_ARN", "CAPTION_SECRET_ARN", "ANNOTATION_LANGUAGE"} == ANNOTATION - THUMBNAIL
    assert {"CAPTIONER", "ANNOTATION_BUDGET_USD", "CAPTION_PRICE"} < CAPTIONER


def test_the_secret_of_a_captioner_is_the_one_that_its_code_asks_for():
    """captioner.tf says whose key it is, processors.tf by which name the function knows it."""
    given = blocks("", "module")["annotation"]["environment"]
    pairs = dict(re.findall(r'local\.model_key == "(\w+)" \? \{\s*(\w+) =', given))
    assert pairs == {"gemini": "GEMINI_SECRET_ARN", "caption": "CAPTION_SECRET_ARN"}
    assert {"gemini": pairs["gemini"], "genai": pairs["gemini"], "openai": pairs["caption"]} == environment.SECRETS


def test_the_site_gets_what_it_needs(settings):
    assert set(settings.AWS_VARIABLES) <= WEB


def test_the_site_reads_what_it_gets():
    assert texts("site", "deploy", "processors/captioning/choice.py") >= WEB


def test_port():
    assert TARGETS["port"] == 5000
    assert 'to = "web", port = 5000' in blocks("security", "locals")["flows"]
    conf = (ROOT / "deploy/nginx.conf").read_text()
    assert "listen 5000 " in conf
    socket = re.search(r"server (unix:\S+)", conf)[1]
    assert f'BIND = "{socket}"' in LOCALS["web_environment"]


def test_the_health_check_is_answered():
    assert TARGETS["health_check"][0]["path"] in texts("site/gallery")


@pytest.mark.parametrize("name", ["thumbnail", "annotation"])
def test_handlers(name):
    assert FUNCTION["handler"] == "processors.${var.name}.handler"
    assert blocks("", "module")[name]["name"] == name
    assert callable(import_module(f"processors.{name}").handler)


def test_prefixes():
    assert set(LOCALS["prefixes"].values()) == {"uploads/", "previews/", "thumbnails/"} <= texts("site", "processors")


class Noting(Memory):
    """Notes under which prefixes the code reads and writes."""

    def __init__(self, objects):
        self.objects, self.reads, self.writes = objects, set(), set()

    def put(self, key, body, content_type):
        self.writes.add(key.split("/")[0])
        super().put(key, body, content_type)

    def _body(self, key):
        self.reads.add(key.split("/")[0])
        return super()._body(key)


@pytest.mark.django_db
def test_functions_may_read_and_write_what_their_code_does():
    """The annotation looks at the upload as long as there is no thumbnail, and then at the preview."""
    objects = {UPLOAD.key: pictures.jpeg()}
    made = {processor: Noting(objects) for processor in (annotation, thumbnail)}
    assert [do(processor, store) for processor, store in made.items()] == ["done", "done"]
    Job.objects.filter(kind="annotation").update(state="queued")
    assert do(annotation, made[annotation]) == "done"
    for processor, store in made.items():
        module = blocks("", "module")[processor.__name__.rsplit(".")[-1]]
        assert prefixes(module["reads"]) == store.reads
        assert prefixes(module["writes"]) == store.writes


def prefixes(references: list[str]) -> set[str]:
    return {LOCALS["prefixes"][re.search(r"local\.prefixes\.(\w+)", each)[1]].rstrip("/") for each in references}


def test_a_lease_outlives_its_function_and_a_message_comes_back_after_the_lease():
    queue = blocks("processor", "locals")
    assert timedelta(seconds=queue["timeout"]) < records.LEASE < records.VISIBILITY
    assert (timedelta(seconds=queue["visibility"]), queue["receives"]) == (records.VISIBILITY, records.RECEIVES)


@pytest.mark.parametrize("captioner", [None, *CAPTIONERS])
def test_what_the_site_takes_fits_into_both_functions(captioner, settings, monkeypatch):
    """The site decodes each upload once, to prove it; a function must not have less for it. Without a captioner: the
    thumbnail's."""
    memory = blocks("", "module")["annotation"]["memory_mb"]
    if captioner is None:
        memory = blocks("", "variable")["thumbnail_memory_mb"]["default"]
    else:
        monkeypatch.setenv("CAPTIONER", captioner)
    monkeypatch.setenv("CAPTION_URL", "https://models.example/v1")
    monkeypatch.setenv("CAPTION_MODEL", "a-model")
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", str(memory))
    assert environment.limits().memory >= settings.MAX_DECODE_MIB * MIB


def test_the_load_balancer_closes_first():
    nginx = re.search(r" keepalive_timeout (\d+)s;", (ROOT / "deploy/nginx.conf").read_text())
    assert blocks("load_balancer", "resource aws_lb")["this"]["idle_timeout"] < int(nginx[1])
    assert gunicorn()["graceful_timeout"] < TARGETS["deregistration_delay"]


def test_the_database_takes_every_thread_and_the_worker_of_every_instance():
    assert blocks("", "module")["database"]["max_connections"] == "${local.max_connections}"
    assert LOCALS["connections_of_an_instance"] == gunicorn()["workers"] * gunicorn()["threads"] + 1


def test_a_refresh_opens_no_more_connections_than_are_counted():
    """The most instances that AWS lets there be, while it replaces some, is what connections.tf counts."""
    group = blocks("web", "resource aws_autoscaling_group")["web"]
    policies = [group["instance_maintenance_policy"][0], group["instance_refresh"][0]["preferences"][0]]
    assert {policy["max_healthy_percentage"] for policy in policies} == {134}
    assert "ceil(var.web_capacity.max * 1.34) * local.connections_of_an_instance" in LOCALS["connections"]["instances"]


def test_alarms_count_what_is_written_into_the_logs():
    """The filters' words are those of user_data.sh and of the functions' runtime."""
    start, counted = (ROOT / "deploy/user_data.sh").read_text(), blocks("monitoring", "locals")["counted"]
    assert '\\"image_app: FAILED\\"' in counted
    assert 'image_app: $*"' in start
    assert 'say "FAILED' in start
    assert set(re.findall(r'\$\.outcome = \\"(\w+)\\"', counted)) == {"failed", "paused"} <= texts("processors/job.py")
    assert re.search(r"log\.info\(.*\boutcome=", (ROOT / "processors/aws/runtime.py").read_text())


def test_the_agent_reports_what_alarms_look_at():
    start, alarms = (ROOT / "deploy/user_data.sh").read_text(), blocks("monitoring", "locals")["alarms"]
    assert '"namespace": "${metrics_namespace}"' in start
    for metric in ("mem_used_percent", "disk_used_percent"):
        assert metric in alarms
        assert metric.removeprefix("disk_") in start


def test_terraform_and_python_know_the_same_ways_to_publish():
    (check,) = blocks("", "variable")["publish"]["validation"]
    known = re.findall(r'"([a-z ]+)"', check["condition"].replace("\\", ""))
    assert [publication.first_visibility(publish) for publish in known] == ["visible", "waiting"]
    assert blocks("", "variable")["publish"]["default"] == known[0]
