const NAME = 'yichuang_question_seconds';
const BOUNDS_MS = [5, 20, 50, 100, 250, 500, 1_000, 2_000, 4_000, 8_000];

/**
 * How long questions took, by HTTP status, as a histogram of Prometheus. Written here, because looking a histogram up by its labels for
 * every question costs prom-client more than everything else that is done for a figure.
 */
export class QuestionTimes {
  readonly #statuses = new Map<number, { readonly counts: number[]; count: number; sum: number }>();

  observe(status: number, milliseconds: number): void {
    let times = this.#statuses.get(status);
    if (!times) this.#statuses.set(status, (times = { counts: BOUNDS_MS.map(() => 0), count: 0, sum: 0 }));
    times.count++;
    times.sum += milliseconds;
    for (let i = 0; i < BOUNDS_MS.length; i++)
      if (milliseconds <= (BOUNDS_MS[i] ?? 0)) {
        times.counts[i] = (times.counts[i] ?? 0) + 1;
        return;
      }
  }

  /** In the text format of Prometheus. */
  text(): string {
    const lines = [`# HELP ${NAME} Time from the request to the answer, by HTTP status`, `# TYPE ${NAME} histogram`];
    for (const [status, { counts, count, sum }] of this.#statuses) {
      let within = 0;
      for (const [i, bound] of BOUNDS_MS.entries()) {
        within += counts[i] ?? 0;
        lines.push(`${NAME}_bucket{le="${bound / 1_000}",status="${status}"} ${within}`);
      }
      lines.push(`${NAME}_bucket{le="+Inf",status="${status}"} ${count}`);
      lines.push(`${NAME}_sum{status="${status}"} ${sum / 1_000}`, `${NAME}_count{status="${status}"} ${count}`);
    }
    return `${lines.join('\n')}\n`;
  }
}
