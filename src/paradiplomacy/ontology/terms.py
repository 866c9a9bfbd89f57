"""The ontology as it stands in the Turtle files: its triples and the terms that it defines."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from ..findings import EnvironmentFailureError, WrongUsageError

_RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
MODULES = ("paradiplomacy.ttl",)
"""The files that define terms; shapes and alignments are read by those who need them."""


def parse_turtle(path: Path) -> list[ox.Triple]:
    """The triples of a Turtle file.

    Raises EnvironmentFailureError if it is missing, WrongUsageError with line and column if malformed.
    """
    try:
        return [quad.triple for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)]
    except FileNotFoundError as error:
        raise EnvironmentFailureError(f"there is no file {path}.") from error
    except SyntaxError as error:
        raise WrongUsageError(f"{path}:{error.lineno}:{error.offset}: {error.msg}") from error


def read_ontology(folder: Path) -> list[ox.Triple]:
    """The triples of the ontology, with blank nodes labelled canonically (RDFC-1.0)."""
    dataset = ox.Dataset(
        ox.Quad(t.subject, t.predicate, t.object) for name in MODULES for t in parse_turtle(folder / name)
    )
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted((quad.triple for quad in dataset), key=str)


def defined_terms(triples: list[ox.Triple]) -> set[str]:
    """IRIs of everything that the ontology gives a type."""
    return {
        t.subject.value for t in triples if t.predicate == _RDF_TYPE and isinstance(t.subject, ox.NamedNode)
    }
