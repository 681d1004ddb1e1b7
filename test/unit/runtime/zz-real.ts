import { startRuntime } from "../../../runtime/serve.ts";
import { RuntimeClient } from "../../../runtime/client/runtime-client.ts";
process.env.RETORT_HOME = "/tmp/api-scratch/home";
const r = await startRuntime({ models: ["file:/tmp/models/smollm2-q4_1.gguf"], log: console.error, settings:{contextSize: 1024, slots: 2, idleExitMs: null} });
const c = new RuntimeClient({ local: true, endpoint: { url: r.url, token: r.token } });
try {
await r.preload((p) => console.log(p), new AbortController().signal);
console.log(await c.status());
let n = 0;
for (let i = 0; i < 3; i++) {
const reply = await c.chat({ model: "default", messages: [{ role: "user", content: "Tell me about the sea." }], max_tokens: 60, temperature: 0 }, { onDelta: () => n++ });
console.log(reply.answer, reply.timings, i === 0 ? reply.provenance : "");
}
console.log((await c.tokenize({ model: "default", content: "Hello world" })));
console.log(await c.score({ model: "default", text: "The capital of France is Paris." }));
console.log(await c.memory(), await c.devices());
await c.completion({ model: "default", prompt: "Once upon", max_tokens: 20, temperature:0 }).then(x=>console.log(x.text));
await c.embeddings({ model: "default", input: "x" }).catch(e=>console.log(e.message, e.hint));
await c.chat({ model: "default", messages: [{ role: "user", content: "json please" }], response_format: {type:"json_schema", json_schema:{schema:{type:"object",properties:{name:{type:"string",maxLength:10},age:{type:"integer"}},required:["name","age"]}}}, max_tokens: 60 }).then(x=>console.log(x.answer));
} finally { await c.dispose(); await r.dispose(); }
