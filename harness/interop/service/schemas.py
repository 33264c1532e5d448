"""The bodies of requests and responses, as pydantic models: they validate, and the OpenAPI document shows them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

BookField = Literal["audited", "ifeval", "ifbench", "livebench", "multiif"]
Parameters = list[dict[str, Any] | str | None]
"""The parameters of each instruction; a text is one record in JSON."""


class ScoreItem(BaseModel):
    """One response with its instructions: `instruction_id_list` beside `kwargs`, or a `ground_truth`."""

    model_config = ConfigDict(extra="forbid")

    response: str
    instruction_id_list: list[str] | None = None
    kwargs: Parameters | None = None
    ground_truth: Any = Field(None, description="Any spelling that docs/training.md lists.")
    prompt: str = ""


class ScoreRequest(BaseModel):
    """Responses to score."""

    model_config = ConfigDict(extra="forbid")

    items: list[ScoreItem]
    rules: BookField | None = Field(None, description="Rule book; null is that of the service.")
    mode: Literal["strict", "loose"] = "strict"
    reduce: Literal["fraction", "all", "livebench"] = "fraction"
    strip_thinking: bool = True


class InstructionVerdict(BaseModel):
    """The verdict on one instruction; without one, `error` says why."""

    id: str
    followed: bool | None
    reason: str = ""
    spans: list[tuple[int, int]] = Field([], description="Half-open ranges of code points of the response.")
    version: int | None = Field(None, description="Version of the rule that decided.")
    error: str = ""


class ScoreResult(BaseModel):
    """One response's score, null if an instruction has no verdict."""

    score: float | None
    verdicts: list[InstructionVerdict]
    error: str = Field("", description="Why nothing could be verified, or empty.")


class ScoreResponse(BaseModel):
    """The results, in the order of the items."""

    results: list[ScoreResult]


class VerifierMetadata(BaseModel):
    """What a row says about its verification; a field that is null or missing is taken from the top level."""

    model_config = ConfigDict(extra="allow")

    instruction_id_list: list[str] | None = Field(None, min_length=1)
    kwargs: Parameters | None = None
    prompt: str | None = None
    grading_mode: Literal["binary", "fraction"] | None = Field(None, description="Null is binary.")
    rules: BookField | None = Field(None, description="Rule book; null is that of the service.")


class ModelResponse(BaseModel):
    """An object of OpenAI's Responses API; the text of its last message is verified."""

    model_config = ConfigDict(extra="allow")

    output: list[Any]


class VerifyRequest(VerifierMetadata):
    """A request of NeMo Gym: a row beside an object of OpenAI's Responses API.

    Older rows have the fields of `verifier_metadata` at the top level.
    """

    response: ModelResponse
    verifier_metadata: VerifierMetadata | None = None


class VerifyResponse(BaseModel):
    """The request with its reward."""

    model_config = ConfigDict(extra="allow")

    reward: float
    follow_all_instructions: bool
    follow_instruction_list: list[bool]
    reward_loose: float
    follow_all_instructions_loose: bool
    follow_instruction_list_loose: list[bool]
    verdicts: list[InstructionVerdict]
    mask_sample: bool = Field(description="True: the response could not be verified, so the reward is no measurement.")
    failure_kind: Literal["verifier_error"] | None = None
    failure_reason: str | None = None


class AggregateRequest(BaseModel):
    """Answers of `/verify` over a whole evaluation."""

    model_config = ConfigDict(extra="allow")

    verify_responses: list[dict[str, Any]]


class AggregateResponse(BaseModel):
    """Statistics of the numeric fields: mean, max, min, median, std."""

    group_level_metrics: list[dict[str, float]] = Field(description="By task.")
    agent_metrics: dict[str, float] = Field(description="Over all.")
    key_metrics: dict[str, float] = Field(description="The means of all.")


class ErrorDetail(BaseModel):
    """What is wrong with a request."""

    status: int
    message: str


class ErrorResponse(BaseModel):
    """The body of every response with a status from 400 on."""

    error: ErrorDetail


MODELS: tuple[type[BaseModel], ...] = (
    ScoreRequest,
    ScoreResponse,
    VerifyRequest,
    VerifyResponse,
    VerifierMetadata,
    AggregateRequest,
    AggregateResponse,
    ErrorResponse,
)
