"""The commands that fit the numbers that decide: fit, fit-reader. Thin over `evaluation/fit.py`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from calcqa.cli.output import say, say_json
from calcqa.config import require_extra
from calcqa.errors import InputError

if TYPE_CHECKING:
    from calcqa.evaluation.datasets import Dataset
    from calcqa.evaluation.deciding import Posed
    from calcqa.models.encoder import Encoder

fit_app = typer.Typer()


@fit_app.command()
def fit(
    questions: Annotated[Path, typer.Argument(help="A question set; only its development part is used.")],
    corpus: Annotated[list[Path] | None, typer.Option(help="The documents; by default ./corpus.")] = None,
    split: Annotated[str, typer.Option(help="The part of the set to fit on.")] = "dev",
    out: Annotated[Path | None, typer.Option(help="Where to write; by default the package's own weights.")] = None,
    others: Annotated[
        list[Path] | None, typer.Option(help="A question set over other documents, each asked alone and without FAQ.")
    ] = None,
    texts: Annotated[list[Path] | None, typer.Option(help="The corpus.jsonl of these documents, of each set.")] = None,
    faq: Annotated[
        Path | None, typer.Option(help="FAQ entries, as offsets, of documents of the first set, by another writer.")
    ] = None,
) -> None:
    """Fit how scores are weighed, and when a question is answered, and write the weights with their figures.

    With --others, the weights for documents without FAQ entries are fitted on these sets, else on the same documents as
    if they had none. Of several, the first --texts belongs to the first. With --faq, the weights for documents with few
    entries are fitted on those documents as well.

    Run `calcqa build` afterwards: an index carries the weights it was built with.
    """
    require_extra("eval")
    import tempfile

    from calcqa.assistant import find_reader
    from calcqa.config import ChunkSettings, default_encoder
    from calcqa.evaluation import load_questions
    from calcqa.evaluation.alone import each_alone
    from calcqa.evaluation.datasets.faq import with_faq
    from calcqa.evaluation.fit import FEW, THINNED
    from calcqa.evaluation.fit import fit as fit_weights
    from calcqa.index.build import build_index
    from calcqa.index.index import Index as OpenIndex
    from calcqa.index.open import open_index
    from calcqa.models.load_encoder import load_encoder
    from calcqa.parameters import WEIGHTS_FILE, Weights

    others, texts = others or [], texts or []
    if faq and not others:
        raise InputError("--faq has entries of the documents of --others, which is missing.")
    asked = load_questions(questions, split)
    sets = _sets(others, texts, split)
    written = with_faq(sets[0], faq) if faq else None
    paths, encoder = corpus or [Path("corpus")], load_encoder(default_encoder())
    with tempfile.TemporaryDirectory() as folder:

        def make(name: str, **use: Any) -> OpenIndex:
            say(f"building: {name}")
            report = build_index(paths, Path(folder, name), encoder, ChunkSettings(), Weights(), **use)
            return open_index(report.path)

        thin = [make(f"thinned {i + 1}", share=share) for i, share in enumerate(THINNED)]
        full, few, plain = make("whole"), make("few", share=FEW), make("without sidecars", sidecars=False)
        posed = _posed(sets, encoder, Path(folder))
        with_few = each_alone(written, encoder, Path(folder, "others with FAQ")) if written else ()
        weights = fit_weights(full, thin, few, plain, encoder, asked, find_reader(), say, posed, with_few)
    target = out or WEIGHTS_FILE
    target.write_text(json.dumps(weights.to_dict(), indent=1) + "\n", encoding="utf-8")
    for name, figures in weights.figures.items():
        say(f"{name}: {figures}")
    say(f"Written: {target.name}. Now run: calcqa build")


@fit_app.command()
def fit_reader(
    reader: Annotated[Path, typer.Argument(help="The folder of an exported reader.")],
    others: Annotated[list[Path], typer.Option(help="A question set over documents, each asked alone, without FAQ.")],
    texts: Annotated[list[Path], typer.Option(help="The corpus.jsonl of these documents, of each set.")],
    split: Annotated[str, typer.Option(help="The part of the sets to fit on.")] = "dev",
    sentences: Annotated[int | None, typer.Option(min=1, help="How many sentences it reads of a document.")] = None,
) -> None:
    """Fit when a question is answered by what one reader reads, and write it into that reader's meta.json.

    An index carries such weights for the reader that ships; another that brings its own decides by those.
    """
    require_extra("eval")
    import dataclasses
    import tempfile

    from calcqa.config import default_encoder
    from calcqa.evaluation.fit import fit_reader as fit_weights
    from calcqa.models.load_encoder import load_encoder
    from calcqa.models.load_reader import load_reader, reader_folder
    from calcqa.parameters import shipped_weights

    file, opened = reader_folder(reader) / "meta.json", load_reader(reader)
    if not file.is_file():
        raise InputError(f"{file.parent.name} is no export of ours: there is nowhere to write to.")
    sets = _sets(others, texts, split)
    encoder, weights = load_encoder(default_encoder()), shipped_weights()
    weights = dataclasses.replace(weights, read_sentences=sentences or weights.read_sentences)
    with tempfile.TemporaryDirectory() as folder:
        own = fit_weights(_posed(sets, encoder, Path(folder)), encoder, weights, opened)
    meta = json.loads(file.read_text(encoding="utf-8")) | {"weights": own}
    file.write_text(json.dumps(meta, indent=1) + "\n", encoding="utf-8")
    say_json(own)


def _sets(others: list[Path], texts: list[Path], split: str) -> list[Dataset]:
    """Return the question sets of --others, each over its --texts."""
    from calcqa.evaluation import load_dataset
    from calcqa.evaluation.alone import fit_for_others

    if len(others) != len(texts):
        raise InputError("--others are question sets, --texts the corpus.jsonl of each; give as many of both.")
    return [fit_for_others(load_dataset(o, [t]), split) for o, t in zip(others, texts, strict=True)]


def _posed(sets: list[Dataset], encoder: Encoder, folder: Path) -> list[Posed]:
    """Return an index of each document of the sets with its questions."""
    from calcqa.evaluation.alone import each_alone

    posed: list[Posed] = []
    for dataset in sets:
        say(f"building: the documents of {dataset.name}")
        posed += each_alone(dataset, encoder, folder / f"others {len(posed)}")
    return posed
