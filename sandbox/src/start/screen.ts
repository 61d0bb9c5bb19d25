/** What `npm start` shows: one line per finished step, plain when the output is not a terminal. */
export class Screen {
  readonly #colours: boolean;

  constructor(
    private readonly output: NodeJS.WriteStream,
    private readonly since: number,
  ) {
    this.#colours = output.isTTY && process.env.NO_COLOR === undefined && process.env.TERM !== 'dumb';
  }

  line(text = ''): void {
    this.output.write(`${text}\n`);
  }

  title(text: string): void {
    this.line(this.#paint('1', text));
  }

  /** A finished step, with the seconds since the start. */
  done(part: string, detail: string): void {
    this.line(`  ${this.#paint('32', '✓')} ${part.padEnd(20)} ${detail.padEnd(44)} ${this.#paint('2', `${this.seconds()} s`)}`);
  }

  failed(part: string, detail: string): void {
    this.line(`  ${this.#paint('31', '✗')} ${part.padEnd(20)} ${detail}`);
  }

  row(name: string, value: string): void {
    this.line(`  ${this.#paint('1', name.padEnd(20))} ${value}`);
  }

  /** Seconds since the start, one decimal. */
  seconds(): string {
    return ((performance.timeOrigin + performance.now() - this.since) / 1000).toFixed(1);
  }

  #paint(code: string, text: string): string {
    return this.#colours ? `\x1b[${code}m${text}\x1b[0m` : text;
  }
}
