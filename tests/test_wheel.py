"""The wheel, installed elsewhere, is the program: the same files, and the same tables."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from pipeline.annotate.model import COMPONENTS
from runs import RAW, ROOT, Run, call_python, read_files


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the wheel is made of, so that nothing is built in the checkout."""
    folder = tmp_path_factory.mktemp("source")
    shutil.copytree(ROOT / "pipeline", folder / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(folder), str(source)]
    subprocess.run(build, check=True, capture_output=True)
    (found,) = folder.glob("claimsift-*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds our package from the wheel, and nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    offline = ["--no-deps", "--no-index", "--no-compile", "--disable-pip-version-check"]
    pip = [sys.executable, "-m", "pip", "install", *offline, "--target", str(folder), str(wheel)]
    subprocess.run(pip, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def fresh(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a new environment in which the wheel is installed, beside the packages that it needs."""
    folder = tmp_path_factory.mktemp("fresh")
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    offline = ["--no-deps", "--no-index", "--no-compile", "--disable-pip-version-check"]
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", *offline, str(wheel)]
    subprocess.run(pip, check=True, capture_output=True)
    (site,) = folder.glob("lib/python*/site-packages")
    # The packages alone: files named .pth in there, such as that of our checkout, have no effect.
    (site / "needed.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    return python


def test_the_wheel_holds_the_package_whole_and_alone(source: Path, wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert held == {path.relative_to(source).as_posix() for path in (source / "pipeline").rglob("*") if path.is_file()}


def test_the_wheel_runs_elsewhere_and_gives_the_same_result(
    installed: Path, offline: Path, raw_run: Run, tmp_path: Path
) -> None:
    path = [offline, installed]
    asked = call_python("-c", "import pipeline; print(pipeline.__file__)", path=path, cwd=tmp_path)
    assert asked.stdout.strip() == str(installed / "pipeline" / "__init__.py")
    done = call_python("-m", "pipeline", "extract", RAW, "--out", "out", path=path, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert read_files(tmp_path / "out") == raw_run.files()


# What a user of spaCy writes who has installed the wheel and imports nothing of ours.
FOREIGN = """
import json
import sys
import warnings

import spacy
from spacy.tokens import DocBin

warnings.filterwarnings("ignore", category=FutureWarning)

COMPONENTS = json.loads(sys.argv[1])
TEXTS = [
    "Semax (MEHFPGP) is a heptapeptide. Its half-life in rat plasma is 20 minutes [3].",
    "Selank may reduce anxiety in mice (Sample et al., 2006). Semax is a fragment of ACTH(4-10).",
] * 3


def main():
    nlp = spacy.blank("en")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "ANIMAL", "pattern": "mice"}])
    for name in COMPONENTS:
        nlp.add_pipe(name)
    docs = [nlp(text) for text in TEXTS]
    found = [doc._.claimsift for doc in docs]
    nlp.to_disk("saved")
    loaded = spacy.load("saved")
    stored = DocBin(store_user_data=True, docs=docs).to_bytes()
    ways = {
        "loaded": map(loaded, TEXTS),
        "two processes": loaded.pipe(TEXTS, n_process=2, batch_size=2),
        "doc bin": DocBin().from_bytes(stored).get_docs(spacy.blank("en").vocab),
        "bytes": (spacy.tokens.Doc(nlp.vocab).from_bytes(doc.to_bytes()) for doc in docs),
    }
    for way, others in ways.items():
        others = list(others)
        assert [list(doc._.claimsift) for doc in others] == found, way
        assert [[ent.text for ent in doc.ents] for doc in others] == [[], ["mice"]] * 3, way
        spans = [[(span.start_char, span.label_, span.kb_id_) for span in doc.spans["claimsift"]] for doc in others]
        assert spans == [[(s.start_char, s.label_, s.kb_id_) for s in doc.spans["claimsift"]] for doc in docs], way
    import pipeline

    print(pipeline.__file__)
    print(sorted({str(mention.label) for mentions in found for mention in mentions}))


if __name__ == "__main__":
    main()
"""


def test_our_components_work_by_name_in_a_foreign_pipeline(fresh: Path, offline: Path, tmp_path: Path) -> None:
    (tmp_path / "foreign.py").write_text(FOREIGN, encoding="utf-8")
    names = json.dumps(COMPONENTS)
    done = call_python("-X", "utf8", "foreign.py", names, path=[offline], cwd=tmp_path, python=fresh)
    assert done.returncode == 0, done.stderr
    where, labels = done.stdout.splitlines()
    assert Path(where).is_relative_to(fresh.parents[1])
    assert {"COMPOUND", "SEQUENCE", "QUANTITY", "CITATION", "CUE", "FRAGMENT"} <= set(ast.literal_eval(labels))
