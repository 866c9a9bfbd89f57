"""The class hierarchy of a store, looked up once per class instead of once per instance."""

from __future__ import annotations

import pyoxigraph as ox

from .paths import Node

_SUBCLASS_OF = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")


class ClassTree:
    """Answers which classes stand below a class."""

    def __init__(self, store: ox.Store) -> None:
        self._children: dict[Node, set[Node]] = {}
        for quad in store.quads_for_pattern(None, _SUBCLASS_OF, None, None):
            if isinstance(quad.subject, ox.NamedNode):
                self._children.setdefault(quad.object, set()).add(quad.subject)

    def below(self, cls: Node) -> str:
        """The class and all its subclasses as terms separated by spaces."""
        found: set[Node] = set()
        todo = [cls]
        while todo:
            current = todo.pop()
            if current not in found:
                found.add(current)
                todo.extend(self._children.get(current, ()))
        return " ".join(sorted(map(str, found)))
