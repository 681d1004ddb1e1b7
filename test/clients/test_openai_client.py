"""The official Python client against `retort serve`, used as the articles on this model use it."""
import os
import subprocess
import threading

import openai
import pytest

from conftest import RETORT

ALIAS = "DeepSeek-R1-Distill-Qwen-1.5B"


@pytest.fixture(scope="module")
def base_url():
    environment = {**os.environ, "RETORT_HOME": os.environ["RETORT_HOME"] + "-serve"}
    command = [*RETORT, "serve", "--port", "0", "--api-key", "none", "--model", "smollm2-135m", "--alias", ALIAS]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    url = None
    for line in process.stdout:
        words = [word for word in line.split() if word.startswith("http://127.0.0.1:")]
        if words:
            url = words[0].rstrip("/")
            break
    assert url, "retort serve ended without saying its address"
    threading.Thread(target=process.stdout.read, daemon=True).start()
    yield url if url.endswith("/v1") else url + "/v1"
    process.terminate()
    assert process.wait(30) == 0


class Client:
    """The class of the articles, word for word in its interface."""

    def __init__(self, base_url):
        self.client = openai.OpenAI(base_url=base_url, api_key="none", max_retries=0)
        self.model = ALIAS

    def chat_completion(self, messages, stream=False, temperature=0.6, max_tokens=2048):
        return self.client.chat.completions.create(
            model=self.model, messages=messages, stream=stream, temperature=temperature, max_tokens=max_tokens
        )

    def stream_chat(self, messages, **options):
        text = ""
        for chunk in self.chat_completion(messages, stream=True, **options):
            if chunk.choices and chunk.choices[0].delta.content:
                text += chunk.choices[0].delta.content
        return text

    def simple_chat(self, user, system=None, **options):
        messages = ([{"role": "system", "content": system}] if system else []) + [{"role": "user", "content": user}]
        return self.chat_completion(messages, **options).choices[0].message.content


@pytest.fixture
def client(base_url):
    return Client(base_url)


def test_simple_chat(client):
    assert client.simple_chat("What is the capital of France?", temperature=0, max_tokens=24).strip()


def test_stream_says_what_the_plain_call_says(client):
    messages = [{"role": "user", "content": "Count from one to five."}]
    plain = client.chat_completion(messages, temperature=0, max_tokens=24).choices[0].message.content
    assert client.stream_chat(messages, temperature=0, max_tokens=24) == plain


def test_usage_and_timings(client):
    answer = client.chat_completion([{"role": "user", "content": "Hi"}], temperature=0, max_tokens=8)
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
    assert answer.model_extra["timings"]["ttft_ms"] > 0
    assert answer.model_extra["retort"]["precision"] in ("fp16", "int8", "q4")


def test_models_lists_the_alias(client):
    assert ALIAS in [model.id for model in client.client.models.list()]


def test_json_schema(client):
    import json

    schema = {"type": "object", "properties": {"city": {"type": "string", "maxLength": 30}}, "required": ["city"], "additionalProperties": False}
    answer = client.client.chat.completions.create(
        model=ALIAS,
        messages=[{"role": "user", "content": "The capital of France as JSON."}],
        response_format={"type": "json_schema", "json_schema": {"name": "city", "schema": schema}},
        temperature=0,
        max_tokens=60,
    )
    assert isinstance(json.loads(answer.choices[0].message.content)["city"], str)


def test_logprobs(client):
    answer = client.client.chat.completions.create(
        model=ALIAS, messages=[{"role": "user", "content": "Hi"}], logprobs=True, top_logprobs=3, max_tokens=3, temperature=0
    )
    content = answer.choices[0].logprobs.content
    assert len(content) == 3
    for token in content:
        assert len(token.top_logprobs) == 3
        assert token.logprob == pytest.approx(token.top_logprobs[0].logprob, abs=1e-3)


def test_completions(client):
    answer = client.client.completions.create(model=ALIAS, prompt="One, two, three,", max_tokens=6, temperature=0)
    assert answer.choices[0].text


def test_unknown_model_is_404_and_names_the_known(client):
    with pytest.raises(openai.NotFoundError, match="smollm2-135m"):
        client.client.chat.completions.create(model="nosuchmodel", messages=[{"role": "user", "content": "Hi"}])


def test_embeddings_of_a_chat_model_are_refused_with_the_reason(client):
    with pytest.raises(openai.BadRequestError, match="embedding"):
        client.client.embeddings.create(model=ALIAS, input="text")


def test_too_long_a_prompt_names_both_numbers(client):
    with pytest.raises(openai.BadRequestError, match=r"\d+.*\d+") as caught:
        client.simple_chat("word " * 100_000)
    assert caught.value.code == "context_length_exceeded"
