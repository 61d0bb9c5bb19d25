import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Window } from './window.js';

let window: Window;
beforeAll(async () => {
  window = await Window.open();
}, 120_000);
afterAll(() => window.close());

const APPLY = `mutation Apply($input: ApplyForTransferInput!) {
  applyForTransfer(input: $input) { number pin transfer { state awaits deadline } refusal { code } }
}`;
const WITHDRAW = `mutation Withdraw($input: TransferActInput!) { withdrawTransfer(input: $input) { state refusal { code } } }`;
const as = 'courier-four-provinces';

describe('a person who moves their pension through the window', () => {
  it('applies, sees the case, is not let move the same relation twice, and may call it back', async () => {
    const { id } = (await window.ask('{ me { id } }', { as })).data.me;
    const apply = (to: string) => window.ask(APPLY, { as, variables: { input: { citizen: id, kind: 'PENSION', from: '340000', to } } });
    const opened = await apply('440000');
    expect(opened.errors).toEqual([]);
    const { number, pin, transfer } = opened.data.applyForTransfer;
    expect(transfer).toMatchObject({ state: 'APPLIED', awaits: 'TARGET', deadline: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) });
    expect(pin).toMatch(/^[2-9A-HJ-NP-Z]{8}$/);
    expect((await window.ask('{ me { transfers { number state } } }', { as })).data.me.transfers).toEqual([{ number, state: 'APPLIED' }]);
    expect((await apply('510000')).data.applyForTransfer).toMatchObject({ number: null, refusal: { code: 'TRANSFER_UNDER_WAY' } });
    const back = await window.ask(WITHDRAW, { as, variables: { input: { citizen: id, number } } });
    expect([back.errors, back.data.withdrawTransfer]).toEqual([[], { state: 'CANCELLED', refusal: null }]);
    expect((await apply('510000')).data.applyForTransfer.refusal).toBeNull();
  });
});
