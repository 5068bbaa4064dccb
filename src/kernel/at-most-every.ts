/** Asks again only when the last answer is that old; those who ask together share one question. A failure is not kept. */
export function atMostEvery<T>(milliseconds: number, ask: () => Promise<T>): () => Promise<T> {
  let last: { answer: Promise<T>; until: number } | undefined;
  return () => {
    if (last && performance.now() < last.until) return last.answer;
    const answer = ask();
    last = { answer, until: performance.now() + milliseconds };
    answer.catch(() => {
      last = undefined;
    });
    return answer;
  };
}
