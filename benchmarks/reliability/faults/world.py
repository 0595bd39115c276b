"""A small world to break: two reports, an index of one, a folder of uploads; and the four things that are done in it.

Each action says how the folders look before it, what it does, and how they must look afterwards: as before or as after,
with nothing between. The encoder hashes words; no model is needed, so an action takes some hundredths of a second.
"""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from calcqa.assistant import Assistant
from calcqa.config import ChunkSettings
from calcqa.index import build
from calcqa.index.build import build_index
from calcqa.index.open import open_index
from calcqa.models.encoder import Vectors
from calcqa.parameters import Weights
from calcqa.server.saved_documents import saved
from calcqa.server.workspaces import Workspaces
from calcqa.types import FAQEntry
from calcqa.workspace import LIMITS

OLD = "# Left knee\n\nA man came with pain in the left knee. He had fallen on ice.\n\nThe pain had gone after a week.\n"
NEW = "# Right hip\n\nA woman came with pain in the right hip. She had slipped on a stair.\n"
OWN = "# Dog bite\n\nA farmer was bitten by a dog. Pasteurella multocida grew from the wound.\n"
QUESTIONS = ("Which joint hurt?", "How did he fall?", "What grew from the wound?", "Who won the match?")
_DIMENSION = 16


class SmallEncoder:
    """Bags of words, each hashed to one of sixteen directions."""

    name = "small"
    sha256 = hashlib.sha256(b"small").hexdigest()
    dimension = _DIMENSION
    window = 256

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 vectors of shape (len(texts), 16), each of unit length."""
        out = np.zeros((len(texts), _DIMENSION), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split() or [""]:
                out[row, hashlib.sha256(word.encode()).digest()[0] % _DIMENSION] += 1
        return np.asarray(out / np.linalg.norm(out, axis=1, keepdims=True), dtype=np.float32)

    def count(self, text: str) -> int:
        """Return the number of words."""
        return len(text.split())

    def vocabulary(self) -> frozenset[str]:
        """Return no words."""
        return frozenset()


def make_small() -> None:
    """Leave the list of small talk out of indexes, so that each of their bytes can be turned.

    The lock of progress bars (tqdm, which libraries bring along) is one that forked processes share: killed with it, a
    child would keep it from all others for good. Here it gets one of its own.
    """
    tqdm.set_lock(threading.RLock())
    tqdm.monitor_interval = 0

    def none() -> list[FAQEntry]:
        return []

    build.not_questions = none  # type: ignore[attr-defined]


class World:
    """The folders under `root`: texts, the index, uploads; made anew by `reset` from what `prepare` made once."""

    def __init__(self, root: Path) -> None:
        self.root, self.encoder = root, SmallEncoder()
        self.template, self.index, self.uploads = root / "template", root / "here" / "index", root / "here" / "uploads"
        self.texts = root / "texts"

    def prepare(self) -> None:
        """Make what every case begins with."""
        self.texts.mkdir(parents=True)
        for name, text in (("old.md", OLD), ("new.md", NEW), ("own.md", OWN)):
            (self.texts / name).write_text(text, encoding="utf-8")
        self.build("old.md", self.template / "index")
        (self.template / "uploads").mkdir()
        shutil.copy(self.texts / "new.md", self.template / "uploads" / "new.md")
        (self.template / "index").with_name(".index.lock").unlink()

    def reset(self) -> None:
        """Put all folders back as they were at the beginning."""
        shutil.rmtree(self.root / "here", ignore_errors=True)
        shutil.copytree(self.template, self.root / "here")

    def build(self, name: str, out: Path) -> None:
        """Build the index of one of the texts."""
        build_index([self.texts / name], out, self.encoder, ChunkSettings(), Weights())

    def assistant(self) -> Assistant:
        """Open the index."""
        return Assistant(open_index(self.index), self.encoder)

    def titles(self) -> list[str]:
        """Return the titles of the index's documents; IndexFormatError where it does not open."""
        return [d.title for d in open_index(self.index).documents.values()]

    def start(self) -> list[str]:
        """Start as a server does, with what is saved, and return the titles of all documents."""
        return [d.title for d in saved(self.assistant(), self.uploads).documents()]


Act = Callable[[], None]


@dataclass(frozen=True)
class Action:
    """What is done: `begin` prepares it unharmed and returns the act; `sound` says what is wrong afterwards, if so.

    `sound` gets whether the act said that it was done; it starts anew, as the next process would, and looks for what
    was left behind.
    """

    name: str
    begin: Callable[[World], Act]
    sound: Callable[[World, bool], str]


def _build(world: World) -> Act:
    return lambda: world.build("new.md", world.index)


def _built(world: World, done: bool) -> str:
    if (titles := world.titles()) not in ([["Right hip"]] if done else [["Left knee"], ["Right hip"]]):
        return f"the index holds {titles}"
    world.build("new.md", world.index)
    left = {p.name for p in world.index.parent.iterdir()} - {"index", "uploads", ".index.lock"}
    return f"left behind: {left}" if left or world.titles() != ["Right hip"] else ""


def _add(world: World) -> Act:
    workspaces = Workspaces(world.assistant(), LIMITS)
    token = workspaces.begin("")
    workspace = workspaces.of(token)

    def act() -> None:
        try:
            workspace.add(world.texts / "own.md")
        finally:
            titles = [d.title for d in workspace.own]
            if [d.title for d in workspace.assistant().documents()] != ["Left knee", *titles]:
                raise AssertionError(titles)

    return act


def _untouched(world: World, done: bool) -> str:
    here = sorted(p.relative_to(world.root / "here") for p in (world.root / "here").rglob("*"))
    before = sorted(p.relative_to(world.template) for p in world.template.rglob("*"))
    return "" if here == before and world.titles() == ["Left knee"] else "the disk was written to"


def _save(world: World) -> Act:
    workspaces = Workspaces(world.assistant(), LIMITS, world.uploads)
    token = workspaces.begin("")
    document = workspaces.of(token).add(world.texts / "own.md")
    content = (world.texts / "own.md").read_bytes()
    return lambda: workspaces.save(token, document, content, "own.md")


def _saved(world: World, done: bool) -> str:
    for path in world.uploads.glob("[!.]*"):
        if path.read_text(encoding="utf-8") not in (NEW, OWN):
            return f"half of {path.name} is saved"
    return _started(world, [True] if done else [False, True])


def _remove(world: World) -> Act:
    workspaces = Workspaces(world.assistant(), LIMITS, world.uploads)
    token = workspaces.begin("")
    document = workspaces.of(token).add(world.texts / "own.md")
    workspaces.save(token, document, (world.texts / "own.md").read_bytes(), "own.md")
    return lambda: workspaces.remove(token, document.id)


def _removed(world: World, done: bool) -> str:
    return _started(world, [False] if done else [False, True])


def _start(world: World) -> Act:
    def act() -> None:
        if (
            world.start()[0] != "Left knee"
        ):  # a saved file that cannot be read just now is left out, and the log says so
            raise AssertionError

    return act


def _started_again(world: World, done: bool) -> str:
    return _started(world, [False])


def _started(world: World, owned: Sequence[bool]) -> str:
    """Start anew: say whether the documents are others than they may be, or something was left behind."""
    titles = sorted(world.start())
    if titles not in [sorted(["Left knee", "Right hip", *(["Dog bite"] if own else [])]) for own in owned]:
        return f"the next start has {titles}"
    names = [p.name for p in world.uploads.iterdir() if p.name not in (".index", ".lock")]
    names += [p.name for p in (world.uploads / ".index").iterdir() if not p.name.endswith(".lock")]
    left = [n for n in names if n.startswith(".")]
    return f"left behind: {left}" if left or len(names) != 2 * (len(titles) - 1) else ""


ACTIONS = (
    Action("build", _build, _built),
    Action("add", _add, _untouched),
    Action("save", _save, _saved),
    Action("remove", _remove, _removed),
    Action("start", _start, _started_again),
)
