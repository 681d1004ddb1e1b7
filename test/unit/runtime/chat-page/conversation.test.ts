import assert from "node:assert/strict";

import fc from "fast-check";

import { type Conversation, newConversation, type ReplyTurn, renamed, revived, shownTurns, withReply, withTurn, withVersion, versionsOf } from "../../../../runtime/chat-page/conversation.ts";
import { conversationMarkdown, fileName } from "../../../../runtime/chat-page/conversation-markdown.ts";

const reply = (id: string, parent: string, text = id): ReplyTurn => ({ role: "assistant", id, parent, text, thinking: "", thinkingMs: null, state: "done", finish: "stop", measures: null, problem: null });
const asked = (conversation: Conversation, id: string, parent: string | null, text = id): Conversation => withTurn(conversation, { role: "user", id, parent, text }, 2);
const shown = (conversation: Conversation): string => shownTurns(conversation).map(({ id }) => id).join(" ");
const plain = (): Conversation => withTurn(asked(withTurn(asked(newConversation("c", 1), "q1", null), reply("a1", "q1"), 3), "q2", "a1"), reply("a2", "q2"), 4);

describe("a conversation", () => {
  it("shows question and answer in turn", () => assert.equal(shown(plain()), "q1 a1 q2 a2"));

  it("keeps another answer beside the first one", () => {
    const two = withTurn(plain(), reply("a2b", "q2"), 5);
    assert.equal(shown(two), "q1 a1 q2 a2b");
    assert.deepEqual(versionsOf(two, "a2b").map(({ id }) => id), ["a2", "a2b"]);
    assert.equal(shown(withVersion(two, "a2b", -1)), "q1 a1 q2 a2");
    assert.equal(withVersion(two, "a2b", 1), two, "there is no later one");
  });

  it("an edited question begins a branch, and each branch keeps what followed", () => {
    const edited = withTurn(asked(plain(), "q1b", null), reply("a1b", "q1b"), 6);
    assert.equal(shown(edited), "q1b a1b");
    assert.equal(shown(withVersion(edited, "q1b", -1)), "q1 a1 q2 a2");
    assert.equal(shown(withVersion(withVersion(edited, "q1b", -1), "q1", 1)), "q1b a1b");
  });

  it("whatever is asked anew, every turn is on some path and each path goes from a question to its leaf", () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(), fc.boolean()), { maxLength: 12 }), (steps) => {
      let one = asked(newConversation("c", 0), "t0", null);
      for (const [i, [pick, isReply]] of steps.entries()) {
        const parent = one.turns[pick % one.turns.length]?.id ?? "t0";
        one = isReply ? withTurn(one, reply(`t${i + 1}`, parent), i) : asked(one, `t${i + 1}`, parent);
      }
      for (const turn of one.turns) {
        const path = shownTurns(withVersion({ ...one, leaf: turn.id }, turn.id, 0));
        assert.ok(path.includes(turn));
        assert.equal(path[0]?.id, "t0");
        path.slice(1).forEach(({ parent }, at) => assert.equal(parent, path[at]?.id));
        assert.ok(!one.turns.some(({ parent }) => parent === path.at(-1)?.id), "the path ends at a leaf");
      }
    }));
  });

  for (const [text, title] of [
    ["  Two\n lines ", "Two lines"],
    ["word ".repeat(30), `${"word ".repeat(12).trim()}…`],
    ["x".repeat(100), `${"x".repeat(60)}…`],
  ] as const) it(`takes its title from the first question: ${JSON.stringify(text.slice(0, 20))}`, () => assert.equal(asked(newConversation("c", 1), "q", null, text).title, title));

  it("a title of one's own stays", () => {
    const named = renamed(newConversation("c", 1), " Mine ");
    assert.equal(asked(named, "q", null).title, "Mine");
    assert.equal(renamed(named, "  ").title, "Mine");
  });

  it("changes one reply only", () => {
    const changed = withReply(plain(), "a1", { text: "new" });
    assert.deepEqual(changed.turns.map(({ text }) => text), ["q1", "new", "q2", "a2"]);
  });

  it("a reply that was running when the page went away is a stopped one", () => {
    const running = withReply(plain(), "a2", { state: "running" });
    assert.equal((revived(running).turns.at(-1) as ReplyTurn).state, "stopped");
    assert.equal((revived(running).turns[1] as ReplyTurn).state, "done");
  });
});

describe("a conversation as Markdown", () => {
  it("has the shown turns, the system prompt and no thoughts", () => {
    const one = withReply({ ...plain(), settings: { ...plain().settings, system: "Be brief.\nAlways." } }, "a1", { thinking: "secret" });
    assert.equal(conversationMarkdown(one), "# q1\n\n> Be brief.\n> Always.\n\n## You\n\nq1\n\n## Model\n\na1\n\n## You\n\nq2\n\n## Model\n\na2\n");
  });

  for (const [title, name] of [["What is 2/3?", "What-is-2-3.md"], ["../../etc", "etc.md"], ["蒸馏 是什么", "蒸馏-是什么.md"], ["???", "conversation.md"]] as const) {
    it(`names its file ${name}`, () => assert.equal(fileName(title), name));
  }
});
