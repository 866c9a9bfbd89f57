"""What several test modules share."""

from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock

import paradiplomacy
from paradiplomacy.api import KnowledgeGraph
from paradiplomacy.build import build
from paradiplomacy.dataset import find_dataset


@pytest.fixture(scope="session")
def real_store(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The store of the curated graph, built once for all workers."""
    base = tmp_path_factory.getbasetemp()
    store = (base if worker_id == "master" else base.parent) / "real-store"
    with FileLock(f"{store}.lock"):
        assert build(find_dataset(), store).is_valid
    return store


@pytest.fixture(scope="session")
def graph(real_store: Path) -> KnowledgeGraph:
    """The curated graph."""
    return paradiplomacy.open_graph(store=real_store)
