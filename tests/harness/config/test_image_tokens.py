"""The tokens of a picture by the rules that providers document, on the examples that they give."""

from __future__ import annotations

import pytest

from harness.config.image_tokens import ImageTokens
from harness.config.model_files import find_model, places_with
from harness.errors import ConfigError

TILES = ImageTokens("tiles", each=170, base=85)
AREA = ImageTokens("area", each=750, most=1600)
CROPS = ImageTokens("crops", each=258)


def patches(each):
    return ImageTokens("patches", each=each, most=1536)


@pytest.mark.parametrize(
    ("rule", "size", "tokens"),
    [
        (TILES, (1024, 1024), 765),
        (TILES, (2048, 4096), 1105),
        (TILES, (4096, 8192), 1105),
        (TILES, (512, 512), 255),
        (patches(1), (1024, 1024), 1024),
        (patches(1), (1800, 2400), 1452),
        (patches(1.62), (1024, 1024), 1659),
        (AREA, (200, 200), 54),
        (AREA, (1000, 1000), 1334),
        (AREA, (3000, 3000), 1600),
        (CROPS, (384, 384), 258),
        (CROPS, (960, 540), 6 * 258),
        (ImageTokens("fixed", each=1120), (1, 8000), 1120),
    ],
)
def test_the_rules_give_what_the_providers_say(rule, size, tokens):
    assert rule.count(*size) == tokens


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ('{ rule = "tile", each = 1 }', "did you mean 'tiles'"),
        ('{ rule = "tiles", each = 0 }', "each must be above 0"),
        ('{ rule = "tiles", eech = 1 }', "each"),
        ("1120", "must be a table"),
    ],
)
def test_a_rule_that_is_none_is_an_error_with_its_place(tmp_path, table, why):
    path = tmp_path / "m.toml"
    path.write_text(f'[[models]]\nname = "mine"\nimage_tokens = {table}\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=why) as told:
        find_model("mine", places_with(str(path)))
    assert "m.toml: [models mine.image_tokens]" in str(told.value)


def test_the_vision_models_of_stepfun_are_known_by_their_names():
    for name, sent in (("Step-1V", "step-1v-8k"), ("Step-1.5V", "step-1.5v-mini")):
        entry = find_model(name, places_with(None))
        assert (entry.sent, entry.images, entry.key_env) == (sent, True, "STEP_API_KEY")
