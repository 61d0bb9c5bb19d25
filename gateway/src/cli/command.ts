import { parseArgs, type ParseArgsConfig } from 'node:util';

/** The command cannot do what it was told; the sentence is for the person at the terminal. Ends with exit code 2. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

type OptionsConfig = NonNullable<ParseArgsConfig['options']>;
type Parsed<T extends OptionsConfig> = ReturnType<typeof parseArgs<{ options: T; strict: true; allowPositionals: false }>>['values'];

/**
 * Reads `--name value` arguments.
 * @throws CommandError for an option that is not known, lacks its value, or stands without a name
 */
export function readArguments<T extends OptionsConfig>(args: readonly string[], options: T): Parsed<T> {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    if (!isAboutArguments(error)) throw error;
    // What follows the first sentence is about positional arguments, which no command takes.
    const [sentence = ''] = error.message.split('. ');
    throw new CommandError(sentence.replace(/\.$/, ''));
  }
}

/** Runs a command and sets the exit code it ends with; a CommandError is told in one sentence, and where to find more. */
export async function runCommand(name: string, command: (args: readonly string[]) => Promise<number | undefined>): Promise<void> {
  try {
    process.exitCode = await command(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    process.stderr.write(`yichuang ${name}: ${error.message}\n(yichuang ${name} --help lists the options)\n`);
    process.exitCode = 2;
  }
}

function isAboutArguments(error: unknown): error is { readonly message: string } {
  if (typeof error !== 'object' || error === null || !('code' in error) || !('message' in error)) return false;
  return typeof error.message === 'string' && typeof error.code === 'string' && error.code.startsWith('ERR_PARSE_ARGS_');
}
