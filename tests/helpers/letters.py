"""An invented letter with sections, a list and a table, and an assistant over texts that decides by words alone."""

import dataclasses

from calcqa.assistant import Assistant
from calcqa.config import ChunkSettings
from calcqa.index.build import build_index
from calcqa.index.open import open_index
from calcqa.parameters import Weights

LETTER = """# Letter on Odile Farnham

## Presentation

Odile Farnham, a 71-year-old organist, did present with breathlessness and swollen ankles.

## Examination on admission

Her pulse was 118 and irregular. There were crackles at both bases.

## Investigations

Imaging did show an enlarged heart. The potassium was 4.1 mmol/l.

## Diagnosis

The diagnosis was heart failure.

## Treatment

The patient was treated with furosemide 40 mg by mouth. Rivaroxaban was started.

The following drugs had been tried before:

- digoxin
- amiodarone
- sotalol

## Medications at discharge

| Drug | Dose |
|---|---|
| Bisoprolol | 2.5 mg |
| Furosemide | 40 mg |

## Outcome

In the end the patient could do her shopping.

## Discussion

Patients with heart failure are often treated late.
"""

BY_WORDS = dataclasses.replace(Weights(), plain=(-1.0, 4.0, 2.0, -5.0, 0.0))
"""Weights with which a sentence that has most of the words asked for answers."""


def assistant_over(folder, encoder, *texts, weights=BY_WORDS, reader=None):
    """Return an assistant over Markdown texts without FAQ entries, built in `folder`."""
    paths = [folder / f"text-{n}.md" for n, _ in enumerate(texts)]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    built = build_index(paths, folder / "built", encoder, ChunkSettings(), Weights(), sidecars=False)
    return Assistant(open_index(built.path), encoder, reader, weights)
