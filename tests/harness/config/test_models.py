"""Model files: what is found under which name, what a run makes of it, what is refused."""

from __future__ import annotations

import pytest
from formats_helpers import without_keys

from harness.config.model import apply_model_options, resolve_model
from harness.config.model_files import all_models, find_model, get_model, places_of, places_with
from harness.config.run_file import load_config, override
from harness.errors import ConfigError
from harness.runner.setup import prefixed_samples, request_settings, run_spec_of
from tasks.sample import Sample, Turn

OWN = """
family = "Ours"
adapter = "compatible"
base_url = "http://127.0.0.1:9/v1"
key_env = "OUR_KEY"

[[models]]
name = "Ours-1"
aliases = ["ours", "GPT-4o"]
max_output = 300
prompt_prefix = "Be exact."
options = { max_tokens_field = "max_completion_tokens", omit = ["temperature"] }
extra = { top_k = 1, effort = "high" }
[models.prices]
input = 1
output = 4
date = 2026-01-31

[[models]]
name = "ours-2"
api_name = "Ours-1"
base_url = "http://127.0.0.1:8/v1"
"""
RUN = "[model]\nname = 'ours'\nmax_tokens = 4096\ntemperature = 0\n"


@pytest.fixture(autouse=True)
def _plain(monkeypatch, tmp_path):
    without_keys(monkeypatch, tmp_path)


@pytest.fixture
def folder(tmp_path):
    """Return a folder with a run file, and model files beside it."""
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "ours.toml").write_text(OWN)
    (tmp_path / "models" / "other.toml").write_text("title = 'no model file'\n")
    (tmp_path / "run.toml").write_text(RUN)
    return tmp_path


def chosen(folder, model=None, adapter=None, base_url=None, **changes):
    config = override(load_config(str(folder / "run.toml")), {k.replace("__", "."): v for k, v in changes.items()})
    return resolve_model(apply_model_options(config, model, adapter, base_url))


# Looking up


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("gpt-4o", "gpt-4o"),
        ("GPT-4O", "gpt-4o"),
        ("step-2-16k", "step-2-16k-202411"),
        ("gemini-1.5-flash-002", "gemini-1.5-flash-002"),
        ("gemini-1.5-pro-002", "gemini-1.5-pro-002"),
        ("llama-3.1-70b-instruct-turbo", "meta-llama/Meta-Llama-3.1-70B-Instruct-Turbo"),
        ("meta-llama/meta-llama-3.1-70b-instruct-turbo", "meta-llama/Meta-Llama-3.1-70B-Instruct-Turbo"),
        ("o1-preview", "o1-preview-2024-09-12"),
        ("o1-mini", "o1-mini-2024-09-12"),
    ],
)
def test_the_models_of_the_board_are_known_by_name_and_alias_in_any_case(name, found):
    assert find_model(name, places_with(None)).name == found


def test_an_unknown_name_is_none_or_a_near_miss():
    assert find_model("gpt-4o-minii", places_with(None)) is None
    with pytest.raises(ConfigError, match="no model file has 'GPT-4o-minii'; did you mean 'gpt-4o-mini'"):
        get_model("GPT-4o-minii", places_with(None))


def test_two_entries_with_one_name_are_an_error(folder):
    (folder / "models" / "more.toml").write_text("[[models]]\nname = 'OURS'\n")
    with pytest.raises(
        ConfigError, match=r"2 models have the name 'ours': 'OURS' in more\.toml, 'Ours-1' in ours\.toml"
    ):
        chosen(folder)


def test_ones_own_files_come_before_the_shipped_ones(folder):
    assert get_model("gpt-4o", places_of(load_config(str(folder / "run.toml")))).name == "Ours-1"
    (folder / "mine.toml").write_text("[[models]]\nname = 'gpt-4o'\nadapter = 'openai'\nmax_output = 1\n")
    config = override(load_config(str(folder / "run.toml")), {"model.file": "mine.toml"})
    assert get_model("gpt-4o", places_of(config)).max_output == 1
    assert get_model("ours", places_of(config)).name == "Ours-1"
    names = [entry.name for entry in all_models(places_of(config))]
    assert names[:3] == ["gpt-4o", "Ours-1", "ours-2"]
    assert names.count("gpt-4o") == 1, "a name that is hidden cannot be found, so it is not listed"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("name = 'x'", "unknown key 'name'"),
        ("family = 'x'", r"no \[\[models\]\]"),
        ("[[models]]\nfamily = 'x'", "has no key 'family'"),
        ("[[models]]\naliases = ['x']", "needs a name"),
        ("[[models]]\nname = 'x'\nmax_ouput = 1", "'max_ouput'; did you mean 'max_output'"),
        ("[[models]]\nname = 'x'\ncontext = 0", "context is 0"),
        ("[[models]]\nname = 'x'\ncontext = 'big'", "context takes a whole number"),
        ("[[models]]\nname = 'x'\nthinking = 'much'", "'much', but takes never, optional, always"),
        ("[[models]]\nname = 'x'\n[models.prices]\ninput = 1", "lacks output and date"),
        ("[[models]]\nname = 'x'\nprices = 3", "prices.*must be a table"),
        ("[[models]]\nname = 'x'\n[models.prices]\ninput = 1\noutput = -1\ndate = 2026-01-01", "output is -1"),
        ("[[models]]\nname = 'x'\n[models.prices]\ninput = nan\noutput = 1\ndate = 2026-01-01", "input is nan"),
        ("[[models]]\nname = 'x'\n[models.prices]\ninput = 1\noutput = 1\ndate = 'May'", "'May', but takes a day"),
        ("[[models]]\nname = 'x'\n[models.prices]\ninput = 1\nout = 1\noutput = 1\ndate = 2026-01-01", "'out'; did"),
        ("models = [3]", "takes tables"),
        ("[[models]", "not valid TOML"),
    ],
)
def test_a_bad_model_file_is_refused_by_file_and_place(folder, text, why):
    (folder / "bad.toml").write_text(text)
    with pytest.raises(ConfigError, match=rf"bad\.toml.*{why}"):
        chosen(folder, model__file="bad.toml")


def test_a_model_file_that_is_not_there(folder):
    with pytest.raises(ConfigError, match=r"no model file .*none\.toml"):
        chosen(folder, model__file="none.toml")


# What a run makes of it


def test_the_run_file_is_completed_and_told_what_changed(folder):
    found = chosen(folder)
    model = found.config.model
    assert (model.adapter, model.base_url, model.key_env) == ("compatible", "http://127.0.0.1:9/v1", "OUR_KEY")
    assert (model.name, model.max_tokens, model.temperature) == ("Ours-1", 300, 0.0)
    assert model.options == {"max_tokens_field": "max_completion_tokens", "omit": ("temperature",)}
    assert model.extra == {"top_k": 1, "effort": "high"}
    assert found.prices.cost({"input": 1_000_000, "output": 1_000_000}) == 5.0
    assert found.to_json()["model_file"] == {
        "file": "ours.toml",
        "name": "Ours-1",
        "cutoff": "unknown",
        "prices": {"input": 1.0, "output": 4.0, "date": "2026-01-31"},
        "applied": [
            "the name that is sent is Ours-1",
            "options.max_tokens_field = max_completion_tokens",
            "options.omit = temperature",
            "extra.top_k = 1",
            "extra.effort = high",
            "each question begins with the line 'Be exact.'",
            "max_tokens is 300 instead of 4096: the model gives no more",
        ],
    }


def test_what_the_run_file_sets_stays(folder):
    (folder / "run.toml").write_text(
        "[model]\nname = 'ours'\nmax_tokens = 5\nprompt_prefix = ''\nkey_env = 'MINE'\n"
        "extra = { effort = 'low' }\noptions = { omit = [] }\n"
    )
    model = chosen(folder).config.model
    assert (model.max_tokens, model.prompt_prefix, model.key_env) == (5, "", "MINE")
    assert model.extra == {"top_k": 1, "effort": "low"}
    assert model.options == {"max_tokens_field": "max_completion_tokens", "omit": ()}


def test_the_prefix_stands_before_the_first_user_turn_and_the_plan_knows_it(folder):
    found = chosen(folder)
    turns = [Turn.of("system", "S"), Turn.of("user", "Q"), Turn.of("assistant", "A"), Turn.of("user", "R")]
    sample = Sample.build("summarize", turns, [])
    turned = prefixed_samples(found, {sample.id: sample})[sample.id]
    assert [turn.text for turn in turned.turns] == ["S", "Be exact.\nQ", "A", "R"]
    assert turned.id == sample.id
    assert run_spec_of(found.config, [sample]).values["settings"]["prompt_prefix"] == "Be exact."
    bare = chosen(folder, model__prompt_prefix="")
    assert prefixed_samples(bare, [sample])[0] is sample
    assert "prompt_prefix" not in run_spec_of(bare.config, [sample]).values["settings"]


def test_two_entries_can_send_one_name(folder):
    model = chosen(folder, model="ours-2").config.model
    assert (model.name, model.base_url) == ("Ours-1", "http://127.0.0.1:8/v1")


def test_a_bare_name_brings_its_adapter_and_address_and_no_key_of_another(folder):
    (folder / "run.toml").write_text(
        "[model]\nadapter = 'openai'\nname = 'mine'\nkey_env = 'MY_KEY'\nmax_tokens = 9\nextra = { a = 1 }\n"
    )
    model = chosen(folder, model="claude-3-5-sonnet").config.model
    assert (model.adapter, model.name, model.key_env) == ("anthropic", "claude-3-5-sonnet-20241022", None)
    assert (model.max_tokens, model.extra) == (9, {})
    model = chosen(folder, model="step-2-16k").config.model
    assert (model.adapter, model.base_url) == ("openai", "https://api.stepfun.com/v1")
    assert model.key_env == "STEP_API_KEY", "the key of the run file's model must not go to another address"


@pytest.mark.parametrize("name", ["openai/no-such-model-at-all", "no-such-model-at-all", "vendor/no-such-model-at-all"])
def test_a_model_without_a_file_is_asked_all_the_same(folder, name):
    (folder / "run.toml").write_text("[model]\nname = 'x'\ntemperature = 0\n")
    found = chosen(folder, model=name)
    assert (found.config.model.adapter, found.entry, found.prices) == ("openai", None, None)
    assert found.config.model.name == name.removeprefix("openai/")
    assert request_settings(found.config.model).to_json() == {"temperature": 0.0}
    assert found.to_json() == {}
    assert found.notes == []


def test_a_near_miss_is_told_and_asked_all_the_same(folder):
    found = chosen(folder, model="openai/gpt-4o-minii")
    assert found.config.model.name == "gpt-4o-minii"
    [note] = found.notes
    assert note.startswith("no model file has 'gpt-4o-minii'; did you mean 'gpt-4o-mini'")
    assert chosen(folder, model__file="models/ours.toml", model="o1").notes[0] == (
        "the model file models/ours.toml has no model 'o1'"
    )


def test_an_unknown_adapter_is_named(folder):
    (folder / "run.toml").write_text("[model]\nadapter = 'opnai'\nname = 'x'\n")
    with pytest.raises(ConfigError, match="'opnai'; did you mean 'openai'"):
        chosen(folder)


# Another address


def test_at_another_address_the_prices_are_unknown_and_the_key_stays_at_home(folder):
    found = chosen(folder, base_url="http://127.0.0.1:7/v1", model__adapter="compatible")
    model = found.config.model
    assert (model.base_url, model.key_env, model.name) == ("http://127.0.0.1:7/v1", None, "ours")
    assert found.prices is None
    assert (model.options, model.extra, model.max_tokens) == ({}, {}, 4096), "these belong to the file's address"
    assert model.prompt_prefix == "Be exact.", "this to the model"
    assert found.to_json()["model_file"]["prices"] == "unknown"
    assert "another address" in found.notes[-1]
    same = chosen(folder, base_url="http://127.0.0.1:9/v1/", model__adapter="compatible")
    assert same.prices


def test_the_variable_for_an_address_counts_as_one(folder, monkeypatch):
    (folder / "run.toml").write_text("[model]\nname = 'x'\n")
    assert chosen(folder, model="openai/o1").prices
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:7/v1")
    found = chosen(folder, model="openai/o1")
    assert found.prices is None
    assert found.config.model.options["max_tokens_field"] == "max_completion_tokens", "a gateway passes them on"
    assert chosen(folder, model="compatible/step-2-16k").config.model.base_url == "https://api.stepfun.com/v1"
    assert chosen(folder, model="openai/step-2-16k").config.model.base_url is None, "the variable says where"
    assert chosen(folder, model="step-2-16k").config.model.base_url == "https://api.stepfun.com/v1"
    assert chosen(folder, model="anthropic/claude-opus-4-5").prices
    monkeypatch.setenv("OPENAI_BASE_URL", "https://api.openai.com/v1/")
    assert chosen(folder, model="openai/o1").prices


def test_names_of_models_that_are_no_models_are_not_looked_up(folder):
    assert chosen(folder, model="replay/ours").entry is None
    assert chosen(folder, model="scripted/oracle").entry is None
    assert chosen(folder, model="anthropic/ours").entry is None, "asked in another format than the file's"
