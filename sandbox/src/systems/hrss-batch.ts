import { randomBytes } from 'node:crypto';
import { JURISDICTIONS } from '../people/jurisdictions.js';
import type { Register } from '../people/tables.js';
import { batchFile } from './hrss-batch-file.js';
import { startSftpServer, type SftpFile, type SftpFolder } from './sftp-server.js';
import { FaultSwitch, type Fault, type FaultKind, type StandIn, type StartStandIns } from './stand-in.js';

const FAULTS: ReadonlySet<FaultKind> = new Set(['latency', 'hang', 'drop', 'truncate', 'wrong-encoding', 'duplicate-rows', 'stale-file']);

/** The provinces that deliver a file a day over SFTP: yesterday's and today's, each with its `.ok` flag, in one folder per province. */
export const startHrssBatch: StartStandIns = async (context) => {
  // The sandbox may run past midnight, and its sources go on delivering.
  const ahead = Date.parse(context.today) - Date.parse(shanghaiDay());
  const today = (): string => new Date(Date.parse(shanghaiDay()) + ahead).toISOString().slice(0, 10);
  const provinces = JURISDICTIONS.filter(({ dialect }) => dialect === 'batch').map(
    ({ code, system }) => [`/${code}`, new ProvinceFolder(system, code, () => context.registers.jurisdictions.get(code), today)] as const,
  );
  const server = await startSftpServer({
    port: context.port('hrss-sftp'),
    user: 'yichuang',
    password: randomBytes(16).toString('hex'),
    folders: new Map(provinces),
  });
  return {
    systems: provinces.map(([, folder]) => folder),
    env: { HRSS_SFTP_URL: server.url, HRSS_SFTP_HOST_KEY: server.hostKey, HRSS_SFTP_POLL_MS: '2000' },
    close: () => server.close(),
  };
};

/** One province's folder; its files are made when somebody looks into it. */
class ProvinceFolder implements SftpFolder, StandIn {
  readonly faults = FAULTS;
  readonly #switch = new FaultSwitch();
  #made: { readonly of: string; readonly files: ReadonlyMap<string, SftpFile> } | undefined;
  /** Every rewriting of the folder gets a later time, as on a real disk. */
  #writings = 0;

  constructor(
    readonly id: string,
    private readonly code: string,
    private readonly register: () => Register | undefined,
    private readonly today: () => string,
  ) {}

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
    if (this.#made?.of !== of) this.#made = { of, files: this.#make(this.today(), fault) };
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
    const writing = this.#writings++;
    for (const daysAgo of fault === 'stale-file' ? [3] : [1, 0]) {
      const date = new Date(Date.parse(today) - daysAgo * 86_400_000).toISOString().slice(0, 10);
      const day = date.replaceAll('-', '');
      const modified = new Date(Date.parse(`${date}T02:30:00+08:00`) + (daysAgo === 0 ? writing * 1000 : 0));
      const name = `SB${this.code}_${day}_01.txt`;
      files.set(name, { content: contentOf(register, day, daysAgo === 0 ? fault : undefined), modified });
      files.set(`${name}.ok`, { content: Buffer.alloc(0), modified });
    }
    return files;
  }
}

const CHANGES_FILES: ReadonlySet<FaultKind> = new Set(['truncate', 'wrong-encoding', 'duplicate-rows', 'stale-file']);

function contentOf(register: Register, day: string, fault: FaultKind | undefined): Buffer {
  const whole = batchFile(register, day, 1, { utf8: fault === 'wrong-encoding', doubled: fault === 'duplicate-rows' });
  return fault === 'truncate' ? whole.subarray(0, Math.floor(whole.length / 2)) : whole;
}

const shanghaiDay = (): string => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
