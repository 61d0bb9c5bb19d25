import type { Consenting, Told, Who } from './consenting.js';

/** A consent that is about to be revoked. */
export interface Standing {
  readonly consent: string;
  readonly person: Who;
  readonly citizen: string;
}

/** What a reader at one process saw of a revocation at another. Milliseconds from the answer to the revocation; 0: not later than it. */
export interface Seen {
  /** The first refusal after which nothing was allowed any more. */
  readonly refused: number;
  /** The last answer that still was allowed. */
  readonly lastAllowed: number;
  /** The first refusal by which the process shows that it knows of the revocation. */
  readonly known: number;
  readonly questions: number;
  /** Questions that were sent after the answer to the revocation, and allowed. */
  readonly allowedLate: number;
  /** Questions that were neither allowed nor refused, such as those for which an agency was away. */
  readonly others: number;
}

interface Answered {
  readonly sent: number;
  readonly came: number;
  readonly told: Told;
}

/** At a time, so that one is under way whenever another is answered. */
const READERS = 2;
const ALLOWED_FIRST = 4;
const PATIENCE_MS = 15_000;

/**
 * Reads on a consent at one process as fast as answers come, revokes it at another meanwhile, and reads on.
 * @param onMs how long it is read on after the process knows
 * @throws when it is not allowed at first, or the process does not learn of it
 */
export async function watchRevocation(
  { consent, person, citizen }: Standing,
  {
    revoking,
    reading,
    employer,
    onMs,
  }: { readonly revoking: Consenting; readonly reading: Consenting; readonly employer: Who; readonly onMs: number },
): Promise<Seen> {
  const answers: Answered[] = [];
  const giveUp = performance.now() + PATIENCE_MS;
  let end = giveUp;
  let allowed = 0;
  let begin = (): void => undefined;
  const readOften = new Promise<void>((resolve) => (begin = resolve));
  const reader = async (): Promise<void> => {
    while (performance.now() < end) {
      const sent = performance.now();
      const told = await reading.read(employer, citizen);
      const came = performance.now();
      answers.push({ sent, came, told });
      if (told === 'ALLOWED' && ++allowed === ALLOWED_FIRST) begin();
      if (told === 'KNOWN_REVOKED') end = Math.min(end, came + onMs);
    }
    begin();
  };
  const readers = Promise.all(Array.from({ length: READERS }, reader));
  await readOften;
  await revoking.revoke(person, consent);
  const answered = performance.now();
  await readers;
  if (end === giveUp) throw new Error(`a revocation was not known of after ${PATIENCE_MS} ms, or the consent was never good`);
  return seenIn(answers, answered);
}

/** @param answered when the revocation was */
function seenIn(answers: readonly Answered[], answered: number): Seen {
  const inOrder = [...answers].sort((one, other) => one.came - other.came);
  const after = ({ came }: Answered): number => Math.max(0, came - answered);
  const last = inOrder.findLastIndex(({ told }) => told === 'ALLOWED');
  const refused = inOrder.slice(last + 1).find(({ told }) => told === 'REFUSED' || told === 'KNOWN_REVOKED');
  const known = inOrder.find(({ told }) => told === 'KNOWN_REVOKED');
  const lastAllowed = inOrder[last];
  return {
    refused: refused ? after(refused) : NaN,
    lastAllowed: lastAllowed ? after(lastAllowed) : 0,
    known: known ? after(known) : NaN,
    questions: answers.length,
    allowedLate: answers.filter(({ sent, told }) => sent > answered && told === 'ALLOWED').length,
    others: answers.filter(({ told }) => told.startsWith('OTHER')).length,
  };
}
