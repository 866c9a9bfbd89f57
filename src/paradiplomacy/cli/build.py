"""``paradiplomacy build``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from ..dataset import find_dataset
from ..findings import FORMATS, count_by_severity
from . import options


@click.command()
@options.data
@options.store
@options.engine
@click.option("--json", "as_json", is_flag=True, help="Print counts as JSON.")
@click.option("--quiet", is_flag=True, help="Tell no progress.")
def command(data: Path | None, store: Path | None, engine: str, as_json: bool, quiet: bool) -> int:
    """Check the data and make the graph.

    Does nothing if nothing has changed; leaves the last good graph in place if the data are invalid.

    Example: paradiplomacy build --data mydata --json
    """
    from ..build import build

    dataset = find_dataset(data)
    folder = store or dataset.default_store()
    built = build(dataset, folder, engine, options.progress(not quiet and sys.stderr.isatty()))
    if built.findings:
        click.echo(FORMATS["text"](built.findings), err=True)
    if not built.is_valid:
        if as_json:
            click.echo(json.dumps({"valid": False, "findings": count_by_severity(built.findings)}, indent=2))
        click.echo("Nothing was built; the last good graph, if any, stays.", err=True)
        return 1
    if as_json:
        click.echo(json.dumps({"valid": True, "changed": built.is_new, **built.manifest}, indent=2))
    else:
        counts = ", ".join(f"{built.manifest[name]:,} {name}" for name in ("triples", "actors", "ties", "citations"))
        click.echo(f"{'Built' if built.is_new else 'Up to date'}: {counts} in {folder}")
    return 0
