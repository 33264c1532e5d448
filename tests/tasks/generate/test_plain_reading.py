"""Drawn sets are followable as a person reads them: simple rules on the sentences, written without the demands."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from random import Random

import pytest

import scorers
from tasks.generate.generator import generate_samples
from tasks.generate.plan import GenerationPlan
from tasks.generate.sample_builder import SampleBuilder
from tasks.prompts.wording import SHIPPED, Wording
from tasks.sources import load_source
from tasks.task import get_task

CONSTANTS = Path(__file__).parents[4] / "shared" / "specs" / "ifbench_constants.json"
SETS = 300
JSON, REPEAT, TWO = "detectable_format:json_format", "combination:repeat_prompt", "combination:two_responses"
STARS, BLANKS = "length_constraints:number_paragraphs", "length_constraints:nth_paragraph_first_word"
SECTIONS, HEADINGS = "detectable_format:multiple_sections", "structure:headings"
QUOTED, END, POSTSCRIPT = "startend:quotation", "startend:end_checker", "detectable_content:postscript"
LANGUAGE, ACROSTIC, TABLE = "language:response_language", "style:acrostic", "structure:markdown_table"
UPPER, LOWER = "change_case:english_capital", "change_case:english_lowercase"
CAPITALS, BULLETS = "change_case:capital_word_frequency", "detectable_format:number_bullet_lists"
LIST, PARAGRAPH_WORDS, CODE = "structure:numbered_list", "structure:paragraph_words", "code:block"
NEVER = [
    *((JSON, other) for other in (REPEAT, TWO, STARS, BLANKS, SECTIONS, HEADINGS, QUOTED, END, POSTSCRIPT)),
    *((JSON, other) for other in (ACROSTIC, TABLE, LIST, BULLETS, PARAGRAPH_WORDS)),
    *((QUOTED, other) for other in (REPEAT, POSTSCRIPT, TWO, END)),
    *((REPEAT, other) for other in (STARS, BLANKS, ACROSTIC, PARAGRAPH_WORDS, UPPER, LOWER)),
    *((TWO, other) for other in (STARS, BLANKS, SECTIONS, ACROSTIC)),
    *((SECTIONS, other) for other in (ACROSTIC, BLANKS)),
    *((case, other) for case in (UPPER, LOWER) for other in (CAPITALS, END, HEADINGS, TABLE)),
    (UPPER, CODE),
    *((REPEAT, other) for other in ("source:numbers", "source:quotations", "source:names")),
    (LOWER, POSTSCRIPT),
    (UPPER, LOWER),
]
"""Pairs that nobody could follow together, whatever their parameters are."""
LATIN = frozenset(
    "af ca cs cy da de en es et fi fr hr hu id it lt lv nl no pl pt ro sk sl so sq sv sw tl tr vi".split()
)


def _english(instruction) -> bool:
    """Return whether an instruction wants English words, headings, labels, measures or code in the response."""
    fixed = (END, ACROSTIC, SECTIONS, HEADINGS, TABLE, CODE, REPEAT, BLANKS, "style:reading_level", "code:json_schema")
    fixed += ("keywords:existence", "keywords:frequency", "source:quotations", UPPER, LOWER)
    return instruction.id in fixed


def _contradictions(instructions) -> list[str]:
    given = {instruction.id: instruction for instruction in instructions}
    found = [f"{one} and {other}" for one, other in NEVER if one in given and other in given]
    paragraphs = [given[id].num_paragraphs for id in (STARS, BLANKS) if id in given]
    if len(paragraphs) == 2 and paragraphs != [1, 1]:
        found.append("paragraphs between *** and between blank lines")
    words, sentences = given.get("length_constraints:number_words"), given.get("length_constraints:number_sentences")
    if words and sentences and words.relation != sentences.relation:
        mean = words.num_words / sentences.num_sentences
        found += [f"sentences of {mean} words"] if not 4 <= mean <= 60 else []
    parts = [given[SECTIONS].num_sections] if SECTIONS in given else []
    parts += [len(given[HEADINGS].headings)] if HEADINGS in given else []
    if paragraphs and parts and max(parts) > min(paragraphs):
        found.append(f"{max(parts)} sections or headings in {min(paragraphs)} paragraphs")
    if ACROSTIC in given:
        number, unit = len(given[ACROSTIC].word), given[ACROSTIC].unit
        if unit == "paragraphs" and any(count != number for count in paragraphs):
            found.append("a word spelled by paragraphs that are counted otherwise")
        if unit == "lines" and {TABLE, LIST, CODE} & given.keys():
            found.append("a word spelled by all lines, of which some are a table, a list or code")
    if LANGUAGE in given and given[LANGUAGE].language != "en":
        code = given[LANGUAGE].language
        found += [f"{instruction.id} in a response in {code}" for instruction in instructions if _english(instruction)]
        if code not in LATIN and ({CAPITALS} & given.keys()) and code not in ("bg", "el", "mk", "ru", "uk"):
            found.append(f"capital letters in {code}")
        if code not in LATIN and POSTSCRIPT in given:
            found.append(f"P.S. in {code}")
    return found


def _zh_contradictions(instructions) -> list[str]:
    given = {instruction.id: instruction for instruction in instructions}
    absent = given.get("zh:keywords_absent")
    present = given.get("zh:keywords_present")
    found = []
    literals = [*(present.keywords if present else ())]
    literals += [given[id].beginning for id in ("zh:first_characters",) if id in given]
    literals += [given[id].ending for id in ("zh:last_characters",) if id in given]
    for literal in literals:
        found += [f"{word} in {literal}" for word in (absent.forbidden if absent else ()) if word in literal]
        if "zh:no_latin_letters" in given and re.search("[A-Za-z]", literal):
            found.append(f"letters in {literal}")
        if "zh:no_arabic_digits" in given and re.search("[0-9]", literal):
            found.append(f"digits in {literal}")
    paragraphs, sentences = given.get("zh:number_paragraphs"), given.get("zh:number_sentences")
    if paragraphs and sentences and sentences.relation == "至多":
        found += ["more paragraphs than sentences"] if paragraphs.num_paragraphs > sentences.num_sentences else []
    return found


def _drawn(pool, language, seed, count=(2, 5)):
    wording = Wording.load(SHIPPED / "zh.toml") if language == "zh" else None
    plan = GenerationPlan(total=SETS, pool=pool, count=count, seed=seed)
    return generate_samples(plan, load_source("builtin", {"language": language}).articles(), wording).samples


@pytest.mark.parametrize("seed", [0, 1])
def test_no_english_set_contradicts_itself(seed):
    broken = [found for sample in _drawn("all", "en", seed) if (found := _contradictions(sample.instructions))]
    assert not broken


def test_no_set_of_the_published_ids_contradicts_itself():
    broken = [found for sample in _drawn("livebench-2024", "en", 2) if (found := _contradictions(sample.instructions))]
    assert not broken


@pytest.mark.skipif(not CONSTANTS.exists(), reason=f"the published pairs are not there ({CONSTANTS})")
def test_the_pairs_that_livebench_keeps_apart_contradict_each_other():
    pairs = json.loads(CONSTANTS.read_text(encoding="utf-8"))["livebench_conflicts"]
    builder = SampleBuilder(GenerationPlan(total=1, pool="livebench-2025"))
    article = next(iter(load_source("builtin").articles()))
    question = builder.question(get_task("summarize"), article, 0)
    for pair in pairs:
        rng = Random(str(pair))
        drawn = [[builder.instruction(rng, id, question, pair) for id in pair] for _ in range(5)]
        assert all(builder.contradiction(instructions, question) for instructions in drawn), pair
    assert len(pairs) == 25


def test_no_chinese_set_contradicts_itself():
    broken = [found for sample in _drawn("zh", "zh", 0) if (found := _zh_contradictions(sample.instructions))]
    assert not broken


def test_no_chinese_wording_of_the_published_ids_contradicts_itself():
    pool = (STARS, BLANKS, SECTIONS, TWO, JSON, REPEAT, QUOTED, END, POSTSCRIPT, BULLETS, LANGUAGE)
    broken = [found for sample in _drawn(pool, "zh", 0, (2, 3)) if (found := _contradictions(sample.instructions))]
    assert not [reason for found in broken for reason in found if " in a response in zh" not in reason]


def test_a_fixed_answer_is_no_answer_to_a_task_about_an_article():
    samples = _drawn("all", "en", 3)
    assert "detectable_format:constrained_response" not in {i.id for sample in samples for i in sample.instructions}


def test_bounds_ask_for_something_that_the_task_allows():
    """No answer of a usual length meets them without looking, and no summary has to be longer than its text."""
    usual = {"paraphrase": 1, "simplify": 1, "story_generation": 2, "summarize": 0.4}
    found = Counter()
    for sample in _drawn("ifeval", "en", 4):
        opening, ids = scorers.Text(sample.meta["opening"]), {instruction.id for instruction in sample.instructions}
        answers = 2 if TWO in ids else 1
        request = scorers.Text(sample.prompt.partition("\n\n- ")[0] if REPEAT in ids else "")
        for instruction in sample.instructions:
            for id, name, counted, drawn in (
                ("length_constraints:number_words", "num_words", "words", (50, 500)),
                ("length_constraints:number_sentences", "num_sentences", "sentences", (3, 20)),
            ):
                if instruction.id == id:
                    shares = (1.0, 1.3) if instruction.relation == "at least" else (0.5, 0.9)
                    length = usual[sample.task] * answers * len(getattr(opening, counted))
                    before = len(getattr(request, counted))
                    most = drawn[1] * answers if not before else before + 1.3 * length
                    low, high = (min(most, max(drawn[0], round(before + length * share))) for share in shares)
                    assert low <= getattr(instruction, name) <= high
                    found[id, instruction.relation] += 1
            if instruction.id == "change_case:capital_word_frequency":
                assert instruction.capital_relation == "at least"
            assert getattr(instruction, "language", "") != "en"
    assert len(found) == 4


def test_a_checker_that_knows_no_answer_draws_the_bounds_of_its_parameters():
    checker = scorers.load("length_constraints:number_words")
    for seed in range(40):
        drawn = checker.draw(Random(str(seed)), scorers.Context())
        low, high = (200, 500) if drawn.relation == "at least" else (50, 150)
        assert low <= drawn.num_words <= high


def test_latin_letters_are_forbidden_only_where_the_article_has_some():
    applies = scorers.load("zh:no_latin_letters").applies_to
    assert applies(scorers.Context(opening="他用AI写作。", language="zh"))
    assert not applies(scorers.Context(opening="他写作。", language="zh"))


def test_columns_and_headings_that_are_drawn_go_together():
    for sample in _drawn((TABLE, HEADINGS), "en", 5, 1):
        for instruction in sample.instructions:
            if instruction.id == TABLE:
                assert not {"Who", "Person"} <= set(instruction.columns)
            else:
                options = scorers.load(HEADINGS).params()["headings"].options
                assert list(instruction.headings) == sorted(instruction.headings, key=options.index)
