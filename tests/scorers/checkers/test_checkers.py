"""Every checker of the catalogue passes every house test."""

import pytest

import scorers
from scorers.testing import conformance_tests


def tagger_is_there():
    try:
        scorers.verify("Go.", [{"id": "words:start_verb"}])
    except scorers.Unscorable:
        return False
    return True


TAGGED = "words:start_verb"
HAS_TAGGER = tagger_is_there()

test_checker = conformance_tests(*(id for id in scorers.ids() if HAS_TAGGER or id != TAGGED))


@pytest.mark.skipif(HAS_TAGGER, reason="the tagger's data is there, so this id is tested with the others")
def test_without_the_tagger_s_data_its_instruction_says_how_to_get_it():
    with pytest.raises(scorers.Unscorable, match="ifh fetch-data"):
        scorers.verify("Go.", [{"id": TAGGED}])
