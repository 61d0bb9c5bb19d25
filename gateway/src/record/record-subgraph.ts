import { lastWholeMonth, type CitizenRef } from '@yichuang/schema';
import { isRecord } from '../agencies/reply.js';
import { Question } from '../execution/question.js';
import type { Subgraph } from '../execution/subgraph.js';
import { localSubgraph } from '../window/local-subgraph.js';
import { archiveOf } from './archive.js';
import type { CheckCodes } from './check-code.js';
import { collectiveMove } from './collective-move.js';
import { complianceOf } from './compliance.js';
import { gather } from './gather.js';
import { lifeRecordOf } from './life-record.js';
import { screen } from '@yichuang/rules';
import { Printing } from './print/printing.js';
import { screeningOf, shownMissing } from './screening.js';
import { withUnitCounts } from './unit-counts.js';
import { transferPaper } from './transfer-paper.js';
import { findingsWorklist, type WorklistSources } from './worklist.js';

/** What the fields about the whole record are answered from. */
export interface RecordSources extends WorklistSources {
  readonly codes: CheckCodes;
}

/** Of the time of a question kept back to hand over what is there. */
const TO_ANSWER_MS = 200;

type Arguments = Readonly<Record<string, unknown>>;
type Resolver = (parent: Arguments, args: Arguments, context: unknown) => unknown;

interface RecordResolvers {
  readonly Citizen: Readonly<Record<'findings' | 'archive' | 'transferPaper', Resolver>>;
  readonly Enterprise: Readonly<Record<'compliance', Resolver>>;
  readonly Mutation: Readonly<Record<'applyForCollectiveTransfer', Resolver>>;
  readonly Query: Readonly<Record<'archiveIsGenuine' | 'findings', Resolver>>;
}

/**
 * What the hub puts together by asking all agencies, as a subgraph of its own, executed in this process: whatever else a question asks is
 * asked beside it, and none of it is computed for a caller who may not see it.
 */
export function recordSubgraph(sources: RecordSources): Subgraph {
  return localSubgraph('hub-record', { ...recordResolvers(sources) });
}

/** Resolvers of schema/sdl/hub-record.graphql. */
function recordResolvers({ codes, ...sources }: RecordSources): RecordResolvers {
  const { ask } = sources;
  const printing = new Printing();
  return {
    Citizen: {
      findings: async ({ id }, _, context) => {
        const question = questionOf(context);
        const gathered = await gather(question, referenceOf(id), ask, (piece) => !piece.archiveOnly);
        const { record, unreadable } = lifeRecordOf(gathered, lastWholeMonth(new Date()));
        return screeningOf(await withUnitCounts(record, question, ask), unreadable, gathered.missing);
      },
      archive: async ({ id }, _, context) => {
        const now = new Date();
        const question = questionOf(context);
        const gathered = await gather(question, referenceOf(id), ask);
        const archive = archiveOf(gathered, codes, now);
        const { record } = lifeRecordOf(gathered, lastWholeMonth(now));
        return {
          issuedAt: archive.content.issuedAt,
          json: archive.json,
          sha256: archive.sha256,
          checkCode: archive.checkCode,
          pdf: () => printing.print({ kind: 'ARCHIVE', archive }, timeLeft(question)),
          missing: shownMissing(gathered.missing, record, screen(record).figures.shortfalls),
        };
      },
      transferPaper: async ({ id }, args, context) => {
        const question = questionOf(context);
        const wanted = { case: String(args['case']), paper: String(args['paper']) };
        const paper = await transferPaper(question, referenceOf(id), wanted, ask, codes);
        if (!paper) return null;
        const { json, sha256, checkCode } = paper;
        const pdf = () => printing.print({ kind: 'TRANSFER_PAPER', paper }, timeLeft(question));
        return { number: paper.content.number, json, sha256, checkCode, pdf };
      },
    },
    Enterprise: {
      compliance: ({ creditCode }, _, context) => complianceOf(questionOf(context), String(creditCode), ask),
    },
    Mutation: {
      applyForCollectiveTransfer: (_, { input }, context) => collectiveMove(questionOf(context), isRecord(input) ? input : {}, ask),
    },
    Query: {
      findings: (_, args, context) => findingsWorklist(questionOf(context), args, sources),
      archiveIsGenuine: (_, { sha256, checkCode }) => codes.proves(String(sha256), String(checkCode)),
    },
  };
}

function timeLeft(question: Question): number {
  return Math.max(0, question.remainingMs() - TO_ANSWER_MS);
}

/** A person of the graph is named by the reference that the hub handed out. */
function referenceOf(id: unknown): CitizenRef {
  return String(id) as CitizenRef;
}

function questionOf(context: unknown): Question {
  if (!(context instanceof Question)) throw new Error('a resolver of the record ran outside a question');
  return context;
}
