"""Drawing: the same plan gives the same samples; counts, articles, limits and witnesses are as said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from itertools import islice
from random import Random

import pytest
from drawing import GOLDEN, POOL, ROOT, articles, golden_lines

import scorers
from scorers.text.word_lists import word_list
from tasks.article import Article, opening
from tasks.errors import CannotDraw
from tasks.generate.generator import SampleGenerator, generate_samples
from tasks.generate.plan import GenerationPlan
from tasks.generate.pools import resolve_pool
from tasks.prompts.wording import Wording
from tasks.sample import Sample
from tasks.task import TASKS

ARTICLES = articles()


def drawn(**plan) -> list[Sample]:
    size = {} if "per_task" in plan else {"total": 40}
    return generate_samples(GenerationPlan(**{"pool": POOL, **size, **plan}), ARTICLES).samples


def made_up(number: int) -> list[Article]:
    return [Article(f"a{i}", "", f"Town {i} slept. Nobody saw it.") for i in range(number)]


def test_the_golden_file_is_drawn_byte_for_byte():
    """To move the samples on purpose: `python tests/tasks/generate/drawing.py`, and a line in the changelog."""
    assert golden_lines() == GOLDEN.read_bytes()


@pytest.mark.parametrize("hash_seed", ["0", "1", "random"])
def test_the_hash_seed_changes_nothing(hash_seed):
    command = [sys.executable, str(ROOT / "tests" / "tasks" / "generate" / "drawing.py"), "--print"]
    env = {**os.environ, "PYTHONHASHSEED": hash_seed}
    assert subprocess.run(command, env=env, capture_output=True, check=True).stdout == GOLDEN.read_bytes()


def test_choices_derive_from_random_alone(monkeypatch):
    expected = golden_lines()

    def other(*_args):
        raise AssertionError("only Random.random() is the same in every Python version")

    for name in ("getrandbits", "choice", "choices", "shuffle", "sample", "uniform", "randrange", "randint", "gauss"):
        monkeypatch.setattr(Random, name, other)
    assert golden_lines() == expected


def test_a_golden_line_reads_back_as_the_sample_it_was():
    for line in GOLDEN.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        sample = Sample.from_json(record)
        assert sample.to_json() == record
        again = Sample.build(
            sample.task, sample.turns, sample.instructions, article_id=sample.article_id, meta=sample.meta
        )
        assert again == sample


def test_ids_are_equal_between_runs_and_differ_between_questions():
    first, second = drawn(total=80), drawn(total=80)
    assert [sample.id for sample in first] == [sample.id for sample in second]
    assert len({sample.id for sample in first}) == 80
    assert not {sample.id for sample in first} & {sample.id for sample in drawn(total=80, seed=1)}


def test_no_question_is_asked_twice_even_where_few_are_possible():
    pool = ("punctuation:no_comma", "detectable_format:title", "startend:end_checker")
    samples = generate_samples(GenerationPlan(tasks=["summarize"], pool=pool, count=1, total=6), made_up(1)).samples
    assert len({sample.id for sample in samples}) == 6
    with pytest.raises(CannotDraw, match="add articles, or lower per_task"):
        generate_samples(GenerationPlan(tasks=["summarize"], pool=pool, count=1, total=7), made_up(1))


def test_a_seed_of_zero_is_a_seed():
    assert drawn(seed=0) == drawn()
    assert [s.id for s in drawn(seed=0)] != [s.id for s in drawn(seed=1)]


def test_more_samples_begin_with_the_same_ones():
    few, many = drawn(total=10), drawn(per_task=10)
    assert many[:10] == few
    assert list(islice(SampleGenerator(GenerationPlan(pool=POOL, per_task=10), ARTICLES), 3)) == few[:3]


def test_samples_come_round_robin_over_the_tasks():
    assert [sample.task for sample in drawn(per_task=2)] == [*TASKS, *TASKS]
    odd = drawn(total=3, tasks=("summarize", "simplify"))
    assert [sample.task for sample in odd] == ["summarize", "simplify", "summarize"]


@pytest.mark.parametrize(("tasks", "number"), [(4, 24), (4, 5), (4, 6), (3, 7), (2, 2), (4, 1), (1, 9), (3, 4)])
def test_articles_are_used_evenly_and_each_task_sees_all_before_one_again(tasks, number):
    plan = GenerationPlan(tasks=list(TASKS)[:tasks], pool=POOL, per_task=2 * number)
    samples = generate_samples(plan, made_up(number)).samples
    uses = Counter(sample.article_id for sample in samples)
    assert set(uses.values()) == {2 * tasks}
    for task in list(TASKS)[:tasks]:
        seen = [sample.article_id for sample in samples if sample.task == task]
        assert len(set(seen[:number])) == len(set(seen[number:])) == number


def test_a_sample_holds_what_was_asked():
    article = ARTICLES[0]
    [sample] = generate_samples(
        GenerationPlan(pool=POOL, tasks=["simplify"], total=1, sentences=3, seed=5), [article]
    ).samples
    start = opening(article.text, 3)
    assert sample.prompt.count(start) == 1
    assert all(instruction.describe() in sample.prompt for instruction in sample.instructions)
    assert (sample.task, sample.article_id, sample.rules) == ("simplify", article.id, "audited")
    assert sample.meta == {
        "opening": start,
        "title": article.title,
        "published": article.published,
        "origin": "builtin",
        "licence": "CC0-1.0",
        "rest": article.text[len(start) :].strip(),
        "index": 0,
        "seed": 5,
    }


def test_every_sample_has_a_witness_and_every_instruction_stands_once():
    for sample in drawn(total=60):
        ids = [instruction.id for instruction in sample.instructions]
        assert len(set(ids)) == len(ids)
        text = scorers.witness(sample.instructions, prompt=sample.prompt, rules=sample.rules)
        verdicts = scorers.verify(text, sample.instructions, prompt=sample.prompt, rules=sample.rules)
        assert all(verdict.followed for verdict in verdicts)


def test_a_range_draws_every_number_of_instructions():
    sizes = Counter(len(sample.instructions) for sample in drawn(total=200))
    assert set(sizes) == {2, 3, 4, 5}
    assert min(sizes.values()) > 30


def test_a_fixed_number_and_a_histogram_are_kept():
    assert {len(sample.instructions) for sample in drawn(count=3)} == {3}
    sizes = Counter(len(sample.instructions) for sample in drawn(count={2: 0.7, "5": 0.3, 4: 0}, total=200))
    assert set(sizes) == {2, 5}
    assert 120 <= sizes[2] <= 160
    assert drawn(count={5: 0.3, 2: 0.7}) == drawn(count={2: 0.7, 5: 0.3}), "the order of a table means nothing"


def test_weights_move_the_draw_and_zero_takes_an_id_out():
    samples = drawn(total=120, count=2, weights={"punctuation:no_comma": 8, "keywords:existence": 0})
    ids = Counter(instruction.id for sample in samples for instruction in sample.instructions)
    assert ids["keywords:existence"] == 0
    assert ids["punctuation:no_comma"] > 2 * ids["detectable_format:title"]


def test_limits_narrow_what_is_drawn():
    limits = {
        "length_constraints:number_words": {"num_words": [30, 40], "relation": ["at least"]},
        "keywords:existence": {"keywords": [1, 1]},
        "startend:end_checker": {"end_phrase": ["So long."]},
    }
    samples = drawn(total=60, pool=tuple(limits), count=3, limits=limits)
    for sample in samples:
        by_id = {instruction.id: instruction for instruction in sample.instructions}
        words = by_id["length_constraints:number_words"]
        assert 30 <= words.num_words <= 40
        assert words.relation == "at least"
        assert len(by_id["keywords:existence"].keywords) == 1
        assert by_id["startend:end_checker"].end_phrase == "So long."


def test_counts_tell_how_often_each_id_was_drawn_and_kept():
    bounds = {"num_sentences": [2, 4], "relation": ["less than"]}
    pool = ("length_constraints:number_sentences", "detectable_format:number_bullet_lists", "punctuation:no_comma")
    plan = GenerationPlan(pool=pool, count=2, total=80, limits={pool[0]: bounds})
    result = generate_samples(plan, ARTICLES)
    kept = Counter(instruction.id for sample in result.samples for instruction in sample.instructions)
    assert result.accepted == kept
    assert sum(result.drawn.values()) == 2 * result.sets
    assert result.sets > len(result.samples) == 80, "some sets want more bullets than sentences"
    lost = result.drawn - result.accepted
    assert lost[pool[0]] == lost[pool[1]] == result.sets - 80
    assert lost[pool[2]] == 0


def test_words_to_forbid_come_from_the_opening():
    pool = ["keywords:forbidden_words"]
    given = [Article(f"a{i}", "", f"Zebras paraded by gate {i}.") for i in range(20)]
    samples = generate_samples(GenerationPlan(tasks=["summarize"], pool=pool, count=1, total=20), given).samples
    words = {word for sample in samples for instruction in sample.instructions for word in instruction.forbidden_words}
    assert "paraded" in words
    assert words <= {"paraded", *word_list()}, "the request's own words are left alone"


def test_a_wording_is_used(tmp_path):
    path = tmp_path / "w.toml"
    path.write_text('[prompt]\nlayout = "{title}: {article} {request} {instructions}"', encoding="utf-8")
    [sample] = generate_samples(GenerationPlan(pool=POOL, total=1), ARTICLES[:1], Wording.load(path)).samples
    assert sample.prompt.startswith(f"{ARTICLES[0].title}: {opening(ARTICLES[0].text, 10)}")


def test_short_articles_are_used_and_blank_ones_counted():
    given = [Article("short", "", "One sentence"), Article("blank", "", " \n"), Article("empty", "", "")]
    result = generate_samples(GenerationPlan(pool=POOL, total=4), given)
    assert result.skipped == 2
    assert {sample.article_id for sample in result.samples} == {"short"}
    with pytest.raises(CannotDraw, match="none of 2 articles holds a sentence"):
        generate_samples(GenerationPlan(pool=POOL, total=4), given[1:])


def test_an_impossible_pool_is_given_up_with_names_and_reason():
    limits = {
        "length_constraints:number_sentences": {"num_sentences": [2, 2], "relation": ["less than"]},
        "length_constraints:number_paragraphs": {"num_paragraphs": [5, 5]},
    }
    plan = GenerationPlan(pool=tuple(limits), count=2, total=1, limits=limits)
    with pytest.raises(CannotDraw) as refused:
        generate_samples(plan, ARTICLES)
    message = str(refused.value)
    assert "none of 500 sets of 2 instructions from a pool of 2" in message
    assert "length_constraints:number_sentences in 50" in message
    assert "length_constraints:number_paragraphs in 50" in message


def test_limits_without_a_value_in_range_are_given_up():
    limits = {"length_constraints:number_words": {"num_words": [1, 1], "relation": ["less than"]}}
    plan = GenerationPlan(pool=tuple(limits), count=1, total=1, limits=limits)
    with pytest.raises(CannotDraw, match=r'no parameters in range.*limits\."length_constraints:number_words"'):
        generate_samples(plan, ARTICLES)


def test_a_published_book_can_be_drawn_for():
    samples = drawn(rules="ifeval", total=20)
    assert {sample.rules for sample in samples} == {"ifeval"}
    for sample in samples:
        assert scorers.search(sample.instructions, rules="ifeval").outcome == "proven"


def test_without_a_pool_ifeval_s_is_drawn_from_and_a_new_checker_moves_no_seed():
    assert GenerationPlan(total=1).ids == resolve_pool("ifeval")
    assert set(resolve_pool("ifeval")) == {id for id in scorers.ids() if "ifeval" in scorers.load(id).rule_books}


def test_pools_have_names():
    assert len(resolve_pool("livebench-2024")) == 15
    assert (
        set(resolve_pool("livebench-2024"))
        < set(resolve_pool("ifeval"))
        < set(resolve_pool("all"))
        < set(scorers.ids())
    )
    english = tuple(i for i in scorers.ids() if not i.startswith("zh:") and scorers.load(i).drawn)
    assert GenerationPlan(total=1, pool="all").ids == english
    assert len(resolve_pool("livebench-2025")) == 36
    assert set(resolve_pool("livebench-2025")) < set(resolve_pool("ifbench")) < set(scorers.ids())
    assert not any(id.startswith(("custom:", "repeat:")) for id in (*english, *resolve_pool("ifbench")))
    assert set(resolve_pool("zh")) == {i for i in scorers.ids() if i.startswith("zh:")}
    published = {id for id in english if scorers.load(id).rule_books & {"ifeval", "ifbench"}}
    assert set(GenerationPlan(total=1, pool="all", rules="livebench").ids) == published
    with pytest.raises(
        CannotDraw, match="pool: unknown pool 'livebench'; did you mean 'livebench-2025' or 'livebench-2024'"
    ):
        GenerationPlan(total=1, pool="livebench").check()


def test_five_hundred_samples_take_less_than_five_seconds():
    start = time.process_time()
    assert len(drawn(total=500)) == 500
    assert time.process_time() - start < 5


def test_our_own_instructions_are_drawn_together_with_all_others():
    drawing = SampleGenerator(GenerationPlan(pool="all", count=(1, 4), total=240, seed=1), ARTICLES)
    samples = list(drawing)
    new = {id for id in scorers.ids() if id.partition(":")[0] in ("code", "source", "structure", "style")}
    assert new < {instruction.id for sample in samples for instruction in sample.instructions}
    assert len(samples) >= 0.6 * drawing.sets, "most sets have a witness"


def test_an_article_that_few_instructions_fit_is_not_asked_the_others():
    pool = ("source:numbers", "source:names", "punctuation:no_comma", "detectable_format:title")
    plain = [Article("rain", "", "Rain fell. Nobody saw it.")]
    samples = generate_samples(GenerationPlan(tasks=["summarize"], pool=pool, count=2, total=1), plain).samples
    assert {i.id for sample in samples for i in sample.instructions} == set(pool[2:])
    with pytest.raises(CannotDraw, match="3 instructions are to be drawn, but only 2 of the pool of 4 can be asked"):
        generate_samples(GenerationPlan(tasks=["summarize"], pool=pool, count=3, total=1), plain)
