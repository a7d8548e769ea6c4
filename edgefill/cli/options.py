"""Command-line options that several commands share, each declared once.

`EDGEFILL_BUCKET`, `EDGEFILL_TABLE` and `EDGEFILL_GPU_URL` name resources on AWS. The region, the
credentials and `AWS_ENDPOINT_URL` are then read as the AWS SDKs read them. Without such a name a
command uses the running stack, which it finds by the run file in the state folder
(edgefill/cli/connections.py).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from edgefill.local.stack.run_file import STATE

DEFAULT_STATE = STATE
TEMPLATES = Path("templates")
JOURNAL = "drafts.jsonl"  # in the state folder

BucketOption = Annotated[
    str | None,
    typer.Option(
        envvar="EDGEFILL_BUCKET",
        help="The bucket of the template store; default: the running stack's.",
    ),
]
TableOption = Annotated[
    str | None,
    typer.Option(envvar="EDGEFILL_TABLE", help="The demand table; default: the running stack's."),
]
EndpointOption = Annotated[
    str | None,
    typer.Option(
        envvar="AWS_ENDPOINT_URL",
        help="The endpoint of --bucket or --table when it is not AWS's own.",
    ),
]
RegionOption = Annotated[
    str | None,
    typer.Option(
        envvar=["AWS_REGION", "AWS_DEFAULT_REGION"],
        help="The AWS region of --bucket or --table.",
    ),
]
GpuOption = Annotated[
    str | None,
    typer.Option(
        envvar="EDGEFILL_GPU_URL",
        help="The URL of the GPU service; default: the running stack's.",
    ),
]
StateOption = Annotated[
    Path, typer.Option(help="The folder with the run file, development keys, drafts and log.")
]
TemplatesOption = Annotated[
    Path, typer.Option(help="The folder with the catalogue, prompts and demo.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
JournalOption = Annotated[
    Path | None,
    typer.Option(help="The file of the finished drafts; default: drafts.jsonl under --state."),
]
