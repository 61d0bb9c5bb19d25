import { isClientName } from '../../trusted/manifest.js';
import { CommandError, readArguments } from '../command.js';

export const DOCUMENTS_USAGE = `yichuang documents --schema FILE --documents PATTERN --client NAME --out FOLDER

Checks a client's GraphQL documents and writes FOLDER/NAME.json, the manifest of what this client may ask, for the gateway's
TRUSTED_DOCUMENTS_DIR, and FOLDER/NAME.ts, the documents with their types, for the client.

  --schema FILE        supergraph, or the schema clients see
  --documents PATTERN  files of operations and fragments, such as 'src/**/*.graphql'; may be repeated
  --client NAME        name of the client, sent by it as the header yichuang-client
  --out FOLDER         where both files are written
  --manifest FOLDER    where the manifest is written instead
  --keep               what the manifest holds already stays in it, for builds of the client that are in use
  --scalar NAME=TYPE   TypeScript type of a scalar; may be repeated
  --check              writes nothing; fails when a file would change
`;

/** What `yichuang documents` is to do. */
export interface DocumentsOptions {
  readonly schema: string;
  readonly documents: readonly string[];
  readonly client: string;
  readonly out: string;
  readonly manifest: string;
  readonly keep: boolean;
  readonly check: boolean;
  readonly scalarTypes: Readonly<Record<string, string>>;
}

/**
 * @returns undefined when help was asked for
 * @throws CommandError for what it cannot do
 */
export function readDocumentsOptions(args: readonly string[]): DocumentsOptions | undefined {
  const values = readArguments(args, {
    help: { type: 'boolean', short: 'h' },
    schema: { type: 'string' },
    documents: { type: 'string', multiple: true },
    client: { type: 'string' },
    out: { type: 'string' },
    manifest: { type: 'string' },
    keep: { type: 'boolean' },
    check: { type: 'boolean' },
    scalar: { type: 'string', multiple: true },
  });
  if (values.help) return undefined;
  const { schema, documents, client, out } = values;
  if (schema === undefined) throw new CommandError('--schema is missing');
  if (documents === undefined) throw new CommandError('--documents is missing');
  if (client === undefined) throw new CommandError('--client is missing');
  if (!isClientName(client)) throw new CommandError('--client must be letters, digits, ".", "_" and "-", 64 at most');
  if (out === undefined) throw new CommandError('--out is missing');
  const scalarTypes = (values.scalar ?? []).map((text) => {
    const [, name, type] = /^([A-Za-z_]\w*)=(.+)$/.exec(text) ?? [];
    if (name === undefined || type === undefined) throw new CommandError(`--scalar ${text} is not NAME=TYPE`);
    return [name, type] as const;
  });
  return {
    schema,
    documents,
    client,
    out,
    manifest: values.manifest ?? out,
    keep: values.keep ?? false,
    check: values.check ?? false,
    scalarTypes: Object.fromEntries(scalarTypes),
  };
}
