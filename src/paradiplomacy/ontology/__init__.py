"""Terms and namespaces from the Turtle files; reasoning with owlready2."""

from .terms import defined_terms, parse_turtle, read_ontology, read_shapes

__all__ = ["defined_terms", "parse_turtle", "read_ontology", "read_shapes"]
