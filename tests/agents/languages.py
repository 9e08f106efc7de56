"""The four languages of model servers: where each is spoken, and where in a request things stand."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sessions_app.agents.connections import Connection, Provider

from .model_server.script import Body, Fails
from .model_server.server import ModelServer


@dataclass(frozen=True)
class Language:
    """`model` thinks when it is told how much, and takes a temperature when it is not."""

    provider: Provider
    model: str
    effort: Callable[[Body], object]
    high: object  # what effort "high" is on the wire
    temperature: Callable[[Body], object]
    results: Callable[[Body], dict[str, str]]  # of tool calls, by the name of the tool or the call's id
    images: Callable[[Body], list[str]]
    signatures: Callable[[Body], list[str]]
    too_long: Fails
    no_credit: Fails
    wrong_key: Fails
    overloaded: Fails
    key_header: str = "Bearer the-key"

    def connection(self, server: ModelServer, **more: Any) -> Connection:
        path = "/v1" if self.provider.startswith("openai") else ""
        stated = (("scripted", ("low", "high")),)
        return Connection("here", self.provider, "Here", server.url + path, "the-key", efforts=stated, **more)


def _chat_results(request: Body) -> dict[str, str]:
    return {each["tool_call_id"]: each["content"] for each in request["messages"] if each["role"] == "tool"}


def _chat_images(request: Body) -> list[str]:
    contents = [each["content"] for each in request["messages"] if isinstance(each["content"], list)]
    return [part["image_url"]["url"] for parts in contents for part in parts if part["type"] == "image_url"]


def _responses_results(request: Body) -> dict[str, str]:
    outputs = [each for each in request["input"] if each.get("type") == "function_call_output"]
    return {each["call_id"]: _text(each["output"]) for each in outputs}


def _responses_images(request: Body) -> list[str]:
    found = [
        part for each in request["input"] for part in _list(each.get("content")) + _list(each.get("output"))
    ]
    return [part["image_url"] for part in found if part.get("type") == "input_image"]


def _responses_signatures(request: Body) -> list[str]:
    return [each["encrypted_content"] for each in request["input"] if each.get("type") == "reasoning"]


def _anthropic_blocks(request: Body, kind: str) -> list[Body]:
    blocks = [block for each in request["messages"] for block in _list(each["content"])]
    blocks += [inner for block in blocks for inner in _list(block.get("content"))]
    return [block for block in blocks if block["type"] == kind]


def _anthropic_images(request: Body) -> list[str]:
    sources = [block["source"] for block in _anthropic_blocks(request, "image")]
    return [f"data:{source['media_type']};base64,{source['data']}" for source in sources]


def _google_parts(request: Body, key: str) -> list[Any]:
    parts = [part for each in request["contents"] for part in each["parts"]]
    parts += [inner for part in parts for inner in part.get("functionResponse", {}).get("parts", [])]
    return [part[key] for part in parts if key in part]


def _google_images(request: Body) -> list[str]:
    datas = _google_parts(request, "inline_data")
    return [f"data:{data['mime_type']};base64,{data['data']}" for data in datas]


def _list(value: object) -> list[Body]:
    return value if isinstance(value, list) else []


def _text(output: object) -> str:
    return output if isinstance(output, str) else json.dumps(output)


CHAT = Language(
    provider="openai_compatible",
    model="scripted",
    effort=lambda request: request.get("reasoning_effort"),
    high="high",
    temperature=lambda request: request.get("temperature"),
    results=_chat_results,
    images=_chat_images,
    signatures=lambda request: [],
    too_long=Fails(400, "Too long.", code="context_length_exceeded"),
    no_credit=Fails(429, "You exceeded your quota.", code="insufficient_quota"),
    wrong_key=Fails(401, "Incorrect API key."),
    overloaded=Fails(503, "Overloaded."),
)
RESPONSES = Language(
    provider="openai",
    model="gpt-5.1",
    effort=lambda request: request.get("reasoning", {}).get("effort"),
    high="high",
    temperature=lambda request: request.get("temperature"),
    results=_responses_results,
    images=_responses_images,
    signatures=_responses_signatures,
    too_long=CHAT.too_long,
    no_credit=CHAT.no_credit,
    wrong_key=Fails(401, "Incorrect API key.", code="invalid_api_key"),
    overloaded=CHAT.overloaded,
)
ANTHROPIC = Language(
    provider="anthropic",
    model="claude-sonnet-4-6",
    effort=lambda request: (request.get("thinking"), request.get("output_config")),
    high=({"type": "adaptive", "display": "summarized"}, {"effort": "high"}),
    temperature=lambda request: request.get("temperature"),
    results=lambda request: {
        block["tool_use_id"]: _text(block["content"]) for block in _anthropic_blocks(request, "tool_result")
    },
    images=_anthropic_images,
    signatures=lambda request: [block["signature"] for block in _anthropic_blocks(request, "thinking")],
    too_long=Fails(400, "prompt is too long: 210000 tokens > 200000 maximum"),
    no_credit=Fails(400, "Your credit balance is too low to access the Anthropic API."),
    wrong_key=Fails(401, "invalid x-api-key"),
    overloaded=Fails(529, "Overloaded"),
)
GOOGLE = Language(
    provider="google",
    model="gemini-3-flash-preview",
    effort=lambda request: request["generationConfig"].get("thinkingConfig"),
    high={"include_thoughts": True, "thinking_level": "HIGH"},
    temperature=lambda request: request["generationConfig"].get("temperature"),
    results=lambda request: {
        result.get("id", result["name"]): _text(result["response"])
        for result in _google_parts(request, "functionResponse")
    },
    images=_google_images,
    signatures=lambda request: [
        base64.b64decode(each).decode() for each in _google_parts(request, "thoughtSignature")
    ],
    too_long=Fails(
        400, "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."
    ),
    no_credit=Fails(400, "Please enable billing on your project.", code="FAILED_PRECONDITION"),
    wrong_key=Fails(
        400,
        "API key not valid. Please pass a valid API key.",
        details=[{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}],
    ),
    overloaded=Fails(503, "The model is overloaded. Please try again later."),
    key_header="the-key",
)

LANGUAGES = {"chat": CHAT, "responses": RESPONSES, "anthropic": ANTHROPIC, "google": GOOGLE}
