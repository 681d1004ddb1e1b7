/** What a comparison of precisions asks where the cell says nothing: four kinds of work, each about 128 tokens long. */
export const DEFAULT_PROMPTS: readonly string[] = [
  `A small library lends out books, films and board games. A book may be kept for three weeks, a film for one week and a game for two weeks. Whoever brings something back late pays ten cents for each day, but never more than two euros for one item. Last Monday Ada brought back two books that were five days late, a film that was nine days late, and a game that was on time. On the same day Ben brought back one book that was thirty days late and a film that was a single day late. Work out step by step how much each of the two has to pay, say who pays more, and by how much.`,
  `Read this Python function and explain in plain words what it does, line by line. Then name one input for which it is slow, and say how you would make it faster without changing its result.

def find_pairs(numbers, target):
    pairs = []
    for i in range(len(numbers)):
        for j in range(i + 1, len(numbers)):
            if numbers[i] + numbers[j] == target:
                pair = (numbers[i], numbers[j])
                if pair not in pairs:
                    pairs.append(pair)
    return sorted(pairs)`,
  `Here is a note from a meeting. The new pump arrived on Tuesday, two days earlier than planned, but its seal was damaged and the supplier will send another one next week. Until then the old pump stays in use at half its speed. The tests of the filter went well: it kept back ninety-four percent of the particles, and the target is ninety. Maria asks for a second filter so that one can be cleaned while the other works. The budget has room for it if the pump's seal is replaced without charge. The next meeting is on the fourth of May. Summarise the note in three sentences for somebody who was not there, and list what has to be decided.`,
  `You explain science to curious adults. Why does the sky look blue during the day, and why does it turn orange and red when the sun goes down? Begin with what sunlight is made of, then say what happens to it on its way through the air, and why that way is longer in the evening. Use an everyday comparison for the scattering of light, and do not use any formulas. At the end, name one thing that people often get wrong about this question, and one observation that anybody can make with a glass of water, a few drops of milk and a torch to see the same effect at home.`,
];

/** The worked example that is shown for both precisions. */
export const WORKED_EXAMPLE = {
  prompt: "已知函数 f(x) = x^2 + 2x + 1，求 f(3) 的值。请逐步推理，并将最终答案放在\\boxed{}内。",
  title: "f(x) = x^2 + 2x + 1, f(3) = 16",
  answer: "16",
} as const;

/** On this text the probabilities of both precisions are compared: plain prose, a list and a little code. */
export const DEFAULT_PASSAGE = `The lighthouse on the northern cape was built in 1874, after three ships had been lost in a single winter. Its first keeper, a former sailmaker, lit the lamp every evening for thirty-one years and wrote down the weather each morning in a book that is still kept in the museum of the town. The entries are short: wind from the west, heavy rain, two sails in the distance. Only once did he write more than a line, on the night when the tower shook so hard in a storm that the clock stopped.

Today the light is electric and nobody lives in the tower. A computer in the harbour office turns it on, and an engineer visits twice a year to clean the lenses. Visitors can climb the 142 steps in summer. From the gallery they see:

1. the old harbour with its fishing boats,
2. the ferry to the islands, which leaves every two hours,
3. on clear days, the mountains on the other side of the bay.

The timing of the light is simple enough for a few lines of code:

def is_on(seconds):
    return seconds % 15 < 3

So the lamp is lit for three seconds, and dark for the twelve that follow. Sailors know each lighthouse by such a rhythm, because no two neighbours share the same one.`;
