"""Repairs of IFBench's instructions: what they add to a text, and what they leave."""

# ruff: noqa: E501  # each row holds a whole text, which reads best in one line

import pytest

import scorers

LONG = "Rain fell on the old roof. Cats came home again. Who saw the rain?"
SHORT = "Rain 7 came, I said."

REPAIRS = [
    (
        "count:conjunctions",
        {"small_n": 3},
        LONG,
        "Rain fell on the old roof. Cats came home again. Who saw the rain? Towns and rivers but gardens for bridges.",
    ),
    ("count:conjunctions", {"small_n": 3}, SHORT, "Rain 7 came, I said. Towns and rivers but gardens for bridges."),
    (
        "count:keywords_multiple",
        {"keyword1": "oak", "keyword2": "elm", "keyword3": "ash", "keyword4": "fir", "keyword5": "yew"},
        LONG,
        "Rain fell on the old roof. Cats came home again. Who saw the rain? yew fir yew fir yew ash yew fir yew elm ash fir yew oak elm ash fir yew.",
    ),
    (
        "count:keywords_multiple",
        {"keyword1": "oak", "keyword2": "elm", "keyword3": "ash", "keyword4": "fir", "keyword5": "yew"},
        SHORT,
        "Rain 7 came, I said. yew fir yew fir yew ash yew fir yew elm ash fir yew oak elm ash fir yew.",
    ),
    (
        "count:numbers",
        {"N": 2},
        LONG,
        "Rain fell on the old roof. Cats came home again. Who saw the rain? Farmers count 7 and 10 boats.",
    ),
    ("count:numbers", {"N": 2}, SHORT, "Rain  came, I said. Farmers count 7 and 7 boats."),
    (
        "count:person_names",
        {"N": 3},
        LONG,
        "Rain fell on the old roof. Cats came home again. Who saw the rain? Emma and Liam visit farmers. Sophia visit farmers.",
    ),
    ("count:person_names", {"N": 3}, SHORT, "Rain 7 came, I said. Emma and Liam visit farmers. Sophia visit farmers."),
    (
        "count:pronouns",
        {"N": 5},
        LONG,
        "Rain fell on the old roof. Cats came home again. Who saw the rain? They show us their gardens. We visit them.",
    ),
    ("count:pronouns", {"N": 5}, SHORT, "Rain 7 came, I said. They show us their gardens. We visit them."),
    (
        "count:punctuation",
        {},
        LONG,
        "Rain fell on the old roof. Cats came home again. Who saw the rain? Is it so‽ Yes: towns, rivers; all good! Why? Roads end.",
    ),
    ("count:punctuation", {}, SHORT, "Rain 7 came, I said. Is it so‽ Yes: towns, rivers; all good! Why? Roads end."),
    (
        "count:unique_word_count",
        {"N": 14},
        LONG,
        "Rain fell on the old roof. Cats came home again. Who saw the rain? Actor admire adopt.",
    ),
    (
        "count:unique_word_count",
        {"N": 14},
        SHORT,
        "Rain 7 came, I said. Actor admire adopt adventure advice airport ambulance. Ancient angry animal.",
    ),
    ("count:word_count_range", {"min_words": 8, "max_words": 9}, LONG, "Rain roof. Cats home again. Who saw the rain?"),
    (
        "count:word_count_range",
        {"min_words": 8, "max_words": 9},
        SHORT,
        "Rain 7 came, I said. Harbours supply teachers.",
    ),
    ("count:words_japanese", {"N": 3}, LONG, "Rain fell みず the old やま. Cats came うみ again. Who かわ the rain?"),
    ("count:words_japanese", {"N": 3}, SHORT, "Rain 7 みず, I said."),
    ("format:emoji", {}, LONG, "Rain fell on the old roof 🙂. Cats came home again 🙂. Who saw the rain 🙂?"),
    ("format:emoji", {}, SHORT, "Rain 7 came, I said 🙂."),
    ("format:line_indent", {}, LONG, "Rain fell on the old roof. Cats\n came home again. Who saw the rain?"),
    ("format:line_indent", {}, SHORT, "Rain 7\n came, I said."),
    (
        "format:list",
        {"sep": "!?!?"},
        LONG,
        "Rain fell on the old roof.\n!?!? Cats came home again.\n!?!? Who saw the rain?",
    ),
    ("format:list", {"sep": "!?!?"}, SHORT, "Rain 7 came, I said.\n!?!? Towns rest.\n!?!? Rivers flow."),
    ("format:newline", {}, LONG, "Rain\nfell\non\nthe\nold\nroof.\nCats\ncame\nhome\nagain.\nWho\nsaw\nthe\nrain?"),
    ("format:newline", {}, SHORT, "Rain\n7\ncame,\nI\nsaid."),
    (
        "format:no_bullets_bullets",
        {},
        LONG,
        "Rain fell on the old roof. Cats came home again. Who saw the rain?\n* Towns rest.\n* Rivers flow.",
    ),
    (
        "format:no_bullets_bullets",
        {},
        SHORT,
        "Rain 7 came, I said. Towns rest. Rivers flow.\n* Towns rest.\n* Rivers flow.",
    ),
    ("format:no_whitespace", {}, LONG, "Rainfellontheoldroof.Catscamehomeagain.Whosawtherain?"),
    ("format:no_whitespace", {}, SHORT, "Rain7came,Isaid."),
    (
        "format:output_template",
        {},
        LONG,
        "My Answer: Rain fell on the old roof.\nMy Conclusion: Cats came home again.\nFuture Outlook: Who saw the rain?",
    ),
    (
        "format:output_template",
        {},
        SHORT,
        "My Answer: Rain 7 came, I said.\nMy Conclusion: Towns rest.\nFuture Outlook: Towns grow.",
    ),
    (
        "format:parentheses",
        {},
        LONG,
        "Rain fell on the old roof. Cats came home again. Who saw the rain? Towns rest (one [two {three (four [five])}]).",
    ),
    ("format:parentheses", {}, SHORT, "Rain 7 came, I said. Towns rest (one [two {three (four [five])}])."),
    (
        "format:quote_unquote",
        {},
        LONG,
        'Rain fell on the old roof. Cats came home again. Who saw the rain? Farmers said "yes" and meant it.',
    ),
    ("format:quote_unquote", {}, SHORT, 'Rain 7 came, I said. Farmers said "yes" and meant it.'),
    (
        "format:quotes",
        {},
        LONG,
        'Rain fell on the old roof. Cats came home again. Who saw the rain? Farmers said "towns \'call "rivers" home\' now".',
    ),
    ("format:quotes", {}, SHORT, 'Rain 7 came, I said. Farmers said "towns \'call "rivers" home\' now".'),
    (
        "format:sub-bullets",
        {},
        LONG,
        "Rain fell on the old roof. Cats came home again. Who saw the rain?\n* Towns rest.\n  - Farmers wait.",
    ),
    ("format:sub-bullets", {}, SHORT, "Rain 7 came, I said.\n* Towns rest.\n  - Farmers wait."),
    (
        "format:thesis",
        {},
        LONG,
        "<i>Towns matter</i>. Rain fell on the old roof. Cats came home again. Who saw the rain?",
    ),
    ("format:thesis", {}, SHORT, "<i>Towns matter</i>. Rain 7 came, I said."),
    ("format:title_case", {}, LONG, "Rain Fell On The Old Roof. Cats Came Home Again. Who Saw The Rain?"),
    ("format:title_case", {}, SHORT, "Rain 7 Came, I Said."),
    (
        "ratio:sentence_balance",
        {},
        LONG,
        "Rain fell on the old roof. Cats came home again. Who saw the rain? Why? Look! Wait!",
    ),
    ("ratio:sentence_balance", {}, SHORT, "Rain 7 came, I said. Why? Look!"),
    ("ratio:sentence_type", {}, LONG, "Rain fell on the old roof. Cats came home again. Who saw the rain?"),
    ("ratio:sentence_type", {}, SHORT, "Rain 7 came, I said. Why? Towns rest."),
    (
        "ratio:sentence_words",
        {},
        LONG,
        "Rain fell on the old roof. Cats came home again yard. Who saw young wrist wheel?",
    ),
    ("ratio:sentence_words", {}, SHORT, "Warm towns sleep. Calm ships drift. Cold roads curve."),
    ("ratio:stop_words", {"percentage": 10}, LONG, "Rain fell old roof. Cats came home. saw rain?"),
    ("ratio:stop_words", {"percentage": 10}, SHORT, "Rain 7 came, said."),
    (
        "sentence:alliteration_increment",
        {},
        LONG,
        "Rain fell on the old roof. Cats came home again. Who saw the rain slow sailors save?",
    ),
    ("sentence:alliteration_increment", {}, SHORT, "Rivers flow. Big boats drift."),
    (
        "sentence:increment",
        {"small_n": 2},
        LONG,
        "Rain fell on the old roof. Cats came home again rural fields surround hills. Who saw the rain the public ships help honest trains?",
    ),
    ("sentence:increment", {"small_n": 2}, SHORT, "Rural fields surround hills. The public ships help honest trains."),
    (
        "sentence:keyword",
        {"word": "oak", "N": 2},
        LONG,
        "Rain fell on the old roof. Cats came home oak again. Who saw the rain?",
    ),
    (
        "sentence:keyword",
        {"word": "oak", "N": 2},
        SHORT,
        "Rain 7 came, I said. The strong rivers oak like tall gardens.",
    ),
    ("words:alphabet", {}, LONG, "Apples bring calm dawn every fine. Garden holds its joyful. Kites like many new?"),
    ("words:alphabet", {}, SHORT, "Apples 7 bring, Calm dawn."),
    (
        "words:consonants",
        {},
        LONG,
        "Actor fell ancient the old autumn. Cats basement bird bottle. Who brick the bucket?",
    ),
    ("words:consonants", {}, SHORT, "Actor 7 ancient, Autumn basement."),
    (
        "words:keywords_specific_position",
        {"keyword": "oak", "n": 2, "m": 3},
        LONG,
        "Rain fell on the old roof. Cats came oak home again. Who saw the rain?",
    ),
    (
        "words:keywords_specific_position",
        {"keyword": "oak", "n": 2, "m": 3},
        SHORT,
        "Rain 7 came, I said. The careful oak houses love the brown shops.",
    ),
    ("words:last_first", {}, LONG, "Rain fell on the old roof. Roof Cats came home again. Again Who saw the rain?"),
    ("words:last_first", {}, SHORT, "Rain 7 came, I said. Said stays."),
    ("words:no_consecutive", {}, LONG, "Rain fell on the old roof. Cats home again. Who saw the rain?"),
    ("words:no_consecutive", {}, SHORT, "Rain 7 came, I said."),
    ("words:odd_even_syllables", {}, LONG, "Rain. again. Who?"),
    ("words:odd_even_syllables", {}, SHORT, "Bread rivers."),
    (
        "words:palindrome",
        {},
        LONG,
        "Rain fell on the old roof. Cats came home again. Who saw the rain? Level radar civic kayak refer rotor madam tenet stats solos sagas minim.",
    ),
    (
        "words:palindrome",
        {},
        SHORT,
        "Rain 7 came, I said. Level radar civic kayak refer rotor madam tenet stats solos sagas minim.",
    ),
    ("words:paragraph_last_first", {}, LONG, "Rain fell on the old roof. Cats came home again. Who saw the rain?"),
    ("words:paragraph_last_first", {}, SHORT, "Rain 7 came, I said Rain.\n\nTowns welcome towns."),
    (
        "words:prime_lengths",
        {},
        LONG,
        "Actor balcony on the old blossom. Brush catch chimney again. Who saw the collect?",
    ),
    ("words:prime_lengths", {}, SHORT, "Actor balcony blossom, Brush catch."),
    ("words:repeats", {"small_n": 1}, LONG, "Rain fell on the old roof. Cats came home again. Who saw?"),
    ("words:repeats", {"small_n": 1}, SHORT, "Rain 7 came, I said."),
    ("words:vowel", {}, LONG, "Actor fell on the old roof. Cats came home balcony. Who saw the beach?"),
    ("words:vowel", {}, SHORT, "Rain 7 came, I said."),
    (
        "words:words_position",
        {"keyword": "oak"},
        LONG,
        "Rain oak fell on the old roof. Cats came home again. Who saw the oak rain?",
    ),
    ("words:words_position", {"keyword": "oak"}, SHORT, "Rain oak 7 came, I oak said."),
]


@pytest.mark.parametrize(("id", "params", "draft", "repaired"), REPAIRS)
def test_a_repair_keeps_the_draft_and_adds_what_is_missing(id, params, draft, repaired):
    instruction = scorers.read({"id": id, **params})
    assert instruction.repair(draft) == repaired
    assert instruction.repair(repaired) == repaired, "what follows is left alone"
    assert scorers.verify(repaired, [instruction])[0].followed


def test_a_long_text_is_written_anew_where_its_sentences_would_grow_too_long():
    made = scorers.read({"id": "sentence:increment", "small_n": 1}).repair(" ".join(["We go home."] * 9))
    assert [len(sentence.split()) for sentence in made.split(". ")] == [4, 5, 6, 7, 8]
    made = scorers.read({"id": "sentence:alliteration_increment"}).repair(" ".join(["We go home."] * 9))
    assert made.count(".") == 5


def test_many_lines_end_in_one():
    made = scorers.read({"id": "format:line_indent"}).repair("\n".join(f"line {i}" for i in range(60)))
    lines = made.split("\n")
    assert len(lines) == 40
    assert [len(line) - len(line.lstrip()) for line in lines] == list(range(40))
    assert lines[-1].strip() == " ".join(f"line {i}" for i in range(39, 60))
