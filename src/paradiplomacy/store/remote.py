"""A SPARQL endpoint elsewhere as a graph that can be asked, through SPARQLWrapper."""

from __future__ import annotations

from http.client import HTTPException
from urllib.error import URLError

import pyoxigraph as ox

from ..findings import EnvironmentFailureError, WrongUsageError
from .results import Result, from_oxigraph

TIMEOUT_SECONDS = 60


class RemoteGraph:
    """Answers SPARQL by any SPARQL 1.1 protocol endpoint."""

    def __init__(self, url: str, timeout: int = TIMEOUT_SECONDS) -> None:
        if not url.startswith(("http://", "https://")):
            raise WrongUsageError(f"an endpoint is an http or https address, not {url!r}.")
        self.url = url
        self.timeout = timeout

    def query(self, sparql: str) -> Result:
        """Answer a query.

        Raises WrongUsageError if the endpoint refuses the query, EnvironmentFailureError if it
        cannot be reached or answers in no known form.
        """
        from SPARQLWrapper import JSON, N3, POST, SPARQLWrapper
        from SPARQLWrapper.SPARQLExceptions import QueryBadFormed, SPARQLWrapperException

        wrapper = SPARQLWrapper(self.url)
        wrapper.setQuery(sparql)
        wrapper.setMethod(POST)
        wrapper.setTimeout(self.timeout)
        is_graph = wrapper.queryType in ("CONSTRUCT", "DESCRIBE")
        wrapper.setReturnFormat(N3 if is_graph else JSON)
        try:
            content: bytes = wrapper.query().response.read()
        except QueryBadFormed as error:
            raise WrongUsageError(f"{self.url} refused the query: {error}") from error
        except (SPARQLWrapperException, URLError, HTTPException, OSError, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            raise EnvironmentFailureError(f"cannot reach the endpoint {self.url}: {reason}.") from error
        return self._parse(content, is_graph)

    def _parse(self, content: bytes, is_graph: bool) -> Result:
        try:
            if is_graph:
                return Result(triples=[quad.triple for quad in ox.parse(content, format=ox.RdfFormat.N3)])
            return from_oxigraph(ox.parse_query_results(content, format=ox.QueryResultsFormat.JSON))
        except (SyntaxError, ValueError) as error:
            raise EnvironmentFailureError(
                f"{self.url} gave an answer that is not SPARQL results: {error}."
            ) from error
