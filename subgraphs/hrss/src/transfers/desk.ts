import {
  openTransferStore,
  type Agency,
  type TransferOffice,
  type Transfers,
  type TransferStore,
  type TransferWorker,
} from '@yichuang/kit';
import { catalogued, citizenSeal, transferPins } from '@yichuang/schema';
import { openHrssTransfers } from './open.js';

/** Where transfers are handled, and the worker that carries them. */
export interface RunningDesk {
  readonly transfers: Transfers;
  /** The PIN that belongs to the number of a case. */
  readonly pinOf: (number: string) => string;
  /** Ends the steps under way and lets go of the store. */
  close(): Promise<void>;
}

/** What the desk is opened with. */
export interface DeskSettings {
  readonly agency: Agency;
  readonly officeOf: (jurisdiction: string) => TransferOffice | undefined;
  /** `postgres://` address of the hub's database. */
  readonly databaseUrl: string;
  readonly citizenRefKey: string;
}

/** How long an act or a question waits for a store that is being opened. */
const PATIENCE_MS = 3_000;
const AGAIN_MS = 1_000;

/**
 * Opens the desk. The store is opened aside, and again until it is there: the agency answers questions about its registers without it, and
 * a question about transfers is told that they are not available.
 */
export function openDesk({ agency, officeOf, databaseUrl, citizenRefKey }: DeskSettings): RunningDesk {
  const seal = citizenSeal(citizenRefKey);
  const pins = transferPins(citizenRefKey);
  const ending = new AbortController();
  const opened = (async (): Promise<{ readonly transfers: Transfers; readonly store: TransferStore; readonly worker: TransferWorker }> => {
    for (;;) {
      let store: TransferStore | undefined;
      try {
        store = await openTransferStore({ url: databaseUrl });
        const transfers = openHrssTransfers(agency, store, seal, officeOf);
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
    if (found === undefined) throw catalogued('AGENCY_UNAVAILABLE', { agency: 'hrss', system: 'transfers' });
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
      resume: async (...of) => (await there()).resume(...of),
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
