import type { CitizenRef } from '@yichuang/schema';
import type { OfficialRole, Party } from '../access/principal.js';

/** Who does something with a request or a consent. */
export type Actor =
  | {
      readonly kind: 'PERSON';
      /** The person whose data it is about. */
      readonly ref: CitizenRef;
      /** The user who acts: the person, or who acts for them. */
      readonly user: string;
      /** Under which a user acts for the person. */
      readonly delegation?: { readonly id: string; readonly kind: string };
    }
  | { readonly kind: 'RECIPIENT'; readonly party: Party; readonly user: string; readonly role: OfficialRole }
  | { readonly kind: 'HUB' };

/** Whose a request or a consent is. */
export interface Between {
  readonly subject: string;
  readonly recipient: Party;
}

/** Whether it is the actor's own. To anybody else there is no such thing. */
export function isOwn({ subject, recipient }: Between, actor: Actor): boolean {
  switch (actor.kind) {
    case 'PERSON':
      return actor.ref === subject;
    case 'RECIPIENT':
      return actor.party.kind === recipient.kind && actor.party.code === recipient.code;
    case 'HUB':
      return true;
  }
}
