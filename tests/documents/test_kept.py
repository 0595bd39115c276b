"""Whatever surrounds it, a fact of a text file stands in the document, in order, or among what is reported."""

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from calcqa.documents.load import load_markdown, load_plain
from calcqa.errors import DocumentError
from helpers.documents import assert_one_form

FACTS = [
    "> {} mg", ">= {} falls", "< {} mL/min", "{}*3*2 cm", "5*10^{}/L", "at ~{} mg", "±{}", "no {} falls", "x_{}_y",
    "({} %)", "-{} °C", "a<{}", "{}×", "not {}", "{}–9 U/L", "{}.5 mmol/L", "{}/7", "≥ {}", "1:{}", "{}+", "[{}]",
    "2**{}", "{} > 3", "{}_3", "^{}", "p={}", "{}<b and c>d", "<{}>", "{}&2", "B*{}:05", "−{}",
]  # fmt: skip
MARKUP = [
    "\n", "\n\n", " ", "**", "*", "_", "~~", "`", "\n- ", "\n# ", "\n2. ", "\n| ", "\n|-|-|\n", "<b>", "</b>",
    "<sup>", "</sup>", "<!-- ", "-->", "[", "](x.html)", "\n[a]: ", "\n---\n", "\n===\n", "\n```\n", "\n    ", "<br>",
    "<td>", "<table>", "</table>", "<del>", "</del>", "words ", "Label: ", "A sentence. ", "\t", "\n  - ", "\nb) ",
    "<span hidden>", "</span>", "^", "~", "  \n", "| ", "\n\nDiscussion\n", "-\n", "pmc",
]  # fmt: skip
QUOTES = ["\n> ", "\n> > "]


def folded(text):
    return re.sub(r"[\s_^()•]+", "", unicodedata.normalize("NFKC", text).replace("−", "-").replace("–", "-"))


@st.composite
def texts(draw):
    """Text with marks of markup in it, and its facts, each with a number of its own."""
    pieces, facts = [], []
    quoted = draw(st.booleans())
    for number in range(11, 11 + draw(st.integers(1, 7))):
        pieces += draw(st.lists(st.sampled_from(MARKUP + QUOTES * quoted), max_size=4))
        facts.append(draw(st.sampled_from(FACTS)).format(number))
        pieces.append(facts[-1])
    pieces += draw(st.lists(st.sampled_from(MARKUP), max_size=3))
    return "".join(pieces), facts


def assert_kept(loaded, facts):
    assert_one_form(loaded.document)
    kept, dropped = folded(loaded.document.text), folded(" ".join(d.text for d in loaded.dropped))
    at = 0
    for fact in map(folded, facts):
        place = kept.find(fact, at)
        assert place >= 0 or fact in dropped, (fact, kept, dropped)
        at = place + len(fact) if place >= 0 else at


@given(made=texts())
def test_markdown_keeps_every_fact(made):
    text, facts = made
    try:
        loaded = load_markdown("# Title\n\nLead-in.\n\n" + text, "a.md")
    except DocumentError:
        return
    assert_kept(loaded, facts)


@given(made=texts())
def test_plain_text_keeps_every_fact(made):
    text, facts = made
    assert_kept(load_plain("Lead-in.\n\n" + text, "a.txt"), facts)
