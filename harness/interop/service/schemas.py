"""The bodies of requests and responses, as pydantic models: they validate, and the OpenAPI document shows them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

BookField = Literal["audited", "ifeval", "ifbench", "livebench", "multiif"]
Parameters = list[dict[str, Any] | None]


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
    """What a row says about its verification; at the top level of older rows."""

    model_config = ConfigDict(extra="allow")

    instruction_id_list: list[str] = Field(min_length=1)
    kwargs: Parameters | None = None
    prompt: str = ""
    grading_mode: Literal["binary", "fraction"] = "binary"
    rules: BookField | None = None


class VerifyRequest(BaseModel):
    """A request of NeMo Gym: a row beside an object of OpenAI's Responses API."""

    model_config = ConfigDict(extra="allow")

    response: dict[str, Any]
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


class ErrorDetail(BaseModel):
    """What is wrong with a request."""

    status: int
    message: str


class ErrorResponse(BaseModel):
    """The body of every response with a status from 400 on."""

    error: ErrorDetail


MODELS: tuple[type[BaseModel], ...] = (ScoreRequest, ScoreResponse, VerifyRequest, VerifyResponse, ErrorResponse)
