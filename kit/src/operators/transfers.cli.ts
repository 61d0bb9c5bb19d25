import { transfersCommand } from './transfers-command.js';

/** `yichuang transfers`; see `transfersCommand` for what it takes and its exit codes. */
process.exitCode = await transfersCommand(process.argv.slice(2), {
  databaseUrl: process.env['DATABASE_URL'] ?? '',
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
