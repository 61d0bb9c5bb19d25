/** Sooner than a test may take, so that one that fails says where, and asks no more when it is over. */
const GIVES_UP_MS = 25_000;

/** Waits until something is so. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + GIVES_UP_MS;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`not so after ${GIVES_UP_MS} ms: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
