"""``paradiplomacy reason``."""

from __future__ import annotations

import json
import sys
from itertools import groupby
from pathlib import Path

import click

from ..dataset import find_dataset
from . import options

SHOWN = 4
"""How many names are listed under a class; ``--json`` lists all."""


@click.command()
@options.data
@options.store
@click.option("--ontology-only", is_flag=True, help="Leave the data out.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def command(data: Path | None, store: Path | None, ontology_only: bool, as_json: bool) -> int:
    """Check the ontology, with the data, by the reasoner HermiT (owlready2; needs Java).

    The exit code is 1 if it is inconsistent or a class cannot have instances.

    Example: paradiplomacy reason --ontology-only
    """
    from ..ontology import read_ontology
    from ..ontology.reasoning import reason

    tell = options.progress(sys.stderr.isatty())
    dataset = find_dataset(data)
    triples = read_ontology(dataset.ontology)
    if not ontology_only:
        from ..api import open_graph

        asked = open_graph(data, store).query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
        triples = asked.triples or []
    tell(f"reasoning over {len(triples):,} triples")
    outcome = reason(triples)
    if as_json:
        click.echo(json.dumps(vars(outcome), indent=2))
    elif not outcome.is_consistent:
        click.echo("Inconsistent: the ontology and the data contradict each other.")
    else:
        click.echo(f"Consistent; {len(outcome.unsatisfiable)} unsatisfiable classes.")
        _list("types of individuals", outcome.inferred_types)
        _list("superclasses", outcome.inferred_superclasses)
        for iri in outcome.unsatisfiable:
            click.echo(f"unsatisfiable: {iri}")
    return 0 if outcome.is_consistent and not outcome.unsatisfiable else 1


def _list(what: str, inferred: list[tuple[str, str]]) -> None:
    """Print what follows but is not asserted, class by class."""
    click.echo(f"Inferred {what}: {len(inferred)}")
    for cls, pairs in groupby(sorted(inferred, key=lambda pair: pair[::-1]), key=lambda pair: pair[1]):
        names = [name.rsplit("/", 1)[-1] for name, _ in pairs]
        more = f" … {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
        click.echo(f"  {cls.rsplit('/', 1)[-1]}: {', '.join(names[:SHOWN])}{more}")
