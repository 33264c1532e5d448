"""The OpenAPI document: the models as schemas, the routes with their statuses."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic.json_schema import models_json_schema

from ... import __version__
from .schemas import MODELS

_ERRORS = {
    400: "The body is no JSON.",
    401: "The token is missing or wrong.",
    408: "The body, or what comes before it, took too long.",
    413: "The body or the batch is too large.",
    415: "The body's content type is not application/json, or it is compressed.",
    422: "The body has another form than the schema, or names an unknown instruction.",
    431: "The headers are too large.",
    503: "The service is busy or stops; send the request again.",
}


@cache
def describe_api(*, needs_token: bool) -> dict[str, Any]:
    """Return the document; `needs_token` adds the bearer token."""
    _, schemas = models_json_schema(
        [(model, "validation") for model in MODELS], ref_template="#/components/schemas/{model}"
    )
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "ifharness", "version": __version__, "description": "Verifies instructions on responses."},
        "paths": {
            "/score": {"post": _describe_post("Score a batch of responses", "ScoreRequest", "ScoreResponse")},
            "/verify": {"post": _describe_post("Verify one response for NeMo Gym", "VerifyRequest", "VerifyResponse")},
            "/aggregate_metrics": {
                "post": _describe_post("Statistics of many verified responses", "AggregateRequest", "AggregateResponse")
            },
            "/seed_session": {"post": _describe_post("Begin a session; holds no state", "", "")},
            "/reverify_mode": {"get": _describe_get("Whether verification can be repeated", {"const": "stateless"})},
            "/healthz": {"get": {**_describe_get("Whether the service is up", {"type": "object"}), "security": []}},
            "/metrics": {"get": _describe_get("Metrics for Prometheus", {"type": "string"}, "text/plain")},
            "/openapi.json": {"get": _describe_get("This document", {"type": "object"})},
        },
        "components": {"schemas": schemas["$defs"]},
    }
    if needs_token:
        document["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        document["security"] = [{"token": []}]
    return document


def _describe_post(summary: str, body: str, answer: str) -> dict[str, Any]:
    return {
        "summary": summary,
        "requestBody": {"required": True, "content": _content(_schema(body))},
        "responses": {"200": {"description": "Success.", "content": _content(_schema(answer))}, **_failures(_ERRORS)},
    }


def _describe_get(summary: str, schema: dict[str, Any], kind: str = "application/json") -> dict[str, Any]:
    answer = {"description": "Success.", "content": {kind: {"schema": schema}}}
    return {"summary": summary, "responses": {"200": answer, **_failures((401, 408, 431, 503))}}


def _failures(statuses: Any) -> dict[str, Any]:
    content = _content(_schema("ErrorResponse"))
    return {str(status): {"description": _ERRORS[status], "content": content} for status in statuses}


def _schema(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"} if name else {"type": "object"}


def _content(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
