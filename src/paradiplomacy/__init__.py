"""The reference knowledge graph of paradiplomatic actors, and the tool that people keep it with.

>>> import paradiplomacy
>>> graph = paradiplomacy.open_graph()
>>> frame = graph.query("sister-cities-of", place="cn-yunnan").to_polars()
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["__version__", "open_graph"]

if TYPE_CHECKING:
    from .api import open_graph


def __getattr__(name: str) -> Any:
    """Load the API only when it is used, so that every command starts fast."""
    if name == "open_graph":
        from .api import open_graph

        return open_graph
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
