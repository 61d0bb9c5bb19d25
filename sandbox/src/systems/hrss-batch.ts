import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { shanghaiDay } from '@yichuang/schema';
import { OfficeCounter } from '../ledger/counter.js';
import { JURISDICTIONS } from '../people/jurisdictions.js';
import type { Register } from '../people/tables.js';
import { batchFile, fileBody, type FileBody } from './hrss-batch-file.js';
import { NightOffice } from './hrss-batch-office.js';
import { keepText, keptText } from './kept.js';
import { newHostKey, startSftpServer, type SftpFile, type SftpFolder } from './sftp-server.js';
import { FaultSwitch, ORDER_FAULTS, type Fault, type FaultKind, type StandIn, type StartStandIns } from './stand-in.js';

const FAULTS: ReadonlySet<FaultKind> = new Set([
  'latency',
  'hang',
  'drop',
  'truncate',
  'wrong-encoding',
  'duplicate-rows',
  'stale-file',
  ...ORDER_FAULTS,
]);

/** The provinces that deliver a file a day over SFTP: yesterday's and today's, each with its `.ok` flag, in one folder per province. */
export const startHrssBatch: StartStandIns = async (context) => {
  // The sandbox may run past midnight, and its sources go on delivering.
  const ahead = Date.parse(context.today) - Date.parse(shanghaiDay(new Date()));
  const today = (): string => new Date(Date.parse(shanghaiDay(new Date())) + ahead).toISOString().slice(0, 10);
  const { desk, folder } = context;
  const counter = desk && new OfficeCounter(desk, new AbortController().signal);
  const provinces = JURISDICTIONS.filter(({ dialect }) => dialect === 'batch').map(({ code, system }) => {
    const register = (): Register | undefined => (desk ? desk.books.register(code) : context.registers.jurisdictions.get(code));
    return [`/${code}`, new ProvinceFolder(system, code, join(folder, code), register, today, counter)] as const;
  });
  const orderFolders = provinces.flatMap(([path, { office }]): (readonly [string, SftpFolder])[] =>
    office ? [[`${path}/in`, office.incoming] as const, [`${path}/out`, office.answers] as const] : [],
  );
  const server = await startSftpServer({
    port: context.port('hrss-sftp'),
    user: 'yichuang',
    password: keptText(folder, 'password'),
    folders: new Map(provinces),
    other: { user: 'yichuang-zy', password: keptText(folder, 'order-password'), folders: new Map(orderFolders) },
    hostKeyPem: keptText(folder, 'host-key.pem', newHostKey),
  });
  return {
    systems: provinces.map(([, folder]) => folder),
    env: {
      HRSS_SFTP_URL: server.url,
      HRSS_SFTP_HOST_KEY: server.hostKey,
      HRSS_SFTP_POLL_MS: '2000',
      HRSS_SFTP_ORDER_URL: server.otherUrl ?? '',
    },
    night: () => {
      for (const [, folder] of provinces) folder.night();
      return Promise.resolve();
    },
    close: () => server.close(),
  };
};

/** One province's folder; its files are made when somebody looks into it. */
class ProvinceFolder implements SftpFolder, StandIn {
  readonly faults = FAULTS;
  readonly #switch = new FaultSwitch();
  #made: { readonly of: string; readonly files: ReadonlyMap<string, SftpFile> } | undefined;
  /** Every rewriting of the folder gets a later time, as on a real disk. */
  #writings: number;
  /** Nights that were let pass on the same day: each leaves a file with a higher sequence number. */
  #nights: number;
  readonly office: NightOffice | undefined;

  constructor(
    readonly id: string,
    private readonly code: string,
    /** On disk. */
    private readonly kept: string,
    private readonly register: () => Register | undefined,
    private readonly today: () => string,
    counter: OfficeCounter | undefined,
  ) {
    mkdirSync(kept, { recursive: true });
    const [writings = 0, nights = 0] = keptText(kept, COUNTS, () => '0 0')
      .split(' ')
      .map(Number);
    [this.#writings, this.#nights] = [writings, nights];
    this.office = counter && new NightOffice(code, kept, counter, this.#switch);
  }

  /** The office does what lies there, and the daily file is written again. */
  night(): void {
    this.#nights++;
    this.#work();
    this.#made = undefined;
  }

  #work(): void {
    this.office?.work(this.today().replaceAll('-', ''));
  }

  setFault(fault: Fault | undefined): void {
    this.#switch.set(fault);
  }

  calls(): number {
    return this.#switch.calls();
  }

  resetCalls(): void {
    this.#switch.resetCalls();
  }

  files(): ReadonlyMap<string, SftpFile> {
    const fault = this.#switch.current?.kind;
    const of = `${this.today()} ${fault !== undefined && CHANGES_FILES.has(fault) ? fault : ''}`;
    if (this.#made?.of !== of) {
      // The first look on a new day: the night has passed.
      if (this.#made && !this.#made.of.startsWith(this.today())) this.#work();
      this.#made = { of, files: this.#make(this.today(), fault) };
    }
    return this.#made.files;
  }

  opening(name: string): Fault | undefined {
    // Flags are no data.
    return name.endsWith('.ok') ? undefined : this.#switch.call();
  }

  #make(today: string, fault: FaultKind | undefined): ReadonlyMap<string, SftpFile> {
    const register = this.register();
    const files = new Map<string, SftpFile>();
    if (!register) return files;
    // Yesterday's file has no fault, and is otherwise of the same records.
    const body = fileBody(register);
    const defects = { utf8: fault === 'wrong-encoding', doubled: fault === 'duplicate-rows' };
    const bodyToday = defects.utf8 || defects.doubled ? fileBody(register, defects) : body;
    const writing = this.#writings++;
    keepText(this.kept, COUNTS, `${this.#writings} ${this.#nights}`);
    for (const daysAgo of fault === 'stale-file' ? [3] : [1, 0]) {
      const date = new Date(Date.parse(today) - daysAgo * 86_400_000).toISOString().slice(0, 10);
      const day = date.replaceAll('-', '');
      const modified = new Date(Date.parse(`${date}T02:30:00+08:00`) + (daysAgo === 0 ? writing * 1000 : 0));
      const sequence = daysAgo === 0 ? Math.min(99, this.#nights + 1) : 1;
      const name = `SB${this.code}_${day}_${String(sequence).padStart(2, '0')}.txt`;
      const content = daysAgo === 0 ? contentOf(bodyToday, day, sequence, fault) : batchFile(body, day, sequence);
      files.set(name, { content, modified });
      files.set(`${name}.ok`, { content: Buffer.alloc(0), modified });
    }
    return files;
  }
}

/** File that keeps how often the folder was written, and how many nights have passed. */
const COUNTS = 'written';
const CHANGES_FILES: ReadonlySet<FaultKind> = new Set(['truncate', 'wrong-encoding', 'duplicate-rows', 'stale-file']);

function contentOf(body: FileBody, day: string, sequence: number, fault: FaultKind | undefined): Buffer {
  const whole = batchFile(body, day, sequence);
  return fault === 'truncate' ? whole.subarray(0, Math.floor(whole.length / 2)) : whole;
}
