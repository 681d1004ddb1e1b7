import random

import numpy as np
import torch
from gguf import GGUFReader
from transformers import LlamaConfig, LlamaForCausalLM

from fim_adapter.batches import batch_of
from fim_adapter.export import export_adapter
from fim_adapter.generate import greedy
from fim_adapter.layout import Example, Limits
from fim_adapter.lora import round_to_half, with_lora
from fim_adapter.loss import middle_loss
from fim_adapter.rope_rows import from_gguf
from fim_adapter.settings import TrainSettings
from fim_adapter.source_file import SourceFile
from fim_adapter.train import rate_at, train

CPU = torch.device("cpu")


def tiny():
    torch.manual_seed(5)
    config = LlamaConfig(num_hidden_layers=2, hidden_size=32, intermediate_size=48, num_attention_heads=4, num_key_value_heads=2, vocab_size=128, tie_word_embeddings=True)
    return with_lora(LlamaForCausalLM(config), 2, 4)


def test_the_adapter_is_all_that_learns_and_never_the_embedding():
    trained = [name for name, value in tiny().named_parameters() if value.requires_grad]
    assert trained and all("lora_" in name and "embed" not in name and "lm_head" not in name for name in trained)


def test_a_batch_of_prompts_is_continued_as_each_by_itself():
    model = tiny().eval()
    rng = random.Random(1)
    prompts = [[rng.randrange(10, 128) for _ in range(size)] for size in (3, 9, 6)]
    stops = frozenset({0, 2, 4, *range(100, 128)})
    together = greedy(model, prompts, stops, CPU, 8)
    assert together == [greedy(model, [prompt], stops, CPU, 8)[0] for prompt in prompts]
    assert all(stop in stops or (stop is None and len(tokens) == 8) for tokens, stop in together)
    assert all(token not in stops for tokens, _ in together for token in tokens)


def test_loss_counts_the_middle_only():
    model = tiny().eval()
    one = Example([5, 20, 21, 6, 3, 30, 31, 0], 5)
    logits = model(input_ids=torch.tensor([one.tokens])).logits[0].float().log_softmax(-1)
    wanted = -sum(float(logits[at - 1, one.tokens[at]].detach()) for at in range(5, 8)) / 3
    assert abs(float(middle_loss(model, batch_of([one])).detach()) - wanted) < 1e-4


def test_the_rate_warms_up_and_falls_to_its_last_share():
    settings = TrainSettings(steps=100, warm_up=0.1, last_rate=0.1)
    rates = [rate_at(step, settings) for step in range(101)]
    assert (rates[0], rates[9], round(rates[100], 6)) == (0.1, 1.0, 0.1)
    assert rates[10:] == sorted(rates[10:], reverse=True)


def test_training_is_the_same_for_the_same_seed_and_lowers_the_loss():
    files = [SourceFile("python", "a", "a.py", "value = value + value\n" * 30)]
    settings = TrainSettings(steps=20, batch=4, learning_rate=1e-2, rank=2, validate_every=10, validation_holes=8, limits=Limits(16, 8, 8, 8))

    def curve():
        return [point.held_out_loss for point in train(tiny(), files, files, lambda text: [10 + ord(char) % 100 for char in text], settings, CPU, lambda point: None)]

    first, second = curve(), curve()
    assert first == second
    assert first[-1] < first[0] - 0.1


def test_the_file_holds_the_adapter_s_values_in_llama_cpp_s_order(tmp_path):
    model = tiny()
    with torch.no_grad():
        for name, value in model.named_parameters():
            if "lora_" in name:
                value.normal_()
    round_to_half(model)
    path = tmp_path / "a.gguf"
    assert export_adapter(model, path, "test") == path.stat().st_size
    reader = GGUFReader(path)
    assert [reader.fields[key].contents() for key in ("general.type", "adapter.type", "adapter.lora.alpha", "fim.tokens")] == ["adapter", "lora", 4.0, [5, 6, 3, 0]]
    tensors = {tensor.name: np.array(tensor.data) for tensor in reader.tensors}
    layer = model.get_base_model().model.layers[1]
    assert len(tensors) == 2 * 7 * 2
    assert (tensors["blk.1.ffn_up.weight.lora_a"] == layer.mlp.up_proj.lora_A["default"].weight.detach().numpy()).all()
    assert (from_gguf(tensors["blk.1.attn_k.weight.lora_b"], 2) == layer.self_attn.k_proj.lora_B["default"].weight.detach().numpy()).all()
    assert (from_gguf(tensors["blk.1.attn_q.weight.lora_b"], 4) == layer.self_attn.q_proj.lora_B["default"].weight.detach().numpy()).all()
