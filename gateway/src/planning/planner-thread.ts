import { parentPort, workerData } from 'node:worker_threads';
import { operationFromDocument, type Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { parse } from 'graphql';
import { buildSupergraph, readingOf } from '../graph/supergraph-reading.js';
import { mendMerging } from './merging.js';
import { NarrowedTypes } from './narrowed-types.js';
import { RequiredVariants } from './required-variants.js';
import { withResolvableKeys } from './resolvable-keys.js';
import { VariantPlan } from './variant-plans.js';
import type { FromThread, PlanRequest, ThreadStart } from './thread-messages.js';

/**
 * The planner thread. Planning takes 20 to 60 ms of one processor for an ordinary operation and can take forever for a hostile one;
 * here it holds up nobody and can be ended. It plans one text at a time and knows nothing but texts.
 */

const { supergraphSdl, reads, maxEvaluatedPlans, pathsLimit } = workerData as ThreadStart; // given by planning-thread.ts, the only one to start it

const plannedSdl = withResolvableKeys(supergraphSdl);
const whole = buildSupergraph(plannedSdl);
if (reads !== undefined)
  say({ kind: 'READ', reading: readingOf(plannedSdl === supergraphSdl ? whole : buildSupergraph(supergraphSdl), reads) });
const narrowedTypes = NarrowedTypes.in(whole);
mendMerging();
const { planner, api, variants } = inVariants() ?? { ...plannerOn(whole), variants: undefined };

/** Undefined where nothing is required in several ways, or where Apollo's packages do not take it: the graph is served all the same. */
function inVariants() {
  try {
    const required = RequiredVariants.in(plannedSdl);
    const own = required && (required.variants.size > 0 ? buildSupergraph(required.supergraphSdl) : whole);
    return own && { ...plannerOn(own), variants: required };
  } catch {
    return undefined;
  }
}

function plannerOn(supergraph: Supergraph) {
  const options = {
    reuseQueryFragments: false,
    generateQueryFragments: false,
    incrementalDelivery: { enableDefer: true },
    debug: { maxEvaluatedPlans, pathsLimit },
  };
  return { planner: new QueryPlanner(supergraph, options), api: supergraph.apiSchema() };
}

/** What the planner says when one of its own limits is reached; it has no error codes. */
const LIMIT = /Number of non-local selections exceeds limit|Exceeded maximum recursive selections|Too many options generated/;

function plan(text: string): FromThread {
  try {
    const operation = operationFromDocument(api, parse(text, { noLocation: true }), { validate: false });
    const planned = planner.buildQueryPlan(operation);
    const inGraph = variants ? new VariantPlan(variants, text).inGraph(planned) : planned;
    return { kind: 'PLANNED', plan: narrowedTypes?.told(inGraph) ?? inGraph };
  } catch (error) {
    if (!(error instanceof Error)) return { kind: 'FAULT', stack: '' };
    // A stack or an array that grows out of its bounds is the same explosion, met elsewhere.
    if (LIMIT.test(error.message) || error instanceof RangeError) return { kind: 'TOO_COMPLEX' };
    return { kind: 'FAULT', stack: frames(error) };
  }
}

/** Where an error happened, without its text. */
function frames({ name, stack }: Error): string {
  const lines = (stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [name, ...lines].join('\n');
}

function say(message: FromThread): void {
  parentPort?.postMessage(message);
}

parentPort?.on('message', ({ text }: PlanRequest) => {
  say(plan(text));
});
say({ kind: 'READY' });
