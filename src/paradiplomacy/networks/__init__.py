"""Networks of actors: projection from a query, measures, export."""

from .export import EXPORTS
from .measures import MEASURES, measure
from .projection import project

__all__ = ["EXPORTS", "MEASURES", "measure", "project"]
