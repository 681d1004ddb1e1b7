"""The trainable part of the model."""

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import LlamaForCausalLM

LINEARS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
"""Never the embedding or the output: see markers.py."""


def with_lora(model: LlamaForCausalLM, rank: int, alpha: int) -> PeftModel:
    """Freezes the weights and adds a pair of low-rank matrices to every linear layer."""
    return get_peft_model(model, LoraConfig(r=rank, lora_alpha=alpha, lora_dropout=0.0, target_modules=LINEARS, task_type="CAUSAL_LM"))


@torch.no_grad()
def round_to_half(model: PeftModel) -> None:
    """Gives the adapter the very values that its file has, so that what is evaluated is what is shipped."""
    for name, value in model.named_parameters():
        if "lora_" in name:
            value.copy_(value.half().float())
