"""What is told of a confidence: the counts of the fit, and nothing where there are none."""

import pytest

from calcqa import messages
from calcqa.parameters import shipped_weights
from calcqa.rendering import confidence


@pytest.mark.parametrize("with_faq", [True, False])
@pytest.mark.parametrize("kind", confidence.WORDS)
def test_the_counts_shown_are_those_of_the_fit(kind, with_faq):
    group = shipped_weights().figures["with_sidecar" if with_faq else "without_sidecar_with_reader"]
    held, answers = group[f"{kind}_held"], group[f"{kind}_answers"]
    assert 0 <= held <= answers
    value = {"high": 0.95, "fair": 0.85, "low": 0.0}[kind]
    meaning = confidence.meaning(value, shipped_weights().figures, with_faq=with_faq)
    if not answers:  # with its FAQ file the fit was never unsure: no count is claimed
        assert not any(c.isdigit() for c in meaning)
        return
    assert f" {held} of {answers} answers" in meaning
    assert (messages.WITH_FAQ in meaning, messages.WITHOUT_FAQ in meaning) == (with_faq, not with_faq)


def test_without_figures_nothing_is_claimed():
    label, meaning = confidence.label(0.99), confidence.meaning(0.99, {}, with_faq=True)
    assert label == "Well supported" and meaning.endswith(".") and "answers with this word" not in meaning
    assert confidence.counts({}, "high", with_faq=False) == (0, 0)


def test_no_text_of_the_page_states_a_measure_of_its_own():
    texts = [v for v in vars(messages).values() if isinstance(v, str)]
    texts += [part for parts in messages.CONFIDENCE.values() for part in parts]
    assert not [t for t in texts if "%" in t or " per cent" in t or "percent" in t]
