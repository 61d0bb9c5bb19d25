import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Window } from './window.js';

let window: Window;
beforeAll(async () => {
  window = await Window.open({ people: 60 });
}, 60_000);
afterAll(() => window.close());

const APPLY = `mutation($input: ApplyForTransferInput!) { applyForTransfer(input: $input) {
  number pin refusal { code article } transfer { state awaits source target } } }`;

it('a person applies for a transfer through the one window, and follows the case', async () => {
  const { data: who } = await window.ask('{ me { id } }', { as: 'courier-four-provinces' });
  const input = { citizen: who.me.id as string, kind: 'PENSION', from: '340000', to: '440000' };
  const { data, errors } = await window.ask(APPLY, { as: 'courier-four-provinces', variables: { input } });
  expect(errors).toEqual([]);
  const { number } = data.applyForTransfer as { readonly number: string };
  expect(data.applyForTransfer).toEqual({
    number: expect.stringMatching(/^[0-9A-Z]{16}$/),
    pin: expect.stringMatching(/^[0-9A-Z]{8}$/),
    refusal: null,
    transfer: { state: 'APPLIED', awaits: 'TARGET', source: '340000', target: '440000' },
  });
  const followed = await window.ask('{ me { transfers { number state steps { step by } } } }', { as: 'courier-four-provinces' });
  expect(followed.errors).toEqual([]);
  expect(followed.data.me.transfers).toEqual([{ number, state: 'APPLIED', steps: [{ step: 'APPLIED', by: 'PERSON' }] }]);
  const waiting = '{ transferWorklist(filter: { awaitsUs: true }) { nodes { number state } } }';
  const listed = await window.ask(waiting, { as: 'caseworker-440000', purpose: 'TRANSFER_IN' });
  expect(listed.data.transferWorklist.nodes).toEqual([{ number, state: 'APPLIED' }]);
});

it('the same relation is not moved twice at a time, and the person may call the case back', async () => {
  const as = 'rider-three-provinces';
  const { id } = (await window.ask('{ me { id } }', { as })).data.me;
  const apply = async (to: string) => {
    const { data } = await window.ask(APPLY, { as, variables: { input: { citizen: id, kind: 'PENSION', from: '330000', to } } });
    return data.applyForTransfer;
  };
  const { number } = await apply('370000');
  expect(await apply('410000')).toMatchObject({ number: null, refusal: { code: 'TRANSFER_UNDER_WAY' } });
  const back = await window.ask('mutation($input: TransferActInput!) { withdrawTransfer(input: $input) { state refusal { code } } }', {
    as,
    variables: { input: { citizen: id, number } },
  });
  expect([back.errors, back.data.withdrawTransfer]).toEqual([[], { state: 'CANCELLED', refusal: null }]);
  expect((await apply('410000')).refusal).toBeNull();
});
