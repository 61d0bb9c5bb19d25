// Jest's global teardown: ends what `jest-store.mjs` has started.
export default () => globalThis.endTestStore?.();
