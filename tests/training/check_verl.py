"""verl loads our function from a file by its own loader, and its reward manager calls it."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from blocks import block_of
from check_trl import make_tokenizer
from omegaconf import OmegaConf
from verl import DataProto
from verl.trainer.ppo.reward import get_custom_reward_fn
from verl.workers.reward_manager.naive import NaiveRewardManager

from scorers import BadInstruction

TRUTHS = [
    json.dumps({"instruction_id": ["punctuation:no_comma", "detectable_format:title"], "kwargs": [None, None]}),
    "[{'instruction_id': ['punctuation:no_comma'], 'kwargs': [None]}]",
    json.dumps({"func_name": "verify_word_constraint", "N": 2, "quantifier": "at least", "word": None}),
]
RESPONSES = ["one two", "one , two", "<think> one two"]


def load_function(folder, **options):
    path = folder / "reward.py"
    path.write_text(block_of("reward.py"), encoding="utf-8")
    function = {"path": str(path), "name": "compute_score", "reward_kwargs": options}
    return get_custom_reward_fn(OmegaConf.create({"reward": {"custom_reward_function": function}}))


def batch_of(tokenizer, truths):
    ids = [tokenizer.encode(text) for text in RESPONSES]
    longest = max(map(len, ids))
    pad = tokenizer.pad_token_id
    responses = torch.tensor([one + [pad] * (longest - len(one)) for one in ids])
    prompts = torch.full((len(ids), 1), tokenizer.encode("tea")[0])
    mask = torch.cat([torch.ones_like(prompts), (responses != pad).long()], dim=1)
    return DataProto.from_dict(
        tensors={"prompts": prompts, "responses": responses, "attention_mask": mask},
        non_tensors={
            "data_source": np.array(["ifharness"] * len(ids), dtype=object),
            "reward_model": np.array([{"style": "rule", "ground_truth": truth} for truth in truths], dtype=object),
            "extra_info": np.array([{"split": "train", "index": n} for n in range(len(ids))], dtype=object),
        },
    )


def test_the_reward_manager_gets_a_score_and_the_same_metrics_for_each_row(tmp_path):
    tokenizer = make_tokenizer()
    manager = NaiveRewardManager(tokenizer, num_examine=0, compute_score=load_function(tmp_path, reduce="fraction"))
    found = manager(batch_of(tokenizer, TRUTHS), return_dict=True)
    assert found["reward_tensor"].sum(dim=1).tolist() == [0.5, 0.0, 1.0]
    metrics = found["reward_extra_info"]
    assert metrics["all_followed"] == [0.0, 0.0, 1.0]
    assert metrics["fraction_followed"] == [0.5, 0.0, 1.0]
    assert metrics["errors"] == [0.0, 0.0, 0.0]


def test_a_bad_row_raises_or_counts_as_an_error(tmp_path):
    tokenizer = make_tokenizer()
    truths = [*TRUTHS[:2], json.dumps({"instruction_id": ["copy:copy"], "kwargs": [None]})]
    with pytest.raises(BadInstruction, match="no checker has the id 'copy:copy'"):
        NaiveRewardManager(tokenizer, 0, load_function(tmp_path))(batch_of(tokenizer, truths), return_dict=True)
    lenient = NaiveRewardManager(tokenizer, 0, load_function(tmp_path, on_error="zero"))
    found = lenient(batch_of(tokenizer, truths), return_dict=True)["reward_extra_info"]
    assert (found["score"], found["errors"]) == ([0.5, 0.0, 0.0], [0.0, 0.0, 1.0])
