"""``paradiplomacy build``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from ..dataset import find_dataset
from ..findings import FORMATS, Severity, count_by_severity
from ..store import up_to_date
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
    dataset = find_dataset(data)
    folder = store or dataset.default_store()
    if same := up_to_date(folder, dataset.digest()):
        _report(same.manifest(), folder, is_new=False, as_json=as_json)
        return 0
    from ..build import build

    built = build(dataset, folder, engine, options.progress(not quiet and sys.stderr.isatty()))
    grave = [finding for finding in built.findings if finding.severity is not Severity.INFO]
    if grave:
        click.echo(FORMATS["text"](grave), err=True)
    if built.is_valid:
        _report(built.manifest, folder, is_new=True, as_json=as_json)
        return 0
    if as_json:
        click.echo(json.dumps({"valid": False, "findings": count_by_severity(built.findings)}, indent=2))
    click.echo("Nothing was built; the last good graph, if any, stays.", err=True)
    return 1


def _report(manifest: dict[str, Any], folder: Path, is_new: bool, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"valid": True, "changed": is_new, **manifest}, indent=2))
        return
    counts = ", ".join(f"{manifest[name]:,} {name}" for name in ("triples", "actors", "ties", "citations"))
    click.echo(f"{'Built' if is_new else 'Up to date'}: {counts} in {folder}")
