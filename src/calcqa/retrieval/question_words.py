"""The words of a question, as typed and corrected, against the texts of an index."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from calcqa.index.index import Index
from calcqa.stores.base import Floats


class QuestionWords:
    """The shares of a question's words: the best of its forms; of several readings, the mean of these."""

    def __init__(self, index: Index, readings: Sequence[Sequence[str]], wider: int) -> None:
        """Hold the forms of each reading; for several forms, `wider` times as many ids are searched."""
        self._lexical, self._readings, self._wider = index.lexical, readings, wider

    def of(self, field: str, ids: Sequence[str]) -> Floats:
        """Return the share of each of `ids`, 0..1, shape (ids,)."""
        shares = [np.maximum.reduce([self._lexical.score(field, f, ids) for f in forms]) for forms in self._readings]
        return np.asarray(shares[0] if len(shares) == 1 else np.mean(shares, axis=0), dtype=np.float32)

    def best(self, field: str, k: int) -> list[str]:
        """Return the k ids that share most, best first, and none that shares nothing."""
        forms = list(dict.fromkeys(f for forms in self._readings for f in forms))
        most = k if len(forms) == 1 else self._wider * k
        ids = list(dict.fromkeys(m.id for f in forms for m in self._lexical.search(field, f, most)))
        if len(forms) > 1:
            shares = dict(zip(ids, self.of(field, ids).tolist(), strict=True))
            ids.sort(key=lambda i: -shares[i])
        return ids[:k]
