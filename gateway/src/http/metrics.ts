import { collectDefaultMetrics, Counter, Registry } from 'prom-client';
import type { CallObserver } from '../agencies/client.js';
import { TimesByLabels } from './times.js';

/** Figures of one hub process. Labels name agencies, outcomes and statuses; never a person, a question or an address. */
export class HubMetrics {
  readonly registry = new Registry();
  readonly #questions = new TimesByLabels('yichuang_question_seconds', 'Time from the request to the answer, by HTTP status');
  readonly #calls = new TimesByLabels('yichuang_agency_call_seconds', 'Time of one call to an agency, by outcome');
  readonly #mismatches = new Counter({
    name: 'yichuang_subject_mismatch_total',
    help: 'Answers of an agency about somebody else than was asked',
    labelNames: ['agency'],
    registers: [this.registry],
  });
  readonly #replacements = new Counter({
    name: 'yichuang_supergraph_replacements_total',
    help: 'Attempts to replace the supergraph, by outcome',
    labelNames: ['outcome'],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  readonly call: CallObserver = ({ agency, outcome, milliseconds }) => {
    this.#calls.observe(`agency="${agency}",outcome="${outcome}"`, milliseconds);
  };

  question(status: number, milliseconds: number): void {
    this.#questions.observe(`status="${status}"`, milliseconds);
  }

  readonly contentType = this.registry.contentType;

  /** Everything in the text format of Prometheus. */
  async text(): Promise<string> {
    return `${await this.registry.metrics()}\n${this.#questions.text()}${this.#calls.text()}`;
  }

  mismatch(agency: string): void {
    this.#mismatches.inc({ agency });
  }

  replacement(outcome: string): void {
    this.#replacements.inc({ outcome });
  }
}
