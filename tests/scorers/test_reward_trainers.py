"""The functions that trainers call, by their documented calls; the trainers themselves: `make training-test`."""

from __future__ import annotations

import asyncio
import json
from abc import ABC, abstractmethod

import pytest

from scorers import BadInstruction, ScorersError
from scorers.rewards import (
    OpenInstructVerifier,
    make_trl_reward,
    make_verifiers_reward,
    trl_reward,
    verifiers_environment,
    verl_compute_score,
)

NO_COMMA, TITLE = "punctuation:no_comma", "detectable_format:title"
BOTH = json.dumps([{"instruction_id": [NO_COMMA, TITLE], "kwargs": [None, None]}])
UNKNOWN = str([{"instruction_id": [NO_COMMA, "copy:copy"], "kwargs": [None, None]}])


def test_verl():
    given = {"data_source": "ifharness", "ground_truth": BOTH, "extra_info": {"split": "train", "index": 0}}
    found = verl_compute_score(solution_str="<think>a, b</think>One two", **given)
    assert found == {"score": 0.5, "all_followed": 0.0, "fraction_followed": 0.5, "errors": 0.0}
    assert verl_compute_score(solution_str="One two", **given, reduce="livebench", reward_router_address=None)[
        "score"
    ] == pytest.approx(0.25)
    with pytest.raises(BadInstruction, match="copy:copy"):
        verl_compute_score("x", "One two", UNKNOWN)
    assert verl_compute_score("x", "One two", UNKNOWN, on_error="zero")["errors"] == 1.0
    with pytest.raises(BadInstruction, match="verl needs a number as reward"):
        verl_compute_score("x", "One two", BOTH, on_error="none")


def conversation(text):
    return [{"role": "assistant", "content": text}]


@pytest.mark.parametrize("form", [str, conversation])
def test_trl(form):
    prompts = [form("Say it.")] * 2
    completions = [form("One two"), form("<<One>>, two")]
    common = {"prompts": prompts, "completions": completions, "completion_ids": [[1], [2]], "trainer_state": None}
    assert trl_reward(**common, ground_truth=[BOTH, BOTH]) == [0.5, 0.5]
    columns = {"instruction_id_list": [[NO_COMMA], [NO_COMMA, TITLE]], "kwargs": [[{}], [{}, None]]}
    assert trl_reward(**common, **columns) == [1.0, 0.5]
    assert trl_reward(**common, ground_truth=[None, BOTH]) == [None, 0.5]
    with pytest.raises(BadInstruction, match=r"needs a column 'ground_truth'.*it has completion_ids"):
        trl_reward(**common)


def test_trl_reads_columns_of_texts_and_rows_of_either_kind():
    few = {"num_words": 5, "relation": "less than"}
    texts = {"instruction_id_list": [json.dumps(["length_constraints:number_words"])] * 2}
    for name in ("kwargs", "instruction_kwargs"):
        columns = {**texts, name: [json.dumps([few])] * 2}
        assert trl_reward(["a " * 4, "a " * 5], **columns) == [1.0, 0.0]
    mixed = {"ground_truth": [None, BOTH, float("nan")], "instruction_id_list": [[NO_COMMA], None, None]}
    assert trl_reward(["One", "One", "One"], **mixed) == [1.0, 0.5, None]
    with pytest.raises(BadInstruction, match=r"row 1: instruction 2 of 2: no checker has the id 'copy:copy'"):
        trl_reward(["One", "One"], ground_truth=[BOTH, UNKNOWN])
    with pytest.raises(BadInstruction, match="2 completions, but 1 values of ground_truth"):
        trl_reward(["One", "One"], ground_truth=[BOTH])


def test_trl_with_options():
    logged = {}
    reward = make_trl_reward(reduce="all", on_error="none", name="followed")
    assert reward.__name__ == "followed"
    completions = ["One two", "<<One>> two", "One"]
    assert reward(completions=completions, ground_truth=[BOTH, BOTH, UNKNOWN], log_metric=logged.__setitem__) == [
        0.0,
        1.0,
        None,
    ]
    assert logged == {"followed/errors": 1.0}
    with pytest.raises(BadInstruction, match="unknown reduction"):
        make_trl_reward(reduce="mean")


class VerifierFunction(ABC):
    """What open-instruct documents of its base class: it finds subclasses and calls them so."""

    @abstractmethod
    def __call__(self, tokenized_prediction, prediction, label, query=None, rollout_state=None):
        """Verify."""

    async def async_call(self, *given):
        return await asyncio.get_running_loop().run_in_executor(None, lambda: self(*given))


class Verifier(OpenInstructVerifier, VerifierFunction):
    reduce = "livebench"


def test_open_instruct():
    registry = {instance.name.lower(): instance for instance in (c(None) for c in VerifierFunction.__subclasses__())}
    verifier = registry["ifharness"]
    found = asyncio.run(verifier.async_call([1, 2], "<think>x</think><<One>>, two", BOTH, "Say it."))
    assert (found.score, found.cost, found.reasoning) == (0.25, 0.0, "1 comma, at line 1; none is allowed")
    assert verifier([], "<<One>> two", BOTH).reasoning is None
    alone = asyncio.run(OpenInstructVerifier().async_call([1], "One", BOTH, query="Say it.", rollout_state={}))
    assert alone.score == 0.5
    assert verifier.weight == 1.0
    with pytest.raises(BadInstruction, match="open-instruct needs a number"):
        type("Lenient", (OpenInstructVerifier,), {"on_error": "none"})()


def test_the_older_interface_of_verifiers():
    reward = make_verifiers_reward(reduce="livebench")
    messages = conversation("<think>a, b</think>One two")
    common = {"prompt": conversation("Say it."), "completion": messages}
    assert reward.__name__ == "instruction_following"
    assert reward(**common, answer=BOTH, info={}) == pytest.approx(0.25)
    assert reward(**common, answer="", info={"ground_truth": [{"id": NO_COMMA}]}) == 1.0
    assert reward(completion="One, two", answer=BOTH) == 0.0
    with pytest.raises(BadInstruction, match="copy:copy"):
        reward(**common, answer=UNKNOWN)
    with pytest.raises(BadInstruction, match="verifiers needs a number"):
        make_verifiers_reward(on_error="none")


def test_verifiers_without_the_package_and_with_wrong_options():
    with pytest.raises(BadInstruction, match="unknown mode"):
        verifiers_environment([], mode="lose")
    with pytest.raises(BadInstruction, match="verifiers needs a number"):
        verifiers_environment([], on_error="none")
    try:
        import verifiers.v1  # noqa: F401
    except ImportError:
        with pytest.raises(ScorersError, match="pip install verifiers"):
            verifiers_environment([])
