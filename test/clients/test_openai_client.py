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


CLOCK = {
    "name": "clock",
    "description": "Tells the time.",
    "parameters": {"type": "object", "properties": {"zone": {"enum": ["utc", "local"]}}, "required": ["zone"], "additionalProperties": False},
}
QUESTION = [{"role": "user", "content": "What time is it?"}]


def test_several_choices_stop_and_a_seed(client):
    def ask(**options):
        return client.client.chat.completions.create(model=ALIAS, messages=QUESTION, max_tokens=12, temperature=1, seed=7, **options)

    first, second = (ask(n=2) for _ in range(2))
    texts = [choice.message.content for choice in first.choices]
    assert [choice.index for choice in first.choices] == [0, 1]
    assert texts == [choice.message.content for choice in second.choices]
    assert texts[0] != texts[1]
    word = texts[0].split()[1]
    stopped = ask(stop=[word, "nowhere"])
    assert stopped.choices[0].message.content == texts[0].split(word)[0]
    assert stopped.choices[0].finish_reason == "stop"
    streamed = {}
    for chunk in ask(n=2, stream=True):
        for choice in chunk.choices:
            streamed[choice.index] = streamed.get(choice.index, "") + (choice.delta.content or "")
    assert streamed == dict(enumerate(texts))


def test_a_tool_is_called_and_its_result_taken_back(client):
    tools = [{"type": "function", "function": CLOCK}]
    answer = client.client.chat.completions.create(model=ALIAS, messages=QUESTION, tools=tools, tool_choice="required", temperature=0, max_tokens=60)
    message = answer.choices[0].message
    assert answer.choices[0].finish_reason == "tool_calls"
    assert message.tool_calls[0].function.name == "clock"
    results = [{"role": "tool", "tool_call_id": call.id, "content": "12:00"} for call in message.tool_calls]
    again = client.client.chat.completions.create(model=ALIAS, messages=[*QUESTION, message, *results], tools=tools, tool_choice="none", temperature=0, max_tokens=8)
    assert again.choices[0].message.content


def test_structured_output_by_pydantic(client):
    from pydantic import BaseModel

    class City(BaseModel):
        city: str
        is_capital: bool

    answer = client.client.chat.completions.parse(model=ALIAS, messages=[{"role": "user", "content": "Paris as JSON."}], response_format=City, temperature=0, max_tokens=200)
    assert isinstance(answer.choices[0].message.parsed, City)


def test_response_and_its_stream(client):
    schema = {"type": "object", "properties": {"size": {"enum": ["small", "large"]}}, "required": ["size"], "additionalProperties": False}
    answer = {"format": {"type": "json_schema", "name": "size", "schema": schema, "strict": True}}
    ask = {"model": ALIAS, "input": "How large is an ant, as JSON?", "text": answer, "temperature": 0, "max_output_tokens": 80}
    whole = client.client.responses.create(**ask)
    assert '"size"' in whole.output_text and whole.status == "completed"
    with client.client.responses.stream(**ask) as stream:
        text = "".join(event.delta for event in stream if event.type == "response.output_text.delta")
        assert stream.get_final_response().output_text == text == whole.output_text


def test_response_calls_a_function(client):
    tools = [{"type": "function", "strict": True, **CLOCK}]
    asked = [{"role": "user", "content": "What time is it?"}]
    first = client.client.responses.create(model=ALIAS, input=asked, tools=tools, tool_choice="required", temperature=0, max_output_tokens=60)
    calls = [item for item in first.output if item.type == "function_call"]
    assert calls and calls[0].name == "clock"
    outputs = [{"type": "function_call_output", "call_id": call.call_id, "output": "12:00"} for call in calls]
    then = client.client.responses.create(model=ALIAS, input=asked + first.output + outputs, temperature=0, max_output_tokens=8)
    assert then.output_text


def test_embeddings_as_the_client_asks_for_them(client):
    """It asks for base64 of its own accord."""
    answer = client.client.embeddings.create(model=ALIAS, input=["one", "two"], dimensions=8, extra_body={"last_state": True})
    assert [len(item.embedding) for item in answer.data] == [8, 8]
    for item in answer.data:
        assert sum(value * value for value in item.embedding) == pytest.approx(1, abs=1e-5)


def test_metrics_are_read_by_prometheus(base_url, client):
    import urllib.request

    from prometheus_client.parser import text_string_to_metric_families

    client.simple_chat("Hi", temperature=0, max_tokens=4)
    text = urllib.request.urlopen(base_url.removesuffix("/v1") + "/metrics", timeout=30).read().decode()
    samples = {sample.name: sample.value for family in text_string_to_metric_families(text) for sample in family.samples}
    assert samples["llamacpp:tokens_predicted_total"] >= 4
    assert samples["vllm:time_to_first_token_seconds_count"] >= 1


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
