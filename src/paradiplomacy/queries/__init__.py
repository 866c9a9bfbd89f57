"""The catalogue of queries, their parameters, and the formats of results."""

from .catalogue import CatalogueQuery, find_query, read_catalogue, read_query
from .formats import FORMATS, render, short
from .parameters import bind, resolve

__all__ = [
    "FORMATS",
    "CatalogueQuery",
    "bind",
    "find_query",
    "read_catalogue",
    "read_query",
    "render",
    "resolve",
    "short",
]
