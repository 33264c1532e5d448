"""The routes: `/score` for batches, `/verify` for NeMo Gym, and what operators read."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from scorers import ScorersError
from scorers.rewards import parse_ground_truth
from scorers.rewards.text_score import check_readable

from .bodies import json_response, read_model, read_object
from .openapi import describe_api
from .schemas import ScoreRequest, VerifierMetadata, VerifyRequest
from .scoring import TextToScore, verify_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from scorers.rewards import RewardResult

    from .schemas import ScoreItem
    from .scoring import VerifiedText
    from .state import ServiceState


def _state(request: Request) -> ServiceState:
    state: ServiceState = request.app.state.service
    return state


async def post_score(request: Request) -> Response:
    """Score a batch of responses."""
    state = _state(request)
    until = monotonic() + state.settings.request_seconds
    body = read_model(ScoreRequest, await read_object(request, state.settings))
    if len(body.items) > state.settings.max_items:
        raise HTTPException(413, f"{len(body.items):,} items; send at most {state.settings.max_items:,} in one request")
    rules = body.rules or state.settings.rules
    prepared = [_read_item(item, rules, body.strip_thinking) for item in body.items]
    texts = [one for one in prepared if isinstance(one, TextToScore)]
    verified = iter(await _verify(state, texts, until))
    results: list[dict[str, Any]] = []
    for one in prepared:
        if isinstance(one, str):
            results.append({"score": None, "verdicts": [], "error": one})
            continue
        result = next(verified).reduce(body.mode, "all" if one.is_one else body.reduce)
        results.append({"score": result.score, "verdicts": _format_verdicts(one.records, result), "error": ""})
    return json_response({"results": results})


def _read_item(item: ScoreItem, rules: str, strip_thinking: bool) -> TextToScore | str:
    """Return an item as a text to score, or what is wrong with it."""
    ids = item.instruction_id_list
    if (ids is None) == (item.ground_truth is None):
        return "an item has either 'instruction_id_list' with 'kwargs', or 'ground_truth'"
    given = {"instruction_id_list": ids, "kwargs": item.kwargs} if ids is not None else item.ground_truth
    try:
        truth = parse_ground_truth(given)
    except ScorersError as error:
        return str(error)
    prompt = truth.prompt or item.prompt
    return TextToScore.of(
        item.response,
        truth.instruction_id_list,
        truth.kwargs,
        prompt=prompt,
        rules=rules,
        strip_thinking=strip_thinking,
        is_one=truth.is_one,
    )


async def _verify(state: ServiceState, texts: Sequence[TextToScore], until: float) -> list[VerifiedText]:
    verified = await verify_texts(state.pool, texts, until)
    for one in verified:
        state.metrics.count(one)
    return verified


def _format_verdicts(records: Sequence[dict[str, Any]], result: RewardResult) -> list[dict[str, Any]]:
    """Return the verdicts as `InstructionVerdict` has them."""
    found = []
    for number, (record, verdict) in enumerate(zip(records, result.verdicts, strict=True)):
        if verdict is None:
            error = result.errors[number]
            found.append({"id": record["id"], "followed": None, "reason": "", "spans": [], "version": None})
            found[-1]["error"] = error
        else:
            found.append({**verdict.to_json(record["id"]), "error": ""})
            found[-1].pop("span_count", None)
    return found


async def post_verify(request: Request) -> Response:
    """Verify one response in the shape of a NeMo Gym resources server."""
    state = _state(request)
    until = monotonic() + state.settings.request_seconds
    record = await read_object(request, state.settings)
    body = read_model(VerifyRequest, record)
    asked = body.verifier_metadata or read_model(VerifierMetadata, record)
    rules = asked.rules or state.settings.rules
    try:
        check_readable(asked.instruction_id_list, asked.kwargs, rules)
    except ScorersError as error:
        raise HTTPException(422, str(error)) from None
    text = TextToScore.of(
        _text_of(body.response), asked.instruction_id_list, asked.kwargs, prompt=asked.prompt, rules=rules
    )
    [verified] = await _verify(state, [text], until)
    reduce = "all" if asked.grading_mode == "binary" else "fraction"
    strict, loose = verified.reduce("strict", reduce), verified.reduce("loose", reduce)
    failed = bool(strict.errors)
    answer = {
        **record,
        "reward": 0.0 if failed else strict.score,
        "follow_all_instructions": all(strict.follow_list),
        "follow_instruction_list": [bool(one) for one in strict.follow_list],
        "reward_loose": 0.0 if failed else loose.score,
        "follow_all_instructions_loose": all(loose.follow_list),
        "follow_instruction_list_loose": [bool(one) for one in loose.follow_list],
        "verdicts": _format_verdicts(text.records, strict),
        "mask_sample": failed,
        "failure_kind": "verifier_error" if failed else None,
        "failure_reason": "; ".join(strict.errors.values())[:2000] or None,
    }
    return json_response(answer)


def _text_of(response: dict[str, Any]) -> str:
    """Return the text of the last message in a response of OpenAI's Responses API, "" if there is none."""
    output = response.get("output")
    for item in reversed(output if isinstance(output, list) else []):
        content = item.get("content") if isinstance(item, dict) and item.get("type", "message") == "message" else None
        if isinstance(content, list):
            texts = [part.get("text") for part in content if isinstance(part, dict)]
            return "".join(text for text in texts if isinstance(text, str))
    return ""


async def post_seed_session(request: Request) -> Response:
    """Begin a session of NeMo Gym; the service holds no state."""
    body = await read_object(request, _state(request).settings)
    named = body.get("resources_session_id")
    return json_response({"resources_session_id": named} if isinstance(named, str) else {})


async def get_reverify_mode(request: Request) -> Response:  # noqa: ARG001  # a route's signature
    """Return that a response can be verified again at any time."""
    return Response(b'"stateless"', media_type="application/json")


async def get_health(request: Request) -> Response:  # noqa: ARG001  # as above
    """Return that the service is up."""
    return json_response({"status": "ok"})


async def get_metrics(request: Request) -> Response:
    """Return the metrics for Prometheus."""
    state = _state(request)
    return Response(state.metrics.render(state.pool), media_type="text/plain; version=0.0.4; charset=utf-8")


async def get_openapi(request: Request) -> Response:
    """Return the OpenAPI document."""
    return json_response(describe_api(needs_token=bool(_state(request).settings.token)))
