import type { CaseResult } from './case.js';

/** A case for people: what was expected, what came out, and the arithmetic in Chinese and English. */
export function caseReport({ case: given, verdict, cameOut, answer, differences }: CaseResult): string {
  const lines = [`${MARKS[verdict]} ${given.id} ${given.kind}${given.title === '' ? '' : `: ${given.title}`}`];
  if ('expected' in given) lines.push(`    expected  ${JSON.stringify(given.expected)}`);
  lines.push(`    came out  ${JSON.stringify(cameOut)}`);
  for (const { at, expected, cameOut: other } of differences) {
    lines.push(`    ✗ ${at === '' ? 'the whole' : at}: expected ${JSON.stringify(expected)}, came out ${shown(other)}`);
  }
  if ('refused' in answer) {
    const { message, wayOut } = answer.refused;
    lines.push(`    refused   ${message.zh} · ${message.en}`, `              ${wayOut.zh} · ${wayOut.en}`);
    return `${lines.join('\n')}\n`;
  }
  lines.push(`    rule      ${answer.rule} (${answer.article}; ${answer.version})`);
  for (const [index, { text, article, amount }] of answer.steps.entries()) {
    lines.push(
      `    ${String(index + 1).padStart(2)}. ${text.zh}${amount === undefined ? '' : ` = ${amount}`}`,
      `        ${text.en} [${article}]`,
    );
  }
  for (const { reason, text } of answer.provisional) lines.push(`    provisional ${reason}: ${text.zh} · ${text.en}`);
  return `${lines.join('\n')}\n`;
}

/** How many cases went how. */
export function summary(results: readonly CaseResult[]): string {
  const count = (verdict: CaseResult['verdict']) => results.filter((result) => result.verdict === verdict).length;
  const computed = count('COMPUTED');
  const unheld = computed === 0 ? '' : `, ${computed} computed without an expectation`;
  return `${count('PASSED')} passed, ${count('FAILED')} failed${unheld}\n`;
}

const MARKS: Readonly<Record<CaseResult['verdict'], string>> = { PASSED: '✓', FAILED: '✗', COMPUTED: '·' };

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
