"""What several test modules share."""

from __future__ import annotations

import pytest

import paradiplomacy
from paradiplomacy.api import KnowledgeGraph


@pytest.fixture(scope="session")
def graph(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    """The curated graph in a fresh store."""
    return paradiplomacy.open_graph(store=tmp_path_factory.mktemp("store"))
