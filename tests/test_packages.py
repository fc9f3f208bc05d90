"""What is installed with the program is named with version, hashes and licence."""

from __future__ import annotations

import json

from runs import ROOT, load_script

SCRIPT = load_script(ROOT / "scripts" / "list_packages.py")
PACKAGES = SCRIPT.read_lock()


def test_every_line_of_the_lock_is_a_package_with_hashes() -> None:
    pinned = [line for line in SCRIPT.LOCK.read_text().splitlines() if line[:1].isalnum()]
    assert [line.partition("==")[0] for line in pinned] == [package.name for package in PACKAGES]
    assert all(package.hashes for package in PACKAGES)


def test_the_bill_of_materials_names_every_package_and_is_the_same_each_time() -> None:
    bill = SCRIPT.make_sbom(PACKAGES)
    assert bill == SCRIPT.make_sbom(PACKAGES)
    assert {part["purl"] for part in bill["components"]} == {f"pkg:pypi/{one.name}@{one.version}" for one in PACKAGES}
    assert json.loads(json.dumps(bill))["metadata"]["component"]["name"] == "claimsift"


def test_the_page_of_licences_lists_what_is_locked() -> None:
    lines = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8").splitlines()
    rows = [line.split(" | ") for line in lines if line.startswith("| ")][1:]
    told = {(row[0].removeprefix("| ").partition(" (")[0], row[1]) for row in rows if row[0] != "| ---"}
    assert told == {(package.name, package.version) for package in PACKAGES}, "run make sbom"
