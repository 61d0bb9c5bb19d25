import { describe, expect, it, jest } from '@jest/globals';
import { AgencyClient } from '../../src/agencies/client.js';
import { HeldClients } from '../../src/agencies/held-clients.js';
import { DEFAULT_AGENCY } from '../../src/agencies/settings.js';
import { until } from '../setup/until.js';

describe('clients held for graphs', () => {
  const subgraph = (name: string, port = 1) => ({ name, url: `http://127.0.0.1:${port}/` });

  it('are shared by those that follow each other, and closed with the last that needs them', () => {
    const clients = new HeldClients(({ name, url }) => new AgencyClient(name, { ...DEFAULT_AGENCY, url }, undefined));
    const first = clients.hold([subgraph('a'), subgraph('b')]);
    const second = clients.hold([subgraph('a'), subgraph('b', 2)]);
    expect(second.clients[0]).toBe(first.clients[0]);
    expect(second.clients[1]).not.toBe(first.clients[1]);
    const closed = first.clients.concat(second.clients).map((client) => jest.spyOn(client, 'close'));
    const timesClosed = (): number[] => closed.map((close) => close.mock.calls.length);
    first.release();
    first.release();
    expect(timesClosed()).toEqual([0, 1, 0, 0]);
    second.release();
    expect(timesClosed()).toEqual([1, 1, 1, 1]);
  });

  it('are not held at all when one of them cannot be made', async () => {
    const clients = new HeldClients(({ name, url }) => new AgencyClient(name, { ...DEFAULT_AGENCY, url }, undefined));
    expect(() => clients.hold([subgraph('a'), { name: 'b', url: 'nowhere' }])).toThrow('Invalid URL');
    await until(() => [...clients].length === 0);
  });
});
