"""The notebook of the docs, run as a reader runs it, on the pages of the repository."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from nbclient import NotebookClient

from runs import RAW, ROOT, Run

if TYPE_CHECKING:
    from pathlib import Path

NOTEBOOK = ROOT / "docs" / "notebook.ipynb"


def read_notebook() -> Any:  # noqa: ANN401  (nbformat has no types)
    return nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]


@pytest.fixture(scope="module")
def executed(raw_run: Run, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """The code cells with their outputs, from a folder that holds raw/ and extracted/."""
    folder: Path = tmp_path_factory.mktemp("notebook")
    (folder / "raw").symlink_to(RAW)
    (folder / "extracted").symlink_to(raw_run.out)
    notebook = read_notebook()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the machinery of Jupyter, about itself
        NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_every_cell_runs_and_complains_of_nothing(executed: list[Any]) -> None:
    streams = [output for cell in executed for output in cell.outputs if output.output_type in ("stream", "error")]
    assert streams == []


def test_it_shows_claims_a_plot_and_the_raw_words(executed: list[Any]) -> None:
    shown = {
        kind: [out["data"][kind] for cell in executed for out in cell.outputs if kind in out.get("data", {})]
        for kind in ("text/html", "image/svg+xml")
    }
    (plot,) = shown["image/svg+xml"]
    assert plot.count("<circle") > 5
    assert "NaN" not in plot
    marked = [page for page in shown["text/html"] if "<mark>" in page]
    assert len(marked) == 2
    assert sum(page.count("<mark>") for page in marked) >= 3


def test_no_output_is_stored_that_could_grow_stale() -> None:
    notebook = read_notebook()
    nbformat.validate(notebook)
    assert not any(cell.outputs or cell.execution_count for cell in notebook.cells if cell.cell_type == "code")
