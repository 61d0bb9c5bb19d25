import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readCases, runCase } from './cases/case.js';
import { caseReport, summary } from './cases/report.js';
import { kinds } from './evaluate.js';

/*
 * `yichuang rules eval FILE` runs a file of cases. Exit code 0: all as expected; 1: a figure is not; 2: nothing was run.
 */

const USAGE = `yichuang rules eval FILE [--json] [--failed]   run a file of cases: what was expected, what came out, the steps
yichuang rules kinds                           list the questions that can be asked
yichuang rules schema KIND                     print the JSON schema of a question's input

  FILE      {"cases": [{"id", "kind", "input", "expected"}]}, a list of such cases, or one; - reads standard input
  --json    one JSON object per case and line instead of text
  --failed  only the cases that did not come out as expected
`;

process.exitCode = main(process.argv.slice(2));

function main(args: readonly string[]): number {
  const parsed = readArguments(args);
  if (typeof parsed === 'string') return refuse(parsed);
  const { values, positionals } = parsed;
  const [command, subject, ...rest] = positionals;
  if (values.help === true) {
    process.stdout.write(USAGE);
    return 0;
  }
  if (rest.length > 0) return refuse(`${rest.join(' ')} is too much`);
  if (command === 'eval' && subject !== undefined) return evaluateFile(subject, values);
  if (command === 'kinds' && subject === undefined) {
    for (const { kind, title } of kinds()) process.stdout.write(`${kind.padEnd(32)} ${title.zh} · ${title.en}\n`);
    return 0;
  }
  if (command === 'schema' && subject !== undefined) {
    const found = kinds().find(({ kind }) => kind === subject);
    if (found === undefined) return refuse(`there is no question ${subject}`);
    process.stdout.write(`${JSON.stringify(found.input, undefined, 2)}\n`);
    return 0;
  }
  return refuse('which command?');
}

function evaluateFile(file: string, options: { readonly json?: boolean; readonly failed?: boolean }): number {
  const json = readJson(file);
  if ('problem' in json) return refuse(json.problem);
  const cases = readCases(json.value);
  if (cases === undefined) return refuse(`${file} holds no cases: every case needs a kind and an input`);
  const results = cases.map(runCase);
  for (const result of results) {
    if (options.failed === true && result.verdict !== 'FAILED') continue;
    process.stdout.write(options.json === true ? `${JSON.stringify(result)}\n` : `${caseReport(result)}\n`);
  }
  if (options.json !== true) process.stdout.write(summary(results));
  return results.some(({ verdict }) => verdict === 'FAILED') ? 1 : 0;
}

function readJson(file: string): { readonly value: unknown } | { readonly problem: string } {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    return { problem: `${file} cannot be read: ${messageOf(error)}` };
  }
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { problem: `${file} is no JSON: ${messageOf(error)}` };
  }
}

function readArguments(args: readonly string[]) {
  const options = { json: { type: 'boolean' }, failed: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    return messageOf(error);
  }
}

function refuse(sentence: string): number {
  process.stderr.write(`yichuang rules: ${sentence}\n\n${USAGE}`);
  return 2;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
