"""The parameter that tells the command how a version becomes live."""

import json
from typing import Any

from aws_cdk.assertions import Template


def read_parameter(template: Template) -> tuple[dict[str, Any], dict[str, Any]]:
    """The JSON in the rollout's parameter, and the intrinsic that stands for each name in it."""
    (parameter,) = [
        row["Properties"]
        for row in template.find_resources("AWS::SSM::Parameter").values()
        if row["Properties"]["Name"].endswith("/model-rollout")
    ]
    value = parameter["Value"]
    parts = value["Fn::Join"][1] if isinstance(value, dict) else [value]
    names = {f"<{index}>": part for index, part in enumerate(parts) if isinstance(part, dict)}
    text = "".join(
        part if isinstance(part, str) else f"<{index}>" for index, part in enumerate(parts)
    )
    return json.loads(text), names
