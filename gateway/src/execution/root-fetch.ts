import type { Graph } from '../graph/graph.js';
import { activeFields } from '../graph/active-selections.js';
import type { CompiledFetch } from './compiled-fetch.js';
import { asked } from './asked.js';
import { Fitter } from './fit.js';
import type { Question } from './question.js';
import { failureError, safeError } from './reported-errors.js';
import type { Subgraph } from './subgraph.js';
import { withholdNested } from './nested-subjects.js';

/** Runs a fetch of root fields. What fails is null, with an error at each root field it takes. */
export async function rootFetch(
  subgraph: Subgraph,
  fetch: CompiledFetch,
  variables: Readonly<Record<string, unknown>>,
  question: Question,
  graph: Graph,
): Promise<Record<string, unknown>> {
  const root = graph.full.getRootType(fetch.operation.operation);
  if (!root) throw new Error('a fetch of a root type the graph does not have');
  const keys = [...activeFields([fetch.operation.selectionSet], root, graph.full, variables).keys()];
  const nothing = Object.fromEntries(keys.map((key) => [key, null]));
  const reply = await asked(subgraph, fetch.text, variables, question);
  if (!reply.ok) {
    const { code, extensions } = failureError(reply.failure);
    for (const key of keys) question.findings.error(code, [key], extensions);
    return nothing;
  }
  for (const error of reply.errors) {
    const { code, extensions } = safeError(error, subgraph.name);
    if (error.path) question.findings.error(code, error.path, extensions);
    else for (const key of keys) question.findings.error(code, [key], extensions);
  }
  for (const source of reply.provenance) question.findings.source({ ...source, agency: subgraph.name });
  const fitter = new Fitter(graph, variables);
  const data = fitter.fit(reply.data ?? nothing, root, fetch.operation.selectionSet, []) ?? nothing;
  for (const path of reply.data ? fitter.broken : []) {
    if (!question.findings.explains(path)) question.findings.error('AGENCY_BAD_RESPONSE', path, { agency: subgraph.name });
  }
  await withholdNested(fitter.nested, question, (path) => [path]);
  question.tree.addRoot(data);
  return data;
}
