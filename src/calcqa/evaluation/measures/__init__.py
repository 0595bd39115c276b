"""The measures: what each is called, what it is a share of, and in which order they are shown.

estimates.py   shares, areas, curves and percentiles, with their intervals
spans.py       SQuAD's exact match and F1, and the threshold at which they are best
ranking.py     rankings of texts, by ir_measures
retrieval.py   answers within so many words retrieved, and passages that touch gold evidence
"""

from __future__ import annotations

MEASURES: dict[str, tuple[str, str]] = {
    "facts": ("Facts found", "answerable questions answered with all their facts, in few enough words"),
    "right": ("Right", "right answers and right refusals, of all questions of which that is known"),
    "found": ("Answer found", "answers with a gold answer in a quote, of answerable questions that have one"),
    "answered": ("Answered", "questions that were answered, rightly or not"),
    "refused": ("Rightly refused", "unanswerable questions that were refused"),
    "wrongly_refused": ("Wrongly refused", "answerable questions that were refused; lower is better"),
    "undecided_refused": ("Refused, undecided", "refusals, where the set does not say whether there is an answer"),
    "followups": ("Follow-ups", "questions with turns before them that came out right"),
    "em": ("Exact match", "SQuAD's, of the short answer, or of the first quote where there is none"),
    "f1": ("F1", "SQuAD's, of the same words"),
    "citation_precision": ("Citation precision", "citations that overlap gold evidence"),
    "citation_recall": ("Citation recall", "gold evidence that a citation overlaps"),
    "citations": ("Quotes verbatim", "quotes that stand where they say, in the document they name"),
    "covered": ("Fully cited", "answers with no text outside their citations"),
    "shorts": ("Short answers right", "short answers, among those shown, that share words with a fact asked for"),
    "nDCG@10": ("nDCG@10", "the first ten texts, by their grades"),
    "R@10": ("R@10", "relevant texts among the first ten"),
    "R@100": ("R@100", "relevant texts among the first hundred"),
    "RR": ("MRR", "one over the rank of the first relevant text"),
    "P@1": ("P@1", "first texts that are relevant"),
    "within_100": ("Within 100 words", "a gold answer stands in the first hundred words retrieved"),
    "within_250": ("Within 250 words", "a gold answer stands in the first 250"),
    "within_1000": ("Within 1,000 words", "a gold answer stands in the first thousand"),
    "passage_nDCG@10": ("nDCG@10, passages", "the first ten passages, relevant where they touch gold evidence"),
    "auroc": ("AUROC", "how well confidence tells answerable from unanswerable; 0.5 is chance"),
    "auroc_right": ("AUROC, right", "how well confidence tells right from wrong, were every question answered"),
    "answered_at_95": ("Answered at 95 %", "questions that can be answered, the surest first, with 95 % right"),
}
"""The name and the meaning of each measure, in the order in which they are shown."""

CURVED = ("auroc", "auroc_right", "answered_at_95")
"""The measures that only a whole run has; the others are shares over questions or their parts."""

SHARES = tuple(name for name in MEASURES if name not in CURVED)
"""The measures that are sums of hits over sums of sizes."""
