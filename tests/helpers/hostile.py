"""What somebody may put into a folder that they hand over: pickles that leave a mark, and seals that fit."""

import io
import json
import pickle
from pathlib import Path

import numpy as np

from calcqa.index.directory import write_manifest


class Payload:
    """Makes a file where it is unpickled."""

    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return Path.touch, (self.mark,)


def pickled(mark):
    """Return a pickle that makes the file `mark`."""
    return pickle.dumps(Payload(mark))


def object_array(mark):
    """Return a `.npy` file with one object in it, which makes the file `mark`."""
    file = io.BytesIO()
    np.save(file, np.array([Payload(mark)], dtype=object), allow_pickle=True)
    return file.getvalue()


def object_archive(mark):
    """Return a `.npz` file of object arrays."""
    file = io.BytesIO()
    np.savez(file, metric=np.array([Payload(mark)], dtype=object), probe=np.array([Payload(mark)], dtype=object))
    return file.getvalue()


def manifest_of(folder):
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def resealed(folder, **changes):
    """Write the manifest anew, so that only the checks behind the checksums can find what is wrong."""
    write_manifest(folder, manifest_of(folder) | changes)
