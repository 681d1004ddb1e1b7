"""A trained adapter as a GGUF file that llama.cpp loads."""

import re
from pathlib import Path

import numpy as np
from gguf import GGUFWriter
from peft import PeftModel
from peft.utils import get_peft_model_state_dict

from .markers import MARKERS, Markers
from .rope_rows import to_gguf

_NAMES = {"q_proj": "attn_q", "k_proj": "attn_k", "v_proj": "attn_v", "o_proj": "attn_output", "gate_proj": "ffn_gate", "up_proj": "ffn_up", "down_proj": "ffn_down"}
_PART = re.compile(r"layers\.(\d+)\.\w+\.(\w+)\.lora_([AB])\.weight$")


def export_adapter(model: PeftModel, path: Path, description: str, licence: str = "apache-2.0", markers: Markers = MARKERS) -> int:
    """Writes half precision; the engine reads the markers from `fim.tokens`. Returns the file's size in bytes."""
    config = model.peft_config["default"]
    base = model.get_base_model().config
    heads = {"attn_q": base.num_attention_heads, "attn_k": base.num_key_value_heads}
    writer = GGUFWriter(path, "llama")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(config.lora_alpha))
    writer.add_description(description)
    writer.add_license(licence)
    writer.add_array("fim.tokens", list(markers))
    for name, value in get_peft_model_state_dict(model).items():
        match = _PART.search(name)
        if match is None:
            raise ValueError(f"{name} has no place in an adapter.")
        layer, linear, half = match.groups()
        matrix = _NAMES[linear]
        rows = value.detach().float().cpu().numpy()
        # Only B has the rows of the matrix itself.
        if half == "B" and matrix in heads:
            rows = to_gguf(rows, heads[matrix])
        writer.add_tensor(f"blk.{layer}.{matrix}.weight.lora_{half.lower()}", np.ascontiguousarray(rows.astype(np.float16)))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path.stat().st_size
