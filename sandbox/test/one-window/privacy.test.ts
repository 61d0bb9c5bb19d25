import diagnostics from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { citizenNumberForms, parseCitizenNumber } from '@yichuang/schema';
import { BY_NUMBER, CITIZEN, ME } from './questions.js';
import { Window } from './window.js';

/*
 * A full run with everything that usually makes software talkative: the lowest log level, failures of every kind, malformed input and
 * refused callers. Then everything that was said is searched for what must never be said.
 */

let window: Window;
const urls: string[] = [];
const tokens: string[] = [];
const outputs: string[] = [];

const remember = (message: unknown): void => {
  urls.push((message as { request: IncomingMessage }).request.url ?? '');
};

beforeAll(async () => {
  diagnostics.subscribe('http.server.request.start', remember);
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (chunk: string | Uint8Array, ...rest: []) => {
    outputs.push(chunk.toString());
    return write(chunk, ...rest);
  };
  window = await Window.open({ people: 60, legacyDeadlineMs: 4000, gatewayEnv: { LOG_LEVEL: 'trace' } });
}, 60_000);
afterAll(async () => {
  diagnostics.unsubscribe('http.server.request.start', remember);
  await window.close();
});

describe('a full run', () => {
  it('leaves no citizen number, name or token in any log, URL, metric or error', async () => {
    const { world, systems } = window.sandbox;
    const errors: string[] = [];
    const ask = async (...args: Parameters<Window['ask']>): Promise<void> => {
      const answer = await window.ask(...args);
      errors.push(JSON.stringify(answer.errors));
    };
    for (const { key, life } of world.personas) {
      tokens.push(await window.token(key));
      await ask(ME, { as: key });
      await ask(BY_NUMBER, { as: 'caseworker-440000', variables: { number: life.number } });
      await ask(CITIZEN, {
        as: 'caseworker-440000',
        purpose: 'COUNTER_SERVICE',
        variables: { id: (await window.ask('{ me { id } }', { as: key })).data.me.id as string },
      });
    }
    const someone = world.personas[0]?.life.number ?? '';
    await ask(`{ citizenByNumber(number: "${someone}") { nonsense } }`, {});
    await ask(`{ citizenByNumber(number: "${someone}0") { id } }`, {});
    await ask(BY_NUMBER, { variables: { number: `${someone} and more` } });
    await ask(`{ citizen(id: "${someone}") { id } } }`, {});
    await ask('{ me { id } }', { token: `${tokens[0] ?? ''}x` });
    await fetch(`${window.url}?query=${encodeURIComponent('{ agencies { code } }')}`).then((response) => response.text());
    for (const kind of ['hang', 'drop', 'error-in-200', 'truncate', 'wrong-encoding', 'wrong-person', 'closed'] as const) {
      for (const system of systems.values()) if (system.faults.has(kind)) await system.setFault({ kind });
      await ask(ME, { as: 'courier-four-provinces' });
      for (const system of systems.values()) await system.setFault(undefined);
    }
    outputs.push(await fetch(`${new URL(window.url).origin}/metrics`).then((response) => response.text()));
    await window.stopAgency('hrss');
    await ask(ME, { as: 'courier-four-provinces' });

    const said = { log: window.log(), urls: urls.join('\n'), errors: errors.join('\n'), output: outputs.join('\n') };
    expect(said.log).toContain('legacy system failed');
    expect(urls.length).toBeGreaterThan(100);
    const numbers = world.lives.flatMap((life) => {
      const number = parseCitizenNumber(life.number);
      return number ? citizenNumberForms(number) : [];
    });
    for (const [where, text] of Object.entries(said)) {
      const decoded = `${text}\n${safelyDecoded(text)}`;
      for (const secret of [...numbers, ...world.lives.map((life) => life.name), ...tokens]) {
        // The message names where it was found and not what, for a failing test is output as well.
        if (decoded.includes(secret)) throw new Error(`personal data or a token stands in the ${where}`);
      }
      expect(/[1-9]\d{16}[\dXx]/.test(decoded) ? where : 'nothing').toBe('nothing');
    }
  }, 120_000);
});

function safelyDecoded(text: string): string {
  return text.replace(/(%[0-9a-f]{2})+/gi, (escaped) => {
    try {
      return decodeURIComponent(escaped);
    } catch {
      return escaped;
    }
  });
}
