import { Question } from '../execution/question.js';
import { NUMBERED, pageAsked, pageOf } from '../pages.js';
import { reachingOr } from '../store/unavailable.js';
import { EVENTS_SCOPE } from './access.js';
import type { PublicProgress } from './public-progress.js';
import type { Readings } from './readings.js';
import type { TransferCounts } from './statistics.js';
import { shownEvent } from './subscription.js';

type Arguments = Readonly<Record<string, unknown>>;
type Resolver = (parent: Arguments, args: Arguments, context: unknown) => unknown;

/** Fields of the hub's own types about what happened to transfers. */
export interface EventResolvers {
  readonly Citizen: Readonly<Record<'transferEvents', Resolver>>;
  readonly Query: Readonly<Record<'transferProgress' | 'transferStatistics', Resolver>>;
}

/** What they are answered from. */
export interface EventSources {
  readonly readings: Pick<Readings, 'ofPerson'>;
  readonly progress: Pick<PublicProgress, 'of'>;
  readonly counts: Pick<TransferCounts, 'at'>;
}

/** Resolvers of schema/sdl/hub-transfer.graphql. */
export function eventResolvers({ readings, progress, counts }: EventSources): EventResolvers {
  return {
    Citizen: {
      transferEvents: async ({ id }, args, context) => {
        const page = pageAsked(args, NUMBERED);
        if (!(await questionOf(context).judge.mayRead(String(id), EVENTS_SCOPE))) return null;
        const before = page.after === undefined ? undefined : Number(page.after);
        const events = await reachingOr('EVENTS_UNAVAILABLE', () => readings.ofPerson(String(id), before, page.first + 1));
        return pageOf(events, page, NUMBERED, ({ cursor }) => String(cursor), shownEvent);
      },
    },
    Query: {
      transferProgress: (_, { number, pin }) => progress.of(String(number), String(pin)),
      transferStatistics: (_, { side }) => counts.at(side === 'SOURCE' ? 'SOURCE' : 'TARGET'),
    },
  };
}

function questionOf(context: unknown): Question {
  if (!(context instanceof Question)) throw new Error('a resolver of the hub ran outside a question');
  return context;
}
