"""``paradiplomacy network``: list, measure, export."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from . import options


@click.group()
def command() -> None:
    """List, measure and export networks.

    A network is a query in queries/networks; add a file to add a network.
    """


@command.command("list")
@options.data
def list_networks(data: Path | None) -> int:
    """List the networks.

    Example: paradiplomacy network list
    """
    from ..dataset import find_dataset
    from ..queries import read_catalogue

    for name, query in read_catalogue(find_dataset(data).queries, ("networks",)).items():
        kind = (
            "two-mode"
            if query.header.get("two_mode")
            else "directed"
            if query.header.get("directed")
            else "undirected"
        )
        click.echo(f"{name:24}  {kind:10}  {query.summary}")
    return 0


@command.command("measure")
@click.argument("network")
@click.argument("measures", nargs=-1)
@click.option("--top", type=click.IntRange(min=1), help="Only so many nodes.")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json", "md", "parquet"]))
@options.output
@options.graph
def measure_network(
    network: str,
    measures: tuple[str, ...],
    top: int | None,
    form: str | None,
    output: Path | None,
    data: Path | None,
    store: Path | None,
    endpoint: str | None,
) -> int:
    """Measure the nodes of a NETWORK; all MEASURES by default, sorted by the first.

    Example: paradiplomacy network measure sister-cities degree betweenness --top 10
    """
    import pyoxigraph as ox

    from ..api import open_graph
    from ..networks import measure
    from ..queries import render
    from ..store import Result

    rows = measure(open_graph(data, store, endpoint).network(network), list(measures) or None)[:top]
    names = list(rows[0]) if rows else ["node", "label", *measures]
    terms = [
        tuple(ox.Literal(round(v, 6) if isinstance(v, float) else v) for v in row.values()) for row in rows
    ]
    options.write(render(Result(names, terms), form, sys.stdout.isatty() and output is None), output)
    return 0


@command.command("export")
@click.argument("network")
@click.option(
    "--format", "form", type=click.Choice(["graphml", "gexf", "csv"]), default="graphml", show_default=True
)
@options.output
@options.graph
def export_network(
    network: str, form: str, output: Path | None, data: Path | None, store: Path | None, endpoint: str | None
) -> int:
    """Export a NETWORK for Gephi, R or UCINET.

    Example: paradiplomacy network export mechanisms --format gexf -o mechanisms.gexf
    """
    from ..api import open_graph
    from ..networks import EXPORTS

    options.write(EXPORTS[form](open_graph(data, store, endpoint).network(network)), output)
    return 0
