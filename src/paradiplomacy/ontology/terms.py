"""The ontology as it stands in the Turtle files: its triples and the terms that it defines."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from ..findings import EnvironmentFailureError, WrongUsageError

_RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
CORE = "paradiplomacy.ttl"
SHAPES = "shapes.ttl"
"""The core and its shapes; ``modules/`` holds ``NAME.ttl`` with terms and ``NAME.shapes.ttl`` beside it."""


def parse_turtle(path: Path) -> list[ox.Triple]:
    """The triples of a Turtle file.

    Raises EnvironmentFailureError if it is missing, WrongUsageError with line and column if malformed.
    """
    return [quad.triple for quad in _parse(path)]


def _parse(path: Path) -> list[ox.Quad]:
    try:
        return list(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))
    except FileNotFoundError as error:
        raise EnvironmentFailureError(f"there is no file {path}.") from error
    except SyntaxError as error:
        raise WrongUsageError(f"{path}:{error.lineno}:{error.offset}: {error.msg}") from error


def read_ontology(folder: Path) -> list[ox.Triple]:
    """The triples of the core and its modules, with blank nodes labelled canonically (RDFC-1.0)."""
    modules = (path for path in sorted(folder.glob("modules/*.ttl")) if not path.name.endswith(SHAPES))
    files = [folder / CORE, *modules]
    quads = dict.fromkeys(quad for path in files for quad in _parse(path))
    # The algorithm looks at nothing but quads with blank nodes: the others need not pass through it.
    blank = ox.Dataset(quad for quad in quads if _has_blank_node(quad))
    blank.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return [quad.triple for quad in quads if not _has_blank_node(quad)] + [quad.triple for quad in blank]


def _has_blank_node(quad: ox.Quad) -> bool:
    return isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode)


def read_shapes(folder: Path) -> list[ox.Triple]:
    """The triples of all shapes, those of the core first."""
    files = [folder / SHAPES, *sorted(folder.glob(f"modules/*.{SHAPES}"))]
    return [triple for path in files for triple in parse_turtle(path)]


def defined_terms(triples: list[ox.Triple]) -> set[str]:
    """IRIs of everything that the ontology gives a type."""
    return {
        t.subject.value for t in triples if t.predicate == _RDF_TYPE and isinstance(t.subject, ox.NamedNode)
    }
