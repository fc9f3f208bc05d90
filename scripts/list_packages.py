"""What is installed with the program: a bill of materials (CycloneDX), and a page of licences.

    python scripts/list_packages.py --sbom dist/claimsift.cdx.json
    python scripts/list_packages.py --licences docs/licences.md

Names, versions and hashes are those of the lock, requirements/run.txt; licences are what each installed package says of
itself. Equal locks give equal files.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tomllib
import uuid
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements" / "run.txt"

# "blis==1.3.4 \", "colorama==0.4.6 ; sys_platform == 'win32' \", "    --hash=sha256:0a1b"
PINNED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;\\]+)(?: ; (?P<marker>[^\\]+?))?\s*\\?$")
HASH = re.compile(r"--hash=sha256:(?P<digest>[0-9a-f]{64})")
LONGEST_NAME = 60  # characters: a longer "license" is the text of one
# What packages of the lock say less exactly than these names of SPDX, and the terms that are meant.
SPELLED = {
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",  # of which of its forms, only the package says
    "BSD 3-Clause License": "BSD-3-Clause",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}


@dataclass(frozen=True, slots=True)
class Package:
    """One locked package. `licence` is None where it is not installed here, `marker` where it is for every system."""

    name: str
    version: str
    marker: str | None
    hashes: tuple[str, ...]
    licence: str | None


def read_lock(path: Path = LOCK) -> tuple[Package, ...]:
    """Every package of a lock, in its order."""
    packages: list[Package] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if pinned := PINNED.match(line):
            name = pinned["name"]
            packages.append(Package(name, pinned["version"], pinned["marker"], (), find_licence(name)))
        elif found := HASH.search(line):
            last = packages[-1]
            hashes = (*last.hashes, found["digest"])
            packages[-1] = Package(last.name, last.version, last.marker, hashes, last.licence)
    return tuple(packages)


def find_licence(name: str) -> str | None:
    """What an installed package says of its licence: the expression, else the classifiers, else the free words."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    if expression := about.get("License-Expression"):
        return expression
    classifiers = [line.rpartition(" :: ")[2] for line in about.get_all("Classifier", []) if "License ::" in line]
    names = [word for word in classifiers if word != "OSI Approved"] or [about.get("License") or "not stated"]
    short = [SPELLED.get(word, word) for word in names if len(word) <= LONGEST_NAME]
    return " AND ".join(dict.fromkeys(short)) or "see the package"


def make_sbom(packages: tuple[Package, ...]) -> dict[str, object]:
    """The bill of materials in CycloneDX 1.6. Its serial number comes from its content."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    name = project["name"]
    components = [describe(package) for package in packages]
    version = project.get("version") or metadata.version(name)
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps([name, version, components]))
    own = {"type": "application", "bom-ref": name, "name": name, "version": version}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {"component": {**own, "licenses": [{"license": {"id": project["license"]}}]}},
        "components": components,
    }


def describe(package: Package) -> dict[str, object]:
    """One package as a component, with the hash of every archive of it that the lock allows."""
    address = f"pkg:pypi/{package.name}@{package.version}"
    part: dict[str, object] = {
        "type": "library",
        "bom-ref": address,
        "name": package.name,
        "version": package.version,
        "purl": address,
    }
    if package.licence:
        part["licenses"] = [{"license": {"name": package.licence}}]
    properties = [{"name": "lock:sha256", "value": digest} for digest in package.hashes]
    if package.marker:
        properties.append({"name": "lock:marker", "value": package.marker})
    return {**part, "properties": properties}


def write_licences(packages: tuple[Package, ...]) -> str:
    """The page of licences, in Markdown."""
    lines = [
        "# Licences",
        "",
        "The program and its lexicons are under the MIT licence, see `LICENSE`. These packages are installed with it,",
        "each under its own licence, here as it states it. Made by `make sbom`.",
        "",
        "| package | version | licence |",
        "| --- | --- | --- |",
    ]
    for package in packages:
        where = f" (only where `{package.marker}`)" if package.marker else ""
        lines.append(f"| {package.name}{where} | {package.version} | {package.licence or 'not installed here'} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sbom", type=Path)
    parser.add_argument("--licences", type=Path)
    options = parser.parse_args()
    packages = read_lock()
    if options.sbom:
        options.sbom.parent.mkdir(parents=True, exist_ok=True)
        options.sbom.write_text(json.dumps(make_sbom(packages), indent=2) + "\n", encoding="utf-8")
    if options.licences:
        options.licences.write_text(write_licences(packages), encoding="utf-8")
    print(f"{len(packages)} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
