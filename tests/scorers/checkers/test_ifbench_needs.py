"""What IFBench's instructions need: packages, the tagger's data, references long enough, bounds within limits."""

import sys
from random import Random

import nltk.data
import pytest

import scorers
from scorers.checkers.format import _emoji
from scorers.checkers.words import _tagger, odd_even_syllables
from scorers.context import Context

CACHED = (
    _emoji._package,
    odd_even_syllables._syllables,
    _tagger._tagger,
    _tagger.first_tag,
    _tagger.missing_data,
)


@pytest.fixture
def nothing_cached():
    for function in CACHED:
        function.cache_clear()
    yield
    for function in CACHED:
        function.cache_clear()


@pytest.mark.usefixtures("nothing_cached")
@pytest.mark.parametrize(
    ("id", "package"), [("format:emoji", "emoji"), ("words:odd_even_syllables", "syllapy")], ids=lambda name: name
)
def test_without_its_package_an_instruction_is_unscored_and_says_what_to_install(id, package, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(scorers.Unscorable, match=f"{id} needs the package {package}; run: pip install {package}"):
        scorers.verify("Größe zählt. So it is.", [{"id": id}])


@pytest.mark.usefixtures("nothing_cached")
def test_without_the_tagger_s_data_its_instruction_is_unscored_and_not_drawn(monkeypatch):
    monkeypatch.setattr(nltk.data, "path", [])
    with pytest.raises(scorers.Unscorable, match=r"words:start_verb .*ifh fetch-data"):
        scorers.verify("Go home.", [{"id": "words:start_verb"}])
    assert "ifh fetch-data" in scorers.load("words:start_verb").missing_data()


@pytest.mark.parametrize(("characters", "why"), [(42, ""), (41, "reference_text is too short for every share")])
def test_a_reference_has_forty_sequences(characters, why):
    reference = "".join(map(chr, range(0x4E00, 0x4E00 + characters)))
    overlap = scorers.load("ratio:overlap").from_params({"reference_text": reference, "percentage": 50})
    assert overlap.range_error() == why


@pytest.mark.parametrize(
    ("limits", "low", "high"),
    [
        ({"min_words": [10, 10]}, 12, 12),
        ({"min_words": [120, 120], "max_words": [120, 120]}, 120, 120),
        ({"min_words": [120, 120], "max_words": [100, 100]}, 126, 132),
    ],
)
def test_the_greatest_number_of_words_is_the_limit_s_or_a_little_more_than_the_least(limits, low, high):
    drawn = scorers.load("count:word_count_range").draw(Random(1), Context(request="One. Two.", limits=limits))
    assert drawn.min_words == limits["min_words"][0]
    assert low <= drawn.max_words <= high


@pytest.mark.parametrize("id", ["custom:csv_city", "custom:csv_quotes", "custom:csv_special_character"])
def test_a_field_longer_than_the_csv_module_reads_is_no_table(id):
    [verdict] = scorers.verify("x" * 140_000, [{"id": id}])
    assert not verdict.followed
    assert verdict.reason.startswith("it cannot be read as CSV: field larger than field limit")


def test_options_that_are_marks_alone_are_refused():
    assert scorers.load("format:options").from_params({"options": "/"}).range_error() == "options has no answer in it"
