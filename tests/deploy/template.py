"""deploy/user_data.sh as Terraform's templatefile renders it. Where terraform is there, a test compares the two."""

import re
from pathlib import Path

FILE = Path(__file__).parents[2] / "deploy" / "user_data.sh"
LOOP = re.compile(r"%\{ for name, \w+ in (\w+) ~\}\n.*\n%\{ endfor ~\}\n")


def render(environment: dict[str, str], releases: dict[str, str], **variables: str) -> str:
    """`releases`: function -> version. `variables`: region, artifact_bucket, app_key, app_version_id, log_group,
    metrics_namespace, group."""
    escaped = {name: re.sub(r'(["\\$`])', r"\\\1", value) for name, value in environment.items()}
    lines = {
        "environment": "".join(f'{name}="{value}"\n' for name, value in sorted(escaped.items())).replace("${", "$${"),
        "releases": "".join(f"{name} {version}\n" for name, version in sorted(releases.items())),
    }
    text = LOOP.sub(lambda match: lines[match[1]], FILE.read_text())
    text = re.sub(r"(?<!\$)\$\{(\w+)\}", lambda match: variables[match[1]], text)
    return text.replace("$${", "${")
