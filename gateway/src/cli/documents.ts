import { runCommand } from './command.js';
import { buildDocuments } from './documents/build.js';
import { DOCUMENTS_USAGE, readDocumentsOptions } from './documents/options.js';

/** `yichuang documents`: exit code 0 when all is well, 1 when documents are at fault or stale, 2 when it cannot begin. */
await runCommand('documents', async (args) => {
  const options = readDocumentsOptions(args);
  if (!options) {
    process.stdout.write(DOCUMENTS_USAGE);
    return 0;
  }
  const built = await buildDocuments(options, process.cwd());
  if (built.outcome === 'PROBLEMS') {
    const { problems } = built;
    process.stderr.write(
      `${problems.join('\n')}\n${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}; nothing was written\n`,
    );
    return 1;
  }
  if (built.outcome === 'STALE') {
    process.stderr.write(`stale, run yichuang documents:\n${built.files.join('\n')}\n`);
    return 1;
  }
  const documents = `${built.operations} ${built.operations === 1 ? 'document' : 'documents'} of ${options.client}`;
  process.stdout.write(built.outcome === 'SAME' ? `${documents}: up to date\n` : `${documents}: wrote ${built.files.join(' and ')}\n`);
  return 0;
});
