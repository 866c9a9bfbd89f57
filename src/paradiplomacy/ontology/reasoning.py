"""Description-logic reasoning: owlready2 loads ontology and data, HermiT decides.

owlready2 reads N-Triples and RDF/XML only, so the graph is handed over as N-Triples.
"""

from __future__ import annotations

import contextlib
import io
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from ..findings import EnvironmentFailureError

_XSD = "http://www.w3.org/2001/XMLSchema#"
_OUTSIDE_OWL = {f"{_XSD}date"}
"""Datatypes that are not in OWL 2's datatype map, so that no reasoner decides on them."""


@dataclass
class Reasoned:
    """What the reasoner found."""

    is_consistent: bool
    unsatisfiable: list[str] = field(default_factory=list)
    inferred_types: list[tuple[str, str]] = field(default_factory=list)
    """(individual, class) pairs that were not asserted."""
    inferred_superclasses: list[tuple[str, str]] = field(default_factory=list)


def reason(triples: Iterable[ox.Triple]) -> Reasoned:
    """Run HermiT over ontology and data.

    Raises EnvironmentFailureError if Java is not on the machine.
    """
    if shutil.which("java") is None:
        raise EnvironmentFailureError(
            "HermiT needs Java, which is not on the path. "
            "Install a Java runtime (Debian: apt install default-jre-headless)."
        )
    import owlready2

    world = owlready2.World()
    content = ox.serialize((t for t in triples if not _is_outside(t)), format=ox.RdfFormat.N_TRIPLES)
    assert isinstance(content, bytes), "serialized to memory"
    ontology = world.get_ontology("https://w3id.org/paradiplomacy/ontology")
    ontology.load(fileobj=io.BytesIO(content), format="ntriples")
    before = {individual: set(individual.is_a) for individual in ontology.individuals()}
    supers = {cls: set(cls.is_a) for cls in ontology.classes()}
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            owlready2.sync_reasoner_hermit(
                world, infer_property_values=False, debug=0, ignore_unsupported_datatypes=True
            )
    except owlready2.OwlReadyInconsistentOntologyError:
        return Reasoned(is_consistent=False)
    return Reasoned(
        is_consistent=True,
        unsatisfiable=sorted(cls.iri for cls in world.inconsistent_classes() if cls is not owlready2.Nothing),
        inferred_types=_new(before),
        inferred_superclasses=_new(supers),
    )


def _new(before: dict[Any, set[Any]]) -> list[tuple[str, str]]:
    """Named classes that entities are found under since."""
    return sorted(
        (entity.iri, cls.iri)
        for entity, known in before.items()
        for cls in set(entity.is_a) - known
        if hasattr(cls, "iri")
    )


def _is_outside(triple: ox.Triple) -> bool:
    return isinstance(triple.object, ox.Literal) and triple.object.datatype.value in _OUTSIDE_OWL
