"""The client class of the articles on serving this model, as their readers have it in their programs: it knows nothing of Retort."""
import json

import openai
import requests


class LLMClient:
    """Over the official package."""

    def __init__(self, base_url="http://localhost:8000/v1"):
        self.client = openai.OpenAI(base_url=base_url, api_key="none")
        self.model = "DeepSeek-R1-Distill-Qwen-1.5B"

    def chat_completion(self, messages, stream=False, temperature=0.6, max_tokens=2048, **kwargs):
        return self.client.chat.completions.create(
            model=self.model, messages=messages, stream=stream, temperature=temperature, max_tokens=max_tokens, **kwargs
        )

    def stream_chat(self, messages, **options):
        full_response = ""
        for chunk in self.chat_completion(messages, stream=True, **options):
            if chunk.choices[0].delta.content is not None:
                full_response += chunk.choices[0].delta.content
        return full_response

    def simple_chat(self, user_message, system_message=None, **options):
        messages = []
        if system_message:
            messages.append({"role": "system", "content": system_message})
        messages.append({"role": "user", "content": user_message})
        return self.chat_completion(messages, **options).choices[0].message.content


class RequestsLLMClient(LLMClient):
    """The same over bare HTTP."""

    def __init__(self, base_url="http://localhost:8000/v1"):
        self.url = base_url + "/chat/completions"
        self.model = "DeepSeek-R1-Distill-Qwen-1.5B"

    def post(self, messages, stream, temperature=0.6, max_tokens=2048):
        body = {"model": self.model, "messages": messages, "stream": stream, "temperature": temperature, "max_tokens": max_tokens}
        response = requests.post(self.url, json=body, stream=stream, timeout=120)
        response.raise_for_status()
        return response

    def stream_chat(self, messages, **options):
        full_response = ""
        for line in self.post(messages, True, **options).iter_lines():
            if line.startswith(b"data: ") and line != b"data: [DONE]":
                full_response += json.loads(line[6:])["choices"][0]["delta"].get("content") or ""
        return full_response

    def simple_chat(self, user_message, system_message=None, **options):
        messages = [{"role": "user", "content": user_message}]
        if system_message:
            messages.insert(0, {"role": "system", "content": system_message})
        return self.post(messages, False, **options).json()["choices"][0]["message"]["content"]
