import { createHash } from 'node:crypto';
import type { World } from '../people/model.js';
import { officialsOf } from './officials.js';

/** Somebody who can hold a token. */
export interface SandboxAccount {
  readonly key: string;
  /** Opaque and stable for a seed: says nothing about the person. */
  readonly subject: string;
  readonly title: { readonly zh: string; readonly en: string };
  /** What the access token says beside the registered claims. */
  readonly claims: Readonly<Record<string, string>>;
}

export interface AccountDirectory {
  /** Personas and officials, in the order of the log-in page. */
  readonly listed: readonly SandboxAccount[];
  byKey(key: string): SandboxAccount | undefined;
  bySubject(subject: string): SandboxAccount | undefined;
}

/** Everybody of a world who can log in. Beside the listed keys, `life-<index>` is any life of the world. */
export function accountsOf(world: World): AccountDirectory {
  const subjectOf = (key: string): string => createHash('sha256').update(`${world.seed}:${key}`).digest('base64url').slice(0, 22);
  const citizen = (key: string, title: SandboxAccount['title'], number: string): SandboxAccount => ({
    key,
    subject: subjectOf(key),
    title,
    claims: { role: 'citizen', citizen_number: number },
  });

  const listed: SandboxAccount[] = [
    ...world.personas.map(({ key, title, life }) => citizen(key, title, life.number)),
    ...officialsOf(world).map(({ key, title, role, partyKind, party, jurisdiction }) => ({
      key,
      subject: subjectOf(key),
      title,
      claims: { role, party_kind: partyKind, party, ...(jurisdiction === undefined ? {} : { jurisdiction }) },
    })),
  ];
  const byKey = new Map(listed.map((account) => [account.key, account]));
  const bySubject = new Map(listed.map((account) => [account.subject, account]));

  const anyLife = (key: string): SandboxAccount | undefined => {
    const index = /^life-(\d{1,7})$/.exec(key)?.[1];
    const life = index === undefined ? undefined : world.lives[Number(index)];
    if (!life) return undefined;
    const account = citizen(key, { zh: key, en: key }, life.number);
    bySubject.set(account.subject, account);
    return account;
  };
  return { listed, byKey: (key) => byKey.get(key) ?? anyLife(key), bySubject: (subject) => bySubject.get(subject) };
}
