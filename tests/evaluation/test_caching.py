"""What evaluation keeps so as not to encode or read it twice."""

from calcqa.evaluation.caching import CachingReader
from calcqa.types import Passage, Span
from helpers.fakes import SentenceReader


def sheet(text):
    return Passage("d:sheet-0", "d", 0, len(text), text, (), (Span(0, len(text)),))


def test_sheets_of_one_name_and_other_sentences_are_each_read_and_once():
    reader = SentenceReader("two")
    caching = CachingReader(reader)
    one, two = sheet("One came."), sheet("Then two left.")
    first = caching.read("Who?", [one])
    second = caching.read("Who?", [two, one])
    assert second[1] == first[0] and second[0] != first[0]
    assert [[p.text for p in read] for read in reader.passages] == [["One came."], ["Then two left."]]
    caching.read("Who?", [two])
    assert len(reader.passages) == 2
