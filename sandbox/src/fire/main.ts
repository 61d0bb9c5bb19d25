import { fileURLToPath } from 'node:url';
import { fire } from './fire.js';
import { FIRE_USAGE, readFireOptions } from './options.js';

/** `npm run fire`: exit code 0 when nothing was lost, made or done twice, 1 when something was, 2 for wrong options. */
const since = Date.now();
const options = readFireOptions(process.argv.slice(2), (line) => {
  process.stdout.write(`${String(Math.round((Date.now() - since) / 1000)).padStart(6)} s  ${line}\n`);
});
if (options === 'HELP') process.stdout.write(FIRE_USAGE);
else if ('wrong' in options) {
  process.stderr.write(`${options.wrong}\n\n${FIRE_USAGE}`);
  process.exitCode = 2;
} else {
  const { wrong, logs, ...report } = await fire(fileURLToPath(new URL('../../..', import.meta.url)), options);
  process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
  if (wrong.length > 0) {
    process.stderr.write(`seed ${options.seed}: ${wrong.length} differences\n${wrong.join('\n')}\nlogs: ${logs}\n`);
    process.exitCode = 1;
  } else process.stdout.write(`seed ${options.seed}: nothing lost, made or done twice\n`);
  process.exit();
}
