"""What a language must provide: words and patterns, as data. `language/english.py` is the one there is.

Modules read `ENGLISH` and say what the data are for. A string that is no code or name is a regular expression; it is
compiled where it is used, without regard to case unless said otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """The words of one language, by the stage that needs them."""

    # Tokens and sentences (`language/`).
    stemmer: str  # name of the Snowball algorithm
    possessive: str  # the ending that is taken off a word before it is stemmed
    stopwords: frozenset[str]  # question and function words, without negations
    # Short forms by their last full stop, in lower case and without it; those of letters and stops ("i.v") too.
    never_last: frozenset[str]  # never the last word of a sentence
    seldom_last: frozenset[str]  # last only where the next sentence begins with one of `openers`
    often_last: frozenset[str]  # last before any capital letter, never before a small one or a digit
    routes: frozenset[str]  # ways of giving a drug: last behind the drug, not before it
    before_routes: frozenset[str]  # words before a route that the drug's name follows
    numbering: frozenset[str]  # short for "number" where one follows, else words
    openers: frozenset[str]  # words that, capitalised, begin a sentence; in lower case
    lettered: frozenset[str]  # what one letter follows as a name or unit: "group B", "per h"
    carries_on: frozenset[str]  # words behind a unit or short form that go on with the sentence
    labels: str  # what a number follows at the beginning of a caption
    pointers: str  # the beginning of a bracket that points to a figure or table
    numbered: frozenset[str]  # words that a number may be written to without being a reference

    # Abbreviations and spelling (`query/abbreviations.py`, `query/spelling.py`).
    abbreviations: Mapping[str, str]  # short forms in common use, in lower case, with their long forms
    counted: str  # what a numeral counts, before it: a stage, a type
    everyday: frozenset[str]  # words without matter, misspelt too: that documents lack them says nothing
    prefixes: tuple[str, ...]  # those that turn the sense of a word
    prefix_forms: Mapping[str, str]  # forms of a prefix, or frequent misspellings of it, with the form they stand for

    # Expected answer types (`query/answer_types.py`); keys are the values of `Wanted`.
    units: str
    numbers: str
    periods: str
    asking: Mapping[str, str]  # the beginning of a question that wants the type, in the order in which they are tried
    holding: Mapping[str, str]  # what a text has that holds something of the type
    person: str  # the same for a person; in this case of letters only
    question_words: str
    conjunctions: str
    manners: str  # courtesy before the question proper
    closed: str  # the beginning of a question for yes or no
    negation: str  # of a question or a sentence

    # Questions with parts (`query/decomposition.py`).
    part: str  # the beginning of a further question behind a conjunction
    verb_or_question_word: str  # with which a question begins
    part_opening: str  # words before that

    # Follow-ups (`query/leaning.py`, `query/rewriting.py`).
    courtesy: str
    opening: str
    pronoun: str
    determiner: str  # one that lacks its noun
    other: str  # words that refer to what was answered
    clause: str  # between two halves of a question
    predicate: str
    leading: str  # words before the matter of a question
    not_nouns: frozenset[str]
    patient: str
    more: str  # asks for something other than what was answered
    its: frozenset[str]  # pronouns that a possessive replaces
    names_here: str  # what stands before a noun of the report's own: "this man"
    far: str  # a pronoun that points out of its question though that has nouns
    clause_begins: str  # what looks like a pronoun and begins a clause: "the shock that was"
    helped: str  # a question whose last word may be a verb
    passive: str
    before_subject: str  # words before the subject that a follow-up names
    after_subject: str  # and behind it

    # Quotes (`answering/quoting.py`).
    leans: str  # as it is written, the beginning of a sentence that needs the one before
    whom: str  # words for a patient
    denied: str
    doubted: str
    maybe: str  # what doubts in this case of letters only
    contrast: str  # the beginning of a clause of its own
    compares: str  # before a number
    measures: str  # behind a number
    powered: str  # words behind which a raised 2 or 3 is a power
    elements: str  # words behind which a raised number may be that of an isotope
    joins_halves: str  # words after a hyphen that stands for the other half of a word: "pre- and postoperative"
    joins_numbers: str  # between two numbers of one measure
    rates: str  # behind a dose

    # Suggested questions (`conversations/question_forms.py`).
    well_formed: str  # the beginning of a question that can be shown
    pointing: frozenset[str]
    about_document: str  # headings of sections about the document itself

    # Documents (`documents/`).
    references: str  # the heading of a list of references
    section_kinds: Mapping[str, str]  # how headings of each kind of section begin (`language/section_kinds.py`)
    acknowledgements: str  # the heading of a section of thanks, funding, consent or interests
    sections: str  # other headings that reports and notes have
    run_in: str  # headings that stand before their text on the same line
    captions: str  # what the caption of a figure or table begins with, before its number
    finite: str  # verbs that a sentence has and a heading has not
    predicates: str  # what a note says of its patient without a verb, at the beginning of a line
    named_by_number: str  # words that a number behind names, and measures nothing: 'Day 3'
    untitled_sections: Mapping[str, str]  # headings of sections to which a file gives none, by JATS's names of them
