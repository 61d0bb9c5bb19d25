import { Counter, Gauge, Registry } from 'prom-client';
import type { AgencyClient, AgencyPressure, CallObserver } from '../agencies/client.js';
import type { EventStream, StreamObserver } from '../events/stream.js';
import type { Gap } from '../evidence/writer.js';
import type { Lines } from '../execution/entrance.js';
import type { LoadGauge } from '../load.js';
import type { Planner, PlanningEvent } from '../planning/planner.js';
import type { AttemptObserver } from '../webhooks/courier.js';
import { processFigures } from './process-figures.js';
import { TimesByLabels, type Times } from './times.js';

/** Figures of one hub, and of the process it runs in. Labels name agencies, outcomes and statuses; never a person, a question or an address. */
export class HubMetrics {
  readonly registry = new Registry();
  readonly #process = processFigures();
  readonly #questions = new TimesByLabels('yichuang_question_seconds', 'Time from the request to the answer, by HTTP status');
  readonly #questionWaits = new TimesByLabels('yichuang_question_wait_seconds', 'Time a question that needs entities waited for its turn');
  readonly #firstTimeWaits = new TimesByLabels(
    'yichuang_first_time_wait_seconds',
    'Time a piece of what is done once for a question not seen before waited',
  );
  readonly #calls = new TimesByLabels('yichuang_agency_call_seconds', 'Time of one call to an agency, by outcome');
  // By what they are looked up by: texts put together anew for each call would cost more than the figure.
  readonly #questionsByStatus = new Map<number, Times>();
  readonly #callsByAgency = new Map<string, Map<string, Times>>();
  readonly #mismatches = new Counter({
    name: 'yichuang_subject_mismatch_total',
    help: 'Answers of an agency about somebody else than was asked',
    labelNames: ['agency'],
    registers: [this.registry],
  });
  readonly #monthsExceeded = new Counter({
    name: 'yichuang_months_exceeded_total',
    help: 'Answers of an agency about months outside the period a consent bounds the data to',
    labelNames: ['agency'],
    registers: [this.registry],
  });
  readonly #rowsExceeded = new Counter({
    name: 'yichuang_rows_exceeded_total',
    help: 'Answers of an agency to an employer with rows of other units, which were dropped',
    labelNames: ['agency'],
    registers: [this.registry],
  });
  readonly #tooBroad = new Counter({
    name: 'yichuang_access_too_broad_total',
    help: 'Questions about more persons than one may be about, by the role of who asked',
    labelNames: ['role'],
    registers: [this.registry],
  });
  readonly #recordGap = new Gauge({
    name: 'yichuang_record_gap',
    help: 'Whether the record of access cannot be kept, and third parties are refused: 1 or 0',
    registers: [this.registry],
  });
  readonly #recordGaps = new Counter({
    name: 'yichuang_record_gaps_total',
    help: 'Times in which the record of access could not be kept',
    registers: [this.registry],
  });
  readonly #unrecorded = new Counter({
    name: 'yichuang_record_missing_total',
    help: 'What is not in the record of access, by kind; own readings and what came beyond the bound of a gap are noted with the gap',
    labelNames: ['kind'],
    registers: [this.registry],
  });
  readonly #webhookAttempts = new Counter({
    name: 'yichuang_webhook_attempts_total',
    help: 'Attempts to post an event to a webhook, by what came of it',
    labelNames: ['outcome'],
    registers: [this.registry],
  });
  readonly #eventsKnown = new TimesByLabels(
    'yichuang_event_known_seconds',
    'Time from when something happened to a transfer until this process knew',
  );
  readonly #overruns = new Counter({
    name: 'yichuang_follower_overruns_total',
    help: 'Times more waited for a follower of transfers than is kept in memory, so that it is read again',
    registers: [this.registry],
  });
  readonly #cutOff = new Counter({
    name: 'yichuang_connections_cut_total',
    help: 'Connections cut off because their client answered no ping or took nothing for too long, by transport',
    labelNames: ['transport'],
    registers: [this.registry],
  });
  readonly #replacements = new Counter({
    name: 'yichuang_supergraph_replacements_total',
    help: 'Attempts to replace the supergraph, by outcome',
    labelNames: ['outcome'],
    registers: [this.registry],
  });

  readonly #plannings = new TimesByLabels('yichuang_planning_seconds', 'Time of one planning in the planner thread, by outcome');
  readonly #planningWaits = new TimesByLabels('yichuang_planning_wait_seconds', 'Time one planning waited for its turn, by outcome');
  readonly #threads = new TimesByLabels('yichuang_planner_start_seconds', 'Time from the start of a planner thread until it can plan');
  readonly #threadsLost = new Counter({
    name: 'yichuang_planner_threads_lost_total',
    help: 'Planner threads that ended before they were told to, by reason',
    labelNames: ['reason'],
    registers: [this.registry],
  });
  readonly #planners = new Set<Pick<Planner, 'figures'>>();
  /** Of planners that have been stopped. */
  readonly #before = { hits: 0, misses: 0 };

  constructor() {
    this.#plannerFigures();
  }

  readonly call: CallObserver = ({ agency, outcome, milliseconds }) => {
    let byOutcome = this.#callsByAgency.get(agency);
    if (!byOutcome) this.#callsByAgency.set(agency, (byOutcome = new Map<string, Times>()));
    let times = byOutcome.get(outcome);
    if (!times) byOutcome.set(outcome, (times = this.#calls.of(`agency="${agency}",outcome="${outcome}"`)));
    times.observe(milliseconds);
  };

  /** Told of each attempt to post an event to a webhook. */
  readonly webhookAttempt: AttemptObserver = (outcome) => {
    this.#webhookAttempts.inc({ outcome });
  };

  /** Told of what happens to transfers, on its way to those who follow. */
  readonly events: StreamObserver = {
    known: (milliseconds) => {
      this.#eventsKnown.observe('', Math.max(0, milliseconds));
    },
    overrun: () => {
      this.#overruns.inc();
    },
  };

  /** Told of each piece of what is done once for a question not seen before for how long it has waited. */
  readonly firstTimeWait = (milliseconds: number): void => {
    this.#firstTimeWaits.observe('', milliseconds);
  };

  /** Told of each question for how long it has waited for its turn. */
  readonly questionWait = (milliseconds: number): void => {
    this.#questionWaits.observe('', milliseconds);
  };

  readonly planning = (event: PlanningEvent): void => {
    switch (event.kind) {
      case 'PLANNING':
        this.#plannings.observe(`outcome="${event.outcome}"`, event.tookMs);
        this.#planningWaits.observe(`outcome="${event.outcome}"`, event.waitedMs);
        break;
      case 'THREAD_READY':
        this.#threads.observe('', event.tookMs);
        break;
      case 'THREAD_LOST':
        this.#threadsLost.inc({ reason: event.reason });
    }
  };

  question(status: number, milliseconds: number): void {
    let times = this.#questionsByStatus.get(status);
    if (!times) this.#questionsByStatus.set(status, (times = this.#questions.of(`status="${status}"`)));
    times.observe(milliseconds);
  }

  readonly contentType = this.registry.contentType;

  /** Everything in the text format of Prometheus. */
  async text(): Promise<string> {
    const times = [
      this.#questions,
      this.#questionWaits,
      this.#firstTimeWaits,
      this.#calls,
      this.#plannings,
      this.#planningWaits,
      this.#threads,
      this.#eventsKnown,
    ];
    return `${await this.#process.metrics()}\n${await this.registry.metrics()}\n${times.map((one) => one.text()).join('')}`;
  }

  mismatch(agency: string): void {
    this.#mismatches.inc({ agency });
  }

  monthsExceeded(agency: string): void {
    this.#monthsExceeded.inc({ agency });
  }

  rowsExceeded(agency: string): void {
    this.#rowsExceeded.inc({ agency });
  }

  tooBroad(role: string): void {
    this.#tooBroad.inc({ role });
  }

  recordGapBegan(): void {
    this.#recordGap.set(1);
    this.#recordGaps.inc();
  }

  recordGapEnded({ own_reads: ownReads, denials, outcomes }: Omit<Gap, 'began_at' | 'ended_at'>, over: boolean): void {
    if (over) this.#recordGap.set(0);
    this.#unrecorded.inc({ kind: 'own_reading' }, ownReads);
    this.recordLost({ denials, outcomes });
  }

  recordLost({ denials, outcomes }: { readonly denials: number; readonly outcomes: number }): void {
    this.#unrecorded.inc({ kind: 'denial' }, denials);
    this.#unrecorded.inc({ kind: 'outcome' }, outcomes);
  }

  replacement(outcome: string): void {
    this.#replacements.inc({ outcome });
  }

  /** Counts what a planner is asked from now on. Gives back what to call when it is stopped. */
  watchPlanner(planner: Pick<Planner, 'figures'>): () => void {
    this.#planners.add(planner);
    return () => {
      if (!this.#planners.delete(planner)) return;
      const { hits, misses } = planner.figures;
      this.#before.hits += hits;
      this.#before.misses += misses;
    };
  }

  /** Shows what agencies take of the hub, those that are there when somebody looks. */
  watchAgencies(agencies: Iterable<Pick<AgencyClient, 'name' | 'pressure'>>): void {
    const calls = (name: string, help: string, figure: (pressure: AgencyPressure) => number): Gauge =>
      new Gauge({
        name,
        help,
        labelNames: ['agency'],
        registers: [this.registry],
        collect() {
          this.reset();
          // A subgraph that has moved is two for a while.
          for (const agency of agencies) this.inc({ agency: agency.name }, figure(agency.pressure));
        },
      });
    calls('yichuang_agency_calls_under_way', 'Calls an agency is working on', ({ underWay }) => underWay);
    calls('yichuang_agency_calls_waiting', 'Calls to an agency that wait for their turn', ({ waiting }) => waiting);
    calls('yichuang_agency_calls_open', 'Calls to an agency without an answer, those before a second attempt included', ({ open }) => open);
    new Gauge({
      name: 'yichuang_agency_circuit',
      help: 'Whether an agency is asked (CLOSED), left alone (OPEN) or tried by one call (PROBING): 1 for the state it is in',
      labelNames: ['agency', 'state'],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const { name, pressure } of agencies)
          for (const state of CIRCUIT_STATES) this.set({ agency: name, state }, pressure.circuit === state ? 1 : 0);
      },
    });
  }

  cutOff(transport: 'websocket' | 'stream'): void {
    this.#cutOff.inc({ transport });
  }

  /** Shows who follows transfers, and how far behind they are. */
  watchFollowers(stream: Pick<EventStream, 'followers' | 'mostWaiting'>): void {
    for (const [name, help, figure] of [
      ['yichuang_followers', 'Subscriptions that follow transfers', 'followers'],
      ['yichuang_follower_waiting_most', 'Events that wait in memory for the follower that is furthest behind', 'mostWaiting'],
    ] as const)
      new Gauge({
        name,
        help,
        registers: [this.registry],
        collect() {
          this.set(stream[figure]);
        },
      });
  }

  /** Shows how many questions wait in lines. */
  watchLines({ turns, firstTimes }: Lines): void {
    for (const [name, help, line] of [
      ['yichuang_questions_waiting', 'Questions that wait for their turn', turns],
      ['yichuang_first_times_waiting', 'Questions not seen before that wait for a piece of what is done once', firstTimes],
    ] as const)
      new Gauge({
        name,
        help,
        registers: [this.registry],
        collect() {
          this.set(line.waiting);
        },
      });
  }

  /** Shows whether new questions are refused. */
  watchLoad(gauge: Pick<LoadGauge, 'overloaded'>): void {
    new Gauge({
      name: 'yichuang_overloaded',
      help: 'Whether new questions are refused because the process has more to do than it can: 1 or 0',
      registers: [this.registry],
      collect() {
        this.set(gauge.overloaded() ? 1 : 0);
      },
    });
  }

  #plannerFigures(): void {
    const planners = this.#planners;
    const counted = (name: string, help: string, figure: 'hits' | 'misses'): void => {
      const before = this.#before;
      new Counter({
        name,
        help,
        registers: [this.registry],
        collect() {
          this.reset();
          this.inc([...planners].reduce((sum, { figures }) => sum + figures[figure], before[figure]));
        },
      });
    };
    counted('yichuang_plan_cache_hits_total', 'Plans that were there or under way; questions that come again are not counted', 'hits');
    counted('yichuang_plan_cache_misses_total', 'Plans that had to be made, ahead of questions or for them', 'misses');
    new Gauge({
      name: 'yichuang_plannings_waiting',
      help: 'Plannings that wait for their turn',
      registers: [this.registry],
      collect() {
        this.set([...planners].reduce((sum, { figures }) => sum + figures.waiting, 0));
      },
    });
  }
}

const CIRCUIT_STATES: readonly AgencyPressure['circuit'][] = ['CLOSED', 'OPEN', 'PROBING'];
