import { sm3, type Signer, type Verifier } from '@yichuang/schema';
import type { ExactJson } from '../exact-json.js';

/** Members of a message: values, and the one big member (`input` or `output`). */
export type Message = Readonly<Record<string, ExactJson>>;

/**
 * One text for one content: JSON with the members of each object in the order of their names, no white space, and every number as
 * its text in quotes (ExactJson has them so): it does not matter how either side sorts and spaces its JSON.
 */
export function canonicalText(value: ExactJson): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  let text = '';
  // Answers have tens of thousands of members: joining as it goes is twice as fast as lists of parts.
  if (isList(value)) {
    for (const item of value) text += (text === '' ? '' : ',') + canonicalText(item);
    return `[${text}]`;
  }
  for (const name of Object.keys(value).sort())
    text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${canonicalText(value[name] ?? null)}`;
  return `{${text}}`;
}

/** `cainfo` of a request: over all its other members, with `input` standing as its SM3 digest. */
export function signRequest(message: Message, signer: Signer): string {
  return signer.sign(signedText(message, 'input', {}));
}

/**
 * True when `cainfo` of an answer is the platform's signature over all its other members, with `output` standing as its SM3 digest,
 * and the msgid it answers: an answer to another question is refused like a forged one.
 */
export function answerIsSigned(answer: Message, msgid: string, verifier: Verifier): boolean {
  const { cainfo } = answer;
  return typeof cainfo === 'string' && verifier.verify(signedText(answer, 'output', { msgid }), cainfo);
}

function signedText(message: Message, big: 'input' | 'output', more: Message): string {
  const { [big]: content = null, ...rest } = message;
  const head = Object.fromEntries(Object.entries(rest).filter(([name]) => name !== 'cainfo'));
  return canonicalText({ ...head, ...more, [big]: sm3(canonicalText(content)) });
}

function isList(value: ExactJson): value is readonly ExactJson[] {
  return Array.isArray(value);
}
