/**
 * The value of `work`, or `otherwise` when it takes longer than `ms` or fails: help from another extension must never
 * hold an answer up. A failure is told to `onError`.
 */
export async function timeBox<T>(work: PromiseLike<T>, ms: number, otherwise: T, onError: (error: unknown) => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => { timer = setTimeout(() => resolve(otherwise), ms); });
  const settled = Promise.resolve(work).catch((error: unknown) => {
    onError(error);
    return otherwise;
  });
  try {
    return await Promise.race([settled, late]);
  } finally {
    clearTimeout(timer);
  }
}
