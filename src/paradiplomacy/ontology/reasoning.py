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

_OWL = "http://www.w3.org/2002/07/owl#"
_THING = f"{_OWL}Thing"
_CLASS = ox.NamedNode(f"{_OWL}Class")
_INDIVIDUAL = ox.NamedNode(f"{_OWL}NamedIndividual")
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_XSD = "http://www.w3.org/2001/XMLSchema#"
_OUTSIDE_OWL = {f"{_XSD}date"}
"""Datatypes that are not in OWL 2's datatype map, so that no reasoner decides on them."""


@dataclass
class Reasoned:
    """What the reasoner found."""

    is_consistent: bool
    unsatisfiable: list[str] = field(default_factory=list)
    inferred_types: list[tuple[str, str]] = field(default_factory=list)
    """(individual, class) pairs that follow and were not asserted, those by way of superclasses included."""
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
    kept = [triple for triple in triples if not _is_outside(triple)]
    content = ox.serialize(kept + _declarations(kept), format=ox.RdfFormat.N_TRIPLES)
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


def _declarations(triples: list[ox.Triple]) -> list[ox.Triple]:
    """Every instance of a class as a named individual: owlready2 lists no others."""
    classes = {t.subject for t in triples if t.predicate == _TYPE and t.object == _CLASS}
    instances = {t.subject for t in triples if t.predicate == _TYPE and t.object in classes}
    return [ox.Triple(i, _TYPE, _INDIVIDUAL) for i in instances if isinstance(i, ox.NamedNode)]


def _new(before: dict[Any, set[Any]]) -> list[tuple[str, str]]:
    """Named classes that entities are found under since."""
    return sorted(
        (entity.iri, above.iri)
        for entity, known in before.items()
        for above in _all_above(entity) - known
        if above.iri != _THING
    )


def _all_above(entity: Any) -> set[Any]:
    """The named classes that an entity is asserted or found to be under, and all those above them."""
    found = {above for cls in entity.is_a if hasattr(cls, "iri") for above in cls.ancestors()}
    return {above for above in found if above is not entity}


def _is_outside(triple: ox.Triple) -> bool:
    return isinstance(triple.object, ox.Literal) and triple.object.datatype.value in _OUTSIDE_OWL
