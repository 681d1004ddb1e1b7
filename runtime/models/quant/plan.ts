import { RetortError } from "../../errors.ts";
import { planBytes } from "../gguf/encode.ts";
import type { TensorPlan } from "../gguf/encode.ts";
import type { GgufTensor } from "../gguf/gguf.ts";
import { tensorType, tensorTypeNamed } from "../gguf/tensor-types.ts";
import type { TensorType } from "../gguf/tensor-types.ts";
import { BLOCK_FORMATS } from "./formats.ts";

/** What a file can be converted to. */
export type TargetPrecision = "fp16" | "int8";

/** ggml type of the weights, and llama.cpp's general.file_type, for each target. */
export const TARGETS: Record<TargetPrecision, { quant: "F16" | "Q8_0"; fileType: number }> = {
  fp16: { quant: "F16", fileType: 1 },
  int8: { quant: "Q8_0", fileType: 7 },
};

/** Parts of the names of small weights that llama.cpp never converts (tensor_allows_quantization in llama-quant.cpp). */
const KEPT = [
  "_norm.weight", "ffn_gate_inp.weight", "ffn_gate_tid2eid.weight", "altup", "laurel", "per_layer_model_proj", "ssm_conv1d",
  "shortconv.conv.weight", "indexer.k_proj.weight", "indexer.q_proj.weight", "time_mix_first.weight", "time_mix_w0.weight",
  "time_mix_w1.weight", "time_mix_w2.weight", "time_mix_v0.weight", "time_mix_v1.weight", "time_mix_v2.weight", "time_mix_a0.weight",
  "time_mix_a1.weight", "time_mix_a2.weight", "time_mix_g1.weight", "time_mix_g2.weight", "time_mix_decay_w1.weight",
  "time_mix_decay_w2.weight", "time_mix_lerp_fused.weight", "attn_rel_b.weight", "position_embd", "token_types.weight",
];

/** One tensor's way from source to target; its data is copied where the type stays. */
export interface Conversion extends TensorPlan {
  source: GgufTensor;
}

/** The type of every tensor after the conversion. Throws `convert_unsupported_type` for a source that cannot be unpacked. */
export function planConversion(tensors: readonly GgufTensor[], precision: TargetPrecision): Conversion[] {
  return tensors.map((source) => ({ name: source.name, dims: source.dims, type: targetType(source, precision), source }));
}

function targetType(tensor: GgufTensor, precision: TargetPrecision): TensorType {
  const target = tensorTypeNamed(TARGETS[precision].quant);
  const source = tensorType(tensor.type);
  if (source === undefined || source === target || !isConverted(tensor)) return source ?? target;
  if (!BLOCK_FORMATS.has(tensor.typeName)) {
    throw new RetortError({
      code: "convert_unsupported_type",
      message: `Tensor ${tensor.name} has the type ${tensor.typeName}, which Retort cannot convert.`,
      hint: `Pull an F16 or BF16 file of the model; these types can be converted: ${[...BLOCK_FORMATS.keys()].join(", ")}.`,
      status: 422,
    });
  }
  // Rows that do not fill whole blocks stay in half precision.
  return (tensor.dims[0] ?? 0) % target.block === 0 ? target : tensorTypeNamed("F16");
}

/** As llama-quantize: matrices that are weights, but no norms, biases, routers and other small ones. */
function isConverted({ name, dims }: GgufTensor): boolean {
  const isMatrix = dims.filter((dim) => dim > 1).length >= 2;
  return isMatrix && name.endsWith("weight") && !KEPT.some((part) => name.includes(part));
}

/** Bytes of the converted file: its tensors, and a head about as long as the source's. For a look at the disk and the memory. */
export function convertedBytes(file: { tensors: readonly GgufTensor[]; dataOffset: number }, precision: TargetPrecision): number {
  return planConversion(file.tensors, precision).reduce((sum, conversion) => sum + planBytes(conversion), file.dataOffset);
}
