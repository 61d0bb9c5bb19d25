import closeWithGrace from 'close-with-grace';
import { tuneV8 } from '../v8-settings.js';
import { runCommand } from './command.js';
import { greeting } from './gateway/greeting.js';
import { GATEWAY_USAGE, readGatewayOptions } from './gateway/options.js';
import { startGeneric } from './gateway/start.js';

/** Longer than a question may take, ms: those under way end first. */
const GRACE_MS = 32_000;

/** `yichuang gateway`: runs until it is told to stop; SIGHUP reads the supergraph again. Exit code 2 when it cannot begin. */
await runCommand('gateway', async (args) => {
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
  tuneV8();
  const options = readGatewayOptions(args);
  if (!options) {
    process.stdout.write(GATEWAY_USAGE);
    return 0;
  }
  const { gateway, graph } = await startGeneric(options);
  process.stdout.write(greeting(gateway.url, options, graph));
  process.on('SIGHUP', () => void gateway.reload());
  closeWithGrace({ delay: GRACE_MS, skip: ['SIGHUP'], logger: false }, () => gateway.close());
  return undefined;
});
