import { isRecord, type ReplyPath, type ReportedProvenance } from '../agencies/reply.js';
import type { EntityAsk } from './fetch-documents.js';
import { prefixesOf } from './findings.js';
import { copyOf } from './merge.js';
import type { Fetched } from './places.js';
import type { SafeError } from './reported-errors.js';
import type { Sharing } from './sharing.js';
import { writeRepresentations, type RepresentationForm } from './representations.js';

/** Who waits for entities: one fetch of the plan in one question. */
export interface Waiter {
  /** One of the batches it waits for is there. */
  settled(): void;
}

/** Something an agency said about an entity, at a place inside it. */
export interface ErrorInside {
  readonly path: ReplyPath;
  readonly error: SafeError;
}

/** Steps of a place in a reply that lead to an entity: the field, and its position. */
export const TO_ENTITY = 2;

/**
 * The entities one question wants under one selection. Each has a number here and is asked for once, however many places want it. They are
 * kept as lists by number and not as objects of their own: a list of people wants hundreds of them.
 */
export class Entities {
  /** What came, by number: null for nothing. */
  came: (Fetched | null)[] = [];
  /** Why nothing came. Undefined, as the next two, while there is nothing to say, which is the rule. */
  failures: Map<number, SafeError> | undefined;
  /** What was said beside what came. */
  errors: Map<number, ErrorInside[]> | undefined;
  /** Where it comes from, as reported: places are those in the reply, `TO_ENTITY` steps before those in the entity. */
  provenance: Map<number, ReportedProvenance[]> | undefined;
  readonly #values: string[] = [];
  /** Of almost all of them. */
  #form: RepresentationForm | undefined;
  /** Of those that have another one. */
  #forms: Map<number, RepresentationForm> | undefined;
  readonly #numbers = new Map<string, number>();
  /** Of other forms than the first one's. */
  #others: Map<RepresentationForm, Map<string, number>> | undefined;
  readonly #underWay = new Set<Batch>();

  constructor(readonly ask: EntityAsk) {}

  get size(): number {
    return this.#values.length;
  }

  /** True when there is more to say than what came. */
  get remarkable(): boolean {
    return this.failures !== undefined || this.errors !== undefined || this.provenance !== undefined;
  }

  /** The number of an entity; undefined when it has not been wanted before. */
  numberOf(form: RepresentationForm, value: string): number | undefined {
    return this.#tableOf(form).get(value);
  }

  /** One that has not been wanted before, for a batch whose last it is. */
  add(form: RepresentationForm, value: string, batch: Batch): number {
    const number = this.#values.length;
    this.#form ??= form;
    if (form !== this.#form) (this.#forms ??= new Map<number, RepresentationForm>()).set(number, form);
    this.#tableOf(form).set(value, number);
    this.#values.push(value);
    batch.to = number + 1;
    this.#underWay.add(batch);
    return number;
  }

  /** JSON text of the representations of some that follow each other, with commas between them. */
  representations(from: number, to: number): string {
    const form = this.#form;
    if (!form) return '';
    const values = this.#values.slice(from, to);
    if (!this.#forms) return writeRepresentations(form, values);
    return values.map((value, i) => writeRepresentations(this.#formOf(from + i) ?? form, [value])).join();
  }

  /** The type it was asked for as. */
  typename(number: number): string {
    const form = this.#formOf(number);
    return form?.around ? form.typename : String(this.#wholeOf(number)['__typename']);
  }

  /** A field of its representation; undefined where it has none of that name. */
  keyField(number: number, name: string): unknown {
    const form = this.#formOf(number);
    if (form?.around) return name === form.key ? this.#values[number] : undefined;
    return this.#wholeOf(number)[name];
  }

  /**
   * Lets somebody wait for those of some numbers that are under way.
   * @returns how many times it will be told
   */
  wait(numbers: readonly number[], waiter: Waiter): number {
    let times = 0;
    for (const batch of this.#underWay) {
      if (!numbers.some((number) => number >= batch.from && number < batch.to)) continue;
      batch.waiters.push(waiter);
      times++;
    }
    return times;
  }

  /** A batch is there. */
  over(batch: Batch): void {
    this.#underWay.delete(batch);
  }

  /** The entities by number, once they are there, for the places of one fetch. */
  forPlaces(sharing: Sharing): (number: number) => Fetched | null {
    const { came } = this;
    if (sharing === 'AS_IT_CAME' || !this.ask.nested) return (number) => came[number] ?? null;
    if (sharing === 'PLACE') return (number) => copyOf(came[number] ?? null);
    const copies = new Map<number, Fetched | null>();
    return (number) => {
      let copy = copies.get(number);
      if (copy === undefined) copies.set(number, (copy = copyOf(came[number] ?? null)));
      return copy;
    };
  }

  /** Takes what came for some that follow each other, one for each. */
  take(from: number, list: (Fetched | null)[]): void {
    // The list is nobody else's.
    if (from === 0 && this.came.length === 0) this.came = list;
    else for (let i = 0; i < list.length; i++) this.came[from + i] = list[i] ?? null;
  }

  fail(number: number, failure: SafeError): void {
    this.came[number] = null;
    const failures = (this.failures ??= new Map<number, SafeError>());
    if (!failures.has(number)) failures.set(number, failure);
  }

  /** Takes away what came, for a reason. */
  withhold(number: number, failure: SafeError): void {
    this.came[number] = null;
    (this.failures ??= new Map<number, SafeError>()).set(number, failure);
    this.provenance?.delete(number);
  }

  note(number: number, error: ErrorInside): void {
    const errors = (this.errors ??= new Map<number, ErrorInside[]>());
    const known = errors.get(number);
    if (known) known.push(error);
    else errors.set(number, [error]);
  }

  /** Says why there is nothing at these places of it, unless something said before does. */
  explain(number: number, paths: readonly ReplyPath[], error: SafeError): void {
    if (paths.length === 0 || this.failures?.has(number)) return;
    const said = new Set((this.errors?.get(number) ?? []).map(({ path }) => JSON.stringify(path)));
    for (const path of paths) if (!prefixesOf(path).some((place) => said.has(place))) this.note(number, { path, error });
  }

  source(number: number, source: ReportedProvenance): void {
    const provenance = (this.provenance ??= new Map<number, ReportedProvenance[]>());
    const known = provenance.get(number);
    if (known) known.push(source);
    else provenance.set(number, [source]);
  }

  /** Changes what was said beside one of them, and where it comes from. @param error, source undefined for what is not handed on */
  revise(
    number: number,
    error: (error: ErrorInside) => ErrorInside | undefined,
    source: (source: ReportedProvenance) => ReportedProvenance | undefined,
  ): void {
    const errors = this.errors?.get(number);
    if (errors)
      this.errors?.set(
        number,
        errors.map(error).filter((one) => one !== undefined),
      );
    const provenance = this.provenance?.get(number);
    if (provenance)
      this.provenance?.set(
        number,
        provenance.map(source).filter((one) => one !== undefined),
      );
  }

  /** A representation that is kept as a whole, read again. */
  #wholeOf(number: number): Readonly<Record<string, unknown>> {
    const fields: unknown = JSON.parse(this.#values[number] ?? 'null');
    return isRecord(fields) ? fields : {};
  }

  #formOf(number: number): RepresentationForm | undefined {
    return this.#forms?.get(number) ?? this.#form;
  }

  #tableOf(form: RepresentationForm): Map<string, number> {
    if (this.#form === undefined || this.#form === form) return this.#numbers;
    const others = (this.#others ??= new Map<RepresentationForm, Map<string, number>>());
    let table = others.get(form);
    if (!table) others.set(form, (table = new Map<string, number>()));
    return table;
  }
}

/** Entities of one selection that are wanted in one turn: numbers that follow each other. */
export class Batch {
  /** The number after its last. */
  to: number;
  readonly waiters: Waiter[] = [];
  #calls = 0;

  constructor(readonly entities: Entities) {
    this.from = this.to = entities.size;
  }

  readonly from: number;

  /** A part of it for a call of its own. */
  part(from: number, to: number): Part {
    this.#calls++;
    return { batch: this, entities: this.entities, from, to };
  }

  /** One of its parts is there. */
  settle(): void {
    if (--this.#calls > 0) return;
    this.entities.over(this);
    for (const waiter of this.waiters) waiter.settled();
  }
}

/** Entities asked for under one selection in one call. */
export interface Part {
  readonly batch: Batch;
  readonly entities: Entities;
  readonly from: number;
  /** The number after its last. */
  readonly to: number;
}
