"""From curated tables to a snapshot of the graph: anew, or by carrying a change into the last one.

What takes long to import is imported while the last graph is read.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..dataset import Dataset
from ..findings import Finding, Severity, count_by_severity
from ..store import Draft, Snapshot, current_snapshot, up_to_date

if TYPE_CHECKING:
    from .check import Checked

Progress = Callable[[str], None]


@dataclass
class Built:
    """The outcome of a build: what the graph holds, violations and warnings, whether anything was written.

    Findings that only inform are counted in the manifest; ``check`` lists them.
    """

    findings: list[Finding]
    manifest: dict[str, Any]
    is_valid: bool
    is_new: bool


def build(dataset: Dataset, store: Path, engine: str = "auto", progress: Progress = lambda _: None) -> Built:
    """Check the dataset and, if it is valid, make its graph the store's current snapshot.

    A build whose inputs have not changed does nothing; one of invalid data leaves the store as it was.
    Where only tables have changed, the change is carried into the last graph, if that is surely the
    same as making it anew (see ``rebuild``).
    """
    digest = dataset.digest()
    if same := up_to_date(store, digest):
        return Built([], same.manifest(), is_valid=True, is_new=False)
    last = current_snapshot(store)
    if last and engine == "auto" and last.manifest().get("definitions") == dataset.digest_of_definitions():
        with ThreadPoolExecutor(1) as reader:
            loading = reader.submit(last.load)
            from .rebuild import rebuild

            manifest = rebuild(dataset, store, last, loading, digest, progress)
        if manifest:
            return Built([], manifest, is_valid=True, is_new=True)
    return _build_anew(dataset, store, last, digest, engine, progress)


def _build_anew(
    dataset: Dataset, store: Path, last: Snapshot | None, digest: str, engine: str, progress: Progress
) -> Built:
    from .check import check

    with Draft(store) as draft:
        checked = check(dataset, engine, progress, last, draft.add)
        grave = [finding for finding in checked.findings if finding.severity is not Severity.INFO]
        if not checked.is_valid:
            return Built(grave, {}, is_valid=False, is_new=False)
        manifest = _describe(dataset, checked) | {"digest": digest}
        _keep(draft, dataset, checked)
        if dataset.digest() == digest:
            draft.commit(digest, manifest)
            return Built(grave, manifest, is_valid=True, is_new=True)
    return build(dataset, store, engine, progress)  # somebody has saved a file meanwhile


def _describe(dataset: Dataset, checked: Checked) -> dict[str, Any]:
    from .manifest import count_graphs, count_instances, describe

    assert checked.store is not None, "a valid graph is there"
    counts = count_graphs(checked.store), count_instances(checked.store)
    return describe(*counts, count_by_severity(checked.findings)) | {
        "definitions": dataset.digest_of_definitions(),
        "version": __version__,
        "parts": [len(part) for part in checked.parts],
    }


def _keep(draft: Draft, dataset: Dataset, checked: Checked) -> None:
    """Keep what ``rebuild`` looks up."""
    assert checked.derivations is not None, "a valid graph is there"
    urls = [read.table.url for read in checked.tables]
    draft.keep(
        {url: (dataset.data / url).read_bytes() for url in urls},
        validation=checked.memory.write(),
        derivations=checked.derivations.write(),
        shared=checked.shared,
    )
