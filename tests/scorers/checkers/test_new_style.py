"""Style: lengths of sentences, the reading level, acrostics, at the edges of their bounds."""

import pytest

import scorers
from scorers.checkers.style.reading_level import syllables

SENTENCES = "style:sentence_words"
LEVEL = "style:reading_level"
ACROSTIC = "style:acrostic"


def verdict(id, text, **given):
    [found] = scorers.verify(text, [{"id": id, **given}])
    return found


@pytest.mark.parametrize(("words", "followed"), [(2, False), (3, True), (8, True), (9, False)])
def test_both_bounds_of_a_sentence_are_inside(words, followed):
    text = " ".join(["word"] * words) + "."
    found = verdict(SENTENCES, text, fewest=3, most=8)
    assert found.followed is followed
    assert found.spans == ((0, len(text)),)


def test_the_verdict_on_sentences_tells_the_first_wrong_one():
    text = "One two three.\nOne.\n* Four"
    found = verdict(SENTENCES, text, fewest=2, most=7)
    assert found.reason == (
        "1 word in sentence 2 of 3, at line 2: 'One.'; at least 2 and at most 7 were asked (2 sentences are too short "
        "or too long)"
    )
    assert [text[a:b] for a, b in found.spans] == ["One.", " Four"]
    assert verdict(SENTENCES, "One two. Three four five.", fewest=2, most=7).reason == (
        "2 sentences of 2 to 3 words; at least 2 and at most 7 were asked"
    )
    assert verdict(SENTENCES, "```\none\n```", fewest=1, most=7).reason == (
        "no sentence; sentences of at least 1 word were asked"
    )
    assert verdict(SENTENCES, "One two.\n```\nx\n```\nThree four.", fewest=2, most=7).followed


@pytest.mark.parametrize(("fewest", "most", "fine"), [(2, 7, True), (2, 6, False), (0, 7, False), (1, 201, False)])
def test_bounds_of_sentences(fewest, most, fine):
    if fine:
        assert verdict(SENTENCES, "One two.", fewest=fewest, most=most).followed
    else:
        with pytest.raises(scorers.BadInstruction, match=r"fewest|most"):
            verdict(SENTENCES, "One two.", fewest=fewest, most=most)


@pytest.mark.parametrize(
    ("word", "number"),
    [
        *(("cat", 1), ("table", 2), ("apple", 2), ("hole", 1), ("the", 1), ("we", 1), ("e", 1), ("rhythm", 1)),
        *(("walked", 1), ("wanted", 2), ("needed", 2), ("agreed", 2), ("makes", 1), ("boxes", 2), ("pages", 2)),
        *(("rises", 2), ("churches", 2), ("Élan", 2), ("naïve", 1), ("don't", 1), ("well-known", 2), ("3.5", 1)),
        *(("字", 1), ("tsk", 1), ("banana", 3), ("responsibility", 6), ("queue", 1), ("U.S", 2)),
    ],
)
def test_syllables_are_counted_by_rule(word, number):
    assert syllables(word) == number


def test_the_grade_is_compared_without_rounding():
    # Ten words in a sentence, eleven syllables: 3.9 + 12.98 - 15.59 = 1.29.
    text = "One two three four five six seven eight nine ten."
    found = verdict(LEVEL, text, max_grade=1)
    assert not found.followed
    assert found.reason == (
        "grade 1.29 (1 sentence of 10.0 words on average, 1.10 syllables per word); a grade of at most 1 was asked; "
        "the hardest sentence, at line 1, has grade 1.29"
    )
    assert verdict(LEVEL, text, max_grade=2).followed


@pytest.mark.parametrize(("long", "followed"), [(189, True), (190, False)])
def test_a_grade_of_just_the_bound_follows(long, followed):
    # 118 sentences of 10 words: 0.39 * 10 + 11.8 * (1180 + 189) / 1180 - 15.59 = 2.
    words = ["tiger"] * long + ["cat"] * (1180 - long)
    text = " ".join(f"{' '.join(words[k : k + 10]).capitalize()}." for k in range(0, 1180, 10))
    assert verdict(LEVEL, text, max_grade=2).followed is followed


def test_the_hardest_sentence_is_marked():
    text = "The cat sat. Considerable responsibilities necessitate deliberation. We go."
    found = verdict(LEVEL, text, max_grade=3)
    [(start, end)] = found.spans
    assert text[start:end] == "Considerable responsibilities necessitate deliberation."
    assert verdict(LEVEL, "他来了。", max_grade=30).reason == (
        "no sentence in Latin letters; a grade of at most 30 was asked"
    )


@pytest.mark.parametrize(
    ("unit", "text", "followed"),
    [
        ("lines", "So\n\n- and\n2) Tea", False),
        ("lines", "So\n\n- end\n2) Ada", True),
        ("lines", "<<Title>>\nSo\nend\nÄh\nP.S. Bye.", True),
        ("lines", "P.S. Bye.", False),
        ("lines", "So\nend\nAda\n***", True),
        ("lines", "So\nend\nAda\n|x|\n|-|\n|y|", True),
        ("lines", "So\nend\nAda\nmore", False),
        ("lines", "So\nend", False),
        ("lines", "“So”\n*end*\n(a)", True),
        ("sentences", "So. End. Ada.", True),
        ("sentences", "So. End. Ada. P.S. No.", False),
        ("sentences", "So. End. Ada.\nP.S. No.", True),
        ("sentences", "# Title\nSo.\nEnd. Ada.", True),
        ("paragraphs", "So.\nX.\n\nEnd.\n\nAda.", True),
        ("paragraphs", "# Title\nSo.\n\nEnd.\n\n1. Ada.", False),
        ("paragraphs", "So.\n\nEnd. Ada.", False),
    ],
)
def test_acrostics(unit, text, followed):
    found = verdict(ACROSTIC, text, word="sea", unit=unit)
    assert found.followed is followed, found.reason


def test_the_verdict_on_an_acrostic_tells_what_it_spells_and_what_is_wrong():
    found = verdict(ACROSTIC, "So\nand\nEnd", word="SEA", unit="lines")
    assert (
        found.reason
        == "the first letters of 3 lines spell 'SAE'; 'SEA' was asked; line 2, at line 2, begins with 'A', not 'E'"
    )
    assert found.spans == ((3, 4),)
    more = verdict(ACROSTIC, "So\nend\nAda\nmore", word="SEA", unit="lines")
    assert more.reason == "the first letters of 4 lines spell 'SEAM'; 'SEA' was asked"
    assert more.spans == ((11, 12),)
    assert verdict(ACROSTIC, "# Sea", word="SEA", unit="lines").reason == "no line; 'SEA' was asked"
    right = verdict(ACROSTIC, "So\nend\nAda", word="SEA", unit="lines")
    assert right.spans == ((0, 1), (3, 4), (7, 8))


@pytest.mark.parametrize(
    ("word", "why"),
    [("A1", "holds '1'"), ("a b", "holds ' '"), ("x" * 31, "has 31 letters, more than 30"), (" ", "is blank")],
)
def test_words_that_cannot_be_spelled(word, why):
    with pytest.raises(scorers.BadInstruction, match=why):
        verdict(ACROSTIC, "text", word=word, unit="lines")


@pytest.mark.parametrize("unit", ["lines", "sentences", "paragraphs"])
def test_the_longest_word_has_a_witness_and_so_has_one_of_rare_letters(unit):
    for word in ("abcdefghijklmnopqrstuvwxyzabcd", "Жук", "Über"):
        ask = {"id": ACROSTIC, "word": word, "unit": unit}
        assert scorers.search([ask]).outcome == "proven"
