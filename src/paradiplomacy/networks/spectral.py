"""Eigenvector centrality without power iteration, which need not converge in reasonable time."""

from __future__ import annotations

import math
from collections.abc import Mapping

import networkx as nx
import numpy as np
import scipy
from numpy.typing import NDArray

from ..findings import WrongUsageError

DENSE = 500
"""Up to so many nodes of one component a full decomposition is cheap and always succeeds."""
_SAME = 1e-9


def leading_eigenvector(network: nx.Graph[str]) -> Mapping[str, float]:
    """What power iteration from equal scores would converge to, of Euclidean length 1.

    Each connected component has one positive eigenvector of its greatest eigenvalue (Perron and
    Frobenius). Those components prevail whose eigenvalue is the greatest of all, in proportion to
    the sum of their vectors; nodes elsewhere score 0.
    """
    position = {node: i for i, node in enumerate(network)}
    parts = [sorted(part, key=position.__getitem__) for part in nx.connected_components(network)]
    solved = [(part, *_solve(network, part)) for part in parts]
    greatest = max(value for _, value, _ in solved)
    scores = dict.fromkeys(network, 0.0)
    for part, value, vector in solved:
        if math.isclose(value, greatest, rel_tol=_SAME, abs_tol=_SAME):
            scores.update(zip(part, (vector * vector.sum()).tolist(), strict=True))
    length = math.hypot(*scores.values())
    return {node: score / length for node, score in scores.items()}


def _solve(network: nx.Graph[str], part: list[str]) -> tuple[float, NDArray[np.float64]]:
    """Greatest eigenvalue of a connected component and its eigenvector, of length 1."""
    matrix = nx.to_scipy_sparse_array(network, nodelist=part, dtype=np.dtype(float), weight=None)
    if len(part) <= DENSE:
        values, vectors = np.linalg.eigh(matrix.toarray())
    else:
        try:
            values, vectors = scipy.sparse.linalg.eigsh(matrix, k=1, which="LA", v0=np.ones(len(part)))
        except scipy.sparse.linalg.ArpackNoConvergence as error:
            raise WrongUsageError(
                f"eigenvector: a component of {len(part)} nodes has no clear leading eigenvector; "
                "use another measure."
            ) from error
    return float(values[-1]), np.abs(vectors[:, -1])
