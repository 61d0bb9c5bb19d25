import type { Verdict } from '../access/verdicts.js';
import type { ReplyPath } from '../agencies/reply.js';
import type { ClientPath } from './findings.js';
import type { NestedSubject } from './fit.js';
import type { Question } from './question.js';

/**
 * Decides the fields of subjects that came inside a reply about another subject, and drops what is withheld. Such fields were asked
 * for only if this caller may be granted them for some subject; whose they are is known only now.
 * @param clientPaths places in the answer of a place in the reply
 */
export async function withholdNested(
  nested: readonly NestedSubject[],
  question: Question,
  clientPaths: (path: ReplyPath) => readonly ClientPath[],
): Promise<void> {
  if (nested.length === 0) return;
  const verdicts = await question.judge.judge(
    nested.map(({ kind, key, requirements }) => ({
      subject: kind === 'PERSON' ? { kind, ref: key ?? '' } : { kind, creditCode: key ?? '' },
      fields: requirements,
    })),
  );
  for (const [index, { object, path }] of nested.entries()) {
    for (const [key, verdict] of verdicts[index] ?? []) {
      object[key] = null;
      for (const place of clientPaths([...path, key])) reportVerdict(question, verdict, place);
    }
  }
}

/** Says at a place of the answer why a field is withheld. */
export function reportVerdict(question: Question, verdict: Verdict, path: ClientPath): void {
  switch (verdict.kind) {
    case 'ALLOWED':
      return;
    case 'DENIED':
      question.findings.error(verdict.code, path, { scope: verdict.scope });
      return;
    case 'UNKNOWN':
      question.findings.error(verdict.failure.code, path, { ...verdict.failure.detail });
  }
}
