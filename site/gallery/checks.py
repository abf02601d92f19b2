"""System checks: a half-configured environment is refused before it can do harm."""

import os
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register
from limits import parse

from gallery import languages
from processors import records

CLIENTS = {"gemini": "google.generativeai", "genai": "google.genai"}  # that only some machines need


@register(Tags.compatibility)
def aws_is_complete(**kwargs: Any) -> list[Error]:
    """On AWS every variable is there; on one machine none is needed."""
    if not settings.ON_AWS:
        return []
    hint = (
        "On AWS Terraform sets all of them. On one machine, unset every variable of AWS (S3_BUCKET, QUEUES,"
        " DATABASE_*, SECRET_KEY_ARN)."
    )
    missing = [name for name in settings.AWS_VARIABLES if not os.environ.get(name, "").strip()]
    words = "The environment variable {} is missing: {}."
    return [Error(words.format(name, settings.AWS_VARIABLES[name]), hint=hint, id="gallery.E001") for name in missing]


@register(Tags.compatibility)
def every_kind_has_a_queue(**kwargs: Any) -> list[Error]:
    missing = [kind for kind in records.KINDS if settings.ON_AWS and settings.QUEUES and kind not in settings.QUEUES]
    hint = "Write it like thumbnail=URL,annotation=URL."
    return [
        Error(f"QUEUES names no queue for jobs of the kind {kind}.", hint=hint, id="gallery.E005") for kind in missing
    ]


@register(Tags.compatibility)
def site_url_is_an_origin(**kwargs: Any) -> list[Error]:
    scheme, _, host = settings.SITE_URL.partition("://")
    if scheme in ("http", "https") and host and "/" not in host:
        return []
    problem = f"SITE_URL is {settings.SITE_URL!r}, which is not the address of a site."
    return [Error(problem, hint="Write it like https://pictures.example.org, without a path.", id="gallery.E002")]


@register(Tags.compatibility)
def language_is_a_code(**kwargs: Any) -> list[Error]:
    if languages.is_code(settings.ANNOTATION_LANGUAGE):
        return []
    problem = f"ANNOTATION_LANGUAGE is {settings.ANNOTATION_LANGUAGE!r}, which is not the code of a language."
    return [Error(problem, hint="Write it like en, de or pt-BR.", id="gallery.E004")]


@register(Tags.compatibility)
def gemini_has_a_key(**kwargs: Any) -> list[Error]:
    if settings.ON_AWS or settings.CAPTIONER.captioner not in CLIENTS or os.environ.get("GEMINI_API_KEY", "").strip():
        return []
    problem = f"CAPTIONER is {settings.CAPTIONER.captioner}, and GEMINI_API_KEY is missing."
    return [Error(problem, hint="Put a key of Gemini there, or unset CAPTIONER.", id="gallery.E006")]


@register(Tags.compatibility)
def client_is_installed(**kwargs: Any) -> list[Error]:
    """Without it each caption would fail as often as it is tried."""
    name = settings.CAPTIONER.captioner
    if settings.ON_AWS or name not in CLIENTS or _is_installed(CLIENTS[name]):
        return []
    hint = f"Install it by `make .venv/installed-run-{name}`, and start again."
    return [Error(f"The captioner is {name}, and its client {CLIENTS[name]} is missing.", hint=hint, id="gallery.E007")]


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # not even what it is a part of
        return False


@register(Tags.compatibility)
def upload_rate_is_a_rate(**kwargs: Any) -> list[Error]:
    try:
        parse(settings.UPLOAD_RATE)
    except ValueError:
        hint = "Write it like 120/minute or 1000/hour."
        return [Error(f"UPLOAD_RATE is {settings.UPLOAD_RATE!r}, which is not a rate.", hint=hint, id="gallery.E003")]
    return []
