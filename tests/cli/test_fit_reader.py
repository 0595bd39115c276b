"""`calcqa fit-reader` writes the numbers by which a reader decides into its folder, and an assistant takes them."""

import json
import shutil

import pytest
from typer.testing import CliRunner

import calcqa
from calcqa.cli.main import app
from calcqa.models.load_reader import load_reader, reader_folder
from calcqa.models.reader import brought
from calcqa.parameters import shipped_weights
from helpers.paths import REPO

NOTES = REPO / "questions/notes"


@pytest.mark.models
def test_a_reader_gets_numbers_of_its_own(tmp_path):
    lines = [json.loads(line) for line in (NOTES / "dev.jsonl").read_text("utf-8").splitlines()]
    few = set(list(dict.fromkeys(line["document"] for line in lines))[:2])
    asked, reader = tmp_path / "few.jsonl", tmp_path / "reader"
    asked.write_text("".join(json.dumps(line) + "\n" for line in lines if line["document"] in few), "utf-8")
    shutil.copytree(reader_folder(), reader)
    options = ["--others", str(asked), "--texts", str(NOTES / "corpus.jsonl"), "--sentences", "6"]
    result = CliRunner().invoke(app, ["fit-reader", str(reader), *options])
    assert result.exit_code == 0, result.output
    meta = json.loads((reader / "meta.json").read_text("utf-8"))
    own, shipped = brought(shipped_weights(), load_reader(reader)), shipped_weights()
    assert meta["weights"]["read_sentences"] == own.read_sentences == 6 != shipped.read_sentences
    assert list(own.read) == meta["weights"]["read"] != list(shipped.read)
    assert calcqa.open(REPO / "index", reader=str(reader)).ask("What is calcinosis universalis?").citations
