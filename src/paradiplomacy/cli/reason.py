"""``paradiplomacy reason``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from ..dataset import find_dataset
from . import options


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
        click.echo(
            f"Inferred: {len(outcome.inferred_types)} types of individuals, "
            f"{len(outcome.inferred_superclasses)} superclasses."
        )
        for name, cls in (outcome.inferred_types + outcome.inferred_superclasses)[:20]:
            click.echo(f"  {name.rsplit('/', 1)[-1]} is a {cls.rsplit('/', 1)[-1]}")
        for iri in outcome.unsatisfiable:
            click.echo(f"unsatisfiable: {iri}")
    return 0 if outcome.is_consistent and not outcome.unsatisfiable else 1
