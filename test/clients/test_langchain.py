"""LangChain's OpenAI client against `retort serve`: what its users build agents and pipelines from."""
import openai
import pytest
from langchain_core.exceptions import ContextOverflowError
from langchain_core.messages import HumanMessage, SystemMessage, ToolMessage
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic import BaseModel, Field

from test_llm_client import MODEL, Serve


@pytest.fixture(scope="module")
def url():
    serve = Serve()
    yield f"{serve.url}/v1"
    assert serve.stop() == 0


@pytest.fixture
def model(url):
    def build(**options):
        return ChatOpenAI(**{"model": MODEL, "base_url": url, "api_key": "none", "temperature": 0, "max_tokens": 16, "max_retries": 0, **options})

    return build


@tool
def clock(zone: str) -> str:
    """Tells the time in a zone."""
    return f"12:00 {zone}"


def test_invoke_with_usage_and_finish_reason(model):
    answer = model().invoke([SystemMessage("Be brief."), HumanMessage("What is the capital of France?")])
    assert answer.content.strip()
    usage = answer.usage_metadata
    assert usage["input_tokens"] > 0 and 0 < usage["output_tokens"] <= 16
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]
    assert answer.response_metadata["finish_reason"] in ("stop", "length")
    assert answer.id


def test_stream_adds_up_to_the_plain_answer_with_its_usage(model):
    chat = model(stream_usage=True)
    whole = None
    chunks = 0
    for chunk in chat.stream("Count from one to five."):
        whole = chunk if whole is None else whole + chunk
        chunks += 1
    plain = chat.invoke("Count from one to five.")
    assert chunks > 3
    assert whole.content == plain.content
    assert whole.usage_metadata["output_tokens"] == plain.usage_metadata["output_tokens"]


def test_a_chain_in_batch_keeps_the_order(model):
    chain = ChatPromptTemplate.from_messages([("human", "Say the word {word}.")]) | model()
    words = [{"word": word} for word in ("one", "two", "three", "four")]
    answers = [answer.content for answer in chain.batch(words)]
    assert answers == [chain.invoke(word).content for word in words]
    assert len(set(answers)) > 1


def test_a_tool_is_called_and_its_result_taken_back(model):
    question = HumanMessage("What time is it in Paris?")
    bound = model(max_tokens=80).bind_tools([clock], tool_choice="clock")
    call = bound.invoke([question])
    assert [each["name"] for each in call.tool_calls] == ["clock"] and not call.invalid_tool_calls
    result = clock.invoke(call.tool_calls[0])
    assert isinstance(result, ToolMessage) and result.content.startswith("12:00")
    answer = model().bind_tools([clock], tool_choice="none").invoke([question, call, result])
    assert answer.content and not answer.tool_calls
    # In parts, as agents read it.
    streamed = None
    for chunk in bound.stream([question]):
        streamed = chunk if streamed is None else streamed + chunk
    assert [(each["name"], each["args"]) for each in streamed.tool_calls] == [(each["name"], each["args"]) for each in call.tool_calls]


@pytest.mark.parametrize("method", ["json_schema", "function_calling", "json_mode"])
def test_structured_output(model, method):
    class City(BaseModel):
        """A city."""

        city: str = Field(max_length=30)
        is_capital: bool

    chain = model(max_tokens=200).with_structured_output(City, method=method, include_raw=True)
    found = chain.invoke('Paris is the capital of France. Answer in JSON: {"city": string, "is_capital": boolean}')
    if method == "json_mode":
        # Only the form is held then: whether it is a City is up to the model.
        assert found["raw"].content.lstrip().startswith("{")
    else:
        assert found["parsing_error"] is None and isinstance(found["parsed"], City)


def test_log_probabilities(model):
    answer = model(max_tokens=3).bind(logprobs=True, top_logprobs=2).invoke("Hi")
    tokens = answer.response_metadata["logprobs"]["content"]
    assert len(tokens) == 3 and all(token["logprob"] <= 0 and len(token["top_logprobs"]) == 2 for token in tokens)


def test_the_responses_api(model):
    answer = model(use_responses_api=True).invoke("What is the capital of France?")
    assert answer.text.strip() and answer.usage_metadata["output_tokens"] > 0


def test_embeddings(url):
    # Its default counts tokens with OpenAI's own vocabulary; other servers' users turn that off.
    embeddings = OpenAIEmbeddings(model=MODEL, base_url=url, api_key="none", dimensions=8, check_embedding_ctx_length=False, max_retries=0, model_kwargs={"extra_body": {"last_state": True}})
    one, two = embeddings.embed_documents(["one", "two"])
    assert len(one) == len(two) == 8 and one != two
    assert embeddings.embed_query("one") == pytest.approx(one, abs=1e-3)


def test_errors_have_the_classes_that_programs_catch(model):
    with pytest.raises(openai.NotFoundError, match="nosuch"):
        model(model="nosuch").invoke("Hi")
    with pytest.raises(ContextOverflowError) as caught:
        model().invoke("word " * 20_000)
    assert caught.value.code == "context_length_exceeded"
    with pytest.raises(openai.BadRequestError, match="temperature"):
        model(temperature=9).invoke("Hi")
