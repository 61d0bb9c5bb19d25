import { randomBytes } from 'node:crypto';
import { shanghaiDay } from '@yichuang/schema';
import type { World } from '../people/model.js';
import { startJsonServices, type JsonRow, type JsonService } from './json-service.js';
import { soiledLicence } from './postal-dirt.js';
import { PostalFiles } from './postal-files.js';
import { startSftpServer } from './sftp-server.js';
import { FaultSwitch, type FaultKind, type StandIn, type StandInContext, type StandInGroup } from './stand-in.js';
import type { Rate } from './token-bucket.js';

export { postalManifest } from './postal-dirt.js';

const RATE: Rate = { burst: 400, perSecond: 200 };
const COURIER_FAULTS: readonly FaultKind[] = ['latency', 'hang', 'drop', 'truncate', 'wrong-encoding', 'duplicate-rows', 'stale-file'];
const FOLDER = '/outgoing/postal';

/** Postal administration (邮政管理): licences by a query service, outlets and couriers by daily files in GBK over SFTP. */
export async function startPostal(context: StandInContext): Promise<StandInGroup> {
  const key = randomBytes(16).toString('hex');
  const licences = await startJsonServices([licenceService(context.world)], key, context.port('postal'));
  const faults = new FaultSwitch();
  const files = new PostalFiles(context.world);
  const startedOn = shanghaiDay(new Date());
  const today = (): string => {
    // The sandbox may run past midnight, and its sources go on delivering.
    const passed = Date.parse(shanghaiDay(new Date())) - Date.parse(startedOn);
    return new Date(Date.parse(context.today) + passed).toISOString().slice(0, 10);
  };
  try {
    const sftp = await startSftpServer({
      port: context.port('postal-sftp'),
      user: 'yichuang',
      password: randomBytes(16).toString('hex'),
      folders: new Map([[FOLDER, { files: () => files.of(today(), faults.current?.kind), opening: () => faults.call() }]]),
    });
    const couriers: StandIn = {
      id: 'postal-couriers',
      faults: new Set(COURIER_FAULTS),
      setFault: (fault) => {
        faults.set(fault);
      },
      calls: () => faults.calls(),
      resetCalls: () => {
        faults.resetCalls();
      },
    };
    return {
      systems: [...licences.systems, couriers],
      env: { POSTAL_URL: licences.url, POSTAL_KEY: key, POSTAL_SFTP_URL: sftp.url, POSTAL_SFTP_HOST_KEY: sftp.hostKey },
      close: async () => {
        await Promise.all([licences.close(), sftp.close()]);
      },
    };
  } catch (error) {
    await licences.close();
    throw error;
  }
}

const STATES = { VALID: '1', EXPIRED: '2', CANCELLED: '3', REVOKED: '4' } as const;

function licenceService(world: World): JsonService {
  const soiled = soiledLicence(world);
  const byUnit = new Map<string, JsonRow[]>();
  for (const licence of world.licences) {
    const row = {
      xkzh: licence.number,
      tyshxydm: licence.unit,
      qymc: licence.holder,
      ywfw: licence.scope,
      yxqq: licence.number === soiled ? '00000000' : licence.validFrom.replaceAll('-', ''),
      yxqz: licence.validTo.replaceAll('-', ''),
      xkzzt: STATES[licence.state],
      jydy: licence.areas.map((code) => ({ dydm: code })),
    };
    byUnit.set(licence.unit, [...(byUnit.get(licence.unit) ?? []), row]);
  }
  return {
    id: 'postal-licences',
    path: '/licences/query',
    by: ['creditCodes'],
    most: 200,
    rate: RATE,
    answer: ({ keys }) => ({ licences: keys.flatMap((code) => byUnit.get(code) ?? []) }),
    stranger: ({ keys }) => [...byUnit.keys()].find((code) => !keys.includes(code)),
  };
}
