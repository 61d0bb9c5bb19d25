import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { citizenSeal, parseCitizenNumber, readGrantSigner } from '@yichuang/schema';
import { grantedAll } from '../../../kit/test/grants/forge.js';
import type { Relation } from '../../src/people/model.js';
import { Window } from './window.js';

let window: Window;
beforeAll(async () => {
  window = await Window.open({ people: 300, seed: 5 });
}, 60_000);
afterAll(() => window.close());

const yuan = (fen: number): string => (fen / 100).toFixed(2);

/** What stands on an account: the last year-end balance and what was credited since. */
function balanceOf({ account }: Relation): number {
  const closed = account.findLastIndex(({ balance }) => balance !== undefined);
  return (account[closed]?.balance ?? 0) + account.slice(closed + 1).reduce((sum, { credited }) => sum + credited, 0);
}

const ACCOUNT = '{ me { pension { account { balance principal parts { balance provenance { quality { rule } } } } } } }';

describe('a person with two numbers in one register', () => {
  it('has two accounts there, and their sum as the balance', async () => {
    const accounts = window.lifeOf('two-person-numbers').relations.filter(({ account }) => account.length > 0);
    expect(accounts).toHaveLength(2);
    const { data, errors } = await window.ask(ACCOUNT, { as: 'two-person-numbers' });
    expect(errors).toEqual([]);
    const { account } = data.me.pension;
    expect(account.parts.map((part: { balance: string }) => part.balance).sort()).toEqual(
      accounts.map((one) => yuan(balanceOf(one))).sort(),
    );
    expect(account.balance).toBe(yuan(accounts.reduce((sum, one) => sum + balanceOf(one), 0)));
    expect(account.parts.flatMap((part: { provenance: { quality: unknown[] } }) => part.provenance.quality)).toEqual([]);
  });
});

describe('two persons under one number', () => {
  it('are both shown with the finding IDENTITY_CONFLICT, and their accounts are never added up', async () => {
    const { data } = await window.ask('{ me { pension { relations { registeredName provenance { quality { rule } } } } } }', {
      as: 'same-number-first',
    });
    const names = [window.lifeOf('same-number-first').name, window.lifeOf('same-number-second').name];
    const { relations } = data.me.pension;
    expect(relations.map((relation: { registeredName: string }) => relation.registeredName).sort()).toEqual([...names].sort());
    for (const { provenance } of relations) expect(provenance.quality).toContainEqual({ rule: 'IDENTITY_CONFLICT' });

    const { account } = (await window.ask(ACCOUNT, { as: 'same-number-first' })).data.me.pension;
    expect(account).toMatchObject({ balance: null, principal: null });
    const own = window.lifeOf('same-number-first').relations.find(({ account: years }) => years.length > 0);
    expect(account.parts.map((part: { balance: string }) => part.balance)).toContain(own && yuan(balanceOf(own)));
    for (const { provenance } of account.parts) expect(provenance.quality).toContainEqual({ rule: 'IDENTITY_CONFLICT' });
  });
});

describe('an employment in a place that holds no relation', () => {
  it('is shown, and the place is not counted among those that hold one', async () => {
    const uninsured = window.sandbox.world.lives.filter((life) =>
      life.employments.some(({ jurisdiction }) => !life.relations.some((relation) => relation.jurisdiction === jurisdiction)),
    );
    expect(uninsured.length).toBeGreaterThan(0);
    const { secrets } = window.sandbox;
    const seal = citizenSeal(secrets.citizenRefKey);
    const hub = { signer: readGrantSigner('intl', secrets.grantKey), publicKey: {} };
    for (const life of uninsured) {
      const number = parseCitizenNumber(life.number);
      const body = JSON.stringify({
        query:
          'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Citizen { jurisdictions employments { from jurisdiction } } } }',
        variables: { of: [{ __typename: 'Citizen', id: number && seal.seal(number) }] },
      });
      const response = await fetch(window.urlOf('hrss'), { method: 'POST', headers: await grantedAll(hub, 'hrss', body), body });
      const { data } = (await response.json()) as {
        data: { _entities: [{ jurisdictions: string[]; employments: { from: string; jurisdiction: string }[] }] };
      };
      const [{ jurisdictions, employments }] = data._entities;
      expect(employments.map(({ from, jurisdiction }) => `${jurisdiction} ${from}`).sort()).toEqual(
        life.employments.map(({ from, jurisdiction }) => `${jurisdiction} ${from}`).sort(),
      );
      expect(jurisdictions).toEqual([...new Set(life.relations.map(({ jurisdiction }) => jurisdiction))].sort());
    }
  });
});

describe('the jurisdictions of a person', () => {
  it('name the index as their source', async () => {
    const { provenance } = await window.ask('{ me { jurisdictions } }', { as: 'courier-four-provinces' });
    expect(provenance).toContainEqual(expect.objectContaining({ path: ['me', 'jurisdictions'], system: 'hrss-ministry' }));
  });
});
