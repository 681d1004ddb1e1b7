"""Compares converted files with gguf's own quantisation, and prints what gguf reads from the source, as JSON."""
import json
import sys

import numpy as np
from gguf import GGMLQuantizationType as Type
from gguf import GGUFReader
from gguf.quants import dequantize, quantize


def tensors(reader):
    return {tensor.name: tensor for tensor in reader.tensors}


def differing(source, fp16, int8, int8_of_fp16):
    """Names of tensors of the converted files whose type or bytes are not the reference's."""
    wrong = []
    for name, tensor in source.items():
        if len(tensor.shape) == 1:
            expected = [(tensor.tensor_type, tensor.data)] * 3
        else:
            values = dequantize(tensor.data, tensor.tensor_type)
            half = quantize(values, Type.F16)
            packed = tensor.data if tensor.tensor_type == Type.Q8_0 else quantize(values, Type.Q8_0)
            expected = [(Type.F16, half), (Type.Q8_0, packed), (Type.Q8_0, quantize(half.astype(np.float32), Type.Q8_0))]
        for file, (kind, data) in zip((fp16, int8, int8_of_fp16), expected):
            made = file[name]
            if made.tensor_type != kind or made.data.tobytes() != data.tobytes():
                wrong.append(f"{name} as {kind.name}")
    return wrong


readers = [GGUFReader(path) for path in sys.argv[1:5]]
source = readers[0]
fields = {field.name: field for field in source.fields.values() if not field.name.startswith("GGUF.")}
print(json.dumps({
    "differing": differing(*[tensors(reader) for reader in readers]),
    "metadata": {name: field.contents() for name, field in fields.items()},
    "tensors": [[t.name, t.tensor_type.name, [int(n) for n in t.shape], int(t.data_offset), int(t.n_bytes)] for t in source.tensors],
}))
