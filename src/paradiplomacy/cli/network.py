"""``paradiplomacy network``: list, measure, export."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options

if TYPE_CHECKING:
    from ..store import Result


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
    from ..networks import form_of
    from ..queries import read_catalogue

    for name, query in read_catalogue(find_dataset(data).queries, ("networks",)).items():
        click.echo(f"{name:24}  {form_of(query).name:18}  {query.summary}")
    return 0


@command.command("measures")
def list_measures() -> int:
    """List the measures: what each is, after whom, and how ties are treated.

    Example: paradiplomacy network measures
    """
    from inspect import getdoc

    from ..networks import MEASURES

    for name, compute in MEASURES.items():
        click.echo(f"{name}\n  " + (getdoc(compute) or "").replace("\n", "\n  ").replace("  \n", "\n"))
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
    from ..api import open_graph
    from ..networks import MEASURES, measure
    from ..queries import render

    chosen = list(dict.fromkeys(measures)) or list(MEASURES)
    rows = measure(open_graph(data, store, endpoint).network(network), chosen)[:top]
    result = _as_result(["node", "label", *chosen], rows)
    options.write(render(result, form, sys.stdout.isatty() and output is None), output)
    return 0


@command.command("export")
@click.argument("network")
@click.option(
    "--format",
    "form",
    type=click.Choice(["graphml", "gexf", "csv"]),
    help="Default: by the name of the output file, else graphml.",
)
@click.option("--nodes", is_flag=True, help="The list of nodes that goes with the csv list of edges.")
@options.output
@options.graph
def export_network(
    network: str,
    form: str | None,
    nodes: bool,
    output: Path | None,
    data: Path | None,
    store: Path | None,
    endpoint: str | None,
) -> int:
    """Export a NETWORK for Gephi, R or UCINET: graphml and gexf hold all, csv the edges.

    \b
    Examples:
      paradiplomacy network export mechanisms -o mechanisms.gexf
      paradiplomacy network export mechanisms --format csv --nodes -o nodes.csv
    """
    if nodes and form not in (None, "csv"):
        raise click.UsageError(f"--nodes goes with csv; {form} holds the nodes already.")
    from ..api import open_graph
    from ..networks import EXPORTS, as_node_list

    suffix = output.suffix.removeprefix(".").lower() if output else ""
    export = as_node_list if nodes else EXPORTS[form or (suffix if suffix in EXPORTS else "graphml")]
    options.write(export(open_graph(data, store, endpoint).network(network)), output)
    return 0


def _as_result(names: list[str], rows: list[dict[str, object]]) -> Result:
    import pyoxigraph as ox

    from ..store import Result

    def literal(value: object) -> ox.Literal:
        return ox.Literal(round(value, 6) if isinstance(value, float) else str(value))

    return Result(names, [tuple(literal(row[name]) for name in names) for row in rows])
