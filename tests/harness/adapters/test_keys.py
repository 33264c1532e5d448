"""Where keys and addresses come from, and that a key reaches nothing but the server."""

from __future__ import annotations

import base64
import html
import json
import os
import traceback
from urllib.parse import quote

import pytest
from adapter_helpers import ask
from hypothesis import given
from hypothesis import strategies as st
from loopback import Loopback, Reply, complains, says

from harness.adapters import credentials, redaction
from harness.adapters.base import AdapterSetup
from harness.adapters.registry import make_adapter
from harness.errors import AdapterError, ConfigError

KEY = "sk-test/7f3Q9+zz="


@pytest.fixture(autouse=True)
def _empty_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "MY_KEY"):
        monkeypatch.delenv(name, raising=False)


def _leaks(error):
    told = "".join(traceback.format_exception(error)) + repr(error)
    return any(form in told for form in (KEY, KEY.replace("/", "\\/"), "7f3Q9", "sk-test"))


@pytest.mark.parametrize("status", [200, 400, 401, 404, 429, 500])
def test_a_key_that_the_server_repeats_stands_in_no_message(status, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    replies = [
        complains(status, f"bad key {KEY}", code=f"c-{KEY}", type=KEY),
        Reply(f"{'x' * 290} {KEY} and so on", status),
        Reply(json.dumps({"oops": KEY}).replace("/", "\\/"), status),
        Reply({"object": "error", "message": [KEY]}, status),
    ]
    for reply in replies:
        with Loopback(reply) as server, pytest.raises(AdapterError) as caught:
            ask(make_adapter("openai", AdapterSetup("m", base_url=server.url)))
        assert not _leaks(caught.value), str(caught.value)
        assert len(str(caught.value)) < 1000


def test_the_key_is_sent_but_stands_in_no_description_of_the_adapter(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with Loopback() as server:
        adapter = make_adapter("openai", AdapterSetup("m", base_url=server.url))
        assert KEY not in repr(adapter)
        ask(adapter)
    assert server.heard[0].headers["Authorization"] == f"Bearer {KEY}"


def test_the_key_comes_from_the_variable_that_the_run_names(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "other")
    monkeypatch.setenv("MY_KEY", f" {KEY}\n")
    assert credentials.find_key("MY_KEY", base_url=None) == KEY


def test_what_is_openai_s_business_goes_to_no_other_address(monkeypatch):
    monkeypatch.setenv("OPENAI_ORG_ID", "org-7")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-7")
    with Loopback() as server:
        ask(make_adapter("openai", AdapterSetup("m", base_url=server.url)))
    assert not {"org-7", "proj-7"} & set(server.heard[0].headers.values())


def test_a_missing_key_is_told_before_anything_is_sent():
    with pytest.raises(ConfigError, match=r"MY_KEY is not set.*export MY_KEY.*key_env"):
        make_adapter("openai", AdapterSetup("m", base_url="https://api.example.org/v1", key_env="MY_KEY"))


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/v1", "http://127.8.9.1/v1", "http://localhost:9", "http://[::1]:9/v1"]
)
def test_a_server_on_this_machine_needs_no_key(url):
    assert credentials.find_key("OPENAI_API_KEY", base_url=url) == "none"


@pytest.mark.parametrize("url", ["http://localhost.example.org/v1", "http://10.0.0.1/v1", "http://128.0.0.1", None])
def test_any_other_server_needs_one(url):
    with pytest.raises(ConfigError, match="no key"):
        credentials.find_key("OPENAI_API_KEY", base_url=url)


def test_a_dotenv_in_the_folder_is_read_and_the_environment_goes_before_it(monkeypatch, tmp_path):
    with Loopback() as server:
        text = f'MY_KEY="from-${{file}}"\nOPENAI_BASE_URL={server.url}\n'
        (tmp_path / ".env").write_text(text, encoding="utf-8")
        ask(make_adapter("openai", AdapterSetup("m", key_env="MY_KEY")))
        monkeypatch.setenv("MY_KEY", "from-envvar")
        ask(make_adapter("openai", AdapterSetup("m", key_env="MY_KEY")))
    assert [heard.headers["Authorization"] for heard in server.heard] == [
        "Bearer from-${file}",
        "Bearer from-envvar",
    ]
    assert "MY_KEY" in os.environ
    assert "OPENAI_BASE_URL" not in os.environ


def test_the_base_url_of_the_run_goes_before_the_environment(monkeypatch):
    with Loopback() as ours, Loopback() as other:
        monkeypatch.setenv("OPENAI_BASE_URL", other.url)
        ask(make_adapter("openai", AdapterSetup("m", base_url=ours.url)))
        ask(make_adapter("openai", AdapterSetup("m")))
    assert (len(ours.heard), len(other.heard)) == (1, 1)


def test_a_dotenv_that_cannot_be_read_is_told(tmp_path):
    (tmp_path / ".env").write_bytes(b"MY_KEY=\xff\xfe\n")
    with pytest.raises(ConfigError, match=r"\.env in this folder cannot be read"):
        credentials.find_key("MY_KEY", base_url=None)


@pytest.mark.parametrize("value", ["two words", "schlüssel", "line\nbreak", "tab\there"])
def test_a_variable_that_holds_no_key_is_told_without_its_value(monkeypatch, value):
    monkeypatch.setenv("MY_KEY", value)
    with pytest.raises(ConfigError, match="cannot be a key") as caught:
        credentials.find_key("MY_KEY", base_url=None)
    assert value not in str(caught.value)


def test_a_key_in_the_place_of_its_name_is_not_repeated():
    with pytest.raises(ConfigError, match="name of an environment variable") as caught:
        credentials.find_key(KEY, base_url=None)
    assert not _leaks(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://me:s3cret@host/v1",
        "me:s3cret@host/v1",
        "https://s3cret@host",
        "https:/me:s3cret@host",
        "http://me:s3cret@[::1",
        "https://host/v1?key=s3cret",
    ],
)
def test_an_address_with_credentials_is_refused_without_repeating_them(url):
    with pytest.raises(ConfigError, match="base_url") as caught:
        make_adapter("openai", AdapterSetup("m", base_url=url))
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "url", ["localhost:8000/v1", "ftp://host/v1", "https://", "http://[::1/v1", "http://host:99999/v1", "http://a b/v1"]
)
def test_what_is_no_address_is_refused(url):
    with pytest.raises(ConfigError, match="is no address"):
        make_adapter("openai", AdapterSetup("m", base_url=url))


def test_an_address_of_one_call_is_refused():
    with pytest.raises(ConfigError, match="leave off /chat/completions"):
        make_adapter("openai", AdapterSetup("m", base_url="http://127.0.0.1:9/v1/chat/completions"))


def test_a_proxy_is_not_asked_for_a_server_on_this_machine(monkeypatch):
    with Loopback(complains(500, "proxy")) as proxy, Loopback(says("direct")) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        assert ask(make_adapter("openai", AdapterSetup("m", base_url=server.url))).text == "direct"
    assert not proxy.heard


KEY_ECHOES = [
    base64.b64encode(KEY.encode()).decode(),
    *(base64.b64encode(f"{user}:{KEY}:end".encode()).decode() for user in ("a", "ab", "abc")),
    base64.urlsafe_b64encode(f"Bearer {KEY}".encode()).decode(),
    KEY.encode().hex(),
    KEY.encode().hex().upper(),
    quote(quote(KEY, safe="")),
    quote(KEY, safe="").lower(),
    "".join(f"%{byte:02X}" for byte in KEY.encode()),
    html.escape(KEY),
]


@pytest.mark.parametrize("echo", KEY_ECHOES)
def test_a_key_that_comes_back_in_another_form_is_in_no_message(echo, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    for status in (200, 400):
        with (
            Loopback(complains(status, f"bad {echo} here", code=echo)) as server,
            pytest.raises(AdapterError) as caught,
        ):
            ask(make_adapter("openai", AdapterSetup("m", base_url=server.url)))
        coded = echo[4:-6]  # what is left at its ends belongs to the text around the key
        assert coded not in str(caught.value)
        assert "[key]" in str(caught.value)


def test_a_key_that_is_split_over_fields_is_in_no_message(monkeypatch):
    key = f"sk-{'0123456789abcdefghij' * 2}"
    monkeypatch.setenv("OPENAI_API_KEY", key)
    with Loopback(complains(400, f"key {key[:20]}...", code=key[20:])) as server, pytest.raises(AdapterError) as caught:
        ask(make_adapter("openai", AdapterSetup("m", base_url=server.url)))
    assert "([key]): key [key]..." in str(caught.value)
    assert "0123" not in str(caught.value)


@pytest.mark.parametrize(
    "name",
    "api_key token access_key client_secret Cookie auth bearer X-Auth-Token Ocp-Apim-Subscription-Key password "
    "accessToken Authorization x-goog-api-key refresh_token credentials".split(),
)
def test_a_setting_with_the_name_of_a_secret_is_refused_wherever_it_is(name):
    for settings in ({name: "s3cret-s3cret"}, {"extra_headers": [{name: "s3cret-s3cret"}]}, {name: ["s3cret-s3cret"]}):
        with pytest.raises(ConfigError, match="looks like a key") as caught:
            credentials.refuse_keys(settings, "model.extra")
        assert "s3cret" not in str(caught.value)
    assert redaction.has_secret_name(name)


def test_a_header_value_is_refused_under_any_name_and_fields_of_the_formats_are_not():
    with pytest.raises(ConfigError, match="looks like a key"):
        credentials.refuse_keys({"x-forward": "Bearer abcdefgh1234"}, "model.extra")
    credentials.refuse_keys(
        {"prompt_cache_key": "a", "eos_token": "</s>", "max_tokens": 5, "token": 7, "key": "b", "tokenizer": "c"}
        | {"schema": {"properties": {"token": {"type": "string"}}}, "api_key": ""},
        "model.extra",
    )


NOISE = st.text(" .:,[]{}", max_size=9)


@given(st.text('abXY09/+=%\\"-_', min_size=6), NOISE, NOISE)
def test_redacting_leaves_no_form_of_a_key(secret, before, after):
    for form in (secret, json.dumps(secret)[1:-1], secret.replace("/", "\\/"), quote(secret), quote(secret, safe="")):
        told = redaction.redact(f"{before}{form}{after}", [secret])
        assert secret not in told
        assert form not in told
        assert "[key]" in told


def test_what_stands_for_no_key_is_no_secret():
    assert redaction.redact("none of it", ["none", ""]) == "none of it"
