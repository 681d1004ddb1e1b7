import type { Question } from "./question.ts";

/** The questions that are being answered, so that a command or a button can end the thinking of one. */
export class RunningQuestions {
  readonly #questions = new Map<string, Question>();
  readonly #onThinking: (thinks: boolean) => void;

  /** `onThinking` is told whether any model thinks now. */
  constructor(onThinking: (thinks: boolean) => void) {
    this.#onThinking = onThinking;
  }

  add(id: string, question: Question): void {
    this.#questions.set(id, question);
  }

  remove(id: string): void {
    this.#questions.delete(id);
    this.changed();
  }

  /** To be called when a question begins or ends to think. */
  changed(): void {
    this.#onThinking([...this.#questions.values()].some(({ thinks }) => thinks));
  }

  /** Ends the thinking of `id`, or of the latest question that thinks. False: there is none. */
  answerNow(id?: string): boolean {
    const question = id === undefined ? [...this.#questions.values()].findLast(({ thinks }) => thinks) : this.#questions.get(id);
    if (question?.thinks !== true) return false;
    question.answerNow();
    return true;
  }
}
