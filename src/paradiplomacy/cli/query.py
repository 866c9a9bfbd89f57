"""``paradiplomacy query``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..queries.formats import FORMATS, render
from . import options


def _parse_parameter(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for value in values:
        name, equals, text = value.partition("=")
        if not equals:
            raise click.BadParameter(f"{value!r} is not of the form NAME=VALUE.")
        pairs[name] = text
    return pairs


@click.command()
@click.argument("query", required=False)
@click.option(
    "-p",
    "--param",
    "parameters",
    multiple=True,
    callback=_parse_parameter,
    metavar="NAME=VALUE",
    help="Set a parameter: an id, an IRI or a name for a resource; else a plain value.",
)
@click.option(
    "--format", "form", type=click.Choice(FORMATS), help="Default: a table on a terminal, CSV in a pipe."
)
@click.option("--list", "is_list", is_flag=True, help="List the catalogue.")
@click.option("--show", is_flag=True, help="Print the query instead of running it.")
@options.output
@options.graph
def command(
    query: str | None,
    parameters: dict[str, str],
    form: str | None,
    is_list: bool,
    show: bool,
    output: Path | None,
    data: Path | None,
    store: Path | None,
    endpoint: str | None,
) -> int:
    """Ask the graph. QUERY is a name of the catalogue, a file, or SPARQL text.

    \b
    Examples:
      paradiplomacy query --list
      paradiplomacy query sister-cities-of --param place=cn-yunnan
      paradiplomacy query 'SELECT * { ?s ?p ?o } LIMIT 5' --format json
    """
    if is_list:
        return _list(data)
    if query is None:
        raise click.UsageError("Give a query: a name of the catalogue (see --list), a file, or SPARQL text.")
    from ..api import open_graph
    from ..queries import bind

    graph = open_graph(data, store, endpoint)
    if show:
        known = graph.find(query)
        text = bind(known, parameters, graph.graph) if known else query
        options.write(text.encode() + b"\n", output)
        return 0
    result = graph.query(query, **parameters)
    options.write(render(result, form, sys.stdout.isatty() and output is None), output)
    return 0


def _list(data: Path | None) -> int:
    from ..dataset import find_dataset
    from ..queries import read_catalogue

    for name, query in read_catalogue(find_dataset(data).queries, ("questions", "checks")).items():
        takes = f"  [{', '.join(p.name for p in query.parameters)}]" if query.parameters else ""
        click.echo(f"{name:36}  {query.summary}{takes}")
    return 0
