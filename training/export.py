"""Write the trained network as package data: `entities.npz` in small numbers, `entities.json` with what they mean."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from training.network import Network

    Arrays = Mapping[str, npt.NDArray[Any]]

SMALL = 127  # the largest number of a byte with a sign


def export_weights(
    net: Network, words: Sequence[str], folder: Path, settings: Mapping[str, Any], extra: Arrays
) -> None:
    """Write both files into `folder`; `extra` are further arrays that the tagger reads, as they are."""
    arrays = {**shrink_weights(net), **extra}
    arrays["words"] = np.frombuffer("\n".join(words).encode(), dtype=np.uint8)
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / "entities.npz", **arrays)
    digest = hashlib.sha256((folder / "entities.npz").read_bytes()).hexdigest()
    meta = {**settings, "heads": list(net.heads), "sha256": digest}
    (folder / "entities.json").write_text(json.dumps(meta, indent=2) + "\n", encoding="utf-8")


def shrink_weights(net: Network) -> dict[str, npt.NDArray[Any]]:
    """The arrays that the tagger reads: tables as bytes with a scale for each column, all else as halves."""
    state = {name: value.detach().numpy() for name, value in net.state_dict().items()}
    weight, bias = (value.detach().numpy() for value in net.weights())
    arrays: dict[str, npt.NDArray[Any]] = {}
    for name in ("word", "row"):
        arrays[name], arrays[f"{name}_scale"] = _to_bytes(state[f"{name}.weight"])
    arrays["kind"] = state["kind.weight"]
    for ours, theirs in (("ahead", "forth"), ("behind", "back")):
        arrays[f"{ours}_in"] = state[f"{theirs}.weight_ih_l0"].T
        arrays[f"{ours}_again"] = state[f"{theirs}.weight_hh_l0"].T
        arrays[f"{ours}_bias"] = state[f"{theirs}.bias_ih_l0"] + state[f"{theirs}.bias_hh_l0"]
    arrays["out"] = weight  # [heads, tags, width]
    arrays["out_bias"] = bias
    arrays["steps"] = state["steps"][net.type_of.numpy()]
    return {name: value if value.dtype == np.int8 else value.astype(np.float16) for name, value in arrays.items()}


def _to_bytes(table: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    """Each column in steps of a byte. The largest value of a column is rare: what lies behind six deviations is cut."""
    top = np.minimum(np.abs(table).max(axis=0), 6 * table.std(axis=0) + 1e-6)
    scale = (top / SMALL).astype(np.float16).astype(np.float32)
    return np.clip(np.rint(table / scale), -SMALL, SMALL).astype(np.int8), scale
