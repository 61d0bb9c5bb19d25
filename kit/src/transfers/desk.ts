import { catalogued, citizenSeal, transferPins, type CitizenSeal } from '@yichuang/schema';
import { openTransferStore, type TransferStore } from './store.js';
import type { Transfers } from './transfers.js';
import type { TransferWorker } from './worker.js';

/** Where an agency handles transfers, as its part of the graph sees it. */
export interface TransferDesk {
  readonly transfers: Transfers;
  /** The PIN that belongs to the number of a case. */
  readonly pinOf: (number: string) => string;
}

/** A desk with the worker that carries its cases. */
export interface RunningDesk extends TransferDesk {
  /** Ends the steps under way and lets go of the store. */
  close(): Promise<void>;
}

/** What a desk is opened with. */
export interface DeskSettings {
  /** The agency's name in the supergraph. */
  readonly agency: string;
  /** `postgres://` address of the hub's database. */
  readonly databaseUrl: string;
  readonly citizenRefKey: string;
  /** The agency's transfers over a store: its laws, its facts and its offices. */
  readonly open: (store: TransferStore, seal: CitizenSeal) => Transfers;
}
/** How long an act or a question waits for a store that is being opened. */
const PATIENCE_MS = 3_000;
const AGAIN_MS = 1_000;

/**
 * Opens the desk. The store is opened aside, and again until it is there: the agency answers questions about its registers without it, and
 * a question about transfers is told that they are not available.
 */
export function openDesk({ agency, open, databaseUrl, citizenRefKey }: DeskSettings): RunningDesk {
  const seal = citizenSeal(citizenRefKey);
  const pins = transferPins(citizenRefKey);
  const ending = new AbortController();
  const opened = (async (): Promise<{ readonly transfers: Transfers; readonly store: TransferStore; readonly worker: TransferWorker }> => {
    for (;;) {
      let store: TransferStore | undefined;
      try {
        store = await openTransferStore({ url: databaseUrl });
        const transfers = open(store, seal);
        return { transfers, store, worker: await transfers.startWorker() };
      } catch (error) {
        await store?.close();
        if (ending.signal.aborted) throw error;
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    }
  })();
  opened.catch(() => undefined);
  const there = async (): Promise<Transfers> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => {
        resolve(undefined);
      }, PATIENCE_MS);
    });
    const found = await Promise.race([opened, late]).finally(() => {
      clearTimeout(timer);
    });
    if (found === undefined) throw catalogued('AGENCY_UNAVAILABLE', { agency, system: 'transfers' });
    return found.transfers;
  };
  return {
    transfers: {
      foresee: async (...of) => (await there()).foresee(...of),
      apply: async (...of) => (await there()).apply(...of),
      accept: async (...of) => (await there()).accept(...of),
      returnCase: async (...of) => (await there()).returnCase(...of),
      reconcile: async (...of) => (await there()).reconcile(...of),
      override: async (...of) => (await there()).override(...of),
      withdraw: async (...of) => (await there()).withdraw(...of),
      dispute: async (...of) => (await there()).dispute(...of),
      choose: async (...of) => (await there()).choose(...of),
      resume: async (...of) => (await there()).resume(...of),
      retry: async (...of) => (await there()).retry(...of),
      park: async (...of) => (await there()).park(...of),
      byIds: async (...of) => (await there()).byIds(...of),
      byNumber: async (...of) => (await there()).byNumber(...of),
      ofCitizens: async (...of) => (await there()).ofCitizens(...of),
      histories: async (...of) => (await there()).histories(...of),
      papers: async (...of) => (await there()).papers(...of),
      carry: async (...of) => (await there()).carry(...of),
      startWorker: async (...of) => (await there()).startWorker(...of),
    },
    pinOf: (number) => pins.pinOf(number),
    async close() {
      ending.abort();
      const found = await opened.catch(() => undefined);
      await found?.worker.stop();
      await found?.store.close();
    },
  };
}
