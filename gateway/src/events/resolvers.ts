import { catalogued } from '@yichuang/schema';
import { Question } from '../execution/question.js';
import { NUMBERED, pageAsked, pageOf } from '../pages.js';
import { StoreUnavailable } from '../store/unavailable.js';
import { EVENTS_SCOPE } from './access.js';
import type { Readings } from './readings.js';
import { shownEvent } from './subscription.js';

type Arguments = Readonly<Record<string, unknown>>;
type Resolver = (parent: Arguments, args: Arguments, context: unknown) => unknown;

/** Fields of the hub's own types about what happened to transfers. */
export interface EventResolvers {
  readonly Citizen: Readonly<Record<'transferEvents', Resolver>>;
}

/** Resolvers of schema/sdl/hub-transfer.graphql. */
export function eventResolvers(readings: Pick<Readings, 'ofPerson'>): EventResolvers {
  return {
    Citizen: {
      transferEvents: async ({ id }, args, context) => {
        const page = pageAsked(args, NUMBERED);
        if (!(await questionOf(context).judge.mayRead(String(id), EVENTS_SCOPE))) return null;
        try {
          const events = await readings.ofPerson(String(id), page.after === undefined ? undefined : Number(page.after), page.first + 1);
          return pageOf(events, page, NUMBERED, ({ cursor }) => String(cursor), shownEvent);
        } catch (error) {
          throw error instanceof StoreUnavailable ? catalogued('EVENTS_UNAVAILABLE', error.detail) : error;
        }
      },
    },
  };
}

function questionOf(context: unknown): Question {
  if (!(context instanceof Question)) throw new Error('a resolver of the hub ran outside a question');
  return context;
}
