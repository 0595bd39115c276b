"""Fixtures: a fake encoder for logic, the real one under its marker, and a small index of an invented report."""

import json
import os

import pytest
from hypothesis import settings

from calcqa.config import ChunkSettings
from calcqa.index.build import build_index
from calcqa.models.load_encoder import load_encoder
from calcqa.parameters import Weights
from helpers.small import SMALL_DOCUMENT, SMALL_SIDECAR, FakeEncoder

settings.register_profile("calcqa", deadline=None)  # a busy machine is no failure
settings.load_profile("calcqa")

_BEGUN = dict(os.environ)  # before any test module was imported


def pytest_collection_finish():
    """Hold that no module of the tests changes what calcqa is told, for all tests, by being imported."""
    told = [{k: v for k, v in each.items() if k.startswith("CALCQA_")} for each in (_BEGUN, os.environ)]
    assert told[0] == told[1], f"a test module changed the environment: {told}"


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch):
    """Keep the variables of whoever runs the tests out of them; the cache of the encoder's export may stay."""
    for name in ("CALCQA_INDEX", "CALCQA_ENCODER", "CALCQA_READER"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def fake_encoder():
    return FakeEncoder()


@pytest.fixture(scope="session")
def real_encoder():
    return load_encoder()


@pytest.fixture
def small_source(tmp_path):
    """The path of the invented report, its sidecar beside it."""
    folder = tmp_path / "source"
    folder.mkdir()
    path = folder / "knee.md"
    path.write_text(SMALL_DOCUMENT, encoding="utf-8")
    lines = "".join(json.dumps(record) + "\n" for record in SMALL_SIDECAR)
    (folder / "knee.questions.jsonl").write_text(lines, encoding="utf-8")
    return path


@pytest.fixture
def build_small(fake_encoder):
    """Build with the fake encoder and the settings' defaults: `build_small(paths, out, **options)`."""

    def build(paths, out, *, encoder=fake_encoder, chunking=None, **options):
        chunking = chunking or ChunkSettings()
        return build_index(paths, out, encoder, chunking, Weights(), **options)

    return build


@pytest.fixture
def small_index(tmp_path, small_source, build_small):
    """The folder of the invented report's index."""
    return build_small([small_source], tmp_path / "index").path


# --- the page in a browser --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser():
    """A real Chromium; a test that needs one fails where there is none. Its event loop runs as long as it does."""
    from playwright.sync_api import sync_playwright

    from helpers.chromium import MISSING, arguments, find_chromium

    path = find_chromium()
    if path is None:
        pytest.fail(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments())
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address():
    """Where the page is served over the repository's index, for every test that asks for nothing special."""
    from helpers.chromium import serving, test_index

    with serving(test_index()) as address:
        yield address


@pytest.fixture
def watched(browser, address, request):
    """Opens pages; the test fails on a request to elsewhere, an error in the console, or a dialog."""
    from helpers.chromium import Watched

    watched = Watched(browser, address, request.node.name)
    yield watched
    watched.close()
    assert watched.faults == []


@pytest.fixture
def page(watched):
    """The page, just opened on a desktop."""
    return watched.open()
