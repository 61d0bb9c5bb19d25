const BOUNDS_MS = [5, 20, 50, 100, 250, 500, 1_000, 2_000, 4_000, 8_000];

/** How often something took how long, for one set of labels. */
export class Times {
  readonly counts = BOUNDS_MS.map(() => 0);
  count = 0;
  sum = 0;

  observe(milliseconds: number): void {
    this.count++;
    this.sum += milliseconds;
    for (let i = 0; i < BOUNDS_MS.length; i++)
      if (milliseconds <= (BOUNDS_MS[i] ?? 0)) {
        this.counts[i] = (this.counts[i] ?? 0) + 1;
        return;
      }
  }
}

/**
 * How long something took, by labels, as a histogram of Prometheus. Written here, because looking a histogram up by its labels each time
 * costs prom-client more than everything else that is done for a figure.
 */
export class TimesByLabels {
  readonly #byLabels = new Map<string, Times>();

  constructor(
    readonly name: string,
    readonly help: string,
  ) {}

  /** @param labels as they are written: `status="200"`; of a bounded number, and without quotation marks in their values */
  observe(labels: string, milliseconds: number): void {
    this.of(labels).observe(milliseconds);
  }

  /** The times of one set of labels, for those who keep it. */
  of(labels: string): Times {
    let times = this.#byLabels.get(labels);
    if (!times) this.#byLabels.set(labels, (times = new Times()));
    return times;
  }

  /** In the text format of Prometheus. */
  text(): string {
    const lines = [`# HELP ${this.name} ${this.help}`, `# TYPE ${this.name} histogram`];
    for (const [labels, { counts, count, sum }] of this.#byLabels) {
      const more = labels === '' ? '' : `${labels},`;
      let within = 0;
      for (const [i, bound] of BOUNDS_MS.entries()) {
        within += counts[i] ?? 0;
        lines.push(`${this.name}_bucket{${more}le="${bound / 1_000}"} ${within}`);
      }
      lines.push(`${this.name}_bucket{${more}le="+Inf"} ${count}`);
      const own = labels === '' ? '' : `{${labels}}`;
      lines.push(`${this.name}_sum${own} ${sum / 1_000}`, `${this.name}_count${own} ${count}`);
    }
    return `${lines.join('\n')}\n`;
  }
}
