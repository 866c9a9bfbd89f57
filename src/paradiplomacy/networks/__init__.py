"""Networks of actors: projection from a query, measures, export."""

from .export import EXPORTS, as_node_list
from .header import Form, form_of
from .measures import MEASURES, measure
from .projection import project

__all__ = ["EXPORTS", "MEASURES", "Form", "as_node_list", "form_of", "measure", "project"]
