"""Where things stand in the repository, for the tests."""

from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
SOURCE = REPO / "src" / "calcqa"
CORPUS = REPO / "corpus"
EDITION = CORPUS / "calcinosis-universalis.md"
SIDECAR = CORPUS / "calcinosis-universalis.questions.jsonl"
