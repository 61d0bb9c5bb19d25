import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { OWN_NUMBER, ref, startTestHub, type TestHub } from './setup/hub.js';
import { entities } from './setup/fake-agency.js';
import { until } from './setup/until.js';

const introduced = (hub: TestHub): Promise<unknown> =>
  hub.ask('{ __type(name: "Agency") { description } }').then(({ body }) => body.data?.['__type']);
const edited = async (hub: TestHub, text: string): Promise<void> => {
  const supergraph = await readFile(hub.supergraphFile, 'utf8');
  await writeFile(hub.supergraphFile, supergraph.replace(/"""[^"]*"""(?=\s+type Agency\b)/, `"""${text}"""`));
};

describe('replacing the supergraph while running', () => {
  it('drops no question: those under way end on the old graph, those after see the new one', async () => {
    const hub = await startTestHub({ AGENCY_DEADLINE_MS: '60000', QUESTION_DEADLINE_MS: '60000' }); // no deadline may end what the swap must not
    try {
      const token = await hub.citizen();
      const release: (() => void)[] = [];
      const named = entities(() => ({ identity: { name: '某人' } }));
      hub.agencies.hrss.behaviour = (request, response) => {
        release.push(() => response.setHeader('content-type', 'application/json').end(JSON.stringify(named(request, response))));
      };
      const slow = hub.ask('{ me { identity { name } } }', { token });
      await until(() => release.length > 0);
      hub.agencies.hrss.behaviour = named;

      let asking = true;
      const answers: number[] = [];
      const load = Array.from({ length: 4 }, async () => {
        while (asking) {
          answers.push((await hub.ask('{ me { identity { name } } }', { token })).body.errors === undefined ? 200 : 0);
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      });
      for (const text of ['First change.', 'Second change.']) {
        await edited(hub, text);
        expect(await hub.gateway.reload()).toMatchObject({ outcome: 'REPLACED' });
        expect(await introduced(hub)).toEqual({ description: text });
      }
      asking = false;
      await Promise.all(load);
      release[0]?.();
      expect((await slow).body.data).toEqual({ me: { identity: { name: '某人' } } });
      expect(answers.length).toBeGreaterThan(0);
      expect(new Set(answers)).toEqual(new Set([200]));
    } finally {
      await hub.close();
    }
  });

  it('keeps the old graph when the new file is broken, and says why in the log', async () => {
    const hub = await startTestHub();
    try {
      await writeFile(hub.supergraphFile, 'type Query { a: Int }');
      expect(await hub.gateway.reload()).toMatchObject({ outcome: 'KEPT_OLD' });
      expect((await hub.ask('{ viewer { role } }')).body.data).toEqual({ viewer: { role: 'ANONYMOUS' } });
      expect(hub.log.join('')).toContain('the new supergraph cannot be served');
    } finally {
      await hub.close();
    }
  });

  it('notices a changed file by itself', async () => {
    const hub = await startTestHub({ SUPERGRAPH_POLL_MS: '30' });
    try {
      await edited(hub, 'Seen by the watcher.');
      await until(async () => JSON.stringify(await introduced(hub)).includes('watcher'));
    } finally {
      await hub.close();
    }
  });

  it('keeps the old graph when the new file has lost its access annotations', async () => {
    const hub = await startTestHub({}, { hrss: entities(() => ({ identity: { name: '某人' } })) });
    try {
      const supergraph = await readFile(hub.supergraphFile, 'utf8');
      await writeFile(hub.supergraphFile, supergraph.replace(/ @access\(scope: "identity[^"]*"\)/g, ''));
      expect(await hub.gateway.reload()).toMatchObject({
        outcome: 'KEPT_OLD',
        reason: expect.stringMatching(/neither @access nor @public/),
      });
      const { body } = await hub.ask(`{ citizen(id: "${ref(OWN_NUMBER)}") { identity { name } } }`);
      expect(body.data).toEqual({ citizen: { identity: null } });
    } finally {
      await hub.close();
    }
  });

  it('serves the last of several files that come while one is being built', async () => {
    const hub = await startTestHub();
    try {
      const changes: Promise<unknown>[] = [];
      for (const text of ['First.', 'Second.', 'Third.']) {
        await edited(hub, text);
        changes.push(hub.gateway.reload());
      }
      await Promise.all(changes);
      expect(await introduced(hub)).toEqual({ description: 'Third.' });
    } finally {
      await hub.close();
    }
  });
});
