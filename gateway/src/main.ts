import closeWithGrace from 'close-with-grace';
import { ConfigError, readConfig, type GatewayConfig } from './config.js';
import { tuneV8 } from './v8-settings.js';
import { startGateway } from './gateway.js';

/** `npm start` and the container run this: configuration from the environment, SIGHUP to read the supergraph again, SIGTERM to stop. */
async function main(config: GatewayConfig): Promise<void> {
  const gateway = await startGateway(config);
  process.stdout.write(`gateway listening at ${gateway.url}\n`);
  process.on('SIGHUP', () => void gateway.reload());
  closeWithGrace({ delay: config.questionDeadlineMs + 2_000, skip: ['SIGHUP'], logger: false }, async () => {
    await gateway.close();
  });
}

try {
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
  tuneV8();
  await main(readConfig(process.env));
} catch (error) {
  process.stderr.write(
    `${error instanceof ConfigError ? error.message : `the gateway cannot start: ${error instanceof Error ? error.message : 'unknown fault'}`}\n`,
  );
  process.exitCode = 1;
}
