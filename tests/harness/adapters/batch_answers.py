"""What providers answer to a request, live and in a file of results."""

from __future__ import annotations

import zlib
from typing import Any


def say(provider: str, body: dict[str, Any], text: str = "") -> dict[str, Any]:
    """Return the body of a live answer to a request."""
    prompt = prompt_of(body)
    said = text or f"An answer of {zlib.crc32(prompt.encode())}."
    used, made = len(prompt) // 4, len(said)
    if provider == "anthropic":
        content = [{"type": "text", "text": said}]
        usage = {"input_tokens": used, "output_tokens": made}
        return {"id": "msg-1", "type": "message", "model": "served-1", "content": content,
                "stop_reason": "end_turn", "usage": usage}  # fmt: skip
    if provider == "gemini":
        candidate = {"content": {"role": "model", "parts": [{"text": said}]}, "finishReason": "STOP"}
        usage = {"promptTokenCount": used, "candidatesTokenCount": made}
        return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "served-1", "responseId": "r-1"}
    if provider == "responses":
        content = [{"type": "output_text", "text": said, "annotations": []}]
        output = [{"type": "message", "id": "m-1", "role": "assistant", "content": content}]
        usage = {"input_tokens": used, "output_tokens": made}
        return {"id": "r-1", "object": "response", "status": "completed", "model": "served-1", "output": output,
                "usage": usage}  # fmt: skip
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": said}}
    usage = {"prompt_tokens": used, "completion_tokens": made}
    return {"id": "r-1", "object": "chat.completion", "model": "served-1", "choices": [choice], "usage": usage}


def result_line(provider: str, line: dict[str, Any], fate: str, text: str = "") -> dict[str, Any]:
    """Return what a file of results holds about a request."""
    status, _, why = fate.removeprefix("http").partition(" ") if fate.startswith("http") else ("200", "", "")
    status, why = int(status), why or "not this one"
    if provider == "anthropic":
        if fate in ("ok", "duplicate"):
            result: dict[str, Any] = {"type": "succeeded", "message": say(provider, line["params"], text)}
        elif fate == "expired":
            result = {"type": "expired"}
        else:
            kind = {400: "invalid_request_error", 401: "authentication_error", 402: "billing_error",
                    404: "not_found_error", 429: "rate_limit_error"}[status]  # fmt: skip
            error = {"type": "error", "error": {"type": kind, "message": why}}
            result = {"type": "errored", "error": error}
        return {"custom_id": line["custom_id"], "result": result}
    if provider == "gemini":
        if fate in ("ok", "duplicate", "foreign"):
            key = line["key"] if fate != "foreign" else "another"
            return {"key": key, "response": say(provider, line["request"], text)}
        code = {400: 3, 401: 16, 402: 9, 404: 5, 429: 8}.get(status, 1)
        return {"key": line["key"], "error": {"code": code, "message": why}}
    found: dict[str, Any] = {"id": "batch_req_1", "custom_id": line["custom_id"], "response": None, "error": None}
    if fate in ("ok", "duplicate"):
        answer = {"status_code": 200, "request_id": "r-1", "body": say(provider, line["body"], text)}
        return found | {"response": answer}
    if fate == "expired":
        return found | {"error": {"code": "batch_expired", "message": "expired"}}
    return found | {"response": {"status_code": status, "body": {"error": {"message": why}}}}


def body_of(line: dict[str, Any]) -> dict[str, Any]:
    """Return the body of a request in a line."""
    return line.get("body") or line.get("params") or line["request"]


def id_of(line: dict[str, Any]) -> str:
    """Return the custom id of a line."""
    return line.get("custom_id") or line["key"]


def prompt_of(body: dict[str, Any]) -> str:
    """Return everything that a request says."""
    if "contents" in body:
        return "\n".join(part["text"] for one in body["contents"] for part in one["parts"])
    said = body.get("messages") or body["input"]
    return "\n".join(one["content"] for one in said)
