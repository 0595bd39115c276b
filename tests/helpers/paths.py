"""Where things stand in the repository, for the tests."""

from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
TESTS = REPO / "tests"
SOURCE = REPO / "src" / "calcqa"
CORPUS = REPO / "corpus"
EDITION = CORPUS / "calcinosis-universalis.md"
SIDECAR = CORPUS / "calcinosis-universalis.questions.jsonl"
