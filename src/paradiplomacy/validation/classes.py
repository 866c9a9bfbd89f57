"""The class hierarchy of a store, looked up once per class instead of once per instance."""

from __future__ import annotations

import pyoxigraph as ox

from .paths import Node

_RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_SUBCLASS_OF = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")


class ClassTree:
    """Answers which classes stand below a class."""

    def __init__(self, store: ox.Store) -> None:
        self._children: dict[Node, set[Node]] = {}
        for quad in store.quads_for_pattern(None, _SUBCLASS_OF, None, None):
            if isinstance(quad.subject, ox.NamedNode):
                self._children.setdefault(quad.object, set()).add(quad.subject)
        self._used = {quad.object for quad in store.quads_for_pattern(None, _RDF_TYPE, None, None)}

    def has_instances(self, cls: Node) -> bool:
        """Whether anything in the store is of the class or of one below it."""
        return not self._used.isdisjoint(self._below(cls))

    def below(self, cls: Node) -> str:
        """The class and all its subclasses as terms separated by spaces."""
        return " ".join(sorted(map(str, self._below(cls))))

    def _below(self, cls: Node) -> set[Node]:
        found: set[Node] = set()
        todo = [cls]
        while todo:
            current = todo.pop()
            if current not in found:
                found.add(current)
                todo.extend(self._children.get(current, ()))
        return found
