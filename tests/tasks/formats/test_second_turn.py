"""Instructions in a second turn: the turns, the wording, the gap in between; nothing else is drawn otherwise."""

from __future__ import annotations

import hashlib
import json

import pytest
from drawing import GOLDEN, POOL, articles

import scorers
from tasks.article import Article
from tasks.errors import BadSample, BadWording
from tasks.formats.parquet import iter_parquet_rows, pack, parquet, unpack
from tasks.formats.sample_file import SampleFile
from tasks.formats.without_text import restore_text, withhold_text
from tasks.generate.generator import SampleGenerator, generate_samples
from tasks.generate.plan import PLACEMENTS, GenerationPlan
from tasks.prompts.wording import Wording, find_wording
from tasks.sample import GAP, Sample, Turn
from tasks.sources import load_source

ARTICLES = articles()
SYSTEM = "018b55311f31eedf"
PLAN = {"pool": "livebench-2024", "per_task": 3, "count": (1, 3)}


def drawn(articles=ARTICLES, wording=None, **plan):
    return generate_samples(GenerationPlan(**{**PLAN, "placement": "second", **plan}), articles, wording).samples


def test_the_task_stands_alone_in_the_first_turn_and_the_instructions_in_the_second():
    for one, other in zip(drawn(placement="user"), drawn(), strict=True):
        assert one.instructions == other.instructions, "the seed keeps its questions"
        assert [turn.role for turn in other.turns] == ["user", "assistant", "user"]
        first, gap, second = other.turns
        assert gap == GAP
        assert gap.is_gap
        sentences = [instruction.describe() for instruction in other.instructions]
        assert all(sentence in second.text and sentence not in first.text for sentence in sentences)
        assert one.prompt == f"{first.text}\n\n" + "\n".join(f"- {sentence}" for sentence in sentences)
        assert other.prompt == f"{first.text}\n\n{second.text}"
        assert one.id != other.id
        assert scorers.search(other.instructions, prompt=other.prompt, rules=other.rules).outcome == "proven"


def test_each_placement_has_questions_of_its_own_and_a_balanced_set_has_the_same_instructions_in_all():
    sets = [drawn(placement=placement, balance=True) for placement in PLACEMENTS]
    assert len({sample.id for samples in sets for sample in samples}) == 3 * 12
    assert sets[0] != sets[1] != sets[2]
    assert len({tuple(sample.instructions for sample in samples) for samples in sets}) == 1


def test_the_other_placements_are_byte_for_byte_what_they_were():
    """The golden file holds the user placement; the digest was taken before there was a third one."""
    fixed = {"pool": POOL, "total": 12, "per_task": None, "seed": 7, "count": (2, 5)}
    user, system = (
        "".join(f"{json.dumps(s.to_json(), ensure_ascii=False, separators=(',', ':'))}\n" for s in found).encode()
        for found in (drawn(**fixed, placement="user"), drawn(**fixed, placement="system"))
    )
    assert user == GOLDEN.read_bytes()
    assert hashlib.sha256(system).hexdigest()[:16] == SYSTEM


def test_a_gap_survives_every_form_of_a_sample(tmp_path):
    samples = drawn()
    records = [sample.to_json() for sample in samples]
    assert records[0]["turns"][1] == {"role": "assistant", "parts": []}
    assert [Sample.from_json(json.loads(json.dumps(record))) for record in records] == samples
    for sample in samples:
        Sample.from_json(sample.to_json()).check_id()
    (tmp_path / "set.parquet").write_bytes(b"".join(parquet(map(pack, records))))
    rows = list(iter_parquet_rows(tmp_path / "set.parquet"))
    assert [Sample.from_json(unpack(row)) for row in rows] == samples
    (tmp_path / "set.jsonl").write_text("".join(f"{json.dumps(record)}\n" for record in records))
    file = SampleFile(tmp_path / "set.jsonl")
    assert list(file) == samples
    assert file.by_id().turns(samples[2].id) == samples[2].turns


def test_the_text_of_the_article_goes_and_comes_back():
    by_id = {article.id: article for article in ARTICLES}
    for sample in drawn():
        record = withhold_text(sample, "builtin")
        assert sample.meta["opening"][:40] not in json.dumps(record)
        assert record["turns"][1]["parts"] == []
        assert restore_text(record, lambda _, article: by_id[article]) == sample


@pytest.mark.parametrize(
    "turns",
    [
        [GAP, Turn.of("user", "Again.")],
        [Turn.of("user", "Say."), GAP],
        [Turn.of("system", "Say."), GAP, Turn.of("user", "Again.")],
        [Turn.of("user", "Say."), GAP, GAP, Turn.of("user", "Again.")],
        [Turn.of("user", "Say."), GAP, Turn.of("assistant", "Ah.")],
    ],
)
def test_a_gap_stands_between_two_user_turns(turns):
    sample = Sample.build("paraphrase", turns, [scorers.read({"id": "punctuation:no_comma"})])
    with pytest.raises(BadSample, match=r"is the model's to answer .* a user turn must stand before and behind it"):
        Sample.from_json(sample.to_json())


def test_an_assistant_turn_with_words_is_no_gap():
    said = Turn.of("assistant", "")
    assert not said.is_gap
    turns = [Turn.of("user", "Say."), said, Turn.of("user", "Again.")]
    sample = Sample.build("paraphrase", turns, [scorers.read({"id": "punctuation:no_comma"})])
    assert Sample.from_json(sample.to_json()) == sample
    assert sample.id != Sample.build("paraphrase", [turns[0], GAP, turns[2]], sample.instructions).id


def test_a_wording_file_says_what_the_second_turn_is():
    wording = Wording.from_record({"prompt": {"second": "Again: {instructions}", "prefix": ""}}, "w")
    plan = GenerationPlan(pool=("punctuation:no_comma",), count=1, total=1, placement="second")
    [sample] = SampleGenerator(plan, ARTICLES, wording)
    assert sample.turns[2].text == f"Again: {sample.instructions[0].describe()}"
    with pytest.raises(BadWording, match=r"w: prompt.second lacks \{instructions\}"):
        Wording.from_record({"prompt": {"second": "Again."}}, "w")
    with pytest.raises(BadWording, match=r"prompt.second: unknown field \{article\}"):
        Wording.from_record({"prompt": {"second": "{article} {instructions}"}}, "w")


def test_the_chinese_second_turn_is_chinese(tmp_path):
    given = list(load_source("builtin", {"language": "zh"}).articles())
    wording = Wording.load(find_wording("zh", tmp_path))
    samples = drawn(given, wording, pool="zh", per_task=2)
    for sample in samples:
        first, _, second = (turn.text for turn in sample.turns)
        assert second.startswith("请把你的回答")
        assert all(wording.sentence(one, sample.task) in second for one in sample.instructions)
        assert first.startswith("下面是一篇新闻报道的开头")
        assert scorers.search(sample.instructions, prompt=sample.prompt).outcome == "proven"


def test_the_request_to_repeat_is_that_of_the_first_turn():
    plan = {"pool": ("combination:repeat_prompt",), "count": 1, "per_task": 1}
    for sample in drawn(**plan):
        [instruction] = sample.instructions
        assert instruction.prompt_to_repeat == sample.turns[0].text


def test_an_article_of_braces_goes_into_the_first_turn_as_it_is():
    article = Article(id="a", title="T", text="{instructions} and {request} cost {{3}} euros. " * 3)
    [sample] = drawn([article], total=1, per_task=None, pool=("punctuation:no_comma",), count=1)
    assert article.text.strip() in sample.turns[0].text
