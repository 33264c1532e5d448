"""TRL's GRPOTrainer takes two steps with a tiny random model and our reward, in both forms of a data set."""

from __future__ import annotations

import json

import pytest
from datasets import Dataset
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
from trl import GRPOConfig, GRPOTrainer

import harness
from scorers.rewards import make_trl_reward, trl_reward

TEMPLATE = "{% for m in messages %}{{ m['role'] }} {{ m['content'] }} {% endfor %}assistant "
WORDS = "tea milk , . ! one two three user assistant <<tea>> <pad> <eos> <unk>".split()


def make_tokenizer():
    inner = Tokenizer(models.WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="<unk>"))
    inner.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=inner, pad_token="<pad>", eos_token="<eos>", unk_token="<unk>", padding_side="left"
    )
    tokenizer.chat_template = TEMPLATE
    return tokenizer


def make_model():
    config = LlamaConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=4096,
        pad_token_id=WORDS.index("<pad>"),
        eos_token_id=WORDS.index("<eos>"),
        bos_token_id=None,
    )
    return LlamaForCausalLM(config)


def rows_conversational():
    return list(harness.iter_training_rows("smoke", limit=8))


def rows_standard():
    no_comma, title = "punctuation:no_comma", "detectable_format:title"
    row = {
        "prompt": "tea ?",
        "instruction_id_list": [no_comma, title, no_comma],
        "kwargs": [json.dumps({})] * 3,
    }
    return [row] * 8


@pytest.mark.parametrize("rows", [rows_conversational, rows_standard])
def test_two_steps(rows, tmp_path):
    seen = []

    def spy(completions, **columns):
        rewards = trl_reward(completions, **columns)
        seen.extend(zip(completions, rewards, strict=True))
        return rewards

    trainer = GRPOTrainer(
        model=make_model(),
        processing_class=make_tokenizer(),
        reward_funcs=[spy, make_trl_reward(reduce="all", on_error="none", name="all_followed")],
        train_dataset=Dataset.from_list(rows()),
        args=GRPOConfig(
            output_dir=str(tmp_path),
            max_steps=2,
            per_device_train_batch_size=4,
            num_generations=4,
            max_completion_length=12,
            logging_steps=1,
            use_cpu=True,
            bf16=False,
            report_to="none",
            save_strategy="no",
        ),
    )
    trainer.train()
    assert trainer.state.global_step == 2
    logged = [entry for entry in trainer.state.log_history if "rewards/all_followed/mean" in entry]
    assert len(logged) == 2
    assert all(entry["all_followed/errors"] == 0.0 for entry in logged)
    assert len(seen) == 8
    assert all(0.0 <= reward <= 1.0 for _, reward in seen)
    assert len({reward for _, reward in seen}) > 1, "a random model follows some instructions and breaks others"
