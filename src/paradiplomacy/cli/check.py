"""``paradiplomacy check``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..dataset import find_dataset
from ..findings import FORMATS, count_by_severity
from ..store import current_snapshot
from . import options


@click.command()
@options.data
@options.engine
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True)
@click.option("--explain-plan", is_flag=True, help="Say which engine decides which shape.")
def command(data: Path | None, engine: str, form: str, explain_plan: bool) -> int:
    """Check the data; write nothing.

    Findings are printed as file:row:column; the exit code is 1 if one of them is a violation.

    Example: paradiplomacy check --format github
    """
    from ..build.check import check

    dataset = find_dataset(data)
    if explain_plan:
        _print_plan(dataset.ontology)
    last = current_snapshot(dataset.default_store())
    checked = check(dataset, engine, options.progress(sys.stderr.isatty()), last)
    if checked.findings or form == "json":
        click.echo(FORMATS[form](checked.findings))
    counts = ", ".join(f"{n} {severity}" for severity, n in count_by_severity(checked.findings).items())
    click.echo(f"{'Valid' if checked.is_valid else 'Invalid'}: {counts}", err=True)
    return 0 if checked.is_valid else 1


def _print_plan(path: Path) -> None:
    from ..validation import ShapesGraph, plan

    for engine, shapes in plan(ShapesGraph.read(path)).items():
        click.echo(f"{engine}: {', '.join(shape.name for shape in shapes) or 'none'}", err=True)
