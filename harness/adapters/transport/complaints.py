"""What providers complain of, recognised by their codes and words, and what to change about it; pure."""

from __future__ import annotations

import re

_LOOKED_AT = 2000
"""Characters of a complaint that are searched: some repeat the whole request."""


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_CREDIT_CODE = _words(
    r"insufficient_(quota|balance|credits?|funds)", r"exceeded_current_quota", r"credit_balance",
    r"usage_limit_reached", r"\bbilling_", r"arrear", r"payment_required",
    r"(out_of|no)_credits?", r"balance_(not_enough|insufficient)",
    r"^1113$",
)  # fmt: skip
_CREDIT = _words(
    r"credit balance is too low", r"insufficient (account )?(balance|funds|credits?|quota)",
    r"exceeded your current quota", r"(out of|no( remaining)?|not enough|enough|any|more) credits\b",
    r"(credits?|balance) (are |is |has been |have been )?(depleted|exhausted|used up|insufficient|not enough)",
    r"all available credits", r"billing (account|details|hard limit|limit|is |not |cycle)",
    r"check your (plan|billing)",
    r"\barrear", r"account is in good standing", r"payment required", r"(spending|usage) limit (has been )?reached",
    r"monthly spending limit", r"top up your", r"please recharge", "余额不足", "欠费", "请充值",
)  # fmt: skip
_RATE = _words(r"rate[ _-]?limit", r"\bper[ -](second|minute|hour|day)\b", r"\b[rt]p[mdhs]\b", r"too many requests")
"""Words of a limit that time lifts; some such messages advise to change the plan."""
_URL = re.compile(r"https?://\S++")
_PREPAID = _words(r"prepa(id|yment) credits?", r"credits? (are|is) depleted")
"""Google's words for no credit; its other quota message stands for a rate that is over in a minute."""
_BAD_KEY = _words(
    r"(invalid|incorrect|wrong)[ _](api[ _-]?)key",
    r"api[ _-]?key[ _](is[ _])?(not[ _]valid|invalid|incorrect|expired)",
    r"(no|missing)[ _](api[ _-]?key|auth(orization|entication)?[ _](header|credentials))\b",
    r"api[ _-]?key (is )?(missing|required|not (set|provided|found))", r"(did not|didn't) provide an api key",
    r"invalid (authentication|authorization|(bearer|access|api|auth) token)", r"\binvalid token\W*\Z", r"login fail",
)  # fmt: skip
"""How some providers report with status 400 or 200 what others report with 401."""
_BUSY = _words(
    r"\b(system|server|service|model|engine)s? (is |are )?(currently |too )?(busy|overloaded|unavailable)\b",
    r"\b(try again|retry) (later|in a)", r"\boverloaded\b", r"internal (server )?error",
    "繁忙", "稍后", "过载", "内部错误",
)  # fmt: skip
_SPEAKS_OF = {
    401: _words(r"auth", r"token", r"\bkey\b", r"api[ _-]?key", r"login", r"header", r"credential", r"permission",
                r"\bjwt\b", r"signature", "认证", "鉴权", "验证", "身份", "密钥", "登录", "令牌", "权限"),
    402: _words(r"account", r"balance", r"arrear", r"credit", r"quota", r"billing", r"recharge", r"package", r"payment",
                "余额", "欠费", "充值", "账户", "账号", "资源包"),
}  # fmt: skip
"""Words of messages about the key, or the account, by the status that stands for them."""
_NO_MODEL = _words(
    r"model_not_(found|exist)", r"(invalid|unknown)_model\b", r"no such model", r"(unknown|invalid) model\b",
    r"model not (exist|found)",
    r"model[ :=]+[\"'`]?[\w./:@-]{1,80}[\"'`]? (is )?(not (supported|found|available|exist)|does not exist|unknown)",
    r"not a valid model",
)  # fmt: skip
_FILTER = _words(
    r"content[_ ]?filter", r"content[_ ]?policy", r"data_inspection", r"responsible_?ai_?policy",
    r"content management policy", r"content exists risk", r"content (security|safety)", r"safety (system|policy)",
    r"sensitive (content|words?|information)", r"flagged (by|as|for)", r"\bmoderation\b",
)  # fmt: skip
_CONTEXT = _words(
    r"context[ _-]?(length|window|size)", r"maximum (context|input|prompt)", r"(prompt|input) (is )?too (long|large)",
    r"too many (input )?tokens", r"reduce the length", r"exceeds the (model's |maximum )",
)  # fmt: skip
_ADVICE = (
    (
        _words(r"max_completion_tokens"),
        'set options = { max_tokens_field = "max_completion_tokens" } in [model], the newer name of the limit',
    ),
    (
        _CONTEXT,
        "the prompt with max_tokens is longer than the model takes: lower max_tokens in [model], lower sentences in "
        "[articles], or choose a model with a longer context",
    ),
    (
        _words(r"max_?(output_?)?tokens"),
        "change max_tokens in [model] to a value that the model takes",
    ),
    (
        _words(r"\brole\b|system (message|prompt|instruction)|developer"),
        'if the model takes no system turn, set options = { system_role = "user" } in [model]',
    ),
    (
        _words(r"(unknown|unrecognized|unexpected|extra|additional|unsupported) (field|name|key|argument|propert)"),
        "check the fields of extra in [model]",
    ),
)
_NUMBER = re.compile(r"\b\w*\d\w*")
_SETTING = _words(r"\b(temperature|top_p|topP|seed|stop)(?:_sequences)?\b")


def is_out_of_credit(status: int, code: str, kind: str, message: str) -> bool:
    """Return whether the account has no credit left, whatever status says so."""
    if status == 402:
        return True
    if status not in (400, 403, 429):
        return False
    words = _URL.sub("", message[:_LOOKED_AT])
    if "resource_exhausted" in kind.lower():
        return bool(_PREPAID.search(words))
    if _CREDIT_CODE.search(code) or _CREDIT_CODE.search(kind):
        return True
    if status == 429 and _RATE.search(words):
        return False
    return bool(_CREDIT.search(words) or (status == 429 and "billing" in words.lower()))


def is_bad_key(words: str) -> bool:
    """Return whether a complaint is about the key."""
    return bool(_BAD_KEY.search(words[:_LOOKED_AT]))


def is_busy(words: str) -> bool:
    """Return whether a server complains that it has too much to do, or failed."""
    return bool(_BUSY.search(words[:_LOOKED_AT]))


def fits_status(status: int, words: str) -> bool:
    """Return whether a message can be about what a status of the key (401) or the account (402) stands for."""
    pattern = _SPEAKS_OF.get(status)
    return pattern is None or bool(pattern.search(words[:_LOOKED_AT]))


def is_unknown_model(words: str) -> bool:
    """Return whether a complaint is about the name of the model."""
    return bool(_NO_MODEL.search(words[:_LOOKED_AT]))


def is_filter(words: str) -> bool:
    """Return whether a content filter reports."""
    return bool(_FILTER.search(words[:_LOOKED_AT]))


def advise(message: str, param: str) -> str:
    """Return what to change in the run file about a request that is rejected."""
    words = f"{param} {message}"[:_LOOKED_AT]
    setting = _SETTING.search(param) or _SETTING.search(message[:_LOOKED_AT])
    for pattern, advice in _ADVICE:
        if pattern.search(words):
            return advice
    if setting:
        name = {"topP": "top_p"}.get(setting[1], setting[1])
        not_sent = f'add --omit {name} (in a run file: omit = ["{name}"] in model.options)'
        return f"{not_sent} so that {name} is not sent, or change model.{name}"
    return "check [model] in the run file: its settings, and the fields of extra"


def without_numbers(status: int, code: str, message: str) -> str:
    """Return a complaint in the form in which it is the same for requests that differ in length and id."""
    words = _NUMBER.sub("#", message[:_LOOKED_AT])
    return f"{status} {code} {words[:80]}"
