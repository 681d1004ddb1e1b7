"""A GGUF file of the Llama family as PyTorch weights."""

from pathlib import Path

import numpy as np
import torch
from gguf import GGUFReader
from gguf.quants import dequantize
from transformers import LlamaConfig, LlamaForCausalLM

from .rope_rows import from_gguf

_LAYER = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}


def read_config(reader: GGUFReader) -> LlamaConfig:
    """Sizes of the model. Raises ValueError for another architecture."""

    def field(name: str) -> int | float:
        return reader.fields[f"llama.{name}"].contents()

    architecture = reader.fields["general.architecture"].contents()
    if architecture != "llama":
        raise ValueError(f"The base model is of the architecture {architecture}; only llama is known here.")
    return LlamaConfig(
        num_hidden_layers=int(field("block_count")),
        hidden_size=int(field("embedding_length")),
        intermediate_size=int(field("feed_forward_length")),
        num_attention_heads=int(field("attention.head_count")),
        num_key_value_heads=int(field("attention.head_count_kv")),
        max_position_embeddings=int(field("context_length")),
        vocab_size=int(field("vocab_size")),
        rms_norm_eps=float(field("attention.layer_norm_rms_epsilon")),
        rope_parameters={"rope_type": "default", "rope_theta": float(field("rope.freq_base"))},
        tie_word_embeddings=True,
    )


def load_base(path: Path) -> LlamaForCausalLM:
    """The model in float32, with the very weights that the engine computes with: quantised ones are dequantised."""
    reader = GGUFReader(path)
    config = read_config(reader)
    heads = {"attn_q": config.num_attention_heads, "attn_k": config.num_key_value_heads}
    state: dict[str, torch.Tensor] = {}
    for tensor in reader.tensors:
        weights = dequantize(tensor.data, tensor.tensor_type).astype(np.float32, copy=True)
        parts = tensor.name.split(".")
        if parts[0] == "blk":
            count = heads.get(parts[2])
            rows = weights if count is None else from_gguf(weights, count)
            state[f"model.layers.{parts[1]}.{_LAYER[parts[2]]}.weight"] = torch.from_numpy(np.ascontiguousarray(rows))
        elif tensor.name == "token_embd.weight":
            state["model.embed_tokens.weight"] = torch.from_numpy(weights)
        elif tensor.name == "output_norm.weight":
            state["model.norm.weight"] = torch.from_numpy(weights)
        elif tensor.name != "rope_freqs.weight":
            raise ValueError(f"The base model has a tensor {tensor.name}, for which there is no place.")
    model = LlamaForCausalLM(config)
    missing, unexpected = model.load_state_dict(state, strict=False)
    lacking = [name for name in missing if name != "lm_head.weight"]
    if lacking or unexpected:
        raise ValueError(f"The base model's tensors do not fit: without {lacking[:3]}, too many {unexpected[:3]}.")
    model.tie_weights()
    return model
