"""The same questions as pictures: what is asked is what the text asks, word for word."""

from __future__ import annotations

import pytest

from scorers import search
from tasks.article import Article
from tasks.errors import CannotDraw
from tasks.generate.generator import generate_samples
from tasks.generate.modality import PICTURES
from tasks.generate.plan import GenerationPlan
from tasks.prompts.wording import SHIPPED, Wording
from tasks.sample import BASE, GROUP, TWIN, Sample
from tasks.sources import load_source

ENGLISH = list(load_source("builtin").articles())[:12]
REPEATING = "combination:repeat_prompt"
PLAN = {"per_task": 1, "count": 2, "seed": 3, "weights": {REPEATING: 0}}


def drawn(articles=ENGLISH, wording=None, **plan):
    return generate_samples(GenerationPlan(**{**PLAN, **plan}), articles, wording)


@pytest.mark.parametrize("placement", ["user", "system", "second"])
@pytest.mark.parametrize("image", ["article", "all"])
def test_pictures_ask_what_the_text_asks(placement, image):
    written = drawn(placement=placement).samples
    shown = drawn(placement=placement, modality="image", image=image).samples
    for text, picture in zip(written, shown, strict=True):
        picture.check_id()
        assert picture.id != text.id
        assert (picture.prompt, picture.instructions) == (text.prompt, text.instructions)
        assert [turn.text for turn in picture.turns] == [turn.text for turn in text.turns]
        assert search(picture.instructions, prompt=picture.prompt, rules=picture.rules).text
        outside = "".join(turn.written for turn in picture.turns if turn.role == "user")
        assert text.meta["opening"] not in outside
        assert bool(outside) == (image == "article")
        assert picture.meta[PICTURES]["shows"] == image
        assert not any(turn.pictures for turn in picture.turns if turn.role != "user")
        assert Sample.from_json(picture.to_json()) == picture


def test_each_medium_is_the_twin_of_the_others():
    image = {"modality": "image"}
    for medium, plan in (("text", {}), ("article", image), ("all", {**image, "image": "all"})):
        found = drawn(twins=["modality"], **plan)
        others = [one for one in ("text", "article", "all") if one != medium]
        names = [BASE, *(f"modality:{one}" for one in others)]
        assert [one.meta[TWIN] for one in found.samples] == names * 4
        for base, *twins in zip(*[iter(found.samples)] * 3, strict=True):
            assert {base.id} == {one.meta[GROUP] for one in twins}
            assert len({base.prompt, *(one.prompt for one in twins)}) == 1
            assert [bool(one.pictures) for one in (base, *twins)] == [one != "text" for one in (medium, *others)]


def test_twins_of_pictures_are_pictures():
    kinds = ["wording:brief", "distractor:paragraph", "language", "length"]
    found = drawn(modality="image", twins=kinds, tasks=["summarize"])
    for sample in found.samples:
        assert sample.pictures
        sample.check_id()
    assert set(found.twins.missing) <= {"language:zh"}


def test_chinese_questions_are_drawn():
    articles = list(load_source("builtin", {"language": "zh"}).articles())
    wording = Wording.load(SHIPPED / "zh.toml")
    found = drawn(articles, wording, modality="image", image="all", pool="zh", weights={}, tasks=["summarize"])
    assert all(sample.pictures and not sample.turns[0].written for sample in found.samples)


def test_the_request_that_is_to_be_repeated_is_not_in_a_picture():
    found = drawn(modality="image", weights={}, pool=[REPEATING, "detectable_format:title"], count=1)
    assert {one.id for sample in found.samples for one in sample.instructions} == {"detectable_format:title"}
    with pytest.raises(CannotDraw, match="can be asked about this article"):
        drawn(modality="image", weights={}, pool=[REPEATING], count=1)
    twins = drawn(weights={}, pool=[REPEATING], count=1, twins=["modality"]).twins
    assert twins.missing["modality:article"] == 4
    assert "quotes the words that would change" in twins.reasons["modality:article"]


def test_an_article_that_no_font_can_show_is_rejected_by_name():
    odd = Article("odd", "Smile", f"A smile \U0001f600. {ENGLISH[0].text}")
    found = drawn([odd, *ENGLISH], modality="image")
    [rejected] = found.rejected
    assert (rejected.id, rejected.rule, "U+1F600" in rejected.reason) == ("odd", "modality", True)
    assert drawn([odd], twins=["modality"]).twins.missing == {"modality:article": 4, "modality:all": 4}
    with pytest.raises(CannotDraw, match="none of 1 articles can be shown in pictures"):
        drawn([odd], modality="image")


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        ({"modality": "imgae"}, "did you mean 'image'"),
        ({"modality": "image", "image": "artcle"}, "did you mean 'article'"),
        ({"image": "all"}, 'needs modality = "image"'),
    ],
)
def test_what_is_no_medium_is_refused(plan, why):
    with pytest.raises(CannotDraw, match=why):
        drawn(**plan)


@pytest.mark.parametrize("balance", [False, True])
def test_instructions_that_no_font_can_show_are_not_drawn(balance):
    pool = ["detectable_format:title", "punctuation:no_comma", "count:punctuation"]
    weights = {"count:punctuation": 0.3}
    plan = {"pool": pool, "weights": weights, "count": 1, "total": 8, "per_task": None, "seed": 1}
    assert any("‽" in sample.prompt for sample in drawn(**plan, balance=balance).samples)
    shown = drawn(**plan, balance=balance, modality="image", image="all").samples
    assert len(shown) == 8
    assert not any("‽" in sample.prompt for sample in shown)
